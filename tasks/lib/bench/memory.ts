/**
 * The memory of an idle child.
 *
 * A program that has had children does not give all their memory back, so every
 * measurement runs in a program of its own, which is this module.
 *
 * @module
 */

import { SHARE_ENV, Worker as Thread } from "node:worker_threads";
import { getContext, type Value } from "../../../mod.ts";
import { until } from "../measure.ts";
import type { Bench, Limit } from "./row.ts";

const CHILDREN = 8;
const MIB = 1024 * 1024;
const WITHIN_1_MIB: Limit = { kind: "more", most: 1 };

/** Target: says that it runs, and does nothing more. */
export async function idle(running: Value<"i">): Promise<void> {
  running.add(1);
  await new Promise(() => {});
}

type Side = "bare" | "ours";

const starts: Readonly<Record<string, () => Promise<void>>> = {
  "bare thread": bareThreads,
  "bare worker": bareWorkers,
  "ours thread": () => ours("thread"),
  "ours worker": () => ours("worker"),
};

const IDLE_THREAD = `import { parentPort } from "node:worker_threads";
parentPort.on("message", () => {}); parentPort.postMessage(0);`;
const IDLE_WORKER = `onmessage = () => {}; postMessage(0);`;

function dataUrl(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

async function bareThreads(): Promise<void> {
  await Promise.all(Array.from({ length: CHILDREN }, () => {
    const thread = new Thread(new URL(dataUrl(IDLE_THREAD)), {
      env: SHARE_ENV as unknown as NodeJS.Dict<string>,
    });
    return new Promise((resolve) => thread.on("message", resolve));
  }));
}

async function bareWorkers(): Promise<void> {
  await Promise.all(Array.from({ length: CHILDREN }, () => {
    const worker = new Worker(dataUrl(IDLE_WORKER), { type: "module" });
    return new Promise((resolve) => worker.onmessage = resolve);
  }));
}

async function ours(method: string): Promise<void> {
  const context = getContext(method);
  const running = new context.Value("i", 0);
  for (let i = 0; i < CHILDREN; i++) {
    new context.Process({ target: idle, args: [running] }).start();
  }
  await until(() => running.value === CHILDREN);
}

/** Target: what its OS process takes; gives bytes. */
export function rss(): number {
  return Deno.memoryUsage().rss;
}

async function bareSpawnMib(): Promise<number> {
  const code = dataUrl("console.log(Deno.memoryUsage().rss)");
  return await numberOf(["run", "--no-prompt", code]) / MIB;
}

async function ourSpawnMib(): Promise<number> {
  const { Process } = getContext("spawn");
  const p = new Process({ target: rss });
  p.start();
  return await p.result() / MIB;
}

async function numberOf(args: string[]): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args,
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

/** MiB of one child, measured in a program of its own. */
async function mibEach(side: Side, method: string): Promise<number> {
  const args = ["run", "-A", import.meta.url, `${side} ${method}`];
  return await numberOf(args) / MIB;
}

function bench(method: string): Bench {
  return {
    name: `memory of an idle ${method}`,
    unit: "MiB",
    limit: WITHIN_1_MIB,
    passes: 3,
    bare: () => mibEach("bare", method),
    ours: () => mibEach("ours", method),
  };
}

/** The rows of this file. */
export const memoryBenches: readonly Bench[] = [
  bench("thread"),
  bench("worker"),
  {
    name: "memory of a spawned process",
    unit: "MiB",
    limit: WITHIN_1_MIB,
    passes: 3,
    bare: bareSpawnMib,
    ours: ourSpawnMib,
  },
];

if (import.meta.main) {
  const before = Deno.memoryUsage().rss;
  await starts[Deno.args[0]!]!();
  const each = (Deno.memoryUsage().rss - before) / CHILDREN;
  Deno.stdout.writeSync(new TextEncoder().encode(String(each)));
  Deno.exit();
}

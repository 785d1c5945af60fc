/**
 * From the start to the running target, under each start method.
 *
 * Both sides import the same module in the child; the target gives the time at
 * which it runs. Each child is gone before the next one starts. What a child is
 * to do comes to a bare thread with its making, to a bare process with its command
 * line, and to a bare Web Worker in its first message: it has no other way.
 *
 * @module
 */

import {
  MessageChannel,
  SHARE_ENV,
  Worker as Thread,
} from "node:worker_threads";
import { getContext, setSpares } from "../../../mod.ts";
import { now } from "../measure.ts";
import { CONFIG, entry, TINY, WITH_PACKAGE, wordOf } from "./entry.ts";
import type { Bench, Limit } from "./row.ts";
import { begun } from "./tiny.ts";
import { peerOf, timeStart, warmBenches } from "./warm.ts";

/** The median of fewer moves by 5 percent on a machine that has other work, too. */
const PASSES = 75;
const WITHIN_25_PERCENT: Limit = { kind: "ratio", most: 1.25 };
const WITHIN_15_PERCENT: Limit = { kind: "ratio", most: 1.15 };
const UNDER_1_MS: Limit = { kind: "most", most: 1000 };

type Start = (module: URL) => Promise<number>;

/** Milliseconds from the start to the target, without this package. */
const bareStarts: Readonly<Record<string, Start>> = {
  thread: bareThread,
  worker: bareWorker,
  spawn: bareSpawn,
  forkserver: bareSpawn,
};

function threadEntry(module: URL): URL {
  return entry(
    module,
    `import { workerData } from "node:worker_threads";
     workerData.postMessage(child.begun());`,
  );
}

async function bareThread(module: URL): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const start = now();
  const thread = new Thread(threadEntry(module), {
    workerData: port2,
    transferList: [port2],
    env: SHARE_ENV as unknown as NodeJS.Dict<string>,
  });
  const gone = new Promise((resolve) => thread.on("exit", resolve));
  const running = await new Promise<number>((resolve) => {
    port1.on("message", resolve);
  });
  await thread.terminate();
  await gone;
  port1.close();
  return running - start;
}

async function bareWorker(module: URL): Promise<number> {
  const start = now();
  const code = "onmessage = () => postMessage(child.begun());";
  const worker = new Worker(entry(module, code), { type: "module" });
  worker.postMessage([]);
  const running = await new Promise<number>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  worker.terminate();
  return running - start;
}

const ALL = ["read", "write", "net", "env", "run", "sys", "ffi", "import"];

async function bareSpawn(module: URL): Promise<number> {
  const code = entry(
    module,
    "Deno.stdout.writeSync(new TextEncoder().encode(String(child.begun())));",
  );
  const start = now();
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      ...CONFIG,
      ...ALL.map((kind) => `--allow-${kind}`),
      code.href,
    ],
    stdin: "null",
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout)) - start;
}

async function coldStart(method: string, module: URL): Promise<number> {
  if (method !== "spawn") setSpares(0, { method });
  return await timeStart(method, module);
}

function startBench(method: string, module: URL): Bench {
  return {
    name: `start ${method}, ${wordOf(module)}`,
    unit: "ms",
    limit: WITHIN_15_PERCENT,
    passes: PASSES,
    ...peerOf(method),
    bare: () => bareStarts[method]!(module),
    ours: () => coldStart(method, module),
  };
}

/** A child that imports the package, beside a bare one that imports next to nothing. */
function besideTinyBench(method: string): Bench {
  return {
    name: `start ${method} with us, bare tiny`,
    unit: "ms",
    limit: WITHIN_25_PERCENT,
    passes: PASSES,
    bare: () => bareStarts[method]!(TINY),
    ours: () => coldStart(method, WITH_PACKAGE),
  };
}

/** Microseconds for which the bare constructor holds the caller up. */
async function bareHoldsUp(): Promise<number> {
  const start = performance.now();
  const thread = new Thread(entry(TINY, ""), {
    env: SHARE_ENV as unknown as NodeJS.Dict<string>,
  });
  const took = performance.now() - start;
  await new Promise((resolve) => thread.on("exit", resolve));
  return took * 1000;
}

async function startHoldsUp(): Promise<number> {
  const { Process } = getContext("thread");
  const p = new Process({ target: begun, module: TINY });
  const start = performance.now();
  p.start();
  const took = performance.now() - start;
  await p.join();
  return took * 1000;
}

/** The rows of this file. */
export const startBenches: readonly Bench[] = [
  ...Object.keys(bareStarts).flatMap((method) => [
    startBench(method, TINY),
    startBench(method, WITH_PACKAGE),
    ...(method === "forkserver" ? [] : [besideTinyBench(method)]),
  ]),
  ...warmBenches(bareStarts),
  {
    name: "start() returns, thread",
    unit: "us",
    limit: UNDER_1_MS,
    passes: PASSES,
    bare: bareHoldsUp,
    ours: startHoldsUp,
  },
];

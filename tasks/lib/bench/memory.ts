/**
 * The memory of one of several idle children. Both sides import the same module in
 * the child.
 *
 * A program that has had isolates does not give all their memory back, so those are
 * measured in a program of their own, which is this module. Of an OS process a page
 * that several share counts by its part: most pages of the deno binary do.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { SHARE_ENV, Worker as Thread } from "node:worker_threads";
import { getContext } from "../../../mod.ts";
import { until } from "../measure.ts";
import { CONFIG, entry, TINY, WITH_PACKAGE, wordOf } from "./entry.ts";
import { numberFrom } from "./number_from.ts";
import type { Bench, Limit } from "./row.ts";
import { idle, idleBeside } from "./tiny.ts";

const CHILDREN = 8;
const MIB = 1024 * 1024;
const PASSES = 3;
const WITHIN_3_MIB: Limit = { kind: "more", most: 3 };
const WITHIN_1_MIB: Limit = { kind: "more", most: 1 };

/** Starts an idle child, which counts itself in `running`. */
type Start = (module: URL, running: Int32Array) => void;

const starts: Readonly<Record<string, Start>> = {
  "bare thread": bareThread,
  "bare worker": bareWorker,
  "ours thread": (module, running) => ourChild("thread", module, running),
  "ours worker": (module, running) => ourChild("worker", module, running),
  "pool thread": (module, running) => poolWorker("thread", module, running),
  "pool worker": (module, running) => poolWorker("worker", module, running),
};

function bareThread(module: URL, running: Int32Array): void {
  const code = `import { parentPort, workerData } from "node:worker_threads";
    parentPort.on("message", () => {}); child.idle(workerData);`;
  new Thread(entry(module, code), {
    workerData: running,
    env: SHARE_ENV as unknown as NodeJS.Dict<string>,
  });
}

function bareWorker(module: URL, running: Int32Array): void {
  const code = "onmessage = ({ data }) => child.idle(data);";
  new Worker(entry(module, code), { type: "module" }).postMessage(running);
}

function ourChild(method: string, module: URL, running: Int32Array): void {
  const { Process } = getContext(method);
  new Process({ target: idle, module, args: [running] }).start();
}

function poolWorker(method: string, module: URL, running: Int32Array): void {
  const { Pool } = getContext(method);
  const initializer = { module, name: "ready" };
  void new Pool(1, { initializer, initargs: [running] }).warmUp();
}

/** An OS process, as far as it is needed here. */
type OsProcess = Pick<Deno.ChildProcess, "pid" | "kill">;

function bareProcess(module: URL, file: string): OsProcess {
  const code = entry(module, `child.idleBeside(${JSON.stringify(file)});`);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...CONFIG, "-A", code.href],
    stdin: "piped",
  }).spawn();
}

function ourProcess(module: URL, file: string): OsProcess {
  const { Process } = getContext("spawn");
  const p = new Process({ target: idleBeside, module, args: [file] });
  p.start();
  return { pid: p.pid!, kill: () => p.kill() };
}

/** MiB of one of several OS processes. */
async function mibOfProcess(
  start: (module: URL, file: string) => OsProcess,
  module: URL,
): Promise<number> {
  const folder = await Deno.makeTempDir();
  const files = Array.from({ length: CHILDREN }, (_, i) => `${folder}/${i}`);
  const children = files.map((file) => start(module, file));
  await until(() => files.every((file) => existsSync(file)));
  const bytes = children.reduce((sum, { pid }) => sum + shareOf(pid), 0);
  for (const child of children) child.kill("SIGKILL");
  await Deno.remove(folder, { recursive: true });
  return bytes / CHILDREN / MIB;
}

/** The bytes of a process; of pages that it shares with others, its part. */
function shareOf(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)![1]) * 1024;
}

/** MiB of one of several children, measured in a program of its own. */
async function mibEach(start: string, module: URL): Promise<number> {
  const args = ["-A", import.meta.url, start, module.href];
  return await numberFrom(args) / MIB;
}

function isolateBench(method: string, module: URL): Bench {
  return {
    name: `memory ${method}, ${wordOf(module)}`,
    unit: "MiB",
    limit: WITHIN_1_MIB,
    passes: PASSES,
    bare: () => mibEach(`bare ${method}`, module),
    ours: () => mibEach(`ours ${method}`, module),
  };
}

function spawnBench(module: URL): Bench {
  return {
    name: `memory spawn, ${wordOf(module)}`,
    unit: "MiB",
    limit: WITHIN_1_MIB,
    passes: PASSES,
    bare: () => mibOfProcess(bareProcess, module),
    ours: () => mibOfProcess(ourProcess, module),
  };
}

/** An idle worker of a pool that imports the package, beside a bare tiny isolate. */
function poolBench(method: string): Bench {
  return {
    name: `memory pool ${method} with us`,
    unit: "MiB",
    limit: WITHIN_3_MIB,
    passes: PASSES,
    bare: () => mibEach(`bare ${method}`, TINY),
    ours: () => mibEach(`pool ${method}`, WITH_PACKAGE),
  };
}

const MODULES = [TINY, WITH_PACKAGE];

/** The rows of this file. */
export const memoryBenches: readonly Bench[] = [
  ...MODULES.map((module) => isolateBench("thread", module)),
  ...MODULES.map((module) => isolateBench("worker", module)),
  ...MODULES.map(spawnBench),
  poolBench("thread"),
  poolBench("worker"),
];

async function probe(start: Start, module: URL): Promise<number> {
  const running = new Int32Array(new SharedArrayBuffer(4));
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < CHILDREN; i++) start(module, running);
  await until(() => Atomics.load(running, 0) === CHILDREN);
  return (Deno.memoryUsage().rss - before) / CHILDREN;
}

if (import.meta.main) {
  const [start, module] = Deno.args;
  const each = await probe(starts[start!]!, new URL(module!));
  Deno.stdout.writeSync(new TextEncoder().encode(String(each)));
  Deno.exit();
}

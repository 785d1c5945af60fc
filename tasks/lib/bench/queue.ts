/**
 * Items from some to others, beside a ring made by hand, which is one of threads in
 * every row. A spawned child loads this module, so nothing is shared while it loads.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import { getContext, type Queue, type RawValue } from "../../../mod.ts";
import { bareMemory, BareRing, type Cut, SMALL } from "./bare_ring.ts";
import type { Bench, Limit } from "./row.ts";

const COUNT = 200_000;
/** How many items go before, so that the code is compiled. */
const WARM = 50_000;
const LARGE: Cut = { slots: 4, slotBytes: 2 ** 20 };
const LARGE_COUNT = 1000;
const LARGE_WARM = 200;
const IDLE_MS = 1000;

const AS_QUICK_AS_BARE: Limit = { kind: "ratio", most: 1 };
const OVER_2_M: Limit = { kind: "most", most: 500 };
const WITHIN_HALF_MORE: Limit = { kind: "ratio", most: 1.5 };
const NEXT_TO_NOTHING: Limit = { kind: "more", most: 5 };

/** What is sent: the items of a row. */
type What = "object" | "number" | "string" | "bytes";

const bytes = new Uint8Array(LARGE.slotBytes).fill(7);

const ITEMS: Readonly<Record<What, (i: number) => unknown>> = {
  object: (i) => ({ id: i, name: "hello", ratio: 0.5 }),
  number: (i) => i,
  string: (i) => `item ${i % 1000}`,
  bytes: () => bytes,
};

/** Who puts and gets in one row, and how often. */
interface Plan {
  readonly what: What;
  readonly warm: number;
  readonly count: number;
  /** Where all meet, after the warming up. */
  readonly ready: RawValue<"i">;
  readonly all: number;
}

interface Ends {
  put(item: unknown): void;
  get(): unknown;
}

/** Those that put or get through `Q`. */
type Side<Q> = [queue: Q, plan: Plan, isPutting: boolean];

function meet({ ready, all }: Plan): void {
  ready.add(1);
  while (ready.value < all) Atomics.pause();
}

/** One side of a row; gives the milliseconds that it took. */
function run(ends: Ends, plan: Plan, isPutting: boolean): number {
  const item = ITEMS[plan.what];
  let start = 0;
  for (let i = -plan.warm; i < plan.count; i++) {
    if (i === 0) {
      meet(plan);
      start = performance.now();
    }
    if (isPutting) ends.put(item(i));
    else ends.get();
  }
  return performance.now() - start;
}

/** Target: a side of a bare ring. */
export function bareSide(
  memory: SharedArrayBuffer,
  plan: Plan,
  isPutting: boolean,
): number {
  if (plan.what !== "bytes") {
    return run(new BareRing(memory, SMALL), plan, isPutting);
  }
  const ring = new BareRing(memory, LARGE);
  const ends: Ends = {
    put: (item) => ring.putBytes(item as Uint8Array),
    get: () => ring.getBytes(),
  };
  return run(ends, plan, isPutting);
}

/** Target: a side of a queue. */
export function ourSide(
  queue: Queue,
  plan: Plan,
  isPutting: boolean,
): number {
  const ends: Ends = {
    put: (item) => queue.putSync(item),
    get: () => queue.getSync(),
  };
  return run(ends, plan, isPutting);
}

/** Target: a side of a queue that awaits. */
export async function ourAsyncSide(
  queue: Queue,
  plan: Plan,
  isPutting: boolean,
): Promise<number> {
  const item = ITEMS[plan.what];
  let start = 0;
  for (let i = -plan.warm; i < plan.count; i++) {
    if (i === 0) {
      meet(plan);
      start = performance.now();
    }
    if (isPutting) await queue.put(item(i));
    else await queue.get();
  }
  return performance.now() - start;
}

type Target<Q> = (...side: Side<Q>) => number | Promise<number>;

/** Starts all sides; gives the milliseconds from the first put to the last get. */
async function msOf<Q>(
  method: string,
  target: Target<Q>,
  sides: readonly Side<Q>[],
): Promise<number> {
  const { Process } = getContext(method);
  const children = sides.map((args) => {
    const p = new Process({ target, args });
    p.start();
    return p;
  });
  return Math.max(...await Promise.all(children.map((p) => p.result())));
}

function planOf(method: string, what: What, all: number): Plan {
  const { RawValue } = getContext(method);
  const isLarge = what === "bytes";
  return {
    what,
    warm: isLarge ? LARGE_WARM : WARM,
    count: isLarge ? LARGE_COUNT : COUNT / (all / 2),
    ready: new RawValue("i"),
    all,
  };
}

/** Nanoseconds for an item through bare rings, one for each pair. */
async function bare(what: What, pairs = 1): Promise<number> {
  const plan = planOf("thread", what, 2 * pairs);
  const sides: Side<SharedArrayBuffer>[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const ring = bareMemory(what === "bytes" ? LARGE : SMALL);
    sides.push([ring, plan, true], [ring, plan, false]);
  }
  return await msOf("thread", bareSide, sides) * 1e6 / (plan.count * pairs);
}

/** How a row goes through a queue: by threads that block if nothing is said. */
interface How {
  readonly method?: string;
  readonly target?: Target<Queue>;
  readonly pairs?: number;
}

/** Nanoseconds for an item through one queue. */
async function ours(
  what: What,
  { method = "thread", target = ourSide, pairs = 1 }: How = {},
): Promise<number> {
  const { Queue } = getContext(method);
  const plan = planOf(method, what, 2 * pairs);
  const queue = new Queue(what === "bytes" ? LARGE.slots : SMALL.slots);
  const sides: Side<Queue>[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    sides.push([queue, plan, true], [queue, plan, false]);
  }
  return await msOf(method, target, sides) * 1e6 / (plan.count * pairs);
}

/** Target: waits for the end by itself, blocking or not. */
export async function bareWait(
  words: Int32Array<SharedArrayBuffer>,
  begun: Int32Array,
  isBlocking: boolean,
): Promise<void> {
  Atomics.add(begun, 0, 1);
  if (isBlocking) return void Atomics.wait(words, 0, 0);
  // What keeps the thread alive.
  const timer = setInterval(() => {}, 2 ** 30);
  await Atomics.waitAsync(words, 0, 0).value;
  clearInterval(timer);
}

/** Target: waits for an item, blocking or not. */
export async function ourWait(
  queue: Queue,
  begun: Int32Array,
  isBlocking: boolean,
): Promise<void> {
  Atomics.add(begun, 0, 1);
  if (isBlocking) queue.getSync();
  else await queue.get();
}

/** Milliseconds of processor time in a second in which four threads wait. */
async function idle<Q>(
  target: (on: Q, begun: Int32Array, isBlocking: boolean) => Promise<void>,
  on: Q,
  end: () => void,
): Promise<number> {
  const { Process } = getContext("thread");
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const children = [true, true, false, false].map((isBlocking) => {
    const args: Parameters<typeof target> = [on, begun, isBlocking];
    const p = new Process({ target, args });
    p.start();
    return p;
  });
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  while (begun[0]! < children.length) await pause(10);
  await pause(IDLE_MS);
  const before = cpuUsage();
  await pause(IDLE_MS);
  const { user, system } = cpuUsage(before);
  end();
  for (const p of children) await p.join();
  return (user + system) / IDLE_MS;
}

function bareIdle(): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(4));
  return idle(bareWait, words, () => {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  });
}

function ourIdle(): Promise<number> {
  const queue = new (getContext("thread").Queue)();
  return idle(ourWait, queue, () => {
    for (let i = 0; i < 4; i++) queue.putNowait("end");
  });
}

function row(what: What, name: string, limit: Limit): Bench {
  return {
    name: `Queue, ${name}`,
    unit: "ns",
    limit,
    // New memory for each large item comes quickly or slowly, by the minute.
    passes: what === "bytes" ? 12 : 5,
    bare: () => bare(what),
    ours: () => ours(what),
  };
}

/** The rows of this file. */
export const queueBenches: readonly Bench[] = [
  row("object", "small objects", AS_QUICK_AS_BARE),
  {
    ...row("object", "small objects, async", { kind: "none" }),
    ours: () => ours("object", { target: ourAsyncSide }),
  },
  {
    ...row("object", "small objects, spawn", { kind: "none" }),
    ours: () => ours("object", { method: "spawn" }),
  },
  row("number", "numbers", OVER_2_M),
  row("string", "short strings", OVER_2_M),
  {
    ...row("object", "4 put and 4 get", { kind: "none" }),
    bare: () => bare("object", 4),
    ours: () => ours("object", { pairs: 4 }),
  },
  row("bytes", "1 MiB of bytes", WITHIN_HALF_MORE),
  {
    name: "Queue, 4 wait for an item",
    unit: "ms/s",
    limit: NEXT_TO_NOTHING,
    passes: 3,
    bare: bareIdle,
    ours: ourIdle,
  },
];

/**
 * `Lock` against a lock made by hand and `navigator.locks`, and what it takes to
 * wake one that sleeps.
 *
 * @module
 */

import { getContext, Lock, type Semaphore, Value } from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";
import { bareByTwo, byTwo, CONTENDED, meet } from "./lock.ts";
import { nsEach, nsEachAsync } from "./loop.ts";
import type { Bench, Limit } from "./row.ts";

const PASSES = 9;
const UNDER_60_NS: Limit = { kind: "most", most: 60 };
const UNDER_300_NS: Limit = { kind: "most", most: 300 };
const OVER_10_M: Limit = { kind: "least", least: 10 };
const WITHIN_30_PERCENT: Limit = { kind: "ratio", most: 1.3 };
const WITHIN_3_TIMES: Limit = { kind: "ratio", most: 3 };

const bareLock = new BareLock(new Int32Array(new SharedArrayBuffer(4)));
const lock = new Lock();

function bareLoop(count: number): void {
  for (let i = 0; i < count; i++) {
    bareLock.lock();
    bareLock.unlock();
  }
}

function lockLoop(count: number): void {
  for (let i = 0; i < count; i++) {
    lock.acquireSync();
    lock.release();
  }
}

async function webLockLoop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await navigator.locks.request("bench", () => {});
  }
}

async function asyncLoop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await lock.acquire();
    lock.release();
  }
}

/** What two threads count with. */
interface Counting {
  readonly lock: Lock;
  readonly counter: Value<"i">;
}

/** Target: counts under a `Lock`; gives the milliseconds it took. */
export function contend(
  { lock, counter }: Counting,
  ready: Int32Array,
): number {
  meet(ready);
  const start = performance.now();
  for (let i = 0; i < CONTENDED; i++) {
    lock.lockSync();
    counter.value += 1;
    lock.release();
  }
  return performance.now() - start;
}

async function oursByTwo(): Promise<number> {
  const counter = new Value("i", 0, { lock: false });
  const counting = { lock: new Lock(), counter };
  return await byTwo(contend, counting, () => counter.value);
}

/** How many times each of two is woken by the other, after as many unmeasured. */
const WAKES = 2000;

/** Whose turn it is: each of the two has a word, or a semaphore. */
type Words = Int32Array;
type Turns = readonly [Semaphore, Semaphore];

/** Microseconds for one of the two turns; both have begun when it is measured. */
async function usEach(take: () => void | Promise<void>): Promise<number> {
  for (let i = 0; i < WAKES; i++) await take();
  const start = performance.now();
  for (let i = 0; i < WAKES; i++) await take();
  return (performance.now() - start) * 1000 / (2 * WAKES);
}

function pass(words: Words, to: number): void {
  Atomics.store(words, to, 1);
  Atomics.notify(words, to, 1);
}

/** Target: sleeps until it is its turn, and wakes the other. */
export function bareTurns(words: Words, who: number): Promise<number> {
  return usEach(() => {
    while (Atomics.exchange(words, who, 0) === 0) Atomics.wait(words, who, 0);
    pass(words, 1 - who);
  });
}

/** Target: the same, and the thread does not sleep. */
export function bareAsyncTurns(words: Words, who: number): Promise<number> {
  return usEach(async () => {
    while (Atomics.exchange(words, who, 0) === 0) {
      await Atomics.waitAsync(words, who, 0).value;
    }
    pass(words, 1 - who);
  });
}

/** Target: the same with semaphores. */
export function ourTurns(turns: Turns, who: number): Promise<number> {
  return usEach(() => {
    turns[who]!.acquireSync();
    turns[1 - who]!.release();
  });
}

/** Target: the same with semaphores, and the thread does not sleep. */
export function ourAsyncTurns(turns: Turns, who: number): Promise<number> {
  return usEach(async () => {
    await turns[who]!.acquire();
    turns[1 - who]!.release();
  });
}

async function wake<S>(
  method: string,
  target: (shared: S, who: number) => Promise<number>,
  shared: S,
): Promise<number> {
  const { Process } = getContext(method);
  const both = [0, 1].map((who) => {
    const p = new Process({ target, args: [shared, who] as [S, number] });
    p.start();
    return p;
  });
  return Math.max(...await Promise.all(both.map((p) => p.result())));
}

async function bareWake(target: typeof bareTurns): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(8));
  words[0] = 1;
  return await wake("thread", target, words);
}

async function ourWake(
  method: string,
  target: typeof ourTurns,
): Promise<number> {
  const { Semaphore } = getContext(method);
  return await wake(method, target, [new Semaphore(1), new Semaphore(0)]);
}

function wakeBench(method: string, limit: Limit, isAsync: boolean): Bench {
  const bare = isAsync ? bareAsyncTurns : bareTurns;
  const ours = isAsync ? ourAsyncTurns : ourTurns;
  return {
    name: `wake ${isAsync ? "a promise" : "a sleeper"}, ${method}`,
    unit: "us",
    limit,
    passes: 5,
    bare: () => bareWake(bare),
    ours: () => ourWake(method, ours),
  };
}

/** The rows of this file. */
export const syncBenches: readonly Bench[] = [
  {
    name: "Lock acquireSync, release",
    unit: "ns",
    limit: UNDER_60_NS,
    passes: PASSES,
    bare: () => nsEach(bareLoop),
    ours: () => nsEach(lockLoop),
  },
  {
    name: "Lock acquire, navigator.locks",
    unit: "ns",
    limit: UNDER_300_NS,
    passes: PASSES,
    bare: () => nsEachAsync(webLockLoop),
    ours: () => nsEachAsync(asyncLoop),
  },
  {
    name: "Lock contended by two",
    unit: "M/s",
    limit: OVER_10_M,
    passes: 5,
    bare: bareByTwo,
    ours: oursByTwo,
  },
  wakeBench("thread", WITHIN_30_PERCENT, false),
  wakeBench("thread", WITHIN_30_PERCENT, true),
  wakeBench("spawn", WITHIN_3_TIMES, false),
  wakeBench("spawn", WITHIN_3_TIMES, true),
];

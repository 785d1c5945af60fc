/**
 * Lock, increment, unlock: against a lock made by hand.
 *
 * @module
 */

import { getContext, Value } from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";
import { nsEach, nsEachAsync } from "./loop.ts";
import type { Bench, Limit } from "./row.ts";

const PASSES = 9;
const UNDER_60_NS: Limit = { kind: "most", most: 60 };
const OVER_10_M: Limit = { kind: "least", least: 10 };

const words = new Int32Array(new SharedArrayBuffer(8));
const bareLock = new BareLock(words);
const counter = new Value("i", 0);
const lock = counter.getLock();

function bareLoop(count: number): number {
  for (let i = 0; i < count; i++) {
    bareLock.lock();
    words[1]!++;
    bareLock.unlock();
  }
  return words[1]!;
}

function lockLoop(count: number): number {
  for (let i = 0; i < count; i++) {
    lock.lockSync();
    counter.value += 1;
    lock.release();
  }
  return counter.value;
}

function guardLoop(count: number): number {
  for (let i = 0; i < count; i++) {
    const held = lock.acquireSync()!;
    counter.value += 1;
    held[Symbol.dispose]();
  }
  return counter.value;
}

// `using` has a price of its own, which is the platform's.
const bareGuard: Disposable = { [Symbol.dispose]: () => bareLock.unlock() };

function bareUsingLoop(count: number): number {
  for (let i = 0; i < count; i++) {
    bareLock.lock();
    using _held = bareGuard;
    words[1]!++;
  }
  return words[1]!;
}

function usingLoop(count: number): number {
  for (let i = 0; i < count; i++) {
    using _held = lock.acquireSync();
    counter.value += 1;
  }
  return counter.value;
}

// deno-lint-ignore require-await -- the cheapest thing that can be awaited
async function lockLater(): Promise<void> {
  bareLock.lock();
}

async function bareAsyncLoop(count: number): Promise<number> {
  for (let i = 0; i < count; i++) {
    await lockLater();
    using _held = bareGuard;
    words[1]!++;
  }
  return words[1]!;
}

async function asyncLoop(count: number): Promise<number> {
  for (let i = 0; i < count; i++) {
    using _held = await lock.acquire();
    counter.value += 1;
  }
  return counter.value;
}

/** How many times each of two threads counts. */
export const CONTENDED = 300_000;

/** Both go at once. */
export function meet(ready: Int32Array): void {
  Atomics.add(ready, 0, 1);
  while (Atomics.load(ready, 0) < 2);
}

/** Target: counts under the bare lock; gives the milliseconds it took. */
export function contendBare(shared: Int32Array, ready: Int32Array): number {
  const lock = new BareLock(shared);
  meet(ready);
  const start = performance.now();
  for (let i = 0; i < CONTENDED; i++) {
    lock.lock();
    shared[1]!++;
    lock.unlock();
  }
  return performance.now() - start;
}

/** Target: the same under the lock of a value. */
export function contendOurs(shared: Value<"i">, ready: Int32Array): number {
  const lock = shared.getLock();
  meet(ready);
  const start = performance.now();
  for (let i = 0; i < CONTENDED; i++) {
    lock.lockSync();
    shared.value += 1;
    lock.release();
  }
  return performance.now() - start;
}

const { Process } = getContext("thread");

/** Millions of increments a second by two threads. */
export async function byTwo<S>(
  target: (shared: S, ready: Int32Array) => number,
  shared: S,
  count: () => number,
): Promise<number> {
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const both = [1, 2].map(() => {
    const p = new Process({ target, args: [shared, ready] as const });
    p.start();
    return p;
  });
  const tookMs = Math.max(...await Promise.all(both.map((p) => p.result())));
  if (count() !== 2 * CONTENDED) throw new Error(`lost: ${count()} counted`);
  return 2 * CONTENDED / tookMs / 1000;
}

/** The same under the bare lock. */
export async function bareByTwo(): Promise<number> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  return await byTwo(contendBare, shared, () => shared[1]!);
}

async function oursByTwo(): Promise<number> {
  const shared = new Value("i", 0);
  return await byTwo(contendOurs, shared, () => shared.value);
}

/** The rows of this file. */
export const lockBenches: readonly Bench[] = [
  {
    name: "lockSync(), += 1, release()",
    unit: "ns",
    limit: UNDER_60_NS,
    passes: PASSES,
    bare: () => nsEach(bareLoop),
    ours: () => nsEach(lockLoop),
  },
  {
    name: "acquireSync(), += 1, dispose",
    unit: "ns",
    limit: UNDER_60_NS,
    passes: PASSES,
    bare: () => nsEach(bareLoop),
    ours: () => nsEach(guardLoop),
  },
  {
    name: "using acquireSync(), += 1",
    unit: "ns",
    limit: { kind: "none" },
    passes: PASSES,
    bare: () => nsEach(bareUsingLoop),
    ours: () => nsEach(usingLoop),
  },
  {
    name: "using await acquire(), += 1",
    unit: "ns",
    limit: { kind: "none" },
    passes: PASSES,
    bare: () => nsEachAsync(bareAsyncLoop),
    ours: () => nsEachAsync(asyncLoop),
  },
  {
    name: "lock contended by two",
    unit: "M/s",
    limit: OVER_10_M,
    passes: 5,
    bare: bareByTwo,
    ours: oursByTwo,
  },
];

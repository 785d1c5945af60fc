/**
 * Two threads that count under one lock.
 *
 * @module
 */

import { getContext, Lock, Value } from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";

/** How many times each of two threads counts. */
const CONTENDED = 300_000;

/** Both go at once. */
function meet(ready: Int32Array): void {
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

/** Target: counts under the lock of a value. */
export function contendValue(shared: Value<"i">, ready: Int32Array): number {
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

/** What two threads count with. */
interface Counting {
  readonly lock: Lock;
  readonly counter: Value<"i">;
}

/** Target: counts under a `Lock`. */
export function contendLock(
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

/** Millions of increments a second by two threads. */
async function byTwo<S>(
  target: (shared: S, ready: Int32Array) => number,
  shared: S,
  count: () => number,
): Promise<number> {
  const { Process } = getContext("thread");
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

/** With a lock made by hand. */
export async function bareByTwo(): Promise<number> {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  return await byTwo(contendBare, shared, () => shared[1]!);
}

/** With the lock of a value. */
export async function valueByTwo(): Promise<number> {
  const shared = new Value("i", 0);
  return await byTwo(contendValue, shared, () => shared.value);
}

/** With a `Lock`. */
export async function lockByTwo(): Promise<number> {
  const counter = new Value("i", 0, { lock: false });
  const counting = { lock: new Lock(), counter };
  return await byTwo(contendLock, counting, () => counter.value);
}

/**
 * Two threads that count under one lock.
 *
 * @module
 */

import { getContext, Lock, Value } from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";

/** How many times each of two threads counts. */
const CONTENDED = 1_000_000;

/** How many times each counts alone before, so that its code is compiled. */
const WARM = 200_000;

/** Both go at once. */
function meet(ready: Int32Array): void {
  Atomics.add(ready, 0, 1);
  while (Atomics.load(ready, 0) < 2);
}

/** Counts alone, then with the other; gives the milliseconds that took. */
function contend<S>(
  loop: (shared: S, count: number) => void,
  { own, shared }: Pair<S>,
  ready: Int32Array,
): number {
  loop(own, WARM);
  meet(ready);
  const start = performance.now();
  loop(shared, CONTENDED);
  return performance.now() - start;
}

/** What a thread counts with: alone, and with the other. */
interface Pair<S> {
  readonly own: S;
  readonly shared: S;
}

function bareLoop(words: Int32Array, count: number): void {
  const lock = new BareLock(words);
  for (let i = 0; i < count; i++) {
    lock.lock();
    words[1]!++;
    lock.unlock();
  }
}

/** Target: counts under the bare lock. */
export function contendBare(
  pair: Pair<Int32Array>,
  ready: Int32Array,
): number {
  return contend(bareLoop, pair, ready);
}

function valueLoop(counter: Value<"i">, count: number): void {
  const lock = counter.getLock();
  for (let i = 0; i < count; i++) {
    lock.lockSync();
    counter.value += 1;
    lock.release();
  }
}

/** Target: counts under the lock of a value. */
export function contendValue(
  pair: Pair<Value<"i">>,
  ready: Int32Array,
): number {
  return contend(valueLoop, pair, ready);
}

/** What two threads count with. */
interface Counting {
  readonly lock: Lock;
  readonly counter: Value<"i">;
}

function lockLoop({ lock, counter }: Counting, count: number): void {
  for (let i = 0; i < count; i++) {
    lock.lockSync();
    counter.value += 1;
    lock.release();
  }
}

/** Target: counts under a `Lock`. */
export function contendLock(pair: Pair<Counting>, ready: Int32Array): number {
  return contend(lockLoop, pair, ready);
}

/** Millions of increments a second by two threads. */
async function byTwo<S>(
  target: (pair: Pair<S>, ready: Int32Array) => number,
  make: () => S,
  count: (shared: S) => number,
): Promise<number> {
  const { Process } = getContext("thread");
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const shared = make();
  const both = [1, 2].map(() => {
    const pair = { own: make(), shared };
    const p = new Process({ target, args: [pair, ready] as const });
    p.start();
    return p;
  });
  const tookMs = Math.max(...await Promise.all(both.map((p) => p.result())));
  const counted = count(shared);
  if (counted !== 2 * CONTENDED) throw new Error(`lost: ${counted} counted`);
  return 2 * CONTENDED / tookMs / 1000;
}

/** With a lock made by hand. */
export async function bareByTwo(): Promise<number> {
  const make = () => new Int32Array(new SharedArrayBuffer(8));
  return await byTwo(contendBare, make, (shared) => shared[1]!);
}

/** With the lock of a value. */
export async function valueByTwo(): Promise<number> {
  const make = () => new Value("i", 0);
  return await byTwo(contendValue, make, (shared) => shared.value);
}

/** With a `Lock`. */
export async function lockByTwo(): Promise<number> {
  const make = () => ({
    lock: new Lock(),
    counter: new Value("i", 0, { lock: false }),
  });
  return await byTwo(contendLock, make, ({ counter }) => counter.value);
}

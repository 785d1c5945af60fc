/**
 * Two processes that count under one lock. A spawned child loads this module, so
 * nothing is shared while it loads.
 *
 * @module
 */

import {
  type Context,
  getContext,
  type Lock,
  type RawValue,
  type Value,
} from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";

/** How many times each of the two counts. */
const CONTENDED = 1_000_000;

/** How many times each counts alone before, so that its code is compiled. */
const WARM = 200_000;

/** Both go at once. */
function meet(ready: Ready): void {
  ready.add(1);
  while (ready.value < 2);
}

/** How many are ready. */
type Ready = RawValue<"i">;

/** Counts alone, then with the other; gives the milliseconds that took. */
function contend<S>(
  loop: (shared: S, count: number) => void,
  { own, shared }: Pair<S>,
  ready: Ready,
): number {
  loop(own, WARM);
  meet(ready);
  const start = performance.now();
  loop(shared, CONTENDED);
  return performance.now() - start;
}

/** What one counts with: alone, and with the other. */
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
  ready: Ready,
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
  ready: Ready,
): number {
  return contend(valueLoop, pair, ready);
}

/** What two count with. */
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
export function contendLock(pair: Pair<Counting>, ready: Ready): number {
  return contend(lockLoop, pair, ready);
}

/** Millions of increments a second by two processes. */
async function byTwo<S>(
  { Process, RawValue }: Context,
  target: (pair: Pair<S>, ready: Ready) => number,
  make: () => S,
  count: (shared: S) => number,
): Promise<number> {
  const ready = new RawValue("i", 0);
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

/** By threads, with a lock made by hand. */
export async function bareByTwo(): Promise<number> {
  const make = () => new Int32Array(new SharedArrayBuffer(8));
  const ctx = getContext("thread");
  return await byTwo(ctx, contendBare, make, (shared) => shared[1]!);
}

/** With the lock of a value. */
export async function valueByTwo(method: string): Promise<number> {
  const ctx = getContext(method);
  const make = () => new ctx.Value("i", 0);
  return await byTwo(ctx, contendValue, make, (shared) => shared.value);
}

/** With a `Lock`. */
export async function lockByTwo(method: string): Promise<number> {
  const ctx = getContext(method);
  const make = () => ({
    lock: new ctx.Lock(),
    counter: new ctx.Value("i", 0, { lock: false }),
  });
  return await byTwo(ctx, contendLock, make, ({ counter }) => counter.value);
}

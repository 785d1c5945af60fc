/**
 * Lock, increment, unlock: against a lock made by hand.
 *
 * @module
 */

import { Value } from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";
import { nsEach, nsEachAsync } from "./loop.ts";
import type { Bench, Limit } from "./row.ts";
import { bareByTwo, valueByTwo } from "./contended.ts";

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
    ours: () => valueByTwo("thread"),
  },
];

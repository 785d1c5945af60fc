/**
 * `Lock` against a lock made by hand and `navigator.locks`, and what it takes to
 * wake one that sleeps.
 *
 * @module
 */

import { Lock } from "../../../mod.ts";
import { BareLock } from "./bare_lock.ts";
import { nsEach, nsEachAsync } from "./loop.ts";
import type { Bench, Limit } from "./row.ts";
import { bareByTwo, lockByTwo } from "./contended.ts";
import { wakeBenches } from "./wake.ts";

const PASSES = 9;
const UNDER_60_NS: Limit = { kind: "most", most: 60 };
const UNDER_300_NS: Limit = { kind: "most", most: 300 };
const OVER_10_M: Limit = { kind: "least", least: 10 };
// Over mapped memory all may take three times as long.
const OVER_A_THIRD: Limit = { kind: "least", least: 3.3 };

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

// Deno has it, and its types do not.
const { locks } = navigator as unknown as {
  locks: { request(name: string, run: () => void): Promise<void> };
};

async function webLockLoop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await locks.request("bench", () => {});
  }
}

async function asyncLoop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await lock.acquire();
    lock.release();
  }
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
    name: "Lock and navigator.locks",
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
    ours: () => lockByTwo("thread"),
  },
  {
    name: "Lock by two, spawn",
    unit: "M/s",
    limit: OVER_A_THIRD,
    passes: 5,
    bare: bareByTwo,
    ours: () => lockByTwo("spawn"),
  },
  ...wakeBenches,
];

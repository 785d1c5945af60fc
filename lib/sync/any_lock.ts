/**
 * Either kind of lock: for functions that accept a Lock as well as an RLock.
 *
 * @module
 */

import type { AnyLockHandle } from "../wire/serialization/handle.ts";
import { Lock, rehydrateLock } from "./lock.ts";
import { rehydrateRLock, RLock } from "./rlock.ts";

/** A lock with one holder at a time, recursive or not. */
export type AnyLock = RLock | Lock;

/** Whether a value is a lock of either kind. */
export function isLock(value: unknown): value is AnyLock {
  return value instanceof RLock || value instanceof Lock;
}

/** The lock that a handle names; the same object for the same lock. */
export function rehydrateAnyLock(handle: AnyLockHandle): AnyLock {
  return handle.kind === "rlock"
    ? rehydrateRLock(handle)
    : rehydrateLock(handle);
}

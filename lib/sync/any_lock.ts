/**
 * Where a lock will do, recursive or not.
 *
 * @module
 */

import type { AnyLockHandle } from "../wire/serialization/handle.ts";
import { Lock, reviveLock } from "./lock.ts";
import { reviveRLock, RLock } from "./rlock.ts";

/** A lock that one has at a time. */
export type AnyLock = RLock | Lock;

/** Whether something is such a lock. */
export function isLock(value: unknown): value is AnyLock {
  return value instanceof RLock || value instanceof Lock;
}

/** The lock that a handle names; the same object for the same lock. */
export function reviveAnyLock(handle: AnyLockHandle): AnyLock {
  return handle.kind === "rlock" ? reviveRLock(handle) : reviveLock(handle);
}

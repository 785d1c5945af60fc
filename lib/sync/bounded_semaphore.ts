/**
 * The semaphore that is never released too often.
 *
 * @module
 */

import type { BlockPlace } from "../memory/allocation/block.ts";
import type { SemaphoreHandle } from "../wire/serialization/handle.ts";
import {
  bounded,
  reviveAs,
  Semaphore,
  semaphoreArgument,
} from "./semaphore.ts";

/**
 * A semaphore that never has more permits than at its start, like Python's
 * `multiprocessing.BoundedSemaphore`: one release too many is a
 * {@linkcode LockError}, and mostly a bug found.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | all                        | as a Semaphore        | as a Semaphore        |
 *
 * @example Released once too often
 * ```ts
 * import { BoundedSemaphore, LockError } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * const seats = new BoundedSemaphore(2);
 * throws(() => seats.release(), LockError);
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /**
   * Makes a semaphore.
   *
   * @example Usage
   * ```ts
   * import { BoundedSemaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new BoundedSemaphore(3).getValue(), 3);
   * ```
   *
   * @param value How many permits there are at first, and at most.
   * @throws {RangeError} If that is no whole number from 0 to 2 ** 31 - 1.
   */
  constructor(value = 1) {
    super(bounded(value));
  }
}

/** A bounded semaphore at home in a place, as the contexts make them. */
export function createBoundedSemaphore(
  place: BlockPlace,
  value?: number,
): BoundedSemaphore {
  return new BoundedSemaphore(semaphoreArgument({ place }, value));
}

/** The semaphore that a handle names; the same object for the same memory. */
export function reviveSemaphore(handle: SemaphoreHandle): Semaphore {
  const Class = handle.isBounded ? BoundedSemaphore : Semaphore;
  return reviveAs(
    handle,
    (where) => new Class(semaphoreArgument(where, undefined)),
  );
}

/**
 * The class `BoundedSemaphore`: its limit. `semaphore.ts` has the methods of both.
 *
 * @module
 */

import type { BlockPlace } from "../memory/allocation/block.ts";
import type { SemaphoreHandle } from "../wire/serialization/handle.ts";
import {
  bounded,
  rehydrateAs,
  Semaphore,
  semaphoreArgument,
} from "./semaphore.ts";

/**
 * A semaphore that never has more permits than at its start, like Python's
 * `multiprocessing.BoundedSemaphore`: one release too many is a {@linkcode
 * LockError}, and usually reveals a bug.
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
 * const permits = new BoundedSemaphore(2);
 * throws(() => permits.release(), LockError);
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
   * @param value The initial, and maximal, number of permits.
   * @throws {RangeError} If `value` is not a whole number from 0 to 2 ** 31 -
   * 1.
   */
  constructor(value = 1) {
    super(bounded(value));
  }
}

/** Makes a bounded semaphore in memory of that kind; for contexts. */
export function createBoundedSemaphore(
  place: BlockPlace,
  value = 1,
): BoundedSemaphore {
  return new BoundedSemaphore(semaphoreArgument({ place }, value));
}

/** The semaphore that a handle names; the same object for the same memory. */
export function rehydrateSemaphore(handle: SemaphoreHandle): Semaphore {
  const Class = handle.isBounded ? BoundedSemaphore : Semaphore;
  return rehydrateAs(
    handle,
    (where) => new Class(semaphoreArgument(where, 1)),
  );
}

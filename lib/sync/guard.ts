/**
 * What stands for something taken, until it is given back.
 *
 * @module
 */

/**
 * Something held, to be used with `using`: leaving the block gives it back.
 *
 * @example Held to the end of the block
 * ```ts
 * import { RLock } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const lock = new RLock();
 * {
 *   using _held = lock.acquireSync();
 *   equal(lock.locked(), true);
 * }
 * equal(lock.locked(), false);
 * ```
 */
export class Guard implements Disposable {
  // Invariant: null as soon as it was given back once.
  #held: { release(): void } | null;

  /**
   * Stands for `held`, which has been taken already.
   *
   * @example Usage
   * ```ts
   * import { Guard, RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * if (lock.tryAcquireSync()) new Guard(lock)[Symbol.dispose]();
   * equal(lock.locked(), false);
   * ```
   */
  constructor(held: { release(): void }) {
    this.#held = held;
  }

  /**
   * Gives it back; a second time does nothing.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * const held = await lock.acquire();
   * held?.[Symbol.dispose]();
   * held?.[Symbol.dispose]();
   * equal(lock.locked(), false);
   * ```
   */
  [Symbol.dispose](): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    held.release();
  }
}

/**
 * The class `Guard`: releases a lock or permit at the end of a block.
 *
 * @module
 */

/**
 * A lock or permit that is held, for `using`: leaving the block releases it.
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
  // Invariant: null once it was released.
  #held: { release(): void } | null;

  /**
   * Makes a guard of `held`, which the caller has acquired already.
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
   * Releases it; a second call does nothing.
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

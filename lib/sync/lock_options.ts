/**
 * The options of every lock, and the error for a lock of a dead owner.
 *
 * @module
 */

import { AbandonedError } from "../base/errors.ts";
import type { WaitOptions } from "../base/timeouts.ts";
import type { Taking } from "./mutex.ts";

/**
 * How long to wait for a lock, and what to do when its owner has died.
 *
 * @example Taking over from a dead owner
 * ```ts
 * import { RLock, type LockOptions } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * const options: LockOptions = { timeout: 1000, abandoned: "take" };
 * using held = await new RLock().acquire(options);
 * ok(held);
 * ```
 */
export interface LockOptions extends WaitOptions {
  /**
   * What to do if the owner died without releasing the lock: throw
   * `AbandonedError` and leave the lock free, or take it.
   *
   * @default {"throw"}
   */
  readonly abandoned?: "throw" | "take" | undefined;
}

/** The error for a process that acquires a lock of a dead owner. */
export function abandonedError(what: string, after: string): AbandonedError {
  return new AbandonedError(
    `Cannot ${what} as the process that held it died without releasing it: what it guards may be half done, and ${after}`,
  );
}

/**
 * Whether a lock was taken; one of a dead owner counts only if the options say
 * so.
 */
export function accept(
  taking: Taking,
  lock: { release(): void },
  options: LockOptions | undefined,
): boolean {
  if (taking === "inherited" && options?.abandoned !== "take") {
    lock.release();
    throw abandonedError("acquire the lock", "the lock is free now");
  }
  return taking !== "left";
}

/**
 * The interface of objects that `wait()` can wait for, beside promises.
 *
 * @module
 */

import type { WaitOptions } from "./timeouts.ts";

/** The method that waits until an object is ready. */
export const READY: unique symbol = Symbol("multiprocessing.ready");

/**
 * An object that `wait()` can wait for: a connection, a queue, a listener, a
 * process.
 *
 * @example Waiting for the first of several
 * ```ts
 * import { type Awaitable, Listener, wait } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * await using listener = new Listener();
 * const all: Awaitable[] = [listener];
 * deepEqual(await wait(all, { timeout: 0 }), []);
 * ```
 */
export interface Awaitable {
  /**
   * Resolves to true once using the object would not wait, to false after the
   * timeout. Consumes nothing. Rejects with the signal's reason.
   * @ignore
   */
  [READY](options: WaitOptions): Promise<boolean>;
}

/** Whether `wait()` can wait for an object. */
export function isAwaitable(value: unknown): value is Awaitable {
  return typeof value === "object" && value !== null && READY in value;
}

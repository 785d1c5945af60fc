/**
 * What `wait()` can wait for beside promises.
 *
 * @module
 */

import type { WaitOptions } from "./waiting.ts";

/** Waits until there is something to do with an object. */
export const READY: unique symbol = Symbol("multiprocessing.ready");

/**
 * An object that `wait()` can wait for: a connection, a queue, a listener, a
 * process.
 *
 * @example Whatever comes first
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
   * True when using the object would not have to wait, false when the time ran
   * out first. Takes nothing away. Rejects with the signal's reason.
   * @internal
   */
  [READY](options: WaitOptions): Promise<boolean>;
}

/** Whether an object can be waited for. */
export function isAwaitable(value: unknown): value is Awaitable {
  return typeof value === "object" && value !== null && READY in value;
}

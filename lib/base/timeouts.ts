/**
 * The options `timeout` and `signal` of every wait in this package, their checks, and
 * waiting for a promise.
 *
 * @module
 */

import { keepAlive } from "./keep_alive.ts";
import { checkSignal, expectOptions } from "./options.ts";

/**
 * How long to wait, and how to give up early.
 *
 * @example Half a second at most
 * ```ts
 * import type { WaitOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: WaitOptions = { timeout: 500 };
 * equal(options.timeout, 500);
 * ```
 */
export interface WaitOptions {
  /**
   * Milliseconds to wait. `0` checks once and does not wait; a negative number
   * counts as `0`, as in Python.
   *
   * @default {Infinity}
   */
  readonly timeout?: number | undefined;
  /** Rejects the wait with the signal's reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks `options` and returns their timeout in milliseconds, which is neither
 * NaN nor negative.
 */
export function timeoutOf(
  options: WaitOptions | undefined,
  what: string,
  name = "timeout",
): number {
  if (options === undefined) return Infinity;
  expectOptions(options, what, "{ timeout: 100 }");
  checkSignal(options.signal, what);
  const timeout = options.timeout ?? Infinity;
  if (typeof timeout !== "number" || Number.isNaN(timeout)) {
    throw new TypeError(
      `Cannot ${what} as "${name}" must be a number of milliseconds: current value is ${
        typeof timeout === "number" ? timeout : typeof timeout
      }`,
    );
  }
  return Math.max(0, timeout);
}

/** The error of a wait whose time is over. */
export function timedOut(what: string, why = "the time is over"): DOMException {
  return new DOMException(`Cannot ${what} as ${why}`, "TimeoutError");
}

/** The largest delay of a timer; a longer wait uses no timer. */
export const TIMER_MAX_MS = 2 ** 31 - 1;

/**
 * Waits until `done` settles: true if it did, false if the timeout passed
 * first. Keeps the program alive meanwhile, and leaves neither timer nor
 * listener behind.
 */
export async function settles(
  done: Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (signal?.aborted) {
    // Nobody else may wait for it, and then its rejection would end the program.
    done.catch(() => {});
    throw signal.reason;
  }
  const release = keepAlive();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const timer = timeoutMs <= TIMER_MAX_MS
    ? setTimeout(() => resolve(false), timeoutMs)
    : undefined;
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  done.then(() => resolve(true), () => resolve(true));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    release();
  }
}

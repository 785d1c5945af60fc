/**
 * The iterator over the results of `imap()` and `imapUnordered()`.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import { ProcessStateError } from "../../base/errors.ts";
import {
  settles,
  timedOut,
  timeoutOf,
  type WaitOptions,
} from "../../base/timeouts.ts";
import { asSeenBy, type Caller } from "../../process/outcome.ts";
import type { StreamItem, StreamJob } from "./stream_job.ts";

/**
 * The results of `imap()` and `imapUnordered()`, as they come; for `for await`.
 *
 * Nothing happens before the first `next()`, or before the pool is closed: then the
 * items of an array are run, and the results can be read later, as in Python. If an
 * item failed, `next()` throws its error in its place, and the next call goes on with
 * the item after it. Leaving a `for await` loop, also by such an error, gives up the
 * remaining items and closes their source: JavaScript itself closes no iterator whose
 * `next()` has thrown.
 *
 * @typeParam T What the function returns.
 *
 * @example One by one
 * ```ts
 * import { type ResultIterator, ThreadPool } from "@multiprocessing/core";
 * import { deepEqual, equal } from "node:assert/strict";
 *
 * await using pool = new ThreadPool(1);
 * const squares: ResultIterator<number> = pool.imap((x: number) => x * x, [1, 2]);
 * equal((await squares.next({ timeout: 10_000 })).value, 1);
 * deepEqual(await Array.fromAsync(squares), [4]);
 * ```
 */
export class ResultIterator<T>
  implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #job: Pick<StreamJob, "next" | "stop">;
  readonly #caller: Caller;
  /** Results whose reader timed out; the next reader takes them. */
  readonly #unclaimed: Promise<StreamItem>[] = [];

  /** Made by a pool. */
  constructor(job: Pick<StreamJob, "next" | "stop">, caller: Caller) {
    this.#job = job;
    this.#caller = caller;
  }

  /**
   * The next result.
   *
   * @param options How long to wait.
   * @returns The result, or the end.
   * @throws What the function threw for this item.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first; the
   * same result comes with the next call.
   */
  async next(options?: WaitOptions): Promise<IteratorResult<T, undefined>> {
    const timeout = timeoutOf(options, "get the next result");
    const arriving = this.#unclaimed.shift() ?? this.#job.next();
    if (timeout < Infinity || options?.signal !== undefined) {
      await this.#waitFor(arriving, timeout, options?.signal);
    }
    const arrival = await arriving;
    switch (arrival.kind) {
      case "value":
        return { done: false, value: arrival.value as T };
      case "error":
        throw asSeenBy(this.#caller, arrival.error);
      case "end":
        return { done: true, value: undefined };
      default:
        return unreachable(arrival);
    }
  }

  async #waitFor(
    arriving: Promise<StreamItem>,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let isThere = false;
    try {
      isThere = await settles(arriving, timeout, signal);
    } finally {
      if (!isThere) this.#unclaimed.push(arriving);
    }
    if (isThere) return;
    throw timedOut("get the next result", "it is not there");
  }

  /**
   * Gives up the remaining items: drops those that have not begun, and unread
   * results.
   */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#giveUp({ kind: "end" });
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The iterator of a `for await` loop, which ends at the first error. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    const loop: AsyncIterableIterator<T, undefined> = {
      next: () => this.#nextOfLoop(),
      return: () => this.return(),
      [Symbol.asyncIterator]: () => loop,
    };
    return loop;
  }

  async #nextOfLoop(): Promise<IteratorResult<T, undefined>> {
    try {
      return await this.next();
    } catch (error) {
      this.#giveUp({ kind: "error", error: endedByError() });
      throw error;
    }
  }

  #giveUp(last: StreamItem): void {
    this.#unclaimed.length = 0;
    this.#job.stop(last);
  }

  /** Gives up the remaining items. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** The error of the first read after a loop ended with an error. */
function endedByError(): ProcessStateError {
  return new ProcessStateError(
    "Cannot read on as the loop over the results ended with an error, and the " +
      "rest was given up: call next() yourself to go on after an error",
  );
}

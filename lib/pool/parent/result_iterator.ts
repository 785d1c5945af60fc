/**
 * The results of a stream, one by one.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import { ProcessStateError } from "../../base/errors.ts";
import { settles, timeoutOf, type WaitOptions } from "../../base/waiting.ts";
import { asSeenBy, type Caller } from "../../process/outcome.ts";
import type { StreamItem, StreamJob } from "./stream_job.ts";

/**
 * The results of `imap()` and `imapUnordered()`, as they come; for `for await`.
 *
 * Nothing happens before the first `next()`. An error of an item is thrown at its
 * place, and `next()` may then be called again for the item after it. Leaving a
 * `for await` loop gives up the rest, also by such an error: the source of the items
 * is closed then, as JavaScript closes no iterator whose `next()` has thrown.
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
  /** What somebody waited for whose time ran out: it is for the next one. */
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
    throw new DOMException(
      "Cannot get the next result as it is not there",
      "TimeoutError",
    );
  }

  /** Gives up the rest: what has not begun is dropped, what has come is not read. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#giveUp({ kind: "end" });
    return Promise.resolve({ done: true, value: undefined });
  }

  /** For `for await`, which an error ends. */
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

  /** Gives up the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** The error, once, for those who read on after their loop has ended with one. */
function endedByError(): ProcessStateError {
  return new ProcessStateError(
    "Cannot read on as the loop over the results ended with an error, and the " +
      "rest was given up: call next() yourself to go on after an error",
  );
}

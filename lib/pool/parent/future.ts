/**
 * The result of a call that an executor has accepted, like
 * `concurrent.futures.Future`.
 *
 * @module
 */

import { CancelledError } from "../../base/errors.ts";
import {
  settles,
  timedOut,
  timeoutOf,
  type WaitOptions,
} from "../../base/timeouts.ts";
import type { CallJob } from "./call_job.ts";

/** The error of a call that was cancelled. */
export function cancelled(): CancelledError {
  return new CancelledError(
    "Cannot give a result as the work was cancelled before a worker began it",
  );
}

/**
 * The future result of a call, like Python's `concurrent.futures.Future`. It can be
 * awaited like any promise, so `Promise.all()` and `Promise.race()` take the place
 * of Python's `wait()`, and `finally()` that of `add_done_callback()`.
 *
 * If nothing awaits a future, its error is kept for `result()` and is not an
 * unhandled rejection.
 *
 * @typeParam T What the call returns.
 *
 * @example Asking, and waiting
 * ```ts
 * import { type Future, ProcessPoolExecutor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using executor = new ProcessPoolExecutor(1);
 * const future: Future<number> = executor.submit((x: number) => x * x, 7);
 * equal(future.done(), false);
 * equal(await future.result({ timeout: 10_000 }), 49);
 * ```
 */
export class Future<T> implements Promise<T> {
  readonly #job: CallJob<T>;

  /** Made by an executor. */
  constructor(job: CallJob<T>) {
    this.#job = job;
  }

  /** Whether the call is over: it returned, threw, or was cancelled. */
  done(): boolean {
    return this.#job.outcome.state.kind !== "pending";
  }

  /** Whether a worker runs the call. */
  running(): boolean {
    return this.#job.isRunning;
  }

  /** Whether the call was cancelled. */
  cancelled(): boolean {
    return this.#job.isWithdrawn;
  }

  /**
   * Cancels the call if no worker has begun it. One that runs cannot be cancelled:
   * `pool.apply(f, args, { signal })` can.
   *
   * @returns Whether the call is cancelled.
   */
  cancel(): boolean {
    return this.cancelled() || this.#job.withdraw(cancelled());
  }

  /**
   * Waits for the result; may be called again.
   *
   * @param options How long to wait.
   * @returns What the call returned.
   * @throws What the call threw, with the worker's own stack as `cause`.
   * @throws {CancelledError} If the call was cancelled.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async result(options?: WaitOptions): Promise<T> {
    await this.#wait(options, "get a result");
    return await this.#job.outcome.promise;
  }

  /**
   * Waits for the end of the call, and gives its error.
   *
   * @param options How long to wait.
   * @returns What the call threw; null if it returned.
   * @throws {CancelledError} If the call was cancelled.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async exception(options?: WaitOptions): Promise<unknown> {
    await this.#wait(options, "get an exception");
    const { state } = this.#job.outcome;
    if (state.kind !== "error") return null;
    if (this.cancelled()) throw state.error;
    return state.error;
  }

  async #wait(options: WaitOptions | undefined, what: string): Promise<void> {
    const timeout = timeoutOf(options, what);
    if (this.done()) return;
    const { promise } = this.#job.outcome;
    if (await settles(promise, timeout, options?.signal)) return;
    throw timedOut(what, "the call is not done");
  }

  /** The `then()` of a promise. */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#job.outcome.promise.then(onValue, onError);
  }

  /** The `catch()` of a promise. */
  catch<B = never>(
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<T | B> {
    return this.#job.outcome.promise.catch(onError);
  }

  /** The `finally()` of a promise. */
  finally(onSettled?: (() => void) | null): Promise<T> {
    return this.#job.outcome.promise.finally(onSettled);
  }

  /** The name of the class. */
  get [Symbol.toStringTag](): string {
    return "Future";
  }

  /** The state of the call, in Python's words: `<Future state=running>`. */
  toString(): string {
    return `<Future state=${this.#stateName}>`;
  }

  /** Shows the future in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  get #stateName(): string {
    if (this.cancelled()) return "cancelled";
    if (this.done()) return "finished";
    return this.running() ? "running" : "pending";
  }
}

/**
 * The result of work that a pool has accepted: a promise that can also be asked.
 *
 * @module
 */

import { ProcessStateError } from "../../base/errors.ts";
import {
  settles,
  timedOut,
  timeoutOf,
  type WaitOptions,
} from "../../base/timeouts.ts";
import { asSeenBy, type Caller } from "../../process/outcome.ts";

type ResultState<T> =
  | { readonly kind: "pending" }
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "error"; readonly error: unknown };

const PENDING = { kind: "pending" } as const;

/** A result, as its reader sees it. */
export interface Expected<T> {
  readonly state: ResultState<T>;
  readonly promise: Promise<T>;
}

/** Holds the outcome of a job, and passes it to the readers that wait. */
export class TaskOutcome<T> implements Expected<T> {
  #state: ResultState<T> = PENDING;
  // Invariant: made when a reader first waits, so that a job without a reader costs
  // no promise, and its error is no unhandled rejection.
  #waiting: PromiseWithResolvers<T> | null = null;
  /** The call to which the stack of an error leads. */
  caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  get state(): ResultState<T> {
    return this.#state;
  }

  get promise(): Promise<T> {
    if (this.#waiting === null) {
      this.#waiting = Promise.withResolvers<T>();
      this.#tell();
    }
    return this.#waiting.promise;
  }

  resolve(value: T): void {
    if (this.#state !== PENDING) return;
    this.#state = { kind: "value", value };
    this.#tell();
  }

  reject(error: unknown): void {
    if (this.#state !== PENDING) return;
    this.#state = { kind: "error", error: this.seen(error) };
    this.#tell();
  }

  /** The error with a stack that leads to the call. */
  seen(error: unknown): unknown {
    return asSeenBy(this.caller, error);
  }

  #tell(): void {
    if (this.#waiting === null) return;
    if (this.#state.kind === "value") this.#waiting.resolve(this.#state.value);
    if (this.#state.kind === "error") this.#waiting.reject(this.#state.error);
  }
}

/**
 * The result of work that a pool does meanwhile, like Python's `AsyncResult`. It
 * can be awaited like any promise.
 *
 * If nothing awaits it, its error is kept for `get()` and is not an unhandled
 * rejection, as in Python.
 *
 * @typeParam T What the work returns.
 *
 * @example Asking without waiting
 * ```ts
 * import { type AsyncResult, ThreadPool } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using pool = new ThreadPool(1);
 * const result: AsyncResult<number> = pool.applyAsync((x: number) => x * x, [7]);
 * equal(result.ready(), false);
 * equal(await result, 49);
 * equal(result.successful(), true);
 * ```
 */
export class AsyncResult<T> implements Promise<T> {
  readonly #outcome: Expected<T>;

  /** Made by a pool. */
  constructor(outcome: Expected<T>) {
    this.#outcome = outcome;
  }

  /** Whether the work is done, with or without an error. */
  ready(): boolean {
    return this.#outcome.state.kind !== "pending";
  }

  /**
   * Whether the work is done without an error.
   *
   * @throws {ProcessStateError} If it is not done.
   */
  successful(): boolean {
    const { kind } = this.#outcome.state;
    if (kind !== "pending") return kind === "value";
    throw new ProcessStateError(
      "Cannot say whether the work was successful as it is not done: " +
        "look at ready(), or await the result",
    );
  }

  /**
   * Waits for the result; may be called again.
   *
   * @param options How long to wait.
   * @returns The result.
   * @throws What the work threw, with the worker's own stack as `cause`.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async get(options?: WaitOptions): Promise<T> {
    if (!await this.#settles(options, "get a result")) {
      throw timedOut("get the result", "the work is not done");
    }
    return await this.#outcome.promise;
  }

  /**
   * Waits until the work is done, with or without an error.
   *
   * @param options How long to wait.
   * @returns True when it is done, false when the time ran out first.
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    return await this.#settles(options, "wait for a result");
  }

  async #settles(
    options: WaitOptions | undefined,
    what: string,
  ): Promise<boolean> {
    const timeout = timeoutOf(options, what);
    if (this.ready()) return true;
    return await settles(this.#outcome.promise, timeout, options?.signal);
  }

  /** The `then()` of a promise. */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#outcome.promise.then(onValue, onError);
  }

  /** The `catch()` of a promise. */
  catch<B = never>(
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<T | B> {
    return this.#outcome.promise.catch(onError);
  }

  /** The `finally()` of a promise. */
  finally(onSettled?: (() => void) | null): Promise<T> {
    return this.#outcome.promise.finally(onSettled);
  }

  /** The name of the class. */
  get [Symbol.toStringTag](): string {
    return "AsyncResult";
  }

  /** Whether it is done: `<AsyncResult state=pending>`. */
  toString(): string {
    return `<AsyncResult state=${this.#outcome.state.kind}>`;
  }

  /** Shows the result in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/**
 * What the jobs of a pool have in common: their limits, and their one end.
 *
 * @module
 */

import type { TaskOutcome } from "./async_result.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type { Job } from "./job.ts";
import type { Limits } from "./pool_options.ts";

/** Whom a job tells of its end. */
export interface JobOwner {
  /** The job is over. */
  leave(job: Job): void;
  /** What is not begun of it is not wanted. */
  drop(job: Job): void;
  /** What runs of it is to be stopped, too. */
  cancel(job: Job): void;
  /** What is not begun of it is taken back; false if that is nothing. */
  takeBack(job: Job): boolean;
  /** Whether a worker runs an item of it. */
  isRunning(job: Job): boolean;
}

/** A job that has one outcome. */
export abstract class BaseJob<T> {
  readonly fn: PoolFunction;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly outcome: TaskOutcome<T>;
  readonly #owner: JobOwner;
  readonly #signal: AbortSignal | undefined;
  // Invariant: null exactly where nobody is to be listened to.
  #abort: (() => void) | null = null;
  #isOver = false;
  #isWithdrawn = false;

  constructor(
    fn: PoolFunction,
    { timeoutMs, retries, signal }: Limits,
    outcome: TaskOutcome<T>,
    owner: JobOwner,
  ) {
    this.fn = fn;
    this.timeoutMs = timeoutMs;
    this.retries = retries;
    this.outcome = outcome;
    this.#owner = owner;
    this.#signal = signal;
    if (signal === undefined) return;
    if (signal.aborted) {
      this.fail(signal.reason);
      return;
    }
    this.#abort = () => this.cancel(signal.reason);
    signal.addEventListener("abort", this.#abort);
  }

  /** Whether nobody wants what is left of it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** This, as the owner knows it. */
  protected abstract get self(): Job;

  /** It has come to its end. */
  protected succeed(value: T): void {
    this.#end();
    this.outcome.resolve(value);
  }

  /** It has come to nothing; what runs of it may run on. */
  fail(error: unknown): void {
    this.#end();
    this.outcome.reject(error);
  }

  /** It has come to nothing, and what is not begun of it is dropped. */
  protected giveUp(error: unknown): void {
    this.fail(error);
    this.#owner.drop(this.self);
  }

  /** It is not wanted any more, not even what runs of it. */
  cancel(reason: unknown): void {
    if (this.#isOver) return;
    this.fail(reason);
    this.#owner.cancel(this.self);
  }

  /** Gives it up where no worker has begun it; false if one has, or it is over. */
  withdraw(reason: unknown): boolean {
    if (this.#isOver || !this.#owner.takeBack(this.self)) return false;
    this.#isWithdrawn = true;
    this.fail(reason);
    return true;
  }

  /** Whether it was given up before a worker began it. */
  get isWithdrawn(): boolean {
    return this.#isWithdrawn;
  }

  /** Whether a worker runs it. */
  get isRunning(): boolean {
    return !this.#isOver && this.#owner.isRunning(this.self);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#abort !== null) {
      this.#signal?.removeEventListener("abort", this.#abort);
    }
    this.#owner.leave(this.self);
  }
}

/**
 * The base class of the jobs with one outcome: their limits, and how they end.
 *
 * @module
 */

import type { TaskOutcome } from "./async_result.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type { Job } from "./job.ts";
import type { Limits } from "./pool_options.ts";

/** The services of the pool that a job needs. */
export interface JobOwner {
  /** Removes a job that is over. */
  leave(job: Job): void;
  /** Drops the items of a job that have not begun. */
  drop(job: Job): void;
  /** Stops the workers that run items of a job. */
  cancel(job: Job): void;
  /** Takes back the items that have not begun; false if there are none. */
  takeBack(job: Job): boolean;
  /** Whether a worker runs an item of a job. */
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
  // Invariant: null unless the job listens to an abort signal.
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

  /** Whether the job has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** This job, as its owner knows it. */
  protected abstract get self(): Job;

  /** Ends the job with its result. */
  protected succeed(value: T): void {
    this.#end();
    this.outcome.resolve(value);
  }

  /** Ends the job with an error; items that run may run on. */
  fail(error: unknown): void {
    this.#end();
    this.outcome.reject(error);
  }

  /** Ends the job with an error, and drops the items that have not begun. */
  protected giveUp(error: unknown): void {
    this.fail(error);
    this.#owner.drop(this.self);
  }

  /** Ends the job with an error, and stops the workers that run its items. */
  cancel(reason: unknown): void {
    if (this.#isOver) return;
    this.fail(reason);
    this.#owner.cancel(this.self);
  }

  /** Gives the job up if no worker has begun it; false if one has, or it is over. */
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

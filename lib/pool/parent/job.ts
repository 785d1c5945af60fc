/**
 * Jobs, which are the calls of a pool's methods, and the tasks into which they are
 * cut.
 *
 * ```
 *   apply    one job, one task of one item
 *   map      one job, one task for each chunk of its items
 *   imap     the same, and items are read as they are needed
 * ```
 *
 * @module
 */

import type { SentPart } from "../../process/lost_instances.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type { CallForm, SentItems } from "../protocol/pool_messages.ts";

/** The work of one call of a pool. */
export interface Job {
  readonly fn: PoolFunction;
  readonly form: CallForm;
  /** How many milliseconds one item may run, or Infinity. */
  readonly timeoutMs: number;
  /** How often an item runs again if its worker dies. */
  readonly retries: number;
  /** Whether a task can be sent only once, because buffers move with it. */
  readonly isSentOnce: boolean;
  /** True once the remaining results are not needed. */
  readonly isOver: boolean;
  /** The items in the form in which a worker receives them. */
  batchOf(
    first: number,
    count: number,
    destination: Destination,
  ): { readonly items: SentItems; readonly transfer: readonly Transferable[] };
  /** The value that was given for an unfinished item, and its name in errors. */
  given(index: number): SentPart;
  /** Settles items from `first` on with their results. */
  fulfil(first: number, values: readonly unknown[]): void;
  /** Settles one item with an error. */
  reject(index: number, error: unknown): void;
  /** Fails the job as a whole. */
  fail(error: unknown): void;
  /** Gives up the items that no worker has begun; false if there are none. */
  withdraw(reason: unknown): boolean;
}

/** Consecutive items of a job that are sent to one worker together. */
export class Task {
  readonly job: Job;
  /** The index of its first item in the job. */
  readonly first: number;
  /** How many items it answers for; fewer once some have been taken back. */
  count: number;
  /** How many of them have results, which come in order. */
  settled = 0;
  /** How many workers have died of it. */
  readonly losses: number;
  /**
   * Whether it was taken back from a worker that had not begun it. It is then sent
   * once more, to a worker that begins it at once, and is not taken back again.
   */
  readonly isMoved: boolean;
  /** Milliseconds that sending one of its items took. */
  costMs = 0;

  constructor(
    job: Job,
    first: number,
    count: number,
    losses = 0,
    isMoved = false,
  ) {
    this.job = job;
    this.first = first;
    this.count = count;
    this.losses = losses;
    this.isMoved = isMoved;
  }

  /** Whether an idle worker may get items of it that another has not begun. */
  get isMovable(): boolean {
    return !this.isMoved && !this.job.isSentOnce;
  }

  /** Whether all of its items are settled. */
  get isDone(): boolean {
    return this.settled >= this.count;
  }

  /** Some of its items as a task of their own. */
  part(from: number, end: number, losses: number = this.losses): Task {
    return new Task(this.job, this.first + from, end - from, losses);
  }

  /** One of its items, as a task that moves from one worker to another. */
  moved(item: number): Task {
    return new Task(this.job, this.first + item, 1, this.losses, true);
  }
}

/** A source of tasks, which are cut as they are needed. */
export interface TaskSource {
  /** The function of its tasks. */
  readonly fn: PoolFunction;
  /** The next task; null if there is none, now or ever. */
  take(): Task | null;
  /** About how many tasks it has left. */
  readonly waiting: number;
}

/**
 * What a pool is asked to do, and the tasks that it is cut into.
 *
 * ```
 *   apply    one job, one task of one item
 *   map      one job, one task a chunk of its items
 *   imap     the same, and the items come as they are wanted
 * ```
 *
 * @module
 */

import type { SentPart } from "../../process/lost_instances.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type { CallForm, SentItems } from "../protocol/pool_messages.ts";

/** What the workers are asked to do in one call of a pool. */
export interface Job {
  readonly fn: PoolFunction;
  readonly form: CallForm;
  /** How long one item may run, or Infinity. */
  readonly timeoutMs: number;
  /** How often an item runs again whose worker died. */
  readonly retries: number;
  /** Whether its tasks can be sent once only, for what they give away. */
  readonly isSentOnce: boolean;
  /** True when nobody wants what is left of it any more. */
  readonly isOver: boolean;
  /** What a worker is sent for some of the items. */
  batchOf(
    first: number,
    count: number,
    destination: Destination,
  ): { readonly items: SentItems; readonly transfer: readonly Transferable[] };
  /** What was given for an item that has not come to an end, and how it is called. */
  given(index: number): SentPart;
  /** Items, from `first` on, have their results. */
  fulfil(first: number, values: readonly unknown[]): void;
  /** One item has come to nothing. */
  reject(index: number, error: unknown): void;
  /** The job as a whole comes to nothing. */
  fail(error: unknown): void;
  /** What no worker has begun of it comes to nothing; false if that is nothing. */
  withdraw(reason: unknown): boolean;
}

/** Items of a job that go to one worker together. */
export class Task {
  readonly job: Job;
  /** The first of its items, in the job. */
  readonly first: number;
  /** How many items it answers for; fewer when some have been taken back. */
  count: number;
  /** How many of them have their results; they come in order. */
  settled = 0;
  /** How many workers it has cost. */
  readonly losses: number;
  /**
   * Whether it was taken from a worker that had not begun it. It is sent once more
   * then, to a worker that begins it at once, and is not taken again.
   */
  readonly isMoved: boolean;
  /** How long it took to send one of its items. */
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

  /** Whether an idle worker may take items of it that another has not begun. */
  get isMovable(): boolean {
    return !this.isMoved && !this.job.isSentOnce;
  }

  /** Whether nothing of it is left to do. */
  get isDone(): boolean {
    return this.settled >= this.count;
  }

  /** Some of its items as a task of their own. */
  part(from: number, end: number, losses: number = this.losses): Task {
    return new Task(this.job, this.first + from, end - from, losses);
  }

  /** One of its items, on its way from one worker to another. */
  moved(item: number): Task {
    return new Task(this.job, this.first + item, 1, this.losses, true);
  }
}

/** Where tasks come from as they are wanted. */
export interface TaskSource {
  /** The function of its tasks. */
  readonly fn: PoolFunction;
  /** The next task; null when there is none, now or ever. */
  take(): Task | null;
  /** About how many more there are. */
  readonly waiting: number;
}

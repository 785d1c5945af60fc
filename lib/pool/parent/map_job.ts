/**
 * The job of one `map()`: a function over a list of items.
 *
 * @module
 */

import { boundToContext } from "../../base/async_context.ts";
import { contain, printError } from "../../base/stderr.ts";
import { inspectThrown } from "../../base/thrown_text.ts";
import type { SentPart } from "../../process/lost_instances.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import type { Moving } from "../../wire/serialization/transfer.ts";
import type { TaskOutcome } from "./async_result.ts";
import type { PoolFunction } from "./pool_functions.ts";
import { type Job, Task, type TaskSource } from "./job.ts";
import { type ItemBatch, makeBatch } from "./item_batch.ts";
import type { CallForm, EACH } from "../protocol/pool_messages.ts";
import type { Limits, MapOptions } from "./pool_options.ts";
import { chunkOfList, type ChunkRule } from "./chunk_size.ts";
import { BaseJob, type JobOwner } from "./base_job.ts";

/** How the items are passed to the function, and what happens after an error. */
export interface MapPlan {
  readonly form: typeof EACH | CallForm;
  readonly isSettled: boolean;
  readonly options: MapOptions;
  /** The number of workers. */
  readonly size: number;
}

const OPEN = 0;
const FULFILLED = 1;
const REJECTED = 2;

/** The job of one `map()`; its outcome is the list of results, in order. */
export class MapJob<R> extends BaseJob<R[]> implements Job, TaskSource {
  readonly form: CallForm;
  readonly isSentOnce: boolean;
  readonly #plan: MapPlan;
  readonly #chunks: ChunkRule;
  readonly #items: readonly unknown[];
  readonly #values: unknown[];
  /** State of each item: open until its outcome is in `#values`. */
  readonly #states: Uint8Array;
  readonly #moving: Moving = new WeakMap();
  #done = 0;
  #failed = 0;
  /** The items before this one have been cut into tasks. */
  #at = 0;

  constructor(
    fn: PoolFunction,
    items: readonly unknown[],
    plan: MapPlan,
    limits: Limits,
    outcome: TaskOutcome<R[]>,
    owner: JobOwner,
  ) {
    super(fn, limits, outcome, owner);
    this.form = plan.form;
    this.isSentOnce = plan.options.transfer !== undefined;
    const { onProgress, transfer } = plan.options;
    this.#plan = {
      ...plan,
      options: {
        ...plan.options,
        onProgress: boundToContext(onProgress),
        transfer: boundToContext(transfer),
      },
    };
    const { options: { chunksize }, size } = plan;
    this.#chunks = { chunksize, timeoutMs: this.timeoutMs, size };
    this.#items = items;
    this.#values = new Array(items.length);
    this.#states = new Uint8Array(items.length);
  }

  protected get self(): Job {
    return this;
  }

  /** Ends the job at once if its list is empty. */
  endIfEmpty(): void {
    if (this.#items.length === 0) this.succeed([]);
  }

  get waiting(): number {
    const left = this.isOver ? 0 : this.#items.length - this.#at;
    return left === 0 ? 0 : Math.ceil(left / this.#chunksize(left));
  }

  take(): Task | null {
    const left = this.isOver ? 0 : this.#items.length - this.#at;
    if (left === 0) return null;
    const count = Math.min(left, this.#chunksize(left));
    const task = new Task(this, this.#at, count);
    this.#at += count;
    return task;
  }

  #chunksize(left: number): number {
    const { meanMs } = this.fn;
    return chunkOfList(this.#chunks, meanMs, this.#items.length, left);
  }

  batchOf(
    first: number,
    count: number,
    destination: Destination,
  ): ItemBatch {
    const items = this.#items.slice(first, first + count);
    return makeBatch(
      items,
      first,
      destination,
      this.#plan.options.transfer,
      this.#moving,
    );
  }

  given(index: number): SentPart {
    return [`items[${index}]`, this.#items[index]];
  }

  fulfil(first: number, values: readonly unknown[]): void {
    if (this.isOver) return;
    for (let i = 0; i < values.length; i++) {
      if (this.#states[first + i] !== OPEN) continue;
      this.#states[first + i] = FULFILLED;
      this.#values[first + i] = values[i];
      this.#done++;
    }
    this.#advance();
  }

  reject(index: number, error: unknown): void {
    if (this.isOver || this.#states[index] !== OPEN) return;
    if (this.#plan.options.failFast === true && !this.#plan.isSettled) {
      return this.giveUp(error);
    }
    this.#states[index] = REJECTED;
    this.#values[index] = error;
    this.#done++;
    this.#failed++;
    this.#advance();
  }

  #advance(): void {
    const total = this.#items.length;
    const { onProgress } = this.#plan.options;
    if (onProgress !== undefined) this.#tellProgress(onProgress, total);
    if (this.#done === total && !this.isOver) this.#end();
  }

  #tellProgress(
    onProgress: NonNullable<MapOptions["onProgress"]>,
    total: number,
  ): void {
    try {
      // It may be an async function, and fail later.
      const returned = onProgress(this.#done, total, this.#failed);
      contain(returned, (error) => this.#hasFailed(error));
    } catch (error) {
      this.#hasFailed(error);
    }
  }

  /** `onProgress` threw: fails the map, or prints the error if the map is over. */
  #hasFailed(error: unknown): void {
    if (!this.isOver) return this.giveUp(error);
    printError(
      `onProgress of a map that is over threw: ${inspectThrown(error)}`,
    );
  }

  #end(): void {
    if (this.#plan.isSettled) return this.succeed(this.#outcomes() as R[]);
    const bad = this.#states.indexOf(REJECTED);
    if (bad >= 0) this.fail(this.#values[bad]);
    else this.succeed(this.#values as R[]);
  }

  #outcomes(): PromiseSettledResult<unknown>[] {
    return this.#values.map((value, i) =>
      this.#states[i] === REJECTED
        ? { status: "rejected", reason: this.outcome.seen(value) }
        : { status: "fulfilled", value }
    );
  }
}

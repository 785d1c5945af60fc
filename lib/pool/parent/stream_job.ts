/**
 * The job of one `imap()`: a function over a stream of items, and its results.
 *
 * ```
 *   iterable --take()--> in work --fulfil()--> ready --next()--> reader
 *              |<------------ room: buffersize ----------->|
 * ```
 *
 * An item is taken only when there is room for its result, so that a slow reader
 * slows down the reading of the iterable.
 *
 * @module
 */

import { boundToContext } from "../../base/async_context.ts";
import { ProcessStateError } from "../../base/errors.ts";
import type { SentPart } from "../../process/lost_instances.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import type { Moving } from "../../wire/serialization/transfer.ts";
import type { PoolFunction } from "./pool_functions.ts";
import {
  AsyncItemSource,
  isAsync,
  type ItemSource,
  SyncItemSource,
} from "./item_source.ts";
import { type Job, Task, type TaskSource } from "./job.ts";
import { bufferOfStream, chunkOfStream, type ChunkRule } from "./chunk_size.ts";
import { type ItemBatch, makeBatch, type TransferOf } from "./item_batch.ts";
import type { CallForm } from "../protocol/pool_messages.ts";
import type { Limits } from "./pool_options.ts";
import type { JobOwner } from "./base_job.ts";

/** How a stream runs. */
export interface StreamPlan {
  readonly chunksize: number | undefined;
  readonly buffersize: number | undefined;
  readonly form: CallForm;
  readonly isOrdered: boolean;
  /** Whether it starts, and goes on, even if nothing reads its results. */
  readonly isEager: boolean;
  readonly transfer: TransferOf | undefined;
  /** The number of workers. */
  readonly size: number;
}

/** The services of the pool that a stream needs. */
export interface StreamOwner extends JobOwner {
  /** The streams that nobody has begun to read. */
  readonly unread: Set<StreamJob>;
  /** Adds a job whose tasks come from `work`; throws the reason if it cannot. */
  add(job: Job, work: TaskSource): void;
  /** Says that a source may have more tasks. */
  refill(source: TaskSource): void;
}

/** The outcome of an item, for the reader. */
export type StreamItem =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "end" };

const END: StreamItem = { kind: "end" };

type StreamState =
  /** Nothing has been read yet; or no item is in work and no reader waits. */
  | "resting"
  | "working"
  | "over";

/** The job of one `imap()`. */
export class StreamJob implements Job, TaskSource {
  readonly fn: PoolFunction;
  readonly form: CallForm;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly isSentOnce: boolean;
  readonly #plan: StreamPlan;
  readonly #chunks: ChunkRule;
  readonly #owner: StreamOwner;
  readonly #input: ItemSource;
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void = () => {
    this.fail(this.#signal?.reason);
    this.#owner.cancel(this);
  };
  #state: StreamState = "resting";
  readonly #moving: Moving = new WeakMap();
  /** Items without a result. */
  readonly #items = new Map<number, unknown>();
  /** Results that have not been read, by the index of their item. */
  readonly #ready = new Map<number, StreamItem>();
  /**
   * How the stream ends: at the end of the iterable, or with its error or the
   * pool's.
   */
  #last: StreamItem = END;
  #isInputOver = false;
  /** Whether the items are an array, and all of them are taken without a reader. */
  readonly #isList: boolean;
  #takesAll = false;
  /** The error after which no item is taken; existing results can still be read. */
  #refusal: { readonly error: unknown } | null = null;
  /** Runs while nothing is in work but the reader may come back at once. */
  #restSoon: ReturnType<typeof setTimeout> | undefined;
  readonly #readers: ((arrival: StreamItem) => void)[] = [];
  /** How many items have been taken, and how many results read. */
  #taken = 0;
  #read = 0;

  constructor(
    fn: PoolFunction,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    plan: StreamPlan,
    { timeoutMs, retries, signal }: Limits,
    owner: StreamOwner,
  ) {
    this.fn = fn;
    this.form = plan.form;
    this.timeoutMs = timeoutMs;
    this.retries = retries;
    this.isSentOnce = plan.transfer !== undefined;
    this.#plan = { ...plan, transfer: boundToContext(plan.transfer) };
    const { chunksize, size } = plan;
    this.#chunks = { chunksize, timeoutMs: this.timeoutMs, size };
    this.#owner = owner;
    this.#input = isAsync(items)
      ? new AsyncItemSource(items, () => this.#more())
      : new SyncItemSource(items);
    this.#signal = signal;
    if (signal?.aborted) this.fail(signal.reason);
    else signal?.addEventListener("abort", this.#abort);
    this.#isList = Array.isArray(items);
    if (this.isOver) return;
    if (plan.isEager) this.#wake();
    else if (!isAsync(items)) owner.unread.add(this);
  }

  /**
   * Begins although nobody reads yet, as the pool ends: with all items of an array,
   * as Python does, and otherwise with as many as there is room for.
   */
  begin(): void {
    this.#takesAll = this.#isList && this.#plan.buffersize === undefined;
    if (this.#state === "resting") this.#wake();
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  get waiting(): number {
    if (this.#state !== "working" || this.#isInputOver) return 0;
    // Negative if the chunks have become smaller meanwhile.
    return Math.max(0, Math.ceil(this.#room / this.#chunksize));
  }

  get #room(): number {
    if (this.#takesAll) return Number.MAX_SAFE_INTEGER;
    const most = this.#plan.buffersize ??
      bufferOfStream(this.#plan.size, this.#chunksize);
    return most - (this.#taken - this.#read);
  }

  get #chunksize(): number {
    const { meanMs } = this.fn;
    return chunkOfStream(this.#chunks, meanMs, this.#plan.buffersize);
  }

  take(): Task | null {
    const count = Math.min(this.#room, this.#chunksize);
    if (count <= 0 || this.waiting === 0) return null;
    const given = this.#input.take(count);
    if (given.kind === "end") {
      this.#inputEnds(given.error);
      return null;
    }
    if (given.items.length === 0) return null;
    const first = this.#taken;
    for (const item of given.items) this.#items.set(this.#taken++, item);
    return new Task(this, first, given.items.length);
  }

  #inputEnds(error: { readonly thrown: unknown } | undefined): void {
    this.#isInputOver = true;
    if (error !== undefined) {
      this.#last = { kind: "error", error: error.thrown };
    }
    // Never during the pool's own turn.
    queueMicrotask(() => this.#deliver());
  }

  batchOf(
    first: number,
    count: number,
    destination: Destination,
  ): ItemBatch {
    const items: unknown[] = [];
    for (let i = 0; i < count; i++) items.push(this.#items.get(first + i));
    const { transfer } = this.#plan;
    return makeBatch(items, first, destination, transfer, this.#moving);
  }

  given(index: number): SentPart {
    return [`items[${index}]`, this.#items.get(index)];
  }

  fulfil(first: number, values: readonly unknown[]): void {
    for (let i = 0; i < values.length; i++) {
      this.#arrive(first + i, { kind: "value", value: values[i] });
    }
    this.#deliver();
  }

  reject(index: number, error: unknown): void {
    this.#arrive(index, { kind: "error", error });
    this.#deliver();
  }

  fail(error: unknown): void {
    this.#close({ kind: "error", error });
  }

  /** The next result, once it exists. */
  next(): Promise<StreamItem> {
    const { promise, resolve } = Promise.withResolvers<StreamItem>();
    this.#readers.push(resolve);
    this.#deliver();
    const mayWake = this.#state === "resting" && this.#refusal === null;
    if (mayWake && !this.#isInputOver) this.#wake();
    return promise;
  }

  withdraw(reason: unknown): boolean {
    if (this.isOver) return false;
    if (!this.#owner.takeBack(this) && this.#isInputOver) return false;
    this.fail(reason);
    return true;
  }

  /** Drops the remaining items and unread results; an item that runs may run on. */
  stop(last: StreamItem = END): void {
    this.#ready.clear();
    if (this.isOver) {
      this.#last = END;
      return;
    }
    this.#close(last);
    this.#owner.drop(this);
  }

  #arrive(index: number, arrival: StreamItem): void {
    if (this.isOver || !this.#items.delete(index)) return;
    this.#ready.set(index, arrival);
  }

  #deliver(): void {
    while (this.#readers.length > 0) {
      const arrival = this.#nextReady();
      if (arrival === null) break;
      this.#readers.shift()!(arrival);
    }
    if (this.#isDone) return this.#close(this.#last);
    if (this.#state !== "working") return;
    this.#more();
    if (this.#isIdle) this.#rest();
  }

  get #isIdle(): boolean {
    const isEager = this.#plan.isEager || this.#takesAll;
    const goesOn = isEager && !this.#isInputOver && this.#room > 0;
    return this.#items.size === 0 && this.#readers.length === 0 && !goesOn;
  }

  /** Whether all items are done and their results read. */
  get #isDone(): boolean {
    return this.#isInputOver && this.#items.size === 0 &&
      this.#ready.size === 0;
  }

  #nextReady(): StreamItem | null {
    const key = this.#plan.isOrdered
      ? this.#read
      : this.#ready.keys().next().value;
    const arrival = key === undefined ? undefined : this.#ready.get(key);
    if (arrival !== undefined) {
      this.#ready.delete(key!);
      this.#read++;
      return arrival;
    }
    if (!this.isOver && !this.#isDone) return null;
    const last = this.#last;
    this.#last = END;
    return last;
  }

  #more(): void {
    if (this.#refusal !== null) return this.#endUnlessMore(this.#refusal.error);
    if (this.#state === "working" && this.waiting > 0) this.#owner.refill(this);
  }

  #wake(): void {
    this.#owner.unread.delete(this);
    try {
      this.#owner.add(this, this);
      this.#state = "working";
    } catch (error) {
      this.#endUnlessMore(error);
    }
  }

  /** The pool has no workers any more, which matters if more items follow. */
  #endUnlessMore(error: unknown): void {
    this.#refusal = { error };
    const given = this.#input.take(1);
    if (given.kind === "end") this.#inputEnds(given.error);
    else if (given.items.length > 0) this.fail(error);
  }

  /**
   * No item is in work and no reader waits: lets the pool end, unless the reader is
   * just between two results.
   */
  #rest(): void {
    this.#restSoon ??= setTimeout(() => {
      this.#restSoon = undefined;
      if (this.#state !== "working" || !this.#isIdle) return;
      this.#state = "resting";
      this.#owner.leave(this);
    }, 0);
  }

  #close(last: StreamItem): void {
    if (this.isOver) return;
    const wasWorking = this.#state === "working";
    this.#owner.unread.delete(this);
    this.#state = "over";
    this.#last = last;
    this.#items.clear();
    clearTimeout(this.#restSoon);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#input.close();
    if (wasWorking) this.#owner.leave(this);
    this.#deliver();
  }
}

/** The error of a read after the pool has ended. */
export function endedWhileRead(): ProcessStateError {
  return new ProcessStateError(
    "Cannot read on as the pool has ended meanwhile: read all results before " +
      "join(), or within the block of `await using`",
  );
}

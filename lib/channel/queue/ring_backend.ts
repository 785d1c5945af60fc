/**
 * `RingBackend`: the items of a queue in a ring in shared memory.
 *
 * @module
 */

import { SharedMemoryError, UnsupportedError } from "../../base/errors.ts";
import { Block, type BlockPlace } from "../../memory/allocation/block.ts";
import { FOREVER, type Limit, limitOf } from "../../sync/steps.ts";
import type {
  BlockHandle,
  Delivery,
  Destination,
  QueueHandle,
  RelayHandle,
} from "../../wire/serialization/handle.ts";
import { AsyncMutex } from "../connection/notify.ts";
import {
  checkLength,
  dropItem,
  encodeItem,
  isLeft,
  itemKindOf,
  type ItemSink,
  keepItem,
  readItem,
} from "../ring/ring_items.ts";
import {
  AT_ONCE,
  type QueueBackend,
  type Taken,
} from "../ring/queue_backend.ts";
import defer * as relays from "../relay/relay.ts";
import {
  formatRing,
  type Item,
  Ring,
  ringBlock,
  type RingOptions,
} from "../ring/ring.ts";
import { BUSY, EMPTY, type Putting } from "../ring/ring_outcomes.ts";

/**
 * The event loop gets a turn after this many operations in a row that did not wait:
 * a loop that only awaits such operations would stop everything else.
 */
const STREAK_MAX = 256;

/** The items of a queue in shared memory, as this isolate sees them. */
export class RingBackend implements QueueBackend {
  readonly #ring: Ring;
  // The operations of this isolate that wait. One of each mutex sleeps at the ring:
  // so they finish in the order of their calls, and take one thread where a sleep
  // takes a thread.
  readonly #putters = new AsyncMutex();
  readonly #getters = new AsyncMutex();
  #streak = 0;
  // Sinks are made once: a closure for each put would cost as much as the put.
  readonly #putOrKeep: ItemSink<Putting | Item>;
  readonly #putOrWait: ItemSink<Putting>;
  // The limit of the next #putOrWait.
  #limit: Limit = AT_ONCE;
  /** Whether other processes may have its memory. */
  #isShared: boolean;
  /** Whether other processes may reach it through this isolate. */
  #isRelayed = false;

  /** Views the queue in `block`; `isShared` says whether it came from elsewhere. */
  constructor(block: Block, isShared: boolean) {
    this.#isShared = isShared;
    const ring = this.#ring = new Ring(block);
    this.#putOrKeep = (content, length, kind = itemKindOf(content)) => {
      checkLength(length);
      const outcome = ring.tryPut(content, length, kind);
      return outcome === "done" || outcome === "shut"
        ? outcome
        : keepItem(content, length, kind);
    };
    // It blocks while the item is in the codec's buffer, so the item needs no copy.
    this.#putOrWait = (bytes, length, kind = itemKindOf(bytes)) => {
      checkLength(length);
      const limit = this.#limit;
      const outcome = ring.tryPut(bytes, length, kind);
      if (outcome === "done" || outcome === "shut") return outcome;
      if (outcome === "full" && limit === AT_ONCE) return outcome;
      if (outcome === "full") this.#refuseDeadlock("put", limit);
      return ring.putSync({ bytes, length, kind }, patientAtLocks(limit));
    };
  }

  /** Makes a new queue. */
  static make(options: RingOptions, place?: BlockPlace): RingBackend {
    const block = ringBlock(place);
    formatRing(block, options);
    return new RingBackend(block, false);
  }

  /** Attaches the queue of a handle. */
  static attach(handle: BlockHandle): RingBackend {
    return new RingBackend(Block.attach(handle), true);
  }

  get key(): string {
    return this.#ring.block.key;
  }

  get isFar(): boolean {
    return false;
  }

  get maxCount(): number {
    return this.#ring.maxCount;
  }

  get count(): number {
    return this.#ring.count;
  }

  get isShut(): boolean {
    return this.#ring.isShut;
  }

  put(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting | Promise<Putting> {
    const isNow = this.#putters.isFree && ++this.#streak < STREAK_MAX;
    const sink = isNow ? this.#putOrKeep : keepItem;
    const outcome = encodeItem<Putting | Item>(
      value,
      this.#ring.block,
      transfer,
      sink,
    );
    return typeof outcome === "string"
      ? outcome
      : this.#putInRow(outcome, patientAtLocks(limit));
  }

  async #putInRow(item: Item, limit: Limit): Promise<Putting> {
    const put = () => this.#ring.put(item, limit);
    let outcome: Putting = "full";
    try {
      return outcome = await this.#putters.run<Putting>(
        limit,
        "full",
        () => this.#politely(put),
      );
    } finally {
      if (outcome !== "done") dropItem(item);
    }
  }

  /** Gives the event loop a turn first, if it is due. */
  #politely<T>(act: () => Promise<T>): Promise<T> {
    if (this.#streak < STREAK_MAX) return act();
    this.#streak = 0;
    return new Promise<void>((resolve) => setImmediate(resolve)).then(act);
  }

  putSync(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting {
    if (limit === AT_ONCE) {
      // Puts of this isolate that wait come first.
      if (!this.#putters.isFree) return "full";
      // Before any buffer moves, which could not come back.
      const isGiving = transfer !== undefined && !this.isShut;
      if (isGiving && this.count >= this.maxCount) return "full";
    }
    this.#limit = limit;
    return encodeItem(value, this.#ring.block, transfer, this.#putOrWait);
  }

  async putBack(value: unknown): Promise<void> {
    const { block } = this.#ring;
    const kept = encodeItem(value, block, undefined, keepItem);
    const item = { ...kept, isBack: true };
    const outcome = await this.#ring.put(item, FOREVER);
    // It was counted when it was put for the first time.
    if (outcome === "done") this.taskDone();
    else dropItem(item);
  }

  get(limit: Limit): Taken | Promise<Taken> {
    if (this.#getters.isFree && ++this.#streak < STREAK_MAX) {
      const got = this.#ring.tryGet(readItem);
      if (got !== EMPTY && got !== BUSY) return isLeft(got) ? got.fetch() : got;
    }
    return this.#getInRow(patientAtLocks(limit));
  }

  async #getInRow(limit: Limit): Promise<Taken> {
    const get = () => this.#ring.get(readItem, limit);
    const got = await this.#getters.run<Taken>(
      limit,
      EMPTY,
      () => this.#politely(get),
    );
    return isLeft(got) ? await got.fetch() : got;
  }

  getSync(limit: Limit): Taken {
    const ring = this.#ring;
    let got: Taken = ring.tryGet(readItem);
    if (got === EMPTY) this.#refuseDeadlock("get", limit);
    if (got === BUSY || (got === EMPTY && limit !== AT_ONCE)) {
      got = ring.getSync(readItem, patientAtLocks(limit));
    }
    return isLeft(got) ? got.fetchSync() : got;
  }

  ready(limit: Limit): Promise<boolean> {
    return this.#ring.ready(limit);
  }

  taskDone(): boolean {
    return this.#ring.taskDone();
  }

  allDone(limit: Limit): Promise<boolean> {
    return this.#ring.allDone(limit);
  }

  allDoneSync(limit: Limit): boolean {
    if (this.#ring.allDoneSync(AT_ONCE)) return true;
    this.#refuseDeadlock("join", limit);
    return this.#ring.allDoneSync(limit);
  }

  /**
   * Refuses to block for ever when no other process could end the wait: if all
   * others reach the queue through the event loop of this isolate.
   */
  #refuseDeadlock(verb: "put" | "get" | "join", { deadline }: Limit): void {
    if (deadline < Infinity || this.#isShared || !this.#isRelayed) return;
    throw new UnsupportedError(
      `Cannot wait in ${verb}Sync() as only processes that reach this queue through the event loop of this one could end the wait: await ${verb}(), or give a timeout`,
    );
  }

  shut(dropped: boolean): void {
    this.#ring.shut(dropped);
  }

  handle(
    destination: Destination,
    form: QueueHandle["form"],
    delivery: Delivery,
  ): QueueHandle | RelayHandle {
    try {
      const block = this.#ring.block.handle(destination, delivery);
      this.#isShared = true;
      return { kind: "queue", form, block };
    } catch (error) {
      // A process that cannot map this memory asks its parent.
      if (!(error instanceof SharedMemoryError)) throw error;
      this.#isRelayed = true;
      return relays.giveRelay(this, form, delivery);
    }
  }
}

/** A lock that is held for a moment is no reason to give up. */
function patientAtLocks(limit: Limit): Limit {
  return limit === AT_ONCE ? limitOf(0) : limit;
}

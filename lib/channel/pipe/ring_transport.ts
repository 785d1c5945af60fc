/**
 * The transport of a pipe: messages through rings in shared memory.
 *
 * An operation that can finish at once does so in the caller's turn, and allocates
 * nothing. All others queue at a mutex, which keeps their order.
 *
 * @module
 */

import { ConnectionError } from "../../base/errors.ts";
import type { Limit } from "../../sync/steps.ts";
import defer * as codec from "../../wire/serialization/codec.ts";
import {
  type ConnectionHandle,
  type Delivery,
  type Destination,
  type Rehydrate,
  rehydrateAny,
  type Ticket,
  TrackedDelivery,
} from "../../wire/serialization/handle.ts";
import { unpack } from "../../wire/serialization/pack.ts";
import { AsyncMutex } from "../connection/notify.ts";
import {
  END,
  LATE,
  type MessageBytes,
  type MessageForm,
  type ReceiveForm,
  type SendOutcome,
  type Transport,
} from "../connection/transport.ts";
import { type End, otherEnd } from "./pipe_ends.ts";
import {
  checkLength,
  dropItem,
  encodeItem,
  isLeft,
  itemKindOf,
  type ItemSink,
  keepItem,
  LEFT,
  readItem,
} from "../ring/ring_items.ts";
import type { PipeMemory } from "./pipe_memory.ts";
import { IN_PLACE, type Item, type Reader, type Ring } from "../ring/ring.ts";
import {
  BUSY,
  EMPTY,
  GONE,
  type Got,
  type Putting,
} from "../ring/ring_outcomes.ts";

/** Bytes of a longer message are copied out of the ring only once. */
const COPIED_MAX_BYTES = 1024;

/** The event loop gets a turn after this many messages. */
const MESSAGES_PER_TURN = 256;

/** An encoded message that waits for room. */
interface EncodedMessage {
  readonly item: Item;
  readonly tickets: readonly Ticket[];
}

const NO_TICKETS: readonly Ticket[] = [];

const readBytes: Reader<unknown> = (bytes, start, stop, kind) => {
  if (kind === LEFT) return readItem(bytes, start, stop, kind);
  const copy = new Uint8Array(stop - start);
  copy.set(bytes.subarray(start, stop));
  return copy;
};

function readInto(room: Uint8Array): Reader<unknown> {
  return (bytes, start, stop, kind) => {
    const length = stop - start;
    if (kind === LEFT || length > room.length) {
      return readBytes(bytes, start, stop, kind);
    }
    room.set(bytes.subarray(start, stop));
    return length;
  };
}

function readerFor(wanted: ReceiveForm): Reader<unknown> {
  switch (wanted) {
    case "value":
      return readItem;
    case "bytes":
      return readBytes;
    default:
      return readInto(wanted);
  }
}

/** Takes the records that are left in a ring, and closes the connections in them. */
export function drain(ring: Ring): void {
  for (;;) {
    const got = ring.tryGet(readToClose);
    if (got === EMPTY || got === GONE || got === BUSY) return;
    // No caller waits for the outcome.
    if (isLeft(got)) got.discard(closeAtOnce).catch(() => {});
  }
}

const readToClose: Reader<unknown> = (bytes, start, stop, kind) => {
  if (kind === LEFT) return readItem(bytes, start, stop, kind);
  if (start < stop && codec.hasPlaceholders(bytes, start)) {
    unpack(bytes.slice(start, stop), closeAtOnce);
  }
  return null;
};

const closeAtOnce: Rehydrate = (handle) => {
  if (handle.kind === "connection") {
    (rehydrateAny(handle) as Disposable)[Symbol.dispose]();
  }
  return null;
};

/** Carries messages between the ends of a pipe. */
export class RingTransport implements Transport {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly #memory: PipeMemory;
  readonly #end: End;
  readonly #in: Ring;
  readonly #out: Ring;
  readonly #senders = new AsyncMutex();
  readonly #receivers = new AsyncMutex();
  readonly #closing = new AbortController();
  // Invariant: how many messages have passed since the last turn of the event loop.
  #passed = 0;
  // Invariant: the place that this end holds; null once it is closed, and if the
  // end was over before this connection arrived.
  #place: number | null;

  /** Takes over a place among the holders of the end. */
  constructor(memory: PipeMemory, end: End, place: number | null) {
    const incoming = memory.rings[otherEnd(end)];
    const outgoing = memory.rings[end];
    this.#memory = memory;
    this.#end = end;
    this.readable = incoming !== null;
    this.writable = outgoing !== null;
    // `readable` guards the ring that does not exist.
    this.#in = incoming!;
    this.#out = outgoing!;
    this.#place = place;
    if (place !== null) dropped.register(this, { memory, place }, this);
  }

  // Sending

  sendSync(form: MessageForm, content: unknown, limit: Limit): SendOutcome {
    this.#memory.lookAgain();
    const message = this.#sendAtOnce(form, content);
    if (typeof message === "string") return message;
    return this.#settling(
      message,
      (item) => sentBy(this.#out.putSync(item, limit)),
    );
  }

  async send(
    form: MessageForm,
    content: unknown,
    limit: Limit,
  ): Promise<SendOutcome> {
    limit.signal?.throwIfAborted();
    this.#memory.lookAgain();
    const isAtOnce = this.#senders.isFree && !this.#mustTurn(this.#out);
    const message = isAtOnce
      ? this.#sendAtOnce(form, content)
      : this.#encoded(form, content);
    if (typeof message === "string") return message;
    let sent: SendOutcome = "broken";
    try {
      sent = await this.#inTurn(
        this.#senders,
        this.#out,
        limit,
        async (until) => sentBy(await this.#out.put(message.item, until)),
      );
      if (sent === "late") limit.signal?.throwIfAborted();
      return sent;
    } finally {
      this.#settle(message, sent);
    }
  }

  /** Sends at once if possible; otherwise returns the encoded message. */
  #sendAtOnce(
    form: MessageForm,
    content: unknown,
  ): SendOutcome | EncodedMessage {
    const outcome = form === "bytes"
      ? this.#sendBytes(content as MessageBytes)
      : this.#encode(content);
    if (outcome === null) return this.#encoded(form, content);
    return typeof outcome === "string"
      ? sentBy(outcome)
      : { item: outcome, tickets: NO_TICKETS };
  }

  #sendBytes(bytes: MessageBytes): Putting | Item {
    return this.#putOrKeep(bytes, bytes.length, kindOfBytes(bytes));
  }

  readonly #putOrKeep: ItemSink<Putting | Item> = (
    content,
    length,
    kind = itemKindOf(content),
  ) => {
    checkLength(length);
    const outcome = this.#out.tryPut(content, length, kind);
    return outcome === "done" || outcome === "shut"
      ? outcome
      : keepItem(content, length, kind);
  };

  #encode(value: unknown): Putting | Item | null {
    try {
      return codec.encodeTo(value, this.#putOrKeep);
    } catch {
      // Whatever the error is, the slower path meets it again, with more care.
      return null;
    }
  }

  #encoded(form: MessageForm, content: unknown): EncodedMessage {
    if (form === "bytes") {
      const bytes = content as MessageBytes;
      const item = keepItem(bytes, bytes.length, kindOfBytes(bytes));
      return { item, tickets: NO_TICKETS };
    }
    const { block } = this.#out;
    const delivery = new TrackedDelivery();
    const item = delivery.make(() =>
      encodeItem(content, block, undefined, keepItem, "message", delivery)
    );
    const { tickets } = delivery;
    if (tickets.length > 0 || item.kind === LEFT) this.#memory.carry(this.#out);
    return { item, tickets };
  }

  #settling(
    message: EncodedMessage,
    put: (item: Item) => SendOutcome,
  ): SendOutcome {
    let sent: SendOutcome = "broken";
    try {
      return sent = put(message.item);
    } finally {
      this.#settle(message, sent);
    }
  }

  /** Settles the tickets of the connections in a message. */
  #settle({ item, tickets }: EncodedMessage, sent: SendOutcome): void {
    if (sent !== "sent") dropItem(item);
    if (tickets.length === 0) return;
    if (sent === "sent") {
      return this.#memory.posted(tickets, otherEnd(this.#end));
    }
    for (const ticket of tickets) ticket.lost();
  }

  // Receiving

  receiveSync(wanted: ReceiveForm, limit: Limit): unknown {
    const read = readerFor(wanted);
    const got = this.#in.getSync(read, limit);
    const last = got === EMPTY ? this.#lastLook(read) : got;
    if (!isLeft(last)) return answerOf(last);
    refuseBytes(wanted);
    return last.fetchSync();
  }

  async receive(wanted: ReceiveForm, limit: Limit): Promise<unknown> {
    limit.signal?.throwIfAborted();
    const read = readerFor(wanted);
    const first = this.#getAtOnce(read);
    const got = first === EMPTY ? await this.#getInRow(read, limit) : first;
    if (!isLeft(got)) return answerOf(got);
    refuseBytes(wanted);
    return await got.fetch();
  }

  #getAtOnce(read: Reader<unknown>): Got<unknown> {
    if (!this.#receivers.isFree || this.#mustTurn(this.#in)) return EMPTY;
    const got = this.#in.tryGet(read);
    return got === BUSY ? EMPTY : got;
  }

  async #getInRow(
    read: Reader<unknown>,
    limit: Limit,
  ): Promise<Got<unknown>> {
    const get = (until: Limit) => this.#in.get(read, until);
    const got = await this.#inTurn(this.#receivers, this.#in, limit, get);
    if (got === "broken") return GONE;
    if (got !== EMPTY && got !== "late") return got as Got<unknown>;
    limit.signal?.throwIfAborted();
    return this.#lastLook(read);
  }

  /**
   * After a short wait: looks for the death of the other side, which short waits
   * alone would never notice.
   */
  #lastLook(read: Reader<unknown>): Got<unknown> {
    if (this.#place === null) return GONE;
    this.#memory.lookAgain();
    const got = this.#in.tryGet(read);
    return got === BUSY ? EMPTY : got;
  }

  pollSync(limit: Limit): boolean {
    return this.#hasNews || this.#in.readySync(limit) || this.#hasLateNews;
  }

  async poll(limit: Limit): Promise<boolean> {
    limit.signal?.throwIfAborted();
    if (this.#hasNews) return true;
    const { turn } = this.#in;
    if (limit.deadline <= performance.now()) {
      // A caller that asks again and again must not starve a sender in this
      // isolate.
      turn.owe();
      await turn.give(limit.signal);
      return this.#hasLateNews;
    }
    const isReady = await this.#in.ready(this.#until(limit));
    if (!isReady) limit.signal?.throwIfAborted();
    return isReady || this.#hasLateNews;
  }

  get #hasNews(): boolean {
    return this.#in.isShut || this.#in.count > 0;
  }

  get #hasLateNews(): boolean {
    this.#memory.lookAgain();
    return this.#hasNews;
  }

  // Taking turns

  #mustTurn(ring: Ring): boolean {
    return ring.turn.isOwed || ++this.#passed > MESSAGES_PER_TURN;
  }

  /**
   * Waits for its turn at the mutex, and then for `wait`; `"late"` if the time ran
   * out, and `"broken"` if this end was closed meanwhile.
   */
  async #inTurn<T>(
    mutex: AsyncMutex,
    { turn }: Ring,
    limit: Limit,
    wait: (until: Limit) => Promise<T>,
  ): Promise<T | "late" | "broken"> {
    const until = this.#until(limit);
    try {
      const leave = await mutex.lock(until);
      if (leave === null) return "late";
      try {
        if (this.#passed > MESSAGES_PER_TURN) turn.owe();
        if (turn.isOwed) await turn.give(until.signal);
        this.#passed = 0;
        return await wait(until);
      } finally {
        leave();
      }
    } catch (error) {
      if (error !== CLOSED) throw error;
      return "broken";
    }
  }

  /** The same limit, which also ends when this end is closed. */
  #until({ deadline, signal }: Limit): Limit {
    const closing = this.#closing.signal;
    return {
      deadline,
      signal: signal === undefined
        ? closing
        : AbortSignal.any([signal, closing]),
    };
  }

  // The end

  /** The handle by which this end travels to another process. */
  handle(
    destination: Destination,
    delivery: Delivery,
  ): ConnectionHandle {
    return this.#memory.handle(this.#end, destination, delivery);
  }

  close(): void {
    this.#closing.abort(CLOSED);
    const place = this.#place;
    if (place === null) return;
    this.#place = null;
    dropped.unregister(this);
    this.#memory.leave(place);
  }
}

const CLOSED = Symbol("multiprocessing.closed");

/** Frees the place of a connection that was garbage collected and not closed. */
const dropped = new FinalizationRegistry<{ memory: PipeMemory; place: number }>(
  ({ memory, place }) => memory.leave(place),
);

function kindOfBytes(bytes: MessageBytes): number {
  return bytes.length > COPIED_MAX_BYTES ? IN_PLACE : itemKindOf(bytes);
}

function sentBy(putting: Putting): SendOutcome {
  switch (putting) {
    case "done":
      return "sent";
    case "full":
      return "late";
    case "shut":
      return "broken";
  }
}

function answerOf(got: Got<unknown>): unknown {
  return got === GONE ? END : got === EMPTY ? LATE : got;
}

function refuseBytes(wanted: ReceiveForm): void {
  if (wanted === "value") return;
  throw new ConnectionError(
    "Cannot receive this message as bytes as it holds what only threads share: call recv()",
  );
}

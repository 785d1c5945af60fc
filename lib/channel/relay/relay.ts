/**
 * The server side of relays: serves queues to processes that cannot map their
 * memory, and reaches queues of the parent. `relay_messages.ts` draws the protocol.
 *
 * Relays can be chained: each process asks its own parent, up to the process that
 * owns the queue.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import { ProcessError } from "../../base/errors.ts";
import { type Limit, limitOf } from "../../sync/steps.ts";
import { mostOfChild } from "../../wire/serialization/codec_cost.ts";
import {
  type BlockHandle,
  type Delivery,
  rehydrateFrom,
  type RelayHandle,
  type RelayStop,
} from "../../wire/serialization/handle.ts";
import { pack, type Packed, unpack } from "../../wire/serialization/pack.ts";
import { parentPeer, type Peer, receive } from "../../wire/mailbox/mailbox.ts";
import { AT_ONCE, type QueueBackend } from "../ring/queue_backend.ts";
import { RelayBackend, takeAnswer } from "./relay_client.ts";
import { exportOn, type RelayExport, relayHandle } from "./relay_exports.ts";
import {
  type Ask,
  type Patience,
  postRelayMessage,
  readAnswer,
  readFromClient,
  type RelayAnswer,
  type RelayQuestion,
  type ToExporter,
} from "./relay_messages.ts";
import { Waiters } from "./relay_waits.ts";
import { EMPTY, GONE } from "../ring/ring_outcomes.ts";

/** How many requests of one child may be pending. */
const ASKED_MAX = 100_000;
/** How many queues one child may open. */
const LINKS_MAX = 100_000;

let isOpen = false;
const clients = new WeakMap<Peer, RelayClient>();

function openBox(): void {
  if (isOpen) return;
  isOpen = true;
  receive("relay", (body, from) => {
    if (from === parentPeer()) takeAnswer(readAnswer(body));
    else clientOf(from).receive(readFromClient(body));
  });
}

/** A handle by which processes below reach `backend` through this one. */
export function giveRelay(
  backend: QueueBackend,
  form: RelayHandle["form"],
  delivery: Delivery,
): RelayHandle {
  openBox();
  return relayHandle(backend, form, delivery);
}

/** The queue that a handle names: one of this isolate, or one of its parent. */
export function reachRelay(handle: RelayHandle): QueueBackend {
  return exportOn(handle.route)?.backend ?? throughParent(handle);
}

function throughParent(handle: RelayHandle): QueueBackend {
  const parent = parentPeer();
  if (parent === null) {
    throw new ProcessError(
      "Cannot reach the queue as it must belong to this process or an ancestor: a child owns it, or it is gone",
    );
  }
  openBox();
  return new RelayBackend(handle, parent);
}

function clientOf(peer: Peer): RelayClient {
  let client = clients.get(peer);
  if (client === undefined) {
    client = new RelayClient(peer);
    clients.set(peer, client);
  }
  return client;
}

/** An item under way to a child. */
interface SentItem {
  readonly backend: QueueBackend;
  readonly value: unknown;
}

/** A queue that a child has opened, or the error that answers all of its requests. */
type RelayLink = QueueBackend | ProcessError;

/** A child that uses queues through this process. */
class RelayClient {
  readonly #peer: Peer;
  readonly #links = new Map<number, RelayLink>();
  readonly #relayExports: RelayExport[] = [];
  // Invariant: the requests that wait, until they are answered.
  readonly #waiting = new Map<number, AbortController>();
  readonly #waiters = new Waiters();
  // Invariant: the items whose arrival the child has not confirmed.
  readonly #given = new Map<number, SentItem>();

  constructor(peer: Peer) {
    this.#peer = peer;
    peer.onGone(() => this.#leave());
  }

  receive(message: ToExporter): void {
    switch (message.kind) {
      case "open":
        if (this.#links.size >= LINKS_MAX || this.#links.has(message.link)) {
          throw new RangeError(
            `Cannot open a queue for a child: it has opened that one, or ${LINKS_MAX}`,
          );
        }
        this.#links.set(message.link, this.#reach(message.route));
        return;
      case "ask":
        this.#ask(message);
        return;
      case "cancel":
        this.#waiting.get(message.number)?.abort();
        return;
      case "took":
        this.#given.delete(message.number);
        return;
      case "back":
        this.#takeBack(message.number);
        return;
      default:
        unreachable(message);
    }
  }

  #reach(route: readonly RelayStop[]): RelayLink {
    const found = exportOn(route);
    if (found !== null) {
      found.relayExport.count("came");
      this.#relayExports.push(found.relayExport);
      return found.backend;
    }
    try {
      return throughParent({
        kind: "relay",
        form: "queue",
        maxCount: 0,
        route,
      });
    } catch (error) {
      return error as ProcessError;
    }
  }

  #leave(): void {
    for (const waiting of this.#waiting.values()) waiting.abort();
    for (const number of [...this.#given.keys()]) this.#takeBack(number);
    for (const relayExport of this.#relayExports) relayExport.count("left");
  }

  #ask(ask: Ask): void {
    const { link, number, waiter } = ask;
    const backend = this.#links.get(link) ?? noLink();
    if (
      this.#waiting.has(number) || this.#given.has(number) ||
      !this.#canSleepAt(waiter)
    ) {
      throw new RangeError(
        "Cannot answer a request about a queue as it is malformed",
      );
    }
    this.#serve(ask, backend).catch((error) => this.#peer.broken(error));
  }

  /** Whether an answer may be left there: in memory that both sides share. */
  #canSleepAt(waiter: Ask["waiter"]): boolean {
    if (waiter === null) return true;
    const { destination } = this.#peer;
    return waiter.place === (destination === "isolate" ? "local" : "mapped") &&
      destination !== "elsewhere";
  }

  async #serve(
    { number, question, waiter }: Ask,
    backend: RelayLink,
  ): Promise<void> {
    const control = new AbortController();
    this.#waiting.set(number, control);
    let answer: RelayAnswer;
    try {
      if (backend instanceof ProcessError) throw backend;
      if (this.#waiting.size > ASKED_MAX) throw tooMany();
      answer = await this.#answerTo(question, backend, number, control.signal);
    } catch (error) {
      answer = { kind: "failed", error: this.#pack(error, "error") };
    }
    this.#waiting.delete(number);
    if (this.#peer.isGone) return this.#takeBack(number);
    if (waiter !== null) {
      // The next request may take its place in the memory.
      if (control.signal.aborted) return this.#takeBack(number);
      return this.#leaveAt(waiter, number, answer);
    }
    postRelayMessage(this.#peer, { kind: "answer", number, answer });
  }

  async #answerTo(
    question: RelayQuestion,
    backend: QueueBackend,
    number: number,
    signal: AbortSignal,
  ): Promise<RelayAnswer> {
    switch (question.kind) {
      case "put": {
        const item = this.#unpack(question.item);
        // Called before anything else happens, so that puts stay in order.
        const outcome = await unlessAborted(
          backend.put(item, limitFrom(question.ms, signal)),
          "full" as const,
          signal,
        );
        return { kind: "putting", outcome };
      }
      case "putBack":
        await backend.putBack(this.#unpack(question.item));
        return { kind: "said", isTrue: true };
      case "get":
        return await this.#get(question.ms, backend, number, signal);
      case "ready":
        return await said(
          backend.ready(limitFrom(question.ms, signal)),
          signal,
        );
      case "allDone":
        return await said(
          backend.allDone(limitFrom(question.ms, signal)),
          signal,
        );
      case "taskDone":
        return { kind: "said", isTrue: backend.taskDone() };
      case "shut":
        backend.shut(question.dropped);
        return { kind: "said", isTrue: true };
      case "look":
        return { kind: "seen", count: backend.count, isShut: backend.isShut };
      default:
        return unreachable(question);
    }
  }

  async #get(
    ms: Patience,
    backend: QueueBackend,
    number: number,
    signal: AbortSignal,
  ): Promise<RelayAnswer> {
    const got = await unlessAborted(
      backend.get(limitFrom(ms, signal)),
      EMPTY,
      signal,
    );
    if (got === EMPTY || got === GONE) {
      return { kind: "none", isOver: got === GONE };
    }
    // An item that cannot be sent to the child is lost, like one that cannot be
    // decoded.
    const item = this.#pack(got, "item");
    this.#given.set(number, { backend, value: got });
    return { kind: "item", item };
  }

  #pack(value: unknown, path: string): Packed {
    return pack(value, this.#peer.destination, path);
  }

  #leaveAt(waiter: BlockHandle, number: number, answer: RelayAnswer): void {
    const { destination } = this.#peer;
    const place = destination === "isolate" ? "local" : "mapped";
    try {
      // A process without shared memory cannot sleep in any.
      if (destination === "elsewhere" || waiter.place !== place) {
        return this.#takeBack(number);
      }
      this.#waiters.leave(waiter, number, answer);
    } catch {
      // The child named memory that does not exist.
      this.#takeBack(number);
    }
  }

  #unpack(item: Packed): unknown {
    return unpack(
      item,
      rehydrateFrom(this.#peer.destination),
      mostOfChild(item),
    );
  }

  /** Puts an item back that the child did not get or did not want. */
  #takeBack(number: number): void {
    const given = this.#given.get(number);
    if (given === undefined) return;
    this.#given.delete(number);
    // Behind all others: those before it may have been got meanwhile. If the queue
    // has been closed, the item is dropped.
    given.backend.putBack(given.value).catch(() => {});
  }
}

function noLink(): ProcessError {
  return new ProcessError(
    "Cannot use the queue as this process has not opened it",
  );
}

function tooMany(): ProcessError {
  return new ProcessError(
    `Cannot ask the queue as ${ASKED_MAX} requests of this process are ` +
      `pending already: await some of them first`,
  );
}

async function said(
  answer: Promise<boolean>,
  signal: AbortSignal,
): Promise<RelayAnswer> {
  return {
    kind: "said",
    isTrue: await unlessAborted(answer, false, signal),
  };
}

/** Waits; an aborted wait, which may reject, is a normal result here. */
async function unlessAborted<T>(
  wait: T | Promise<T>,
  late: T,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    if (signal.aborted) return late;
    throw error;
  }
}

function limitFrom(ms: Patience, signal: AbortSignal): Limit {
  return ms === 0 ? AT_ONCE : limitOf(ms ?? Infinity, signal);
}

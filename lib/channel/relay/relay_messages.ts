/**
 * The protocol of relays: a process asks its parent, by messages, to use a queue in
 * memory that it cannot map itself.
 *
 * ```
 *   child                        parent
 *     |--- open (link, route) ---->|
 *     |--- ask (number) ---------->|  puts, gets, waits
 *     |--- cancel (number) ------->|  the wait ends with what is there
 *     |<-- answer (number) --------|
 *     |--- took (number) --------->|  the child has the item now
 *     |--- back (number) --------->|  or does not want it any more
 * ```
 *
 * An item that was neither taken nor given back when the child ends goes back into
 * the queue.
 *
 * @module
 */

import { isObject } from "../../wire/serialization/object_fields.ts";
import { encode } from "../../wire/serialization/codec.ts";
import { mostOfChild } from "../../wire/serialization/codec_cost.ts";
import type {
  BlockHandle,
  RelayStop,
} from "../../wire/serialization/handle.ts";
import {
  mayHoldHandles,
  type Packed,
  unpack,
} from "../../wire/serialization/pack.ts";
import type { Peer } from "../../wire/mailbox/mailbox.ts";
import type { Putting } from "../ring/ring_outcomes.ts";

/** How many processes a handle can have come through. */
const STOPS_MAX = 1000;
/** The names are made by `relay_exports.ts`. */
const NAME_MAX_LENGTH = 64;

/** How many milliseconds the parent waits: 0 for not at all, null for ever. */
export type Patience = number | null;

/** A request about a queue. */
export type RelayQuestion =
  | { readonly kind: "put"; readonly item: Packed; readonly ms: Patience }
  | { readonly kind: "putBack"; readonly item: Packed }
  | { readonly kind: "get"; readonly ms: Patience }
  | { readonly kind: "ready"; readonly ms: Patience }
  | { readonly kind: "allDone"; readonly ms: Patience }
  | { readonly kind: "taskDone" }
  | { readonly kind: "shut"; readonly dropped: boolean }
  | { readonly kind: "look" };

/** An answer. */
export type RelayAnswer =
  /** The outcome of a put. */
  | { readonly kind: "putting"; readonly outcome: Putting }
  /** The result of a get. */
  | { readonly kind: "item"; readonly item: Packed }
  | { readonly kind: "none"; readonly isOver: boolean }
  /** The answer to a yes-or-no question. */
  | { readonly kind: "said"; readonly isTrue: boolean }
  /** The answer to `look`. */
  | { readonly kind: "seen"; readonly count: number; readonly isShut: boolean }
  /** An error of any request, packed. */
  | { readonly kind: "failed"; readonly error: Packed };

/** A numbered request. */
export interface Ask {
  readonly kind: "ask";
  readonly link: number;
  readonly number: number;
  readonly question: RelayQuestion;
  /**
   * Memory in which the calling thread sleeps until the answer is there; see
   * `relay_waits.ts`. Null if the answer comes as a message.
   */
  readonly waiter: BlockHandle | null;
}

/** From a child to its parent. */
export type ToExporter =
  | {
    readonly kind: "open";
    readonly link: number;
    readonly route: readonly RelayStop[];
  }
  | Ask
  | { readonly kind: "cancel" | "took" | "back"; readonly number: number };

/** From a parent to its child. */
export interface ToClient {
  readonly kind: "answer";
  readonly number: number;
  readonly answer: RelayAnswer;
}

/** Posts a message about a queue. */
export function postRelayMessage(
  to: Peer,
  message: ToExporter | ToClient,
  transfer?: readonly Transferable[],
): void {
  const body: Packed = to.destination === "isolate"
    ? { form: "clone", value: message, placeholders: null }
    : encode(message);
  to.post("relay", body, transfer, mayHandOn(message));
}

/** Whether a message may hand on a queue that is reached through this process. */
function mayHandOn(message: ToExporter | ToClient): boolean {
  return message.kind === "answer" && message.answer.kind === "item" &&
    mayHoldHandles(message.answer.item);
}

/** Decodes an answer of the parent, which is trusted. */
export function readAnswer(body: Packed): ToClient {
  // No handles to rehydrate: the content is packed once more.
  return unpack(body, (handle) => handle) as ToClient;
}

/** Decodes a message of a child; throws a `RangeError` if it is malformed. */
export function readFromClient(body: Packed): ToExporter {
  const message = fieldsOf(
    unpack(body, (handle) => handle, mostOfChild(body)),
  );
  const { kind, link, number } = message;
  switch (kind) {
    case "open":
      if (!isCount(link) || !isRoute(message["route"])) throw broken(kind);
      return { kind, link, route: message["route"] };
    case "ask": {
      const { waiter } = message;
      const isSound = isCount(link) && isCount(number) &&
        (waiter === null || isObject(waiter));
      if (!isSound) throw broken(kind);
      const question = questionOf(message["question"]);
      return { kind, link, number, question, waiter: waiter as BlockHandle };
    }
    case "cancel":
    case "took":
    case "back":
      if (!isCount(number)) throw broken(kind);
      return { kind, number };
    default:
      throw broken(String(kind));
  }
}

function questionOf(value: unknown): RelayQuestion {
  const { kind, item, ms, dropped } = fieldsOf(value);
  switch (kind) {
    case "put":
      if (isPacked(item) && isPatience(ms)) return { kind, item, ms };
      break;
    case "putBack":
      if (isPacked(item)) return { kind, item };
      break;
    case "get":
    case "ready":
    case "allDone":
      if (isPatience(ms)) return { kind, ms };
      break;
    case "taskDone":
    case "look":
      return { kind };
    case "shut":
      if (typeof dropped === "boolean") return { kind, dropped };
      break;
  }
  throw broken(`question ${String(kind)}`);
}

function isRoute(value: unknown): value is readonly RelayStop[] {
  return Array.isArray(value) && value.length <= STOPS_MAX &&
    value.every((stop) =>
      isObject(stop) && "name" in stop && typeof stop.name === "string" &&
      stop.name.length <= NAME_MAX_LENGTH
    );
}

function isPacked(value: unknown): value is Packed {
  if (value instanceof Uint8Array) return true;
  const { form, placeholders } = fieldsOf(value);
  return form === "clone" && (placeholders === null || isObject(placeholders));
}

function isPatience(value: unknown): value is Patience {
  return value === null || typeof value === "number" && value >= 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value as Readonly<Record<string, unknown>>;
  throw broken(typeof value);
}

function broken(what: string): RangeError {
  return new RangeError(
    `Cannot read a message about a queue as it is malformed: ${
      what.slice(0, 40)
    }`,
  );
}

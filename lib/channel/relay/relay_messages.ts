/**
 * How a process reaches a queue in memory that it cannot see: it asks its parent,
 * by mail.
 *
 * ```
 *   child                        parent
 *     |--- open (line, route) ---->|
 *     |--- ask (number) ---------->|  puts, gets, waits
 *     |--- cancel (number) ------->|  the wait ends with what is there
 *     |<-- answer (number) --------|
 *     |--- took (number) --------->|  an item is the child's from here on
 *     |--- back (number) --------->|  or is not wanted any more
 * ```
 *
 * An item that was neither taken nor given back when the child ends goes back into
 * the queue.
 *
 * @module
 */

import { encode } from "../../wire/serialization/codec.ts";
import { mostOfChild } from "../../wire/serialization/codec_cost.ts";
import type {
  BlockHandle,
  RelayStop,
} from "../../wire/serialization/handle.ts";
import { type Packed, unpack } from "../../wire/serialization/pack.ts";
import type { Peer } from "../../wire/mailbox/mailbox.ts";
import type { Putting } from "../ring/ring.ts";

/** How many processes a handle can have come through. */
const STOPS_MAX = 1000;
/** The names are those of `relay_exports.ts`. */
const NAME_MAX_LENGTH = 64;

/** How long the parent is to wait: not at all if 0, and for ever if null. */
export type Patience = number | null;

/** What is asked of a queue. */
export type RelayQuestion =
  | { readonly kind: "put"; readonly item: Packed; readonly ms: Patience }
  | { readonly kind: "putBack"; readonly item: Packed }
  | { readonly kind: "get"; readonly ms: Patience }
  | { readonly kind: "ready"; readonly ms: Patience }
  | { readonly kind: "allDone"; readonly ms: Patience }
  | { readonly kind: "taskDone" }
  | { readonly kind: "shut"; readonly dropped: boolean }
  | { readonly kind: "look" };

/** What is answered. */
export type RelayAnswer =
  /** To a put. */
  | { readonly kind: "putting"; readonly outcome: Putting }
  /** To a get. */
  | { readonly kind: "item"; readonly item: Packed }
  | { readonly kind: "none"; readonly isOver: boolean }
  /** To what is true or not. */
  | { readonly kind: "said"; readonly isTrue: boolean }
  /** To a look. */
  | { readonly kind: "seen"; readonly count: number; readonly isShut: boolean }
  /** To whatever went wrong; an error in the pack. */
  | { readonly kind: "failed"; readonly error: Packed };

/** A question on its way. */
export interface Ask {
  readonly kind: "ask";
  readonly link: number;
  readonly number: number;
  readonly question: RelayQuestion;
  /**
   * Where the thread that asks sleeps until the answer is there, as `relay_waits.ts`
   * has it. Null for an answer by mail.
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

/** Posts mail about a queue. */
export function postRelayMessage(
  to: Peer,
  message: ToExporter | ToClient,
  transfer?: readonly Transferable[],
): void {
  const body: Packed = to.destination === "isolate"
    ? { form: "clone", value: message, placeholders: null }
    : encode(message);
  to.post("relay", body, transfer);
}

/** Reads an answer of the parent, which is believed. */
export function readAnswer(body: Packed): ToClient {
  // Nothing to revive: what it holds is packed once more.
  return unpack(body, (handle) => handle) as ToClient;
}

/** Reads what a child says about a queue; a `RangeError` if that is nothing. */
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

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function broken(what: string): RangeError {
  return new RangeError(
    `Cannot read mail about a queue as something is wrong with it: ${
      what.slice(0, 40)
    }`,
  );
}

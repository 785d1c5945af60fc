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

import { encode } from "../wire/codec.ts";
import type { BlockHandle, RelayStop } from "../wire/handle.ts";
import { type Packed, unpack } from "../wire/pack.ts";
import type { Peer } from "../wire/post.ts";
import type { Putting } from "./ring.ts";

/** How long the parent is to wait: not at all if 0, and for ever if null. */
export type Patience = number | null;

/** What is asked of a queue. */
export type Question =
  | { readonly kind: "put"; readonly item: Packed; readonly ms: Patience }
  | { readonly kind: "putBack"; readonly item: Packed }
  | { readonly kind: "get"; readonly ms: Patience }
  | { readonly kind: "ready"; readonly ms: Patience }
  | { readonly kind: "allDone"; readonly ms: Patience }
  | { readonly kind: "taskDone" }
  | { readonly kind: "shut"; readonly dropped: boolean }
  | { readonly kind: "look" };

/** What is answered. */
export type Answer =
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
  readonly line: number;
  readonly number: number;
  readonly question: Question;
  /**
   * Where the thread that asks sleeps until the answer is there, as `relay_sleep.ts`
   * has it. Null for an answer by mail.
   */
  readonly sleeper: BlockHandle | null;
}

/** From a child to its parent. */
export type ToKeeper =
  | {
    readonly kind: "open";
    readonly line: number;
    readonly route: readonly RelayStop[];
  }
  | Ask
  | { readonly kind: "cancel" | "took" | "back"; readonly number: number };

/** From a parent to its child. */
export interface ToAsker {
  readonly kind: "answer";
  readonly number: number;
  readonly answer: Answer;
}

/** Posts mail about a queue. */
export function postRelay(
  to: Peer,
  mail: ToKeeper | ToAsker,
  transfer?: readonly Transferable[],
): void {
  const body: Packed = to.destination === "isolate"
    ? { form: "clone", value: mail, sited: null }
    : encode(mail);
  to.post("relay", body, transfer);
}

/** Reads mail about a queue. */
export function readRelay(body: Packed): ToKeeper | ToAsker {
  // Nothing to revive: what it holds is packed once more.
  return unpack(body, (handle) => handle) as ToKeeper | ToAsker;
}

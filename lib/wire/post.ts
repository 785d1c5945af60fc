/**
 * Mail between a process and its parent, for the parts of this package that have a
 * protocol of their own: a pool and its workers, a queue that is reached through
 * the parent, the records of a log.
 *
 * ```
 *   peer.post(box, body) ---- start method's channel ----> receive(box, take)
 * ```
 *
 * - **In order:** what is posted to one peer arrives in that order, after the start
 *   order and before the end.
 * - **Nothing is lost for want of a taker:** mail for a box that nobody has opened
 *   yet waits for that.
 *
 * @module
 */

import { assert } from "../base/assert.ts";
import { bornAs, hooks } from "./birth.ts";
import type { Destination } from "./handle.ts";
import type { Box } from "./messages.ts";
import type { Packed } from "./pack.ts";

/** The other side: this process's parent, or one of its children. */
export interface Peer {
  /** What bodies must be packed for. */
  readonly destination: Destination;
  /** Whether it has ended; what is posted then is dropped. */
  readonly isGone: boolean;
  /** Sends mail. `transfer` has what the body gives away, to isolates only. */
  post(box: Box, body: Packed, transfer?: readonly Transferable[]): void;
  /** Ends a child, as what it has posted is wrong; a parent is believed. */
  broken(error: unknown): void;
  /** Calls back when a child is ended for that, with what was wrong. */
  onBroken(broken: (why: string) => void): void;
  /** Calls back when it has ended and all its mail has come. */
  onGone(gone: () => void): void;
}

/** How much mail one peer may have in boxes that nobody has opened. */
const UNREAD_MAX = 1000;
/** How many bytes that may be. */
const UNREAD_MAX_BYTES = 64 * 2 ** 20;

/** Takes what came for a box. */
export type Take = (body: Packed, from: Peer) => void;

type Letter = readonly [body: Packed, from: Peer];

// Invariant: a box stands in one of the two at most.
const open = new Map<Box, Take>();
const waiting = new Map<Box, Letter[]>();

/** Opens a box, once; what has come for it is taken at once. */
export function receive(box: Box, take: Take): void {
  // A second reader would take the mail of the first, which then waits for ever.
  assert(!open.has(box), `the box "${box}" is opened once`);
  open.set(box, take);
  const letters = waiting.get(box) ?? [];
  waiting.delete(box);
  for (const letter of letters) take(...letter);
  listenToParent();
}

/** Puts mail into its box. */
export function deliver(box: Box, body: Packed, from: Peer): void {
  const take = open.get(box);
  if (take !== undefined) return take(body, from);
  countUnread(body, from);
  const letters = waiting.get(box);
  if (letters === undefined) waiting.set(box, [[body, from]]);
  else letters.push([body, from]);
}

const unread = new WeakMap<Peer, { count: number; bytes: number }>();

/** A child may post what this process has no use for, and no end of it. */
function countUnread(body: Packed, from: Peer): void {
  const sum = unread.get(from) ?? { count: 0, bytes: 0 };
  unread.set(from, sum);
  sum.count++;
  sum.bytes += body instanceof Uint8Array ? body.length : 0;
  if (sum.count <= UNREAD_MAX && sum.bytes <= UNREAD_MAX_BYTES) return;
  if (from === parent) return;
  throw new RangeError(
    `Cannot keep more mail that nobody here reads: it is ${sum.count} letters ` +
      `and ${sum.bytes} bytes, and the limits are ${UNREAD_MAX} and ${UNREAD_MAX_BYTES}`,
  );
}

let parent: Peer | null = null;

/** The process that started this one; null in the main program. */
export function parentPeer(): Peer | null {
  const birth = bornAs();
  if (birth === null) return null;
  return parent ??= {
    destination: birth.parent,
    // A process ends with its parent.
    isGone: false,
    post: (box, body, transfer) =>
      birth.post({ kind: "mail", box, body }, transfer),
    broken(error) {
      throw error;
    },
    onBroken() {},
    onGone() {},
  };
}

/** From now on the parent's mail is delivered here. */
function listenToParent(): void {
  const from = parentPeer();
  if (from === null || hooks.mail !== null) return;
  hooks.mail = ({ box, body }) => deliver(box, body, from);
  for (const mail of hooks.unread.splice(0)) hooks.mail(mail);
}

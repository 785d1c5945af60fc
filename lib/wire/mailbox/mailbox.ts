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

import { assert } from "../../base/assert.ts";
import { childContext, hooks } from "../protocol/child_context.ts";
import type { Destination } from "../serialization/handle.ts";
import type { MailboxName } from "../protocol/messages.ts";
import type { Packed } from "../serialization/pack.ts";

/** The other side: this process's parent, or one of its children. */
export interface Peer {
  /** What bodies must be packed for. */
  readonly destination: Destination;
  /** Whether it has ended; what is posted then is dropped. */
  readonly isGone: boolean;
  /** Sends mail. `transfer` has what the body gives away, to isolates only. */
  post(
    mailbox: MailboxName,
    body: Packed,
    transfer?: readonly Transferable[],
  ): void;
  /** Ends a child, as what it has posted is wrong; a parent is believed. */
  broken(error: unknown): void;
  /** Calls back when a child is ended for that, with what was wrong. */
  onBroken(broken: (why: string) => void): void;
  /** Calls back when it has ended and all its mail has come. */
  onGone(gone: () => void): void;
}

/** How much mail one peer may have in boxes that nobody has opened. */
const EARLY_MAX = 1000;
/** How many bytes that may be. */
const EARLY_MAX_BYTES = 64 * 2 ** 20;

/** Takes what came for a box. */
export type Take = (body: Packed, from: Peer) => void;

type EarlyMessage = readonly [body: Packed, from: Peer];

// Invariant: a box stands in one of the two at most.
const open = new Map<MailboxName, Take>();
const waiting = new Map<MailboxName, EarlyMessage[]>();

/** Opens a box, once; what has come for it is taken at once. */
export function receive(mailbox: MailboxName, take: Take): void {
  // A second reader would take the mail of the first, which then waits for ever.
  assert(!open.has(mailbox), `the box "${mailbox}" is opened once`);
  open.set(mailbox, take);
  const early = waiting.get(mailbox) ?? [];
  waiting.delete(mailbox);
  for (const message of early) take(...message);
  listenToParent();
}

/** Puts mail into its box. */
export function deliver(mailbox: MailboxName, body: Packed, from: Peer): void {
  const take = open.get(mailbox);
  if (take !== undefined) return take(body, from);
  countUnread(body, from);
  const early = waiting.get(mailbox);
  if (early === undefined) waiting.set(mailbox, [[body, from]]);
  else early.push([body, from]);
}

const unread = new WeakMap<Peer, { count: number; bytes: number }>();

/** A child may post what this process has no use for, and no end of it. */
function countUnread(body: Packed, from: Peer): void {
  const sum = unread.get(from) ?? { count: 0, bytes: 0 };
  unread.set(from, sum);
  sum.count++;
  sum.bytes += body instanceof Uint8Array ? body.length : 0;
  if (sum.count <= EARLY_MAX && sum.bytes <= EARLY_MAX_BYTES) return;
  if (from === parent) return;
  throw new RangeError(
    `Cannot keep more mail that nobody here reads: it is ${sum.count} letters ` +
      `and ${sum.bytes} bytes, and the limits are ${EARLY_MAX} and ${EARLY_MAX_BYTES}`,
  );
}

let parent: Peer | null = null;

/** The process that started this one; null in the main program. */
export function parentPeer(): Peer | null {
  const context = childContext();
  if (context === null) return null;
  return parent ??= {
    destination: context.parent,
    // A process ends with its parent.
    isGone: false,
    post: (mailbox, body, transfer) =>
      context.post({ kind: "message", mailbox, body }, transfer),
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
  if (from === null || hooks.message !== null) return;
  hooks.message = ({ mailbox, body }) => deliver(mailbox, body, from);
  for (const message of hooks.unread.splice(0)) hooks.message(message);
}

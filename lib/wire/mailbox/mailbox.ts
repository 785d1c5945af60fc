/**
 * Mailboxes: messages between a process and its parent, for the parts of this
 * package that have a protocol of their own: a pool and its workers, a queue
 * that is reached through the parent, the records of a log.
 *
 * ```
 *   peer.post(mailbox, body) --- start method's channel ---> receive(mailbox, take)
 * ```
 *
 * - **In order:** messages to one peer arrive in the order in which they were
 *   posted, after the start message and before the end.
 * - **No message is lost for lack of a reader:** messages to a mailbox that is
 *   not open yet wait until it is opened.
 *
 * @module
 */

import { assert } from "../../base/assert.ts";
import { childContext, sharedState } from "../protocol/child_context.ts";
import type { Destination } from "../serialization/handle.ts";
import type { MailboxName } from "../protocol/messages.ts";
import type { Packed } from "../serialization/pack.ts";

/** The other side: this process's parent, or one of its children. */
export interface Peer {
  /** The destination that bodies must be packed for. */
  readonly destination: Destination;
  /** Whether it has ended; messages posted after that are dropped. */
  readonly isGone: boolean;
  /**
   * Sends a message. `transfer` has the objects of the body that are
   * transferred; isolates only.
   */
  post(
    mailbox: MailboxName,
    body: Packed,
    transfer?: readonly Transferable[],
    mayHoldHandles?: boolean,
  ): void;
  /** Ends a child that posted a broken message; a parent's error is thrown. */
  broken(error: unknown): void;
  /** Adds a callback for when a child is ended for that, with the reason. */
  onBroken(broken: (why: string) => void): void;
  /**
   * Adds a callback for when it has ended and all its messages have arrived.
   */
  onGone(gone: () => void): void;
}

/** Maximum of unread messages of one peer in mailboxes that are not open. */
const EARLY_MAX = 1000;
/** Maximum of bytes of these messages. */
const EARLY_MAX_BYTES = 64 * 2 ** 20;

/** Handles a message of a mailbox. */
export type Take = (body: Packed, from: Peer) => void;

type EarlyMessage = readonly [body: Packed, from: Peer];

/** The mailboxes of this process, also where a child has two copies of this file. */
interface Mailboxes {
  // Invariant: a mailbox is in at most one of the two.
  readonly open: Map<MailboxName, Take>;
  readonly waiting: Map<MailboxName, EarlyMessage[]>;
  /** What waits of each peer. */
  readonly unread: WeakMap<Peer, { count: number; bytes: number }>;
  parent: Peer | null;
}

const mailboxes: Mailboxes = sharedState("mailboxes", () => ({
  open: new Map(),
  waiting: new Map(),
  unread: new WeakMap(),
  parent: null,
}));

/**
 * Opens a mailbox, once; messages that have arrived already are handled at
 * once.
 */
export function receive(mailbox: MailboxName, take: Take): void {
  // A second reader would take the messages of the first, which then waits for
  // ever.
  const { open, waiting } = mailboxes;
  assert(!open.has(mailbox), `the mailbox "${mailbox}" is opened once`);
  open.set(mailbox, take);
  const early = waiting.get(mailbox) ?? [];
  waiting.delete(mailbox);
  for (const message of early) take(...message);
}

/** Delivers a message to its mailbox. */
export function deliver(mailbox: MailboxName, body: Packed, from: Peer): void {
  const { open, waiting } = mailboxes;
  const take = open.get(mailbox);
  if (take !== undefined) return take(body, from);
  countUnread(body, from);
  const early = waiting.get(mailbox);
  if (early === undefined) waiting.set(mailbox, [[body, from]]);
  else early.push([body, from]);
}

/**
 * Limits unread messages: a child may post endless messages that this process
 * does not read.
 */
function countUnread(body: Packed, from: Peer): void {
  const { unread, parent } = mailboxes;
  const sum = unread.get(from) ?? { count: 0, bytes: 0 };
  unread.set(from, sum);
  sum.count++;
  sum.bytes += body instanceof Uint8Array ? body.length : 0;
  if (sum.count <= EARLY_MAX && sum.bytes <= EARLY_MAX_BYTES) return;
  if (from === parent) return;
  throw new RangeError(
    `Cannot keep more messages that this process does not read: ${sum.count} messages ` +
      `of ${sum.bytes} bytes wait, and the limits are ${EARLY_MAX} and ${EARLY_MAX_BYTES}`,
  );
}

/** The parent of this process; null in the main program. */
export function parentPeer(): Peer | null {
  const context = childContext();
  if (context === null) return null;
  return mailboxes.parent ??= {
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

/**
 * How a parent posts messages to a child: from `start()` on, also before it is launched.
 *
 * @module
 */

import { flushLaunches } from "../launch/deferred_launches.ts";
import type { Child } from "../launch/launcher.ts";
import { canMapAt } from "../memory/system/libc.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import type { MailboxMessage, MailboxName } from "../wire/protocol/messages.ts";
import type { Packed } from "../wire/serialization/pack.ts";
import type { Peer } from "../wire/mailbox/mailbox.ts";

type MailboxState =
  /** Its launch is deferred to the end of the caller's turn. */
  | { readonly kind: "waiting" }
  | { readonly kind: "launched"; readonly child: Child }
  | { readonly kind: "gone" };

/** Sends messages to a child, from its start on. */
export class ChildMailbox implements Peer {
  readonly destination: Destination;
  #state: MailboxState = { kind: "waiting" };
  readonly #whenGone: (() => void)[] = [];

  readonly #broken: (error: unknown) => void;
  #whenBroken: ((why: string) => void) | null = null;

  /** For a child at `destination`; `broken` is called to end the child. */
  constructor(destination: Destination, broken: (error: unknown) => void) {
    this.destination = destination;
    this.#broken = broken;
  }

  get isGone(): boolean {
    return this.#state.kind === "gone";
  }

  post(
    mailbox: MailboxName,
    body: Packed,
    transfer: readonly Transferable[] = [],
    mayHoldHandles = false,
  ): void {
    // A message does not wait for a deferred launch: an error of sending must be
    // thrown here, to the caller that posts it.
    if (this.#state.kind === "waiting") flushLaunches();
    if (this.#state.kind !== "launched") return;
    const message: MailboxMessage = { kind: "message", mailbox, body };
    const isRelayed = mayHoldHandles && !canMapAt(this.destination);
    this.#state.child.send(
      isRelayed ? { ...message, isRelayed } : message,
      transfer,
    );
  }

  broken(error: unknown): void {
    this.#broken(error);
  }

  onBroken(broken: (why: string) => void): void {
    this.#whenBroken = broken;
  }

  /** Reports that the child was ended because of a message that it sent. */
  isBroken(why: string): void {
    this.#whenBroken?.(why);
  }

  onGone(gone: () => void): void {
    if (this.isGone) gone();
    else this.#whenGone.push(gone);
  }

  /** Notes that the child exists and receives messages. */
  launched(child: Child): void {
    this.#state = { kind: "launched", child };
  }

  /** Reports that the child has ended. */
  ended(): void {
    this.#state = { kind: "gone" };
    for (const gone of this.#whenGone.splice(0)) gone();
  }
}

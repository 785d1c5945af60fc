/**
 * A child as who writes to it sees it.
 *
 * @module
 */

import { flushLaunches } from "../launch/deferred_launches.ts";
import type { Child } from "../launch/launcher.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import type { MailboxMessage, MailboxName } from "../wire/protocol/messages.ts";
import type { Packed } from "../wire/serialization/pack.ts";
import type { Peer } from "../wire/mailbox/mailbox.ts";

type State =
  /** Its launch waits. */
  | { readonly kind: "waiting" }
  | { readonly kind: "launched"; readonly child: Child }
  | { readonly kind: "gone" };

/** A child to write to, from its start on. */
export class ChildMailbox implements Peer {
  readonly destination: Destination;
  #state: State = { kind: "waiting" };
  readonly #whenGone: (() => void)[] = [];

  readonly #broken: (error: unknown) => void;
  #whenBroken: ((why: string) => void) | null = null;

  /** For a child that lives at `destination`; `broken` ends it. */
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
  ): void {
    // Mail does not wait for a launch: what cannot be sent is to be thrown here, in
    // the face of the one that posts it.
    if (this.#state.kind === "waiting") flushLaunches();
    if (this.#state.kind !== "launched") return;
    const message: MailboxMessage = { kind: "message", mailbox, body };
    this.#state.child.send(message, transfer);
  }

  broken(error: unknown): void {
    this.#broken(error);
  }

  onBroken(broken: (why: string) => void): void {
    this.#whenBroken = broken;
  }

  /** Tells that the child is ended for what it has sent. */
  isBroken(why: string): void {
    this.#whenBroken?.(why);
  }

  onGone(gone: () => void): void {
    if (this.isGone) gone();
    else this.#whenGone.push(gone);
  }

  /** The child is there, and hears. */
  launched(child: Child): void {
    this.#state = { kind: "launched", child };
  }

  /** Tells that the child has ended. */
  ended(): void {
    this.#state = { kind: "gone" };
    for (const gone of this.#whenGone.splice(0)) gone();
  }
}

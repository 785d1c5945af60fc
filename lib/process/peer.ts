/**
 * A child as who writes to it sees it.
 *
 * @module
 */

import type { Child } from "../launch/launcher.ts";
import type { Destination } from "../wire/handle.ts";
import type { Box, Mail } from "../wire/messages.ts";
import type { Packed } from "../wire/pack.ts";
import type { Peer } from "../wire/post.ts";

type Letter = readonly [mail: Mail, transfer: readonly Transferable[]];

type State =
  /** Its launch waits; so does its mail. */
  | { readonly kind: "waiting"; readonly letters: Letter[] }
  | { readonly kind: "launched"; readonly child: Child }
  | { readonly kind: "gone" };

/** A child to write to, from its start on. */
export class ChildPeer implements Peer {
  readonly destination: Destination;
  #state: State = { kind: "waiting", letters: [] };
  readonly #whenGone: (() => void)[] = [];

  /** For a child that lives at `destination`. */
  constructor(destination: Destination) {
    this.destination = destination;
  }

  get isGone(): boolean {
    return this.#state.kind === "gone";
  }

  post(
    box: Box,
    body: Packed,
    transfer: readonly Transferable[] = [],
  ): void {
    const mail: Mail = { kind: "mail", box, body };
    if (this.#state.kind === "launched") {
      this.#state.child.send(mail, transfer);
    } else if (this.#state.kind === "waiting") {
      this.#state.letters.push([mail, transfer]);
    }
  }

  onGone(gone: () => void): void {
    if (this.isGone) gone();
    else this.#whenGone.push(gone);
  }

  /** Sends what has waited for the launch. */
  launched(child: Child): void {
    const letters = this.#state.kind === "waiting" ? this.#state.letters : [];
    this.#state = { kind: "launched", child };
    for (const letter of letters) child.send(...letter);
  }

  /** Tells that the child has ended. */
  ended(): void {
    this.#state = { kind: "gone" };
    for (const gone of this.#whenGone.splice(0)) gone();
  }
}

/**
 * The box of the mail between pools and their workers, in this process.
 *
 * @module
 */

import type { Packed } from "../wire/pack.ts";
import { type Peer, receive } from "../wire/post.ts";

/** Takes what a peer has posted. */
export type Hear = (body: Packed) => void;

// A worker hears its parent, and the workers of its own pools.
const hearers = new WeakMap<Peer, Hear>();
let isOpen = false;

/** From now on the mail of `peer` goes to `hear`. */
export function hearFrom(peer: Peer, hear: Hear): void {
  hearers.set(peer, hear);
  if (isOpen) return;
  isOpen = true;
  receive("pool", (body, from) => hearers.get(from)?.(body));
}

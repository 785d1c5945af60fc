/**
 * The holders of the two ends of a pipe, in shared memory.
 *
 * ```
 *   word    0 .. 3    4, 5          6         8 + 6n ..
 *           a mutex   ends that     serial    place n: holder, serial, aim,
 *                     are over      number             addressee (3 words)
 *
 *   place   FREE --join()--> HELD --leave(), or its holder dies--> FREE
 *             |               ^
 *             |             take()
 *             |               |
 *             +--hand()--> HANDED --lost(), or it counts no more--> FREE
 *
 *   HANDED counts as long as, by its aim,
 *             SENDER      its sender lives, which knows what becomes of it
 *             ADDRESSEE   the receiver lives to which it was sent
 *             ANYBODY     no isolate has taken it
 *             and aim() leads from the first to one of the others
 *
 *   end     open --no place is held, and none handed that counts--> over, for good
 * ```
 *
 * - **A ticket** is a place that stands for a connection under way. It can be taken
 *   once: a receiver that presents it again, or after it was lost, joins like any
 *   other, and cannot if the end is over by then.
 * - **Held all the way:** the sender of an end holds it until its ticket is taken,
 *   and taking a ticket turns one place into the other in one step.
 * - **Under the mutex** happens every change of a place. The word `holder` is written
 *   last, so a process that dies there has changed everything or nothing.
 * - **The dead** are found at each look: the owners of the memory are known to be
 *   alive or not. The place of a dead holder is reused once all places are in use.
 * - **Limit:** if several processes can receive the message with a ticket, and the
 *   one that it was aimed at dies, the end may be over before another one takes it.
 *
 * @module
 */

import { ConnectionError } from "../../base/errors.ts";
import type { Block } from "../../memory/allocation/block.ts";
import { giveBack, take } from "../../sync/mutex.ts";
import { FOREVER, patient, runNow, StepRunner } from "../../sync/steps.ts";
import type { Addressee } from "../../wire/serialization/handle.ts";

/** One of the two ends. */
export type End = 0 | 1;

/** The other end. */
export function otherEnd(end: End): End {
  return end === 0 ? 1 : 0;
}

/** How many connections may hold an end at once, or be on their way to it. */
export const HOLDERS_MAX = 256;

const OVER = 4;
const SERIALS = 6;
const PLACES = 8;
const WORDS_PER_PLACE = 6;

/** The bytes of a block that the ends take. */
export const ENDS_BYTES: number = 4 *
  (PLACES + 2 * HOLDERS_MAX * WORDS_PER_PLACE);

// The words of a place. HOLDER is 0 for a free place, the owner that holds the end, or
// less than 0 for the owner that has handed it to another.
const HOLDER = 0;
const SERIAL = 1;
const AIM = 2;
const NAME = 3;

const SENDER = 0;
const ADDRESSEE = 1;
const ANYBODY = 2;

/** The place that stands for a connection under way. */
export interface EndTicket {
  readonly place: number;
  readonly serial: number;
}

/** The ends of a pipe, as this isolate sees them. */
export class Ends {
  /** The memory. */
  readonly block: Block;
  // Invariant: the views match the memory to which the block is mapped now.
  #words!: Int32Array;
  readonly #self = { me: 0 };
  readonly #runner: StepRunner;

  /** Views the ends in `block`. */
  constructor(block: Block) {
    this.block = block;
    this.#runner = new StepRunner(block);
    this.#bind();
    block.onMove(() => {
      const before = this.#self.me;
      this.#bind();
      this.#rename(before);
    });
  }

  #bind(): void {
    this.#words = this.block.int32;
    this.#self.me = this.block.owner;
  }

  /**
   * Renames this isolate after the memory moved; no other one has seen the memory
   * yet.
   */
  #rename(before: number): void {
    const words = this.#words;
    for (let at = PLACES; at < words.length; at += WORDS_PER_PLACE) {
      if (words[at + HOLDER] === before) words[at + HOLDER] = this.#self.me;
      if (words[at + HOLDER] === -before) words[at + HOLDER] = -this.#self.me;
    }
  }

  /** Adds a holder; returns its place, or null if the end is over. */
  join(end: End): number | null {
    return this.#locked(() => {
      if (this.#isOver(end)) return null;
      const place = this.#freePlace(end);
      this.#setHolder(place, this.#self.me);
      return place;
    });
  }

  /** Makes a ticket for an end that this isolate holds. */
  hand(end: End): EndTicket {
    return this.#locked(() => {
      const words = this.#words;
      const place = this.#freePlace(end);
      const serial = words[SERIALS] = words[SERIALS]! + 1 | 0;
      words[placeAt(place) + SERIAL] = serial;
      words[placeAt(place) + AIM] = SENDER;
      this.#setHolder(place, -this.#self.me);
      return { place, serial };
    });
  }

  /** Adds a holder with a ticket; null if the ticket is void. */
  take(end: End, ticket: EndTicket): number | null {
    return this.#locked(() => {
      if (this.#isOver(end) || !this.#isHanded(ticket)) return null;
      this.#setHolder(ticket.place, this.#self.me);
      return ticket.place;
    });
  }

  /** Sets the addressee of a ticket; null for any receiver. */
  aim(ticket: EndTicket, to: Addressee | null): void {
    this.#locked(() => {
      if (!this.#isHanded(ticket)) return;
      const at = placeAt(ticket.place);
      const isKnown = to !== null && to.place === this.block.place;
      if (isKnown) this.#words.set(to.name, at + NAME);
      this.#words[at + AIM] = isKnown ? ADDRESSEE : ANYBODY;
    });
  }

  /** Gives up a ticket that no isolate has taken. */
  lose(ticket: EndTicket): void {
    this.#locked(() => {
      if (this.#isHanded(ticket)) this.#setHolder(ticket.place, 0);
    });
  }

  /** Frees a place. */
  leave(place: number): void {
    this.#locked(() => this.#setHolder(place, 0));
  }

  /** Whether the end has no holder, and never will have one. */
  isOver(end: End): boolean {
    if (this.#isOver(end)) return true;
    // A holder most likely still holds it, and seeing that needs no lock.
    if (this.#isHeld(end)) return false;
    return this.#locked(() => {
      if (this.#isHeld(end)) return false;
      Atomics.store(this.#words, OVER + end, 1);
      return true;
    });
  }

  /** One of the holders of the end, as addressee of tickets that are sent there. */
  holderOf(end: End): Addressee | null {
    for (const place of placesOf(end)) {
      const holder = this.#holder(place);
      if (holder <= 0 || !this.#isAlive(holder)) continue;
      return this.block.addresseeOf(holder);
    }
    return null;
  }

  #locked<T>(change: () => T): T {
    this.#runner.runSync(patient(take(this.#self)), FOREVER);
    try {
      return change();
    } finally {
      runNow(this.block, giveBack());
    }
  }

  #isOver(end: End): boolean {
    return Atomics.load(this.#words, OVER + end) !== 0;
  }

  #isHeld(end: End): boolean {
    for (const place of placesOf(end)) if (this.#counts(place)) return true;
    return false;
  }

  #counts(place: number): boolean {
    const holder = this.#holder(place);
    if (holder === 0) return false;
    if (holder > 0) return this.#isAlive(holder);
    const at = placeAt(place);
    switch (Atomics.load(this.#words, at + AIM)) {
      case SENDER:
        return this.#isAlive(-holder);
      case ADDRESSEE: {
        const [one, two, three] = this.#words.subarray(at + NAME);
        return this.block.isAlive([one!, two!, three!]);
      }
      default:
        return true;
    }
  }

  #isAlive(holder: number): boolean {
    // Asking about this isolate would cost a system call, too.
    return holder === this.#self.me || this.block.isOwnerAlive(holder);
  }

  #isHanded({ place, serial }: EndTicket): boolean {
    return this.#holder(place) < 0 &&
      this.#words[placeAt(place) + SERIAL] === serial;
  }

  #holder(place: number): number {
    return Atomics.load(this.#words, placeAt(place) + HOLDER);
  }

  #setHolder(place: number, holder: number): void {
    Atomics.store(this.#words, placeAt(place) + HOLDER, holder);
  }

  #freePlace(end: End): number {
    for (const place of placesOf(end)) {
      if (this.#holder(place) === 0) return place;
    }
    for (const place of placesOf(end)) if (!this.#counts(place)) return place;
    throw new ConnectionError(
      `Cannot share the connection as at most ${HOLDERS_MAX} may hold one end at once: close unused ones`,
    );
  }
}

function placeAt(place: number): number {
  return PLACES + place * WORDS_PER_PLACE;
}

function* placesOf(end: End): Generator<number> {
  for (let n = 0; n < HOLDERS_MAX; n++) yield end * HOLDERS_MAX + n;
}

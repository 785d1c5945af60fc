/**
 * The memory of a pipe: one or two rings, and the holders of its ends.
 *
 * ```
 *   end 0 --send--> ring 0 --recv--> end 1
 *   end 1 --send--> ring 1 --recv--> end 0      the only one if not duplex
 * ```
 *
 * When an end is over, the ring into which it sent is shut: its records can still
 * be received. The ring from which it received is dropped, because nothing will be
 * received from it.
 *
 * @module
 */

import { Block, type BlockPlace } from "../../memory/allocation/block.ts";
import { WeakCache } from "../../memory/allocation/weak_cache.ts";
import { LIVENESS_CHECK_MS } from "../../memory/waiting/async_waiter.ts";
import {
  type ConnectionHandle,
  type Delivery,
  type Destination,
  HANDLE,
  type Ticket,
  UNTRACKED,
} from "../../wire/serialization/handle.ts";
import {
  type End,
  Ends,
  ENDS_BYTES,
  type EndTicket,
  otherEnd,
} from "./pipe_ends.ts";
import { formatRing, Ring, ringBlock, type RingOptions } from "../ring/ring.ts";

/** Word of a ring that is not 0 once a message with a ticket was put. */
const CARRIES = 0;

const known = new WeakCache<PipeMemory>();

/** Empties a ring that is dropped, to give up the tickets in its records. */
export type Drain = (ring: Ring) => void;

/** Connections that were sent to an end without a holder. */
class PendingTickets {
  constructor(
    readonly tickets: readonly Ticket[],
    readonly ends: Ends,
    readonly end: End,
  ) {}

  /** Aims their tickets at the receiver as soon as it is known. */
  settle(): void {
    const to = this.ends.holderOf(this.end);
    if (to === null && !this.ends.isOver(this.end)) {
      pendingTickets.add(this);
      return;
    }
    // First, because losing a ticket settles all of these.
    pendingTickets.delete(this);
    for (const ticket of this.tickets) {
      if (to === null) ticket.lost();
      else ticket.sent(to);
    }
  }
}

// Each look at any pipe settles these, too: their receiver has yet to start, or is
// itself under way.
const pendingTickets = new Set<PendingTickets>();

/** The memory of a pipe, as this isolate sees it. */
export class PipeMemory {
  readonly ends: Ends;
  /** The rings, by the end that sends into them. */
  readonly rings: readonly [Ring | null, Ring | null];
  readonly #drain: Drain;
  // Invariant: the ends that were over at the last look.
  readonly #over: [boolean, boolean] = [false, false];
  #lookedAtMs = Date.now();

  /** Views a pipe. */
  constructor(
    ends: Block,
    rings: readonly [Block | null, Block | null],
    drain: Drain,
  ) {
    this.ends = new Ends(ends);
    const [first, second] = rings.map((block) => block && new Ring(block));
    this.rings = [first!, second!];
    this.#drain = drain;
    for (const ring of this.rings) {
      if (ring !== null) ring.onLook = () => this.look();
    }
  }

  /** Shuts the rings of an end that is over. */
  look(): void {
    this.#look();
    for (const pending of [...pendingTickets]) pending.settle();
  }

  #look(): void {
    this.#lookedAtMs = Date.now();
    for (const end of [0, 1] as const) {
      if (!this.#over[end] && this.ends.isOver(end)) this.#shut(end);
    }
  }

  /** Does the same, unless it was done a short time ago. */
  lookAgain(): void {
    const sinceMs = Date.now() - this.#lookedAtMs;
    if (sinceMs >= LIVENESS_CHECK_MS || sinceMs < 0) this.look();
  }

  #shut(end: End): void {
    this.#over[end] = true;
    this.rings[end]?.shut(false);
    const left = this.rings[otherEnd(end)];
    if (left === null || left === undefined || left.isDropped) return;
    left.shut(false);
    if (this.#carries(left)) this.#drain(left);
    left.shut(true);
  }

  #carries(ring: Ring): boolean {
    return Atomics.load(ring.ownWords.int32, CARRIES) !== 0;
  }

  /** Notes that a message with a ticket will be put. */
  carry(ring: Ring): void {
    Atomics.store(ring.ownWords.int32, CARRIES, 1);
  }

  /** Notes that connections were sent to an end. */
  posted(tickets: readonly Ticket[], end: End): void {
    // Until the receiver is known, any process may take them.
    for (const ticket of tickets) ticket.sent(null);
    new PendingTickets(tickets, this.ends, end).settle();
  }

  /** Frees a place at an end. */
  leave(place: number): void {
    this.ends.leave(place);
    this.look();
  }

  /** The handle of an end that this isolate holds. */
  handle(
    end: End,
    destination: Destination,
    delivery: Delivery,
  ): ConnectionHandle {
    const handle = this.#handle(end, destination, delivery);
    const ticket = this.ends.hand(end);
    delivery.leave({
      sent: (to) => this.ends.aim(ticket, to),
      lost: () => {
        this.ends.lose(ticket);
        this.look();
      },
    });
    return { ...handle, ticket };
  }

  #handle(
    end: End,
    destination: Destination,
    delivery: Delivery,
  ): ConnectionHandle {
    const block = this.ends.block.handle(destination, delivery);
    const [first, second] = this.rings.map((ring) =>
      ring && ring.block.handle(destination, delivery)
    );
    known.add(this.ends.block.key, this);
    return {
      kind: "connection",
      block,
      rings: [first!, second!],
      end,
      ticket: null,
    };
  }

  /**
   * For children of this process, which may load a module that makes the pipe, too.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): ConnectionHandle {
    return this.#handle(0, destination, delivery);
  }

  /** Adds a holder to an end; null if the end is over. */
  hold(end: End, ticket: EndTicket | null): number | null {
    const place = ticket === null ? null : this.ends.take(end, ticket);
    return place ?? this.ends.join(end);
  }
}

/** Allocates the memory of a new pipe. */
export function makePipeMemory(
  place: BlockPlace,
  isDuplex: boolean,
  options: RingOptions,
  drain: Drain,
): PipeMemory {
  const rings = [isDuplex, true].map((exists) => {
    if (!exists) return null;
    const block = ringBlock(place);
    formatRing(block, options);
    return block;
  });
  const ends = Block.allocate(ENDS_BYTES, place);
  return new PipeMemory(ends, [rings[0]!, rings[1]!], drain);
}

/** The memory that a handle names; the same object for the same pipe. */
export function pipeMemoryOf(
  handle: ConnectionHandle,
  drain: Drain,
): PipeMemory {
  // Attached in any case: that tells the senders that their handles have arrived.
  const ends = Block.attach(handle.block);
  const [first, second] = handle.rings.map((ring) =>
    ring && Block.attach(ring)
  );
  const found = known.get(ends.key);
  if (found !== undefined) return found;
  const memory = new PipeMemory(ends, [first!, second!], drain);
  known.add(ends.key, memory);
  return memory;
}

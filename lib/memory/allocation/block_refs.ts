/**
 * Reference counts of a block in a segment: they tell its maker when it is
 * unused. Each block has a header of words before its bytes:
 *
 * ```
 *   word    0        1          2 .. 15
 *           serial   tickets    ids of the isolates that hold the block
 * ```
 *
 * - **A ticket** stands for a handle in transit: making the handle adds one,
 *   and the isolate that attaches by it first becomes a holder and then takes
 *   the ticket back. So a block is never without a holder while it travels. If
 *   the receiver dies before it attaches, the ticket is never taken back, and
 *   the block stays.
 * - **A holder** lets go when its garbage collector finds the block unused, or
 *   when it dies: the ids are owners of the segment, whose liveness is known.
 * - **The serial** is another one for each block that is allocated at a place,
 *   and 0 while none is: it detects a handle that outlived its block.
 *
 * The maker is no holder: it alone takes blocks back, and counts its own users
 * itself.
 *
 * @module
 */

/** Size of a header; the block begins behind it, on a new cache line. */
export const BLOCK_HEADER_BYTES = 64;

const SERIAL = 0;
const TICKETS = 1;
const REFS = 2;
const WORDS = BLOCK_HEADER_BYTES / 4;

/** Tells whether the isolate with that id is alive. */
export type IsHolderAlive = (id: number) => boolean;

/** The header of one block. */
export class BlockRefs {
  readonly #words: Int32Array;

  /** A view of the header that begins at `start`. */
  constructor(buffer: ArrayBuffer, start: number) {
    this.#words = new Int32Array(buffer, start, WORDS);
  }

  /** Starts a block that no other isolate knows yet. */
  begin(serial: number): void {
    this.#words.fill(0);
    Atomics.store(this.#words, SERIAL, serial);
  }

  /** The serial number of the current block. */
  get serial(): number {
    return Atomics.load(this.#words, SERIAL);
  }

  /** Adds a ticket for a handle that is sent. */
  addTicket(): void {
    Atomics.add(this.#words, TICKETS, 1);
  }

  /**
   * Takes a ticket back, as its handle has arrived; a handle that arrives twice
   * does no harm.
   */
  takeTicket(): void {
    for (;;) {
      const tickets = Atomics.load(this.#words, TICKETS);
      if (tickets <= 0 || this.#swap(TICKETS, tickets, tickets - 1)) return;
    }
  }

  #swap(word: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, word, from, to) === from;
  }

  /** Adds a holder; false if the block that `serial` names is gone. */
  hold(id: number, serial: number, isAlive: IsHolderAlive): boolean {
    // This first writes its mark and then reads the serial; the maker first
    // wipes the serial and then reads the marks. So one of the two always sees
    // the other.
    const at = this.#mark(id, 0) ?? this.#markOver(id, isAlive);
    if (this.serial === serial) return true;
    if (at !== null) this.#swap(at, id, 0);
    return false;
  }

  #mark(id: number, over: number): number | null {
    for (let at = REFS; at < WORDS; at++) {
      if (this.#swap(at, over, id)) return at;
    }
    return null;
  }

  /** Replaces a holder that died. */
  #markOver(id: number, isAlive: IsHolderAlive): number | null {
    for (let at = REFS; at < WORDS; at++) {
      const seen = Atomics.load(this.#words, at);
      if (!isAlive(seen) && this.#swap(at, seen, id)) return at;
    }
    // The header is full: a ticket that is never taken back stands for this
    // holder.
    this.addTicket();
    return null;
  }

  /** Removes a holder. */
  release(id: number): void {
    for (let at = REFS; at < WORDS; at++) {
      if (this.#swap(at, id, 0)) return;
    }
  }

  /**
   * Ends the block unless another isolate may still use it; only the maker
   * calls it.
   */
  end(isAlive: IsHolderAlive): boolean {
    if (this.#isUsed(isAlive)) return false;
    const { serial } = this;
    Atomics.store(this.#words, SERIAL, 0);
    if (!this.#isUsed(isAlive)) return true;
    Atomics.store(this.#words, SERIAL, serial);
    return false;
  }

  #isUsed(isAlive: IsHolderAlive): boolean {
    if (Atomics.load(this.#words, TICKETS) > 0) return true;
    for (let at = REFS; at < WORDS; at++) {
      const id = Atomics.load(this.#words, at);
      if (id !== 0 && isAlive(id)) return true;
    }
    return false;
  }
}

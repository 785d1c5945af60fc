/**
 * Who still uses a block of a segment, so that its maker knows when to take it
 * back. Each block has a header of words before its bytes:
 *
 * ```
 *   word    0        1          2 .. 15
 *           serial   tickets    ids of the isolates that hold the block
 * ```
 *
 * - **A ticket** stands for a handle on its way: giving one out adds one, and
 *   whoever attaches by it becomes a holder first and takes the ticket back then.
 *   So a block is never unheld while it travels. A ticket whose receiver died
 *   before it came to attach is never taken back, and the block stays.
 * - **A holder** lets go when its collector has found the block unused, or by
 *   dying: the ids are owners of the segment, of whom it is known who lives.
 * - **The serial** is other for every block in turn at one place, and 0 while
 *   there is none: a handle that outlived its block is found out.
 *
 * The maker itself is no holder: only it takes blocks back, and it knows.
 *
 * @module
 */

/** How many bytes a header takes; the block begins behind it, on a new line. */
export const BLOCK_HEADER_BYTES = 64;

const SERIAL = 0;
const TICKETS = 1;
const REFS = 2;
const WORDS = BLOCK_HEADER_BYTES / 4;

/** Whether the isolate with that id lives. */
export type IsHolderAlive = (id: number) => boolean;

/** The header of one block. */
export class BlockRefs {
  readonly #words: Int32Array;

  /** Looks at the header that begins at `start`. */
  constructor(buffer: ArrayBuffer, start: number) {
    this.#words = new Int32Array(buffer, start, WORDS);
  }

  /** Begins the life of a block that nobody else knows. */
  begin(serial: number): void {
    this.#words.fill(0);
    Atomics.store(this.#words, SERIAL, serial);
  }

  /** The serial number of the block that is here now. */
  get serial(): number {
    return Atomics.load(this.#words, SERIAL);
  }

  /** Notes a handle that goes on its way. */
  give(): void {
    Atomics.add(this.#words, TICKETS, 1);
  }

  /** Notes that a handle has arrived; one that arrives twice does no harm. */
  arrive(): void {
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
    // First the mark and then the look; the maker wipes the serial first and
    // looks for marks then. So one of the two always sees the other.
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

  /** Takes the place of a holder that died. */
  #markOver(id: number, isAlive: IsHolderAlive): number | null {
    for (let at = REFS; at < WORDS; at++) {
      const seen = Atomics.load(this.#words, at);
      if (!isAlive(seen) && this.#swap(at, seen, id)) return at;
    }
    // Too many to name: a ticket that nobody takes back stands for the rest.
    this.give();
    return null;
  }

  /** Takes a holder off. */
  letGo(id: number): void {
    for (let at = REFS; at < WORDS; at++) {
      if (this.#swap(at, id, 0)) return;
    }
  }

  /** Ends the block's life unless somebody may still use it; only its maker asks. */
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

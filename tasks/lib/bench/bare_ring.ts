/**
 * A queue made by hand, as short as one can be: one producer, one consumer, slots
 * of one size, JSON, and `Atomics.wait` on both sides. It grows by nothing, and
 * whoever dies stops the other.
 *
 * @module
 */

const PUTS = 0;
const GETS = 16;
const HEADER_BYTES = 128;

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** How a ring is cut. */
export interface Cut {
  readonly slots: number;
  readonly slotBytes: number;
}

/** For small items. */
export const SMALL: Cut = { slots: 1024, slotBytes: 256 };

/** Memory for a ring. */
export function bareMemory({ slots, slotBytes }: Cut): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + slots * slotBytes);
}

/** The ring, as one of the two sees it. */
export class BareRing {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #cut: Cut;
  // What is encoded and decoded lies here: neither may look at shared memory.
  readonly #scratch: Uint8Array;

  constructor(memory: SharedArrayBuffer, cut: Cut) {
    this.#words = new Int32Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#cut = cut;
    this.#scratch = new Uint8Array(cut.slotBytes);
  }

  #slot(count: number): number {
    const { slots, slotBytes } = this.#cut;
    return HEADER_BYTES + (count % slots) * slotBytes;
  }

  /** Waits for room; gives where the next item goes. */
  #room(): number {
    const words = this.#words;
    const puts = words[PUTS]!;
    for (;;) {
      const gets = Atomics.load(words, GETS);
      if (puts - gets < this.#cut.slots) return this.#slot(puts);
      Atomics.wait(words, GETS, gets);
    }
  }

  /** Waits for an item; gives where it is. */
  #item(): number {
    const words = this.#words;
    const gets = words[GETS]!;
    for (;;) {
      const puts = Atomics.load(words, PUTS);
      if (puts !== gets) return this.#slot(gets);
      Atomics.wait(words, PUTS, puts);
    }
  }

  #pass(word: number): void {
    Atomics.add(this.#words, word, 1);
    Atomics.notify(this.#words, word, 1);
  }

  put(value: unknown): void {
    const scratch = this.#scratch;
    const at = this.#room();
    const { written } = utf8.encodeInto(
      JSON.stringify(value),
      scratch.subarray(4),
    );
    this.#words[at >> 2] = written;
    this.#bytes.set(scratch.subarray(4, 4 + written), at + 4);
    this.#pass(PUTS);
  }

  get(): unknown {
    const at = this.#item();
    const length = this.#words[at >> 2]!;
    const scratch = this.#scratch.subarray(0, length);
    scratch.set(this.#bytes.subarray(at + 4, at + 4 + length));
    this.#pass(GETS);
    return JSON.parse(text.decode(scratch));
  }

  /** Puts bytes as they are. */
  putBytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#room());
    this.#pass(PUTS);
  }

  /** Gets as many bytes as a slot has. */
  getBytes(): Uint8Array {
    const { slotBytes } = this.#cut;
    const bytes = new Uint8Array(slotBytes);
    const at = this.#item();
    bytes.set(this.#bytes.subarray(at, at + slotBytes));
    this.#pass(GETS);
    return bytes;
  }
}

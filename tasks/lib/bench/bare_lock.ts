/**
 * A lock made by hand, as short as a correct one can be: three states of one word
 * (free, taken, taken and slept for), as in "Futexes Are Tricky". It knows no owner.
 *
 * @module
 */

const FREE = 0;
const TAKEN = 1;
const SLEPT_FOR = 2;
const SPINS = 200;

/** A lock over the first word. */
export class BareLock {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  lock(): void {
    if (Atomics.compareExchange(this.#words, 0, FREE, TAKEN) !== FREE) {
      this.#lockSlow();
    }
  }

  #lockSlow(): void {
    const words = this.#words;
    for (let spun = 0; spun < SPINS; spun++) {
      if (
        words[0] === FREE &&
        Atomics.compareExchange(words, 0, FREE, TAKEN) === FREE
      ) return;
      Atomics.pause();
    }
    while (Atomics.exchange(words, 0, SLEPT_FOR) !== FREE) {
      Atomics.wait(words, 0, SLEPT_FOR);
    }
  }

  unlock(): void {
    if (Atomics.exchange(this.#words, 0, FREE) === SLEPT_FOR) {
      Atomics.notify(this.#words, 0, 1);
    }
  }
}

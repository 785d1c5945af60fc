/**
 * One field of a structure, for updates in one step.
 *
 * @module
 */

import type { Column } from "./structure.ts";
import type { Amount, Bits, Typecode, TypeOf } from "./typecodes.ts";

/**
 * One field of a structure in shared memory, as `field()` of a value or an array
 * gives it: it is updated in one step, like a value of its own. It means something
 * in its own process only; pass the value or the array to others.
 *
 * | What            | `thread`, `worker`    | `spawn`, `forkserver` |
 * | --------------- | --------------------- | --------------------- |
 * | all             | as a Value of its type | the same             |
 *
 * @example Counting hits
 * ```ts
 * import { type Field, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const particle = new Value({ x: "d", hits: "i" });
 * const hits: Field<"i"> = particle.field("hits");
 * hits.add(2);
 * equal(particle.value.hits, 2);
 * ```
 *
 * @typeParam C The code of the field's type.
 */
export class Field<C extends Typecode = Typecode> {
  readonly #cells: Column["cells"];
  readonly #at: number;

  /** Looks at a field of the structure at `index`; `field()` makes it. */
  constructor({ cells, step, first }: Column, index: number) {
    this.#cells = cells;
    this.#at = index * step + first;
  }

  /** What is there. */
  get value(): TypeOf<C> {
    return this.#cells.load(this.#at) as TypeOf<C>;
  }

  set value(value: TypeOf<C>) {
    this.#cells.store(this.#at, value);
  }

  /** Adds in one step, and gives what was there; integers wrap. */
  add(amount: Amount<C>): TypeOf<C> {
    return this.#cells.add(this.#at, amount) as TypeOf<C>;
  }

  /** Subtracts in one step, and gives what was there; integers wrap. */
  sub(amount: Amount<C>): TypeOf<C> {
    return this.#cells.sub(this.#at, amount) as TypeOf<C>;
  }

  /** Keeps the bits that are set in both, and gives what was there. */
  and(bits: Bits<C>): TypeOf<C> {
    return this.#cells.and(this.#at, bits) as TypeOf<C>;
  }

  /** Sets bits in one step, and gives what was there. */
  or(bits: Bits<C>): TypeOf<C> {
    return this.#cells.or(this.#at, bits) as TypeOf<C>;
  }

  /** Turns bits over in one step, and gives what was there. */
  xor(bits: Bits<C>): TypeOf<C> {
    return this.#cells.xor(this.#at, bits) as TypeOf<C>;
  }

  /** Puts a value there in one step, and gives what was there. */
  exchange(value: TypeOf<C>): TypeOf<C> {
    return this.#cells.exchange(this.#at, value) as TypeOf<C>;
  }

  /** Puts a value there if what is there equals `expected`; gives what was there. */
  compareExchange(expected: TypeOf<C>, value: TypeOf<C>): TypeOf<C> {
    return this.#cells.compareExchange(this.#at, expected, value) as TypeOf<C>;
  }
}

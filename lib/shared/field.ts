/**
 * The class `Field`: one field of a structure, for atomic updates.
 *
 * @module
 */

import type { Column } from "./structure.ts";
import type { Amount, Bits, Typecode, TypeOf } from "./typecodes.ts";

/**
 * One field of a structure in shared memory, as `field()` of a value or an
 * array returns it: it is updated atomically, like a value of its own. It is
 * valid in its own process only; pass the value or the array to others.
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

  /** A view of a field of the structure at `index`; `field()` makes it. */
  constructor({ cells, step, first }: Column, index: number) {
    this.#cells = cells;
    this.#at = index * step + first;
  }

  /** The value of the field. */
  get value(): TypeOf<C> {
    return this.#cells.load(this.#at) as TypeOf<C>;
  }

  set value(value: TypeOf<C>) {
    this.#cells.store(this.#at, value);
  }

  /** Adds atomically, and returns the old value; integers wrap. */
  add(amount: Amount<C>): TypeOf<C> {
    return this.#cells.add(this.#at, amount) as TypeOf<C>;
  }

  /** Subtracts atomically, and returns the old value; integers wrap. */
  sub(amount: Amount<C>): TypeOf<C> {
    return this.#cells.sub(this.#at, amount) as TypeOf<C>;
  }

  /** Keeps only bits that are set in both, and returns the old value. */
  and(bits: Bits<C>): TypeOf<C> {
    return this.#cells.and(this.#at, bits) as TypeOf<C>;
  }

  /** Sets bits atomically, and returns the old value. */
  or(bits: Bits<C>): TypeOf<C> {
    return this.#cells.or(this.#at, bits) as TypeOf<C>;
  }

  /** Flips bits atomically, and returns the old value. */
  xor(bits: Bits<C>): TypeOf<C> {
    return this.#cells.xor(this.#at, bits) as TypeOf<C>;
  }

  /** Replaces the value atomically, and returns the old one. */
  exchange(value: TypeOf<C>): TypeOf<C> {
    return this.#cells.exchange(this.#at, value) as TypeOf<C>;
  }

  /** Replaces the value if it equals `expected`; returns the old one. */
  compareExchange(expected: TypeOf<C>, value: TypeOf<C>): TypeOf<C> {
    return this.#cells.compareExchange(this.#at, expected, value) as TypeOf<C>;
  }
}

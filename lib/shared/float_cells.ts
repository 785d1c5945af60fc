/**
 * Floats in shared memory, by their bits.
 *
 * @module
 */

import type { Block } from "../memory/allocation/block.ts";
import {
  type Cells,
  refuseUpdate,
  refuseValue,
  type Sized,
  viewOf,
} from "./cells.ts";
import { BIG } from "./int_cells.ts";
import { BulkAccess, type Codes } from "./bulk_access.ts";
import type { Typecode } from "./typecodes.ts";

/**
 * Reads and writes a float by its bits, as atomic operations work on integers
 * only.
 */
export interface FloatBits {
  /** Reads a float. */
  load(at: number): number;
  /** Writes a float. */
  store(at: number, value: number): void;
  /**
   * Replaces a float by `next(float)`, or keeps it if that is undefined;
   * returns the old one.
   */
  update(at: number, next: (now: number) => number | undefined): number;
  /** `value` as the memory would hold it. */
  round(value: number): number;
}

// A float and its bits, to convert one into the other; not used across calls of
// other code.
const float32 = new Float32Array(1);
const bits32 = new Int32Array(float32.buffer);
const float64 = new Float64Array(1);
const bits64 = new BigInt64Array(float64.buffer);

/** Floats of 32 bits. */
export class Float32Bits implements FloatBits {
  /** The typed array for bulk operations. */
  static readonly floats: Sized<Float32Array> = Float32Array;
  readonly #view: Int32Array;

  /** A view of a whole block. */
  constructor(block: Block) {
    this.#view = viewOf(block, Int32Array);
  }

  round(value: number): number {
    return Math.fround(value);
  }

  load(at: number): number {
    bits32[0] = Atomics.load(this.#view, at);
    return float32[0]!;
  }

  store(at: number, value: number): void {
    float32[0] = value;
    Atomics.store(this.#view, at, bits32[0]!);
  }

  update(at: number, next: (now: number) => number | undefined): number {
    const view = this.#view;
    for (;;) {
      const seen = bits32[0] = Atomics.load(view, at);
      const now = float32[0]!;
      const then = next(now);
      if (then === undefined) return now;
      float32[0] = then;
      const bits = bits32[0]!;
      if (Atomics.compareExchange(view, at, seen, bits) === seen) return now;
    }
  }
}

/** Floats of 64 bits. */
export class Float64Bits implements FloatBits {
  /** The typed array for bulk operations. */
  static readonly floats: Sized<Float64Array> = Float64Array;
  readonly #view: BigInt64Array;

  /** A view of a whole block. */
  constructor(block: Block) {
    this.#view = viewOf(block, BigInt64Array);
  }

  round(value: number): number {
    return value;
  }

  load(at: number): number {
    bits64[0] = Atomics.load(this.#view, at);
    return float64[0]!;
  }

  store(at: number, value: number): void {
    float64[0] = value;
    Atomics.store(this.#view, at, bits64[0]!);
  }

  update(at: number, next: (now: number) => number | undefined): number {
    const view = this.#view;
    for (;;) {
      const seen = bits64[0] = Atomics.load(view, at);
      const now = float64[0]!;
      const then = next(now);
      if (then === undefined) return now;
      float64[0] = then;
      const bits = bits64[0]!;
      if (Atomics.compareExchange(view, at, seen, bits) === seen) return now;
    }
  }
}

/** How floats of a size are read and written: one by one, and in bulk. */
interface FloatType {
  new (block: Block): FloatBits;
  readonly floats: Sized<Float32Array | Float64Array>;
}

/** Equal as numbers: 0 equals -0, and NaN equals NaN. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Cells of floats. */
export class FloatCells extends BulkAccess implements Cells {
  readonly ints = null;
  #bits!: FloatBits;
  #block!: Block;
  readonly #code: Typecode;
  readonly #type: FloatType;

  /** A view of a whole block. */
  constructor(
    block: Block,
    code: Typecode,
    type: FloatType,
  ) {
    super();
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#bits = new this.#type(block);
    this.#block = block;
  }

  protected get codes(): Codes {
    return viewOf<Codes>(this.#block, this.#type.floats as Sized<never>);
  }

  protected fits(name: string): boolean {
    return !BIG.has(name);
  }

  protected encode(
    elements: ArrayLike<unknown>,
    first: number,
    count: number,
  ): Float64Array {
    const codes = new Float64Array(count);
    for (let i = 0; i < count; i++) codes[i] = this.check(elements[first + i]);
    return codes;
  }

  check(value: unknown): number {
    if (typeof value === "number") return value;
    return refuseValue(this.#code, "a number", value);
  }

  load(at: number): number {
    return this.#bits.load(at);
  }

  store(at: number, value: unknown): void {
    this.#bits.store(at, this.check(value));
  }

  exchange(at: number, value: unknown): number {
    const next = this.check(value);
    return this.#bits.update(at, () => next);
  }

  compareExchange(at: number, expected: unknown, value: unknown): number {
    const from = this.#bits.round(this.check(expected));
    const next = this.check(value);
    return this.#bits.update(at, (now) => isSame(now, from) ? next : undefined);
  }

  add(at: number, amount: unknown): number {
    const checked = this.check(amount);
    return this.#bits.update(at, (now) => now + checked);
  }

  sub(at: number, amount: unknown): number {
    const checked = this.check(amount);
    return this.#bits.update(at, (now) => now - checked);
  }

  and(): never {
    return refuseUpdate(this.#code, "and");
  }

  or(): never {
    return refuseUpdate(this.#code, "or");
  }

  xor(): never {
    return refuseUpdate(this.#code, "xor");
  }
}

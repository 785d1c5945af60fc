/**
 * Integers in shared memory, for which the platform has atomic operations.
 *
 * @module
 */

import type { Block } from "../memory/allocation/block.ts";
import {
  type Cells,
  type IntArray,
  refuseValue,
  type Sized,
  viewOf,
} from "./cells.ts";
import { BulkAccess, type Codes } from "./bulk_access.ts";
import type { Typecode } from "./typecodes.ts";

/** The typed arrays of integers of up to 32 bits. */
const WHOLE: ReadonlySet<string> = new Set([
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
]);

/** The typed arrays of bigints. */
export const BIG: ReadonlySet<string> = new Set([
  "BigInt64Array",
  "BigUint64Array",
]);

/** Integers of 64 bits in shared memory. */
export type BigArray = BigInt64Array | BigUint64Array;

/** Cells of integers of up to 32 bits. */
export class IntCells extends BulkAccess implements Cells {
  ints!: IntArray;
  #view!: IntArray;
  readonly #code: Typecode;
  readonly #type: Sized<IntArray>;

  /** A view of a whole block. */
  constructor(block: Block, code: Typecode, type: Sized<IntArray>) {
    super();
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = this.ints = viewOf(block, this.#type);
  }

  protected get codes(): Codes {
    return this.#view as unknown as Codes;
  }

  protected fits(name: string): boolean {
    return WHOLE.has(name);
  }

  // As floats, which hold all of them and wrap when written to the typed array.
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
    if (Number.isInteger(value)) return value as number;
    return refuseValue(this.#code, "a whole number", value);
  }

  load(at: number): number {
    return Atomics.load(this.#view, at);
  }

  store(at: number, value: unknown): void {
    Atomics.store(this.#view, at, this.check(value));
  }

  exchange(at: number, value: unknown): number {
    return Atomics.exchange(this.#view, at, this.check(value));
  }

  compareExchange(at: number, expected: unknown, value: unknown): number {
    const from = this.check(expected);
    return Atomics.compareExchange(this.#view, at, from, this.check(value));
  }

  add(at: number, amount: unknown): number {
    return Atomics.add(this.#view, at, this.check(amount));
  }

  sub(at: number, amount: unknown): number {
    return Atomics.sub(this.#view, at, this.check(amount));
  }

  and(at: number, bits: unknown): number {
    return Atomics.and(this.#view, at, this.check(bits));
  }

  or(at: number, bits: unknown): number {
    return Atomics.or(this.#view, at, this.check(bits));
  }

  xor(at: number, bits: unknown): number {
    return Atomics.xor(this.#view, at, this.check(bits));
  }
}

/** Cells of integers of 64 bits. */
export class BigIntCells extends BulkAccess implements Cells {
  readonly ints = null;
  #view!: BigArray;
  readonly #code: Typecode;
  readonly #type: Sized<BigArray>;

  /** A view of a whole block. */
  constructor(block: Block, code: Typecode, type: Sized<BigArray>) {
    super();
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = viewOf(block, this.#type);
  }

  protected get codes(): Codes {
    return this.#view as unknown as Codes;
  }

  protected fits(name: string): boolean {
    return BIG.has(name);
  }

  protected encode(
    elements: ArrayLike<unknown>,
    first: number,
    count: number,
  ): BigInt64Array {
    const codes = new BigInt64Array(count);
    for (let i = 0; i < count; i++) codes[i] = this.check(elements[first + i]);
    return codes;
  }

  check(value: unknown): bigint {
    if (typeof value === "bigint") return value;
    return refuseValue(this.#code, "a bigint", value);
  }

  load(at: number): bigint {
    return Atomics.load(this.#view, at);
  }

  store(at: number, value: unknown): void {
    Atomics.store(this.#view, at, this.check(value));
  }

  exchange(at: number, value: unknown): bigint {
    return Atomics.exchange(this.#view, at, this.check(value));
  }

  compareExchange(at: number, expected: unknown, value: unknown): bigint {
    const from = this.check(expected);
    return Atomics.compareExchange(this.#view, at, from, this.check(value));
  }

  add(at: number, amount: unknown): bigint {
    return Atomics.add(this.#view, at, this.check(amount));
  }

  sub(at: number, amount: unknown): bigint {
    return Atomics.sub(this.#view, at, this.check(amount));
  }

  and(at: number, bits: unknown): bigint {
    return Atomics.and(this.#view, at, this.check(bits));
  }

  or(at: number, bits: unknown): bigint {
    return Atomics.or(this.#view, at, this.check(bits));
  }

  xor(at: number, bits: unknown): bigint {
    return Atomics.xor(this.#view, at, this.check(bits));
  }
}

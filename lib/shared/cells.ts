/**
 * Cells: shared data of one type, by index. Each read and write is one atomic
 * step, and never waits.
 *
 * The cells check and convert; integers wrap as in typed arrays. Other files
 * have the parts that differ by type:
 *
 * ```
 *   bulk_access    operations on many elements at once
 *   int_cells      integers, of up to 32 bits and of 64
 *   float_cells    floats, by their bits
 *   coded_cells    booleans and characters, as numbers
 *   structure      several fields, each with cells of its own
 * ```
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import type { Block } from "../memory/allocation/block.ts";
import type { Compare } from "./bulk_access.ts";
import { showValue } from "../base/shown_value.ts";
import type { Typecode } from "./typecodes.ts";

/** The atomic updates, besides reads, writes and exchanges. */
export type Update = "add" | "sub" | "and" | "or" | "xor";

/** Integers of up to 32 bits in shared memory. */
export type IntArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Shared data of some type, by index. The index is not checked here. */
export interface Cells {
  /** The memory itself, if its elements are the numbers that `load` returns. */
  readonly ints: IntArray | null;
  /** Throws a TypeError unless the type allows `value`. */
  check(value: unknown): void;
  /** Reads an element. */
  load(at: number): unknown;
  /** Writes an element. */
  store(at: number, value: unknown): void;
  /** Writes an element, and returns the old one. */
  exchange(at: number, value: unknown): unknown;
  /**
   * Writes an element if the old one equals `expected`; returns the old one.
   */
  compareExchange(at: number, expected: unknown, value: unknown): unknown;
  /** Adds, and returns the old element. */
  add(at: number, amount: unknown): unknown;
  /** Subtracts, and returns the old element. */
  sub(at: number, amount: unknown): unknown;
  /** Ands the bits, and returns the old element. */
  and(at: number, bits: unknown): unknown;
  /** Ors the bits, and returns the old element. */
  or(at: number, bits: unknown): unknown;
  /** Exclusive-ors the bits, and returns the old element. */
  xor(at: number, bits: unknown): unknown;
  /** The elements from `start` up to `stop`. */
  read(start: number, stop: number): unknown[];
  /** All elements, for another shared array. */
  all(): ArrayLike<unknown>;
  /** Writes elements; checks them all before it writes the first. */
  write(start: number, elements: ArrayLike<unknown>): void;
  /** Writes elements to new memory, from index 0 on. */
  begin(elements: ArrayLike<unknown>): void;
  /** Writes one element to each index from `start` up to `stop`. */
  fill(value: unknown, start: number, stop: number): void;
  /** Sorts all elements, by their own order or by `compare`. */
  sort(compare?: Compare): void;
  /**
   * The index of the first element from `start` on that equals `value`; -1 if
   * none does.
   */
  indexOf(value: unknown, start: number): number;
  /** Whether an element equals `value`; NaN equals NaN. */
  includes(value: unknown): boolean;
  /** Makes new views of the memory, after the block has moved. */
  rebind(block: Block): void;
}

/** A class of typed arrays. */
export interface Sized<A> {
  new (buffer: ArrayBufferLike, offset: number, length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

/** All of a block as a typed array. */
export function viewOf<A>(block: Block, type: Sized<A>): A {
  const length = Math.floor(block.bytes / type.BYTES_PER_ELEMENT);
  return new type(block.buffer, block.byteOffset, length);
}

/** Throws a TypeError that tells what the type allows. */
export function refuseValue(
  typecode: Typecode,
  allowed: string,
  value: unknown,
): never {
  throw new TypeError(
    `Cannot put ${
      showValue(value)
    } into a value of type "${typecode}" as it takes ${allowed}`,
  );
}

/** Throws a TypeError, as data of that type has no such update. */
export function refuseUpdate(typecode: Typecode, update: Update): never {
  throw new TypeError(
    `Cannot ${update} on a value of type "${typecode}": use compareExchange(), or the lock`,
  );
}

/**
 * Cells of the parent's data that is unavailable here: every use throws the
 * reason.
 */
export function unavailableCells(reason: string): Cells {
  const refuse = (): never => {
    throw new SharedMemoryError(reason);
  };
  const get = (_: Cells, key: string | symbol) => {
    if (key === "ints") return null;
    return key === "rebind" ? () => {} : refuse;
  };
  return new Proxy({} as Cells, { get });
}

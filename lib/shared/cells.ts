/**
 * Rows of shared data of one type: reads and writes each in one atomic step,
 * never by halves and never waiting.
 *
 * The cells check and convert; the bytes wrap as typed arrays do. What differs by
 * type is in the files beside this one:
 *
 * ```
 *   row            what goes over many at once
 *   int_cells      whole numbers, of up to 32 bits and of 64
 *   float_cells    floats, by their bits
 *   coded_cells    truth values and characters, as numbers
 *   structure      several fields, each with cells of its own
 * ```
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import type { Block } from "../memory/allocation/block.ts";
import type { Compare } from "./bulk_access.ts";
import { showValue, type Typecode } from "./typecodes.ts";

/** What can be done in one step, besides reading and writing. */
export type Update = "add" | "sub" | "and" | "or" | "xor";

/** Whole numbers of up to 32 bits in shared memory. */
export type IntArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Shared data of some type, by index. Nobody here checks the index. */
export interface Cells {
  /** The memory itself, where it holds what `load` gives and numbers only. */
  readonly ints: IntArray | null;
  /** Throws a TypeError unless `value` can be put there. */
  check(value: unknown): void;
  /** What is there. */
  load(at: number): unknown;
  /** Puts `value` there. */
  store(at: number, value: unknown): void;
  /** Puts `value` there, and gives what was. */
  exchange(at: number, value: unknown): unknown;
  /** Puts `value` there if what is there equals `expected`; gives what was. */
  compareExchange(at: number, expected: unknown, value: unknown): unknown;
  /** Adds, and gives what was. */
  add(at: number, amount: unknown): unknown;
  /** Subtracts, and gives what was. */
  sub(at: number, amount: unknown): unknown;
  /** Ands the bits, and gives what was. */
  and(at: number, bits: unknown): unknown;
  /** Ors the bits, and gives what was. */
  or(at: number, bits: unknown): unknown;
  /** Exclusive-ors the bits, and gives what was. */
  xor(at: number, bits: unknown): unknown;
  /** What is there from `start` up to `stop`. */
  read(start: number, stop: number): unknown[];
  /** All that is there, to be put into another row. */
  all(): ArrayLike<unknown>;
  /** Puts elements there; checks them all before it puts the first. */
  write(start: number, elements: ArrayLike<unknown>): void;
  /** Puts elements into memory that is new, from its first place on. */
  begin(elements: ArrayLike<unknown>): void;
  /** Puts one element into each place from `start` up to `stop`. */
  fill(value: unknown, start: number, stop: number): void;
  /** Sorts all, by their own order or as it is told. */
  sort(compare?: Compare): void;
  /** Where the first one from `start` on is that is `value`; -1 if none is. */
  indexOf(value: unknown, start: number): number;
  /** Whether one of them is `value`, or both are NaN. */
  includes(value: unknown): boolean;
  /** Looks at the memory anew, after the block has moved. */
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

/** Says what data of that type takes. */
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

/** Says that data of that type has no such update. */
export function refuseUpdate(typecode: Typecode, update: Update): never {
  throw new TypeError(
    `Cannot ${update} on a value of type "${typecode}": use compareExchange(), or the lock`,
  );
}

/** Data of the parent that this process may not see: every use says why. */
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

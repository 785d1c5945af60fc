/**
 * Rows of shared data of one type: reads and writes each in one atomic step,
 * never by halves and never waiting.
 *
 * The cells check and convert; the bytes wrap as typed arrays do.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { SharedMemoryError } from "../base/errors.ts";
import type { Block } from "../memory/block.ts";
import { kindOf, showValue, type Typecode } from "./typecodes.ts";

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
  /** Looks at the memory anew, after the block has moved. */
  rebind(block: Block): void;
}

type BigArray = BigInt64Array | BigUint64Array;
type ArrayType<A> = new (
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
) => A;

interface Sized<A> extends ArrayType<A> {
  readonly BYTES_PER_ELEMENT: number;
}

function viewOf<A>(block: Block, type: Sized<A>): A {
  const length = Math.floor(block.bytes / type.BYTES_PER_ELEMENT);
  return new type(block.buffer, block.byteOffset, length);
}

function refuseValue(
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

function refuseUpdate(typecode: Typecode, update: Update): never {
  throw new TypeError(
    `Cannot ${update} on a value of type "${typecode}": use compareExchange(), or the lock`,
  );
}

class IntCells implements Cells {
  ints!: IntArray;
  #view!: IntArray;
  readonly #code: Typecode;
  readonly #type: Sized<IntArray>;

  constructor(block: Block, code: Typecode, type: Sized<IntArray>) {
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = this.ints = viewOf(block, this.#type);
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

class BigIntCells implements Cells {
  readonly ints = null;
  #view!: BigArray;
  readonly #code: Typecode;
  readonly #type: Sized<BigArray>;

  constructor(block: Block, code: Typecode, type: Sized<BigArray>) {
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = viewOf(block, this.#type);
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

/** Reads and writes a float by its bits, as atomic steps know no floats. */
interface FloatBits {
  load(at: number): number;
  store(at: number, value: number): void;
  /** Puts `next(what is there)` there, or nothing for undefined; gives what was. */
  update(at: number, next: (now: number) => number | undefined): number;
  round(value: number): number;
}

// A float and its bits, for turning the one into the other; never kept over a
// call of anybody else.
const float32 = new Float32Array(1);
const bits32 = new Int32Array(float32.buffer);
const float64 = new Float64Array(1);
const bits64 = new BigInt64Array(float64.buffer);

class Float32Bits implements FloatBits {
  readonly #view: Int32Array;

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

class Float64Bits implements FloatBits {
  readonly #view: BigInt64Array;

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

/** Equal as numbers, so 0 is -0, and NaN is NaN. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

class FloatCells implements Cells {
  readonly ints = null;
  #bits!: FloatBits;
  readonly #code: Typecode;
  readonly #type: new (block: Block) => FloatBits;

  constructor(
    block: Block,
    code: Typecode,
    type: new (block: Block) => FloatBits,
  ) {
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#bits = new this.#type(block);
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

/** How something that is no number is kept as one. */
interface Coding {
  readonly type: Sized<Uint8Array | Uint32Array>;
  /** Whether and, or and xor mean something. */
  readonly hasBits: boolean;
  readonly allowed: string;
  /** The number, or -1 for what does not fit. */
  encode(value: unknown): number;
  decode(number: number): unknown;
}

const BOOL: Coding = {
  type: Uint8Array,
  hasBits: true,
  allowed: "true or false",
  encode: (value) => typeof value === "boolean" ? Number(value) : -1,
  decode: (number) => number !== 0,
};

const LATIN1_MAX = 0xff;

const CHAR: Coding = {
  type: Uint8Array,
  hasBits: false,
  allowed: "a string of one Latin-1 character",
  encode(value) {
    if (typeof value !== "string" || value.length !== 1) return -1;
    const code = value.charCodeAt(0);
    return code <= LATIN1_MAX ? code : -1;
  },
  decode: (number) => String.fromCharCode(number),
};

const UNICODE: Coding = {
  type: Uint32Array,
  hasBits: false,
  allowed: "a string of one Unicode character",
  encode(value) {
    if (typeof value !== "string" || value.length === 0) return -1;
    const code = value.codePointAt(0)!;
    return String.fromCodePoint(code).length === value.length ? code : -1;
  },
  decode: (number) => String.fromCodePoint(number),
};

class CodedCells implements Cells {
  readonly ints = null;
  #view!: Uint8Array | Uint32Array;
  readonly #code: Typecode;
  readonly #coding: Coding;

  constructor(block: Block, code: Typecode, coding: Coding) {
    this.#code = code;
    this.#coding = coding;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = viewOf(block, this.#coding.type);
  }

  check(value: unknown): number {
    const number = this.#coding.encode(value);
    if (number >= 0) return number;
    return refuseValue(this.#code, this.#coding.allowed, value);
  }

  #bits(update: Update, value: unknown): number {
    if (!this.#coding.hasBits) refuseUpdate(this.#code, update);
    return this.check(value);
  }

  load(at: number): unknown {
    return this.#coding.decode(Atomics.load(this.#view, at));
  }

  store(at: number, value: unknown): void {
    Atomics.store(this.#view, at, this.check(value));
  }

  exchange(at: number, value: unknown): unknown {
    const before = Atomics.exchange(this.#view, at, this.check(value));
    return this.#coding.decode(before);
  }

  compareExchange(at: number, expected: unknown, value: unknown): unknown {
    const from = this.check(expected);
    const next = this.check(value);
    const before = Atomics.compareExchange(this.#view, at, from, next);
    return this.#coding.decode(before);
  }

  add(): never {
    return refuseUpdate(this.#code, "add");
  }

  sub(): never {
    return refuseUpdate(this.#code, "sub");
  }

  and(at: number, value: unknown): unknown {
    const bits = this.#bits("and", value);
    return this.#coding.decode(Atomics.and(this.#view, at, bits));
  }

  or(at: number, value: unknown): unknown {
    const bits = this.#bits("or", value);
    return this.#coding.decode(Atomics.or(this.#view, at, bits));
  }

  xor(at: number, value: unknown): unknown {
    const bits = this.#bits("xor", value);
    return this.#coding.decode(Atomics.xor(this.#view, at, bits));
  }
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

const SIGNED = { 1: Int8Array, 2: Int16Array, 4: Int32Array } as const;
const UNSIGNED = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** All of a block as data of one simple type. */
export function simpleCells(block: Block, code: Typecode): Cells {
  const kind = kindOf(code);
  switch (kind.kind) {
    case "int": {
      const type = (kind.signed ? SIGNED : UNSIGNED)[kind.bytes];
      return new IntCells(block, code, type as Sized<IntArray>);
    }
    case "bigint": {
      const type = kind.signed ? BigInt64Array : BigUint64Array;
      return new BigIntCells(block, code, type as Sized<BigArray>);
    }
    case "float":
      return new FloatCells(
        block,
        code,
        kind.bytes === 4 ? Float32Bits : Float64Bits,
      );
    case "bool":
      return new CodedCells(block, code, BOOL);
    case "char":
      return new CodedCells(block, code, kind.bytes === 1 ? CHAR : UNICODE);
    default:
      return unreachable(kind);
  }
}

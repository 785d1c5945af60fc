/**
 * One piece of shared data: reads and writes the bytes of each type in one
 * atomic step, never by halves and never waiting.
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

/** A piece of shared data of some type. */
export interface Cell {
  /** What is there. */
  load(): unknown;
  /** Puts `value` there. */
  store(value: unknown): void;
  /** Puts `value` there, and gives what was. */
  exchange(value: unknown): unknown;
  /** Puts `value` there if what is there equals `expected`; gives what was. */
  compareExchange(expected: unknown, value: unknown): unknown;
  /** Adds, and gives what was. */
  add(amount: unknown): unknown;
  /** Subtracts, and gives what was. */
  sub(amount: unknown): unknown;
  /** Ands the bits, and gives what was. */
  and(bits: unknown): unknown;
  /** Ors the bits, and gives what was. */
  or(bits: unknown): unknown;
  /** Exclusive-ors the bits, and gives what was. */
  xor(bits: unknown): unknown;
  /** Looks at the memory anew, after the block has moved. */
  rebind(block: Block): void;
}

type IntArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;
type BigArray = BigInt64Array | BigUint64Array;
type ArrayType<A> = new (
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
) => A;

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

class IntCell implements Cell {
  #view!: IntArray;
  readonly #code: Typecode;
  readonly #type: ArrayType<IntArray>;

  constructor(block: Block, code: Typecode, type: ArrayType<IntArray>) {
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = new this.#type(block.buffer, block.byteOffset, 1);
  }

  #check(value: unknown): number {
    if (Number.isInteger(value)) return value as number;
    return refuseValue(this.#code, "a whole number", value);
  }

  load(): number {
    return Atomics.load(this.#view, 0);
  }

  store(value: unknown): void {
    Atomics.store(this.#view, 0, this.#check(value));
  }

  exchange(value: unknown): number {
    return Atomics.exchange(this.#view, 0, this.#check(value));
  }

  compareExchange(expected: unknown, value: unknown): number {
    const from = this.#check(expected);
    return Atomics.compareExchange(this.#view, 0, from, this.#check(value));
  }

  add(amount: unknown): number {
    return Atomics.add(this.#view, 0, this.#check(amount));
  }

  sub(amount: unknown): number {
    return Atomics.sub(this.#view, 0, this.#check(amount));
  }

  and(bits: unknown): number {
    return Atomics.and(this.#view, 0, this.#check(bits));
  }

  or(bits: unknown): number {
    return Atomics.or(this.#view, 0, this.#check(bits));
  }

  xor(bits: unknown): number {
    return Atomics.xor(this.#view, 0, this.#check(bits));
  }
}

class BigIntCell implements Cell {
  #view!: BigArray;
  readonly #code: Typecode;
  readonly #type: ArrayType<BigArray>;

  constructor(block: Block, code: Typecode, type: ArrayType<BigArray>) {
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = new this.#type(block.buffer, block.byteOffset, 1);
  }

  #check(value: unknown): bigint {
    if (typeof value === "bigint") return value;
    return refuseValue(this.#code, "a bigint", value);
  }

  load(): bigint {
    return Atomics.load(this.#view, 0);
  }

  store(value: unknown): void {
    Atomics.store(this.#view, 0, this.#check(value));
  }

  exchange(value: unknown): bigint {
    return Atomics.exchange(this.#view, 0, this.#check(value));
  }

  compareExchange(expected: unknown, value: unknown): bigint {
    const from = this.#check(expected);
    return Atomics.compareExchange(this.#view, 0, from, this.#check(value));
  }

  add(amount: unknown): bigint {
    return Atomics.add(this.#view, 0, this.#check(amount));
  }

  sub(amount: unknown): bigint {
    return Atomics.sub(this.#view, 0, this.#check(amount));
  }

  and(bits: unknown): bigint {
    return Atomics.and(this.#view, 0, this.#check(bits));
  }

  or(bits: unknown): bigint {
    return Atomics.or(this.#view, 0, this.#check(bits));
  }

  xor(bits: unknown): bigint {
    return Atomics.xor(this.#view, 0, this.#check(bits));
  }
}

// A float and its bits, for turning the one into the other; never kept over a
// call of anybody else.
const float32 = new Float32Array(1);
const bits32 = new Int32Array(float32.buffer);
const float64 = new Float64Array(1);
const bits64 = new BigInt64Array(float64.buffer);

/** Equal as numbers, so 0 is -0, and NaN is NaN. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

abstract class FloatCell implements Cell {
  protected readonly code: Typecode;

  constructor(code: Typecode) {
    this.code = code;
  }

  abstract rebind(block: Block): void;
  abstract load(): number;
  protected abstract put(value: number): void;
  /** Puts `next(what is there)` there, or nothing for undefined. */
  protected abstract update(next: (now: number) => number | undefined): number;
  protected abstract round(value: number): number;

  #check(value: unknown): number {
    if (typeof value === "number") return value;
    return refuseValue(this.code, "a number", value);
  }

  store(value: unknown): void {
    this.put(this.#check(value));
  }

  exchange(value: unknown): number {
    const next = this.#check(value);
    return this.update(() => next);
  }

  compareExchange(expected: unknown, value: unknown): number {
    const from = this.round(this.#check(expected));
    const next = this.#check(value);
    return this.update((now) => isSame(now, from) ? next : undefined);
  }

  add(amount: unknown): number {
    const checked = this.#check(amount);
    return this.update((now) => now + checked);
  }

  sub(amount: unknown): number {
    const checked = this.#check(amount);
    return this.update((now) => now - checked);
  }

  and(): number {
    return refuseUpdate(this.code, "and");
  }

  or(): number {
    return refuseUpdate(this.code, "or");
  }

  xor(): number {
    return refuseUpdate(this.code, "xor");
  }
}

class Float32Cell extends FloatCell {
  #view!: Int32Array;

  constructor(block: Block, code: Typecode) {
    super(code);
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = new Int32Array(block.buffer, block.byteOffset, 1);
  }

  protected round(value: number): number {
    return Math.fround(value);
  }

  load(): number {
    bits32[0] = Atomics.load(this.#view, 0);
    return float32[0]!;
  }

  protected put(value: number): void {
    float32[0] = value;
    Atomics.store(this.#view, 0, bits32[0]!);
  }

  protected update(next: (now: number) => number | undefined): number {
    for (;;) {
      const seen = bits32[0] = Atomics.load(this.#view, 0);
      const now = float32[0]!;
      const then = next(now);
      if (then === undefined) return now;
      float32[0] = then;
      const bits = bits32[0]!;
      if (Atomics.compareExchange(this.#view, 0, seen, bits) === seen) {
        return now;
      }
    }
  }
}

class Float64Cell extends FloatCell {
  #view!: BigInt64Array;

  constructor(block: Block, code: Typecode) {
    super(code);
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = new BigInt64Array(block.buffer, block.byteOffset, 1);
  }

  protected round(value: number): number {
    return value;
  }

  load(): number {
    bits64[0] = Atomics.load(this.#view, 0);
    return float64[0]!;
  }

  protected put(value: number): void {
    float64[0] = value;
    Atomics.store(this.#view, 0, bits64[0]!);
  }

  protected update(next: (now: number) => number | undefined): number {
    for (;;) {
      const seen = bits64[0] = Atomics.load(this.#view, 0);
      const now = float64[0]!;
      const then = next(now);
      if (then === undefined) return now;
      float64[0] = then;
      const bits = bits64[0]!;
      if (Atomics.compareExchange(this.#view, 0, seen, bits) === seen) {
        return now;
      }
    }
  }
}

/** How something that is no number is kept as one. */
interface Coding {
  readonly type: ArrayType<Uint8Array | Uint32Array>;
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

class CodedCell implements Cell {
  #view!: Uint8Array | Uint32Array;
  readonly #code: Typecode;
  readonly #coding: Coding;

  constructor(block: Block, code: Typecode, coding: Coding) {
    this.#code = code;
    this.#coding = coding;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = new this.#coding.type(block.buffer, block.byteOffset, 1);
  }

  #encode(value: unknown): number {
    const number = this.#coding.encode(value);
    if (number >= 0) return number;
    return refuseValue(this.#code, this.#coding.allowed, value);
  }

  #bits(update: Update, value: unknown): number {
    if (!this.#coding.hasBits) refuseUpdate(this.#code, update);
    return this.#encode(value);
  }

  load(): unknown {
    return this.#coding.decode(Atomics.load(this.#view, 0));
  }

  store(value: unknown): void {
    Atomics.store(this.#view, 0, this.#encode(value));
  }

  exchange(value: unknown): unknown {
    const before = Atomics.exchange(this.#view, 0, this.#encode(value));
    return this.#coding.decode(before);
  }

  compareExchange(expected: unknown, value: unknown): unknown {
    const from = this.#encode(expected);
    const next = this.#encode(value);
    const before = Atomics.compareExchange(this.#view, 0, from, next);
    return this.#coding.decode(before);
  }

  add(): never {
    return refuseUpdate(this.#code, "add");
  }

  sub(): never {
    return refuseUpdate(this.#code, "sub");
  }

  and(value: unknown): unknown {
    const bits = this.#bits("and", value);
    return this.#coding.decode(Atomics.and(this.#view, 0, bits));
  }

  or(value: unknown): unknown {
    const bits = this.#bits("or", value);
    return this.#coding.decode(Atomics.or(this.#view, 0, bits));
  }

  xor(value: unknown): unknown {
    const bits = this.#bits("xor", value);
    return this.#coding.decode(Atomics.xor(this.#view, 0, bits));
  }
}

/** Data of the parent that this process may not see: every use says why. */
class UnavailableCell implements Cell {
  readonly #reason: string;

  constructor(reason: string) {
    this.#reason = reason;
  }

  #refuse(): never {
    throw new SharedMemoryError(this.#reason);
  }

  rebind(): void {}
  load(): never {
    return this.#refuse();
  }
  store(): never {
    return this.#refuse();
  }
  exchange(): never {
    return this.#refuse();
  }
  compareExchange(): never {
    return this.#refuse();
  }
  add(): never {
    return this.#refuse();
  }
  sub(): never {
    return this.#refuse();
  }
  and(): never {
    return this.#refuse();
  }
  or(): never {
    return this.#refuse();
  }
  xor(): never {
    return this.#refuse();
  }
}

/** A cell in whose place there is only the reason why it is not there. */
export function unavailableCell(reason: string): Cell {
  return new UnavailableCell(reason);
}

const SIGNED = { 1: Int8Array, 2: Int16Array, 4: Int32Array } as const;
const UNSIGNED = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** The cell of a type at the start of a block. */
export function cellOver(block: Block, code: Typecode): Cell {
  const kind = kindOf(code);
  switch (kind.kind) {
    case "int": {
      const type = (kind.signed ? SIGNED : UNSIGNED)[kind.bytes];
      return new IntCell(block, code, type);
    }
    case "bigint": {
      const type = kind.signed ? BigInt64Array : BigUint64Array;
      return new BigIntCell(block, code, type);
    }
    case "float":
      return kind.bytes === 4
        ? new Float32Cell(block, code)
        : new Float64Cell(block, code);
    case "bool":
      return new CodedCell(block, code, BOOL);
    case "char":
      return new CodedCell(block, code, kind.bytes === 1 ? CHAR : UNICODE);
    default:
      return unreachable(kind);
  }
}

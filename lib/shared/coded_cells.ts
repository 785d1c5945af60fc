/**
 * Booleans and characters in shared memory, as numbers.
 *
 * @module
 */

import type { Block } from "../memory/allocation/block.ts";
import {
  type Cells,
  refuseUpdate,
  refuseValue,
  type Sized,
  type Update,
  viewOf,
} from "./cells.ts";
import { BulkAccess, type Codes } from "./bulk_access.ts";
import type { Typecode } from "./typecodes.ts";

/** How elements that are not numbers are encoded as numbers. */
export interface Coding {
  /** The typed array of the numbers. */
  readonly type: Sized<Uint8Array | Uint32Array>;
  /** Whether and, or and xor are allowed. */
  readonly hasBits: boolean;
  /** The allowed elements, in words. */
  readonly allowed: string;
  /** The number for an element, or -1 if it is not allowed. */
  encode(value: unknown): number;
  /** The element for a number. */
  decode(number: number): unknown;
}

/** Booleans. */
export const BOOL: Coding = {
  type: Uint8Array,
  hasBits: true,
  allowed: "true or false",
  encode: (value) => typeof value === "boolean" ? Number(value) : -1,
  decode: (number) => number !== 0,
};

const LATIN1_MAX = 0xff;

/** Latin-1 characters, of one byte. */
export const CHAR: Coding = {
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

/** Unicode characters, of four bytes. */
export const UNICODE: Coding = {
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

/** Cells of elements that are encoded as numbers. */
export class CodedCells extends BulkAccess implements Cells {
  readonly ints = null;
  #view!: Uint8Array | Uint32Array;
  readonly #code: Typecode;
  readonly #coding: Coding;

  /** A view of a whole block. */
  constructor(block: Block, code: Typecode, coding: Coding) {
    super();
    this.#code = code;
    this.#coding = coding;
    this.rebind(block);
  }

  rebind(block: Block): void {
    this.#view = viewOf(block, this.#coding.type);
  }

  protected get codes(): Codes {
    return this.#view as unknown as Codes;
  }

  protected override get decode(): (code: number) => unknown {
    return this.#coding.decode;
  }

  /** Numbers are neither booleans nor characters. */
  protected fits(): boolean {
    return false;
  }

  protected encode(
    elements: ArrayLike<unknown>,
    first: number,
    count: number,
  ): Uint32Array {
    const codes = new Uint32Array(count);
    for (let i = 0; i < count; i++) codes[i] = this.check(elements[first + i]);
    return codes;
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

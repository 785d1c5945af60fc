/**
 * Checks and conversions of the arguments of arrays: lengths, indices, ranges and
 * their steps, text.
 *
 * @module
 */

import type { IntArray } from "./cells.ts";
import { elementsOf } from "./bulk_access.ts";
import { showValue } from "../base/shown_value.ts";
import { type DataType, type Typecode, typeKindOf } from "./typecodes.ts";

/**
 * The initial elements of an array: an iterable with a length.
 *
 * @example A range, as in Python
 * ```ts
 * import { type Initializer, SharedArray } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const range = (length: number): Initializer<number> => ({
 *   length,
 *   *[Symbol.iterator]() {
 *     for (let i = 0; i < length; i++) yield i;
 *   },
 * });
 * equal(new SharedArray("i", range(3)).get(2), 2);
 * ```
 *
 * @typeParam T The type of the elements.
 */
export type Initializer<T> = Iterable<T> & { readonly length: number };

/**
 * Bytes, with which an array of bytes may be initialized; `never` for other
 * types.
 *
 * @example From bytes
 * ```ts
 * import { type BytesOf, RawArray } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const bytes: BytesOf<"c"> = new Uint8Array([104, 105]);
 * equal(new RawArray("c", bytes).value, "hi");
 * ```
 *
 * @typeParam C The type of the elements.
 */
export type BytesOf<C extends DataType> = C extends "c" ? Uint8Array : never;

/** The length of a new array, and its initial elements. */
export class Beginning {
  /** The length. */
  readonly length: number;
  /** The elements; null for zeros. */
  readonly elements: ArrayLike<unknown> | null;
  /** The bytes, for an array of bytes that is initialized with bytes. */
  readonly bytes: Uint8Array | null;

  /** Combines the three. */
  constructor(
    length: number,
    elements: ArrayLike<unknown> | null,
    bytes: Uint8Array | null = null,
  ) {
    this.length = length;
    this.elements = elements;
    this.bytes = bytes;
  }
}

/** Interprets the second argument of an array's constructor. */
export function beginningOf(type: DataType, given: unknown): Beginning {
  // Interpreted already, by a subclass of the caller.
  if (given instanceof Beginning) return given;
  if (typeof given === "number") {
    return new Beginning(checkedLength(given), null);
  }
  if (type === "c") {
    const bytes = given instanceof Uint8Array ? given : latin1Bytes(given);
    if (bytes !== null) return new Beginning(bytes.length, null, bytes);
  }
  if (!isInitializer(given)) {
    throw new TypeError(
      `Cannot make an array from ${
        showValue(given)
      } as it takes a length, or elements with a length: put others into a list first, as in [...elements]`,
    );
  }
  // Not by its iterator: a character beyond Latin-1 must be refused as a whole.
  const elements = typeof given === "string" && type === "c"
    ? charsOf(given)
    : elementsOf(given);
  return new Beginning(elements.length, elements);
}

/** Latin-1 text as bytes; null for other text and other values. */
function latin1Bytes(text: unknown): Uint8Array | null {
  if (typeof text !== "string") return null;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > LATIN1_MAX) return null;
    bytes[i] = code;
  }
  return bytes;
}

function isInitializer(given: unknown): given is Initializer<unknown> {
  if (typeof given === "string") return true;
  return typeof given === "object" && given !== null &&
    Symbol.iterator in given && "length" in given;
}

function checkedLength(length: number): number {
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new RangeError(
    `Cannot make an array of that length as it must be a whole number >= 0: current value is ${length}`,
  );
}

/** Throws a RangeError for an index outside the array. */
export function refuseIndex(index: unknown, length: number): never {
  throw new RangeError(
    `Cannot use the element ${
      showValue(index)
    } of the array as it must be a whole number from 0 to ${
      length - 1
    }: at() and slice() count from the end`,
  );
}

/** A bound of a range as for `Array.prototype.slice`, clamped to the array. */
export function boundOf(
  bound: number | undefined,
  length: number,
  otherwise: number,
): number {
  if (bound === undefined) return otherwise;
  const whole = Math.trunc(bound) || 0;
  return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}

/** Throws a RangeError unless `step` leads from one element to a later one. */
export function checkStep(step: number): void {
  if (Number.isSafeInteger(step) && step >= 1) return;
  throw new RangeError(
    `Cannot slice the array as "step" must be a whole number >= 1: current value is ${step}`,
  );
}

function charsOf(text: string): string[] {
  return text.split("");
}

/** Characters per call, as a call takes limited stack. */
const CHARS_AT_ONCE = 4096;

/** Bytes as Latin-1 text. */
export function latin1Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHARS_AT_ONCE) {
    // A copy, as others may write to the bytes meanwhile.
    const part = bytes.slice(at, at + CHARS_AT_ONCE);
    text += String.fromCharCode.apply(null, part as unknown as number[]);
  }
  return text;
}

const LATIN1_MAX = 0xff;

/**
 * Text or bytes as bytes; throws a RangeError if they are more than `length`.
 */
export function bytesFrom(given: unknown, length: number): Uint8Array {
  const bytes = given instanceof Uint8Array ? given : bytesOfText(given);
  if (bytes.length <= length) return bytes;
  throw new RangeError(
    `Cannot put ${bytes.length} bytes into the array as it has room for ${length}`,
  );
}

function bytesOfText(given: unknown): Uint8Array {
  if (typeof given !== "string") {
    throw new TypeError(
      `Cannot put ${
        showValue(given)
      } into the bytes of an array as it takes a string or a Uint8Array`,
    );
  }
  const bytes = latin1Bytes(given);
  if (bytes !== null) return bytes;
  throw new TypeError(
    `Cannot put ${
      showValue(given)
    } into the bytes of an array as it takes Latin-1 characters only: encode it, as in new TextEncoder().encode(text)`,
  );
}

/**
 * The typed array that `typed()` returns for elements of a type; none for
 * booleans, characters and structures.
 *
 * @example Doubles
 * ```ts
 * import { SharedArray, type ViewOf } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const view: ViewOf<"d"> = new SharedArray("d", 2).typed();
 * equal(view instanceof Float64Array, true);
 * ```
 *
 * @typeParam C The type of the elements.
 */
export type ViewOf<C extends DataType> = C extends "b" | "int8" ? Int8Array
  : C extends "B" | "uint8" ? Uint8Array
  : C extends "h" | "int16" ? Int16Array
  : C extends "H" | "uint16" ? Uint16Array
  : C extends "i" | "int32" ? Int32Array
  : C extends "I" | "uint32" ? Uint32Array
  : C extends "l" | "q" | "bigint64" ? BigInt64Array
  : C extends "L" | "Q" | "biguint64" ? BigUint64Array
  : C extends "f" | "float32" ? Float32Array
  : C extends "d" | "float64" ? Float64Array
  : never;

type AnyView =
  | IntArray
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;
type ViewType = new (
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
) => AnyView;

/**
 * The class of the typed array for a type; throws a TypeError if it has none.
 */
export function viewTypeOf(type: DataType): ViewType {
  const kind = typeof type === "string" ? typeKindOf(type as Typecode) : null;
  switch (kind?.kind) {
    case "int": {
      const signed = { 1: Int8Array, 2: Int16Array, 4: Int32Array };
      const unsigned = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
      return (kind.signed ? signed : unsigned)[kind.bytes];
    }
    case "bigint":
      return kind.signed ? BigInt64Array : BigUint64Array;
    case "float":
      return kind.bytes === 4 ? Float32Array : Float64Array;
    default:
      throw new TypeError(
        `Cannot view the array as a typed array as there is none for ${
          kind === null ? "structures" : `the type "${type}"`
        }: use get() and set(), or raw for the bytes of "c"`,
      );
  }
}

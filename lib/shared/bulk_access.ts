/**
 * Bulk operations on shared arrays, as fast as typed arrays do them.
 *
 * Each element is read and written atomically, the whole operation is not:
 * other processes may see its steps in any order. Writes before the release of
 * a lock, or before a message, are visible to the process that acquires the
 * lock or receives the message.
 *
 * @module
 */

import { showValue } from "../base/shown_value.ts";

/** A typed array of any type, as far as this folder uses it. */
export interface Codes extends ArrayLike<number | bigint> {
  [index: number]: number | bigint;
  set(codes: ArrayLike<number | bigint>, at?: number): void;
  slice(start?: number, stop?: number): Codes;
  fill(code: number | bigint, start?: number, stop?: number): unknown;
  sort(compare?: Compare): unknown;
  indexOf(code: unknown, start?: number): number;
  includes(code: unknown): boolean;
}

/** Compares two elements, as for `Array.prototype.sort`. */
export type Compare = (a: never, b: never) => number;

const TYPED = Object.getPrototypeOf(Uint8Array.prototype);
const NAME = Object.getOwnPropertyDescriptor(TYPED, Symbol.toStringTag)!.get!;

/** Up to this length a list is allocated at once; longer ones grow. */
const PIECE_MAX = 2 ** 24;

/** How many elements are converted at once when they are written in chunks. */
const BEGIN_MAX = 2 ** 13;

/** The name of a typed array's class; undefined for other values. */
function typedName(value: unknown): string | undefined {
  return NAME.call(value);
}

/**
 * Whether a value is a typed array that can be read directly: its iteration is
 * unchanged, and its memory is attached.
 */
function isTyped(value: unknown): value is Codes & Iterable<unknown> {
  if (typedName(value) === undefined) return false;
  const { length, [Symbol.iterator]: iterator } = value as Uint8Array;
  return length > 0 && iterator === TYPED[Symbol.iterator];
}

/** Whether a value is a list whose iteration is unchanged. */
function isList(value: Iterable<unknown>): value is unknown[] {
  return Array.isArray(value) &&
    value[Symbol.iterator] === Array.prototype[Symbol.iterator];
}

/** A method that returns all elements of a shared array, for another one. */
export const ALL_ELEMENTS: unique symbol = Symbol("multiprocessing.all");

/**
 * The elements of an iterable; a list or a typed array is returned as it is. Throws a
 * TypeError for anything else.
 */
export function elementsOf(given: Iterable<unknown>): ArrayLike<unknown> {
  if (typeof given?.[Symbol.iterator] !== "function") {
    throw new TypeError(
      `Cannot put elements as "elements" must be a list or another iterable: current value is ${
        showValue(given)
      }`,
    );
  }
  if (isTyped(given) || isList(given)) return given;
  const all =
    (given as { [ALL_ELEMENTS]?: () => ArrayLike<unknown> })[ALL_ELEMENTS];
  return all === undefined ? [...given] : all.call(given);
}

/** Makes a list with the result of `at` for each index. */
function listOf<T>(length: number, at: (index: number) => T): T[] {
  if (length > PIECE_MAX) {
    const list: T[] = [];
    for (let i = 0; i < length; i++) list.push(at(i));
    return list;
  }
  const list = new Array<T>(length);
  for (let i = 0; i < length; i++) list[i] = at(i);
  return list;
}

/** An array whose elements are each one number in memory. */
export abstract class BulkAccess {
  /** The memory at its current place. */
  protected abstract get codes(): Codes;

  /**
   * The number for an element; throws if the type does not allow the element.
   */
  abstract check(value: unknown): number | bigint;

  /**
   * The numbers for `count` elements from `first` on; each is read once. Each
   * class has a loop of its own, as a shared loop becomes slow once it has seen
   * several types.
   */
  protected abstract encode(
    elements: ArrayLike<unknown>,
    first: number,
    count: number,
  ): ArrayLike<number | bigint>;

  /** Whether the type allows every element of typed arrays of that name. */
  protected abstract fits(name: string): boolean;

  /** The element for a number; null if it is the number itself. */
  protected get decode(): ((code: number) => unknown) | null {
    return null;
  }

  /** The elements from `start` up to `stop`. */
  read(start: number, stop: number): unknown[] {
    const codes = this.codes.slice(start, stop);
    const { decode } = this;
    return decode === null
      ? listOf(codes.length, (i) => codes[i])
      : listOf(codes.length, (i) => decode(codes[i] as number));
  }

  /** All elements, for another shared array. */
  all(): ArrayLike<unknown> {
    const { codes } = this;
    return this.decode === null ? codes.slice() : this.read(0, codes.length);
  }

  /** Writes elements; checks them all before it writes the first. */
  write(start: number, elements: ArrayLike<unknown>): void {
    const codes = this.#areCodes(elements)
      ? elements
      : this.encode(elements, 0, elements.length);
    this.codes.set(codes, start);
  }

  /**
   * Writes elements to new memory that no other process knows, and that is
   * dropped if one element is refused.
   */
  begin(elements: ArrayLike<unknown>): void {
    const { codes } = this;
    if (this.#areCodes(elements)) return codes.set(elements);
    const { length } = elements;
    // Allocating memory for all of them at once would cost more than the rest.
    for (let first = 0; first < length; first += BEGIN_MAX) {
      const count = Math.min(BEGIN_MAX, length - first);
      codes.set(this.encode(elements, first, count), first);
    }
  }

  /** Whether elements are the numbers to write, without conversion. */
  #areCodes(elements: ArrayLike<unknown>): elements is Codes {
    const name = typedName(elements);
    return name !== undefined && this.fits(name);
  }

  /** Writes one element to each index from `start` up to `stop`. */
  fill(value: unknown, start: number, stop: number): void {
    const code = this.check(value);
    if (start < stop) this.codes.fill(code, start, stop);
  }

  /** Sorts by the numbers in memory, or by `compare`. */
  sort(compare?: Compare): void {
    const { codes, decode } = this;
    // Not in place, as other processes may write meanwhile.
    if (decode !== null && compare !== undefined) {
      return this.write(0, this.read(0, codes.length).sort(compare as never));
    }
    const copy = codes.slice();
    copy.sort(compare);
    codes.set(copy);
  }

  /**
   * The index of the first element from `start` on that equals `value`; -1 if
   * none does.
   */
  indexOf(value: unknown, start: number): number {
    const { codes, decode } = this;
    if (decode === null) return codes.indexOf(value, start);
    for (let at = start; at < codes.length; at++) {
      if (decode(codes[at] as number) === value) return at;
    }
    return -1;
  }

  /** Whether an element equals `value`; NaN equals NaN. */
  includes(value: unknown): boolean {
    return this.decode === null
      ? this.codes.includes(value)
      : this.indexOf(value, 0) >= 0;
  }
}

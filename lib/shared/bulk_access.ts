/**
 * What goes over many elements of a row at once, as quickly as typed arrays do it.
 *
 * Each element is read and written whole, and the row as many steps: in what order
 * others see those is open, and what was put before a lock is let go, or anything
 * else is told to others, is there for those who hear of it.
 *
 * @module
 */

/** A typed array of whatever type, as far as it is used here. */
export interface Codes extends ArrayLike<number | bigint> {
  [index: number]: number | bigint;
  set(codes: ArrayLike<number | bigint>, at?: number): void;
  slice(start?: number, stop?: number): Codes;
  fill(code: number | bigint, start?: number, stop?: number): unknown;
  sort(compare?: Compare): unknown;
  indexOf(code: unknown, start?: number): number;
  includes(code: unknown): boolean;
}

/** Says which of two elements comes first, as `Array.prototype.sort` has it. */
export type Compare = (a: never, b: never) => number;

const TYPED = Object.getPrototypeOf(Uint8Array.prototype);
const NAME = Object.getOwnPropertyDescriptor(TYPED, Symbol.toStringTag)!.get!;

/** Up to this length a list is made in one piece; longer ones grow. */
const PIECE_MAX = 2 ** 24;

/** So many elements are made numbers in one go where they are put in pieces. */
const BEGIN_MAX = 2 ** 13;

/** The name of a typed array's class; undefined for whatever else. */
export function typedName(value: unknown): string | undefined {
  return NAME.call(value);
}

/**
 * Whether a value is a typed array that is read as it is: nobody has changed how it
 * is iterated, and its memory is there.
 */
export function isTyped(value: unknown): value is Codes & Iterable<unknown> {
  if (typedName(value) === undefined) return false;
  const { length, [Symbol.iterator]: iterator } = value as Uint8Array;
  return length > 0 && iterator === TYPED[Symbol.iterator];
}

/** Whether a value is a list that nobody has changed how to iterate. */
function isList(value: Iterable<unknown>): value is unknown[] {
  return Array.isArray(value) &&
    value[Symbol.iterator] === Array.prototype[Symbol.iterator];
}

/** A method that gives all elements of a row of this package, for another one. */
export const ALL_ELEMENTS: unique symbol = Symbol("multiprocessing.all");

/** The elements of an iterable; a list or a typed array is taken as it is. */
export function elementsOf(given: Iterable<unknown>): ArrayLike<unknown> {
  if (isTyped(given) || isList(given)) return given;
  const all =
    (given as { [ALL_ELEMENTS]?: () => ArrayLike<unknown> })[ALL_ELEMENTS];
  return all === undefined ? [...given] : all.call(given);
}

/** A list with what `at` gives for each index. */
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

/** A row of elements for each of which one number stands in memory. */
export abstract class BulkAccess {
  /** The memory where it is now. */
  protected abstract get codes(): Codes;

  /** The number that stands for an element; throws for what cannot be put there. */
  abstract check(value: unknown): number | bigint;

  /**
   * The numbers for `count` elements from `first` on, each of which is read once. Each
   * class has a loop of its own, as one for all would be slow as soon as it has seen
   * several types.
   */
  protected abstract encode(
    elements: ArrayLike<unknown>,
    first: number,
    count: number,
  ): ArrayLike<number | bigint>;

  /** Whether every element of typed arrays of that name can be put there. */
  protected abstract fits(name: string): boolean;

  /** What a number stands for; null where it is the element itself. */
  protected get decode(): ((code: number) => unknown) | null {
    return null;
  }

  /** What is there from `start` up to `stop`. */
  read(start: number, stop: number): unknown[] {
    const codes = this.codes.slice(start, stop);
    const { decode } = this;
    return decode === null
      ? listOf(codes.length, (i) => codes[i])
      : listOf(codes.length, (i) => decode(codes[i] as number));
  }

  /** All that is there, for another row. */
  all(): ArrayLike<unknown> {
    const { codes } = this;
    return this.decode === null ? codes.slice() : this.read(0, codes.length);
  }

  /** Puts elements there; checks them all before it puts the first. */
  write(start: number, elements: ArrayLike<unknown>): void {
    const codes = this.#areCodes(elements)
      ? elements
      : this.encode(elements, 0, elements.length);
    this.codes.set(codes, start);
  }

  /** Puts elements where nobody has looked yet, and nobody will if one is refused. */
  begin(elements: ArrayLike<unknown>): void {
    const { codes } = this;
    if (this.#areCodes(elements)) return codes.set(elements);
    const { length } = elements;
    // Fresh memory for all of them at once would cost more than the rest.
    for (let first = 0; first < length; first += BEGIN_MAX) {
      const count = Math.min(BEGIN_MAX, length - first);
      codes.set(this.encode(elements, first, count), first);
    }
  }

  /** Whether elements are the very numbers that are to stand in memory. */
  #areCodes(elements: ArrayLike<unknown>): elements is Codes {
    const name = typedName(elements);
    return name !== undefined && this.fits(name);
  }

  /** Puts one element into each place from `start` up to `stop`. */
  fill(value: unknown, start: number, stop: number): void {
    const code = this.check(value);
    if (start < stop) this.codes.fill(code, start, stop);
  }

  /** Sorts by the numbers in memory, or as it is told. */
  sort(compare?: Compare): void {
    const { codes, decode } = this;
    // Not where it is: others may write there meanwhile.
    if (decode !== null && compare !== undefined) {
      return this.write(0, this.read(0, codes.length).sort(compare as never));
    }
    const copy = codes.slice();
    copy.sort(compare);
    codes.set(copy);
  }

  /** Where the first element from `start` on is that is `value`; -1 if none is. */
  indexOf(value: unknown, start: number): number {
    const { codes, decode } = this;
    if (decode === null) return codes.indexOf(value, start);
    for (let at = start; at < codes.length; at++) {
      if (decode(codes[at] as number) === value) return at;
    }
    return -1;
  }

  /** Whether one of them is `value`, or both are NaN. */
  includes(value: unknown): boolean {
    return this.decode === null
      ? this.codes.includes(value)
      : this.indexOf(value, 0) >= 0;
  }
}

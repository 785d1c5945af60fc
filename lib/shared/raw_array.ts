/**
 * The class `RawArray`: an array in shared memory, without a lock.
 *
 * @module
 */

import { checkAvailable } from "../memory/allocation/construction_sites.ts";
import type { Block, BlockPlace } from "../memory/allocation/block.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import type { Cells } from "./cells.ts";
import {
  beginningOf,
  boundOf,
  bytesFrom,
  type BytesOf,
  checkStep,
  type Initializer,
  latin1Of,
  refuseIndex,
  type ViewOf,
  viewTypeOf,
} from "./elements.ts";
import { Field } from "./field.ts";
import { ALL_ELEMENTS, elementsOf } from "./bulk_access.ts";
import {
  BACKING,
  bareOver,
  type DataBacking,
  type DataHandle,
  type DataPlace,
  type DataRequest,
  findBacking,
  givenBacking,
} from "./data_backing.ts";
import { cellsOf, dataHandle, isFresh, settleData } from "./raw_data.ts";
import { bytesOf, checkedType, columnOf } from "./structure.ts";
import {
  type Amount,
  type Bits,
  type DataType,
  type InitialValue,
  nameOfType,
  type Single,
  type Structure,
  type Typecode,
  type TypeOf,
} from "./typecodes.ts";

/**
 * An array in shared memory, without a lock, like Python's
 * `multiprocessing.sharedctypes.RawArray`.
 *
 * - **Fixed length:** as in Python there is no `push` and no `append`.
 * - **Whole elements:** every read and write of one element is atomic;
 *   operations on several elements (`slice`, `fill`, `sort`) are as many steps,
 *   in any order, and as fast as with typed arrays.
 * - **Index by methods:** `get(i)` and `set(i, v)`. Brackets would need a
 *   Proxy, which makes each access some thirty times slower; the view from
 *   `typed()` has brackets at no cost.
 * - **Integers wrap** as in Python; writing a fraction or a string to an
 *   integer element throws a TypeError.
 *
 * | What                        | `thread`, `worker` | `spawn`, `forkserver` |
 * | --------------------------- | ------------------ | --------------------- |
 * | `get`, `set`, `add`         | one atomic step    | one atomic step       |
 * | `"f"`, `"d"` `add`          | two, repeated under contention | the same  |
 * | `typed()[i]`                | one plain access   | one plain access      |
 * | memory                      | the elements, 64 bytes at least | and 64 bytes more |
 *
 * @example An array of numbers
 * ```ts
 * import { RawArray } from "@multiprocessing/core";
 * import { deepEqual, equal } from "node:assert/strict";
 *
 * const row = new RawArray("i", [3, 1, 2]);
 * row.add(0, 10);
 * equal(row.get(0), 13);
 * deepEqual([...row.sort()], [1, 2, 13]);
 * ```
 *
 * @typeParam C The type of the elements.
 */
export class RawArray<const C extends DataType = Typecode>
  implements Iterable<TypeOf<C>> {
  /** The type of the elements, as given to the constructor. */
  readonly typecode: C;
  /** The number of elements. */
  readonly length: number;
  readonly #source: DataBacking;
  // Invariant: #cells reads and writes the memory at the current place of the
  // data; #ints is #cells.ints, and saves common types a call.
  readonly #cells: Cells;
  #ints: Cells["ints"];

  /**
   * Makes an array of zeros, or of the given elements.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawArray("d", 3).length, 3);
   * equal(new RawArray("i", [1, 2, 3]).get(2), 3);
   * ```
   *
   * @param typecode The type of the elements.
   * @param lengthOrElements The number of zeros, or the elements: any iterable
   * with a length.
   * @throws {RangeError} If the length is not a whole number >= 0.
   * @throws {TypeError} If the type is unknown, an element is not of that type,
   * or the elements have no length.
   */
  constructor(
    typecode: C,
    lengthOrElements: number | Initializer<InitialValue<C>> | BytesOf<C>,
  ) {
    const placement = placementOf<DataPlace, unknown>(lengthOrElements);
    const where = placement?.where ?? null;
    const first = placement === null ? lengthOrElements : placement.argument;
    const type = checkedType(typecode);
    const { length, elements, bytes } = beginningOf(type, first);
    const source = givenBacking(where) ??
      findBacking(requestOf(type, length), false, where);
    this.typecode = type;
    this.length = source.data.bytes / bytesOf(type);
    this.#source = source;
    this.#cells = cellsOf(source, type);
    this.#ints = this.#cells.ints;
    source.data.onMove(() => this.#rebind());
    if (isFresh(source)) {
      if (elements !== null) this.#cells.begin(elements);
      if (bytes !== null) this.#bytes().set(bytes);
    }
    settleData(source, this);
  }

  #rebind(): void {
    this.#cells.rebind(this.#source.data);
    this.#ints = this.#cells.ints;
  }

  #at(index: number): number {
    // A fraction, a string or NaN is not equal to itself as an integer.
    if (index >>> 0 === index && index < this.length) return index;
    const isFar = Number.isSafeInteger(index) && index >= 0;
    return isFar && index < this.length
      ? index
      : refuseIndex(index, this.length);
  }

  /**
   * Reads one element. A structure is returned as an object whose fields read
   * and write the shared memory. Making that object takes some microseconds;
   * `field()` takes some nanoseconds.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const points = new RawArray({ x: "d", y: "d" }, 2);
   * points.get(1).y = 0.5;
   * equal(points.get(1).y, 0.5);
   * ```
   *
   * @param index The index of the element, from 0.
   * @returns The element.
   * @throws {RangeError} If the index is out of range.
   */
  get(index: number): TypeOf<C> {
    const at = this.#at(index);
    const ints = this.#ints;
    if (ints !== null) return Atomics.load(ints, at) as TypeOf<C>;
    return this.#cells.load(at) as TypeOf<C>;
  }

  /**
   * Writes one element. Fields of a structure that are left out keep their
   * values.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", 3);
   * row.set(1, 7);
   * equal(row.get(1), 7);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param value The new value.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the value is not of the type.
   */
  set(index: number, value: InitialValue<C>): void {
    const at = this.#at(index);
    const ints = this.#ints;
    if (ints !== null && Number.isInteger(value)) {
      Atomics.store(ints, at, value as number);
    } else this.#cells.store(at, value);
  }

  /**
   * Reads one element, counted from the end if the index is negative, as in any
   * array.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1, 2, 3]);
   * equal(row.at(-1), 3);
   * equal(row.at(3), undefined);
   * ```
   *
   * @param index The index of the element; -1 is the last.
   * @returns The element, or undefined if the index is out of range.
   */
  at(index: number): TypeOf<C> | undefined {
    const at = index < 0 ? this.length + index : index;
    return at >= 0 && at < this.length ? this.get(at) : undefined;
  }

  /**
   * One field of the structure at an index, for atomic updates.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const cells = new RawArray({ hits: "i" }, 2);
   * cells.field(1, "hits").add(3);
   * equal(cells.get(1).hits, 3);
   * ```
   *
   * @param index The index of the structure.
   * @param name The name of the field.
   * @returns The field.
   * @throws {RangeError} If the index is out of range, or the structure has no
   * such field.
   * @throws {TypeError} If the elements are not structures.
   */
  field<F extends C extends Structure ? keyof C & string : never>(
    index: number,
    name: F,
  ): Field<C extends Structure ? C[F] : never> {
    return new Field(columnOf(this.#cells, name), this.#at(index));
  }

  /**
   * Adds to an element atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [40]);
   * equal(row.add(0, 2), 40);
   * equal(row.get(0), 42);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param amount The amount.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  add(index: number, amount: Amount<C>): TypeOf<C> {
    return this.#cells.add(this.#at(index), amount) as TypeOf<C>;
  }

  /**
   * Subtracts from an element atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [44]);
   * equal(row.sub(0, 2), 44);
   * equal(row.get(0), 42);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param amount The amount.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  sub(index: number, amount: Amount<C>): TypeOf<C> {
    return this.#cells.sub(this.#at(index), amount) as TypeOf<C>;
  }

  /**
   * Keeps only bits of an element that are set in both, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [6]);
   * equal(row.and(0, 3), 6);
   * equal(row.get(0), 2);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param bits The bits.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  and(index: number, bits: Bits<C>): TypeOf<C> {
    return this.#cells.and(this.#at(index), bits) as TypeOf<C>;
  }

  /**
   * Sets bits of an element, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [6]);
   * equal(row.or(0, 3), 6);
   * equal(row.get(0), 7);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param bits The bits.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  or(index: number, bits: Bits<C>): TypeOf<C> {
    return this.#cells.or(this.#at(index), bits) as TypeOf<C>;
  }

  /**
   * Flips bits of an element, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [6]);
   * equal(row.xor(0, 3), 6);
   * equal(row.get(0), 5);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param bits The bits.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  xor(index: number, bits: Bits<C>): TypeOf<C> {
    return this.#cells.xor(this.#at(index), bits) as TypeOf<C>;
  }

  /**
   * Replaces an element atomically, and returns the old one.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1]);
   * equal(row.exchange(0, 2), 1);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param value The new value.
   * @returns The old element.
   */
  exchange(index: number, value: Single<C>): Single<C> {
    return this.#cells.exchange(this.#at(index), value) as Single<C>;
  }

  /**
   * Replaces an element only if it equals `expected`, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1]);
   * equal(row.compareExchange(0, 1, 2), 1);
   * equal(row.compareExchange(0, 1, 3), 2);
   * equal(row.get(0), 2);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param expected The expected old element.
   * @param value The new element.
   * @returns The old element; equal to `expected` if it was replaced.
   */
  compareExchange(
    index: number,
    expected: Single<C>,
    value: Single<C>,
  ): Single<C> {
    const at = this.#at(index);
    return this.#cells.compareExchange(at, expected, value) as Single<C>;
  }

  /**
   * Copies some elements to a list, as Python's `a[start:end:step]`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1, 2, 3, 4]);
   * deepEqual(row.slice(1, -1), [2, 3]);
   * deepEqual(row.slice(0, 4, 2), [1, 3]);
   * ```
   *
   * @param start The first index; negative ones count from the end.
   * @param end The index after the last.
   * @param step The distance from one to the next, 1 or more.
   * @returns A new list, which does not follow the array.
   * @throws {RangeError} If the step is not a whole number from 1 on.
   */
  slice(start?: number, end?: number, step = 1): TypeOf<C>[] {
    checkStep(step);
    const { length } = this;
    const stop = boundOf(end, length, length);
    const first = boundOf(start, length, 0);
    if (step === 1) {
      return this.#cells.read(first, Math.max(first, stop)) as TypeOf<C>[];
    }
    const list: TypeOf<C>[] = [];
    for (let at = first; at < stop; at += step) list.push(this.get(at));
    return list;
  }

  /**
   * Replaces some elements by as many others, as Python's `a[start:end] = ...`.
   * All are checked before the first is written.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1, 2, 3, 4]);
   * row.setSlice(1, 3, [8, 9]);
   * deepEqual([...row], [1, 8, 9, 4]);
   * ```
   *
   * @param start The first index; negative ones count from the end.
   * @param end The index after the last; undefined for the end of the array.
   * @param elements The new elements.
   * @throws {RangeError} If their number differs, as the length is fixed.
   * @throws {TypeError} If one of them is not of the type.
   */
  setSlice(
    start: number,
    end: number | undefined,
    elements: Iterable<InitialValue<C>>,
  ): void {
    const { length } = this;
    const first = boundOf(start, length, 0);
    const room = Math.max(boundOf(end, length, length) - first, 0);
    const list = elementsOf(elements);
    if (list.length !== room) {
      throw new RangeError(
        `Cannot put ${list.length} elements in the place of ${room} as the length of a shared array is fixed: give as many`,
      );
    }
    this.#cells.write(first, list);
  }

  /**
   * Writes one value to all elements, or some.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * deepEqual([...new RawArray("i", 3).fill(7, 1)], [0, 7, 7]);
   * ```
   *
   * @param value The new value.
   * @param start The first index; negative ones count from the end.
   * @param end The index after the last.
   * @returns This array.
   */
  fill(value: InitialValue<C>, start?: number, end?: number): this {
    const stop = boundOf(end, this.length, this.length);
    this.#cells.fill(value, boundOf(start, this.length, 0), stop);
    return this;
  }

  /**
   * Sorts the elements. It reads them all, and then writes them all: hold a
   * lock if other processes write meanwhile.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const row = new RawArray("i", [10, 9, 1]);
   * deepEqual([...row.sort()], [1, 9, 10]);
   * deepEqual([...row.sort((a, b) => b - a)], [10, 9, 1]);
   * ```
   *
   * @param compare Negative if `a` comes first, positive if `b` does; without
   * it numbers are sorted by size and characters by code.
   * @returns This array.
   * @throws {TypeError} If the elements are structures and `compare` is left out.
   */
  sort(compare?: (a: TypeOf<C>, b: TypeOf<C>) => number): this {
    this.#cells.sort(compare);
    return this;
  }

  /**
   * The index of the first element equal to `value`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawArray("i", [5, 6, 6]).indexOf(6), 1);
   * ```
   *
   * @param value The value to look for.
   * @param start The index to begin at.
   * @returns The index, or -1.
   */
  indexOf(value: Single<C>, start?: number): number {
    return this.#cells.indexOf(value, boundOf(start, this.length, 0));
  }

  /**
   * Whether an element equals `value`; NaN equals NaN here.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawArray("i", [5, 6]).includes(6), true);
   * ```
   *
   * @param value The value to look for.
   * @returns Whether an element equals it.
   */
  includes(value: Single<C>): boolean {
    return this.#cells.includes(value);
  }

  /**
   * A typed array over the same memory, for speed: plain accesses, no checks,
   * and brackets. Other processes may see its writes late, and 64-bit writes
   * torn: synchronize access by a lock, or a value. The view may be kept for
   * any time, and its `buffer` may hold more than the array.
   *
   * An array made for threads can then no longer move: to share it with OS
   * processes too, make it by `getContext("spawn")`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("d", 3);
   * const view = row.typed();
   * view[1] = 0.5;
   * equal(row.get(1), 0.5);
   * ```
   *
   * @returns The view.
   * @throws {TypeError} If the elements are booleans, characters or structures.
   */
  typed(): ViewOf<C> {
    const View = viewTypeOf(this.typecode);
    checkAvailable(this.#source.claim);
    const { buffer, byteOffset } = this.#source.data.lend();
    return new View(buffer, byteOffset, this.length) as ViewOf<C>;
  }

  /**
   * The text in an array of `"c"`, up to its first NUL, as Latin-1. It can be
   * set to text or bytes, which get a NUL at the end if the array is longer.
   * Bytes behind that NUL keep their values, as in Python. For other text,
   * encode it and use `raw`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const text = new RawArray("c", 8);
   * text.value = "hi";
   * equal(text.value, "hi");
   * ```
   *
   * @throws {TypeError} If the elements are not of the type `"c"`.
   * @throws {RangeError} If the text is longer than the array.
   */
  get value(): C extends "c" ? string : never {
    const text = latin1Of(this.#bytes());
    const end = text.indexOf("\0");
    return (end < 0 ? text : text.slice(0, end)) as C extends "c" ? string
      : never;
  }

  set value(value: C extends "c" ? string | Uint8Array : never) {
    const all = this.#bytes();
    const bytes = bytesFrom(value, all.length);
    all.set(bytes);
    if (bytes.length < all.length) all[bytes.length] = 0;
  }

  /**
   * A copy of all bytes of an array of `"c"`. It can be set to text or bytes;
   * if these are shorter, the rest keeps its values.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const bytes = new RawArray("c", 3);
   * bytes.raw = new Uint8Array([1, 0, 2]);
   * deepEqual([...bytes.raw], [1, 0, 2]);
   * ```
   *
   * @throws {TypeError} If the elements are not of the type `"c"`.
   * @throws {RangeError} If the bytes are more than the array has.
   */
  get raw(): C extends "c" ? Uint8Array : never {
    return new Uint8Array(this.#bytes()) as C extends "c" ? Uint8Array : never;
  }

  set raw(bytes: C extends "c" ? string | Uint8Array : never) {
    const all = this.#bytes();
    all.set(bytesFrom(bytes, all.length));
  }

  #bytes(): Uint8Array {
    checkAvailable(this.#source.claim);
    if (this.typecode !== "c") {
      throw new TypeError(
        `Cannot use the array as bytes as only one of type "c" is: its type is ${
          nameOfType(this.typecode)
        }`,
      );
    }
    const { buffer, byteOffset } = this.#source.data;
    return new Uint8Array(buffer, byteOffset, this.length);
  }

  /**
   * All elements, for another array.
   * @ignore
   */
  [ALL_ELEMENTS](): ArrayLike<unknown> {
    // A subclass may iterate in its own way.
    return this[Symbol.iterator] === OWN_ITERATOR
      ? this.#cells.all()
      : [...this];
  }

  /** Iterates over the elements; each is read when it is reached. */
  *[Symbol.iterator](): IterableIterator<TypeOf<C>> {
    for (let at = 0; at < this.length; at++) yield this.get(at);
  }

  /**
   * The memory behind it, and its construction site.
   * @ignore
   */
  get [BACKING](): DataBacking {
    return this.#source;
  }

  /**
   * The handle by which another process gets the array.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): DataHandle {
    return dataHandle(
      this.#source,
      "array",
      this.typecode,
      this,
      destination,
      delivery,
    );
  }

  #describe(): string {
    const name = `${this.constructor.name} ${nameOfType(this.typecode)}`;
    if (this.#source.claim?.unavailable !== undefined) {
      return `<${name} unavailable>`;
    }
    const shown = this.slice(0, SHOWN_MAX).map((one) =>
      typeof one === "object" ? { ...one } : one
    );
    const more = this.length > SHOWN_MAX ? ` … ${this.length} in all` : "";
    return `<${name} ${Deno.inspect(shown)}${more}>`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#describe();
  }

  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#describe();
  }
}

// A class that names itself in its own body gets another name when it is built.
const OWN_ITERATOR = RawArray.prototype[Symbol.iterator];

const SHOWN_MAX = 20;

function requestOf(type: DataType, length: number): DataRequest {
  return {
    kind: "array",
    type: `rawarray:${nameOfType(type)}:${length}`,
    bytes: length * bytesOf(type),
    below: RawArray,
  };
}

/** Returns the raw array over the same memory. */
export function rawArrayOver<C extends DataType>(
  type: C,
  data: Block,
): RawArray<C> {
  return bareOver(data, (where) => new RawArray(type, placed(where, 0)));
}

/** Makes a raw array in memory of that kind; for contexts. */
export function createRawArray<const C extends DataType>(
  place: BlockPlace,
  typecode: C,
  lengthOrElements: number | Initializer<InitialValue<C>> | BytesOf<C>,
): RawArray<C> {
  return new RawArray(typecode, placed({ place }, lengthOrElements));
}

/**
 * The class `RawValue`: one value in shared memory, without a lock.
 *
 * @module
 */

import type { Block, BlockPlace } from "../memory/allocation/block.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import type { Cells } from "./cells.ts";
import { Field } from "./field.ts";
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
import { showValue } from "../base/shown_value.ts";
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
 * One value in shared memory, without a lock, like Python's
 * `multiprocessing.sharedctypes.RawValue`.
 *
 * - **Atomic:** every read and every write is one step; no process sees half a
 *   value.
 * - **No waiting:** no method waits.
 * - **Integers wrap** as in Python: 2 ** 31 written to `"i"` becomes
 *   -2147483648. Writing a fraction, a string or a bigint to it throws a
 *   TypeError.
 *
 * | What              | `thread`, `worker` | `spawn`, `forkserver` |
 * | ----------------- | ------------------ | --------------------- |
 * | `value`, `add`    | one atomic step    | one atomic step       |
 * | memory            | 64 bytes           | 128 bytes             |
 *
 * @example A number without a lock
 * ```ts
 * import { RawValue } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const total = new RawValue("d", 0.5);
 * total.add(0.25);
 * equal(total.value, 0.75);
 * ```
 *
 * @typeParam C The type.
 */
export class RawValue<const C extends DataType = Typecode> {
  /** The type, as given to the constructor. */
  readonly typecode: C;
  readonly #source: DataBacking;
  // Invariant: #cells reads and writes the memory at the current place of the
  // data; #ints is #cells.ints, and saves common types a call.
  readonly #cells: Cells;
  #ints: Cells["ints"];
  #view: TypeOf<C> | null = null;

  /**
   * Makes a value; zero unless `initial` is given.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawValue("i").value, 0);
   * equal(new RawValue("i", 5).value, 5);
   * ```
   *
   * @param typecode The type.
   * @param initial The initial value.
   * @throws {TypeError} If the type is unknown, or `initial` is not of that
   * type.
   */
  constructor(typecode: C, initial?: InitialValue<C>) {
    const placement = placementOf<DataPlace, typeof initial>(initial);
    const where = placement?.where ?? null;
    const first = placement === null ? initial : placement.argument;
    const type = checkedType(typecode);
    const source = givenBacking(where) ??
      findBacking(requestOf(type), false, where);
    this.typecode = type;
    this.#source = source;
    this.#cells = cellsOf(source, type);
    this.#ints = this.#cells.ints;
    source.data.onMove(() => this.#rebind());
    if (first !== undefined && isFresh(source)) this.#cells.store(0, first);
    settleData(source, this);
  }

  #rebind(): void {
    this.#cells.rebind(this.#source.data);
    this.#ints = this.#cells.ints;
  }

  /**
   * The current value. A read followed by a write is not atomic: for `+= 1` use
   * {@linkcode RawValue.add}, or a lock around both.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 1);
   * v.value = 2;
   * equal(v.value, 2);
   * ```
   */
  get value(): TypeOf<C> {
    const ints = this.#ints;
    if (ints !== null) return Atomics.load(ints, 0) as TypeOf<C>;
    if (typeof this.typecode === "string") {
      return this.#cells.load(0) as TypeOf<C>;
    }
    return this.#view ??= this.#cells.load(0) as TypeOf<C>;
  }

  set value(value: InitialValue<C>) {
    const ints = this.#ints;
    if (ints !== null && Number.isInteger(value)) {
      Atomics.store(ints, 0, value as number);
    } else this.#cells.store(0, value);
  }

  /**
   * One field of a structure, for atomic updates.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const p = new RawValue({ x: "d", hits: "i" }, { hits: 1 });
   * equal(p.field("hits").add(1), 1);
   * equal(p.value.hits, 2);
   * ```
   *
   * @param name The name of the field.
   * @returns The field.
   * @throws {RangeError} If the structure has no such field.
   * @throws {TypeError} If the value is not a structure.
   */
  field<F extends C extends Structure ? keyof C & string : never>(
    name: F,
  ): Field<C extends Structure ? C[F] : never> {
    return new Field(columnOf(this.#cells, name), 0);
  }

  /**
   * Adds atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 40);
   * equal(v.add(2), 40);
   * equal(v.value, 42);
   * ```
   *
   * @param amount The amount.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  add(amount: Amount<C>): TypeOf<C> {
    const ints = this.#ints;
    if (ints !== null && Number.isInteger(amount)) {
      return Atomics.add(ints, 0, amount as number) as TypeOf<C>;
    }
    return this.#cells.add(0, amount) as TypeOf<C>;
  }

  /**
   * Subtracts atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 44);
   * equal(v.sub(2), 44);
   * equal(v.value, 42);
   * ```
   *
   * @param amount The amount.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  sub(amount: Amount<C>): TypeOf<C> {
    return this.#cells.sub(0, amount) as TypeOf<C>;
  }

  /**
   * Keeps only bits that are set in both, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 6);
   * equal(v.and(3), 6);
   * equal(v.value, 2);
   * ```
   *
   * @param bits The bits.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  and(bits: Bits<C>): TypeOf<C> {
    return this.#cells.and(0, bits) as TypeOf<C>;
  }

  /**
   * Sets bits, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 6);
   * equal(v.or(3), 6);
   * equal(v.value, 7);
   * ```
   *
   * @param bits The bits.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  or(bits: Bits<C>): TypeOf<C> {
    return this.#cells.or(0, bits) as TypeOf<C>;
  }

  /**
   * Flips bits, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 6);
   * equal(v.xor(3), 6);
   * equal(v.value, 5);
   * ```
   *
   * @param bits The bits.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  xor(bits: Bits<C>): TypeOf<C> {
    return this.#cells.xor(0, bits) as TypeOf<C>;
  }

  /**
   * Replaces the value atomically, and returns the old one.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 1);
   * equal(v.exchange(2), 1);
   * ```
   *
   * @param value The new value.
   * @returns The old value.
   */
  exchange(value: Single<C>): Single<C> {
    return this.#cells.exchange(0, value) as Single<C>;
  }

  /**
   * Replaces the value only if it equals `expected`, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 1);
   * equal(v.compareExchange(1, 2), 1);
   * equal(v.compareExchange(1, 3), 2);
   * equal(v.value, 2);
   * ```
   *
   * @param expected The expected old value.
   * @param value The new value.
   * @returns The old value; equal to `expected` if it was replaced.
   */
  compareExchange(expected: Single<C>, value: Single<C>): Single<C> {
    return this.#cells.compareExchange(0, expected, value) as Single<C>;
  }

  /**
   * The memory behind it, and its construction site.
   * @ignore
   */
  get [BACKING](): DataBacking {
    return this.#source;
  }

  /**
   * The handle by which another process gets the value.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): DataHandle {
    return dataHandle(
      this.#source,
      "value",
      this.typecode,
      this,
      destination,
      delivery,
    );
  }

  #describe(): string {
    const { name } = this.constructor;
    const { claim } = this.#source;
    if (claim?.unavailable !== undefined) {
      return `<${name} ${nameOfType(this.typecode)} unavailable>`;
    }
    const value = this.#cells.load(0);
    return typeof this.typecode === "string"
      ? `<${name} ${this.typecode} ${showValue(value)}>`
      : `<${name} ${Deno.inspect({ ...value as object })}>`;
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

function requestOf(type: DataType): DataRequest {
  return {
    kind: "value",
    type: `rawvalue:${nameOfType(type)}`,
    bytes: bytesOf(type),
    below: RawValue,
  };
}

/** Returns the raw value over the same memory. */
export function rawValueOver<C extends DataType>(
  type: C,
  data: Block,
): RawValue<C> {
  return bareOver(
    data,
    (where) => new RawValue(type, placed(where, undefined)),
  );
}

/** Makes a raw value in memory of that kind; for contexts. */
export function createRawValue<const C extends DataType>(
  place: BlockPlace,
  typecode: C,
  initial?: InitialValue<C>,
): RawValue<C> {
  return new RawValue(typecode, placed({ place }, initial));
}

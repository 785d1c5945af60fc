/**
 * One piece of data that several processes see.
 *
 * @module
 */

import { LockError, SharedMemoryError } from "../base/errors.ts";
import { Block, type Place } from "../memory/block.ts";
import { Identities } from "../memory/identity.ts";
import { type Claim, claimSite, register } from "../memory/sites.ts";
import { LOCK_BYTES, lockOver, reviveRLock, RLock } from "../sync/rlock.ts";
import { type Destination, HANDLE, type Handle } from "../wire/handle.ts";
import { type Cell, cellOver, unavailableCell } from "./cell.ts";
import {
  type BigIntCode,
  type BoolCode,
  type FloatCode,
  type IntegerCode,
  kindOf,
  showValue,
  type Typecode,
  type TypeOf,
} from "./typecodes.ts";

// A block of a value: the data, and behind it the lock that is its own.
const CELL_BYTES = 8;
const VALUE_BYTES = CELL_BYTES + LOCK_BYTES;

/** The handle of a value. */
export type ValueHandle = Extract<Handle, { kind: "value" }>;

/**
 * What can be added to a value of a type; nothing, if it is no number.
 *
 * @example Only numbers add up
 * ```ts
 * import { type Amount, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const one: Amount<"q"> = 1n;
 * equal(new Value("q", 2n).add(one), 2n);
 * ```
 *
 * @typeParam C The code of the type.
 */
export type Amount<C extends Typecode> = C extends
  IntegerCode | BigIntCode | FloatCode ? TypeOf<C> : never;

/**
 * What a value of a type takes bit by bit; nothing, if it has no bits to show.
 *
 * @example Truth values have one bit
 * ```ts
 * import { type Bits, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const flag: Bits<"?"> = true;
 * const value = new Value("?");
 * value.or(flag);
 * equal(value.value, true);
 * ```
 *
 * @typeParam C The code of the type.
 */
export type Bits<C extends Typecode> = C extends
  IntegerCode | BigIntCode | BoolCode ? TypeOf<C> : never;

// What the next constructor call is to use instead of memory it chooses itself.
// Not a parameter, as those are everybody's.
type Prepared =
  | { readonly kind: "source"; readonly source: Source }
  | { readonly kind: "place"; readonly place: Place };
let prepared: Prepared | null = null;

function withPrepared<T>(given: Prepared, make: () => T): T {
  prepared = given;
  try {
    return make();
  } finally {
    prepared = null;
  }
}

/** The memory that a constructor is to use. */
interface Source {
  readonly data: Block;
  /** Where a lock of its own would be. */
  readonly lockBlock: Block | null;
  /** The lock that came with the memory. */
  readonly lock: RLock | null;
  readonly claim: Claim | null;
  // Invariant: true exactly when the memory already holds a value.
  readonly isFound: boolean;
}

const NEW = { lock: null, isFound: false } as const;

function foundSource(
  block: ValueHandle["block"],
  lock: ValueHandle["lock"],
  claim: Claim | null,
): Source {
  return {
    data: Block.attach(block),
    lockBlock: null,
    lock: lock === null ? null : reviveRLock(lock),
    claim,
    isFound: true,
  };
}

/** Finds memory for a constructor: prepared, the parent's, or new. */
function sourceOf(
  type: string,
  hasLock: boolean,
  below: typeof RawValue,
): Source {
  const given = prepared;
  prepared = null;
  if (given?.kind === "source") return given.source;
  const claim = claimSite(type, below);
  if (claim?.handle?.kind === "value") {
    return foundSource(claim.handle.block, claim.handle.lock, claim);
  }
  const bytes = hasLock ? VALUE_BYTES : CELL_BYTES;
  const whole = Block.allocate(bytes, given?.place);
  const data = whole.part(0, CELL_BYTES);
  const lockBlock = hasLock ? whole.part(CELL_BYTES, LOCK_BYTES) : null;
  return { ...NEW, data, lockBlock, claim };
}

// The same memory with a lock and without one are two objects.
const known = new Identities<RawValue<Typecode>>();
function identityOf(data: Block, lock: unknown): string {
  return lock === null ? data.key : `${data.key}, locked`;
}

let dataOf: (value: RawValue<Typecode>) => Block;
let checkAvailable: (value: RawValue<Typecode>) => void;

/**
 * One piece of data that several processes see, without a lock, like Python's
 * `multiprocessing.sharedctypes.RawValue`.
 *
 * - **Whole:** every read and every write is one step; nobody sees half a value.
 * - **No waiting:** nothing here waits for anybody.
 * - **Integers wrap** as in Python: 2 ** 31 put into `"i"` is -2147483648. A
 *   fraction, a string or a bigint put into it is a TypeError.
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
 * @typeParam C The code of the type.
 */
export class RawValue<C extends Typecode = Typecode> {
  /** The code of the type, as it was given. */
  readonly typecode: C;
  readonly #data: Block;
  // Invariant: reads and writes the memory where #data is now.
  readonly #cell: Cell;
  readonly #unavailable: string | undefined;

  static {
    dataOf = (value) => value.#data;
    checkAvailable = (value) => {
      if (value.#unavailable === undefined) return;
      throw new SharedMemoryError(value.#unavailable);
    };
  }

  /**
   * Makes a value; without a first one it is zero.
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
   * @param typecode The code of the type.
   * @param initial What it is at first.
   * @throws {TypeError} If there is no such type, or `initial` is not of it.
   */
  constructor(typecode: C, initial?: TypeOf<C>) {
    kindOf(typecode);
    const { data, lock, lockBlock, claim, isFound } = sourceOf(
      `rawvalue:${typecode}`,
      false,
      RawValue,
    );
    const unavailable = claim?.unavailable;
    this.typecode = typecode;
    this.#data = data;
    this.#unavailable = unavailable;
    this.#cell = unavailable === undefined
      ? cellOver(data, typecode)
      : unavailableCell(unavailable);
    data.onMove(() => this.#cell.rebind(data));
    if (unavailable === undefined && !isFound && initial !== undefined) {
      this.#cell.store(initial);
    }
    if (claim !== null) register(claim, this);
    if (isFound) known.add(identityOf(data, lock ?? lockBlock), this);
  }

  /**
   * What is there. To read and then to write are two steps: for `+= 1` use
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
    return this.#cell.load() as TypeOf<C>;
  }

  set value(value: TypeOf<C>) {
    this.#cell.store(value);
  }

  /**
   * Adds in one step; integers wrap.
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
   * @param amount How much.
   * @returns What was there before.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  add(amount: Amount<C>): TypeOf<C> {
    return this.#cell.add(amount) as TypeOf<C>;
  }

  /**
   * Subtracts in one step; integers wrap.
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
   * @param amount How much.
   * @returns What was there before.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  sub(amount: Amount<C>): TypeOf<C> {
    return this.#cell.sub(amount) as TypeOf<C>;
  }

  /**
   * Keeps the bits that are set in both, in one step.
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
   * @param bits Which bits.
   * @returns What was there before.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  and(bits: Bits<C>): TypeOf<C> {
    return this.#cell.and(bits) as TypeOf<C>;
  }

  /**
   * Sets bits, in one step.
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
   * @param bits Which bits.
   * @returns What was there before.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  or(bits: Bits<C>): TypeOf<C> {
    return this.#cell.or(bits) as TypeOf<C>;
  }

  /**
   * Turns bits over, in one step.
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
   * @param bits Which bits.
   * @returns What was there before.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  xor(bits: Bits<C>): TypeOf<C> {
    return this.#cell.xor(bits) as TypeOf<C>;
  }

  /**
   * Puts a value there, and gives what was, in one step.
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
   * @param value What to put there.
   * @returns What was there before.
   */
  exchange(value: TypeOf<C>): TypeOf<C> {
    return this.#cell.exchange(value) as TypeOf<C>;
  }

  /**
   * Puts a value there only if what is there equals `expected`, in one step.
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
   * @param expected What must be there.
   * @param value What to put there then.
   * @returns What was there before; equal to `expected` if it worked.
   */
  compareExchange(expected: TypeOf<C>, value: TypeOf<C>): TypeOf<C> {
    return this.#cell.compareExchange(expected, value) as TypeOf<C>;
  }

  /**
   * How the value travels to another process.
   * @internal
   */
  [HANDLE](destination: Destination): ValueHandle {
    checkAvailable(this);
    const block = this.#data.handle(destination);
    known.add(identityOf(this.#data, null), this);
    return { kind: "value", typecode: this.typecode, block, lock: null };
  }

  #describe(): string {
    const name = this instanceof Value ? "Value" : "RawValue";
    const shown = this.#unavailable === undefined
      ? showValue(this.#cell.load())
      : "unavailable";
    return `<${name} ${this.typecode} ${shown}>`;
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

/**
 * Which lock a value has.
 *
 * @example Two values, one lock
 * ```ts
 * import { RLock, Value, type ValueOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ValueOptions = { lock: new RLock() };
 * const x = new Value("d", 0, options);
 * const y = new Value("d", 0, options);
 * equal(x.getLock(), y.getLock());
 * ```
 */
export interface ValueOptions {
  /**
   * `true` for a lock of its own, `false` for none, or the lock to use.
   *
   * @default {true}
   */
  readonly lock?: boolean | RLock | undefined;
}

/**
 * One piece of data that several processes see, with a lock beside it, like
 * Python's `multiprocessing.Value`.
 *
 * - **Whole:** every read and every write is one step; nobody sees half a value.
 * - **No waiting:** `value` never takes the lock. The lock shuts out those who
 *   take it too, and guards whatever they agree on.
 * - **Two steps:** `v.value += 1` reads and then writes, as in Python, and may
 *   lose another's update between the two: use {@linkcode RawValue.add}, or hold
 *   the lock.
 * - **Integers wrap** as in Python: 2 ** 31 put into `"i"` is -2147483648. A
 *   fraction, a string or a bigint put into it is a TypeError.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads, and it is the same value in every process.
 *
 * | What                       | Steps                                |
 * | -------------------------- | ------------------------------------ |
 * | `value`, `add`, `exchange` | one atomic operation                 |
 * | `"f"`, `"d"` `add`         | two, and again if somebody was faster |
 * | lock and release           | two, if nobody else has the lock     |
 *
 * @example Counting with the lock, and without
 * ```ts
 * import { Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const counter = new Value("i", 0);
 * {
 *   using _held = await counter.getLock().acquire();
 *   counter.value += 1;
 * }
 * counter.add(1);
 * equal(counter.value, 2);
 * ```
 *
 * @typeParam C The code of the type.
 */
export class Value<C extends Typecode = Typecode> extends RawValue<C> {
  readonly #lock: RLock | null;
  #raw: RawValue<C> | null = null;

  /**
   * Makes a value; without a first one it is zero.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const q = new Value("q", 5n);
   * equal(q.value, 5n);
   * ```
   *
   * @param typecode The code of the type.
   * @param initial What it is at first.
   * @param options Which lock it has.
   * @throws {TypeError} If there is no such type, or `initial` is not of it.
   */
  constructor(typecode: C, initial?: TypeOf<C>, options: ValueOptions = {}) {
    kindOf(typecode);
    const wanted = checkLock(options.lock ?? true);
    const source = sourceOf(`value:${typecode}`, wanted === true, Value);
    prepared = { kind: "source", source };
    super(typecode, initial);
    const { lock, lockBlock, isFound } = source;
    if (isFound) this.#lock = lock;
    else if (lockBlock !== null) this.#lock = lockOver(lockBlock);
    else this.#lock = wanted instanceof RLock ? wanted : null;
  }

  /**
   * The lock beside the value.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * using _held = await v.getLock().acquire();
   * equal(v.getLock().locked(), true);
   * ```
   *
   * @returns The lock.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  getLock(): RLock {
    checkAvailable(this);
    if (this.#lock !== null) return this.#lock;
    throw new LockError(
      `Cannot get the lock of this value as it was made without one: leave out "lock: false"`,
    );
  }

  /**
   * The same data without the lock.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i", 5);
   * equal(v.getObj().value, 5);
   * ```
   *
   * @returns The raw value over the same memory.
   */
  getObj(): RawValue<C> {
    checkAvailable(this);
    this.#raw ??= rawOver(this.typecode, dataOf(this));
    return this.#raw;
  }

  /**
   * How the value travels to another process.
   * @internal
   */
  override [HANDLE](destination: Destination): ValueHandle {
    if (this.#lock === null) return super[HANDLE](destination);
    checkAvailable(this);
    const data = dataOf(this);
    const block = data.handle(destination);
    const lock = this.#lock[HANDLE](destination);
    known.add(identityOf(data, lock), this);
    return { kind: "value", typecode: this.typecode, block, lock };
  }
}

function checkLock(lock: unknown): boolean | RLock {
  if (typeof lock === "boolean" || lock instanceof RLock) return lock;
  throw new TypeError(
    `Cannot make a value with that lock as "lock" must be true, false or an RLock: current value is ${
      showValue(lock)
    }`,
  );
}

function rawOver<C extends Typecode>(typecode: C, data: Block): RawValue<C> {
  const before = known.get(identityOf(data, null));
  if (before !== undefined) return before as unknown as RawValue<C>;
  const source = {
    data,
    lockBlock: null,
    lock: null,
    claim: null,
    isFound: true,
  };
  return withPrepared(
    { kind: "source", source },
    () => new RawValue(typecode),
  );
}

/** A value at home in a place, as the contexts make them. */
export function createValue<C extends Typecode>(
  place: Place,
  typecode: C,
  initial?: TypeOf<C>,
  options?: ValueOptions,
): Value<C> {
  return withPrepared(
    { kind: "place", place },
    () => new Value(typecode, initial, options),
  );
}

/** A raw value at home in a place, as the contexts make them. */
export function createRawValue<C extends Typecode>(
  place: Place,
  typecode: C,
  initial?: TypeOf<C>,
): RawValue<C> {
  return withPrepared(
    { kind: "place", place },
    () => new RawValue(typecode, initial),
  );
}

/**
 * The value that a handle names; the same object for the same memory. A raw
 * value comes as one without a lock.
 */
export function reviveValue(
  handle: ValueHandle,
): Value<Typecode> | RawValue<Typecode> {
  const typecode = handle.typecode as Typecode;
  const source = foundSource(handle.block, handle.lock, null);
  const before = known.get(identityOf(source.data, source.lock));
  if (before !== undefined) return before;
  return withPrepared({ kind: "source", source }, () => new Value(typecode));
}

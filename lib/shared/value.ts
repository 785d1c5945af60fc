/**
 * The class `Value`: one value in shared memory, with a lock.
 *
 * @module
 */

import { checkAvailable } from "../memory/allocation/construction_sites.ts";
import type { Below } from "../base/call_sites.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import { placed } from "../memory/allocation/placement.ts";
import type { Guard } from "../sync/guard.ts";
import type { Lock } from "../sync/lock.ts";
import type { LockOptions } from "../sync/lock_options.ts";
import type { RLock } from "../sync/rlock.ts";
import { RawValue, rawValueOver } from "./raw_value.ts";
import {
  BACKING,
  type DataHandle,
  type DataRequest,
  rehydrateData,
} from "./data_backing.ts";
import { bytesOf, checkedType } from "./structure.ts";
import { lockBeside, synchronized } from "./synchronized.ts";
import {
  type DataType,
  type InitialValue,
  nameOfType,
  type Typecode,
} from "./typecodes.ts";

/**
 * Options of a {@linkcode Value} and a {@linkcode SharedArray}: its lock.
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
   * `true` for an `RLock` of its own, `false` for none, or the lock to use: an
   * `RLock`, or a `Lock`, which also excludes the tasks of one process from
   * each other. In Python, `value` waits for ever if the `Lock` is held; here
   * `value` never takes the lock.
   *
   * @default {true}
   */
  readonly lock?: boolean | RLock | Lock | undefined;
}

/**
 * One value in shared memory, with a lock, like Python's
 * `multiprocessing.Value`.
 *
 * - **Atomic:** every read and every write is one step; no process sees half a
 *   value.
 * - **No waiting:** `value` never takes the lock. The lock excludes other
 *   holders of the same lock, and guards what the program uses it for.
 * - **Two steps:** `v.value += 1` reads and then writes, as in Python, and may
 *   lose the update of another process in between: use {@linkcode
 *   RawValue.add}, or hold the lock.
 * - **Tasks of one process:** the lock is an `RLock`, whose owner is a process
 *   with all its tasks. Async functions of one process that await while they
 *   hold it are not excluded from each other: use `{ lock: new Lock() }` for
 *   them.
 * - **Integers wrap** as in Python: 2 ** 31 written to `"i"` becomes
 *   -2147483648. Writing a fraction, a string or a bigint to it throws a
 *   TypeError.
 * - **Structures:** `value` of `new Value({ x: "d", y: "d" })` has the fields
 *   as properties, each read and written atomically, and `field("x").add(1)`
 *   updates one. Access to several fields is not atomic.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads, and it is the same value in every process.
 * - **Lifetime:** the memory is reused when no process refers to the value any
 *   more, or all that did are gone; it needs no close. Values share larger
 *   blocks, so each costs no file and no buffer of its own.
 *
 * | What                       | `thread`, `worker`  | `spawn`, `forkserver` |
 * | -------------------------- | ------------------- | --------------------- |
 * | `value`, `add`, `exchange` | one atomic step     | one atomic step       |
 * | `"f"`, `"d"` `add`         | two, repeated under contention | the same   |
 * | lock and release           | two, without contention | the same          |
 * | memory                     | 64 bytes            | 128 bytes             |
 * | sharing                    | one message         | one message, and a mapping the first time |
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
 * @example Tasks of one process that take turns
 * ```ts
 * import { Lock, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const counter = new Value("i", 0, { lock: new Lock() });
 * const count = async () => {
 *   using _held = await counter.acquire();
 *   const seen = counter.value;
 *   await Promise.resolve();
 *   counter.value = seen + 1;
 * };
 * await Promise.all([count(), count(), count()]);
 * equal(counter.value, 3);
 * ```
 *
 * @example A structure
 * ```ts
 * import { Value } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const p = new Value({ x: "d", y: "d", hits: "i" }, { x: 1 });
 * p.value.y = 0.5;
 * p.field("hits").add(1);
 * deepEqual(p.value, { x: 1, y: 0.5, hits: 1 });
 * ```
 *
 * @typeParam C The type.
 */
export class Value<const C extends DataType = Typecode> extends RawValue<C> {
  #raw: RawValue<C> | null = null;

  /**
   * Makes a value; zero unless `initial` is given.
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
   * @param initial The initial value.
   * @param options The lock of the value.
   * @throws {TypeError} If the type is unknown, or `initial` is not of that
   * type.
   */
  constructor(
    typecode: C,
    initial?: InitialValue<C>,
    options: ValueOptions = {},
  ) {
    const type = checkedType(typecode);
    const request: DataRequest = {
      kind: "value",
      type: `value:${nameOfType(type)}`,
      bytes: bytesOf(type),
      below: SELF,
    };
    super(type, synchronized(request, options, initial));
  }

  /**
   * The lock of the value.
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
  getLock(): RLock | Lock {
    return lockBeside(this[BACKING], "value");
  }

  /**
   * Acquires the lock of the value as soon as it is free, like `with v:` in
   * Python. The default lock does not exclude the other tasks of this process;
   * see {@linkcode ValueOptions.lock}.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * using _held = await v.acquire();
   * equal(v.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  async acquire(options?: LockOptions): Promise<Guard | null> {
    return await this.getLock().acquire(options);
  }

  /**
   * Acquires the lock of the value, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * using _held = v.acquireSync();
   * equal(v.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  acquireSync(options?: LockOptions): Guard | null {
    return this.getLock().acquireSync(options);
  }

  /**
   * Releases the lock of the value.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * v.acquireSync();
   * v.release();
   * equal(v.getLock().locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release(): void {
    this.getLock().release();
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
    const { data, claim } = this[BACKING];
    checkAvailable(claim);
    return this.#raw ??= rawValueOver(this.typecode, data);
  }
}

// A class that names itself in its own body gets another name when it is built.
const SELF: Below = Value;

/** Makes a value in memory of that kind; for contexts. */
export function createValue<const C extends DataType>(
  place: BlockPlace,
  typecode: C,
  initial?: InitialValue<C>,
  options: ValueOptions = {},
): Value<C> {
  return new Value(typecode, initial, placed({ place }, options));
}

/**
 * Returns the value that a handle names; the same object for the same memory. A
 * raw value becomes one without a lock.
 */
export function rehydrateValue(handle: DataHandle): RawValue {
  const type = handle.typecode as Typecode;
  return rehydrateData<RawValue>(
    handle,
    (where) => new Value(type, undefined, placed(where, {})),
  );
}

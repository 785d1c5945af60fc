/**
 * One piece of data that several processes see, with a lock.
 *
 * @module
 */

import type { BlockPlace } from "../memory/allocation/block.ts";
import { placed } from "../memory/allocation/placement.ts";
import type { Guard } from "../sync/guard.ts";
import type { Lock } from "../sync/lock.ts";
import type { LockOptions } from "../sync/mutex.ts";
import type { RLock } from "../sync/rlock.ts";
import { RawValue, rawValueBacking, rawValueOver } from "./raw_value.ts";
import {
  checkAvailable,
  type DataHandle,
  type DataRequest,
  reviveData,
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
   * `true` for an `RLock` of its own, `false` for none, or the lock to use: an
   * `RLock`, or a `Lock`, which also shuts out the tasks of one process from each
   * other. In Python a `Lock` that is held makes `value` wait for ever; here
   * `value` never takes the lock.
   *
   * @default {true}
   */
  readonly lock?: boolean | RLock | Lock | undefined;
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
 * - **Tasks of one process:** the lock is an `RLock`, whose owner is a process with
 *   all its tasks. Async functions of one process that await while they have it
 *   are let in together: give them `{ lock: new Lock() }`.
 * - **Integers wrap** as in Python: 2 ** 31 put into `"i"` is -2147483648. A
 *   fraction, a string or a bigint put into it is a TypeError.
 * - **Structures:** `value` of `new Value({ x: "d", y: "d" })` has the fields as
 *   properties, each read and written in one step, and `field("x").add(1)` updates
 *   one. All of them together are as many steps.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads, and it is the same value in every process.
 * - **Lifetime:** the memory is used again when no process can see the value any
 *   more, or all that could are gone; nothing is to be closed. Values are small
 *   parts of larger blocks, so many of them cost no file and no buffer each.
 *
 * | What                       | `thread`, `worker`  | `spawn`, `forkserver` |
 * | -------------------------- | ------------------- | --------------------- |
 * | `value`, `add`, `exchange` | one atomic step     | one atomic step       |
 * | `"f"`, `"d"` `add`         | two, again if somebody was faster | the same |
 * | lock and release           | two, if nobody else has the lock | the same |
 * | memory                     | 64 bytes            | 128 bytes             |
 * | to share it                | one message         | one message, and a mapping the first time |
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
      below: Value,
    };
    super(type, synchronized(request, options, initial));
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
  getLock(): RLock | Lock {
    return lockBeside(rawValueBacking(this), "value");
  }

  /**
   * Takes the lock beside the value as soon as it is free, like `with v:` in
   * Python. The lock that a value has by itself does not shut out the other tasks
   * of this process; see {@linkcode ValueOptions.lock}.
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
   * @returns What gives the lock back, or `null` when the time ran out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  async acquire(options?: LockOptions): Promise<Guard | null> {
    return await this.getLock().acquire(options);
  }

  /**
   * Takes the lock beside the value, and stops this thread until it can.
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
   * @returns What gives the lock back, or `null` when the time ran out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  acquireSync(options?: LockOptions): Guard | null {
    return this.getLock().acquireSync(options);
  }

  /**
   * Gives the lock beside the value back.
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
    const { data, claim } = rawValueBacking(this);
    checkAvailable(claim);
    return this.#raw ??= rawValueOver(this.typecode, data);
  }
}

/** A value at home in a place, as the contexts make them. */
export function createValue<const C extends DataType>(
  place: BlockPlace,
  typecode: C,
  initial?: InitialValue<C>,
  options: ValueOptions = {},
): Value<C> {
  return new Value(typecode, initial, placed({ place }, options));
}

/**
 * The value that a handle names; the same object for the same memory. A raw
 * value comes as one without a lock.
 */
export function reviveValue(handle: DataHandle): RawValue {
  const type = handle.typecode as Typecode;
  return reviveData<RawValue>(
    handle,
    (where) => new Value(type, undefined, placed(where, {})),
  );
}

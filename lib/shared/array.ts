/**
 * The class `SharedArray`: an array in shared memory, with a lock.
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
import { beginningOf, type BytesOf, type Initializer } from "./elements.ts";
import { RawArray, rawArrayOver } from "./raw_array.ts";
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
import type { ValueOptions } from "./value.ts";

/**
 * An array in shared memory, with a lock, like Python's
 * `multiprocessing.Array`. `mod.ts` also exports it as `Array`.
 *
 * - **Fixed length:** as in Python there is no `push` and no `append`.
 * - **No waiting:** no method takes the lock, and each element is read, written
 *   and updated atomically. The lock is for operations of several steps:
 *   slices, `sort`, `a.set(0, a.get(0) + 1)`. The default lock excludes other
 *   processes, but not the other tasks of this one: `{ lock: new Lock() }`
 *   excludes both.
 * - **Structures** as elements: `new SharedArray({ x: "d", y: "d" }, 100)`.
 * - **Text:** an array of `"c"` has `value` and `raw`.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads, and it is the same array in every process.
 * - **Lifetime:** the memory is freed when no process refers to the array any
 *   more, or all that did are gone; it needs no close. A view from `typed()`
 *   counts as a reference.
 *
 * | What                | `thread`, `worker` | `spawn`, `forkserver` |
 * | ------------------- | ------------------ | --------------------- |
 * | `get`, `set`, `add` | one atomic step    | one atomic step       |
 * | lock and release    | two atomic steps   | two atomic steps      |
 * | sharing             | one message        | one message, and a mapping the first time |
 *
 * @example Squares by two processes
 * ```ts
 * import { Process, SharedArray } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const squares = new SharedArray("i", 4);
 * const square = (squares: SharedArray<"i">, first: number) => {
 *   for (let i = first; i < squares.length; i += 2) squares.set(i, i * i);
 * };
 *
 * const children = [0, 1].map((first) =>
 *   new Process({ target: square, args: [squares, first] })
 * );
 * for (const p of children) p.start();
 * for (const p of children) await p.join();
 * deepEqual([...squares], [0, 1, 4, 9]);
 * ```
 *
 * @typeParam C The type of the elements.
 */
export class SharedArray<const C extends DataType = Typecode>
  extends RawArray<C> {
  #raw: RawArray<C> | null = null;

  /**
   * Makes an array of zeros, or of the given elements.
   *
   * @example Usage
   * ```ts
   * import { RLock, SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * const row = new SharedArray("d", [0.5, 1.5], { lock });
   * equal(row.getLock(), lock);
   * equal(row.get(1), 1.5);
   * ```
   *
   * @param typecode The type of the elements.
   * @param lengthOrElements The number of zeros, or the elements: any iterable
   * with a length.
   * @param options The lock of the array.
   * @throws {RangeError} If the length is not a whole number >= 0.
   * @throws {TypeError} If the type is unknown, an element is not of that type,
   * or the elements have no length.
   */
  constructor(
    typecode: C,
    lengthOrElements: number | Initializer<InitialValue<C>> | BytesOf<C>,
    options: ValueOptions = {},
  ) {
    const type = checkedType(typecode);
    const beginning = beginningOf(type, lengthOrElements);
    const { length } = beginning;
    const request: DataRequest = {
      kind: "array",
      type: `array:${nameOfType(type)}:${length}`,
      bytes: length * bytesOf(type),
      below: SELF,
    };
    super(type, synchronized(request, options, beginning) as never);
  }

  /**
   * The lock of the array.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", [1]);
   * {
   *   using _held = await row.getLock().acquire();
   *   row.set(0, row.get(0) + 1);
   * }
   * equal(row.get(0), 2);
   * ```
   *
   * @returns The lock.
   * @throws {LockError} If the array was made with `lock: false`.
   */
  getLock(): RLock | Lock {
    return lockBeside(this[BACKING], "array");
  }

  /**
   * Acquires the lock of the array as soon as it is free, like `with row:` in
   * Python. The default lock does not exclude the other tasks of this process;
   * see {@linkcode ValueOptions.lock}.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", 2);
   * using _held = await row.acquire();
   * equal(row.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the array was made with `lock: false`.
   */
  async acquire(options?: LockOptions): Promise<Guard | null> {
    return await this.getLock().acquire(options);
  }

  /**
   * Acquires the lock of the array, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", 2);
   * using _held = row.acquireSync();
   * equal(row.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the array was made with `lock: false`.
   */
  acquireSync(options?: LockOptions): Guard | null {
    return this.getLock().acquireSync(options);
  }

  /**
   * Releases the lock of the array.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", 2);
   * row.acquireSync();
   * row.release();
   * equal(row.getLock().locked(), false);
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
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new SharedArray("i", [5]).getObj().get(0), 5);
   * ```
   *
   * @returns The raw array over the same memory.
   */
  getObj(): RawArray<C> {
    const { data, claim } = this[BACKING];
    checkAvailable(claim);
    return this.#raw ??= rawArrayOver(this.typecode, data);
  }
}

// A class that names itself in its own body gets another name when it is built.
const SELF: Below = SharedArray;

/** Makes an array in memory of that kind; for contexts. */
export function createArray<const C extends DataType>(
  place: BlockPlace,
  typecode: C,
  lengthOrElements: number | Initializer<InitialValue<C>> | BytesOf<C>,
  options: ValueOptions = {},
): SharedArray<C> {
  return new SharedArray(
    typecode,
    lengthOrElements,
    placed({ place }, options),
  );
}

/**
 * Returns the array that a handle names; the same object for the same memory. A
 * raw array becomes one without a lock.
 */
export function rehydrateArray(handle: DataHandle): RawArray {
  const type = handle.typecode as Typecode;
  return rehydrateData<RawArray>(
    handle,
    (where) => new SharedArray(type, 0, placed(where, {})),
  );
}

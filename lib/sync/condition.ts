/**
 * The class `Condition`.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { contain } from "../base/stderr.ts";
import { LockError } from "../base/errors.ts";
import { timeoutOf } from "../base/timeouts.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import {
  type ConditionHandle,
  type Delivery,
  type Destination,
  HANDLE,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import { type AnyLock, isLock, rehydrateAnyLock } from "./any_lock.ts";
import type { Guard } from "./guard.ts";
import type { Lock } from "./lock.ts";
import {
  ACQUIRE_RESTORE,
  ACQUIRE_RESTORE_SYNC,
  IS_OWNED,
  MUTEX_BYTES,
  RELEASE_SAVE,
} from "./mutex.ts";
import { abandonedError, type LockOptions } from "./lock_options.ts";
import { limitOf, runNow, StepRunner, WAKE_ALL } from "./steps.ts";
import { lockOver, type RLock } from "./rlock.ts";
import { type Backing, type BackingPlace, Instances } from "./backing.ts";
import {
  awaitNotified,
  enter,
  notify,
  renameWaiters,
  type Waiter,
  WAITERS_BYTES,
  WAITERS_MAX,
} from "./condition_state.ts";

const CONDITION_BYTES = WAITERS_BYTES + MUTEX_BYTES;

const conditions = new Instances<Condition>();

/**
 * A condition variable: a process waits, under a lock, until another one
 * notifies it of a change; like Python's `multiprocessing.Condition`.
 *
 * - **The lock:** an `RLock` of its own, or the given one. `wait()` releases
 *   it, however often it was acquired, and holds it again when it ends, even if
 *   it throws. An `RLock` does not exclude the tasks of one process from each
 *   other: if several of them use a condition, give it a {@linkcode Lock}.
 * - **In order:** `notify(n)` releases the processes that have waited longest,
 *   exactly n if so many wait. Without a waiter it has no effect.
 * - **No lost notification:** a wait that is notified just as it times out
 *   returns `true`.
 * - **Dead processes:** a process that died while it waited is skipped, and a
 *   notification that it did not live to see goes to the next waiter within 100
 *   ms. If a process dies while it holds the lock, the next `acquire()` throws
 *   an {@linkcode AbandonedError}, and so does a `wait()` that takes the lock
 *   back, which then holds the lock.
 * - **At most 1024** waits at once.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | acquiring and releasing    | as its lock           | as its lock           |
 * | `notify()`                 | reads all waiters, then `Atomics.notify` | the same, then one system call |
 * | `wait()`                   | one sleep, and its lock twice | the same      |
 * | memory                     | 8 KiB                 | 10 KiB                |
 *
 * @example Waiting for a number to change
 * ```ts
 * import { Condition, Lock, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const stock = new Value("i", 0);
 * const changed = new Condition(new Lock());
 *
 * const consume = async () => {
 *   using _held = await changed.acquire();
 *   await changed.waitFor(() => stock.value > 0);
 *   stock.value -= 1;
 * };
 * const consumed = consume();
 * {
 *   using _held = await changed.acquire();
 *   stock.value += 1;
 *   changed.notify();
 * }
 * await consumed;
 * equal(stock.value, 0);
 * ```
 */
export class Condition {
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #lock: AnyLock;

  /**
   * Makes a condition.
   *
   * @example Usage
   * ```ts
   * import { Condition, Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * equal(new Condition(lock).lock, lock);
   * ```
   *
   * @param lock The lock around the state that the condition is about; a new
   * `RLock` if left out.
   * @throws {TypeError} If `lock` is not a lock.
   */
  constructor(lock?: RLock | Lock) {
    const placement = placementOf<BackingPlace, typeof lock>(lock);
    const given = placement === null ? lock : placement.argument;
    checkLock(given);
    this.#backing = conditions.backing(
      "condition",
      CONDITION_BYTES,
      SELF,
      placement?.where,
    );
    this.#runner = new StepRunner(this.#backing.block);
    this.#lock = foundLock(this.#backing) ?? given ?? ownLock(this.#backing);
    conditions.settle(this.#backing, this);
    this.#backing.onMove((before, now) =>
      renameWaiters(this.#backing.words, before, now)
    );
  }

  /** The lock. */
  get lock(): RLock | Lock {
    this.#backing.check();
    return this.#lock;
  }

  /**
   * Acquires the lock as soon as it is free; see {@linkcode RLock.acquire}.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * equal(condition.locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquire(options?: LockOptions): Promise<Guard | null> {
    return this.lock.acquire(options);
  }

  /**
   * Acquires the lock, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = condition.acquireSync();
   * equal(condition.locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquireSync(options?: LockOptions): Guard | null {
    return this.lock.acquireSync(options);
  }

  /**
   * Releases the lock.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * condition.acquireSync();
   * condition.release();
   * equal(condition.locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release(): void {
    this.lock.release();
  }

  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Condition().locked(), false);
   * ```
   *
   * @returns Whether it is held.
   */
  locked(): boolean {
    return this.lock.locked();
  }

  /**
   * Releases the lock, waits for a notification, and acquires the lock again.
   *
   * The state may have changed back meanwhile: use {@linkcode
   * Condition.waitFor} to wait until a predicate is true.
   *
   * @example With a limit
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * equal(await condition.wait({ timeout: 1 }), false);
   * ```
   *
   * @param options How long to wait for the notification; acquiring the lock
   * again may take longer.
   * @returns `true` if it was notified, `false` if it timed out.
   * @throws {LockError} If the caller does not hold the lock.
   * @throws {AbandonedError} If a process died while it held the lock; the
   * caller holds the lock now.
   */
  async wait(options?: LockOptions): Promise<boolean> {
    const timeoutMs = timeoutOf(options, "wait for a condition");
    options?.signal?.throwIfAborted();
    const waiter = this.#enter();
    const times = this.#lock[RELEASE_SAVE]();
    const limit = limitOf(timeoutMs, options?.signal);
    let isNotified = false;
    let isAbandoned = false;
    try {
      isNotified = await this.#runner.run(awaitNotified(waiter), limit);
    } finally {
      isAbandoned = await this.#lock[ACQUIRE_RESTORE](times);
    }
    if (!isNotified) options?.signal?.throwIfAborted();
    accept(isAbandoned, options);
    return isNotified;
  }

  /**
   * Like {@linkcode Condition.wait}, but blocks this thread.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = condition.acquireSync();
   * equal(condition.waitSync({ timeout: 1 }), false);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns `true` if it was notified, `false` if it timed out.
   * @throws {LockError} If the caller does not hold the lock.
   * @throws {AbandonedError} If a process died while it held the lock; the
   * caller holds the lock now.
   */
  waitSync(options?: LockOptions): boolean {
    const timeoutMs = timeoutOf(options, "wait for a condition");
    options?.signal?.throwIfAborted();
    const waiter = this.#enter();
    const times = this.#lock[RELEASE_SAVE]();
    let isNotified = false;
    let isAbandoned = false;
    try {
      const limit = limitOf(timeoutMs);
      isNotified = this.#runner.runSync(awaitNotified(waiter), limit);
    } finally {
      isAbandoned = this.#lock[ACQUIRE_RESTORE_SYNC](times);
    }
    accept(isAbandoned, options);
    return isNotified;
  }

  #enter(): Waiter {
    this.#checkMine("wait for");
    const { block, me } = this.#backing;
    const waiter = runNow(block, enter(me));
    if (waiter !== null) return waiter;
    throw new LockError(
      `Cannot wait for the condition as at most ${WAITERS_MAX} waits are possible at once: current number is ${WAITERS_MAX}`,
    );
  }

  /**
   * Waits until `predicate` returns a truthy value. It is called under the
   * lock, first at once and then after every notification.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * equal(await condition.waitFor(() => 42), 42);
   * equal(await condition.waitFor(() => 0, { timeout: 1 }), 0);
   * ```
   *
   * @typeParam T The result of the predicate.
   * @param predicate Tells whether the wait is over.
   * @param options How long to wait, and what ends the wait.
   * @returns The last result of the predicate: a falsy one if the wait timed
   * out.
   * @throws {LockError} If the caller does not hold the lock.
   */
  async waitFor<T>(predicate: () => T, options?: LockOptions): Promise<T> {
    const { deadline } = limitOf(timeoutOf(options, "wait for a condition"));
    this.#checkMine("wait for");
    for (;;) {
      const result = settled(predicate());
      if (result) return result;
      const timeout = deadline - performance.now();
      if (timeout <= 0) return result;
      await this.wait({ ...options, timeout });
    }
  }

  /**
   * Like {@linkcode Condition.waitFor}, but blocks this thread.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = condition.acquireSync();
   * equal(condition.waitForSync(() => "yes"), "yes");
   * ```
   *
   * @typeParam T The result of the predicate.
   * @param predicate Tells whether the wait is over.
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The last result of the predicate: a falsy one if the wait timed
   * out.
   * @throws {LockError} If the caller does not hold the lock.
   */
  waitForSync<T>(predicate: () => T, options?: LockOptions): T {
    const { deadline } = limitOf(timeoutOf(options, "wait for a condition"));
    this.#checkMine("wait for");
    for (;;) {
      const result = settled(predicate());
      if (result) return result;
      const timeout = deadline - performance.now();
      if (timeout <= 0) return result;
      this.waitSync({ ...options, timeout });
    }
  }

  /**
   * Wakes up to `count` waiters. Each returns once it has acquired the lock
   * again.
   *
   * @example Usage
   * ```ts
   * import { Condition, Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition(new Lock());
   * const wait = async () => {
   *   using _held = await condition.acquire();
   *   return await condition.wait();
   * };
   * const waiting = wait();
   * {
   *   using _held = await condition.acquire();
   *   condition.notify();
   * }
   * equal(await waiting, true);
   * ```
   *
   * @param count How many waiters to wake.
   * @throws {LockError} If the caller does not hold the lock.
   * @throws {RangeError} If `count` is not a whole number from 0.
   */
  notify(count = 1): void {
    checkCount(count);
    this.#checkMine("notify");
    runNow(this.#backing.block, notify(count));
  }

  /**
   * Wakes all waiters.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * condition.notifyAll();
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  notifyAll(): void {
    this.#checkMine("notify");
    runNow(this.#backing.block, notify(WAKE_ALL));
  }

  #checkMine(what: string): void {
    if (this.lock[IS_OWNED]()) return;
    const state = this.locked() ? "held by another process" : "free";
    throw new LockError(
      `Cannot ${what} the condition as only the process that acquired its lock may: it is ${state}`,
    );
  }

  /**
   * The handle by which another process gets the condition.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): ConditionHandle {
    const block = conditions.handle(this.#backing, this, destination, delivery);
    return {
      kind: "condition",
      block,
      lock: this.#lock[HANDLE](destination, delivery),
    };
  }

  #describe(): string {
    if (this.#backing.unavailable !== undefined) {
      return "<Condition unavailable>";
    }
    return `<Condition ${Deno.inspect(this.#lock)}>`;
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

// A class that names itself in its own body gets another name where it is built.
const SELF: Below = Condition;

function accept(isAbandoned: boolean, options: LockOptions | undefined): void {
  if (!isAbandoned || options?.abandoned === "take") return;
  throw abandonedError(
    "wait for the condition",
    "the lock is the caller's now",
  );
}

function checkLock(lock: unknown): void {
  if (lock === undefined || isLock(lock)) return;
  throw new TypeError(
    `Cannot make a condition as "lock" must be an RLock or a Lock: current value is ${
      lock === null ? "null" : typeof lock
    }`,
  );
}

function checkCount(count: unknown): void {
  if (Number.isInteger(count) && count as number >= 0) return;
  throw new RangeError(
    `Cannot notify the condition as "count" must be a whole number from 0: current value is ${
      typeof count === "number" ? count : typeof count
    }`,
  );
}

/** The lock of the condition that the parent's memory holds. */
function foundLock({ claim }: Backing): AnyLock | null {
  const handle = claim?.handle;
  return handle?.kind === "condition" ? rehydrateAnyLock(handle.lock) : null;
}

function ownLock({ block }: Backing): RLock {
  return lockOver(block.part(WAITERS_BYTES, MUTEX_BYTES));
}

function placeCondition(where: BackingPlace, lock?: AnyLock): Condition {
  return new Condition(placed(where, lock));
}

/** Makes a condition in memory of that kind; for contexts. */
export function createCondition(place: BlockPlace, lock?: AnyLock): Condition {
  return placeCondition({ place }, lock);
}

/** The condition that a handle names; the same object for the same memory. */
export function rehydrateCondition(handle: ConditionHandle): Condition {
  const lock = rehydrateAnyLock(handle.lock);
  return conditions.rehydrate(
    handle.block,
    (where) => placeCondition(where, lock),
  );
}

/**
 * Refuses a promise as the result of a predicate, as it would always be true.
 */
function settled<T>(result: T): T {
  if (typeof (result as { then?: unknown } | null)?.then !== "function") {
    return result;
  }
  contain(result, () => {});
  throw new TypeError(
    "Cannot wait for a condition as its predicate returned a promise, which is " +
      "always true: give one that answers at once, and await before or after it",
  );
}

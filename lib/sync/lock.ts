/**
 * The class `Lock`, which is not recursive.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { LockError } from "../base/errors.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type PlainLockHandle,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import type { Guard } from "./guard.ts";
import {
  ACQUIRE_RESTORE,
  ACQUIRE_RESTORE_SYNC,
  FREE,
  IS_OWNED,
  MUTEX_BYTES,
  RELEASE_SAVE,
  WORD,
} from "./mutex.ts";
import type { LockOptions } from "./lock_options.ts";
import { type Backing, Instances, placer, whereOf } from "./backing.ts";
import { LockAcquirer } from "./lock_acquirer.ts";

const locks = new Instances<Lock>();

/**
 * A lock with one holder at a time, like Python's `multiprocessing.Lock`.
 *
 * - **Not recursive:** a holder that acquires it again waits, be it another
 *   task of the same process or the very same task. So it excludes the tasks of
 *   one process from each other, which an {@linkcode RLock} does not.
 * - **Not owned:** any process may release it, as in Python. So it can serve as
 *   a signal: one side acquires, the other releases.
 * - **Fair:** a newcomer may overtake waiters when the lock becomes free, but
 *   each waiter only a few times.
 * - **Dead holders:** a wait for a lock whose holder died throws an {@linkcode
 *   AbandonedError}, where Python's waits for ever. The death is noticed within
 *   100 ms, also by a blocking wait.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | acquiring and releasing    | two atomic operations | the same              |
 * | waking a waiter            | `Atomics.notify`      | one system call       |
 * | memory                     | 64 bytes              | 128 bytes             |
 *
 * @example One holder at a time
 * ```ts
 * import { Lock } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const lock = new Lock();
 * {
 *   using _held = await lock.acquire();
 *   equal(await lock.acquire({ timeout: 0 }), null);
 * }
 * equal(lock.locked(), false);
 * ```
 */
export class Lock {
  readonly #backing: Backing;
  readonly #acquirer: LockAcquirer;

  /**
   * Makes a free lock.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Lock().locked(), false);
   * ```
   */
  constructor();
  constructor(none?: undefined) {
    this.#backing = locks.backing("lock", MUTEX_BYTES, SELF, whereOf(none));
    this.#acquirer = new LockAcquirer(this, this.#backing, false);
    locks.settle(this.#backing, this);
  }

  /**
   * Acquires the lock if it is free, and tells whether it did. The cheapest
   * way, as it makes no guard.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * equal(lock.tryAcquireSync(), true);
   * equal(lock.tryAcquireSync(), false);
   * lock.release();
   * ```
   *
   * @returns Whether the caller holds the lock now.
   */
  tryAcquireSync(): boolean {
    const { words, me } = this.#backing;
    return Atomics.compareExchange(words, WORD, FREE, me) === FREE;
  }

  /**
   * Acquires the lock, and blocks this thread until it can.
   *
   * Not for a main thread that answers requests: nothing else runs meanwhile,
   * not even the task of its own that would release the lock.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * using held = lock.acquireSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the holder died; the lock is then free.
   */
  acquireSync(options?: LockOptions): Guard | null {
    return this.#acquirer.acquireSync(options);
  }

  /**
   * Acquires the lock like {@linkcode Lock.acquireSync}, but without a guard;
   * `release()` must follow in a `finally`.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * lock.lockSync();
   * try {
   *   equal(lock.locked(), true);
   * } finally {
   *   lock.release();
   * }
   * ```
   *
   * @throws {AbandonedError} If the holder died; the lock is then free.
   */
  lockSync(): void {
    if (!this.tryAcquireSync()) this.#acquirer.acquireSlow(Infinity);
  }

  /**
   * Acquires the lock as soon as it is free.
   *
   * @example With a limit
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * using held = await lock.acquire({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the holder died; the lock is then free.
   */
  acquire(options?: LockOptions): Promise<Guard | null> {
    return this.#acquirer.acquire(options);
  }

  /**
   * Releases the lock, regardless of which process acquired it.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * lock.lockSync();
   * lock.release();
   * equal(lock.locked(), false);
   * ```
   *
   * @throws {LockError} If the lock is free.
   */
  release(): void {
    const { words, me } = this.#backing;
    if (Atomics.compareExchange(words, WORD, me, FREE) === me) return;
    if (!this.#acquirer.giveBack()) {
      throw new LockError(
        "Cannot release the lock as it must have been acquired: it is free",
      );
    }
  }

  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Lock().locked(), false);
   * ```
   *
   * @returns Whether it is held.
   */
  locked(): boolean {
    return this.#acquirer.owner !== 0;
  }

  /**
   * Whether this process holds the lock.
   * @ignore
   */
  [IS_OWNED](): boolean {
    return this.#acquirer.isMine;
  }

  /**
   * Releases the lock for a while; for conditions.
   * @ignore
   */
  [RELEASE_SAVE](): number {
    return this.#acquirer.releaseSave();
  }

  /**
   * Acquires the lock again; true if its holder had died.
   * @ignore
   */
  [ACQUIRE_RESTORE](times: number): Promise<boolean> {
    return this.#acquirer.acquireRestore(times);
  }

  /**
   * Acquires the lock again, blocking; true if its holder had died.
   * @ignore
   */
  [ACQUIRE_RESTORE_SYNC](times: number): boolean {
    return this.#acquirer.acquireRestoreSync(times);
  }

  /**
   * The handle by which another process gets the lock.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): PlainLockHandle {
    const block = locks.handle(this.#backing, this, destination, delivery);
    return { kind: "lock", block };
  }

  #describe(): string {
    if (this.#backing.unavailable !== undefined) return "<Lock unavailable>";
    return `<Lock owner=${this.#acquirer.owned}>`;
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
const SELF: Below = Lock;

const placeLock = placer(Lock);

/** Makes a lock in memory of that kind; for contexts. */
export function createLock(place: BlockPlace): Lock {
  return placeLock({ place });
}

/** The lock that a handle names; the same object for the same lock. */
export function rehydrateLock(handle: PlainLockHandle): Lock {
  return locks.rehydrate(handle.block, placeLock);
}

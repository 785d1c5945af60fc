/**
 * The class `RLock`, a recursive lock.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { LockError } from "../base/errors.ts";
import type { Block, BlockPlace } from "../memory/allocation/block.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type LockHandle,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import type { Guard } from "./guard.ts";
import {
  ACQUIRE_RESTORE,
  ACQUIRE_RESTORE_SYNC,
  AGAIN,
  FREE,
  IS_OWNED,
  MUTEX_BYTES,
  ownerOf,
  RELEASE_SAVE,
  WORD,
} from "./mutex.ts";
import type { LockOptions } from "./lock_options.ts";
import { type Backing, Instances, placer, whereOf } from "./backing.ts";
import { LockAcquirer } from "./lock_acquirer.ts";

const rlocks = new Instances<RLock>();

/**
 * A lock that its owner may acquire again, like Python's
 * `multiprocessing.RLock`.
 *
 * - **One owner:** the owner is a process, as {@linkcode Process} starts it,
 *   with all its tasks: two async functions of one process do not exclude each
 *   other. Use a {@linkcode Lock} where they must.
 * - **Recursive:** it takes as many releases as it took acquires.
 * - **Fair:** a newcomer may overtake waiters when the lock becomes free, but
 *   each waiter only a few times.
 * - **Dead owners:** a wait for a lock whose owner died throws an {@linkcode
 *   AbandonedError}, where Python's waits for ever. The death is noticed within
 *   100 ms, also by a blocking wait.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | acquiring and releasing    | two atomic operations | the same              |
 * | acquiring once more        | one, and a plain write | the same             |
 * | waking a waiter            | `Atomics.notify`      | one system call       |
 * | memory                     | 64 bytes              | 128 bytes             |
 *
 * @example One holder at a time
 * ```ts
 * import { RLock } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const lock = new RLock();
 * {
 *   using _held = await lock.acquire();
 *   equal(lock.locked(), true);
 * }
 * equal(lock.locked(), false);
 * ```
 */
export class RLock {
  // Invariant: AGAIN is 0 while the lock is free, and only the owner writes it.
  readonly #backing: Backing;
  readonly #acquirer: LockAcquirer;

  /**
   * Makes a free lock.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RLock().locked(), false);
   * ```
   */
  constructor();
  constructor(none?: undefined) {
    this.#backing = rlocks.backing(
      "rlock",
      MUTEX_BYTES,
      SELF,
      whereOf(none),
    );
    this.#acquirer = new LockAcquirer(this, this.#backing, true);
    rlocks.settle(this.#backing, this);
  }

  /**
   * Acquires the lock if it is free or already the caller's own, and tells
   * whether it did. The cheapest way, as it makes no guard.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * equal(lock.tryAcquireSync(), true);
   * lock.release();
   * ```
   *
   * @returns Whether the caller holds the lock now.
   */
  tryAcquireSync(): boolean {
    const { words, me } = this.#backing;
    const seen = Atomics.compareExchange(words, WORD, FREE, me);
    if (seen === FREE) return true;
    if (ownerOf(seen) !== me) return false;
    words[AGAIN]!++;
    return true;
  }

  /**
   * Acquires the lock, and blocks this thread until it can.
   *
   * Not for a main thread that answers requests: nothing else runs meanwhile.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * using held = lock.acquireSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquireSync(options?: LockOptions): Guard | null {
    return this.#acquirer.acquireSync(options);
  }

  /**
   * Acquires the lock like {@linkcode RLock.acquireSync}, but without a guard;
   * `release()` must follow in a `finally`.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * lock.lockSync();
   * try {
   *   equal(lock.locked(), true);
   * } finally {
   *   lock.release();
   * }
   * ```
   *
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  lockSync(): void {
    if (!this.tryAcquireSync()) this.#acquirer.acquireSlow(Infinity);
  }

  /**
   * Acquires the lock as soon as it is free.
   *
   * @example With a limit
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * using held = await lock.acquire({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquire(options?: LockOptions): Promise<Guard | null> {
    return this.#acquirer.acquire(options);
  }

  /**
   * Releases the lock, or one of several acquires.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * lock.lockSync();
   * lock.release();
   * equal(lock.locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release(): void {
    const { words, me } = this.#backing;
    if (
      words[AGAIN] === 0 &&
      Atomics.compareExchange(words, WORD, me, FREE) === me
    ) return;
    this.#releaseSlow();
  }

  #releaseSlow(): void {
    const { words } = this.#backing;
    if (!this.#acquirer.isMine) this.#refuseRelease();
    if (words[AGAIN]! > 0) words[AGAIN]!--;
    else this.#acquirer.giveBack();
  }

  #refuseRelease(): never {
    const state = this.locked() ? "held by another process" : "free";
    throw new LockError(
      `Cannot release the lock as only the process that acquired it may: it is ${state}`,
    );
  }

  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RLock().locked(), false);
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
   * Releases the lock for a while, however often it was acquired.
   * @ignore
   */
  [RELEASE_SAVE](): number {
    return this.#acquirer.releaseSave();
  }

  /**
   * Acquires the lock again, as often as before; true if its owner had died.
   * @ignore
   */
  [ACQUIRE_RESTORE](times: number): Promise<boolean> {
    return this.#acquirer.acquireRestore(times);
  }

  /**
   * The same, blocking.
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
  ): LockHandle {
    const block = rlocks.handle(this.#backing, this, destination, delivery);
    return { kind: "rlock", block };
  }

  #describe(): string {
    if (this.#backing.unavailable !== undefined) return "<RLock unavailable>";
    const { owned } = this.#acquirer;
    const count = owned === "none" ? 0 : this.#backing.words[AGAIN]! + 1;
    return `<RLock owner=${owned} count=${count}>`;
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
const SELF: Below = RLock;

const placeRLock = placer(RLock);

/**
 * Makes a lock over part of a block that is all zeros, or that holds a lock.
 */
export function lockOver(block: Block): RLock {
  return placeRLock({ block, isFound: false });
}

/** Makes a lock in memory of that kind; for contexts. */
export function createRLock(place: BlockPlace): RLock {
  return placeRLock({ place });
}

/** The lock that a handle names; the same object for the same lock. */
export function rehydrateRLock(handle: LockHandle): RLock {
  return rlocks.rehydrate(handle.block, placeRLock);
}

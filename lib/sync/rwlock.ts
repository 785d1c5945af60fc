/**
 * The class `RwLock`: a lock of many readers or one writer.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { timeoutOf } from "../base/timeouts.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import { wake } from "../memory/waiting/futex.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type RwLockHandle,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import { Guard } from "./guard.ts";
import { FREE, giveBack, ownerOf, WORD } from "./mutex.ts";
import { abandonedError, type LockOptions } from "./lock_options.ts";
import { limitOf, runNow, StepRunner, type Steps } from "./steps.ts";
import {
  awaitReaders,
  type Entry,
  leaveRead,
  read,
  readerAt,
  READERS_BYTES,
  READERS_MAX,
  tryRead,
  write,
} from "./rwlock_state.ts";
import { type Backing, Instances, placer, whereOf } from "./backing.ts";
import { Fairness } from "./fairness.ts";

const rwlocks = new Instances<RwLock>();

/**
 * A lock that many readers hold at once, or one writer alone. Python has none.
 *
 * - **Writers first:** once a writer waits, later readers wait behind it; the
 *   writer gets the lock when the current readers have released it. No waiter
 *   starves, reader or writer.
 * - **Not recursive:** a holder that acquires it again may wait for itself: a
 *   reader that wants to write must release it first.
 * - **Dead processes:** a dead reader is ignored, as it changed nothing. The
 *   process that follows a dead writer gets an {@linkcode AbandonedError}, as
 *   with a {@linkcode Lock}; also if that writer died while it was first in
 *   line and still waited.
 * - **At most 64** readers hold it at once; more of them wait.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | reading                    | three atomic operations | the same            |
 * | writing                    | two, and 64 reads     | the same              |
 * | waking a waiter            | `Atomics.notify`      | one system call       |
 * | memory                     | 320 bytes             | 384 bytes             |
 *
 * @example Readers together, writers alone
 * ```ts
 * import { RwLock } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const board = new RwLock();
 * {
 *   using _one = await board.acquireRead();
 *   using _two = await board.acquireRead();
 *   equal(await board.acquireWrite({ timeout: 0 }), null);
 * }
 * using _alone = await board.acquireWrite();
 * equal(await board.acquireRead({ timeout: 0 }), null);
 * ```
 */
export class RwLock {
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #fairness: Fairness = new Fairness();

  /**
   * Makes a free lock.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RwLock().locked(), false);
   * ```
   */
  constructor();
  constructor(none?: undefined) {
    this.#backing = rwlocks.backing(
      "rwlock",
      READERS_BYTES,
      SELF,
      whereOf(none),
    );
    this.#runner = new StepRunner(this.#backing.block);
    rwlocks.settle(this.#backing, this);
    // Owners have other ids in the new memory. No other isolate knows this lock
    // yet, so all its holders are this isolate.
    this.#backing.onMove((before, now) => {
      const { words } = this.#backing;
      for (const [at, word] of words.entries()) {
        if (ownerOf(word) === before) words[at] = now;
      }
    });
  }

  /**
   * Acquires the lock for reading, as soon as no writer holds it or waits.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using _held = await board.acquireRead();
   * equal(board.locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  async acquireRead(options?: LockOptions): Promise<Guard | null> {
    const timeoutMs = timeoutOf(options, "read");
    options?.signal?.throwIfAborted();
    if (this.#fairness.isOwed && timeoutMs > 0) {
      await this.#fairness.give(options?.signal);
    }
    const at = this.#tryRead();
    if (at >= 0) return this.#readGuard(at);
    return await this.#enter(read(this.#backing), timeoutMs, options);
  }

  /**
   * Acquires the lock for reading, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using _held = board.acquireReadSync();
   * equal(board.locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  acquireReadSync(options?: LockOptions): Guard | null {
    const timeoutMs = timeoutOf(options, "read");
    options?.signal?.throwIfAborted();
    const at = this.#tryRead();
    if (at >= 0) return this.#readGuard(at);
    return this.#enterSync(read(this.#backing), timeoutMs, options);
  }

  /**
   * Acquires the lock for writing, as soon as all holders have released it.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using held = await board.acquireWrite({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  async acquireWrite(options?: LockOptions): Promise<Guard | null> {
    const timeoutMs = timeoutOf(options, "write");
    options?.signal?.throwIfAborted();
    if (this.#fairness.isOwed && timeoutMs > 0) {
      await this.#fairness.give(options?.signal);
    }
    if (!this.#tryLock()) {
      return await this.#enter(write(this.#backing), timeoutMs, options);
    }
    if (this.#isEmpty()) return this.#writeGuard();
    return await this.#enter(awaitReaders(), timeoutMs, options);
  }

  /**
   * Acquires the lock for writing, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using held = board.acquireWriteSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  acquireWriteSync(options?: LockOptions): Guard | null {
    const timeoutMs = timeoutOf(options, "write");
    options?.signal?.throwIfAborted();
    if (!this.#tryLock()) {
      return this.#enterSync(write(this.#backing), timeoutMs, options);
    }
    if (this.#isEmpty()) return this.#writeGuard();
    return this.#enterSync(awaitReaders(), timeoutMs, options);
  }

  /** The word of the new reader, or -1. */
  #tryRead(): number {
    const { words, me, block } = this.#backing;
    const at = readerAt(me % READERS_MAX);
    if (Atomics.compareExchange(words, at, 0, me) !== 0) {
      return runNow(block, tryRead(me));
    }
    if (Atomics.load(words, WORD) === FREE) return at;
    runNow(block, leaveRead(at));
    return -1;
  }

  /** Acquires the mutex of the writers, if it is free. */
  #tryLock(): boolean {
    const { words, me } = this.#backing;
    return Atomics.compareExchange(words, WORD, FREE, me) === FREE;
  }

  #isEmpty(): boolean {
    const { words } = this.#backing;
    for (let reader = 0; reader < READERS_MAX; reader++) {
      if (Atomics.load(words, readerAt(reader)) !== 0) return false;
    }
    return true;
  }

  async #enter(
    steps: Steps<Entry>,
    timeoutMs: number,
    options: LockOptions | undefined,
  ): Promise<Guard | null> {
    const limit = limitOf(timeoutMs, options?.signal);
    const entry = await this.#runner.run(steps, limit);
    if (entry.at < 0 && !entry.isAbandoned) options?.signal?.throwIfAborted();
    return this.#accept(entry, options);
  }

  #enterSync(
    steps: Steps<Entry>,
    timeoutMs: number,
    options: LockOptions | undefined,
  ): Guard | null {
    const entry = this.#runner.runSync(steps, limitOf(timeoutMs));
    return this.#accept(entry, options);
  }

  #accept(
    { at, isAbandoned }: Entry,
    options: LockOptions | undefined,
  ): Guard | null {
    const guard = at < 0
      ? null
      : at === WORD
      ? this.#writeGuard()
      : this.#readGuard(at);
    if (!isAbandoned || options?.abandoned === "take") return guard;
    guard?.[Symbol.dispose]();
    throw abandonedError("acquire the lock", "the lock is free now");
  }

  #readGuard(at: number): Guard {
    return new Guard({ release: () => this.#leaveRead(at) });
  }

  #leaveRead(at: number): void {
    const { words, block } = this.#backing;
    Atomics.store(words, at, 0);
    // A writer may wait here, or a reader when all words were taken.
    if (Atomics.load(words, WORD) !== FREE) wake(block, at, 1);
  }

  #writeGuard(): Guard {
    return new Guard({ release: () => this.#leaveWrite() });
  }

  #leaveWrite(): void {
    const { words, me, block } = this.#backing;
    if (Atomics.compareExchange(words, WORD, me, FREE) === me) return;
    runNow(block, giveBack());
    this.#fairness.owe();
  }

  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RwLock().locked(), false);
   * ```
   *
   * @returns Whether readers or a writer hold it.
   */
  locked(): boolean {
    const { words } = this.#backing;
    return this.readers > 0 || ownerOf(Atomics.load(words, WORD)) !== 0;
  }

  /** How many readers hold the lock at this moment. */
  get readers(): number {
    const { words } = this.#backing;
    const slots = words.subarray(readerAt(0), readerAt(READERS_MAX));
    return slots.reduce((count, reader) => count + Number(reader !== 0), 0);
  }

  /**
   * The handle by which another process gets the lock.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): RwLockHandle {
    const block = rwlocks.handle(this.#backing, this, destination, delivery);
    return { kind: "rwlock", block };
  }

  #describe(): string {
    if (this.#backing.unavailable !== undefined) return "<RwLock unavailable>";
    return `<RwLock readers=${this.readers} locked=${this.locked()}>`;
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
const SELF: Below = RwLock;

const placeRwLock = placer(RwLock);

/** Makes a lock in memory of that kind; for contexts. */
export function createRwLock(place: BlockPlace): RwLock {
  return placeRwLock({ place });
}

/** The lock that a handle names; the same object for the same memory. */
export function rehydrateRwLock(handle: RwLockHandle): RwLock {
  return rwlocks.rehydrate(handle.block, placeRwLock);
}

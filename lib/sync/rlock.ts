/**
 * The recursive lock.
 *
 * @module
 */

import { assert } from "../base/assert.ts";
import {
  AbandonedError,
  LockError,
  SharedMemoryError,
} from "../base/errors.ts";
import { timeoutOf, type WaitOptions } from "../base/waiting.ts";
import { Block, type Place } from "../memory/block.ts";
import { waitAsync, waitSync, wake } from "../memory/futex.ts";
import { Identities } from "../memory/identity.ts";
import { OWNER_MASK } from "../memory/owners.ts";
import { claimSite, register } from "../memory/sites.ts";
import {
  type Destination,
  HANDLE,
  type Handle,
  type LockHandle,
} from "../wire/handle.ts";
import { Guard } from "./guard.ts";

/** How many bytes of a block a lock takes. */
export const LOCK_BYTES = 8;

// The words of a lock.
//   WORD   0 when free, else the owner; the sign bit says somebody may sleep
//   AGAIN  how many more times than once the owner holds it
// Invariant: AGAIN is 0 while WORD is 0, and only the owner writes it.
const WORD = 0;
const AGAIN = 1;
const SLEEPERS = -0x8000_0000;

/** Stands for a word to sleep on when there is none: the lock is taken. */
const TAKEN = 0;

/** How often a blocking taker looks before it sleeps. */
const SPINS = 200;

/** How long a taker sleeps before it asks whether the owner still lives. */
const CHECK_MS = 100;

/**
 * How long to wait for a lock, and what to do when its owner has died.
 *
 * @example Taking over
 * ```ts
 * import { RLock, type LockOptions } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * const options: LockOptions = { timeout: 1000, abandoned: "take" };
 * using held = await new RLock().acquire(options);
 * ok(held);
 * ```
 */
export interface LockOptions extends WaitOptions {
  /**
   * What to do when the owner died without giving the lock back: throw
   * `AbandonedError` and leave the lock free, or take it.
   *
   * @default {"throw"}
   */
  readonly abandoned?: "throw" | "take" | undefined;
}

type Abandoned = LockOptions["abandoned"];

// What the next constructor call is to use. Not a parameter, as those are
// everybody's.
let prepared: { block: Block } | { place: Place } | null = null;

const known = new Identities<RLock>();

/**
 * A lock that its owner may take again, like Python's `multiprocessing.RLock`.
 *
 * - **One owner:** the owner is a process, as {@linkcode Process} starts it, and
 *   with it every task of that process: two async functions of one process do
 *   not shut each other out.
 * - **Recursive:** it takes as many releases as it took acquires.
 * - **Not fair:** who comes along when the lock gets free may overtake those
 *   that sleep.
 * - **Dead owners:** who waits for a lock whose owner died gets an
 *   {@linkcode AbandonedError} and not, as in Python, no answer for ever. A
 *   blocked main thread cannot notice that one of its threads died.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * Taking and releasing a free lock costs two atomic operations.
 *
 * @example One at a time
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
  readonly #block: Block;
  // Invariant: both belong to the place where #block is now.
  #words: Int32Array;
  #me: number;
  // Invariant: when set, WORD names an owner that is nobody, so that every use
  // ends on a slow path, and these look here.
  readonly #unavailable: string | undefined;

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
  constructor() {
    const given = prepared;
    prepared = null;
    const claim = given !== null && "block" in given
      ? null
      : claimSite("rlock", RLock);
    const block = given !== null && "block" in given
      ? given.block
      : adoptedBlock(claim?.handle) ??
        Block.allocate(LOCK_BYTES, given?.place);
    this.#block = block;
    this.#words = block.int32;
    this.#me = block.owner;
    this.#unavailable = claim?.unavailable;
    if (this.#unavailable !== undefined) block.int32[WORD] = OWNER_MASK;
    block.onMove(() => this.#rebind());
    if (claim !== null) register(claim, this);
    if (claim?.handle !== undefined) known.add(block.key, this);
  }

  #rebind(): void {
    const before = this.#me;
    this.#words = this.#block.int32;
    this.#me = this.#block.owner;
    // Owners have other ids in the new place. Nobody else has seen this lock
    // yet, so it is free or our own.
    const owner = this.#words[WORD]! & OWNER_MASK;
    assert(owner === 0 || owner === before, "a lock that moves is our own");
    this.#words[WORD] = owner === 0 ? 0 : this.#me;
  }

  #checkAvailable(): void {
    if (this.#unavailable === undefined) return;
    throw new SharedMemoryError(this.#unavailable);
  }

  /**
   * Takes the lock if it is free or already the caller's own, and says whether
   * it did; the cheapest way, as it makes no guard.
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
    const seen = Atomics.compareExchange(this.#words, WORD, 0, this.#me);
    return seen === 0 || this.#again(seen);
  }

  #again(seen: number): boolean {
    this.#checkAvailable();
    if ((seen & OWNER_MASK) !== this.#me) return false;
    this.#words[AGAIN]!++;
    return true;
  }

  /**
   * Takes the lock, and stops this thread until it can.
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
   * @returns What gives the lock back, or `null` when the time ran out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquireSync(options?: LockOptions): Guard | null {
    if (options === undefined) {
      this.lockSync();
      return new Guard(this);
    }
    const timeoutMs = timeoutOf(options, "acquire a lock");
    options.signal?.throwIfAborted();
    const held = this.tryAcquireSync() ||
      this.#acquireSlow(timeoutMs, options.abandoned);
    return held ? new Guard(this) : null;
  }

  /**
   * Takes the lock as {@linkcode RLock.acquireSync} does, but without a guard;
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
    if (!this.tryAcquireSync()) this.#acquireSlow(Infinity, "throw");
  }

  /**
   * Takes the lock as soon as it is free.
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
   * @returns What gives the lock back, or `null` when the time ran out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  async acquire(options?: LockOptions): Promise<Guard | null> {
    const timeoutMs = timeoutOf(options, "acquire a lock");
    options?.signal?.throwIfAborted();
    const held = this.tryAcquireSync() ||
      await this.#acquireLater(timeoutMs, options);
    return held ? new Guard(this) : null;
  }

  #acquireSlow(timeoutMs: number, abandoned: Abandoned): boolean {
    if (this.#spin()) return true;
    const deadline = performance.now() + timeoutMs;
    let slept = false;
    for (;;) {
      const seen = this.#takeOrMark(slept);
      if (seen === TAKEN) return true;
      const leftMs = deadline - performance.now();
      const ms = Math.min(leftMs, CHECK_MS);
      if (leftMs > 0 && waitSync(this.#block, WORD, seen, ms) !== "timed-out") {
        slept = true;
      } else if (!this.#block.isOwnerAlive(seen & OWNER_MASK)) {
        if (this.#inherit(seen, abandoned)) return true;
      } else if (leftMs <= 0) {
        return false;
      }
    }
  }

  async #acquireLater(
    timeoutMs: number,
    options: LockOptions | undefined,
  ): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    let slept = false;
    for (;;) {
      const seen = this.#takeOrMark(slept);
      if (seen === TAKEN) return true;
      const leftMs = deadline - performance.now();
      if (leftMs > 0 && await this.#sleep(seen, leftMs, options?.signal)) {
        slept = true;
      } else if (!this.#block.isOwnerAlive(seen & OWNER_MASK)) {
        if (this.#inherit(seen, options?.abandoned)) return true;
      } else if (leftMs <= 0) {
        return false;
      }
    }
  }

  async #sleep(
    seen: number,
    leftMs: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const ms = Math.min(leftMs, CHECK_MS);
    const outcome = await waitAsync(this.#block, WORD, seen, ms, signal);
    return outcome !== "timed-out";
  }

  /** Looks for a while: whoever holds a lock mostly gives it back at once. */
  #spin(): boolean {
    const words = this.#words;
    for (let spun = 0; spun < SPINS; spun++) {
      // Only looks, since a failed exchange takes the line from its owner.
      if (words[WORD] === 0 && this.tryAcquireSync()) return true;
      Atomics.pause();
    }
    return false;
  }

  /**
   * Takes the lock, or marks it as slept for; gives the word to sleep on.
   *
   * Who has slept was perhaps not alone, and the mark is gone with the release
   * that woke it. So it takes the lock with the mark set: at worst a wake-up too
   * many, and never one too few. Who goes away without the lock has set it too.
   */
  #takeOrMark(slept: boolean): number {
    const words = this.#words;
    const mine = slept ? this.#me | SLEEPERS : this.#me;
    for (;;) {
      const seen = Atomics.compareExchange(words, WORD, 0, mine);
      if (seen === 0) return TAKEN;
      // Another task of this process took it while this one slept.
      if (this.#again(seen)) {
        if (slept) Atomics.or(words, WORD, SLEEPERS);
        return TAKEN;
      }
      const marked = seen | SLEEPERS;
      if (seen === marked) return marked;
      if (Atomics.compareExchange(words, WORD, seen, marked) === seen) {
        return marked;
      }
    }
  }

  /** Takes the lock from a dead owner; false when another taker was faster. */
  #inherit(seen: number, abandoned: Abandoned): boolean {
    const words = this.#words;
    const mine = this.#me | SLEEPERS;
    if (Atomics.compareExchange(words, WORD, seen, mine) !== seen) return false;
    words[AGAIN] = 0;
    if (abandoned === "take") return true;
    this.release();
    throw new AbandonedError(
      "Cannot acquire the lock as the process that held it died without releasing it: what it guards may be half done, and the lock is free now",
    );
  }

  /**
   * Gives the lock back, or one of the times it was taken.
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
    const words = this.#words;
    if ((words[WORD]! & OWNER_MASK) !== this.#me) this.#refuseRelease();
    if (words[AGAIN]! > 0) {
      words[AGAIN]!--;
      return;
    }
    if (Atomics.exchange(words, WORD, 0) < 0) wake(this.#block, WORD, 1);
  }

  #refuseRelease(): never {
    this.#checkAvailable();
    const state = this.locked() ? "held by another process" : "free";
    throw new LockError(
      `Cannot release the lock as only the process that acquired it may: it is ${state}`,
    );
  }

  /**
   * Whether anybody holds the lock at this moment.
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
    this.#checkAvailable();
    return Atomics.load(this.#words, WORD) !== 0;
  }

  /**
   * How the lock travels to another process.
   * @internal
   */
  [HANDLE](destination: Destination): LockHandle {
    this.#checkAvailable();
    const block = this.#block.handle(destination);
    known.add(this.#block.key, this);
    return { kind: "rlock", block };
  }

  #describe(): string {
    if (this.#unavailable !== undefined) return "<RLock unavailable>";
    const word = Atomics.load(this.#words, WORD);
    if (word === 0) return "<RLock owner=none count=0>";
    const owner = (word & OWNER_MASK) === this.#me ? "me" : "other";
    return `<RLock owner=${owner} count=${this.#words[AGAIN]! + 1}>`;
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

function adoptedBlock(handle: Handle | undefined): Block | null {
  return handle?.kind === "rlock" ? Block.attach(handle.block) : null;
}

function prepare(given: { block: Block } | { place: Place }): RLock {
  prepared = given;
  try {
    return new RLock();
  } finally {
    prepared = null;
  }
}

/** A lock over part of a block that is all zeros, or that holds a lock. */
export function lockOver(block: Block): RLock {
  return prepare({ block });
}

/** A lock at home in a place, as the contexts make them. */
export function createRLock(place: Place): RLock {
  return prepare({ place });
}

/** The lock that a handle names; the same object for the same lock. */
export function reviveRLock(handle: LockHandle): RLock {
  const block = Block.attach(handle.block);
  const before = known.get(block.key);
  if (before !== undefined) return before;
  const lock = lockOver(block);
  known.add(block.key, lock);
  return lock;
}

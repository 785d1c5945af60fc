/**
 * What a lock does, recursive or not, but for its shortest ways: acquiring one that
 * is not free, and releasing one with waiters.
 *
 * @module
 */

import { timeoutOf } from "../base/timeouts.ts";
import { Fairness } from "./fairness.ts";
import { Guard } from "./guard.ts";
import {
  AGAIN,
  FREE,
  giveBack,
  ownerOf,
  take,
  type Taking,
  WORD,
} from "./mutex.ts";
import { accept, type LockOptions } from "./lock_options.ts";
import { limitOf, runNow, StepRunner } from "./steps.ts";
import type { Backing } from "./backing.ts";
import { spinToTake } from "./spin.ts";

/** The lock as its users see it, with its shortest ways. */
interface FastLock {
  tryAcquireSync(): boolean;
  release(): void;
}

/** Acquires and releases one lock on behalf of this isolate. */
export class LockAcquirer {
  readonly #lock: FastLock;
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #isRecursive: boolean;
  /** Lets waiters go first; a task of a recursive lock finds it its own. */
  readonly #fairness: Fairness | null;

  /** For the lock in that memory. */
  constructor(lock: FastLock, backing: Backing, isRecursive: boolean) {
    this.#lock = lock;
    this.#backing = backing;
    this.#runner = new StepRunner(backing.block);
    this.#isRecursive = isRecursive;
    this.#fairness = isRecursive ? null : new Fairness();
    // Owners have other ids in the new memory. No other isolate knows this lock
    // yet, so it is free or this isolate's own.
    backing.onMove((before, now) => {
      const { words } = backing;
      if (ownerOf(words[WORD]!) === before) words[WORD] = now;
    });
  }

  /** Acquires the lock, and blocks this thread until it can. */
  acquireSync(options: LockOptions | undefined): Guard | null {
    const timeoutMs = timeoutOf(options, "acquire a lock");
    options?.signal?.throwIfAborted();
    const held = this.#lock.tryAcquireSync() ||
      this.acquireSlow(timeoutMs, options);
    return held ? new Guard(this.#lock) : null;
  }

  /** Acquires the lock as soon as it is free. */
  async acquire(options: LockOptions | undefined): Promise<Guard | null> {
    const timeoutMs = timeoutOf(options, "acquire a lock");
    options?.signal?.throwIfAborted();
    const fairness = this.#fairness;
    if (fairness !== null && fairness.isOwed && timeoutMs > 0) {
      await fairness.give(options?.signal);
    }
    const held = this.#lock.tryAcquireSync() ||
      this.#accept(await this.#take(timeoutMs, options), options);
    return held ? new Guard(this.#lock) : null;
  }

  /** Acquires a lock that is not free, and blocks this thread until it can. */
  acquireSlow(timeoutMs: number, options?: LockOptions): boolean {
    return this.#accept(this.#takeSync(timeoutMs), options);
  }

  #takeSync(timeoutMs: number): Taking {
    const backing = this.#backing;
    if (spinToTake(backing.words, WORD, FREE, backing.me)) return "taken";
    const steps = take(backing, this.#isRecursive);
    return this.#runner.runSync(steps, limitOf(timeoutMs));
  }

  /** Rejects if the signal aborts first. */
  async #take(timeoutMs: number, options?: LockOptions): Promise<Taking> {
    const limit = limitOf(timeoutMs, options?.signal);
    const steps = take(this.#backing, this.#isRecursive);
    const taking = await this.#runner.run(steps, limit);
    if (taking === "left") options?.signal?.throwIfAborted();
    return taking;
  }

  #accept(taking: Taking, options: LockOptions | undefined): boolean {
    this.#count(taking, 1);
    return accept(taking, this.#lock, options);
  }

  /** Counts how often the owner holds the lock, if it was acquired. */
  #count(taking: Taking, times: number): void {
    if (taking === "left") return;
    const { words } = this.#backing;
    const before = taking === "again" ? words[AGAIN]! + 1 : 0;
    words[AGAIN] = before + times - 1;
  }

  /** Releases the lock however often it was acquired, and gives that number. */
  releaseSave(): number {
    const { words } = this.#backing;
    const times = words[AGAIN]! + 1;
    words[AGAIN] = 0;
    this.#lock.release();
    return times;
  }

  /** Acquires the lock as often as it was; true if its owner had died. */
  async acquireRestore(times: number): Promise<boolean> {
    const taking = await this.#take(Infinity);
    this.#count(taking, times);
    return taking === "inherited";
  }

  /** The same, but blocks this thread. */
  acquireRestoreSync(times: number): boolean {
    const taking = this.#takeSync(Infinity);
    this.#count(taking, times);
    return taking === "inherited";
  }

  /** Releases the lock, regardless of its holder; false if it is free. */
  giveBack(): boolean {
    const isReleased = runNow(this.#backing.block, giveBack());
    if (isReleased) this.#fairness?.owe();
    return isReleased;
  }

  /** The owner of the lock; 0 if it is free. */
  get owner(): number {
    return ownerOf(Atomics.load(this.#backing.words, WORD));
  }

  /** Whether this isolate is the owner. */
  get isMine(): boolean {
    return this.owner === this.#backing.me;
  }

  /** The owner of the lock, in a word. */
  get owned(): "none" | "me" | "other" {
    return this.owner === 0 ? "none" : this.isMine ? "me" : "other";
  }
}

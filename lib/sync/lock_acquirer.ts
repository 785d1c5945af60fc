/**
 * The slow path of a lock, recursive or not: acquiring one that is not free,
 * and releasing one with waiters.
 *
 * @module
 */

import {
  FREE,
  giveBack,
  type LockOptions,
  ownerOf,
  take,
  type Taking,
  WORD,
} from "./mutex.ts";
import { limitOf, runNow, StepRunner } from "./steps.ts";
import type { Backing } from "./backing.ts";
import { spinToTake } from "./spin.ts";

/** Acquires and releases one lock on behalf of this isolate. */
export class LockAcquirer {
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #isRecursive: boolean;

  /** For the lock in that memory. */
  constructor(backing: Backing, isRecursive: boolean) {
    this.#backing = backing;
    this.#runner = new StepRunner(backing.block);
    this.#isRecursive = isRecursive;
    // Owners have other ids in the new memory. No other isolate knows this lock
    // yet, so it is free or this isolate's own.
    backing.onMove((before, now) => {
      const { words } = backing;
      if (ownerOf(words[WORD]!) === before) words[WORD] = now;
    });
  }

  /** Acquires the lock, and blocks this thread until it can. */
  takeSync(timeoutMs: number): Taking {
    const backing = this.#backing;
    if (spinToTake(backing.words, WORD, FREE, backing.me)) return "taken";
    const steps = take(backing, this.#isRecursive);
    return this.#runner.runSync(steps, limitOf(timeoutMs));
  }

  /** Acquires the lock; rejects if the signal aborts first. */
  async take(timeoutMs: number, options?: LockOptions): Promise<Taking> {
    const limit = limitOf(timeoutMs, options?.signal);
    const steps = take(this.#backing, this.#isRecursive);
    const taking = await this.#runner.run(steps, limit);
    if (taking === "left") options?.signal?.throwIfAborted();
    return taking;
  }

  /** Releases the lock, regardless of its holder; false if it is free. */
  giveBack(): boolean {
    return runNow(this.#backing.block, giveBack());
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

/**
 * One isolate at one lock, recursive or not.
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

/** Takes a lock that is not to be had at once, and gives it back. */
export class LockAcquirer {
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #isRecursive: boolean;

  /** For the lock in that memory. */
  constructor(backing: Backing, isRecursive: boolean) {
    this.#backing = backing;
    this.#runner = new StepRunner(backing.block);
    this.#isRecursive = isRecursive;
    // Owners have other ids in the new place. Nobody else has seen this lock
    // yet, so it is free or our own.
    backing.onMove((before, now) => {
      const { words } = backing;
      if (ownerOf(words[WORD]!) === before) words[WORD] = now;
    });
  }

  /** Takes the lock, and blocks this thread until it can. */
  takeSync(timeoutMs: number): Taking {
    const backing = this.#backing;
    if (spinToTake(backing.words, WORD, FREE, backing.me)) return "taken";
    const steps = take(backing, this.#isRecursive);
    return this.#runner.runSync(steps, limitOf(timeoutMs));
  }

  /** Takes the lock; rejects when the signal was faster. */
  async take(timeoutMs: number, options?: LockOptions): Promise<Taking> {
    const limit = limitOf(timeoutMs, options?.signal);
    const steps = take(this.#backing, this.#isRecursive);
    const taking = await this.#runner.run(steps, limit);
    if (taking === "left") options?.signal?.throwIfAborted();
    return taking;
  }

  /** Gives the lock back, whoever has it; false when nobody has. */
  giveBack(): boolean {
    return runNow(this.#backing.block, giveBack());
  }

  /** Who has the lock; 0 for nobody. */
  get owner(): number {
    return ownerOf(Atomics.load(this.#backing.words, WORD));
  }

  /** Whether it is this isolate. */
  get isMine(): boolean {
    return this.owner === this.#backing.me;
  }

  /** Who has the lock, in a word. */
  get owned(): "none" | "me" | "other" {
    return this.owner === 0 ? "none" : this.isMine ? "me" : "other";
  }
}

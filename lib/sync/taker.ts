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
import { limitOf, runNow, Sleeper } from "./program.ts";
import type { Seat } from "./seat.ts";
import { spinToTake } from "./spin.ts";

/** Takes a lock that is not to be had at once, and gives it back. */
export class Taker {
  readonly #seat: Seat;
  readonly #sleeper: Sleeper;
  readonly #isRecursive: boolean;

  /** For the lock in that memory. */
  constructor(seat: Seat, isRecursive: boolean) {
    this.#seat = seat;
    this.#sleeper = new Sleeper(seat.block);
    this.#isRecursive = isRecursive;
    // Owners have other ids in the new place. Nobody else has seen this lock
    // yet, so it is free or our own.
    seat.onMove((before, now) => {
      const { words } = seat;
      if (ownerOf(words[WORD]!) === before) words[WORD] = now;
    });
  }

  /** Takes the lock, and blocks this thread until it can. */
  takeSync(timeoutMs: number): Taking {
    const seat = this.#seat;
    if (spinToTake(seat.words, WORD, FREE, seat.me)) return "taken";
    const program = take(seat, this.#isRecursive);
    return this.#sleeper.runSync(program, limitOf(timeoutMs));
  }

  /** Takes the lock; rejects when the signal was faster. */
  async take(timeoutMs: number, options?: LockOptions): Promise<Taking> {
    const limit = limitOf(timeoutMs, options?.signal);
    const program = take(this.#seat, this.#isRecursive);
    const taking = await this.#sleeper.run(program, limit);
    if (taking === "left") options?.signal?.throwIfAborted();
    return taking;
  }

  /** Gives the lock back, whoever has it; false when nobody has. */
  giveBack(): boolean {
    return runNow(this.#seat.block, giveBack());
  }

  /** Who has the lock; 0 for nobody. */
  get owner(): number {
    return ownerOf(Atomics.load(this.#seat.words, WORD));
  }

  /** Whether it is this isolate. */
  get isMine(): boolean {
    return this.owner === this.#seat.me;
  }

  /** Who has the lock, in a word. */
  get owned(): "none" | "me" | "other" {
    return this.owner === 0 ? "none" : this.isMine ? "me" : "other";
  }
}

/**
 * A waiter that does not block its thread, and pauses to check for dead owners.
 *
 * Such a check does not end the wait: the waiter stays parked on its word, so
 * it misses no wake-up, and no later waiter is woken before it. It takes one
 * timer for all waiters of an isolate, where a timeout of `Atomics.waitAsync`
 * takes one timer each, and 3 of the 20 us that a wake-up costs (2.9.6). The
 * timer also keeps the program alive.
 *
 * ```
 *   parked --woken--> over
 *      |                ^
 *      +--check---------+--> paused --next()--> parked, or over if woken meanwhile
 *      +--abort---------+     |
 *                             +--leave()--> others are woken in its place
 * ```
 *
 * @module
 */

import { SharedTimer } from "../../base/keep_alive.ts";
import type { Block } from "../allocation/block.ts";

/**
 * How a stretch of a wait ended: "woken"; "check", after which it may go on;
 * "over" for one that was aborted.
 */
export type Stretch = "woken" | "check" | "over";

/**
 * After this time without a wake-up, a waiter checks whether the owner it waits
 * for is alive.
 */
export const LIVENESS_CHECK_MS = 100;

/** The same for waits where a check hardly ever finds anything. */
export const LIVENESS_CHECK_RARE_MS = 1000;

const ALL = 0x7fff_ffff;

/** The waiters that check at the same time, on one timer. */
class Watch {
  readonly #parked = new Set<AsyncWaiter>();
  readonly #timer: SharedTimer;

  constructor(everyMs: number) {
    this.#timer = new SharedTimer(() => this.#check(), everyMs);
  }

  #check(): void {
    for (const waiter of [...this.#parked]) waiter.endStretch("check");
  }

  join(waiter: AsyncWaiter): void {
    this.#parked.add(waiter);
    this.#timer.join();
  }

  leave(waiter: AsyncWaiter): void {
    this.#parked.delete(waiter);
    this.#timer.leave();
  }
}

const often = new Watch(LIVENESS_CHECK_MS);
const rarely = new Watch(LIVENESS_CHECK_RARE_MS);

/** One waiter on one word of local memory. */
export class AsyncWaiter {
  readonly #block: Block;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #at: number;
  readonly #expected: number;
  readonly #watch: Watch;
  // Invariant: set exactly while it is parked.
  #end: ((stretch: Stretch) => void) | null = null;
  #isOver = false;

  /** Parks on the word, unless its value has changed already. */
  constructor(block: Block, at: number, expected: number, isRare = false) {
    const words = block.int32 as Int32Array<SharedArrayBuffer>;
    this.#block = block;
    this.#words = words;
    this.#at = at;
    this.#expected = expected;
    this.#watch = isRare ? rarely : often;
    const { async, value } = Atomics.waitAsync(words, at, expected);
    if (async) value.then(() => this.#over());
    else this.#isOver = true;
  }

  #over(): void {
    this.#isOver = true;
    this.endStretch("woken");
  }

  /**
   * Whether it waits for that word and value; false after the block has moved.
   */
  isOn(at: number, expected: number): boolean {
    return at === this.#at && expected === this.#expected &&
      this.#block.int32 === this.#words;
  }

  /** Waits on, until it is woken, is to check, or is aborted. */
  next(signal?: AbortSignal): Promise<Stretch> | Stretch {
    if (this.#isOver) return "woken";
    if (signal?.aborted) return "over";
    const stretch = new Promise<Stretch>((end) => this.#park(end));
    if (signal === undefined) return stretch;
    const abort = () => this.endStretch("over");
    signal.addEventListener("abort", abort);
    return stretch.finally(() => signal.removeEventListener("abort", abort));
  }

  #park(end: (stretch: Stretch) => void): void {
    this.#end = end;
    this.#watch.join(this);
  }

  /** Ends a stretch, if it is parked. */
  endStretch(stretch: Stretch): void {
    const end = this.#end;
    if (end === null) return;
    this.#end = null;
    this.#watch.leave(this);
    end(stretch);
  }

  /**
   * Gives the wait up after a stretch. A waiter cannot be removed from its
   * word, and left there it would consume a wake-up meant for another, or has
   * done so already. So this wakes all: the others read the word again.
   */
  leave(): void {
    Atomics.notify(this.#words, this.#at, ALL);
  }
}

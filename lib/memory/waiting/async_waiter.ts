/**
 * A sleep beside a running thread that lasts as long as it takes.
 *
 * A look around does not end it: the sleeper says what it sees and lies on in the
 * same place, so nobody's wake-up is missed and nobody who came later is woken
 * before it. That takes one timer for all sleepers of an isolate, where a timeout
 * of `Atomics.waitAsync` takes one each, and 3 of the 20 us that a wake-up costs
 * (2.9.6). The timer also keeps the program alive.
 *
 * ```
 *   asleep --woken--> over
 *      |                ^
 *      +--look around---+--> up --next()--> asleep, or over if woken meanwhile
 *      +--abort---------+     |
 *                             +--leave()--> others are woken in its place
 * ```
 *
 * @module
 */

import { SharedTimer } from "../../base/keep_alive.ts";
import type { Block } from "../allocation/block.ts";

/** How a stretch of a sleep ended: it is over where a wait was aborted. */
export type Stretch = "woken" | "look" | "over";

/** How long nobody comes before it is time to look around. */
export const LIVENESS_CHECK_MS = 100;

/** The same where a look finds next to nothing. */
export const LIVENESS_CHECK_RARE_MS = 1000;

const ALL = 0x7fff_ffff;

/** Those that look around at the same time. */
class Watch {
  readonly #asleep = new Set<AsyncWaiter>();
  readonly #timer: SharedTimer;

  constructor(everyMs: number) {
    this.#timer = new SharedTimer(() => this.#look(), everyMs);
  }

  #look(): void {
    for (const sleep of [...this.#asleep]) sleep.rouse("look");
  }

  join(sleep: AsyncWaiter): void {
    this.#asleep.add(sleep);
    this.#timer.join();
  }

  leave(sleep: AsyncWaiter): void {
    this.#asleep.delete(sleep);
    this.#timer.leave();
  }
}

const often = new Watch(LIVENESS_CHECK_MS);
const rarely = new Watch(LIVENESS_CHECK_RARE_MS);

/** One sleeper on one word of local memory. */
export class AsyncWaiter {
  readonly #block: Block;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #at: number;
  readonly #expected: number;
  readonly #watch: Watch;
  // Invariant: there exactly while it is asleep.
  #end: ((stretch: Stretch) => void) | null = null;
  #isOver = false;

  /** Lies down, unless the word is another one already. */
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
    this.rouse("woken");
  }

  /** Whether this is the sleep that is meant, also after the block has moved. */
  isOn(at: number, expected: number): boolean {
    return at === this.#at && expected === this.#expected &&
      this.#block.int32 === this.#words;
  }

  /** Sleeps on, until it is woken or looks up. */
  next(signal?: AbortSignal): Promise<Stretch> | Stretch {
    if (this.#isOver) return "woken";
    if (signal?.aborted) return "over";
    const stretch = new Promise<Stretch>((end) => this.#lie(end));
    if (signal === undefined) return stretch;
    const abort = () => this.rouse("over");
    signal.addEventListener("abort", abort);
    return stretch.finally(() => signal.removeEventListener("abort", abort));
  }

  #lie(end: (stretch: Stretch) => void): void {
    this.#end = end;
    this.#watch.join(this);
  }

  /** Ends a stretch, if it is asleep. */
  rouse(stretch: Stretch): void {
    const end = this.#end;
    if (end === null) return;
    this.#end = null;
    this.#watch.leave(this);
    end(stretch);
  }

  /**
   * Goes away, having looked up. Nobody can be taken off a word, and left there
   * it would swallow a wake-up meant for another, or has by now. So all are woken:
   * the others look again.
   */
  leave(): void {
    Atomics.notify(this.#words, this.#at, ALL);
  }
}

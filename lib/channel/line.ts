/**
 * Promises of one isolate that wait for the same thing, one after the other.
 *
 * @module
 */

import { settles } from "../base/waiting.ts";
import type { Limit } from "../sync/program.ts";

/** A line: only its first one acts, and the next one when that is done. */
export class Line {
  // Invariant: settles when all have left who have come so far; null if all have.
  #end: Promise<void> | null = null;

  /** Whether nobody stands here. */
  get isEmpty(): boolean {
    return this.#end === null;
  }

  /** Waits for its turn and then for `act`; gives `late` if it came too late. */
  async wait<T>(
    limit: Limit,
    late: T,
    act: () => Promise<T>,
  ): Promise<T> {
    const before = this.#end;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#end = promise;
    const leave = () => {
      if (this.#end === promise) this.#end = null;
      resolve();
    };
    let isFirst = before === null;
    try {
      isFirst ||= await isOver(before!, limit);
      return isFirst ? await act() : late;
    } finally {
      // Who leaves the middle of the line lets nobody pass those before it.
      if (isFirst) leave();
      else before!.then(leave);
    }
  }
}

function isOver(
  before: Promise<void>,
  { deadline, signal }: Limit,
): Promise<boolean> {
  const leftMs = deadline - performance.now();
  return settles(before, Math.max(0, leftMs), signal);
}

/**
 * Waiting for other tasks of the same thread.
 *
 * @module
 */

import { settles } from "../../base/waiting.ts";
import type { Limit } from "../../sync/steps.ts";

/** Wakes all who wait for it to ring. */
export class Notify {
  #next: PromiseWithResolvers<void> | null = null;

  /** Wakes all who wait now. */
  notifyAll(): void {
    this.#next?.resolve();
    this.#next = null;
  }

  /** The next ring; does not keep the program alive. */
  get next(): Promise<void> {
    return (this.#next ??= Promise.withResolvers<void>()).promise;
  }

  /** Waits for the next ring; false when late. Rejects when aborted. */
  async wait(limit: Limit): Promise<boolean> {
    return await settlesBy(this.next, limit);
  }
}

/** Waits until a promise settles; false when late. Rejects when aborted. */
export async function settlesBy(
  done: Promise<unknown>,
  { deadline, signal }: Limit,
): Promise<boolean> {
  const leftMs = deadline === Infinity
    ? Infinity
    : Math.max(0, deadline - performance.now());
  return await settles(done, leftMs, signal);
}

/** Lets tasks do something one after the other, in the order of asking. */
export class AsyncMutex {
  // Invariant: settles when all who asked before have left; never rejects.
  #last: Promise<void> | null = null;

  /** Whether nobody is in the row. */
  get isFree(): boolean {
    return this.#last === null;
  }

  /** Waits for its turn and then for `act`; gives `late` if it came too late. */
  async run<T>(limit: Limit, late: T, act: () => Promise<T>): Promise<T> {
    const leave = await this.lock(limit);
    if (leave === null) return late;
    try {
      return await act();
    } finally {
      leave();
    }
  }

  /** Waits for its turn; `null` when late. Whoever gets it calls the result. */
  async lock(limit: Limit): Promise<(() => void) | null> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = this.#last = promise;
    const leave = () => {
      if (this.#last === mine) this.#last = null;
      resolve();
    };
    if (before === null) return leave;
    let isMine = false;
    try {
      isMine = await settlesBy(before, limit);
    } finally {
      // Who gives up does so in its turn, or the next one would overtake.
      if (!isMine) before.then(leave);
    }
    return isMine ? leave : null;
  }
}

/**
 * Waiting for other tasks of the same thread: a notification, and an async mutex.
 *
 * @module
 */

import { settles } from "../../base/timeouts.ts";
import type { Limit } from "../../sync/steps.ts";

/** Wakes all tasks that wait for it. */
export class Notify {
  #next: PromiseWithResolvers<void> | null = null;

  /** Wakes all tasks that wait now. */
  notifyAll(): void {
    this.#next?.resolve();
    this.#next = null;
  }

  /** The next notification; does not keep the program alive. */
  get next(): Promise<void> {
    return (this.#next ??= Promise.withResolvers<void>()).promise;
  }

  /**
   * Waits for the next notification; false if the time ran out. Rejects when
   * aborted.
   */
  async wait(limit: Limit): Promise<boolean> {
    return await settlesBy(this.next, limit);
  }
}

/** Waits until a promise settles; false if the time ran out. Rejects when aborted. */
export async function settlesBy(
  done: Promise<unknown>,
  { deadline, signal }: Limit,
): Promise<boolean> {
  const leftMs = deadline === Infinity
    ? Infinity
    : Math.max(0, deadline - performance.now());
  return await settles(done, leftMs, signal);
}

/** A mutex for tasks of one thread; they get it in the order in which they ask. */
export class AsyncMutex {
  // Invariant: settles when all tasks that asked before have left; never rejects.
  #last: Promise<void> | null = null;

  /** Whether no task holds the mutex or waits for it. */
  get isFree(): boolean {
    return this.#last === null;
  }

  /** Runs `act` under the mutex; returns `late` if the time ran out before. */
  async run<T>(limit: Limit, late: T, act: () => Promise<T>): Promise<T> {
    const leave = await this.lock(limit);
    if (leave === null) return late;
    try {
      return await act();
    } finally {
      leave();
    }
  }

  /** Locks the mutex and returns its unlock function; `null` if the time ran out. */
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
      // A task that gives up still leaves in its turn, or the next one would
      // overtake.
      if (!isMine) before.then(leave);
    }
    return isMine ? leave : null;
  }
}

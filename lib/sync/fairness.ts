/**
 * How often a waiter for a lock or permit may be overtaken, and turns among the async
 * tasks of one thread: one that has woken another lets it run first.
 *
 * A task that releases a primitive and acquires it again at once would get it
 * before any other task has run, and so for ever: a woken task only runs in the
 * next turn of the event loop. So a task that has woken another waits for that
 * turn.
 *
 * @module
 */

/** How often a waiter is overtaken before it is starving. */
export const OVERTAKEN_MAX = 4;

/**
 * Waits for a whole turn of the event loop. Deno polls woken tasks and then
 * runs immediates: an immediate that a woken task sets runs before the next
 * poll, so this takes two of them (2.9.6).
 */
function nextTurns(): Promise<void> {
  return new Promise((resolve) =>
    void setImmediate(() => void setImmediate(resolve))
  );
}

/** The turns among the tasks that use one primitive. */
export class Fairness {
  // Invariant: true from a wake-up until a whole turn of the event loop has
  // passed since; #passing is that turn, if a task waits for it.
  #isOwed = false;
  #passing: Promise<void> | null = null;

  /** Whether a woken task has not had its turn yet. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** Notes that a task was woken. */
  owe(): void {
    this.#isOwed = true;
    this.#passing = null;
  }

  /** Waits until all woken tasks have had their turn. */
  async give(signal: AbortSignal | undefined): Promise<void> {
    const passing = this.#passing ??= nextTurns();
    await passing;
    if (this.#passing === passing) this.#isOwed = false;
    signal?.throwIfAborted();
  }
}

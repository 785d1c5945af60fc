/**
 * Politeness among the tasks of one thread.
 *
 * A task that gives something back and asks for it again at once gets it before
 * any other task has run, and so for ever: a woken task only runs in the next
 * turn of the event loop. So who has woken another waits for that turn.
 *
 * @module
 */

/**
 * Waits for a whole turn of the event loop. Deno looks for woken tasks, and runs
 * what was set immediately then: what is set while a woken task runs is run before
 * the next one is looked for, so it takes two (2.9.6).
 */
function fairness(): Promise<void> {
  return new Promise((resolve) =>
    void setImmediate(() => void setImmediate(resolve))
  );
}

/** Whose turn it is among the tasks that use one primitive. */
export class Fairness {
  // Invariant: true from the waking of somebody until a whole turn of the event
  // loop has passed since; #passing is that turn, if anybody waits for it.
  #isOwed = false;
  #passing: Promise<void> | null = null;

  /** Whether somebody was woken who has not had its turn yet. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** Notes that somebody was woken. */
  owe(): void {
    this.#isOwed = true;
    this.#passing = null;
  }

  /** Waits until all who were woken have had their turn. */
  async give(signal: AbortSignal | undefined): Promise<void> {
    const passing = this.#passing ??= fairness();
    await passing;
    if (this.#passing === passing) this.#isOwed = false;
    signal?.throwIfAborted();
  }
}

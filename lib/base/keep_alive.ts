/**
 * Keeps the program alive while somebody waits.
 *
 * A pending `Atomics.waitAsync`, an unreferenced port and a promise that nobody
 * resolves yet do not keep Deno's event loop going (2.9.6: the program ends with
 * "Top-level await promise never resolved"). One idle timer does, and costs
 * nothing while it waits.
 *
 * @module
 */

/**
 * How many microtasks pass before it is worth while to see about the end of a turn:
 * who awaits one thing after the other has come back by then.
 */
const HOPS = 5;

/**
 * A timer that runs while somebody needs it, and to the end of that turn of the
 * event loop: who is woken mostly sleeps again in the same turn, and to stop and
 * start a timer in between takes 2 of the 5 us that a wake-up costs at best (2.9.6).
 */
export class SharedTimer {
  readonly #action: () => void;
  readonly #everyMs: number;
  #users = 0;
  // Invariant: set while #users > 0; when it is set and #users is 0, #isStopping.
  #timer: ReturnType<typeof setInterval> | undefined;
  // Invariant: true while it is to be seen, after this turn, whether to stop.
  #isStopping = false;

  constructor(action: () => void, everyMs: number) {
    this.#action = action;
    this.#everyMs = everyMs;
  }

  /** Has one more user. */
  join(): void {
    if (++this.#users > 1 || this.#timer !== undefined) return;
    const timer = setInterval(this.#action, this.#everyMs);
    // Under `deno test` an isolate's first timer runs microtasks before it is
    // there (2.9.6): so others may have joined and left in that line.
    clearInterval(this.#timer);
    this.#timer = timer;
    if (this.#users === 0) void this.#stopSoon();
  }

  /** Has one user less. */
  leave(): void {
    if (--this.#users === 0) void this.#stopSoon();
  }

  async #stopSoon(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (let hop = 0; hop < HOPS && this.#users === 0; hop++) await null;
    if (this.#users > 0) {
      this.#isStopping = false;
      return;
    }
    // Takes 4 us, and another turn (2.9.6).
    setImmediate(() => {
      this.#isStopping = false;
      if (this.#users > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
  }
}

const idle = new SharedTimer(() => {}, 2 ** 30);

/** Keeps the event loop alive until the returned function is called once. */
export function keepAlive(): () => void {
  idle.join();
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    idle.leave();
  };
}

/**
 * Keeps the program alive during a wait.
 *
 * A pending `Atomics.waitAsync`, an unreferenced port and a pending promise do
 * not keep Deno's event loop running (2.9.6: the program ends with "Top-level
 * await promise never resolved"). One idle timer does, and costs nothing while
 * it waits.
 *
 * @module
 */

/**
 * Microtasks to wait before stopping the timer: a task that awaits one thing
 * after the other has started its next wait by then.
 */
const HOPS = 5;

/**
 * A timer that runs while it has users, and until the end of the turn of the
 * event loop in which the last one leaves: a woken task mostly waits again in
 * the same turn, and stopping and starting a timer in between takes 2 of the 5
 * us that a wake-up costs at best (2.9.6).
 */
export class SharedTimer {
  readonly #action: () => void;
  readonly #everyMs: number;
  #users = 0;
  // Invariant: set while #users > 0; if it is set and #users is 0, #isStopping
  // is true.
  #timer: ReturnType<typeof setInterval> | undefined;
  // Invariant: true while a check after this turn is pending, whether to stop.
  #isStopping = false;

  constructor(action: () => void, everyMs: number) {
    this.#action = action;
    this.#everyMs = everyMs;
  }

  /** Adds a user. */
  join(): void {
    if (++this.#users > 1 || this.#timer !== undefined) return;
    const timer = setInterval(this.#action, this.#everyMs);
    // Under `deno test` the creation of an isolate's first timer runs
    // microtasks (2.9.6): so others may have joined and left during that call.
    clearInterval(this.#timer);
    this.#timer = timer;
    if (this.#users === 0) void this.#stopSoon();
  }

  /** Removes a user. */
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
    // This takes 4 us, and another turn (2.9.6).
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

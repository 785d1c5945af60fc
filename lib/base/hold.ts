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

/** A timer that runs exactly while somebody needs it. */
export class SharedTimer {
  readonly #action: () => void;
  readonly #everyMs: number;
  // Invariant: #timer is set exactly while #users > 0.
  #users = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(action: () => void, everyMs: number) {
    this.#action = action;
    this.#everyMs = everyMs;
  }

  /** Has one more user. */
  join(): void {
    if (++this.#users > 1) return;
    const timer = setInterval(this.#action, this.#everyMs);
    // Under `deno test` an isolate's first timer runs microtasks before it is
    // there (2.9.6): so others may have joined and left in that line.
    clearInterval(this.#timer);
    this.#timer = timer;
    if (this.#users === 0) this.#stop();
  }

  /** Has one user less. */
  leave(): void {
    if (--this.#users === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const idle = new SharedTimer(() => {}, 2 ** 30);

/** Keeps the event loop alive until the returned function is called once. */
export function hold(): () => void {
  idle.join();
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    idle.leave();
  };
}

/**
 * The time as the bookkeeping of a pool knows it. It reads no other clock and sets no
 * other timer, so that a model can drive it through every order of events.
 *
 * @module
 */

/** A call to come. */
export interface Timer {
  /** It is not wanted any more. */
  cancel(): void;
  /** The program may end before it. */
  unref(): void;
}

/** What tells the time and calls back. */
export interface Clock {
  /** Milliseconds, from some time on. */
  now(): number;
  /** Calls after the code that runs, in the same turn. */
  soon(call: () => void): void;
  /** Calls after so many milliseconds. */
  after(ms: number, call: () => void): Timer;
}

/** The clock of the platform. */
export const platformClock: Clock = {
  now: () => performance.now(),
  soon: (call) => queueMicrotask(call),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return {
      cancel: () => clearTimeout(timer),
      unref: () => void timer.unref(),
    };
  },
};

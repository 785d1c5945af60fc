/**
 * The clock of a pool's bookkeeping. A pool reads no other clock and sets no other
 * timer, so that a model can drive it through every sequence of events.
 *
 * @module
 */

/** A timer that has been set. */
export interface Timer {
  /** Cancels the timer. */
  cancel(): void;
  /** Allows the program to end before it fires. */
  unref(): void;
}

/** Tells the time and sets timers. */
export interface Clock {
  /** Milliseconds since some fixed time. */
  now(): number;
  /** Calls back after the running code, in the same turn of the event loop. */
  soon(call: () => void): void;
  /** Calls back after some milliseconds. */
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

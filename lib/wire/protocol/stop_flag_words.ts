/**
 * The words of the stop flags, which an isolate shares with its supervisor:
 * `stop_flags.ts` has what is done with them.
 *
 * ```
 *   word    0        1                  2                               3
 *           flags    asked to end: 1    when it last began to import    never changes
 * ```
 *
 * @module
 */

/** A stop flag of an isolate: it is to stop. */
export const IS_TO_STOP = 1;
/**
 * A stop flag of an isolate: it has received its first message, and can be
 * killed.
 */
export const HAS_STARTED = 2;
/**
 * A stop flag of an isolate: it loads modules, and must not be killed
 * meanwhile. A kill at the wrong moment of that aborts the whole program
 * (2.9.6): V8 interrupts the creation of a `node:` module, which Deno does not
 * expect.
 */
export const IS_IMPORTING = 4;
/** A stop flag of a thread: it was asked to end, and has ended by itself. */
export const HAS_ENDED = 16;

/**
 * The index of the word of the stop flags on which a thread waits for a request
 * to end.
 */
export const ASK = 1;
/**
 * The index of the word of the stop flags with the time when the thread last
 * began to import, as the lower half of the milliseconds of `Date.now()`; 0 if
 * it has not.
 */
export const IMPORTED = 2;
/** Stands there for a time while the thread loads what Deno loads within a call. */
export const LOADS_NOW = 2;

/**
 * The index of the word of the stop flags on which a thread waits until V8 disposes of
 * it.
 */
export const EXISTS = 3;
/**
 * How often that can be asked. The pauses double: it takes a second until nobody asks
 * any more.
 */
export const EXISTENCE_CHECKS = 10;

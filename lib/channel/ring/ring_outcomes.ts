/**
 * What an operation on a ring may come to, and the limits of rings: what their users
 * need to know before there is one.
 *
 * @module
 */

/** Upper limit for the bytes of all records of a ring. */
export const BYTES_LIMIT: number = 2 ** 30;

/** Position of the count in a word. */
export const COUNT_SHIFT = 3;

/** More than the number of records that fit; also the mask of a count. */
export const COUNT_LIMIT: number = 2 ** (32 - COUNT_SHIFT) - 1;

/** Result of a get: there is no record. */
export const EMPTY: unique symbol = Symbol("multiprocessing.empty");
/** Result of a get: there is no record, and there will be none. */
export const GONE: unique symbol = Symbol("multiprocessing.gone");
/** Result of an attempt: another process has the lock. */
export const BUSY: unique symbol = Symbol("multiprocessing.busy");

/** How a put ended. */
export type Putting = "done" | "full" | "shut";

/** The result of a get. */
export type Got<T> = T | typeof EMPTY | typeof GONE;

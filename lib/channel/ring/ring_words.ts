/**
 * The control words of a ring, and the steps of processes that wait for them to
 * change.
 *
 * ```
 *   line    words of the line
 *   0       lock of the putters, tails, capacity, place of the last wrap
 *   1       PUTS
 *   2       lock of the getters, heads
 *   3       GETS
 *   4       DONE
 *   5       limits, which never change
 *   6, 7    free for the object that owns the ring, all zeros at first
 *   8 ..    records, in units of 8 bytes
 *
 *   PUTS, GETS, DONE     a count, above three bits:
 *           MARK         a process may sleep until this word changes
 *           SHUT         there will be no more puts
 *           DROPPED      nor any gets; only in GETS
 * ```
 *
 * - **One commit:** a putter writes its record and where the next one begins, and
 *   then adds one to PUTS; a getter reads the record and writes where the next one
 *   begins, and then adds one to GETS. Tails and heads have two places, chosen by
 *   the lowest bit of the count, so no process reads a value before it is committed. A
 *   process that dies before the commit has done nothing.
 * - **One at a time:** both sides have a lock, and a process that finds its owner
 *   dead takes it as if it were free: there is nothing to repair.
 * - **No wake-up is lost:** a sleeper has set MARK, in the very word that it sleeps
 *   on. The commit that clears MARK wakes one. The woken process sets MARK again,
 *   as it cannot know whether it was alone, and then checks whether there is more
 *   for the next one. Shutting down changes all three words, and wakes all.
 *
 * @module
 */

import { COUNT_LIMIT, COUNT_SHIFT } from "./ring_outcomes.ts";
import {
  GIVE_UP,
  load,
  or,
  sleep,
  type Steps,
  swap,
  WAKE_ALL,
  wakeUp,
} from "../../sync/steps.ts";

/** Index of the putters' lock. */
export const PUT_LOCK = 0;
/** The place of the next record: two words. */
export const TAIL = 4;
/** How many units the records may take at present. */
export const CAPACITY = 6;
/** The place of the last wrap. */
export const WRAP = 7;
/** How many records were put. */
export const PUTS = 16;
/** Index of the getters' lock. */
export const GET_LOCK = 32;
/** The place of the oldest record: two words. */
export const HEAD = 36;
/** How many records were got. */
export const GETS = 48;
/** How many records are done, as their getters say. */
export const DONE = 64;
/** The maximum number of records. */
export const COUNT_MAX = 80;
/** How many units the records may take, except for one large record alone. */
export const UNITS_MAX = 81;
/** Two cache lines for the owner of the ring. */
export const OWN_WORDS = 96;
/** Offset of the records, in bytes. */
export const DATA_BYTE = 512;

/** A process may sleep on this word. */
export const RING_MARK = 1;
/** There will be no more puts. */
export const SHUT = 2;
/** There will be no more gets. */
export const DROPPED = 4;
/** One record. */
export const ONE = 8;

/** The count in a word. */
export function countOf(word: number): number {
  return word >>> COUNT_SHIFT;
}

/** How much the count of one word is ahead of another's. */
export function countBetween(ahead: number, behind: number): number {
  return (ahead >>> COUNT_SHIFT) - (behind >>> COUNT_SHIFT) & COUNT_LIMIT;
}

/** Which of the two places belongs to a count. */
export function placeFor(word: number): number {
  return word >>> COUNT_SHIFT & 1;
}

/** The word after one more record, without MARK. */
export function oneMore(word: number): number {
  return (word & ~RING_MARK) + ONE | 0;
}

/**
 * Sleeps until a word differs from `seen` in more than MARK; false if the time ran
 * out.
 */
function* change(at: number, seen: number): Steps<boolean> {
  for (;;) {
    const now = yield load(at);
    if ((now & ~RING_MARK) !== (seen & ~RING_MARK)) return true;
    const marked = now | RING_MARK;
    if (now !== marked && (yield swap(at, now, marked)) !== now) continue;
    if ((yield sleep(at, marked)) === GIVE_UP) return false;
  }
}

/** Ends the puts; with `dropped` the gets, too, which drops the records. */
export function* shut(dropped: boolean): Steps<void> {
  // PUTS first: once it is shut, its count is final, and then so is the rest.
  yield or(PUTS, SHUT);
  yield or(GETS, dropped ? SHUT | DROPPED : SHUT);
  yield or(DONE, SHUT);
  for (const at of [PUTS, GETS, DONE]) yield wakeUp(at, WAKE_ALL);
}

/** How many records are not done; records that were dropped count as done. */
function* undone(done: number): Steps<number> {
  const gets = yield load(GETS);
  if ((gets & DROPPED) === 0) return countBetween(yield load(PUTS), done);
  const left = countBetween(gets, done);
  // A record may be declared done before it was got.
  return left > COUNT_LIMIT / 2 ? 0 : left;
}

/** Counts one record as done; false if all are done already. */
export function* taskDone(): Steps<boolean> {
  for (;;) {
    const done = yield load(DONE);
    const left = yield* undone(done);
    if (left === 0) return false;
    const next = left === 1 ? oneMore(done) : done + ONE | 0;
    if ((yield swap(DONE, done, next)) !== done) continue;
    if (left === 1) yield wakeUp(DONE, WAKE_ALL);
    return true;
  }
}

/** Sleeps until every record is done; false if the time ran out. */
export function* allDone(): Steps<boolean> {
  for (;;) {
    const done = yield load(DONE);
    if ((yield* undone(done)) === 0) return true;
    if (yield* change(DONE, done)) continue;
    return (yield* undone(yield load(DONE))) === 0;
  }
}

/**
 * The words of a ring, and what those do that wait at it.
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
 *   PUTS, GETS, DONE     how often, above three bits:
 *           MARK         somebody may sleep for a change of this word
 *           SHUT         no put will ever be done again
 *           DROPPED      nor any get; only in GETS
 * ```
 *
 * - **One commit:** a putter writes its record and where the next one begins, and
 *   then adds one to PUTS; a getter reads the record and writes where the next one
 *   begins, and then adds one to GETS. Tails and heads have two places, chosen by
 *   the lowest bit of the count, so what is written before the commit is not looked
 *   at before it. Who dies on the way has done nothing.
 * - **One at a time:** both sides have a lock, and who finds its owner dead takes it
 *   as if it were free: there is nothing to put in order.
 * - **No wake-up is lost:** who sleeps has set MARK, in the very word it sleeps on.
 *   The commit that takes MARK away wakes one. That one sets MARK again, as it
 *   cannot know whether it was alone, and looks then whether there is more for the
 *   next. Shutting down changes all three words, and wakes all.
 *
 * @module
 */

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

/** Where the lock of the putters begins. */
export const PUT_LOCK = 0;
/** Where the next record goes: two words. */
export const TAIL = 4;
/** How many units the records may take for now. */
export const CAPACITY = 6;
/** Where the last wrap is. */
export const WRAP = 7;
/** How many records were put. */
export const PUTS = 16;
/** Where the lock of the getters begins. */
export const GET_LOCK = 32;
/** Where the oldest record is: two words. */
export const HEAD = 36;
/** How many records were got. */
export const GETS = 48;
/** How many records are done with, as their getters say. */
export const DONE = 64;
/** How many records there may be at once. */
export const COUNT_MAX = 80;
/** How many units the records may take, one large one alone excepted. */
export const UNITS_MAX = 81;
/** Two lines that are free for the owner of the ring. */
export const OWN_WORDS = 96;
/** Where the records begin, in bytes. */
export const DATA_BYTE = 512;

/** Somebody may sleep. */
export const RING_MARK = 1;
/** Nothing is put any more. */
export const SHUT = 2;
/** Nothing is got any more. */
export const DROPPED = 4;
/** One record. */
export const ONE = 8;
/** How far a word is shifted for its count. */
const COUNT_SHIFT = 3;
/** More records than this can never be there; also the bits of a count. */
export const COUNT_LIMIT: number = 2 ** (32 - COUNT_SHIFT) - 1;

/** How many times a word was counted up. */
export function countOf(word: number): number {
  return word >>> COUNT_SHIFT;
}

/** How many more times one word was counted up than the other. */
export function countBetween(ahead: number, behind: number): number {
  return (ahead >>> COUNT_SHIFT) - (behind >>> COUNT_SHIFT) & COUNT_LIMIT;
}

/** Which of the two places belongs to a count. */
export function placeFor(word: number): number {
  return word >>> COUNT_SHIFT & 1;
}

/** The word after one more, with nobody asleep. */
export function oneMore(word: number): number {
  return (word & ~RING_MARK) + ONE | 0;
}

/** Sleeps until a word is another one than `seen`, but for MARK; false if it gave up. */
function* change(at: number, seen: number): Steps<boolean> {
  for (;;) {
    const now = yield load(at);
    if ((now & ~RING_MARK) !== (seen & ~RING_MARK)) return true;
    const marked = now | RING_MARK;
    if (now !== marked && (yield swap(at, now, marked)) !== now) continue;
    if ((yield sleep(at, marked)) === GIVE_UP) return false;
  }
}

/** Ends the puts, and the gets too if what is there is to be `dropped`. */
export function* shut(dropped: boolean): Steps<void> {
  // PUTS first: once it is shut, its count stands, and so does the rest then.
  yield or(PUTS, SHUT);
  yield or(GETS, dropped ? SHUT | DROPPED : SHUT);
  yield or(DONE, SHUT);
  for (const at of [PUTS, GETS, DONE]) yield wakeUp(at, WAKE_ALL);
}

/** How many records are not done with yet; those dropped in the ring count as done. */
function* undone(done: number): Steps<number> {
  const gets = yield load(GETS);
  if ((gets & DROPPED) === 0) return countBetween(yield load(PUTS), done);
  const left = countBetween(gets, done);
  // A record may be said to be done with before anybody has got it.
  return left > COUNT_LIMIT / 2 ? 0 : left;
}

/** Notes that one record is done with; false when all of them are already. */
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

/** Sleeps until every record is done with; false when it gave up. */
export function* allDone(): Steps<boolean> {
  for (;;) {
    const done = yield load(DONE);
    if ((yield* undone(done)) === 0) return true;
    if (yield* change(DONE, done)) continue;
    return (yield* undone(yield load(DONE))) === 0;
  }
}

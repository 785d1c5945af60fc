/**
 * The state of a mutex in shared words, and its algorithm; also the names of the
 * methods of locks that a condition needs.
 *
 * ```
 *   WORD    FREE         no owner
 *           RESERVED     no owner, and only a waiter that has slept may take it
 *           owner        that owner has it, and no waiter sleeps
 *           owner | MARK that owner has it, and waiters may sleep
 *
 *           FREE ----take----> owner <---+
 *            ^ ^                 |       | take, by a waiter that has slept:
 *            | +----release------+       | with MARK
 *            |                 mark      |
 *            |                   v       |
 *            +---release--- owner | MARK-+
 *            |                   |
 *       give up               release, when a waiter is STARVING
 *            |                   v
 *            +--------------- RESERVED
 * ```
 *
 * - **No wake-up is lost:** a waiter sets MARK in the very word that it then
 *   sleeps on. The release that clears MARK wakes one waiter. That one sets
 *   MARK again when it takes the lock, or when it goes to sleep again, as it
 *   cannot know whether it was the only one.
 * - **No starvation:** newcomers may overtake, which makes a busy lock fast. A
 *   waiter that was overtaken OVERTAKEN_MAX times is starving: the next release
 *   reserves the lock for waiters that have slept.
 * - **A reservation is used or undone:** the starving waiter takes the lock, or
 *   gives up and clears STARVING. It first clears STARVING and then looks for a
 *   reservation; the releaser first reserves and then reads STARVING. So one of
 *   the two sees the other, and undoes the reservation.
 *
 * @module
 */

import { OVERTAKEN_MAX } from "./fairness.ts";
import { OWNER_MASK } from "../memory/liveness/owners.ts";
import {
  GIVE_UP,
  load,
  or,
  ownerAlive,
  sleep,
  spin,
  type Steps,
  store,
  swap,
  wakeUp,
  WOKEN,
} from "./steps.ts";

/** The size of a mutex in bytes. */
export const MUTEX_BYTES = 16;

/** The owner, and whether waiters may sleep. */
export const WORD = 0;
/**
 * How often the owner holds it beyond once; only the owner of a recursive lock
 * writes it.
 */
export const AGAIN = 1;
/** 1 when a waiter was overtaken too often, else 0. */
export const STARVING = 2;

/** The mutex has no owner. */
export const FREE = 0;
/** Waiters may sleep. */
export const MUTEX_MARK = -0x8000_0000;
/** The mutex has no owner, and newcomers may not take it. */
export const RESERVED: number = MUTEX_MARK;

/**
 * How an attempt ended: "taken"; "again", taken once more; "inherited", taken
 * from a dead owner; "left", not taken.
 */
export type Taking = "taken" | "again" | "inherited" | "left";

/** The owner that a word names; 0 for none. */
export function ownerOf(word: number): number {
  return word & OWNER_MASK;
}

/** The isolate that runs the steps; its id changes when the memory moves. */
export interface Acquirer {
  /** The owner id. */
  readonly me: number;
}

/** Acquires the lock; a recursive one also if the caller holds it already. */
export function* take(self: Acquirer, isRecursive = false): Steps<Taking> {
  let hasSlept = false;
  let overtaken = 0;
  for (;;) {
    const { me } = self;
    const seen = yield swap(WORD, FREE, hasSlept ? me | MUTEX_MARK : me);
    if (seen === FREE) {
      if (overtaken >= OVERTAKEN_MAX) yield store(STARVING, 0);
      return "taken";
    }
    if (seen === RESERVED && hasSlept) {
      if ((yield swap(WORD, RESERVED, me | MUTEX_MARK)) !== RESERVED) continue;
      // This also clears the mark of a starving waiter that died.
      yield store(STARVING, 0);
      return "taken";
    }
    if (isRecursive && ownerOf(seen) === me) {
      // Another task of this process acquired it meanwhile.
      if (hasSlept) yield or(WORD, MUTEX_MARK);
      return "again";
    }
    const marked = seen | MUTEX_MARK;
    if (seen !== marked && (yield swap(WORD, seen, marked)) !== seen) continue;
    if (hasSlept && ++overtaken >= OVERTAKEN_MAX) yield store(STARVING, 1);
    const outcome = yield sleep(WORD, marked);
    hasSlept = true;
    if (outcome === WOKEN) yield spin(WORD, OWNER_MASK);
    else if (yield* inherit(self.me, marked)) return "inherited";
    else if (outcome === GIVE_UP) return yield* leave(overtaken);
  }
}

/**
 * Takes the lock from a dead owner; false if the owner lives, or another
 * process was faster.
 */
function* inherit(me: number, marked: number): Steps<boolean> {
  const owner = ownerOf(marked);
  if (owner === 0 || (yield ownerAlive(owner)) === 1) return false;
  return (yield swap(WORD, marked, me | MUTEX_MARK)) === marked;
}

/** Leaves without the lock, and passes a reservation on. */
function* leave(overtaken: number): Steps<Taking> {
  if (overtaken < OVERTAKEN_MAX) return "left";
  yield store(STARVING, 0);
  yield* unreserve();
  return "left";
}

/** Frees a reserved lock, and wakes one waiter. */
function* unreserve(): Steps<void> {
  if ((yield swap(WORD, RESERVED, FREE)) === RESERVED) yield wakeUp(WORD, 1);
}

/** Releases the lock, regardless of its owner; false if it is free. */
export function* giveBack(): Steps<boolean> {
  for (;;) {
    const seen = yield load(WORD);
    if (ownerOf(seen) === 0) return false;
    if (seen > 0) {
      if ((yield swap(WORD, seen, FREE)) === seen) return true;
      continue;
    }
    const next = (yield load(STARVING)) === 0 ? FREE : RESERVED;
    if ((yield swap(WORD, seen, next)) !== seen) continue;
    yield wakeUp(WORD, 1);
    if (next === RESERVED && (yield load(STARVING)) === 0) yield* unreserve();
    return true;
  }
}

/** Releases a lock of the caller completely; returns how often it held it. */
export const RELEASE_SAVE: unique symbol = Symbol(
  "multiprocessing.releaseSave",
);
/** Acquires that lock again; true if its owner had died. */
export const ACQUIRE_RESTORE: unique symbol = Symbol(
  "multiprocessing.acquireRestore",
);
/** The same, blocking. */
export const ACQUIRE_RESTORE_SYNC: unique symbol = Symbol(
  "multiprocessing.acquireRestoreSync",
);
/** Whether the caller holds the lock. */
export const IS_OWNED: unique symbol = Symbol("multiprocessing.isOwned");

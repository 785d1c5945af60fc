/**
 * The state of a semaphore in shared words, and its algorithm.
 *
 * ```
 *   VALUE   n            n permits, and no waiter sleeps
 *           MARK         none, and waiters may sleep
 *           n | MARK     n permits, which only waiters that have slept may take
 * ```
 *
 * - **No wake-up is lost:** a waiter sets MARK in the very word that it then
 *   sleeps on. The release that clears MARK wakes one waiter. If that one takes
 *   the last permit, it sets MARK again; if it leaves permits, it wakes the
 *   next. So while a waiter sleeps, MARK is set, or a process that is awake
 *   will set it or wake the next.
 * - **No starvation:** as in `mutex.ts`.
 *
 * @module
 */

import { OVERTAKEN_MAX } from "./fairness.ts";
import {
  GIVE_UP,
  load,
  sleep,
  type Steps,
  store,
  swap,
  wakeUp,
} from "./steps.ts";

/** The size of a semaphore in bytes. */
export const PERMITS_BYTES = 16;

/** The number of free permits, and whether waiters may sleep. */
export const VALUE = 0;
/** 1 when a waiter was overtaken too often, else 0. */
const STARVING = 1;
/** The maximal number of permits of this semaphore. */
export const BOUND = 2;

const MARK = -0x8000_0000;
/** The maximal number of permits of any semaphore. */
export const PERMITS_MAX = 0x7fff_ffff;

/** The number of permits in a value of VALUE. */
export function permitsOf(value: number): number {
  return value & PERMITS_MAX;
}

/** Acquires a permit; false if the wait gave up. */
export function* takePermit(): Steps<boolean> {
  let hasSlept = false;
  let overtaken = 0;
  for (;;) {
    const seen = yield load(VALUE);
    const permits = permitsOf(seen);
    if (permits > 0 && (seen > 0 || hasSlept)) {
      const left = permits > 1 ? permits - 1 : hasSlept ? MARK : 0;
      if ((yield swap(VALUE, seen, left)) !== seen) continue;
      if (overtaken >= OVERTAKEN_MAX || seen < 0) yield store(STARVING, 0);
      if (hasSlept && left > 0) yield wakeUp(VALUE, 1);
      return true;
    }
    const marked = seen | MARK;
    if (seen !== marked && (yield swap(VALUE, seen, marked)) !== seen) continue;
    if (hasSlept && ++overtaken >= OVERTAKEN_MAX) yield store(STARVING, 1);
    const outcome = yield sleep(VALUE, marked);
    if (outcome === GIVE_UP) return yield* leave(overtaken);
    hasSlept = true;
  }
}

/** Leaves without a permit, and passes a reservation on. */
function* leave(overtaken: number): Steps<false> {
  if (overtaken < OVERTAKEN_MAX) return false;
  yield store(STARVING, 0);
  yield* unreserve();
  return false;
}

/** Makes reserved permits free for all, and wakes one waiter. */
function* unreserve(): Steps<void> {
  for (;;) {
    const seen = yield load(VALUE);
    const permits = permitsOf(seen);
    if (seen > 0 || permits === 0) return;
    if ((yield swap(VALUE, seen, permits)) !== seen) continue;
    yield wakeUp(VALUE, 1);
    return;
  }
}

/** Adds a permit; false if `bound` permits are free already. */
export function* addPermit(bound: number): Steps<boolean> {
  for (;;) {
    const seen = yield load(VALUE);
    const permits = permitsOf(seen);
    if (permits >= bound) return false;
    const isReserved = seen < 0 && (yield load(STARVING)) !== 0;
    const next = isReserved ? seen + 1 : permits + 1;
    if ((yield swap(VALUE, seen, next)) !== seen) continue;
    if (seen < 0) yield wakeUp(VALUE, 1);
    if (isReserved && (yield load(STARVING)) === 0) yield* unreserve();
    return true;
  }
}

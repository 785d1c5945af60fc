/**
 * The words of a semaphore, and what takers and givers do with them.
 *
 * ```
 *   VALUE   n            n permits, and nobody sleeps
 *           MARK         none, and somebody may sleep
 *           n | MARK     n permits, and only who has slept for one may take it
 * ```
 *
 * - **No wake-up is lost:** who sleeps has set MARK, in the very word it sleeps
 *   on. The giver that takes MARK away wakes one. When that one takes the last
 *   permit it sets MARK again; when it leaves permits it wakes the next. So as
 *   long as somebody sleeps there is MARK, or somebody awake who sees to it.
 * - **Nobody starves:** as for locks, see there.
 *
 * @module
 */

import {
  GIVE_UP,
  load,
  sleep,
  type Steps,
  store,
  swap,
  wakeUp,
} from "./steps.ts";

/** How many bytes of a block a semaphore takes. */
export const PERMITS_BYTES = 16;

/** How many permits there are, and whether somebody sleeps. */
export const VALUE = 0;
/** 1 when somebody sleeps that was overtaken too often, else 0. */
const HUNGRY = 1;
/** The most permits that there may be. */
export const BOUND = 2;

const MARK = -0x8000_0000;
/** The most permits that any semaphore may have. */
export const PERMITS_MAX = 0x7fff_ffff;

/** How often a sleeper is overtaken before it is hungry. */
const PATIENCE = 4;

/** How many permits a word says there are. */
export function permitsOf(value: number): number {
  return value & PERMITS_MAX;
}

/** Takes a permit; false when it gave up. */
export function* takePermit(): Steps<boolean> {
  let hasSlept = false;
  let overtaken = 0;
  for (;;) {
    const seen = yield load(VALUE);
    const permits = permitsOf(seen);
    if (permits > 0 && (seen > 0 || hasSlept)) {
      const left = permits > 1 ? permits - 1 : hasSlept ? MARK : 0;
      if ((yield swap(VALUE, seen, left)) !== seen) continue;
      if (overtaken >= PATIENCE || seen < 0) yield store(HUNGRY, 0);
      if (hasSlept && left > 0) yield wakeUp(VALUE, 1);
      return true;
    }
    const marked = seen | MARK;
    if (seen !== marked && (yield swap(VALUE, seen, marked)) !== seen) continue;
    if (hasSlept && ++overtaken >= PATIENCE) yield store(HUNGRY, 1);
    const outcome = yield sleep(VALUE, marked);
    if (outcome === GIVE_UP) return yield* leave(overtaken);
    hasSlept = true;
  }
}

/** Goes away without a permit; one that was kept for it goes to the next. */
function* leave(overtaken: number): Steps<false> {
  if (overtaken < PATIENCE) return false;
  yield store(HUNGRY, 0);
  yield* unreserve();
  return false;
}

/** Makes reserved permits anybody's, and says so to one that sleeps. */
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

/** Adds a permit; false when there are `bound` of them already. */
export function* addPermit(bound: number): Steps<boolean> {
  for (;;) {
    const seen = yield load(VALUE);
    const permits = permitsOf(seen);
    if (permits >= bound) return false;
    const isReserved = seen < 0 && (yield load(HUNGRY)) !== 0;
    const next = isReserved ? seen + 1 : permits + 1;
    if ((yield swap(VALUE, seen, next)) !== seen) continue;
    if (seen < 0) yield wakeUp(VALUE, 1);
    if (isReserved && (yield load(HUNGRY)) === 0) yield* unreserve();
    return true;
  }
}

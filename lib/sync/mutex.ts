/**
 * The words of a lock, and what takers and releasers do with them.
 *
 * ```
 *   WORD    FREE         nobody has it
 *           RESERVED     nobody has it, and only who has slept for it may take it
 *           owner        that owner has it, and nobody sleeps
 *           owner | MARK that owner has it, and somebody may sleep
 *
 *           FREE ----take----> owner <---+
 *            ^ ^                 |       | take, by one who has slept:
 *            | +----release------+       | with MARK
 *            |                 mark      |
 *            |                   v       |
 *            +---release--- owner | MARK-+
 *            |                   |
 *       give up               release, when somebody is HUNGRY
 *            |                   v
 *            +--------------- RESERVED
 * ```
 *
 * - **No wake-up is lost:** who sleeps has set MARK, in the very word it sleeps
 *   on. The release that takes MARK away wakes one. That one sets MARK again when
 *   it takes the lock, or when it goes to sleep again, as it cannot know whether
 *   it was alone.
 * - **Nobody starves:** newcomers may overtake, which makes a busy lock fast. A
 *   sleeper that was overtaken PATIENCE times is hungry: the next release
 *   reserves the lock for those who have slept.
 * - **A reservation finds a taker:** the hungry one takes it, or gives up and
 *   takes its hunger back. It takes back first and looks for a reservation then;
 *   the releaser reserves first and looks for hunger then. So one of the two sees
 *   the other, and undoes the reservation.
 *
 * @module
 */

import { AbandonedError } from "../base/errors.ts";
import type { WaitOptions } from "../base/waiting.ts";
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

/** How many bytes of a block a lock takes. */
export const MUTEX_BYTES = 16;

/** Who has the lock. */
export const WORD = 0;
/** How many more times than once; only the owner of a recursive lock writes it. */
export const AGAIN = 1;
/** 1 when somebody sleeps that was overtaken too often, else 0. */
export const HUNGRY = 2;

/** Nobody has the lock. */
export const FREE = 0;
/** Somebody may sleep for the lock. */
export const MUTEX_MARK = -0x8000_0000;
/** Nobody has the lock, and newcomers may not take it. */
export const RESERVED: number = MUTEX_MARK;

/** How often a sleeper is overtaken before it is hungry. */
const PATIENCE = 4;

/**
 * How a taking ended: taken, taken once more, taken from a dead owner, or not
 * at all.
 */
export type Taking = "taken" | "again" | "inherited" | "left";

/** The owner that a word names; 0 for nobody. */
export function ownerOf(word: number): number {
  return word & OWNER_MASK;
}

/**
 * How long to wait for a lock, and what to do when its owner has died.
 *
 * @example Taking over
 * ```ts
 * import { RLock, type LockOptions } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * const options: LockOptions = { timeout: 1000, abandoned: "take" };
 * using held = await new RLock().acquire(options);
 * ok(held);
 * ```
 */
export interface LockOptions extends WaitOptions {
  /**
   * What to do when the owner died without giving the lock back: throw
   * `AbandonedError` and leave the lock free, or take it.
   *
   * @default {"throw"}
   */
  readonly abandoned?: "throw" | "take" | undefined;
}

/** What who takes a lock is told when its owner died. */
export function abandonedError(what: string, after: string): AbandonedError {
  return new AbandonedError(
    `Cannot ${what} as the process that held it died without releasing it: what it guards may be half done, and ${after}`,
  );
}

/** Whether a lock was taken; from a dead owner only if that is wanted. */
export function accept(
  taking: Taking,
  lock: { release(): void },
  options: LockOptions | undefined,
): boolean {
  if (taking === "inherited" && options?.abandoned !== "take") {
    lock.release();
    throw abandonedError("acquire the lock", "the lock is free now");
  }
  return taking !== "left";
}

/** Who runs a program, as an owner of locks: another one when the memory moves. */
export interface LockTaker {
  /** The owner id. */
  readonly me: number;
}

/** Takes the lock; a recursive one also if it is already the caller's own. */
export function* take(self: LockTaker, isRecursive = false): Steps<Taking> {
  let hasSlept = false;
  let overtaken = 0;
  for (;;) {
    const { me } = self;
    const seen = yield swap(WORD, FREE, hasSlept ? me | MUTEX_MARK : me);
    if (seen === FREE) {
      if (overtaken >= PATIENCE) yield store(HUNGRY, 0);
      return "taken";
    }
    if (seen === RESERVED && hasSlept) {
      if ((yield swap(WORD, RESERVED, me | MUTEX_MARK)) !== RESERVED) continue;
      // Also the hunger of one that died over it ends here.
      yield store(HUNGRY, 0);
      return "taken";
    }
    if (isRecursive && ownerOf(seen) === me) {
      // Another task of this process took it meanwhile.
      if (hasSlept) yield or(WORD, MUTEX_MARK);
      return "again";
    }
    const marked = seen | MUTEX_MARK;
    if (seen !== marked && (yield swap(WORD, seen, marked)) !== seen) continue;
    if (hasSlept && ++overtaken >= PATIENCE) yield store(HUNGRY, 1);
    const outcome = yield sleep(WORD, marked);
    hasSlept = true;
    if (outcome === WOKEN) yield spin(WORD, OWNER_MASK);
    else if (yield* inherit(self.me, marked)) return "inherited";
    else if (outcome === GIVE_UP) return yield* leave(overtaken);
  }
}

/** Takes the lock from a dead owner; false when it lives, or another was faster. */
function* inherit(me: number, marked: number): Steps<boolean> {
  const owner = ownerOf(marked);
  if (owner === 0 || (yield ownerAlive(owner)) === 1) return false;
  return (yield swap(WORD, marked, me | MUTEX_MARK)) === marked;
}

/** Goes away without the lock; whatever it was given goes to the next. */
function* leave(overtaken: number): Steps<Taking> {
  if (overtaken < PATIENCE) return "left";
  yield store(HUNGRY, 0);
  yield* unreserve();
  return "left";
}

/** Makes a reserved lock free, and says so to one that sleeps. */
function* unreserve(): Steps<void> {
  if ((yield swap(WORD, RESERVED, FREE)) === RESERVED) yield wakeUp(WORD, 1);
}

/** Gives the lock back, whoever has it; false when nobody has. */
export function* giveBack(): Steps<boolean> {
  for (;;) {
    const seen = yield load(WORD);
    if (ownerOf(seen) === 0) return false;
    if (seen > 0) {
      if ((yield swap(WORD, seen, FREE)) === seen) return true;
      continue;
    }
    const next = (yield load(HUNGRY)) === 0 ? FREE : RESERVED;
    if ((yield swap(WORD, seen, next)) !== seen) continue;
    yield wakeUp(WORD, 1);
    if (next === RESERVED && (yield load(HUNGRY)) === 0) yield* unreserve();
    return true;
  }
}

/** Lets go of a lock that is the caller's; gives how often it had it. */
export const LET_GO: unique symbol = Symbol("multiprocessing.letGo");
/** Takes a lock back that was let go; true if its owner had died. */
export const TAKE_BACK: unique symbol = Symbol("multiprocessing.takeBack");
/** The same, blocking. */
export const TAKE_BACK_SYNC: unique symbol = Symbol(
  "multiprocessing.takeBackSync",
);
/** Whether the caller has the lock. */
export const IS_MINE: unique symbol = Symbol("multiprocessing.isMine");

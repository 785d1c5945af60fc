/**
 * The state of a readers-writer lock in shared words, and its algorithm.
 *
 * ```
 *   word    0 .. 3    4 + n
 *           a mutex   the owner of reader n, or 0
 * ```
 *
 * A writer takes the mutex, which keeps out all newcomers, and then waits until
 * every current reader has left. A reader first enters itself and then reads
 * the mutex; a writer first takes the mutex and then looks for readers: so one
 * of the two sees the other. A reader that sees a writer leaves, and waits for
 * the mutex as writers do; once it has the mutex, no writer holds the lock, and
 * it enters.
 *
 * So a stream of readers does not keep writers out, a stream of writers does
 * not keep readers out, and the mutex starves no waiter.
 *
 * @module
 */

import {
  type Acquirer,
  FREE,
  giveBack,
  MUTEX_BYTES,
  take,
  WORD,
} from "./mutex.ts";
import {
  GIVE_UP,
  load,
  ownerAlive,
  sleep,
  type Steps,
  store,
  swap,
  wakeUp,
  WOKEN,
} from "./steps.ts";

/** Maximum of readers at once; more of them wait. */
export const READERS_MAX = 64;

const READERS: number = MUTEX_BYTES / 4;
const NOBODY = 0;

/** The size of the lock in bytes. */
export const READERS_BYTES: number = MUTEX_BYTES + 4 * READERS_MAX;

/** The word of a reader. */
export function readerAt(reader: number): number {
  return READERS + reader;
}

/** How an attempt to acquire the lock ended. */
export interface Entry {
  /** The word of the reader, or of the mutex; -1 if it gave up. */
  readonly at: number;
  /** Whether the previous holder died while it held the lock. */
  readonly isAbandoned: boolean;
}

const OUT: Entry = { at: -1, isAbandoned: false };

/** Enters as a reader if no writer holds the lock or waits; else returns -1. */
export function* tryRead(me: number): Steps<number> {
  const at = yield* addReader(me);
  if (at < 0 || (yield load(WORD)) === FREE) return at;
  yield* leaveRead(at);
  return -1;
}

function* addReader(me: number): Steps<number> {
  for (let tried = 0; tried < READERS_MAX; tried++) {
    // Processes begin their search at different words, and so seldom meet.
    const at = readerAt((me + tried) % READERS_MAX);
    if ((yield swap(at, NOBODY, me)) === NOBODY) return at;
  }
  return -1;
}

/** Enters as a reader, in line with the writers. */
export function* read(self: Acquirer): Steps<Entry> {
  const taking = yield* take(self);
  if (taking === "left") return OUT;
  const isAbandoned = taking === "inherited";
  for (;;) {
    const { me } = self;
    const at = yield* addReader(me);
    // All words are taken: it waits for any one reader, as the mutex keeps out
    // others.
    if (at >= 0 || !(yield* awaitGone(readerAt(me % READERS_MAX)))) {
      yield* giveBack();
      return { at, isAbandoned };
    }
  }
}

/** Enters as the writer. */
export function* write(self: Acquirer): Steps<Entry> {
  const taking = yield* take(self);
  if (taking === "left") return OUT;
  return { ...yield* awaitReaders(), isAbandoned: taking === "inherited" };
}

/** Waits until all readers have left, while the caller holds the mutex. */
export function* awaitReaders(): Steps<Entry> {
  for (let reader = 0; reader < READERS_MAX; reader++) {
    if (yield* awaitGone(readerAt(reader))) continue;
    yield* giveBack();
    return OUT;
  }
  return { at: WORD, isAbandoned: false };
}

/** Waits until a reader has left or died; false if the wait gave up. */
function* awaitGone(at: number): Steps<boolean> {
  for (;;) {
    const reader = yield load(at);
    if (reader === NOBODY) return true;
    const outcome = yield sleep(at, reader);
    if (outcome === WOKEN) continue;
    if ((yield ownerAlive(reader)) === 0) yield swap(at, reader, NOBODY);
    else if (outcome === GIVE_UP) return false;
  }
}

/** Leaves as a reader. */
export function* leaveRead(at: number): Steps<void> {
  yield store(at, NOBODY);
  if ((yield load(WORD)) !== FREE) yield wakeUp(at, 1);
}

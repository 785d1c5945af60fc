/**
 * The words of a lock of many readers or one writer.
 *
 * ```
 *   word    0 .. 3    4 + n
 *           a mutex   the owner of reader n, or 0
 * ```
 *
 * A writer takes the mutex, which keeps out all others that come, and then waits
 * until every reader that is in has gone. A reader writes itself down and looks
 * at the mutex then; a writer takes the mutex and looks for readers then: so one
 * of the two sees the other. A reader that sees a writer goes back, and stands in
 * line for the mutex as writers do; when it has that, there is no writer, and it
 * is in.
 *
 * So a stream of readers does not keep writers out, a stream of writers does not
 * keep readers out, and the mutex sees to it that nobody starves.
 *
 * @module
 */

import {
  FREE,
  giveBack,
  type LockTaker,
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

/** How many readers there may be at once; more of them wait. */
export const READERS_MAX = 64;

const READERS: number = MUTEX_BYTES / 4;
const NOBODY = 0;

/** How many bytes of a block the lock takes. */
export const READERS_BYTES: number = MUTEX_BYTES + 4 * READERS_MAX;

/** The word of a reader. */
export function readerAt(reader: number): number {
  return READERS + reader;
}

/** How an attempt to get in ended. */
export interface Entry {
  /** The word of the reader, or of the mutex; -1 if it did not get in. */
  readonly at: number;
  /** Whether the one before it died inside. */
  readonly isAbandoned: boolean;
}

const OUT: Entry = { at: -1, isAbandoned: false };

/** Gets in as a reader if no writer is there or waits; else gives -1. */
export function* tryRead(me: number): Steps<number> {
  const at = yield* writeDown(me);
  if (at < 0 || (yield load(WORD)) === FREE) return at;
  yield* leaveRead(at);
  return -1;
}

function* writeDown(me: number): Steps<number> {
  for (let tried = 0; tried < READERS_MAX; tried++) {
    // Processes begin at different words, and so seldom meet.
    const at = readerAt((me + tried) % READERS_MAX);
    if ((yield swap(at, NOBODY, me)) === NOBODY) return at;
  }
  return -1;
}

/** Gets in as a reader, in line with the writers. */
export function* read(self: LockTaker): Steps<Entry> {
  const taking = yield* take(self);
  if (taking === "left") return OUT;
  const isAbandoned = taking === "inherited";
  for (;;) {
    const { me } = self;
    const at = yield* writeDown(me);
    // Full of readers: any of them will do, as the mutex keeps out others.
    if (at >= 0 || !(yield* awaitGone(readerAt(me % READERS_MAX)))) {
      yield* giveBack();
      return { at, isAbandoned };
    }
  }
}

/** Gets in as the writer. */
export function* write(self: LockTaker): Steps<Entry> {
  const taking = yield* take(self);
  if (taking === "left") return OUT;
  return { ...yield* awaitReaders(), isAbandoned: taking === "inherited" };
}

/** Waits until all readers have gone, with the mutex in its hands. */
export function* awaitReaders(): Steps<Entry> {
  for (let reader = 0; reader < READERS_MAX; reader++) {
    if (yield* awaitGone(readerAt(reader))) continue;
    yield* giveBack();
    return OUT;
  }
  return { at: WORD, isAbandoned: false };
}

/** Waits until a reader has gone, or is dead; false when it gave up. */
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

/** Goes as a reader. */
export function* leaveRead(at: number): Steps<void> {
  yield store(at, NOBODY);
  if ((yield load(WORD)) !== FREE) yield wakeUp(at, 1);
}

/**
 * The liveness of an isolate of this OS process, as V8 itself knows it.
 *
 * An isolate has a few pending `Atomics.waitAsync` calls on a word of its own
 * that never changes. V8 drops these waiters when it disposes of the isolate,
 * however the isolate ends. So an `Atomics.notify` that wakes no waiter proves
 * that the isolate is gone. That needs no event loop, no permission, and no
 * cooperation of the dying isolate (2.9.6).
 *
 * ```
 *   word    0            1                        2
 *           waited on    waiters that were woken  when the last was woken
 * ```
 *
 * Each check wakes one waiter. An isolate that is in its event loop, or in a
 * wait of this package, adds it again at once. An isolate that computes cannot,
 * so the checks become ever rarer: each pause is half as long again as the one
 * before, and the checks end after some hours.
 *
 * @module
 */

/** Words that the liveness of one isolate takes. */
export const LIVENESS_WORDS = 3;

// Invariant: at least WAITERS - words[USED] waiters are pending while the
// isolate lives; so USED goes up before a waiter is woken, and down after a new
// one is pending.
const WAITED_ON = 0;
const USED = 1;
const LAST = 2;

/**
 * Waiters of an isolate; without a renewal, the last one is used after three
 * hours.
 */
const WAITERS = 28;

/** The pause after a check, by the number of used waiters. */
const PAUSES_MS: readonly number[] = Array.from(
  { length: WAITERS },
  (_, used) => 50 * 1.5 ** used,
);

/** Resets a slot for a new isolate, whose liveness is not known yet. */
export function clearLiveness(words: Int32Array, at: number): void {
  Atomics.store(words, at + USED, WAITERS);
  Atomics.store(words, at + LAST, 0);
}

/** Whether the isolate has waiters left, so that a check can tell anything. */
export function isLivenessKnown(words: Int32Array, at: number): boolean {
  return Atomics.load(words, at + USED) < WAITERS;
}

/** Adds a new waiter for each used one; the isolate itself calls it. */
export function renewLiveness(
  words: Int32Array<SharedArrayBuffer>,
  at: number,
): void {
  const used = Atomics.load(words, at + USED);
  for (let n = 0; n < used; n++) {
    const { async, value } = Atomics.waitAsync(words, at + WAITED_ON, 0);
    if (async) value.then(() => renewLiveness(words, at));
  }
  Atomics.sub(words, at + USED, used);
}

/** Whether the isolate is alive; true also where that is not known. */
export function isIsolateAlive(
  words: Int32Array,
  at: number,
  nowMs: number = Date.now(),
): boolean {
  const used = Atomics.load(words, at + USED);
  if (used >= WAITERS) return true;
  const since = nowMs - Atomics.load(words, at + LAST) | 0;
  // After the clock was set back, the next check comes at once.
  if (since >= 0 && since < PAUSES_MS[used]!) return true;
  // Another isolate checks at this moment.
  if (Atomics.compareExchange(words, at + USED, used, used + 1) !== used) {
    return true;
  }
  Atomics.store(words, at + LAST, nowMs);
  return Atomics.notify(words, at + WAITED_ON, 1) > 0;
}

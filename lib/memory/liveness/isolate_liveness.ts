/**
 * Whether an isolate of this OS process is still there, asked of V8 itself.
 *
 * An isolate sleeps a few times over, with `Atomics.waitAsync`, on a word of its
 * own that never changes. V8 forgets these sleeps when it takes the isolate down,
 * however that comes to its end. So who tries to wake one, and finds none there,
 * knows that it is gone; nobody's event loop is needed for that, no permission,
 * and no help of the dying (2.9.6).
 *
 * ```
 *   word    0            1                        2
 *           slept on     sleeps that were used    when the last was used
 * ```
 *
 * Each question uses up one sleep. An isolate that is in its event loop, or in a
 * wait of this package, lies down again at once. One that computes cannot, so
 * it is asked ever more seldom: never less often than half as long again as it
 * has been computing, and not at all after some hours.
 *
 * @module
 */

/** How many words a pulse takes. */
export const LIVENESS_WORDS = 3;

// Invariant: at least SLEEPS - words[USED] sleeps are there while the isolate is;
// so USED goes up before a sleep is used, and down after there is a new one.
const SLEPT_ON = 0;
const USED = 1;
const LAST = 2;

/** Used up in a row, the last one after three hours. */
const SLEEPS = 28;

/** How long after a question there is another, by how many sleeps were used. */
const PAUSES_MS: readonly number[] = Array.from(
  { length: SLEEPS },
  (_, used) => 50 * 1.5 ** used,
);

/** Says that nothing is known; for a slot that is given to a new isolate. */
export function clearLiveness(words: Int32Array, at: number): void {
  Atomics.store(words, at + USED, SLEEPS);
  Atomics.store(words, at + LAST, 0);
}

/** Whether an isolate has ever lain down, and its questions are not used up. */
export function isPulseKnown(words: Int32Array, at: number): boolean {
  return Atomics.load(words, at + USED) < SLEEPS;
}

/** Lies down again, as often as was used; the isolate itself does. */
export function renewLiveness(
  words: Int32Array<SharedArrayBuffer>,
  at: number,
): void {
  const used = Atomics.load(words, at + USED);
  for (let n = 0; n < used; n++) {
    const { async, value } = Atomics.waitAsync(words, at + SLEPT_ON, 0);
    if (async) value.then(() => renewLiveness(words, at));
  }
  Atomics.sub(words, at + USED, used);
}

/** Whether the isolate is there; true also where nothing is known. */
export function isIsolateAlive(
  words: Int32Array,
  at: number,
  nowMs: number = Date.now(),
): boolean {
  const used = Atomics.load(words, at + USED);
  if (used >= SLEEPS) return true;
  const since = nowMs - Atomics.load(words, at + LAST) | 0;
  // Also a clock that was set back does not keep anybody alive.
  if (since >= 0 && since < PAUSES_MS[used]!) return true;
  // Somebody else asks at this moment.
  if (Atomics.compareExchange(words, at + USED, used, used + 1) !== used) {
    return true;
  }
  Atomics.store(words, at + LAST, nowMs);
  return Atomics.notify(words, at + SLEPT_ON, 1) > 0;
}

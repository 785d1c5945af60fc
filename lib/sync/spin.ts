/**
 * Looking for a while before going to sleep.
 *
 * Whoever has a lock mostly gives it back at once, and a sleep with its wake-up
 * takes some 15 us: so that long is looked at most. Each look takes the cache line
 * from its owner, who then waits for it in turn, so looks get ever rarer: two
 * threads under one lock count twice as fast that way (2.9.6).
 *
 * @module
 */

/** For how many pauses of the processor, of some 25 ns each, is looked. */
const PAUSES = 600;

/** The most pauses between two looks. */
const PAUSES_BETWEEN = 64;

/** Puts `value` into a word as soon as it is `free`; false if it never was. */
export function spinToTake(
  words: Int32Array,
  at: number,
  free: number,
  value: number,
): boolean {
  let pauses = 1;
  for (let left = PAUSES; left > 0; left -= pauses) {
    // Only looks, since a failed exchange takes the line for nothing.
    if (
      words[at] === free &&
      Atomics.compareExchange(words, at, free, value) === free
    ) return true;
    pauses = pause(pauses);
  }
  return false;
}

/** Looks until a word has no bit of `mask`, or it has been long enough. */
export function spinUntilClear(
  words: Int32Array,
  at: number,
  mask: number,
): void {
  let pauses = 1;
  for (let left = PAUSES; left > 0; left -= pauses) {
    if ((Atomics.load(words, at) & mask) === 0) return;
    pauses = pause(pauses);
  }
}

/** Gives how many pauses are to be next. */
function pause(times: number): number {
  for (let paused = 0; paused < times; paused++) Atomics.pause();
  return Math.min(2 * times, PAUSES_BETWEEN);
}

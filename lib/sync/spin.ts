/**
 * Spinning: polling a word for a while before sleeping on it.
 *
 * Most owners release a lock soon, and a sleep with its wake-up takes some 15
 * us: so that is the limit. Each read takes the cache line from the owner,
 * which then waits for it in turn, so reads become ever rarer: two threads
 * under one lock count twice as fast that way (2.9.6).
 *
 * @module
 */

/**
 * Spin limit before sleeping, in pauses of the processor of some 25 ns each:
 * about 15 us.
 */
const PAUSES = 600;

/** Maximum of pauses between two reads. */
const PAUSES_BETWEEN = 64;

/**
 * Writes `value` to a word as soon as it is `free`; false if the limit passed
 * first.
 */
export function spinToTake(
  words: Int32Array,
  at: number,
  free: number,
  value: number,
): boolean {
  let pauses = 1;
  for (let left = PAUSES; left > 0; left -= pauses) {
    // Reads first, since a failed exchange takes the cache line for nothing.
    if (
      words[at] === free &&
      Atomics.compareExchange(words, at, free, value) === free
    ) return true;
    pauses = pause(pauses);
  }
  return false;
}

/** Reads a word until it has no bit of `mask`, or the limit has passed. */
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

/** Pauses so many times; returns the next number of pauses. */
function pause(times: number): number {
  for (let paused = 0; paused < times; paused++) Atomics.pause();
  return Math.min(2 * times, PAUSES_BETWEEN);
}

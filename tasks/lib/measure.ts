/**
 * Time, and what repeated measuring comes to.
 *
 * @module
 */

/** Milliseconds on a clock that all processes of the machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The middle of the numbers; a few odd ones do not move it. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Waits until `isTrue`, for what another process tells by shared memory. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await pause(1);
}

/** Lets time pass. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

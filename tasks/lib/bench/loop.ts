/**
 * Loops whose steps are too short to be timed one by one.
 *
 * @module
 */

/** How long one pass is to take at least. */
const PASS_MS = 15;

// What the loops come to goes here, so that no compiler may leave them out.
let kept: unknown;

// Invariant: how many steps of a loop take PASS_MS or more.
const counts = new Map<(count: number) => unknown, number>();

/** Nanoseconds for one step of `loop`, which takes how many steps to do. */
export function nsEach(loop: (count: number) => unknown): number {
  const count = counts.get(loop) ?? calibrated(loop);
  const tookMs = timed(loop, count);
  return tookMs * 1e6 / count;
}

/** Finds out how many steps a pass needs, which warms the loop up as well. */
function calibrated(loop: (count: number) => unknown): number {
  let count = 1000;
  while (timed(loop, count) < PASS_MS) count *= 2;
  counts.set(loop, count);
  return count;
}

function timed(loop: (count: number) => unknown, count: number): number {
  const start = performance.now();
  kept = loop(count);
  return performance.now() - start;
}

/** The same for a loop that awaits. */
export async function nsEachAsync(
  loop: (count: number) => Promise<unknown>,
): Promise<number> {
  const count = 20_000;
  const start = performance.now();
  kept = await loop(count);
  return (performance.now() - start) * 1e6 / count;
}

/** What the last loop came to. */
export function last(): unknown {
  return kept;
}

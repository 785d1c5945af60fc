/**
 * What the workers of pools do in the benchmark, bare ones and ours.
 *
 * @module
 */

/** Next to nothing. */
export function next(x: number): number {
  return x + 1;
}

/** Next to nothing, for each of many. */
export function nextOfEach(list: number[]): number[] {
  return list.map(next);
}

/** A few milliseconds of computing. */
export function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/** Gives back what it got. */
export function same(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes;
}

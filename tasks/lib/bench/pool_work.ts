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

/** A row of a table. */
export interface TableRow {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
}

/** Reads a whole table. */
export function total(table: readonly TableRow[]): number {
  let sum = 0;
  for (const { id, name } of table) sum += id + name.length;
  return sum;
}

/** Looks at bytes, and sends nothing back. */
export function sizeOf(bytes: Uint8Array): number {
  return bytes.length;
}

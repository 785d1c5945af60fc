/**
 * What the parts of the contract share.
 *
 * @module
 */

import type { BasePool, PoolOptions, Value } from "../../mod.ts";
import { eventually } from "../fixtures/program.ts";
import { TASKS } from "../fixtures/tasks.ts";
import {
  rejection,
  type Subject,
  subjectOf,
} from "../process/process_testing.ts";

export { rejection, type Subject, subjectOf };

/** For targets of the fixtures. */
export const FROM: { readonly module: string } = { module: TASKS };

/** Runs a body with a pool that is closed, joined and seen to be gone after it. */
export async function withPool(
  { ctx }: Subject,
  size: number,
  body: (pool: BasePool) => Promise<void>,
  options: PoolOptions<never> = {},
): Promise<void> {
  const pool = new ctx.Pool<never>(size, options);
  try {
    await body(pool);
  } finally {
    pool.terminate();
    await pool.join();
  }
}

/** Waits until a shared number has been counted up. */
export async function reaches(cell: Value<"i">, wanted: number): Promise<void> {
  await eventually(() => cell.value >= wanted, `to reach ${wanted}`);
}

/** The numbers below `end`. */
export function upTo(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i);
}

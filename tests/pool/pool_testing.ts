/**
 * What the parts of the contract share.
 *
 * @module
 */

import type { BasePool, PoolOptions, Value } from "../../mod.ts";
import { eventually } from "../program_testing.ts";
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

/** A test of a group, and what gives it the pool of the group. */
export type GroupTest = (name: string, body: () => Promise<void>) => void;

/** Runs a body with the pool of a group, whatever the size that is asked for. */
export type WithGroupPool = (
  subject: Subject,
  size: number,
  body: (pool: BasePool) => Promise<void>,
) => Promise<void>;

/**
 * Tests that share one pool of two, as most of the time goes into starting
 * workers. What leaks is seen at the end of the group.
 */
export function group(
  subject: Subject,
  title: string,
  declare: (test: GroupTest, withPool: WithGroupPool) => void,
): void {
  Deno.test(`${subject.method}: ${title}`, { timeout: 180_000 }, async (t) => {
    await withPool(subject, 2, async (pool) => {
      const bodies: [name: string, body: () => Promise<void>][] = [];
      declare(
        (name, body) => bodies.push([name, body]),
        (_subject, _size, body) => body(pool),
      );
      for (const [name, fn] of bodies) {
        await t.step({
          name,
          fn,
          sanitizeOps: false,
          sanitizeResources: false,
        });
      }
    });
  });
}

/** Waits until a shared number has been counted up. */
export async function reaches(cell: Value<"i">, wanted: number): Promise<void> {
  await eventually(() => cell.value >= wanted, `to reach ${wanted}`);
}

/** The numbers below `end`. */
export function upTo(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i);
}

/**
 * What only pools of OS processes can do.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  getContext,
  registerStartMethod,
  through,
  WorkerLostError,
} from "../../mod.ts";
import {
  even,
  exitAt,
  same,
  square,
  stall,
  waitUntil,
} from "../fixtures/tasks.ts";
import {
  FROM,
  reaches,
  rejection,
  subjectOf,
  upTo,
  withPool,
} from "./pool_testing.ts";

const NICE = "nice pool";

/** Declares the tests of pools of OS processes. */
export function spawnContract(method: string): void {
  const subject = subjectOf(method);
  const { ctx, test } = subject;
  registerStartMethod(NICE, through(["nice", "-n", "1"]));

  test("A pool whose workers cannot be launched fails its calls, and ends", async () => {
    const { Pool } = getContext("spawn", { executable: "/no/such/deno" });
    const pool = new Pool(2);
    const error = await rejection(pool.map(square, [1, 2, 3], FROM));
    match(error.message, /^Cannot go on with the pool as 5 workers/);
    deepEqual(pool.stats().workers, []);
    equal(await pool.join(), true);
  });

  test("A worker that is killed from outside is named with its signal", async () => {
    await withPool(subject, 1, async (pool) => {
      const started = new ctx.Value("i", 0);
      const call = rejection(pool.apply(stall, [started, true], FROM));
      await reaches(started, 1);
      Deno.kill(pool.stats().workers[0]!.pid!, "SIGKILL");
      const error = await call as WorkerLostError;
      ok(error instanceof WorkerLostError);
      equal(error.signal, "SIGKILL");
      equal(error.exitcode, -9);
      equal(await pool.apply(square, [2], FROM), 4);
    });
  });

  test("Ctrl-C, which reaches every process, leaves workers to their parent", async () => {
    await withPool(subject, 1, async (pool) => {
      const cell = new ctx.Value("i", 0);
      await pool.apply(square, [1], FROM);
      const call = pool.apply(waitUntil, [cell, 1], FROM);
      Deno.kill(pool.stats().workers[0]!.pid!, "SIGINT");
      cell.value = 1;
      equal(await call, "reached");
      equal(pool.stats().started, 1);
    });
  });

  test("Workers without permissions run functions of any module", async () => {
    await withPool(subject, 1, basics, { permissions: "none" });
  });

  test("A pool beyond shared memory does all the same", async () => {
    await withPool(subjectOf(NICE), 2, basics);
  });
}

async function basics(pool: Parameters<Parameters<typeof withPool>[2]>[0]) {
  deepEqual(await pool.map(square, upTo(50), FROM), upTo(50).map(square));
  deepEqual(
    await pool.apply(same, [new Map([[1, "a"]])], FROM),
    new Map([[1, "a"]]),
  );
  equal((await rejection(pool.apply(even, [1], FROM))).message, "1 is odd");
  const calls = await Promise.allSettled(
    upTo(20).map((x) => pool.apply(exitAt, [[x, 9]], FROM)),
  );
  deepEqual(
    calls.map(({ status }) => status === "fulfilled"),
    upTo(20).map((x) => x !== 9),
  );
}

/**
 * Workers that are started ahead of work.
 *
 * @module
 */

import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { ProcessStateError } from "../../mod.ts";
import { exitToOpen, square, stall, TASKS } from "../fixtures/tasks.ts";
import { eventually } from "../program_testing.ts";
import { FROM, reaches, type Subject, withPool } from "./pool_testing.ts";

/** Declares the tests of one start method. */
export function warmContract(subject: Subject): void {
  const { ctx, test } = subject;

  test("Pool.warmUp() starts workers without work, which then do it", async () => {
    await withPool(subject, 2, async (pool) => {
      equal(await pool.warmUp({ workers: 1 }), true);
      equal(pool.stats().workers.length, 1);
      equal(await pool.warmUp(), true);
      const { workers, started } = pool.stats();
      deepEqual(workers.map(({ state }) => state), ["idle", "idle"]);
      equal(started, 2);
      equal(await pool.apply(square, [3], FROM), 9);
      equal(pool.stats().started, 2);
    });
  });

  test("Pool with minWorkers has them from the beginning, and again when one is lost", async () => {
    await withPool(subject, 2, async (pool) => {
      equal(await pool.warmUp({ workers: 1 }), true);
      equal(pool.stats().started, 1);
      const lost = pool.apply(exitToOpen, [], FROM);
      await rejects(lost, /exit code 9/);
      equal(await pool.warmUp({ workers: 1 }), true);
      equal(pool.stats().started, 2);
    }, { minWorkers: 1 });
  });

  test("Pool with idleTimeout keeps minWorkers", async () => {
    await withPool(subject, 2, async (pool) => {
      await pool.warmUp();
      await eventually(() => pool.stats().workers.length === 1, "idle end");
      equal(await pool.apply(square, [3], FROM), 9);
      equal(pool.stats().started, 2);
    }, { minWorkers: 1, idleTimeout: 1 });
  });

  test("Pool.warmUp() counts workers that are busy", async () => {
    await withPool(subject, 1, async (pool) => {
      const started = new ctx.Value("i", 0);
      const call = pool.apply(stall, [started, false], FROM);
      call.catch(() => {});
      await reaches(started, 1);
      equal(await pool.warmUp(), true);
      equal(pool.stats().started, 1);
    });
  });

  test("Pool.warmUp() rejects with what the initializer throws", async () => {
    const initializer = { module: TASKS, name: "noSuchInitializer" };
    await withPool(subject, 1, async (pool) => {
      await rejects(pool.warmUp(), /noSuchInitializer/);
    }, { initializer });
  });

  test("Pool.warmUp() ends with its time, and with the pool", async () => {
    const pool = new ctx.Pool(1);
    equal(await pool.warmUp({ timeout: 0 }), false);
    const up = pool.warmUp();
    pool.close();
    await rejects(up, ProcessStateError);
    await rejects(pool.warmUp(), ProcessStateError);
    await pool.join();
  });

  // An error of workers that nobody waits for any more would end the program.
  test("Pool.warmUp() is not begun with a signal that is aborted, and leaves no error", async () => {
    await withPool(subject, 1, async (pool) => {
      const signal = AbortSignal.abort(new RangeError("over"));
      await rejects(pool.warmUp({ signal }), /over/);
    });
  });

  test("Pool.warmUp() and minWorkers refuse more workers than there may be", async () => {
    for (const minWorkers of [3, -1, 1.5, NaN]) {
      throws(() => new ctx.Pool(2, { minWorkers }), RangeError);
    }
    throws(() => new ctx.Pool(2, { minWorkers: "1" as never }));
    await withPool(subject, 2, async (pool) => {
      await rejects(pool.warmUp({ workers: 3 }), RangeError);
    });
  });
}

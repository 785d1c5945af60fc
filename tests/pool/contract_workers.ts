/**
 * Workers: their number, their state, and who runs what.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import {
  blockUntil,
  count,
  increment,
  isDaemon,
  lasting,
  meet,
  nested,
  square,
  TASKS,
  useState,
  waitUntil,
  who,
} from "../fixtures/tasks.ts";
import { LIGHT, paint, palette } from "../fixtures/light_tasks.ts";
import type { WorkerStats } from "../../mod.ts";
import { FROM, type Subject, upTo, withPool } from "./pool_testing.ts";

/** Declares the tests of workers. */
export function workerContract(subject: Subject): void {
  const { ctx, method, traits, test } = subject;

  test("Pool starts workers as there is work for them", async () => {
    await withPool(subject, 4, async (pool) => {
      equal(pool.stats().started, 0);
      await pool.apply(square, [1], FROM);
      await pool.apply(square, [2], FROM);
      equal(pool.stats().started, 1);
    });
  });

  test("Pool starts workers for what the idle ones cannot take", async () => {
    await withPool(subject, 4, async (pool) => {
      const meeting = async (size: number) => {
        const barrier = new ctx.Barrier(size);
        const guests = upTo(size).map(() => barrier);
        return await pool.map(meet, guests, { ...FROM, chunksize: 1 });
      };
      equal(new Set(await meeting(2)).size, 2);
      // Two are idle: each of the four must have a worker, or none is ever done.
      equal(new Set(await meeting(4)).size, 4);
    });
  });

  test("Workers are daemons with names of their own", async () => {
    await withPool(subject, 1, async (pool) => {
      equal(await pool.apply(isDaemon, [], FROM), true);
      const name = await pool.apply(who, [], FROM);
      const kind = method[0]!.toUpperCase() + method.slice(1);
      ok(new RegExp(`^${kind}PoolWorker-\\d+$`).test(name), name);
      equal(pool.stats().workers[0]!.name, name);
    });
    await withPool(subject, 1, async (pool) => {
      equal(await pool.apply(who, [], FROM), "resize-1");
    }, { name: "resize" });
  });

  test("Workers hand what the initializer returned to tasks that ask", async () => {
    const opened = new ctx.Value("i", 0);
    const pool = new ctx.Pool(2, {
      initializer: { module: TASKS, name: "open" },
      initargs: ["file", opened],
    });
    const texts = await pool.map(useState, upTo(10), FROM);
    deepEqual(texts, upTo(10).map((x) => `file ${x}`));
    ok(opened.value >= 1 && opened.value <= pool.stats().started);
    pool.close();
    await pool.join();
  });

  test("Tasks whose module imports only what tasks use have the state, and move results", async () => {
    const module = LIGHT;
    const pool = new ctx.Pool(1, {
      initializer: { module, name: palette.name },
      initargs: [7],
    });
    const first = await pool.apply(paint, [3], { module });
    deepEqual(first, { row: new Uint8Array([7, 7, 7]), left: 1 });
    const { left } = await pool.apply(paint, [3], { module });
    // To another OS process everything is copied.
    equal(left, traits.ownEnv ? 3 : 0);
    pool.close();
    await pool.join();
  });

  test("A task that blocks holds nobody up who waits behind it", async () => {
    await withPool(subject, 2, async (pool) => {
      const counter = new ctx.Value("i", 0);
      const blocked = pool.apply(blockUntil, [counter, 20], FROM);
      await Promise.all(upTo(20).map(() => pool.apply(count, [counter], FROM)));
      equal(await blocked, "reached");
    });
  });

  test("Items of a map behind a long one go to the other worker", async () => {
    await withPool(subject, 2, async (pool) => {
      const counter = new ctx.Value("i", 0);
      const first = pool.apply(waitUntil, [counter, 10], FROM);
      await pool.map(count, upTo(10).map(() => counter), {
        ...FROM,
        chunksize: 5,
      });
      equal(await first, "reached");
    });
  });

  test("maxTasksPerChild replaces a worker after so many tasks", async () => {
    await withPool(subject, 1, async (pool) => {
      const names: string[] = [];
      for (let i = 0; i < 4; i++) names.push(await pool.apply(who, [], FROM));
      equal(new Set(names).size, 2);
      equal(names[0], names[1]);
      const chunked = await pool.map(who, upTo(4), { ...FROM, chunksize: 4 });
      equal(new Set(chunked).size, 1);
    }, { maxTasksPerChild: 2 });
  });

  test("maxTasksPerChild loses nothing of many tasks", async () => {
    await withPool(subject, 2, async (pool) => {
      deepEqual(
        await pool.map(square, upTo(12), { ...FROM, chunksize: 1 }),
        upTo(12).map(square),
      );
      ok(pool.stats().started >= 3);
    }, { maxTasksPerChild: 4 });
  });

  test("Workers may have pools of their own", async () => {
    await withPool(subject, 1, async (pool) => {
      equal(await pool.apply(nested, [5], FROM), 25);
    });
  });

  test("Pool.stats() tells what was done", async () => {
    await withPool(subject, 1, async (pool) => {
      await pool.map(square, upTo(10), FROM);
      const { size, started, restarts, waiting, workers } = pool.stats();
      deepEqual({ size, started, restarts, waiting }, {
        size: 1,
        started: 1,
        restarts: 0,
        waiting: 0,
      });
      equal(workers[0]!.items, 10);
      equal(workers[0]!.state, "idle");
      ok(workers[0]!.heapMiB > 0);
      ok(workers[0]!.busyMs > 0);
    });
  });

  test("A worker is idle when the last result of a map has come, however long it took", async () => {
    await withPool(subject, 1, async (pool) => {
      for (const chunksize of [1, 3]) {
        await pool.map(lasting, [1, 2, 3], { ...FROM, chunksize });
        const [{ state, tasks }] = pool.stats().workers as [WorkerStats];
        deepEqual({ state, tasks }, { state: "idle", tasks: 0 });
      }
    });
  });

  test("A buffer moves to the worker, and back where that is possible", async () => {
    await withPool(subject, 1, async (pool) => {
      const bytes = new Uint8Array([1, 2, 3]);
      const transfer = [bytes.buffer];
      const more = await pool.apply(increment, [bytes], { ...FROM, transfer });
      deepEqual(more, new Uint8Array([2, 3, 4]));
      equal(bytes.length, traits.ownEnv ? 3 : 0);
    });
  });
}

/**
 * Workers that somebody kills, and workers that lie.
 *
 * @module
 */

import { equal, match, ok } from "node:assert/strict";
import { activeChildren, type BasePool, WorkerLostError } from "../../mod.ts";
import {
  beginAgain,
  forge,
  FORGING,
  throwWhenKilled,
} from "../fixtures/forging.ts";
import { eventually } from "../program_testing.ts";
import { same, square, stall, unhandled } from "../fixtures/tasks.ts";
import {
  FROM,
  reaches,
  rejection,
  type Subject,
  upTo,
  withPool,
} from "./pool_testing.ts";

/** What no worker of ours says; what it was given is one call, and is not done. */
const FORGED: Readonly<Record<string, unknown>> = {
  "that it has done 10^15 tasks": 1e15,
  "that it has done half a task": 0.5,
  "that it has done less than none": -1,
  "a number of tasks that is none": [null, 1, 1, 1],
  "that it has done more, with the numbers for it": [1e15, 1, 1, 1],
  "that it is done, without a result": [1, 1, 1, 1],
  "totals that are none": [0, "many", 1, 1],
  "a result of a task that it was not given": [0, 1, 1, 1, 7, 0, 0, [1]],
  "a result of a task without a number": [0, 1, 1, 1, {}, 0, 0, [1]],
  "a result of an item that is not there": [0, 1, 1, 1, 0, 5, 0, [1]],
  "more results than items": [0, 1, 1, 1, 0, 0, 0, [1, 2, 3]],
  "a result that is no list": [0, 1, 1, 1, 0, 0, 0, null],
  "a result of no kind": [0, 1, 1, 1, 0, 0, 9, [1]],
  "that it begins what it was not given": { kind: "begun", seq: 9, item: 0 },
  "that it begins nothing": { kind: "begun" },
  "that its initializer threw, after that": { kind: "broken", error: {} },
  "something of no kind": { kind: "nothing" },
  "nothing": null,
};

function killWorkers(): number {
  const workers = activeChildren();
  for (const worker of workers) worker.kill();
  return workers.length;
}

/** Kills so many workers of a pool before they are up. */
async function killEarly(pool: BasePool, count: number): Promise<void> {
  for (let killed = 0; killed < count;) {
    await eventually(
      () => pool.stats().workers.length > 0 && activeChildren().length > 0,
      "a worker to kill",
    );
    killed += killWorkers();
    await eventually(
      () => activeChildren().length === 0 || pool.stats().waiting > 0,
      "its end",
    );
  }
}

/** Declares the tests of workers that are killed, and of workers that lie. */
export function faultContract(subject: Subject): void {
  const { ctx, test, traits } = subject;
  const computes = traits.stopsWhileBusy;

  test("A worker that tells what cannot be ends, and fails its own call only", async () => {
    await withPool(subject, 1, async (pool) => {
      const from = { module: FORGING };
      for (const [what, message] of Object.entries(FORGED)) {
        const error = await rejection(pool.apply(forge, [[message]], from));
        ok(error instanceof WorkerLostError, `${what}: ${error}`);
      }
      equal(await pool.apply(square, [3], FROM), 9);
    });
  });

  test("A worker that begins again and again gets its time once", async () => {
    await withPool(subject, 1, async (pool) => {
      const options = { module: FORGING, timeout: 300 };
      const error = await rejection(pool.apply(beginAgain, [], options));
      equal(error.name, "TimeoutError");
      equal(await pool.apply(square, [3], FROM), 9);
    });
  });

  test("Workers that are killed before they are up are replaced, however many", async () => {
    const initializer = () => new Promise((resolve) => setTimeout(resolve, 50));
    await withPool(subject, 1, async (pool) => {
      const call = pool.apply(square, [3], { ...FROM, retries: 1_000 });
      await killEarly(pool, 7);
      equal(await call, 9);
    }, { initializer } as never);
  });

  test("A map whose workers end before any result ends with the reason of the first", async () => {
    await withPool(subject, 2, async (pool) => {
      const options = { ...FROM, chunksize: 1 };
      const error = await rejection(pool.map(unhandled, upTo(60), options));
      ok(error instanceof WorkerLostError, String(error));
      equal((error.cause as Error).message, "nobody caught me");
      ok(pool.stats().started <= 9, `${pool.stats().started} started`);
    });
  });

  test("A pool says where its tasks are", async () => {
    await withPool(subject, 1, async (pool) => {
      const started = new ctx.Value("i", 0);
      const running = rejection(pool.apply(stall, [started, computes], FROM));
      await reaches(started, 1);
      const others = upTo(3).map((x) =>
        rejection(pool.apply(square, [x], FROM))
      );
      const { pending, waiting, workers } = pool.stats();
      equal(pending, 4);
      equal(waiting + workers.reduce((sum, { tasks }) => sum + tasks, 0), 4);
      equal(workers[0]!.running, "stall #0");
      pool.terminate();
      await Promise.all([running, ...others]);
      equal(pool.stats().pending, 0);
    });
  });

  if (traits.memory === "local") {
    test("What was moved to a worker that ends before it begins is lost with it", async () => {
      await withPool(subject, 1, async (pool) => {
        equal(await pool.apply(same, [1], FROM), 1);
        const started = new ctx.Value("i", 0);
        const running = rejection(pool.apply(stall, [started, computes], FROM));
        await reaches(started, 1);
        const bytes = new Uint8Array(8);
        const transfer = [bytes.buffer];
        const moved = pool.apply(same, [bytes], { ...FROM, transfer });
        const lost = rejection(moved);
        await new Promise((resolve) => setTimeout(resolve));
        equal(bytes.length, 0);
        killWorkers();
        ok(await running instanceof WorkerLostError);
        const error = await lost;
        ok(error instanceof WorkerLostError, String(error));
        match(error.message, /ended before it began it/);
      });
    });

    test("What an isolate throws as it is killed is the loss of the worker", async () => {
      await withPool(subject, 1, async (pool) => {
        const started = new ctx.Value("i", 0);
        const from = { module: FORGING };
        const call = rejection(pool.apply(throwWhenKilled, [started], from));
        await reaches(started, 1);
        killWorkers();
        const error = await call;
        ok(error instanceof WorkerLostError, String(error));
        equal(await pool.apply(square, [3], FROM), 9);
      });
    });
  }
}

/**
 * Workers that die, and tasks that are stopped.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ProcessStateError, WorkerLostError } from "../../mod.ts";
import {
  exit,
  exitAt,
  exitFirst,
  exitToOpen,
  failToOpen,
  hoardAt,
  same,
  square,
  stall,
  stallAt,
  strayLater,
  unhandled,
} from "../fixtures/tasks.ts";
import {
  FROM,
  reaches,
  rejection,
  type Subject,
  upTo,
  withPool,
} from "./pool_testing.ts";

/** Declares the tests of lost workers and stopped tasks. */
export function lossContract(subject: Subject): void {
  const { ctx, test, traits } = subject;
  const computes = traits.stopsWhileBusy;

  test("A worker that ends fails only the task that it ran, and is replaced", async () => {
    for (const chunksize of [1, 5, undefined]) {
      await withPool(subject, 2, async (pool) => {
        const items = upTo(40).map((x): [number, number] => [x, 17]);
        const options = { ...FROM, settled: true, chunksize } as const;
        const outcomes = await pool.map(exitAt, items, options);
        for (const [i, outcome] of outcomes.entries()) {
          if (i !== 17) {
            deepEqual(outcome, { status: "fulfilled", value: i });
            continue;
          }
          const { reason } = outcome as PromiseRejectedResult;
          ok(reason instanceof WorkerLostError, String(reason));
          equal(reason.exitcode, 7);
          equal(reason.signal, null);
          ok(/exitAt/.test(String(reason.task)), reason.message);
        }
        equal(await pool.apply(square, [3], FROM), 9);
      });
    }
  });

  test("A worker that ends leaves the other calls to their own results", async () => {
    await withPool(subject, 2, async (pool) => {
      const results = await Promise.allSettled(
        upTo(60).map((x) =>
          pool.apply(exitAt, [[x, x % 20 === 7 ? x : -1]], FROM)
        ),
      );
      deepEqual(
        results.map(({ status }) => status === "fulfilled"),
        upTo(60).map((x) => x % 20 !== 7),
      );
    });
  });

  test("An error that nobody caught in a worker is the cause of its loss", async () => {
    await withPool(subject, 1, async (pool) => {
      const error = await rejection(pool.apply(unhandled, [], FROM));
      ok(error instanceof WorkerLostError);
      equal((error.cause as Error).message, "nobody caught me");
      equal(await pool.apply(square, [2], FROM), 4);
      equal(pool.stats().restarts, 1);
    });
  });

  test("Retries run a lost task again", async () => {
    await withPool(subject, 1, async (pool) => {
      const calls = new ctx.Value("i", 0);
      const options = { ...FROM, retries: 1 };
      equal(await pool.apply(exitFirst, [calls, 1], options), 2);
      const always = pool.map(exitAt, [[1, 1]], options);
      ok(await rejection(always) instanceof WorkerLostError);
    });
  });

  test("An initializer that throws fails the pool with its error", async () => {
    const pool = new ctx.Pool(2, { initializer: failToOpen });
    const results = await Promise.allSettled(
      upTo(5).map((x) => pool.apply(square, [x], FROM)),
    );
    for (const result of results) {
      equal((result as PromiseRejectedResult).reason.message, "cannot open");
    }
    equal(
      (await rejection(pool.map(square, [1], FROM))).message,
      "cannot open",
    );
    equal(await pool.join(), true);
  });

  test("Workers that end before they run anything fail the pool in the end", async () => {
    const pool = new ctx.Pool(1, { initializer: exitToOpen });
    const error = await rejection(pool.apply(square, [1], FROM));
    ok(error instanceof WorkerLostError, String(error));
    equal(error.exitcode, 9);
    equal(error.task, null);
    match(error.message, /5 workers in a row .* the last one: .*exit code 9$/);
    equal(await pool.join(), true);
  });

  test("A timeout stops a task that runs too long, and only that one", async () => {
    await withPool(subject, 2, async (pool) => {
      const started = new ctx.Value("i", 0);
      const items = upTo(8).map((x): Parameters<typeof stallAt> => [
        x,
        3,
        started,
        computes,
      ]);
      const options = { ...FROM, settled: true, timeout: 300 } as const;
      const outcomes = await pool.starmap(stallAt, items, options);
      deepEqual(
        outcomes.map((outcome) =>
          outcome.status === "fulfilled" ? outcome.value : outcome.reason.name
        ),
        [0, 1, 2, "TimeoutError", 4, 5, 6, 7],
      );
      equal(await pool.apply(square, [2], FROM), 4);
    });
  });

  test("A signal stops a task that runs, and drops one that waits", async () => {
    await withPool(subject, 1, async (pool) => {
      const started = new ctx.Value("i", 0);
      const [running, waiting] = [new AbortController(), new AbortController()];
      const run = rejection(pool.apply(stall, [started, computes], {
        ...FROM,
        signal: running.signal,
      }));
      await reaches(started, 1);
      const wait = rejection(pool.apply(same, [1], {
        ...FROM,
        signal: waiting.signal,
      }));
      const other = pool.apply(square, [5], FROM);
      waiting.abort(new RangeError("not any more"));
      equal((await wait).message, "not any more");
      running.abort();
      equal((await run).name, "AbortError");
      equal(await other, 25);
      const late = pool.map(square, [1], { ...FROM, signal: running.signal });
      equal((await rejection(late)).name, "AbortError");
    });
  });

  test("A signal stops a map, the items that run too", async () => {
    await withPool(subject, 2, async (pool) => {
      const started = new ctx.Value("i", 0);
      const controller = new AbortController();
      const items = upTo(6).map((): [typeof started, boolean] => [
        started,
        computes,
      ]);
      const map = rejection(pool.starmap(stall, items, {
        ...FROM,
        chunksize: 1,
        signal: controller.signal,
      }));
      await reaches(started, 2);
      controller.abort();
      equal((await map).name, "AbortError");
      equal(await pool.apply(square, [2], FROM), 4);
      equal(started.value, 2);
    });
  });

  test("A timeout is no loss: such a task is not run again", async () => {
    await withPool(subject, 1, async (pool) => {
      const started = new ctx.Value("i", 0);
      const options = { ...FROM, timeout: 50, retries: 3 };
      const call = pool.apply(stall, [started, computes], options);
      equal((await rejection(call)).name, "TimeoutError");
      equal(await pool.apply(square, [3], FROM), 9);
      equal(started.value, 1);
    });
  });

  test("An error outside of any task ends its worker and fails nothing", async () => {
    await withPool(subject, 1, async (pool) => {
      const left = new ctx.Value("i", 0);
      equal(await pool.apply(strayLater, [left], FROM), "left behind");
      left.value = 1;
      const deadline = performance.now() + 10_000;
      while (pool.stats().workers.length > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      equal(pool.stats().workers.length, 0);
      equal(await pool.apply(square, [3], FROM), 9);
      equal(pool.stats().restarts, 1);
    });
  });

  test("An initializer that never returns lets calls end by their signal", async () => {
    const pool = new ctx.Pool(1, { initializer: () => new Promise(() => {}) });
    const controller = new AbortController();
    const options = { ...FROM, signal: controller.signal };
    const call = rejection(pool.apply(square, [1], options));
    const other = pool.applyAsync(square, [2], FROM);
    controller.abort(new RangeError("not any more"));
    equal((await call).message, "not any more");
    equal(await other.wait({ timeout: 1 }), false);
    pool.terminate();
    ok(await rejection(other.get()) instanceof ProcessStateError);
    equal(await pool.join(), true);
  });

  test("A map whose function has ended five workers in a row, and given nothing, ends with the first", async () => {
    await withPool(subject, 2, async (pool) => {
      const error = await rejection(pool.map(exit, upTo(200), FROM));
      ok(error instanceof WorkerLostError, String(error));
      match(error.message, /exit #\d+ .*exit code 3/);
      ok(pool.stats().started < 10, `${pool.stats().started} workers`);
      equal(await pool.apply(square, [3], FROM), 9);
    });
  });

  test("A call with retries is called as often as it says, whatever its workers came to", async () => {
    await withPool(subject, 1, async (pool) => {
      const calls = new ctx.Value("i", 0);
      const options = { ...FROM, retries: 8 };
      equal(await pool.apply(exitFirst, [calls, 8], options), 9);
    });
  });

  if (traits.limitsHeap) {
    test("A worker that runs out of heap fails only the task that it ran", async () => {
      await withPool(subject, 1, async (pool) => {
        const items = upTo(6).map((x): [number, number] => [x, 3]);
        const options = { ...FROM, settled: true, chunksize: 6 } as const;
        const outcomes = await pool.map(hoardAt, items, options);
        deepEqual(
          outcomes.map((outcome) =>
            outcome.status === "fulfilled" ? outcome.value : "lost"
          ),
          [0, 1, 2, "lost", 4, 5],
        );
        const { reason } = outcomes[3] as PromiseRejectedResult;
        ok(reason instanceof WorkerLostError, String(reason));
        ok(/ran out of heap/.test(reason.message), reason.message);
        ok(/ran out of heap/.test((reason.cause as Error).message));
      }, { maxHeapMiB: 32 });
    });
  }
}

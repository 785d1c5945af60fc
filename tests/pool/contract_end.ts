/**
 * The end of a pool.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import { activeChildren, EncodingError, ProcessStateError } from "../../mod.ts";
import { square, squareLater, stall } from "../fixtures/tasks.ts";
import {
  FROM,
  reaches,
  rejection,
  type Subject,
  upTo,
} from "./pool_testing.ts";

/** Declares the tests of a pool's end. */
export function endContract(subject: Subject): void {
  const { ctx, test, traits } = subject;
  const computes = traits.stopsWhileBusy;

  test("Pool.close() finishes what there is and takes no more", async () => {
    const pool = new ctx.Pool(2);
    const results = upTo(20).map((x) => pool.apply(squareLater, [x], FROM));
    pool.close();
    pool.close();
    const late = await rejection(pool.apply(square, [1], FROM));
    ok(late instanceof ProcessStateError);
    ok(/"closed"/.test(late.message), late.message);
    equal(await pool.join(), true);
    deepEqual(await Promise.all(results), upTo(20).map(square));
    equal(activeChildren().length, 0);
    equal(await pool.join(), true);
  });

  test("Worker with maxTasksPerChild tells its last result also if that is a proxy", async () => {
    const pool = new ctx.Pool(1, { maxTasksPerChild: 1 });
    // As text, so that nothing but the worker itself loads this package.
    const proxied = () => new Proxy({ a: 1 }, {});
    for (const _ of [1, 2]) {
      deepEqual(await pool.apply(proxied, [], { scope: {} }), { a: 1 });
    }
    pool.close();
    equal(await pool.join(), true);
  });

  test("Worker with maxTasksPerChild tells also that its last result cannot be sent", async () => {
    const pool = new ctx.Pool(1, { maxTasksPerChild: 1 });
    // It looks like a plain object until it is sent.
    const unsendable = function (): IArguments {
      return arguments;
    };
    for (const _ of [1, 2]) {
      const refused = await rejection(
        pool.apply(unsendable, [], { scope: {} }),
      );
      ok(refused instanceof EncodingError, String(refused));
    }
    pool.close();
    equal(await pool.join(), true);
  });

  test("Pool.join() must come after close() or terminate()", async () => {
    const pool = new ctx.Pool(1);
    ok(await rejection(pool.join()) instanceof ProcessStateError);
    pool.close();
    equal(await pool.join({ timeout: 5_000 }), true);
  });

  test("Pool.join() can give up, and be called again", async () => {
    const pool = new ctx.Pool(1);
    const started = new ctx.Value("i", 0);
    const call = rejection(pool.apply(stall, [started, computes], FROM));
    await reaches(started, 1);
    pool.close();
    equal(await pool.join({ timeout: 1 }), false);
    pool.terminate();
    equal(await pool.join(), true);
    ok(await call instanceof ProcessStateError);
  });

  test("Pool.terminate() fails what is not done, at once", async () => {
    const pool = new ctx.Pool(2);
    const started = new ctx.Value("i", 0);
    const calls = upTo(2).map(() =>
      rejection(pool.apply(stall, [started, computes], FROM))
    );
    await reaches(started, 2);
    calls.push(rejection(pool.map(square, upTo(100), FROM)));
    pool.terminate();
    pool.terminate();
    for (const error of await Promise.all(calls)) {
      ok(error instanceof ProcessStateError);
      ok(/terminated/.test(error.message), error.message);
    }
    equal(await pool.join(), true);
    equal(activeChildren().length, 0);
  });

  test("Pool.terminate() while workers start leaves nothing behind", async () => {
    const pool = new ctx.Pool(2);
    const call = rejection(pool.map(square, upTo(10), FROM));
    pool.terminate();
    ok(await call instanceof ProcessStateError);
    equal(await pool.join(), true);
    equal(activeChildren().length, 0);
  });

  test("`await using` waits for the work of a pool", async () => {
    let result: Promise<number[]>;
    {
      await using pool = new ctx.Pool(2);
      result = pool.map(squareLater, upTo(10), FROM);
    }
    equal(activeChildren().length, 0);
    deepEqual(await result, upTo(10).map(square));
  });

  test("A pool that was never used ends at once", async () => {
    await using pool = new ctx.Pool();
    equal(pool.size, navigator.hardwareConcurrency);
    ok(/state=running size=\d+/.test(String(pool)), String(pool));
  });
}

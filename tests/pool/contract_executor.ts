/**
 * The executor: the pool by the names of `concurrent.futures`.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import {
  activeChildren,
  CancelledError,
  ProcessStateError,
  type Value,
} from "../../mod.ts";
import { even, open, square, TASKS, waitUntil } from "../fixtures/tasks.ts";
import { reaches, rejection, type Subject, upTo } from "./pool_testing.ts";

/** Addresses of functions of the fixtures. */
const SQUARE = { module: TASKS, name: square.name };
const EVEN = { module: TASKS, name: even.name };
const WAIT = { module: TASKS, name: waitUntil.name };

/** Says that it runs, and does so until the gate is open. */
const hold = async (started: Value<"i">, gate: Value<"i">) => {
  started.add(1);
  while (gate.value === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return "released";
};

/** Declares the tests of executors. */
export function executorContract(subject: Subject): void {
  const { ctx, method, test } = subject;

  test("ProcessPoolExecutor.submit() gives a future, which is a promise too", async () => {
    await using executor = new ctx.ProcessPoolExecutor(1);
    const future = executor.submit((a: number, b: number) => a + b, 1, 2);
    equal(future.done(), false);
    equal(await future, 3);
    equal(await future.result({ timeout: 0 }), 3);
    equal(Deno.inspect(future), "<Future state=finished>");
    equal(await future.exception(), null);
    deepEqual(
      [future.done(), future.running(), future.cancelled(), future.cancel()],
      [true, false, false, false],
    );
  });

  test("Future.exception() gives what result() throws", async () => {
    await using executor = new ctx.ProcessPoolExecutor(1);
    const future = executor.submit(EVEN, 1);
    const error = await future.exception() as Error;
    equal(error.message, "1 is odd");
    equal(await rejection(future.result()), error);
    equal(await rejection(future.then()), error);
    ok(error.stack?.includes("contract_executor.ts"), error.stack);
  });

  test("Future.result() and exception() give up when the time is over", async () => {
    const cell = new ctx.Value("i", 0);
    await using executor = new ctx.ProcessPoolExecutor(1);
    const future = executor.submit(WAIT, cell, 1);
    for (const timeout of [0, 1]) {
      for (const wait of ["result", "exception"] as const) {
        equal(
          (await rejection(future[wait]({ timeout }))).name,
          "TimeoutError",
        );
      }
    }
    const reason = new RangeError("enough");
    const signal = AbortSignal.abort(reason);
    equal(await rejection(future.result({ signal })), reason);
    cell.value = 1;
    equal(await future.result(), "reached");
  });

  test("Future.cancel() cancels what waits and not what runs", async () => {
    const [started, gate] = [new ctx.Value("i", 0), new ctx.Value("i", 0)];
    await using executor = new ctx.ProcessPoolExecutor(1);
    const running = executor.submit(hold, started, gate);
    await reaches(started, 1);
    const [waiting, next] = [1, 2].map((n) => executor.submit(SQUARE, n));
    deepEqual([running.running(), running.cancel()], [true, false]);
    deepEqual([waiting!.running(), waiting!.cancelled()], [false, false]);
    deepEqual(
      [running, waiting].map(String),
      ["<Future state=running>", "<Future state=pending>"],
    );
    deepEqual([waiting!.cancel(), waiting!.cancel()], [true, true]);
    equal(String(waiting), "<Future state=cancelled>");
    deepEqual([waiting!.done(), waiting!.cancelled()], [true, true]);
    ok(await rejection(waiting!.result()) instanceof CancelledError);
    ok(await rejection(waiting!.exception()) instanceof CancelledError);
    gate.value = 1;
    equal(await running, "released");
    equal(await next, 4);
  });

  test("ProcessPoolExecutor.map() takes an item of each iterable until one ends", async () => {
    await using executor = new ctx.ProcessPoolExecutor(2);
    const text = (n: number, s: string) => n + s;
    async function* later(): AsyncGenerator<number> {
      yield* upTo(9);
    }
    const cases = [
      executor.map(text, [0, 1, 2], new Set(["a", "b"])),
      executor.map(text, later(), "ab"),
      executor.map(text, [0, 1], ["a", "b", "c"], { chunksize: 2 }),
    ];
    for (const results of cases) {
      deepEqual(await Array.fromAsync(results), ["0a", "1b"]);
    }
    const squares = executor.map<number>(SQUARE, upTo(100));
    deepEqual(await Array.fromAsync(squares), upTo(100).map(square));
    deepEqual(await Array.fromAsync(executor.map(text, [], [])), []);
  });

  test("ProcessPoolExecutor.map() throws an error at its place", async () => {
    await using executor = new ctx.ProcessPoolExecutor(1);
    const results = executor.map(EVEN, [0, 1, 2]);
    equal((await results.next()).value, 0);
    equal((await rejection(results.next())).message, "1 is odd");
    equal((await results.next()).value, 2);
    equal((await results.next()).done, true);
  });

  test("ProcessPoolExecutor.map() does its work also where nobody reads", async () => {
    const counter = new ctx.Value("i", 0);
    const count = (n: number, seen: Value<"i">) => {
      seen.add(1);
      return n;
    };
    async function* counters(): AsyncGenerator<Value<"i">> {
      for (let i = 0; i < 30; i++) {
        if (i % 10 === 0) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        yield counter;
      }
    }
    let results;
    {
      await using executor = new ctx.ProcessPoolExecutor(2);
      results = executor.map(count, upTo(99), counters());
    }
    equal(counter.value, 30);
    deepEqual(await Array.fromAsync(results), upTo(30));
  });

  test("ProcessPoolExecutor.map() can be read to its end after shutdown()", async () => {
    function* three(): Generator<number> {
      yield* [0, 1, 2];
    }
    async function* threeLater(): AsyncGenerator<number> {
      yield* three();
    }
    const inputs: (() => Iterable<number> | AsyncIterable<number>)[] = [
      () => [0, 1, 2],
      () => new Set([0, 1, 2]),
      () => new Uint8Array([0, 1, 2]),
      three,
      threeLater,
    ];
    for (const buffersize of [undefined, 3, 4]) {
      const executor = new ctx.ProcessPoolExecutor(2);
      const results = inputs.flatMap((input) => [
        executor.map<number>(SQUARE, input(), { buffersize }),
        executor.map<number>(SQUARE, input(), input(), { buffersize }),
      ]);
      const early = executor.map<number>(SQUARE, [0, 1, 2], { buffersize });
      equal((await early.next()).value, 0);
      await executor.shutdown();
      for (const result of results) {
        deepEqual(await Array.fromAsync(result), [0, 1, 4]);
        equal((await result.next()).done, true);
      }
      deepEqual(await Array.fromAsync(early), [1, 4]);
    }
  });

  test("ProcessPoolExecutor.map() says after shutdown() that there would have been more", async () => {
    const executor = new ctx.ProcessPoolExecutor(1);
    const results = executor.map<number>(SQUARE, upTo(9), { buffersize: 2 });
    equal((await results.next()).value, 0);
    await executor.shutdown();
    const read: unknown[] = [];
    const error = await rejection((async () => {
      for await (const result of results) read.push(result);
    })());
    ok(error instanceof ProcessStateError);
    ok(/ended meanwhile/.test(error.message), error.message);
    deepEqual(read, upTo(read.length).map((n) => square(n + 1)));
    ok(read.length >= 1 && read.length < 8);
    equal((await results.next()).done, true);
  });

  test("ProcessPoolExecutor.shutdown() finishes the work, and takes no more", async () => {
    const executor = new ctx.ProcessPoolExecutor(1);
    const futures = upTo(5).map((n) => executor.submit(SQUARE, n));
    equal(await executor.shutdown({ wait: false }), undefined);
    equal(futures.at(-1)!.done(), false);
    for (
      const call of [
        () => executor.submit(SQUARE, 1),
        () => executor.map(SQUARE, [1]),
      ]
    ) {
      const late = await rejection(Promise.resolve().then(call as () => void));
      ok(late instanceof ProcessStateError);
      ok(/was shut down/.test(late.message), late.message);
    }
    await executor.shutdown();
    await executor.shutdown();
    equal(activeChildren().length, 0);
    deepEqual(await Promise.all(futures), upTo(5).map(square));
  });

  test("ProcessPoolExecutor.shutdown() with cancelFutures cancels what waits", async () => {
    const [started, gate] = [new ctx.Value("i", 0), new ctx.Value("i", 0)];
    const executor = new ctx.ProcessPoolExecutor(1);
    const running = executor.submit(hold, started, gate);
    await reaches(started, 1);
    const waiting = upTo(3).map((n) => executor.submit(SQUARE, n));
    const results = executor.map(SQUARE, upTo(50));
    const ended = executor.shutdown({ cancelFutures: true });
    deepEqual(waiting.map((future) => future.cancelled()), [true, true, true]);
    ok(await rejection(results.next()) instanceof CancelledError);
    equal((await results.next()).done, true);
    equal(running.done(), false);
    gate.value = 1;
    await ended;
    equal(await running, "released");
  });

  test("ProcessPoolExecutor goes on when a worker is lost", async () => {
    await using executor = new ctx.ProcessPoolExecutor(1);
    const lost = executor.submit(() => Deno.exit(3));
    const next = executor.submit(SQUARE, 5);
    equal(((await lost.exception()) as Error).name, "WorkerLostError");
    equal(await next, 25);
  });

  test("ProcessPoolExecutor takes the options of a pool", async () => {
    const opened = new ctx.Value("i", 0);
    await using executor = new ctx.ProcessPoolExecutor(1, {
      initializer: { module: TASKS, name: open.name },
      initargs: ["file", opened],
    });
    equal(
      await executor.submit({ module: TASKS, name: "useState" }, 1),
      "file 1",
    );
    const kind = method[0]!.toUpperCase() + method.slice(1);
    equal(String(executor), `<${kind}PoolExecutor state=running maxWorkers=1>`);
  });
}

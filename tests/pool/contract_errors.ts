/**
 * Tasks that throw, and results that cannot be sent.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import { BootstrapError, RemoteError, SharedMemory } from "../../mod.ts";
import {
  errorClasses,
  ERRORS,
  giveAll,
  makeError,
  shown as shownError,
  throwOne,
} from "../fixtures/errors.ts";
import {
  countEven,
  even,
  goneMemory,
  kindOf,
  square,
  unsendable,
} from "../fixtures/tasks.ts";
import { FROM, group, rejection, type Subject, upTo } from "./pool_testing.ts";

/** Declares the tests of errors. */
export function errorContract(subject: Subject): void {
  const { ctx } = subject;
  group(subject, "errors of tasks", (test, withPool) => {
    test("An error of a task keeps its name, fields, cause and both stacks", async () => {
      await withPool(subject, 1, async (pool) => {
        const calls = [
          () => pool.apply(even, [1], FROM),
          () => pool.map(even, [1], FROM),
          () => pool.applyAsync(even, [1], FROM).get(),
        ];
        for (const call of calls) {
          const error = await rejection(call()) as Error & { item: number };
          ok(error instanceof RangeError);
          equal(error.name, "OddError");
          equal(error.message, "1 is odd");
          equal(error.item, 1);
          ok(error.stack?.includes("contract_errors.ts"), error.stack);
          const fn = error.cause as Error;
          ok(fn instanceof RemoteError);
          ok(fn.stack?.includes("tasks.ts"), fn.stack);
          equal((fn.cause as Error).message, "because");
        }
      });
    });

    test("An error leads to who awaits it where calls come fast, or by the thousand", async () => {
      await withPool(subject, 1, async (pool) => {
        const ask = async (x: number) => await pool.apply(even, [x], FROM);
        const fast: Error[] = [];
        for (let i = 0; i < 20; i++) fast.push(await rejection(ask(2 * i + 1)));
        const crowd = upTo(1_500).map((i) => rejection(ask(2 * i + 1)));
        for (const error of [...fast, ...await Promise.all(crowd)]) {
          ok(error.stack?.includes("contract_errors.ts"), error.stack);
          ok(error.cause instanceof RemoteError);
        }
      });
    });

    test("An error of any class of the platform and of this package keeps its class", async () => {
      const names = [...errorClasses().keys()];
      ok(names.length > 60, `only ${names.length}`);
      ok(names.includes("SuppressedError") && names.includes("BootstrapError"));
      const from = { module: ERRORS, settled: true } as const;
      await withPool(subject, 1, async (pool) => {
        const outcomes = await pool.map(throwOne, names, from);
        for (const [i, outcome] of outcomes.entries()) {
          const { reason } = outcome as PromiseRejectedResult;
          deepEqual(shownError(reason), shownError(makeError(names[i]!)));
        }
      });
      const p = new ctx.Process({
        target: giveAll,
        args: [names],
        module: ERRORS,
      });
      p.start();
      for (const [i, error] of (await p.result()).entries()) {
        deepEqual(shownError(error), shownError(makeError(names[i]!)));
      }
    });

    test("A module that uses a pool while it loads fails its task with a BootstrapError", async () => {
      const module = new URL("../fixtures/unguarded_pool.ts", import.meta.url);
      await withPool(subject, 1, async (pool) => {
        const error = await rejection(
          pool.apply({ module, name: "work" }, [1]),
        );
        ok(error instanceof BootstrapError, String(error));
        ok(/import\.meta\.main/.test(error.message), error.message);
      });
    });

    test("A thrown value that is no error, or an error of the platform, arrives as it is", async () => {
      await withPool(subject, 1, async (pool) => {
        const abort = () => AbortSignal.abort().throwIfAborted();
        const error = await rejection(pool.apply(abort));
        ok(error instanceof DOMException);
        equal(error.name, "AbortError");
        equal(error.message, "The signal has been aborted");
        const refuse = () => {
          throw "just a text";
        };
        equal(await rejection(pool.apply(refuse)), "just a text");
      });
    });

    test("Pool.map() runs all items, and throws the error of the first failed one", async () => {
      const counter = new ctx.Value("i", 0);
      const items = upTo(20).map((x): [number, typeof counter] => [x, counter]);
      await withPool(subject, 2, async (pool) => {
        const error = await rejection(pool.map(countEven, items, FROM));
        equal(error.message, "1 is odd");
        equal(counter.value, 20);
      });
    });

    test("Pool.map() with failFast throws at once and drops what has not begun", async () => {
      const counter = new ctx.Value("i", 0);
      await withPool(subject, 1, async (pool) => {
        const first = (x: number, seen: typeof counter) => {
          if (x === 0) throw new RangeError("the first");
          seen.add(1);
          const end = performance.now() + 5;
          while (performance.now() < end);
        };
        const items = upTo(2_000).map((x): [number, typeof counter] => [
          x,
          counter,
        ]);
        const map = pool.starmap(first, items, {
          failFast: true,
          chunksize: 1,
        });
        equal((await rejection(map)).message, "the first");
        equal(await pool.apply(square, [3], FROM), 9);
        ok(counter.value < 1_999);
      });
    });

    test("Pool.map() with settled gives the outcome of every item", async () => {
      await withPool(subject, 2, async (pool) => {
        const options = { ...FROM, settled: true } as const;
        const outcomes = await pool.map(even, upTo(6), options);
        deepEqual(
          outcomes.map((outcome) =>
            outcome.status === "fulfilled"
              ? outcome.value
              : (outcome.reason as Error).message
          ),
          [0, "1 is odd", 2, "3 is odd", 4, "5 is odd"],
        );
      });
    });

    test("A result that cannot be sent fails its item, and names the value", async () => {
      await withPool(subject, 1, async (pool) => {
        const error = await rejection(pool.apply(unsendable, [2], FROM));
        equal(error.name, "EncodingError");
        ok(/result\.inner\.call/.test(error.message), error.message);
        const options = { ...FROM, settled: true, chunksize: 10 } as const;
        const outcomes = await pool.map(unsendable, upTo(4), options);
        deepEqual(
          outcomes.map(({ status }) => status),
          ["fulfilled", "fulfilled", "rejected", "fulfilled"],
        );
      });
    });

    test("A result, or a field of an error, that is gone meanwhile fails its task only", async () => {
      await withPool(subject, 1, async (pool) => {
        const result = await rejection(pool.apply(goneMemory, [false], FROM));
        ok(/none of that name/.test(result.message), result.message);
        const error = await rejection(pool.apply(goneMemory, [true], FROM));
        equal(error.message, "with memory");
        const { memory } = error as Error & { memory: string };
        ok(/^\[Not rebuilt: .*none of that name/.test(memory), memory);
        equal(await pool.apply(square, [3], FROM), 9);
        equal(pool.stats().restarts, 0);
      });
    });

    test("An argument that is gone meanwhile fails its own call, and no worker", async () => {
      using gone = new SharedMemory({ create: true, size: 16 });
      gone.unlink();
      await withPool(subject, 1, async (pool) => {
        const calls = [
          pool.apply(kindOf, [{ list: [gone] }], FROM),
          pool.apply(() => typeof gone, [], { scope: { gone } }),
        ];
        for (const error of await Promise.all(calls.map(rejection))) {
          ok(/none of that name/.test(error.message), error.message);
        }
        const items = [
          1,
          new Map([["a", gone]]),
          "b",
          new Set([gone]),
          [],
          gone,
        ];
        for (const chunksize of [1, 6]) {
          const options = { ...FROM, settled: true, chunksize } as const;
          const outcomes = await pool.map(kindOf, items, options);
          deepEqual(
            outcomes.map((outcome) =>
              outcome.status === "fulfilled"
                ? outcome.value
                : (outcome.reason as Error).name
            ),
            ["number", "NotFound", "string", "NotFound", "object", "NotFound"],
          );
        }
        equal(pool.stats().restarts, 0);
      });
    });

    test("An error that nobody waits for is none of the program's", async () => {
      await withPool(subject, 1, async (pool) => {
        const result = pool.applyAsync(even, [1], FROM);
        equal(await pool.apply(square, [3], FROM), 9);
        equal(await result.wait(), true);
        equal(result.ready(), true);
        equal(result.successful(), false);
        equal((await rejection(result.get())).message, "1 is odd");
      });
    });
  });
}

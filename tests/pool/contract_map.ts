/**
 * Lists of items.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import {
  add,
  count,
  same,
  square,
  squareLater,
  who,
} from "../fixtures/tasks.ts";
import { FROM, group, rejection, type Subject, upTo } from "./pool_testing.ts";

/** Declares the tests of `map()` and `starmap()`. */
export function mapContract(subject: Subject): void {
  const { ctx } = subject;
  group(subject, "lists of items", (test, withPool) => {
    test("Pool.map() keeps the order, whatever the length and the chunks", async () => {
      await withPool(subject, 2, async (pool) => {
        for (const length of [0, 1, 2, 7, 100]) {
          for (const chunksize of [undefined, 1, 3, 1_000]) {
            const options = { ...FROM, chunksize };
            const squares = await pool.map(square, upTo(length), options);
            deepEqual(squares, upTo(length).map(square));
          }
        }
        const options = { ...FROM, chunksize: 2 };
        deepEqual(
          await pool.map(squareLater, upTo(9), options),
          upTo(9).map(square),
        );
      });
    });

    test("Pool.map() of many items runs each once", async () => {
      await withPool(subject, 2, async (pool) => {
        const items = upTo(100_000);
        deepEqual(await pool.map(square, items, FROM), items.map(square));
      });
    });

    test("Pool.map() reads any iterable, and one that throws fails it", async () => {
      function* numbers(): Generator<number> {
        yield 1;
        yield 2;
      }
      function* broken(): Generator<number> {
        yield 1;
        throw new RangeError("no more");
      }
      await withPool(subject, 1, async (pool) => {
        deepEqual(await pool.map(square, numbers(), FROM), [1, 4]);
        deepEqual(await pool.map(square, new Set([3]), FROM), [9]);
        const error = await rejection(pool.map(square, broken(), FROM));
        equal(error.message, "no more");
        const none = await rejection(pool.map(square, 5 as never, FROM));
        ok(/"items" must be iterable/.test(none.message), none.message);
      });
    });

    test("Pool.starmap() gives each item as arguments", async () => {
      const pairs = upTo(20).map((x): [number, number] => [x, 1]);
      await withPool(subject, 2, async (pool) => {
        deepEqual(
          await pool.starmap(add, pairs, FROM),
          upTo(20).map((x) => x + 1),
        );
        equal(await pool.starmapAsync(add, [[1, 2]], FROM).then(([x]) => x), 3);
        deepEqual(await pool.mapAsync(square, [4], FROM), [16]);
        const error = await rejection(pool.starmap(add, [5 as never], FROM));
        equal(error.name, "TypeError");
      });
    });

    test("Pool.map() tells how far it is", async () => {
      const told: [number, number][] = [];
      await withPool(subject, 2, async (pool) => {
        await pool.map(square, upTo(10), {
          ...FROM,
          chunksize: 1,
          onProgress: (done, total) => told.push([done, total]),
        });
      });
      deepEqual(told.at(-1), [10, 10]);
      ok(told.every(([done], i) => i === 0 || done > told[i - 1]![0]));
    });

    test("Pool.map() fails with what its progress callback throws, and goes on", async () => {
      await withPool(subject, 2, async (pool) => {
        const onProgress = () => {
          throw new RangeError("no progress");
        };
        const map = pool.map(square, upTo(10), { ...FROM, onProgress });
        equal((await rejection(map)).message, "no progress");
        equal(await pool.apply(square, [3], FROM), 9);
      });
    });

    test("Pool.map() names the item that cannot be sent; the others run", async () => {
      const items = [1, 2, { call: () => {} }, 4];
      await withPool(subject, 2, async (pool) => {
        const options = { ...FROM, settled: true } as const;
        const outcomes = await pool.map(same, items, options);
        deepEqual(
          outcomes.map(({ status }) => status),
          ["fulfilled", "fulfilled", "rejected", "fulfilled"],
        );
        const error = await rejection(pool.map(same, items, FROM));
        ok(/items\[2\]\.call/.test(error.message), error.message);
      });
    });

    test("Pool.map() uses every worker", async () => {
      await withPool(subject, 2, async (pool) => {
        const meet = async (cell: typeof met, wanted: number) => {
          cell.add(1);
          while (cell.value < wanted) {
            await new Promise((r) => setTimeout(r, 1));
          }
        };
        const met = new ctx.Value("i", 0);
        // Each waits for the other, so one worker alone would never end.
        await pool.starmap(meet, [[met, 2], [met, 2]]);
        const names = new Set(await pool.map(who, [1, 2, 3], FROM));
        ok(names.size >= 1);
      });
    });

    test("Pool.map() shares objects among its items", async () => {
      const counter = new ctx.Value("i", 0);
      await withPool(subject, 2, async (pool) => {
        await pool.map(count, upTo(50).map(() => counter), FROM);
      });
      equal(counter.value, 50);
    });
  });
}

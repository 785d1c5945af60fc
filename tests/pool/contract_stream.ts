/**
 * Streams of items.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import { ProcessStateError } from "../../mod.ts";
import {
  even,
  exitAt,
  square,
  squareLater,
  type stall,
  waitUntil,
} from "../fixtures/tasks.ts";
import {
  FROM,
  reaches,
  rejection,
  type Subject,
  upTo,
  withPool,
} from "./pool_testing.ts";

/** Declares the tests of `imap()` and `imapUnordered()`. */
export function streamContract(subject: Subject): void {
  const { ctx, test, traits } = subject;
  const computes = traits.stopsWhileBusy;

  test("Pool.imap() gives results in order, of any iterable", async () => {
    async function* later(): AsyncGenerator<number> {
      for (const x of upTo(20)) {
        await Promise.resolve();
        yield x;
      }
    }
    await withPool(subject, 2, async (pool) => {
      const squares = upTo(20).map(square);
      for (const chunksize of [undefined, 1, 7]) {
        for (const items of [upTo(20), new Set(upTo(20)), later()]) {
          const results = pool.imap(squareLater, items, { ...FROM, chunksize });
          deepEqual(await Array.fromAsync(results), squares);
        }
      }
      deepEqual(await Array.fromAsync(pool.imap(square, [], FROM)), []);
      const early = pool.imap((message: string) => message + message, "ab");
      deepEqual(await Array.fromAsync(early), ["aa", "bb"]);
    });
  });

  test("Pool.imapUnordered() gives each result as soon as it is there", async () => {
    await withPool(subject, 2, async (pool) => {
      const cell = new ctx.Value("i", 0);
      const options = { chunksize: 1 };
      const waits = [5, 0, 0, 0].map((wanted): [typeof cell, number] => [
        cell,
        wanted,
      ]);
      const results = pool.imapUnordered(
        ([cell, wanted]) => {
          while (cell.value < wanted);
          return wanted;
        },
        waits,
        options,
      );
      for (const _ of [1, 2, 3]) equal((await results.next()).value, 0);
      cell.value = 5;
      equal((await results.next()).value, 5);
      equal((await results.next()).done, true);
      const squares = pool.imapUnordered(square, upTo(500), FROM);
      const all = await Array.fromAsync(squares);
      deepEqual(all.toSorted((a, b) => a - b), upTo(500).map(square));
    });
  });

  test("Pool.imap() throws an error at its place and goes on", async () => {
    await withPool(subject, 2, async (pool) => {
      for (const chunksize of [1, 3]) {
        const results = pool.imap(even, upTo(4), { ...FROM, chunksize });
        equal((await results.next()).value, 0);
        const error = await rejection(results.next());
        equal(error.message, "1 is odd");
        ok(error.stack?.includes("contract_stream.ts"), error.stack);
        equal((await results.next()).value, 2);
        equal((await rejection(results.next())).message, "3 is odd");
        deepEqual(await results.next(), { done: true, value: undefined });
        deepEqual(await results.next(), { done: true, value: undefined });
      }
    });
  });

  test("Pool.imap() gives what came before its input failed, and then that error", async () => {
    function* broken(): Generator<number> {
      yield 1;
      yield 2;
      throw new RangeError("no more");
    }
    async function* brokenLater(): AsyncGenerator<number> {
      yield* broken();
    }
    await withPool(subject, 1, async (pool) => {
      for (const items of [broken(), brokenLater()]) {
        const results = pool.imap(square, items, FROM);
        equal((await results.next()).value, 1);
        equal((await results.next()).value, 4);
        equal((await rejection(results.next())).message, "no more");
        equal((await results.next()).done, true);
      }
      equal(await pool.apply(square, [2], FROM), 4);
    });
  });

  test("Pool.imap() takes no more than there is room for, of an endless input", async () => {
    let taken = 0;
    let isClosed = false;
    function* endless(): Generator<number> {
      try {
        for (;;) yield taken++;
      } finally {
        isClosed = true;
      }
    }
    await withPool(subject, 2, async (pool) => {
      const options = { ...FROM, buffersize: 6 };
      let read = 0;
      for await (const result of pool.imap(square, endless(), options)) {
        equal(result, square(read));
        // One more for the result that is in the reader's hands.
        ok(taken - read <= 7, `${taken} taken, ${read} read`);
        if (++read === 100) break;
      }
      equal(isClosed, true);
      const many = pool.imap(square, upTo(30_000), FROM);
      let sum = 0;
      for await (const result of many) sum += Math.sqrt(result);
      equal(sum, 30_000 * 29_999 / 2);
    });
  });

  test("Pool.imap() that was read to its last item ends also after the pool has", async () => {
    for (const buffersize of [1, 3, 8]) {
      const pool = new ctx.Pool(1);
      const results = pool.imap(square, upTo(3), { ...FROM, buffersize });
      for (const x of upTo(3)) equal((await results.next()).value, x * x);
      pool.close();
      equal(await pool.join(), true);
      equal((await results.next()).done, true);
    }
  });

  test("After return() there is no more to read, whatever has come", async () => {
    await withPool(subject, 2, async (pool) => {
      for (const method of ["imap", "imapUnordered"] as const) {
        for (
          const [items, read] of [[3, 1], [200, 1], [3, 0], [3, 3]] as const
        ) {
          const source = watched(upTo(items));
          const results = pool[method](square, source.items, FROM);
          for (const _ of upTo(read)) await results.next();
          await pool.apply(square, [1], FROM);
          deepEqual(await results.return(), { done: true, value: undefined });
          equal(source.isOpen(), false);
          for (const _ of upTo(3)) equal((await results.next()).done, true);
          deepEqual(await Array.fromAsync(results), []);
        }
      }
      // What somebody gave up waiting for is not kept for later.
      const gate = new ctx.Value("i", 0);
      const waits = pool.imap(waitUntil as never, [gate] as never[], FROM);
      const { name } = await rejection(waits.next({ timeout: 1 }));
      equal(name, "TimeoutError");
      await waits[Symbol.asyncDispose]();
      gate.value = 1;
      equal((await waits.next()).done, true);
    });
  });

  test("A loop over results that ends with an error closes the source", async () => {
    await withPool(subject, 2, async (pool) => {
      for (const isAsync of [false, true]) {
        for (const method of ["imap", "imapUnordered"] as const) {
          const source = watched(upTo(50));
          const items = isAsync ? source.itemsLater : source.items;
          const options = { ...FROM, buffersize: 4, chunksize: 1 };
          const results = pool[method](even, items, options);
          const error = await rejection((async () => {
            for await (const result of results) equal(result % 2, 0);
          })());
          ok(/ is odd$/.test(error.message), error.message);
          equal(source.isOpen(), false);
          // What was given up is not passed over in silence.
          const late = await rejection(results.next());
          ok(/loop over the results/.test(late.message), late.message);
          equal((await results.next()).done, true);
        }
      }
      // By next() it goes on after an error.
      const source = watched(upTo(4));
      const results = pool.imap(even, source.items, FROM);
      equal((await results.next()).value, 0);
      equal((await rejection(results.next())).message, "1 is odd");
      equal((await results.next()).value, 2);
      equal((await rejection(results.next())).message, "3 is odd");
      equal((await results.next()).done, true);
      equal(source.isOpen(), false);
    });
  });

  test("ResultIterator.next() can give up, and the same result comes later", async () => {
    await withPool(subject, 1, async (pool) => {
      const cell = new ctx.Value("i", 0);
      const held = pool.apply(waitUntil, [cell, 1], FROM);
      const waits = pool.imap(square, [3, 4], { ...FROM, chunksize: 1 });
      const { name } = await rejection(waits.next({ timeout: 1 }));
      equal(name, "TimeoutError");
      cell.value = 1;
      equal(await held, "reached");
      equal((await waits.next({ timeout: 10_000 })).value, 9);
      equal((await waits.next()).value, 16);
    });
  });

  test("Pool.imap() survives a worker that ends", async () => {
    await withPool(subject, 2, async (pool) => {
      const items = upTo(12).map((x): [number, number] => [x, 4]);
      const results = pool.imap(exitAt, items, { ...FROM, chunksize: 3 });
      const got: unknown[] = [];
      for (const _ of items) {
        got.push(
          await results.next().then(({ value }) => value, (e) => e.name),
        );
      }
      deepEqual(got, upTo(12).map((x) => x === 4 ? "WorkerLostError" : x));
    });
  });

  test("Pool.imap() ends by its signal, and stops what runs", async () => {
    await withPool(subject, 1, async (pool) => {
      const started = new ctx.Value("i", 0);
      const controller = new AbortController();
      const { signal } = controller;
      const options = { chunksize: 1, signal };
      const results = pool.imap(
        ([started, computes]) => {
          started.add(1);
          while (computes);
          return new Promise(() => {});
        },
        upTo(3).map((): Parameters<typeof stall> => [started, computes]),
        options,
      );
      const next = rejection(results.next());
      await reaches(started, 1);
      controller.abort();
      equal((await next).name, "AbortError");
      equal((await results.next()).done, true);
      equal(await pool.apply(square, [2], FROM), 4);
      equal(started.value, 1);
    });
  });

  test("A stream that nobody reads holds up no end of a pool", async () => {
    const pool = new ctx.Pool(1);
    const unread = pool.imap(square, upTo(1_000), { ...FROM, buffersize: 4 });
    const left = pool.imap(square, upTo(1_000), { ...FROM, buffersize: 4 });
    equal((await left.next()).value, 0);
    const failed = pool.imap(even, upTo(1_000), { ...FROM, buffersize: 4 });
    const error = await rejection(Array.fromAsync(failed));
    equal(error.message, "1 is odd");
    pool.close();
    equal(await pool.join(), true);
    // What was there can be read, and what was not cannot.
    for (const stream of [unread, left]) {
      const rest = await rejection(Array.fromAsync(stream));
      ok(rest instanceof ProcessStateError);
      ok(/ended meanwhile/.test(rest.message), rest.message);
    }
  });

  test("A stream over an array that nobody has begun to read can be read after the end of the pool", async () => {
    const pool = new ctx.Pool(2);
    const numbers = upTo(300);
    const ordered = pool.imap(square, numbers, { ...FROM, chunksize: 1 });
    const unordered = pool.imapUnordered(square, new Set([3, 4]), FROM);
    const generated = pool.imap(square, [5, 6].values(), FROM);
    pool.close();
    equal(await pool.join(), true);
    deepEqual(await Array.fromAsync(ordered), numbers.map(square));
    const both = await Array.fromAsync(unordered);
    deepEqual(both.sort((a, b) => a - b), [9, 16]);
    deepEqual(await Array.fromAsync(generated), [25, 36]);
  });

  test("A stream that waits for its source holds up no end of a pool", async () => {
    const pool = new ctx.Pool(1);
    const never = async function* (): AsyncGenerator<number> {
      await new Promise(() => {});
      yield 1;
    };
    const unread = pool.imap(square, never(), FROM);
    pool.close();
    equal(await pool.join(), true);
    equal((await unread.return!()).done, true);
  });

  test("Pool.close() lets a stream be read to its end", async () => {
    const pool = new ctx.Pool(2);
    const results = pool.imap(square, upTo(200), { ...FROM, buffersize: 8 });
    equal((await results.next()).value, 0);
    const rest = Array.fromAsync(results);
    pool.close();
    const joined = pool.join();
    deepEqual(await rest, upTo(200).map(square).slice(1));
    equal(await joined, true);
  });

  test("idleTimeout ends workers without work, and new ones come when needed", async () => {
    await withPool(subject, 1, async (pool) => {
      equal(await pool.apply(square, [2], FROM), 4);
      const deadline = performance.now() + 10_000;
      while (pool.stats().workers.length > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      equal(pool.stats().workers.length, 0);
      equal(await pool.apply(square, [3], FROM), 9);
      equal(pool.stats().started, 2);
      equal(pool.stats().restarts, 0);
    }, { idleTimeout: 5 });
  });
}

/** Items that tell whether their source is open. */
function watched(
  list: readonly number[],
): {
  items: Generator<number>;
  itemsLater: AsyncGenerator<number>;
  isOpen(): boolean;
} {
  let open = 0;
  function* items(): Generator<number> {
    open++;
    try {
      yield* list;
    } finally {
      open--;
    }
  }
  async function* itemsLater(): AsyncGenerator<number> {
    yield* items();
  }
  return { items: items(), itemsLater: itemsLater(), isOpen: () => open > 0 };
}

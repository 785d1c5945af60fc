/**
 * Single calls.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ProcessError } from "../../mod.ts";
import {
  add,
  all,
  count,
  proxied,
  same,
  square,
  squareLater,
  TASKS,
  waitUntil,
} from "../fixtures/tasks.ts";
import * as proxies from "../fixtures/proxies.ts";
import { ProgramFolder, runProgram, UNSEEN } from "../program_testing.ts";
import * as v from "../fixtures/views.ts";
import { FROM, group, rejection, type Subject, upTo } from "./pool_testing.ts";

/** Declares the tests of single calls. */
export function callContract(subject: Subject): void {
  const { ctx } = subject;
  group(subject, "single calls", (test, withPool) => {
    test("Pool.apply() gives what the function returned, or its promise", async () => {
      await withPool(subject, 1, async (pool) => {
        equal(await pool.apply(square, [7], FROM), 49);
        equal(await pool.apply(squareLater, [7], FROM), 49);
        equal(await pool.apply(add, [1, 2], FROM), 3);
        equal(await pool.apply(all, [], FROM).then((list) => list.length), 0);
      });
    });

    test("Pool.apply() carries every kind of value, there and back", async () => {
      const values = [
        undefined,
        null,
        true,
        false,
        0,
        -0,
        NaN,
        -Infinity,
        1.5,
        "text",
        12n,
        [1, [2]],
        { a: { b: 1 } },
        new Map([[1, new Set([2])]]),
        new Date(5),
        new Uint8Array([1, 2, 3]),
      ];
      await withPool(subject, 1, async (pool) => {
        for (const value of values) {
          deepEqual(await pool.apply(same, [value], FROM), value);
        }
        deepEqual(await pool.apply(all, values, FROM), values);
        deepEqual(await pool.map(same, values, FROM), values);
      });
    });

    test("Proxies of plain data go there and back as what they show, also beside what moves", async () => {
      const from = { module: proxies.PROXIES };
      await withPool(subject, 1, async (pool) => {
        // The first call also starts the worker.
        for (const _ of [1, 2]) {
          const buffer = new ArrayBuffer(8);
          const options = { ...from, transfer: [buffer] };
          const args = [proxies.rows(), buffer] as const;
          deepEqual(await pool.apply(proxies.beside, [...args], options), [
            proxies.AS_SENT,
            8,
          ]);
          deepEqual(
            await pool.map(proxies.received, [
              proxies.rows(),
              1,
              proxies.rows(),
            ], from),
            [proxies.AS_SENT, 1, proxies.AS_SENT],
          );
          deepEqual(await pool.apply(proxies.rows, [], from), proxies.AS_SENT);
        }
      });
    });

    test("Pool brings of the buffers of views what these show, there and back", async () => {
      const from = { module: v.VIEWS };
      await withPool(subject, 1, async (pool) => {
        equal(await pool.apply(v.seen, [v.parts()], from), v.AS_SENT);
        const { buffer } = v.parts().first;
        const view = new Uint8Array(buffer as ArrayBuffer, 1000, 4);
        const alone = await pool.apply(same<Uint8Array>, [view], FROM);
        deepEqual([alone.buffer.byteLength, ...alone], [4, 1, 1, 1, 1]);
        equal(v.seen(await pool.apply(v.parts, [], from)), v.AS_SENT);
        const items = [v.parts(), v.parts(), v.parts()];
        deepEqual(
          await pool.map(v.seen, items, from),
          items.map(() => v.AS_SENT),
        );
        for (const item of await pool.map(v.parts, [1, 2, 3], from)) {
          equal(v.seen(item), v.AS_SENT);
        }
        for await (const item of pool.imap(v.parts, [1, 2, 3], from)) {
          equal(v.seen(item), v.AS_SENT);
        }
      });
    });

    test("Pool.apply() and map() give results that are proxies, as others are", async () => {
      await withPool(subject, 1, async (pool) => {
        const given = (x: number) =>
          x % 2 === 0 ? { x } : { x, bytes: new Uint8Array([x]) };
        deepEqual(await pool.apply(proxied, [1], FROM), given(1));
        const each = upTo(9).map((x) => pool.apply(proxied, [x], FROM));
        deepEqual(await Promise.all(each), upTo(9).map(given));
        deepEqual(await pool.map(proxied, upTo(9), FROM), upTo(9).map(given));
      });
    });

    test("Pool.apply() shares objects among its arguments", async () => {
      const counter = new ctx.Value("i", 0);
      await withPool(subject, 2, async (pool) => {
        await Promise.all(
          upTo(10).map(() => pool.apply(count, [counter], FROM)),
        );
      });
      equal(counter.value, 10);
    });

    test("Pool runs functions by their address and by their text", async () => {
      await withPool(subject, 1, async (pool) => {
        equal(await pool.apply({ module: TASKS, name: "square" }, [4]), 16);
        const factor = 3;
        const scope = { factor };
        equal(await pool.apply((x: number) => x * factor, [4], { scope }), 12);
        deepEqual(
          await pool.map((x: number) => x * factor, [1, 2], {
            scope: { factor },
          }),
          [3, 6],
        );
      });
    });

    test("Pool tells functions apart by what they are given in scope", async () => {
      const times = (factor: number) => (x: number) => x * factor;
      const shared = new ctx.Value("i", 5);
      await withPool(subject, 1, async (pool) => {
        const results = await Promise.all(
          [2, 3, 4].map((factor) =>
            pool.apply(times(factor), [10], { scope: { factor } })
          ),
        );
        deepEqual(results, [20, 30, 40]);
        // More than are kept, all of them at work, and then once more.
        for (const _ of [1, 2]) {
          const many = upTo(200).map((factor) =>
            pool.apply(times(factor), [10], { scope: { factor } })
          );
          deepEqual(await Promise.all(many), upTo(200).map((n) => 10 * n));
        }
        const read = () => shared.value;
        equal(await pool.apply(read, [], { scope: { shared } }), 5);
        shared.value = 6;
        equal(await pool.apply(read, [], { scope: { shared } }), 6);
      });
    });

    test("Pool names the rule to a function that misses what it uses", async () => {
      using folder = new ProgramFolder({
        "main.ts": `
          import { getContext } from "@multiprocessing/core";
          if (import.meta.main) {
            const outside = 1;
            await using pool = new (getContext("${subject.method}").Pool)(1);
            const error = await pool.apply(() => outside + 1).catch((e) => e);
            console.log(error.name, error.message);
          }`,
      });
      const run = await runProgram(`${folder.path}/main.ts`, { flags: UNSEEN });
      match(run.stdout, /^ReferenceError .*option `scope`.*--allow-sys/);
    });

    test("Pool gives a function what it uses", async () => {
      const outside = 1;
      await withPool(subject, 1, async (pool) => {
        equal(await pool.apply(() => outside + 1), 2);
      });
    });

    test("Pool fails a task whose module or export does not exist, and goes on", async () => {
      const module = new URL("./nowhere.ts", import.meta.url);
      await withPool(subject, 1, async (pool) => {
        const lost = await rejection(pool.apply({ module, name: "f" }));
        ok(/Module not found|nowhere/.test(lost.message), lost.message);
        const unknown = { module: TASKS, name: "unheardOf" };
        const none = await rejection(pool.map(unknown, [1, 2]));
        ok(none instanceof ProcessError, none.name);
        ok(/unheardOf/.test(none.message), none.message);
        equal(await pool.apply(square, [2], FROM), 4);
      });
    });

    test("Pool.apply() refuses arguments that cannot be sent, and names them", async () => {
      const bad = { deep: [() => {}] };
      await withPool(subject, 1, async (pool) => {
        const error = await rejection(pool.apply(same, [bad], FROM));
        equal(error.name, "EncodingError");
        ok(/args\[0\]\.deep\[0\]/.test(error.message), error.message);
        const own = await rejection(pool.apply(same, [pool], FROM));
        ok(/a pool/.test(own.message), own.message);
        equal(await pool.apply(square, [2], FROM), 4);
      });
    });

    test("AsyncResult tells how far its work is", async () => {
      await withPool(subject, 1, async (pool) => {
        const cell = new ctx.Value("i", 0);
        const result = pool.applyAsync(waitUntil, [cell, 1], FROM);
        equal(result.ready(), false);
        equal(await result.wait({ timeout: 0 }), false);
        equal(
          (await rejection(result.get({ timeout: 0 }))).name,
          "TimeoutError",
        );
        cell.value = 1;
        equal(await result.get(), "reached");
        equal(await result.wait(), true);
        equal(result.ready(), true);
        equal(result.successful(), true);
        equal(await result, "reached");
        equal(await result.get({ timeout: 0 }), "reached");
      });
    });

    test("Pool.apply() of thousands at once gives each its own result", async () => {
      await withPool(subject, 2, async (pool) => {
        const results = await Promise.all(
          upTo(5_000).map((x) => pool.apply(square, [x], FROM)),
        );
        deepEqual(results, upTo(5_000).map(square));
      });
    });
  });
}

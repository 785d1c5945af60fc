/**
 * Functions of every kind, run in place and in a child: with equal results, or with
 * the refusal that the table names.
 *
 * @module
 */

import "../forkserver_testing.ts";
import { deepEqual, match, ok, rejects } from "node:assert/strict";
import { EncodingError, getAllStartMethods, getContext } from "../../mod.ts";
import { rows } from "./fixtures/kinds.ts";

/** What comes of a call: its result, as a reader would compare it. */
async function outcomeOf(call: () => unknown): Promise<unknown> {
  const value = await call();
  return typeof value === "object" && value !== null
    ? structuredClone(value)
    : value;
}

for (const method of getAllStartMethods()) {
  Deno.test(
    `${method}: a function runs in a child as in place, or is refused`,
    { timeout: 300_000 },
    async (t) => {
      await using pool = new (getContext(method).Pool)(1);
      for (const { name, call, args, refused } of rows) {
        const settings = { sanitizeOps: false, sanitizeResources: false };
        const step = async () => {
          const there = pool.apply(call as never, args as never);
          if (refused !== undefined) {
            const error = await rejection(there);
            ok(error instanceof EncodingError, Deno.inspect(error));
            match(error.message, refused);
          } else {
            const here = await outcomeOf(() => call(...args as never[]));
            deepEqual(await there, here);
          }
        };
        await t.step({ name, fn: step, ...settings });
      }
      ok(rows.length >= 60, `${rows.length} kinds`);
    },
  );

  Deno.test(
    `${method}: a function that uses what is not initialized yet is refused`,
    { timeout: 120_000 },
    async () => {
      await using pool = new (getContext(method).Pool)(1);
      const early = () => soon;
      await rejects(pool.apply(early), /early → soon .*not initialized/);
      const soon = 1;
    },
  );
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return await promise.then(
    (value) => new Error(`It gave ${Deno.inspect(value)}`),
    (error) => error,
  );
}

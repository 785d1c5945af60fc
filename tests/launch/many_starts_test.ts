/**
 * Very many processes: at once, and one after the other.
 *
 * A short run belongs to the suite; `MANY_STARTS=1` makes it 200 at once and 5,000 one
 * after the other, under every start method, which takes an hour.
 *
 * @module
 */

import { deepEqual, ok } from "node:assert/strict";
import { getAllStartMethods } from "../../mod.ts";
import { programUrl, runProgram } from "../program_testing.ts";

const IS_LONG = Deno.env.get("MANY_STARTS") === "1";
const HOUR_MS = 3_600_000;

/** How much memory may have grown, by which the measure itself differs, too. */
const GROWTH_MAX = 1.2;

function test(
  method: string,
  how: "at-once" | "one-by-one",
  count: number,
  spares = 0,
): void {
  const words = how === "at-once" ? "at once" : "one after the other";
  const stocked = spares > 0 ? `, with ${spares} spares` : "";
  Deno.test(
    `${method}: ${count} processes ${words}${stocked} all run and leave no memory behind`,
    { timeout: IS_LONG ? HOUR_MS : 180_000 },
    async () => {
      const run = await runProgram(programUrl("many_starts"), {
        flags: ["-A", "--v8-flags=--expose-gc"],
        args: [method, how, String(count), String(spares)],
        deadlineMs: IS_LONG ? HOUR_MS : 55_000,
      });
      const { ran, before, after, files } = JSON.parse(run.stdout);
      deepEqual([run.code, run.stderr, ran, files], [0, "", count, 0]);
      ok(after < before * GROWTH_MAX, `${before} MiB became ${after} MiB`);
    },
  );
}

const AT_ONCE = IS_LONG ? 200 : 8;
const IN_TURN = IS_LONG ? 5_000 : 8;

test("forkserver", "at-once", AT_ONCE, 4);
for (const method of ["thread", "forkserver"]) {
  test(method, "one-by-one", IN_TURN, 2);
}
for (const method of IS_LONG ? getAllStartMethods() : []) {
  test(method, "at-once", AT_ONCE);
  test(method, "one-by-one", IN_TURN);
}

/**
 * Items that take longer to send than to work on.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { tally, type TallyRow } from "../fixtures/tasks.ts";
import { FROM, group, type Subject, upTo } from "./pool_testing.ts";

const ROWS = 30_000;

/** A table of plain rows, which takes a while to send. */
function table(rows: number): TallyRow[] {
  return upTo(rows).map((id) => ({ id, name: `row ${id}`, tags: ["a", "b"] }));
}

/** Declares the tests of large items. */
export function largeContract(subject: Subject): void {
  const { ctx } = subject;
  group(subject, "large items", (test, withPool) => {
    test("Large items run once each, also where another worker waits for work", async () => {
      await withPool(subject, 2, async (pool) => {
        const runs = new ctx.Value("i", 0);
        const items = [ROWS, ROWS + 1, ROWS + 2].map((rows) =>
          [table(rows), runs] as [TallyRow[], typeof runs]
        );
        const counts = await pool.starmap(tally, items, FROM);
        deepEqual(counts, [ROWS, ROWS + 1, ROWS + 2]);
        equal(runs.value, 3);
      });
    });

    test("A large call ends while another worker waits for work", async () => {
      await withPool(subject, 2, async (pool) => {
        const runs = new ctx.Value("i", 0);
        for (const rows of [1, ROWS, ROWS]) {
          equal(await pool.apply(tally, [table(rows), runs], FROM), rows);
        }
        const wide = [new Float64Array(2 ** 21), runs] as const;
        equal(await pool.apply(tally, [...wide], FROM), 2 ** 21);
        equal(runs.value, 4);
      });
    });
  });
}

/**
 * What stays of processes that have ended: next to nothing of each.
 *
 * Method: a program starts many, and looks at its memory before and after. What a
 * thread, worker or process of Deno's own leaves behind is measured in the same way,
 * and is not held against this package. Without ENDURANCE=long the runs are short, and
 * find only what is as large as a heap.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { programUrl, runProgram } from "../program_testing.ts";

const IS_LONG = Deno.env.get("ENDURANCE") === "long";

/** How many are started, one after the other and at once. */
const COUNTS: Readonly<
  Record<string, readonly [births: number, crowd: number]>
> = IS_LONG
  ? { thread: [3_000, 200], worker: [3_000, 200], spawn: [1_000, 200] }
  : { thread: [30, 8], worker: [30, 8], spawn: [15, 6] };

/** How much each may leave behind; a short run also sees the program grow up. */
const LEFT_MAX_KIB = IS_LONG ? 4 : 400;

/** How much larger the program may be after many at once. */
const CROWD_MAX = IS_LONG ? 1.2 : 3;

const TIMEOUT_MS = IS_LONG ? 3_600_000 : 120_000;

async function measured(
  ...args: readonly (string | number)[]
): Promise<number> {
  const { code, stdout, stderr } = await runProgram(programUrl("endurance"), {
    flags: ["-A", "--v8-flags=--expose-gc"],
    args: args.map(String),
    deadlineMs: TIMEOUT_MS,
  });
  ok(code === 0 && stderr === "", stderr);
  return Number(stdout);
}

for (const [method, [births, crowd]] of Object.entries(COUNTS)) {
  Deno.test(
    `${method}: Process leaves next to nothing in memory when it has ended`,
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const bare = IS_LONG ? await measured("bare", method, births) : 0;
      const left = await measured("one-by-one", method, births);
      const text = `${left} KiB each, and ${bare} of them Deno's own`;
      ok(left - bare < LEFT_MAX_KIB, text);
      if (IS_LONG) {
        await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
      }
    },
  );

  Deno.test(
    `${method}: Many processes at once leave the program as large as it was`,
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const ratio = await measured("at-once", method, crowd);
      ok(ratio < CROWD_MAX, `${ratio} times the memory`);
    },
  );
}

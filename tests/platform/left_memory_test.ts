/**
 * What workers of Deno's own leave in memory, as it is in the version that is run.
 *
 * @module
 */

import { equal, ok } from "node:assert/strict";
import type { Growth } from "../fixtures/programs/endurance.ts";
import { programUrl, runProgram } from "../program_testing.ts";

/** Enough to tell 1 KiB each from what else happens to memory meanwhile. */
const BIRTHS = 100;

/** Chance may hide what is to be seen, and then another measurement shows it. */
const TRIES = 4;

/** How much each of a kind leaves in use, in KiB. */
async function left(kind: string): Promise<number> {
  const { code, stdout, stderr } = await runProgram(programUrl("endurance"), {
    flags: ["-A", "--v8-flags=--expose-gc"],
    args: ["bare", kind, `${BIRTHS}`],
    deadlineMs: 100_000,
  });
  ok(code === 0, stderr);
  return (JSON.parse(stdout) as Growth).usedKiB!;
}

async function once(isSeen: () => Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < TRIES; i++) if (await isSeen()) return true;
  return false;
}

// It is why workers close their ports themselves.
Deno.test(
  "Worker that is terminated while it ends leaves more than one that has ended",
  {
    timeout: 400_000,
    // Elsewhere the C library does not tell what is in use.
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    ok(
      await once(async () =>
        await left("worker terminated while it ends") >
          await left("worker that has ended") + 0.3
      ),
    );
  },
);

// It is why a start asks for no permission by a path of its own.
Deno.test("Deno.permissions.querySync() keeps its answer for each path", () => {
  const answer = () =>
    Deno.permissions.querySync({ name: "write", path: "/proc/1/fd/0" });
  equal(answer(), answer());
});

/**
 * What stays of processes that have ended: next to nothing of each.
 *
 * Method: a program starts many, and looks at its memory before and after. Memory in
 * use tells what stays to within a few KiB each. Resident memory, which also has
 * what is free, shows what the C library knows nothing of, such as the heap of an
 * isolate; what a thread, worker or process of Deno's own adds to it is measured in
 * the same way, and is not held against this package. ENDURANCE=long takes as many as
 * a server may start, and an hour.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import type { CrowdGrowth, Growth } from "../fixtures/programs/endurance.ts";
import { getContext } from "../../mod.ts";
import { countClosedPorts, counter } from "../fixtures/isolate_targets.ts";
import { nothing, TARGETS } from "../fixtures/targets.ts";
import { programUrl, runProgram } from "../program_testing.ts";

const IS_LONG = Deno.env.get("ENDURANCE") === "long";

/** How many are started, one after the other and at once. */
const COUNTS: Readonly<
  Record<string, readonly [births: number, crowd: number]>
> = IS_LONG
  ? { thread: [3_000, 200], worker: [3_000, 200], spawn: [1_000, 200] }
  : { thread: [30, 8], worker: [30, 8], spawn: [15, 6] };

/** How much each may leave in use; a short run also sees the program grow up. */
const USED_MAX_KIB = IS_LONG ? 4 : 30;

/**
 * How much more may be resident after so many. It moves by some MiB by itself,
 * however many there were, so after a long run it is 4 KiB for each of 3,000.
 */
const residentMaxKiB = (births: number) => IS_LONG ? 12_000 : 400 * births;

/** How much larger the program may be after many at once. */
const CROWD_MAX: CrowdGrowth = IS_LONG
  ? { used: 1.2, resident: 1.2 }
  : { used: 1.5, resident: 2 };

const TIMEOUT_MS = IS_LONG ? 3_600_000 : 120_000;

async function measured(
  ...args: readonly (string | number)[]
): Promise<unknown> {
  const { code, stdout, stderr } = await runProgram(programUrl("endurance"), {
    flags: ["-A", "--v8-flags=--expose-gc"],
    args: args.map(String),
    deadlineMs: TIMEOUT_MS,
  });
  ok(code === 0 && stderr === "", stderr);
  return JSON.parse(stdout);
}

/** Prints the figures of a long run. */
async function report(...found: readonly unknown[]): Promise<void> {
  if (!IS_LONG) return;
  const text = `${found.map((part) => JSON.stringify(part)).join(" ")}\n`;
  await Deno.stdout.write(new TextEncoder().encode(text));
}

for (const [method, [births, crowd]] of Object.entries(COUNTS)) {
  Deno.test(
    `${method}: Process leaves next to nothing in memory when it has ended`,
    { timeout: 2 * TIMEOUT_MS },
    async () => {
      const left = await measured("one-by-one", method, births) as Growth;
      const bare = IS_LONG
        ? await measured("bare", method, births) as Growth
        : { usedKiB: 0, residentKiB: 0 };
      await report(left, "of Deno's own:", bare);
      ok(
        (left.usedKiB ?? 0) < USED_MAX_KIB,
        `${left.usedKiB} KiB each in use`,
      );
      ok(
        (left.residentKiB - bare.residentKiB) * births <
          residentMaxKiB(births),
        `${left.residentKiB} KiB each, and ${bare.residentKiB} of Deno's own`,
      );
    },
  );

  Deno.test(
    `${method}: Many processes at once leave the program as large as it was`,
    { timeout: TIMEOUT_MS },
    async () => {
      const after = await measured("at-once", method, crowd) as CrowdGrowth;
      await report(after);
      ok(
        (after.used ?? 0) < CROWD_MAX.used!,
        `${after.used} times the memory in use`,
      );
      ok(
        after.resident < CROWD_MAX.resident,
        `${after.resident} times the memory for a second crowd`,
      );
    },
  );
}

// Otherwise each leaves 2 KiB more; `tests/platform/left_memory_test.ts` shows why.
for (const exits of [false, true]) {
  const way = exits ? "by Deno.exit()" : "when its target returns";
  Deno.test(
    `worker: Process closes all its ports itself ${way}`,
    { timeout: 60_000 },
    async () => {
      const { Process } = getContext("worker");
      const before = counter.value;
      await using p = new Process({ target: countClosedPorts, args: [exits] });
      p.start();
      await p.join();
      equal(p.exitcode, 0);
      equal(counter.value - before, 3);
    },
  );
}

// Deno keeps an object for each permission that was ever asked for.
for (const method of Object.keys(COUNTS)) {
  Deno.test(
    `${method}: Process asks for the same permissions each time`,
    { timeout: 120_000 },
    async () => {
      const { Process } = getContext(method);
      const asked = async () => {
        const p = new Process({ target: nothing, module: TARGETS });
        const found = await permissionsAsked(async () => {
          p.start();
          await p.join();
        });
        p.close();
        return found;
      };
      const first = await asked();
      ok(first.size > 0);
      deepEqual(await asked(), first);
    },
  );
}

/** The permissions for which `action` asks. */
async function permissionsAsked(
  action: () => Promise<void>,
): Promise<Set<string>> {
  const { prototype } = Deno.Permissions;
  const { querySync } = prototype;
  const found = new Set<string>();
  prototype.querySync = function (asked) {
    found.add(JSON.stringify(asked));
    return querySync.call(this, asked);
  };
  try {
    await action();
  } finally {
    prototype.querySync = querySync;
  }
  return found;
}

/**
 * Nobody is left behind, at whatever moment of a child's boot its parent ends.
 *
 * `MULTIPROCESSING_RUNS=100` makes so many runs of each kind; the seed that a failure
 * names repeats its moments by `MULTIPROCESSING_SEED`.
 *
 * @module
 */

import { deepEqual } from "node:assert/strict";
import { programUrl } from "../program_testing.ts";

const RUNS = Number(Deno.env.get("MULTIPROCESSING_RUNS") ?? 2);
const SEED = Number(
  Deno.env.get("MULTIPROCESSING_SEED") ?? Date.now() % 1_000_000,
);

/** So many parents run at a time. */
const LANES = 3;

/** In this time after its start a child has booted, also on a slow machine. */
const BOOT_MS = 150;

/** In this time after its parent's end a child has ended; a second, when it is quiet. */
const ENDS_MS = 3_000;

const PERMISSIONS = {
  "with FFI": ["-A"],
  "without FFI": ["--allow-read", "--allow-run"],
};

/** Numbers from 0 to 1 that a seed repeats. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The processes that have this mark in their environment and are no zombies. */
function marked(mark: string): number[] {
  return [...Deno.readDirSync("/proc")]
    .filter(({ name }) => /^\d+$/.test(name) && hasMark(name, mark))
    .map(({ name }) => Number(name));
}

function hasMark(pid: string, mark: string): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(mark);
  } catch {
    return false; // It has just ended.
  }
}

/** Runs a parent to its end, and gives the children that it leaves behind. */
async function leftBehind(
  how: string,
  ms: number,
  flags: string[],
): Promise<number[]> {
  const mark = `MULTIPROCESSING_MARK=${crypto.randomUUID()}`;
  const [name = "", value = ""] = mark.split("=");
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, programUrl("births").href, how, String(ms)],
    env: { [name]: value },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await parent.status;
  const end = performance.now() + ENDS_MS;
  while (marked(mark).length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const left = marked(mark);
  for (const pid of left) Deno.kill(pid, "SIGKILL");
  return left;
}

for (const [permissions, flags] of Object.entries(PERMISSIONS)) {
  for (const how of ["kill", "error", "term", "hup", "exit"]) {
    Deno.test(
      `spawn: Process ends with its parent at any moment of its boot: ${how}, ${permissions}`,
      { timeout: 30_000 + RUNS * 4_000, ignore: Deno.build.os !== "linux" },
      async () => {
        const next = random(SEED);
        const moments = Array.from({ length: RUNS }, () => next() * BOOT_MS);
        const left: number[] = [];
        const lane = async () => {
          for (let ms = moments.pop(); ms !== undefined; ms = moments.pop()) {
            left.push(...await leftBehind(how, ms, flags));
          }
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        deepEqual(left, [], `seed ${SEED}`);
      },
    );
  }
}

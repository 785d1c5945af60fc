/**
 * Starts from spares, beside a cold start of the bare platform and beside CPython.
 *
 * The spare waits before the clock runs, as it does in a program that has had a moment
 * to itself. CPython's figures are those of 3.11 with `fork`, `forkserver` and `spawn`,
 * measured on a machine like this one.
 *
 * @module
 */

import { fillSpares, getContext, setSpares } from "../../../mod.ts";
import { now } from "../measure.ts";
import { TINY, WITH_PACKAGE, wordOf } from "./entry.ts";
import { numberFrom } from "./number_from.ts";
import type { Bench, Limit } from "./row.ts";
import { begun } from "./tiny.ts";

const PASSES = 25;
const UNDER_1_MS: Limit = { kind: "most", most: 1 };

/** The most that a warm start may take, in milliseconds. */
const LIMITS: Readonly<Record<string, readonly [tiny: number, own: number]>> = {
  thread: [5, 5],
  worker: [5, 5],
  forkserver: [3, 4],
};

/** What a start takes in CPython, in milliseconds. */
const CPYTHON: Readonly<Record<string, string>> = {
  spawn: "CPython spawn 74 ms",
  forkserver: "CPython fork 2.5 ms, forkserver 22 ms",
};

/** Milliseconds from a start to its target, in a process that is booted for it. */
type ColdStart = (module: URL) => Promise<number>;

async function warmStart(method: string, module: URL): Promise<number> {
  setSpares(1, { method, refill: false });
  await fillSpares({ method });
  const took = await timeStart(method, module);
  setSpares(0, { method });
  return took;
}

/** Milliseconds from `start()` to the target. */
export async function timeStart(method: string, module: URL): Promise<number> {
  const { Process } = getContext(method);
  const start = now();
  const p = new Process({ target: begun, module });
  p.start();
  return await p.result() - start;
}

function warmBench(method: string, module: URL, bare: ColdStart): Bench {
  const [tiny, own] = LIMITS[method]!;
  return {
    name: `warm ${method}, ${wordOf(module)}`,
    unit: "ms",
    limit: { kind: "most", most: module === TINY ? tiny : own },
    passes: PASSES,
    ...peerOf(method),
    bare: () => bare(module),
    ours: () => warmStart(method, module),
  };
}

/** What CPython takes for the like, for a row. */
export function peerOf(method: string): { peer?: string } {
  const peer = CPYTHON[method];
  return peer === undefined ? {} : { peer };
}

/** For how many milliseconds the first `start()` of a program holds it up. */
async function firstStart(how: string): Promise<number> {
  const program = new URL("./first_start.ts", import.meta.url);
  return await numberFrom(["-A", program.href, how]);
}

function firstBench(method: string): Bench {
  return {
    name: `first start() returns, ${method}`,
    unit: "ms",
    limit: UNDER_1_MS,
    passes: 9,
    bare: () => firstStart(`bare ${method}`),
    ours: () => firstStart(method),
  };
}

/** The rows of this file, beside what the bare platform takes cold. */
export function warmBenches(
  bare: Readonly<Record<string, ColdStart>>,
): readonly Bench[] {
  return [
    ...Object.keys(LIMITS).flatMap((method) =>
      [TINY, WITH_PACKAGE].map((module) =>
        warmBench(method, module, bare[method]!)
      )
    ),
    ...["thread", "worker", "spawn", "forkserver"].map(firstBench),
  ];
}

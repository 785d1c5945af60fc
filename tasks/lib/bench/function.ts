/**
 * What it takes to see what a function uses, beside V8's inspector alone.
 *
 * The first look is that of a fresh program. Later ones are at a function that is
 * new, as an arrow function is that is written in a call, with a helper and a class
 * that are known from the look before. An export is not looked at: a thread that runs one
 * is compared with one that is given its address.
 *
 * @module
 */

import process from "node:process";
import { explain, getContext } from "../../../mod.ts";
import { now } from "../measure.ts";
import { numberFrom } from "./number_from.ts";
import type { Bench, Limit } from "./row.ts";
import { begun } from "./tiny.ts";

const PASSES = 15;
const LOOKS = 20;
const WITHIN_50_MS: Limit = { kind: "most", most: 50 };
const WITHIN_2_MS: Limit = { kind: "most", most: 2 };
/** Nothing but noise: by an address nothing is looked at. */
const AS_BY_ADDRESS: Limit = { kind: "ratio", most: 1.2 };

const FIRST = new URL("./first_look.ts", import.meta.url).href;

/** Milliseconds of the first look of a program. */
async function first(side: "ours" | "bare"): Promise<number> {
  return await numberFrom(["-A", "--no-check", FIRST, side]);
}

const threads = getContext("thread");

const factor = 3;

function helper(x: number): number {
  return x * factor;
}

class Point {
  readonly x: number;

  constructor(x: number) {
    this.x = helper(x);
  }
}

/** Milliseconds of one of many looks. */
function later(): number {
  const start = now();
  for (let i = 0; i < LOOKS; i++) explain((x: number) => new Point(x + i));
  return (now() - start) / LOOKS;
}

async function bareLater(): Promise<number> {
  const { Session } = process.getBuiltinModule("node:inspector/promises");
  const start = now();
  for (let i = 0; i < LOOKS; i++) {
    const session = new Session();
    session.connect();
    Object.assign(globalThis, { looked: (x: number) => new Point(x + i) });
    const { result } = await session.post("Runtime.evaluate", {
      expression: "looked",
    });
    await session.post("Runtime.getProperties", {
      objectId: result.objectId!,
    });
    session.disconnect();
  }
  return (now() - start) / LOOKS;
}

const TINY = new URL("./tiny.ts", import.meta.url);
const STARTS = 5;

/** Milliseconds of a thread that runs an export, given as it is or by its address. */
async function started(
  options: ConstructorParameters<typeof threads.Process>[0],
): Promise<number> {
  const start = now();
  for (let i = 0; i < STARTS; i++) {
    const p = new threads.Process(options);
    p.start();
    await p.join();
  }
  return (now() - start) / STARTS;
}

/** The rows of looks at functions. */
export const functionBenches: readonly Bench[] = [
  {
    name: "function: first look",
    unit: "ms",
    limit: WITHIN_50_MS,
    passes: PASSES,
    bare: () => first("bare"),
    ours: () => first("ours"),
  },
  {
    name: "function: later look",
    unit: "ms",
    limit: WITHIN_2_MS,
    passes: PASSES,
    bare: bareLater,
    ours: later,
  },
  {
    name: "function: an export",
    unit: "ms",
    limit: AS_BY_ADDRESS,
    passes: PASSES,
    bare: () => started({ target: { module: TINY, name: "begun" } }),
    ours: () => started({ target: begun, module: TINY }),
  },
];

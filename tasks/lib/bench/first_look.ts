// deno-lint-ignore-file no-console
/**
 * A fresh program that looks at one of its functions, by the library or by hand, and
 * prints how many milliseconds that took.
 *
 * @module
 */

import process from "node:process";

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

const target = (x: number) => new Point(x);

async function ours(): Promise<number> {
  const { explain } = await import("../../../mod.ts");
  const start = performance.now();
  explain(target);
  return performance.now() - start;
}

/** Asks for the names that are around the function, and no more. */
async function bare(): Promise<number> {
  const start = performance.now();
  const { Session } = process.getBuiltinModule("node:inspector/promises");
  const session = new Session();
  session.connect();
  Object.assign(globalThis, { looked: target });
  const { result } = await session.post("Runtime.evaluate", {
    expression: "looked",
  });
  await session.post("Runtime.getProperties", { objectId: result.objectId! });
  session.disconnect();
  return performance.now() - start;
}

if (import.meta.main) {
  console.log(await (Deno.args[0] === "ours" ? ours : bare)());
}

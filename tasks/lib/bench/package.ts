// deno-lint-ignore-file no-console -- a program prints
/**
 * What it costs to import the package: as it is built beside its sources, in a program
 * that does nothing else, which is this module.
 *
 * @module
 */

import { numberFrom } from "./number_from.ts";
import type { Bench } from "./row.ts";

const BUILT = new URL("../../../mod.ts", import.meta.url);
const SOURCES = new URL("../../../lib/entries/package.ts", import.meta.url);

const PASSES = 15;

/** Milliseconds that a fresh program takes to import a module. */
async function importOf(module: URL): Promise<number> {
  const args = ["-A", "--no-check", import.meta.url, module.href];
  return await numberFrom(args);
}

/** The rows of this file; the bare side of the first is all modules one by one. */
export const packageBenches: readonly Bench[] = [
  {
    name: "import, beside its sources",
    unit: "ms",
    limit: { kind: "ratio", most: 0.33 },
    passes: PASSES,
    bare: () => importOf(SOURCES),
    ours: () => importOf(BUILT),
  },
];

if (import.meta.main) {
  const before = performance.now();
  await import(Deno.args[0]!);
  console.log(performance.now() - before);
}

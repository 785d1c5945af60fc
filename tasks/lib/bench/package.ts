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

const DIST = new URL("../../../lib/dist/", import.meta.url);

/** Bytes of the files that an import of the package loads. */
function builtBytes(): number {
  return [...Deno.readDirSync(DIST)]
    .filter(({ name }) => /^(package|shared)/.test(name))
    .reduce(
      (sum, { name }) => sum + Deno.statSync(new URL(name, DIST)).size,
      0,
    );
}

/** A module that is as long as the package, and a comment: what reading alone costs. */
async function importOfComment(): Promise<number> {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(file, `/*${"x".repeat(builtBytes())}*/`);
  const module = new URL(`file://${file}`);
  // The first time Deno looks what it imports, and keeps that.
  await importOf(module);
  const took = await importOf(module);
  await Deno.remove(file);
  return took;
}

/**
 * The rows of this file; the bare side of the first is all modules one by one, that of
 * the second one module with nothing in it but a comment.
 */
export const packageBenches: readonly Bench[] = [
  {
    name: "import, beside its sources",
    unit: "ms",
    limit: { kind: "ratio", most: 0.33 },
    passes: PASSES,
    bare: () => importOf(SOURCES),
    ours: () => importOf(BUILT),
  },
  {
    name: "import, beside a long comment",
    unit: "ms",
    limit: { kind: "none" },
    passes: PASSES,
    bare: importOfComment,
    ours: () => importOf(BUILT),
  },
];

if (import.meta.main) {
  const before = performance.now();
  await import(Deno.args[0]!);
  console.log(performance.now() - before);
}

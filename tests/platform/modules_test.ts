/**
 * What is taken for granted of Deno's modules. Where one of these turns red, a
 * workaround of the package can go, or is needed anew.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 120_000 };

async function printed(main: string): Promise<string[]> {
  using folder = new ProgramFolder({
    "main.ts": main,
    "other.ts": "export const other = () => 1;",
    "loud.ts": "console.log('loaded');",
  });
  const run = await runProgram(`${folder.path}/main.ts`);
  equal(run.stderr, "");
  return run.stdout.trim().split("\n");
}

const NAMESPACE = new URL(
  "../../lib/wire/protocol/module_namespace.ts",
  import.meta.url,
);

Deno.test(
  "Deno: a module that still evaluates shows its namespace to a circle of imports",
  SETTINGS,
  async () => {
    const lines = await printed(`
      import { namespaceAtHand, namespaceOf } from "${NAMESPACE}";
      import { other } from "./other.ts";
      export const mine = () => 2;
      await Promise.resolve();
      const [own, its] = await Promise.all([
        namespaceOf(import.meta.url),
        namespaceOf(import.meta.resolve("./other.ts")),
      ]);
      console.log(own.mine === mine, its.other === other);
      console.log(Object.keys(its).join(), await namespaceOf("file:///nowhere.ts"));
      console.log(namespaceAtHand(import.meta.url) === own);
      let isLate = false;
      try { own.late; } catch { isLate = true; }
      export const late = 3;
      console.log(isLate);
    `);
    deepEqual(lines, ["true true", "other null", "true", "true"]);
  },
);

Deno.test(
  "Deno: a module that waits for an import of itself never ends",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.ts": "await import(import.meta.url);",
    });
    const run = await runProgram(`${folder.path}/main.ts`);
    match(run.stderr, /Top-level await promise never resolved/);
  },
);

Deno.test(
  "Deno: require() gives a namespace at once, but of no module that awaits",
  SETTINGS,
  async () => {
    const lines = await printed(`
      import { createRequire } from "node:module";
      import * as ns from "./other.ts";
      const require = createRequire(import.meta.url);
      console.log(require("./other.ts") === ns);
      const name = () => {
        try { return require("./main.ts") && "given"; } catch (e) { return e.code; }
      };
      await Promise.resolve();
      console.log(name());
      setTimeout(() => console.log(name()));
    `);
    deepEqual(lines, [
      "true",
      "ERR_REQUIRE_ASYNC_MODULE",
      "ERR_REQUIRE_ASYNC_MODULE",
    ]);
  },
);

Deno.test("An error that ends a module keeps its class where its stack was read before it was replaced", async () => {
  const module = (read: string) => `
    const error = new (class extends RangeError { override name = "No" })("no");
    ${read}
    Object.defineProperty(error, "stack", { value: "No: no\\n    at nothing" });
    await 0;
    throw error;
  `;
  using folder = new ProgramFolder({
    "read.ts": module("error.stack;"),
    "unread.ts": module(""),
    "main.ts": `
      const load = (name: string) =>
        import(name).catch((error) => console.log(error.name));
      await load("./read.ts");
      await load("./unread.ts");
    `,
  });
  const run = await runProgram(`${folder.path}/main.ts`);
  // Once the second one keeps its class too, stacks need not be read any more.
  deepEqual(run.stdout.trim().split("\n"), ["No", "Error"]);
});

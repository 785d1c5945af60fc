/**
 * What is taken for granted of snapshots of V8's heap.
 *
 * @module
 */

import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import process from "node:process";
import { type Found, lookOnHeap } from "../../lib/functions/heap_scopes.ts";
import { ProgramFolder } from "../program_testing.ts";
import {
  canRun,
  notebookOf,
  runLines,
  runNotebook,
} from "../notebook_testing.ts";
import * as own from "./heap_snapshot_test.ts";

const SETTINGS = { timeout: 120_000 };

const HEAP_SCOPES =
  new URL("../../lib/functions/heap_scopes.ts", import.meta.url).href;

/** What a snapshot shows of things. */
function found(...things: readonly object[]): Found[] {
  return [...lookOnHeap(things).found.values()];
}

/** A function that this module exports, and one that it does not. */
export function exported(x: number): number {
  return x + shown;
}

const shown = 1;

Deno.test(
  "a heap snapshot shows the scopes of functions, by the names of their variables",
  SETTINGS,
  () => {
    const around = (k: number) => {
      let unset: unknown;
      const unused = 1;
      return [() => [k, unset], unused] as const;
    };
    const many = Array.from({ length: 100 }, (_, i) => `v${i}`);
    const wide = new Function(...many, `return () => [${many}]`)();
    class Named {
      readonly #n = 1;
      copy() {
        return [new Named(), this.#n];
      }
    }
    const extended = new Function("with ({}) { return () => k; }")();
    const foreign = process.getBuiltinModule("node:vm").runInNewContext(
      "() => k",
    );
    const all = found(exported, around(1)[0], wide, Named, extended, foreign);
    const inner = all.map(({ standing }) =>
      standing!.inner.flatMap(({ names }) => names)
    );
    deepEqual(inner[0], []);
    // Beside those of the functions around that.
    ok(["k", "unset"].every((name) => inner[1]!.includes(name)));
    ok(!inner[1]!.includes("unused"));
    ok(many.every((name) => inner[2]!.includes(name)));
    ok(["#n", "Named"].every((name) => inner[3]!.includes(name)));
    deepEqual(all.map(({ standing }) => standing!.isOpen), [
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    const { url, module } = all[0]!.standing!;
    equal(url, import.meta.url);
    ok(module!.has("shown") && module!.has("exported"));
    equal(all[2]!.standing!.module, null);
    equal(all[2]!.standing!.url, "");
  },
);

Deno.test(
  "a heap snapshot shows which scopes functions share",
  SETTINGS,
  () => {
    const make = () => {
      let n = 0;
      return [() => ++n, () => n] as const;
    };
    const [[up, at], [other]] = [make(), make()];
    const ids = () =>
      found(up, at, other).map(({ standing }) => standing!.inner[0]!.id);
    const first = ids();
    equal(first[0], first[1]);
    notEqual(first[0], first[2]);
  },
);

Deno.test(
  "a heap snapshot shows what modules export, and namespaces",
  SETTINGS,
  () => {
    const { join } = process.getBuiltinModule("node:path");
    const [one, namespace, node, bound] = found(
      exported,
      own,
      join,
      exported.bind(null),
    );
    const module = import.meta.url;
    deepEqual(one!.exports, [{ module, key: "exported" }]);
    deepEqual(namespace!.exports, [{ module, key: null }]);
    ok(
      node!.exports.some(({ module, key }) =>
        module === "node:path" && key === "join"
      ),
    );
    equal(bound!.standing, null);
  },
);

/** Statements that tell what a snapshot shows of functions of a session. */
const LINES = [
  `const k = 5; const atTop = async () => await k; function declared() { return k; }`,
  `const inside = ((k) => () => k)(6);`,
  `import { plus } from "./lib.ts";`,
  `const { lookOnHeap } = await import("${HEAP_SCOPES}");`,
  `const { found } = lookOnHeap([() => 1, atTop, declared, inside, plus]);`,
  `const all = [...found.values()].map(({ standing, exports }) => [standing.url.slice(-7), standing.inner.flatMap(({ names }) => names).join(), standing.module !== null, exports.length]);`,
  `console.log("told " + JSON.stringify(all));`,
];

const SHOWN = [
  ["", "", false, 0],
  ["", "", false, 0],
  ["", "", false, 0],
  ["", "k", false, 0],
  ["/lib.ts", "", true, 1],
];

const LIB = { "lib.ts": "const k = 1; export const plus = (x) => x + k;" };

Deno.test(
  "in the REPL a heap snapshot shows functions of lines in no module",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder(LIB);
    const shown = await runLines(LINES, folder.path);
    deepEqual(JSON.parse(/told (.*)\n/.exec(shown)?.[1] ?? "null"), SHOWN);
  },
);

Deno.test("in a kernel a heap snapshot shows functions of cells in no module", {
  ...SETTINGS,
  ignore: !canRun,
}, async () => {
  using folder = new ProgramFolder(LIB);
  const wait = "await new Promise((resolve) => setTimeout(resolve, 500));";
  const [last, ...rest] = LINES.toReversed();
  const cells = [...rest.toReversed(), `${last}\n${wait}`];
  const shown = await runNotebook(notebookOf(cells), folder.path);
  const all = shown.map(({ stdout }) => stdout).join("");
  deepEqual(JSON.parse(/told (.*)\n/.exec(all)?.[1] ?? "null"), SHOWN);
});

// In REPL mode a line may declare a name again, and functions of earlier lines see that.
Deno.test(
  "a name that a line declares anew is new for functions of earlier lines",
  SETTINGS,
  async () => {
    const shown = await runLines([
      "const k = 1; const f = () => k;",
      "const k = 2;",
      `console.log(f(), (0, eval)("k"));`,
    ]);
    ok(shown.includes("2 2\n"), shown);
  },
);

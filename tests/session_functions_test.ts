/**
 * Functions of the REPL and of notebooks, by where they stand: in a line or cell, in
 * a function there, or in a module.
 *
 * @module
 */

import { equal, match, ok } from "node:assert/strict";
import { ProgramFolder } from "./program_testing.ts";
import {
  canRun,
  notebookOf,
  runLines,
  runNotebook,
} from "./notebook_testing.ts";

const PACKAGE = new URL("../mod.ts", import.meta.url).href;

/** Everything is called `k` that may be mistaken for something else. */
const MODULES = {
  "lib.ts": `
    import { join } from "node:path";
    import { far } from "./far.ts";
    const k = 100;
    export const shown = 1_000;
    export function plus(x: number) { return x + k; }
    export default (x: number) => x - k;
    export class Point {
      constructor(readonly x: number) {}
      norm() { return Math.abs(this.x) + k; }
    }
    export const isPoint = (thing: unknown) => thing instanceof Point;
    export function make(k: number) { return (x: number) => x + k; }
    export const table = { times: (x: number) => x * k };
    function inside(x: number) { return x * k; }
    const whole = (x: number) => x + 1;
    const home = () => import.meta.url.slice(-7);
    const near = async () => (await import("./far.ts")).far(5);
    const reaching = (x: number) => x + shown + far(1) + join("a", "b").length;
    export const give = () => ({ inside, whole, home, near, reaching });`,
  "stale.ts": `const k = 1; export const stale = () => k;`,
  "far.ts": `
    import { make } from "./lib.ts";
    const k = 7;
    export function far(x: number) { return x + k; }
    export { plus } from "./lib.ts";
    export const three = make(3);`,
  "node_modules/common/package.json": `{ "name": "common" }`,
  "node_modules/common/index.js": `
    const k = 31;
    exports.plus = function (x) { return x + k; };
    exports.make = (n) => (x) => x + n + k;`,
  "node_modules/modern/package.json":
    `{ "name": "modern", "type": "module", "exports": "./index.js" }`,
  "node_modules/modern/index.js": `
    const k = 41;
    export const plus = (x) => x + k;
    export class Box { constructor(v) { this.v = v; } get() { return this.v + k; } }`,
  "package.json": `{ "dependencies": { "common": "*", "modern": "*" } }`,
};

/** What a session declares, line by line or cell by cell. */
const DECLARED = [
  `const { Barrier, explain, getContext, Pool, Process, Value } = await import(${
    JSON.stringify(PACKAGE)
  });`,
  `const METHODS = ["thread", "worker", "spawn"];
   const runBy = async (method, { target, args = [], scope }) => {
     const { Process } = getContext(method);
     try {
       const p = new Process({ target, args, stderr: "null", ...(scope && { scope }) });
       p.start();
       return await p.result();
     } catch (error) { return error.name + ": " + error.message; }
   };
   const outcome = async (check) => {
     const all = await Promise.all(METHODS.map((method) => runBy(method, check)));
     const texts = new Set(all.map((each) => JSON.stringify(each)));
     return [...texts].join(" but ");
   };
   const tell = (name, what) => console.log("[" + name + "] " + what);`,
  `import minus, { give, isPoint, make, Point, plus, table } from "./lib.ts";`,
  `import * as lib from "./lib.ts";`,
  `import { plus as again, three } from "./far.ts";`,
  `import * as common from "common"; import { plus as ofCommon } from "common";`,
  `import { Box, plus as ofModern } from "modern";`,
  `import { join } from "node:path";`,
  `const k = 5; const { home, inside, near, reaching, whole } = give();
   const made = make(3); const madeOfCommon = common.make(2); const point = new Point(4);`,
  `function outer() { const k = 6; return (x) => x + k; }
   function deepest() { let unset; return () => unset; }
   const inner = outer(); const deep = deepest();`,
  `{ const k = 8; var ofBlock = () => k; }`,
  // In a line that names the variable of the session, others of that name are renamed.
  `const loop = []; for (const each of [1, 2]) loop.push(() => each + k);
   const fetching = ((fetch) => (x) => fetch(x))((x) => -x);
   const squaring = ((Math) => (x) => Math.sqrt(x))({ sqrt: () => -1 });
   class Own { static make() { return new Own(); } #n = 1; get() { return k; } }
   const Mixed = (Base) => class extends Base { get() { return k; } };
   class Mixture extends Mixed(Object) {}
   function factorial(n) { return n < 2 ? 1 : n * factorial(n - 1); }`,
];

const CURES = /`scope`/;

/** What is run, and what comes of it: a value as JSON, or the refusal. */
const CHECKS: readonly (readonly [string, string, string | RegExp])[] = [
  ["an imported function", "target: plus, args: [1]", "101"],
  ["an imported helper", "target: (x) => plus(x) + k, args: [1]", "106"],
  ["a default export", "target: () => minus(1)", "-99"],
  ["an export of an export", "target: () => again(1)", "101"],
  [
    "a class and its module's test",
    "target: () => [new Point(-1).norm(), isPoint(new Point(1))]",
    "[101,true]",
  ],
  ["an instance", "target: () => [point.norm(), isPoint(point)]", "[104,true]"],
  ["a namespace", "target: () => lib.plus(1) + k", "106"],
  ["an object of functions", "target: () => table.times(2) + k", "205"],
  ["an export made in another module", "target: () => three(1)", "4"],
  ["a package of CommonJS", "target: () => ofCommon(1) + k", "37"],
  ["its namespace", "target: () => common.plus(1)", "32"],
  ["a package", "target: () => [ofModern(1), new Box(1).get()]", "[42,42]"],
  ["a function of Node", `target: () => join("a", "b")`, `"a/b"`],
  ["a whole function", "target: whole, args: [1]", "2"],
  ["import.meta of a module", "target: home", `"/lib.ts"`],
  ["an import of a module", "target: async () => await near()", "12"],
  ["what a module exports and imports", "target: reaching, args: [1]", "1012"],
  [
    "a variable of a module",
    "target: inside, args: [2]",
    /inside → k .*lib\.ts that the module does not export/,
  ],
  [
    "the same in a helper",
    "target: () => inside(2)",
    /inside → k .*lib\.ts that the module does not export/,
  ],
  [
    "a variable of a maker",
    "target: made, args: [1]",
    /→ k .* of a function or block/,
  ],
  [
    "the same in a helper",
    "target: () => made(1)",
    /made → k .* of a function/,
  ],
  [
    "the same of CommonJS",
    "target: madeOfCommon, args: [1]",
    /→ n .* of a function/,
  ],
  ["the same given", "target: made, args: [1], scope: { k: 50 }", "51"],
  [
    "a variable around it",
    "target: inner, args: [1]",
    /→ k .* of a function or block/,
  ],
  [
    "one that has no value",
    "target: deep",
    /→ unset .* of a function or block/,
  ],
  ["the same given", "target: inner, args: [1], scope: { k: 50 }", "51"],
  [
    "a variable of a block",
    "target: ofBlock",
    /ofBlock → k .* function or block/,
  ],
  ["a variable of a loop", "target: loop[0]", /→ each .* function or block/],
  [
    "a name of the platform",
    "target: fetching, args: [4]",
    /→ fetch .* function or bl/,
  ],
  [
    "a name of the language",
    "target: squaring, args: [4]",
    /→ Math\d? .* function or b/,
  ],
  ["a variable of the session", "target: (x) => x + k, args: [1]", "6"],
  ["a class of the session", "target: () => Own.make().get()", "5"],
  ["a class made by a function", "target: () => new Mixture().get()", "5"],
  ["recursion", "target: factorial, args: [5]", "120"],
  ["a text", `target: new Function("x", "return x + k"), args: [1]`, "6"],
  [
    "a name of nothing",
    "target: () => nowhere",
    /nowhere is not .*lines and cel/,
  ],
];

/** Statements of a session that tell what comes of all checks, one line each. */
const LINES = [
  ...DECLARED.map((text) => text.replaceAll(/\n\s*/g, " ")),
  `const checks = [${CHECKS.map(([, what]) => `{ ${what} }`).join(", ")}];`,
  // One snapshot of the heap shows them all.
  `try { explain(() => checks); } catch { /* Not all of them can be sent. */ }`,
  `for (const [i, each] of checks.entries()) tell(i, await outcome(each));`,
  // The module is another one by now.
  `const { stale } = await import("./stale.ts");`,
  `Deno.writeTextFileSync("stale.ts", "const k = 2; export const stale = () => k + 0;");`,
  `tell("stale", await outcome({ target: stale }));`,
  `const hits = new Value("i", 0);`,
  `const meeting = new Barrier(2, { action: () => { hits.value += k; } });`,
  `const meet = async (barrier) => { await barrier.wait(); };`,
  `const two = [1, 2].map(() => new Process({ target: meet, args: [meeting] }));`,
  `for (const p of two) p.start();`,
  `for (const p of two) await p.result();`,
  `tell("barrier", hits.value);`,
  `const pool = new Pool(1);`,
  `tell("pool", await pool.map((x) => plus(x) + k, [1, 2]));`,
  `await pool.terminate();`,
];

function check(shown: string): void {
  for (const [i, [name, what, expected]] of CHECKS.entries()) {
    const told = new RegExp(`\\[${i}\\] (.*)\\n`).exec(shown)?.[1] ?? shown;
    const about = `${name}, ${what}: ${told}`;
    if (typeof expected === "string") {
      equal(told, expected, about);
      continue;
    }
    match(told, expected, about);
    ok(!told.includes(" but "), about);
    match(told, CURES, about);
  }
  const stale = /\[stale\] (.*)\n/.exec(shown)?.[1] ?? shown;
  match(stale, /ProcessError: .*another function under this name/);
  match(shown, /\[barrier\] 5\n/);
  match(shown, /\[pool\] 106,107\n/);
}

// Goal: no function of a session is mistaken for another one, nor a variable of a cell
// for one of a module or a function that has the same name.
// Method: all are called `k`, with another value in each place.
Deno.test(
  "Functions of lines of the REPL take what they use from where they stand",
  {
    timeout: 180_000,
  },
  async () => {
    using folder = new ProgramFolder(MODULES);
    check(await runLines(LINES, folder.path));
  },
);

Deno.test("Functions of cells take what they use from where they stand", {
  timeout: 180_000,
  ignore: !canRun,
}, async () => {
  using folder = new ProgramFolder(MODULES);
  const wait = "await new Promise((resolve) => setTimeout(resolve, 500));";
  const [declared, rest] = [
    LINES.slice(0, DECLARED.length),
    LINES.slice(DECLARED.length),
  ];
  const cells = [...declared, [...rest, wait].join("\n")];
  for (let left = 2;; left--) {
    const shown = await runNotebook(notebookOf(cells), folder.path);
    const errors = shown.flatMap(({ errors }) => errors);
    equal(errors.join("\n"), "");
    const all = shown.map(({ stdout }) => stdout).join("");
    // A busy kernel may end a cell before it sends all that it has printed (2.9.6).
    if (left === 0 || all.includes("[pool]")) return check(all);
  }
});

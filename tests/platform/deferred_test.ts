/**
 * What is taken for granted of modules that are evaluated when they are first used, of
 * what a text costs that nobody uses, and of what V8 compiles with a module.
 *
 * @module
 */

import { equal, match, ok } from "node:assert/strict";
import { Script } from "node:vm";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 180_000 };

const RARE = `console.log("evaluated"); export const x = 1;`;

/** What a program prints that defers a module and uses it twice. */
async function printed(rare: string): Promise<string> {
  using folder = new ProgramFolder({
    "main.js": `
      import defer * as rare from ${JSON.stringify(rare)};
      const use = () => rare.x;
      console.log("before");
      console.log(use(), use());
    `,
    "rare.js": RARE,
  });
  const run = await runProgram(`${folder.path}/main.js`, {
    flags: ["-A", "--quiet"],
  });
  equal(run.stderr, "");
  return run.stdout;
}

const IN_ORDER = "before\nevaluated\n1 1\n";

Deno.test(
  "`import defer` evaluates a module when something of it is first read, without an await",
  SETTINGS,
  async () => {
    equal(await printed("./rare.js"), IN_ORDER);
  },
);

Deno.test(
  "`import defer` does the same with a module from another host, where require() fails",
  SETTINGS,
  async () => {
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () =>
        new Response(RARE, { headers: { "content-type": "text/javascript" } }),
    );
    const url = `http://127.0.0.1:${server.addr.port}/rare.js`;
    equal(await printed(url), IN_ORDER);
    using folder = new ProgramFolder({
      "main.js": `
      import { createRequire } from "node:module";
      createRequire(import.meta.url)(${JSON.stringify(url)});
    `,
    });
    const run = await runProgram(`${folder.path}/main.js`);
    equal(run.code, 1);
    match(run.stderr, /Cannot find module|MODULE_NOT_FOUND|require/);
  },
);

/** A module with as many classes as the package has, and more. */
function classes(): string {
  return Array.from(
    { length: 1_000 },
    (_, i) => `var C${i} = class { a() { return ${i}; } b() { return C0; } };`,
  ).join("\n");
}

/** Bytes on the heap after an import of a module. */
async function heapAfter(text: string): Promise<number> {
  using folder = new ProgramFolder({
    "main.js": `
      await import("./large.js");
      console.log(Deno.memoryUsage().heapUsed);
    `,
    "large.js": text,
  });
  const run = await runProgram(`${folder.path}/main.js`);
  equal(run.stderr, "");
  return Number(run.stdout);
}

// If this one turns red because the function has become as large: nothing is gained
// any more by building what is deferred into functions.
Deno.test(
  "V8 makes nothing of what is in a function that nobody calls",
  SETTINGS,
  async () => {
    const text = classes();
    const [none, inside, outside] = [
      await heapAfter(""),
      await heapAfter(`export function make() {\n${text}\n}`),
      await heapAfter(text),
    ];
    const [less, more] = [inside - none, outside - none];
    ok(less < more / 4, `${less} and ${more} bytes`);
  },
);

// Why a child that imports the package cannot start within a fixed part of a bare one:
// what is read is hashed, kept and handed to V8, used or not.
Deno.test(
  "A text costs an isolate its bytes, if there is nothing in it",
  SETTINGS,
  async () => {
    const bytes = await heapAfter(`/*${"x".repeat(1_000_000)}*/`) -
      await heapAfter("");
    ok(bytes >= 1_000_000, `${bytes} bytes`);
  },
);

// The other half of why: a class that is exported is there, and so are its methods.
Deno.test(
  "A method costs an isolate more than ten times its text, if nobody calls it",
  SETTINGS,
  async () => {
    const text = Array.from({ length: 800 }, (_, i) => `m${i}() { return 1; }`);
    const isOfClass = await heapAfter(
      Array.from(
        { length: 80 },
        (_, i) =>
          `export class C${i} {${text.slice(i * 10, i * 10 + 10).join(" ")}}`,
      )
        .join("\n"),
    );
    const isText = await heapAfter(`/*${text.join(" ")}*/`);
    const each = (isOfClass - isText) / 800;
    ok(each > 200, `${each} bytes a method`);
  },
);

/** How many bytes V8 would keep of a script that it has compiled and not run. */
function keptOf(script: string): number {
  return new Script(script).createCachedData().length;
}

// If this one turns red because the plain ones are as large: `compiledAhead()` of the
// builder is not needed any more. If the others are as small, it does nothing.
Deno.test("V8 compiles a function with its script where it stands in parentheses", () => {
  const body = `(a, b) { ${"if (a > 1) { b.push(a * 2); }\n".repeat(300)} }`;
  const plain = [
    `function f${body}`,
    `var f = function${body};`,
    `var C = class { f${body} };`,
  ];
  const ahead = [
    `var f = (function${body});`,
    `var C = class { f = (function${body}) };`,
    `var C = class { #f = (async function${body}) };`,
  ];
  const [least, most] = [
    Math.min(...ahead.map(keptOf)),
    Math.max(...plain.map(keptOf)),
  ];
  ok(least > 4 * most, `${least} and ${most} bytes`);
});

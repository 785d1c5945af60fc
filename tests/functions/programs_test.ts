/**
 * Functions of programs whose modules come from elsewhere, or are made from something
 * else: each gives in a child what it gives in place.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { getAllStartMethods } from "../../mod.ts";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const SETTINGS = { timeout: 180_000 };
const METHODS = getAllStartMethods();

/** Runs `tried` in place and in a child of each kind, and prints what that gave. */
const TRY = `
  for (const method of ${JSON.stringify(METHODS)}) {
    const p = new (getContext(method).Process)({ target: tried, args: [2] });
    p.start();
    console.log(JSON.stringify([method, await p.result(), await tried(2)]));
  }`;

const IMPORT = `import { getContext } from ${JSON.stringify(MOD)};\n`;

/** Sees that each child gave the same. */
function seen(stdout: string, expected: unknown): void {
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  deepEqual(lines, METHODS.map((method) => [method, expected, expected]));
}

const programs: Record<
  string,
  {
    files: Record<string, string>;
    config?: object;
    flags?: string[];
    gives: unknown;
  }
> = {
  "JSX": {
    files: {
      "main.tsx": `/** @jsx h */
        ${IMPORT}
        const h = (tag: string, props: object | null, ...inside: unknown[]) =>
          ({ tag, props, inside });
        declare global { namespace JSX { interface IntrinsicElements { [tag: string]: object } } }
        const word = "it's";
        const tried = (n: number) => <p id="x">{word} it's / not /&gt; {n}</p>;
        ${TRY}`,
    },
    gives: {
      tag: "p",
      props: { id: "x" },
      inside: ["it's", " it's / not /> ", 2],
    },
  },
  "decorators": {
    files: {
      "main.ts": `${IMPORT}
        const calls: string[] = [];
        const factor = 5;
        // deno-lint-ignore-file
        function noted(method: (n: number) => number, { name }: ClassMethodDecoratorContext) {
          return function (this: unknown, n: number): number {
            calls.push(String(name));
            return method.call(this, n) * factor;
          };
        }
        class Machine {
          @noted
          twice(n: number): number {
            return 2 * n;
          }
        }
        const tried = (n: number) => new Machine().twice(n);
        ${TRY}`,
    },
    gives: 20,
  },
  "decorators of old": {
    config: { compilerOptions: { experimentalDecorators: true } },
    files: {
      "main.ts": `${IMPORT}
        const factor = 5;
        function scaled(_: object, __: string, field: PropertyDescriptor) {
          const { value } = field;
          field.value = (n: number) => value(n) * factor;
        }
        class Machine {
          @scaled
          twice(n: number): number {
            return 2 * n;
          }
        }
        const tried = (n: number) => new Machine().twice(n);
        ${TRY}`,
    },
    gives: 20,
  },
  "packages of npm": {
    config: { nodeModulesDir: "manual" },
    files: {
      "package.json": `{ "dependencies": { "esm": "1.0.0", "cjs": "1.0.0" } }`,
      "node_modules/esm/package.json":
        `{ "name": "esm", "version": "1.0.0", "type": "module", "main": "./index.js" }`,
      "node_modules/esm/index.js":
        `const hidden = 3; export const triple = (n) => n * hidden; export default class Box { constructor(n) { this.n = n } get() { return this.n } }`,
      "node_modules/cjs/package.json":
        `{ "name": "cjs", "version": "1.0.0", "main": "./index.js" }`,
      "node_modules/cjs/index.js":
        `const hidden = 4; exports.quadruple = (n) => n * hidden;`,
      "main.js": `${IMPORT}
        import Box, { triple } from "esm";
        import cjs, { quadruple } from "cjs";
        import * as all from "esm";
        const tried = (n) =>
          [triple(n), new Box(n).get(), quadruple(n), cjs.quadruple(n), all.triple(n)];
        ${TRY}`,
    },
    gives: [6, 2, 8, 8, 6],
  },
  "a module of CommonJS, which is not strict": {
    files: {
      "made.cjs": `const hidden = 3;
        exports.make = () => (n) => [(function () { return typeof this })(), n + hidden];`,
      "main.js": `${IMPORT}
        import { make } from "./made.cjs";
        const tried = make();
        ${TRY}`,
    },
    gives: ["object", 5],
  },
  "a place where a word stands for another thing": {
    files: {
      "main.js": `${IMPORT}
        const plain = (n) => Math.max(n, 1);
        const own = (() => {
          const Math = { max: () => 99 };
          return (n) => Math.max(n, 1);
        })();
        const p = new (getContext("thread").Process)({ target: plain, args: [2] });
        p.start();
        if (await p.result() !== 2) throw new Error("not the global");
        const tried = own;
        ${TRY}`,
    },
    gives: 99,
  },
  "names of an import map": {
    config: { imports: { "inner/": "./inner/", "@multiprocessing/core": MOD } },
    files: {
      "inner/deep.ts":
        `import { base } from "inner/base.ts"; export const deep = (n: number) => n + base;`,
      "inner/base.ts": `export const base = 10;`,
      "main.ts": `import { getContext } from "@multiprocessing/core";
        import { deep } from "inner/deep.ts";
        import settings from "./settings.json" with { type: "json" };
        const { late } = await import("./late.ts");
        const tried = (n: number) => [deep(n), settings.name, late(n)];
        ${TRY}`,
      "settings.json": `{ "name": "x" }`,
      "late.ts": `const own = 1; export const late = (n: number) => n + own;`,
    },
    gives: [12, "x", 3],
  },
  "a module with a main guard and exports": {
    files: {
      "main.ts": `${IMPORT}
        export const base = 7;
        export class Point { constructor(readonly x: number) {} up(n: number) { return this.x + n; } }
        export default function named(n: number) { return n + base; }
        let hidden = 1;
        const tried = (n: number) => [base, new Point(1).up(n), named(n), hidden];
        if (import.meta.main) { hidden = 2; ${TRY} }`,
    },
    gives: [7, 3, 9, 2],
  },
  "what a library makes when it loads": {
    files: {
      "library.ts": `const made = new Date().getFullYear() > 0 ? 6 : 0;
        export const make = (factor: number) => (n: number) => n * factor * made;`,
      "main.ts": `${IMPORT}
        import { make } from "./library.ts";
        const tried = make(2);
        ${TRY}`,
    },
    gives: 24,
  },
};

for (
  const [what, { files, config, flags, gives }] of Object.entries(programs)
) {
  Deno.test(`functions travel from ${what}`, SETTINGS, async () => {
    using folder = new ProgramFolder(files, config ?? {});
    const [main] = Object.keys(files).filter((name) => /^main\./.test(name));
    const run = await runProgram(`${folder.path}/${main}`, {
      flags: ["-A", "--no-check", ...flags ?? []],
      cwd: folder.path,
    });
    equal(run.stderr.replace(/^Warning experimentalDecorators .*\n/, ""), "");
    seen(run.stdout, gives);
  });
}

Deno.test(
  "functions travel from a remote module and what it imports",
  SETTINGS,
  async () => {
    const texts: Record<string, string> = {
      "/main.ts": `${IMPORT}
      import { helper } from "./helper.ts";
      const hidden = 2;
      const tried = (n: number) => helper(n) + hidden;
      ${TRY}`,
      "/helper.ts":
        `const own = 100; export const helper = (n: number) => n + own;`,
    };
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) =>
        new Response(texts[new URL(request.url).pathname], {
          headers: { "content-type": "application/typescript" },
        }),
    );
    using folder = new ProgramFolder({});
    const host = `127.0.0.1:${server.addr.port}`;
    const local = texts["/main.ts"]!.replace(IMPORT, "").replace(
      "./helper.ts",
      `http://${host}/helper.ts`,
    );
    await Deno.writeTextFile(`${folder.path}/main.ts`, IMPORT + local);
    const run = await runProgram(`${folder.path}/main.ts`, {
      flags: ["-A", "--no-check", "--no-lock"],
      env: { DENO_DIR: `${folder.path}/cache` },
    });
    equal(run.stderr.replaceAll(/^Download .*\n/gm, ""), "");
    seen(run.stdout, 104);
  },
);

Deno.test(
  "functions travel from what `deno eval` and stdin give",
  SETTINGS,
  async () => {
    const text = `${IMPORT}
    import { join } from "node:path";
    const hidden = 2;
    const helper = (n) => n * hidden;
    const tried = (n) => join("a", String(helper(n)));
    ${TRY}`;
    for (const args of [["eval", text], ["run", "-A", "-"]]) {
      const child = new Deno.Command(Deno.execPath(), {
        args,
        env: { NO_COLOR: "1" },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const stdin = child.stdin.getWriter();
      if (args.at(-1) === "-") {
        await stdin.write(
          new TextEncoder().encode(text),
        );
      }
      await stdin.close();
      const { stdout, stderr } = await child.output();
      equal(new TextDecoder().decode(stderr), "");
      seen(new TextDecoder().decode(stdout), "a/4");
    }
  },
);

Deno.test(
  "an import that a child may not do fails there, and is named",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.ts": `${IMPORT}
      import { helper } from "./helper.ts";
      if (import.meta.main) {
        const p = new (getContext("worker").Process)({ target: (n: number) => helper(n), args: [2] });
        p.start();
        console.log(await p.result().catch((error) => error.message));
        Deno.writeTextFileSync(new URL("helper.ts", import.meta.url), "export const other = 1;");
        const q = new (getContext("spawn").Process)({ target: (n: number) => helper(n), args: [2] });
        q.start();
        console.log(await q.result().catch((error) => error.message));
      }`,
      "helper.ts": `export const helper = (n: number) => n + 1;`,
    });
    const run = await runProgram(`${folder.path}/main.ts`, {
      flags: ["-A", "--no-check"],
    });
    const [first, second] = run.stdout.trim().split("\n");
    equal(first, "3");
    match(second!, /Cannot use "helper" of .*helper\.ts .*exports other/);
  },
);

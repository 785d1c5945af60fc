/**
 * What runs is built from sources: the files in `lib/dist/` are what they say, and a
 * process has one copy of the package, by whatever names its modules import it.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import * as sources from "../lib/entries/package.ts";
import * as built from "../mod.ts";
import { isFresh } from "../tasks/build.ts";
import { compiledAhead } from "../tasks/lib/build/compiled_ahead.ts";
import { withoutDefer, withUnits } from "../tasks/lib/build/deferred.ts";
import {
  compacted,
  moduleTokens,
  partsOf,
} from "../tasks/lib/build/module_text.ts";
import { ProgramFolder, runProgram } from "./program_testing.ts";

const ROOT = new URL("../", import.meta.url);
const SETTINGS = { timeout: 180_000 };

Deno.test("`deno task build` was run since the sources or the builder changed", async () => {
  equal(await isFresh(), true, "run `deno task build`");
});

/** A copy of what is built, and of all that it is built of. */
function copy(folder: string): URL {
  const copyOf = (path: string) => {
    Deno.mkdirSync(`${folder}/${path}`, { recursive: true });
    for (const { name, isFile } of Deno.readDirSync(new URL(path, ROOT))) {
      const inner = `${path}/${name}`;
      if (isFile) Deno.copyFileSync(new URL(inner, ROOT), `${folder}/${inner}`);
      else if (!inner.startsWith("tasks/") || /lib(\/build)?$/.test(inner)) {
        copyOf(inner);
      }
    }
  };
  copyOf("lib");
  copyOf("tasks");
  return new URL(`file://${folder}/`);
}

Deno.test("isFresh() sees a change in a source, in a built file, and in the builder", async () => {
  using folder = new ProgramFolder({});
  const root = copy(folder.path);
  equal(await isFresh(root), true);
  const files = [
    "lib/base/errors.ts",
    "lib/dist/child.generated.js",
    "tasks/build.ts",
  ];
  for (const file of files) {
    const path = new URL(file, root);
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, `${text}\n`);
    equal(await isFresh(root), false, file);
    await Deno.writeTextFile(path, text);
  }
  await Deno.writeTextFile(new URL("lib/base/new.ts", root), "");
  equal(await isFresh(root), false, "a new file");
});

Deno.test("What is built gives the names that the sources give, and its classes have them", () => {
  const all = (exports: object) =>
    Object.entries(exports)
      .filter(([key]) => key !== "default")
      .map(([key, value]) =>
        typeof value === "function"
          ? [key, (value as { name: string }).name]
          : [key, typeof value]
      );
  deepEqual(all(built), all(sources));
  ok(all(built).length > 80);
});

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
  }[];
}

async function modulesBelow(url: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", url],
  }).output();
  const graph = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
  deepEqual(graph.modules.filter(({ error }) => error !== undefined), []);
  return graph.modules.map(({ specifier }) => specifier);
}

Deno.test("Built files import each other and what Deno has built in, and no more", async () => {
  const dist = new URL("lib/dist/", ROOT);
  for await (const { name } of Deno.readDir(dist)) {
    if (!name.endsWith(".js") || name.startsWith("task.")) continue;
    const all = await modulesBelow(new URL(name, dist).href);
    deepEqual(
      all.filter((url) => !url.startsWith(dist.href) && !/^node:/.test(url)),
      [],
    );
  }
});

Deno.test("Built files are ASCII: V8 keeps other text in twice the bytes, and each start reads it", async () => {
  const dist = new URL("lib/dist/", ROOT);
  for await (const { name } of Deno.readDir(dist)) {
    const text = await Deno.readTextFile(new URL(name, dist));
    const at = [...text].findIndex((char) => char > "\u007f");
    equal(at < 0 ? "" : text.slice(at - 60, at + 1), "", name);
  }
});

Deno.test(
  "An import of the package evaluates none of the modules that it defers",
  SETTINGS,
  async () => {
    const dist = new URL("lib/dist/", ROOT);
    const files: Record<string, string> = {
      "main.js": `import "./package.generated.js"; console.log("imported");`,
    };
    let marks = 0;
    for await (const { name } of Deno.readDir(dist)) {
      const text = await Deno.readTextFile(new URL(name, dist));
      files[name] = text.replace(/^function \$_make_\w+\(\) \{$/gm, (head) => {
        marks++;
        return `${head} throw new Error("evaluated");`;
      });
    }
    using folder = new ProgramFolder(files);
    const { stdout, stderr } = await runProgram(`${folder.path}/main.js`);
    deepEqual([stdout, stderr], ["imported\n", ""]);
    ok(marks > 10);
  },
);

Deno.test("A deferred module is evaluated once, when something of it is first used", async () => {
  const root = new URL("file:///root/");
  const { text, modules } = withoutDefer(
    `import defer * as rare from "./rare.ts";\nexport const get = () => rare.x;\n`,
    new URL("lib/a/often.ts", root),
    root,
  );
  deepEqual(modules, ["lib/a/rare.ts"]);
  const host = `${text}
    const log = [];
    const close = "that of the package";
    export { log, close as needed$close };`
    .replace("export const get =", "const get =")
    .replace("export { log", "export { get, log");
  const unit = `
    import { close as close2 } from "/root/lib/base/any.ts";
    import { shared } from "./common.js";
    var close = "its own";
    log.push("evaluated");
    var x = [close, close2, shared];
    export { x };`;
  const common = `var shared = "between the two"; export { shared };`;
  const built = withUnits(
    host,
    [
      { name: "rare", text: unit, isModule: true },
      { name: "common", text: common, isModule: false },
    ],
    new Map([["get", "get"], ["log", "log"]]),
  );
  using folder = new ProgramFolder({ "built.js": built });
  const exports = await import(`file://${folder.path}/built.js`);
  deepEqual(Object.keys(exports), ["get", "log"]);
  deepEqual(exports.log, []);
  deepEqual(exports.get(), [
    "its own",
    "that of the package",
    "between the two",
  ]);
  equal(exports.get(), exports.get());
  deepEqual(exports.log, ["evaluated"]);
});

Deno.test("An `import defer` in another form than the builder knows is refused", () => {
  const url = new URL("file:///root/lib/a.ts");
  throws(
    () =>
      withoutDefer(
        `import defer * as rare\n  from "./rare.ts";`,
        url,
        new URL("/root/", url),
      ),
    /Cannot build .*on one line/,
  );
});

Deno.test("compacted() leaves every token and every new line that may matter", () => {
  const text = `
// lib/base/some.ts
/** Says what. */
const a = \`one // no comment
   two \${ [1,  2].map((x) => \`\${x} /* none */\`) } \`; // the rest
let b = a /* between */ + +"x"
const c = /[/"]\\/\\*/.test(a)
/* a comment
   of two lines */ ;[b, c].at(0)
`;
  const short = compacted(text);
  const plain = (source: string) =>
    moduleTokens(source).map(({ kind, text, isFirstInLine }) => [
      kind,
      text,
      isFirstInLine,
    ]);
  deepEqual(plain(short).slice(1), plain(text).slice(1));
  ok(
    short.startsWith(
      "// lib/base/some.ts\nconst a = `one // no comment\n   two",
    ),
  );
  ok(!/Says|rest|between|two lines/.test(short));
});

const AHEAD = `
function twice(n) { return n * 2; }
async function start(n) { return new Life(await twice(n)); }
function* upTo(n) { for (let i = 0; i < n; i++) yield i; }
var Life = class {
  static made = [];
  static of(n) { return new Life(n); }
  #left = this.#half({ n: 3 });
  name = "life";
  static { this.made.push("class"); }
  constructor(n) { Life.made.push(n); this.#left += n; }
  get left() { return this.#left; }
  set left(n) { this.#left = n; }
  #half({ n }) { return n / 2; }
  async wait(n = this.left) { return n + this.#half({ n: 2 }); }
  *all() { yield* upTo(2); }
  toString() { return \`\${this.name} \${this.#left}\`; }
};
var Other = class { plain() { return "plain"; } };
const started = await start(2);
const life = Life.of(1);
life.left += 1;
var seen = [
  String(started), String(life), await life.wait(), [...life.all()], Life.made,
  new Other().plain(), twice.name, start.name, life.wait.name, upTo.name,
];
export { seen as default };`;

Deno.test("compiledAhead() leaves what a module does, with its functions in parentheses", async () => {
  const result = async (text: string) =>
    (await import(`data:text/javascript,${encodeURIComponent(text)}`))
      .default as unknown[];
  const ahead = compiledAhead(AHEAD, ["Life"]);
  const [expected, found] = [await result(AHEAD), await result(ahead)];
  equal(String(expected[0]), "life 5.5");
  deepEqual(found, expected);
  equal(compiledAhead(ahead, ["Life"]), ahead, "nothing is left to do");
  for (const name of ["twice", "upTo", "start", "wait", "#half", "toString"]) {
    ok(new RegExp(`${name} = \\((async )?function`).test(ahead), name);
  }
  ok(ahead.includes("class { plain() {"), "of a class that is not named");
});

Deno.test("What each child and worker calls is compiled with its module", async () => {
  const classes = { child: "ChildRuntime", pool_worker: "TaskRunner" };
  for (const [file, name] of Object.entries(classes)) {
    const text = await Deno.readTextFile(
      new URL(`lib/dist/${file}.generated.js`, ROOT),
    );
    ok(text.includes(`${name} = class {`), name);
    equal(compiledAhead(text, [name]), text);
  }
});

Deno.test("Built files import each other in one direction: a function may be called as soon as its file is imported", async () => {
  const dist = new URL("lib/dist/", ROOT);
  for await (const { name } of Deno.readDir(dist)) {
    if (!name.endsWith(".js")) continue;
    const text = await Deno.readTextFile(new URL(name, dist));
    for (
      const { from } of partsOf(text.replaceAll(/^export \* .*$/gm, "")).imports
    ) {
      const below = await modulesBelow(new URL(from, dist).href);
      ok(!below.includes(new URL(name, dist).href), `${from} imports ${name}`);
    }
  }
});

Deno.test("partsOf() tells imports and exports from what looks like them", () => {
  const parts = partsOf(`
    import { a, b as c } from "./x.js";
    import "./y.js";
    const text = "import { d } from \\"./z.js\\";";
    const later = () => import("./z.js");
    const here = import.meta.url;
    export { later, text as default };`);
  deepEqual(parts.imports.map(({ from, names }) => [from, names]), [
    ["./x.js", [{ name: "a", local: "a" }, { name: "b", local: "c" }]],
    ["./y.js", null],
  ]);
  deepEqual([...parts.exports], [["later", "later"], ["default", "text"]]);
  ok(!/\bexport\b|y\.js/.test(parts.body));
});

const MOD = new URL("mod.ts", ROOT).href;

/** A module that imports the package by four names, and its entry for tasks by two. */
const TARGETS = `
  import * as byName from "@multiprocessing/core";
  import * as byUrl from "${MOD}";
  import * as byOther from "${MOD}?other";
  import * as alias from "mp";
  import * as task from "@multiprocessing/core/task";
  import * as taskByUrl from "${ROOT}lib/dist/task.generated.js";

  const all = [byName, byUrl, byOther, alias];
  export function look(value) {
    const { currentProcess, getContext, parentProcess, Value } = byName;
    return [
      all.every((one) => one.Value === Value),
      all.every((one) => one.getContext("thread") === getContext("thread")),
      all.every((one) => one.currentProcess() === currentProcess()),
      all.every((one) => one.parentProcess() === parentProcess()),
      value instanceof Value,
      currentProcess().name,
      task.transferring === byName.transferring &&
        taskByUrl.workerState === byName.workerState,
    ].join();
  }
  export const init = () => "kept";
  export const states = () =>
    [...all, task, taskByUrl].map(({ workerState }) => workerState()).join();
`;

const MAIN = `
  import { getContext } from "@multiprocessing/core";
  import { init, look, states } from "./targets.js";
  if (import.meta.main) {
    for (const method of ["thread", "worker", "spawn", "forkserver"]) {
      const { Pool, Process, Value } = getContext(method);
      const value = new Value("i", 1);
      const p = new Process({ target: look, args: [value], name: method });
      p.start();
      console.log(await p.result());
      await using pool = new Pool(1, { initializer: init });
      console.log(await pool.apply(states));
    }
  }
`;

Deno.test(
  "A child has one copy of the package, by whatever names its module imports it",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder(
      { "main.js": MAIN, "targets.js": TARGETS },
      {
        imports: {
          "@multiprocessing/core": MOD,
          "@multiprocessing/core/task": `${ROOT}lib/dist/task.generated.js`,
          mp: MOD,
        },
      },
    );
    const { stdout, stderr } = await runProgram(`${folder.path}/main.js`, {
      deadlineMs: 90_000,
    });
    equal(stderr, "");
    const states = Array(6).fill("kept").join();
    deepEqual(
      stdout.trim().split("\n"),
      ["thread", "worker", "spawn", "forkserver"].flatMap((method) => [
        `true,true,true,true,true,${method},true`,
        states,
      ]),
    );
  },
);

Deno.test("A stack from inside the package names its functions, and the user's line", () => {
  let stack = "";
  try {
    new built.Value("i", "much" as never);
  } catch (error) {
    stack = (error as Error).stack!;
  }
  match(
    stack,
    /at new Value \(file:\S+lib\/dist\/\w+\.generated\.js:\d+:\d+\)/,
  );
  match(stack, /at \S*build_test\.ts|build_test\.ts:\d+:\d+/);
});

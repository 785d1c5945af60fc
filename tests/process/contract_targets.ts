/**
 * Which function or class a child runs, and with which scope.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { Process } from "../../mod.ts";
import byDefault, * as t from "../fixtures/targets.ts";
import { ProgramFolder, runProgram, UNSEEN } from "../program_testing.ts";
import { outcomes } from "../fixtures/importing.ts";
import { Counter, Doubler, GREETERS, PRIVATE } from "../fixtures/classes.ts";
import { rejection, type Subject, thrown } from "./process_testing.ts";

const module = t.TARGETS;
const importing = new URL("../fixtures/importing.ts", import.meta.url);
const classes = new URL("../fixtures/classes.ts", import.meta.url);

/** Found by the child in this very module, by its name. */
export function here(n: number): string {
  return `${n} ${inThisModule()}`;
}

function inThisModule(): string {
  return "here";
}

const renamedHere = (n: number) => `${n} ${inThisModule()} under another name`;
export { renamedHere as anotherName };

/** Declares the tests of targets. */
export function targetContract({ ctx, method, test }: Subject): void {
  test("Process runs an export of the module that makes it", async () => {
    const p = new ctx.Process({ target: here, args: [1] });
    const renamed = new ctx.Process({ target: renamedHere, args: [2] });
    p.start();
    renamed.start();
    equal(await p.result(), "1 here");
    equal(await renamed.result(), "2 here under another name");
  });

  test("Process runs renamed and default exports of another module", async () => {
    const children = [
      new ctx.Process({ target: t.originalItself, module }),
      new ctx.Process({ target: byDefault, module: new URL(module) }),
      new ctx.Process<[], unknown>({ target: { module, name: "renamed" } }),
      new ctx.Process<[], unknown>({
        target: { module: new URL(module), name: "default" },
      }),
    ];
    for (const p of children) p.start();
    const results = await Promise.all(children.map((p) => p.result()));
    equal(results.join(), "renamed,default,renamed,default");
  });

  // A thread watches its imports; nobody is to see that.
  test("Process imports as the program does", async () => {
    const target = { module: importing, name: "outcomes" };
    const p = new ctx.Process<[], string[]>({ target });
    p.start();
    deepEqual(await p.result(), await outcomes());
    const q = new ctx.Process<[], string>({
      target: { module: importing, name: "hooked" },
    });
    q.start();
    match(await q.result(), /^function,40$/);
  });

  test("Process runs a target given by its address", async () => {
    const p = new ctx.Process<[number, number], number>({
      target: { module, name: "add" },
      args: [4, 5],
    });
    p.start();
    equal(await p.result(), 9);
    throws(() => new ctx.Process({ target: { module } as never }), TypeError);
    const relative = new ctx.Process({
      target: { module: "./targets.ts", name: "add" },
    });
    match(thrown(() => relative.start()).message, /absolute URL/);
    const nameless = new ctx.Process({ target: { module, name: "" } });
    ok(thrown(() => nameless.start()) instanceof TypeError);
  });

  test("Process runs a function that is exported nowhere from its text", async () => {
    const factor = 3;
    const arrow = (x: number) => x * factor;
    const object = {
      method(x: number) {
        return x + 1;
      },
      async later(x: number) {
        return await Promise.resolve(x + 2);
      },
    };
    const scoped = new ctx.Process({
      target: arrow,
      args: [5],
      scope: { factor },
    });
    const asMethod = new ctx.Process({ target: object.method, args: [1] });
    const asAsync = new ctx.Process({ target: object.later, args: [1] });
    const old = new ctx.Process({
      target: function (x: number) {
        return x + 3;
      },
      args: [1],
    });
    for (const p of [scoped, asMethod, asAsync, old]) p.start();
    equal(await scoped.result(), 15);
    equal(await asMethod.result(), 2);
    equal(await asAsync.result(), 3);
    equal(await old.result(), 4);
  });

  test("Process has imports of a function that travels as text lead to its module", async () => {
    const local = async (kind: "import" | "meta") => {
      if (kind === "meta") {
        const { url, main, filename, dirname, resolve } = import.meta;
        return [url, main, filename, dirname, resolve("../a.ts")].join();
      }
      const { default: { name } } = await import("../../deno.json", {
        with: { type: "json" },
      });
      const { add } = await import("../fixtures/targets.ts");
      const { import: own } = { import: (x: number) => x };
      // An `import("./no_module.ts")` of a comment is none.
      return [name, add(1, 2), own(4), `${typeof import.meta}`].join();
    };
    const children = (["import", "meta"] as const).map((kind) =>
      new ctx.Process({ target: local, args: [kind], scope: {} })
    );
    const asText = new ctx.Process({ target: local, args: ["import"] });
    for (const p of [...children, asText]) p.start();
    const imported = "@multiprocessing/core,3,4,object";
    deepEqual(await Promise.all(children.map((p) => p.result())), [
      imported,
      await local("meta"),
    ]);
    equal(await asText.result(), imported);
  });

  test("Process refuses a relative import of a function that comes from nowhere", async () => {
    const mod = new URL("../../mod.ts", import.meta.url);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { getContext } from "${mod}";
        const { Process } = getContext("${method}");
        const p = new Process({ target: () => import("./helper.ts") });
        const q = new Process({ target: () => import("${module}").then(Object.keys) });
        for (const each of [p, q]) each.start();
        console.log(await p.result().catch(({ message }) => message));
        console.log((await q.result()).includes("add"));`,
      ],
      stderr: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    equal(code, 0);
    match(lines[0]!, /Cannot import ".\/helper.ts" .*has no address/);
    equal(lines[1], "true");
  });

  test("Process says that an instance arrived without what its class gives it", async () => {
    const given = { account: new t.Account() };
    const hows = ["method", "getter", "iterator", "no method"] as const;
    const children = hows.map((how) =>
      new ctx.Process({ target: t.useAccount, args: [how, given], module })
    );
    for (const p of children) p.start();
    const lost = /\(args\[1\]\.account was given as an instance of Account/;
    for (const [i, p] of children.entries()) {
      const error = await rejection(p.result());
      ok(error instanceof TypeError);
      equal(lost.test(error.message), hows[i] !== "no method", error.message);
    }
  });

  test("Process says so also of a class that has gone along with another function", async () => {
    class Local {
      norm() {
        return 1;
      }
    }
    const brings = new ctx.Process({ target: () => new Local().norm() });
    brings.start();
    equal(await brings.result(), 1);
    const call = (local: { norm(): number }) => local.norm();
    const p = new ctx.Process({ target: call, args: [new Local()] });
    p.start();
    const error = await rejection(p.result()) as Error;
    match(error.message, /\(args\[0\] was given as an instance of Local/);
  });

  test("Process sends shared objects in the scope", async () => {
    const total = new ctx.Value("i", 1);
    const p = new ctx.Process({
      target: () => void total.add(4),
      scope: { total },
    });
    p.start();
    await p.result();
    equal(total.value, 5);
  });

  test("Process passes on every kind of bad target", () => {
    throws(() => new ctx.Process({ target: 5 as never }), TypeError);
    throws(() => new ctx.Process({ target: null as never }), TypeError);
    throws(() => new ctx.Process({ target: "add" as never }), TypeError);
    throws(
      () => new ctx.Process({ target: t.add, args: "ab" as never }),
      TypeError,
    );
    throws(() => new ctx.Process({ name: 5 as never }), TypeError);
    throws(() => new ctx.Process({ daemon: 1 as never }), TypeError);
    throws(() => new ctx.Process({ maxHeapMiB: 0 }), RangeError);
    throws(() => new ctx.Process({ env: { a: 1 } as never }), TypeError);
    throws(() => new ctx.Process({ scope: { "a b": 1 } }), TypeError);
    throws(() => new ctx.Process(5 as never), TypeError);
    const native = new ctx.Process({ target: Math.max, args: [1] });
    match(thrown(() => native.start()).message, /native or bound/);
    const bound = new ctx.Process({ target: t.add.bind(null, 1, 2) });
    match(thrown(() => bound.start()).message, /native or bound/);
    const aClass = new ctx.Process({ target: class {} as never });
    match(thrown(() => aClass.start()).message, /subclass of Process/);
    return Promise.resolve();
  });

  test("Process.run() runs the target in place", async () => {
    equal(new ctx.Process({ target: t.add, args: [1, 2], module }).run(), 3);
    equal(await new ctx.Process({ target: t.addLater, args: [1, 2] }).run(), 3);
    equal(new ctx.Process().run(), undefined);
    const addressed = new ctx.Process({ target: { module, name: "add" } });
    throws(() => addressed.run(), /address/);
  });

  test("Process may be subclassed with a run() and fields of its own", async () => {
    const cell = new ctx.Value("i", 0);
    const p = new Counter({ module: classes });
    p.cell = cell;
    p.step = 5;
    const q = new Doubler({ module: classes, name: "doubler" });
    p.start();
    q.start();
    equal(await p.result(), 50);
    equal(await q.result(), 40);
    equal(cell.value, 5);
    // What run() changed in the child stays in the child.
    equal(p.seen.length, 0);
    match(p.name, /^Counter-\d+$/);
  });

  test("Process subclasses with private fields are told why those are missing", async () => {
    const children = PRIVATE.map((Private) => new Private({ module: classes }));
    for (const p of children) p.start();
    for (const p of children) {
      const error = await rejection(p.result());
      ok(error instanceof TypeError);
      match(
        error.message,
        /constructor of \w+Private ran in the parent.*private/s,
      );
    }
  });

  test("Process of a context may be subclassed", async () => {
    const Greeter = GREETERS[method]!;
    const p = new Greeter({ module: classes, name: "greeter" });
    p.greeting = "good morning";
    p.start();
    equal(await p.result(), "good morning from greeter");
  });

  test("Process subclasses that are not exported are refused by the child", async () => {
    class Hidden extends Process {
      override run() {
        return 1;
      }
    }
    const p = new Hidden({
      module: "data:text/javascript,export%20default%201",
    });
    p.start();
    const error = await rejection(p.result());
    match(error.message, /class "Hidden".*must export it.*`module`/s);
    equal(p.exitcode, 1);
  });

  test("Process explains a ReferenceError of a function that travels as text", async () => {
    using folder = new ProgramFolder({
      "main.ts": `
        import { getContext, RemoteError } from "@multiprocessing/core";
        if (import.meta.main) {
          const { Process } = getContext("${method}");
          const hidden = 1;
          const p = new Process({ target: () => hidden, name: "text" });
          p.start();
          const error = await p.result().catch((error) => error);
          console.log(error.message);
          console.log(error instanceof ReferenceError);
          console.log(error.cause instanceof RemoteError);
        }`,
    });
    const run = await runProgram(`${folder.path}/main.ts`, { flags: UNSEEN });
    const [message, ...facts] = run.stdout.trim().split("\n");
    deepEqual(facts, ["true", "true"]);
    match(
      message!,
      /^hidden is not defined \(.*not exported.*export it.*`scope`.*--allow-sys/,
    );
  });

  const modules: [string, string, RegExp][] = [
    ["is missing", "file:///nowhere/missing.ts", /missing\.ts/],
    [
      "throws while it loads",
      `data:text/javascript,throw new RangeError("bad load")`,
      /bad load/,
    ],
    ["is no JavaScript", "data:text/javascript,}{", /Unexpected|Expression/],
    [
      "does not export the target",
      "data:text/javascript,export const a = 1, b = 2;",
      /"target" of data:.*a, b/s,
    ],
    [
      "exports something else",
      "data:text/javascript,export const target = 1;",
      /"target" of data:.*must be an exported function/s,
    ],
  ];
  for (const [what, url, text] of modules) {
    test(`Process.result() rejects when the module ${what}`, async () => {
      const p = new ctx.Process({
        target: { module: url.replaceAll(" ", "%20"), name: "target" },
        name: `module that ${what}`,
      });
      p.start();
      const error = await rejection(p.result());
      match(error.message, text);
      equal(p.exitcode, 1);
    });
  }
}

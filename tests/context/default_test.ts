/**
 * The start method of a program; python.md 2.4.
 *
 * @module
 */

import {
  deepEqual,
  equal,
  match,
  ok,
  rejects,
  throws,
} from "node:assert/strict";
import {
  Context,
  getAllStartMethods,
  getContext,
  getStartMethod,
  Process,
  setStartMethod,
  StartMethodError,
  startMethods,
  Value,
} from "../../mod.ts";
import { ProgramFolder, runProgram } from "../program_testing.ts";
import { warmUp } from "../process/process_testing.ts";
import * as t from "../fixtures/targets.ts";

await warmUp();

const SETTINGS = { timeout: 120_000 };
const force = { force: true };

/** Leaves the choice open again at the end of a test. */
function open(): Disposable {
  setStartMethod(null, force);
  return { [Symbol.dispose]: () => setStartMethod(null, force) };
}

Deno.test("getStartMethod() gives null until the method is looked at", () => {
  using _ = open();
  equal(getStartMethod({ allowNone: true }), null);
  equal(getStartMethod({ allowNone: true }), null);
  equal(getStartMethod(), "thread");
  equal(getStartMethod({ allowNone: true }), "thread");
  throws(() => setStartMethod("spawn"), StartMethodError);
});

Deno.test("getStartMethod() is fixed by getContext() and by a start", async () => {
  {
    using _ = open();
    equal(getContext().getStartMethod(), "thread");
    equal(getStartMethod({ allowNone: true }), "thread");
  }
  {
    using _ = open();
    getContext("spawn");
    new Process({ target: t.nothing, module: t.TARGETS });
    equal(getStartMethod({ allowNone: true }), null);
    const p = new Process({ target: t.nothing, module: t.TARGETS });
    p.start();
    equal(getStartMethod({ allowNone: true }), "thread");
    await p.join();
  }
});

Deno.test("setStartMethod() chooses once, unless it is forced", () => {
  using _ = open();
  setStartMethod("worker");
  equal(getStartMethod(), "worker");
  for (const again of ["spawn", "worker", null]) {
    throws(() => setStartMethod(again), (error: Error) => {
      ok(error instanceof StartMethodError);
      match(error.message, /"worker" is already in use.*\{ force: true \}/);
      return true;
    });
  }
  equal(getStartMethod(), "worker");
  setStartMethod("spawn", force);
  equal(getStartMethod(), "spawn");
  setStartMethod(null, force);
  equal(getStartMethod({ allowNone: true }), null);
});

Deno.test("setStartMethod() refuses names that are unknown or unsupported", () => {
  using _ = open();
  const cases: [string, RegExp][] = [
    [
      "nope",
      /Cannot find start method "nope": the names are "thread", "worker", "spawn"/,
    ],
    ["", /Cannot find start method ""/],
    ["fork", /"fork".*not supported.*isolate.*cannot be copied.*"spawn"/],
    ["toString", /Cannot find start method "toString"/],
  ];
  for (const [name, text] of cases) {
    for (const act of [() => setStartMethod(name), () => getContext(name)]) {
      throws(act, (error: Error) => {
        ok(error instanceof StartMethodError);
        match(error.message, text);
        return true;
      });
    }
  }
  throws(() => setStartMethod("nope", force), StartMethodError);
  equal(getStartMethod({ allowNone: true }), null);
});

Deno.test("getAllStartMethods() lists what is supported, the default first", () => {
  using _ = open();
  const names = getAllStartMethods();
  equal(names[0], getStartMethod());
  for (const name of ["thread", "worker", "spawn", "forkserver"]) {
    ok(names.includes(name));
  }
  ok(!names.includes("fork"));
  const supported = startMethods().filter(({ supported }) => supported);
  deepEqual(names, supported.map(({ name }) => name));
});

// The table of start methods in README.md, row by row.
Deno.test("startMethods() reports what each method can do, and why not", () => {
  const rows = new Map(startMethods().map((row) => [row.name, row]));
  for (const name of ["thread", "worker", "spawn", "forkserver", "fork"]) {
    ok(rows.has(name), name);
  }
  const traits = (name: string) => {
    const { process: _, ...traits } = rows.get(name)!.traits;
    return traits;
  };
  deepEqual(traits("thread"), {
    memory: "local",
    stopsWhileBusy: true,
    interrupts: false,
    limitsHeap: true,
    ownPermissions: false,
    ownEnv: false,
    ownFlags: false,
  });
  deepEqual(traits("worker"), {
    memory: "local",
    stopsWhileBusy: false,
    interrupts: false,
    limitsHeap: false,
    ownPermissions: true,
    ownEnv: false,
    ownFlags: false,
  });
  deepEqual(traits("spawn"), {
    memory: "mapped",
    stopsWhileBusy: true,
    interrupts: true,
    limitsHeap: true,
    ownPermissions: true,
    ownEnv: true,
    ownFlags: true,
  });
  for (const { name, supported, reason, traits } of rows.values()) {
    equal(supported, reason === "", name);
    ok(traits.process.length > 0);
  }
  equal(rows.get("fork")!.supported, false);
  match(rows.get("fork")!.reason, /isolate.*cannot be copied/);
});

Deno.test("getContext() gives the same context each time", () => {
  using _ = open();
  const ctx = getContext("spawn");
  ok(ctx instanceof Context);
  equal(getContext("spawn"), ctx);
  equal(ctx.getContext(), ctx);
  equal(ctx.getContext("spawn"), ctx);
  equal(ctx.getContext("thread"), getContext("thread"));
  equal(ctx.name, "spawn");
  equal(ctx.getStartMethod(), "spawn");
  throws(() => ctx.setStartMethod("thread"), (error: Error) => {
    ok(error instanceof StartMethodError);
    match(error.message, /"spawn" for good/);
    return true;
  });
  throws(() => ctx.getContext("nope"), StartMethodError);
  ok(!("getAllStartMethods" in ctx));
  equal(getStartMethod({ allowNone: true }), null);
});

Deno.test("Context carries the whole API bound to its method", () => {
  for (const name of ["thread", "worker", "spawn"]) {
    const ctx = getContext(name);
    equal(ctx.currentProcess().name, "MainProcess");
    equal(ctx.parentProcess(), null);
    deepEqual(ctx.activeChildren(), []);
    ok(ctx.cpuCount() >= 1);
    const value = new ctx.Value("d", 1.5);
    ok(value instanceof Value);
    equal(value.value, 1.5);
    equal(new ctx.RawValue("i", 3).value, 3);
    equal(typeof new ctx.RLock().acquireSync, "function");
    match(new ctx.Process().name, /^(Thread|Worker|Spawn)Process-\d+$/);
  }
});

Deno.test(
  "Process of a context does not read the program's method",
  SETTINGS,
  async () => {
    using _ = open();
    setStartMethod("worker");
    const spawned = new (getContext("spawn").Process)({
      target: t.whoAmI,
      module: t.TARGETS,
    });
    const chosen = new Process({ target: t.whoAmI, module: t.TARGETS });
    const thread = new (getContext("thread").Process)({
      target: t.whoAmI,
      module: t.TARGETS,
    });
    for (const p of [spawned, chosen, thread]) p.start();
    equal((await spawned.result()).method, "spawn");
    equal((await chosen.result()).method, "worker");
    equal((await thread.result()).method, "thread");
  },
);

// A process uses the program's method as it is at its start, like Python's.
Deno.test(
  "Process takes the program's method at its start",
  SETTINGS,
  async () => {
    using _ = open();
    const p = new Process({ target: t.whoAmI, module: t.TARGETS });
    setStartMethod("worker");
    p.start();
    equal((await p.result()).method, "worker");
  },
);

Deno.test(
  "setStartMethod() in a child says that the parent has chosen",
  SETTINGS,
  async () => {
    for (const name of ["thread", "worker", "spawn"]) {
      const p = new (getContext(name).Process)({
        target: chooseAgain,
        module: import.meta.url,
      });
      p.start();
      match(
        await p.result(),
        new RegExp(`StartMethodError: .*"${name}" is already`),
      );
    }
  },
);

Deno.test(
  "setStartMethod() at module level of a child repeats the parent's choice",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.ts": `
        import { getContext, getStartMethod, Pool, Process, setStartMethod } from "@multiprocessing/core";
        import { method } from "./method.ts";
        setStartMethod(method);
        export const chosen = () => getStartMethod();
        export const grandchild = async () => {
          const p = new Process({ target: later });
          p.start();
          return [chosen(), await p.result()];
        };
        export const later = async () => (await import("./later.ts")).chosen;
        if (import.meta.main) {
          for (const other of ["worker", "spawn", "forkserver"]) {
            const p = new (getContext(other).Process)({ target: grandchild });
            p.start();
            console.log(...await p.result());
          }
          await using pool = new Pool(1);
          for (const target of [chosen, later]) {
            const p = new Process({ target });
            p.start();
            console.log(await p.result(), await pool.apply(target));
          }
        }`,
      "later.ts": `
        import { getStartMethod, setStartMethod } from "@multiprocessing/core";
        import { method } from "./method.ts";
        setStartMethod(method);
        export const chosen = getStartMethod();`,
      "method.ts": `
        import { parentProcess } from "@multiprocessing/core";
        const file = new URL("./name.txt", import.meta.url);
        if (parentProcess() === null) Deno.writeTextFileSync(file, Deno.args[0]);
        export const method = Deno.readTextFileSync(file);`,
    });
    for (const name of ["thread", "worker", "spawn"]) {
      const main = `${folder.path}/main.ts`;
      const { stdout, stderr } = await runProgram(main, { args: [name] });
      deepEqual([stdout.split("\n"), stderr], [[
        // Those of another context, whose children have their method in turn.
        "worker worker",
        "spawn spawn",
        "forkserver forkserver",
        ...Array(2).fill(`${name} ${name}`),
        "",
      ], ""]);
    }
    const bad = new (getContext("thread").Process)({
      target: {
        module: `data:text/javascript,${
          encodeURIComponent(`
            import { setStartMethod } from "${
            import.meta.resolve("../../mod.ts")
          }";
            setStartMethod("worker");
            export const never = () => {};`)
        }`,
        name: "never",
      },
    });
    bad.start();
    await rejects(bad.result(), /"thread" is already in use/);
  },
);

/** Chooses a start method in a child. */
export function chooseAgain(): string {
  try {
    setStartMethod("spawn");
    return "chosen";
  } catch (error) {
    return String(error);
  }
}

// Goal: importing the package has no effect.
Deno.test("mod.ts does nothing when it is imported", SETTINGS, async () => {
  using folder = new ProgramFolder({
    "main.ts": `
      const before = Object.keys(globalThis).length;
      await import("@multiprocessing/core");
      console.log(Object.keys(globalThis).length - before);`,
  });
  const run = await runProgram(`${folder.path}/main.ts`, {
    flags: [`--allow-read=${new URL("../../", import.meta.url).pathname}`],
  });
  deepEqual(run, { code: 0, signal: null, stdout: "0\n", stderr: "" });
});

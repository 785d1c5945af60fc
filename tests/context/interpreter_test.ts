/**
 * What runs spawned processes: the executable and its flags.
 *
 * @module
 */

import { deepEqual, equal, match, notEqual, throws } from "node:assert/strict";
import {
  getContext,
  registerStartMethod,
  through,
  UnsupportedError,
} from "../../mod.ts";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 120_000 };

const host = () => globalThis.location?.host;

Deno.test(
  "getContext() with flags gives them to its processes",
  SETTINGS,
  async () => {
    const flags = [
      "--location",
      "http://flags.example/",
      "--v8-flags=--expose-gc",
    ];
    const ctx = getContext("spawn", { flags });
    notEqual(ctx, getContext("spawn"));
    equal(ctx.getStartMethod(), "spawn");
    const p = new ctx.Process({ target: host });
    p.start();
    equal(await p.result(), "flags.example");
    equal(p.name.startsWith("SpawnProcess-"), true);

    await using pool = new ctx.Pool(1);
    equal(await pool.apply(host), "flags.example");
    await using executor = new ctx.ProcessPoolExecutor(1);
    equal(await executor.submit(host), "flags.example");
    const heap = ctx.getContext("spawn", {
      flags: ["--location=http://b.org/"],
    });
    await using other = new heap.Pool(1, { context: ctx, maxHeapMiB: 64 });
    equal(await other.apply(host), "flags.example");
  },
);

Deno.test(
  "getContext() takes flags for processes through a command",
  SETTINGS,
  async () => {
    registerStartMethod("nicely", through(["nice"]));
    const ctx = getContext("nicely", {
      flags: ["--location=http://far.example/"],
    });
    const p = new ctx.Process({ target: host });
    p.start();
    equal(await p.result(), "far.example");
  },
);

Deno.test("getContext() refuses options that the method or deno cannot take", () => {
  for (const method of ["thread", "worker"]) {
    throws(() => getContext(method, { flags: ["--seed=1"] }), UnsupportedError);
  }
  const refused: [unknown, RegExp][] = [
    [{ flags: ["--allow-read"] }, /permissions/],
    [{ flags: ["-A"] }, /permissions/],
    [{ flags: ["-qR"] }, /permissions/],
    [{ flags: ["--permission-set=all"] }, /permissions/],
    [{ flags: ["main.ts"] }, /begins with "-"/],
    [{ flags: ["--cached-only", "main.ts"] }, /begins with "-"/],
    [{ flags: "--seed=1" }, /array of strings/],
    [{ flags: [1] }, /array of strings/],
    [{ executable: "" }, /executable/],
    [{ executable: 5 }, /executable/],
    [{ executable: new URL("https://deno.land/") }, /executable/],
  ];
  for (const [options, text] of refused) {
    throws(() => getContext("spawn", options as never), (error: unknown) => {
      equal(error instanceof TypeError, true);
      match(String(error), text);
      return true;
    });
  }
});

Deno.test(
  "getContext() and setExecutable() choose what runs a process, which may be a script",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "wrapper": `#!/bin/sh\nWRAPPED="$1" exec "$DENO" "$@"`,
      "apart": `#!/bin/sh\nWRAPPED=apart "$DENO" "$@"`,
      "main.ts": `
        import { getContext, setExecutable } from "@multiprocessing/core";
        export const wrapped = () => Deno.env.get("WRAPPED");
        export function spin() { console.log(Deno.pid); for (;;); }
        async function ran(ctx) {
          const p = new ctx.Process({ target: wrapped });
          p.start();
          return await p.result();
        }
        if (import.meta.main) {
          const here = (name) => new URL(name, import.meta.url);
          const apart = getContext("spawn", { executable: here("apart").pathname });
          const plain = await ran(getContext("spawn"));
          setExecutable(here("wrapper"));
          const seen = [plain, await ran(getContext("spawn")), await ran(apart)];
          console.log(JSON.stringify(seen));
          new apart.Process({ target: spin, daemon: true }).start();
          setTimeout(() => Deno.exit(), 500);
        }`,
    });
    for (const name of ["wrapper", "apart"]) {
      await Deno.chmod(`${folder.path}/${name}`, 0o755);
    }
    // The output ends when nobody is left behind, also behind a script.
    const run = await runProgram(`${folder.path}/main.ts`, {
      env: { DENO: Deno.execPath() },
    });
    equal(run.stderr, "");
    deepEqual(JSON.parse(run.stdout.split("\n")[0]!), [null, "run", "apart"]);
  },
);

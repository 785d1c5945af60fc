/**
 * Programs that are bundled or compiled.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { bundledAvailability } from "../../lib/launch/packed_program.ts";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 180_000 };

Deno.test("bundledAvailability() knows where a file of the package stands", () => {
  const places: [string, boolean][] = [
    [import.meta.resolve("../../lib/launch/packed_program.ts"), true],
    [
      "https://jsr.io/@multiprocessing/core/1.2.3/lib/launch/packed_program.ts",
      true,
    ],
    ["file:///app/bundle.js", false],
    ["file:///app/lib/bundle.js", false],
  ];
  for (const [url, supported] of places) {
    equal(bundledAvailability(url).supported, supported, url);
  }
});

const PROGRAM = `
  import { getContext, startMethods } from "@multiprocessing/core";
  export const double = (n) => n * 2;

  async function tried(method) {
    try {
      const { Pool, Process } = getContext(method);
      const p = new Process({ target: double, args: [21] });
      p.start();
      await using pool = new Pool(1);
      return [await p.result(), await pool.apply(double, [4])];
    } catch (error) {
      return error.name + ": " + error.message;
    }
  }

  if (import.meta.main) {
    if (Deno.args[0] === "compiled") {
      const build = { ...Deno.build, standalone: true };
      Object.defineProperty(Deno, "build", { value: build });
    }
    const seen = {};
    for (const method of ["thread", "worker", "spawn", "forkserver"]) {
      seen[method] = await tried(method);
    }
    const names = startMethods().filter(({ supported }) => supported)
      .map(({ name }) => name);
    console.log(JSON.stringify({ ...seen, names }));
  }`;

Deno.test(
  "Process of a bundled program is refused, and works with the package outside",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({ "main.js": PROGRAM });
    const bundled = async (name: string, flags: string[]) => {
      const out = `${folder.path}/${name}.js`;
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["bundle", "--quiet", ...flags, "main.js", "-o", out],
        cwd: folder.path,
      }).output();
      equal(success, true, new TextDecoder().decode(stderr));
      const run = await runProgram(out);
      deepEqual([run.code, run.stderr], [0, ""]);
      return JSON.parse(run.stdout);
    };
    const refused = await bundled("whole", []);
    for (const method of ["thread", "worker", "spawn", "forkserver"]) {
      match(refused[method], /^StartMethodError: .*bundled.*--external/);
    }
    deepEqual(refused.names, []);
    const works = [42, 8];
    deepEqual(await bundled("apart", ["--external=@multiprocessing/core"]), {
      thread: works,
      worker: works,
      spawn: works,
      forkserver: works,
      names: ["thread", "worker", "spawn", "forkserver"],
    });
  },
);

Deno.test(
  "Process of a compiled program is refused under spawn, with the cure",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({ "main.js": PROGRAM });
    const run = await runProgram(`${folder.path}/main.js`, {
      args: ["compiled"],
    });
    deepEqual([run.code, run.stderr], [0, ""]);
    const { thread, worker, spawn, names } = JSON.parse(run.stdout);
    deepEqual({ thread, worker, names }, {
      thread: [42, 8],
      worker: [42, 8],
      names: ["thread", "worker"],
    });
    match(spawn, /^StartMethodError: .*compiled.*use "thread" or "worker"/);
  },
);

/**
 * Programs with few permissions: a child needs no more than the program did.
 *
 * @module
 */

import { deepEqual } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Its module brings nothing of the package that a child might need later. */
const TASKS = `
  import { transferring, workerState } from "@multiprocessing/core/task";
  import { name } from "dep";

  export class OwnError extends Error { name = "OwnError"; }
  export const throwOwn = () => { throw new OwnError("on purpose"); };
  export const missing = () => import("./missing.js");
  export const large = () => new Map([[name, new Uint8Array(100_000)]]);
  export const moved = () => {
    const bytes = new Uint8Array(8);
    return transferring(bytes, [bytes.buffer]);
  };
  export const unsendable = () => () => {};
  export const state = () => workerState();
  export const initialize = (x) => x + 1;
  export const same = (x) => x;
`;

const PROGRAM = `
  import { getContext } from "@multiprocessing/core";
  import * as t from "./tasks.js";

  const module = new URL("./tasks.js", import.meta.url);
  const address = (name) => ({ module, name });

  async function said(promise) {
    try {
      return await promise;
    } catch (error) {
      return error.name;
    }
  }

  if (import.meta.main) {
    const ctx = getContext(Deno.args[0]);
    const lines = [];
    const p = new ctx.Process({ target: address("throwOwn") });
    p.start();
    lines.push(await said(p.result()));
    await using pool = new ctx.Pool(2, {
      initializer: address("initialize"),
      initargs: [1],
    });
    for (const name of ["throwOwn", "nothing", "missing", "unsendable", "state"]) {
      lines.push(await said(pool.apply(address(name))));
    }
    lines.push((await pool.apply(address("large"))).get("dependency").length);
    lines.push((await pool.apply(address("moved"))).length);
    lines.push(await pool.map(address("same"), [1, 2, 3]));
    lines.push(await said(pool.map(address("throwOwn"), [1, 2])));
    lines.push(await Array.fromAsync(pool.imap(address("same"), new Set([1, 2]))));
    console.log(JSON.stringify(lines));
  }`;

const EXPECTED = [
  "OwnError",
  "OwnError",
  "ProcessError",
  "TypeError",
  "EncodingError",
  2,
  100_000,
  8,
  [1, 2, 3],
  "OwnError",
  [1, 2],
];

const CASES: readonly [method: string, flags: (folder: string) => string[]][] =
  [
    ["thread", (folder) => [`--allow-read=${ROOT},${folder}`]],
    ["worker", (folder) => [`--allow-read=${ROOT},${folder}`]],
    ["spawn", () => [`--allow-run=${Deno.execPath()}`]],
    ["spawn", () => ["--allow-run", "--allow-ffi"]],
    ["spawn", (folder) => ["--allow-run", `--allow-read=${ROOT},${folder}`]],
    ["forkserver", () => ["--allow-run", "--allow-ffi"]],
    [
      "forkserver",
      (folder) => ["--allow-run", `--allow-read=${ROOT},${folder}`],
    ],
  ];

Deno.test(
  "Pool loses no worker for lack of a permission to read",
  { timeout: 120_000 },
  async (t) => {
    using folder = new ProgramFolder({
      "main.js": PROGRAM,
      "tasks.js": TASKS,
      "dep.js": `export const name = "dependency";`,
    }, {
      imports: {
        "@multiprocessing/core": `${ROOT}mod.ts`,
        "@multiprocessing/core/task": `${ROOT}lib/dist/task.generated.js`,
        dep: "./dep.js",
      },
    });
    for (const [method, flagsFor] of CASES) {
      const flags = flagsFor(folder.path);
      await t.step(`${method} ${flags.join(" ")}`, async () => {
        const run = await runProgram(`${folder.path}/main.js`, {
          flags,
          args: [method],
          cwd: "/tmp",
          deadlineMs: 90_000,
        });
        const lines = run.stdout === "" ? run.stderr : JSON.parse(run.stdout);
        deepEqual(lines, EXPECTED);
      });
    }
  },
);

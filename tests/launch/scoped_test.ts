/**
 * Programs with few permissions: a child needs no more than the program did.
 *
 * @module
 */

import { deepEqual } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../fixtures/program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

const PROGRAM = `
  import { getContext, ProcessStateError, Value } from "@multiprocessing/core";
  import { transferring, workerState } from "@multiprocessing/core/task";
  import { name } from "dep";

  export class OwnError extends Error { name = "OwnError"; }
  const fail = (type) => { throw new type("on purpose"); };
  export const throwOwn = () => fail(OwnError);
  export const throwOurs = () => fail(ProcessStateError);
  export const missing = () => import("./missing.js");
  export const large = () => new Map([[name, new Uint8Array(100_000)]]);
  export const moved = () => {
    const bytes = new Uint8Array(8);
    return transferring(bytes, [bytes.buffer]);
  };
  export const unsendable = () => () => {};
  export const state = () => workerState();
  export const initialize = (x) => x + 1;
  export function* numbers() { yield 1; yield 2; }
  export const below = async (method) => {
    const p = new (getContext(method).Process)({ target: throwOurs });
    p.start();
    return await said(p.result());
  };
  export const said = async (promise) => {
    try {
      return await promise;
    } catch (error) {
      return error.name;
    }
  };

  if (import.meta.main) {
    const [method] = Deno.args;
    const ctx = getContext(method);
    const lines = [];
    const p = new ctx.Process({ target: throwOwn });
    p.start();
    lines.push(await said(p.result()));
    await using pool = new ctx.Pool(2, { initializer: initialize, initargs: [1] });
    for (const task of [throwOwn, throwOurs, missing, unsendable, state]) {
      lines.push(await said(pool.apply(task)));
    }
    lines.push((await pool.apply(large)).get("dependency").length);
    lines.push((await pool.apply(moved)).length);
    lines.push(await pool.map((x) => x * 2, [1, 2, 3]));
    lines.push(await said(pool.map(throwOwn, [1, 2])));
    lines.push(await Array.fromAsync(pool.imap((x) => x, numbers())));
    console.log(JSON.stringify(lines));
  }`;

const EXPECTED = [
  "OwnError",
  "OwnError",
  "ProcessStateError",
  "TypeError",
  "EncodingError",
  2,
  100_000,
  8,
  [2, 4, 6],
  "OwnError",
  [1, 2],
];

const CASES: readonly [method: string, flags: (folder: string) => string[]][] =
  [
    ["thread", (folder) => [`--allow-read=${ROOT},${folder}`]],
    ["worker", (folder) => [`--allow-read=${ROOT},${folder}`]],
    ["spawn", () => ["--allow-run"]],
    ["spawn", () => [`--allow-run=${Deno.execPath()}`]],
    ["spawn", () => ["--allow-run", "--allow-ffi"]],
    ["spawn", (folder) => ["--allow-run", `--allow-read=${ROOT},${folder}`]],
    ["spawn", () => ["--allow-run", "--allow-read", "--deny-read=/etc"]],
  ];

Deno.test(
  "Pool loses no worker for lack of a permission to read",
  { timeout: 120_000 },
  async (t) => {
    using folder = new ProgramFolder({
      "main.js": PROGRAM,
      "dep.js": `export const name = "dependency";`,
    }, {
      imports: {
        "@multiprocessing/core": `${ROOT}mod.ts`,
        "@multiprocessing/core/task": `${ROOT}lib/pool/task.ts`,
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
          deadlineMs: 40_000,
        });
        const lines = run.stdout === "" ? run.stderr : JSON.parse(run.stdout);
        deepEqual(lines, EXPECTED);
      });
    }
  },
);

/**
 * A spawned process is no way to load what its parent may not load itself.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 120_000 };
const REPOSITORY = new URL("../../", import.meta.url).pathname;

const MAIN = `
import { getContext } from "@multiprocessing/core";
import { ownResult } from "./helper.ts";
import { tell as imported } from "./tasks.js";

export const tell = () => "own";

const resultOf = async (target) => {
  try {
    const p = new (getContext("spawn").Process)({ target });
    p.start();
    return await p.result();
  } catch (error) {
    return error.name + ": " + error.message;
  }
};

if (import.meta.main) {
  const secret = Deno.args[0];
  const importing = "data:text/javascript,import { tell as told } from " +
    JSON.stringify(secret) + "; export const tell = () => told();";
  console.log(JSON.stringify({
    secret: await resultOf({ module: secret, name: "tell" }),
    importing: await resultOf({ module: importing, name: "tell" }),
    remote: await resultOf({ module: "https://example.com/a.js", name: "tell" }),
    address: await resultOf({ module: import.meta.url, name: "tell" }),
    own: await resultOf(tell),
    imported: await resultOf({
      module: new URL("tasks.js", import.meta.url),
      name: imported.name,
    }),
    helper: await ownResult(),
  }));
}`;

// It calls nothing of this package, and needs no permission to be imported.
const TASKS = `export const tell = () => "imported";`;

const HELPER = `
import { getContext } from "@multiprocessing/core";

export const tell = () => "helper";

export async function ownResult() {
  const { Process } = getContext("spawn");
  const p = new Process({ target: { module: import.meta.url, name: "tell" } });
  p.start();
  return await p.result();
}`;

for (
  const [what, flags] of [
    ["a part of the files", ["--allow-run", `--allow-read=${REPOSITORY}`]],
    ["no file", ["--allow-run"]],
  ] as const
) {
  Deno.test(
    `spawn: Process of a parent that may read ${what} loads no other module`,
    SETTINGS,
    async () => {
      using own = new ProgramFolder({
        "main.js": MAIN,
        "helper.ts": HELPER,
        "tasks.js": TASKS,
      });
      using other = new ProgramFolder({
        "secret.js": `export const tell = () => "secret";`,
      });
      const secret = `file://${other.path}/secret.js`;
      const run = await runProgram(`${own.path}/main.js`, {
        flags,
        args: [secret],
      });
      equal(run.code, 0, run.stderr);
      const { secret: told, importing, remote, ...others } = JSON.parse(
        run.stdout,
      );
      match(told, /^ExitError: .*secret\.js.*--allow-read/);
      match(importing, /Requires read access/);
      match(remote, /^ExitError: .*--allow-import/);
      // What runs in the parent, or was imported by name, is no secret to it.
      deepEqual(others, {
        address: "own",
        own: "own",
        imported: "imported",
        helper: "helper",
      });
    },
  );
}

Deno.test(
  "spawn: Process loads any module of a parent that may read it",
  SETTINGS,
  async () => {
    using own = new ProgramFolder({
      "main.js": MAIN,
      "helper.ts": HELPER,
      "tasks.js": TASKS,
    });
    using other = new ProgramFolder({
      "secret.js": `export const tell = () => "secret";`,
    });
    const run = await runProgram(`${own.path}/main.js`, {
      flags: ["--allow-run", `--allow-read=${REPOSITORY},${other.path}`],
      args: [`file://${other.path}/secret.js`],
    });
    equal(JSON.parse(run.stdout).secret, "secret", run.stderr);
  },
);

// Goal: code made from text cannot say that it is of another module.
Deno.test(
  "spawn: Process loads no module that a text gives as its own name",
  SETTINGS,
  async () => {
    using own = new ProgramFolder({
      "main.js": `
      import { getContext } from "@multiprocessing/core";
      const { Process } = getContext("spawn");
      const secret = Deno.args[0];
      const start = new Function("Process", "secret", \`
        const p = new Process({ target: { module: secret, name: "tell" } });
        p.start();
        return p.result();
        //# sourceURL=\${secret}\`);
      try {
        console.log(await start(Process, secret));
      } catch (error) {
        console.log(error.name);
      }`,
    });
    using other = new ProgramFolder({
      "secret.js": `export const tell = () => "secret";`,
    });
    const run = await runProgram(`${own.path}/main.js`, {
      flags: ["--allow-run", `--allow-read=${REPOSITORY}`],
      args: [`file://${other.path}/secret.js`],
    });
    equal(run.stdout, "ExitError\n", run.stderr);
  },
);

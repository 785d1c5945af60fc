/**
 * What the package takes for granted about permissions of isolates.
 *
 * Each case is a program, as permissions are to be few in it.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 120_000 };

const COMMON = `
import { Worker as Thread } from "node:worker_threads";

const urlOf = (text) => "data:text/javascript," + encodeURIComponent(text);
const state = (name) => Deno.permissions.querySync({ name }).state;

/** What a Web Worker posts first, or why it could not be made. */
const said = (text, options) => new Promise((resolve) => {
  try {
    const worker = new Worker(urlOf(text), { type: "module", ...options });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(event.message);
    };
  } catch (error) {
    resolve(error.message);
  }
});

/** The same of a thread. */
const saidByThread = (text) => new Promise((resolve) => {
  const thread = new Thread(new URL(urlOf(
    'import { parentPort } from "node:worker_threads";' +
    "const postMessage = (data) => parentPort.postMessage(data);" + text,
  )));
  thread.on("message", (data) => {
    thread.terminate();
    resolve(data);
  });
});
`;

async function printed(text: string): Promise<unknown> {
  using folder = new ProgramFolder({ "main.js": COMMON + text });
  const run = await runProgram(`${folder.path}/main.js`, {
    flags: ["-A", "--unstable-worker-options"],
  });
  equal(run.code, 0, run.stderr);
  return JSON.parse(run.stdout);
}

Deno.test(
  "an isolate without permissions of its own shares those of its maker",
  SETTINGS,
  async () => {
    const states = await printed(`
      const revoke = (name) => \`
        Deno.permissions.revokeSync({ name: "\${name}" });
        postMessage(1);\`;
      await saidByThread(revoke("net"));
      await said(revoke("env"), {});
      await said(revoke("sys"), { deno: { permissions: "inherit" } });
      await said(revoke("ffi"), { deno: { permissions: { ffi: "inherit" } } });
      console.log(JSON.stringify(["net", "env", "sys", "ffi"].map(state)));`);
    // What is asked for, if it is only to inherit, gives a set of its own.
    deepEqual(states, ["prompt", "prompt", "granted", "granted"]);
  },
);

Deno.test(
  "what a worker makes has no more permissions than it has",
  SETTINGS,
  async () => {
    const states = await printed(`
      const look = 'postMessage(' +
        'Deno.permissions.querySync({ name: "net" }).state === "granted");';
      const text = ${JSON.stringify(COMMON)} + \`
        const look = \${JSON.stringify(look)};
        postMessage(await Promise.all([
          said(look, {}),
          said(look, { deno: { permissions: "inherit" } }),
          said(look, { deno: { permissions: { net: true } } }),
          saidByThread(look),
          said('import "file:///etc/passwd"', {}),
        ]));\`;
      console.log(JSON.stringify(await said(text, {
        deno: { permissions: { net: false, read: false } },
      })));`) as unknown[];
    deepEqual(states.slice(0, 4), [
      false,
      false,
      "Can't escalate parent thread permissions",
      false,
    ]);
    // A static import of an entry asks for the permissions of the maker.
    equal(/Requires read access/.test(String(states[4])), true);
  },
);

Deno.test(
  "a denial of imports leaves trusted hosts open, and a list does not",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.js": `console.log(Deno.permissions.querySync({
        name: "import",
        host: "jsr.io:443",
      }).state);`,
    });
    const stateWith = async (...flags: string[]) =>
      (await runProgram(`${folder.path}/main.js`, { flags })).stdout.trim();
    equal(await stateWith("--deny-import"), "granted");
    equal(
      await stateWith("--deny-import", "--allow-import=0.0.0.0:1"),
      "denied",
    );
  },
);

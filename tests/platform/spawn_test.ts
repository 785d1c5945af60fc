/**
 * What is taken for granted of a `deno` that another one starts.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../fixtures/program.ts";

const SETTINGS = { timeout: 30_000 };

Deno.test(
  "Deno.kill() of the own process needs no permission, also in a Web Worker",
  SETTINGS,
  async () => {
    const killer = `Deno.kill(Deno.pid, "SIGKILL")`;
    using folder = new ProgramFolder({
      "main.js": `
        const url = "data:text/javascript," + encodeURIComponent(\`${killer}\`);
        new Worker(url, { type: "module" });
        for (;;);`,
    });
    const run = await runProgram(`${folder.path}/main.js`, { flags: [] });
    deepEqual([run.signal, run.stderr], ["SIGKILL", ""]);
  },
);

Deno.test(
  "Deno.stdin, process.stdin and tools read the file descriptor 0 of the moment",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.js": `
        import process from "node:process";
        const { symbols } = Deno.dlopen("libc.so.6", {
          open: { parameters: ["buffer", "i32"], result: "i32" },
          dup2: { parameters: ["i32", "i32"], result: "i32" },
        });
        const first = new Uint8Array(3);
        Deno.stdin.readSync(first);
        const path = new TextEncoder().encode("/dev/null\\0");
        symbols.dup2(symbols.open(path, 0), 0);
        const bytes = new Uint8Array(8);
        console.log(new TextDecoder().decode(first), Deno.stdin.readSync(bytes));
        await new Deno.Command("cat").spawn().status;
        process.stdin.on("data", console.log).on("end", () => console.log("end"));`,
    });
    const main = `${folder.path}/main.js`;
    const run = await runProgram(main, { input: "one two" });
    equal(run.stdout, "one null\nend\n");
  },
);

/**
 * What is taken for granted of a `deno` that another one starts.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 120_000 };

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

Deno.test(
  "--preload loads what it names without a permission, with the configuration of the main module, which waits for it",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "app/user.js": `
        import { version } from "dep";
        export const seen = [version, import.meta.main];`,
      "dep.js": "export const version = 1;",
    }, { imports: { dep: "./dep.js" } });
    const user = `file://${folder.path}/app/user.js`;
    const preload = `data:text/javascript,${
      encodeURIComponent(`
        const { seen } = await import(${JSON.stringify(user)});
        const process = (await import("node:process")).default;
        console.log(JSON.stringify([...seen, Deno.args, process.argv[1]]));
        Deno.exit(3);`)
    }`;
    // There is no such file, and nothing looks for it.
    const main = `file://${folder.path}/app/none.js?x`;
    const run = await runProgram(main, {
      flags: ["--preload", preload],
      args: ["a"],
      cwd: "/tmp",
    });
    deepEqual([run.code, run.stderr], [3, ""]);
    const path = `${folder.path}/app/none.js`;
    deepEqual(JSON.parse(run.stdout), [1, false, ["a"], path]);
  },
);

Deno.test(
  "Deno has the exit code ready when it says unload, whoever ended the program",
  SETTINGS,
  async () => {
    for (
      const end of ["Deno.exit(9)", "process.exit(9)", "Deno.exitCode = 9"]
    ) {
      using folder = new ProgramFolder({
        "main.js": `
          import process from "node:process";
          addEventListener("unload", () => console.log(Deno.exitCode));
          ${end}; process;`,
      });
      const run = await runProgram(`${folder.path}/main.js`);
      deepEqual([run.code, run.stdout], [9, "9\n"], end);
    }
  },
);

Deno.test(
  "Deno tells a program nothing of the flags that it was started with",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.js": `
        import process from "node:process";
        console.log(process.execArgv.length, Deno.args.length);`,
    });
    const flags = ["-A", "--cached-only", "--unstable-kv"];
    const run = await runProgram(`${folder.path}/main.js`, { flags });
    equal(run.stdout, "0 0\n");
  },
);

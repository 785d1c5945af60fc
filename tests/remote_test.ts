/**
 * The package as it is used from http: the checkout is served on loopback, and
 * programs run that import it from there.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { ProgramFolder, type Run, runProgram } from "./program_testing.ts";

const ROOT = new URL("../", import.meta.url);
const SETTINGS = { timeout: 180_000 };

/** The checkout, and some programs beside it, on 127.0.0.1. */
class Served implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #cache = Deno.makeTempDirSync({ prefix: "multiprocessing-test-" });
  readonly host: string;

  constructor(programs: Readonly<Record<string, string>>) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const path = new URL(request.url).pathname.slice(1);
        const text = programs[path] ?? await read(path);
        const kind = path.endsWith(".js") ? "javascript" : "typescript";
        const headers = { "content-type": `application/${kind}` };
        return text === null
          ? new Response("nothing here", { status: 404 })
          : new Response(text, { headers });
      },
    );
    this.host = `127.0.0.1:${this.#server.addr.port}`;
  }

  url(path: string): string {
    return `http://${this.host}/${path}`;
  }

  async run(main: string, method: string, flags: string[]): Promise<Run> {
    return await runProgram(main, {
      flags: ["--no-lock", "--quiet", ...flags],
      args: [method],
      env: { DENO_DIR: this.#cache },
      cwd: this.#cache,
      deadlineMs: 90_000,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    Deno.removeSync(this.#cache, { recursive: true });
  }
}

async function read(path: string): Promise<string | null> {
  if (!/^(mod\.ts|lib\/[\w/.]+\.[jt]s)$/.test(path)) return null;
  return await Deno.readTextFile(new URL(path, ROOT)).catch(() => null);
}

/** A program with a module's value, a module of its own and a grandchild. */
function program(core: string, other: string): string {
  return `
    import { Process, setStartMethod, Value } from ${JSON.stringify(core)};
    import { double } from ${JSON.stringify(other)};

    const counter = new Value("i", 0);

    export async function count(levels: number): Promise<number> {
      counter.add(1);
      if (levels === 0) return double(counter.value);
      const p = new Process({ target: count, args: [levels - 1] });
      p.start();
      return await p.result();
    }

    export function fail(): never {
      throw new RangeError("far away");
    }

    if (import.meta.main) {
      setStartMethod(Deno.args[0]!);
      const p = new Process({ target: count, args: [1] });
      p.start();
      console.log(counter.value, await p.result(), counter.value, p.exitcode);
      const text = new Process({ target: (x: number) => x * factor, args: [5], scope: { factor: 3 } });
      text.start();
      console.log(await text.result());
      const given = new Process<[number], number>({
        target: { module: new URL(${
    JSON.stringify(other)
  }, import.meta.url), name: "double" },
        args: [21],
      });
      given.start();
      console.log(await given.result());
    }
    declare const factor: number;`;
}

const DOUBLE = "export const double = (n: number): number => n * 2;";
const EXPECTED = "0 4 2 0\n15\n42\n";

for (const method of ["thread", "worker", "spawn", "forkserver"]) {
  const isIsolate = method === "thread" || method === "worker";

  Deno.test(
    `${method}: Process works in a program that comes from http, as the package`,
    SETTINGS,
    async () => {
      await using served = new Served({
        "app/main.ts": program("../mod.ts", "./double.ts"),
        "app/double.ts": DOUBLE,
      });
      const reload = `--reload=${served.url("")}`;
      const run = await served.run(served.url("app/main.ts"), method, [
        "-A",
        reload,
      ]);
      equal(run.stderr, "");
      deepEqual([run.code, run.stdout], [0, EXPECTED]);
    },
  );

  Deno.test(
    `${method}: Process works in a local program that takes the package from http`,
    SETTINGS,
    async () => {
      await using served = new Served({});
      using folder = new ProgramFolder({
        "main.ts": program(served.url("mod.ts"), "./double.ts"),
        "double.ts": DOUBLE,
      });
      const main = `${folder.path}/main.ts`;
      const full = await served.run(main, method, ["-A"]);
      equal(full.stderr, "");
      deepEqual([full.code, full.stdout], [0, EXPECTED]);

      // With what the method needs, and the host, and no more.
      const needs = !isIsolate
        ? ["--allow-run", "--allow-ffi", "--allow-write", "--allow-read"]
        : [`--allow-read=${folder.path}`];
      const scoped = await served.run(main, method, [
        ...needs,
        `--allow-import=${served.host}`,
      ]);
      equal(scoped.stderr, "");
      deepEqual([scoped.code, scoped.stdout], [0, EXPECTED]);
    },
  );

  // Nothing of the program or the package is a file.
  Deno.test(
    `${method}: Process needs no read permission where all comes from http`,
    SETTINGS,
    async () => {
      await using served = new Served({
        "app/main.ts": program("../mod.ts", "./double.ts"),
        "app/double.ts": DOUBLE,
      });
      const needs = !isIsolate
        ? [
          "--allow-run",
          "--allow-ffi",
          "--allow-write",
          "--allow-read=/dev/shm",
        ]
        : [];
      const run = await served.run(served.url("app/main.ts"), method, [
        ...needs,
        `--allow-import=${served.host}`,
      ]);
      equal(run.stderr, "");
      deepEqual([run.code, run.stdout], [0, EXPECTED]);
    },
  );
}

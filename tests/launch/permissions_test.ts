/**
 * What a child may do: never more than its parent, and as much as can be known.
 *
 * Each case is a program with its own flags; its child looks at what it has.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { getContext } from "../../mod.ts";
import { checkedPermissions } from "../../lib/launch/permissions.ts";
import { ProgramFolder, programUrl, runProgram } from "../program_testing.ts";
import type { PermissionReport } from "../fixtures/programs/permissions.ts";

const METHODS = ["thread", "worker", "spawn", "forkserver"] as const;
const PROCESSES: readonly string[] = ["spawn", "forkserver"];
const DENO = Deno.execPath();
const SETTINGS = { timeout: 120_000 };
const ENV = { AWS_SECRET: "secret", HOME: "/home/of/test" };
const WORKER_OPTIONS = "--unstable-worker-options";

async function look(
  method: string,
  flags: readonly string[],
  options: object = {},
): Promise<PermissionReport> {
  const run = await runProgram(programUrl("permissions"), {
    flags,
    args: [method, JSON.stringify(options)],
    env: ENV,
  });
  equal(run.code, 0, run.stderr);
  return JSON.parse(run.stdout);
}

/** What the child has and its parent has not. */
function excess({ parent, child = {} }: PermissionReport): string[] {
  return Object.keys(child).filter((question) => {
    // A spawned child may import what is in the cache and nothing else, whatever
    // its parent's hosts are: Deno's answer to the question does not say so.
    if (question.startsWith("import")) return false;
    const [own, given] = [parent[question], child[question]];
    if (question.startsWith("value of")) {
      return given !== own && given !== "denied" && given !== "none";
    }
    return given !== own && given !== "prompt" && given !== "denied" &&
      own !== "granted";
  });
}

/** Kinds that a report says are fully granted. */
function full(states: Readonly<Record<string, string>> = {}): string[] {
  return ["read ", "write ", "net", "env", "run ", "sys", "ffi "]
    .filter((kind) => states[kind] === "granted").map((kind) => kind.trim());
}

const ALL = ["read", "write", "net", "env", "run", "sys", "ffi"];

for (const method of METHODS) {
  Deno.test(
    `${method}: Process has all permissions of a parent that has all`,
    SETTINGS,
    async () => {
      const report = await look(method, ["-A"]);
      deepEqual(report.child, report.parent);
      deepEqual(full(report.child), ALL);
      equal(report.look, ENV.HOME);
      equal(report.methods[method], "");
    },
  );

  Deno.test(
    `${method}: Process has each full grant of its parent and no other`,
    SETTINGS,
    async () => {
      const grants = ["--allow-read", "--allow-run", "--allow-sys"];
      const report = await look(method, grants);
      deepEqual(full(report.parent), ["read", "run", "sys"]);
      deepEqual(full(report.child), ["read", "run", "sys"]);
      deepEqual(excess(report), []);
      const denied = report.look as { name: string; message: string };
      equal(denied.name, "NotCapable");
      match(denied.message, /Requires env access to "HOME"/);
      // Nothing is scoped here, so there is nothing to list.
      ok(!denied.message.includes("scoped"));
    },
  );

  Deno.test(
    `${method}: Process has no more than a parent with scoped grants`,
    SETTINGS,
    async () => {
      const repository = new URL("../../", import.meta.url).pathname;
      const report = await look(method, [
        `--allow-read=/tmp,${repository}`,
        "--allow-write=/tmp",
        "--allow-env=HOME",
        `--allow-run=${DENO}`,
      ]);
      deepEqual(full(report.parent), []);
      deepEqual(full(report.child), []);
      deepEqual(excess(report), []);
      equal(report.methods[method], "");
      if (PROCESSES.includes(method)) {
        equal(report.child!["env HOME"], "prompt");
        const { name, message } = report.look as {
          name: string;
          message: string;
        };
        equal(name, "NotCapable");
        match(message, /scoped grant.*permissions: \{ env: \["HOME"\] \}/);
      } else {
        deepEqual(report.child, report.parent);
        equal(report.look, ENV.HOME);
      }
    },
  );

  Deno.test(
    `${method}: startMethods() names the permission that is missing`,
    SETTINGS,
    async () => {
      const { methods, error, child } = await look(method, []);
      match(methods["thread"]!, /--allow-read/);
      match(methods["worker"]!, /--allow-read/);
      match(methods["spawn"]!, /--allow-run/);
      equal(error?.name, "StartMethodError");
      match(
        error.message,
        new RegExp(
          `"${method}".*${PROCESSES.includes(method) ? "-run" : "-read"}`,
        ),
      );
      equal(child, undefined);
    },
  );

  Deno.test(
    `${method}: Process has no more than a parent with denials in full grants`,
    SETTINGS,
    async () => {
      const report = await look(method, [
        "-A",
        "--deny-read=/tmp/denied",
        "--deny-write=/tmp",
        "--deny-net=127.0.0.1:80",
        "--deny-env=AWS_SECRET",
        "--deny-sys=hostname",
        "--deny-import=a.example.com",
      ]);
      deepEqual(excess(report), []);
      equal(report.child!["value of AWS_SECRET"], "denied");
      ok(report.child!["read /tmp/denied"] !== "granted");
      const ignoring = await look(method, ["-A", "--ignore-env=AWS_SECRET"]);
      deepEqual(excess(ignoring), []);
      ok(ignoring.child!["value of AWS_SECRET"] !== "secret");
    },
  );
}

Deno.test(
  "worker, spawn and forkserver: Process has the permissions that are listed",
  SETTINGS,
  async () => {
    for (const method of ["worker", ...PROCESSES]) {
      const flags = ["-A", WORKER_OPTIONS];
      const none = await look(method, flags, { permissions: "none" });
      deepEqual(full(none.child), [], method);
      deepEqual(excess(none), []);
      const granted = Object.keys(none.child!).filter((question) =>
        none.child![question] === "granted"
      );
      // A spawned process may import what is in the cache: its own modules.
      deepEqual(granted.filter((question) => !/^import/.test(question)), []);

      // What is left out is inherited.
      const some = await look(method, flags, {
        permissions: { read: ["/tmp"], env: ["HOME"], net: false, write: true },
      });
      deepEqual(
        full(some.child),
        ["write", "run", "sys", "ffi"],
        method,
      );
      equal(some.child!["read /tmp"], "granted");
      equal(some.child!["read /"] === "granted", false);
      equal(some.child!["value of HOME"], ENV.HOME);
      equal(some.child!["value of AWS_SECRET"], "denied");
      equal(some.child!["net localhost:1"] === "granted", false);
      equal(some.look, ENV.HOME);
    }
  },
);

Deno.test(
  "spawn: Process has a scoped grant of its parent when it is listed",
  SETTINGS,
  async () => {
    const report = await look("spawn", [
      "--allow-run",
      "--allow-env=HOME",
      "--allow-read=/tmp",
      "--allow-net=localhost:1",
    ], {
      permissions: {
        env: ["HOME"],
        read: ["/tmp/below"],
        net: ["localhost:1"],
      },
    });
    equal(report.look, ENV.HOME);
    deepEqual(excess(report), []);
    equal(report.child!["net localhost:1"], "granted");
    equal(report.child!["read /tmp"] === "granted", false);
  },
);

Deno.test(
  "spawn: Process.start() refuses to give more than the parent has",
  SETTINGS,
  async () => {
    const scoped = ["--allow-run", "--allow-env=HOME", "--allow-read=/tmp"];
    const denying = (flag: string) => ["-A", flag];
    const cases: [string[], object][] = [
      [scoped, { env: true }],
      [scoped, { env: ["HOME", "AWS_SECRET"] }],
      [scoped, { read: ["/"] }],
      [scoped, { write: ["/tmp"] }],
      [scoped, { net: ["localhost:1"] }],
      [scoped, { ffi: true }],
      [denying("--deny-env=AWS_SECRET"), { env: true }],
      [denying("--deny-env=AWS_SECRET"), { env: ["AWS_SECRET"] }],
      [denying("--deny-read=/tmp/denied"), { read: ["/tmp"] }],
      [denying("--deny-read=/tmp/denied"), { read: ["/tmp/denied"] }],
      [denying("--deny-run=/usr/bin/env"), { run: ["env"] }],
    ];
    for (const [flags, permissions] of cases) {
      const { child, error } = await look("spawn", flags, { permissions });
      const asked = JSON.stringify([flags, permissions, error]);
      equal(child, undefined, asked);
      equal(error?.name, "StartMethodError", asked);
      match(
        error.message,
        /no more than its parent|must hold all of it/,
        asked,
      );
    }
  },
);

// Goal: a pattern is not passed on where a denial may be hidden inside it.
Deno.test(
  "spawn: Process has no more than its parent by a pattern",
  SETTINGS,
  async () => {
    const cases: [string, object][] = [
      ["--deny-env=AWS_SECRET", { env: ["AWS_*"] }],
      ["--deny-net=127.0.0.1:80", { net: ["127.0.0.1"] }],
      ["--deny-net=10.1.2.3", { net: ["10.0.0.0/8"] }],
      ["--deny-net=a.example.com", { net: ["*.example.com"] }],
    ];
    for (const [flag, permissions] of cases) {
      const report = await look("spawn", ["-A", flag], { permissions });
      deepEqual(excess(report), [], `${flag} ${JSON.stringify(permissions)}`);
      equal(report.error?.name ?? "StartMethodError", "StartMethodError");
    }
    const free = await look("spawn", ["-A"], {
      permissions: { env: ["AWS_*"], net: ["127.0.0.1"] },
    });
    equal(free.child!["value of AWS_SECRET"], "secret");
    equal(free.child!["net 127.0.0.1:80"], "granted");
  },
);

Deno.test(
  "spawn: Process refuses permissions that cannot be flags",
  SETTINGS,
  async () => {
    for (const permissions of [{ read: ["/a,/b"] }, { env: [""] }]) {
      const { error } = await look("spawn", ["-A"], { permissions });
      equal(error?.name, "StartMethodError");
      match(error.message, /comma/);
    }
    const nothing = await look("spawn", ["-A"], { permissions: { read: [] } });
    equal(nothing.child!["read /tmp"] === "granted", false);
  },
);

/** A host that Deno trusts by itself, by its own word. */
function trustedHost(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--help"],
    env: { NO_COLOR: "1" },
  }).outputSync();
  const help = new TextDecoder().decode(stdout);
  return /Default value: ([^:]+):443/.exec(help)![1]!;
}

// Goal: the list of hosts of the parent is the child's, although it cannot be
// read. Method: an import that is refused is told apart from one that fails.
Deno.test(
  "spawn: Process imports from no host that its parent may not import from",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "main.ts": `
      import { getContext } from "@multiprocessing/core";
      const url = "https://${trustedHost()}/none.ts";
      export const load = () => import(url).catch((error) => error.message);
      if (import.meta.main) {
        const p = new (getContext("spawn").Process)({ target: load });
        p.start();
        console.log(JSON.stringify([await load(), await p.result()]));
      }`,
    });
    const run = await runProgram(`${folder.path}/main.ts`, {
      flags: ["--allow-read", "--allow-run", "--allow-import=example.com"],
    });
    const [own, child] = JSON.parse(run.stdout);
    match(own, /Requires import access to/);
    match(child, /Requires import access|not found in cache|cached/i);
  },
);

Deno.test(
  "worker: Process refuses permissions without the flag for them",
  SETTINGS,
  async () => {
    for (const flags of [["-A"], ["--allow-read"]]) {
      const { child, error } = await look("worker", flags, {
        permissions: { net: false },
      });
      equal(child, undefined);
      equal(error?.name, "UnsupportedError");
      match(error.message, /--unstable-worker-options.*"spawn"/);
    }
    const inherits = await look("worker", ["-A"], { permissions: "inherit" });
    deepEqual(inherits.child, inherits.parent);
  },
);

Deno.test(
  "worker: Process takes permissions with the flag in deno.json",
  SETTINGS,
  async () => {
    const mod = new URL("../../mod.ts", import.meta.url).href;
    const source = (await Deno.readTextFile(programUrl("permissions")))
      .replace("../../../mod.ts", mod);
    using folder = new ProgramFolder({ "main.ts": source }, {
      unstable: ["worker-options"],
    });
    const lookHere = async (permissions: object) => {
      const run = await runProgram(`${folder.path}/main.ts`, {
        flags: ["--allow-read", "--allow-env"],
        args: ["worker", JSON.stringify({ permissions })],
        env: ENV,
        cwd: folder.path,
      });
      equal(run.code, 0, run.stderr);
      return JSON.parse(run.stdout) as PermissionReport;
    };
    const less = await lookHere({ env: ["HOME"] });
    deepEqual(full(less.child), ["read"]);
    equal(less.look, ENV.HOME);
    deepEqual(excess(less), []);
    const more = await lookHere({ write: true });
    equal(more.child, undefined);
    match(more.error!.message, /write|escalate|more than its parent/i);
  },
);

Deno.test(
  "thread: Process refuses permissions of its own",
  SETTINGS,
  async () => {
    const { child, error } = await look("thread", ["-A", WORKER_OPTIONS], {
      permissions: "none",
    });
    equal(child, undefined);
    equal(error?.name, "UnsupportedError");
  },
);

// Goal: without FFI a shared object fails loudly; a child never sees a silent 0.
Deno.test(
  "spawn: Value cannot be shared without --allow-ffi, and says so",
  SETTINGS,
  async () => {
    const flags = ["--allow-read", "--allow-run"];
    for (const what of ["module", "argument"]) {
      const run = await runProgram(programUrl("module_value"), {
        flags,
        args: [what],
      });
      equal(run.code, 0);
      match(run.stdout, /^SharedMemoryError: .*--allow-ffi.*\ncounter 0\n$/);
    }
    const unused = await runProgram(programUrl("module_value"), {
      flags,
      args: ["ignored"],
    });
    equal(unused.stdout, "result ignored\ncounter 0\n");
    equal(unused.stderr, "");
    const withFfi = await runProgram(programUrl("module_value"), {
      flags: [...flags, "--allow-ffi", "--allow-write"],
      args: ["module"],
    });
    equal(withFfi.stdout, "result 0\ncounter 1\n", withFfi.stderr);
  },
);

Deno.test(
  "spawn: Value that threads hold already is refused, with the cure",
  SETTINGS,
  async () => {
    const run = await runProgram(programUrl("module_value"), {
      args: ["thread-held"],
    });
    match(
      run.stdout,
      /^SharedMemoryError: .*threads.*getContext\("spawn"\).*\ncounter 1\n$/,
    );
  },
);

const ODD: readonly unknown[] = [
  "all",
  "None",
  "",
  5,
  true,
  null,
  [],
  { bogus: true },
  { net: "yes" },
  { net: null },
  { net: 1 },
  { net: new Set(["localhost"]) },
  { env: { length: 1, 0: "HOME" } },
  { read: [5] },
];

for (const method of METHODS) {
  Deno.test(`${method}: permissions that are none are refused, by processes and pools`, () => {
    const { Process, Pool } = getContext(method);
    for (const odd of ODD) {
      const permissions = odd as Deno.PermissionOptions;
      const target = () => {};
      const wrong = { name: "TypeError", message: /"permissions" m(ust|ay)/ };
      throws(() => new Process({ target, permissions }), wrong);
      throws(() => new Pool(1, { permissions }), wrong);
    }
  });
}

Deno.test("permissions are looked at once, wherever an object has them", () => {
  let reads = 0;
  const asked = Object.create({ net: false }, {
    run: { enumerable: true, get: () => reads++ > 0 },
    env: { enumerable: true, value: undefined },
  });
  deepEqual(checkedPermissions(asked), { net: false, run: false });
  equal(reads, 1);
});

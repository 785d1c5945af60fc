/**
 * A child has the settings of the program, under every start method.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";
import { settingsOf } from "../../lib/launch/settings.ts";
import { ProgramFolder, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 180_000 };
const MOD = new URL("../../mod.ts", import.meta.url).href;

const COMMANDS: readonly [command: string, args: string, settings: string][] = [
  ["deno run -A main.ts", "", ""],
  ["deno main.ts --config x", "--config x", ""],
  ["deno run --config deno.json main.ts", "", "--config=/app/deno.json"],
  ["deno run -c a/b.json main.ts", "", "--config=/app/a/b.json"],
  ["deno run -qc=/b.json main.ts a", "a", "--config=/b.json"],
  ["deno run -cb.json ./main.ts a", "a", "--config=/app/b.json"],
  [
    "deno run --import-map https://x.org/y.json main.ts",
    "",
    "--import-map=https://x.org/y.json",
  ],
  ["deno run --lock main.ts", "", "--lock"],
  ["deno run --lock my.lock main.ts", "", "--lock=/app/my.lock"],
  [
    "deno run --lock=my.lock --frozen main.ts",
    "",
    "--lock=/app/my.lock --frozen",
  ],
  [
    "deno run --no-lock --frozen=false --cached-only --no-config main.ts x y",
    "x y",
    "--no-lock --frozen=false --cached-only --no-config",
  ],
  [
    "deno run --unstable-kv --unstable --v8-flags=--a,--b --v8-flags=--c main.ts",
    "",
    "--unstable-kv --unstable --v8-flags=--a,--b --v8-flags=--c",
  ],
  [
    "deno run --allow-read=--config=1 --watch --inspect=1 --check --env-file main.ts",
    "",
    "",
  ],
  [
    "deno test --location http://a/ --node-modules-dir=none tests -- --seed 3",
    "--seed 3",
    "--location=http://a/ --node-modules-dir=none",
  ],
  // Arguments that the program has changed are not told from flags.
  ["deno run main.ts --seed 3", "other", "--seed=3"],
];

Deno.test("settingsOf() gives the flags of a command that children need", () => {
  for (const [command, args, settings] of COMMANDS) {
    const found = settingsOf({
      words: command.split(" "),
      args: args.split(" ").filter(Boolean),
      main: "file:///app/main.ts",
    });
    equal(found.join(" "), settings, command);
  }
});

Deno.test("settingsOf() leaves paths alone where their folder is not known", () => {
  for (const main of [null, "https://x.org/main.ts", "file:///elsewhere.ts"]) {
    const words = ["deno", "run", "--config", "a.json", "../main.ts"];
    deepEqual(settingsOf({ words, args: [], main }), ["--config=a.json"]);
  }
});

/** A program that prints what it sees itself, and what its children see. */
const LOOK = `
  import process from "node:process";
  import { getContext } from "@multiprocessing/core";
  import { version } from "dep";

  export function look() {
    const hasEnv = Deno.permissions.querySync({ name: "env" }).state === "granted";
    return {
      version,
      args: Deno.args,
      argv: process.argv.slice(2),
      kv: typeof Deno.openKv,
      gc: typeof globalThis.gc,
      env: hasEnv ? Deno.env.get("FROM_FILE") ?? null : null,
    };
  }

  async function lookIn(method, target, args) {
    const p = new (getContext(method).Process)({ target, args });
    p.start();
    return await p.result();
  }

  export const lookBelow = (method) => lookIn(method, look, []);

  if (import.meta.main) {
    const [where, ...methods] = Deno.args;
    if (where === "away") Deno.chdir("/");
    const seen = { main: look() };
    for (const name of methods) {
      const [method, below] = name.split(">");
      seen[name] = below === undefined
        ? await lookIn(method, look, [])
        : await lookIn(method, lookBelow, [below]);
    }
    console.log(JSON.stringify(seen));
  }`;

type Seen = Readonly<Record<string, unknown>>;

/** Runs it in a folder, and gives what all saw, who must have seen the same. */
async function look(
  { path }: ProgramFolder,
  flags: string[],
  args: string[],
  cwd = path,
): Promise<Seen> {
  const main = cwd === path ? "app/main.js" : `${path}/app/main.js`;
  const run = await runProgram(main, { flags, args, cwd, deadlineMs: 90_000 });
  deepEqual([run.stderr, run.code], ["", 0]);
  const { main: own, ...others }: Record<string, Seen> = JSON.parse(run.stdout);
  equal(Object.keys(others).length, args.length - 1);
  for (const [name, each] of Object.entries(others)) {
    deepEqual(each, own, `${name}, ${flags.join(" ")}`);
  }
  return own!;
}

const ALL = ["thread", "worker", "spawn", "spawn>spawn", "thread>spawn"];

const FILES = {
  "app/main.js": LOOK,
  "one.js": "export const version = 1;",
  "two.js": "export const version = 2;",
};

/** The program's deno.json, which names the first version of the dependency. */
const ONE = { imports: { "@multiprocessing/core": MOD, dep: "./one.js" } };

/** An import map with the second. */
const TWO = JSON.stringify({
  imports: { "@multiprocessing/core": MOD, dep: "./two.js" },
});

Deno.test(
  "Process has the flags and the arguments of the program",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder(
      { ...FILES, "two.json": TWO, ".env": "FROM_FILE=yes" },
      ONE,
    );
    const flags = [
      "-A",
      "--import-map",
      "two.json",
      "--unstable-kv",
      "--v8-flags=--expose-gc",
      "--env-file",
      "--no-lock",
    ];
    // It moves away, and the paths in its command stay what they were.
    const args = ["away", ...ALL];
    deepEqual(await look(folder, flags, args), {
      version: 2,
      args,
      argv: args,
      kv: "function",
      gc: "function",
      env: "yes",
    });
  },
);

Deno.test(
  "Process has the flags of the program whatever permissions that has",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({ ...FILES, "two.json": TWO }, ONE);
    const run = `--allow-run=${Deno.execPath()}`;
    const map = `--import-map=${folder.path}/two.json`;
    for (const grants of [["--allow-run"], [run], [run, "--allow-ffi"]]) {
      const flags = [...grants, map];
      const { version } = await look(folder, flags, ["here", "spawn"], "/tmp");
      equal(version, 2);
    }
  },
);

Deno.test(
  "Process finds what deno.json names without a permission to read it",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder(FILES, ONE);
    const flags = ["--allow-run"];
    const { version } = await look(folder, flags, ["here", "spawn"], "/tmp");
    equal(version, 1);
  },
);

Deno.test(
  "Process finds what package.json names where there is no deno.json",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      "app/main.js": LOOK.replace("@multiprocessing/core", MOD),
      "package.json": JSON.stringify({ dependencies: { dep: "3.0.0" } }),
      "node_modules/dep/package.json": JSON.stringify({
        name: "dep",
        version: "3.0.0",
        main: "./main.js",
      }),
      "node_modules/dep/main.js": "exports.version = 3;",
    }, null);
    const { version } = await look(folder, ["-A"], ["here", ...ALL], "/tmp");
    equal(version, 3);
  },
);

Deno.test(
  "Process finds what its member of a workspace names",
  SETTINGS,
  async () => {
    using folder = new ProgramFolder({
      ...FILES,
      "app/deno.json": JSON.stringify({ imports: { dep: "../two.js" } }),
    }, { ...ONE, workspace: ["./app"] });
    const { version } = await look(folder, ["-A"], ["here", ...ALL], "/tmp");
    equal(version, 2);
  },
);

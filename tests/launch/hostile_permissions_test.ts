/**
 * A worker with few permissions gets no more of them through what it starts.
 *
 * Each case is a program with a worker that tries every way: threads, workers,
 * spawned processes and pools, at two depths, and messages to its root by hand. What
 * a child of it may do is found out by doing it.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { getContext } from "../../mod.ts";
import { programUrl, runProgram } from "../program_testing.ts";

const SETTINGS = { timeout: 180_000 };
const REPOSITORY = new URL("../../", import.meta.url).pathname;

type Report = Readonly<Record<string, string[] | string | number>>;

/** All off, but for reading what a child is made of. */
const FEW = {
  read: [REPOSITORY],
  write: false,
  net: false,
  env: false,
  run: false,
  sys: false,
  ffi: false,
  import: false,
};

async function tried(
  way: string,
  permissions: object | string,
  folder = "",
  method = "worker",
): Promise<Report> {
  const run = await runProgram(programUrl("hostile_permissions"), {
    flags: ["-A", "--unstable-worker-options"],
    args: [way, JSON.stringify(permissions), folder, method],
    deadlineMs: 90_000,
  });
  equal(run.code, 0, run.stderr);
  return JSON.parse(run.stdout);
}

for (const way of ["honest", "deeper"]) {
  Deno.test(
    `worker: Process with few permissions has children with no more (${way})`,
    SETTINGS,
    async () => {
      const report = await tried(way, FEW);
      for (
        const by of ["self", "thread", "worker", "pool thread", "pool worker"]
      ) {
        deepEqual(report[by], [], by);
      }
      for (const by of ["spawn", "pool spawn", "more, spawn"]) {
        match(String(report[by]), /^StartMethodError: .*--allow-run/, by);
      }
      match(String(report["more, worker"]), /escalate|worker-options/);
    },
  );
}

Deno.test(
  "worker: Process that may run programs has spawned children with no more",
  SETTINGS,
  async () => {
    const report = await tried("honest", { ...FEW, read: true, run: true });
    const {
      "more, worker": worker,
      "more, spawn": spawn,
      taken: _,
      ...had
    } = report;
    for (const [by, kinds] of Object.entries(had)) {
      deepEqual(kinds, ["read", "run"], by);
    }
    match(String(worker), /escalate/);
    match(String(spawn), /^StartMethodError: .*"sys"/);
  },
);

Deno.test(
  "spawn: Process with few permissions has children with no more",
  SETTINGS,
  async () => {
    const few = { ...FEW, read: true };
    const report = await tried("honest", few, "", "spawn");
    for (const by of ["self", "thread", "worker", "pool thread"]) {
      deepEqual(report[by], ["read"], by);
    }
    match(String(report["spawn"]), /^StartMethodError: .*--allow-run/);
  },
);

for (const method of ["thread", "spawn"]) {
  Deno.test(
    `${method}: Process has nothing that its parent has given up`,
    SETTINGS,
    async () => {
      const report = await tried("honest", "revoked", "", method);
      for (const by of ["self", "thread", "worker", "spawn"]) {
        deepEqual(report[by], ["read", "run", "import"], by);
      }
    },
  );
}

Deno.test(
  "worker: Process without permissions starts nothing, and says why",
  SETTINGS,
  async () => {
    const { self, taken: _, ...others } = await tried("honest", "none");
    deepEqual(self, []);
    for (const [by, error] of Object.entries(others)) {
      match(String(error), /^StartMethodError: .*--allow-(read|run)/, by);
    }
  },
);

// Goal: a root makes nothing for a worker with permissions of its own, whatever the
// message says. Method: a root claims what it takes, and all of that worker's
// messages have come when its end has.
Deno.test(
  "worker: Process with permissions cannot have its root launch anything",
  SETTINGS,
  () =>
    inFolder(async (folder) => {
      const { self, taken } = await tried("forged", FEW, folder);
      deepEqual([self, taken], [[], 0]);
      deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
    }),
);

// A thread shares the permissions of the worker that is its root.
Deno.test(
  "thread: Process below a worker has its root launch only what that may do",
  SETTINGS,
  () =>
    inFolder(async (folder) => {
      const { self, taken } = await tried("forgedBelow", FEW, folder);
      deepEqual([self, taken], [[], 6]);
      deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
    }),
);

async function inFolder(use: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "multiprocessing-test-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

// Goal: a denial alone leaves open the hosts that Deno trusts by itself (2.9.6).
Deno.test(
  "spawn: Process without the right to import loads from no trusted host either",
  SETTINGS,
  async () => {
    const url = "https://jsr.io/none.ts";
    const load = (url: string) =>
      import(url).catch((error: Error) => error.message);
    const p = new (getContext("spawn").Process)({
      target: load,
      args: [url],
      permissions: { import: false },
    });
    p.start();
    match(String(await p.result()), /Requires import access to "jsr\.io/);
  },
);

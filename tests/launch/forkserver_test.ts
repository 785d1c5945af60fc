/**
 * What is booted ahead: whom it serves, and how it ends.
 *
 * @module
 */

import {
  deepEqual,
  equal,
  match,
  notEqual,
  ok,
  rejects,
  throws,
} from "node:assert/strict";
import {
  fillSpares,
  getContext,
  getLogger,
  type ProcessOptions,
  ProcessStateError,
  retireSpares,
  setForkserverPreload,
  setSpares,
  type SpareReport,
  spares,
  startMethods,
  UnsupportedError,
} from "../../mod.ts";
import {
  eventually,
  isRunning,
  programUrl,
  runProgram,
} from "../program_testing.ts";
import { warmUp } from "../process/process_testing.ts";

const method = "forkserver";
const { Process } = getContext(method);
const PRELOADED = new URL("../fixtures/preloaded.ts", import.meta.url);

await warmUp();

Deno.test.beforeEach(() => setSpares(1, { method }));
Deno.test.afterEach(async () => {
  setForkserverPreload([]);
  await retireSpares({ method });
});

function test(name: string, body: () => Promise<void>): void {
  Deno.test(name, { timeout: 180_000 }, body);
}

function waiting(): SpareReport[] {
  return spares({ method }).filter(({ isWaiting }) => isWaiting);
}

/** Runs a target in a process with these options. */
async function pidOf(
  options: Partial<ProcessOptions<never[], number>> = {},
): Promise<number> {
  const target = () => Deno.pid;
  const p = new Process({ target, ...options } as never);
  p.start();
  return await p.result() as number;
}

test("startMethods() lists forkserver with what it can do", () => {
  const report = startMethods().find(({ name }) => name === method)!;
  equal(report.supported, true);
  equal(report.traits.memory, "mapped");
  match(report.traits.process, /ahead of time/);
  return Promise.resolve();
});

test("Process runs in a spare, which is used once and replaced while the program waits", async () => {
  await fillSpares({ method });
  const [spare] = waiting();
  ok(spare!.memoryMiB! > 1, "its memory is reported");
  equal(await pidOf(), spare!.pid);
  await eventually(() => waiting().length === 1, "another spare");
  notEqual(waiting()[0]!.pid, spare!.pid);
  equal(isRunning(spare!.pid), false);
});

test("Process runs in a spare that still boots", async () => {
  const filled = fillSpares({ method });
  const [spare] = spares({ method });
  equal(spare!.isWaiting, false);
  equal(await pidOf(), spare!.pid);
  await filled;
});

test("fillSpares() boots spares in place of those that were just started", async () => {
  await fillSpares({ method });
  const [spare] = waiting();
  const p = new Process({ target: () => Deno.pid });
  p.start();
  await fillSpares({ method });
  const pids = waiting().map(({ pid }) => pid);
  ok(pids.length > 0 && !pids.includes(spare!.pid), `${spare!.pid} in ${pids}`);
  equal(await p.result(), spare!.pid);
});

const CHANGES: readonly [
  what: string,
  options: Partial<ProcessOptions<never[], number>>,
][] = [
  ["permissions", { permissions: { net: false } }],
  ["environment", { env: { MULTIPROCESSING_OWN: "1" } }],
  ["heap limit", { maxHeapMiB: 100 }],
];

for (const [what, options] of CHANGES) {
  test(`Process with another ${what} is not run in a spare`, async () => {
    await fillSpares({ method });
    const [spare] = waiting();
    notEqual(await pidOf(options), spare!.pid);
    equal(waiting()[0]!.pid, spare!.pid);
  });

  test(`Process runs in a spare that has its ${what}`, async () => {
    await fillSpares({ method, ...options });
    const [spare] = waiting();
    equal(await pidOf(options), spare!.pid);
  });
}

test("Process of a context with flags of its own is not run in a spare without them", async () => {
  await fillSpares({ method });
  const [spare] = waiting();
  const ctx = getContext(method, { flags: ["--location=http://example.com/"] });
  const target = () => [location.host, Deno.pid];
  const p = new ctx.Process({ target });
  p.start();
  const [host, pid] = await p.result();
  equal(host, "example.com");
  notEqual(pid, spare!.pid);
  await fillSpares({ context: ctx });
  const own = waiting().at(-1)!;
  const again = new ctx.Process({ target });
  again.start();
  deepEqual(await again.result(), ["example.com", own.pid]);
});

test("Process has the folder and the environment of its start, whatever they were before", async () => {
  const target = () => [Deno.cwd(), Deno.env.get("MULTIPROCESSING_NEW")];
  const before = Deno.cwd();
  await fillSpares({ method });
  const [spare] = waiting();
  const folder = await Deno.makeTempDir();
  try {
    Deno.chdir(folder);
    Deno.env.set("MULTIPROCESSING_NEW", "yes");
    const p = new Process({ target });
    p.start();
    const pid = p.pid;
    deepEqual(await p.result(), [Deno.cwd(), "yes"]);
    notEqual(pid, spare!.pid);
  } finally {
    Deno.chdir(before);
    Deno.env.delete("MULTIPROCESSING_NEW");
    await Deno.remove(folder);
  }
  equal(await pidOf(), spare!.pid);
});

// Goal: a process never has rights that its program has given up. Method: the program
// changes them one by one, and compares with its processes, the first one after each
// change and the first one that runs in a spare again.
test("Process has the user, the group, the priority and the file mask of its start", async () => {
  const run = await runProgram(programUrl("forkserver"), { args: ["rights"] });
  deepEqual([run.code, run.stderr], [0, ""]);
  const lines = run.stdout.trim().split("\n");
  const changes = Deno.uid() === 0 ? 4 : 2;
  const compared = Array(changes + 1).fill("true true");
  deepEqual(lines, [...compared, `${changes}`]);
});

test("A program that cannot compare a spare with itself has none, and says so", async () => {
  for (const flags of [[], ["--allow-env", "--allow-sys"]]) {
    const run = await runProgram(programUrl("forkserver"), {
      flags: ["--allow-read", "--allow-run", ...flags],
      args: ["unknown"],
    });
    const expected = [0, "UnsupportedError\n0\n", ""];
    deepEqual([run.code, run.stdout, run.stderr], expected);
  }
});

test("Process without the right to read runs in a spare that was booted for its module", async () => {
  const permissions = { read: false };
  const first = await pidOf({ permissions });
  await eventually(() => waiting().length === 1, "a spare");
  const [spare] = waiting();
  const second = await pidOf({ permissions });
  notEqual(first, second);
  equal(second, spare!.pid);
});

test("setForkserverPreload() imports a module ahead of time, whose objects are the parent's", async () => {
  const { counter, seen } = await import("../fixtures/preloaded.ts");
  setForkserverPreload([PRELOADED]);
  const lines: string[] = [];
  const collect = ({ line }: { line: string }) => void lines.push(line);
  getLogger().setLevel("INFO");
  getLogger().addHandler(collect);
  try {
    await fillSpares({ method });
    const [spare] = waiting();
    const before = counter.value;
    const p = new Process({ target: seen, module: PRELOADED, name: "Kid" });
    p.start();
    deepEqual(await p.result(), ["Forkserver", "Kid", 1, spare!.pid]);
    equal(counter.value, before + 1);
    ok(lines.includes("[INFO/Forkserver] preloaded"), lines.join("\n"));
  } finally {
    getLogger().removeHandler(collect);
    getLogger().setLevel("NOTSET");
  }
});

// Goal: a shared object is never another one than under spawn. Method: the spare
// imports the module while the parent has not yet, which makes its object then.
test("Process is not run in a spare whose modules made what the parent has made since", async () => {
  const url = `${PRELOADED.href}?since`;
  setForkserverPreload([url]);
  await fillSpares({ method });
  const [spare] = waiting();
  const { counter, seen }: typeof import("../fixtures/preloaded.ts") =
    await import(url);
  const p = new Process({ target: seen, module: url, name: "Kid" });
  p.start();
  const [atImport, name, , pid] = await p.result();
  deepEqual([atImport, name], ["Kid", "Kid"]);
  notEqual(pid, spare!.pid);
  equal(counter.value, 1);
});

test("setForkserverPreload() logs a module that fails once, and goes on", async () => {
  const lines: string[] = [];
  const collect = ({ line }: { line: string }) => void lines.push(line);
  getLogger().addHandler(collect);
  const bad = "data:text/javascript,throw new RangeError('bad load')";
  setForkserverPreload([bad]);
  for (let i = 0; i < 2; i++) {
    await fillSpares({ method });
    const [spare] = waiting();
    equal(await pidOf(), spare!.pid);
  }
  const p = new Process({ target: { module: bad, name: "none" } });
  p.start();
  await rejects(p.result(), RangeError);
  getLogger().removeHandler(collect);
  equal(lines.length, 1);
  match(lines[0]!, /could not be preloaded: data:.*: bad load/);
});

test("Process starts while a preloaded module never ends", async () => {
  setForkserverPreload([
    "data:text/javascript,await new Promise((end) => setTimeout(end, 600_000))",
  ]);
  equal(await fillSpares({ method, timeout: 0 }), false);
  const [spare] = spares({ method });
  notEqual(await pidOf(), spare!.pid);
  equal(waiting().length, 0);
});

// Goal: a preloaded module that nobody needs ends no process. Method: it leaves a
// rejection unhandled, which ends what goes on for another turn.
test("Process is not run in a spare whose module has left a rejection unhandled", async () => {
  const lines: string[] = [];
  const collect = ({ line }: { line: string }) => void lines.push(line);
  getLogger().addHandler(collect);
  setForkserverPreload([
    "data:text/javascript,Promise.reject(new Error('left unhandled'))",
  ]);
  equal(await fillSpares({ method }), true);
  equal(waiting().length, 0);
  ok(await pidOf() > 0);
  getLogger().removeHandler(collect);
  equal(lines.length, 1);
  match(lines[0]!, /no more spares are booted for .*: .*left unhandled/s);
});

// A spare that imports the module that fills the spares would boot more, without end.
test("fillSpares() is refused while a spare imports the module that calls it", async () => {
  const program = programUrl("unguarded_spares");
  const run = await runProgram(program, { args: [method] });
  // The module is imported once, by the spare, in which the target runs then.
  const lines = ["BootstrapError", "filled", "target ran"];
  deepEqual([run.stdout.trim().split("\n"), run.stderr], [lines, ""]);
});

test("setForkserverPreload() refuses what is no list of modules", () => {
  for (const wrong of ["a.ts", ["a.ts"], [1], [null], null]) {
    throws(() => setForkserverPreload(wrong as never), TypeError);
  }
  return Promise.resolve();
});

// Goal: an order is never lost with its spare. Method: a stopped spare cannot take
// the order, and is killed when it has it.
test("Process whose spare dies at hand-over runs in a fresh process", async () => {
  await fillSpares({ method });
  const [spare] = waiting();
  Deno.kill(spare!.pid, "SIGSTOP");
  const p = new Process({ target: (a: number) => [a, Deno.pid], args: [7] });
  p.start();
  // The launch comes after this turn.
  await Promise.resolve();
  equal(spares({ method }).length, 0);
  Deno.kill(spare!.pid, "SIGKILL");
  const [seven, pid] = await p.result() as number[];
  equal(seven, 7);
  notEqual(pid, spare!.pid);
  equal(p.exitcode, 0);
});

test("Process whose spare is killed at hand-over by the pid that was told has ended", async () => {
  await fillSpares({ method });
  const [spare] = waiting();
  Deno.kill(spare!.pid, "SIGSTOP");
  const p = new Process({ target: () => 1 });
  p.start();
  equal(p.pid, spare!.pid);
  Deno.kill(p.pid!, "SIGKILL");
  await p.join();
  equal(p.exitcode, -9);
});

test("Process is not handed to a spare that is dead, though nobody has said so", async () => {
  await fillSpares({ method });
  const [spare] = waiting();
  Deno.kill(spare!.pid, "SIGKILL");
  // Within this turn, in which no news comes.
  while (isRunning(spare!.pid));
  equal(waiting().length, 1);
  const p = new Process({ target: () => 1 });
  p.start();
  notEqual(p.pid, spare!.pid);
  equal(await p.result(), 1);
});

test("Process may be terminated and shut down at hand-over", async () => {
  for (const end of ["terminate", "kill", "shutdown"] as const) {
    await fillSpares({ method });
    const p = new Process({ target: () => new Promise(() => {}) });
    p.start();
    await p[end]();
    await p.join();
    equal(p.exitcode, { terminate: -15, kill: -9, shutdown: -15 }[end]);
  }
});

test("Process is started when the spares have just been killed", async () => {
  for (const flags of [["-A"], NO_FFI]) {
    const run = await runProgram(programUrl("forkserver"), {
      flags,
      args: ["lost"],
    });
    deepEqual([run.code, run.stdout, run.stderr], [0, "2\n", ""]);
  }
});

/** The environment can be read: without that and without FFI nothing is booted. */
const NO_FFI = ["--allow-read", "--allow-run", "--allow-env"];

test("A program that starts no process boots none", async () => {
  const run = await runProgram(programUrl("forkserver"), { args: ["unused"] });
  equal(run.stdout, '""\n');
});

test("Spares neither keep the program alive nor outlive it", async () => {
  for (const [how, code] of [["ends", 0], ["exits", 3]] as const) {
    for (const flags of [["-A"], NO_FFI]) {
      const run = await runProgram(programUrl("forkserver"), {
        flags,
        args: [how],
      });
      deepEqual([run.code, run.stderr], [code, ""]);
      const pids = run.stdout.trim().split(" ").map(Number);
      equal(pids.length, 2, run.stdout);
      await eventually(() => !pids.some(isRunning), "end of the spares");
    }
  }
});

test("Spares end when the program is killed, also while they boot", async () => {
  for (const how of ["killed", "killedBooting"]) {
    for (const flags of [["-A"], NO_FFI]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", ...flags, programUrl("forkserver").href, how],
        stdin: "null",
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.pipeThrough(new TextDecoderStream())
        .getReader();
      const { value = "" } = await reader.read();
      const pids = value.trim().split(" ").map(Number);
      equal(pids.length, 2, value);
      ok(pids.every(isRunning));
      child.kill("SIGKILL");
      await eventually(() => !pids.some(isRunning), `end after ${how}`);
      await reader.cancel();
      await child.status;
    }
  }
});

test("setSpares(), fillSpares() and their kin refuse what is wrong", async () => {
  for (const count of [-1, 1.5, NaN, Infinity, "2", 2_000]) {
    throws(() => setSpares(count as number, { method }), RangeError);
  }
  for (const options of [{ idleTimeout: "1" }, { refill: 1 }, { method: 1 }]) {
    throws(() => setSpares(1, options as never), TypeError);
  }
  throws(() => spares({ method: "spawn" }), UnsupportedError);
  throws(() => spares({ method: "no such" }), /Cannot find start method/);
  await rejects(fillSpares({ method: "spawn" }), UnsupportedError);
  for (const context of [null, 1, {}, "spawn"]) {
    throws(() => spares({ context } as never), /"context" must be a context/);
  }
  const context = getContext(method);
  deepEqual(spares({ method, context }), []);
  throws(() => setSpares(1, { method: "thread", context }), /give one of them/);
  setSpares(0, { method });
  await rejects(fillSpares({ method }), ProcessStateError);
  await rejects(fillSpares({ method, maxHeapMiB: -1 }), RangeError);
});

/**
 * What a user meets first: the demos, the bench and the README's program.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { getAllStartMethods } from "../mod.ts";
import { ProgramFolder, type Run, runProgram } from "./program_testing.ts";

const TIMEOUT_MS = 60_000;
const METHODS = getAllStartMethods();
const COLUMNS = 80;
const ROWS = 24;
const WRONG_USAGE = 2;

function task(name: string): URL {
  return new URL(`../tasks/${name}.ts`, import.meta.url);
}

function test(name: string, body: () => Promise<void>): void {
  Deno.test(name, { timeout: TIMEOUT_MS }, body);
}

/** The lines of a program that ended well, said nothing else, and fits a screen. */
function screenOf({ code, stdout, stderr }: Run): string[] {
  equal(stderr, "");
  equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  ok(lines.length < ROWS, `${lines.length} lines leave no room for a prompt`);
  deepEqual(lines.filter((line) => line.length > COLUMNS), []);
  return lines;
}

async function demo(name: string, ...args: string[]): Promise<string[]> {
  return screenOf(await runProgram(task(name), { args }));
}

for (const method of METHODS) {
  test(`demo walks through the notebook under ${method}`, async () => {
    const lines = await demo("demo", "--method", method);
    const counters = lines.filter((line) => line.includes("process counter:"));
    const child = "child process counter: 0 1 2 3 4 5 6 7 8 9";
    deepEqual(counters, [
      "parent process counter: 0",
      child,
      child,
      "parent process counter: 10",
    ]);
    ok(lines.includes("this program runs in MainProcess"));
    ok(lines.includes("Process-1: hello, I was started by MainProcess"));
    ok(lines.some((line) => line.startsWith(`in use here: ${method};`)));
    ok(lines.some((line) => line.startsWith("fork       no: ")));
  });

  test(`demo:counter loses nothing by lock and add() under ${method}`, async () => {
    const args = ["--method", method, "--times", "2000"];
    const lines = await demo("demo_counter", ...args);
    const counted = (code: string) =>
      lines.find((line) => line.startsWith(code))!.slice(code.length).trim()
        .split(/ +/).slice(0, 2);
    deepEqual(counted("using held = lock.acquireSync()"), ["4,000", "0"]);
    deepEqual(counted("counter.add(1)"), ["4,000", "0"]);
    const [count] = counted("counter.value += 1");
    ok(Number(count!.replace(",", "")) <= 4000);
  });

  test(`demo:bank loses no money with locks under ${method}`, async () => {
    const args = ["--method", method, "--times", "1000"];
    const lines = await demo("demo_bank", ...args);
    for (const what of ["one lock for the bank", "a lock for each account"]) {
      const row = lines.find((line) => line.startsWith(what))!;
      match(row, / 1,000,000 +0 +[\d.]+ ms +\d+ ns$/);
    }
  });

  test(`demo:philosophers feeds all five under ${method}`, async () => {
    const args = ["--method", method, "--time", "300"];
    const lines = await demo("demo_philosophers", ...args);
    const fed = lines.filter((line) => /^\w+ +\d and \d +[1-9]/.test(line));
    equal(fed.length, 5);
    ok(lines.includes("a fork in two hands at once: 0 times"));
  });

  test(`demo:heat computes what one process does under ${method}`, async () => {
    const args = ["--method", method, "--steps", "101"];
    const lines = await demo("demo_heat", ...args);
    equal(lines.at(-1), "the numbers of both are the same");
    const plate = lines.filter((line) => line.startsWith("|"));
    equal(plate.length, 17);
    ok(plate.some((line) => line.includes("@")));
  });

  test(`demo:board has no torn snapshot with a lock under ${method}`, async () => {
    const args = ["--method", method, "--time", "200"];
    const lines = await demo("demo_board", ...args);
    const row = lines.find((line) => line.startsWith("with the RwLock"))!;
    const cells = row.split(/ {2,}/);
    const [, snapshots, torn, updates, edition] = cells;
    match(snapshots!, /^[1-9]/);
    match(updates!, /^[1-9]/);
    equal(torn, "0");
    equal(edition, updates);
  });

  test(`demo:pipeline makes no more than its queue has places for under ${method}`, async () => {
    const lines = await demo(
      "demo_pipeline",
      "--method",
      method,
      "--items",
      "40",
    );
    const [few, many] = lines.flatMap((line) =>
      /^at most (\d+) ranges waited$/.exec(line)?.[1] ?? []
    );
    ok(Number(few) <= 10, few);
    ok(Number(many) <= 40, many);
    ok(lines.includes(`primes below 400,000: 33,860 and 33,860 (${method})`));
  });

  test(`demo:logs collects what all services tell under ${method}`, async () => {
    const args = ["--method", method, "--times", "300"];
    const lines = await demo("demo_logs", ...args);
    const services = lines.filter((line) => /^\w+ +300 /.test(line));
    equal(services.length, 4);
    const counted = services.flatMap((line) => line.split(/ +/).slice(2, 6));
    equal(counted.reduce((sum, count) => sum + Number(count), 0), 1_200);
    const bad = services.flatMap((line) => line.split(/ +/).slice(4, 6));
    const sum = bad.reduce((sum, count) => sum + Number(count), 0);
    ok(lines.includes(
      `${sum} records reached the handler of this program; ${sum} were bad`,
    ));
    equal(
      lines.filter((line) => /^\[(WARNING|ERROR)\/\w+\]/.test(line)).length,
      4,
    );
  });

  test(`demo:pool draws what one process computes under ${method}`, async () => {
    const args = ["--method", method, "--size", "76", "--workers", "2"];
    const lines = await demo("demo_pool", ...args);
    equal(lines.at(-1), "  and its picture is the same");
    match(lines[16]!, /^\[#{50}\] 100 % {2}38 of 38 rows$/);
    ok(lines.slice(1, 16).some((line) => line.includes("@@@")));
  });

  test(`demo:primes finds all in each way under ${method}`, async () => {
    const args = ["--method", method, "--below", "20000", "--workers", "2"];
    const lines = await demo("demo_primes", ...args);
    equal(lines.filter((line) => / 2,262$/.test(line)).length, 4);
  });

  test(`demo:wordcount counts every word once under ${method}`, async () => {
    using folder = new ProgramFolder({
      "a.txt": `${"long words, ".repeat(30_000)}end`,
      "b.txt": "Words",
    });
    const files = ["a.txt", "b.txt"].map((name) => `${folder.path}/${name}`);
    const args = ["--method", method, "--workers", "2", ...files];
    const lines = await demo("demo_wordcount", ...args);
    equal(lines[0], `Words of 2 files, 360,008 bytes (${method})`);
    match(lines[1]!, /^words +30,001 {2}#{30}$/);
    match(lines[2]!, /^long +30,000 {2}#{30}$/);
    ok(lines.some((line) => line.startsWith("60,002 words, 3 different")));
  });

  test(`demo:crash loses no call with retries under ${method}`, async () => {
    const lines = await demo(
      "demo_crash",
      "--method",
      method,
      "--times",
      "500",
    );
    const ends = [
      "a result",
      "RangeError: a mistake of its own",
      "EncodingError: result.callback is a function",
      "WorkerLostError: exit code 3",
      "WorkerLostError: SIGKILL",
      "TimeoutError: it ran for more than 200 ms",
      "a result",
    ];
    for (const [i, end] of ends.entries()) {
      match(lines[i + 1]!, new RegExp(` {2}${end}$`));
    }
    ok(lines.includes("  500 right results, 0 lost with their workers"));
    equal(lines.at(-1), "nothing is left running");
  });

  test(`demo:methods measures ${method}`, async () => {
    const args = ["--method", method, "--runs", "1"];
    const lines = await demo("demo_methods", ...args);
    const row = lines.find((line) => line.startsWith(method))!;
    match(row, /^\w+( +[\d.]+ ms){4} +0, -15$/);
  });
}

test("demo:chat carries lines to all but their author, and turns a stranger away", async () => {
  const lines = await demo("demo_chat");
  const seenBy = (name: string) =>
    lines.filter((line) => line.startsWith(name)).map((line) => line.slice(8));
  deepEqual(seenBy("ann"), [
    "connected as ann",
    "bob has come",
    "is anybody here?",
    "bob: just me",
    "bob has left",
    "we are closing",
    "the host has gone",
  ]);
  deepEqual(seenBy("eve"), ["refused: the key is another one"]);
  ok(seenBy("host").includes("(somebody without the key was turned away)"));
});

test("demo:chat talk says that nobody is there", async () => {
  const port = String(freePort());
  const args = ["talk", "--port", port];
  const { code, stdout } = await runProgram(task("demo_chat"), { args });
  equal(code, 1);
  match(stdout, new RegExp(`^nobody waits at port ${port}`));
});

/** A port that nobody has at this moment. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "localhost", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

test("demo fits a screen when no method is given", async () => {
  await demo("demo");
});

test("demo:methods has a row for every start method", async () => {
  const lines = await demo("demo_methods", "--runs", "1");
  const names = lines.slice(2).map((line) => line.split(" ")[0]);
  deepEqual(names.slice(0, METHODS.length), METHODS);
  equal(names.at(-1), "fork");
  for (const method of METHODS) {
    const at = lines.findIndex((line) =>
      line.startsWith(`${method.padEnd(10)} cold #`)
    );
    ok(at > 0, method);
    const hasSpares = method !== "spawn";
    equal(/^ +warm #+ [\d.]+ ms$/.test(lines[at + 1]!), hasSpares, method);
  }
});

test("demo:wordcount counts the project's own files when none is given", async () => {
  const lines = await demo("demo_wordcount");
  match(lines[0]!, /^Words of \d\d+ files/);
});

test("demo:stop stops what can be stopped and says what cannot", async () => {
  const screen = (await demo("demo_stop")).join("\n");
  equal(screen.match(/terminate\(\) ended it in .* exit code -15/g)?.length, 3);
  equal(screen.match(/and the loop turned 0 times/g)?.length, 3);
  match(screen, /UnsupportedError: Cannot shut down/);
  match(screen, /let out of its loop it ends/);
});

for (
  const [name, ...args] of [
    ["demo", "--method", "telepathy"],
    ["demo", "--method", "fork"],
    ["demo", "--speed", "9"],
    ["demo_bank", "--times", "0"],
    ["demo_board", "--time", "soon"],
    ["demo_counter", "--times", "many"],
    ["demo_heat", "--steps", "-1"],
    ["demo_logs", "--times", "-5"],
    ["demo_philosophers", "--method", "fork"],
    ["demo_pipeline", "--items", "0"],
    ["demo_methods", "--runs", "0"],
    ["demo_stop", "now"],
    ["demo_pool", "--workers", "0"],
    ["demo_primes", "--below", "x"],
    ["demo_wordcount", "/no/such/file"],
    ["demo_wordcount", "/"],
    ["demo_crash", "--method", "fork"],
    ["demo_chat", "listen"],
    ["demo_chat", "serve", "--port", "none"],
    ["bench", "--only", "no such row"],
    ["bench", "--xml"],
  ] as const
) {
  test(`${name} ${args.join(" ")} is refused with the usage`, async () => {
    const { code, stdout, stderr } = await runProgram(task(name), { args });
    equal(code, WRONG_USAGE);
    equal(stdout, "");
    match(stderr, /^Usage: deno task /m);
  });
}

for (
  const name of [
    "demo",
    "demo_bank",
    "demo_board",
    "demo_chat",
    "demo_counter",
    "demo_heat",
    "demo_logs",
    "demo_methods",
    "demo_philosophers",
    "demo_pipeline",
    "demo_stop",
    "demo_pool",
    "demo_primes",
    "demo_wordcount",
    "demo_crash",
    "bench",
  ]
) {
  test(`${name} --help prints the usage`, async () => {
    const lines = await demo(name, "--help");
    match(lines[0]!, /^Usage: deno task /);
  });
}

test("bench --json gives an array of rows", async () => {
  const args = ["--json", "--only", 'Value "i" get'];
  const { code, stdout, stderr } = await runProgram(task("bench"), { args });
  equal(code, 0);
  equal(stderr, "");
  const [row, ...others] = JSON.parse(stdout);
  deepEqual(others, []);
  equal(row.name, 'Value "i" get');
  ok(row.bare > 0 && row.ours > 0);
  equal(row.ratio, row.ours / row.bare);
  equal(typeof row.ok, "boolean");
});

test("bench prints a table that fits a screen", async () => {
  const lines = await demo("bench", "--only", 'Value "i" get');
  match(lines[1]!, /^Value "i" get +[\d.]+ +[\d.]+ +ns +[\d.]+ +<= 30 ns/);
});

// Goal: the first program of the README prints what it promises, for a user who
// copies it into a folder of their own.
test("README's program prints 0 first and 10 last", async () => {
  const url = new URL("../README.md", import.meta.url);
  const readme = await Deno.readTextFile(url);
  const [, program] = /```ts\n(.*?)```/s.exec(readme)!;
  using folder = new ProgramFolder({ "main.ts": program! });
  const { code, stdout } = await runProgram(`${folder.path}/main.ts`);
  equal(code, 0);
  const numbers = stdout.trimEnd().split("\n").map((line) => line.split(": "));
  const child = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [
    "child process counter",
    String(n),
  ]);
  deepEqual(numbers, [
    ["parent process counter", "0"],
    ...child,
    ["parent process counter", "10"],
  ]);
});

test("chaos plays one round, and prints the seed and what it counted", async () => {
  const args = ["--method", "thread", "--seed", "3", "--round", "1"];
  const { code, stdout, stderr } = await runProgram(task("chaos"), { args });
  deepEqual([code, stderr], [0, ""]);
  match(
    stdout,
    /^seed 3, 60 s\nthread: 0 rounds, 0 faults\n.*1 rounds of locks/,
  );
});

test("chaos, stress and suites refuse a wrong count with their usage", async () => {
  const flags = { chaos: "--seconds", stress: "--times", suites: "--jobs" };
  for (const [name, flag] of Object.entries(flags)) {
    const run = await runProgram(task(name), { args: [flag, "none"] });
    equal(run.code, WRONG_USAGE);
    match(run.stderr, /takes a whole number above 0/);
  }
});

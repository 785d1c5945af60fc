/**
 * The package in notebooks and in the REPL.
 *
 * @module
 */

import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { eventually, isRunning } from "./program_testing.ts";
import {
  canRun,
  type Notebook,
  notebookOf,
  runLines,
  runNotebook,
  type Shown,
  shownBy,
} from "./notebook_testing.ts";

const SETTINGS = { timeout: 120_000, ignore: !canRun };

const COUNT = `
function incrementCounter() {
  let ct = 0;
  while (ct < 10) {
    console.log(\`child process counter: \${counter.value}\`);
    counter.value += 1;
    ct += 1;
  }
}`;

const LINES = Array.from(
  { length: 10 },
  (_, i) => `child process counter: ${i}\n`,
).join("");

// Goal: functions and shared objects of cells run in children of every kind, whose words
// come into the cell in order; nothing outlives the kernel.
// Method: each cell waits for what it has started. A kernel may end a cell before its
// last lines are sent (2.9.6), so a cell ends a moment after these.
Deno.test(
  "Functions of cells run in children with what they use",
  SETTINGS,
  async () => {
    const [, count, methods, pool, unseen, early, bar, words, left] =
      await runTelling(
        [2, 3, 4, 5, 6, 7, 8],
        notebookOf([
          `import { currentProcess, fillSpares, getContext, Pool, Process, spares, Value } from "@multiprocessing/core";
    const tell = async (value) => {
      console.log("told " + JSON.stringify(value));
      await new Promise((resolve) => setTimeout(resolve, 500));
    };`,
          `const counter = new Value("i", 0);${COUNT}
    const p = new Process({ target: incrementCounter });
    p.start();
    console.log(\`parent process counter: \${counter.value}\`);
    await p.join();
    console.log(\`parent process counter: \${counter.value}\`);
    await new Promise((resolve) => setTimeout(resolve, 200));`,
          `const factor = 3; const table = new Map([[1, "a"]]);
    let helper = (x: number) => factor * x;
    class Point { constructor(readonly x: number) {} norm() { return Math.abs(this.x); } }
    function work(x: number) { return new Point(-helper(x)).norm() + table.size; }
    const results = [];
    for (const method of ["thread", "worker", "spawn", "forkserver"]) {
      const { Process } = getContext(method);
      const p = new Process({ target: () => {
        console.log(currentProcess().name);
        console.error("to stderr");
        return work(2);
      } });
      p.start();
      results.push(await p.result());
    }
    await tell(results);`,
          `await using pool = new Pool(2);
    await tell([await pool.map(work, [1, 2, 3]), await pool.map((x) => work(x) + 1, [1])]);`,
          `function outer() { const inner = 7; return () => inner * factor; }
    const alone = new Process({ target: outer(), stderr: "null" });
    await tell(await Promise.try(() => alone.start()).catch((error) => error.message));`,
          `let unset; let told = []; const asks = new Pool(1);
    told.push(await asks.apply(() => String(unset)));
    const tooEarly = new Process({ target: () => soon });
    try { tooEarly.start(); } catch (error) { told.push(error.message); }
    const soon = 1;
    await asks.terminate();
    await tell(told);`,
          `const watched = new Pool(1);
    const seen = await watched.map(work, [1, 2, 3], { progress: true });
    await watched.terminate();
    await tell(seen);`,
          `for (const method of ["thread", "spawn"]) {
      const { Process } = getContext(method);
      const p = new Process({ target: () => { Deno.stdout.writeSync(new TextEncoder().encode("no end ")); } });
      p.start();
      await p.join();
    }
    await tell("written");`,
          `const stays = [];
    for (const method of ["spawn", "forkserver"]) {
      const { Process } = getContext(method);
      stays.push(new Process({ target: () => { setInterval(() => {}, 1_000); return new Promise(() => {}); } }));
      stays.push(new Process({ target: () => { for (;;); } }));
    }
    for (const p of stays) p.start();
    await fillSpares({ method: "forkserver" });
    await tell([...stays, ...spares({ method: "forkserver" })].map(({ pid }) => pid));`,
          `await new Promise((resolve) => setTimeout(resolve, 500))`,
        ]),
      );
    const first = "parent process counter: 0\n";
    deepEqual(count!.stdout, `${first}${LINES}parent process counter: 10\n`);
    const names = [
      "ThreadProcess",
      "WorkerProcess",
      "SpawnProcess",
      "ForkserverProcess",
    ];
    const lines = withoutTold(methods!).trimEnd().split("\n");
    deepEqual(lines.map((line) => line.replace(/-\d+$/, "")), names);
    equal(methods!.stderr, "to stderr\n".repeat(4));
    deepEqual(toldBy(methods!), [7, 7, 7, 7]);
    deepEqual(toldBy(pool!), [[4, 7, 10], [5]]);
    match(
      toldBy(unseen!) as string,
      /→ inner to .* a function or block around it, .*`scope`/,
    );
    const [unset, refusal] = toldBy(early!) as string[];
    equal(unset, "undefined");
    match(refusal!, /target → soon .* not initialized yet/);
    match(resultOf(bar!.results), /^\[#+\] 3\/3, /);
    deepEqual(toldBy(bar!), [4, 7, 10]);
    equal(withoutTold(words!), "no end no end ");
    const pids = toldBy(left!) as number[];
    ok(pids.length > 4, `${pids}`);
    ok(pids.every((pid) => pid > 0));
    await eventually(() => !pids.some(isRunning), "end of the children");
  },
);

Deno.test("Functions of lines of the REPL run in children with what they use", {
  timeout: 180_000,
}, async () => {
  const module = new URL("../mod.ts", import.meta.url).href;
  const lines = [
    `const { Process, Value } = await import(${JSON.stringify(module)});`,
    `const counter = new Value("i", 0); const step = 5;`,
    `function add() { counter.value += step; }`,
    `const p = new Process({ target: add }); p.start(); await p.join();`,
    "console.log(`counter: ${counter.value}`);",
    `let unset; const early = (make) => { const p = new Process({ target: make(), stderr: "null" }); p.start(); return p.result(); };`,
    "console.log(`unset: ${await early(() => () => String(unset))}`);",
    "console.log(await Promise.try(early, () => { const inner = 1; return () => inner + step; }).catch((error) => error.message));",
  ];
  const shown = await runLines(lines);
  match(shown, /counter: 5\n/);
  match(shown, /unset: undefined\n/);
  match(shown, /→ inner to another process .* around it.*`scope`/);
  doesNotMatch(shown, /allow-sys/);
});

/** The stored notebook, which tells what the package does in one. */
const STORED = new URL("../tasks/notebook.ipynb", import.meta.url);

/**
 * What the cells have shown, without what is of chance: how many lines of a child that
 * nothing waits for come before the end of its cell, and how many with the next one.
 */
function settled(shown: readonly Shown[]): Shown[] {
  const all = [...shown];
  const at = all.findIndex(({ stdout }) => stdout.startsWith("parent"));
  const [first, next] = [all[at]!, all[at + 1]!];
  const own = `${LINES}parent process counter: 10\n`;
  const early = first.stdout.slice("parent process counter: 0\n".length);
  const late = next.stdout.slice(0, -own.length);
  ok(LINES.startsWith(early) && LINES.endsWith(late), early + late);
  all[at] = {
    ...first,
    stdout: first.stdout.slice(0, -early.length || undefined),
  };
  all[at + 1] = { ...next, stdout: next.stdout.slice(late.length) };
  return all;
}

/**
 * A notebook whose cells end a moment after their last line: the kernel may tell of the
 * end of a cell before it sends what that has printed (2.9.6), and nobody takes it then.
 */
function unhurried({ cells, ...rest }: Notebook): Notebook {
  const wait = "await new Promise((resolve) => setTimeout(resolve, 500));";
  const slow = cells.map((cell) => {
    const { cell_type, source, outputs = [] } = cell;
    const hasResult = outputs.some(({ data }) => data !== undefined);
    if (cell_type !== "code" || hasResult) return cell;
    const text = typeof source === "string" ? source : source.join("");
    return { ...cell, source: `${text}\n${wait}` };
  });
  return { ...rest, cells: slow };
}

/**
 * Runs a notebook again where the kernel has dropped what comes at the end of a cell: a
 * cell with a result cannot end later than that.
 */
async function runWhole(
  notebook: Notebook,
  expected: readonly Shown[],
): Promise<Shown[]> {
  for (let left = 3;; left--) {
    const shown = settled(await runNotebook(notebook));
    const lacks = shown.some(({ results, stdout }, i) =>
      results.length < expected[i]!.results.length ||
      stdout.length < expected[i]!.stdout.length
    );
    if (!lacks || left === 0) return shown;
  }
}

Deno.test(
  "tasks/notebook.ipynb shows what it has stored",
  SETTINGS,
  async () => {
    const stored = JSON.parse(await Deno.readTextFile(STORED)) as Notebook;
    const expected = settled(shownBy(stored));
    const shown = await runWhole(unhurried(stored), expected);
    deepEqual(shown, expected);
    deepEqual(
      shown.flatMap(({ errors, stderr }) => [...errors, stderr].join("")).join(
        "",
      ),
      "",
    );
    const parents = shown.flatMap(({ stdout }) =>
      stdout.match(/parent process counter: \d+/g) ?? []
    );
    deepEqual(parents, [
      "parent process counter: 0",
      "parent process counter: 10",
    ]);
  },
);

/**
 * Runs a notebook whose cells of these numbers tell something. A busy kernel may end a
 * cell before it sends all that it has printed (2.9.6; so it does with results of cells
 * that do not use this package), and then the notebook is run again.
 */
async function runTelling(
  cells: readonly number[],
  notebook: Notebook,
): ReturnType<typeof runNotebook> {
  for (let left = 3;; left--) {
    const shown = await runNotebook(notebook);
    const isWhole = cells.every((at) => TOLD.test(shown[at]?.stdout ?? ""));
    if (isWhole || left === 1) return shown;
  }
}

const TOLD = /told (.*)\n/;

/** What a cell has told. */
function toldBy({ stdout }: Shown): unknown {
  return JSON.parse(TOLD.exec(stdout)?.[1] ?? "null");
}

function withoutTold({ stdout }: Shown): string {
  return stdout.replace(TOLD, "");
}

/** The text of the only result of a cell. */
function resultOf(
  results: readonly Readonly<Record<string, unknown>>[],
): string {
  equal(results.length, 1);
  const text = results[0]!["text/plain"];
  return Array.isArray(text) ? text.join("") : text as string;
}

/**
 * One program under every start method.
 *
 * @module
 */

import {
  getAllStartMethods,
  getContext,
  startMethods,
  type Value,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { median, now, until } from "./lib/measure.ts";
import { ms, row, say, title } from "./lib/screen.ts";
import { chartOf, type StartTimes, startTimes } from "./lib/start_times.ts";

const USAGE = `Usage: deno task demo:methods [--method METHOD]
         [--runs N] [--help]

Runs one program under every start method, N times each (5), and prints the
medians: until start() returns, until the target runs, until its result is here,
and how long terminate() takes to end a child that waits; and both exit codes.
Then a chart: how long a start takes cold, where all has to be booted, and warm,
where a spare waits.`;

const RUNS = 5;
const CHART_WIDTH = 54;
const WIDTHS = [10, 12, 15, 12, 10, 12];

/** A program: it adds numbers up, and tells when it began. */
export function addUp(upTo: number): { begun: number; sum: number } {
  const begun = now();
  let sum = 0;
  for (let i = 1; i <= upTo; i++) sum += i;
  return { begun, sum };
}

/** A program that does not end by itself. */
export async function waitForever(running: Value<"bool">): Promise<void> {
  running.value = true;
  await new Promise(() => {});
}

interface Run {
  readonly returnedMs: number;
  readonly runningMs: number;
  readonly wholeMs: number;
  readonly stopMs: number;
  readonly codes: readonly (number | null)[];
}

async function runOnce(method: string): Promise<Run> {
  const { Process } = getContext(method);
  const p = new Process({ target: addUp, args: [1_000_000] });
  const start = now();
  p.start();
  const returnedMs = now() - start;
  const { begun } = await p.result();
  const wholeMs = now() - start;
  const { stopMs, exitcode } = await stopOnce(method);
  const codes = [p.exitcode, exitcode];
  return { returnedMs, runningMs: begun - start, wholeMs, stopMs, codes };
}

async function stopOnce(
  method: string,
): Promise<{ stopMs: number; exitcode: number | null }> {
  const context = getContext(method);
  const running = new context.Value("bool");
  const p = new context.Process({ target: waitForever, args: [running] });
  p.start();
  await until(() => running.value);
  const start = now();
  p.terminate();
  await p.join();
  return { stopMs: now() - start, exitcode: p.exitcode };
}

async function measure(method: string, count: number): Promise<string[]> {
  const runs: Run[] = [];
  for (let i = 0; i < count; i++) runs.push(await runOnce(method));
  const of = (pick: (run: Run) => number) => ms(median(runs.map(pick)));
  return [
    method,
    of((run) => run.returnedMs),
    of((run) => run.runningMs),
    of((run) => run.wholeMs),
    of((run) => run.stopMs),
    runs[0]!.codes.join(", "),
  ];
}

const HEAD = [
  "method",
  "start()",
  "target runs",
  "result()",
  "terminate()",
  "exit codes",
];

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    runs: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const runs = countOf(USAGE, flags, { flag: "runs", otherwise: RUNS });
  title(`One program under every start method, median of ${runs} runs`);
  say(row(HEAD, WIDTHS));
  const methods = method === undefined ? getAllStartMethods() : [method];
  for (const name of methods) say(row(await measure(name, runs), WIDTHS));
  title("Until the target runs: cold, and warm from a spare");
  const times: StartTimes[] = [];
  for (const name of methods) times.push(await startTimes(name, runs));
  for (const line of chartOf(times, CHART_WIDTH)) say(line);
  const missing = startMethods().filter(({ supported }) => !supported);
  for (const { name, reason } of missing) {
    say(`${name.padEnd(10)} no: ${reason.split(":")[0]}`);
  }
}

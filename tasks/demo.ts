// deno-lint-ignore-file no-console
/**
 * The notebook on multiprocessing, cell by cell.
 *
 * @module
 */

import {
  currentProcess,
  getStartMethod,
  parentProcess,
  Process,
  setStartMethod,
  startMethods,
  Value,
} from "@multiprocessing/core";
import { methodOf, readFlags } from "./lib/flags.ts";
import { ms, say, title, wrap } from "./lib/screen.ts";
import {
  bothTimes,
  longestOf,
  type StartTimes,
  startTimes,
} from "./lib/start_times.ts";

const USAGE = `Usage: deno task demo [--method METHOD] [--help]

Walks through processes, a shared counter and the start methods.`;

const counter = new Value("i", 0);

/** The target of cell 2. */
export function greet(): void {
  const { name } = currentProcess();
  console.log(`${name}: hello, I was started by ${parentProcess()?.name}`);
}

/** The target of cells 3 and 4: it finds `counter` in its own module. */
export function incrementCounter(): void {
  const seen: number[] = [];
  for (let ct = 0; ct < 10; ct++) {
    seen.push(counter.value);
    counter.value += 1;
  }
  console.log(`child process counter: ${seen.join(" ")}`);
}

async function names(): Promise<void> {
  title("1. Every process has a name: currentProcess().name");
  say(`this program runs in ${currentProcess().name}`);

  const p = new Process({ target: greet });
  title("2. Start, then join: p.start(); await p.join()");
  const before = performance.now();
  p.start();
  const tookMs = performance.now() - before;
  say(`start() returned in ${ms(tookMs)}, ${p.name} is alive: ${p.isAlive()}`);
  await p.join();
  say(`join() waited for its end, the exit code is ${p.exitcode}`);
}

async function withoutJoin(): Promise<void> {
  title("3. A shared counter, without join: p.start(); print(counter.value)");
  const p = new Process({ target: incrementCounter });
  p.start();
  say(`parent process counter: ${counter.value}`);
  // The demo waits here all the same, to keep the cells apart.
  await p.join();
}

async function withJoin(): Promise<void> {
  title("4. With join: p.start(); await p.join(); print(counter.value)");
  counter.value = 0;
  const p = new Process({ target: incrementCounter });
  p.start();
  await p.join();
  say(`parent process counter: ${counter.value}`);
}

/** How often each start is measured, and how long the longest bar is. */
const RUNS = 3;
const BAR_WIDTH = 14;
const WORDS_WIDTH = 36;

async function methods(): Promise<void> {
  title("5. startMethods(), and a start in ms: # from a spare, - without one");
  const all = startMethods();
  const times: StartTimes[] = [];
  for (const { name, supported } of all) {
    if (supported) times.push(await startTimes(name, RUNS));
  }
  const mostMs = longestOf(times);
  for (const { name, reason, traits } of all) {
    const time = times.find(({ method }) => method === name);
    const words = time === undefined
      ? `no: ${reason.split(":")[0]}`
      : traits.process.padEnd(WORDS_WIDTH) + bothTimes(time, mostMs, BAR_WIDTH);
    say(`${name.padEnd(10)} ${words}`);
  }
}

function choosing(): void {
  title('6. Choosing one, once, in the main program: setStartMethod("spawn")');
  say(`in use here: ${getStartMethod()}; a second choice is refused:`);
  try {
    setStartMethod("spawn");
  } catch (error) {
    for (const line of wrap(String(error))) say(line);
  }
}

if (import.meta.main) {
  const flags = readFlags(USAGE, { method: { type: "string" } });
  const method = methodOf(USAGE, flags);
  if (method !== undefined) setStartMethod(method);
  await names();
  await withoutJoin();
  await withJoin();
  await methods();
  choosing();
}

// deno-lint-ignore-file no-console
/**
 * The lost update, and two ways to prevent it.
 *
 * @module
 */

import {
  getStartMethod,
  Process,
  setStartMethod,
  Value,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:counter [--method METHOD]
         [--times N] [--help]

Two processes add to one counter, N times each (300000): without a lock, with
the lock, and by an atomic addition.`;

const NOTE = `
counter.value += 1 reads and then writes, as in Python, and what the other
process wrote in between is lost. Who holds the lock works alone; add() is one
step.`;

const TIMES = 300_000;
const WIDTHS = [34, 10, 10, 10, 10];

type Counter = Value<"i">;

/** The two go at once, or there would be nothing to lose. */
function meet(ready: Counter): void {
  ready.add(1);
  while (ready.value < 2);
}

/** Adds by reading and then writing; what the other wrote between is lost. */
export function plainly(
  counter: Counter,
  ready: Counter,
  times: number,
): number {
  meet(ready);
  const start = performance.now();
  for (let i = 0; i < times; i++) counter.value += 1;
  return performance.now() - start;
}

/** The same while nobody else holds the lock. */
export function locked(
  counter: Counter,
  ready: Counter,
  times: number,
): number {
  const lock = counter.getLock();
  meet(ready);
  const start = performance.now();
  for (let i = 0; i < times; i++) {
    using _held = lock.acquireSync();
    counter.value += 1;
  }
  return performance.now() - start;
}

/** One step, which nobody can come between. */
export function atomically(
  counter: Counter,
  ready: Counter,
  times: number,
): number {
  meet(ready);
  const start = performance.now();
  for (let i = 0; i < times; i++) counter.add(1);
  return performance.now() - start;
}

/** Lets two processes count, and prints what they came to. */
async function run(
  code: string,
  target: typeof plainly,
  times: number,
): Promise<void> {
  const counter = new Value("i", 0);
  const ready = new Value("i", 0);
  const both = [1, 2].map(() => {
    const p = new Process({ target, args: [counter, ready, times] });
    p.start();
    return p;
  });
  const took = Math.max(...await Promise.all(both.map((p) => p.result())));
  const lost = 2 * times - counter.value;
  const each = `${Math.round(took * 1e6 / (2 * times))} ns`;
  say(row([code, whole(counter.value), whole(lost), ms(took), each], WIDTHS));
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    times: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const times = countOf(USAGE, flags, { flag: "times", otherwise: TIMES });
  if (method !== undefined) setStartMethod(method);
  title(
    `Two processes add 1 to a counter, ${
      whole(times)
    } times each (${getStartMethod()})`,
  );
  say(row(["code", "count", "lost", "time", "one step"], WIDTHS));
  await run("counter.value += 1", plainly, times);
  await run("using held = lock.acquireSync()", locked, times);
  await run("counter.add(1)", atomically, times);
  console.log(NOTE);
}

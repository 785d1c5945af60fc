// deno-lint-ignore-file no-console
/**
 * Three stages, each at its own speed, and two queues between them.
 *
 * @module
 */

import {
  getStartMethod,
  Process,
  Queue,
  setStartMethod,
  SharedArray,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { pause } from "./lib/measure.ts";
import { fit, ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:pipeline [--method METHOD]
         [--items N] [--help]

A process cuts numbers into N ranges (400), two count the primes in each, and
one adds up: with queues of ten places, and with queues that know no limit.`;

const NOTE = `
The first stage is much faster than the second. A queue of ten places makes it
wait: put() comes back when there is room. Without a limit all ranges lie in
memory, for nothing. shutdown() ends each stage when it has done the last one.`;

const ITEMS = 400;
const PLACES = 10;
const CHECKERS = 2;
const STEP = 10_000;
const LOOK_MS = 50;
/** How many lines are printed where none can be drawn over. */
const LINES = 4;
const WIDTHS = [9, 7, 27, 18, 8];

/** Numbers, the last one not among them. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** What runs between the stages, and how far they have come. */
interface Line {
  readonly ranges: Queue<Range>;
  readonly counts: Queue<number>;
  /** Ranges made, checked and added. */
  readonly done: SharedArray<"i">;
}

/** Target, first stage: cuts ranges. */
export async function make(
  { ranges, done }: Line,
  items: number,
): Promise<void> {
  for (let i = 0; i < items; i++) {
    await ranges.put({ from: i * STEP, to: (i + 1) * STEP });
    done.add(0, 1);
  }
  ranges.shutdown();
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) {
    if (n % d === 0) return false;
  }
  return n > 1;
}

/** Target, second stage: counts primes. */
export async function check({ ranges, counts, done }: Line): Promise<void> {
  for await (const { from, to } of ranges) {
    let count = 0;
    for (let n = from; n < to; n++) count += Number(isPrime(n));
    await counts.put(count);
    done.add(1, 1);
  }
}

/** Target, third stage: adds up. */
export async function add({ counts, done }: Line): Promise<number> {
  let sum = 0;
  for await (const count of counts) {
    sum += count;
    done.add(2, 1);
  }
  return sum;
}

/** As many marks as there are places taken, ten at the most. */
function bar(size: number): string {
  return `${"#".repeat(Math.min(size, PLACES)).padEnd(PLACES, ".")} ${
    whole(size).padStart(5)
  }`;
}

function picture({ ranges, counts, done }: Line, start: number): string {
  const [made, checked, added] = done.slice();
  const cells = [
    ms(performance.now() - start),
    whole(made!),
    `${bar(ranges.qsize())} ${whole(checked!).padStart(8)}`,
    bar(counts.qsize()),
    whole(added!),
  ];
  return row(cells, WIDTHS);
}

/** Shows the counters until the end; gives the most ranges that ever waited. */
async function watch(
  line: Line,
  items: number,
  end: Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  const isScreen = Deno.stdout.isTerminal();
  let most = 0;
  let shown = 0;
  let isOver = false;
  const stop = () => void (isOver = true);
  end.then(stop, stop);
  while (!isOver) {
    most = Math.max(most, line.ranges.qsize());
    const text = picture(line, start);
    if (isScreen) {
      // Over what was there, and all of it.
      Deno.stdout.writeSync(
        new TextEncoder().encode(`\r${fit(text).padEnd(79)}`),
      );
    } else if (line.done.get(2) >= (shown * items) / LINES && shown < LINES) {
      shown++;
      say(text);
    }
    await pause(isScreen ? LOOK_MS : 1);
  }
  say(`${isScreen ? "\r" : ""}${picture(line, start)}`);
  return most;
}

/** Runs all stages to their end; gives the sum. */
async function stages(line: Line, items: number): Promise<number> {
  const first = new Process({ target: make, args: [line, items] });
  const second = Array.from(
    { length: CHECKERS },
    () => new Process({ target: check, args: [line] }),
  );
  const third = new Process({ target: add, args: [line] });
  for (const p of [third, ...second, first]) p.start();
  await first.result();
  await Promise.all(second.map((p) => p.result()));
  line.counts.shutdown();
  return await third.result();
}

async function run(items: number, places: number): Promise<number> {
  const line: Line = {
    ranges: new Queue(places),
    counts: new Queue(places),
    done: new SharedArray("i", 3),
  };
  title(places > 0 ? `queues of ${places} places` : "queues without a limit");
  say(
    row(
      ["time", "made", "waiting           checked", "waiting", "added"],
      WIDTHS,
    ),
  );
  const sum = stages(line, items);
  const most = await watch(line, items, sum);
  say(`at most ${whole(most)} ranges waited`);
  return await sum;
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    items: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const items = countOf(USAGE, flags, { flag: "items", otherwise: ITEMS });
  if (method !== undefined) setStartMethod(method);
  const sums = [await run(items, PLACES), await run(items, 0)];
  say(
    `primes below ${whole(items * STEP)}: ${
      sums.map(whole).join(" and ")
    } (${getStartMethod()})`,
  );
  console.log(NOTE);
}

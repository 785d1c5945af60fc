// deno-lint-ignore-file no-console
/**
 * Five philosophers, five forks, and nobody starves.
 *
 * @module
 */

import {
  Barrier,
  getStartMethod,
  Lock,
  Process,
  setStartMethod,
  SharedArray,
  SharedEvent,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { pause } from "./lib/measure.ts";
import { ms, row, say, title } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:philosophers [--method METHOD]
         [--time MS] [--help]

Five philosophers dine for MS milliseconds (1500). Each is a process, and each
fork between two of them is a lock.`;

const NOTE = `
A fork is a Lock, and eating takes both forks beside one. If all took the left
one first, each could wait for the next for ever. Here each takes the fork with
the lower number first, so the last philosopher takes the right one.`;

const NAMES = ["Aristotle", "Hypatia", "Kant", "Laozi", "Spinoza"];
const TIME_MS = 1500;
const EAT_MS = 4;
const THINK_MS = 4;
const MARKS = 24;
const WIDTHS = [10, 8, 7, 12, 12];

interface Table {
  readonly forks: readonly Lock[];
  /** Who has which fork, from 1; 0 if nobody has. */
  readonly hands: SharedArray<"i">;
  /** All have sat down, and so has the host. */
  readonly begin: Barrier;
  readonly closing: SharedEvent;
}

interface Evening {
  meals: number;
  waitedMs: number;
  longestMs: number;
  /** How often a fork was in other hands already. Never, if locks lock. */
  clashes: number;
}

/** Waits for both forks, and holds them for as long as a meal takes. */
async function eat(
  { forks, hands }: Table,
  who: number,
  evening: Evening,
): Promise<void> {
  const sides = [who, (who + 1) % forks.length];
  const hungry = performance.now();
  using _first = await forks[Math.min(...sides)]!.acquire();
  using _second = await forks[Math.max(...sides)]!.acquire();
  const waitedMs = performance.now() - hungry;
  evening.waitedMs += waitedMs;
  evening.longestMs = Math.max(evening.longestMs, waitedMs);
  for (const fork of sides) {
    if (hands.exchange(fork, who + 1) !== 0) evening.clashes++;
  }
  await pause(2 * EAT_MS * Math.random());
  for (const fork of sides) hands.set(fork, 0);
  evening.meals++;
}

/** Target: eats and thinks until the house closes. */
export async function dine(table: Table, who: number): Promise<Evening> {
  const evening = { meals: 0, waitedMs: 0, longestMs: 0, clashes: 0 };
  await table.begin.wait();
  while (!table.closing.isSet()) {
    await eat(table, who, evening);
    await pause(2 * THINK_MS * Math.random());
  }
  return evening;
}

async function dinner(time: number): Promise<Evening[]> {
  const table: Table = {
    forks: NAMES.map(() => new Lock()),
    hands: new SharedArray("i", NAMES.length),
    begin: new Barrier(NAMES.length + 1),
    closing: new SharedEvent(),
  };
  const guests = NAMES.map((name, who) => {
    const p = new Process({ name, target: dine, args: [table, who] });
    p.start();
    return p;
  });
  await table.begin.wait();
  await pause(time);
  table.closing.set();
  return await Promise.all(guests.map((p) => p.result()));
}

function print(evenings: readonly Evening[]): void {
  say(row(["", "forks", "meals", "waited", "at most"], WIDTHS));
  const most = Math.max(...evenings.map(({ meals }) => meals));
  evenings.forEach(({ meals, waitedMs, longestMs }, who) => {
    const sides = `${who} and ${(who + 1) % NAMES.length}`;
    const cells = [NAMES[who]!, sides, `${meals}`, ms(waitedMs), ms(longestMs)];
    const marks = "*".repeat(Math.round(meals / most * MARKS));
    say(`${row(cells, WIDTHS)}  ${marks}`);
  });
  const clashes = evenings.reduce((sum, one) => sum + one.clashes, 0);
  say(`a fork in two hands at once: ${clashes} times`);
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    time: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const time = countOf(USAGE, flags, { flag: "time", otherwise: TIME_MS });
  if (method !== undefined) setStartMethod(method);
  title(`Five philosophers dine for ${ms(time)} (${getStartMethod()})`);
  print(await dinner(time));
  console.log(NOTE);
}

// deno-lint-ignore-file no-console
/**
 * A board that many read while some write.
 *
 * @module
 */

import {
  Barrier,
  getStartMethod,
  Process,
  RwLock,
  setStartMethod,
  SharedArray,
  SharedEvent,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { pause } from "./lib/measure.ts";
import { ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:board [--method METHOD]
         [--time MS] [--help]

Four processes read a board while two write on it, for MS milliseconds (600):
without a lock, and with a lock for many readers or one writer.`;

const NOTE = `
An update writes every field of the board with the number of the edition, and a
snapshot reads them all. One with two editions in it is torn. Readers hold the
RwLock together; a writer holds it alone.`;

const READERS = 4;
const WRITERS = 2;
const FIELDS = 32;
const TIME_MS = 600;
const WIDTHS = [15, 10, 8, 9, 12, 15];

interface Hall {
  readonly board: SharedArray<"i">;
  /** None, for those who do without. */
  readonly lock: RwLock | null;
  /** All are there, and so is the parent. */
  readonly begin: Barrier;
  readonly closing: SharedEvent;
}

interface Seen {
  snapshots: number;
  torn: number;
  /** How many readers were in at once, at most. */
  together: number;
}

/** Target: takes snapshots and looks whether they are of one edition. */
export function read({ board, lock, begin, closing }: Hall): Seen {
  const seen: Seen = { snapshots: 0, torn: 0, together: 0 };
  begin.waitSync();
  while (!closing.isSet()) {
    using _held = lock?.acquireReadSync();
    const snapshot = board.slice();
    seen.snapshots++;
    if (snapshot.some((edition) => edition !== snapshot[0])) seen.torn++;
    seen.together = Math.max(seen.together, lock?.readers ?? 0);
  }
  return seen;
}

/** Target: writes the next edition; gives how many there were. */
export function write({ board, lock, begin, closing }: Hall): number {
  let updates = 0;
  begin.waitSync();
  while (!closing.isSet()) {
    using _held = lock?.acquireWriteSync();
    const edition = board.get(0) + 1;
    for (let i = 0; i < FIELDS; i++) board.set(i, edition);
    updates++;
  }
  return updates;
}

async function run(
  what: string,
  lock: RwLock | null,
  time: number,
): Promise<void> {
  const hall: Hall = {
    board: new SharedArray("i", FIELDS),
    lock,
    begin: new Barrier(READERS + WRITERS + 1),
    closing: new SharedEvent(),
  };
  const readers = Array.from({ length: READERS }, () => {
    const p = new Process({ target: read, args: [hall] });
    p.start();
    return p;
  });
  const writers = Array.from({ length: WRITERS }, () => {
    const p = new Process({ target: write, args: [hall] });
    p.start();
    return p;
  });
  await hall.begin.wait();
  await pause(time);
  hall.closing.set();
  const seen = await Promise.all(readers.map((p) => p.result()));
  const written = await Promise.all(writers.map((p) => p.result()));
  const sum = (counts: number[]) => whole(counts.reduce((a, b) => a + b, 0));
  const cells = [
    what,
    sum(seen.map(({ snapshots }) => snapshots)),
    sum(seen.map(({ torn }) => torn)),
    sum(written),
    whole(hall.board.get(0)),
    lock === null ? "-" : `${Math.max(...seen.map((one) => one.together))}`,
  ];
  say(row(cells, WIDTHS));
}

const HEAD = [
  "",
  "snapshots",
  "torn",
  "updates",
  "last edition",
  "readers at once",
];

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    time: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const time = countOf(USAGE, flags, { flag: "time", otherwise: TIME_MS });
  if (method !== undefined) setStartMethod(method);
  title(
    `${READERS} readers and ${WRITERS} writers at one board, ` +
      `${ms(time)} each (${getStartMethod()})`,
  );
  say(row(HEAD, WIDTHS));
  await run("without a lock", null, time);
  await run("with the RwLock", new RwLock(), time);
  console.log(NOTE);
}

/**
 * A pool beside threads with a port each.
 *
 * Both sides are warm, but for the first result. One processor is shared by all
 * that runs on the machine, so for a round trip on one core run this under
 * `taskset -c 0`.
 *
 * @module
 */

import { type BasePool, getContext } from "../../../mod.ts";
import { BareThread, withBare, WORK } from "./bare_pool.ts";
import { MOVED, moved } from "./pool_moved.ts";
import { fib, next, same, sizeOf, type TableRow, total } from "./pool_work.ts";
import type { Bench, Within } from "./row.ts";

const SIZE = 2;
const CALLS = 10_000;
const FIBS = 64;
const FIB_N = 27;
const BYTES = 64 * 2 ** 20;
const FROM = { module: WORK };

/** So many that V8 clears away some of them meanwhile: that is most of the time. */
const NEW_ARRAYS = 30;

/**
 * Small arrays that go before, so that both sides are as in a program that has run
 * for a while: the code is compiled, and V8 has lowered the limit from which on it
 * looks through a heap. That begins at some hundred MiB; at its 20 MiB each of the
 * large arrays is over it, and takes ten times as long (2.9.6).
 */
const SMALL_ARRAYS = 8000;

/** Several in a row, and the best: for what the machine's other work spoils. */
const TRIES = 5;

/** Of what takes milliseconds: the code is compiled by then. */
const SHORT_TRIES = 15;

const ITEMS = Array.from({ length: CALLS }, (_, i) => i);

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

async function best(
  tries: number,
  body: () => Promise<unknown>,
): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < tries; i++) least = Math.min(least, await timed(body));
  return least;
}

/** Runs a body with a pool that is up. */
async function withPool<T>(
  method: string,
  size: number,
  body: (pool: BasePool) => Promise<T>,
): Promise<T> {
  await using pool = new (getContext(method).Pool)(size);
  const options = { ...FROM, chunksize: 1 };
  while (pool.stats().workers.filter(({ items }) => items > 0).length < size) {
    await pool.map(next, ITEMS.slice(0, 100), options);
  }
  return await body(pool);
}

/** Thousands a second, from milliseconds. */
function perSecond(ms: number): number {
  return CALLS / ms;
}

function bareCalls(): Promise<number> {
  return withBare(SIZE, async (threads) =>
    perSecond(
      await best(
        SHORT_TRIES,
        () => Promise.all(ITEMS.map((i) => threads[i % SIZE]!.ask("next", i))),
      ),
    ));
}

function ourCalls(method: string): Promise<number> {
  return withPool(method, SIZE, async (pool) =>
    perSecond(
      await best(
        SHORT_TRIES,
        () => Promise.all(ITEMS.map((i) => pool.apply(next, [i], FROM))),
      ),
    ));
}

/** Cut by hand into as many chunks as a pool does at first. */
function bareMap(): Promise<number> {
  const length = CALLS / 8;
  const chunks = Array.from(
    { length: 8 },
    (_, i) => ITEMS.slice(i * length, (i + 1) * length),
  );
  return withBare(SIZE, async (threads) =>
    perSecond(
      await best(SHORT_TRIES, async () => {
        const lists = await Promise.all(
          chunks.map((chunk, i) =>
            threads[i % SIZE]!.ask<number[]>("nextOfEach", chunk)
          ),
        );
        return lists.flat();
      }),
    ) / 1000);
}

function ourMap(method: string): Promise<number> {
  return withPool(
    method,
    SIZE,
    async (pool) =>
      perSecond(await best(SHORT_TRIES, () => pool.map(next, ITEMS, FROM))) /
      1000,
  );
}

/** One after the other in this process, and how much of linear `ms` is then. */
function shareOfLinear(ms: number): number {
  const start = performance.now();
  for (let i = 0; i < FIBS; i++) fib(FIB_N);
  return (performance.now() - start) / (SIZE * ms);
}

function bareFibs(): Promise<number> {
  return withBare(SIZE, async (threads) =>
    shareOfLinear(
      await best(TRIES, () =>
        Promise.all(
          Array.from(
            { length: FIBS },
            (_, i) => threads[i % SIZE]!.ask("fib", FIB_N),
          ),
        )),
    ));
}

function ourFibs(): Promise<number> {
  const items = Array<number>(FIBS).fill(FIB_N);
  return withPool(
    "thread",
    SIZE,
    async (pool) =>
      shareOfLinear(await best(TRIES, () => pool.map(fib, items, FROM))),
  );
}

const TRIPS = 2_000;

/** Microseconds of one call after the other, once all code is compiled. */
async function trip(call: (i: number) => Promise<number>): Promise<number> {
  const body = async () => {
    for (let i = 0; i < TRIPS; i++) await call(i);
  };
  return await best(SHORT_TRIES, body) * 1000 / TRIPS;
}

function bareTrips(): Promise<number> {
  return withBare(
    1,
    ([thread]) => trip((i) => thread!.ask<number>("next", i)),
  );
}

function ourTrips(): Promise<number> {
  return withPool(
    "thread",
    1,
    (pool) => trip((i) => pool.apply(next, [i], FROM)),
  );
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Takes 64 MiB to a task and back: by a copy each way, or moved. */
type Carry = (bytes: Bytes) => Promise<Bytes>;

/** Takes new arrays of a size there and back, one after the other. */
async function carryNew(
  carry: Carry,
  count: number,
  bytes: number,
): Promise<void> {
  for (let i = 0; i < count; i++) await carry(new Uint8Array(bytes));
}

/** Milliseconds for one new array. */
async function newEach(carry: Carry): Promise<number> {
  await carryNew(carry, 1, BYTES);
  const body = () => carryNew(carry, NEW_ARRAYS, BYTES);
  return await timed(body) / NEW_ARRAYS;
}

/** Milliseconds for one array that goes to and fro. */
async function toAndFro(carry: Carry): Promise<number> {
  let bytes: Bytes = new Uint8Array(BYTES);
  return await best(TRIES, async () => {
    bytes = await carry(bytes);
  });
}

type Use<T> = (carry: Carry) => Promise<T>;

function bareBytes<T>(moves: boolean, use: Use<T>): Promise<T> {
  return withBare(
    1,
    ([thread]) =>
      use((bytes) =>
        thread!.ask("same", bytes, moves ? bytes.buffer : undefined)
      ),
  );
}

function ourBytes<T>(moves: boolean, use: Use<T>): Promise<T> {
  return withPool(
    "thread",
    1,
    (pool) =>
      use((bytes) =>
        moves
          ? pool.apply(moved, [bytes], {
            module: MOVED,
            transfer: [bytes.buffer],
          })
          : pool.apply(same, [bytes], FROM)
      ),
  );
}

/** New arrays that move, by a thread and by a worker that have worked before. */
const newArrays: Within = {
  within: (passes) =>
    bareBytes(true, (bare) =>
      ourBytes(true, async (ours) => {
        await carryNew(bare, SMALL_ARRAYS, 1024);
        await carryNew(ours, SMALL_ARRAYS, 1024);
        return await passes({
          bare: () => newEach(bare),
          ours: () => newEach(ours),
        });
      })),
};

const TABLES = 3;
const TABLE_ROWS = 100_000;

/** Tables of plain rows, which take longer to send than to read. */
function newTables(): TableRow[][] {
  return Array.from(
    { length: TABLES },
    () =>
      Array.from({ length: TABLE_ROWS }, (_, id) => ({
        id,
        name: `row ${id}`,
        tags: ["a", "b"],
      })),
  );
}

function bareTables(): Promise<number> {
  const tables = newTables();
  return withBare(SIZE, (threads) =>
    best(
      TRIES,
      () =>
        Promise.all(
          tables.map((table, i) => threads[i % SIZE]!.ask("total", table)),
        ),
    ));
}

function ourTables(): Promise<number> {
  const tables = newTables();
  return withPool(
    "thread",
    SIZE,
    (pool) => best(TRIES, () => pool.map(total, tables, FROM)),
  );
}

/** One large call after the other by a pool of some size. */
function largeCalls(size: number): Promise<number> {
  const bytes = new Uint8Array(BYTES);
  return withPool(
    "thread",
    size,
    (pool) => best(SHORT_TRIES, () => pool.apply(sizeOf, [bytes], FROM)),
  );
}

async function bareCold(): Promise<number> {
  const start = performance.now();
  const thread = new BareThread();
  await thread.ask("next", 1);
  const took = performance.now() - start;
  await thread.end();
  return took;
}

async function ourCold(): Promise<number> {
  const start = performance.now();
  await using pool = new (getContext("thread").Pool)(SIZE);
  await pool.apply(next, [1], FROM);
  return performance.now() - start;
}

/** The rows of this file. */
export const poolBenches: readonly Bench[] = [
  {
    name: "pool, 10,000 calls at once",
    unit: "k/s",
    limit: { kind: "least", least: 200 },
    passes: 5,
    bare: bareCalls,
    ours: () => ourCalls("thread"),
  },
  {
    name: "pool, the same, spawn",
    unit: "k/s",
    limit: { kind: "none" },
    passes: 3,
    bare: bareCalls,
    ours: () => ourCalls("spawn"),
  },
  {
    name: "pool, map of 10,000 items",
    unit: "M/s",
    limit: { kind: "least", least: 4 },
    passes: 5,
    bare: bareMap,
    ours: () => ourMap("thread"),
  },
  {
    name: "pool, fib(27) x 64 on two",
    unit: "of linear",
    limit: { kind: "least", least: 0.93 },
    passes: 5,
    bare: bareFibs,
    ours: ourFibs,
  },
  {
    name: "pool, call there and back",
    unit: "us",
    limit: { kind: "ratio", most: 1.2 },
    passes: 7,
    bare: bareTrips,
    ours: ourTrips,
  },
  {
    name: "pool, 64 MiB there and back",
    unit: "ms",
    limit: { kind: "ratio", most: 1.1 },
    passes: 3,
    bare: () => bareBytes(false, toAndFro),
    ours: () => ourBytes(false, toAndFro),
  },
  {
    name: "pool, 64 MiB moved and back",
    unit: "ms",
    limit: { kind: "ratio", most: 1.1 },
    passes: 61,
    ...newArrays,
  },
  {
    name: "pool, one array to and fro",
    unit: "ms",
    limit: { kind: "none" },
    passes: 9,
    bare: () => bareBytes(true, toAndFro),
    ours: () => ourBytes(true, toAndFro),
  },
  {
    name: "pool, three tables by two",
    unit: "ms",
    limit: { kind: "ratio", most: 1.2 },
    passes: 5,
    bare: bareTables,
    ours: ourTables,
  },
  {
    name: "pool of two beside one, 64 MiB",
    unit: "ms",
    limit: { kind: "ratio", most: 1.1 },
    passes: 5,
    bare: () => largeCalls(1),
    ours: () => largeCalls(2),
  },
  {
    name: "pool, first result",
    unit: "ms",
    limit: { kind: "ratio", most: 1.2 },
    passes: 25,
    bare: bareCold,
    ours: ourCold,
  },
];

/**
 * What the processes of the scenes run.
 *
 * @module
 */

import {
  AbandonedError,
  type Connection,
  type Queue,
  type SharedArray,
  type Value,
} from "@multiprocessing/core";

/** Runs `held` while the lock of a cell is held, also after a holder has died. */
async function withLock(cell: Value<"i">, held: () => void): Promise<void> {
  for (;;) {
    try {
      using _held = await cell.getLock().acquire();
      return held();
    } catch (error) {
      if (!(error instanceof AbandonedError)) throw error;
    }
  }
}

/** Where the words of `increment()` are. */
export const FIRST = 0;
export const SECOND = 1;
export const INSIDE = 2;
export const TOLD = 3;
export const BEGUN = 4;
export const GO = 5;
export const WORDS = 6;

/** Adds to two words in turn, which only a lock makes one step. */
export async function increment(
  lock: Value<"i">,
  words: SharedArray<"i">,
  times: number,
): Promise<void> {
  words.add(BEGUN, 1);
  while (words.get(GO) === 0) await new Promise((go) => setTimeout(go, 1));
  for (let i = 0; i < times; i++) {
    await withLock(lock, () => {
      // A holder that died in here has left its mark.
      const before = words.get(INSIDE);
      words.set(INSIDE, 1);
      const first = words.get(FIRST);
      for (let spin = 0; spin < 20_000; spin++);
      words.set(FIRST, first + 1);
      words.set(
        SECOND,
        before === 1 ? words.get(FIRST) : words.get(SECOND) + 1,
      );
      words.set(INSIDE, 0);
    });
    words.add(TOLD, 1);
  }
}

/** An item of a queue or pipe that shows whether it is torn. */
export interface Item {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** The item of a number. */
export function itemOf(id: number, size: number): Item {
  return { id, bytes: new Uint8Array(size).fill(id & 255) };
}

/** Whether an item is as it was made. */
export function isWhole({ id, bytes }: Item): boolean {
  return bytes.every((byte) => byte === (id & 255));
}

/** Puts numbered items, and tells how many. */
export async function produce(
  queue: Queue<Item>,
  put: SharedArray<"i">,
  who: number,
  { first, count, size }: { first: number; count: number; size: number },
): Promise<void> {
  for (let i = 0; i < count; i++) {
    await queue.put(itemOf(first + i, size));
    put.add(who, 1);
  }
}

/** Takes items until there are no more, and counts each. */
export async function consume(
  queue: Queue<Item>,
  taken: SharedArray<"i">,
): Promise<void> {
  for await (const item of queue) {
    if (!isWhole(item)) throw new Error(`item ${item.id} is torn`);
    taken.add(item.id, 1);
  }
}

/** Sends numbered items. */
export async function sendAll(
  end: Connection<Item, Item>,
  count: number,
  size: number,
): Promise<void> {
  for (let id = 0; id < count; id++) await end.send(itemOf(id, size));
}

/** Writes one number all over an array, under its lock. */
export async function paint(
  lock: Value<"i">,
  array: SharedArray<"d">,
  color: number,
  times: number,
): Promise<void> {
  for (let n = 0; n < times; n++) {
    await withLock(lock, () => {
      const number = color * 1000 + n;
      for (let i = 0; i < array.length; i++) array.set(i, number);
    });
  }
}

/** Computes, or awaits, and gives what it was given. */
export async function echo<T>(value: T, how: string, ms: number): Promise<T> {
  const end = performance.now() + ms;
  if (how === "compute") { while (performance.now() < end); }
  else await new Promise((resolve) => setTimeout(resolve, ms));
  return value;
}

/** The square of a number, which a worker may die over. */
export function square(n: number): number {
  const end = performance.now() + n % 7;
  while (performance.now() < end);
  return n * n;
}

const DATA = new URL("./data.json", import.meta.url).href;
const HERE = new URL("./random_module.ts", import.meta.url).href;
const BUILTINS = ["http", "zlib", "dns", "tls", "readline", "repl", "http2"];

/** Imports in one of the ways, for ever. */
export async function importAll(way: string): Promise<void> {
  for (let i = 0;; i++) {
    if (way !== "builtins") {
      await import(`${DATA}?${i}`, { with: { type: "json" } });
    }
    if (way === "mixed") await import(`${HERE}?${i}`);
    if (way !== "json") await import(`node:${BUILTINS[i % BUILTINS.length]}`);
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
}

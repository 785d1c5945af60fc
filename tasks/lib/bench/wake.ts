/**
 * Two that take turns: each sleeps, is woken, and wakes the other. The bare side is
 * two threads in every row, as nothing bare wakes another OS process. A spawned
 * child loads this module, so nothing is shared while it loads.
 *
 * @module
 */

import { getContext, type Semaphore } from "../../../mod.ts";
import type { Bench, Limit } from "./row.ts";

const WITHIN_30_PERCENT: Limit = { kind: "ratio", most: 1.3 };
const WITHIN_3_TIMES: Limit = { kind: "ratio", most: 3 };

/** How many times each of two is woken by the other, after as many unmeasured. */
const WAKES = 2000;

/** Whose turn it is: each of the two has a word, or a semaphore. */
type Words = Int32Array;
type Turns = readonly [Semaphore, Semaphore];

/** In which the other falls asleep: else nobody is to be woken. */
const LINGER_MS = 0.03;

/** By the clock, as a loop takes longer while others want the processor. */
function linger(): void {
  const end = performance.now() + LINGER_MS;
  while (performance.now() < end) Atomics.pause();
}

/** Milliseconds that the turns of one take, each. */
async function msOf(turn: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < WAKES; i++) await turn();
  return (performance.now() - start) / WAKES;
}

/** Microseconds for one wake-up; both have begun when it is measured. */
async function usEach(take: () => void | Promise<void>): Promise<number> {
  await msOf(take);
  return (await msOf(take) / 2 - LINGER_MS) * 1000;
}

function pass(words: Words, to: number): void {
  Atomics.store(words, to, 1);
  Atomics.notify(words, to, 1);
}

/** Target: sleeps until it is its turn, and wakes the other. */
export function bareTurns(words: Words, who: number): Promise<number> {
  return usEach(() => {
    while (Atomics.exchange(words, who, 0) === 0) Atomics.wait(words, who, 0);
    linger();
    pass(words, 1 - who);
  });
}

/** Target: the same, and the thread does not sleep. */
export function bareAsyncTurns(words: Words, who: number): Promise<number> {
  return usEach(async () => {
    while (Atomics.exchange(words, who, 0) === 0) {
      await Atomics.waitAsync(words, who, 0).value;
    }
    linger();
    pass(words, 1 - who);
  });
}

/** Target: the same with semaphores. */
export function ourTurns(turns: Turns, who: number): Promise<number> {
  return usEach(() => {
    turns[who]!.acquireSync();
    linger();
    turns[1 - who]!.release();
  });
}

/** Target: the same with semaphores, and the thread does not sleep. */
export function ourAsyncTurns(turns: Turns, who: number): Promise<number> {
  return usEach(async () => {
    await turns[who]!.acquire();
    linger();
    turns[1 - who]!.release();
  });
}

async function wake<S>(
  method: string,
  target: (shared: S, who: number) => Promise<number>,
  shared: S,
): Promise<number> {
  const { Process } = getContext(method);
  const both = [0, 1].map((who) => {
    const p = new Process({ target, args: [shared, who] as [S, number] });
    p.start();
    return p;
  });
  return Math.max(...await Promise.all(both.map((p) => p.result())));
}

/** Microseconds for the bare platform to wake one of two threads. */
async function bareWake(target: typeof bareTurns): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(8));
  words[0] = 1;
  return await wake("thread", target, words);
}

/** Microseconds for us to wake one of two processes. */
async function ourWake(
  method: string,
  target: typeof ourTurns,
): Promise<number> {
  const { Semaphore } = getContext(method);
  return await wake(method, target, [new Semaphore(1), new Semaphore(0)]);
}

function wakeBench(method: string, limit: Limit, isAsync: boolean): Bench {
  const bare = isAsync ? bareAsyncTurns : bareTurns;
  const ours = isAsync ? ourAsyncTurns : ourTurns;
  return {
    name: `wake ${isAsync ? "a promise" : "a sleeper"}, ${method}`,
    unit: "us",
    limit,
    passes: 9,
    bare: () => bareWake(bare),
    ours: () => ourWake(method, ours),
  };
}

/** The rows of this file. */
export const wakeBenches: readonly Bench[] = [
  wakeBench("thread", WITHIN_30_PERCENT, false),
  wakeBench("thread", WITHIN_30_PERCENT, true),
  wakeBench("spawn", WITHIN_3_TIMES, false),
  wakeBench("spawn", WITHIN_3_TIMES, true),
];

/**
 * Pipes beside two threads that wait for each other's word, a port, and a ring made
 * by hand. A spawned child loads this module, so nothing is shared
 * while it loads.
 *
 * Usage, to be kept on one processor: pipe.ts bare|ours
 *
 * @module
 */

import { type Connection, getContext, SimpleQueue } from "../../../mod.ts";
import { bareMemory, BareRing, type Cut } from "./bare_ring.ts";
import type { Bench, Limit } from "./row.ts";

const PASSES = 5;
const UNDER_10_US: Limit = { kind: "most", most: 10 };
const WITHIN_20_PERCENT: Limit = { kind: "ratio", most: 1.2 };
const WITHIN_50_PERCENT: Limit = { kind: "ratio", most: 1.5 };
const OVER_600_K: Limit = { kind: "least", least: 600 };
const NONE: Limit = { kind: "none" };

/** How often there and back, after as many that are not measured. */
const TURNS = 40_000;
const MESSAGES = 300_000;
const LARGE_BYTES = 2 ** 20;
const LARGE_MESSAGES = 300;
/** So few on their way at once that they stay in the caches of the processor. */
const SLOTS: Cut = { slots: 4, slotBytes: LARGE_BYTES };
const FEW_LARGE_BYTES: number = SLOTS.slots * LARGE_BYTES;

function usOf(count: number, step: () => void): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) step();
  return (performance.now() - start) * 1000 / count;
}

/** Target: waits for its word to change, and changes the other's. */
export function bareTurns(words: Int32Array, who: number): number {
  let turn = 0;
  const step = () => {
    turn++;
    if (who === 0) pass(words, 1, turn);
    while (Atomics.load(words, who) < turn) {
      Atomics.wait(words, who, turn - 1);
    }
    if (who === 1) pass(words, 0, turn);
  };
  usOf(TURNS, step);
  return usOf(TURNS, step);
}

function pass(words: Int32Array, to: number, turn: number): void {
  Atomics.store(words, to, turn);
  Atomics.notify(words, to, 1);
}

/** Target: the same with a pipe. */
export function pipeTurns(connection: Connection, who: number): number {
  let turn = 0;
  const step = () => {
    if (who === 0) connection.sendSync(turn++);
    const got = connection.recvSync();
    if (who === 1) connection.sendSync(got);
  };
  usOf(TURNS, step);
  return usOf(TURNS, step);
}

/** Target: the same, and the thread does not sleep. */
export async function asyncTurns(
  connection: Connection,
  who: number,
): Promise<number> {
  let start = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    if (turn === TURNS / 2) start = performance.now();
    if (who === 0) await connection.send(turn);
    const got = await connection.recv();
    if (who === 1) await connection.send(got);
  }
  return (performance.now() - start) * 1000 / (TURNS / 2);
}

/** Target: the same over a port, which comes through a queue. */
export async function portTurns(
  ports: SimpleQueue<MessagePort>,
  who: number,
): Promise<number> {
  const port = await ports.get();
  let [turn, start] = [0, 0];
  return await new Promise((resolve) => {
    port.onmessage = () => {
      if (++turn === TURNS / 2) start = performance.now();
      if (turn < TURNS || who === 1) port.postMessage(turn);
      if (turn < TURNS) return;
      port.close();
      resolve((performance.now() - start) * 1000 / (TURNS / 2));
    };
    if (who === 0) port.postMessage(turn);
  });
}

/** Target: sends numbers, or receives them; gives how many thousand a second. */
export function stream(connection: Connection, who: number): number {
  const step = who === 0
    ? (i: number) => connection.sendSync(i)
    : () => connection.recvSync();
  for (let i = 0; i < MESSAGES; i++) step(i);
  const start = performance.now();
  for (let i = 0; i < MESSAGES; i++) step(i);
  return MESSAGES / (performance.now() - start);
}

/** Target: the same over a port. */
export async function portStream(
  ports: SimpleQueue<MessagePort>,
  who: number,
): Promise<number> {
  const port = await ports.get();
  const start = performance.now();
  if (who === 0) {
    for (let i = 0; i < MESSAGES; i++) {
      port.postMessage(i);
      if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    await new Promise((resolve) => port.onmessage = resolve);
  } else {
    let left = MESSAGES;
    await new Promise<void>((resolve) => {
      port.onmessage = () => --left === 0 && resolve();
    });
    port.postMessage(0);
  }
  port.close();
  return MESSAGES / (performance.now() - start);
}

/** Target: sends large messages, or receives them into one buffer. */
export function large(connection: Connection, who: number): number {
  const bytes = new Uint8Array(LARGE_BYTES);
  const step = who === 0
    ? () => connection.sendBytesSync(bytes)
    : () => connection.recvBytesIntoSync(bytes);
  usOf(LARGE_MESSAGES, step);
  return usOf(LARGE_MESSAGES, step);
}

/** Target: the same with a ring made by hand. */
export function bareLarge(memory: SharedArrayBuffer, who: number): number {
  const ring = new BareRing(memory, SLOTS);
  const bytes = new Uint8Array(LARGE_BYTES);
  const step = who === 0 ? () => ring.putBytes(bytes) : () => ring.getBytes();
  usOf(LARGE_MESSAGES, step);
  return usOf(LARGE_MESSAGES, step);
}

async function byRing(): Promise<number> {
  const memory = bareMemory(SLOTS);
  return await both("thread", bareLarge, [memory, memory]);
}

type Target<P> = (part: P, who: number) => number | Promise<number>;

/** What the slower of two processes measured that got one part each. */
async function both<P>(
  method: string,
  target: Target<P>,
  parts: readonly [P, P],
): Promise<number> {
  const { Process } = getContext(method);
  const all = parts.map((part, who) => {
    const p = new Process({ target, args: [part, who] as [P, number] });
    p.start();
    return p;
  });
  const results = await Promise.all(all.map((p) => p.result()));
  return Math.max(...results);
}

async function byWords(): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(8));
  return await both("thread", bareTurns, [words, words]);
}

async function byPorts(
  target: Target<SimpleQueue<MessagePort>>,
): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const parts = [port1, port2].map((port) => {
    const ports = new SimpleQueue<MessagePort>();
    ports.putSync(port, { transfer: [port] });
    return ports;
  });
  return await both("thread", target, [parts[0]!, parts[1]!]);
}

async function byPipe(
  method: string,
  target: Target<Connection>,
  maxBytes?: number,
): Promise<number> {
  const ends = getContext(method).Pipe({ maxBytes });
  try {
    return await both(method, target, ends);
  } finally {
    for (const end of ends) end.close();
  }
}

const TASKSET = "/usr/bin/taskset";

/** One of the two, in a program that has one processor. */
async function onOneCore(what: "bare" | "ours"): Promise<number> {
  const { stdout } = await new Deno.Command(TASKSET, {
    args: ["-c", "0", Deno.execPath(), "run", "-A", import.meta.url, what],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

function hasTaskset(): boolean {
  try {
    return Deno.statSync(TASKSET).isFile;
  } catch {
    return false;
  }
}

/** Elsewhere a program is not kept on one processor that simply. */
const pinned: Bench[] = !hasTaskset() ? [] : [{
  name: "Pipe there and back, 1 core",
  unit: "us",
  limit: UNDER_10_US,
  passes: PASSES,
  bare: () => onOneCore("bare"),
  ours: () => onOneCore("ours"),
}];

/** The rows of the table. */
export const pipeBenches: Bench[] = [
  ...pinned,
  ...["thread", "spawn"].map((method): Bench => ({
    name: `Pipe there and back, ${method}`,
    unit: "us",
    limit: method === "thread" ? WITHIN_20_PERCENT : NONE,
    passes: PASSES,
    bare: byWords,
    ours: () => byPipe(method, pipeTurns),
  })),
  {
    name: "Pipe there and back, await",
    unit: "us",
    limit: WITHIN_50_PERCENT,
    passes: PASSES,
    bare: () => byPorts(portTurns),
    ours: () => byPipe("thread", asyncTurns),
  },
  ...["thread", "spawn"].map((method): Bench => ({
    name: `Pipe of numbers, ${method}`,
    unit: "k/s",
    limit: OVER_600_K,
    passes: PASSES,
    bare: () => byPorts(portStream),
    ours: () => byPipe(method, stream),
  })),
  ...["thread", "spawn"].map((method): Bench => ({
    name: `Pipe of 1 MiB, ${method}`,
    unit: "us",
    limit: WITHIN_50_PERCENT,
    passes: PASSES,
    bare: byRing,
    ours: () => byPipe(method, large, FEW_LARGE_BYTES),
  })),
];

if (import.meta.main) {
  const measure = Deno.args[0] === "bare"
    ? byWords
    : () => byPipe("thread", pipeTurns);
  // deno-lint-ignore no-console
  console.log(await measure());
}

/**
 * How long a start takes until the target runs, cold and warm, and how that looks.
 *
 * @module
 */

import {
  fillSpares,
  getContext,
  retireSpares,
  setSpares,
} from "@multiprocessing/core";
import { median, now } from "./measure.ts";
import { ms } from "./screen.ts";

/** The target: it gives the time at which it runs. */
export function begun(): number {
  return now();
}

/** Milliseconds from `start()` to the running target. */
export interface StartTimes {
  readonly method: string;
  /** Where everything has to be booted. */
  readonly coldMs: number;
  /** Where a spare waits; null for a method without spares. */
  readonly warmMs: number | null;
}

/** Measures a start method, each time so often. */
export async function startTimes(
  method: string,
  runs: number,
): Promise<StartTimes> {
  const hasSpares = emptyStock(method);
  const coldMs = await medianOf(method, runs, false);
  if (!hasSpares) return { method, coldMs, warmMs: null };
  setSpares(1, { method, refill: false });
  const warmMs = await medianOf(method, runs, true);
  setSpares(0, { method });
  await retireSpares({ method });
  return { method, coldMs, warmMs };
}

/** Keeps no spares of a method; false for one that never has any. */
function emptyStock(method: string): boolean {
  try {
    setSpares(0, { method });
    return true;
  } catch {
    return false;
  }
}

async function medianOf(
  method: string,
  runs: number,
  isWarm: boolean,
): Promise<number> {
  const { Process } = getContext(method);
  const took: number[] = [];
  for (let run = 0; run < runs; run++) {
    if (isWarm) await fillSpares({ method });
    const p = new Process({ target: begun });
    const start = now();
    p.start();
    took.push(await p.result() - start);
  }
  return median(took);
}

/** The longest of these times. */
export function longestOf(all: readonly StartTimes[]): number {
  return Math.max(
    ...all.map(({ coldMs, warmMs }) => Math.max(coldMs, warmMs ?? 0)),
  );
}

/** A time as a bar, of which that of `mostMs` would be as long as `width`. */
function timeBar(
  timeMs: number,
  mostMs: number,
  width: number,
): string {
  return "#".repeat(Math.max(1, Math.round(width * timeMs / mostMs)));
}

/** Both times in one bar: what a warm start takes of a cold one. */
export function bothTimes(
  { coldMs, warmMs }: StartTimes,
  mostMs: number,
  width: number,
): string {
  const cold = timeBar(coldMs, mostMs, width);
  if (warmMs === null) return `${cold.replaceAll("#", "-")} ${ms(coldMs)}`;
  const warm = timeBar(warmMs, mostMs, width);
  const bar = warm + cold.slice(warm.length).replaceAll("#", "-");
  return `${bar} ${ms(warmMs)} of ${ms(coldMs)}`;
}

/** A chart of all times, two lines for each method. */
export function chartOf(all: readonly StartTimes[], width: number): string[] {
  const mostMs = longestOf(all);
  const line = (name: string, kind: string, timeMs: number) =>
    `${name.padEnd(10)} ${kind} ${timeBar(timeMs, mostMs, width)} ${
      ms(timeMs)
    }`;
  return all.flatMap(({ method, coldMs, warmMs }) => [
    line(method, "cold", coldMs),
    ...(warmMs === null ? [] : [line("", "warm", warmMs)]),
  ]);
}

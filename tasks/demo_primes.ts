/**
 * Counting primes, from a `for` loop to a pool.
 *
 * @module
 */

import { getStartMethod, Pool, setStartMethod } from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { ms, row, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:primes [--method METHOD]
         [--workers N] [--below N] [--help]

Counts the primes below N (2,000,000): by a for loop, by pool.map() with a call
for each of 200 ranges, and by pool.map() with a call for each number.`;

const BELOW = 2_000_000;
const RANGES = 200;
const WIDTHS = [36, 10, 9, 14];

type Range = readonly [from: number, to: number];

/** Target: whether a number is a prime. */
export function isPrime(n: number): boolean {
  if (n % 2 === 0) return n === 2;
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false;
  return n > 1;
}

/** Target: how many primes there are in a range. */
export function countPrimes([from, to]: Range): number {
  let primes = 0;
  for (let n = from; n < to; n++) if (isPrime(n)) primes++;
  return primes;
}

function rangesBelow(below: number): Range[] {
  const share = (i: number) => Math.round(below * i / RANGES);
  return Array.from({ length: RANGES }, (_, i) => [share(i), share(i + 1)]);
}

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

/** Measures one way of counting, and prints it; gives how long it took. */
async function measure(
  name: string,
  count: () => number | Promise<number>,
  loopMs?: number,
): Promise<number> {
  const start = performance.now();
  const primes = await count();
  const took = performance.now() - start;
  const faster = `${((loopMs ?? took) / took).toFixed(2)} x`;
  say(row([name, ms(took), faster, whole(primes)], WIDTHS));
  return took;
}

async function compare(workers: number, below: number): Promise<void> {
  await using pool = new Pool(workers);
  const ranges = rangesBelow(below);
  const numbers = Array.from({ length: below }, (_, n) => n);
  say(row(["", "time", "speed", "primes"], WIDTHS));
  const loopMs = await measure("for loop", () => countPrimes([0, below]));
  await measure("pool.map(countPrimes, ranges)", async () => {
    return sum(await pool.map(countPrimes, ranges));
  }, loopMs);
  await measure("  again, the workers being there", async () => {
    return sum(await pool.map(countPrimes, ranges));
  }, loopMs);
  await measure("pool.map(isPrime, numbers)", async () => {
    return (await pool.map(isPrime, numbers)).filter(Boolean).length;
  }, loopMs);
  say("");
  say(
    "A call for each number is so short that telling a worker of it costs as",
  );
  say(
    "much as the call. The pool sends such items in chunks, which helps; a call",
  );
  say("that does more, as for a range, is better.");
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    workers: { type: "string" },
    below: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const otherwise = navigator.hardwareConcurrency;
  const workers = countOf(USAGE, flags, { flag: "workers", otherwise });
  const below = countOf(USAGE, flags, { flag: "below", otherwise: BELOW });
  if (method !== undefined) setStartMethod(method);
  const who = workers === 1 ? "one worker" : `${workers} workers`;
  title(`Primes below ${whole(below)}, by ${who} (${getStartMethod()})`);
  await compare(workers, below);
}

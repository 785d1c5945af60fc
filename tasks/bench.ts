// deno-lint-ignore-file no-console
/**
 * What the library costs beside the bare platform, in one run.
 *
 * @module
 */

import { arrayBenches } from "./lib/bench/array.ts";
import { costBenches } from "./lib/bench/cost.ts";
import { functionBenches } from "./lib/bench/function.ts";
import { lockBenches } from "./lib/bench/value_lock.ts";
import { memoryBenches } from "./lib/bench/memory.ts";
import { packageBenches } from "./lib/bench/package.ts";
import { pipeBenches } from "./lib/bench/pipe.ts";
import { poolBenches } from "./lib/bench/pool.ts";
import { queueBenches } from "./lib/bench/queue.ts";
import { measure, type Result, wordsOf } from "./lib/bench/row.ts";
import { startBenches } from "./lib/bench/start.ts";
import { syncBenches } from "./lib/bench/sync.ts";
import { valueBenches } from "./lib/bench/value.ts";
import { readFlags, refuse } from "./lib/flags.ts";
import { row, say, title, wrap } from "./lib/screen.ts";

const USAGE = `Usage: deno task bench [--only TEXT] [--json] [--help]

Measures the library and the bare platform in turn and prints the medians.
  --only TEXT  only the rows whose name holds TEXT
  --json       one JSON array of the results, and nothing else, on stdout

Times of one machine are noise to another: a row that is over its limit is
marked, and the exit code is 0 all the same.`;

const BENCHES = [
  ...packageBenches,
  ...startBenches,
  ...valueBenches,
  ...arrayBenches,
  ...lockBenches,
  ...syncBenches,
  ...pipeBenches,
  ...costBenches,
  ...memoryBenches,
  ...functionBenches,
  ...queueBenches,
  ...poolBenches,
];

const WIDTHS = [33, 7, 8, 3, 6, 11, 4];

function shown(amount: number): string {
  return amount.toFixed(amount < 100 ? 1 : 0);
}

function times(ratio: number): string {
  return ratio.toFixed(ratio < 0.1 ? 3 : 2);
}

function print(result: Result): void {
  const { name, unit, bare, ours, ratio, limit, ok, peer } = result;
  const cells = [name, shown(bare), shown(ours), unit, times(ratio)];
  say(row([...cells, wordsOf(limit, unit), ok ? "ok" : "over"], WIDTHS));
  if (peer !== undefined) say(`  beside ${peer}`);
}

function printSum(results: readonly Result[]): void {
  const over = results.filter(({ ok }) => !ok).map(({ name }) => name);
  if (over.length === 0) console.log("every row is within its limit");
  else wrap(`over the limit: ${over.join("; ")}`).forEach(say);
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    json: { type: "boolean" },
    only: { type: "string" },
  });
  const only = String(flags.only ?? "");
  const benches = BENCHES.filter(({ name }) => name.includes(only));
  if (benches.length === 0) refuse(USAGE, `No row has "${only}" in its name`);
  const results: Result[] = [];
  if (!flags.json) {
    title(row(["what", "bare", "ours", "", "ratio", "limit", ""], WIDTHS));
  }
  for (const bench of benches) {
    const result = await measure(bench);
    results.push(result);
    if (!flags.json) print(result);
  }
  if (flags.json) console.log(JSON.stringify(results, null, 2));
  else printSum(results);
}

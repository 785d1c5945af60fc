/**
 * Pools under stress: killed workers, many workers, pools in pools, long streams.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import {
  activeChildren,
  type BasePool,
  type Context,
  getContext,
  WorkerLostError,
} from "../../mod.ts";
import { programUrl, runProgram } from "../program_testing.ts";
import { busy, meet, tree, twice } from "../fixtures/tasks.ts";
import { warmUp } from "../process/process_testing.ts";
import { FROM, upTo } from "./pool_testing.ts";

await warmUp();

/** 100,000 tasks instead of 10,000 where the environment asks for it. */
const IS_LONG = Deno.env.get("ENDURANCE") === "long";
const TIMEOUT_MS = IS_LONG ? 1_200_000 : 120_000;
const TASKS_EACH = IS_LONG ? 25_000 : 2_500;

/** Kills workers while a pool works: which one and when, the seed decides. */
class Killer {
  readonly #random: () => number;
  readonly #every: number;
  #left: number;
  #next = 0;
  #seen = 0;
  kills = 0;

  /** So many kills, spread over so many settled tasks. */
  constructor(seed: number, kills: number, tasks: number) {
    this.#random = randomOf(seed);
    this.#every = tasks / kills;
    this.#left = kills;
  }

  /** One more task has settled. */
  sees(): void {
    if (this.#left === 0 || this.#seen++ < this.#next) return;
    this.#left--;
    this.#next += 2 * this.#every * this.#random();
    // All children of this program are workers of the pool.
    const workers = activeChildren();
    const victim = workers[Math.floor(this.#random() * workers.length)];
    if (victim === undefined) return;
    victim.kill();
    this.kills++;
  }
}

/** Numbers from 0 to 1 that look like chance, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What became of tasks: how often each settled, and how. */
class Tally {
  readonly #killer: Killer;
  readonly #settled: number[];
  readonly wrong: string[] = [];
  lost = 0;

  constructor(killer: Killer, tasks: number) {
    this.#killer = killer;
    this.#settled = new Array(tasks).fill(0);
  }

  /** Task `i` has a result, or an error. */
  takes(i: number, result: unknown): void {
    this.#settled[i]!++;
    if (result instanceof WorkerLostError) this.lost++;
    else if (result !== 2 * i) this.wrong.push(`${i}: ${result}`);
    this.#killer.sees();
  }

  /** The tasks that did not settle once. */
  get odd(): number[] {
    return [...this.#settled.keys()].filter((i) => this.#settled[i] !== 1);
  }
}

/** Gives tasks in four ways, and takes down what becomes of them. */
const WAYS: Readonly<
  Record<string, (pool: BasePool, tally: Tally) => Promise<unknown>>
> = {
  "apply() with retries": async (pool, tally) => {
    const options = { ...FROM, retries: 100 };
    await Promise.all(
      upTo(TASKS_EACH).map(async (i) => {
        const call = pool.apply(twice, [i], options);
        tally.takes(i, await call.catch((error: unknown) => error));
      }),
    );
  },
  "apply() without retries": async (pool, tally) => {
    await Promise.all(
      upTo(TASKS_EACH).map(async (i) => {
        const call = pool.apply(twice, [i], FROM);
        tally.takes(i, await call.catch((error: unknown) => error));
      }),
    );
  },
  "map()": async (pool, tally) => {
    const options = { ...FROM, settled: true } as const;
    const outcomes = await pool.map(twice, upTo(TASKS_EACH), options);
    for (const [i, outcome] of outcomes.entries()) {
      const isFine = outcome.status === "fulfilled";
      tally.takes(i, isFine ? outcome.value : outcome.reason);
    }
  },
  "imapUnordered()": async (pool, tally) => {
    const options = { ...FROM, retries: 100 };
    const results = pool.imapUnordered(twice, upTo(TASKS_EACH), options);
    for await (const result of results) tally.takes(result / 2, result);
  },
};

async function survive(ctx: Context, seed: number, kills: number) {
  const names = Object.keys(WAYS);
  const killer = new Killer(seed, kills, 0.9 * TASKS_EACH * names.length);
  const tallies = names.map(() => new Tally(killer, TASKS_EACH));
  const pool = new ctx.Pool(3);
  await Promise.all(names.map((name, i) => WAYS[name]!(pool, tallies[i]!)));
  pool.close();
  equal(await pool.join(), true);
  equal(activeChildren().length, 0);
  ok(killer.kills >= kills / 2, `${killer.kills} kills, seed ${seed}`);
  for (const [i, name] of names.entries()) {
    const { odd, wrong, lost } = tallies[i]!;
    deepEqual({ odd, wrong }, { odd: [], wrong: [] }, `${name}, seed ${seed}`);
    const most = /with retries|imap/.test(name) ? 0 : killer.kills;
    ok(lost <= most, `${lost} lost of ${name}, seed ${seed}`);
  }
}

for (const [method, seed] of [["thread", 1], ["spawn", 2]] as const) {
  Deno.test(
    `${method}: Thousands of tasks of a pool settle once and right while workers are killed, seed ${seed}`,
    {
      timeout: TIMEOUT_MS,
    },
    () => survive(getContext(method), seed, TASKS_EACH / 125),
  );
}

Deno.test("A pool of 32 workers runs 32 tasks at once", {
  timeout: TIMEOUT_MS,
}, async () => {
  const ctx = getContext("thread");
  await using pool = new ctx.Pool(32);
  // Each waits for all others, so 31 workers would never end.
  const barrier = new ctx.Barrier(32);
  const options = { ...FROM, chunksize: 1 };
  const names = await pool.map(meet, upTo(32).map(() => barrier), options);
  equal(new Set(names).size, 32);
});

for (const method of ["thread", "spawn"]) {
  Deno.test(`${method}: Tasks may have pools whose tasks have pools`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    await using pool = new (getContext(method).Pool)(2);
    const sums = await pool.map(tree, [[method, 2], [method, 2]], FROM);
    deepEqual(sums, [4, 4]);
  });

  Deno.test(
    `${method}: A pool that is terminated takes the pools of its tasks along`,
    {
      timeout: TIMEOUT_MS,
    },
    async () => {
      const ctx = getContext(method);
      const beats = new ctx.Value("i", 0);
      const pool = new ctx.Pool(1);
      const call = pool.applyAsync(busy, [method, beats], FROM);
      while (beats.value === 0) await pause();
      pool.terminate();
      await pool.join();
      equal(call.ready() && call.successful(), false);
      await stopsIn(beats);
    },
  );
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Waits until a number is not counted up any more. */
async function stopsIn(beats: { readonly value: number }): Promise<void> {
  for (let last = -1; last !== beats.value;) {
    last = beats.value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// Goal: a pool keeps nothing of what is done. Method: a heap of 48 MiB, which is not
// enough for all items and their results; nothing that is collected late can make
// this fail.
for (
  const [what, program] of [
    ["Pool.imap() streams 1,000,000 items", "imap_million"],
    ["Pool.apply() takes 160 MB of arguments, call by call,", "apply_large"],
  ] as const
) {
  Deno.test(`${what} within a heap of 48 MiB`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const flags = ["-A", "--v8-flags=--max-old-space-size=48"];
    const deadlineMs = TIMEOUT_MS;
    const run = await runProgram(programUrl(program), { flags, deadlineMs });
    deepEqual(run, { code: 0, signal: null, stdout: "", stderr: "" });
  });
}

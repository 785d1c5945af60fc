/**
 * Types: what the compiler accepts, refuses and infers. `deno check` is the test;
 * running it does next to nothing.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import {
  type AsyncResult,
  type BasePool,
  type Future,
  Pool,
  ProcessPoolExecutor,
} from "../../mod.ts";
import { ProgramFolder } from "../program_testing.ts";
import { type Equal, only, same } from "../types_testing.ts";

const add = (a: number, b: number): number => a + b;
const greet = (name: string, mark = "!"): string => name + mark;
const later = async (n: number): Promise<{ n: bigint }> =>
  await Promise.resolve({ n: BigInt(n) });

Deno.test("Pool infers arguments and results from the function", () => {
  only(async () => {
    const pool = new Pool(2);
    const one: number = await pool.apply(add, [1, 2]);
    const text: string = await pool.apply(greet, ["a"]);
    const big: { n: bigint } = await pool.apply(later, [1]);
    const list: number[] = await pool.map((x: number) => x * 2, [1]);
    const sums: AsyncResult<number[]> = pool.starmapAsync(add, [[1, 2]]);
    const settled = await pool.map((x: number) => x, [1], { settled: true });
    same<Equal<typeof settled, PromiseSettledResult<number>[]>>();
    const far = await pool.apply<string>({ module: "a:b", name: "f" }, [1]);
    same<Equal<typeof far, string>>();
    new Pool(1, { initializer: greet, initargs: ["a"] });
    const any: BasePool = new Pool(1, { initializer: add, initargs: [1, 2] });
    return [one, text, big, list, sums, settled, any];
  });
});

Deno.test("Pool refuses arguments that do not fit", () => {
  only(() => {
    const pool = new Pool(2);
    // @ts-expect-error -- arguments are missing
    pool.apply(add);
    // @ts-expect-error -- one argument is missing
    pool.apply(add, [1]);
    // @ts-expect-error -- a text is no number
    pool.map((x: number) => x, ["a"]);
    // @ts-expect-error -- items are no pairs
    pool.starmap(add, [1]);
    // @ts-expect-error -- a text is no number
    new Pool(1, { initializer: add, initargs: ["a", "b"] });
  });
});

Deno.test("ProcessPoolExecutor infers arguments and results from the function", () => {
  only(async () => {
    const executor = new ProcessPoolExecutor(2);
    const sum: Future<number> = executor.submit(add, 1, 2);
    const text: string = await executor.submit(greet, "a");
    const far = await executor.submit<string>({ module: "a:b", name: "f" }, 1);
    same<Equal<typeof far, string>>();
    for await (const s of executor.map(add, [1], new Set([2]))) {
      same<Equal<typeof s, number>>();
    }
    const marked = executor.map(greet, ["a"], "!?", { chunksize: 2 });
    const plain = executor.map(greet, ["a"]);
    // @ts-expect-error -- one argument is missing
    executor.submit(add, 1);
    // @ts-expect-error -- one iterable is missing
    executor.map(add, [1]);
    // @ts-expect-error -- texts are no numbers
    executor.map(add, [1], ["a"]);
    return [sum, text, marked, plain];
  });
});

Deno.test(
  "A wrong call is told what is wrong with it, and nothing of implementations",
  {
    timeout: 300_000,
  },
  async () => {
    const calls = [
      "pool.apply(add, [1])",
      'pool.applyAsync(twice, ["a"])',
      "pool.apply(twice)",
      'pool.map(twice, ["a"])',
      "pool.map(add, [1])",
      'pool.mapAsync(twice, ["a"])',
      "pool.starmap(add, [[1]])",
      "pool.starmapAsync(add, [[1]])",
      'pool.imap(twice, ["a"])',
      'pool.imapUnordered(twice, ["a"])',
      "pool.map(twice, [1], 3)",
      "executor.submit(add, 1)",
      'executor.map(twice, ["a"])',
    ];
    using folder = new ProgramFolder({
      "wrong.ts": `
      import { Pool, ProcessPoolExecutor } from "@multiprocessing/core";
      const add = (a: number, b: number) => a + b;
      const twice = (x: number) => 2 * x;
      const [pool, executor] = [new Pool(1), new ProcessPoolExecutor(1)];
      ${calls.join(";\n      ")};
    `,
    });
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", `${folder.path}/wrong.ts`],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    for (const call of calls) {
      ok(text.includes(call), `${call}: ${text}`);
    }
    ok(text.includes(`Found ${calls.length} errors`), text);
    ok(!text.includes("TS2793"), text);
  },
);

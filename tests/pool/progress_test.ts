import { deepEqual, equal, rejects } from "node:assert/strict";
import { Pool } from "../../mod.ts";
import { ProgressBar } from "../../lib/pool/parent/progress_bar.ts";

Deno.test("ProgressBar shows the rate, the time that is left, and failures", () => {
  const drawn: [string, boolean][] = [];
  let ms = 0;
  const bar = new ProgressBar((...line) => drawn.push(line), () => ms);
  ms = 2_000;
  bar.update(10, 40, 0);
  ms = 2_050; // Too soon to be drawn.
  bar.update(11, 40, 0);
  ms = 4_000;
  bar.update(20, 40, 1);
  ms = 8_000;
  bar.update(40, 40, 1);
  bar.close();
  const last = `[${"#".repeat(30)}] 40/40, 5.0/s, 1 failed`;
  deepEqual(drawn, [
    [`[${"#".repeat(8)}${"-".repeat(22)}] 10/40, 5.0/s, 6 s left`, false],
    [
      `[${"#".repeat(15)}${"-".repeat(15)}] 20/40, 5.0/s, 4 s left, 1 failed`,
      false,
    ],
    [last, false],
    [last, true],
  ]);
});

Deno.test("ProgressBar of a map without an item shows nothing", () => {
  const bar = new ProgressBar(() => {
    throw new Error("It draws");
  });
  bar.close();
});

Deno.test(
  "Pool.map() with progress tells of failures and draws nothing without a terminal",
  {
    timeout: 30_000,
  },
  async () => {
    await using pool = new Pool(1);
    const seen: number[][] = [];
    const work = (x: number) => {
      if (x === 2) throw new RangeError("two");
      return x;
    };
    await rejects(
      pool.map(work, [1, 2, 3], {
        progress: true,
        chunksize: 1,
        onProgress: (...counts) => void seen.push(counts),
      }),
      /two/,
    );
    deepEqual(seen.at(-1), [3, 3, 1]);
    await rejects(pool.map(work, [1], { progress: 1 as never }), TypeError);
    equal(await pool.apply(work, [4]), 4);
  },
);

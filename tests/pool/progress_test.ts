import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { Pool } from "../../mod.ts";
import {
  ProgressBar,
  type Surface,
} from "../../lib/pool/parent/progress_bar.ts";
import { ProgramFolder } from "../program_testing.ts";

/** A surface of that many columns, and what was drawn on it. */
function surfaceOf(columns: number): Surface & { drawn: [string, boolean][] } {
  const drawn: [string, boolean][] = [];
  return {
    drawn,
    columns: () => columns,
    draw: (...line) => drawn.push(line),
  };
}

Deno.test("ProgressBar shows the rate, the time that is left, and failures", () => {
  const surface = surfaceOf(200);
  let ms = 0;
  const bar = new ProgressBar(surface, () => ms);
  bar.update(0, 40, 0);
  ms = 2_000;
  bar.update(10, 40, 0);
  ms = 2_050; // Too soon to be drawn.
  bar.update(11, 40, 0);
  ms = 4_000;
  bar.update(20, 40, 1);
  ms = 8_000;
  bar.update(40, 40, 1);
  bar.close();
  bar.close();
  bar.update(40, 40, 1);
  const last = `[${"#".repeat(30)}] 40/40, 5.0/s, 1 failed`;
  deepEqual(surface.drawn, [
    [`[${"-".repeat(30)}] 0/40`, false],
    [`[${"#".repeat(8)}${"-".repeat(22)}] 10/40, 5.0/s, 6 s left`, false],
    [
      `[${"#".repeat(15)}${"-".repeat(15)}] 20/40, 5.0/s, 4 s left, 1 failed`,
      false,
    ],
    [last, false],
    [last, true],
  ]);
});

Deno.test("ProgressBar fits the line, however short that is", () => {
  const drawnOn = (columns: number) => {
    const surface = surfaceOf(columns);
    let ms = 0;
    const bar = new ProgressBar(surface, () => ms);
    ms = 1_000;
    bar.update(10, 40, 1);
    return surface.drawn[0]![0];
  };
  const text = "10/40, 10.0/s, 3 s left, 1 failed";
  equal(drawnOn(200), `[${"#".repeat(8)}${"-".repeat(22)}] ${text}`);
  equal(drawnOn(46), `[###-------] ${text}`);
  equal(drawnOn(41), `[#----] ${text}`);
  equal(drawnOn(40), text);
  equal(drawnOn(12), "10/40, 10.0/");
});

Deno.test("ProgressBar of a map without an item shows nothing", () => {
  const surface = surfaceOf(80);
  const bar = new ProgressBar(surface);
  bar.update(0, 0, 0);
  bar.close();
  deepEqual(surface.drawn, []);
});

/** What a terminal of that many columns is sent by a map with a bar. */
async function inTerminal(columns: number, call: string): Promise<string> {
  using folder = new ProgramFolder({
    "main.ts": `
      import { Pool } from "@multiprocessing/core";
      if (import.meta.main) {
        await using pool = new Pool(2);
        const halfway = Promise.withResolvers<void>();
        const work = async (n: number) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (n % 5 === 0) throw new Error("no");
          return n;
        };
        const items = Array.from({ length: 100 }, (_, i) => i);
        const half = (done: number) => {
          if (done >= 50) halfway.resolve();
        };
        const options = { progress: true, settled: true, onProgress: half, chunksize: 1 };
        ${call}
        console.log("end");
      }`,
  });
  const { stdout } = await new Deno.Command("script", {
    args: [
      "-qec",
      `stty cols ${columns}; exec ${Deno.execPath()} run -A --no-check ${folder.path}/main.ts`,
      "/dev/null",
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

const TERMINAL = { timeout: 180_000, ignore: Deno.build.os !== "linux" };

Deno.test(
  "Pool.map() and its kin draw a bar in a terminal that fits and leaves whole lines",
  TERMINAL,
  async () => {
    const calls = [
      `await pool.map(work, items, options);`,
      `await pool.mapAsync(work, items, options);`,
      `await pool.starmap(work, items.map((n) => [n] as const), options);`,
      `await pool.starmapAsync(work, items.map((n) => [n] as const), options);`,
    ];
    for (const [i, columns] of [40, 80, 200, 40].entries()) {
      const shown = await inTerminal(columns, calls[i]!);
      const [before, ...lines] = shown.split("\r\x1b[K");
      equal(before, "");
      match(lines[0]!, /^\[-+\] 0\/100$/);
      ok(
        lines.slice(0, -1).every((line) =>
          line.length < columns && !line.includes("\n")
        ),
        shown,
      );
      match(
        lines.at(-1)!,
        /^\[#+\] 100\/100, [\d.]+\/s, 20 failed\r\nend\r\n$/,
      );
    }
  },
);

Deno.test(
  "the bar of a map that ends early leaves a whole line",
  TERMINAL,
  async () => {
    const aborted = await inTerminal(
      80,
      `const abort = new AbortController();
      const all = pool.map(work, items, { ...options, signal: abort.signal });
      await halfway.promise;
      abort.abort();
      await all.catch((error) => console.log(error.name));`,
    );
    match(aborted, /K\[#+-+\] \d+\/100, [^\n]*\r\nAbortError\r\nend\r\n$/);
    const left = await inTerminal(
      80,
      `pool.map(work, items, options);
      await halfway.promise;
      Deno.exit();`,
    );
    match(left, /K\[#+-+\] \d+\/100, [^\n]*\r\n$/);
    const refused = await inTerminal(
      80,
      `const weak = new WeakMap();
      await pool.map(() => weak, items, options).catch((error) => console.log(error.name));`,
    );
    equal(refused, "EncodingError\r\nend\r\n");
  },
);

Deno.test(
  "the bars of two maps at once take turns in the line of a terminal",
  TERMINAL,
  async () => {
    const shown = await inTerminal(
      80,
      `await Promise.all([
        pool.map(work, items, options),
        pool.map((n: number) => n, items.slice(0, 40), options),
      ]);`,
    );
    const whole = shown.split("\r\n").map((line) =>
      line.split("\x1b[K").at(-1)!
    );
    deepEqual(
      whole.map((line) => line.replace(/^.* (\d+\/\d+).*$/, "$1")).sort(),
      ["", "100/100", "40/40", "end"],
    );
  },
);

Deno.test(
  "Pool.map() with progress tells of failures and draws nothing without a terminal",
  {
    timeout: 120_000,
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

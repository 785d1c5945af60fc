/**
 * What explain() says, and what is said of a function that takes much along.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { EncodingError, explain } from "../../mod.ts";
import { ProgramFolder, runProgram, UNSEEN } from "../program_testing.ts";
import { add, scale } from "./fixtures/kinds_helper.ts";

const small = { a: 1 };
const large = new Uint8Array(3 * 1024 * 1024);
const text = "x".repeat(1000);
const lost = new WeakMap();

function helper(): string {
  return text;
}

class Box {
  get(): unknown {
    return small;
  }
}

Deno.test("explain() says what a function uses, and how large that is", () => {
  const found = explain(function work() {
    return [helper(), new Box(), add(1, scale), Symbol.for("x")];
  });
  equal(found.kind, "captured");
  equal(found.name, "work");
  equal(found.module, import.meta.url);
  deepEqual(
    found.uses.map(({ path, as }) => [path, as]),
    [
      ["work → add", "export"],
      ["work → scale", "export"],
      ["work → helper", "function"],
      ["work → Box", "class"],
      ["work → helper → text", "value"],
      ["work → Box → small", "value"],
    ].toSorted((a, b) => order(found.uses, a[0]!) - order(found.uses, b[0]!)),
  );
  const bytesOf = (path: string) =>
    found.uses.find((each) => each.path === path)?.bytes;
  equal(bytesOf("work → helper → text"), 1000);
  equal(bytesOf("work → add"), 0);
  ok(found.bytes > 1000 && found.bytes < 2000, String(found.bytes));
  const { uses } = explain(() => large);
  equal(uses[0]?.bytes, large.byteLength);
});

function order(
  uses: readonly { readonly path: string }[],
  path: string,
): number {
  return uses.findIndex((each) => each.path === path);
}

Deno.test("explain() leaves at home what a function does not name", () => {
  const { kind, bytes, uses } = explain(
    // Names of properties and words in texts are no variables.
    (x: { large: number }) => [x.large, "large", /large/, `large`],
  );
  deepEqual([kind, uses], ["text", []]);
  ok(bytes < 200, String(bytes));
});

Deno.test("explain() tells exports, texts and what `scope` gives", () => {
  const module = new URL("./fixtures/kinds_helper.ts", import.meta.url);
  equal(explain(add, { module }).kind, "export");
  const found = explain(add);
  deepEqual([found.kind, found.module], ["export", module.href]);
  equal(explain((x: number) => x + 1).kind, "text");
  const given = explain(() => helper(), { scope: { helper: () => small } });
  deepEqual(given.uses.map(({ path }) => path), [
    "anonymous → helper",
    "anonymous → helper → small",
  ]);
});

Deno.test("explain() refuses what a call would refuse", () => {
  throws(() => explain(() => lost), EncodingError);
  throws(() => explain(Math.max), /native or bound/);
  throws(() => explain(3 as never), /"target" must be one/);
  throws(() => explain(add, { method: "nothing" }), /nothing/);
});

Deno.test(
  "explain() speaks of the start method of the program, and chooses none",
  {
    timeout: 120_000,
  },
  async () => {
    using folder = new ProgramFolder({
      "main.ts": `
      import { explain, getStartMethod, setStartMethod } from "@multiprocessing/core";
      const memory = new SharedArrayBuffer(8);
      const use = () => memory.byteLength;
      console.log(explain(use).kind, getStartMethod({ allowNone: true }));
      setStartMethod("spawn");
      try {
        explain(use);
      } catch (error) {
        console.log(error.message);
      }`,
    });
    const run = await runProgram(`${folder.path}/main.ts`);
    equal(run.stderr, "");
    match(run.stdout, /^captured null\n.*use → memory .*a SharedArrayBuffer/);
  },
);

Deno.test(
  "explain() says of a function that it cannot look at that it does not see it",
  {
    timeout: 120_000,
  },
  async () => {
    using folder = new ProgramFolder({
      "main.ts": `
      import { explain } from "@multiprocessing/core";
      const factor = 3;
export function known(x: number) { return x; }
      const hidden = () => factor;
      console.log(explain(known).kind, explain(hidden).kind, explain(() => factor).kind);`,
    });
    const path = `${folder.path}/main.ts`;
    equal((await runProgram(path)).stdout, "export captured captured\n");
    const blind = await runProgram(path, { flags: UNSEEN });
    equal(blind.stdout, "export unseen unseen\n");
  },
);

Deno.test("a function that takes more than 1 MiB along is told of once", {
  timeout: 120_000,
}, async () => {
  using folder = new ProgramFolder({
    "main.ts": `
      import { explain, Pool } from "@multiprocessing/core";
      const table = new Float64Array(200_000);
      const heavy = (i: number) => table[i];
      if (import.meta.main) {
        await using pool = new Pool(1);
        for (let i = 0; i < 3; i++) await pool.apply((x: number) => table[x], [i]);
        await pool.map(heavy, [1, 2, 3]);
        await pool.map(heavy, [1, 2, 3]);
        console.log(explain(heavy).kind);
      }`,
  });
  const run = await runProgram(`${folder.path}/main.ts`);
  const lines = run.stderr.trim().split("\n");
  equal(lines.length, 2, run.stderr);
  match(
    lines[0]!,
    /"anonymous" takes 1\.5 MiB .*anonymous → table.*SharedArray/,
  );
  match(lines[1]!, /"heavy" takes 1\.5 MiB .*heavy → table/);
  equal(run.stdout, "captured\n");
  const blind = await runProgram(`${folder.path}/main.ts`, { flags: UNSEEN });
  match(blind.stderr, /table is not defined .*--allow-sys/);
});

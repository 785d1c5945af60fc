/**
 * Tests of users, whose types `deno test` checks.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

// Deno says "Check URL" for each root that it type-checks. That of the test file is
// checked once; those of the children would take 4 s each, and again after each edit.
Deno.test("deno test checks the types of no child", {
  timeout: 300_000,
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = new URL(`file://${folder}/fresh_test.ts`);
    await Deno.writeTextFile(file, textOfTest());
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-lock", "--no-config", file.href],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    equal(code, 0, text + new TextDecoder().decode(stdout));
    const checked = text.match(/^Check .*$/gm) ?? [];
    deepEqual(checked.filter((line) => line.includes("data:")), []);
    equal(checked.length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A test that starts a process and a pool, and meets an error, in isolates. */
function textOfTest(): string {
  return `
import { getContext } from ${JSON.stringify(new URL("mod.ts", ROOT).href)};
export function half(n: number): number {
  if (n % 2 === 1) throw new RangeError("odd: " + ${crypto.randomUUID().length});
  return n / 2;
}
for (const method of ["thread", "worker"] as const) {
  Deno.test(method, async () => {
    const { Process, Pool } = getContext(method);
    const p = new Process({ target: half, args: [6] });
    p.start();
    if (await p.result() !== 3) throw new Error("wrong result");
    await using pool = new Pool(1);
    const { length } = await pool.map(half, [2, 3], { settled: true });
    if (length !== 2) throw new Error("wrong length");
  });
}
`;
}

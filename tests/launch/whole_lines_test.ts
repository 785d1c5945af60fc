import { deepEqual, equal, ok } from "node:assert/strict";
import { WholeLines } from "../../lib/launch/whole_lines.ts";

const { encode, decode } = {
  encode: (text: string) => new TextEncoder().encode(text),
  decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
};

/** Lines, and what has been passed on of them. */
function lines(): { lines: WholeLines; passed: string[] } {
  const passed: string[] = [];
  return {
    lines: new WholeLines((text) => passed.push(decode(text))),
    passed,
  };
}

Deno.test("WholeLines.write() passes on whole lines, and holds the rest", () => {
  const { lines: all, passed } = lines();
  all.write(encode("one\ntw"));
  all.write(encode("o"));
  deepEqual(passed, ["one\n"]);
  all.write(encode("\nthree\nfour"));
  deepEqual(passed, ["one\n", "two\nthree\n"]);
  all.flush();
  deepEqual(passed, ["one\n", "two\nthree\n", "four"]);
  all.flush();
  equal(passed.length, 3);
});

Deno.test("WholeLines passes on a prompt when its writer falls silent", async () => {
  const prompted = Promise.withResolvers<string>();
  const all = new WholeLines((text) => prompted.resolve(decode(text)));
  all.write(encode("name: "));
  const alive = setInterval(() => {}, 1_000);
  equal(await prompted.promise, "name: ");
  clearInterval(alive);
});

Deno.test("WholeLines reads what has come first, if the program itself was held up", async () => {
  const { lines: all, passed } = lines();
  all.write(encode("a li"));
  const read = new Promise<void>((resolve) => {
    setTimeout(() => {
      all.write(encode("ne\n"));
      resolve();
    }, 105);
  });
  const until = performance.now() + 150;
  while (performance.now() < until);
  await read;
  deepEqual(passed, ["a line\n"]);
});

Deno.test("WholeLines holds no more than its limit", () => {
  const { lines: all, passed } = lines();
  const part = new Uint8Array(2 ** 20).fill(46);
  for (let i = 0; i < 40; i++) all.write(part);
  all.flush();
  ok(passed.length > 1);
  equal(passed.join("").length, 40 * part.length);
});

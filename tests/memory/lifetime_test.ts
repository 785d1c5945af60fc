import { deepEqual, equal, ok } from "node:assert/strict";

const timeout = 30_000;

async function maker(kind: string): Promise<unknown> {
  const fixture = new URL("./fixtures/maker.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      "--v8-flags=--expose-gc",
      fixture,
      kind,
    ],
  }).output();
  equal(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

// Goal: a block that its maker dropped is used again when the last other process
// is done with it, and not before. Method: a process with a collector to call
// makes blocks of one size; the next of that size shows whether the former went.
for (const end of ["drop", "kill"]) {
  Deno.test(
    `a mapped block lives on its way and as long as another process holds it: ${end}`,
    {
      timeout,
    },
    async () => {
      deepEqual(await maker(end), [false, false, true]);
    },
  );
}

Deno.test(
  "a mapped block that nobody heard of, or only by its site, is used again",
  {
    timeout,
  },
  async () => {
    deepEqual(await Promise.all([maker("never"), maker("site")]), [true, true]);
  },
);

Deno.test(
  "a mapped block that comes back to its maker is not used again meanwhile",
  {
    timeout,
  },
  async () => {
    equal(await maker("back"), false);
  },
);

Deno.test(
  "a block with a segment to itself is unmapped by everybody who is done with it",
  {
    timeout,
  },
  async () => {
    deepEqual(await maker("whole"), [2, 1, 0, 1]);
  },
);

Deno.test("of the segments of others, only the last few stay mapped unused", {
  timeout,
}, async () => {
  deepEqual(await maker("idle"), [12, 12, 8, 11, 9, 9, 9]);
});

Deno.test("a view that typed() gave keeps its mapped memory", {
  timeout,
}, async () => {
  deepEqual(await maker("viewed"), [5, 6, 6, 6, 6]);
});

Deno.test("200,000 mapped values, made and dropped, fit where 130,000 do", {
  timeout,
}, async () => {
  equal(await maker("mappedValues"), 1);
});

// What ten rounds would add if nothing was freed is twice as much, or more: 25 MiB
// of slabs and their values, 160 and 320 MiB of arrays.
const GROWTH_MAX_MIB = { localValues: 20, localArrays: 80, mappedArrays: 80 };

for (const [kind, most] of Object.entries(GROWTH_MAX_MIB)) {
  Deno.test(`memory does not grow by what is made and dropped: ${kind}`, {
    timeout,
  }, async () => {
    const grown = await maker(kind) as number;
    ok(grown < most, `${grown} MiB`);
  });
}

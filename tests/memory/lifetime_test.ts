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

Deno.test("a view that typed() gave keeps its mapped memory", {
  timeout,
}, async () => {
  deepEqual(await maker("viewed"), [5, 6, 6, 6, 6]);
});

// Ten rounds of 10,000 values would need 12 MiB a round if nothing was used
// again, and rounds of two arrays 16 or 32 MiB.
const GROWTH_MAX_MIB = 24;

for (
  const kind of ["localValues", "mappedValues", "localArrays", "mappedArrays"]
) {
  Deno.test(`memory does not grow by what is made and dropped: ${kind}`, {
    timeout,
  }, async () => {
    const grown = await maker(kind) as number;
    ok(grown < GROWTH_MAX_MIB, `${grown} MiB`);
  });
}

import { deepEqual, equal, notEqual, ok, throws } from "node:assert/strict";
import { SharedMemoryError } from "../../lib/base/errors.ts";
import { Block } from "../../lib/memory/allocation/block.ts";
import { waitAsync, wake } from "../../lib/memory/waiting/futex.ts";
import { attachSegment } from "../../lib/memory/allocation/segment.ts";
import type { BlockHandle } from "../../lib/wire/serialization/handle.ts";
import "./memory_testing.ts";

for (const place of ["local", "mapped"] as const) {
  Deno.test(`Block.allocate() gives zeros, and attach() the same bytes: ${place}`, () => {
    const block = Block.allocate(24, place);
    deepEqual([...block.int32], [0, 0, 0, 0, 0, 0]);
    const other = Block.attach(block.handle("isolate"));
    other.int32[5] = 7;
    equal(block.int32[5], 7);
    equal(other.key, block.key);
    equal(other.owner, block.owner);
  });

  Deno.test(`Block.part() is inside the block and goes with it: ${place}`, () => {
    const block = Block.allocate(24, place);
    const part = block.part(8, 8);
    part.int32[0] = 3;
    equal(block.int32[2], 3);
    block.handle("process");
    part.int32[0] = 4;
    equal(block.int32[2], 4);
    equal(part.place, "mapped");
    notEqual(part.key, block.key);
  });

  Deno.test(`Block.isOwnerAlive() knows this isolate: ${place}`, () => {
    const block = Block.allocate(8, place);
    equal(block.isOwnerAlive(block.owner), true);
    equal(block.isOwnerAlive(block.owner + 1024), false);
  });
}

Deno.test("Block.handle() moves a block that nobody has to mapped memory, once", () => {
  const block = Block.allocate(16);
  const log: string[] = [];
  block.onMove(() => log.push(block.place));
  block.int32.set([1, 2, 3, 4]);
  const before = block.key;
  const handle = block.handle("process");
  equal(handle.place, "mapped");
  deepEqual([...block.int32], [1, 2, 3, 4]);
  notEqual(block.key, before);
  block.handle("process");
  equal(block.handle("isolate").place, "mapped");
  deepEqual(log, ["mapped"]);
});

Deno.test("Block.handle() gives threads nothing beside the block", () => {
  const blocks = Array.from({ length: 3 }, () => Block.allocate(16));
  blocks.forEach((block, i) => block.int32.fill(i + 1));
  const [, block] = blocks as [Block, Block, Block];
  const part = block.part(8, 8);
  const log: string[] = [];
  block.onMove(() => log.push("moved"));
  const { buffer, offset } = block.handle("isolate") as Local;
  const all = new Int32Array(buffer);
  deepEqual([...all.subarray(offset / 4)], [2, 2, 2, 2]);
  ok(!all.includes(1, 2) && !all.includes(3, 2));
  part.int32[1] = 7;
  equal(Block.attach(block.handle("isolate")).int32[3], 7);
  equal((block.handle("isolate") as Local).buffer, buffer);
  deepEqual(log, ["moved"]);
  // What a user's own view shows is in no other's buffer, either.
  const lent = Block.allocate(16);
  equal(lent.lend().buffer, (lent.handle("isolate") as Local).buffer);
});

type Local = Extract<BlockHandle, { place: "local" }>;

Deno.test("Block.handle() wakes those who sleep where the block was", async () => {
  const block = Block.allocate(8);
  const asleep = waitAsync(block, 1, 0);
  block.handle("isolate");
  equal(await asleep, "ok");
  const again = waitAsync(block, 1, 0);
  Atomics.store(Block.attach(block.handle("isolate")).int32, 1, 1);
  wake(block, 1);
  equal(await again, "ok");
});

Deno.test("Block.handle() refuses to move a block that threads hold", () => {
  const block = Block.allocate(8);
  block.handle("isolate");
  throws(() => block.handle("process"), {
    name: "SharedMemoryError",
    message: /getContext\("spawn"\)/,
  });
  equal(block.place, "local");
});

Deno.test("Block.handle() refuses to move a block that came from a thread", () => {
  const block = Block.attach(Block.allocate(8).handle("isolate"));
  throws(() => block.handle("process"), SharedMemoryError);
});

Deno.test("Block.handle() refuses what is beyond shared memory", () => {
  for (const place of ["local", "mapped"] as const) {
    throws(() => Block.allocate(8, place).handle("elsewhere"), {
      name: "SharedMemoryError",
      message: /another machine/,
    });
  }
});

Deno.test("Block.attach() refuses bytes that are not there", () => {
  for (const place of ["local", "mapped"] as const) {
    const handle = Block.allocate(8, place).handle("isolate");
    for (
      const bad of [
        { offset: 0 },
        { offset: -8 },
        { offset: 17 },
        { offset: 0.5 },
        { bytes: 2 ** 40 },
        { bytes: -1 },
      ]
    ) {
      const broken = { ...handle, ...bad } as BlockHandle;
      throws(() => Block.attach(broken), SharedMemoryError);
    }
  }
});

Deno.test("attachSegment() refuses malformed names and what is no segment", () => {
  const bad = ["", "../../etc/passwd", "1.2.3", "x.1.8.0123456789abcdef"];
  for (const name of bad) throws(() => attachSegment(name), /malformed/);
  throws(
    () => attachSegment(`${Deno.pid}.0.16777216.0123456789abcdef`),
    /has ended/,
  );
  const { segment } = Block.allocate(8, "mapped").handle("process") as {
    segment: string;
  };
  const other = segment.replace(/[0-9a-f]{8}$/, "01234567");
  throws(() => attachSegment(other), /has ended/);
  throws(() => attachSegment("1.999.16777216.0123456789abcdef"), /has ended/);
});

Deno.test("Block.allocate() goes on in another segment when one is full", () => {
  const big = 6 * 1024 * 1024;
  const blocks = Array.from({ length: 4 }, () => Block.allocate(big, "mapped"));
  for (const [i, block] of blocks.entries()) block.int32[0] = i + 1;
  deepEqual(blocks.map((block) => block.int32[0]), [1, 2, 3, 4]);
  ok(new Set(blocks.map((block) => block.buffer)).size > 1);
  const huge = Block.allocate(40 * 1024 * 1024, "mapped");
  equal(huge.int32.at(-1), 0);
});

// Goal: memory that nobody can see any more is used again; what was given away
// is not. Method: a child with a collector to call makes and drops blocks.
Deno.test("Block.allocate() puts nothing into the segment of a large block", () => {
  // Whoever comes next, small or large, and whether there is a segment or not.
  const sizes = [9 * 2 ** 20, 64, 9 * 2 ** 20, 7 * 2 ** 20, 7 * 2 ** 20, 64];
  const blocks = sizes.map((size) => Block.allocate(size, "mapped"));
  blocks.forEach((block, i) => block.int32.fill(i + 1));
  blocks.forEach((block, i) => {
    equal(block.int32[0], i + 1);
    equal(block.int32.at(-1), i + 1);
  });
});

Deno.test("Block gives mapped memory back unless another process heard of it", {
  timeout: 120_000,
}, async () => {
  const code = `
    import { Block } from ${
    JSON.stringify(
      new URL("../../lib/memory/allocation/block.ts", import.meta.url).href,
    )
  };
    const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
    const dropped = (() => {
      const block = Block.allocate(8, "mapped");
      block.int32[0] = 7;
      return block.byteOffset;
    })();
    const given = (() => {
      const block = Block.allocate(8, "mapped");
      block.handle("process");
      return block.byteOffset;
    })();
    const seen = new Map();
    for (let turns = 0; turns < 1000 && !seen.has(dropped); turns++) {
      gc();
      await turn();
      for (let i = 0; i < 4; i++) {
        const next = Block.allocate(8, "mapped");
        seen.set(next.byteOffset, next.int32[0]);
      }
    }
    console.log(seen.get(dropped), seen.has(given));
  `;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", "--no-check", "--v8-flags=--expose-gc", code],
  }).output();
  equal(new TextDecoder().decode(stderr), "");
  equal(new TextDecoder().decode(stdout), "0 false\n");
});

Deno.test("Block says which permission mapped memory needs", {
  timeout: 120_000,
}, async () => {
  const code = `
    import { Block } from "./lib/memory/allocation/block.ts";
    for (const make of [
      () => Block.allocate(8, "mapped"),
      () => Block.allocate(8).handle("process"),
      () => Block.allocate(8).handle("isolate"),
    ]) {
      try { make(); console.log("made"); }
      catch (error) { console.log(error.name, error.message.includes("--allow-ffi")); }
    }
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--ext=ts", "--no-prompt", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout } = await child.output();
  equal(
    new TextDecoder().decode(stdout),
    "SharedMemoryError true\nSharedMemoryError true\nmade\n",
  );
});

/**
 * What is taken for granted of Deno and of the system. A red test here means
 * that the ground has moved, and says where.
 *
 * @module
 */

import { deepEqual, equal, throws } from "node:assert/strict";
import { Block } from "../../lib/memory/block.ts";
import { syscall } from "../../lib/memory/libc.ts";
import { createRawValue } from "../../lib/shared/raw_value.ts";
import type { Value } from "../../lib/shared/value.ts";
import { RESULT } from "../memory/fixtures/jobs.ts";
import { arrived, go, makeControl, start, until } from "../memory/helpers.ts";

Deno.test("Atomics.wait() is allowed on the main thread", () => {
  const words = new Int32Array(new SharedArrayBuffer(4));
  equal(Atomics.wait(words, 0, 0, 1), "timed-out");
});

Deno.test("Atomics.wait() throws on mapped memory, and notify() wakes nobody", () => {
  const { int32 } = Block.allocate(8, "mapped");
  throws(() => Atomics.wait(int32, 0, 0, 1), TypeError);
  equal(Atomics.notify(int32, 0), 0);
});

Deno.test("Atomics.waitAsync() alone does not keep the program alive", {
  timeout: 20_000,
}, async () => {
  const code = `
    const words = new Int32Array(new SharedArrayBuffer(4));
    Atomics.waitAsync(words, 0, 0).value.then(() => console.log("woken"));
  `;
  const { code: exit, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
  }).output();
  deepEqual([exit, stdout.length], [0, 0]);
});

Deno.test("Atomics count right on mapped memory across processes", {
  timeout: 30_000,
}, async () => {
  const control = makeControl("mapped");
  const value = createRawValue("mapped", "i") as Value<"i">;
  const job = { job: "add", times: 100_000, value } as const;
  await using one = start(control, job);
  await using two = start(control, job);
  await arrived(control, 2);
  go(control);
  await Promise.all([one.ended, two.ended]);
  equal(value.value, 200_000);
});

Deno.test("futex(2) wakes a process that sleeps on mapped memory", {
  timeout: 30_000,
}, async () => {
  const control = makeControl("mapped");
  await using sleeper = start(control, { job: "sleep" });
  await arrived(control, 1);
  go(control);
  await until(control, RESULT, 1);
  equal(await sleeper.ended, 0);
});

Deno.test("an ArrayBuffer over mapped memory is copied when sent", () => {
  const block = Block.allocate(8, "mapped");
  const copy = structuredClone(block.int32);
  block.int32[0] = 1;
  equal(copy[0], 0);
});

Deno.test("syscall(2) gives -1 for an error and the result otherwise", () => {
  equal(syscall("getpid"), Deno.pid);
  equal(syscall("close", -1), -1);
});

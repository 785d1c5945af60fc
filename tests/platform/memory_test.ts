/**
 * What is taken for granted of Deno and of the system. A red test here means
 * that the ground has moved, and says where.
 *
 * @module
 */

import { deepEqual, equal, throws } from "node:assert/strict";
import { Block } from "../../lib/memory/allocation/block.ts";
import { Scratch, syscall, tryCall } from "../../lib/memory/system/libc.ts";
import { createRawValue } from "../../lib/shared/raw_value.ts";
import type { Value } from "../../lib/shared/value.ts";
import { RESULT } from "../memory/fixtures/jobs.ts";
import {
  arrived,
  go,
  makeControl,
  start,
  until,
} from "../memory/memory_testing.ts";

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
  timeout: 120_000,
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
  timeout: 120_000,
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
  timeout: 120_000,
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

Deno.test("the number of an error stays readable until the next system call", () => {
  const [EBADF, ENOENT] = [9, 2];
  const path = new Scratch(32).text("/nowhere/at/all");
  for (let i = 0; i < 20_000; i++) {
    equal(tryCall("openat", -100, path), -ENOENT);
    equal(tryCall("close", -1), -EBADF);
  }
});

const [F_ADD_SEALS, F_SEAL_SHRINK, EPERM] = [1033, 2, 1];

function openFile(): number {
  const [O_TMPFILE, O_RDWR] = [
    Deno.build.arch === "aarch64" ? 0o20040000 : 0o20200000,
    2,
  ];
  const path = new Scratch(32).text("/dev/shm");
  return tryCall("openat", -100, path, O_TMPFILE | O_RDWR, 0o600);
}

Deno.test("a file with a name in /dev/shm cannot be sealed against being cut off", () => {
  const fd = openFile();
  equal(tryCall("fcntl", fd, F_ADD_SEALS, F_SEAL_SHRINK), -EPERM);
  equal(syscall("close", fd), 0);
});

Deno.test("memory without a name that is sealed cannot be cut off, and gives pages back", () => {
  const [ALLOW_SEALING, PUNCH_HOLE] = [2, 3];
  const fd = tryCall("memfd_create", new Scratch(8).text("x"), ALLOW_SEALING);
  equal(syscall("ftruncate", fd, 65536), 0);
  equal(tryCall("fcntl", fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
  equal(tryCall("ftruncate", fd, 4096), -EPERM);
  equal(tryCall("fallocate", fd, 0, 0, 65536), 0);
  const blocks = () => Deno.statSync(`/proc/self/fd/${fd}`).blocks;
  equal(blocks(), 128);
  equal(tryCall("fallocate", fd, PUNCH_HOLE, 0, 4096), 0);
  equal(blocks(), 120);
  equal(syscall("close", fd), 0);
});

Deno.test(
  "Deno lets no program write to a name in /dev/shm that may not do everything",
  {
    timeout: 120_000,
  },
  async () => {
    const path = `/dev/shm/mp-test-${Deno.pid}-probe`;
    await Deno.writeFile(path, new Uint8Array(8));
    const code = `Deno.truncateSync(${JSON.stringify(path)});`;
    try {
      for (
        const grants of [["-RW"], ["--allow-read", "--allow-write=/dev/shm"]]
      ) {
        const { success } = await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "--no-prompt",
            ...grants,
            `data:text/javascript,${code}`,
          ],
          stderr: "null",
        }).output();
        deepEqual([success, (await Deno.stat(path)).size], [false, 8]);
      }
    } finally {
      await Deno.remove(path);
    }
  },
);

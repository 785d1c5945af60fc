import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { Block } from "../../lib/memory/allocation/block.ts";
import {
  beforeBlocking,
  setBlockingHooks,
  waitAsync,
  waitSync,
  wake,
} from "../../lib/memory/waiting/futex.ts";
import { GO, RESULT } from "./fixtures/jobs.ts";
import { arrived, go, makeControl, start, until } from "./memory_testing.ts";

const QUIET = { sliceMs: Infinity, poll() {} };

for (const place of ["local", "mapped"] as const) {
  Deno.test(`waitSync() and waitAsync() do not sleep on another word: ${place}`, async () => {
    const block = Block.allocate(8, place);
    equal(waitSync(block, 0, 1), "not-equal");
    equal(await waitAsync(block, 0, 1), "not-equal");
  });

  Deno.test(`waitSync() and waitAsync() end with the time: ${place}`, async () => {
    const block = Block.allocate(8, place);
    equal(waitSync(block, 0, 0, 0), "timed-out");
    equal(waitSync(block, 0, 0, 5), "timed-out");
    equal(await waitAsync(block, 0, 0, 0), "timed-out");
    equal(await waitAsync(block, 0, 0, 5), "timed-out");
    // Longer than one system call may take.
    equal(waitSync(block, 0, 0, 150), "timed-out");
    equal(await waitAsync(block, 0, 0, 150), "timed-out");
  });

  Deno.test(`waitAsync() takes negative words: ${place}`, async () => {
    const block = Block.allocate(8, place);
    block.int32[1] = -0x8000_0000 | 5;
    equal(waitSync(block, 1, block.int32[1], 1), "timed-out");
    equal(await waitAsync(block, 1, block.int32[1], 1), "timed-out");
    equal(await waitAsync(block, 1, 5), "not-equal");
  });

  Deno.test(`waitAsync() rejects when aborted, before and while it sleeps: ${place}`, async () => {
    const block = Block.allocate(8, place);
    const reason = new Error("enough");
    await rejects(
      waitAsync(block, 0, 0, Infinity, AbortSignal.abort(reason)),
      reason,
    );
    const controller = new AbortController();
    const waiting = waitAsync(block, 0, 0, Infinity, controller.signal);
    controller.abort(reason);
    await rejects(waiting, reason);
  });

  // Goal: an aborted sleeper does not swallow the one wake-up.
  // Method: two sleep; the first is aborted, and then one is woken. Had the
  // first stayed on the word, it would be the one, being the longest there.
  Deno.test(`wake() passes an aborted sleeper by: ${place}`, {
    timeout: 120_000,
  }, async () => {
    const block = Block.allocate(8, place);
    const controller = new AbortController();
    const first = waitAsync(block, 0, 0, Infinity, controller.signal);
    const second = until(block, 0, 1);
    controller.abort();
    await rejects(first);
    Atomics.store(block.int32, 0, 1);
    wake(block, 0, 1);
    await second;
  });

  Deno.test(`wake() reaches who sleeps elsewhere: ${place}`, {
    timeout: 120_000,
  }, async () => {
    const control = makeControl(place);
    await using one = start(control, { job: "sleep" });
    await using two = start(control, { job: "sleep" });
    await arrived(control, 2);
    equal(control.int32[RESULT], 0);
    go(control);
    await until(control, RESULT, 2);
    deepEqual(await Promise.all([one.ended, two.ended]), [0, 0]);
  });

  // Each side sleeps until the other has written, so one wake-up lost is a
  // hang.
  Deno.test(`wake() is never lost there and back: ${place}`, {
    timeout: 120_000,
  }, async () => {
    const control = makeControl(place);
    const times = 500;
    await using other = start(control, { job: "wakeLoop", times });
    for (let i = 0; i < times; i++) {
      Atomics.store(control.int32, GO, 2 * i + 1);
      wake(control, GO, 1);
      while (Atomics.load(control.int32, GO) !== 2 * i + 2) {
        await waitAsync(control, GO, 2 * i + 1);
      }
    }
    equal(await other.ended, 0);
  });

  Deno.test(`waitSync() calls the hooks before and between: ${place}`, () => {
    const block = Block.allocate(8, place);
    const log: string[] = [];
    try {
      beforeBlocking(() => log.push("before"));
      setBlockingHooks({
        sliceMs: 1,
        poll() {
          log.push("poll");
          if (log.length === 3) throw new Error("stop");
        },
      });
      throws(() => waitSync(block, 0, 0), /stop/);
      deepEqual(log, ["before", "poll", "poll"]);
    } finally {
      setBlockingHooks(QUIET);
      beforeBlocking(() => {});
    }
  });
}

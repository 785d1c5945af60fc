import { equal, ok, throws } from "node:assert/strict";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { AbandonedError, getContext } from "../../mod.ts";
import {
  clearLiveness,
  isIsolateAlive,
  LIVENESS_WORDS,
  renewLiveness,
} from "../../lib/memory/liveness/isolate_liveness.ts";
import { holdAndDie, TARGETS } from "../sync/fixtures/targets.ts";

const AT = 2;

function makeWords(): Int32Array<SharedArrayBuffer> {
  const words = new Int32Array(
    new SharedArrayBuffer(4 * (AT + LIVENESS_WORDS)),
  );
  clearLiveness(words, AT);
  return words;
}

/** Far enough from one question to the next for every pause. */
const DAY_MS = 86_400_000;

Deno.test("isIsolateAlive() is true of an isolate of which nothing is known", () => {
  const words = makeWords();
  for (let day = 0; day < 3; day++) ok(isIsolateAlive(words, AT, day * DAY_MS));
});

Deno.test("isIsolateAlive() stays true of one that computes, however often it is asked", () => {
  const words = makeWords();
  renewLiveness(words, AT);
  for (let day = 1; day < 100; day++) {
    ok(isIsolateAlive(words, AT, day * DAY_MS));
  }
  // It has been asked as often as it could bear.
  equal(Atomics.notify(words, AT), 0);
});

Deno.test("isIsolateAlive() asks ever more seldom, and often again after a renewal", async () => {
  const words = makeWords();
  renewLiveness(words, AT);
  // Counts how many sleeps an hour of questions uses up.
  const ask = () => {
    const before = words[AT + 1]!;
    for (let ms = 0; ms < 3_600_000; ms += 100) isIsolateAlive(words, AT, ms);
    return words[AT + 1]! - before;
  };
  const asked = ask();
  ok(asked > 15 && asked < 28, `${asked}`);
  // Whoever was woken lies down again as soon as it can.
  await new Promise((resolve) => setTimeout(resolve));
  equal(words[AT + 1], 0);
  equal(ask(), asked);
  await new Promise((resolve) => setTimeout(resolve));
  equal(Atomics.notify(words, AT), 28);
});

Deno.test(
  "isIsolateAlive() is false of a thread that is gone, though nobody has heard",
  {
    timeout: 120_000,
  },
  async () => {
    const entry = new URL("./fixtures/liveness.ts", import.meta.url);
    // deno-lint-ignore no-explicit-any -- typed as any symbol
    const env = SHARE_ENV as any;
    for (let round = 0; round < 10; round++) {
      const words = makeWords();
      const worker = new Worker(entry, { workerData: words, env });
      const gone = new Promise((resolve) => worker.on("exit", resolve));
      await Atomics.waitAsync(words, 0, 0).value;
      ok(isIsolateAlive(words, AT, DAY_MS));
      void worker.terminate();
      // No turn of the event loop until it is seen.
      const start = performance.now();
      for (let day = 2; isIsolateAlive(words, AT, day * DAY_MS); day++) {
        ok(performance.now() - start < 10_000);
        if (words[AT + 1]! > 20) break;
        Atomics.wait(words, 1, 0, 5);
      }
      equal(isIsolateAlive(words, AT, 100 * DAY_MS), false);
      await gone;
    }
  },
);

Deno.test(
  "Lock of a thread that exhausts its heap goes to a main program that blocks",
  {
    timeout: 180_000,
  },
  async () => {
    const ctx = getContext("thread");
    const lock = new ctx.Lock();
    const held = new ctx.SharedEvent();
    const go = new ctx.SharedEvent();
    const p = new ctx.Process({
      target: holdAndDie,
      args: [lock, held, go, "exhausts"],
      module: TARGETS,
      maxHeapMiB: 32,
    });
    p.start();
    await held.wait();
    go.set();
    throws(() => lock.acquireSync({ timeout: 40_000 }), AbandonedError);
    await p.join();
  },
);

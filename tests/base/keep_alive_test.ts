/**
 * The timer that keeps a program alive while somebody waits.
 *
 * @module
 */

import { equal } from "node:assert/strict";
import { SharedTimer } from "../../lib/base/keep_alive.ts";

/** Runs `body` with timers that do `meanwhile` before they are there, once. */
function withSlowTimers(meanwhile: () => void, body: () => void): void {
  const { setInterval } = globalThis;
  globalThis.setInterval = ((action: () => void, ms: number) => {
    globalThis.setInterval = setInterval;
    meanwhile();
    return setInterval(action, ms);
  }) as typeof setInterval;
  try {
    body();
  } finally {
    globalThis.setInterval = setInterval;
  }
}

// Timers that are left behind are found by the sanitizer.

Deno.test("SharedTimer runs until the last user has left", async () => {
  let ticks = 0;
  const ticked = Promise.withResolvers<void>();
  const timer = new SharedTimer(() => {
    ticks++;
    ticked.resolve();
  }, 1);
  timer.join();
  timer.join();
  timer.leave();
  await ticked.promise;
  timer.leave();
  const atTheEnd = ticks;
  await new Promise((resolve) => setTimeout(resolve, 10));
  equal(ticks, atTheEnd);
});

Deno.test("SharedTimer leaves no timer behind whose user left while it started", () => {
  const timer = new SharedTimer(() => {}, 1000);
  withSlowTimers(() => timer.leave(), () => timer.join());
});

Deno.test("SharedTimer leaves none of two behind that started at once", () => {
  const timer = new SharedTimer(() => {}, 1000);
  withSlowTimers(() => {
    timer.leave();
    timer.join();
  }, () => timer.join());
  timer.leave();
});

Deno.test("SharedTimer goes on for who comes again in the same turn, and no longer", async () => {
  const { setInterval } = globalThis;
  let started = 0;
  globalThis.setInterval = ((action: () => void, ms: number) => {
    started++;
    return setInterval(action, ms);
  }) as typeof setInterval;
  try {
    const timer = new SharedTimer(() => {}, 1000);
    for (let i = 0; i < 3; i++) {
      timer.join();
      await null;
      timer.leave();
      await null;
    }
    equal(started, 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    timer.join();
    timer.leave();
    equal(started, 2);
  } finally {
    globalThis.setInterval = setInterval;
  }
});

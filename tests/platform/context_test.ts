/**
 * What is taken for granted of Deno's contexts from call to call.
 *
 * @module
 */

import { deepEqual, equal } from "node:assert/strict";

const WORKER = `
  const { contextManager } = Deno.telemetry;
  const KEY = Symbol();
  const seen = [];
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    seen.push([event.reason, contextManager.active().getValue(KEY)]);
    if (seen.length === 4) postMessage(seen);
  });
  const within = (value, call) => contextManager
    .with(contextManager.active().setValue(KEY, value), call, undefined);
  const fail = async (reason, ms) => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    throw reason;
  };
  for (const n of [1, 2]) {
    within(n, () => { fail("now " + n, 0); });
    within(n, () => { fail("later " + n, 5 * n); });
  }
`;

Deno.test(
  "A rejection that nobody handles is told in the context in which it came up, in a Web Worker without node:",
  {
    timeout: 120_000,
  },
  async () => {
    const url = `data:text/javascript,${encodeURIComponent(WORKER)}`;
    const worker = new Worker(url, { type: "module" });
    const { promise, resolve } = Promise.withResolvers<[string, number][]>();
    worker.onmessage = ({ data }) => resolve(data);
    deepEqual(await promise, [
      ["now 1", 1],
      ["now 2", 2],
      ["later 1", 1],
      ["later 2", 2],
    ]);
    worker.terminate();
  },
);

const THROWER = `
  const { contextManager } = Deno.telemetry;
  const KEY = Symbol();
  const seen = {};
  addEventListener("error", (event) => {
    event.preventDefault();
    seen[event.error] = contextManager.active().getValue(KEY) ?? null;
    if (Object.keys(seen).length === 3) postMessage(seen);
  });
  contextManager.with(contextManager.active().setValue(KEY, 1), () => {
    queueMicrotask(() => { throw "microtask"; });
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { throw "port"; };
    port2.postMessage(null);
    setTimeout(() => { throw "timer"; }, 1);
  }, undefined);
`;

Deno.test(
  "What microtasks and ports throw is told in their context, and what timers throw in none",
  { timeout: 120_000 },
  async () => {
    const url = `data:text/javascript,${encodeURIComponent(THROWER)}`;
    const worker = new Worker(url, { type: "module" });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    worker.onmessage = ({ data }) => resolve(data);
    deepEqual(await promise, { microtask: 1, port: 1, timer: null });
    worker.terminate();
  },
);

Deno.test("Timers of node:timers are the global ones, and cannot be replaced where they are imported by name", async () => {
  const [named, { default: timers }, { syncBuiltinESMExports }] = await Promise
    .all([
      import("node:timers"),
      import("node:timers"),
      import("node:module"),
    ]);
  const { setTimeout } = timers;
  equal(named.setTimeout, globalThis.setTimeout);
  try {
    timers.setTimeout = (() => {}) as never;
    syncBuiltinESMExports();
    equal(named.setTimeout, setTimeout);
  } finally {
    timers.setTimeout = setTimeout;
  }
});

// Stacks of this very file: an inner function stands for one of the package.

import { deepEqual, equal, ok } from "node:assert/strict";
import { callSites, isRunning } from "../../lib/base/call_sites.ts";

const HERE = import.meta.url;

/** Settings of a program for stacks. */
const traces = Error as unknown as {
  prepareStackTrace?: unknown;
  stackTraceLimit?: unknown;
};

function inner(most = 1) {
  return callSites(inner, most);
}

function outer(most = 1) {
  return inner(most);
}

Deno.test("callSites() gives the place of the call, and no frame below it", () => {
  const [one] = inner();
  const [other] = inner();
  equal(one!.module, HERE);
  equal(other!.line, one!.line! + 1);
  equal(other!.column, one!.column! + 2);
});

Deno.test("callSites() gives the innermost callers first, and no more than asked for", () => {
  deepEqual(outer(0), []);
  equal(outer(1).length, 1);
  const [first, second] = outer(2);
  const [alone] = outer(1);
  deepEqual(first, alone);
  ok(second!.line! > first!.line!);
});

Deno.test("callSites() leaves out frames of the platform and of the package", () => {
  const sites = [1].map(() => inner(20))[0]!;
  ok(sites.length >= 2);
  for (const { module } of sites) equal(module, HERE);
});

Deno.test("callSites() leaves out the frames behind an await", async () => {
  const later = async () => {
    await Promise.resolve();
    return inner(20);
  };
  equal((await later()).length, 1);
});

Deno.test("callSites() works whatever a program has set for stacks, and leaves it so", () => {
  const { prepareStackTrace, stackTraceLimit } = traces;
  const prepare = () => "mine";
  try {
    traces.prepareStackTrace = prepare;
    traces.stackTraceLimit = 0;
    equal(inner()[0]?.module, HERE);
    equal(traces.prepareStackTrace, prepare);
    equal(traces.stackTraceLimit, 0);
  } finally {
    traces.prepareStackTrace = prepareStackTrace;
    traces.stackTraceLimit = stackTraceLimit;
  }
});

Deno.test("isRunning() knows the modules whose code calls, and not what evaluated code says", () => {
  ok(isRunning(HERE));
  equal(isRunning("file:///never/loaded.ts"), false);
  Object.assign(globalThis, { callSitesOfTest: inner });
  const forged = "file:///forged.ts";
  const sites = (0, eval)(`callSitesOfTest(5)\n//# sourceURL=${forged}`);
  equal(sites[0].module, forged);
  equal(isRunning(forged), false);
  Reflect.deleteProperty(globalThis, "callSitesOfTest");
});

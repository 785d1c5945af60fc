/**
 * Start methods from outside: `registerStartMethod()` and `through()`.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import {
  getAllStartMethods,
  getContext,
  type Launcher,
  registerStartMethod,
  SharedMemoryError,
  StartMethodError,
  startMethods,
  through,
  Value,
} from "../../mod.ts";
import * as t from "../fixtures/targets.ts";

const SETTINGS = { timeout: 120_000 };
const module = t.TARGETS;

Deno.test("registerStartMethod() refuses names that are taken or empty", () => {
  for (const name of ["thread", "fork", "", 5 as unknown as string]) {
    throws(() => registerStartMethod(name, through(["env"])), StartMethodError);
  }
  throws(() => through([]), TypeError);
  throws(() => through([""]), TypeError);
});

Deno.test("through() runs processes by a command", SETTINGS, async () => {
  registerStartMethod("by-env", through(["env", "MULTIPROCESSING_BY=env"]));
  ok(getAllStartMethods().includes("by-env"));
  const row = startMethods().find(({ name }) => name === "by-env");
  equal(row?.traits.memory, "none");
  equal(row.traits.process, "a deno process through env");
  const ctx = getContext("by-env");
  equal(ctx.getStartMethod(), "by-env");
  const p = new ctx.Process({
    target: t.environment,
    args: ["MULTIPROCESSING_BY"],
    module,
  });
  const q = new ctx.Process({ target: t.whoAmI, module });
  p.start();
  q.start();
  equal(await p.result(), "env");
  match(q.name, /^By-envProcess-\d+$/);
  equal((await q.result()).method, "by-env");
  equal(p.exitcode, 0);
});

// Such a process may be on another machine: it has no memory in common.
Deno.test("through() refuses shared objects in start()", SETTINGS, async () => {
  registerStartMethod("far", through(["env"]));
  const p = new (getContext("far").Process)({
    target: t.store,
    args: [new Value("i"), 1],
    module,
  });
  throws(() => p.start(), SharedMemoryError);
  equal(p.isAlive(), false);
  const plain = new (getContext("far").Process)({
    target: t.add,
    args: [1, 2],
    module,
  });
  plain.start();
  equal(await plain.result(), 3);
});

Deno.test(
  "through() reports a command that does not exist",
  SETTINGS,
  async () => {
    registerStartMethod("nowhere", through(["/nowhere/no-such-command"]));
    const p = new (getContext("nowhere").Process)({
      target: t.nothing,
      module,
    });
    p.start();
    equal(await p.join(), true);
    equal(p.exitcode, 1);
    const error = await p.result().catch((error) => error);
    equal(error.name, "ExitError");
    match(
      `${error.message} ${error.cause}`,
      /no-such-command|could not be launched/,
    );
    registerStartMethod("false", through(["false"]));
    const q = new (getContext("false").Process)({ target: t.nothing, module });
    q.start();
    await q.join();
    equal(q.exitcode, 1);
  },
);

Deno.test(
  "registerStartMethod() takes a launcher of anybody's",
  SETTINGS,
  async () => {
    const log: string[] = [];
    const launcher: Launcher = {
      traits: {
        process: "nothing at all",
        memory: "none",
        stopsWhileBusy: true,
        interrupts: false,
        limitsHeap: false,
        ownPermissions: false,
        ownEnv: false,
        ownFlags: false,
      },
      availability: () => ({ supported: true }),
      prepare(request, first, events) {
        log.push(`prepare ${request.name}`, first.kind);
        return () => ({
          pid: 1,
          ident: 77,
          send: (message) => log.push(message.kind),
          stop: (signal) => {
            log.push(signal);
            events.ended({ code: -15 });
          },
        });
      },
    };
    registerStartMethod("fake", launcher);
    const p = new (getContext("fake").Process)({
      target: t.nothing,
      module,
      name: "puppet",
    });
    p.start();
    deepEqual(log, ["prepare puppet", "start"]);
    equal(p.ident, 77);
    p.terminate();
    await p.join();
    equal(p.exitcode, -15);
    deepEqual(log, ["prepare puppet", "start", "SIGTERM"]);
  },
);

Deno.test("registerStartMethod() lists a method that is not available, with its reason", () => {
  registerStartMethod("never", {
    ...through(["env"]),
    availability: () => ({
      supported: false,
      reason: "the moon is wrong",
      missing: "platform",
    }),
  });
  ok(!getAllStartMethods().includes("never"));
  throws(() => getContext("never"), /the moon is wrong/);
});

/**
 * Threads and workers that are booted ahead of time.
 *
 * @module
 */

import {
  deepEqual,
  equal,
  match,
  notEqual,
  ok,
  rejects,
} from "node:assert/strict";
import {
  currentProcess,
  type ExitError,
  type FillOptions,
  fillSpares,
  getContext,
  ProcessStateError,
  retireSpares,
  setSpares,
  spares,
  UnsupportedError,
} from "../../mod.ts";
import { counter, fillHere, seen } from "../fixtures/isolate_targets.ts";
import { eventually, programUrl, runProgram } from "../program_testing.ts";
import { rejection, set } from "../process/process_testing.ts";
import * as t from "../fixtures/targets.ts";

const module = new URL("../fixtures/isolate_targets.ts", import.meta.url);

for (const method of ["thread", "worker"]) {
  const ctx = getContext(method);
  const { Process } = ctx;

  /** A test that begins with a spare, which is not replaced. */
  const test = (name: string, body: () => Promise<void>) => {
    Deno.test(`${method}: ${name}`, { timeout: 180_000 }, async () => {
      setSpares(1, { method, refill: false });
      try {
        equal(await fillSpares({ method }), true);
        equal(waiting(), 1);
        await body();
      } finally {
        setSpares(0, { method });
        await retireSpares({ method });
      }
    });
  };
  const waiting = () =>
    spares({ method }).filter(({ isWaiting }) => isWaiting).length;

  test("Process in a spare is as any other", async () => {
    const [spare] = spares({ method });
    ok(spare!.memoryMiB! > 1 && spare!.pid === Deno.pid);
    const before = counter.value;
    const p = new Process({
      target: seen,
      args: [[1, "a"]],
      module,
      name: "Kid",
    });
    p.start();
    await Promise.resolve();
    equal(waiting(), 0);
    deepEqual(await p.result(), {
      names: ["Kid", "Kid", "Kid"],
      args: [1, "a"],
      argv: Deno.args,
      parent: currentProcess().name,
      method,
    });
    equal(counter.value, before + 1);
    equal(p.exitcode, 0);
    notEqual(p.ident, null);
  });

  test("Process in a spare ends with its exit code, however that comes", async () => {
    const exits = new Process({ target: t.exit, args: [7], module: t.TARGETS });
    exits.start();
    await exits.join();
    equal(exits.exitcode, 7);
    await fillSpares({ method });
    const throws = new Process({
      target: () => {
        throw new RangeError("no");
      },
    });
    throws.start();
    ok(await rejection(throws.result()) instanceof RangeError);
    equal(throws.exitcode, 1);
  });

  for (const stop of ["terminate", "kill"] as const) {
    test(`Process.${stop}() ends a spare at hand-over, and in use`, async () => {
      const early = new Process({ target: () => new Promise(() => {}) });
      early.start();
      early[stop]();
      await early.join();
      await fillSpares({ method });
      const running = new ctx.Value("i", 0);
      const busy = method === "thread" ? t.spin : t.awaitForever;
      const p = new Process({
        target: busy,
        args: [running],
        module: t.TARGETS,
      });
      p.start();
      await set(running);
      p[stop]();
      await p.join();
      const code = stop === "kill" ? -9 : -15;
      deepEqual([early.exitcode, p.exitcode], [code, code]);
    });
  }

  test("Process of a child takes a spare of the program", async () => {
    setSpares(2, { method, refill: false });
    await fillSpares({ method });
    const cell = new ctx.Value("i", 0);
    const target = t.storeThroughChild;
    const p = new Process({ target, args: [cell, 5], module: t.TARGETS });
    p.start();
    equal(await p.result(), 0);
    deepEqual([cell.value, waiting()], [5, 0]);
  });

  // Spares of a child would serve nobody: the main thread makes all isolates.
  test("fillSpares() refuses to boot spares in a child", async () => {
    const { Process } = getContext(method);
    for (const own of ["thread", "worker"]) {
      const p = new Process({ target: fillHere, args: [own], module });
      p.start();
      deepEqual(await p.result(), ["UnsupportedError", 0]);
    }
  });

  test("fillSpares() is refused while a child imports the module that calls it", async () => {
    const program = programUrl("unguarded_spares");
    const run = await runProgram(program, { args: [method] });
    const lines = ["filled", "BootstrapError", "target ran"];
    deepEqual([run.stdout.trim().split("\n"), run.stderr], [lines, ""]);
  });

  test("fillSpares() refuses what no spare can serve", async () => {
    const cannot: FillOptions[] = [
      { method, env: { A: "1" } },
      { method, permissions: { net: false } },
      ...(method === "worker" ? [{ method, maxHeapMiB: 64 }] : []),
    ];
    const signal = AbortSignal.abort(new RangeError("over"));
    for (const options of cannot) {
      await rejects(fillSpares(options), UnsupportedError);
      await rejects(fillSpares({ ...options, signal }), /over/);
    }
    setSpares(0, { method });
    await rejects(fillSpares({ method }), ProcessStateError);
    equal(waiting(), 0);
  });

  test("Process that was just started takes its spare before retireSpares() and setSpares()", async () => {
    for (const end of [retireSpares, () => setSpares(0, { method })]) {
      setSpares(1, { method });
      await fillSpares({ method });
      const p = new Process({ target: () => 1 });
      p.start();
      await end({ method });
      deepEqual(spares({ method }), []);
      equal(await p.result(), 1);
      deepEqual(spares({ method }), []);
    }
  });

  test("Pool takes spares", async () => {
    await using pool = new ctx.Pool(1);
    equal(await pool.apply((x: number) => x + 1, [1]), 2);
    equal(waiting(), 0);
  });

  test("Spares are refilled while the program waits", async () => {
    setSpares(2, { method });
    const p = new Process({ target: () => 1 });
    p.start();
    await p.join();
    await eventually(() => waiting() === 2, "two spares");
  });

  Deno.test(
    `${method}: Spares neither keep the program alive nor say anything at its end`,
    {
      timeout: 180_000,
    },
    async () => {
      for (
        const [how, code] of [["ends", 0], ["exits", 3], [
          "booting",
          0,
        ]] as const
      ) {
        const args = [method, how];
        const run = await runProgram(programUrl("isolate_spares"), { args });
        deepEqual([run.code, run.stdout, run.stderr], [code, "", ""], how);
      }
    },
  );
}

Deno.test(
  "thread: maxHeapMiB holds for a spare, and one without it is not taken for that",
  {
    timeout: 180_000,
  },
  async () => {
    const method = "thread";
    const { Process } = getContext(method);
    setSpares(1, { method, refill: false });
    try {
      await fillSpares({ method });
      await fillSpares({ method, maxHeapMiB: 32 });
      equal(spares({ method }).length, 2);
      const p = new Process({
        target: t.exhaust,
        module: t.TARGETS,
        maxHeapMiB: 32,
      });
      p.start();
      const error = await rejection(p.result()) as ExitError;
      match(error.message, /ran out of heap/);
      equal(spares({ method }).length, 1);
    } finally {
      setSpares(0, { method });
      await retireSpares({ method });
    }
  },
);

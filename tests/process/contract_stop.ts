/**
 * Stopping a process at every stage of its life, from inside and outside.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import {
  AbandonedError,
  ExitError,
  UnsupportedError,
  type Value,
} from "../../mod.ts";
import { programUrl, runProgram } from "../program_testing.ts";
import {
  blockWhileImporting,
  importAndBlock,
  importAndSpin,
  importAndWait,
  importInOldWays,
  lockImportAndSpin,
} from "../fixtures/importing.ts";
import * as t from "../fixtures/targets.ts";
import { rejection, set, type Subject, thrown } from "./process_testing.ts";

const module = t.TARGETS;
const importing = new URL("../fixtures/importing.ts", import.meta.url);
const HANGING = {
  module: new URL("../fixtures/hanging.ts", import.meta.url),
  name: "never",
};

/** Declares the tests of stopping. */
export function stopContract({ ctx, method, traits, test }: Subject): void {
  const cell = () => new ctx.Value("i", 0);

  test("Process.terminate() right after the start ends it with -15", async () => {
    const seen = cell();
    const p = new ctx.Process({ target: t.store, args: [seen, 1], module });
    p.start();
    p.terminate();
    p.terminate();
    equal(await p.join(), true);
    equal(p.exitcode, -15);
    equal(seen.value, 0);
    const error = await rejection(p.result());
    ok(error instanceof ExitError);
    equal(error.exitcode, -15);
    match(error.message, /-SIGTERM/);
    p.terminate();
    p.kill();
    equal(p.exitcode, -15);
  });

  test("Process.terminate() while it boots ends it with -15", async () => {
    // No more than a few turns after the launch: it cannot have booted.
    for (const turns of [1, 2, 5]) {
      const seen = cell();
      const p = new ctx.Process({ target: t.store, args: [seen, 1], module });
      p.start();
      for (let i = 0; i < turns; i++) {
        await new Promise((resolve) => setTimeout(resolve));
      }
      p.terminate();
      await p.join();
      equal(p.exitcode, -15);
      equal(seen.value, 0);
    }
  });

  test("Process.kill() ends it with -9, twice or not", async () => {
    const started = cell();
    const p = new ctx.Process({
      target: t.awaitForever,
      args: [started],
      module,
    });
    p.start();
    await set(started);
    p.kill();
    p.kill();
    await p.join();
    equal(p.exitcode, -9);
    match(String(p), /exitcode=-SIGKILL/);
    equal((await rejection(p.result()) as ExitError).exitcode, -9);
  });

  // Goal: a kill never hurts the program. Method: kills in every moment of a start,
  // most of which is the loading of modules. Without care Deno aborts the program.
  test("Process.kill() while it loads modules ends nothing else", async () => {
    const args = [method];
    const run = await runProgram(programUrl("kill_loading"), { args });
    deepEqual(run, { code: 0, signal: null, stdout: "", stderr: "" });
  });

  // What such a kill throws may be swallowed there, and the thread would then live
  // for ever; or Deno aborts the program (2.9.6).
  if (method === "thread") {
    test("Process.kill() within the first use of a timer ends the thread and nothing else", async () => {
      const run = await runProgram(programUrl("kill_first_use"));
      deepEqual(run, { code: 0, signal: null, stdout: "", stderr: "" });
    });

    // A kill that hits what Deno loads then aborts the program.
    for (const way of ["import", "builtin", "timer", "global", "command"]) {
      test(`a thread that was asked to end loads nothing of Deno's any more: ${way}`, async () => {
        const loaded = async (when: string) => {
          const { code, stdout, stderr } = await runProgram(
            programUrl("load_when_ended"),
            { args: [way, when], env: { DENO_LOG_LAZY_LOAD: "1" } },
          );
          deepEqual({ code, stdout }, { code: 0, stdout: "" });
          return stderr.slice(stderr.indexOf("begun"));
        };
        match(await loaded("never"), /\[lazy\]/);
        equal(await loaded("asked"), "begun\n");
      });
    }

    test("a thread watches the first use of each global that Deno loads late", async () => {
      const { code, stderr } = await runProgram(programUrl("first_uses"), {
        env: { DENO_LOG_LAZY_LOAD: "1" },
      });
      equal(code, 0, stderr);
      const uses = stderr.split("\nuse ").slice(1).map((text) => ({
        use: text.split("\n")[0]!,
        isLate: text.includes("[lazy]"),
      })).filter(({ isLate }) => isLate).map(({ use }) => use);
      ok(uses.includes("watched Response"), uses.join());
      deepEqual(uses.filter((use) => use.startsWith("plain")), []);
    });

    // Without that, a kill after the wait would take the import for done.
    test("a wait that blocks while an import is under way leaves word of the import", async () => {
      const p = new ctx.Process({
        target: blockWhileImporting,
        args: [new ctx.Queue<number>()],
        module: importing,
      });
      p.start();
      const [before, after] = await p.result();
      ok(before !== 0, "an import is noted");
      equal(after, before);
    });

    // One that blocks elsewhere is taken to import until it has idled for a second.
    test("Process.terminate() ends it at once that has imported and blocks in a wait of the package", async () => {
      const ended: string[] = [];
      const [elsewhere, here] = [cell(), cell()];
      const other = new ctx.Process({
        target: importAndBlock,
        args: [elsewhere],
        module: importing,
      });
      const p = new ctx.Process({
        target: importAndWait,
        args: [here, new ctx.Queue<number>()],
        module: importing,
      });
      other.start();
      p.start();
      await Promise.all([set(elsewhere), set(here)]);
      other.terminate();
      p.terminate();
      await Promise.all([
        other.join().then(() => ended.push("the other")),
        p.join().then(() => ended.push("it")),
      ]);
      deepEqual(ended, ["it", "the other"]);
    });
  }

  // Goal and method as above; an import that a kill hits aborts the program.
  // A Web Worker that imports in a loop never comes to its event loop.
  const ways = traits.stopsWhileBusy
    ? [["json", "once"], ["many", "mixed"]]
    : [["once"]];
  for (const some of ways) {
    test(`Process.terminate() ends nothing else while it imports: ${some}`, async () => {
      const args = [method, ...some];
      const run = await runProgram(programUrl("kill_importing"), { args });
      deepEqual(run, { code: 0, signal: null, stdout: "", stderr: "" });
    });
  }

  if (traits.stopsWhileBusy) {
    test("Process.terminate() ends it after imports while it computes or blocks", async () => {
      for (const target of [importAndSpin, importAndBlock, importInOldWays]) {
        const begun = cell();
        const p = new ctx.Process({
          target,
          args: [begun],
          module: importing,
        });
        p.start();
        await set(begun);
        p.terminate();
        await p.join();
        equal(p.exitcode, -15);
      }
    });

    test("Process.terminate() takes effect after imports also if the parent blocks", async () => {
      const locked = cell();
      const p = new ctx.Process({
        target: lockImportAndSpin,
        args: [locked],
        module: importing,
      });
      p.start();
      await set(locked);
      p.terminate();
      throws(
        () => locked.getLock().acquireSync({ timeout: 20_000 }),
        AbandonedError,
      );
      await p.join();
      equal(p.exitcode, -15);
    });
  }

  test("Process.terminate() ends it while it awaits", async () => {
    const started = cell();
    const p = new ctx.Process({
      target: t.awaitForever,
      args: [started],
      module,
    });
    p.start();
    await set(started);
    p.terminate();
    await p.join();
    equal(p.exitcode, -15);
  });

  test("Process.terminate() ends it while it blocks on a lock", async () => {
    const [started, locked] = [cell(), cell()];
    using _held = await locked.getLock().acquire();
    const p = new ctx.Process({
      target: t.blockOnLock,
      args: [started, locked],
      module,
    });
    p.start();
    await set(started);
    p.terminate();
    await p.join();
    equal(p.exitcode, -15);
  });

  if (traits.stopsWhileBusy) {
    test("Process.terminate() and kill() end it while it computes", async () => {
      for (const [stop, code] of [["terminate", -15], ["kill", -9]] as const) {
        const started = cell();
        const p = new ctx.Process({ target: t.spin, args: [started], module });
        p.start();
        await set(started);
        p[stop]();
        await p.join();
        equal(p.exitcode, code);
      }
    });

    // So many that none has a processor for itself, and is stopped between two turns.
    test("Process.join() resolves when nothing of a terminated one runs any more", async () => {
      const all = Array.from({ length: 6 }, () => {
        const turns = cell();
        const target = t.countForever;
        const p = new ctx.Process({ target, args: [turns], module });
        p.start();
        return { p, turns };
      });
      const ends = await Promise.all(all.map(async ({ p, turns }) => {
        await set(turns);
        p.terminate();
        await p.join();
        return turns.value;
      }));
      // Meanwhile whatever still ran would have gone on.
      await Promise.all(ends.map(() => {
        const p = new ctx.Process({ target: t.nothing, module });
        p.start();
        return p.join();
      }));
      deepEqual(all.map(({ turns }) => turns.value), ends);
    });

    // The module is imported by the child alone: it sets what the parent shares.
    test("Process.terminate() ends it while its module loads and computes", async () => {
      const started = cell();
      const p = new ctx.Process<[Value<"i">], void>({
        target: { module: "data:text/javascript,for(;;);", name: "never" },
        args: [started],
      });
      p.start();
      // No word comes from a module that spins; the child has certainly begun
      // to load it when a sibling, started later, has run to its end.
      const sibling = new ctx.Process({ target: t.nothing, module });
      sibling.start();
      await sibling.join();
      p.terminate();
      await p.join();
      equal(p.exitcode, -15);
    });
  }

  test("Process.shutdown() lets a process finish that looks at its signal", async () => {
    const [started, stopped] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.stopWhenAsked,
      args: [started, stopped],
      module,
    });
    p.start();
    await set(started);
    equal(await p.shutdown({ grace: 20_000 }), 0);
    equal(stopped.value, 1);
    equal(await p.result(), "stopped by itself");
  });

  test("Process.shutdown() ends a process that does not look at its signal", async () => {
    const started = cell();
    const p = new ctx.Process({
      target: t.awaitForever,
      args: [started],
      module,
    });
    p.start();
    await set(started);
    equal(await p.shutdown({ grace: 20_000 }), -15);
    equal(p.exitcode, -15);
    equal((await rejection(p.result()) as ExitError).exitcode, -15);
  });

  test("Process.shutdown() kills a process that takes too long", async () => {
    const started = cell();
    const p = new ctx.Process({
      target: t.ignoreTheAsking,
      args: [started],
      module,
    });
    p.start();
    await set(started);
    equal(await p.shutdown({ grace: 30 }), -9);
    equal(p.exitcode, -9);
  });

  test("Process.shutdown() ends a process whose module never finishes loading", async () => {
    const p = new ctx.Process({ target: HANGING });
    p.start();
    const code = await p.shutdown({ grace: 30 });
    ok(code === -15 || code === -9, `${code}`);
  });

  test("Process.shutdown() right after the start ends it", async () => {
    const p = new ctx.Process({
      target: t.awaitForever,
      args: [cell()],
      module,
    });
    p.start();
    equal(await p.shutdown({ grace: 20_000 }), -15);
    const bad = new ctx.Process({ target: t.nothing, module });
    bad.start();
    ok(await rejection(bad.shutdown({ grace: NaN })) instanceof TypeError);
    await bad.join();
  });

  if (traits.interrupts) {
    test("Process.interrupt() ends it with -2", async () => {
      const started = cell();
      const p = new ctx.Process({
        target: t.awaitForever,
        args: [started],
        module,
      });
      p.start();
      await set(started);
      p.interrupt();
      await p.join();
      equal(p.exitcode, -2);
      match(String(p), /exitcode=-SIGINT/);
    });
  } else {
    test("Process.interrupt() throws and names what can", async () => {
      const [started, release] = [cell(), cell()];
      const p = new ctx.Process({
        target: t.waitFor,
        args: [started, release],
        module,
      });
      p.start();
      const error = thrown(() => p.interrupt());
      ok(error instanceof UnsupportedError);
      match(error.message, new RegExp(`"${method}".*terminate\\(\\).*"spawn"`));
      release.value = 1;
      await p.join();
      equal(p.exitcode, 0);
    });
  }

  // Goal: no grandchild outlives its parent. Method: the grandchild holds a lock;
  // whoever waits for it learns that the holder is dead.
  test("Process takes its children with it when it is terminated", async () => {
    const [locked, started] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.holdLockThroughChild,
      args: [locked, started, traits.stopsWhileBusy],
      module,
    });
    p.start();
    await set(started);
    p.terminate();
    await p.join();
    equal(p.exitcode, -15);
    const lock = locked.getLock();
    const error = await rejection(lock.acquire({ timeout: 20_000 }));
    ok(error instanceof AbandonedError);
  });

  test("Process that dies with a lock gives it up", async () => {
    const [locked, started] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.holdLock,
      args: [locked, started, traits.stopsWhileBusy],
      module,
    });
    p.start();
    await set(started);
    p.kill();
    const error = await rejection(
      locked.getLock().acquire({ timeout: 20_000 }),
    );
    ok(error instanceof AbandonedError);
    await p.join();
  });

  Deno.test(`${method}: Process refuses options that its start method lacks`, () => {
    const options = [
      [traits.limitsHeap, { maxHeapMiB: 64 }, /"maxHeapMiB"/],
      [traits.ownEnv, { env: { A: "1" } }, /"env"/],
      [traits.ownPermissions, { permissions: "none" }, /"permissions"/],
    ] as const;
    for (const [supported, option, text] of options) {
      if (supported) continue;
      const p = new ctx.Process({ target: t.nothing, module, ...option });
      const error = thrown(() => p.start());
      ok(error instanceof UnsupportedError);
      match(error.message, text);
      match(error.message, /: use "spawn"|: use "\w+" or "spawn"|"spawn" or/);
      equal(p.isAlive(), false);
    }
  });

  test('Process takes the permissions "inherit" as none at all', async () => {
    const inherits = new ctx.Process({
      target: t.nothing,
      module,
      permissions: "inherit",
    });
    inherits.start();
    await inherits.join();
    equal(inherits.exitcode, 0);
  });
}

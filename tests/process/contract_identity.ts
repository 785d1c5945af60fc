/**
 * Who a process is: names, numbers, parents, daemons.
 *
 * @module
 */

import {
  deepEqual,
  equal,
  match,
  notEqual,
  ok,
  throws,
} from "node:assert/strict";
import {
  cpuCount,
  currentProcess,
  parentProcess,
  Process,
  ProcessStateError,
} from "../../mod.ts";
import * as t from "../fixtures/targets.ts";
import { rejection, set, type Subject } from "./process_testing.ts";

const module = t.TARGETS;

/** The number at the end of a default name. */
function numberOf({ name }: { readonly name: string }): number {
  return Number(/-(\d+)$/.exec(name)?.[1]);
}

/** Declares the tests of identity. */
export function identityContract(subject: Subject): void {
  const { ctx, method, traits, test } = subject;
  const className = `${method[0]!.toUpperCase()}${method.slice(1)}Process`;
  const cell = () => new ctx.Value("i", 0);

  Deno.test(`${method}: Process is numbered where it is made`, () => {
    class Sub extends ctx.Process<[], void> {}
    class Own extends Process {}
    const made = [
      new ctx.Process(),
      new Process(),
      new Sub(),
      new Own({ name: "" }),
    ];
    const first = numberOf(made[0]!);
    deepEqual(made.map((p) => p.name), [
      `${className}-${first}`,
      `Process-${first + 1}`,
      `Sub-${first + 2}`,
      `Own-${first + 3}`,
    ]);
    const named = new ctx.Process({ name: "twin" });
    const other = new ctx.Process({ name: "twin" });
    deepEqual([named.name, other.name], ["twin", "twin"]);
    equal(numberOf(new Process()), first + 6);
    throws(() => named.name = 5 as never, TypeError);
    named.name = "renamed";
    equal(named.name, "renamed");
  });

  Deno.test(`${method}: currentProcess() is the main process outside of children`, () => {
    const me = currentProcess();
    equal(me, currentProcess());
    equal(me.name, "MainProcess");
    equal(me.daemon, false);
    equal(me.exitcode, null);
    equal(me.isAlive(), true);
    equal(me.pid, Deno.pid);
    equal(me.ident, Deno.pid);
    equal(parentProcess(), null);
    match(
      String(me),
      /^<\w*Process name="MainProcess" pid=\d+ parent=none started>$/,
    );
    for (
      const misuse of [
        () => me.start(),
        () => me.close(),
        () => me.terminate(),
        () => me.kill(),
        () => me.sentinel,
      ]
    ) throws(misuse, ProcessStateError);
    ok(Number.isInteger(cpuCount()) && cpuCount() >= 1);
  });

  test("Process.join() rejects for the process itself", async () => {
    ok(await rejection(currentProcess().join()) instanceof ProcessStateError);
  });

  test("currentProcess() in a child is the process that was started", async () => {
    const p = new ctx.Process({ target: t.whoAmI, module, daemon: true });
    p.start();
    const [pid, ident] = [p.pid, p.ident];
    const report = await p.result();
    equal(report.name, p.name);
    equal(report.daemon, true);
    equal(report.alive, true);
    equal(report.exitcode, null);
    equal(report.pid, pid);
    equal(report.ident, ident);
    equal(report.sameObject, true);
    equal(report.children, 0);
    equal(report.method, method);
    equal(report.isMain, false);
    equal(report.hasSelf, traits.ownEnv ? report.hasSelf : true);
    equal(report.cwd, Deno.cwd());
    match(
      report.text,
      new RegExp(`name="${p.name}" pid=${pid} parent=\\d+ started`),
    );
    equal(report.parentName, "MainProcess");
    equal(report.parentPid, Deno.pid);
    equal(report.parentAlive, true);
    match(
      report.parentText,
      /^<ParentProcess name="MainProcess" pid=\d+ started>$/,
    );
    if (traits.ownEnv) {
      notEqual(pid, Deno.pid);
      equal(ident, pid);
    } else {
      equal(pid, Deno.pid);
      notEqual(ident, Deno.pid);
    }
  });

  test("Process has the environment and folder of its parent", async () => {
    Deno.env.set("MULTIPROCESSING_TEST", method);
    const p = new ctx.Process({
      target: t.environment,
      args: ["MULTIPROCESSING_TEST"],
      module,
    });
    const here = Deno.cwd();
    const folder = await Deno.makeTempDir();
    try {
      Deno.chdir(folder);
      const q = new ctx.Process({ target: t.whoAmI, module });
      p.start();
      q.start();
      equal(await p.result(), method);
      equal((await q.result()).cwd, Deno.cwd());
    } finally {
      Deno.chdir(here);
      Deno.env.delete("MULTIPROCESSING_TEST");
      await Deno.remove(folder);
    }
  });

  test("Process.ident differs among living processes", async () => {
    const release = cell();
    const children = [cell(), cell(), cell()].map((started) =>
      new ctx.Process({ target: t.waitFor, args: [started, release], module })
    );
    for (const p of children) p.start();
    equal(new Set(children.map((p) => p.ident)).size, 3);
    release.value = 1;
    await Promise.all(children.map((p) => p.join()));
  });

  test("Process keeps the name it was born with in the child", async () => {
    const [started, release] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.waitFor,
      args: [started, release],
      module,
    });
    const other = new ctx.Process({ target: t.whoAmI, name: "first", module });
    other.name = "second";
    p.start();
    other.start();
    other.name = "third";
    equal((await other.result()).name, "second");
    equal(other.name, "third");
    await set(started);
    p.name = "new name";
    equal(p.name, "new name");
    release.value = 1;
    await p.join();
  });

  // Goal: children of children count from 1 behind their parent's number, take
  // its daemon flag unless told otherwise, and run like any other child.
  test("Process in a child is numbered below it and inherits daemon", async () => {
    for (const daemon of [false, true]) {
      const p = new Process({ target: t.raise, module, daemon });
      p.start();
      const report = await p.result();
      const number = numberOf(p);
      deepEqual(report.names, [
        `Process-${number}:1`,
        `Process-${number}:2`,
        "third",
      ]);
      deepEqual(report.daemons, [daemon, daemon, false]);
      deepEqual(report.active, [1, 0]);
      equal(report.exitcode, 0);
      const { grandchild } = report;
      equal(grandchild.name, `Process-${number}:2`);
      equal(grandchild.parentName, p.name);
      equal(grandchild.daemon, daemon);
      equal(grandchild.method, method);
      await p.join();
      equal(p.exitcode, 0);
    }
  });

  test("getContext() in a child is that of its start method", async () => {
    const p = new ctx.Process({ target: t.contextNames, module });
    p.start();
    const number = numberOf(p);
    deepEqual(await p.result(), [
      `${className}-${number}:1`,
      `SpawnProcess-${number}:2`,
    ]);
  });

  // A worker made by a worker would wait 500 ms or more for a debugger. The best of
  // some counts, beside the best that this process can do at the same time.
  test("Process starts a grandchild as quickly as a child", async () => {
    const args: [number, string] = [3, method];
    const p = new ctx.Process({ target: t.quickestChild, args, module });
    p.start();
    const [took, here] = await Promise.all([
      p.result(),
      t.quickestChild(...args),
    ]);
    ok(took < 3 * here + 300, `took ${took} ms, and ${here} ms here`);
  });

  test("Process may be nested five levels deep", async () => {
    const count = cell();
    const p = new Process({ target: t.nest, args: [5, count], module });
    p.start();
    const names = await p.result();
    const number = numberOf(p);
    deepEqual(names, [
      `Process-${number}`,
      `Process-${number}:1`,
      `Process-${number}:1:1`,
      `Process-${number}:1:1:1`,
      `Process-${number}:1:1:1:1`,
    ]);
    equal(count.value, 5);
  });
}

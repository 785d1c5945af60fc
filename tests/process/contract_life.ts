/**
 * From the start to the end: states, waits, misuse.
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
  throws,
} from "node:assert/strict";
import {
  activeChildren,
  currentProcess,
  EncodingError,
  ExitError,
  ProcessStateError,
} from "../../mod.ts";
import * as t from "../fixtures/targets.ts";
import { TASKS, twoFaced } from "../fixtures/tasks.ts";
import {
  ran,
  rejection,
  set,
  type Subject,
  thrown,
} from "./process_testing.ts";

const module = t.TARGETS;

/** Declares the tests of the life of a process. */
export function lifeContract({ ctx, method, test }: Subject): void {
  const cell = () => new ctx.Value("i", 0);

  Deno.test(`${method}: Process has no pid, exit code or end before its start`, () => {
    const p = new ctx.Process({ target: t.nothing, module });
    equal(p.pid, null);
    equal(p.ident, null);
    equal(p.exitcode, null);
    equal(p.isAlive(), false);
    equal(activeChildren().length, 0);
    throws(() => p.sentinel, ProcessStateError);
    throws(() => p.terminate(), ProcessStateError);
    throws(() => p.kill(), ProcessStateError);
    throws(() => p.interrupt(), ProcessStateError);
  });

  test("Process.join(), result() and shutdown() reject before the start", async () => {
    const p = new ctx.Process({ target: t.nothing, module });
    for (const wait of [p.join(), p.result(), p.shutdown()]) {
      const error = await rejection(wait);
      ok(error instanceof ProcessStateError);
      match(error.message, /must have been started.*"initial"/);
    }
  });

  // Goal: a target runs after the turn that started it, and join() sees its work.
  // Method: the child stores at once; nothing can be seen until the turn is over.
  test("Process.start() returns before the target runs", async () => {
    const seen = cell();
    const p = new ctx.Process({ target: t.store, args: [seen, 7], module });
    p.start();
    const before = performance.now();
    while (performance.now() - before < 60); // More than a thread needs to boot.
    equal(seen.value, 0);
    equal(p.isAlive(), true);
    deepEqual(activeChildren(), [p]);
    equal(await p.join(), true);
    equal(seen.value, 7);
  });

  test("Process ends with exit code 0 and stays joinable", async () => {
    const p = await ran(new ctx.Process({ target: t.nothing, module }));
    equal(p.exitcode, 0);
    equal(p.isAlive(), false);
    equal(await p.join(), true);
    equal(await p.join({ timeout: 0 }), true);
    equal(await p.join({ timeout: -1 }), true);
    equal(await p.sentinel, undefined);
    equal(await p.result(), undefined);
    deepEqual(activeChildren(), []);
    p.terminate();
    p.kill();
    equal(p.exitcode, 0);
    equal(await p.shutdown(), 0);
  });

  test("Process.join() resolves to false when the time runs out", async () => {
    const [started, release] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.waitFor,
      args: [started, release],
      module,
    });
    p.start();
    equal(await p.join({ timeout: 0 }), false);
    equal(await p.join({ timeout: -1 }), false);
    equal(await p.join({ timeout: 5 }), false);
    await set(started);
    equal(await p.join({ timeout: 5 }), false);
    equal(p.exitcode, null);
    equal(p.isAlive(), true);
    const early = await rejection(p.result({ timeout: 5 }));
    equal(early.name, "TimeoutError");
    release.value = 1;
    const waits = [p.join(), p.join({ timeout: 20_000 }), p.join()];
    deepEqual(await Promise.all(waits), [true, true, true]);
    equal(await p.result(), "released");
  });

  test("Process.join() rejects with the reason of an aborted signal", async () => {
    const [started, release] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.waitFor,
      args: [started, release],
      module,
    });
    p.start();
    const reason = new Error("no patience");
    const aborter = new AbortController();
    const wait = rejection(p.join({ signal: aborter.signal }));
    aborter.abort(reason);
    equal(await wait, reason);
    equal(await rejection(p.join({ signal: aborter.signal })), reason);
    equal(await rejection(p.result({ signal: aborter.signal })), reason);
    equal(p.isAlive(), true);
    release.value = 1;
    equal(await p.join({ signal: new AbortController().signal }), true);
  });

  test("Process.join() refuses a timeout that is no number", async () => {
    const p = new ctx.Process({ target: t.nothing, module });
    p.start();
    await rejects(p.join({ timeout: NaN }), TypeError);
    await rejects(p.join({ timeout: "1" as unknown as number }), TypeError);
    equal(await p.join({ timeout: 2 ** 40 }), true);
  });

  test("Process refuses what its state does not allow", async () => {
    const [started, release] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.waitFor,
      args: [started, release],
      module,
    });
    p.start();
    const errors = [
      thrown(() => p.start()),
      thrown(() => p.close()),
      thrown(() => (p.daemon = true)),
      thrown(() => p.stopping),
    ];
    for (const error of errors) ok(error instanceof ProcessStateError);
    match(errors[0]!.message, /^Cannot start process ".+" as it must be new/);
    match(
      errors[1]!.message,
      /^Cannot close .* call join\(\) or terminate\(\)/,
    );
    match(errors[2]!.message, /"started"$/);
    equal(p.daemon, false);
    equal(p.isAlive(), true);
    release.value = 1;
    await p.join();
    throws(() => p.start(), ProcessStateError);
  });

  test("Process.close() lets go of everything but the name", async () => {
    const p = await ran(new ctx.Process({ target: t.nothing, module }));
    p.close();
    p.close();
    ok(p.name.length > 0);
    equal(p.daemon, false);
    match(String(p), / closed>$/);
    const uses = [
      () => p.start(),
      () => p.isAlive(),
      () => p.exitcode,
      () => p.pid,
      () => p.ident,
      () => p.sentinel,
      () => p.terminate(),
      () => p.kill(),
      () => p.interrupt(),
    ];
    for (const use of uses) ok(thrown(use) instanceof ProcessStateError);
    for (const wait of [p.join(), p.result(), p.shutdown()]) {
      ok(await rejection(wait) instanceof ProcessStateError);
    }
    const unstarted = new ctx.Process({ target: t.nothing, module });
    unstarted.close();
    throws(() => unstarted.start(), ProcessStateError);
  });

  test("Process shows its state when it is inspected", async () => {
    const [started, release] = [cell(), cell()];
    const p = new ctx.Process({
      target: t.waitFor,
      args: [started, release],
      name: 'a "name"',
      daemon: true,
      module,
    });
    const head = `<${p.constructor.name} name=${JSON.stringify('a "name"')}`;
    equal(String(p), `${head} parent=${Deno.pid} initial daemon>`);
    p.start();
    await set(started);
    equal(
      Deno.inspect(p),
      `${head} pid=${p.pid} parent=${Deno.pid} started daemon>`,
    );
    equal(`${p}`, Deno.inspect(p));
    release.value = 1;
    await p.join();
    equal(
      Deno.inspect([p]),
      `[\n  ${head} pid=${p.pid} parent=${Deno.pid} stopped exitcode=0 daemon>\n]`,
    );
  });

  test("Process is terminated and joined at the end of await using", async () => {
    const started = cell();
    let outside;
    {
      await using p = new ctx.Process({
        target: t.awaitForever,
        args: [started],
        module,
      });
      p.start();
      await set(started);
      outside = p;
    }
    equal(outside.exitcode, -15);
    match(String(outside), /exitcode=-SIGTERM/);
    {
      await using unstarted = new ctx.Process({ target: t.nothing, module });
      outside = unstarted;
    }
    equal(outside.exitcode, null);
    {
      await using ended = await ran(
        new ctx.Process({ target: t.nothing, module }),
      );
      outside = ended;
    }
    equal(outside.exitcode, 0);
  });

  test("Process.exitcode is what the process ended itself with", async () => {
    const cases: [() => InstanceType<typeof ctx.Process>, number][] = [
      [() => new ctx.Process({ target: t.exit, args: [0], module }), 0],
      [() => new ctx.Process({ target: t.exit, args: [3], module }), 3],
      [() => new ctx.Process({ target: t.exit, args: [300], module }), 44],
      [() => new ctx.Process({ target: t.exit, args: [-1], module }), 255],
      [() => new ctx.Process({ target: t.exitLikeNode, args: [7], module }), 7],
      [
        () => new ctx.Process({ target: t.leaveExitCode, args: [4], module }),
        4,
      ],
      [() => new ctx.Process(), 0],
    ];
    const children = cases.map(([make]) => make());
    for (const p of children) p.start();
    await Promise.all(children.map((p) => p.join()));
    deepEqual(children.map((p) => p.exitcode), cases.map(([, code]) => code));
    const error = await rejection(children[1]!.result());
    ok(error instanceof ExitError);
    equal(error.exitcode, 3);
    match(error.message, /ended with exit code 3 and without a result/);
    ok(error.message.includes(children[1]!.name));
    deepEqual(activeChildren(), []);
  });

  test("Process.result() is what the target returned", async () => {
    const rich = {
      list: [1, , undefined, null, NaN, -0],
      map: new Map<unknown, unknown>([["a", new Set([1n])]]),
      when: new Date(5),
      bytes: new Uint8Array([1, 2]),
      pattern: /x/g,
      error: new SyntaxError("inside"),
    };
    const plain = new ctx.Process({ target: t.add, args: [2, 3], module });
    const later = new ctx.Process({ target: t.addLater, args: [4, 5], module });
    const echoed = new ctx.Process({ target: t.echo, args: [rich], module });
    for (const p of [plain, later, echoed]) p.start();
    equal(await plain.result(), 5);
    equal(await plain.result(), 5);
    equal(await later.result(), 9);
    const back = await echoed.result() as typeof rich;
    ok(back.error instanceof SyntaxError);
    equal(back.error.message, "inside");
    deepEqual({ ...back, error: 0 }, { ...rich, error: 0 });
    notEqual(back, rich);
    await Promise.all([plain, later, echoed].map((p) => p.join()));
  });

  test("Process.result() names the path of a result that cannot be sent", async () => {
    const p = new ctx.Process({ target: t.giveFunction, module });
    p.start();
    const error = await rejection(p.result());
    ok(error instanceof EncodingError);
    match(error.message, /result\.list\[0\].*a function/);
    equal(error.path, "result.list[0]");
    equal(p.exitcode, 0);
  });

  test("Process.result() fails alone where the result can be read once only", async () => {
    for (const reads of [0, 1]) {
      const p = new ctx.Process({
        target: twoFaced,
        args: [reads],
        module: TASKS,
      });
      p.start();
      const result = await p.result().catch((error: unknown) => error);
      if (result instanceof EncodingError) match(result.path, /^result/);
      else deepEqual(result, { part: 1 });
      equal(p.exitcode, 0);
    }
  });

  test("Process.start() names the path of an argument that cannot be sent", async () => {
    const bad = { deep: [0, { callback: () => {} }] };
    const p = new ctx.Process({ target: t.echo, args: [bad], module });
    const error = thrown(() => p.start());
    ok(error instanceof EncodingError);
    equal(error.path, "args[0].deep[1].callback");
    match(error.message, /args\[0\]\.deep\[1\]\.callback.*a function/);
    equal(p.isAlive(), false);
    match(String(p), / initial>$/);
    deepEqual(activeChildren(), []);
    // Nothing was started, so it may be tried again.
    bad.deep.length = 0;
    p.start();
    deepEqual(await p.result(), { deep: [] });
    const self = new ctx.Process({
      target: t.echo,
      args: [currentProcess() as unknown],
      module,
    });
    ok(thrown(() => self.start()) instanceof EncodingError);
  });

  test("Process sends its arguments by value at the start", async () => {
    const list: number[] = [];
    const p = new ctx.Process({ target: t.change, args: [list], module });
    list.push(0);
    p.start();
    list.push(5);
    deepEqual(await p.result(), [0, 1]);
    deepEqual(list, [0, 5]);
  });

  test("activeChildren() holds the living, oldest first", async () => {
    const release = cell();
    const children = [cell(), cell(), cell()].map((started) =>
      new ctx.Process({ target: t.waitFor, args: [started, release], module })
    );
    for (const p of children) p.start();
    deepEqual(activeChildren(), children);
    children[1]!.terminate();
    await children[1]!.sentinel;
    deepEqual(activeChildren(), [children[0], children[2]]);
    release.value = 1;
    await Promise.all(children.map((p) => p.join()));
    deepEqual(activeChildren(), []);
    deepEqual(children.map((p) => p.exitcode), [0, -15, 0]);
  });

  test("Process refuses misuse of the running process in a child", async () => {
    const p = new ctx.Process({ target: t.misuseOfSelf, module });
    p.start();
    const errors = await p.result();
    equal(errors.length, 5);
    for (const error of errors) match(error, /^ProcessStateError: Cannot /);
  });
}

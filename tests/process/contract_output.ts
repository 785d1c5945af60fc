/**
 * The part of the contract about what a process writes.
 *
 * @module
 */

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import type { OutputOption } from "../../mod.ts";
import * as o from "../fixtures/writing.ts";
import { ran, rejection, set, type Subject } from "./process_testing.ts";

const module = o.WRITING;

/** So many bytes may wait in pipes of the platform beside those that may be unread. */
const PIPES_BYTES = 2 ** 20;
const UNREAD_BYTES = 256 * 1024;

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>)
    .text();
}

/** Declares the tests. */
export function outputContract({ ctx, method, test }: Subject): void {
  const isOfOwn = method === "spawn" || method === "forkserver";

  test("Tools that inherit a piped stream of their process are collected as elsewhere", async () => {
    const p = new ctx.Process({
      target: o.collectTools,
      module,
      stdout: "piped",
      stderr: "piped",
    });
    p.start();
    const texts = Promise.all([textOf(p.stdout), textOf(p.stderr)]);
    const absent = (name: string) =>
      Array(2).fill(`TypeError: Cannot get '${name}': '${name}' is not piped`);
    deepEqual(await p.result(), [
      ...["true", "out", ...absent("stderr"), "3"],
      ...[...absent("stdout"), "true", "error", "3"],
      ...[...absent("stdout"), ...absent("stderr"), "3"],
    ]);
    deepEqual(await texts, ["out\nout\n", "error\nerror\n"]);
  });

  test("Process.stdout and stderr are what each way of writing writes, in order", async () => {
    const p = new ctx.Process({
      target: o.writeEveryWay,
      stdout: "piped",
      stderr: "piped",
      module,
    });
    p.start();
    const [out, error] = await Promise.all([
      textOf(p.stdout),
      textOf(p.stderr),
    ]);
    deepEqual(out, o.EVERY_WAY_OUT);
    deepEqual(error, o.EVERY_WAY_ERROR);
    equal(await p.result(), "written");
  });

  test("Process.stdout has all that was written before each kind of end", async () => {
    for (const end of ["return", "throw", "exit"] as const) {
      const p = new ctx.Process({
        target: o.writeAndEnd,
        args: [end, 1_000],
        stdout: "piped",
        stderr: "null",
        module,
      });
      await ran(p);
      const lines = (await textOf(p.stdout)).split("\n");
      equal(lines.length, 1_001, end);
      equal(lines[999], "line 999", end);
      equal(p.exitcode, { return: 0, throw: 1, exit: 3 }[end]);
    }
  });

  test("Process.stdout ends, after what was written, when the process is killed", async () => {
    const written = new ctx.Value("i", 0);
    const p = new ctx.Process({
      target: o.writeAndWait,
      args: [written],
      stdout: "piped",
      module,
    });
    p.start();
    await set(written);
    p.kill();
    deepEqual(await textOf(p.stdout), "before the end\n");
    await p.join();
    equal(p.exitcode, -9);
  });

  // Goal: who writes faster than its parent reads waits.
  // Method: the child counts what it has written. Nothing is read until another child
  // has lived its life meanwhile; what is written by then must fit into the pipes.
  test("Process waits while its piped stdout is full, and can be killed then", async () => {
    const written = new ctx.Value("i", 0);
    const make = () =>
      new ctx.Process({
        target: o.writeMuch,
        args: [written, 64],
        stdout: "piped",
        module,
      });
    const p = make();
    p.start();
    await set(written);
    await ran(new ctx.Process({ target: o.nothing, module }));
    ok(written.value * o.PIECE_BYTES <= UNREAD_BYTES + PIPES_BYTES);
    const text = await textOf(p.stdout);
    equal(text.length, 64 * o.PIECE_BYTES);
    await p.join();
    equal(written.value, 64);

    const killed = make();
    killed.start();
    const reader = killed.stdout.getReader();
    await reader.read();
    killed.kill();
    await killed.join();
    equal(killed.exitcode, -9);
    reader.releaseLock();
    let left = 0;
    for await (const bytes of killed.stdout) left += bytes.length;
    ok(left < 63 * o.PIECE_BYTES);
  });

  test("Process goes on when its piped stdout is cancelled", async () => {
    const written = new ctx.Value("i", 0);
    const p = new ctx.Process({
      target: o.logMuch,
      args: [written, 40],
      stdout: "piped",
      module,
    });
    p.start();
    await set(written);
    await p.stdout.cancel();
    await p.join();
    equal(p.exitcode, 0);
    equal(written.value, 40);
  });

  test("Process whose output is null writes nothing", async () => {
    const outer = new ctx.Process({
      target: o.runSilently,
      args: [method],
      stdout: "piped",
      stderr: "piped",
      module,
    });
    outer.start();
    const texts = await Promise.all([
      textOf(outer.stdout),
      textOf(outer.stderr),
    ]);
    deepEqual(texts, ["", ""]);
    equal(await outer.result(), "written");
  });

  test("Process inside a process with piped stdout writes to that", async () => {
    const methods = isOfOwn ? [method] : [method, "spawn"];
    for (const inner of methods) {
      const p = new ctx.Process({
        target: o.runInside,
        args: [inner],
        stdout: "piped",
        module,
      });
      p.start();
      deepEqual(await textOf(p.stdout), "begin\nfrom inside\nend\n", inner);
      await p.join();
    }
  });

  test("Process.stderr has the text of the error that ends the process", async () => {
    const p = new ctx.Process({ target: o.fail, stderr: "piped", module });
    p.start();
    match(await textOf(p.stderr), /^Process .*:\nError: it fails\n {4}at /);
    match((await rejection(p.result())).message, /it fails/);
  });

  test("Process.stdout refuses what it cannot give", () => {
    const p = new ctx.Process({ target: o.nothing, module });
    throws(() => p.stdout, {
      name: "TypeError",
      message:
        `Cannot read stdout of process "${p.name}" as it is not piped: ` +
        `make the process with the option stdout: "piped"`,
    });
    throws(
      () => new ctx.Process({ stderr: "file" as OutputOption }),
      /"stderr" must be "inherit", "piped" or "null": current value is "file"/,
    );
    return Promise.resolve();
  });
}

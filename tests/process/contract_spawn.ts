/**
 * What OS processes add to the contract: signals, streams, no orphans.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { ExitError, Value } from "../../mod.ts";
import {
  eventually,
  isRunning,
  ProgramFolder,
  programUrl,
  runProgram,
} from "../program_testing.ts";
import * as t from "../fixtures/targets.ts";
import { rejection, set, subjectOf } from "./process_testing.ts";

const module = t.TARGETS;

/** Declares the tests of spawned processes. */
export function spawnContract(method: string): void {
  const { ctx, test } = subjectOf(method);
  const cell = () => new ctx.Value("i", 0);

  // A thread or worker ends with its OS process, and has nothing to wait for.
  test("ParentProcess.sentinel and join() settle when the parent is killed", async () => {
    for (const how of ["sentinel", "join"]) {
      const args = [method, how];
      const run = await runProgram(programUrl("parent_end"), { args });
      deepEqual(run.stdout, "the parent is gone\n");
    }
  });

  test("Process that waits for its parent's end does not outlive it, also computing", async () => {
    const args = [method, "compute"];
    const { stdout } = await runProgram(programUrl("parent_end"), { args });
    const pid = Number(stdout);
    ok(pid > 0, stdout);
    await eventually(() => !isRunning(pid), "end of the child");
  });

  test("Process.exitcode is the signal that ended it from outside", async () => {
    for (const [signal, code] of [["SIGKILL", -9], ["SIGTERM", -15]] as const) {
      const started = cell();
      const p = new ctx.Process({
        target: t.awaitForever,
        args: [started],
        module,
      });
      p.start();
      await set(started);
      Deno.kill(p.pid!, signal);
      await p.join();
      equal(p.exitcode, code);
      const error = await rejection(p.result()) as ExitError;
      equal(error.exitcode, code);
      ok(error.message.includes(`-${signal}`));
    }
  });

  test("Process.exitcode is the signal by which it ended itself", async () => {
    const signals: [Deno.Signal, number][] = [["SIGKILL", -9], [
      "SIGTERM",
      -15,
    ]];
    for (const [signal, code] of signals) {
      const p = new ctx.Process({ target: t.killSelf, args: [signal], module });
      p.start();
      await p.join();
      equal(p.exitcode, code);
    }
  });

  test("Process has environment variables of its own", async () => {
    const p = new ctx.Process({
      target: t.environment,
      args: ["MULTIPROCESSING_OWN"],
      env: { MULTIPROCESSING_OWN: "own = mine" },
      module,
    });
    p.start();
    equal(await p.result(), "own = mine");
    equal(Deno.env.get("MULTIPROCESSING_OWN"), undefined);
  });

  test("Process takes and gives 20 MiB", async () => {
    const bytes = new Uint8Array(20 * 2 ** 20);
    for (let i = 0; i < bytes.length; i += 4099) bytes[i] = i & 0xff;
    const p = new ctx.Process({ target: t.echo, args: [bytes], module });
    p.start();
    const back = await p.result() as Uint8Array;
    equal(back.length, bytes.length);
    ok(back.every((byte, i) => byte === bytes[i]));
  });

  // Goal: what a child writes comes out as it was written, byte for byte, although
  // the package's own messages travel on the same stream.
  test("Process has its own stdout, and its stderr passes through", async () => {
    const run = await runProgram(programUrl("noisy"), { args: [method] });
    equal(run.code, 0);
    const line = "x".repeat(1023);
    deepEqual(run.stdout.trimEnd().split("\n"), [line, "result 100000"]);
    const lines = run.stderr.trimEnd().split("\n");
    equal(lines.length, 201);
    ok(lines.slice(0, 200).every((each) => each === line));
    equal(lines[200], "through a command");
  });

  test("Process writes lines to stderr that no other process tears", async () => {
    for (const bytes of [5_000, 70_000]) {
      const args = [method, "3", "40", String(bytes)];
      const run = await runProgram(programUrl("long_lines"), { args });
      equal(run.code, 0);
      const lines = run.stderr.trimEnd().split("\n");
      equal(lines.length, 120);
      ok(lines.every((line) => line === line[0]!.repeat(bytes)));
    }
  });

  /** Kills a program, and looks at its child and grandchild. */
  async function orphaned(how: string, flags: string[]): Promise<string> {
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, programUrl("orphans").href, how, method],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = parent.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    while (text.split("\n").length < 3) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    const pids = text.trim().split("\n").map(Number);
    equal(pids.length, 2, text);
    ok(pids.every(isRunning), "child and grandchild run");
    parent.kill("SIGKILL");
    const killed = performance.now();
    await eventually(
      () => !pids.some(isRunning),
      `end of ${pids.filter(isRunning)}`,
      5_000,
    );
    const took = performance.now() - killed;
    ok(took < 1_000, `took ${took} ms`);
    let after = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      after += value;
    }
    equal(await new Response(parent.stderr).text(), "");
    equal((await parent.status).signal, "SIGKILL");
    return after;
  }

  // Goal: no orphans. With FFI the kernel ends them. Without it a child sees the
  // end of its stdin, though not while it computes.
  const NO_FFI = ["--allow-read", "--allow-run"];
  test("Process ends when its parent is killed", async () => {
    equal(await orphaned("idle", ["-A"]), "");
  });

  test("Process ends when its parent is killed, although it computes", async () => {
    equal(await orphaned("busy", ["-A"]), "");
  });

  test("Process ends when its parent is killed, without FFI", async () => {
    equal(await orphaned("idle", NO_FFI), "");
  });

  // Nothing but the package's own word ends it: neither the kernel, without FFI,
  // nor the end of its stdin, while it computes.
  test("Process that is a busy daemon ends with the program, without FFI", async () => {
    using folder = new ProgramFolder({});
    for (const end of ["return", "exit"]) {
      const run = await runProgram(programUrl("busy_daemon"), {
        flags: [...NO_FFI, "--allow-write"],
        args: [`${folder.path}/${end}`, end, method],
      });
      deepEqual([run.code, run.stderr], [0, ""]);
      const pid = Number(run.stdout);
      await eventually(() => !isRunning(pid), `end of ${pid}`, 2_000);
    }
  });

  test("parentProcess() tells that the parent was killed", async () => {
    const after = await orphaned("listening", NO_FFI);
    match(after, /^(parent lives: false\n){1,2}$/);
  });

  // Goal: what a child or a tool of its own reads is no message of the package, and
  // nothing waits for one. The parent's stdin stays the parent's.
  for (
    const [permissions, flags] of [["", ["-A"]], [
      ", without FFI",
      NO_FFI,
    ]] as const
  ) {
    test(`Process has a stdin that is at its end${permissions}`, async () => {
      const run = await runProgram(programUrl("stdin"), {
        flags,
        args: [method],
        input: "for the parent",
      });
      deepEqual([run.code, run.stderr], [0, ""]);
      const [report = "", own] = run.stdout.trim().split("\n");
      const byTools = permissions === "" ? [0, 0, 0] : [0, 0];
      const read = [null, null, "", "end"];
      const below = [read, read];
      deepEqual(JSON.parse(report), { read, byTools, below });
      equal(own, "for the parent");
    });
  }

  test("Process.interrupt() may be caught by the child", async () => {
    const started = cell();
    const p = new ctx.Process({
      target: async (started: Value<"i">) => {
        const interrupted = new Promise<void>((resolve) =>
          Deno.addSignalListener("SIGINT", resolve)
        );
        started.value = 1;
        await interrupted;
        return "interrupted";
      },
      args: [started],
    });
    p.start();
    await set(started);
    p.interrupt();
    equal(await p.result(), "interrupted");
    equal(p.exitcode, 0);
    match(String(p), /stopped/);
  });
}

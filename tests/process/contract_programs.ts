/**
 * Whole programs: what they print, when they end, and what is left of them.
 *
 * @module
 */

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import {
  eventually,
  isRunning,
  ProgramFolder,
  programUrl,
  type RunOptions,
  runProgram,
} from "../program_testing.ts";
import { UnsupportedError } from "../../mod.ts";
import * as t from "../fixtures/targets.ts";
import { set, type Subject } from "./process_testing.ts";

const linesOf = (text: string) => text.trimEnd().split("\n");

/** Runs a program of the fixtures that is to end well and silently. */
async function output(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string[]> {
  const run = await runProgram(programUrl(name), { args, ...options });
  deepEqual({ code: run.code, stderr: run.stderr }, { code: 0, stderr: "" });
  return linesOf(run.stdout);
}

const SECTION_2 = [
  "parent process counter: 0",
  ...Array.from({ length: 10 }, (_, i) => `child process counter: ${i}`),
  "parent process counter: 10",
];

/** How often the program of section 2 must print the same. */
const REPEATS = 8;

/** Declares the tests that run programs. */
export function programContract({ ctx, method, traits, test }: Subject): void {
  test("Value of a module is shared with every child that imports it", async () => {
    for (let i = 0; i < REPEATS; i++) {
      deepEqual(await output("section2", [method]), SECTION_2);
    }
    deepEqual(await output("module_objects", [method]), [
      JSON.stringify([4, [2.5, 3.5, 4.5], String(2 ** 40 + 3), 103, 8, 100]),
    ]);
  });

  // Goal: the first program of the README runs word for word.
  test("Process runs a program that imports the package by its name", async () => {
    const source = (await Deno.readTextFile(programUrl("section2")))
      .replace("../../../mod.ts", "@multiprocessing/core");
    using folder = new ProgramFolder({ "main.ts": source });
    const run = await runProgram(`${folder.path}/main.ts`, { args: [method] });
    equal(run.stderr, "");
    deepEqual(linesOf(run.stdout), SECTION_2);
    // The configuration is the program's and not that of the working directory.
    const elsewhere = await runProgram(`${folder.path}/main.ts`, {
      args: [method],
      cwd: "/",
    });
    deepEqual(linesOf(elsewhere.stdout), SECTION_2);
  });

  test("Process and its children are numbered in a fresh program", async () => {
    const name = `${method[0]!.toUpperCase()}${method.slice(1)}Process`;
    deepEqual(JSON.parse((await output("names", [method]))[0]!), [
      "Process-1 of MainProcess",
      "Process-1:2 of Process-1",
      "Process-1:2:2 of Process-1:2",
      `${name}-2`,
    ]);
  });

  test("Process.start() without a main guard fails in the child, once", async () => {
    const run = await runProgram(programUrl("unguarded"), { args: [method] });
    equal(run.code, 0);
    const [head, ...rest] = linesOf(run.stdout);
    equal(head, "module runs");
    deepEqual(rest.slice(0, 2), ["module runs", "exit code 1"]);
    equal(rest.length, 3);
    match(
      rest[2]!,
      /^BootstrapError: Cannot start a process .*import\.meta\.main/,
    );
    match(run.stderr, /^Process child:\nBootstrapError: /);
    equal(run.stderr.match(/BootstrapError/g)?.length, 1);
  });

  test("Process runs a target of a module that is still being evaluated", async () => {
    deepEqual(await output("top_level_await", [method]), ["42"]);
  });

  for (const how of ["spin", "wait"]) {
    test(`Process starts a grandchild while the main thread is blocked (${how})`, async () => {
      deepEqual(await output("blocked_root", [method, how]), [
        "main saw 5",
        "0",
      ]);
    });
  }

  test("Process starts although the main thread blocks at once", async () => {
    for (const args of [[method], [method, "many"]]) {
      const lines = await output("blocked_at_once", args);
      deepEqual(lines, ["main saw it", "0 true"]);
    }
  });

  test("Process that is a daemon ends with the program", async () => {
    // One that is still booting is ended at any stage of it: more than one try.
    const atOnce = Array(6).fill("daemon at once");
    for (const what of ["daemon", "busy daemon", ...atOnce]) {
      const [line, ...more] = await output("ends", [method, what]);
      deepEqual(more, []);
      match(line!, /^end of main \d+$/);
      const pid = Number(line!.split(" ").at(-1));
      await eventually(() => pid === 0 || !isRunning(pid), `end of ${what}`);
    }
  });

  test("Process that is no daemon is waited for", async () => {
    deepEqual(await output("ends", [method, "non-daemon"]), [
      "end of main",
      "child is done",
    ]);
    deepEqual(await output("ends", [method, "grandchild"]), [
      "end of main",
      "parent of the child is done",
      "child is done",
    ]);
  });

  test("Process ends with a program that exits or fails", async () => {
    const exits = await runProgram(programUrl("ends"), {
      args: [method, "exit"],
    });
    equal(exits.code, 3);
    equal(exits.stderr, "");
    const fails = await runProgram(programUrl("ends"), {
      args: [method, "throw"],
    });
    equal(fails.code, 1);
    match(fails.stderr, /main fails/);
    for (const { stdout } of [exits, fails]) {
      match(stdout, /^\w+ of main \d+\n$/);
      const pid = Number(stdout.trim().split(" ").at(-1));
      await eventually(() => !isRunning(pid), "end of the child");
    }
  });

  // Goal: after a stop nothing burns, nothing is printed, and the program ends.
  // The time in the program is a window of measurement, not a rendezvous.
  test("Process leaves nothing behind when it is stopped", async () => {
    const [line] = await output("stops", [method]);
    const { report, ticks, alive } = JSON.parse(line!) as {
      report: [string, number][];
      ticks: number;
      alive: number[];
    };
    for (const [stage, code] of report) {
      equal(code, stage.startsWith("kill") ? -9 : -15, stage);
    }
    equal(report.length, traits.stopsWhileBusy ? 11 : 5);
    ok(ticks < 15, `${ticks * 10} ms of CPU in 300 ms after the end`);
    deepEqual(alive, []);
  });

  test("Process lets go of its arguments when it has ended", async () => {
    const { stdout } = await runProgram(programUrl("lets_go"), {
      flags: ["-A", "--v8-flags=--expose-gc"],
      args: [method],
    });
    equal(stdout, "false,false 2\n");
  });

  if (!traits.stopsWhileBusy) {
    // The bounds: what a load of modules may take is not given to one that computes.
    test("Process.shutdown() rejects soon after its grace", async () => {
      const begun = new ctx.Value("i", 0);
      const p = new ctx.Process({
        target: t.spinWhile,
        args: [begun],
        module: t.TARGETS,
      });
      p.start();
      await set(begun);
      const start = performance.now();
      await rejects(p.shutdown({ grace: 100 }), UnsupportedError);
      const took = performance.now() - start;
      begun.value = 0;
      await p.join();
      ok(took < 1_500, `took ${took} ms`);
    });

    test("Process.shutdown() rejects when a busy worker cannot be stopped", async () => {
      for (const kind of ["daemon", "waited"]) {
        const [line] = await output("busy_worker", ["shutdown", kind], {
          deadlineMs: 8_000,
        });
        match(
          line!,
          /^UnsupportedError: Cannot shut down .*"thread" or "spawn"/,
        );
      }
    });

    test("Process.terminate() of a busy worker lets the program end", async () => {
      for (const kind of ["daemon", "waited"]) {
        const [line] = await output("busy_worker", ["terminate", kind], {
          deadlineMs: 8_000,
        });
        equal(line, "false");
      }
    });
  }
}

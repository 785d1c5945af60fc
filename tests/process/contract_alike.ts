/**
 * Functions and classes that look the same: the one that was given runs, or none.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { AmbiguousTargetError, ProcessError } from "../../mod.ts";
import {
  ProgramFolder,
  programUrl,
  runProgram,
  UNSEEN,
} from "../program_testing.ts";
import * as t from "../fixtures/targets.ts";
import { rejection, type Subject } from "./process_testing.ts";

const UNLIKE = new URL("../fixtures/unlike_parent.ts", import.meta.url);

// As `unlike_parent.ts` has them.
function made(factor: number) {
  const functions = [(x: number) => x * factor, (x: number) => x + 1] as const;
  return { open: functions[0], closed: functions[1] };
}

const ofOneMaker = (factor: number) => (x: number) => x * factor;
export const [byTwo, byThree] = [2, 3].map(ofOneMaker);

/** Declares the tests of what looks the same. */
export function alikeContract({ ctx, method, test }: Subject): void {
  test("Process asks its parent for its function at any depth", async () => {
    using folder = new ProgramFolder({
      "main.ts": `
        import { getContext, Value } from "@multiprocessing/core";
        const counter = new (getContext("${method}").Value)("i", 0);
        export async function count(levels: number): Promise<number> {
          counter.add(1);
          if (levels === 0) return counter.value;
          const { Process } = getContext("${method}");
          const p = new Process({ target: count, args: [levels - 1] });
          p.start();
          return await p.result();
        }
        if (import.meta.main) console.log(await count(3));`,
    });
    const run = await runProgram(`${folder.path}/main.ts`);
    deepEqual([run.stdout, run.stderr], ["4\n", ""]);
  });

  test("Process and Pool tell apart what looks the same in a program that still evaluates", async () => {
    const hidden = [
      "no export of the same maker",
      "no export of the same name",
      "local function of the same name",
      "another local function",
    ];
    for (const isSeen of [true, false]) {
      const { code, stdout } = await runProgram(programUrl("alike"), {
        flags: isSeen ? ["-A"] : UNSEEN,
        args: [method],
        deadlineMs: 90_000,
      });
      const [processes, tasks] = stdout.trim().split("\n").map((line) =>
        JSON.parse(line)
      );
      equal(code, 0);
      const local = (values: Record<string, string>) =>
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            name,
            hidden.includes(name) && !isSeen ? "ReferenceError" : value,
          ]),
        );
      deepEqual(
        processes,
        local({
          half: "5",
          triple: "30",
          "no export of the same maker": "11",
          scaled: "20",
          "another name": "50",
          "no export of the same name": "70",
          Two: "2",
          Three: "3",
          "no exported class": "ProcessError",
          "local function of the same name": "90",
          doubled: "20",
        }),
      );
      deepEqual(
        tasks,
        local({
          half: "5",
          triple: "30",
          "no export of the same maker": "11",
          "no export of the same name": "70",
          scaled: "20",
          "local function of the same name": "90",
          doubled: "20",
          "another local function": "80",
        }),
      );
    }
  });

  test("A function beside an export of the same look is told from it where the source cannot be read", async () => {
    const program = `
      import { getContext } from "${new URL("../../mod.ts", import.meta.url)}";
      const times = (factor) => function scale(x) { return x * factor; };
      export const scale = times(2);
      const hidden = times(3);
      if (import.meta.main) {
        const { Pool, Process } = getContext("${method}");
        const seen = [];
        const see = async (result) =>
          seen.push(await result.catch(({ name }) => name));
        for (const target of [hidden, scale, hidden]) {
          const p = new Process({ target, args: [10] });
          p.start();
          await see(p.result());
          await using pool = new Pool(1);
          await see(pool.apply(target, [10]));
        }
        console.log(JSON.stringify(seen));
      }`;
    const url = `data:text/javascript,${encodeURIComponent(program)}`;
    const seen = await runProgram(url, { deadlineMs: 90_000 });
    deepEqual(JSON.parse(seen.stdout || seen.stderr), [30, 30, 20, 20, 30, 30]);
    const { stdout, stderr } = await runProgram(url, {
      flags: UNSEEN,
      deadlineMs: 90_000,
    });
    const hidden = ["ReferenceError", "ReferenceError"];
    deepEqual(JSON.parse(stdout || stderr), [...hidden, 20, 20, ...hidden]);
  });

  test("Process runs the very export that it was given among equal texts", async () => {
    const children = [byTwo!, byThree!, byTwo!].map((target) =>
      new ctx.Process({ target, args: [10] })
    );
    for (const p of children) p.start();
    const results = await Promise.all(children.map((p) => p.result()));
    deepEqual(results, [20, 30, 20]);
  });

  test("Process refuses a closure that may be an export, where nobody can tell", async () => {
    const { open, closed } = made(3);
    const p = new ctx.Process({ target: open, args: [10], module: UNLIKE });
    const q = new ctx.Process({ target: closed, args: [10], module: UNLIKE });
    p.start();
    q.start();
    const error = await rejection(p.result());
    ok(error instanceof AmbiguousTargetError, String(error));
    match(error.message, /export "open" of .*unlike_parent.*address.*`scope`/s);
    // What says all that it does is right whichever it is.
    equal(await q.result(), 11);
  });

  test("Process refuses another function under the name of an export", async () => {
    const add = (a: number, b: number) => a - b;
    const p = new ctx.Process({
      target: add,
      args: [1, 2],
      module: t.TARGETS,
    });
    p.start();
    const error = await rejection(p.result());
    ok(error instanceof ProcessError);
    match(error.message, /another function under this name/);
  });
}

/**
 * The log, and the records of children.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { getLogger, type LogHandler } from "../../mod.ts";
import * as l from "../fixtures/logs.ts";
import { programUrl, runProgram } from "../program_testing.ts";
import { ran, type Subject } from "./process_testing.ts";

/** What reaches a handler of this process meanwhile. */
async function collected(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const handler: LogHandler = ({ line }) => void lines.push(line);
  const logger = getLogger();
  logger.addHandler(handler);
  try {
    await run();
  } finally {
    logger.removeHandler(handler);
    logger.setLevel("NOTSET");
  }
  return lines;
}

/** Those that are not about the life of processes. */
const told = (lines: string[]) =>
  lines.filter((line) => !/] process "/.test(line));

const WARNINGS = (name: string) => [
  `[WARNING/${name}] e`,
  `[ERROR/${name}] f g`,
  `[CRITICAL/${name}] h`,
  `[Level 33/${name}] i`,
];

/** Declares the tests of the log. */
export function logContract({ ctx, method, traits, test }: Subject): void {
  const module = l.LOGS;

  test("getLogger() of a child reaches the parent's handlers, with its name", async () => {
    const lines = await collected(() =>
      ran(new ctx.Process({ target: l.logAll, module, name: "Kid" }))
    );
    deepEqual(lines, WARNINGS("Kid"));
  });

  test("getLogger() of a child has the level of its parent's", async () => {
    const lines = await collected(() => {
      getLogger().setLevel("INFO");
      return ran(new ctx.Process({ target: l.logAll, module, name: "Kid" }));
    });
    const [c, d, ...rest] = told(lines);
    deepEqual([c, d], ["[INFO/Kid] c [ 1 ]", "[SUBWARNING/Kid] d"]);
    deepEqual(rest, WARNINGS("Kid"));
    match(lines[0]!, /^\[INFO\/MainProcess\] process "Kid" started in OS pro/);
    match(
      lines.at(-1)!,
      /^\[INFO\/MainProcess\] process "Kid" ended with .* 0/,
    );
  });

  test("Logger.setLevel() in a child is its own", async () => {
    const lines = await collected(() =>
      ran(new ctx.Process({ target: l.logMore, module, name: "Kid" }))
    );
    deepEqual(lines, ["[DEBUG/Kid] more"]);
  });

  test("getLogger() of a grandchild reaches all handlers above", async () => {
    const p = new ctx.Process({
      target: l.logBelow,
      args: [method],
      module,
    });
    const numbered = (lines: string[]) =>
      lines.map((line) => line.replace(/\/\w+-\d+:1]/, "/P-1:1]"));
    const lines = await collected(async () => {
      p.start();
      deepEqual(numbered(await p.result()), WARNINGS("P-1:1"));
    });
    deepEqual(numbered(lines), WARNINGS("P-1:1"));
  });

  test("Logger.error() is not lost when the child ends in the next line", async () => {
    const lines = await collected(() =>
      ran(new ctx.Process({ target: l.logAndExit, module, name: "Kid" }))
    );
    deepEqual(lines, ["[ERROR/Kid] last words"]);
  });

  test("logToStderr() in a child leaves handlers their records", async () => {
    const lines = await collected(() =>
      ran(new ctx.Process({ target: l.logHere, module, name: "Kid" }))
    );
    deepEqual(lines, ["[INFO/Kid] here"]);
  });

  test("logToStderr() in every process prints each record once", async () => {
    const run = await runProgram(programUrl("logs"), { args: [method] });
    equal(run.code, 0);
    const printed = run.stderr.trimEnd().split("\n");
    deepEqual([...printed].sort(), JSON.parse(run.stdout).sort());
    deepEqual(told(printed).sort(), [
      "[INFO/Process-1] at work",
      "[WARNING/MainProcess] done",
    ]);
    equal(printed.length, 4);
    if (traits.ownEnv) return;
    // An isolate prints by itself, while its parent blocks.
    equal(told(printed)[0], "[INFO/Process-1] at work");
  });
}

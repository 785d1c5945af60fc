/**
 * Children that fail: what their parent sees, and what stands on stderr.
 *
 * They run in programs of their own, one a method, since what they write on stderr
 * is looked at.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { programUrl, type Run, runProgram } from "../program_testing.ts";
import type { Seen } from "../fixtures/programs/failures.ts";
import type { Subject } from "./process_testing.ts";

/** How each failing child is seen: name, message and built-in class of the error. */
const FAILING: Readonly<Record<string, [string, string, string]>> = {
  error: ["ColdError", "-5 degrees", "RangeError"],
  rejection: ["TypeError", "later", "TypeError"],
  unhandled: ["RangeError", "nobody awaits", "RangeError"],
  timer: ["RangeError", "in a timer", "RangeError"],
  hidden: ["RangeError", "cannot be shown", "RangeError"],
  hiddenInTimer: ["RangeError", "cannot be shown later", "RangeError"],
  handler: ["RangeError", "in a handler", "RangeError"],
  reported: ["RangeError", "reported", "RangeError"],
  leftBehind: ["RangeError", "left behind", "RangeError"],
  leftLater: ["RangeError", "left later", "RangeError"],
  leftTask: ["RangeError", "left task", "RangeError"],
  leftByBoth: ["RangeError", "left by both", "RangeError"],
};

/** What throws something that is no error. */
const VALUES = ["text", "nothing", "null", "undefinedInTimer", "revoked"];

function seenIn({ stdout }: Run): Map<string, Seen> {
  const seen = stdout.trim().split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Seen);
  return new Map(seen.map((one) => [one.kind, one]));
}

/** Declares the tests of failing children. */
export function failureContract({ method, traits, test }: Subject): void {
  test("Process that fails ends with 1, its stack on stderr and its error in result()", async (t) => {
    const kinds = [
      ...Object.keys(FAILING),
      ...VALUES,
      "prevented",
      "preventedError",
      "leftPrevented",
      "leftToNode",
      "leftCaught",
    ];
    const run = await runProgram(programUrl("failures"), {
      args: [method, ...kinds],
    });
    const seen = seenIn(run);
    await t.step("the parent lives on", () => {
      equal(run.code, 0);
      deepEqual([...seen.keys()], kinds);
    });
    for (const [kind, [name, message, builtin]] of Object.entries(FAILING)) {
      await t.step(kind, () => {
        const { joined, exitcode, error } = seen.get(kind)!;
        equal(joined, true);
        equal(exitcode, 1);
        equal(error?.name, name);
        equal(error.message, message);
        deepEqual(error.builtin, [builtin]);
        match(error.causes[0]!, new RegExp(`^RemoteError: .*"${kind}"`));
        match(error.childStack, /fixtures\/failing\.ts:\d+/);
        ok(!error.stack.includes("failing.ts"), "keeps the parent's own stack");
        match(
          run.stderr,
          new RegExp(
            `^Process ${kind}:\n${name}: ${message}\n +at .*failing`,
            "m",
          ),
        );
      });
    }
    await t.step("own fields and causes travel with an error", () => {
      const error = seen.get("error")!.error!;
      equal(error.fields["degrees"], -5);
      equal(error.causes[1], "SyntaxError: the root of it");
    });
    await t.step("what is thrown need not be an error", () => {
      deepEqual(
        VALUES.map((kind) => seen.get(kind)!.exitcode),
        VALUES.map(() => 1),
      );
      equal(seen.get("undefinedInTimer")!.error!.message, "undefined");
      match(seen.get("revoked")!.error!.message, /^\[Not sent: .*throws when/);
      match(run.stderr, /^Process revoked:\na value that throws when it is/m);
      equal(seen.get("text")!.error!.message, "just text");
      match(run.stderr, /^Process text:\n"?just text"?$/m);
    });
    await t.step("a handler of the child's own may keep it alive", () => {
      const { exitcode, result } = seen.get("prevented")!;
      deepEqual([exitcode, result], [0, "alive after prevented"]);
      match(
        String(seen.get("preventedError")!.result),
        /^alive after .*prevented/,
      );
      for (const kind of ["leftPrevented", "leftToNode", "leftCaught"]) {
        const { exitcode, result } = seen.get(kind)!;
        deepEqual([kind, exitcode, result], [kind, 0, "alive"]);
      }
      ok(!run.stderr.includes("revented"));
    });
    await t.step("every failure is told once", () => {
      const heads = run.stderr.match(/^Process \w+:$/gm) ?? [];
      deepEqual(
        heads.map((head) => head.slice(8, -1)),
        [...Object.keys(FAILING), ...VALUES],
      );
      ok(!run.stderr.includes("Uncaught (in"));
    });
  });

  if (traits.limitsHeap) {
    test("Process that runs out of heap ends alone", async () => {
      const run = await runProgram(programUrl("failures"), {
        args: [method, "heap"],
      });
      equal(run.code, 0);
      const { joined, exitcode, error } = seenIn(run).get("heap")!;
      equal(joined, true);
      ok(exitcode !== 0 && exitcode !== null);
      equal(error?.name, "ExitError");
      match(error.message, /ran out of heap|heap limit|memory/);
    });
  }
}

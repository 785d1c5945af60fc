/**
 * `explain()`: reports what travels with a function.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { callSites } from "../base/call_sites.ts";
import { expectOptions } from "../base/options.ts";
import type { UsedThing } from "../functions/capture.ts";
import defer * as targets from "../functions/target.ts";
import { destinationOf } from "../launch/launcher.ts";
import { defaultMethod, launcherOf } from "../launch/registry.ts";
import { getStartMethod } from "./default.ts";

/**
 * Options of `explain()`.
 *
 * @example For another OS process
 * ```ts
 * import { explain, type ExplainOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ExplainOptions = { method: "spawn" };
 * equal(explain((x: number) => x + 1, options).kind, "text");
 * ```
 */
export interface ExplainOptions {
  /**
   * The start method under which the function is to run.
   *
   * @default {the start method of the program}
   */
  readonly method?: string;
  /** The module that exports the function, as in `ProcessOptions`. */
  readonly module?: string | URL;
  /** Free variables of the function, as in `ProcessOptions`. */
  readonly scope?: Readonly<Record<string, unknown>>;
}

/**
 * The report of `explain()`.
 *
 * @example A small report
 * ```ts
 * import { explain, type Explanation } from "@multiprocessing/core";
 *
 * const report = ({ kind, bytes, uses }: Explanation) =>
 *   `${kind}, ${bytes} bytes, uses ${uses.map(({ path }) => path).join(", ")}`;
 * console.log(report(explain(function twice(x: number) {
 *   return 2 * x;
 * })));
 * ```
 */
export interface Explanation {
  /**
   * - `export`: the child imports the function.
   * - `text`: the function travels as text, and uses nothing else.
   * - `captured`: the function travels as text, together with what it uses.
   * - `unseen`: the child asks whether its module exports it; else the function travels
   *   as text, with the option `scope`. What it uses cannot be seen without
   *   `--allow-sys`.
   */
  readonly kind: "export" | "text" | "captured" | "unseen";
  /** The name of the function. */
  readonly name: string;
  /**
   * The module from which it is imported, or to which `import()` in it is relative.
   */
  readonly module: string | null;
  /** The approximate number of bytes that travel: texts and values, not imports. */
  readonly bytes: number;
  /** What it uses, directly or indirectly, in the order in which it was found. */
  readonly uses: readonly UsedThing[];
}

/**
 * Reports what travels with a function to a process or a pool: how it is found
 * there, what it uses, and how large that is. Nothing is started.
 *
 * @example A helper and a table
 * ```ts
 * import { explain } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const table = new Map([[1, "a"]]);
 * const helper = (x: number) => table.get(x);
 * const { kind, uses } = explain(function work(x: number) {
 *   return helper(x);
 * });
 * if (kind === "captured") {
 *   deepEqual(uses.map(({ path, as }) => `${path}: ${as}`), [
 *     "work → helper: function",
 *     "work → helper → table: value",
 *   ]);
 * }
 * ```
 *
 * @param target The function.
 * @param options The start method, and the options of the function.
 * @returns The report.
 * @throws {TypeError} If `target` is a class, or native or bound.
 * @throws {EncodingError} If it uses a value that cannot be sent.
 * @throws {StartMethodError} If the start method is unknown.
 */
export function explain(
  target: (...args: never[]) => unknown,
  options: ExplainOptions = {},
): Explanation {
  expectOptions(options, "explain a function", '{ method: "spawn" }');
  if (typeof target !== "function") {
    throw new TypeError(
      `Cannot explain a function as "target" must be one: current value is ${typeof target}`,
    );
  }
  const { method = methodOfProgram(), module, scope } = options;
  const { spec, found } = targets.functionSpec({
    target,
    module,
    // To look at the stack takes longer than all else about an export.
    caller: module === undefined ? callSites(explain, 1)[0] ?? null : null,
    scope,
    destination: destinationOf(launcherOf(method).traits, undefined),
  });
  const { name } = spec;
  if (spec.kind === "captured") {
    const [part] = spec.code.parts;
    const home = part?.kind === "text" ? part.module : null;
    const { bytes = 0, uses = [] } = found?.kind === "captured" ? found : {};
    return { kind: "captured", name, module: home, bytes, uses };
  }
  const { source: { length: bytes } } = spec;
  const about = { name, module: spec.module, uses: [] };
  switch (spec.match.by) {
    case "identity":
    case "name":
      return { kind: "export", bytes: 0, ...about };
    case "text":
      return { kind: found === null ? "unseen" : "text", bytes, ...about };
    case "parent":
      // Of a module that was named it can be nothing else.
      return spec.certain
        ? { kind: "export", bytes: 0, ...about }
        : { kind: "unseen", bytes, ...about };
    default:
      return unreachable(spec.match);
  }
}

/** The start method of the program; to explain a function does not choose one. */
function methodOfProgram(): string {
  return getStartMethod({ allowNone: true }) ?? defaultMethod();
}

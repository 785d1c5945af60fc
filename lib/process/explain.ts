/**
 * What travels with a function.
 *
 * @module
 */

import { callSites } from "../base/call_sites.ts";
import { expectOptions } from "../base/options.ts";
import { functionSpec } from "../functions/target.ts";
import { destinationOf } from "../launch/launcher.ts";
import { defaultMethod, launcherOf } from "../launch/registry.ts";

/**
 * How a function is to be looked at; see `explain()`.
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
   * The start method under which it is to run.
   *
   * @default {the program's}
   */
  readonly method?: string;
  /** The module that exports it, as in `ProcessOptions`. */
  readonly module?: string | URL;
  /** Free variables of it, as in `ProcessOptions`. */
  readonly scope?: Readonly<Record<string, unknown>>;
}

/**
 * One thing that a function uses.
 *
 * @example The largest of them
 * ```ts
 * import { explain, type UsedThing } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const table = [1, 2, 3];
 * const { uses } = explain((i: number) => table[i]);
 * const [largest]: readonly UsedThing[] = uses;
 * equal(largest?.as ?? "not seen", uses.length > 0 ? "value" : "not seen");
 * ```
 */
export interface UsedThing {
  /** The way to it, as in `work → helper → table`. */
  readonly path: string;
  /** How it goes: imported there, by its text, by its value, or as a global. */
  readonly as: "export" | "function" | "class" | "value" | "global" | "symbol";
  /** The module that an export is imported from, or that a text is of. */
  readonly module: string | null;
  /** About how many bytes of values go along for it. */
  readonly bytes: number;
}

/**
 * What travels with a function.
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
   * - `export`: the child imports it.
   * - `text`: its text is all.
   * - `captured`: its text, and what it uses.
   * - `unseen`: its text, and what the option `scope` gives; what it uses cannot be
   *   seen without `--allow-sys`.
   */
  readonly kind: "export" | "text" | "captured" | "unseen";
  /** The name of the function. */
  readonly name: string;
  /** The module that it is imported from, or that `import()` in it is relative to. */
  readonly module: string | null;
  /** About how many bytes travel: texts and values, without what is imported. */
  readonly bytes: number;
  /** What it uses, and what that uses, in the order in which it was found. */
  readonly uses: readonly UsedThing[];
}

/**
 * Says what travels with a function when a process or a pool is given it: how it is
 * found there, what it uses, and how large that is. Nothing is started.
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
 * @param options Where it is to run, and what it is given.
 * @returns What travels.
 * @throws {TypeError} If it is a class, or native or bound.
 * @throws {EncodingError} If it uses what cannot be sent.
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
  const { method = defaultMethod(), module, scope } = options;
  const { spec, found } = functionSpec({
    target,
    module,
    caller: callSites(explain, 1)[0] ?? null,
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
  const isText = spec.match.by === "text";
  return {
    kind: !isText ? "export" : found === null ? "unseen" : "text",
    name,
    module: spec.module,
    bytes: isText ? spec.source.length : 0,
    uses: [],
  };
}

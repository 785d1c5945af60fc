/**
 * From the order to the function: what a child does to find what it runs.
 *
 * @module
 */

import type * as Errors from "../base/errors.ts";
import {
  byName,
  type Exports,
  type Loaders,
  type MatchedSpec,
  namesOfAlike,
  type TargetFunction,
} from "../wire/protocol/child_context.ts";
import {
  CAPTURED,
  type CapturedCode,
  type CapturedValues,
} from "../wire/protocol/captured.ts";
import { importFrom, loadModule } from "../wire/protocol/load_module.ts";
import type { StartBody, TargetSpec } from "../wire/protocol/messages.ts";
import type { Import, Rehomed } from "./text_function.ts";
import type { IdentityAnswer } from "./export_identity.ts";

const ERRORS = new URL("../base/errors.ts", import.meta.url).href;

/** The classes of errors, loaded when one is thrown: 0.5 ms of a worker's start. */
export async function loadErrors(loaders: Loaders): Promise<typeof Errors> {
  return await loadModule(ERRORS, loaders) as typeof Errors;
}

/** The function that a module exports under a name. */
async function exported(
  exports: Exports,
  { module, name }: { module: string; name: string },
  loaders: Loaders,
): Promise<TargetFunction> {
  const value = exports[name];
  if (typeof value === "function") return value as TargetFunction;
  const { ProcessError } = await loadErrors(loaders);
  throw new ProcessError(
    `Cannot run "${name}" of ${module} as it must be an exported function: ` +
      `the module exports ${Object.keys(exports).join(", ") || "nothing"}`,
  );
}

/** An order for a function. */
export type FunctionToFind = Exclude<
  TargetSpec,
  { kind: "nothing" | "class" }
>;

/** What is loaded when it is needed, and rarely is. */
export interface Help {
  /** Asks the parent which of these exports of a module it means. */
  ask(module: string, names: readonly string[]): Promise<IdentityAnswer>;
  /** Has the imports of a text lead to the module that it comes from. */
  rehome(source: string, module: string | null, load: Import): Promise<Rehomed>;
  /** Makes a function again that was captured. */
  rebuild(
    code: CapturedCode,
    values: CapturedValues,
    loaders: Loaders,
  ): Promise<TargetFunction>;
}

/** The function that an order means: an export, or one made from its text. */
export async function findFunction(
  spec: FunctionToFind,
  scope: StartBody["scope"],
  loaders: Loaders,
  help: Help,
): Promise<TargetFunction> {
  if (spec.kind === "address") {
    return await exported(
      await loadModule(spec.module, loaders),
      spec,
      loaders,
    );
  }
  if (spec.kind === "captured") {
    const values = scope[CAPTURED] as CapturedValues;
    return await help.rebuild(spec.code, values, loaders);
  }
  const exports = await exportsFor(spec, loaders);
  const found = await exportFor(exports, spec, loaders, help);
  if (found !== undefined) return found;
  if (spec.certain && spec.match.by !== "text") {
    const { ProcessError } = await loadErrors(loaders);
    throw new ProcessError(notExported(exports, spec));
  }
  return await fromText(spec, scope, help);
}

function notExported(
  exports: Exports,
  { name, module }: MatchedSpec,
): string {
  const shown = `"${name || "anonymous"}" of ${module}`;
  return typeof exports[name] === "function"
    ? `Cannot run ${shown} as the module exports another function under this ` +
      `name: give the export itself, or its address { module, name }`
    : `Cannot run ${shown} as it must be an exported function: the module ` +
      `exports ${Object.keys(exports).join(", ") || "nothing"}`;
}

/** The export that an order means; undefined where it means none. */
export async function exportFor(
  exports: Exports,
  spec: MatchedSpec,
  loaders: Loaders,
  { ask }: Pick<Help, "ask">,
): Promise<TargetFunction | undefined> {
  const { module } = spec;
  const found = byName(exports, spec);
  if (found !== undefined || module === null) return found;
  const names = namesOfAlike(exports, spec);
  if (names.length === 0) return undefined;
  const answer = await ask(module, names);
  switch (answer.kind) {
    case "none":
      return undefined;
    case "export":
      if (names.includes(answer.name)) {
        return exports[answer.name] as TargetFunction;
      }
      break;
    case "unknown":
    case "silent":
      break;
    default:
      answer satisfies never;
  }
  const { AmbiguousTargetError } = await loadErrors(loaders);
  throw new AmbiguousTargetError(
    ambiguous(spec, names, answer.kind === "silent"),
  );
}

function ambiguous(
  { kind, name, module }: MatchedSpec,
  names: readonly string[],
  isSilent: boolean,
): string {
  const why = isSilent
    ? "and the parent, which could tell, blocks and does not answer"
    : "and what it closes over may differ";
  return `Cannot tell which ${kind} "${name || "anonymous"}" is as ${
    listed(names)
  } of ${module} ${
    names.length === 1 ? "has" : "have"
  } the same text, ${why}: ` +
    `give its address { module, name }, export it under its own name, or give ` +
    `what it uses in the option \`scope\``;
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const word = quoted.length === 1 ? "the export" : "the exports";
  return `${word} ${quoted.join(", ")}`;
}

/**
 * The exports among which a function may be. A module that was only guessed from
 * the caller's stack may not exist as a file, as in a notebook: then there are
 * none.
 */
async function exportsFor(
  { module, certain, match }: Extract<TargetSpec, { kind: "function" }>,
  loaders: Loaders,
): Promise<Exports> {
  if (module === null || match.by === "text") return {};
  try {
    return await loadModule(module, loaders);
  } catch (error) {
    if (!certain && isMissing(error, module)) return {};
    throw error;
  }
}

function isMissing(error: unknown, module: string): boolean {
  return error instanceof TypeError &&
    error.message.startsWith(`Module not found "${module}"`);
}

async function fromText(
  { name, source, module, match }: Extract<TargetSpec, { kind: "function" }>,
  scope: StartBody["scope"],
  help: Help,
): Promise<TargetFunction> {
  const home = source.includes("import")
    ? await help.rehome(source, module, importFrom)
    : { source, scope: {} };
  const target = evaluate(home.source, { ...scope, ...home.scope });
  return async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      const isWhole = match.by === "text" && match.isWhole === true;
      if (error instanceof ReferenceError && !isWhole) explainText(error, name);
      throw error;
    }
  };
}

/** Evaluates a function's text, which is also a method's: `run() { ... }`. */
function evaluate(source: string, scope: StartBody["scope"]): TargetFunction {
  const build = (expression: string) =>
    new Function(...Object.keys(scope), `"use strict"; return ${expression};`);
  const values = Object.values(scope);
  try {
    return build(`(${source})`)(...values);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return Object.values(
      build(`({ ${source} })`)(...values),
    )[0] as TargetFunction;
  }
}

function explainText(error: ReferenceError, name: string): void {
  error.message +=
    ` (function "${
      name || "anonymous"
    }" is not exported by the module that made the process and so travels as text, ` +
    "without its module: export it, name its module in the option `module`, give " +
    "what it uses in the option `scope`, or run the program with --allow-sys, and " +
    "what it uses goes along)";
}

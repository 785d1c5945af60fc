/**
 * What a child does to find a function that is no export beyond doubt: it asks its
 * parent, evaluates a text, or says why there is none.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { AmbiguousTargetError, ProcessError } from "../base/errors.ts";
import type {
  Exports,
  TargetFunction,
} from "../wire/protocol/child_context.ts";
import { byName, type MatchedSpec, namesOfAlike } from "./export_match.ts";
import { CAPTURED, type CapturedValues } from "../wire/protocol/captured.ts";
import { importFrom } from "../wire/protocol/load_module.ts";
import type { StartBody, TargetSpec } from "../wire/protocol/messages.ts";
import { askIdentity } from "./export_identity.ts";
import { broughtBy, noteBrought } from "../wire/serialization/known_classes.ts";
import { methodOf, rebuild } from "./rebuild.ts";
import type { Finding, FunctionToFind, Subject } from "./resolve.ts";
import { withModule } from "./text_imports.ts";

/** Finds a function that is not among the exports of its module beyond doubt. */
export async function findSlowly(
  spec: FunctionToFind,
  exports: Exports,
  scope: StartBody["scope"],
  { loaders, subject }: Finding,
): Promise<TargetFunction> {
  switch (spec.kind) {
    case "address":
      throw new ProcessError(notFunction(exports, spec));
    case "captured": {
      const values = scope[CAPTURED] as CapturedValues;
      const made = await rebuild(spec.code, values, loaders);
      return spec.isOfSession ? explaining(made, spec.name, true) : made;
    }
    case "function":
      return await exportFor(exports, spec, subject) ??
        fromText(spec, exports, scope);
    default:
      return unreachable(spec);
  }
}

function notFunction(
  exports: Exports,
  { module, name }: { readonly module: string | null; readonly name: string },
): string {
  return `Cannot run "${name || "anonymous"}" of ${module} as it must be an ` +
    `exported function: the module exports ` +
    `${Object.keys(exports).join(", ") || "nothing"}`;
}

function notExported(exports: Exports, spec: MatchedSpec): string {
  const { name, module } = spec;
  return typeof exports[name] === "function"
    ? `Cannot run "${
      name || "anonymous"
    }" of ${module} as the module exports ` +
      `another function under this name: give the export itself, or its address ` +
      `{ module, name }`
    : notFunction(exports, spec);
}

/** The export that an order means; undefined where it means none. */
export async function exportFor(
  exports: Exports,
  spec: MatchedSpec,
  subject: Subject,
): Promise<TargetFunction | undefined> {
  const { module } = spec;
  const found = byName(exports, spec);
  if (found !== undefined || module === null) return found;
  const names = namesOfAlike(exports, spec);
  if (names.length === 0) return undefined;
  const answer = await askIdentity(subject, module, names);
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

function fromText(
  spec: Extract<TargetSpec, { kind: "function" }>,
  exports: Exports,
  scope: StartBody["scope"],
): TargetFunction {
  const { name, source, module, match, certain } = spec;
  if (certain && match.by !== "text") {
    throw new ProcessError(notExported(exports, spec));
  }
  const home = withModule(source, module, importFrom);
  const target = evaluate(home.source, { ...scope, ...home.scope });
  const from = match.by === "text" ? match.from : undefined;
  return from === "whole"
    ? target
    : explaining(target, name, from === "session");
}

/** A function whose `ReferenceError`s say what can be done about them. */
function explaining(
  target: TargetFunction,
  name: string,
  isOfSession: boolean,
): TargetFunction {
  const explained: TargetFunction = async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      if (error instanceof ReferenceError) {
        error.message += ` (${whyUndefined(name, isOfSession)})`;
      }
      throw error;
    }
  };
  noteBrought(explained, broughtBy(target));
  return explained;
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
    return methodOf(build(`({ ${source} })`)(...values)) as TargetFunction;
  }
}

function whyUndefined(name: string, isOfSession: boolean): string {
  const which = `function "${name || "anonymous"}"`;
  return isOfSession
    ? `${which} takes along what lines and cells declare: declare it in one before, ` +
      "or give it in the option `scope`"
    : `${which} is not exported by the module that made the process and so travels as ` +
      "text, without its module: export it, name its module in the option `module`, " +
      "give what it uses in the option `scope`, or run the program with --allow-sys, " +
      "and what it uses goes along";
}

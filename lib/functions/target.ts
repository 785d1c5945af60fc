/**
 * Which function a process runs, as its parent says it. A function cannot be
 * sent; its address can, and its text.
 *
 * @module
 */

import { functionText, isNativeText } from "./function_text.ts";
import { unreachable } from "../base/assert.ts";
import { isInteractive } from "../base/interactive.ts";
import type { CallSite } from "../base/call_sites.ts";
import {
  absolute,
  checkedAddress,
  type TargetAddress,
} from "../wire/serialization/target_address.ts";
import { CAPTURED, type CapturedCode } from "../wire/protocol/captured.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import type {
  Match,
  StartBody,
  TargetSpec,
} from "../wire/protocol/messages.ts";
import { isClosed } from "./closed_text.ts";
import { isVariableName } from "./free_names.ts";
import { noteCallers } from "./inspector.ts";
import defer * as looking from "./look.ts";
import type { LookResult } from "./look.ts";
import { namingIn } from "./export_names.ts";
import { isImportable } from "./script_modules.ts";
import { exportedName } from "./export_identity.ts";

/** A class that has its own `run()`. */
export interface RunClass {
  readonly name: string;
}

/** A function as its user gives it. */
export interface GivenFunction {
  readonly target: (...args: never[]) => unknown;
  /** The module that exports it, where its user says that. */
  readonly module: string | URL | undefined;
  /** The caller that passes the function, if no module is given. */
  readonly caller: CallSite | null;
  /** What names in it stand for, where its user says that. */
  readonly scope: Readonly<Record<string, unknown>> | undefined;
  /** Where it is to run. */
  readonly destination: Destination;
}

/** How a child finds a function, and what it is given for its free variables. */
export interface FunctionSpec {
  readonly spec: Extract<TargetSpec, { kind: "function" | "captured" }>;
  readonly scope: StartBody["scope"];
  /** What came of a look; null where none was taken, or could be. */
  readonly found: LookResult;
}

/** How the child is told to find a function. */
export function functionSpec(given: GivenFunction): FunctionSpec {
  const { target, module, caller, scope } = given;
  if (scope !== undefined) checkScope(scope);
  const source = checkedText(target);
  const home = module === undefined ? importable(caller) : absolute(module);
  const spec = {
    kind: "function",
    module: home,
    certain: module !== undefined,
    name: nameOf(target),
    source,
  } as const;
  // Free variables are given only to a function that leaves its module behind.
  const match: Match = scope === undefined
    ? matchOf(home, target, module !== undefined)
    : { by: "text" };
  const isExport = match.by === "identity" || match.by === "name" ||
    scope === undefined && module !== undefined;
  if (isExport) return { spec: { ...spec, match }, scope: {}, found: null };
  if (caller !== null) noteCallers(caller.module);
  return lookedAt(given, { ...spec, match });
}

/**
 * Reads the module that a function is looked for in, which takes 1 ms: where a process
 * is made, so that its start need not. What is wrong is left to the start to say.
 */
export function lookAhead(
  target: GivenFunction["target"],
  module: string | URL | undefined,
  caller: CallSite | null,
): void {
  try {
    const home = module === undefined ? importable(caller) : absolute(module);
    if (home !== null) matchOf(home, target, module !== undefined);
  } catch {
    // Not a module, or not a function that can be sent.
  }
}

function checkScope(scope: unknown): void {
  const isObject = typeof scope === "object" && scope !== null;
  const wrong = isObject
    ? Object.keys(scope).find((name) => !isVariableName(name))
    : String(scope);
  if (wrong === undefined) return;
  throw new TypeError(
    `Cannot send a function as "scope" must be an object of variables, named as ` +
      `variables can be: current value ${isObject ? "has" : "is"} ${
        JSON.stringify(wrong)
      }`,
  );
}

/** The text of a function that may be a target. */
function checkedText(target: GivenFunction["target"]): string {
  const source = functionText(target);
  if (isNativeText(source)) {
    throw new TypeError(
      `Cannot use function "${
        nameOf(target)
      }" as target as its source cannot be ` +
        `sent: it is native or bound, wrap it in a function of your own`,
    );
  }
  if (/^class\b/.test(source)) {
    throw new TypeError(
      `Cannot use class "${nameOf(target)}" as target: give a function, or a ` +
        `subclass of Process with a method run()`,
    );
  }
  return source;
}

/** A function that is no export as far as is known, with what it uses. */
function lookedAt(
  { target, scope, destination, caller }: GivenFunction,
  spec: Extract<TargetSpec, { kind: "function" }>,
): FunctionSpec {
  const found = looking.lookAt(
    { target, scope: scope ?? null, destination },
    spec.module ?? caller?.module ?? null,
  );
  if (found === null) return { spec, scope: { ...scope }, found };
  const whole: Match = { by: "text", from: "whole" };
  switch (found.kind) {
    case "export": {
      const { module, key } = found;
      const match: Match = { by: "identity", key };
      const certain = true;
      return { spec: { ...spec, module, certain, match }, scope: {}, found };
    }
    case "closed": {
      const { module } = found;
      const from = isInteractive() ? "session" : "whole";
      const match: Match = { by: "text", from };
      return { spec: { ...spec, module, match }, scope: {}, found };
    }
    case "given":
      return { spec: { ...spec, match: whole }, scope: { ...scope }, found };
    case "captured": {
      const { code, values } = found;
      const { name } = spec;
      const isOfSession = isInteractive();
      const captured = { kind: "captured", name, code, isOfSession } as const;
      return { spec: captured, scope: { [CAPTURED]: values }, found };
    }
    default:
      return unreachable(found);
  }
}

/** How a function or class is found among the exports of its module. */
function matchOf(
  module: string | null,
  target: object,
  isCertain: boolean,
): Match {
  if (module === null) return { by: "text" };
  const key = exportedName(module, target);
  if (key !== undefined) {
    if (key !== null) return { by: "identity", key };
    // Where the module was named, the child says what it exports instead.
    return { by: isCertain ? "parent" : "text" };
  }
  const name = nameOf(target);
  if (name === "") return { by: "parent" };
  const naming = namingIn(module, name);
  switch (naming.kind) {
    case "exported":
      return { by: "name", key: naming.key };
    case "unclear":
      return { by: "parent" };
    case "unread":
      // Another one that looks the same may do something else.
      return isClosed(functionText(target))
        ? { by: "name", key: name }
        : { by: "parent" };
    default:
      return unreachable(naming);
  }
}

/** The name of a function; a class may have made something else of it. */
function nameOf(target: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(target, "name")?.value;
  return typeof name === "string" ? name : "";
}

/** How the child is told to find an export. */
export function addressSpec(target: TargetAddress): TargetSpec {
  return { kind: "address", ...checkedAddress(target, "target") };
}

/** How the child is told to find a subclass of Process. */
export function classSpec(
  constructor: RunClass,
  module: string | URL | undefined,
  caller: CallSite | null,
): TargetSpec {
  const home = module === undefined ? importable(caller) : absolute(module);
  return {
    kind: "class",
    module: home,
    name: nameOf(constructor),
    source: functionText(constructor),
    match: matchOf(home, constructor, true),
  };
}

/** The modules that a child with this order imports. */
export function modulesOf(spec: TargetSpec): string[] {
  if (spec.kind === "captured") return modulesIn(spec.code);
  if (spec.kind === "nothing" || spec.module === null) return [];
  if (spec.kind === "function" && spec.match.by === "text") return [];
  return [spec.module];
}

/** The modules that a function imports which goes with what it uses. */
function modulesIn({ parts }: CapturedCode): string[] {
  const modules = parts.flatMap((part) =>
    part.kind === "export" && URL.canParse(part.module) ? [part.module] : []
  );
  return [...new Set(modules)];
}

/**
 * The caller's module, where a child can import it; else functions of that travel as
 * text.
 */
function importable(caller: CallSite | null): string | null {
  if (caller === null || !isImportable(caller.module)) return null;
  return new URL(caller.module).href;
}

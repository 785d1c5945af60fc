/**
 * What a child runs: from the order of its parent to a function or a class.
 *
 * @module
 */

import { ProcessError } from "../base/errors.ts";
import { unreachable } from "../base/assert.ts";
import { Process } from "../context/default.ts";
import type { Loaders } from "../launch/entry.ts";
import { BaseProcess } from "../process/process.ts";
import type { StartBody, TargetOrder } from "../wire/messages.ts";

/** A function that a process runs. */
export type TargetFunction = (...args: never[]) => unknown;

/** The class of the process to be, and the function that it calls, if any. */
export interface Found {
  readonly constructor: typeof Process;
  readonly target: TargetFunction | undefined;
}

type Exports = Readonly<Record<string, unknown>>;

/** Imports what the order names and finds what it means. */
export async function findProcess(
  order: TargetOrder,
  body: StartBody,
  loaders: Loaders,
): Promise<Found> {
  switch (order.kind) {
    case "nothing":
      return { constructor: Process, target: undefined };
    case "address": {
      const exports = await load(order.module, loaders);
      return { constructor: Process, target: exported(exports, order) };
    }
    case "function": {
      const target = await findFunction(order, body, loaders);
      return { constructor: Process, target };
    }
    case "class":
      return {
        constructor: await findClass(order, loaders),
        target: undefined,
      };
    default:
      return unreachable(order);
  }
}

async function load(module: string, loaders: Loaders): Promise<Exports> {
  // A child that was booted before its order came has no loader for the module.
  const loader = loaders[module] ?? (() => import(module));
  return await loader() as Exports;
}

function exported(
  exports: Exports,
  { module, name }: { module: string; name: string },
): TargetFunction {
  const value = exports[name];
  if (typeof value === "function") return value as TargetFunction;
  throw new ProcessError(
    `Cannot run "${name}" of ${module} as it must be an exported function: ` +
      `the module exports ${Object.keys(exports).join(", ") || "nothing"}`,
  );
}

async function findFunction(
  order: Extract<TargetOrder, { kind: "function" }>,
  { scope }: StartBody,
  loaders: Loaders,
): Promise<TargetFunction> {
  const exports = await exportsFor(order, loaders);
  const same = byText(exports, order);
  if (same !== undefined) return same as TargetFunction;
  if (order.certain && order.module !== null) {
    return exported(exports, { module: order.module, name: order.name });
  }
  return fromText(order, scope);
}

/**
 * The exports among which a function may be. A module that was only guessed from
 * the caller's stack may not exist as a file, as in a notebook: then there are
 * none.
 */
async function exportsFor(
  { module, certain }: { module: string | null; certain: boolean },
  loaders: Loaders,
): Promise<Exports> {
  if (module === null) return {};
  try {
    return await load(module, loaders);
  } catch (error) {
    if (!certain && isMissing(error, module)) return {};
    throw error;
  }
}

function isMissing(error: unknown, module: string): boolean {
  return error instanceof TypeError &&
    error.message.startsWith(`Module not found "${module}"`);
}

/** The export that is the function: by its name, else by equal text. */
function byText(
  exports: Exports,
  { name, source }: { name: string; source: string },
): unknown {
  const isSame = (value: unknown) =>
    typeof value === "function" &&
    Function.prototype.toString.call(value) === source;
  if (isSame(exports[name])) return exports[name];
  return Object.values(exports).find(isSame);
}

async function findClass(
  order: Extract<TargetOrder, { kind: "class" }>,
  loaders: Loaders,
): Promise<typeof Process> {
  const exports = order.module === null
    ? {}
    : await load(order.module, loaders);
  const found = byText(exports, order);
  if (isProcessClass(found)) return found;
  throw new ProcessError(
    `Cannot run class "${order.name}" as ${
      order.module ?? "its module"
    } must export it: export the class, or name its module in the option \`module\``,
  );
}

function isProcessClass(value: unknown): value is typeof Process {
  return typeof value === "function" && value.prototype instanceof BaseProcess;
}

function fromText(
  { name, source }: { name: string; source: string },
  scope: Readonly<Record<string, unknown>>,
): TargetFunction {
  const target = evaluate(source, scope);
  return async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      if (error instanceof ReferenceError) explainText(error, name);
      throw error;
    }
  };
}

/** Evaluates a function's text, which is also a method's: `run() { ... }`. */
function evaluate(
  source: string,
  scope: Readonly<Record<string, unknown>>,
): TargetFunction {
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
    "without its module: export it, name its module in the option `module`, or " +
    "give what it uses in the option `scope`)";
}

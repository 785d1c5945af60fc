/**
 * What an order may ask for beyond the plain case: shared objects, classes,
 * functions as text, and results and errors that need packing.
 *
 * @module
 */

import { EncodingError, ProcessError } from "../base/errors.ts";
import { unreachable } from "../base/assert.ts";
import { Process } from "../context/default.ts";
import { setCurrentProcess } from "../process/current.ts";
import { Adoption, BaseProcess } from "../process/process.ts";
import { revive } from "../process/revive.ts";
import type { Birth, Cradle } from "../wire/birth.ts";
import type { Destination } from "../wire/handle.ts";
import type {
  StartBody,
  TargetOrder,
  ToChild,
  ToParent,
} from "../wire/messages.ts";
import { pack, unpack } from "../wire/pack.ts";
import { describeError } from "../wire/remote_error.ts";
import {
  byText,
  type Exports,
  type Loaders,
  type TargetFunction,
} from "./kernel.ts";

type StartMessage = Extract<ToChild, { kind: "start" }>;

/** Finds what the order means: what is to be called. */
export async function findCall(
  order: StartMessage,
  birth: Birth,
  loaders: Loaders,
): Promise<() => unknown> {
  const body: StartBody = order.body === null
    ? { args: [], scope: {}, fields: {} }
    : unpack(order.body, revive) as StartBody;
  birth.args = body.args;
  const found = await find(order.target, body, loaders);
  if (found.kind === "class") {
    const process = adopt(found.type, birth, body);
    return () => process.run();
  }
  const { target } = found;
  birth.target = target;
  return () => target?.(...body.args as never[]);
}

/** The object of a subclass, without its constructor: the parent ran that. */
function adopt(
  type: typeof Process,
  { identity }: Birth,
  { fields }: StartBody,
): BaseProcess {
  const adoption = new Adoption(identity, identity.parent, undefined, []);
  const process: BaseProcess = Reflect.construct(Process, [adoption], type);
  setCurrentProcess(Object.assign(process, fields));
  return process;
}

type Found =
  | { readonly kind: "class"; readonly type: typeof Process }
  | { readonly kind: "function"; readonly target: TargetFunction | undefined };

async function find(
  order: TargetOrder,
  { scope }: StartBody,
  loaders: Loaders,
): Promise<Found> {
  switch (order.kind) {
    case "nothing":
      return { kind: "function", target: undefined };
    case "address": {
      const exports = await load(order.module, loaders);
      return { kind: "function", target: exported(exports, order) };
    }
    case "function":
      return {
        kind: "function",
        target: await findFunction(order, scope, loaders),
      };
    case "class":
      return { kind: "class", type: await findClass(order, loaders) };
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
  scope: StartBody["scope"],
  loaders: Loaders,
): Promise<TargetFunction> {
  const exports = await exportsFor(order, loaders);
  const same = byText(exports, order);
  if (same !== undefined) return same;
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

async function findClass(
  order: Extract<TargetOrder, { kind: "class" }>,
  loaders: Loaders,
): Promise<typeof Process> {
  const exports = order.module === null
    ? {}
    : await load(order.module, loaders);
  const found = byText(exports, order) as unknown;
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
  scope: StartBody["scope"],
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
    "without its module: export it, name its module in the option `module`, or " +
    "give what it uses in the option `scope`)";
}

function parentOf(cradle: Cradle): Destination {
  return cradle.kind;
}

/** The message that brings a result to the parent. */
export function report(value: unknown, cradle: Cradle): ToParent {
  try {
    return { kind: "result", body: pack(value, parentOf(cradle), "result") };
  } catch (error) {
    // The target has done its work: what cannot be sent fails `result()` only.
    const { path, reason } = error instanceof EncodingError
      ? error
      : { path: "result", reason: String(error) };
    return { kind: "unsendable", path, reason };
  }
}

/** An error as it travels to the parent. */
export function describe(
  error: unknown,
  cradle: Cradle,
): Extract<ToParent, { kind: "failure" }>["body"] {
  const destination = parentOf(cradle);
  const data = describeError(error, destination);
  return destination === "isolate" ? data : pack(data, "process", "error");
}

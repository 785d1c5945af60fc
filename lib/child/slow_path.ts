/**
 * The slow path of a start: shared objects, classes, functions as text, and results
 * and errors that need packing.
 *
 * @module
 */

import { EncodingError, ProcessError } from "../base/errors.ts";
import { unreachable } from "../base/assert.ts";
import { thrownText } from "../base/thrown_text.ts";
import { Process } from "../context/default.ts";
import { setCurrentProcess } from "../process/current_process.ts";
import { Adoption, BaseProcess } from "../process/process.ts";
import { findFunction, type Finding, TARGET } from "../functions/resolve.ts";
import defer * as isolateOutput from "./isolate_output.ts";
import defer * as slowResolve from "../functions/slow_resolve.ts";
import { loadModule } from "../wire/protocol/load_module.ts";
import { rehydrateSent } from "../process/rehydrate.ts";
import {
  type ChildContext,
  childContext,
  hooks,
  type Loaders,
  type TargetFunction,
} from "../wire/protocol/child_context.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import type {
  StartBody,
  StartMessage,
  TargetSpec,
  ToParent,
} from "../wire/protocol/messages.ts";
import { pack, unpack } from "../wire/serialization/pack.ts";
import { describeError } from "../wire/serialization/remote_error.ts";

export { isolateOutput, slowResolve };
export { claimedSites } from "../memory/allocation/construction_sites.ts";
export { loadModule } from "../wire/protocol/load_module.ts";

/** Finds the function to call for a start message. */
export async function findCall(
  start: StartMessage,
  context: ChildContext,
  loaders: Loaders,
): Promise<() => unknown> {
  const body: StartBody = start.body === null
    ? { args: [], scope: {}, fields: {} }
    : unpack(start.body, rehydrateSent) as StartBody;
  await Promise.all(hooks.loading);
  context.args = body.args;
  const found = await find(start.target, body, loaders);
  if (found.kind === "class") {
    const process = adopt(found.type, context, body);
    return () => process.run();
  }
  const { target } = found;
  context.target = target;
  return () => target?.(...body.args as never[]);
}

/**
 * Makes the object of a subclass without its constructor, which ran in the parent.
 */
function adopt(
  type: typeof Process,
  { identity }: ChildContext,
  { fields }: StartBody,
): BaseProcess {
  const adoption = new Adoption(identity, identity.parent, undefined, []);
  const process: BaseProcess = Reflect.construct(Process, [adoption], type);
  setCurrentProcess(Object.assign(process, fields));
  return process;
}

type FoundTarget =
  | { readonly kind: "class"; readonly type: typeof Process }
  | { readonly kind: "function"; readonly target: TargetFunction | undefined };

async function find(
  spec: TargetSpec,
  { scope }: StartBody,
  loaders: Loaders,
): Promise<FoundTarget> {
  switch (spec.kind) {
    case "nothing":
      return { kind: "function", target: undefined };
    case "address":
    case "captured":
    case "function":
      return {
        kind: "function",
        target: await findFunction(spec, scope, findingBy(loaders)),
      };
    case "class":
      return { kind: "class", type: await findClass(spec, loaders) };
    default:
      return unreachable(spec);
  }
}

function findingBy(loaders: Loaders): Finding {
  return {
    loaders,
    subject: TARGET,
    slowly: () => Promise.resolve({ slowResolve }),
  };
}

async function findClass(
  spec: Extract<TargetSpec, { kind: "class" }>,
  loaders: Loaders,
): Promise<typeof Process> {
  const exports = spec.module === null
    ? {}
    : await loadModule(spec.module, loaders);
  const found: unknown = await slowResolve.exportFor(exports, spec, TARGET);
  if (isProcessClass(found)) return found;
  throw new ProcessError(
    `Cannot run class "${spec.name}" as ${
      spec.module ?? "its module"
    } must export it: export the class, or name its module in the option \`module\``,
  );
}

function isProcessClass(value: unknown): value is typeof Process {
  return typeof value === "function" && value.prototype instanceof BaseProcess;
}

function parent(): Destination {
  return childContext()!.parent;
}

/** The message that carries a result to the parent. */
export function report(value: unknown): ToParent {
  try {
    return { kind: "result", body: pack(value, parent(), "result") };
  } catch (error) {
    return unsendable(error);
  }
}

/**
 * The target has done its work: a result that cannot be sent only fails `result()`.
 */
export function unsendable(error: unknown): ToParent {
  const { path, reason } = error instanceof EncodingError
    ? error
    : { path: "result", reason: `refused: ${thrownText(error)}` };
  return { kind: "unsendable", path, reason };
}

/** An error in the form in which it is sent to the parent. */
export function describeFailure(
  error: unknown,
): Extract<ToParent, { kind: "failure" }>["body"] {
  const destination = parent();
  const data = describeError(error, destination);
  return destination === "isolate" ? data : pack(data, "process", "error");
}

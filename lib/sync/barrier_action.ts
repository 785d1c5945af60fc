/**
 * The action of a barrier: the function that one party runs at the end of a
 * round.
 *
 * @module
 */

import { ProcessError } from "../base/errors.ts";
import {
  checkedAddress,
  type ExportAddress,
  isAddress,
  type TargetAddress,
} from "../wire/serialization/target_address.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { loadModule } from "../wire/protocol/load_module.ts";
import { namespaceOf } from "../wire/protocol/module_namespace.ts";

type Call = () => unknown;

/** An action: a function, or the address of an exported one. */
export class Action {
  /**
   * The address by which other processes find the action; null for a function,
   * which is not sent.
   */
  readonly address: ExportAddress | null;
  #call: Call | null;

  /**
   * Checks an action as its user gave it; throws a `TypeError` that says what
   * is wrong.
   */
  constructor(given: Call | TargetAddress) {
    if (typeof given !== "function" && !isAddress(given)) {
      throw new TypeError(
        `Cannot make a barrier as "action" must be a function or ` +
          `{ module, name }: current value is ${
            given === null ? "null" : typeof given
          }`,
      );
    }
    this.#call = typeof given === "function" ? given : null;
    this.address = typeof given === "function"
      ? null
      : checkedAddress(given, "action");
  }

  /** The function, or null if its module is not loaded yet. */
  get loaded(): Call | null {
    return this.#call;
  }

  /** Returns the function, and loads its module if need be. */
  async load(): Promise<Call> {
    return this.#call ??= await find(this.address!);
  }
}

async function find({ module, name }: ExportAddress): Promise<Call> {
  const value = valueIn(await exportsOf(module), name);
  if (typeof value === "function") return value as Call;
  throw new ProcessError(
    `Cannot run action "${name}" of ${module} as it must be an exported function, ` +
      `and initialized by now`,
  );
}

/**
 * Looks for a loaded module first: a program that is still evaluating cannot
 * wait for an import of itself.
 */
async function exportsOf(
  module: string,
): Promise<Readonly<Record<string, unknown>>> {
  const namespace = childContext() === null ? await namespaceOf(module) : null;
  return namespace ?? await loadModule(module);
}

function valueIn(
  exports: Readonly<Record<string, unknown>>,
  name: string,
): unknown {
  try {
    return exports[name];
  } catch {
    return undefined; // Not initialized yet.
  }
}

/**
 * What is run at the end of a barrier's round.
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

/** An action: a function that is at hand, or the address of one. */
export class Action {
  /** By which other processes find it; null for a function, which does not travel. */
  readonly address: ExportAddress | null;
  #call: Call | null;

  /** Takes an action as its user gives it; a `TypeError` says what is wrong with it. */
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

  /** The function, where it is loaded. */
  get atHand(): Call | null {
    return this.#call;
  }

  /** The function. */
  async loaded(): Promise<Call> {
    return this.#call ??= await find(this.address!);
  }
}

async function find({ module, name }: ExportAddress): Promise<Call> {
  const value = valueIn(await exportsOf(module), name);
  if (typeof value === "function") return value as Call;
  throw new ProcessError(
    `Cannot run action "${name}" of ${module} as it must be an exported function, ` +
      `and there by now`,
  );
}

/** A program may still be evaluating, and cannot wait for an import of itself. */
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

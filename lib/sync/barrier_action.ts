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
import type {
  ActionCopy,
  Delivery,
  Destination,
  SentAction,
} from "../wire/serialization/handle.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { loadModule } from "../wire/protocol/load_module.ts";
import { namespaceOf } from "../wire/protocol/module_namespace.ts";

type ActionFunction = () => unknown;

/** Makes copies of functions for other processes; the floors above can. */
export interface ActionCopier {
  /** A function with what it uses, or its address; null where it cannot be sent. */
  copy(
    call: ActionFunction,
    destination: Destination,
    delivery: Delivery,
  ): SentAction | null;
  /** Makes the function again. */
  make(copy: ActionCopy): Promise<ActionFunction>;
}

let copier: ActionCopier | null = null;

/** Sets what copies actions. */
export function setActionCopier(how: ActionCopier): void {
  copier = how;
}

/** An action: a function, a copy of one, or the address of an exported one. */
export class Action {
  /** Whether it is a copy, which is run only where no party has the function. */
  readonly isCopy: boolean;
  readonly #address: ExportAddress | null;
  readonly #copy: ActionCopy | null;
  #call: ActionFunction | null;
  /** What was sent of a function, which is as it was the first time. */
  readonly #sent = new Map<Destination, SentAction | null>();

  /**
   * Checks an action as its user gave it; throws a `TypeError` that says what
   * is wrong. A copy is taken from a parent only, which has sent it.
   */
  constructor(
    given: ActionFunction | TargetAddress | ActionCopy,
    isSent: boolean,
  ) {
    const isCopied = isSent && isCopy(given);
    if (typeof given !== "function" && !isAddress(given) && !isCopied) {
      throw new TypeError(
        `Cannot make a barrier as "action" must be a function or ` +
          `{ module, name }: current value is ${
            given === null ? "null" : typeof given
          }`,
      );
    }
    this.#call = typeof given === "function" ? given : null;
    this.#copy = isCopied ? given : null;
    this.isCopy = isCopied;
    this.#address = isAddress(given) ? checkedAddress(given, "action") : null;
  }

  /** The function, or null if its module is not loaded yet. */
  get loaded(): ActionFunction | null {
    return this.#call;
  }

  /** Returns the function, and loads its module if need be. */
  async load(): Promise<ActionFunction> {
    return this.#call ??= this.#copy === null
      ? await find(this.#address!)
      : await copier!.make(this.#copy);
  }

  /** How another process finds the action; null if it cannot. */
  sentTo(destination: Destination, delivery: Delivery): SentAction | null {
    if (this.#address !== null) return this.#address;
    if (this.#call === null || copier === null) return null;
    const known = this.#sent.get(destination);
    if (known !== undefined) return known;
    // Before the look, as the function may use its own barrier.
    this.#sent.set(destination, null);
    const sent = copier.copy(this.#call, destination, delivery);
    this.#sent.set(destination, sent);
    return sent;
  }
}

function isCopy(given: unknown): given is ActionCopy {
  return typeof given === "object" && given !== null && "code" in given;
}

async function find({ module, name }: ExportAddress): Promise<ActionFunction> {
  const value = valueIn(await exportsOf(module), name);
  if (typeof value === "function") return value as ActionFunction;
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

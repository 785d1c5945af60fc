/**
 * From the order to the function: what a child does to find what it runs, be it the
 * target of a process or a function of a pool.
 *
 * An export beyond doubt is found here, by little code: each child waits for that.
 * Whatever else there may be is in `slow_resolve.ts`, loaded when it is needed.
 *
 * @module
 */

import type {
  Exports,
  Loaders,
  TargetFunction,
} from "../wire/protocol/child_context.ts";
import { byName } from "./export_match.ts";
import { loadModule } from "../wire/protocol/load_module.ts";
import type { StartBody, TargetSpec } from "../wire/protocol/messages.ts";
import type * as SlowResolve from "./slow_resolve.ts";

/** What the parent is asked about: the target, or a function of a pool. */
export type Subject = number;

/** The subject of a process that is no worker of a pool. */
export const TARGET: Subject = -1;

/** An order for a function. */
export type FunctionToFind = Exclude<
  TargetSpec,
  { kind: "nothing" | "class" }
>;

/** What is needed to find a function. */
export interface Finding {
  readonly loaders: Loaders;
  /** What the parent is asked about where exports look alike. */
  readonly subject: Subject;
  /** Loads the rest of the search. */
  slowly(): Promise<{ readonly slowResolve: typeof SlowResolve }>;
}

/** The function that an order means: an export, or one made from its text. */
export async function findFunction(
  spec: FunctionToFind,
  scope: StartBody["scope"],
  finding: Finding,
): Promise<TargetFunction> {
  const exports = await exportsFor(spec, finding.loaders);
  const found = exportBeyondDoubt(exports, spec);
  if (found !== undefined) return found;
  const { slowResolve } = await finding.slowly();
  return await slowResolve.findSlowly(spec, exports, scope, finding);
}

function exportBeyondDoubt(
  exports: Exports,
  spec: FunctionToFind,
): TargetFunction | undefined {
  if (spec.kind === "captured") return undefined;
  if (spec.kind === "function") return byName(exports, spec);
  const value = exports[spec.name];
  return typeof value === "function" ? value as TargetFunction : undefined;
}

/**
 * The exports among which a function may be. A module that was only guessed from
 * the caller's stack may not exist as a file, as in a notebook: then there are
 * none.
 */
async function exportsFor(
  spec: FunctionToFind,
  loaders: Loaders,
): Promise<Exports> {
  if (spec.kind === "captured") return {};
  if (spec.kind === "address") return await loadModule(spec.module, loaders);
  const { module, certain, match } = spec;
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

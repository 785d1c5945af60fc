/**
 * Matches the exports of a module with a function that the parent describes by its
 * name and text.
 *
 * @module
 */

import { functionText } from "./function_text.ts";
import type {
  Exports,
  TargetFunction,
} from "../wire/protocol/child_context.ts";
import type { TargetSpec } from "../wire/protocol/messages.ts";

/** A target that is matched with the exports of a module. */
export type MatchedSpec = Extract<
  TargetSpec,
  { kind: "function" | "class" }
>;

/**
 * The export that a target means beyond doubt: it has the name and the text of
 * the function, and no other export looks the same or may have made it.
 */
export function byName(
  exports: Exports,
  spec: MatchedSpec,
): TargetFunction | undefined {
  const { match } = spec;
  if (match.by !== "identity" && match.by !== "name") return undefined;
  const found = exports[match.key];
  if (!isLike(found, spec)) return undefined;
  if (match.by === "identity") return found;
  const others = Object.values(exports).filter((value) => value !== found);
  return others.some((value) => isLike(value, spec) || isAround(value, spec))
    ? undefined
    : found;
}

/** The names of the exports that look like the function of a target. */
export function namesOfAlike(exports: Exports, spec: MatchedSpec): string[] {
  return Object.keys(exports).filter((key) => isLike(exports[key], spec));
}

function isLike(value: unknown, spec: MatchedSpec): value is TargetFunction {
  // Reads the name last: reading that of a proxy may run any code, and its text
  // differs.
  return typeof value === "function" && functionText(value) === spec.source &&
    value.name === spec.name;
}

/**
 * Whether the text of a function contains that of the target, so that it may
 * have made the target.
 */
function isAround(value: unknown, { source }: MatchedSpec): boolean {
  if (typeof value !== "function") return false;
  const text = functionText(value);
  return text.length > source.length && text.includes(source);
}

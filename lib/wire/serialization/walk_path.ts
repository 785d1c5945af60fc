/**
 * The path to a part of a value, as one would write it in code.
 *
 * @module
 */

import { showValue } from "../../base/shown_value.ts";

/** One step into a container. */
export type PathStep =
  | string
  | number
  | { readonly keyOfMap: unknown }
  | { readonly inMapAt: unknown }
  | { readonly memberOfSet: number };

/** Maximum of steps shown of a long path, from its start. */
const STEPS_MAX = 20;

/** The path `start` and the first `depth` steps of `trail`. */
export function pathText(
  start: string,
  trail: readonly PathStep[],
  depth: number,
): string {
  const shown = trail.slice(0, Math.min(depth, STEPS_MAX)).map(stepText);
  const path = start + shown.join("") + (depth > STEPS_MAX ? "…" : "");
  // If the whole has no name, the path begins with the part: `args[0]`.
  return start === "" && path.startsWith(".") ? path.slice(1) : path;
}

function stepText(step: PathStep): string {
  if (typeof step === "number") return `[${step}]`;
  if (typeof step === "string") return keyText(step);
  if ("inMapAt" in step) return `.get(${keyOfMap(step.inMapAt)})`;
  if ("keyOfMap" in step) return `{key ${keyOfMap(step.keyOfMap)}}`;
  return `{member ${step.memberOfSet}}`;
}

function keyOfMap(key: unknown): string {
  return typeof key === "symbol" ? String(key) : showValue(key);
}

function keyText(key: string): string {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `.${key}`;
  return /^(0|[1-9]\d*)$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`;
}

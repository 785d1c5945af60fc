/**
 * The path to a part of a value, as one would write it in code.
 *
 * @module
 */

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
  if ("inMapAt" in step) return `.get(${brief(step.inMapAt)})`;
  if ("keyOfMap" in step) return `{key ${brief(step.keyOfMap)}}`;
  return `{member ${step.memberOfSet}}`;
}

function keyText(key: string): string {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `.${key}`;
  return /^(0|[1-9]\d*)$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`;
}

function brief(key: unknown): string {
  switch (typeof key) {
    case "string":
      return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
    case "object":
      return key === null ? "null" : "an object";
    case "function":
      return "a function";
    case "bigint":
      return `${key}n`;
    default:
      return String(key);
  }
}

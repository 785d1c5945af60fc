/**
 * Values as error texts show them: short ones as they are, others by their kind.
 *
 * Thrown values, which are shown whole, are in `thrown_text.ts`.
 *
 * @module
 */

/** Maximum of characters shown of a value. */
const SHOWN_CHARS_MAX = 40;

/** A value, or its kind if it is no short one; an object is "an object". */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(shortened(value));
    case "bigint":
      return `${shortened(String(value))}n`;
    case "object":
      return value === null ? "null" : "an object";
    case "symbol":
    case "function":
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

/** The same, but an object is shown by its class in the platform: "an Array". */
export function nameOf(value: unknown): string {
  return typeof value === "object" ? kindShown(value) : showValue(value);
}

/** The kind of a value, whose content does not matter: "a string", "an Array". */
export function kindShown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
}

function shortened(text: string): string {
  return text.length > SHOWN_CHARS_MAX
    ? `${text.slice(0, SHOWN_CHARS_MAX)}…`
    : text;
}

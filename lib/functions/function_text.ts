/**
 * The text of a function or class, as V8 keeps it.
 *
 * @module
 */

/** The text of a function or class, whatever its own `toString()` says. */
export function functionText(thing: object): string {
  return Function.prototype.toString.call(thing);
}

/** Whether a text is that of a function without one: a native or bound one. */
export function isNativeText(text: string): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(text);
}

/**
 * Checks of options arguments.
 *
 * A bare number in place of `{ timeout: 100 }` would otherwise count as no
 * options, and the wait would have no end.
 *
 * @module
 */

import { nameOf } from "./shown_value.ts";

/**
 * Throws a TypeError unless `options` is undefined or an object of options.
 * `what` is the requested action, `example` shows correct options, such as `{
 * timeout: 100 }`.
 */
export function expectOptions(
  options: unknown,
  what: string,
  example: string,
): void {
  if (options === undefined || isRecord(options)) return;
  throw new TypeError(
    `Cannot ${what} as "options" must be an object, as in ${example}: ` +
      `current value is ${nameOf(options)}`,
  );
}

/**
 * Whether a value is an object with named properties, and not an object of the
 * platform.
 */
function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // An AbortController may serve as options, by its signal. An array, a signal
  // or a date may not: each has a tag of its own.
  if ("signal" in value || "timeout" in value) return true;
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Throws a TypeError unless `signal` is undefined or an AbortSignal. */
export function checkSignal(signal: unknown, what: string): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new TypeError(
    `Cannot ${what} as "signal" must be an AbortSignal, as that of an ` +
      `AbortController: current value is ${nameOf(signal)}`,
  );
}

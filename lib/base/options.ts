/**
 * What stands where options belong.
 *
 * A bare number where `{ timeout: 100 }` was meant would be taken for no options at
 * all, and the wait for one without end.
 *
 * @module
 */

/**
 * Refuses what is no object of options. `what` is asked for, `example` shows the
 * cure, as in `{ timeout: 100 }`.
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

/** Whether a value is an object by names, and nothing of the platform. */
function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // An AbortController may stand for options, for its signal. An array, a signal, a
  // date may not: each has a tag of its own.
  if ("signal" in value || "timeout" in value) return true;
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Refuses what is no signal. */
export function checkSignal(signal: unknown, what: string): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new TypeError(
    `Cannot ${what} as "signal" must be an AbortSignal, as that of an ` +
      `AbortController: current value is ${nameOf(signal)}`,
  );
}

/** A value as errors show it: short ones as they are, others by their kind. */
export function nameOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.slice(0, 40));
    case "number":
    case "boolean":
    case "bigint":
    case "undefined":
      return String(value);
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    default: {
      if (value === null) return "null";
      const tag = Object.prototype.toString.call(value).slice(8, -1);
      return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
    }
  }
}

/**
 * Checks of what this package itself promises. A wrong argument of a caller is
 * never checked here: that is a typed error from `errors.ts`.
 *
 * @module
 */

/** Throws when an invariant of this package does not hold, which is a bug here. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}`);
}

/** Ends every `switch` over a closed union: a case left out fails to compile. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}

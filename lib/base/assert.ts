/**
 * Assertions: checks of the package's own invariants. A wrong argument of a
 * caller is not checked here: that throws a typed error from `errors.ts`.
 *
 * @module
 */

/**
 * Throws if an invariant of this package does not hold, which is a bug of the
 * package.
 */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}`);
}

/** Ends every `switch` over a closed union: a missing case fails to compile. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}

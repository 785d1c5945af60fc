/**
 * For tests of types: what does not hold does not compile.
 *
 * @module
 */

/** Whether two types are the same, `any` and `readonly` told apart. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles only where `Same` is true. */
export function same<_Same extends true>(): void {}

/** Is checked and never run. */
export function only(_body: () => unknown): void {}

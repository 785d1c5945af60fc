/**
 * A placement tells a public constructor which memory its object uses. Only
 * this package can make one; it takes the place of an argument.
 *
 * ```
 *   new Semaphore(3)                      memory of its own
 *   new Semaphore(placed(where, 3))       memory as `where` says
 * ```
 *
 * The class is not exported from the package, so an argument of a user is never
 * mistaken for a placement.
 *
 * @module
 */

/** An argument of a constructor, together with the memory of the object. */
export class Placement<W, A> {
  /** Makes a placement; the constructor uses `argument` in its stead. */
  constructor(readonly where: W, readonly argument: A) {}
}

/** Wraps an argument together with the memory of the object. */
export function placed<W, A>(where: W, argument: A): A {
  return new Placement(where, argument) as A;
}

/**
 * The placement in the place of an argument; null for an argument of a user.
 */
export function placementOf<W, A>(argument: A): Placement<W, A> | null {
  return argument instanceof Placement ? argument : null;
}

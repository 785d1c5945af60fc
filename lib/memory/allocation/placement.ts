/**
 * How this package alone tells a constructor that everybody may call where the
 * object has its memory: by a placement that stands for one of the arguments.
 *
 * ```
 *   new Semaphore(3)                      memory of its own
 *   new Semaphore(placed(where, 3))       memory as `where` says
 * ```
 *
 * The class is not exported from the package, so no argument of a user is taken
 * for a placement.
 *
 * @module
 */

/** An argument of a constructor, and where the object has its memory. */
export class Placement<W, A> {
  /** Places an object; the constructor takes `argument` for the one it stands for. */
  constructor(readonly where: W, readonly argument: A) {}
}

/** An argument that also says where the object has its memory. */
export function placed<W, A>(where: W, argument: A): A {
  return new Placement(where, argument) as A;
}

/** The placement that stands for an argument; null for an argument of a user. */
export function placementOf<W, A>(argument: A): Placement<W, A> | null {
  return argument instanceof Placement ? argument : null;
}

/**
 * The same as `tiny.ts`, in a module that imports the package, as a program does.
 *
 * @module
 */

import { Value } from "../../../mod.ts";

/** When the target runs, and the package is loaded. */
export function begun(): number {
  if (typeof Value !== "function") throw new TypeError("no package");
  return performance.timeOrigin + performance.now();
}

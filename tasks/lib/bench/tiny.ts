/**
 * What the bare platform and the library both start: a module with nothing in it
 * but the target.
 *
 * @module
 */

/** When the target runs, on the clock that all processes share. */
export function begun(): number {
  return performance.timeOrigin + performance.now();
}

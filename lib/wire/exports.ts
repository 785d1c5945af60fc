/**
 * Which export of a module an order means.
 *
 * @module
 */

import type { TargetOrder } from "./messages.ts";

/** A function that a process runs. */
export type TargetFunction = (...args: never[]) => unknown;

/** What a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

/** The export that is a function: by its name, else by equal text. */
export function byText(
  exports: Exports,
  order: TargetOrder,
): TargetFunction | undefined {
  if (order.kind !== "function" && order.kind !== "class") return undefined;
  const isSame = (value: unknown) =>
    typeof value === "function" &&
    Function.prototype.toString.call(value) === order.source;
  const named = exports[order.name];
  return (isSame(named) ? named : Object.values(exports).find(isSame)) as
    | TargetFunction
    | undefined;
}

/**
 * Lists of values on their way between a pool and a worker.
 *
 * Most tasks have a few numbers or texts for arguments. Those go as they are, and
 * whatever else there is goes as one packed list.
 *
 * @module
 */

import { isPlain } from "../wire/birth.ts";
import type { Destination } from "../wire/handle.ts";
import type { Packed } from "../wire/pack.ts";
import type { Load, PackedLoad } from "./messages.ts";

/** Stands for what arrived and cannot be rebuilt, such as memory that is gone. */
export class Unreadable {
  /** Why. */
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The first of a list that cannot be rebuilt, or undefined. */
export function unreadableIn(list: readonly unknown[]): Unreadable | undefined {
  return list.find((value) => value instanceof Unreadable) as
    | Unreadable
    | undefined;
}

/** Packs a list; `pack()` of the wire, or a later loaded one. */
export type PackList = (list: readonly unknown[]) => Packed;

/** Whether a value arrives as it is without being packed. */
export function isRaw(value: unknown, destination: Destination): boolean {
  if (destination !== "isolate") return isPlain(value);
  switch (typeof value) {
    case "object":
      return value === null;
    case "function":
    case "symbol":
      return false;
    default:
      return true;
  }
}

/** Whether all values of a list arrive as they are. */
export function areRaw(
  list: readonly unknown[],
  destination: Destination,
): boolean {
  for (let i = 0; i < list.length; i++) {
    if (!isRaw(list[i], destination)) return false;
  }
  return true;
}

/** The list as it travels. */
export function loadOf(
  list: readonly unknown[],
  destination: Destination,
  pack: PackList,
): Load {
  return areRaw(list, destination) ? list : { packed: pack(list) };
}

/** Whether a list had to be packed. */
export function isPacked(load: Load): load is PackedLoad {
  return !Array.isArray(load);
}

/**
 * The common part of RawValue and RawArray: cells over found or new memory.
 *
 * @module
 */

import {
  checkAvailable,
  register,
} from "../memory/allocation/construction_sites.ts";
import type {
  Delivery,
  Destination,
  Shareable,
} from "../wire/serialization/handle.ts";
import { type Cells, unavailableCells } from "./cells.ts";
import {
  type DataBacking,
  type DataHandle,
  makeKnown,
} from "./data_backing.ts";
import { cellsOver } from "./structure.ts";
import type { DataType } from "./typecodes.ts";

/**
 * The cells of an object; if its memory is unavailable, each use of them throws
 * the reason.
 */
export function cellsOf({ data, claim }: DataBacking, type: DataType): Cells {
  const unavailable = claim?.unavailable;
  return unavailable === undefined
    ? cellsOver(data, type)
    : unavailableCells(unavailable);
}

/** Whether the memory is new, and needs its initial content. */
export function isFresh({ claim, isFound }: DataBacking): boolean {
  return !isFound && claim?.unavailable === undefined;
}

/** Registers an object for children, and under its memory. */
export function settleData(backing: DataBacking, object: Shareable): void {
  if (backing.claim !== null) register(backing.claim, object);
  if (backing.isFound) makeKnown(backing, object);
}

/** The handle by which another process gets the object. */
export function dataHandle(
  backing: DataBacking,
  kind: DataHandle["kind"],
  typecode: DataHandle["typecode"],
  object: object,
  destination: Destination,
  delivery: Delivery,
): DataHandle {
  const { data, lock, claim } = backing;
  checkAvailable(claim);
  const block = data.handle(destination, delivery);
  const lockHandle = lock.handle(destination, delivery);
  // The memory may have moved.
  makeKnown(backing, object);
  return { kind, typecode, block, lock: lockHandle };
}

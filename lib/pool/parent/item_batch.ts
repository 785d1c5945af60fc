/**
 * The items of one task, in the form in which a worker receives them.
 *
 * @module
 */

import { contain } from "../../base/stderr.ts";
import { EncodingError } from "../../base/errors.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import { pack } from "../../wire/serialization/pack.ts";
import {
  checkTransfer,
  type Moving,
} from "../../wire/serialization/transfer.ts";
import { itemsToSend, type SentItems } from "../protocol/pool_messages.ts";

/** The items that are sent to a worker, and the buffers that move with them. */
export interface ItemBatch {
  readonly items: SentItems;
  readonly transfer: readonly Transferable[];
}

/** The buffers that move with an item. */
export type TransferOf = (item: never) => readonly Transferable[];

/** An item of a job that cannot be sent; the other items still can. */
export class RefusedItem {
  /** The index of the item in its job. */
  readonly index: number;
  readonly error: unknown;

  constructor(index: number, error: unknown) {
    this.index = index;
    this.error = error;
  }
}

/**
 * Makes a batch of items; `first` is the index of the first of them in its job.
 * Throws a `RefusedItem` if one of them cannot be sent. `moving` has the buffers
 * that move with the job's items so far.
 */
export function makeBatch(
  items: readonly unknown[],
  first: number,
  destination: Destination,
  transferOf: TransferOf | undefined,
  moving: Moving,
): ItemBatch {
  const transfer = transferOf === undefined
    ? []
    : transferOfItems(items, first, transferOf, moving);
  const packItems = (list: readonly unknown[]) => {
    try {
      return pack(list, destination, "items", transfer);
    } catch (error) {
      throw itemOf(error, first);
    }
  };
  return { items: itemsToSend(items, destination, packItems), transfer };
}

function transferOfItems(
  items: readonly unknown[],
  first: number,
  transferOf: TransferOf,
  moving: Moving,
): Transferable[] {
  const all: Transferable[] = [];
  for (let i = 0; i < items.length; i++) {
    try {
      const list: unknown = transferOf(items[i] as never);
      // A promise is no list; its rejection must not count as unhandled.
      contain(list, () => {});
      checkTransfer(list, transferPath(first + i), moving);
      for (const entry of list) all.push(entry);
    } catch (error) {
      throw new RefusedItem(first + i, error);
    }
  }
  return all;
}

/** Path of an item's moving buffers in errors. */
export function transferPath(index: number): string {
  return `transfer(items[${index}])`;
}

/** The error with the path and index of the item in its whole job. */
function itemOf(error: unknown, first: number): unknown {
  if (!(error instanceof EncodingError)) return error;
  const bad = /^items\[(\d+)\]/.exec(error.path);
  if (bad === null) return error;
  const index = first + Number(bad[1]);
  const path = `items[${index}]${error.path.slice(bad[0].length)}`;
  const moved = new EncodingError(path, error.reason);
  if (Object.hasOwn(error, "cause")) moved.cause = error.cause;
  return new RefusedItem(index, moved);
}

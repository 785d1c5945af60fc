/**
 * Some of the items of a job, ready to be sent.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import type { Destination } from "../wire/handle.ts";
import { pack } from "../wire/pack.ts";
import { type Load, loadOf } from "./messages.ts";

/** What a worker is sent, and what moves to it. */
export interface Loaded {
  readonly load: Load;
  readonly transfer: readonly Transferable[];
}

/** What moves with an item. */
export type TransferOf = (item: never) => readonly Transferable[];

/** The load of items, the first of which has the number `first` in its job. */
export function loadOfItems(
  items: readonly unknown[],
  first: number,
  destination: Destination,
  transferOf: TransferOf | undefined,
): Loaded {
  const transfer = transferOf === undefined
    ? []
    : items.flatMap((item) => transferOf(item as never));
  const packItems = (list: readonly unknown[]) => {
    try {
      return pack(list, destination, "items", transfer);
    } catch (error) {
      throw shifted(error, first);
    }
  };
  return { load: loadOf(items, destination, packItems), transfer };
}

/** The path of a bad part as seen from all items of the job. */
function shifted(error: unknown, first: number): unknown {
  if (!(error instanceof EncodingError)) return error;
  const path = error.path.replace(
    /^items\[(\d+)\]/,
    (_, index) => `items[${first + Number(index)}]`,
  );
  return new EncodingError(path, error.reason);
}

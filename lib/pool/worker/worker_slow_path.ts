/**
 * The slow path of a worker: values that need packing, and errors. A worker loads
 * it when it first needs it.
 *
 * @module
 */

import { EncodingError } from "../../base/errors.ts";
import { thrownText } from "../../base/thrown_text.ts";
import defer * as slowResolve from "../../functions/slow_resolve.ts";
import { rehydrateSent } from "../../process/rehydrate.ts";
import defer * as codec from "../../wire/serialization/codec.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import { useClassesOf } from "../../wire/serialization/known_classes.ts";
import { pack, type Packed, unpack } from "../../wire/serialization/pack.ts";
import {
  describeError,
  type ErrorData,
} from "../../wire/serialization/remote_error.ts";
import {
  type FromWorker,
  isPacked,
  type SentItems,
  type ToWorker,
  Unreadable,
} from "../protocol/pool_messages.ts";

export { slowResolve };

/** Decodes a message of the pool that came as bytes. */
export function open(bytes: Uint8Array<ArrayBuffer>): ToWorker {
  return codec.decode(bytes) as ToWorker;
}

/** Encodes a message to the pool as bytes. */
export function close(message: FromWorker): Uint8Array<ArrayBuffer> {
  return codec.encode(message);
}

/**
 * The list of items or arguments that was sent to a function. A part that cannot be rebuilt
 * becomes an `Unreadable`, so that it fails its own call only.
 */
export function listOf(
  items: SentItems,
  target: object | null,
): readonly unknown[] {
  if (!isPacked(items)) return items;
  if (target !== null) useClassesOf(target);
  const gone = new Set<unknown>();
  const list = unpack(items.packed, (handle) => {
    try {
      return rehydrateSent(handle);
    } catch (error) {
      const standIn = new Unreadable(error);
      gone.add(standIn);
      return standIn;
    }
  }) as readonly unknown[];
  return gone.size === 0
    ? list
    : list.map((item) => goneIn(item, gone) ?? item);
}

/** The first part of a value that is among `gone`. */
function goneIn(value: unknown, gone: ReadonlySet<unknown>): unknown {
  const seen = new Set<unknown>([value]);
  for (const part of seen) {
    if (gone.has(part)) return part;
    if (typeof part !== "object" || part === null) continue;
    if (ArrayBuffer.isView(part)) continue;
    for (const inner of Object.values(part)) seen.add(inner);
    if (part instanceof Set) { for (const member of part) seen.add(member); }
    if (part instanceof Map) { for (const pair of part) seen.add(pair); }
  }
  return undefined;
}

export { checkTransfer } from "../../wire/serialization/transfer.ts";

/** Packs a list of results. */
export function packList(
  list: readonly unknown[],
  destination: Destination,
  transfer: readonly object[],
): Packed {
  return pack(list, destination, "results", transfer);
}

/**
 * Path and reason of a result that cannot be sent; the path begins at the result
 * and not at the list around it.
 */
export function refusal(error: unknown): readonly [string, string] {
  if (!(error instanceof EncodingError)) return ["result", thrownText(error)];
  return [error.path.replace(/^results\[0\]/, "result"), error.reason];
}

/** An error in the form in which it is sent to the pool. */
export function describeTaskError(
  error: unknown,
  destination: Destination,
): ErrorData | Uint8Array<ArrayBuffer> {
  const data = describeError(error, destination);
  return destination === "isolate" ? data : pack(data, "process", "error");
}

/**
 * Values as records of a ring, and back.
 *
 * ```
 *   kind     the bytes of the record
 *   VALUE    a value, as the codec writes it
 *   LARGE    the same with large buffers, copied out of the ring only once
 *   SITED    a value with places for shared objects and errors (pack.ts)
 * ```
 *
 * @module
 */

import { EncodingError, ProcessError } from "../base/errors.ts";
import type { Place } from "../memory/block.ts";
import {
  copied,
  decode,
  encode,
  encodeTo,
  isSited,
  type Writing,
} from "../wire/codec.ts";
import { reviveAny } from "../wire/handle.ts";
import { pack, unpack } from "../wire/pack.ts";
import { IN_PLACE, type Item, RECORD_LIMIT } from "./ring.ts";

const VALUE = 1;
const SITED = 2;
const LARGE = IN_PLACE + 1;

/** Why a value that threads could share is no record. */
const NO_BYTES =
  `nothing that bytes can carry: it holds memory of threads, or an object of the platform; make its shared objects by getContext("spawn")`;

/** Takes what was encoded as a record; as the codec's `Sink`, but knows the kind. */
export type ItemSink<T> = (
  content: Uint8Array<ArrayBuffer> | Writing,
  length: number,
  kind?: number,
) => T;

/** The kind of a record that the codec has just written. */
export function kindOf(content: Uint8Array | Writing): number {
  return typeof content === "function" ? LARGE : VALUE;
}

/** Refuses a record that no ring can take. */
export function checkLength(length: number): void {
  if (length <= RECORD_LIMIT) return;
  throw new EncodingError(
    "item",
    `too large: ${length} bytes, and a queue takes items of up to ${RECORD_LIMIT}; send parts of it`,
  );
}

/** A record to be put later. */
export function keepItem(
  content: Uint8Array<ArrayBuffer> | Writing,
  length: number,
  kind: number = kindOf(content),
): Item {
  checkLength(length);
  return { bytes: copied(content, length), length, kind };
}

/**
 * Encodes `value` for whoever sees memory in `place`, and gives it to `sink`. What
 * cannot be sent throws an `EncodingError`. The buffers in `transfer` are given
 * away: they are empty afterwards, unless the sink answers `"full"`.
 */
export function encodeItem<T>(
  value: unknown,
  place: Place,
  transfer: readonly object[] | undefined,
  sink: ItemSink<T>,
): T {
  let taken: T;
  try {
    taken = encodeTo(value, sink);
  } catch (failure) {
    // What the sink threw says enough.
    if (failure instanceof ProcessError || failure instanceof EncodingError) {
      throw failure;
    }
    const bytes = packItem(value, place, transfer);
    taken = sink(bytes, bytes.length, isSited(bytes) ? SITED : VALUE);
  }
  // What is given back is the caller's still.
  if (transfer !== undefined && taken !== "full") giveAway(transfer);
  return taken;
}

/** The bytes of what the codec alone refuses, or its reasons with the path. */
function packItem(
  value: unknown,
  place: Place,
  transfer: readonly object[] | undefined,
): Uint8Array<ArrayBuffer> {
  if (place === "mapped") return pack(value, "process", "item");
  const { sited, value: whole } = pack(value, "isolate", "item", transfer);
  try {
    return sited === null ? encode(whole) : encode(sited, "sited");
  } catch {
    throw new EncodingError("item", NO_BYTES);
  }
}

function giveAway(transfer: readonly object[]): void {
  for (const object of transfer) {
    if (object instanceof ArrayBuffer) object.transfer(0);
  }
}

/** Makes the value of a record again. */
export function readItem(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  stop: number,
  kind: number,
): unknown {
  return kind === SITED
    ? unpack(bytes.slice(start, stop), reviveAny)
    : decode(bytes, start, stop);
}

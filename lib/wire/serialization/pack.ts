/**
 * Packing: values are prepared for sending, and unpacked on arrival.
 *
 * To another isolate a value is sent by structured clone, to another OS process
 * as bytes. Either way this package's own objects arrive as objects over the
 * same memory, errors as errors, and a part that cannot be sent is refused with
 * the path to it.
 *
 * @module
 */

import { EncodingError } from "../../base/errors.ts";
import defer * as codec from "./codec.ts";
import { hide } from "./error_record.ts";
import {
  type Delivery,
  type Destination,
  type Rehydrate,
  UNTRACKED,
} from "./handle.ts";
import { isPlainData } from "./plain_data.ts";
import { fillPlaceholders, type WithPlaceholders } from "./placeholders.ts";
import { checkedPlaceholders } from "./placeholders_check.ts";
import { Walk } from "./walk.ts";

/** A value for `MessagePort.postMessage()`. */
export interface Cloned {
  /** Distinguishes it from bytes, and names the way of sending. */
  readonly form: "clone";
  /**
   * The value, or a copy without the parts that must not be sent, if it has no
   * placeholders.
   */
  readonly value: unknown;
  /** The value with its placeholders, if it has any. */
  readonly placeholders: WithPlaceholders | null;
}

/** A packed value: for a message port, or as bytes. */
export type Packed = Cloned | Uint8Array<ArrayBuffer>;

/**
 * Packs `value` for `destination`. A part that cannot be sent throws an
 * `EncodingError` with the path to it, starting at `path`. Platform objects in
 * `transfer`, such as a `MessagePort`, pass to another isolate as they are.
 */
export function pack(
  value: unknown,
  destination: "isolate",
  path: string,
  transfer?: readonly object[],
  delivery?: Delivery,
): Cloned;
/** Packs `value` for another OS process, as bytes. */
export function pack(
  value: unknown,
  destination: "process" | "elsewhere",
  path: string,
  transfer?: readonly object[],
  delivery?: Delivery,
): Uint8Array<ArrayBuffer>;
/** Packs `value` for `destination`. */
export function pack(
  value: unknown,
  destination: Destination,
  path: string,
  transfer?: readonly object[],
  delivery?: Delivery,
): Packed;
export function pack(
  value: unknown,
  destination: Destination,
  path: string,
  transfer?: readonly object[],
  delivery: Delivery = UNTRACKED,
): Packed {
  return destination === "isolate"
    ? packClone(value, path, transfer, delivery)
    : packBytes(value, destination, path, delivery);
}

function packClone(
  value: unknown,
  path: string,
  transfer: readonly object[] | undefined,
  delivery: Delivery,
): Cloned {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") {
      new Walk("isolate").check(value, path);
    }
    return { form: "clone", value, placeholders: null };
  }
  if (isPlainData(value)) return { form: "clone", value, placeholders: null };
  const walk = new Walk("isolate", transfer, delivery);
  if (!walk.check(value, path)) {
    return { form: "clone", value, placeholders: null };
  }
  const placeholders = taken(walk, value, path);
  return hasAny(placeholders)
    ? { form: "clone", value: null, placeholders }
    : { form: "clone", value: placeholders.root[0], placeholders: null };
}

function hasAny(
  { handles, errors, fills, instances }: WithPlaceholders,
): boolean {
  return instances !== undefined ||
    handles.length + errors.length + fills.length > 0;
}

function packBytes(
  value: unknown,
  destination: Destination,
  path: string,
  delivery: Delivery,
): Uint8Array<ArrayBuffer> {
  try {
    return codec.encode(value);
  } catch (failure) {
    // Walks the value once more, slowly, to find the path or the parts to
    // replace.
    const walk = new Walk(destination, [], delivery);
    const dirty = walk.check(value, path);
    try {
      return dirty
        ? codec.encode(taken(walk, value, path), "placeholders")
        : encodeAgain(value, failure);
    } catch (error) {
      throw error instanceof EncodingError ? error : unreadable(path, error);
    }
  }
}

/** For a value without a refused part, which failed all the same. */
function encodeAgain(
  value: unknown,
  failure: unknown,
): Uint8Array<ArrayBuffer> {
  try {
    return codec.encode(value);
  } catch {
    throw failure;
  }
}

function taken(walk: Walk, value: unknown, path: string): WithPlaceholders {
  try {
    return walk.take(value);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** For a getter or a proxy whose result differs each time. */
function unreadable(path: string, cause: unknown): EncodingError {
  const error = new EncodingError(path, "different each time it is read");
  hide(error, "cause", cause);
  return error;
}

/** Whether there may be handles in what was packed; errors look the same. */
export function mayHoldHandles(packed: Packed): boolean {
  return packed instanceof Uint8Array
    ? codec.hasPlaceholders(packed)
    : packed.placeholders !== null;
}

/**
 * Unpacks a value. `rehydrate` makes its shared objects. Bytes that are no message
 * throw a `RangeError`; so does a message whose cost is over `most`, for
 * untrusted bytes.
 */
export function unpack(
  packed: Packed,
  rehydrate: Rehydrate,
  most = Infinity,
): unknown {
  if (!(packed instanceof Uint8Array)) {
    return packed.placeholders === null
      ? packed.value
      : fillPlaceholders(checkedPlaceholders(packed.placeholders), rehydrate);
  }
  const value = codec.decode(packed, 0, packed.length, most);
  if (!codec.hasPlaceholders(packed)) return value;
  return fillPlaceholders(
    checkedPlaceholders(value, packed.length, most),
    rehydrate,
  );
}

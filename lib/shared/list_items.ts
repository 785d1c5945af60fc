/**
 * The items of a list in shared memory, and their encoding as bytes.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { showValue } from "../base/shown_value.ts";

/**
 * An item of a {@linkcode ShareableList}: a number, a 64-bit integer, a
 * boolean, text, bytes or null.
 *
 * @example All of them
 * ```ts
 * import { ShareableList, type ShareableItem } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const items: ShareableItem[] = [1.5, 2n, true, "text", new Uint8Array(2), null];
 * using list = new ShareableList(items);
 * deepEqual([...list], items);
 * ```
 */
export type ShareableItem =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | null;

/** The types of items; the index of each is its code. */
export const KINDS = [
  "null",
  "number",
  "bigint",
  "boolean",
  "string",
  "bytes",
] as const;
/** The type of an item. */
export type ListItemKind = (typeof KINDS)[number];

/** An encoded item. */
export interface Encoded {
  readonly kind: ListItemKind;
  readonly bytes: Uint8Array;
}

const BIGINT_MIN = -(2n ** 63n);
const BIGINT_MAX = 2n ** 63n - 1n;

/** Encodes an item; throws if a list cannot hold it. */
export function encodeListItem(item: unknown): Encoded {
  switch (typeof item) {
    case "number":
      return { kind: "number", bytes: bytesOf(new Float64Array([item])) };
    case "bigint":
      return { kind: "bigint", bytes: encodeBigInt(item) };
    case "boolean":
      return { kind: "boolean", bytes: new Uint8Array([Number(item)]) };
    case "string":
      return { kind: "string", bytes: encodeText(item) };
  }
  if (item === null) return { kind: "null", bytes: new Uint8Array(0) };
  if (item instanceof Uint8Array) return { kind: "bytes", bytes: item };
  throw new TypeError(
    `Cannot put ${
      showValue(item)
    } into a list as it takes numbers, bigints, truth values, strings, a Uint8Array and null`,
  );
}

function bytesOf({ buffer }: Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(buffer);
}

function encodeBigInt(item: bigint): Uint8Array {
  if (item >= BIGINT_MIN && item <= BIGINT_MAX) {
    return bytesOf(new BigInt64Array([item]));
  }
  throw new RangeError(
    `Cannot put ${item}n into a list as an integer must fit 64 bits: give it as text`,
  );
}

function encodeText(item: string): Uint8Array {
  if (item.isWellFormed()) return new TextEncoder().encode(item);
  throw new TypeError(
    `Cannot put ${
      showValue(item)
    } into a list as half a character is no text: it has a lone surrogate`,
  );
}

/** Decodes an item, as a copy. */
export function decodeListItem(
  kind: ListItemKind,
  bytes: Uint8Array,
): ShareableItem {
  // A copy, whose address is aligned for every type.
  const own = new Uint8Array(bytes);
  switch (kind) {
    case "null":
      return null;
    case "number":
      return new Float64Array(own.buffer)[0]!;
    case "bigint":
      return new BigInt64Array(own.buffer)[0]!;
    case "boolean":
      return own[0] !== 0;
    case "string":
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(own);
    case "bytes":
      return own;
    default:
      return unreachable(kind);
  }
}

/** Whether two items are equal; bytes are compared by content. */
export function isEqual(a: ShareableItem, b: ShareableItem): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * The body of a start message, and how it is packed.
 *
 * @module
 */

import { isPlain } from "../wire/protocol/child_context.ts";
import {
  type Delivery,
  type Destination,
  isShareable,
} from "../wire/serialization/handle.ts";
import type { StartBody } from "../wire/protocol/messages.ts";
import { pack, type Packed } from "../wire/serialization/pack.ts";

/** Packs a body only as far as it must be; the child unpacks the rest. */
export function packBody(
  body: StartBody,
  destination: Destination,
  delivery: Delivery,
): Packed | null {
  if (isEmpty(body)) return null;
  return partsOf(body).every(isPlain)
    ? { form: "clone", value: body, placeholders: null }
    : pack(body, destination, "", [], delivery);
}

function isEmpty(body: StartBody): boolean {
  return partsOf(body).length === 0;
}

function partsOf({ args, scope, fields }: StartBody): unknown[] {
  return [...args, ...Object.values(scope), ...Object.values(fields)];
}

/**
 * Whether no code can change the body any more: it has only plain and shared
 * values.
 */
export function isSettled(body: StartBody): boolean {
  return partsOf(body).every((part) =>
    isPlain(part) || part instanceof SharedArrayBuffer ||
    typeof part === "object" && part !== null && isShareable(part)
  );
}

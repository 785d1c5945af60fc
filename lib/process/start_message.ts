/**
 * What a start order carries, and how it is packed.
 *
 * @module
 */

import { isPlain } from "../wire/protocol/child_context.ts";
import { type Destination, isShareable } from "../wire/serialization/handle.ts";
import type { StartBody } from "../wire/protocol/messages.ts";
import { pack, type Packed } from "../wire/serialization/pack.ts";

/** The body, packed only as far as it must be: a child unpacks what is left. */
export function packBody(
  body: StartBody,
  destination: Destination,
): Packed | null {
  if (isEmpty(body)) return null;
  return partsOf(body).every(isPlain)
    ? { form: "clone", value: body, placeholders: null }
    : pack(body, destination, "");
}

function isEmpty(body: StartBody): boolean {
  return partsOf(body).length === 0;
}

function partsOf({ args, scope, fields }: StartBody): unknown[] {
  return [...args, ...Object.values(scope), ...Object.values(fields)];
}

/** Whether a body holds only what nobody can change: plain and shared things. */
export function isSettled(body: StartBody): boolean {
  return partsOf(body).every((part) =>
    isPlain(part) || part instanceof SharedArrayBuffer ||
    typeof part === "object" && part !== null && isShareable(part)
  );
}

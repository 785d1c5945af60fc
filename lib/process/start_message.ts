/**
 * The first message to a child, and how its body is packed.
 *
 * @module
 */

import { settingForChild } from "../logging/logger.ts";
import { moduleObjects } from "../memory/allocation/construction_sites.ts";
import { canMapAt } from "../memory/system/libc.ts";
import { isPlain } from "../wire/protocol/port_messages.ts";
import {
  type Delivery,
  type Destination,
  isShareable,
  type TrackedDelivery,
} from "../wire/serialization/handle.ts";
import {
  type Identity,
  PROTOCOL_VERSION,
  type StartBody,
  type StartMessage,
  type TargetSpec,
} from "../wire/protocol/messages.ts";
import { pack, type Packed } from "../wire/serialization/pack.ts";

/** The start message of a child that runs `target`; `delivery` learns what it holds. */
export function startMessage(
  identity: Identity,
  destination: Destination,
  target: TargetSpec,
  body: StartBody,
  delivery: TrackedDelivery,
): StartMessage {
  const sites = moduleObjects(destination, delivery);
  const packed = packBody(body, destination, delivery);
  return {
    kind: "start",
    version: PROTOCOL_VERSION,
    identity,
    destination,
    target,
    sites,
    log: settingForChild(),
    isRelayed: delivery.relays > 0 && !canMapAt(destination),
    body: packed,
  };
}

/** Packs a body only as far as it must be; the child unpacks the rest. */
function packBody(
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

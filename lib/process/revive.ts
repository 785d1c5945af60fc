/**
 * Handles back into objects, for every kind that there is.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { reviveValue } from "../shared/value.ts";
import { reviveRLock } from "../sync/rlock.ts";
import type { Handle } from "../wire/handle.ts";

/** The object behind a handle. */
export function revive(handle: Handle): unknown {
  switch (handle.kind) {
    case "value":
      return reviveValue(handle);
    case "rlock":
      return reviveRLock(handle);
    default:
      return unreachable(handle);
  }
}

/**
 * Copies of a barrier's action, for processes that were given the barrier.
 *
 * @module
 */

import { EncodingError, SharedMemoryError } from "../base/errors.ts";
import type { CaptureResult } from "../functions/capture.ts";
import defer * as looking from "../functions/look.ts";
import defer * as rebuilding from "../functions/rebuild.ts";
import { setActionCopier } from "../sync/barrier_action.ts";
import type {
  CapturedCode,
  CapturedValues,
} from "../wire/protocol/captured.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import {
  type ActionCopy,
  type Delivery,
  type Destination,
  type Rehydrate,
  type SentAction,
  unheld,
} from "../wire/serialization/handle.ts";
import { pack, type Packed, unpack } from "../wire/serialization/pack.ts";
import { cloneOf } from "../wire/serialization/structured_clone.ts";

type CopiedAction = () => unknown;

/** A barrier is given to many, and most do not need the copy. */
const COPY_MAX_BYTES = 64 * 1024;

/** Has actions be copied; `rehydrate` makes the objects that a parent has sent. */
export function copyActions(rehydrate: Rehydrate): void {
  setActionCopier({
    copy,
    make: async ({ code, values }) =>
      await rebuilding.rebuild(
        code as CapturedCode,
        unpack(values as Packed, rehydrate) as CapturedValues,
        childContext()?.loaders ?? {},
      ) as CopiedAction,
  });
}

function copy(
  action: CopiedAction,
  destination: Destination,
  delivery: Delivery,
): SentAction | null {
  try {
    const found = looking.captureHere({
      target: action,
      scope: null,
      destination,
      keepsText: true,
    });
    return found === null ? null : sent(found, destination, delivery);
  } catch (error) {
    // It stays where it is; the barrier reports it if no process has it.
    const isUnsent = error instanceof EncodingError ||
      error instanceof SharedMemoryError;
    if (isUnsent) return null;
    throw error;
  }
}

function sent(
  found: CaptureResult,
  destination: Destination,
  delivery: Delivery,
): SentAction | null {
  if (found.kind === "export") return { module: found.module, name: found.key };
  if (found.kind === "closed" || found.bytes > COPY_MAX_BYTES) return null;
  // The barrier keeps the action, and that what it uses.
  const values = pack(
    found.values,
    destination as "isolate",
    "action",
    [],
    unheld(delivery),
  );
  const copy: ActionCopy = { code: found.code, values };
  return destination === "isolate" ? cloneOf(copy) : copy;
}

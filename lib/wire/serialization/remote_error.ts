/**
 * Remote errors: an error of a child is sent to its parent as data, and rebuilt
 * without calling a constructor of the user.
 *
 * ```text
 *   child    throw error --> describeError() --> ErrorData
 *   parent   ErrorData --> rebuildError() --> error of the same built-in class,
 *              stack  where the parent waited
 *              cause  RemoteError: where it happened, with the child's stack,
 *                       cause  the error's own cause
 * ```
 *
 * @module
 */

import { RemoteError } from "../../base/errors.ts";
import { attempt, emptyRecord, hide } from "./error_record.ts";
import type { Destination, Rehydrate } from "./handle.ts";
import { isError } from "./value_kinds.ts";
import { fillPlaceholders, type WithPlaceholders } from "./placeholders.ts";
import { checkedPlaceholders } from "./placeholders_check.ts";
import { Walk } from "./walk.ts";

export { ERROR_LEVELS_MAX } from "./walk.ts";

/** A thrown value as plain data, for either way of sending. */
export type ErrorData = WithPlaceholders;

/**
 * Describes a thrown value as data: an error by its name, message, stack, cause
 * and own fields, another value as it is. A part that cannot be sent is
 * replaced by a text. Never throws.
 */
export function describeError(
  thrown: unknown,
  destination: Destination = "process",
): ErrorData {
  try {
    return new Walk(destination).takeAnyway(thrown, "the thrown value");
  } catch {
    // A field was readable once, and throws when read again.
    return withoutFields(thrown);
  }
}

function withoutFields(thrown: unknown): ErrorData {
  const root: unknown[] = ["[Not sent: the thrown value cannot be read]"];
  const error = attempt(() => isError(thrown as object), false);
  return {
    root,
    handles: [],
    errors: error ? [[root, "0", emptyRecord(thrown as Error)]] : [],
    fills: [],
  };
}

/**
 * Rebuilds the error that `data` describes. `where` tells where it was thrown,
 * as in `in process "Process-1"`. `rehydrate` makes the shared objects among its
 * fields; without it they stay handles. Broken data throws a `RangeError`.
 */
export function rebuildError(
  data: ErrorData,
  where: string,
  rehydrate: Rehydrate = (handle) => handle,
): unknown {
  const thrown = fillPlaceholders(checkedPlaceholders(data), rehydrate);
  if (!(thrown instanceof Error)) return thrown;
  const remote = new RemoteError(`Thrown ${where}`);
  hide(remote, "stack", thrown.stack || `${thrown.name}: ${thrown.message}`);
  if (Object.hasOwn(thrown, "cause")) hide(remote, "cause", thrown.cause);
  hide(thrown, "cause", remote);
  Error.captureStackTrace(thrown, rebuildError);
  return thrown;
}

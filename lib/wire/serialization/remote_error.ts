/**
 * Errors on their way from a child to its parent: as data, never by calling a
 * constructor of the user.
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
import type { Destination, Revive } from "./handle.ts";
import { isError } from "./value_kinds.ts";
import { fillPlaceholders, type WithPlaceholders } from "./placeholders.ts";
import { checkedPlaceholders } from "./placeholders_check.ts";
import { Walk } from "./walk.ts";

export { ERROR_LEVELS_MAX } from "./walk.ts";

/** Whatever was thrown, as plain data that can be sent by either way. */
export type ErrorData = WithPlaceholders;

/**
 * What was thrown, as data: name, message, stack, cause, own fields; a thrown
 * value that is no error as it is. What cannot be sent becomes a text in its
 * place. Never throws.
 */
export function describeError(
  thrown: unknown,
  destination: Destination = "process",
): ErrorData {
  try {
    return new Walk(destination).takeAnyway(thrown, "the thrown value");
  } catch {
    // A field that reads well once and throws when read again.
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
 * The error that `data` describes, made here. `where` says where it was thrown,
 * as in `in process "Process-1"`. Shared objects among its fields come through
 * `revive`; without it they stay handles. Data that describes nothing throws a
 * `RangeError`.
 */
export function rebuildError(
  data: ErrorData,
  where: string,
  revive: Revive = (handle) => handle,
): unknown {
  const thrown = fillPlaceholders(checkedPlaceholders(data), revive);
  if (!(thrown instanceof Error)) return thrown;
  const remote = new RemoteError(`Thrown ${where}`);
  hide(remote, "stack", thrown.stack || `${thrown.name}: ${thrown.message}`);
  if (Object.hasOwn(thrown, "cause")) hide(remote, "cause", thrown.cause);
  hide(thrown, "cause", remote);
  Error.captureStackTrace(thrown, rebuildError);
  return thrown;
}

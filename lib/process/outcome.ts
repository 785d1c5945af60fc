/**
 * The outcome of a target, as its child reports it: made into a value, or into an
 * error with the stack of the caller.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import { unreachable } from "../base/assert.ts";
import { hintForGrant } from "../launch/permissions.ts";
import { hintForSettings } from "../launch/settings.ts";
import { mostOfChild } from "../wire/serialization/codec_cost.ts";
import type { ToParent } from "../wire/protocol/messages.ts";
import { hide } from "../wire/serialization/error_record.ts";
import {
  type Destination,
  type Rehydrate,
  rehydrateFrom,
} from "../wire/serialization/handle.ts";
import { unpack } from "../wire/serialization/pack.ts";
import {
  type ErrorData,
  rebuildError,
} from "../wire/serialization/remote_error.ts";
import "./rehydrate.ts";

/** The outcome of a target, as far as it is known. */
export type TargetOutcome =
  | { readonly kind: "none" }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: unknown };

/** The messages that report an outcome. */
type Report = Exclude<ToParent, { kind: "ready" | "message" }>;

/**
 * The outcome that a child at `from` reports. `where` names the child in errors;
 * one in an OS process of its own may lack what its parent has, and its errors get
 * a hint.
 */
export function outcomeOf(
  report: Report,
  where: string,
  from: Destination,
): TargetOutcome {
  switch (report.kind) {
    case "result":
      return received(report, from);
    case "unsendable": {
      const { path, reason } = report;
      return { kind: "error", error: new EncodingError(path, reason) };
    }
    case "failure":
      return failed(report, where, from);
    default:
      return unreachable(report);
  }
}

function received(
  { body }: Report & { kind: "result" },
  from: Destination,
): TargetOutcome {
  try {
    const value = body === null
      ? undefined
      : unpack(body, rehydrateFrom(from), mostOfChild(body));
    return { kind: "value", value };
  } catch (error) {
    return { kind: "error", error };
  }
}

function failed(
  { body }: Report & { kind: "failure" },
  where: string,
  from: Destination,
): TargetOutcome {
  const rehydrateAnyway = rehydrateOrTell(rehydrateFrom(from));
  const data = body instanceof Uint8Array
    ? unpack(body, rehydrateAnyway, mostOfChild(body)) as ErrorData
    : body;
  const error = rebuildError(data, where, rehydrateAnyway);
  if (error instanceof Error && from !== "isolate") {
    const hint = hintForGrant(error) + hintForSettings(error);
    // Not by assignment: the message of a DOMException is read-only.
    if (hint !== "") hide(error, "message", error.message + hint);
  }
  return { kind: "error", error };
}

/**
 * Replaces parts that cannot be rebuilt by a text, so that the error still arrives.
 */
function rehydrateOrTell(rehydrate: Rehydrate): Rehydrate {
  return (handle) => {
    try {
      return rehydrate(handle);
    } catch (error) {
      return `[Not rebuilt: ${error instanceof Error ? error.message : error}]`;
    }
  };
}

/** The place of a call: an object whose stack is made when it is read. */
export interface Caller {
  readonly stack?: string;
}

/** The caller of `from`, for an error that is thrown later. */
export function callerOf(from: (...args: never[]) => unknown): Caller {
  const here: Caller = {};
  Error.captureStackTrace(here, from);
  return here;
}

/**
 * An error of a child for its catcher: the stack leads to the code that asked for
 * the result; the child's own stack is in the `cause`.
 */
export function asSeenBy({ stack = "" }: Caller, error: unknown): unknown {
  const lines = stack.replace(/^.*\n?/, "");
  if (error instanceof Error && lines !== "") {
    // Deno replaces an error that ends a module and whose stack was never read:
    // without its class, and with another message (2.9.6).
    void error.stack;
    Object.defineProperty(error, "stack", {
      value: `${error.name}: ${error.message}\n${lines}`,
      writable: true,
      configurable: true,
    });
  }
  return error;
}

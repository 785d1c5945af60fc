/**
 * Looks at a function once it is known that no export stands for it.
 *
 * @module
 */

import { functionText } from "./function_text.ts";
import { isPlain } from "../wire/protocol/port_messages.ts";
import { isShareable } from "../wire/serialization/handle.ts";
import { capture, type CaptureRequest, type CaptureResult } from "./capture.ts";
import { usesOnly } from "./closed_text.ts";
import { isInteractive } from "../base/interactive.ts";
import { inspect } from "./inspector.ts";
import { ScriptScope } from "./script_scope.ts";

/** What came of a look; null where none can be taken. */
export type LookResult =
  | CaptureResult
  /** What it uses is in its scope. */
  | { readonly kind: "given"; readonly module: string | null }
  | null;

/** Texts that use nothing but what they are given, by the module that gave them. */
const known = new Set<string>();

/** Maximum of remembered functions. */
const FUNCTIONS_MAX = 1_024;

/**
 * Looks at a function that a module at `home` gives, or that a program without an
 * address gives. Throws an `EncodingError` for what cannot go.
 */
export function lookAt(
  request: CaptureRequest,
  home: string | null,
): LookResult {
  const text = functionText(request.target);
  const { scope } = request;
  const key = keyOf(request, text, home);
  if (key !== null && known.has(key)) {
    return { kind: scope === null ? "closed" : "given", module: home };
  }
  const found = captureHere(request);
  // One that names a global is looked at again: another one with the same text may
  // stand where that name is a variable.
  const isKnown = key !== null && found !== null && saysAll(found, scope) &&
    usesOnly(text, new Set(Object.keys(scope ?? {})));
  if (isKnown) {
    if (known.size >= FUNCTIONS_MAX) known.clear();
    known.add(key);
    if (scope !== null) return { kind: "given", module: home };
  }
  return found;
}

/** Looks at a function in the way that there is here; null where there is none. */
export function captureHere(request: CaptureRequest): CaptureResult | null {
  return isInteractive()
    ? capture(request, new ScriptScope(request.target, request.scope))
    : inspect((inspector) => capture(request, inspector));
}

/** Under what a function is remembered; null where a look is always taken. */
function keyOf(
  { target, scope }: CaptureRequest,
  text: string,
  home: string | null,
): string | null {
  if (Object.keys(target).length > 0) return null;
  if (scope === null) return [home, text].join("\0");
  const isSimple = Object.values(scope).every((value) =>
    isPlain(value) ||
    typeof value === "object" && value !== null && isShareable(value)
  );
  return isSimple
    ? [home, text, "scope", ...Object.keys(scope)].join("\0")
    : null;
}

/** Whether a function uses nothing but what it was given. */
function saysAll(
  found: CaptureResult,
  scope: CaptureRequest["scope"],
): boolean {
  if (found.kind !== "captured") return found.kind === "closed";
  const { parts, scopes } = found.code;
  return scope !== null && parts.length === 1 &&
    found.values.fields.length === 0 &&
    scopes.every(({ variables }) =>
      variables.every(([name, holds]) =>
        holds === "value" && Object.hasOwn(scope, name)
      )
    );
}

/**
 * Looks at a function once it is known that no export stands for it.
 *
 * @module
 */

import { printError } from "../base/stderr.ts";
import { capture, type CaptureRequest, type Found } from "./capture.ts";
import { isClosed } from "./closed_text.ts";
import { inspect } from "./inspector.ts";

/** What came of a look; null where none can be taken. */
export type Look = Found | null;

/** Texts that use nothing, by the module that gave them. */
const closed = new Set<string>();

/** So many of them are remembered. */
const CLOSED_MAX = 1_024;

/** Above this size what travels is spoken of. */
const LARGE_BYTES = 1024 * 1024;

/** Functions that were spoken of. */
const told = new Set<string>();

/**
 * Looks at a function that a module at `home` gives, or that a program without an
 * address gives. Throws an `EncodingError` for what cannot go.
 */
export function lookAt(request: CaptureRequest, home: string | null): Look {
  const text = Function.prototype.toString.call(request.target);
  // What its text says can be all and is not where its module has a `Map` of its own.
  const key = request.scope === null && isClosed(text)
    ? `${home}\0${text}`
    : null;
  if (key !== null && closed.has(key)) return { kind: "closed", module: home };
  const found = inspect((inspector) => capture(request, inspector));
  if (key !== null && found?.kind === "closed") {
    if (closed.size >= CLOSED_MAX) closed.clear();
    closed.add(key);
  }
  return found;
}

/** Tells once of a function that takes much along. */
export function tellSize(found: Look): void {
  if (found?.kind !== "captured" || found.bytes < LARGE_BYTES) return;
  const { bytes, uses, code: { parts: [part] } } = found;
  const text = part?.kind === "text" ? part.text : "";
  if (told.has(text)) return;
  told.add(text);
  const name = part?.kind === "text" && part.name || "anonymous";
  const largest = uses.toSorted((a, b) => b.bytes - a.bytes)[0];
  printError(
    `Function "${name}" takes ${
      mib(bytes)
    } MiB along with each call of a process ` +
      `and to each worker, most of it ${largest?.path}: put that into a ` +
      `SharedArray, or make it in the initializer of the pool`,
  );
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

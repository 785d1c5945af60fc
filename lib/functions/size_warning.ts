/**
 * The warning that a function takes much along.
 *
 * @module
 */

import { printError } from "../base/stderr.ts";
import type { LookResult } from "./look.ts";

/** From this size on there is a warning. */
const LARGE_BYTES = 1024 * 1024;

/** The texts of the functions that were warned of. */
const told = new Set<string>();

/** Warns once of a function that takes much along. */
export function tellSize(found: LookResult): void {
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

/**
 * What is known, in the REPL and in notebooks, to be an export of a module: there no
 * source says where a name comes from.
 *
 * @module
 */

import { packageUrl } from "../base/built.ts";
import { isInteractive } from "../base/interactive.ts";

/** The way to an export. */
export interface ExportPlace {
  /** The URL of the module, also of one of Node's. */
  readonly module: string;
  /** Null for the namespace itself. */
  readonly key: string | null;
}

// Invariant: empty in a program.
const known = new WeakMap<object, ExportPlace>();

let isAny = false;

/** The way to something that is known to be an export; null for anything else. */
export function sessionExportOf(thing: object): ExportPlace | null {
  return isAny ? known.get(thing) ?? null : null;
}

/** Notes that something is an export. */
export function noteSessionExport(thing: object, place: ExportPlace): void {
  isAny = true;
  known.set(thing, place);
}

// It is being loaded anyway, by the line or cell that loads this file.
if (isInteractive()) {
  const module = packageUrl();
  void import(module).then((all: Readonly<Record<string, unknown>>) => {
    for (const [key, value] of Object.entries(all)) {
      const isThing = typeof value === "function" ||
        typeof value === "object" && value !== null;
      if (isThing) noteSessionExport(value, { module, key });
    }
    noteSessionExport(all, { module, key: null });
  }, () => {});
}

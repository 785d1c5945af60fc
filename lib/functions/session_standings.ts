/**
 * Where functions of the REPL and of notebooks stand: in a line or cell, in a function
 * there, or in a module.
 *
 * A snapshot of the heap says it. It takes long, so there is one for a function and all
 * that it reaches, and none for a function that was seen before or whose text names
 * nothing.
 *
 * @module
 */

import { functionText, isNativeText } from "./function_text.ts";
import { broadcast, isNotebook } from "../base/interactive.ts";
import { isProxy } from "../base/object_kinds.ts";
import { printError } from "../base/stderr.ts";
import { valueKindOf } from "../wire/serialization/value_kinds.ts";
import { lookOnHeap, type Shown, type Standing } from "./heap_scopes.ts";
import { isHeapTooLarge } from "./heap_snapshot.ts";
import { isImportable } from "./script_modules.ts";
import {
  type ExportPlace,
  noteSessionExport,
  sessionExportOf,
} from "./session_exports.ts";
import { sessionVariable } from "./session_variables.ts";
import { usedWords } from "./used_words.ts";

const standings = new WeakMap<object, Standing>();

/** Why the last snapshot was not taken; null if it was. */
export type Missing = string | null;

/** Where a function stands, if that was found out. */
export function standingOf(thing: object): Standing | null {
  return standings.get(thing) ?? null;
}

/**
 * Finds out where functions stand: those among `roots`, and all that these reach. Gives
 * the reason if that cannot be done.
 */
export function findStandings(roots: Iterable<unknown>): Missing {
  if (isHeapTooLarge()) {
    return "the heap of this session is too large for a snapshot";
  }
  const reached = [...reachedFrom(roots)];
  try {
    const start = performance.now();
    const { found, size } = lookOnHeap(reached);
    tellCost(size, performance.now() - start);
    note(reached, found);
    return null;
  } catch (error) {
    return `no snapshot of the heap can be taken (${
      error instanceof Error ? error.message : error
    })`;
  }
}

function note(reached: readonly object[], found: Shown["found"]): void {
  for (const thing of reached) {
    const { standing = null, exports = [] } = found.get(thing) ?? {};
    if (typeof thing === "function" && standing !== null) {
      standings.set(thing, standing);
      noteExport(thing, exports, standing.url);
    }
  }
  for (const thing of reached) {
    if (typeof thing === "function" || !isOfModule(thing)) continue;
    noteExport(thing, found.get(thing)?.exports ?? [], "");
  }
}

/** Notes that a thing is an export, of the module that it stands in where it can be. */
function noteExport(
  thing: object,
  places: readonly ExportPlace[],
  url: string,
): void {
  const usable = places.filter(({ module }) =>
    isImportable(module) || module.startsWith("node:")
  );
  const place = usable.find(({ module }) => module === url) ?? usable[0];
  if (place !== undefined && sessionExportOf(thing) === null) {
    noteSessionExport(thing, place);
  }
}

/**
 * Whether an object holds functions of modules, as a namespace does. Plain data goes as
 * it is.
 */
function isOfModule(thing: object): boolean {
  if (isNamespace(thing)) return true;
  return valuesIn(thing).some((value) =>
    typeof value === "function" &&
    (sessionExportOf(value) ?? standings.get(value)?.module ?? null) !== null
  );
}

function isNamespace(thing: object): boolean {
  return Object.getPrototypeOf(thing) === null &&
    Object.getOwnPropertyDescriptor(thing, Symbol.toStringTag)?.value ===
      "Module";
}

// What is reached

/** Most things of one snapshot; what comes later has one of its own. */
const THINGS_MAX = 10_000;

/** Functions and objects that are reached from values by variables and fields. */
function reachedFrom(roots: Iterable<unknown>): Set<object> {
  const reached = new Set<object>();
  const open: unknown[] = [...roots];
  const words = new Set<string>();
  for (let i = 0; i < open.length && reached.size < THINGS_MAX; i++) {
    const thing = open[i];
    if (!isThing(thing) || reached.has(thing) || isProxy(thing)) continue;
    reached.add(thing);
    if (typeof thing === "function") {
      if (isNativeText(functionText(thing))) continue;
      for (const word of usedWords(thing)) {
        if (words.has(word)) continue;
        words.add(word);
        const variable = sessionVariable(word);
        if (variable !== null && "value" in variable) open.push(variable.value);
      }
      open.push(Object.getPrototypeOf(thing));
    }
    for (const value of valuesIn(thing)) open.push(value);
  }
  return reached;
}

function isThing(value: unknown): value is object {
  return typeof value === "function" ||
    typeof value === "object" && value !== null;
}

/** What a function or an object holds, without calling anything. */
function valuesIn(thing: object): unknown[] {
  if (typeof thing === "function") return fieldsOf(thing);
  switch (valueKindOf(thing)) {
    case "plain":
    case "error":
      return [...fieldsOf(thing), makerOf(thing)];
    case "array":
      return [...(thing as unknown[]).slice(0, THINGS_MAX), makerOf(thing)];
    case "map":
      return [...Map.prototype.entries.call(thing)].flat();
    case "set":
      return [...Set.prototype.values.call(thing)];
    default:
      return [];
  }
}

function fieldsOf(thing: object): unknown[] {
  return Reflect.ownKeys(thing).slice(0, THINGS_MAX).map((key) => {
    try {
      return Object.getOwnPropertyDescriptor(thing, key)?.value;
    } catch {
      return undefined; // An export that is not initialized yet.
    }
  });
}

/** The class of an instance. */
function makerOf(thing: object): unknown {
  const prototype = Object.getPrototypeOf(thing);
  return prototype === null || prototype === Object.prototype ||
      prototype === Array.prototype
    ? undefined
    : Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
}

// What it costs

/** Things in all snapshots after which there is a warning: some 100 of a small heap. */
const THINGS_TOLD = 10_000_000;

// Invariant: NaN once it was told.
let thingsSeen = 0;
let spentMs = 0;

function tellCost(things: number, ms: number): void {
  thingsSeen += things;
  spentMs += ms;
  if (!(thingsSeen > THINGS_TOLD)) return;
  thingsSeen = NaN;
  const text =
    `To find what functions of this session use has taken ${
      (spentMs / 1_000).toFixed(0)
    } s so far, as each new function takes a snapshot of the heap: give the same ` +
    "function again instead of a new one, or all that it uses in the option `scope`";
  // What a kernel writes to its stderr does not reach the cell.
  if (isNotebook()) broadcast("stream", { name: "stderr", text: `${text}\n` });
  else printError(text);
}

/**
 * Explains errors about lost classes: instances that were sent arrive as plain
 * objects, as structured clone makes them, and the errors that follow say so.
 *
 * @module
 */

import { functionText, isNativeText } from "../functions/function_text.ts";
import { hide } from "../wire/serialization/error_record.ts";
import { isShareable } from "../wire/serialization/handle.ts";

/** A value that was sent, and its name in errors. */
export type SentPart = readonly [path: string, value: unknown];

/** Limits of the search: number of objects, and depth. */
const LOOKED_AT_MAX = 10_000;
const INSTANCE_DEPTH_MAX = 32;

/** An instance with the missing method or property. */
interface LostInstance {
  readonly path: string;
  readonly type: string;
}

/**
 * Adds an explanation to an error of a child if sending may have caused it: a
 * method was called that an instance had before it was sent.
 */
export function explainInstances(
  error: unknown,
  given: Iterable<SentPart>,
): void {
  if (!(error instanceof TypeError)) return;
  const missed = missedIn(error.message);
  if (missed === null) return;
  const found = new Search(missed).among(given);
  if (found === null) return;
  hide(
    error,
    "message",
    `${error.message} (${found.path} was given as an instance of ${found.type}, ` +
      `and arrived without what its class gives it: send its data, and make the ` +
      `instance in the function)`,
  );
}

/**
 * Adds to an error of a process why private fields were missing: an object of
 * `type` was made without its constructor, which ran in the parent.
 */
export function explainPrivate(error: unknown, type: string): void {
  if (!(error instanceof TypeError) || !missesPrivate(error.message)) return;
  hide(
    error,
    "message",
    `${error.message} (the constructor of ${type} ran in the parent, and its ` +
      `private fields do not travel to the process: make them public, or give ` +
      `run() what it needs in public fields)`,
  );
}

function missesPrivate(message: string): boolean {
  return /^Cannot (read|write) private member #/.test(message) ||
    /^Receiver must be /.test(message) ||
    /^'#.+' was defined without a (getter|setter)/.test(message);
}

/** Whether a class has the missing method or property. */
type Missed = (prototype: object) => boolean;

function missedIn(message: string): Missed | null {
  if (missesPrivate(message)) return () => true;
  const [, method] = /(?:^|[.#])([\p{ID_Continue}$]+) is not a function/u
    .exec(message) ?? [];
  if (method !== undefined) return (type) => Object.hasOwn(type, method);
  if (/ is not (async )?iterable/.test(message)) {
    return (type) =>
      Object.hasOwn(type, Symbol.iterator) ||
      Object.hasOwn(type, Symbol.asyncIterator);
  }
  // A property of a getter is undefined after sending.
  return /^Cannot (read|destructure) propert.* undefined/.test(message)
    ? hasGetter
    : null;
}

function hasGetter(prototype: object): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).some(
    ({ get }) => get !== undefined,
  );
}

/** Searches everything that was sent, up to the limits. */
class Search {
  readonly #missed: Missed;
  readonly #seen = new Set<object>();

  constructor(missed: Missed) {
    this.#missed = missed;
  }

  among(given: Iterable<SentPart>, depth = 0): LostInstance | null {
    for (const [path, value] of given) {
      const found = this.#look(path, value, depth);
      if (found !== null) return found;
    }
    return null;
  }

  #look(path: string, value: unknown, depth: number): LostInstance | null {
    if (typeof value !== "object" || value === null) return null;
    if (this.#seen.has(value) || depth > INSTANCE_DEPTH_MAX) return null;
    if (this.#seen.size >= LOOKED_AT_MAX || keepsItsClass(value)) return null;
    this.#seen.add(value);
    try {
      const type = this.#typeOf(value);
      return type === null
        ? this.among(partsOf(path, value), depth + 1)
        : { path, type };
    } catch {
      return null; // A getter or proxy that throws.
    }
  }

  /** The name of the class that has it; null if none has. */
  #typeOf(value: object): string | null {
    const type = Object.getPrototypeOf(value);
    for (
      let each = type;
      each !== null && !isNative(each);
      each = Object.getPrototypeOf(each)
    ) {
      if (this.#missed(each)) return type.constructor?.name || "a class";
    }
    return null;
  }
}

function keepsItsClass(value: object): boolean {
  return ArrayBuffer.isView(value) || isShareable(value);
}

function* partsOf(path: string, value: object): Generator<SentPart> {
  if (value instanceof Map) {
    for (const [key, part] of value) {
      yield [`a key of ${path}`, key];
      yield [`a value of ${path}`, part];
    }
  } else if (value instanceof Set) {
    for (const part of value) yield [`an entry of ${path}`, part];
  }
  const isList = Array.isArray(value);
  for (const [key, part] of Object.entries(value)) {
    yield [isList ? `${path}[${key}]` : `${path}.${key}`, part];
  }
}

/**
 * Whether a prototype is native: instances of native classes arrive, or are
 * refused.
 */
function isNative({ constructor }: object): boolean {
  return typeof constructor === "function" &&
    isNativeText(functionText(constructor));
}

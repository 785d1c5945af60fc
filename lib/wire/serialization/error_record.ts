/**
 * An error record: an error as plain data, and the error rebuilt from that
 * data.
 *
 * Only classes of the platform and of this package are ever constructed; an
 * error of a user's class becomes one of the nearest of them, with its own
 * `name`. One of a class that went along with a function gets the prototype of that.
 *
 * @module
 */

import * as own from "../../base/errors.ts";
import { classNameOf, prototypeNamed } from "./known_classes.ts";
import { isFarIndex, keepTable } from "./object_fields.ts";

/** An error as data. Its parts may hold errors in turn, as placeholders. */
export interface ErrorRecord {
  /** The nearest class of the platform or of this package. */
  readonly base: string;
  /** The error's `name`. */
  readonly name: string;
  /** The error's `message`. */
  readonly message: string;
  /** The error's `stack`, where it was made. */
  readonly stack: string;
  /** Own enumerable fields. */
  readonly fields: Record<string, unknown>;
  /** Parts that are own but not enumerable: `cause`, `errors`, … */
  readonly hidden: Record<string, unknown>;
  /** Its class, if the other side may have that. */
  readonly className?: string;
}

type ErrorClass = new (message: string) => Error;

const NATIVE: Readonly<Record<string, ErrorClass>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  ...classesOf(WebAssembly, [
    "CompileError",
    "LinkError",
    "RuntimeError",
    "SuspendError",
  ]),
  ...classesOf(globalThis, ["SuppressedError", "QuotaExceededError"]),
};

/** Classes of the platform, as far as this version has them. */
function classesOf(
  place: object,
  names: readonly string[],
): Record<string, ErrorClass> {
  return Object.fromEntries(
    names.map((name) => [name, Reflect.get(place, name)])
      .filter(([, value]) => typeof value === "function"),
  );
}

const OWN = own as unknown as Readonly<Record<string, ErrorClass>>;

/** Properties that the record sets itself, which no field may overwrite. */
const RESERVED = new Set(["name", "message", "stack", "cause", "__proto__"]);

/** Own parts of built-in errors that are not enumerable but belong to them. */
const HIDDEN = ["cause", "errors", "error", "suppressed"] as const;

/** The properties that a QuotaExceededError has as getters of its class. */
const QUOTA = ["quota", "requested"] as const;

/** The record of `error`, still without fields. Never throws. */
export function emptyRecord(error: Error): ErrorRecord {
  return {
    base: attempt(() => baseOf(error), "Error"),
    name: text(() => error.name, "Error"),
    message: text(() => error.message, ""),
    stack: text(() => error.stack, ""),
    fields: {},
    hidden: {},
    ...attempt(() => classed(error), {}),
  };
}

function classed(error: Error): Pick<ErrorRecord, "className"> {
  const className = classNameOf(error);
  return className === undefined ? {} : { className };
}

/** The own enumerable fields of `error` that are sent. Never throws. */
export function fieldNames(error: Error): string[] {
  const keys = attempt(() => Object.keys(error), []);
  return keys.filter((key) => !RESERVED.has(key) && !isHidden(key));
}

/** The hidden parts that `error` has. Never throws. */
export function hiddenNames(error: Error): string[] {
  const own = HIDDEN.filter((key) =>
    attempt(() => Object.hasOwn(error, key), false)
  );
  const isQuota = attempt(() => baseOf(error), "") === "QuotaExceededError";
  return isQuota ? [...own, ...QUOTA] : own;
}

function isHidden(key: string): boolean {
  return (HIDDEN as readonly string[]).includes(key);
}

function baseOf(error: Error): string {
  let prototype = Object.getPrototypeOf(error);
  while (prototype !== null) {
    const maker: unknown = prototype.constructor;
    if (typeof maker === "function" && classNamed(maker.name) === maker) {
      return maker.name;
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return "Error";
}

function classNamed(name: string): unknown {
  if (name === "AggregateError") return AggregateError;
  if (name === "DOMException") return DOMException;
  for (const table of [NATIVE, OWN, Deno.errors]) {
    if (Object.hasOwn(table, name)) return Reflect.get(table, name);
  }
  return undefined;
}

/** Makes the error that `record` describes, still without fields and cause. */
export function makeError(record: ErrorRecord): Error {
  const error = bareError(record);
  if (error.name !== record.name) hide(error, "name", record.name);
  hide(error, "stack", record.stack);
  return error;
}

function bareError({ base, name, message }: ErrorRecord): Error {
  if (base === "AggregateError") return new AggregateError([], message);
  if (base === "DOMException") return new DOMException(message, name);
  if (base === "SuppressedError" && Object.hasOwn(NATIVE, base)) {
    // Its constructor takes its parts before the message.
    return Reflect.construct(NATIVE[base]!, [undefined, undefined, message]);
  }
  if (Object.hasOwn(NATIVE, base)) return new NATIVE[base]!(message);
  if (Object.hasOwn(Deno.errors, base)) {
    return new (Deno.errors as unknown as typeof NATIVE)[base]!(message);
  }
  const error = new Error(message);
  // Not by `new`: the constructors of this package build their texts from
  // arguments.
  if (Object.hasOwn(OWN, base)) {
    Object.setPrototypeOf(error, OWN[base]!.prototype);
  }
  return error;
}

/** Sets the fields of `error`, once the parts of `record` are filled. */
export function finishError(error: Error, record: ErrorRecord): void {
  const keys = Object.keys(record.fields);
  if (keys.some((key) => isFarIndex(key, 0))) keepTable(error);
  for (const key of keys) {
    if (RESERVED.has(key)) continue;
    Object.defineProperty(error, key, {
      value: record.fields[key],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  for (const key of [...HIDDEN, ...QUOTA]) {
    if (Object.hasOwn(record.hidden, key)) hide(error, key, record.hidden[key]);
  }
  const { className } = record;
  const prototype = className === undefined ? null : prototypeNamed(className);
  if (prototype instanceof Error) Object.setPrototypeOf(error, prototype);
}

/** Sets a property as errors have theirs: not enumerable. */
export function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

function text(read: () => unknown, otherwise: string): string {
  const value = attempt(read, otherwise);
  return typeof value === "string" ? value : otherwise;
}

/** The result of `read`, or `otherwise` if a hostile object throws. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

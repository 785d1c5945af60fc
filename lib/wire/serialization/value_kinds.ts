/**
 * The kinds of values, and the reasons against sending them.
 *
 * Deno's structured clone turns some platform objects (an `AbortSignal`, a
 * `FormData`, a `Deno.FsFile`) silently into `{}`. This package refuses them
 * with a reason.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import { isArgumentsObject } from "../../base/object_kinds.ts";
import {
  type Destination,
  isShareable,
  REFUSED,
  type Refused,
} from "./handle.ts";

/** The kinds of objects that sending distinguishes. */
export type ValueKind =
  | "plain"
  | "array"
  | "map"
  | "set"
  | "date"
  | "regexp"
  | "boxed"
  | "buffer"
  | "shared"
  | "view"
  | "error"
  | "shareable"
  | "arguments"
  | "platform"
  | "refused";

/** Maximal nesting depth of a value, for every walk in this folder. */
export const DEPTH_MAX = 2_000;

/** The reason given for a value nested deeper than {@linkcode DEPTH_MAX}. */
export const TOO_DEEP = `nested too deeply: more than ${DEPTH_MAX} levels`;

/** The kind of `value`. Throws if `value` is a proxy that throws. */
export function valueKindOf(value: object): ValueKind {
  const prototype = Object.getPrototypeOf(value);
  if (isShareable(value)) return "shareable";
  if (prototype === Object.prototype || prototype === null) {
    return mayBeArguments(value) && isArgumentsObject(value)
      ? "arguments"
      : "plain";
  }
  if (Array.isArray(value)) return "array";
  if (ArrayBuffer.isView(value)) return "view";
  const kind = builtInKind(value);
  if (kind !== undefined) return kind;
  if (REFUSED in value) return "refused";
  return platformName(value) ? "platform" : "plain";
}

/**
 * Whether an object without a class may be the `arguments` of a function, which can be
 * iterated over. To ask for that is quick; to ask for what it is, is not.
 */
export function mayBeArguments(value: object): boolean {
  return Symbol.iterator in value;
}

function builtInKind(value: object): ValueKind | undefined {
  if (value instanceof Map) return "map";
  if (value instanceof Set) return "set";
  if (value instanceof Date) return "date";
  if (isError(value)) return "error";
  if (value instanceof RegExp) return "regexp";
  if (value instanceof ArrayBuffer) return "buffer";
  if (value instanceof SharedArrayBuffer) return "shared";
  return isBoxed(value) ? "boxed" : undefined;
}

/** Whether `value` is an error, also one whose prototype was changed. */
export function isError(value: object): value is Error {
  return value instanceof Error ||
    (Error as unknown as { isError(v: unknown): boolean }).isError(value);
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String ||
    value instanceof Boolean || value instanceof BigInt;
}

/** The class of the platform that `value` is an instance of, if it is. */
export function platformName(value: object): string | undefined {
  let prototype = Object.getPrototypeOf(value);
  while (prototype !== null && prototype !== Object.prototype) {
    const name = platformNameOf(prototype);
    if (name !== undefined) return name;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

const ASYNC_GENERATOR: object = Object.getPrototypeOf(
  async function* () {}.prototype,
);

/** The name of the class of the platform whose prototype this is, if it is one. */
function platformNameOf(prototype: object): string | undefined {
  // It has no class with a global name.
  if (prototype === ASYNC_GENERATOR) return "AsyncGenerator";
  // Its constructor is a getter.
  if (prototype === Iterator.prototype) return "Iterator";
  const maker = dataOf(prototype, "constructor");
  if (typeof maker !== "function" || maker === Object) return undefined;
  const name = dataOf(maker, "name");
  return typeof name === "string" && isOfPlatform(maker, name)
    ? name
    : undefined;
}

/** A property that is no getter, which would be code of the user. */
function dataOf(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function isOfPlatform(maker: object, name: string): boolean {
  for (const place of platformPlaces()) {
    // Looked up by name: listing the globals would load every lazy one.
    if (place !== undefined && Object.hasOwn(place, name)) {
      if (place[name] === maker) return true;
    }
  }
  return false;
}

function platformPlaces(): (Record<string, unknown> | undefined)[] {
  const globals = globalThis as unknown as Record<string, unknown>;
  return [globals, globals.Deno, globals.Intl, globals.WebAssembly]
    .concat(globals.Temporal) as (Record<string, unknown> | undefined)[];
}

/** Platform objects that structured clone carries to another thread. */
const CLONEABLE = new Set(["Blob", "File", "CryptoKey", "Module"]);

const ADVICE: Readonly<Record<string, string>> = {
  Promise: "; await it first",
  Iterator: "; collect it into an array first",
  AsyncGenerator: "; collect it into an array first",
  URL: "; send its href",
  Headers: "; send its entries as an array",
  AbortSignal: "; terminate the process or share an event instead",
};

/** Why an object of this kind cannot go to `destination`, if it cannot. */
export function reasonAgainst(
  value: object,
  kind: ValueKind,
  destination: Destination,
): string | undefined {
  switch (kind) {
    case "plain":
    case "array":
    case "map":
    case "set":
    case "date":
    case "regexp":
    case "boxed":
    case "error":
    case "shareable":
      return undefined;
    case "buffer":
      return detached(value as ArrayBuffer);
    case "shared":
      return destination === "isolate" ? undefined : SHARED_STAYS;
    case "view":
      return againstView(value as ArrayBufferView, destination);
    case "arguments":
      return "the arguments of a function; take them as a rest parameter";
    case "platform":
      return againstPlatform(value, destination);
    case "refused":
      return (value as Refused)[REFUSED];
    default:
      return unreachable(kind);
  }
}

const SHARED_STAYS = "a SharedArrayBuffer, which cannot leave its OS process" +
  "; use Value or SharedArray";

function againstView(
  { buffer }: ArrayBufferView,
  destination: Destination,
): string | undefined {
  if (buffer instanceof ArrayBuffer) return detached(buffer);
  if (destination === "isolate") return undefined;
  return `a view on ${SHARED_STAYS}`;
}

/** The reason against a buffer whose bytes are gone. */
export const DETACHED =
  "a detached ArrayBuffer: its bytes were transferred away";

function detached(buffer: ArrayBuffer): string | undefined {
  return buffer.detached ? DETACHED : undefined;
}

function againstPlatform(
  value: object,
  destination: Destination,
): string | undefined {
  const name = platformName(value)!;
  if (destination === "isolate") {
    if (CLONEABLE.has(name)) return undefined;
    if (name === "Memory" && isSharedMemory(value)) return undefined;
  }
  const advice = Object.hasOwn(ADVICE, name) ? ADVICE[name] : "";
  return `${/^[AEIOU](?!RL)/.test(name) ? "an" : "a"} ${name}${advice}`;
}

function isSharedMemory(value: object): boolean {
  return (value as WebAssembly.Memory).buffer instanceof SharedArrayBuffer;
}

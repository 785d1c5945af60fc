/**
 * Functions of the language and the platform, which every process has: the way to
 * each from `globalThis`.
 *
 * @module
 */

/** The way from `globalThis` to something in it. */
export type GlobalPath = readonly string[];

let paths: Map<unknown, GlobalPath> | null = null;

/** The way to a function or object of the platform; null for any other one. */
export function globalPathOf(value: object): GlobalPath | null {
  paths ??= allPaths();
  return paths.get(value) ?? lazyPathOf(value);
}

/** One that Deno makes when it is first asked for, and so not while it is listed. */
function lazyPathOf(value: object): GlobalPath | null {
  if (typeof value !== "function" || !NAMES.has(value.name)) return null;
  const found = (globalThis as Record<string, unknown>)[value.name];
  return found === value ? [value.name] : null;
}

/** Names of the platform; whatever else is global the program has put there. */
const NAMES = new Set(
  ("AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack " +
    "Atomics BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer " +
    "ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto CryptoKey " +
    "CustomEvent DOMException DataView Date DecompressionStream Deno DisposableStack " +
    "Error EvalError Event EventTarget File FileReader FinalizationRegistry " +
    "Float16Array Float32Array Float64Array FormData Function Headers Int16Array " +
    "Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessagePort Number " +
    "Object Performance Promise Proxy RangeError ReadableStream ReferenceError Reflect " +
    "RegExp Request Response Set SharedArrayBuffer String SubtleCrypto SuppressedError " +
    "Symbol SyntaxError Temporal TextDecoder TextDecoderStream TextEncoder " +
    "TextEncoderStream TransformStream TypeError URIError URL URLPattern " +
    "URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap " +
    "WeakRef WeakSet WebAssembly WebSocket Worker WritableStream atob btoa " +
    "clearImmediate clearInterval clearTimeout console crypto decodeURI " +
    "decodeURIComponent encodeURI encodeURIComponent escape fetch globalThis isFinite " +
    "isNaN navigator parseFloat parseInt performance process queueMicrotask " +
    "reportError setImmediate setInterval setTimeout structuredClone unescape")
    .split(" "),
);

/** Of these the functions in them are found too. */
const SPACES = /^[A-Z]|^(console|crypto|performance)$/;

function allPaths(): Map<unknown, GlobalPath> {
  const found = new Map<unknown, GlobalPath>();
  const add = (value: unknown, path: GlobalPath) => {
    if (isThing(value) && !found.has(value)) found.set(value, path);
  };
  const roots: [object, GlobalPath][] = [];
  for (const [name, value] of dataOf(globalThis)) {
    if (!isThing(value) || !NAMES.has(name)) continue;
    add(value, [name]);
    if (SPACES.test(name)) roots.push([value, [name]]);
  }
  for (const [root, path] of roots) {
    for (const [name, value] of dataOf(root)) {
      if (typeof value === "function") add(value, [...path, name]);
    }
    const prototype = Object.getOwnPropertyDescriptor(root, "prototype")?.value;
    if (!isThing(prototype)) continue;
    for (const [name, value] of dataOf(prototype)) {
      if (typeof value === "function" && name !== "constructor") {
        add(value, [...path, "prototype", name]);
      }
    }
  }
  return found;
}

function isThing(value: unknown): value is object {
  return typeof value === "function" ||
    typeof value === "object" && value !== null;
}

/** Fields that are no getters: to read one of those would load what Deno loads late. */
function* dataOf(thing: object): Generator<[name: string, value: unknown]> {
  for (const name of Object.getOwnPropertyNames(thing)) {
    const descriptor = Object.getOwnPropertyDescriptor(thing, name);
    if (descriptor !== undefined && "value" in descriptor) {
      yield [name, descriptor.value];
    }
  }
}

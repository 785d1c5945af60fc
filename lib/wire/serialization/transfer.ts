/**
 * Checks transfer lists, as for `postMessage()`.
 *
 * A port refuses a whole message for one wrong entry, and reports neither the
 * entry nor the reason. This check names both, before anything is transferred.
 *
 * @module
 */

import { EncodingError } from "../../base/errors.ts";
import { kindShown } from "../../base/shown_value.ts";
import { attempt } from "./error_record.ts";
import { DETACHED } from "./value_kinds.ts";

/** The platform objects that can be transferred, beside buffers. */
const MOVABLE: ReadonlySet<string> = new Set([
  "MessagePort",
  "ReadableStream",
  "WritableStream",
  "TransformStream",
]);

/** The objects that are in a transfer list, and the path of that list. */
export type Moving = Pick<WeakMap<object, string>, "get" | "set">;

/**
 * Throws an `EncodingError` for the first entry that cannot be transferred.
 * `path` names the list. Its entries are added to `moving`, and must not be in
 * another list there.
 */
export function checkTransfer(
  list: unknown,
  path = "transfer",
  moving: Moving | null = null,
): asserts list is readonly Transferable[] {
  if (!Array.isArray(list)) {
    throw new EncodingError(
      path,
      `${kindShown(list)}; give an array of buffers and ports`,
    );
  }
  const isTwice = list.length > 1 && new Set(list).size < list.length;
  for (let i = 0; i < list.length; i++) {
    const entry: unknown = list[i];
    const other = moving?.get(entry as object) ?? path;
    const reason = other === path ? reasonAgainst(entry) : again(other);
    if (reason !== null) throw new EncodingError(`${path}[${i}]`, reason);
    const first = isTwice ? list.indexOf(entry) : i;
    if (first < i) {
      throw new EncodingError(`${path}[${i}]`, again(`${path}[${first}]`));
    }
    moving?.set(entry as object, path);
  }
}

function again(where: string): string {
  return `what ${where} has too, and moves once only; list it once, or give a ` +
    "copy (.slice()) of each part";
}

/**
 * The error for a list with a refused entry, by a port or by {@linkcode
 * giveAway}; null if `failure` has another reason.
 */
export function refusedEntry(
  list: readonly unknown[],
  failure: unknown,
  path = "transfer",
): EncodingError | null {
  const text = attempt(() => String(failure), "");
  if (/not (transferable|detachable)/.test(text)) {
    return refusedBuffer(list, path);
  }
  // The texts of Deno for ports that are closed or were transferred before
  // (2.9.6).
  const isOfPort = /message ?port/i.test(text) &&
    /detached|disentangled/.test(text);
  return isOfPort ? refusedPort(list, path) : null;
}

function refusedBuffer(
  list: readonly unknown[],
  path: string,
): EncodingError | null {
  const suspects = [...list.keys()].filter((at) => mayBeFixed(list[at]));
  if (suspects.length === 0) return null;
  const names = suspects.map((at) => `${path}[${at}]`);
  const [what, where] = names.length === 1
    ? ["a buffer", names[0]!]
    : [`one of ${names.join(", ")} is a buffer`, path];
  return new EncodingError(
    where,
    `${what} that cannot be detached, as the memory of WebAssembly; leave it ` +
      "out of the list, or give a copy (.slice())",
  );
}

function refusedPort(
  list: readonly unknown[],
  path: string,
): EncodingError | null {
  const ports = [...list.keys()].filter((at) =>
    list[at] instanceof MessagePort
  );
  if (ports.length === 0) return null;
  // A port does not tell whether it is closed.
  return new EncodingError(
    ports.length === 1 ? `${path}[${ports[0]}]` : path,
    "a MessagePort that is closed or has moved before; give one of a new " +
      "MessageChannel",
  );
}

/**
 * Detaches the buffers of a list, as if they were sent: all of them, or none
 * and throws an `EncodingError` if one cannot be detached.
 */
export function giveAway(list: readonly unknown[], path = "transfer"): void {
  const buffers = list.filter((entry) => entry instanceof ArrayBuffer);
  try {
    if (buffers.length === 1) buffers[0]!.transfer(0);
    // Checks all of them before it detaches the first (2.9.6).
    else if (buffers.length > 1) structuredClone(null, { transfer: buffers });
  } catch (error) {
    throw refusedEntry(list, error, path) ?? error;
  }
}

/** Whether one of the buffers may be one that {@linkcode giveAway} refuses. */
export function mayBeRefused(list: readonly unknown[]): boolean {
  return list.some(mayBeFixed);
}

/** The page size of WebAssembly memory. */
const WASM_PAGE_BYTES = 65_536;

/**
 * Whether an entry may be the memory of WebAssembly, which cannot be detached.
 * The only tests are to detach it, or to request a copy that is too large: for
 * the latter V8 collects garbage as if it were out of memory, of which threads
 * die (2.9.6).
 */
function mayBeFixed(entry: unknown): boolean {
  return entry instanceof ArrayBuffer && !entry.resizable &&
    entry.byteLength % WASM_PAGE_BYTES === 0;
}

function reasonAgainst(entry: unknown): string | null {
  if (entry instanceof ArrayBuffer) {
    return entry.detached ? DETACHED : null;
  }
  if (ArrayBuffer.isView(entry)) {
    return `${
      kindShown(entry)
    }, and only its whole buffer moves; list its .buffer`;
  }
  if (entry instanceof SharedArrayBuffer) {
    return "a SharedArrayBuffer, which is shared and does not move; leave it out " +
      "of the list";
  }
  if (isMovable(entry)) return null;
  return `${kindShown(entry)}, which does not move; list ArrayBuffers and ` +
    "MessagePorts only";
}

function isMovable(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  // Compares with the platform's own classes, as a class of the user may have
  // such a name.
  for (const name of MOVABLE) {
    const type: unknown = Reflect.get(globalThis, name);
    if (typeof type === "function" && entry instanceof type) return true;
  }
  return false;
}

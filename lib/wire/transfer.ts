/**
 * What may stand in a list of things to transfer, as `postMessage()` takes it.
 *
 * A port refuses a whole message for one wrong entry, and says neither which nor
 * why. Here the entry is named, before anything has moved.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";

/** The platform objects that move, beside buffers. */
const MOVABLE: ReadonlySet<string> = new Set([
  "MessagePort",
  "ReadableStream",
  "WritableStream",
  "TransformStream",
]);

/** What moves already, and in which list. */
export type Moving = Pick<WeakMap<object, string>, "get" | "set">;

/**
 * Throws an `EncodingError` for the first entry that cannot move. `path` names the
 * list. What it holds is added to `moving`; what another list has there moves with
 * that one.
 */
export function checkTransfer(
  list: unknown,
  path = "transfer",
  moving: Moving | null = null,
): asserts list is readonly Transferable[] {
  if (!Array.isArray(list)) {
    throw new EncodingError(
      path,
      `${nameOf(list)}; give an array of buffers and ports`,
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
 * Why a port has refused a message with that list: the error names the entry, or
 * null where it is none of them.
 */
export function refusedEntry(
  list: readonly unknown[],
  path = "transfer",
): EncodingError | null {
  const at = list.findIndex((entry) =>
    entry instanceof ArrayBuffer && !isDetachable(entry)
  );
  return at < 0 ? null : new EncodingError(
    `${path}[${at}]`,
    "a buffer that cannot be detached, as the memory of WebAssembly; leave it " +
      "out of the list, or give a copy (.slice())",
  );
}

function reasonAgainst(entry: unknown): string | null {
  if (entry instanceof ArrayBuffer) {
    return entry.detached
      ? "a detached ArrayBuffer: its bytes were transferred away"
      : null;
  }
  if (ArrayBuffer.isView(entry)) {
    return `${
      nameOf(entry)
    }, and only its whole buffer moves; list its .buffer`;
  }
  if (entry instanceof SharedArrayBuffer) {
    return "a SharedArrayBuffer, which is shared and does not move; leave it out " +
      "of the list";
  }
  if (isMovable(entry)) return null;
  return `${nameOf(entry)}, which does not move; list ArrayBuffers and ` +
    "MessagePorts only";
}

function isMovable(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  // By the platform's own classes, as a class of the user may have such a name.
  for (const name of MOVABLE) {
    const type: unknown = Reflect.get(globalThis, name);
    if (typeof type === "function" && entry instanceof type) return true;
  }
  return false;
}

/**
 * Whether a buffer can be detached. It asks for a copy that is too large for any
 * machine, which fails for another reason where it can; V8 looks for garbage before
 * it gives up, so only where something was refused already.
 */
function isDetachable(buffer: ArrayBuffer): boolean {
  try {
    buffer.transfer(Number.MAX_SAFE_INTEGER);
    return true;
  } catch (error) {
    return error instanceof RangeError;
  }
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const name: unknown = Object.prototype.toString.call(value).slice(8, -1);
  return `${/^[AEIOU]/.test(String(name)) ? "an" : "a"} ${name}`;
}

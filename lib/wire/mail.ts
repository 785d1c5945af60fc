/**
 * Messages as bytes, for streams: a text that every child can read without further
 * code, and behind it the packed body as it is.
 *
 * ```
 *   +-------------------+----------------+----------------+
 *   | length of text u32| text, as JSON  | body, if any   |
 *   +-------------------+----------------+----------------+
 * ```
 *
 * @module
 */

import type { ToChild, ToParent } from "./messages.ts";

const LENGTH_BYTES = 4;

/** The bytes of a message. */
export function seal(message: ToChild | ToParent): Uint8Array<ArrayBuffer> {
  const body = "body" in message && message.body instanceof Uint8Array
    ? message.body
    : null;
  const text = new TextEncoder().encode(
    JSON.stringify(body === null ? message : { ...message, body: null }),
  );
  const bytes = new Uint8Array(
    LENGTH_BYTES + text.length + (body?.length ?? 0),
  );
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  if (body !== null) bytes.set(body, LENGTH_BYTES + text.length);
  return bytes;
}

/** The message in `bytes`; throws a `RangeError` for what is none. */
export function unseal(bytes: Uint8Array): ToChild | ToParent {
  const end = LENGTH_BYTES + textLength(bytes);
  if (end > bytes.length) throw broken();
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, end));
  const message = JSON.parse(text);
  return end === bytes.length
    ? message
    : { ...message, body: bytes.slice(end) };
}

function textLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) throw broken();
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function broken(): RangeError {
  return new RangeError("Cannot read a message as it is shorter than it says");
}

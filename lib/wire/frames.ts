/**
 * Borders between messages on a stream of bytes.
 *
 * On a stream of our own (a child's stdin) each message has its length before it:
 *
 * ```text
 *   | length: u32 | message |
 * ```
 *
 * On a stream shared with ordinary text (a child's stderr) a message is cut into
 * pieces that the system writes whole, so that text falls between pieces:
 *
 * ```text
 *   | marker: 16 random bytes | payload length: u16 | last: u8 | payload |
 * ```
 *
 * Numbers are little-endian. The readers keep nothing of a chunk they were given.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";

/** The largest message either reader takes, so that no peer fills the memory. */
export const FRAME_MAX_BYTES = 2 ** 30;

/** Linux writes up to PIPE_BUF bytes into a pipe without mixing writers. */
export const PIECE_MAX_BYTES = 4096;

/** The length of a marker. */
export const MARKER_BYTES = 16;

const LENGTH_BYTES = 4;
const HEADER_BYTES = 3;
const PAYLOAD_MAX_BYTES = PIECE_MAX_BYTES - MARKER_BYTES - HEADER_BYTES;

type Bytes = Uint8Array<ArrayBuffer>;

/** The message with its length before it. */
export function frame(message: Uint8Array): Bytes {
  checkSize(message.length, FRAME_MAX_BYTES);
  const framed = new Uint8Array(LENGTH_BYTES + message.length);
  new DataView(framed.buffer).setUint32(0, message.length, true);
  framed.set(message, LENGTH_BYTES);
  return framed;
}

/** A fresh marker for one child. */
export function newMarker(): Bytes {
  return crypto.getRandomValues(new Uint8Array(MARKER_BYTES));
}

/** The pieces of a message, each to be written by one call. */
export function cut(marker: Uint8Array, message: Uint8Array): Bytes[] {
  checkSize(message.length, FRAME_MAX_BYTES);
  const pieces: Bytes[] = [];
  let start = 0;
  do {
    const payload = message.subarray(start, start + PAYLOAD_MAX_BYTES);
    start += payload.length;
    pieces.push(piece(marker, payload, start === message.length));
  } while (start < message.length);
  return pieces;
}

function piece(marker: Uint8Array, payload: Uint8Array, last: boolean): Bytes {
  const bytes = new Uint8Array(MARKER_BYTES + HEADER_BYTES + payload.length);
  bytes.set(marker);
  bytes[MARKER_BYTES] = payload.length & 0xff;
  bytes[MARKER_BYTES + 1] = payload.length >> 8;
  bytes[MARKER_BYTES + 2] = last ? 1 : 0;
  bytes.set(payload, MARKER_BYTES + HEADER_BYTES);
  return bytes;
}

function checkSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new RangeError(
    `Cannot pass on a message of ${bytes} bytes: the limit is ${maxBytes}`,
  );
}

/** Bytes that come in parts. Takes memory for what came, not for what is said to. */
class Parts {
  #parts: Bytes[] = [];
  bytes = 0;

  add(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(new Uint8Array(part));
    this.bytes += part.length;
  }

  take(): Bytes {
    const whole = this.#parts.length === 1
      ? this.#parts[0]!
      : joined(this.#parts);
    this.#parts = [];
    this.bytes = 0;
    return whole;
  }
}

function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Reads what {@linkcode frame} wrote, however it was cut on its way. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #parts = new Parts();
  /** The length of the message under way; undefined while its own bytes come. */
  #length: number | undefined;

  /** Makes a reader that refuses messages over `maxBytes`. */
  constructor(maxBytes: number = FRAME_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream may end here: no message is under way. */
  get idle(): boolean {
    return this.#length === undefined && this.#parts.bytes === 0;
  }

  /** The messages that `chunk` completes. Throws a `RangeError` over the limit. */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let at = 0;
    while (true) {
      const wanted = (this.#length ?? LENGTH_BYTES) - this.#parts.bytes;
      const part = chunk.subarray(at, at + wanted);
      this.#parts.add(part);
      at += part.length;
      if (part.length < wanted) return messages;
      const whole = this.#parts.take();
      if (this.#length === undefined) {
        this.#length = new DataView(whole.buffer).getUint32(0, true);
        checkSize(this.#length, this.#maxBytes);
      } else {
        messages.push(whole);
        this.#length = undefined;
      }
    }
  }
}

/** What a chunk held: text that is not ours, and messages that it completed. */
export interface Mixed {
  /** Everything between pieces, in order. */
  readonly text: Uint8Array;
  /** Messages, in order. */
  readonly frames: Uint8Array<ArrayBuffer>[];
}

// What the next bytes are.
type Reading =
  | { readonly kind: "text" }
  | { readonly kind: "header" }
  | { readonly kind: "payload"; readonly left: number; readonly last: boolean };

const EMPTY = new Uint8Array(0);

/** Tells messages from text on one stream. */
export class MixedReader {
  readonly #marker: Uint8Array;
  readonly #maxBytes: number;
  readonly #message = new Parts();
  #reading: Reading = { kind: "text" };
  /** A proper prefix of the marker in "text", of a header in "header", else empty. */
  #held: Uint8Array = EMPTY;

  /** Makes a reader of what {@linkcode cut} wrote with `marker`. */
  constructor(marker: Uint8Array, maxBytes: number = FRAME_MAX_BYTES) {
    this.#marker = new Uint8Array(marker);
    this.#maxBytes = maxBytes;
  }

  /** Whether no message is under way: an end of the stream here tears none. */
  get idle(): boolean {
    return this.#reading.kind === "text" && this.#message.bytes === 0;
  }

  /** Takes the next chunk. Throws a `RangeError` over the limit. */
  push(chunk: Uint8Array): Mixed {
    // Never more than a marker is held, so a chunk of one byte costs little.
    const bytes = this.#held.length === 0 ? chunk : joined([this.#held, chunk]);
    const text = new Parts();
    const frames: Bytes[] = [];
    let at = 0;
    for (let next = 0; next >= 0;) {
      at = next;
      next = this.#step(bytes, at, text, frames);
    }
    return { text: text.take(), frames };
  }

  /** The text held back until now, when no more will come. */
  end(): Uint8Array {
    const held = this.#reading.kind === "text" ? this.#held : EMPTY;
    this.#held = EMPTY;
    return held;
  }

  /** Reads on from `at`: where the next step begins, or -1 for lack of bytes. */
  #step(bytes: Uint8Array, at: number, text: Parts, frames: Bytes[]): number {
    switch (this.#reading.kind) {
      case "text":
        return this.#readText(bytes, at, text);
      case "header":
        return this.#readHeader(bytes, at);
      case "payload":
        return this.#readPayload(bytes, at, this.#reading, frames);
      default:
        return unreachable(this.#reading);
    }
  }

  #readText(bytes: Uint8Array, at: number, text: Parts): number {
    const border = findMarker(bytes, at, this.#marker);
    text.add(bytes.subarray(at, border));
    if (border + MARKER_BYTES > bytes.length) return this.#hold(bytes, border);
    this.#reading = { kind: "header" };
    return border + MARKER_BYTES;
  }

  #readHeader(bytes: Uint8Array, at: number): number {
    if (at + HEADER_BYTES > bytes.length) return this.#hold(bytes, at);
    const left = bytes[at]! | bytes[at + 1]! << 8;
    checkSize(this.#message.bytes + left, this.#maxBytes);
    this.#reading = { kind: "payload", left, last: bytes[at + 2] === 1 };
    return at + HEADER_BYTES;
  }

  #readPayload(
    bytes: Uint8Array,
    at: number,
    { left, last }: Reading & { kind: "payload" },
    frames: Bytes[],
  ): number {
    const part = bytes.subarray(at, at + left);
    this.#message.add(part);
    if (part.length < left) {
      this.#reading = { kind: "payload", left: left - part.length, last };
      return this.#hold(bytes, bytes.length);
    }
    if (last) frames.push(this.#message.take());
    this.#reading = { kind: "text" };
    return at + left;
  }

  #hold(bytes: Uint8Array, from: number): -1 {
    this.#held = bytes.slice(from);
    return -1;
  }
}

/** Where the marker begins, or a prefix of it that reaches the end; else the end. */
function findMarker(
  bytes: Uint8Array,
  from: number,
  marker: Uint8Array,
): number {
  // At most a marker's length is compared per byte of text: linear.
  for (let at = from; at < bytes.length; at++) {
    at = bytes.indexOf(marker[0]!, at);
    if (at < 0) return bytes.length;
    let same = 1;
    while (
      same < MARKER_BYTES && at + same < bytes.length &&
      bytes[at + same] === marker[same]
    ) same++;
    if (same === MARKER_BYTES || at + same === bytes.length) return at;
  }
  return bytes.length;
}

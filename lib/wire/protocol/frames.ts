/**
 * Framing: the boundaries between messages on a stream of bytes.
 *
 * On a stream for messages only (a child's stdin) each message has its length
 * before it:
 *
 * ```text
 *   | length: u32 | message |
 * ```
 *
 * On a stream shared with ordinary text (a child's stderr) a message is cut
 * into pieces that the system writes atomically, so that text falls between
 * pieces:
 *
 * ```text
 *   | marker: 16 random bytes | payload length: u16 | last: u8 | payload |
 * ```
 *
 * Numbers are little-endian. The readers copy what they keep of a chunk.
 *
 * @module
 */

import {
  type FromSpawned,
  PROTOCOL_VERSION,
  type ToChild,
  type WaitMessage,
} from "./messages.ts";

/**
 * The largest message that the readers accept, so that no peer fills the
 * memory.
 */
export const FRAME_MAX_BYTES = 2 ** 30;

/** The largest text in a message from a child. */
const CHILD_TEXT_MAX_BYTES = 2 ** 20;

/** Linux writes up to PIPE_BUF bytes to a pipe atomically. */
export const PIECE_MAX_BYTES = 4096;

/** The length of a marker. */
export const MARKER_BYTES = 16;

const LENGTH_BYTES = 4;

/** The length of the header that follows a marker. */
export const FRAME_HEADER_BYTES = 3;

const PAYLOAD_MAX_BYTES = PIECE_MAX_BYTES - MARKER_BYTES - FRAME_HEADER_BYTES;

/** Bytes in a buffer of their own. */
export type FrameBytes = Uint8Array<ArrayBuffer>;

/**
 * Encodes a message as bytes: a text that every child can read without further
 * code, and behind it the packed body.
 *
 * ```text
 *   | length of text: u32 | text, as JSON in ASCII | body, if any |
 * ```
 */
export function seal(
  message: ToChild | WaitMessage | FromSpawned,
): Uint8Array<ArrayBuffer> {
  const body = "body" in message && message.body instanceof Uint8Array
    ? message.body
    : null;
  const text = asciiOf(body === null ? message : { ...message, body: null });
  const bytes = new Uint8Array(
    LENGTH_BYTES + text.length + (body?.length ?? 0),
  );
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, LENGTH_BYTES);
  if (body !== null) bytes.set(body, LENGTH_BYTES + text.length);
  return bytes;
}

/** JSON in ASCII, which needs no text decoder. */
function asciiOf(value: unknown): Uint8Array {
  const encoder = new TextEncoder();
  const text = JSON.stringify(value);
  const bytes = encoder.encode(text);
  return bytes.length === text.length
    ? bytes
    : encoder.encode(text.replace(/[^\0-\x7f]/g, escaped));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * The message of a parent in `bytes`; throws a `RangeError` for other bytes.
 */
export function unseal(
  bytes: Uint8Array,
): ToChild | WaitMessage | FromSpawned {
  return unsealed(bytes, Infinity) as ToChild | WaitMessage | FromSpawned;
}

/**
 * The message of a child in `bytes`, not checked yet. Its text must be short,
 * as the body stands behind it; 40 MB of brackets would take all memory of a
 * program.
 */
export function unsealFromChild(bytes: Uint8Array): unknown {
  return unsealed(bytes, CHILD_TEXT_MAX_BYTES);
}

function unsealed(bytes: Uint8Array, textMaxBytes: number): unknown {
  const end = LENGTH_BYTES + textLength(bytes);
  if (end > bytes.length) throw broken();
  checkSize(end - LENGTH_BYTES, textMaxBytes);
  const message: unknown = JSON.parse(
    fromAscii(bytes.subarray(LENGTH_BYTES, end)),
  );
  return end === bytes.length
    ? message
    : { ...message as object, body: bytes.slice(end) };
}

/** A number of arguments that every function accepts. */
const ARGUMENTS_MAX = 4096;

/**
 * The text in `bytes`. The first decoder of a process takes 0.3 to 0.5 ms of
 * its start (2.9.6), and most start messages are short.
 */
function fromAscii(bytes: Uint8Array): string {
  return bytes.length <= ARGUMENTS_MAX
    ? String.fromCharCode.apply(null, bytes as unknown as number[])
    : new TextDecoder().decode(bytes);
}

function textLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) throw broken();
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function broken(): RangeError {
  return new RangeError("Cannot read a message as it is shorter than it says");
}

/** The message with its length before it. */
export function frame(message: Uint8Array): FrameBytes {
  checkSize(message.length, FRAME_MAX_BYTES);
  const framed = new Uint8Array(LENGTH_BYTES + message.length);
  new DataView(framed.buffer).setUint32(0, message.length, true);
  framed.set(message, LENGTH_BYTES);
  return framed;
}

/** A fresh marker for one child. */
export function newMarker(): FrameBytes {
  return crypto.getRandomValues(new Uint8Array(MARKER_BYTES));
}

/**
 * The first frame to a child: the piece that it must write first, unchanged. It
 * brings the marker, and saves the child the encoding.
 */
export function newGreeting(): FrameBytes {
  const ready = seal({ kind: "ready", version: PROTOCOL_VERSION });
  return cut(newMarker(), ready)[0]!;
}

/** The marker of a piece. */
export function markerOf(piece: Uint8Array): Uint8Array {
  return piece.slice(0, MARKER_BYTES);
}

/** Cuts a message into pieces, each to be written by one call. */
export function cut(marker: Uint8Array, message: Uint8Array): FrameBytes[] {
  checkSize(message.length, FRAME_MAX_BYTES);
  const pieces: FrameBytes[] = [];
  let start = 0;
  do {
    const payload = message.subarray(start, start + PAYLOAD_MAX_BYTES);
    start += payload.length;
    pieces.push(piece(marker, payload, start === message.length));
  } while (start < message.length);
  return pieces;
}

function piece(
  marker: Uint8Array,
  payload: Uint8Array,
  last: boolean,
): FrameBytes {
  const bytes = new Uint8Array(
    MARKER_BYTES + FRAME_HEADER_BYTES + payload.length,
  );
  bytes.set(marker);
  bytes[MARKER_BYTES] = payload.length & 0xff;
  bytes[MARKER_BYTES + 1] = payload.length >> 8;
  bytes[MARKER_BYTES + 2] = last ? 1 : 0;
  bytes.set(payload, MARKER_BYTES + FRAME_HEADER_BYTES);
  return bytes;
}

/** Throws a `RangeError` for a message over the limit. */
export function checkSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new RangeError(
    `Cannot pass on a message of ${bytes} bytes as the limit is ${maxBytes}: put ` +
      "its data into SharedMemory, or send them in parts through a queue",
  );
}

/** Small parts are gathered into pieces of this size. */
const GATHERED_BYTES = 64 * 1024;

/**
 * Collects bytes that arrive in parts. It allocates memory for the bytes that
 * arrived, not for those that were announced, and at most twice as much,
 * however small the parts are.
 */
export class Parts {
  // Invariant: all pieces but the last are full; of the last, `#used` bytes
  // are.
  #pieces: FrameBytes[] = [];
  #used = 0;
  /** How many bytes have arrived. */
  bytes = 0;

  /** Adds a copy of the next part. */
  add(part: Uint8Array): void {
    const last = this.#pieces.at(-1);
    const fits = last === undefined ? 0 : last.length - this.#used;
    if (fits > 0) last!.set(part.subarray(0, fits), this.#used);
    this.bytes += part.length;
    if (part.length <= fits) {
      this.#used += part.length;
      return;
    }
    this.#begin(part.subarray(fits));
  }

  /**
   * Allocates the exact size for the first part, as most messages have only
   * one.
   */
  #begin(part: Uint8Array): void {
    const isFirst = this.#pieces.length === 0;
    const bytes = isFirst ? part.length : Math.max(part.length, GATHERED_BYTES);
    const piece = new Uint8Array(bytes);
    piece.set(part);
    this.#pieces.push(piece);
    this.#used = part.length;
  }

  /** Returns all bytes as one, and starts anew. */
  take(): FrameBytes {
    const pieces = this.#pieces;
    const last = pieces.pop() ?? new Uint8Array(0);
    const end = last.subarray(0, this.#used);
    const whole = pieces.length === 0 && end.length === last.length
      ? last
      : joined([...pieces, end]);
    this.#pieces = [];
    this.#used = 0;
    this.bytes = 0;
    return whole;
  }
}

/** Joins parts into one. */
export function joined(parts: readonly Uint8Array[]): FrameBytes {
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

/** Reads the output of {@linkcode frame}, however the stream cuts it. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #parts = new Parts();
  /** The length of the current message; undefined while that is being read. */
  #length: number | undefined;

  /** Makes a reader that refuses messages over `maxBytes`. */
  constructor(maxBytes: number = FRAME_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream may end here: no message is incomplete. */
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

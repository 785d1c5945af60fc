/**
 * A demultiplexer of a child's stderr: it separates messages from ordinary
 * text.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import {
  checkSize,
  FRAME_HEADER_BYTES,
  FRAME_MAX_BYTES,
  type FrameBytes,
  joined,
  MARKER_BYTES,
  Parts,
} from "./frames.ts";

/** The result of a chunk: ordinary text, and the messages that it completed. */
export interface StderrPart {
  /** Everything between pieces, in order. */
  readonly text: Uint8Array;
  /** Messages, in order. */
  readonly frames: Uint8Array<ArrayBuffer>[];
}

// The kind of the next bytes.
type Reading =
  | { readonly kind: "text" }
  | { readonly kind: "header" }
  | { readonly kind: "payload"; readonly left: number; readonly last: boolean };

const NO_BYTES = new Uint8Array(0);

/** Separates messages from text on one stream. */
export class StderrDemux {
  readonly #marker: Uint8Array;
  readonly #maxBytes: number;
  readonly #message = new Parts();
  #reading: Reading = { kind: "text" };
  /** A proper prefix of the marker in "text", of a header in "header", else empty. */
  #held: Uint8Array = NO_BYTES;

  /** Makes a reader of the output of `cut()` with `marker`. */
  constructor(marker: Uint8Array, maxBytes: number = FRAME_MAX_BYTES) {
    this.#marker = new Uint8Array(marker);
    this.#maxBytes = maxBytes;
  }

  /** Whether no message is incomplete: the stream may end here. */
  get idle(): boolean {
    return this.#reading.kind === "text" && this.#message.bytes === 0;
  }

  /** Reads the next chunk. Throws a `RangeError` over the limit. */
  push(chunk: Uint8Array): StderrPart {
    // Never more than a marker is held, so a chunk of one byte costs little.
    const bytes = this.#held.length === 0 ? chunk : joined([this.#held, chunk]);
    const text = new Parts();
    const frames: FrameBytes[] = [];
    let at = 0;
    for (let next = 0; next >= 0;) {
      at = next;
      next = this.#step(bytes, at, text, frames);
    }
    return { text: text.take(), frames };
  }

  /** Returns the text that was held back, at the end of the stream. */
  end(): Uint8Array {
    const held = this.#reading.kind === "text" ? this.#held : NO_BYTES;
    this.#held = NO_BYTES;
    return held;
  }

  /**
   * Reads on from `at`; returns where the next step begins, or -1 if bytes are
   * missing.
   */
  #step(
    bytes: Uint8Array,
    at: number,
    text: Parts,
    frames: FrameBytes[],
  ): number {
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
    if (at + FRAME_HEADER_BYTES > bytes.length) return this.#hold(bytes, at);
    const left = bytes[at]! | bytes[at + 1]! << 8;
    checkSize(this.#message.bytes + left, this.#maxBytes);
    this.#reading = { kind: "payload", left, last: bytes[at + 2] === 1 };
    return at + FRAME_HEADER_BYTES;
  }

  #readPayload(
    bytes: Uint8Array,
    at: number,
    { left, last }: Reading & { kind: "payload" },
    frames: FrameBytes[],
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

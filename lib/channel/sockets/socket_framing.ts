/**
 * Framing of messages in a stream of bytes: four bytes before each message hold its
 * length, most significant byte first. Python's `multiprocessing` frames short
 * messages in the same way.
 *
 * @module
 */

import { ConnectionError } from "../../base/errors.ts";
import type { MessageBytes } from "../connection/transport.ts";

/** Number of bytes before a message. */
export const SOCKET_HEADER_BYTES = 4;

/** The longest message that the header can express; Python's length is signed. */
export const SOCKET_FRAME_MAX_BYTES = 2 ** 31 - 1;

/** The buffer of a message grows as it arrives, because the header may lie. */
const FIRST_ROOM_BYTES = 65_536;

/** The header of a message of `length` bytes. */
export function headerOf(length: number): MessageBytes {
  const header = new Uint8Array(SOCKET_HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, length);
  return header;
}

/** Splits a stream into messages, whatever pieces it arrives in. */
export class Deframer {
  readonly #maxMessageBytes: number;
  readonly #header = new Uint8Array(SOCKET_HEADER_BYTES);
  readonly #lengthView = new DataView(this.#header.buffer);
  #headerFilled = 0;
  // Invariant: null exactly while the header is not complete.
  #message: MessageBytes | null = null;
  #length = 0;
  #filled = 0;

  /** `maxMessageBytes` is the longest message that is accepted. */
  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /**
   * Takes the next piece, and passes each message that is complete with it to
   * `deliver`.
   *
   * @throws {ConnectionError} If a message is too long; the stream is then
   * unusable.
   */
  push(piece: Uint8Array, deliver: (message: MessageBytes) => void): void {
    let at = 0;
    while (at < piece.length) {
      at += this.#message === null
        ? this.#takeHeader(piece, at)
        : this.#takeBody(piece, at);
      if (this.#message === null || this.#filled < this.#length) continue;
      const message = this.#message;
      this.#message = null;
      this.#headerFilled = 0;
      deliver(message);
    }
  }

  #takeHeader(piece: Uint8Array, at: number): number {
    const count = Math.min(
      SOCKET_HEADER_BYTES - this.#headerFilled,
      piece.length - at,
    );
    this.#header.set(piece.subarray(at, at + count), this.#headerFilled);
    this.#headerFilled += count;
    if (this.#headerFilled === SOCKET_HEADER_BYTES) this.#begin();
    return count;
  }

  #begin(): void {
    this.#length = this.#lengthView.getUint32(0);
    if (this.#length > this.#maxMessageBytes) {
      throw new ConnectionError(
        `Cannot receive a message of ${this.#length} bytes as at most ${this.#maxMessageBytes} are allowed: the connection is broken, raise "maxMessageBytes" if the peer is to be trusted`,
      );
    }
    this.#message = new Uint8Array(Math.min(this.#length, FIRST_ROOM_BYTES));
    this.#filled = 0;
  }

  #takeBody(piece: Uint8Array, at: number): number {
    const count = Math.min(this.#length - this.#filled, piece.length - at);
    this.#reserve(this.#filled + count);
    this.#message!.set(piece.subarray(at, at + count), this.#filled);
    this.#filled += count;
    return count;
  }

  #reserve(bytes: number): void {
    const message = this.#message!;
    if (bytes <= message.length) return;
    const room = Math.max(bytes, 2 * message.length);
    const larger = new Uint8Array(Math.min(this.#length, room));
    larger.set(message.subarray(0, this.#filled));
    this.#message = larger;
  }
}

/**
 * Passes on text of several writers to one stream in whole lines, so that no line
 * is split by another one. A line without an end is held for a moment.
 *
 * @module
 */

import { joined, Parts } from "../wire/protocol/frames.ts";

const NEWLINE = 10;

/** An incomplete line is passed on after this much silence. */
const SHORT_MS = 100;

/** The same for a line that its writer must have written in parts. */
const LINE_WAIT_MS = 1_000;
const LONG_BYTES = 4096;

/**
 * How long it then still has. A program that was held up itself may have found its
 * timer due before it has read what has come meanwhile: it reads that now.
 */
const UNREAD_MS = 10;

/** More than this is passed on at once, without waiting for the end of the line. */
const HELD_MAX_BYTES = 16 * 2 ** 20;

/**
 * Passes on the text of one writer in whole lines. Text without an end of line,
 * such as a prompt, is passed on after a silence of its writer.
 */
export class WholeLines {
  readonly #pass: (text: Uint8Array) => void;
  // Invariant: contains no end of line.
  readonly #held = new Parts();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `pass` gets the lines. */
  constructor(pass: (text: Uint8Array) => void) {
    this.#pass = pass;
  }

  /** Takes the next text. */
  write(text: Uint8Array): void {
    const end = text.lastIndexOf(NEWLINE) + 1;
    if (end > 0) this.#passOn(text.subarray(0, end));
    this.#hold(text.subarray(end));
  }

  /** Passes on the incomplete line; no more text will come, or not for long. */
  flush(): void {
    if (this.#held.bytes > 0) this.#passOn(new Uint8Array(0));
  }

  #passOn(text: Uint8Array): void {
    clearTimeout(this.#timer);
    const isAlone = this.#held.bytes === 0;
    this.#pass(isAlone ? text : joined([this.#held.take(), text]));
  }

  #hold(text: Uint8Array): void {
    if (text.length === 0) return;
    this.#held.add(text);
    if (this.#held.bytes > HELD_MAX_BYTES) return this.flush();
    const ms = this.#held.bytes > LONG_BYTES ? LINE_WAIT_MS : SHORT_MS;
    this.#after(ms, () => this.#after(UNREAD_MS, () => this.flush()));
  }

  #after(ms: number, call: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(call, ms);
    Deno.unrefTimer(this.#timer);
  }
}

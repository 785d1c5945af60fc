/**
 * What a child writes to its stdout and stderr, as its parent takes it, and how much of
 * it may be unread.
 *
 * ```
 *   child --bytes--> sink.write() --> a stream that the user reads ("piped")
 *                                 \-> what this process prints (a relay)
 * ```
 *
 * A stream without a reader fills up, and the child then waits in its next write, as
 * with any pipe. It ends when the child has ended and all that it wrote was read.
 *
 * @module
 */

import { keepAlive } from "../base/keep_alive.ts";
import { WholeLines } from "./whole_lines.ts";

/** A stream that a child writes to. */
export type OutputName = "stdout" | "stderr";

/**
 * What becomes of what a process writes, as `Deno.Command` has it.
 *
 * - `"inherit"`: it goes where that of its parent goes.
 * - `"piped"`: the parent reads it, by `stdout` or `stderr` of the process.
 * - `"null"`: nothing.
 *
 * @example A process whose words are read
 * ```ts
 * import { type OutputOption, Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const stdout: OutputOption = "piped";
 * const p = new Process({ target: () => console.log("hello"), stdout });
 * p.start();
 * equal(await new Response(p.stdout).text(), "hello\n");
 * ```
 */
export type OutputOption = "inherit" | "piped" | "null";

/** Takes what a child writes. */
export interface OutputSink {
  /** Takes the next bytes, whose memory is its own from then on. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Resolves when more may be written; null where it may now. */
  room(): Promise<void> | null;
  /** How many bytes are unread. */
  readonly unreadBytes: number;
  /** Whether the stream has no reader any more; what is written is dropped. */
  readonly isClosed: boolean;
  /** Reports how many bytes were read, and the end of the reader. */
  connect(reader: OutputReader): void;
  /** Takes all that comes, as the child is gone and cannot be made to wait. */
  release(): void;
  /** Takes a stream in, before its own end. */
  feed(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void>;
  /** Nothing more comes but what is being fed. */
  end(): void;
}

/** Hears of what is read. */
export interface OutputReader {
  /** The number of bytes that were read. */
  taken(bytes: number): void;
  /** The reader has ended. */
  closed(): void;
}

/** Where what a child writes goes. */
export type OutputRoute = "inherit" | "null" | OutputSink;

/** Maximum of unread bytes before the child waits. */
export const UNREAD_LIMIT_BYTES = 256 * 1024;

abstract class BaseOutput implements OutputSink {
  #reader: OutputReader | null = null;
  // Invariant: how many streams are being fed.
  #feeding = 0;
  #isEnding = false;

  abstract readonly isClosed: boolean;
  abstract readonly unreadBytes: number;
  abstract write(bytes: Uint8Array<ArrayBuffer>): void;
  abstract room(): Promise<void> | null;
  abstract release(): void;
  /** Called once, after the last bytes. */
  protected abstract finish(): void;

  connect(reader: OutputReader): void {
    this.#reader = reader;
    if (this.isClosed) reader.closed();
  }

  protected taken(bytes: number): void {
    this.#reader?.taken(bytes);
  }

  protected closed(): void {
    this.#reader?.closed();
  }

  async feed(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    this.#feeding++;
    try {
      for await (const bytes of stream) {
        this.write(bytes);
        await this.room();
        // The pipe is closed by that, and the child told as by any other.
        if (this.isClosed) break;
      }
    } catch {
      // The stream of a process that was killed may break.
    }
    this.#feeding--;
    if (this.#isEnding) this.end();
  }

  end(): void {
    this.#isEnding = true;
    if (this.#feeding === 0) this.finish();
  }
}

/** What a child writes, as a stream for the user. */
export class PipedOutput extends BaseOutput {
  /** The stream. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  // Invariant: the sum of the bytes in #queue.
  #unread = 0;
  #isFinished = false;
  #isReleased = false;
  #isCancelled = false;
  /** Wakes a reader that waits. */
  #came: (() => void) | null = null;
  /** Wakes the writers that wait for room. */
  #gone: (() => void) | null = null;

  constructor() {
    super();
    this.readable = new ReadableStream({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.#cancel(),
    }, { highWaterMark: 0 });
  }

  get isClosed(): boolean {
    return this.#isCancelled;
  }

  get unreadBytes(): number {
    return this.#unread;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isCancelled || this.#isFinished || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#unread += bytes.length;
    this.#came?.();
  }

  room(): Promise<void> | null {
    const isRoom = this.#unread < UNREAD_LIMIT_BYTES || this.#isReleased;
    if (isRoom || this.#isCancelled) return null;
    return new Promise((resolve) => this.#gone = resolve);
  }

  release(): void {
    this.#isReleased = true;
    this.#gone?.();
  }

  protected finish(): void {
    this.#isFinished = true;
    this.#came?.();
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    if (this.#queue.length === 0 && !this.#isFinished) await this.#next();
    if (this.#isCancelled) return;
    const bytes = this.#queue.shift();
    if (bytes === undefined) return controller.close();
    controller.enqueue(bytes);
    this.#unread -= bytes.length;
    this.taken(bytes.length);
    if (this.#unread < UNREAD_LIMIT_BYTES) this.#gone?.();
  }

  /** Waits for bytes or the end, and keeps the program alive for that. */
  async #next(): Promise<void> {
    const release = keepAlive();
    await new Promise<void>((resolve) => this.#came = resolve);
    this.#came = null;
    release();
  }

  #cancel(): void {
    this.#isCancelled = true;
    this.#queue.length = 0;
    this.#unread = 0;
    this.#came?.();
    this.#gone?.();
    this.closed();
  }
}

/** What a child writes, printed by this process in whole lines. */
export class RelayedOutput extends BaseOutput {
  readonly #lines: WholeLines;

  /** Prints by `print`, which gets whole lines, but where a writer falls silent. */
  constructor(print: (text: Uint8Array) => void) {
    super();
    this.#lines = new WholeLines(print);
  }

  get isClosed(): boolean {
    return false;
  }

  get unreadBytes(): number {
    return 0;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#lines.write(bytes);
    this.taken(bytes.length);
  }

  room(): null {
    return null;
  }

  release(): void {}

  protected finish(): void {
    this.#lines.flush();
  }
}

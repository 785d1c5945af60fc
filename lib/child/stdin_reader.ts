/**
 * Reads the parent's messages in a helper beside the main thread, for a process
 * that must receive them even while it computes or blocks: the answers of a queue
 * of the parent, and the end of the parent.
 *
 * The main thread must not read by itself then: bytes that a pending read has taken
 * are out of reach while the thread blocks (2.9.6). The helper is a Web Worker of a
 * few lines; it costs 25 ms, needs no permission, and passes the bytes through
 * shared memory. It imports nothing of this package's memory, because every child
 * that the kernel does not end has a helper from its first moment on.
 *
 * ```
 *   helper                      main thread
 *     | read                       |
 *     |--- FULL: so many bytes --->| takes them in its event loop, or in a wait
 *     |<-- EMPTY ------------------|
 *     | end of the messages        |
 *     |--- FULL: none ------------>| ends
 *     | kills the process, if it still runs
 * ```
 *
 * @module
 */

import { dataUrl } from "../base/data_url.ts";
import { hooks } from "../wire/protocol/child_context.ts";
import { type FrameReader, unseal } from "../wire/protocol/frames.ts";
import type { ToChild } from "../wire/protocol/messages.ts";
import { FAILED } from "./bootstrap.ts";
import type { ParentStream } from "./parent_stream.ts";
import { ORPHAN_ENDS_MS } from "./parent_watch.ts";

/** 1 while there are bytes to take. */
const FILLED = 0;
/** Number of bytes; -1 at the end. */
const LENGTH = 1;
const HEAD_BYTES = 8;
const CHUNK_BYTES = 64 * 1024;

/**
 * The code of the helper; it is text, because reading a module might not be
 * permitted. A process may kill itself without a permission (2.9.6).
 */
const HELPER = `onmessage = ({ data: { buffer, source } }) => {
  const { kill, pid, stdin } = Deno;
  const words = new Int32Array(buffer, 0, 2);
  const there = new Uint8Array(buffer, ${HEAD_BYTES}, ${CHUNK_BYTES});
  const chunk = new Uint8Array(${CHUNK_BYTES});
  const libc = source === null ? null : Deno.dlopen(source.library, {
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  }).symbols;
  const take = () => {
    if (libc === null) return stdin.readSync(chunk) ?? 0;
    return Number(libc.read(source.fd, chunk, ${CHUNK_BYTES}n));
  };
  for (;;) {
    let count = 0;
    try {
      count = take();
    } catch {}
    if (count > 0) there.set(chunk.subarray(0, count));
    words[${LENGTH}] = count > 0 ? count : -1;
    Atomics.store(words, ${FILLED}, 1);
    Atomics.notify(words, ${FILLED});
    if (count <= 0) break;
    while (Atomics.load(words, ${FILLED}) === 1) Atomics.wait(words, ${FILLED}, 1);
  }
  Atomics.wait(words, ${FILLED}, 1, ${ORPHAN_ENDS_MS});
  kill(pid, "SIGKILL");
};`;

/** Receives the messages. */
export interface StdinListener {
  /** A message of the parent has come. */
  receive(message: ToChild): void;
  /** The parent has ended. */
  orphaned(): void;
}

/** Starts the helper, and passes on all messages from now on. */
export function readStdin(
  source: ParentStream,
  reader: FrameReader,
  listener: StdinListener,
): void {
  const stdinReader = new StdinReader(source, reader, listener);
  hooks.takeSync = (ms) => stdinReader.takeSync(ms);
  void stdinReader.takeOn();
}

class StdinReader {
  readonly #shared = new SharedArrayBuffer(HEAD_BYTES + CHUNK_BYTES);
  readonly #words = new Int32Array(this.#shared, 0, 2);
  readonly #reader: FrameReader;
  readonly #listener: StdinListener;
  // Invariant: messages that came while the thread blocked and that it did not wait
  // for; handled in the next turn, before any others.
  readonly #early: ToChild[] = [];
  #isOver = false;

  constructor(
    source: ParentStream,
    reader: FrameReader,
    listener: StdinListener,
  ) {
    this.#reader = reader;
    this.#listener = listener;
    const helper = new Worker(dataUrl(HELPER), { type: "module" });
    helper.postMessage({
      buffer: this.#shared,
      source: source.kind === "stdin"
        ? null
        : { library: source.library, fd: source.fd },
    });
  }

  /** Receives messages between turns of the event loop. */
  async takeOn(): Promise<void> {
    while (!this.#isOver) {
      const messages = this.#take();
      this.#hearEarly();
      for (const message of messages) this.#listener.receive(message);
      // The helper keeps the event loop going, so that the wake-up is noticed.
      if (messages.length === 0 && !this.#isOver) {
        await Atomics.waitAsync(this.#words, FILLED, 0).value;
      }
    }
    this.#listener.orphaned();
  }

  /** Receives messages for some milliseconds; only answers are handled at once. */
  takeSync(ms: number): void {
    Atomics.wait(this.#words, FILLED, 0, ms);
    const messages = this.#take();
    // The parent cannot answer any more, and this thread has no turn in which to end.
    if (this.#isOver) Deno.exit(FAILED);
    for (const message of messages) {
      if (message.kind === "message" && message.mailbox === "relay") {
        this.#listener.receive(message);
      } else if (this.#early.push(message) === 1) {
        setTimeout(() => this.#hearEarly(), 0);
      }
    }
  }

  #hearEarly(): void {
    for (const message of this.#early.splice(0)) {
      this.#listener.receive(message);
    }
  }

  /** The messages that are complete by now. */
  #take(): ToChild[] {
    const words = this.#words;
    if (Atomics.load(words, FILLED) === 0) return [];
    const count = words[LENGTH]!;
    if (count < 0) {
      this.#isOver = true;
      return [];
    }
    const bytes = new Uint8Array(this.#shared, HEAD_BYTES, count);
    const messages = this.#reader.push(bytes).map(unseal) as ToChild[];
    Atomics.store(words, FILLED, 0);
    Atomics.notify(words, FILLED);
    return messages;
  }
}

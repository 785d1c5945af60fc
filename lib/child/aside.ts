/**
 * Standard input, read by a helper beside the main thread, so that a process which
 * blocks in a wait can take in what its parent answers.
 *
 * The main thread must not read by itself then: what a pending `Deno.stdin.read()`
 * has taken is out of reach while the thread blocks (2.9.6). The helper is a Web
 * Worker of a few lines; it costs 25 ms, needs no permission, and hands the bytes
 * over in shared memory.
 *
 * ```
 *   helper                      main thread
 *     | read                       |
 *     |--- FULL: so many bytes --->| takes them in its event loop, or in a wait
 *     |<-- EMPTY ------------------|
 * ```
 *
 * @module
 */

import { Block } from "../memory/block.ts";
import { listenIdly, waitSync, wake } from "../memory/futex.ts";
import { hooks } from "../wire/birth.ts";
import { type FrameReader, unseal } from "../wire/frames.ts";
import type { ToChild } from "../wire/messages.ts";

/** 1 while there is something to take. */
const FULL = 0;
/** How many bytes; -1 at the end. */
const LENGTH = 1;
const HEAD_BYTES = 8;
const CHUNK_BYTES = 64 * 1024;

/** What the helper runs; it is text, as its module might not be allowed to be read. */
const HELPER = `onmessage = ({ data: { buffer, at } }) => {
  const words = new Int32Array(buffer, at, 2);
  const there = new Uint8Array(buffer, at + ${HEAD_BYTES}, ${CHUNK_BYTES});
  const chunk = new Uint8Array(${CHUNK_BYTES});
  for (;;) {
    let count = null;
    try {
      count = Deno.stdin.readSync(chunk);
    } catch {}
    if (count !== null) there.set(chunk.subarray(0, count));
    words[${LENGTH}] = count ?? -1;
    Atomics.store(words, ${FULL}, 1);
    Atomics.notify(words, ${FULL});
    if (count === null) return;
    while (Atomics.load(words, ${FULL}) === 1) Atomics.wait(words, ${FULL}, 1);
  }
};`;

/** Who takes the messages. */
export interface Hearer {
  /** A message of the parent. */
  hear(message: ToChild): void;
  /** The parent is gone. */
  orphaned(): void;
}

/** Starts the helper and takes in all that comes from now on. */
export function readAside(reader: FrameReader, hearer: Hearer): void {
  const aside = new Aside(reader, hearer);
  hooks.takeSync = (ms) => aside.takeSync(ms);
  void aside.takeOn();
}

class Aside {
  readonly #shared = Block.allocate(HEAD_BYTES + CHUNK_BYTES);
  readonly #reader: FrameReader;
  readonly #hearer: Hearer;
  // Invariant: what came while the thread blocked and is not for who waits there;
  // heard in the next turn, before anything else is.
  readonly #early: ToChild[] = [];
  #isOver = false;

  constructor(reader: FrameReader, hearer: Hearer) {
    this.#reader = reader;
    this.#hearer = hearer;
    const url = `data:text/javascript,${encodeURIComponent(HELPER)}`;
    const helper = new Worker(url, { type: "module" });
    const { buffer, byteOffset: at } = this.#shared;
    helper.postMessage({ buffer, at });
  }

  /** Takes in what comes, between turns. */
  async takeOn(): Promise<void> {
    while (!this.#isOver) {
      const messages = this.#take();
      this.#hearEarly();
      for (const message of messages) this.#hearer.hear(message);
      if (messages.length === 0) await listenIdly(this.#shared, FULL, 0);
    }
    this.#hearer.orphaned();
  }

  /** Takes in what comes within that time; only answers are heard at once. */
  takeSync(ms: number): void {
    waitSync(this.#shared, FULL, 0, ms);
    const messages = this.#take();
    // Nobody is left to answer, and this thread has no turn in which to end.
    if (this.#isOver) Deno.exit(1);
    for (const message of messages) {
      if (message.kind === "mail" && message.box === "relay") {
        this.#hearer.hear(message);
      } else if (this.#early.push(message) === 1) {
        setTimeout(() => this.#hearEarly());
      }
    }
  }

  #hearEarly(): void {
    for (const message of this.#early.splice(0)) this.#hearer.hear(message);
  }

  /** The messages that are complete with what is there now. */
  #take(): ToChild[] {
    const words = this.#shared.int32;
    if (Atomics.load(words, FULL) === 0) return [];
    const count = words[LENGTH]!;
    if (count < 0) {
      this.#isOver = true;
      return [];
    }
    const { buffer, byteOffset } = this.#shared;
    const bytes = new Uint8Array(buffer, byteOffset + HEAD_BYTES, count);
    const messages = this.#reader.push(bytes).map(unseal) as ToChild[];
    Atomics.store(words, FULL, 0);
    wake(this.#shared, FULL);
    return messages;
  }
}

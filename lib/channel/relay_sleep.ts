/**
 * Answers for who sleeps until they are there, in memory that both sides share.
 *
 * ```
 *   word 0   the number of the question whose answer is there
 *   word 1                                     mapped: its length
 *   behind   local: its number in the depot    mapped: the answer, in bytes
 * ```
 *
 * @module
 */

import { Block, type Place, withoutTickets } from "../memory/block.ts";
import { deposit, fetchSync } from "../memory/depot.ts";
import { waitSync, wake } from "../memory/futex.ts";
import { LOOK_MS } from "../memory/long_sleep.ts";
import { renewOwnPulse } from "../memory/owners.ts";
import { decode, encode } from "../wire/codec.ts";
import type { BlockHandle } from "../wire/handle.ts";
import type { Answer } from "./relay_mail.ts";

const ANSWERED = 0;
const WHAT = 1;
const HEAD_BYTES = 8;
const NUMBER_BYTES = 8;
const FIRST_BYTES = 4096;
const MOST_BYTES = 2 ** 30 + 2 ** 16;

// Invariant: the one mapped sleeper of this isolate, once it has asked that way. A
// thread asks for one thing at a time.
let mapped: Block | null = null;

/** Where this thread sleeps, for its next question. */
export function newSleeper(place: Place): Block {
  return place === "local"
    ? Block.allocate(HEAD_BYTES + NUMBER_BYTES)
    : mapped ??= Block.reserve(FIRST_BYTES, MOST_BYTES, "mapped");
}

/** What the other side finds it by. */
export function sleeperHandle(sleeper: Block): BlockHandle {
  // No ticket: who sleeps has the block for as long as it sleeps.
  return sleeper.place === "local"
    ? sleeper.handle("isolate")
    : withoutTickets(() => sleeper.handle("process"));
}

/** Sleeps until the answer to a question is there; false if it gave up. */
export function sleepFor(
  sleeper: Block,
  number: number,
  endMs: number,
): boolean {
  for (;;) {
    // Another one may come first: that of a question that was given up.
    const seen = Atomics.load(sleeper.int32, ANSWERED);
    if (seen === number) return true;
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return false;
    waitSync(sleeper, ANSWERED, seen, Math.min(leftMs, LOOK_MS));
    renewOwnPulse();
  }
}

/** The answer that is there. */
export function leftAt(sleeper: Block): Answer {
  if (sleeper.place === "local") {
    return fetchSync(numberAt(sleeper)[0]!).value as Answer;
  }
  const what = sleeper.int32[WHAT]!;
  sleeper.grow(HEAD_BYTES + what);
  const { buffer, byteOffset } = sleeper;
  const bytes = new Uint8Array(buffer, byteOffset + HEAD_BYTES, what);
  return decode(bytes.slice()) as Answer;
}

function numberAt({ buffer, byteOffset }: Block): Float64Array {
  return new Float64Array(buffer, byteOffset + HEAD_BYTES, 1);
}

/** The sleepers of one child. */
export class Sleepers {
  // Invariant: a mapped one, which comes again and again.
  #last: { readonly key: string; readonly block: Block } | null = null;

  /** Leaves the answer to a question and wakes who sleeps for it. */
  leave(sleeper: BlockHandle, number: number, answer: Answer): void {
    const block = this.#at(sleeper);
    if (sleeper.place === "local") {
      const content = { form: "clone", value: answer, sited: null } as const;
      numberAt(block)[0] = deposit(content);
    } else block.int32[WHAT] = writeTo(block, encode(answer));
    Atomics.store(block.int32, ANSWERED, number);
    wake(block, ANSWERED);
  }

  #at(sleeper: BlockHandle): Block {
    if (sleeper.place === "local") return Block.attach(sleeper);
    const key = `${sleeper.segment} ${sleeper.offset}`;
    if (this.#last?.key !== key) {
      this.#last = { key, block: Block.attach(sleeper) };
    }
    return this.#last.block;
  }
}

function writeTo(block: Block, bytes: Uint8Array): number {
  block.grow(HEAD_BYTES + bytes.length);
  const { buffer, byteOffset } = block;
  new Uint8Array(buffer, byteOffset + HEAD_BYTES, bytes.length).set(bytes);
  return bytes.length;
}

/**
 * Answers for threads that sleep until they come, in memory that both sides share.
 *
 * ```
 *   word 0   the number of the request whose answer is there
 *   word 1                                     mapped: its length
 *   behind   local: its number in the sharer   mapped: the answer, in bytes
 * ```
 *
 * @module
 */

import { Block, type BlockPlace } from "../../memory/allocation/block.ts";
import { deposit, fetchSync } from "../../memory/sharing/resource_sharer.ts";
import { waitSync, wake } from "../../memory/waiting/futex.ts";
import { LIVENESS_CHECK_MS } from "../../memory/waiting/async_waiter.ts";
import { renewOwnLiveness } from "../../memory/liveness/owners.ts";
import { decode, encode } from "../../wire/serialization/codec.ts";
import { type BlockHandle, unheld } from "../../wire/serialization/handle.ts";
import type { RelayAnswer } from "./relay_messages.ts";

const ANSWERED = 0;
const WHAT = 1;
const HEAD_BYTES = 8;
const NUMBER_BYTES = 8;
const FIRST_BYTES = 4096;
const MOST_BYTES = 2 ** 30 + 2 ** 16;

// Invariant: the one mapped waiter of this isolate, once it has asked in that way.
// A thread has only one pending request.
let mapped: Block | null = null;

/** The memory in which this thread sleeps for its next answer. */
export function newWaiter(place: BlockPlace): Block {
  return place === "local"
    ? Block.allocate(HEAD_BYTES + NUMBER_BYTES)
    : mapped ??= Block.reserve(FIRST_BYTES, MOST_BYTES, "mapped");
}

/** The handle by which the other side finds that memory. */
export function waiterHandle(waiter: Block): BlockHandle {
  // No ticket: the thread has the block for as long as it sleeps.
  return waiter.place === "local"
    ? waiter.handle("isolate")
    : waiter.handle("process", unheld());
}

/** Sleeps until the answer to a request is there; false if the time ran out. */
export function sleepFor(
  waiter: Block,
  number: number,
  endMs: number,
): boolean {
  for (;;) {
    // The answer to an earlier request that was given up may come first.
    const seen = Atomics.load(waiter.int32, ANSWERED);
    if (seen === number) return true;
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return false;
    waitSync(waiter, ANSWERED, seen, Math.min(leftMs, LIVENESS_CHECK_MS));
    renewOwnLiveness();
  }
}

/** Reads the answer that is there. */
export function leftAt(waiter: Block): RelayAnswer {
  if (waiter.place === "local") {
    return fetchSync(numberAt(waiter)[0]!).value as RelayAnswer;
  }
  const what = waiter.int32[WHAT]!;
  waiter.grow(HEAD_BYTES + what);
  const { buffer, byteOffset } = waiter;
  const bytes = new Uint8Array(buffer, byteOffset + HEAD_BYTES, what);
  return decode(bytes.slice()) as RelayAnswer;
}

function numberAt({ buffer, byteOffset }: Block): Float64Array {
  return new Float64Array(buffer, byteOffset + HEAD_BYTES, 1);
}

/** The waiters of one child. */
export class Waiters {
  // Invariant: the last mapped waiter, which the child uses again and again.
  #last: { readonly key: string; readonly block: Block } | null = null;

  /** Leaves the answer to a request, and wakes the thread that sleeps for it. */
  leave(waiter: BlockHandle, number: number, answer: RelayAnswer): void {
    const block = this.#at(waiter);
    if (waiter.place === "local") {
      const content = {
        form: "clone",
        value: answer,
        placeholders: null,
      } as const;
      numberAt(block)[0] = deposit(content);
    } else block.int32[WHAT] = writeTo(block, encode(answer));
    Atomics.store(block.int32, ANSWERED, number);
    wake(block, ANSWERED);
  }

  #at(waiter: BlockHandle): Block {
    if (waiter.place === "local") return Block.attach(waiter);
    const key = `${waiter.segment} ${waiter.offset}`;
    if (this.#last?.key !== key) {
      this.#last = { key, block: Block.attach(waiter) };
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

/**
 * Encodes values as records of a ring, and decodes them.
 *
 * ```
 *   kind           the bytes of the record
 *   VALUE          a value, as the codec writes it
 *   LARGE          the same with large buffers, copied out of the ring only once
 *   PLACEHOLDERS   a value, parts of which are shared objects or errors (pack.ts)
 *   LEFT           number of a value that bytes cannot carry (resource_sharer.ts)
 * ```
 *
 * @module
 */

import { EncodingError, ProcessError } from "../../base/errors.ts";
import type { Block } from "../../memory/allocation/block.ts";
import {
  deposit,
  discard,
  fetch,
  fetchSync,
} from "../../memory/sharing/resource_sharer.ts";
import defer * as codec from "../../wire/serialization/codec.ts";
import type { Writing } from "../../wire/serialization/codec.ts";
import {
  type Delivery,
  type Rehydrate,
  rehydrateAny,
  UNTRACKED,
} from "../../wire/serialization/handle.ts";
import { type Cloned, pack, unpack } from "../../wire/serialization/pack.ts";
import { giveAway, refusedEntry } from "../../wire/serialization/transfer.ts";
import { IN_PLACE, type Item, RECORD_LIMIT } from "./ring.ts";

const VALUE = 1;
const PLACEHOLDERS = 2;
/** The kind of a record that holds the number of its value. */
export const LEFT = 3;
const LARGE = IN_PLACE + 1;

/** Receives an encoded record; like the codec's `Sink`, but with the kind. */
export type ItemSink<T> = (
  content: Uint8Array<ArrayBuffer> | Writing,
  length: number,
  kind?: number,
) => T;

/** The kind of the record that the codec has just written. */
export function itemKindOf(content: Uint8Array | Writing): number {
  return typeof content === "function" ? LARGE : VALUE;
}

/** Refuses a record that is too long for any ring. */
export function checkLength(length: number): void {
  if (length <= RECORD_LIMIT) return;
  throw new EncodingError(
    "item",
    `too large: ${length} bytes, and at most ${RECORD_LIMIT} are taken; send parts of it`,
  );
}

/** Copies a record that is put later. */
export function keepItem(
  content: Uint8Array<ArrayBuffer> | Writing,
  length: number,
  kind: number = itemKindOf(content),
): Item {
  checkLength(length);
  return { bytes: codec.copied(content, length), length, kind };
}

/** Discards a record that was not put after all. */
export function dropItem({ bytes, kind }: Item): void {
  if (kind === LEFT) discard(numberIn(bytes as Uint8Array));
}

/**
 * Encodes `value` for the processes that see `block`, and passes it to `sink`. A
 * value that cannot be sent throws an `EncodingError`. The buffers in `transfer`
 * move: they are empty afterwards, unless the sink answers `"full"`.
 */
export function encodeItem<T>(
  value: unknown,
  block: Block,
  transfer: readonly Transferable[] | undefined,
  sink: ItemSink<T>,
  path = "item",
  delivery: Delivery = UNTRACKED,
): T {
  const moves = transfer !== undefined && transfer.length > 0;
  const into = moves ? giving(sink, transfer) : sink;
  try {
    return codec.encodeTo(value, into);
  } catch (failure) {
    // The error of the sink says enough.
    if (failure instanceof ProcessError || failure instanceof EncodingError) {
      throw failure;
    }
    return sinkOther(value, block, transfer, into, path, delivery);
  }
}

/**
 * A sink that moves buffers after the record has been written: if one of them
 * cannot move, nothing is put.
 */
function giving<T>(
  sink: ItemSink<T>,
  transfer: readonly Transferable[],
): ItemSink<T> {
  return (content, length, kind = itemKindOf(content)) => {
    // The buffers move with their item.
    if (kind === LEFT) return sink(content, length, kind);
    const write: Writing = (target, at) => {
      if (typeof content === "function") content(target, at);
      else target.set(content.subarray(0, length), at);
      giveAway(transfer);
    };
    return sink(write, length, kind);
  };
}

/** For values that only the codec refuses; throws its reasons, with the path. */
function sinkOther<T>(
  value: unknown,
  block: Block,
  transfer: readonly Transferable[] | undefined,
  sink: ItemSink<T>,
  path: string,
  delivery: Delivery,
): T {
  if (block.place === "mapped") {
    return sinkBytes(pack(value, "process", path, undefined, delivery), sink);
  }
  const content = pack(value, "isolate", path, transfer, delivery);
  const bytes = bytesOf(content);
  return bytes === null
    ? sinkLeft(content, block, transfer, sink)
    : sinkBytes(bytes, sink);
}

/** Null if the value holds memory of threads, or an object of the platform. */
function bytesOf(
  { value, placeholders }: Cloned,
): Uint8Array<ArrayBuffer> | null {
  try {
    return placeholders === null
      ? codec.encode(value)
      : codec.encode(placeholders, "placeholders");
  } catch {
    return null;
  }
}

function sinkBytes<T>(
  bytes: Uint8Array<ArrayBuffer>,
  sink: ItemSink<T>,
): T {
  return sink(
    bytes,
    bytes.length,
    codec.hasPlaceholders(bytes) ? PLACEHOLDERS : VALUE,
  );
}

function sinkLeft<T>(
  content: Cloned,
  block: Block,
  transfer: readonly Transferable[] | undefined,
  sink: ItemSink<T>,
): T {
  // From now on the content means nothing outside this OS process.
  block.handle("isolate");
  const number = depositAll(content, transfer ?? []);
  const bytes = new Uint8Array(Float64Array.of(number).buffer);
  const taken = sink(bytes, bytes.length, LEFT);
  if (taken === "full" || taken === "shut") discard(number);
  return taken;
}

function depositAll(
  content: Cloned,
  transfer: readonly Transferable[],
): number {
  try {
    return deposit(content, transfer);
  } catch (error) {
    throw refusedEntry(transfer, (error as Error).cause) ?? error;
  }
}

/** A value that is kept in the sharer until it is fetched. */
class Left {
  readonly #number: number;

  constructor(number: number) {
    this.#number = number;
  }

  /** Passes the handles in the value to `rehydrate`, and forgets the value. */
  async discard(rehydrate: Rehydrate): Promise<void> {
    unpack(await fetch(this.#number), rehydrate);
  }

  /** The value, once; without a limit, as only this record has the number. */
  async fetch(): Promise<unknown> {
    return unpack(await fetch(this.#number), rehydrateAny);
  }

  /** The same, but blocks this thread. */
  fetchSync(): unknown {
    return unpack(fetchSync(this.#number), rehydrateAny);
  }
}

function numberIn(bytes: Uint8Array, at = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at).getFloat64(0, true);
}

/** Decodes the value of a record, or returns an object that fetches it. */
export function readItem(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  stop: number,
  kind: number,
): unknown {
  switch (kind) {
    case PLACEHOLDERS:
      return unpack(bytes.slice(start, stop), rehydrateAny);
    case LEFT:
      return new Left(numberIn(bytes, start));
    default:
      return codec.decode(bytes, start, stop);
  }
}

/** Whether a record held only the number of its value. */
export function isLeft(read: unknown): read is Left {
  return read instanceof Left;
}

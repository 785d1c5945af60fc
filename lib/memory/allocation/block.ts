/**
 * A range of shared memory. Its users do not know which of two kinds of memory
 * it is in:
 *
 * ```
 *   local     a piece of a SharedArrayBuffer: threads of one OS process
 *   mapped    a piece of a segment: any process, needs --allow-ffi
 *
 *   local, not shared yet --handle("process")--> mapped
 *        |
 *        +--handle("isolate")--> local, held by threads, alone in its buffer:
 *                                stays where it is
 * ```
 *
 * Lifetime: a local block lives as long as any isolate can reach a block of the
 * same slab, which V8's garbage collector decides; a mapped one as `arena.ts`
 * says.
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import {
  type Addressee,
  type BlockHandle,
  type Delivery,
  type Destination,
  UNTRACKED,
} from "../../wire/serialization/handle.ts";
import { attach, carve, type Carved, isFreed, letGo } from "./arena.ts";
import { whyNotMapped } from "../system/libc.ts";
import { isThreadAlive } from "../liveness/process_liveness.ts";
import { bufferAt } from "../system/mapping.ts";
import { isOwnerAlive, selfOwner } from "../liveness/owners.ts";
import {
  carveAlone,
  carveLocal,
  LOCAL_START,
  nameOfLocal,
  type Piece,
  reserveLocal,
} from "./slab.ts";

/** The kind of memory that a block is in. */
export type BlockPlace = "local" | "mapped";

// Invariant: once `carved` is set, the region never moves again; `stays` says
// why a local region must not move either, and then nothing else is in its
// buffer.
interface Region {
  buffer: SharedArrayBuffer | ArrayBuffer;
  start: number;
  /** Whether the buffer holds nothing else; local regions only. */
  isAlone: boolean;
  readonly bytes: number;
  carved: Carved | null;
  stays: string | null;
  readonly movers: (() => void)[];
}

const forgotten = new FinalizationRegistry(letGo);

// A buffer that was lent to a user keeps its region from being taken back.
const keepers = new WeakMap<ArrayBuffer, Region>();

const HELD_BY_THREADS =
  `threads already hold it: make it by getContext("spawn"), as in new (getContext("spawn").Value)("i"), or share it with the process first`;
const HAS_VIEW =
  `typed() has given out a view of it, which could not follow: make it by getContext("spawn"), or call typed() later`;

function localRegion(bytes: number): Region {
  return localOver(carveLocal(bytes), bytes, null);
}

function reservedRegion(bytes: number, most: number): Region {
  return localOver(reserveLocal(bytes, most), most, null);
}

function localOver(
  { buffer, start, isAlone }: Piece,
  bytes: number,
  stays: string | null,
): Region {
  return { buffer, start, isAlone, bytes, carved: null, stays, movers: [] };
}

function mappedRegion(bytes: number, there: number): Region {
  return regionOver(carve(bytes, there));
}

function regionOver(carved: Carved): Region {
  const { segment: { buffer }, base: start, bytes } = carved;
  const isAlone = false;
  const region = {
    buffer,
    start,
    isAlone,
    bytes,
    carved,
    stays: null,
    movers: [],
  };
  forgotten.register(region, carved, region);
  return region;
}

function moveToMapped(region: Region): void {
  // Copies the committed bytes only; the rest is zeros on both sides.
  const there = Math.min(region.bytes, region.buffer.byteLength - region.start);
  const from = new Uint8Array(region.buffer, region.start, there);
  const carved = carve(region.bytes, there);
  region.buffer = carved.segment.buffer;
  region.start = carved.base;
  region.carved = carved;
  forgotten.register(region, carved, region);
  new Uint8Array(region.buffer, region.start, there).set(from);
  for (const moved of region.movers) moved();
}

/**
 * Pins a local region: other threads get its buffer, which must hold nothing
 * else then.
 */
function settle(region: Region, reason: string): void {
  if (region.stays === null && !region.isAlone) moveToOwnBuffer(region);
  region.stays = reason;
}

function moveToOwnBuffer(region: Region): void {
  const { buffer, start, bytes } = region;
  const words = Math.ceil(bytes / 4);
  const from = new Int32Array(buffer as SharedArrayBuffer, start, words);
  Object.assign(region, carveAlone(4 * words));
  new Int32Array(region.buffer, region.start, words).set(from);
  for (const moved of region.movers) moved();
  // Waiters wake, read the word again, and find the new place.
  for (let at = 0; at < words; at++) Atomics.notify(from, at);
}

function attachRegion(handle: BlockHandle): Region {
  const region = handle.place === "mapped"
    ? attachMapped(handle)
    : attachLocal(handle.buffer);
  try {
    checkRange(region, handle);
    if (handle.place === "mapped") {
      makeVisible(region, handle.offset + handle.there);
    }
    return region;
  } catch (error) {
    if (region.carved !== null) {
      forgotten.unregister(region);
      letGo(region.carved);
    }
    throw error;
  }
}

function checkRange(region: Region, handle: BlockHandle): void {
  const { offset, bytes } = handle;
  const there = handle.place === "mapped" ? handle.there : 0;
  const most = mostOf(region);
  const isInside = [offset, bytes, there].every(Number.isSafeInteger) &&
    offset >= region.start && offset % 8 === 0 && bytes >= 0 &&
    offset + bytes <= most && there >= 0 && there <= bytes;
  if (isInside) return;
  throw new SharedMemoryError(
    `Cannot attach shared memory as it has no bytes ${offset} to ${
      offset + bytes
    }: it has ${most}`,
  );
}

/** The size of the region's memory, with what may still be committed. */
function mostOf({ carved, buffer }: Region): number {
  return carved?.segment.bytes ?? (buffer as SharedArrayBuffer).maxByteLength;
}

/** Makes the first `bytes` bytes of a mapped region visible in its buffer. */
function makeVisible(region: Region, bytes: number): void {
  const { segment } = region.carved!;
  segment.makeVisible(Math.min(bytes, segment.bytes));
  region.buffer = segment.buffer;
}

function attachMapped(
  handle: Extract<BlockHandle, { place: "mapped" }>,
): Region {
  const { segment, base, serial, isTicket, bytes } = handle;
  return regionOver({
    segment: attach(segment, base, serial, isTicket),
    base,
    bytes,
  });
}

function attachLocal(buffer: SharedArrayBuffer): Region {
  if (!(buffer instanceof SharedArrayBuffer)) {
    throw new SharedMemoryError(
      "Cannot attach shared memory as its handle holds none: only threads of one OS process pass it that way",
    );
  }
  const piece = { buffer, start: LOCAL_START, isAlone: true };
  const bytes = buffer.maxByteLength - LOCAL_START;
  return localOver(piece, bytes, HELD_BY_THREADS);
}

/** Whether a block was freed since its handle was made without a ticket. */
export function isGone(handle: BlockHandle): boolean {
  if (handle.place === "local") return false;
  return isFreed(handle.segment, handle.base, handle.serial);
}

/** Bytes that several isolates, or several OS processes, read and write. */
export class Block {
  /** The size in bytes. */
  readonly bytes: number;
  /** The buffer that holds the bytes; another one after the block has moved. */
  buffer!: SharedArrayBuffer | ArrayBuffer;
  /** Where the bytes begin in `buffer`; a multiple of 8. */
  byteOffset!: number;
  #region: Region;
  #offset: number;
  #int32: Int32Array<SharedArrayBuffer | ArrayBuffer> | null = null;

  /** A view of part of a region; see the functions below. */
  private constructor(region: Region, offset: number, bytes: number) {
    this.#region = region;
    this.#offset = offset;
    this.bytes = bytes;
    this.#bind();
    // Only memory that is not shared yet can move.
    if (region.carved === null && region.stays === null) {
      region.movers.push(() => this.#bind());
    }
  }

  #bind(): void {
    const { buffer, start } = this.#region;
    this.buffer = buffer;
    this.byteOffset = start + this.#offset;
    this.#int32 = null;
  }

  /** The committed bytes as words; a rest of less than one word is left out. */
  get int32(): Int32Array<SharedArrayBuffer | ArrayBuffer> {
    return this.#int32 ??= new Int32Array(
      this.buffer,
      this.byteOffset,
      this.there >>> 2,
    );
  }

  /** The committed bytes; fewer than `bytes` in reserved memory only. */
  get there(): number {
    return Math.min(this.bytes, this.buffer.byteLength - this.byteOffset);
  }

  /** Allocates memory, all zeros. */
  static allocate(bytes: number, place: BlockPlace = "local"): Block {
    const region = place === "local"
      ? localRegion(bytes)
      : mappedRegion(bytes, bytes);
    return new Block(region, 0, bytes);
  }

  /**
   * Reserves `most` bytes of memory, all zeros, and commits the first `bytes`;
   * `grow()` commits more. Untouched pages cost nothing.
   */
  static reserve(
    bytes: number,
    most: number,
    place: BlockPlace = "local",
  ): Block {
    const region = place === "local"
      ? reservedRegion(bytes, most)
      : mappedRegion(most, bytes);
    return new Block(region, 0, most);
  }

  /** Commits the first `bytes` bytes of reserved memory. */
  grow(bytes: number): void {
    // Another isolate may have committed them already.
    this.#int32 = null;
    if (this.there >= bytes) return;
    if (this.#region.carved !== null) {
      makeVisible(this.#region, this.byteOffset + bytes);
      return this.#bind();
    }
    const buffer = this.buffer as SharedArrayBuffer;
    try {
      buffer.grow(this.byteOffset + bytes);
    } catch (cause) {
      throw new SharedMemoryError(
        `Cannot use ${bytes} bytes of shared memory as no memory is left for them`,
        { cause },
      );
    }
  }

  /** The memory that a handle names. */
  static attach(handle: BlockHandle): Block {
    const region = attachRegion(handle);
    return new Block(region, handle.offset - region.start, handle.bytes);
  }

  /** Part of this block, which moves along with the whole. */
  part(offset: number, bytes: number): Block {
    return new Block(this.#region, this.#offset + offset, bytes);
  }

  /** The kind of memory that the bytes are in now. */
  get place(): BlockPlace {
    return this.#region.carved === null ? "local" : "mapped";
  }

  /**
   * A key for these bytes: the same for every view of them in this isolate, and
   * no other.
   */
  get key(): string {
    const { carved, buffer } = this.#region;
    const name = carved?.segment.id ?? nameOfLocal(buffer);
    return `${name}+${this.byteOffset}`;
  }

  /** This isolate, as an owner of locks in this memory. */
  get owner(): number {
    return this.#region.carved?.segment.owner ?? selfOwner();
  }

  /** Whether an owner of a lock in this memory is alive. */
  isOwnerAlive(id: number): boolean {
    const { carved } = this.#region;
    return carved === null ? isOwnerAlive(id) : carved.segment.isOwnerAlive(id);
  }

  /**
   * The name of an owner of a lock in this memory, which other memory knows
   * too; null if it is dead.
   */
  addresseeOf(id: number): Addressee | null {
    const { carved } = this.#region;
    if (carved === null) return { place: "local", name: [id, 0, 0] };
    const thread = carved.segment.threadOf(id);
    if (thread === null) return null;
    return { place: "mapped", name: [thread.pid, thread.tid, thread.start] };
  }

  /** Whether the owner with that name is alive, for memory of this kind. */
  isAlive([first, tid, start]: Addressee["name"]): boolean {
    return this.place === "local"
      ? isOwnerAlive(first)
      : isThreadAlive({ pid: first, tid, start });
  }

  /**
   * The address of a word in this OS process, for system calls; mapped blocks
   * only.
   */
  address(index: number): number {
    return this.#region.carved!.segment.address + this.byteOffset + 4 * index;
  }

  /**
   * Adds a callback that runs after the block has moved, to make views anew.
   */
  onMove(moved: () => void): void {
    const region = this.#region;
    if (region.carved === null && region.stays === null) {
      region.movers.push(moved);
    }
  }

  /**
   * The buffer for a user's own views: the memory no longer moves, and is not
   * taken back while the buffer is reachable.
   */
  lend(): { buffer: SharedArrayBuffer | ArrayBuffer; byteOffset: number } {
    const region = this.#region;
    if (region.carved === null) {
      settle(region, region.stays ?? HAS_VIEW);
      return { buffer: this.buffer, byteOffset: this.byteOffset };
    }
    const { byteOffset } = this;
    const { address } = region.carved.segment;
    const own = bufferAt(address + byteOffset, this.bytes);
    keepers.set(own, region);
    return { buffer: own, byteOffset: 0 };
  }

  /** The handle for a destination, after a move if it takes one. */
  handle(
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): BlockHandle {
    if (destination === "elsewhere") {
      throw new SharedMemoryError(
        "Cannot share this object with that process as it is beyond shared memory, as on another machine or without --allow-ffi: pass its value, and get the result back",
      );
    }
    if (destination === "process") this.#leaveLocal();
    const region = this.#region;
    if (region.carved === null) settle(region, HELD_BY_THREADS);
    const { bytes, there, byteOffset: offset } = this;
    if (region.carved === null) {
      const buffer = region.buffer as SharedArrayBuffer;
      return { place: "local", buffer, offset, bytes };
    }
    const { segment, base } = region.carved;
    const refs = segment.refs(base);
    const isTicket = delivery.holdsBlocks;
    if (isTicket) refs.addTicket();
    return {
      place: "mapped",
      segment: segment.name,
      offset,
      bytes,
      there,
      base,
      serial: refs.serial,
      isTicket,
    };
  }

  #leaveLocal(): void {
    const region = this.#region;
    if (region.carved !== null) return;
    const reason = whyNotMapped() ?? region.stays;
    if (reason !== null) {
      throw new SharedMemoryError(
        `Cannot share this object with another process as ${reason}`,
      );
    }
    moveToMapped(region);
  }
}

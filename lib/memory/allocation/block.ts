/**
 * A few bytes of shared memory: the one seam between what is shared and where.
 *
 * ```
 *   local     a piece of a SharedArrayBuffer: threads of one OS process
 *   mapped    a piece of a segment: any process, needs --allow-ffi
 *
 *   local, nobody has it --handle("process")--> mapped
 *        |
 *        +--handle("isolate")--> local, held by threads, alone in its buffer:
 *                                stays where it is
 * ```
 *
 * How long the bytes live: local ones as long as anybody in any isolate can see
 * a block of the same slab, which V8 alone sees to; mapped ones as `arena.ts`
 * says.
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import type {
  Addressee,
  BlockHandle,
  Destination,
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

/** Where a block is. */
export type BlockPlace = "local" | "mapped";

// Invariant: once `carved` is set, the region never moves again; `stays` says why
// a local one must not move either, which is then alone in its buffer.
interface Region {
  buffer: SharedArrayBuffer | ArrayBuffer;
  start: number;
  /** Whether nothing else is in the buffer, if it is local. */
  isAlone: boolean;
  readonly bytes: number;
  carved: Carved | null;
  stays: string | null;
  readonly movers: (() => void)[];
}

const forgotten = new FinalizationRegistry(letGo);

// A buffer that a user got keeps its region from being taken back.
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
  // Of reserved memory only what is there; the rest is zeros on both sides.
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
 * Keeps a local region where it is from now on: others get its buffer, in which
 * nothing else may be then.
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
  // Those who sleep there look again, and find the new place.
  for (let at = 0; at < words; at++) Atomics.notify(from, at);
}

function attachRegion(handle: BlockHandle): Region {
  const region = handle.place === "mapped"
    ? attachMapped(handle)
    : attachLocal(handle.buffer);
  try {
    checkRange(region, handle);
    if (handle.place === "mapped") see(region, handle.offset + handle.there);
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

/** How many bytes there are, or may be. */
function mostOf({ carved, buffer }: Region): number {
  return carved?.segment.bytes ?? (buffer as SharedArrayBuffer).maxByteLength;
}

/** Sees to it that the buffer of a mapped region has its first `bytes` bytes. */
function see(region: Region, bytes: number): void {
  const { segment } = region.carved!;
  segment.see(Math.min(bytes, segment.bytes));
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

let isAside = false;

/**
 * Handles made meanwhile do not keep their blocks: whoever comes too late finds
 * that the object is gone.
 */
export function withoutTickets<T>(make: () => T): T {
  const before = isAside;
  isAside = true;
  try {
    return make();
  } finally {
    isAside = before;
  }
}

/** Bytes that several isolates, or several OS processes, look at. */
export class Block {
  /** How many bytes there are. */
  readonly bytes: number;
  /** What the bytes are in; changes when the block moves. */
  buffer!: SharedArrayBuffer | ArrayBuffer;
  /** Where in `buffer` they begin; a multiple of 8. */
  byteOffset!: number;
  #region: Region;
  #offset: number;
  #int32: Int32Array<SharedArrayBuffer | ArrayBuffer> | null = null;

  /** Looks at part of a region; see the functions below. */
  private constructor(region: Region, offset: number, bytes: number) {
    this.#region = region;
    this.#offset = offset;
    this.bytes = bytes;
    this.#bind();
    // Only what nobody else has seen can ever move.
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

  /** The bytes that are there as words, without a rest that makes no whole one. */
  get int32(): Int32Array<SharedArrayBuffer | ArrayBuffer> {
    return this.#int32 ??= new Int32Array(
      this.buffer,
      this.byteOffset,
      this.there >>> 2,
    );
  }

  /** How many bytes are there; fewer than `bytes` for reserved memory only. */
  get there(): number {
    return Math.min(this.bytes, this.buffer.byteLength - this.byteOffset);
  }

  /** New memory, all zeros. */
  static allocate(bytes: number, place: BlockPlace = "local"): Block {
    const region = place === "local"
      ? localRegion(bytes)
      : mappedRegion(bytes, bytes);
    return new Block(region, 0, bytes);
  }

  /**
   * New memory, all zeros, of which the first `bytes` are there and the rest up
   * to `most` comes as it is asked for: what nobody has touched costs nothing.
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

  /** Sees to it that the first `bytes` bytes of reserved memory are there. */
  grow(bytes: number): void {
    // They may be there already by another isolate's doing.
    this.#int32 = null;
    if (this.there >= bytes) return;
    if (this.#region.carved !== null) {
      see(this.#region, this.byteOffset + bytes);
      return this.#bind();
    }
    const buffer = this.buffer as SharedArrayBuffer;
    try {
      buffer.grow(this.byteOffset + bytes);
    } catch (cause) {
      throw new SharedMemoryError(
        `Cannot use ${bytes} bytes of shared memory as there is no memory left for them`,
        { cause },
      );
    }
  }

  /** The memory that a handle names. */
  static attach(handle: BlockHandle): Block {
    const region = attachRegion(handle);
    return new Block(region, handle.offset - region.start, handle.bytes);
  }

  /** Part of this block, which goes wherever the whole goes. */
  part(offset: number, bytes: number): Block {
    return new Block(this.#region, this.#offset + offset, bytes);
  }

  /** Where the bytes are now. */
  get place(): BlockPlace {
    return this.#region.carved === null ? "local" : "mapped";
  }

  /** The same for every view of the same bytes in this isolate, and no other. */
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

  /** An owner of a lock in this memory, as other memory knows it; null if dead. */
  addresseeOf(id: number): Addressee | null {
    const { carved } = this.#region;
    if (carved === null) return { place: "local", name: [id, 0, 0] };
    const thread = carved.segment.threadOf(id);
    if (thread === null) return null;
    return { place: "mapped", name: [thread.pid, thread.tid, thread.start] };
  }

  /** Whether somebody is alive whom memory of this place knows by that name. */
  isAlive([first, tid, start]: Addressee["name"]): boolean {
    return this.place === "local"
      ? isOwnerAlive(first)
      : isThreadAlive({ pid: first, tid, start });
  }

  /** Where a word is in this OS process, for system calls; mapped blocks only. */
  address(index: number): number {
    return this.#region.carved!.segment.address + this.byteOffset + 4 * index;
  }

  /** Calls back when the block has moved, so that views are made anew. */
  onMove(moved: () => void): void {
    const region = this.#region;
    if (region.carved === null && region.stays === null) {
      region.movers.push(moved);
    }
  }

  /**
   * The bytes for a user's own views: the memory stays where it is and is not
   * taken back as long as the buffer is about.
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
  handle(destination: Destination): BlockHandle {
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
    const isTicket = !isAside;
    if (isTicket) refs.give();
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

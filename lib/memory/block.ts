/**
 * A few bytes of shared memory: the one seam between what is shared and where.
 *
 * ```
 *   local     a SharedArrayBuffer of its own: threads of one OS process
 *   mapped    a piece of a segment: any process, needs --allow-ffi
 *
 *   local, nobody has it --handle("process")--> mapped
 *        |
 *        +--handle("isolate")--> local, held by threads: stays where it is
 * ```
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import type { BlockHandle, Destination } from "../wire/handle.ts";
import { whyNotMapped } from "./libc.ts";
import { isOwnerAlive, selfOwner } from "./owners.ts";
import { attachSegment, carve, type Segment } from "./segment.ts";

/** Where a block is. */
export type Place = "local" | "mapped";

/** A local buffer begins with the number of its maker and a count of his. */
const LOCAL_HEADER_BYTES = 16;
let madeHere = 0;

// Invariant: once `segment` is set, the region never moves again; `held` says
// that another isolate may look at it.
interface Region {
  buffer: SharedArrayBuffer | ArrayBuffer;
  start: number;
  readonly bytes: number;
  segment: Segment | null;
  held: boolean;
  readonly movers: (() => void)[];
}

/** What is left to do for a region that nobody can see any more. */
interface Leftover {
  segment: Segment;
  offset: number;
  bytes: number;
  held: boolean;
}

const leftovers = new WeakMap<Region, Leftover>();
const forgotten = new FinalizationRegistry<Leftover>((left) => {
  if (!left.held) left.segment.giveBack(left.offset, left.bytes);
});

function localRegion(bytes: number): Region {
  const buffer = new SharedArrayBuffer(LOCAL_HEADER_BYTES + bytes);
  const header = new Int32Array(buffer, 0, 2);
  header[0] = selfOwner();
  header[1] = ++madeHere;
  return {
    buffer,
    start: LOCAL_HEADER_BYTES,
    bytes,
    segment: null,
    held: false,
    movers: [],
  };
}

function carveFor(region: Region): void {
  const { segment, offset } = carve(region.bytes);
  region.buffer = segment.buffer;
  region.start = offset;
  region.segment = segment;
  const left = { segment, offset, bytes: region.bytes, held: false };
  leftovers.set(region, left);
  forgotten.register(region, left);
}

function mappedRegion(bytes: number): Region {
  const region = localShape(bytes);
  carveFor(region);
  return region;
}

function localShape(bytes: number): Region {
  const buffer = new ArrayBuffer(0);
  return { buffer, start: 0, bytes, segment: null, held: false, movers: [] };
}

function moveToMapped(region: Region): void {
  const from = new Uint8Array(region.buffer, region.start, region.bytes);
  carveFor(region);
  new Uint8Array(region.buffer, region.start, region.bytes).set(from);
  for (const moved of region.movers) moved();
}

function attachRegion(handle: BlockHandle): Region {
  const { offset, bytes } = handle;
  const segment = handle.place === "mapped"
    ? attachSegment(handle.segment)
    : null;
  const buffer = handle.place === "mapped" ? segment!.buffer : handle.buffer;
  if (
    !Number.isSafeInteger(offset) || !Number.isSafeInteger(bytes) ||
    offset < LOCAL_HEADER_BYTES || bytes < 0 ||
    offset + bytes > buffer.byteLength || offset % 8 !== 0
  ) {
    throw new SharedMemoryError(
      `Cannot attach shared memory as it has no bytes ${offset} to ${
        offset + bytes
      }: it has ${buffer.byteLength}`,
    );
  }
  return { buffer, start: offset, bytes, segment, held: true, movers: [] };
}

/** Bytes that several isolates, or several OS processes, look at. */
export class Block {
  /** How many bytes there are. */
  readonly bytes: number;
  /** What the bytes are in; changes when the block moves. */
  buffer!: SharedArrayBuffer | ArrayBuffer;
  /** Where in `buffer` they begin; a multiple of 8. */
  byteOffset!: number;
  /** The bytes as words, without a rest that makes no whole word. */
  int32!: Int32Array<SharedArrayBuffer | ArrayBuffer>;
  #region: Region;
  #offset: number;

  /** Looks at part of a region; see the functions below. */
  private constructor(region: Region, offset: number, bytes: number) {
    this.#region = region;
    this.#offset = offset;
    this.bytes = bytes;
    this.#bind();
    // Only what nobody else has seen can ever move.
    if (region.segment === null && !region.held) {
      region.movers.push(() => this.#bind());
    }
  }

  #bind(): void {
    const { buffer, start } = this.#region;
    this.buffer = buffer;
    this.byteOffset = start + this.#offset;
    this.int32 = new Int32Array(buffer, this.byteOffset, this.bytes >> 2);
  }

  /** New memory, all zeros. */
  static allocate(bytes: number, place: Place = "local"): Block {
    const region = place === "local" ? localRegion(bytes) : mappedRegion(bytes);
    return new Block(region, 0, bytes);
  }

  /** The memory that a handle names. */
  static attach(handle: BlockHandle): Block {
    return new Block(attachRegion(handle), 0, handle.bytes);
  }

  /** Part of this block, which goes wherever the whole goes. */
  part(offset: number, bytes: number): Block {
    return new Block(this.#region, this.#offset + offset, bytes);
  }

  /** Where the bytes are now. */
  get place(): Place {
    return this.#region.segment === null ? "local" : "mapped";
  }

  /** The same for every view of the same bytes in this isolate, and no other. */
  get key(): string {
    const { segment, buffer } = this.#region;
    if (segment !== null) return `${segment.id}+${this.byteOffset}`;
    const [maker, count] = new Int32Array(buffer, 0, 2);
    return `${maker}.${count}+${this.byteOffset}`;
  }

  /** This isolate, as an owner of locks in this memory. */
  get owner(): number {
    return this.#region.segment?.owner ?? selfOwner();
  }

  /** Whether an owner of a lock in this memory is alive. */
  isOwnerAlive(id: number): boolean {
    const { segment } = this.#region;
    return segment === null ? isOwnerAlive(id) : segment.isOwnerAlive(id);
  }

  /** Where a word is in this OS process, for system calls; mapped blocks only. */
  address(index: number): number {
    return this.#region.segment!.address + this.byteOffset + 4 * index;
  }

  /** Calls back when the block has moved, so that views are made anew. */
  onMove(moved: () => void): void {
    const region = this.#region;
    if (region.segment === null && !region.held) region.movers.push(moved);
  }

  /** The handle for a destination, after a move if it takes one. */
  handle(destination: Destination): BlockHandle {
    if (destination === "elsewhere") {
      throw new SharedMemoryError(
        "Cannot share this object with that process as it is beyond shared memory, as on another machine: pass its value, and get the result back",
      );
    }
    if (destination === "process") this.#leaveLocal();
    const region = this.#region;
    region.held = true;
    const left = leftovers.get(region);
    if (left !== undefined) left.held = true;
    const { bytes, byteOffset: offset } = this;
    if (region.segment !== null) {
      return { place: "mapped", segment: region.segment.name, offset, bytes };
    }
    const buffer = region.buffer as SharedArrayBuffer;
    return { place: "local", buffer, offset, bytes };
  }

  #leaveLocal(): void {
    const region = this.#region;
    if (region.segment !== null) return;
    const reason = whyNotMapped();
    if (reason !== null) {
      throw new SharedMemoryError(
        `Cannot share this object with another process as ${reason}`,
      );
    }
    if (region.held) {
      throw new SharedMemoryError(
        `Cannot share this object with another process as threads already hold it: make it by getContext("spawn"), as in new (getContext("spawn").Value)("i"), or share it with the process first`,
      );
    }
    moveToMapped(region);
  }
}

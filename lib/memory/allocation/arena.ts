/**
 * An allocator: many small blocks in few segments of shared memory, and their
 * reuse.
 *
 * A block lives until its last user has let go of it: an object in this
 * isolate, or in another that got a handle (`block_refs.ts`). An object lets go
 * when the garbage collector finds it unused, so a loop that makes and drops
 * blocks needs a turn of the event loop now and then. Small blocks are reused;
 * the pages of large ones go back to the system; the largest have a segment to
 * themselves, which is unmapped.
 *
 * ```
 *   carve --> used here --> left --no other holder--> free --> carve
 *                            |                             ^
 *                            +--> waits for the others ----+
 * ```
 *
 * @module
 */

import { BLOCK_ALIGN } from "./slab.ts";
import { assert } from "../../base/assert.ts";
import { SharedMemoryError } from "../../base/errors.ts";
import { BLOCK_HEADER_BYTES } from "./block_refs.ts";
import {
  attachSegment,
  makeSegment,
  type Segment,
  SEGMENT_HEADER_BYTES,
} from "./segment.ts";

/** Size of a segment; untouched pages cost nothing. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** A block of this size or more has a segment to itself. */
const WHOLE_BYTES = SEGMENT_BYTES / 2;

/**
 * Below this size a block is rounded up to whole cache lines, above it to a
 * coarser step.
 */
const EXACT_BYTES = 1024;

/** A free block of this size or more gives its pages back to the system. */
const PUNCH_BYTES = 64 * 1024;

/**
 * Maximum of foreign segments that stay mapped while this isolate uses none of
 * their blocks.
 */
const IDLE_MAX = 8;

/**
 * Bytes that may wait for other holders before the arena asks which holders are
 * alive.
 */
const WAITING_BYTES = 1024 * 1024;

/** A block, as its users in this isolate see it. */
export interface Carved {
  readonly segment: Segment;
  /** Where the block begins in the segment, in bytes. */
  readonly base: number;
  readonly bytes: number;
}

// What the maker of a segment knows of it. Invariants: bytes from `next` on
// were never given out; `free` maps a size to the bases of the unused blocks of
// that size; `waiting` maps the base of each block that this isolate no longer
// uses, and another perhaps does, to its size.
interface SegmentStock {
  readonly segment: Segment;
  next: number;
  readonly free: Map<number, number[]>;
  readonly waiting: Map<number, number>;
}

// Invariant: `stocks` has every segment that this isolate made; `current` is
// the one that had space the last time.
const stocks = new Map<Segment, SegmentStock>();
let current: SegmentStock | null = null;
// Invariant: segments that are mapped, made by another isolate and not used by
// this one, in the order of their last use.
const idle = new Set<Segment>();
let serials = 0;
// Invariant: the sum of all sizes in all `waiting`.
let waitingBytes = 0;
let sweepAtBytes = WAITING_BYTES;

/**
 * The allocated size of a block: one of few sizes, so that a freed block fits
 * the next.
 */
function sizeOf(bytes: number): number {
  const step = bytes <= EXACT_BYTES
    ? BLOCK_ALIGN
    : 2 ** (Math.floor(Math.log2(bytes)) - 2);
  return Math.max(Math.ceil(bytes / step) * step, BLOCK_ALIGN);
}

/**
 * Allocates a block of zeros in a segment of this isolate's own; its first
 * `visible` bytes are in the segment's buffer.
 */
export function carve(bytes: number, visible: number = bytes): Carved {
  const size = sizeOf(bytes);
  const { segment, base } = size >= WHOLE_BYTES
    ? whole(size, visible)
    : piece(size);
  serials = (serials % 0x7fff_ffff) + 1;
  segment.refs(base).begin(serials);
  segment.use(base);
  return { segment, base, bytes };
}

type Place = Omit<Carved, "bytes">;

function whole(size: number, visible: number): Place {
  const before = SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES;
  const stock = addStock(before + size, before + visible);
  const place = placeIn(stock, size, visible);
  assert(place !== null, "a segment has room for what it was made for");
  return place;
}

function addStock(
  bytes: number,
  visible: number,
  used: number = visible,
): SegmentStock {
  const segment = makeSegment(bytes, visible, used);
  const free = new Map();
  const stock = {
    segment,
    next: SEGMENT_HEADER_BYTES,
    free,
    waiting: new Map(),
  };
  stocks.set(segment, stock);
  return stock;
}

function piece(size: number): Place {
  if (waitingBytes > sweepAtBytes) sweep();
  const here = current === null ? null : placeIn(current, size, size);
  if (here !== null) return here;
  sweep();
  for (const stock of stocks.values()) {
    const place = placeIn(stock, size, size);
    if (place === null) continue;
    current = stock;
    return place;
  }
  current = addStock(SEGMENT_BYTES, SEGMENT_BYTES, SEGMENT_HEADER_BYTES);
  return placeIn(current, size, size)!;
}

/**
 * Finds space for a block, of which the first `used` bytes are used at once.
 */
function placeIn(
  stock: SegmentStock,
  size: number,
  used: number,
): Place | null {
  const { segment } = stock;
  const again = stock.free.get(size)?.at(-1);
  if (again !== undefined) {
    if (size < PUNCH_BYTES) new Uint8Array(segment.buffer, again, size).fill(0);
    else segment.refill(again, size);
    stock.free.get(size)!.pop();
    return { segment, base: again };
  }
  const base = stock.next + BLOCK_HEADER_BYTES;
  if (base + size > segment.bytes) return null;
  segment.reserve(base + used);
  stock.next = base + size;
  return { segment, base };
}

/** Maps the block that a handle names, and holds it. */
export function attach(
  name: string,
  base: number,
  serial: number,
  isTicket: boolean,
): Segment {
  const segment = attachSegment(name);
  try {
    checkBase(segment, base);
    if (!hold(segment, base, serial)) throw freed();
  } catch (error) {
    closeForeign(segment);
    throw error;
  }
  if (isTicket) segment.refs(base).takeTicket();
  return segment;
}

function checkBase(segment: Segment, base: number): void {
  const isInside = Number.isSafeInteger(base) && base % BLOCK_ALIGN === 0 &&
    base >= SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES &&
    base <= segment.bytes;
  if (isInside) return;
  throw new SharedMemoryError(
    `Cannot attach shared memory as no block begins at ${base}`,
  );
}

function freed(): SharedMemoryError {
  return new SharedMemoryError(
    "Cannot attach shared memory as no process used it any more and it was freed: keep the object until the other process has it",
  );
}

/** Whether that block was freed; its segment must still exist. */
export function isFreed(name: string, base: number, serial: number): boolean {
  const segment = attachSegment(name);
  try {
    checkBase(segment, base);
    return segment.refs(base).serial !== serial;
  } finally {
    closeForeign(segment);
  }
}

/** Unmaps a foreign segment that was mapped for a question only. */
function closeForeign(segment: Segment): void {
  if (!stocks.has(segment)) closeUnused(segment);
}

function hold(segment: Segment, base: number, serial: number): boolean {
  const refs = segment.refs(base);
  const isMine = stocks.has(segment);
  if (isMine || segment.isUsed(base)) {
    if (refs.serial !== serial) return false;
  } else if (!refs.hold(segment.owner, serial, isAliveIn(segment))) {
    return false;
  }
  idle.delete(segment);
  segment.use(base);
  return true;
}

/**
 * Caches the answer for each holder, as each question reads a file in `/proc`.
 */
function isAliveIn(segment: Segment): (id: number) => boolean {
  const known = new Map<number, boolean>();
  return (id) => {
    let alive = known.get(id);
    if (alive === undefined) known.set(id, alive = segment.isOwnerAlive(id));
    return alive;
  };
}

/**
 * Counts one user less in this isolate, and takes the block back after its last
 * user.
 */
export function letGo({ segment, base, bytes }: Carved): void {
  if (!segment.leave(base)) return;
  const stock = stocks.get(segment);
  if (stock === undefined) {
    segment.refs(base).release(segment.owner);
    closeUnused(segment);
    return;
  }
  const size = sizeOf(bytes);
  if (stock.waiting.has(base)) return;
  if (takeBack(stock, base, size, isAliveIn(segment))) return;
  stock.waiting.set(base, size);
  waitingBytes += size;
}

/**
 * Unmaps a foreign segment that this isolate no longer uses, so that its memory
 * does not outlive its maker here. The last few segments with many blocks stay
 * mapped, as the next handle probably names one of them.
 */
function closeUnused(segment: Segment): void {
  if (!segment.isUnused) return;
  idle.add(segment);
  for (const one of idle) {
    const isWhole = one.bytes !== SEGMENT_BYTES;
    if (!isWhole && idle.size <= IDLE_MAX) continue;
    idle.delete(one);
    one.close();
  }
}

function takeBack(
  stock: SegmentStock,
  base: number,
  size: number,
  isAlive: (id: number) => boolean,
): boolean {
  const { segment, free } = stock;
  if (segment.isUsed(base)) return false;
  if (!segment.refs(base).end(isAlive)) return false;
  if (size >= WHOLE_BYTES) {
    stocks.delete(segment);
    segment.close();
    return true;
  }
  if (size >= PUNCH_BYTES) segment.punch(base, size);
  const list = free.get(size);
  if (list === undefined) free.set(size, [base]);
  else list.push(base);
  return true;
}

/** Takes back the waiting blocks whose other holders let go or died. */
function sweep(): void {
  for (const stock of stocks.values()) {
    const isAlive = isAliveIn(stock.segment);
    for (const [base, size] of stock.waiting) {
      if (!takeBack(stock, base, size, isAlive)) continue;
      stock.waiting.delete(base);
      waitingBytes -= size;
    }
  }
  // So the same holders are not asked about at every allocation.
  sweepAtBytes = Math.max(WAITING_BYTES, 2 * waitingBytes);
}

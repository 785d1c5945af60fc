/**
 * A slab allocator: many small local blocks in few buffers.
 *
 * Blocks are cut from a slab one after the other and never given back: a slab
 * is a SharedArrayBuffer, and V8 frees it when no isolate can reach any block
 * of it, even if isolates were terminated meanwhile. A single block that lives
 * on keeps its slab, so slabs are small. A slab holds only blocks that are not
 * shared: an isolate that gets a block gets its whole buffer, so a block moves
 * to a buffer of its own before it is shared.
 *
 * @module
 */

import { selfOwner } from "../liveness/owners.ts";

const SLAB_BYTES = 8 * 1024;

/** A block of this size or more has a buffer to itself. */
const WHOLE_BYTES = 1024;

/**
 * Alignment of blocks: no two share a cache line, so their users do not slow
 * one another.
 */
export const BLOCK_ALIGN = 64;

/** Where the first block begins; before it, the slab's maker and its count. */
export const LOCAL_START = 64;

// Invariant: bytes of `slab` from `next` on were never given out.
let slab: SharedArrayBuffer | null = null;
let next = SLAB_BYTES;
let made = 0;

/** Where a block is. */
export interface Piece {
  readonly buffer: SharedArrayBuffer;
  readonly start: number;
  /** Whether nothing else is in the buffer. */
  readonly isAlone: boolean;
}

/** Allocates a block of zeros that only this isolate uses. */
export function carveLocal(bytes: number): Piece {
  if (bytes >= WHOLE_BYTES) return carveAlone(bytes);
  if (slab === null || next + bytes > SLAB_BYTES) {
    slab = makeSlab(SLAB_BYTES);
    next = LOCAL_START;
  }
  const start = next;
  next += Math.max(Math.ceil(bytes / BLOCK_ALIGN), 1) * BLOCK_ALIGN;
  return { buffer: slab, start, isAlone: false };
}

/** Allocates a block of zeros with a buffer to itself. */
export function carveAlone(bytes: number): Piece {
  const buffer = makeSlab(LOCAL_START + bytes);
  return { buffer, start: LOCAL_START, isAlone: true };
}

/**
 * Allocates a block of zeros that may grow. A view of it is as fast as any if
 * it has a fixed length; a length-tracking view costs 50 times as much (2.9.6).
 */
export function reserveLocal(bytes: number, most: number): Piece {
  const buffer = makeSlab(LOCAL_START + bytes, LOCAL_START + most);
  return { buffer, start: LOCAL_START, isAlone: true };
}

function makeSlab(
  bytes: number,
  maxByteLength: number = bytes,
): SharedArrayBuffer {
  const buffer = maxByteLength === bytes
    ? new SharedArrayBuffer(bytes)
    : new SharedArrayBuffer(bytes, { maxByteLength });
  const header = new Int32Array(buffer, 0, 2);
  header[0] = selfOwner();
  header[1] = ++made;
  return buffer;
}

/** The name of a slab, the same in every isolate that has it. */
export function nameOfLocal(buffer: ArrayBufferLike): string {
  const [maker, count] = new Int32Array(buffer, 0, 2);
  return `${maker}.${count}`;
}

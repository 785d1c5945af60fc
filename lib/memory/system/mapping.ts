/**
 * Mapping memory into this OS process, and unmapping it without a crash.
 *
 * Access through a view over unmapped memory would crash the program. So
 * addresses that were mapped once stay mapped: unmapping detaches the buffer,
 * which every view of it notices, and maps private zeros in its place, for a
 * system call that may still read there. The addresses are reused for the next
 * mapping of that size.
 *
 * @module
 */

import { assert } from "../../base/assert.ts";
import { SharedMemoryError } from "../../base/errors.ts";
import { reasonOf } from "./errno.ts";
import { syscall, tryCall } from "./libc.ts";

/** The size of a page of memory. */
export const PAGE_BYTES = 4096;

const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

/** A part of a file, mapped into this OS process. */
export interface Mapping {
  /** The bytes. */
  readonly buffer: ArrayBuffer;
  /** The address of the first byte. */
  readonly address: number;
}

// Invariant: addresses where this isolate unmapped memory, by size; private
// zeros are mapped there.
const vacant = new Map<number, number[]>();

function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** A buffer over memory that is mapped already. */
export function bufferAt(address: number, bytes: number): ArrayBuffer {
  const pointer = Deno.UnsafePointer.create(BigInt(address));
  assert(pointer !== null, "mapped memory has an address");
  return Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
}

/**
 * Maps the first `bytes` bytes of the file open as `fd`, which must be that
 * long. The buffer has the first `visible` of them.
 */
export function map(
  fd: number,
  bytes: number,
  visible: number = bytes,
): Mapping {
  const again = vacant.get(pagesOf(bytes))?.pop() ?? 0;
  const flags = again === 0 ? MAP_SHARED : MAP_SHARED | MAP_FIXED;
  const address = tryCall("mmap", again, bytes, PROT_READ_WRITE, flags, fd);
  if (address < 0) {
    if (again !== 0) vacant.get(pagesOf(bytes))!.push(again);
    throw new SharedMemoryError(
      `Cannot map ${bytes} bytes of shared memory as ${reasonOf(address)}`,
    );
  }
  try {
    return { buffer: bufferAt(address, visible), address };
  } catch (cause) {
    vacate(address, bytes);
    throw new SharedMemoryError(
      `Cannot map ${bytes} bytes of shared memory as Deno has no room for them`,
      { cause },
    );
  }
}

/** Unmaps the memory, and detaches the buffer that every view of it has. */
export function unmap({ buffer, address }: Mapping, bytes: number): void {
  // The buffer was transferred, perhaps to another isolate, and stays mapped
  // for that one.
  if (buffer.detached) return;
  buffer.transfer(0);
  vacate(address, bytes);
}

/** Unmaps memory that no view refers to any more. */
export function vacate(address: number, bytes: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  syscall("mmap", address, bytes, PROT_READ_WRITE, flags, -1);
  const size = pagesOf(bytes);
  const list = vacant.get(size);
  if (list === undefined) vacant.set(size, [address]);
  else list.push(address);
}

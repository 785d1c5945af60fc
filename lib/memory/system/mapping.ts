/**
 * Memory mapped into this OS process, and taken away again without a crash.
 *
 * A view over memory that is not there any more would end the whole program. So
 * where memory was mapped there is always memory: when it goes, its buffer is
 * detached, which every view of it notices, and zeros of this process alone take
 * its place, for a system call that may still be reading there. The addresses are
 * used again for the next mapping of that size.
 *
 * @module
 */

import { assert } from "../../base/assert.ts";
import { SharedMemoryError } from "../../base/errors.ts";
import { reasonOf } from "./errno.ts";
import { syscall, tryCall } from "./libc.ts";

const PAGE_BYTES = 4096;

const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

/** Bytes of a file, seen from this OS process. */
export interface Mapping {
  /** The bytes. */
  readonly buffer: ArrayBuffer;
  /** Where they are. */
  readonly address: number;
}

// Invariant: addresses where this isolate mapped memory that it then took away,
// by the size; zeros are there.
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
 * Maps the first bytes of the file open as `fd`; the file must have as many. The
 * buffer shows the first `seen` of them.
 */
export function map(fd: number, bytes: number, seen: number = bytes): Mapping {
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
    return { buffer: bufferAt(address, seen), address };
  } catch (cause) {
    vacate(address, bytes);
    throw new SharedMemoryError(
      `Cannot map ${bytes} bytes of shared memory as Deno has no room for them`,
      { cause },
    );
  }
}

/** Takes the memory away from every view of the mapping's buffer. */
export function unmap({ buffer, address }: Mapping, bytes: number): void {
  // Somebody else's now, perhaps in another isolate: it stays mapped for him.
  if (buffer.detached) return;
  buffer.transfer(0);
  vacate(address, bytes);
}

/** Takes the memory away where no view is about any more. */
export function vacate(address: number, bytes: number): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  syscall("mmap", address, bytes, PROT_READ_WRITE, flags, -1);
  const size = pagesOf(bytes);
  const list = vacant.get(size);
  if (list === undefined) vacant.set(size, [address]);
  else list.push(address);
}

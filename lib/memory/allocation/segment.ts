/**
 * Memory that several OS processes map.
 *
 * A segment is a file in memory without a name (`memfd_create`): the kernel
 * frees it when the last process that maps it ends, however it ends, so no file
 * ever needs cleaning up. Other processes open it through the maker's
 * `/proc/<pid>/fd/<fd>`, which the kernel allows to the same user only.
 *
 * ```
 *   bytes   0      8 .. 16    16        64 ..             HEADER_BYTES ..
 *           magic  random id  reserved  owners of locks    blocks, each behind its
 *                                                          header
 * ```
 *
 * Space is reserved step by step, before pages become visible (`reserve.ts`);
 * an invisible page needs none. The file is sealed: no process can truncate it,
 * which would kill all that access it. A file without that seal is not mapped.
 *
 * Only the isolate that made a segment carves blocks from it, and takes them
 * back when they are unused; see `arena.ts`. A block too large to share a
 * segment has one to itself, which each process unmaps as soon as it no longer
 * uses the block.
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import { BLOCK_HEADER_BYTES, BlockRefs } from "./block_refs.ts";
import { ENOENT, reasonOf } from "../system/errno.ts";
import {
  AT_FDCWD,
  O_CLOEXEC,
  Scratch,
  syscall,
  tryCall,
} from "../system/libc.ts";
import {
  isThreadAlive,
  ownThread,
  type ThreadId,
} from "../liveness/process_liveness.ts";
import {
  bufferAt,
  map,
  type Mapping,
  PAGE_BYTES,
  unmap,
} from "../system/mapping.ts";
import {
  generationOf,
  nextId,
  OWNERS_MAX,
  slotOf,
} from "../liveness/owners.ts";
import { whyNotReserved } from "../system/reserve.ts";

const MAGIC = 0x4d50_3031;
const MAGIC_WORD = 0;
const RANDOM_WORD = 2;
/** How many pages at the beginning have space reserved. */
const RESERVED_WORD = 4;
const OWNERS_WORD = 16;
const WORDS_PER_OWNER = 4;
export const SEGMENT_HEADER_BYTES: number = 4 *
  (OWNERS_WORD + OWNERS_MAX * WORDS_PER_OWNER);

// The words of an owner's slot. Invariant: THREAD, START and PROCESS belong to
// the id in ID; while ID is CLAIMING, one thread is writing them.
const ID = 0;
const PROCESS = 1;
const THREAD = 2;
const START = 3;
const CLAIMING = -1;

/**
 * A larger segment has one block only, of which perhaps a small part is in use.
 */
const SMALL_BYTES = 16 * 1024 * 1024;

// Opening does not block even if the number now names another process's pipe.
const O_RDWR_CLOEXEC_NONBLOCK = 2 | O_CLOEXEC | 0o4000;
const SEEK_END = 2;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;
const F_SEAL_SEAL = 1;
const F_SEAL_SHRINK = 2;
const F_SEAL_GROW = 4;
const SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
const PUNCH_HOLE_KEEP_SIZE = 3;
const PATH_BYTES = 128;
const ID_BYTES = 8;

/**
 * Space is reserved in steps of this size, as each step costs a system call.
 */
const RESERVE_STEP_BYTES = 256 * 1024;
/** Factor by which the visible part grows, as each growth takes time. */
const GROWTH = 1.25;

/** The name of a segment in a handle: `<pid>.<fd>.<bytes>.<random id>`. */
const NAME = /^(\d{1,10})\.(\d{1,10})\.(\d{1,15})\.([0-9a-f]{16})$/;

// Invariant: this map has a segment under its random id from its first mapping
// until it is unmapped.
const mapped = new Map<string, Segment>();

/** A segment as mapped by this isolate. */
export class Segment {
  /** The visible bytes; see {@linkcode Segment.makeVisible}. */
  buffer: ArrayBuffer;
  /** The size in bytes. */
  readonly bytes: number;
  /** Where the bytes begin in this OS process. */
  readonly address: number;
  /** A random id, unique for as long as the machine runs. */
  readonly id: string;
  #fd: number;
  #words: Int32Array;
  // Invariant: 0 until this isolate has an entry in the table of owners.
  #owner = 0;
  // Invariant: how many regions of this isolate use a block, by the base of the
  // block; never 0. An isolate other than the maker is among the block's
  // holders exactly while the block is in this map.
  #uses: Map<number, number> = new Map();

  /**
   * Maps the file open as `fd`, with the first `visible` bytes in its buffer.
   */
  constructor(fd: number, bytes: number, id: string, visible: number) {
    const { buffer, address }: Mapping = map(fd, bytes, visible);
    this.buffer = buffer;
    this.bytes = bytes;
    this.address = address;
    this.id = id;
    this.#fd = fd;
    this.#words = new Int32Array(buffer, 0, SEGMENT_HEADER_BYTES / 4);
  }

  /**
   * Makes the first `bytes` bytes visible in the buffer. Not all at once, as V8
   * counts a buffer as memory in use, touched or not: 2 GiB make it collect
   * garbage at once, which takes 10 ms and more (2.9.6).
   */
  makeVisible(bytes: number): void {
    const { byteLength } = this.buffer;
    if (bytes <= byteLength) return;
    this.buffer = bufferAt(this.address, this.#grow(bytes, byteLength));
  }

  /**
   * Reserves space for what becomes visible: a quarter more than before, if the
   * system has it.
   */
  #grow(bytes: number, byteLength: number): number {
    const more = Math.min(this.bytes, Math.floor(byteLength * GROWTH));
    if (more > bytes && this.#tryReserve(more)) return more;
    this.reserve(bytes);
    return bytes;
  }

  #tryReserve(bytes: number): boolean {
    try {
      this.reserve(bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** What another OS process needs to map the same memory. */
  get name(): string {
    const { pid } = ownThread();
    return `${pid}.${this.#fd}.${this.bytes}.${this.id}`;
  }

  /**
   * Writes the header; the maker calls it before any other process maps the
   * segment.
   */
  format(reserved: number): void {
    this.#words[MAGIC_WORD] = MAGIC;
    this.#words[RESERVED_WORD] = Math.ceil(reserved / PAGE_BYTES);
    const random = Uint8Array.fromHex(this.id);
    new Uint8Array(this.buffer, 4 * RANDOM_WORD, ID_BYTES).set(random);
  }

  /** Reserves space for the first `bytes` bytes. */
  reserve(bytes: number): void {
    const pages = Atomics.load(this.#words, RESERVED_WORD);
    const from = pages * PAGE_BYTES;
    if (bytes <= from) return;
    const upTo = reservedFor(bytes, this.bytes);
    requireRoom(this.#fd, from, upTo - from);
    this.#noteReserved(Math.ceil(upTo / PAGE_BYTES));
  }

  /** Other processes may have reserved more meanwhile. */
  #noteReserved(pages: number): void {
    for (;;) {
      const now = Atomics.load(this.#words, RESERVED_WORD);
      if (now >= pages) return;
      const at = RESERVED_WORD;
      const found = Atomics.compareExchange(this.#words, at, now, pages);
      if (found === now) return;
    }
  }

  /** Reserves space again for what {@linkcode Segment.punch} gave back. */
  refill(base: number, bytes: number): void {
    requireRoom(this.#fd, base, bytes);
  }

  /** The reference counts of the block that begins at `base`. */
  refs(base: number): BlockRefs {
    this.makeVisible(base);
    return new BlockRefs(this.buffer, base - BLOCK_HEADER_BYTES);
  }

  /** Whether this isolate uses the block. */
  isUsed(base: number): boolean {
    return this.#uses.has(base);
  }

  /** Whether this isolate uses none of the blocks. */
  get isUnused(): boolean {
    return this.#uses.size === 0;
  }

  /** Counts one more user in this isolate. */
  use(base: number): void {
    this.#uses.set(base, (this.#uses.get(base) ?? 0) + 1);
  }

  /** Counts one user less; true for the last. */
  leave(base: number): boolean {
    const left = this.#uses.get(base)! - 1;
    if (left > 0) this.#uses.set(base, left);
    else this.#uses.delete(base);
    return left === 0;
  }

  /**
   * Gives the pages of a block back to the system; its bytes are zeros from
   * then on.
   */
  punch(base: number, bytes: number): void {
    syscall("fallocate", this.#fd, PUNCH_HOLE_KEEP_SIZE, base, bytes);
  }

  /** Unmaps a segment in which this isolate uses no block. */
  close(): void {
    if (this.#owner !== 0) this.#disown(slotOf(this.#owner));
    mapped.delete(this.id);
    unmap(this, this.bytes);
    syscall("close", this.#fd);
  }

  /** This isolate, as an owner of locks in this segment. */
  get owner(): number {
    if (this.#owner === 0) this.#owner = this.#claim();
    return this.#owner;
  }

  #claim(): number {
    // Threads begin their search at different slots, and so seldom meet.
    const { tid } = ownThread();
    // Unused slots come first: they need no liveness check by the kernel.
    for (let tried = 0; tried < OWNERS_MAX; tried++) {
      const slot = (tid + tried) % OWNERS_MAX;
      if (this.#take(slot, 0)) return this.#fill(slot, 0);
    }
    for (let tried = 0; tried < OWNERS_MAX; tried++) {
      const slot = (tid + tried) % OWNERS_MAX;
      const id = Atomics.load(this.#words, wordOf(slot) + ID);
      if (id <= 0 || this.isOwnerAlive(id)) continue;
      if (this.#take(slot, id)) return this.#fill(slot, generationOf(id));
    }
    throw new SharedMemoryError(
      `Cannot use this shared memory as ${OWNERS_MAX} processes and threads already do`,
    );
  }

  #take(slot: number, seen: number): boolean {
    const at = wordOf(slot) + ID;
    return Atomics.compareExchange(this.#words, at, seen, CLAIMING) === seen;
  }

  #fill(slot: number, generation: number): number {
    const { pid, tid, start } = ownThread();
    const at = wordOf(slot);
    Atomics.store(this.#words, at + PROCESS, pid);
    Atomics.store(this.#words, at + THREAD, tid);
    Atomics.store(this.#words, at + START, start);
    const id = nextId(slot, generation);
    Atomics.store(this.#words, at + ID, id);
    return id;
  }

  /**
   * Leaves the table of owners: the id stays in its slot, but its owner counts
   * as dead.
   */
  #disown(slot: number): void {
    const at = wordOf(slot);
    for (const word of [PROCESS, THREAD, START]) {
      Atomics.store(this.#words, at + word, 0);
    }
  }

  /** Whether an owner of locks in this segment is alive. */
  isOwnerAlive(id: number): boolean {
    const thread = this.threadOf(id);
    return thread !== null && isThreadAlive(thread);
  }

  /** The thread of an owner of locks in this segment; null if it left. */
  threadOf(id: number): ThreadId | null {
    const at = wordOf(slotOf(id));
    const thread = {
      pid: Atomics.load(this.#words, at + PROCESS),
      tid: Atomics.load(this.#words, at + THREAD),
      start: Atomics.load(this.#words, at + START),
    };
    // Reads the id last: if the slot has a new owner by now, the numbers above
    // belong to that one.
    return Atomics.load(this.#words, at + ID) === id ? thread : null;
  }
}

function wordOf(slot: number): number {
  return OWNERS_WORD + slot * WORDS_PER_OWNER;
}

function requireRoom(fd: number, from: number, bytes: number): void {
  const reason = whyNotReserved(fd, from, bytes);
  if (reason === null) return;
  throw new SharedMemoryError(
    `Cannot take ${bytes} bytes of shared memory as ${reason}`,
  );
}

/** The end of the reserved space for the first `bytes` bytes. */
function reservedFor(bytes: number, size: number): number {
  const step = RESERVE_STEP_BYTES;
  return Math.min(Math.ceil(bytes / step) * step, size);
}

/**
 * Makes a segment of `size` bytes, all zeros but for the header. The first
 * `visible` bytes are visible, the first `used` have space reserved.
 */
export function makeSegment(
  size: number,
  visible: number = size,
  used: number = visible,
): Segment {
  const title = new Scratch(PATH_BYTES).text("multiprocessing");
  const fd = tryCall("memfd_create", title, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) throw cannotMake(size, fd);
  try {
    return newSegment(fd, size, visible, used);
  } catch (error) {
    syscall("close", fd);
    throw error;
  }
}

function newSegment(
  fd: number,
  size: number,
  visible: number,
  used: number,
): Segment {
  const cut = tryCall("ftruncate", fd, size);
  if (cut !== 0) throw cannotMake(size, cut);
  const sealed = tryCall("fcntl", fd, F_ADD_SEALS, SEALS);
  if (sealed !== 0) throw cannotMake(size, sealed);
  const reserved = reservedFor(used, size);
  requireRoom(fd, 0, reserved);
  const id = crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
  const segment = new Segment(fd, size, id, visible);
  segment.format(reserved);
  mapped.set(id, segment);
  return segment;
}

function cannotMake(size: number, result: number): SharedMemoryError {
  return new SharedMemoryError(
    `Cannot make ${size} bytes of shared memory as ${reasonOf(result)}`,
  );
}

/** Returns the segment of that name, and maps it if it is not mapped yet. */
export function attachSegment(name: string): Segment {
  const parts = NAME.exec(name);
  if (parts === null) {
    throw new SharedMemoryError(
      `Cannot attach shared memory as its name is malformed: ${name}`,
    );
  }
  const [, pid, fd, bytes, id] = parts as unknown as string[];
  const known = mapped.get(id!);
  if (known !== undefined) return known;
  const segment = openSegment(`/proc/${pid}/fd/${fd}`, Number(bytes), id!);
  mapped.set(id!, segment);
  return segment;
}

/** The visible part of a foreign segment before the used part is known. */
function seenAtFirst(bytes: number): number {
  return bytes <= SMALL_BYTES
    ? bytes
    : SEGMENT_HEADER_BYTES + BLOCK_HEADER_BYTES;
}

function openSegment(path: string, bytes: number, id: string): Segment {
  const text = new Scratch(PATH_BYTES).text(path);
  const fd = tryCall("openat", AT_FDCWD, text, O_RDWR_CLOEXEC_NONBLOCK);
  if (fd < 0 && fd !== -ENOENT) {
    throw new SharedMemoryError(
      `Cannot attach shared memory as ${reasonOf(fd)}: ${path}`,
    );
  }
  try {
    if (fd >= 0 && isGenuine(fd, bytes, id)) {
      return new Segment(fd, bytes, id, seenAtFirst(bytes));
    }
  } catch (error) {
    syscall("close", fd);
    throw error;
  }
  if (fd >= 0) syscall("close", fd);
  throw new SharedMemoryError(
    `Cannot attach shared memory as the process that gave it has ended, or is not visible from here: ${path}`,
  );
}

/**
 * Whether a file is the segment of that name, and not a later file under the
 * same descriptor. Access to memory behind the end of a file kills the process,
 * so this checks the length of the file, and that it cannot shrink, before
 * anything is mapped.
 */
function isGenuine(fd: number, bytes: number, id: string): boolean {
  const seals = syscall("fcntl", fd, F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) === 0) return false;
  if (bytes < SEGMENT_HEADER_BYTES) return false;
  if (syscall("lseek", fd, 0, SEEK_END) !== bytes) return false;
  const length = 4 * RANDOM_WORD + ID_BYTES;
  const { bytes: head, address } = new Scratch(length);
  if (syscall("pread64", fd, address, length, 0) !== length) return false;
  const [magic] = new Int32Array(head.buffer, 4 * MAGIC_WORD, 1);
  return magic === MAGIC && head.subarray(4 * RANDOM_WORD).toHex() === id;
}

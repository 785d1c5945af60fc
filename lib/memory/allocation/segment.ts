/**
 * Memory that several OS processes map.
 *
 * A segment is a file in memory without a name (`memfd_create`): the kernel
 * frees it when the last process that maps it ends, however it ends, so nothing
 * is ever left behind to be swept. Others open it through the giver's
 * `/proc/<pid>/fd/<fd>`, as the kernel allows to the same user only.
 *
 * ```
 *   bytes   0      8 .. 16    16        64 ..             HEADER_BYTES ..
 *           magic  random id  reserved  who may own locks  blocks, each behind its
 *                                                          holders
 * ```
 *
 * A page that nobody can see needs no room, so room is taken bit by bit, before the
 * pages are looked at (`reserve.ts`). The file is sealed: nobody can cut it off,
 * which would kill all who look at it. One without that seal is not touched.
 *
 * Only the isolate that made a segment carves blocks from it, and takes them back
 * when nobody uses them any more; see `arena.ts`. A block too large to share a
 * segment has one to itself, which everybody unmaps as soon as he is done.
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import { BLOCK_HEADER_BYTES, BlockRefs } from "./block_refs.ts";
import { ENOENT, reasonOf } from "../system/errno.ts";
import { Scratch, syscall, tryCall } from "../system/libc.ts";
import {
  isThreadAlive,
  ownThread,
  type ThreadId,
} from "../liveness/process_liveness.ts";
import { bufferAt, map, type Mapping, unmap } from "../system/mapping.ts";
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
/** How many pages at the beginning have their room. */
const RESERVED_WORD = 4;
const OWNERS_WORD = 16;
const WORDS_PER_OWNER = 4;
export const SEGMENT_HEADER_BYTES: number = 4 *
  (OWNERS_WORD + OWNERS_MAX * WORDS_PER_OWNER);

// The words of an owner's slot. Invariant: THREAD, START and PROCESS belong to
// the id in ID; while ID is CLAIMING somebody is writing them.
const ID = 0;
const PROCESS = 1;
const THREAD = 2;
const START = 3;
const CLAIMING = -1;

/** A larger segment has one block only, of which little may be in use. */
const SMALL_BYTES = 16 * 1024 * 1024;

const AT_FDCWD = -100;
// Does not block, should the number now stand for a pipe of somebody else.
const O_RDWR_CLOEXEC_NONBLOCK = 0o2004002;
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

const PAGE_BYTES = 4096;
/** Room is taken in steps of this many bytes, as each costs a system call. */
const RESERVE_STEP_BYTES = 256 * 1024;
/** How much more is seen than is asked for, as each look takes its time. */
const GROWTH = 1.25;

/** How a segment is named in a handle: `<pid>.<fd>.<bytes>.<random id>`. */
const NAME = /^(\d{1,10})\.(\d{1,10})\.(\d{1,15})\.([0-9a-f]{16})$/;

// Invariant: a segment stands here under its random id from its first mapping
// until it is unmapped.
const mapped = new Map<string, Segment>();

/** Mapped memory, seen from this isolate. */
export class Segment {
  /** The bytes that this isolate has asked for; see {@linkcode Segment.see}. */
  buffer: ArrayBuffer;
  /** How many bytes there are. */
  readonly bytes: number;
  /** Where they are in this OS process. */
  readonly address: number;
  /** Names the segment for as long as the machine runs. */
  readonly id: string;
  #fd: number;
  #words: Int32Array;
  // Invariant: 0 until this isolate stands in the table of owners.
  #owner = 0;
  // Invariant: how many regions of this isolate look at a block, by where the
  // block begins; none is 0. An isolate other than the maker is among the
  // block's holders exactly while the block is in here.
  #uses: Map<number, number> = new Map();

  /** Maps the file open as `fd`, to look at the first `seen` bytes. */
  constructor(fd: number, bytes: number, id: string, seen: number) {
    const { buffer, address }: Mapping = map(fd, bytes, seen);
    this.buffer = buffer;
    this.bytes = bytes;
    this.address = address;
    this.id = id;
    this.#fd = fd;
    this.#words = new Int32Array(buffer, 0, SEGMENT_HEADER_BYTES / 4);
  }

  /**
   * Sees to it that the buffer has the first `bytes` bytes. V8 counts a buffer as
   * memory in use, touched or not: 2 GiB make it look for garbage at once, which
   * takes 10 ms and more (2.9.6).
   */
  see(bytes: number): void {
    const { byteLength } = this.buffer;
    if (bytes <= byteLength) return;
    this.buffer = bufferAt(this.address, this.#grow(bytes, byteLength));
  }

  /** What is seen has its room: a quarter more than before, where there is one. */
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

  /** Writes the header; the maker does, before anybody else can look. */
  format(reserved: number): void {
    this.#words[MAGIC_WORD] = MAGIC;
    this.#words[RESERVED_WORD] = Math.ceil(reserved / PAGE_BYTES);
    const random = Uint8Array.fromHex(this.id);
    new Uint8Array(this.buffer, 4 * RANDOM_WORD, ID_BYTES).set(random);
  }

  /** Sees to it that there is room for the first `bytes` bytes. */
  reserve(bytes: number): void {
    const pages = Atomics.load(this.#words, RESERVED_WORD);
    const from = pages * PAGE_BYTES;
    if (bytes <= from) return;
    const upTo = reservedFor(bytes, this.bytes);
    requireRoom(this.#fd, from, upTo - from);
    this.#noteReserved(Math.ceil(upTo / PAGE_BYTES));
  }

  /** Others may have gone further meanwhile. */
  #noteReserved(pages: number): void {
    for (;;) {
      const now = Atomics.load(this.#words, RESERVED_WORD);
      if (now >= pages) return;
      const at = RESERVED_WORD;
      const found = Atomics.compareExchange(this.#words, at, now, pages);
      if (found === now) return;
    }
  }

  /** Takes room again for what {@linkcode Segment.punch} gave back. */
  refill(base: number, bytes: number): void {
    requireRoom(this.#fd, base, bytes);
  }

  /** Who uses the block that begins at `base`. */
  refs(base: number): BlockRefs {
    this.see(base);
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

  /** Gives the bytes of a block back to the system; they are zeros from then on. */
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
    // Threads begin to look at different places, and so seldom meet.
    const { tid } = ownThread();
    // Slots never used come first: they need no question to the kernel.
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

  /** Leaves the table of owners: the id stays, and is nobody's from now on. */
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

  /** The thread that an owner of locks in this segment is; null if none. */
  threadOf(id: number): ThreadId | null {
    const at = wordOf(slotOf(id));
    const thread = {
      pid: Atomics.load(this.#words, at + PROCESS),
      tid: Atomics.load(this.#words, at + THREAD),
      start: Atomics.load(this.#words, at + START),
    };
    // Looks at the id last: had the slot a new owner since, those were not the
    // numbers of the one asked for.
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

/** Up to where room is taken, so that the first `bytes` have it. */
function reservedFor(bytes: number, size: number): number {
  const step = RESERVE_STEP_BYTES;
  return Math.min(Math.ceil(bytes / step) * step, size);
}

/**
 * A new segment of that many bytes, all zeros but for the header, of which the
 * first `seen` are looked at, and the first `used` used at once.
 */
export function makeSegment(
  size: number,
  seen: number = size,
  used: number = seen,
): Segment {
  const title = new Scratch(PATH_BYTES).text("multiprocessing");
  const fd = tryCall("memfd_create", title, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) throw cannotMake(size, fd);
  try {
    return newSegment(fd, size, seen, used);
  } catch (error) {
    syscall("close", fd);
    throw error;
  }
}

function newSegment(
  fd: number,
  size: number,
  seen: number,
  used: number,
): Segment {
  const cut = tryCall("ftruncate", fd, size);
  if (cut !== 0) throw cannotMake(size, cut);
  const sealed = tryCall("fcntl", fd, F_ADD_SEALS, SEALS);
  if (sealed !== 0) throw cannotMake(size, sealed);
  const reserved = reservedFor(used, size);
  requireRoom(fd, 0, reserved);
  const id = crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
  const segment = new Segment(fd, size, id, seen);
  segment.format(reserved);
  mapped.set(id, segment);
  return segment;
}

function cannotMake(size: number, result: number): SharedMemoryError {
  return new SharedMemoryError(
    `Cannot make ${size} bytes of shared memory as ${reasonOf(result)}`,
  );
}

/** Maps the segment of that name, or finds it mapped already. */
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

/** How much of a foreign segment is looked at before it is known what is used. */
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
 * Whether a file is the segment that its name says, and not what came after it or
 * something else. Memory behind the end of a file kills the process that looks at
 * it, so this asks before anything is mapped whether the file can shrink, and how
 * long it is.
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

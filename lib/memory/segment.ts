/**
 * Memory that several OS processes map.
 *
 * A segment is a file in memory without a name (`memfd_create`): the kernel
 * frees it when the last process that maps it ends, however it ends, so nothing
 * is ever left behind to be swept. Others open it through the giver's
 * `/proc/<pid>/fd/<fd>`, as the kernel allows to the same user only.
 *
 * ```
 *   bytes   0        8 .. 16    64 ..             HEADER_BYTES ..
 *           magic    random id  who may own locks  blocks, each behind its holders
 * ```
 *
 * Only the isolate that made a segment carves blocks from it, and takes them back
 * when nobody uses them any more; see `arena.ts`. A block too large to share a
 * segment has one to itself, which everybody unmaps as soon as he is done.
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import { BLOCK_HEADER_BYTES, Holders } from "./holders.ts";
import { Scratch, syscall } from "./libc.ts";
import { isThreadAlive, ownThread, type ThreadId } from "./life.ts";
import { bufferAt, map, type Mapping, unmap } from "./mapping.ts";
import { generationOf, nextId, OWNERS_MAX, slotOf } from "./owners.ts";

const MAGIC = 0x4d50_3031;
const MAGIC_WORD = 0;
const RANDOM_WORD = 2;
const OWNERS_WORD = 16;
const WORDS_PER_OWNER = 4;
export const HEADER_BYTES: number = 4 *
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
const PUNCH_HOLE_KEEP_SIZE = 3;
const PATH_BYTES = 128;

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
    this.#words = new Int32Array(buffer, 0, HEADER_BYTES / 4);
  }

  /**
   * Sees to it that the buffer has the first `bytes` bytes. V8 counts a buffer as
   * memory in use, touched or not: 2 GiB make it look for garbage at once, which
   * takes 10 ms and more (2.9.6).
   */
  see(bytes: number): void {
    const { byteLength } = this.buffer;
    if (bytes <= byteLength) return;
    const grown = Math.min(this.bytes, Math.max(bytes, 2 * byteLength));
    this.buffer = bufferAt(this.address, grown);
  }

  /** What another OS process needs to map the same memory. */
  get name(): string {
    const { pid } = ownThread();
    return `${pid}.${this.#fd}.${this.bytes}.${this.id}`;
  }

  /** Writes the header; the maker does, before anybody else can look. */
  format(): void {
    this.#words[MAGIC_WORD] = MAGIC;
    const random = Uint8Array.fromHex(this.id);
    new Uint8Array(this.buffer, 4 * RANDOM_WORD, random.length).set(random);
  }

  /** Whether this is what its name says, and not what came after it. */
  isGenuine(): boolean {
    const random = new Uint8Array(this.buffer, 4 * RANDOM_WORD, 8);
    return this.#words[MAGIC_WORD] === MAGIC && random.toHex() === this.id;
  }

  /** Who uses the block that begins at `base`. */
  holders(base: number): Holders {
    this.see(base);
    return new Holders(this.buffer, base - BLOCK_HEADER_BYTES);
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

/**
 * A new segment of that many bytes, all zeros but for the header, of which the
 * first `seen` are looked at.
 */
export function makeSegment(size: number, seen: number = size): Segment {
  const title = new Scratch(PATH_BYTES).text("multiprocessing");
  const fd = syscall("memfd_create", title, MFD_CLOEXEC);
  if (fd < 0 || syscall("ftruncate", fd, size) !== 0) {
    throw new SharedMemoryError(
      `Cannot make ${size} bytes of shared memory as the system refused`,
    );
  }
  const id = crypto.getRandomValues(new Uint8Array(8)).toHex();
  const segment = new Segment(fd, size, id, seen);
  segment.format();
  mapped.set(id, segment);
  return segment;
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
  return bytes <= SMALL_BYTES ? bytes : HEADER_BYTES + BLOCK_HEADER_BYTES;
}

function openSegment(path: string, bytes: number, id: string): Segment {
  const text = new Scratch(PATH_BYTES).text(path);
  const fd = syscall("openat", AT_FDCWD, text, O_RDWR_CLOEXEC_NONBLOCK);
  // Memory behind the end of a file kills the process that looks at it, so the
  // size is asked for before anything is mapped.
  if (fd >= 0 && syscall("lseek", fd, 0, SEEK_END) === bytes) {
    const segment = new Segment(fd, bytes, id, seenAtFirst(bytes));
    if (segment.isGenuine()) return segment;
  }
  if (fd >= 0) syscall("close", fd);
  throw new SharedMemoryError(
    `Cannot attach shared memory as the process that gave it has ended, or is not visible from here: ${path}`,
  );
}

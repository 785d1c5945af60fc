/**
 * Named shared memory: files in `/dev/shm`, as Python and `shm_open(3)` make
 * them, of exactly the requested length.
 *
 * A file that is to vanish with its creator carries a mark (`file_status.ts`)
 * and a lock (`flock`) that the kernel takes away when the creator ends,
 * however it ends. So a marked file of this user that can be locked is an
 * orphan, and the process that finds it removes it. Other files are never
 * touched.
 *
 * ```
 *   O_TMPFILE --> flock --> reserve --> mark --> linkat: the name appears, all at once
 * ```
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import { EEXIST, ENOENT, reasonOf } from "../system/errno.ts";
import {
  isFleeting,
  mark,
  modeFor,
  type Status,
  statusAt,
  statusOfOpen,
  whyNotUsed,
} from "../system/file_status.ts";
import {
  AT_FDCWD,
  O_CLOEXEC,
  Scratch,
  syscall,
  tryCall,
} from "../system/libc.ts";
import { whyNotReserved } from "../system/reserve.ts";

const DIRECTORY = "/dev/shm";

const AT_SYMLINK_FOLLOW = 0x400;
const IS_ARM = Deno.build.arch === "aarch64";
const O_RDONLY = 0;
const O_RDWR = 2;
// Opening does not block even if the name is that of a pipe or a device.
const O_NONBLOCK = 0o4000;
const O_DIRECTORY = IS_ARM ? 0o40000 : 0o200000;
const O_NOFOLLOW = IS_ARM ? 0o100000 : 0o400000;
const O_TMPFILE = 0o20000000 | O_DIRECTORY;
const LOCK_EX_NB = 2 | 4;

const NAME_BYTES_MAX = 255;
const NAME_RANDOM_BYTES = 4;
const PATH_BYTES = 512;
const LIST_BYTES = 32 * 1024;

/** A named file that is open. */
export interface NamedFile {
  readonly fd: number;
  readonly size: number;
}

/** Returns a valid name, and throws a RangeError for one that cannot be. */
export function checkMemoryName(name: unknown): string {
  if (typeof name !== "string") {
    throw new TypeError(
      `Cannot use shared memory of that name as a name must be a string: current value is ${typeof name}`,
    );
  }
  const bytes = new TextEncoder().encode(name).length;
  const isName = bytes > 0 && bytes <= NAME_BYTES_MAX &&
    !/[/\0]/.test(name) && name !== "." && name !== "..";
  if (isName) return name;
  throw new RangeError(
    `Cannot use shared memory of the name ${
      JSON.stringify(name)
    } as a name must be 1 to ${NAME_BYTES_MAX} bytes without a slash and a NUL, and neither "." nor ".."`,
  );
}

/** A name for new memory, as Python draws them. */
export function randomMemoryName(): string {
  const random = crypto.getRandomValues(new Uint8Array(NAME_RANDOM_BYTES));
  return `psm_${random.toHex()}`;
}

function pathOf(name: string): string {
  return `${DIRECTORY}/${name}`;
}

interface Scratches {
  readonly path: Scratch;
  readonly other: Scratch;
  readonly list: Scratch;
}

// Invariant: their content is valid during one system call only.
let made: Scratches | null = null;

function scratches(): Scratches {
  return made ??= {
    path: new Scratch(PATH_BYTES),
    other: new Scratch(PATH_BYTES),
    list: new Scratch(LIST_BYTES),
  };
}

// Invariant: the open files that this isolate created and that vanish with it,
// by descriptor.
const held = new Map<number, string>();

/** Makes a file of zeros, invisible to others until it has a name. */
export function makeNamed(size: number, persist: boolean): NamedFile {
  sweepNamed();
  const flags = O_TMPFILE | O_RDWR | O_CLOEXEC;
  const directory = scratches().path.text(DIRECTORY);
  const mode = modeFor(!persist);
  const fd = tryCall("openat", AT_FDCWD, directory, flags, mode);
  if (fd < 0) {
    throw new SharedMemoryError(
      `Cannot create shared memory in ${DIRECTORY} as ${reasonOf(fd)}`,
    );
  }
  const reason = prepare(fd, size, persist);
  if (reason === null) return { fd, size };
  closeNamed(fd);
  throw new SharedMemoryError(
    `Cannot create ${size} bytes of shared memory as ${reason}`,
  );
}

/** Gives a new file its name; false if the name is taken. */
export function giveName(fd: number, name: string, persist: boolean): boolean {
  const result = link(fd, name);
  if (result === 0) {
    if (!persist) held.set(fd, name);
    return true;
  }
  if (result === -EEXIST) return false;
  throw new SharedMemoryError(
    `Cannot create the shared memory "${name}" as ${reasonOf(result)}`,
  );
}

/**
 * Prepares a file for others: length, space, lock and mark. Returns why it
 * failed, or null.
 */
function prepare(fd: number, size: number, persist: boolean): string | null {
  const result = tryCall("ftruncate", fd, size);
  if (result !== 0) return reasonOf(result);
  const reason = whyNotReserved(fd, 0, size);
  if (reason !== null || persist) return reason;
  syscall("flock", fd, LOCK_EX_NB);
  return mark(fd) ? null : "the file system does not keep the time of a change";
}

function link(fd: number, name: string): number {
  const from = scratches().path.text(`/proc/self/fd/${fd}`);
  const to = scratches().other.text(pathOf(name));
  const flags = AT_SYMLINK_FOLLOW;
  return tryCall("linkat", AT_FDCWD, from, AT_FDCWD, to, flags);
}

/** Opens the file of that name; null if none exists. */
export function openNamed(name: string): NamedFile | null {
  const path = scratches().path.text(pathOf(name));
  const flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  const fd = tryCall("openat", AT_FDCWD, path, flags);
  if (fd === -ENOENT) return null;
  if (fd < 0) throw cannotAttach(name, reasonOf(fd));
  const status = statusOfOpen(fd);
  const reason = typeof status === "number"
    ? reasonOf(status)
    : whyNotUsed(status);
  if (reason !== null) {
    closeNamed(fd);
    throw cannotAttach(name, reason);
  }
  const { size } = status as Status;
  if (!removeOrphan(fd, name, status as Status)) return { fd, size };
  closeNamed(fd);
  return null;
}

/**
 * Reserves the space that an attached file lacks: other programs, such as
 * Python, do not reserve it when they create one.
 */
export function completeNamed({ fd, size }: NamedFile, name: string): void {
  const status = statusOfOpen(fd);
  if (typeof status !== "number" && status.room >= size) return;
  const reason = whyNotReserved(fd, 0, size);
  if (reason !== null) throw cannotAttach(name, reason);
}

function cannotAttach(name: string, reason: string): SharedMemoryError {
  return new SharedMemoryError(
    `Cannot attach the shared memory "${name}" as ${reason}`,
  );
}

/**
 * Closes a file. Once its creator has closed it, a fleeting file counts as an
 * orphan.
 */
export function closeNamed(fd: number): void {
  held.delete(fd);
  syscall("close", fd);
}

/** Removes the name; false if none existed. */
export function unlinkNamed(name: string): boolean {
  const path = scratches().path.text(pathOf(name));
  const result = tryCall("unlinkat", AT_FDCWD, path, 0);
  if (result === 0) return true;
  if (result === -ENOENT) return false;
  throw new SharedMemoryError(
    `Cannot unlink the shared memory "${name}" as ${reasonOf(result)}`,
  );
}

/**
 * Removes the name of an open file if its creator is gone; the file is locked
 * from then on.
 */
function removeOrphan(fd: number, name: string, status: Status): boolean {
  if (!isFleeting(status)) return false;
  if (syscall("flock", fd, LOCK_EX_NB) !== 0) return false;
  unlinkOwn(fd, name);
  return true;
}

/**
 * Removes the name of an open file, unless it is removed already: the name may
 * be another file's by now.
 */
export function unlinkOwn(fd: number, name: string): void {
  const own = statusOfOpen(fd);
  const named = statusAt(pathOf(name));
  if (typeof own === "number" || typeof named === "number") return;
  if (own.links === 0 || own.inode !== named.inode) return;
  const path = scratches().path.text(pathOf(name));
  syscall("unlinkat", AT_FDCWD, path, 0);
}

/** Removes all files of this user whose creators are gone. */
export function sweepNamed(): void {
  const own = new Set(held.values());
  for (const name of namesIn(DIRECTORY)) {
    if (own.has(name)) continue;
    const status = statusAt(pathOf(name));
    if (typeof status === "number" || !isFleeting(status)) continue;
    const file = openNamedQuietly(name);
    if (file !== null) closeNamed(file.fd);
  }
}

function openNamedQuietly(name: string): NamedFile | null {
  try {
    return openNamed(name);
  } catch {
    return null; // The limit of open files is reached; another sweep follows.
  }
}

/** The names of all files in a directory; see getdents64(2). */
function namesIn(directory: string): string[] {
  const { path, list } = scratches();
  const flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const fd = syscall("openat", AT_FDCWD, path.text(directory), flags);
  if (fd < 0) return [];
  const names: string[] = [];
  for (;;) {
    const length = syscall("getdents64", fd, list.address, LIST_BYTES);
    if (length <= 0) break;
    names.push(...entriesOf(list.bytes.subarray(0, length)));
  }
  syscall("close", fd);
  return names;
}

const ENTRY_LENGTH = 16;
const ENTRY_TYPE = 18;
const ENTRY_NAME = 19;
const DT_REG = 8;

function* entriesOf(bytes: Uint8Array<ArrayBuffer>): Generator<string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint16(at + ENTRY_LENGTH, true);
    const entry = bytes.subarray(at + ENTRY_NAME, at + length);
    const name = entry.subarray(0, entry.indexOf(0));
    if (bytes[at + ENTRY_TYPE] === DT_REG) {
      yield new TextDecoder().decode(name);
    }
    at += length;
  }
}

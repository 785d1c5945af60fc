/**
 * Shared memory that has a name on this machine: files in `/dev/shm`, as those of
 * Python and of `shm_open(3)`, exactly as long as was asked.
 *
 * A file that is to vanish with its creator carries the sticky bit, which means
 * nothing on a file, and a lock (`flock`) that the kernel takes away when the
 * creator ends, however it ends. So a sticky file that can be locked is an orphan,
 * and whoever finds it removes it. Nothing else is ever touched.
 *
 * ```
 *   O_TMPFILE --> flock --> ftruncate --> linkat: the name appears, all at once
 * ```
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import { Scratch, syscall } from "./libc.ts";

const DIRECTORY = "/dev/shm";

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_SYMLINK_FOLLOW = 0x400;
const AT_EMPTY_PATH = 0x1000;
const IS_ARM = Deno.build.arch === "aarch64";
const O_RDONLY = 0;
const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;
const O_DIRECTORY = IS_ARM ? 0o40000 : 0o200000;
const O_NOFOLLOW = IS_ARM ? 0o100000 : 0o400000;
const O_TMPFILE = 0o20000000 | O_DIRECTORY;
const LOCK_EX_NB = 2 | 4;

const OWNER_ONLY = 0o600;
const STICKY = 0o1000;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

const NAME_BYTES_MAX = 255;
const PATH_BYTES = 512;
const LIST_BYTES = 32 * 1024;
const STATX_BYTES = 256;
const STATX_BASIC = 0x7ff;

/** A named file that is open. */
export interface NamedFile {
  readonly fd: number;
  readonly size: number;
}

/** What a file is like; see statx(2). */
interface Status {
  readonly links: number;
  readonly mode: number;
  readonly size: number;
}

/** Throws a RangeError for what cannot be a name. */
export function checkName(name: unknown): string {
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

function pathOf(name: string): string {
  return `${DIRECTORY}/${name}`;
}

interface Scratches {
  readonly path: Scratch;
  readonly other: Scratch;
  readonly status: Scratch;
  readonly list: Scratch;
}

// Invariant: what is in there means something during one system call only.
let made: Scratches | null = null;

function scratches(): Scratches {
  return made ??= {
    path: new Scratch(PATH_BYTES),
    other: new Scratch(PATH_BYTES),
    status: new Scratch(STATX_BYTES),
    list: new Scratch(LIST_BYTES),
  };
}

function statusOf(fd: number, path: string, flags: number): Status | null {
  const where = scratches().path.text(path);
  const { address, bytes } = scratches().status;
  if (syscall("statx", fd, where, flags, STATX_BASIC, address) !== 0) {
    return null;
  }
  const view = new DataView(bytes.buffer);
  return {
    links: view.getUint32(16, true),
    mode: view.getUint16(28, true),
    size: Number(view.getBigUint64(40, true)),
  };
}

/** Makes a file of zeros; null if there is one of that name already. */
export function createNamed(
  name: string,
  size: number,
  persist: boolean,
): NamedFile | null {
  sweepNamed();
  const mode = persist ? OWNER_ONLY : OWNER_ONLY | STICKY;
  const flags = O_TMPFILE | O_RDWR | O_CLOEXEC;
  const directory = scratches().path.text(DIRECTORY);
  const fd = syscall("openat", AT_FDCWD, directory, flags, mode);
  if (fd < 0) {
    throw new SharedMemoryError(
      `Cannot create shared memory as ${DIRECTORY} cannot be written to`,
    );
  }
  if (!persist) syscall("flock", fd, LOCK_EX_NB);
  if (syscall("ftruncate", fd, size) !== 0) {
    syscall("close", fd);
    throw new SharedMemoryError(
      `Cannot create ${size} bytes of shared memory as the system refused`,
    );
  }
  if (link(fd, name)) return { fd, size };
  syscall("close", fd);
  return null;
}

function link(fd: number, name: string): boolean {
  const from = scratches().path.text(`/proc/self/fd/${fd}`);
  const to = scratches().other.text(pathOf(name));
  const flags = AT_SYMLINK_FOLLOW;
  return syscall("linkat", AT_FDCWD, from, AT_FDCWD, to, flags) === 0;
}

/** Opens the file of that name; null if there is none. */
export function openNamed(name: string): NamedFile | null {
  const path = scratches().path.text(pathOf(name));
  const flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
  const fd = syscall("openat", AT_FDCWD, path, flags);
  if (fd < 0) {
    const status = statusOf(AT_FDCWD, pathOf(name), AT_SYMLINK_NOFOLLOW);
    if (status === null) return null;
    throw new SharedMemoryError(
      `Cannot attach the shared memory "${name}" as the system refused: it belongs to another user, or is no file`,
    );
  }
  const status = statusOf(fd, "", AT_EMPTY_PATH);
  if (status !== null && !removeOrphan(fd, name, status)) {
    return { fd, size: status.size };
  }
  closeNamed(fd);
  return null;
}

/** Closes a file. If it is its creator's, the file counts as an orphan then. */
export function closeNamed(fd: number): void {
  syscall("close", fd);
}

/** Takes the name away; false if there was none. */
export function unlinkNamed(name: string): boolean {
  const path = scratches().path.text(pathOf(name));
  return syscall("unlinkat", AT_FDCWD, path, 0) === 0;
}

/** Removes an open file if its creator is gone; it is locked from then on. */
function removeOrphan(fd: number, name: string, status: Status): boolean {
  if (!isFleeting(status)) return false;
  if (syscall("flock", fd, LOCK_EX_NB) !== 0) return false;
  unlinkOwn(fd, name);
  return true;
}

/**
 * Takes the name of an open file away, unless somebody has done so before: the
 * name may be another file's by now.
 */
export function unlinkOwn(fd: number, name: string): void {
  if (statusOf(fd, "", AT_EMPTY_PATH)?.links !== 0) unlinkNamed(name);
}

function isFleeting({ mode }: Status): boolean {
  return (mode & S_IFMT) === S_IFREG && (mode & STICKY) !== 0;
}

/** Removes all files whose creators are gone. */
export function sweepNamed(): void {
  for (const name of namesIn(DIRECTORY)) {
    const status = statusOf(AT_FDCWD, pathOf(name), AT_SYMLINK_NOFOLLOW);
    if (status === null || !isFleeting(status)) continue;
    const file = openNamedQuietly(name);
    if (file !== null) closeNamed(file.fd);
  }
}

function openNamedQuietly(name: string): NamedFile | null {
  try {
    return openNamed(name);
  } catch {
    return null; // Another user's, who sweeps it himself.
  }
}

/** The names of all files; see getdents64(2). */
function namesIn(directory: string): string[] {
  const { path, list } = scratches();
  const flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const fd = syscall("openat", AT_FDCWD, path.text(directory), flags);
  const names: string[] = [];
  for (;;) {
    const length = syscall("getdents64", fd, list.address, LIST_BYTES);
    if (length <= 0) break;
    names.push(...entriesOf(list.bytes.subarray(0, length)));
  }
  if (fd >= 0) syscall("close", fd);
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

/**
 * The status of a file: whether this package made it, which a mark tells, and whether
 * another user could cut it off, for which it is refused.
 *
 * A file that is to vanish with its creator carries the sticky bit, which means
 * nothing on a file, and a mark: the nanoseconds of its modification time are a
 * hash of its inode and the seconds. Another program's file has them by chance
 * once in a thousand million, and a file loses the mark when a program writes
 * to it by `write(2)`.
 *
 * @module
 */

import { AT_FDCWD, Scratch, syscall, tryCall } from "./libc.ts";

const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;

const STATX_BYTES = 256;
const STATX_BASIC = 0x7ff;
const BLOCK_BYTES = 512;
const PATH_BYTES = 512;
const TIMES_BYTES = 32;
const UTIME_OMIT = 0x3ffffffen;

const NANOSECONDS = 1_000_000_000n;
const HASH_SEED = 0x4d50_3032n;
const HASH_FACTOR = 0x9e37_79b9_7f4a_7c15n;

const STICKY = 0o1000;
const OWNER_ONLY = 0o600;
const WRITABLE_BY_OTHERS = 0o022;
const PERMISSIONS = 0o7777;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

/** The status of a file; see statx(2). */
export interface Status {
  readonly links: number;
  readonly mode: number;
  readonly size: number;
  /** How many bytes have space allocated. */
  readonly room: number;
  /** The id of the user who owns it. */
  readonly owner: number;
  /** Identifies the file as long as it exists. */
  readonly inode: bigint;
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

interface Scratches {
  readonly path: Scratch;
  readonly status: Scratch;
  readonly times: Scratch;
}

// Invariant: their content is valid during one system call only.
let made: Scratches | null = null;

function scratches(): Scratches {
  return made ??= {
    path: new Scratch(PATH_BYTES),
    status: new Scratch(STATX_BYTES),
    times: new Scratch(TIMES_BYTES),
  };
}

/** The status of an open file, or a negated error number. */
export function statusOfOpen(fd: number): Status | number {
  return statusOf(fd, "", AT_EMPTY_PATH);
}

/** The status of the file at a path; a symbolic link is not followed. */
export function statusAt(path: string): Status | number {
  return statusOf(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
}

function statusOf(fd: number, path: string, flags: number): Status | number {
  const { address, bytes } = scratches().status;
  const where = scratches().path.text(path);
  const result = tryCall("statx", fd, where, flags, STATX_BASIC, address);
  if (result !== 0) return result;
  const view = new DataView(bytes.buffer);
  return {
    links: view.getUint32(16, true),
    owner: view.getUint32(20, true),
    mode: view.getUint16(28, true),
    inode: view.getBigUint64(32, true),
    size: Number(view.getBigUint64(40, true)),
    room: Number(view.getBigUint64(48, true)) * BLOCK_BYTES,
    seconds: view.getBigInt64(112, true),
    nanoseconds: view.getUint32(120, true),
  };
}

/** The mode of a new file, fleeting (to be marked) or not. */
export function modeFor(isFleeting: boolean): number {
  return isFleeting ? OWNER_ONLY | STICKY : OWNER_ONLY;
}

/** Marks an open file as fleeting; false if the file system loses the mark. */
export function mark(fd: number): boolean {
  const status = statusOfOpen(fd);
  if (typeof status === "number") return false;
  const { address, bytes } = scratches().times;
  const words = new BigInt64Array(bytes.buffer);
  words.set([0n, UTIME_OMIT, status.seconds, markFor(status)]);
  return syscall("utimensat", fd, 0, address, 0) === 0;
}

function markFor({ inode, seconds }: Status): bigint {
  const hash = BigInt.asUintN(
    64,
    (inode ^ BigInt.asUintN(64, seconds << 20n) ^ HASH_SEED) * HASH_FACTOR,
  );
  return (hash >> 16n) % NANOSECONDS;
}

/**
 * Whether this package made the file for this user and it is to vanish with its
 * creator.
 */
export function isFleeting(status: Status): boolean {
  return isRegular(status) &&
    (status.mode & PERMISSIONS) === modeFor(true) &&
    status.owner === syscall("geteuid") &&
    BigInt(status.nanoseconds) === markFor(status);
}

function isRegular({ mode }: Status): boolean {
  return (mode & S_IFMT) === S_IFREG;
}

/** Why the memory in a file is not safe to use, or null if it is. */
export function whyNotUsed(status: Status): string | null {
  if (!isRegular(status)) return "what has that name is not a file";
  const user = syscall("geteuid");
  const { owner, mode } = status;
  if (owner !== user) {
    return `it belongs to another user (${owner}, and this is ${user}), who could cut it off: programs that share memory run as one user`;
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return null;
  return `other users may write to it and cut it off (its mode is ${
    (mode & PERMISSIONS).toString(8)
  }): make it by mode 600`;
}

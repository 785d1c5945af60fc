/**
 * The errors of system calls, by number and in words.
 *
 * @module
 */

/** No such file. */
export const ENOENT = 2;
/** No such process. */
export const ESRCH = 3;
/** A signal interrupted the call. */
export const EINTR = 4;
/** The file exists. */
export const EEXIST = 17;

/** The meaning of each number; the same on x86_64 and aarch64. */
const REASONS: Readonly<Record<number, string>> = {
  1: "the system does not permit it (EPERM)",
  [ENOENT]: "there is no such file (ENOENT)",
  [ESRCH]: "there is no such process (ESRCH)",
  6: "it is not a file (ENXIO)",
  12: "the system has no memory, or no addresses, left (ENOMEM)",
  13: "this user has no permission (EACCES)",
  19: "the system cannot map it (ENODEV)",
  20: "it is not a directory (ENOTDIR)",
  21: "it is a directory (EISDIR)",
  22: "the system does not take those numbers (EINVAL)",
  23:
    "too many files are open on this machine (ENFILE): close some, or raise fs.file-max",
  24:
    "this process has too many open files (EMFILE): close some, or raise the limit, as by ulimit -n",
  27: "it is larger than a file may be (EFBIG)",
  28:
    "there is no space left in shared memory (ENOSPC): make it smaller, remove files from /dev/shm, or enlarge that, as by docker run --shm-size",
  30: "it is on a read-only file system (EROFS)",
  38: "the system has no such call (ENOSYS)",
  40: "it is a symbolic link (ELOOP)",
  95: "the file system cannot do that (EOPNOTSUPP)",
};

/** The reason of a failed call, from the result of `tryCall()`. */
export function reasonOf(result: number): string {
  return REASONS[-result] ?? `the system refused with error ${-result}`;
}

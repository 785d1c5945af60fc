/**
 * The errors of system calls, by number and in words.
 *
 * @module
 */

/** No such file. */
export const ENOENT = 2;
/** No such process. */
export const ESRCH = 3;
/** A signal came meanwhile. */
export const EINTR = 4;
/** There is one already. */
export const EEXIST = 17;

/** What each number means; they are the same on x86_64 and aarch64. */
const REASONS: Readonly<Record<number, string>> = {
  1: "the system does not permit it (EPERM)",
  [ENOENT]: "there is no such file (ENOENT)",
  [ESRCH]: "there is no such process (ESRCH)",
  6: "it is no file (ENXIO)",
  12: "the system has no memory, or no addresses, left (ENOMEM)",
  13: "this user has no permission (EACCES)",
  19: "the system cannot map it (ENODEV)",
  20: "it is no directory (ENOTDIR)",
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

/** Says why a call failed, by what `tryCall()` gave. */
export function reasonOf(result: number): string {
  return REASONS[-result] ?? `the system refused with error ${-result}`;
}

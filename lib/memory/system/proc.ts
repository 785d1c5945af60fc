/**
 * Reader of small files of the kernel, such as those in `/proc`.
 *
 * @module
 */

import { AT_FDCWD, O_CLOEXEC, Scratch, syscall, tryCall } from "./libc.ts";

const TEXT_BYTES = 4096;

let scratch: Scratch | null = null;

/** Reads the first 4 KiB of a file; a negated error number if that fails. */
export function readProc(path: string): string | number {
  scratch ??= new Scratch(TEXT_BYTES);
  const at = scratch.text(path);
  const fd = tryCall("openat", AT_FDCWD, at, O_CLOEXEC);
  if (fd < 0) return fd;
  const length = tryCall("read", fd, scratch.address, TEXT_BYTES);
  syscall("close", fd);
  if (length < 0) return length;
  return new TextDecoder().decode(scratch.bytes.slice(0, length));
}

/**
 * The parent's end of a child's stdin, for writes that happen at once.
 *
 * A process that waits has moved its stdin to another descriptor, so the pipe
 * cannot be found by its name any more when there is a message to write.
 *
 * @module
 */

import {
  AT_FDCWD,
  O_CLOEXEC,
  Scratch,
  syscall,
  whyNotMapped,
} from "../memory/system/libc.ts";

/** The capacity of an empty pipe on Linux. */
export const PIPE_BYTES: number = 64 * 1024;

const O_WRONLY_CLOEXEC = 1 | O_CLOEXEC;
const F_SETPIPE_SZ = 1031;
const PATH_BYTES = 64;

/** An open end of a pipe; no other code knows its descriptor. */
export class PipeEnd {
  // Invariant: a descriptor that is open, or -1 after close().
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Opens the pipe at a path; null if that fails. */
  static open(path: string): PipeEnd | null {
    if (whyNotMapped() !== null) return null;
    const text = new Scratch(PATH_BYTES).text(path);
    const fd = syscall("openat", AT_FDCWD, text, O_WRONLY_CLOEXEC);
    return fd < 0 ? null : new PipeEnd(fd);
  }

  /** Raises the capacity of the pipe, if the system allows it. */
  widen(bytes: number): boolean {
    return bytes <= PIPE_BYTES ||
      syscall("fcntl", this.#fd, F_SETPIPE_SZ, bytes) >= bytes;
  }

  /** Writes all bytes; false if that failed before the first one. */
  write(bytes: Uint8Array): boolean {
    const scratch = new Scratch(bytes.length);
    scratch.bytes.set(bytes);
    for (let at = 0; at < bytes.length;) {
      const left = bytes.length - at;
      const count = syscall("write", this.#fd, scratch.address + at, left);
      // The reader has ended, because no signal interrupts a write here.
      if (count <= 0) return at > 0;
      at += count;
    }
    return true;
  }

  /** Closes the pipe; a second call does nothing. */
  close(): void {
    if (this.#fd >= 0) syscall("close", this.#fd);
    this.#fd = -1;
  }
}

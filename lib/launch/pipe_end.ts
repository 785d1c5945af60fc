/**
 * The end of a child's stdin that its parent keeps open, to write at once.
 *
 * A process that waits has moved its stdin to another descriptor, so the pipe cannot be
 * found by its name any more when there is something to say.
 *
 * @module
 */

import { Scratch, syscall, whyNotMapped } from "../memory/system/libc.ts";

/** What an empty pipe takes without blocking, on Linux. */
export const PIPE_BYTES: number = 64 * 1024;

const AT_FDCWD = -100;
const O_WRONLY_CLOEXEC = 0o2000001;
const F_SETPIPE_SZ = 1031;
const PATH_BYTES = 64;

/** An open end of a pipe; nobody else knows its descriptor. */
export class PipeEnd {
  // Invariant: a descriptor that is open, or -1 after close().
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Opens what is at a path, which is a pipe; null where that cannot be done. */
  static open(path: string): PipeEnd | null {
    if (whyNotMapped() !== null) return null;
    const text = new Scratch(PATH_BYTES).text(path);
    const fd = syscall("openat", AT_FDCWD, text, O_WRONLY_CLOEXEC);
    return fd < 0 ? null : new PipeEnd(fd);
  }

  /** Makes it take that many bytes without blocking, if the system lets it. */
  widen(bytes: number): boolean {
    return bytes <= PIPE_BYTES ||
      syscall("fcntl", this.#fd, F_SETPIPE_SZ, bytes) >= bytes;
  }

  /** Writes all of it; false if that failed before its first byte. */
  write(bytes: Uint8Array): boolean {
    const scratch = new Scratch(bytes.length);
    scratch.bytes.set(bytes);
    for (let at = 0; at < bytes.length;) {
      const left = bytes.length - at;
      const count = syscall("write", this.#fd, scratch.address + at, left);
      // Nobody reads it any more, as a signal breaks no write off here.
      if (count <= 0) return at > 0;
      at += count;
    }
    return true;
  }

  /** Lets go of it; doing so twice does no harm. */
  close(): void {
    if (this.#fd >= 0) syscall("close", this.#fd);
    this.#fd = -1;
  }
}

/**
 * Reserving space for shared memory, before it is touched.
 *
 * A file in memory may be longer than the system has space for. The first
 * access to a page without space kills the program (SIGBUS), so each page gets
 * its space before any view can reach it.
 *
 * @module
 */

import { EINTR, reasonOf } from "./errno.ts";
import { tryCall } from "./libc.ts";
import { readProc } from "./proc.ts";

/**
 * From this size on, this checks first how much memory the machine has. Where
 * the file system has no limit, the kernel would otherwise allocate until it
 * has to kill a program.
 */
const LARGE_BYTES = 64 * 1024 * 1024;

const KIB = 1024;

/**
 * Reserves space for a range of an open file; returns the reason if that fails.
 */
export function whyNotReserved(
  fd: number,
  from: number,
  bytes: number,
): string | null {
  if (bytes >= LARGE_BYTES) {
    const free = freeBytes();
    if (bytes > free) return `this machine has ${free} bytes of memory left`;
  }
  for (;;) {
    const result = tryCall("fallocate", fd, 0, from, bytes);
    if (result === 0) return null;
    if (result !== -EINTR) return reasonOf(result);
  }
}

/**
 * The memory that the machine has for programs; Infinity if it does not tell.
 */
function freeBytes(): number {
  const text = readProc("/proc/meminfo");
  if (typeof text === "number") return Infinity;
  const kib = (name: string) =>
    Number(new RegExp(`^${name}: *(\\d+) kB$`, "m").exec(text)?.[1] ?? NaN);
  const free = kib("MemAvailable") + kib("SwapFree");
  return Number.isNaN(free) ? Infinity : free * KIB;
}

/**
 * Space for shared memory, taken when the memory is made.
 *
 * A file in memory may be longer than what the system has room for. The first
 * touch of a page that has no room kills the program (SIGBUS), so each page has
 * its room before anybody can touch it.
 *
 * @module
 */

import { EINTR, reasonOf } from "./errno.ts";
import { tryCall } from "./libc.ts";
import { readProc } from "./proc.ts";

/**
 * From this size on the machine is asked first what it has. Without a limit of the
 * file system the kernel would otherwise go on until it has to kill a program.
 */
const LARGE_BYTES = 64 * 1024 * 1024;

const KIB = 1024;

/** Takes the room for bytes of an open file; gives the reason if there is none. */
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

/** What the machine could give to programs; without end if it does not say. */
function freeBytes(): number {
  const text = readProc("/proc/meminfo");
  if (typeof text === "number") return Infinity;
  const kib = (name: string) =>
    Number(new RegExp(`^${name}: *(\\d+) kB$`, "m").exec(text)?.[1] ?? NaN);
  const free = kib("MemAvailable") + kib("SwapFree");
  return Number.isNaN(free) ? Infinity : free * KIB;
}

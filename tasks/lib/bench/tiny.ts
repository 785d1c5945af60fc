/**
 * What the bare platform and the library both start: a module with nothing in it
 * but the target.
 *
 * @module
 */

/** When the target runs, on the clock that all processes share. */
export function begun(): number {
  return performance.timeOrigin + performance.now();
}

/** Says that it runs, and does nothing more. */
export async function idle(running: Int32Array): Promise<void> {
  Atomics.add(running, 0, 1);
  await new Promise(() => {});
}

/**
 * Bytes that its OS process takes, a page that several processes share by its
 * part: the pages of the deno binary count as if there were one deno.
 */
export function rss(): number {
  try {
    const text = Deno.readTextFileSync("/proc/self/smaps_rollup");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)![1]) * 1024;
  } catch {
    return Deno.memoryUsage().rss; // Not Linux.
  }
}

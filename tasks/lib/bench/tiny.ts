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

/** Bytes that its OS process takes. */
export function rss(): number {
  return Deno.memoryUsage().rss;
}

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

/** The same in an OS process; says so by making a file. */
export async function idleBeside(file: string): Promise<void> {
  await Deno.writeTextFile(file, "");
  setInterval(() => {}, 2 ** 30);
  await new Promise(() => {});
}

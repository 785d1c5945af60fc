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

/**
 * Makes 100 KB of objects. V8 takes memory in steps of half a MiB, and a bare child
 * that does nothing at all ends 25 KiB below one (2.9.6): a step that any program
 * takes, and that says nothing of what else is in the child.
 */
function work(): void {
  Array.from({ length: 3_000 }, (_, i) => ({ i }));
}

/** Says that it runs, and does nothing more. */
export async function idle(running: Int32Array): Promise<void> {
  work();
  Atomics.add(running, 0, 1);
  await new Promise(() => {});
}

/** The same for a worker of a pool, which is idle by itself. */
export function ready(running: Int32Array): void {
  work();
  Atomics.add(running, 0, 1);
}

/** The same in an OS process; says so by making a file. */
export async function idleBeside(file: string): Promise<void> {
  work();
  await Deno.writeTextFile(file, "");
  setInterval(() => {}, 2 ** 30);
  await new Promise(() => {});
}

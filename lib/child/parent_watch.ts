/**
 * The end of the parent, heard by a process that is else killed along with it.
 *
 * The kernel's signal leaves no time to hear anything. A helper takes its place: a
 * Web Worker that sees the end, leaves the process a moment, and kills it then, also
 * while it computes.
 *
 * @module
 */

/** How often the helper looks. */
const LOOK_MS = 20;

/** How long a process may take to end by itself when its parent is gone. */
const ENDS_MS = 250;

/**
 * What the helper runs; it is text, as its module might not be allowed to be read.
 * A process may kill itself without a permission (2.9.6).
 */
const HELPER = `onmessage = ({ data: parent }) => {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  postMessage(null);
  while (Deno.ppid === parent) Atomics.wait(nobodyWakes, 0, 0, ${LOOK_MS});
  Atomics.wait(nobodyWakes, 0, 0, ${ENDS_MS});
  Deno.kill(Deno.pid, "SIGKILL");
};`;

/** Watches the parent from now on; `isWatching` hears when the helper does so. */
export function watchParent(parent: number, isWatching: () => void): void {
  const url = `data:text/javascript,${encodeURIComponent(HELPER)}`;
  const helper = new Worker(url, { type: "module" });
  helper.onmessage = isWatching;
  helper.postMessage(parent);
}

/**
 * Notices the end of the parent in a process that the kernel would kill with it.
 *
 * The kernel's signal leaves no time to notice anything. A helper takes its place:
 * a Web Worker that sees the end, gives the process a moment, and then kills it,
 * even while it computes.
 *
 * @module
 */

import { dataUrl } from "../base/data_url.ts";

/** The interval at which the helper checks. */
const PARENT_CHECK_MS = 20;

/** How long a process may take to end by itself after the end of its parent. */
export const ORPHAN_ENDS_MS = 250;

/**
 * The code of the helper; it is text, because reading a module might not be
 * permitted. A process may kill itself without a permission (2.9.6).
 */
const HELPER = `onmessage = ({ data: parent }) => {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  postMessage(null);
  while (Deno.ppid === parent) Atomics.wait(nobodyWakes, 0, 0, ${PARENT_CHECK_MS});
  Atomics.wait(nobodyWakes, 0, 0, ${ORPHAN_ENDS_MS});
  Deno.kill(Deno.pid, "SIGKILL");
};`;

/** Watches the parent from now on; calls `isWatching` once the helper does so. */
export function watchParent(parent: number, isWatching: () => void): void {
  const helper = new Worker(dataUrl(HELPER), { type: "module" });
  helper.onmessage = isWatching;
  helper.postMessage(parent);
}

/**
 * What a task uses of its pool, and nothing else: for modules whose functions run in
 * workers and need no more of the package. A worker that imports the whole package
 * pays for that with some 20 ms of its start, and with 2 MiB of heap, which V8 looks
 * through whenever a large array has come (2.9.6). Types cost nothing.
 *
 * @example What a module of tasks imports
 * ```ts
 * import { transferring } from "@multiprocessing/core/task";
 * import type { Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const paint = (width: number, done?: Value<"i">): Uint8Array => {
 *   const row = new Uint8Array(width);
 *   done?.add(1);
 *   return transferring(row, [row.buffer]);
 * };
 * equal(paint(4).length, 4);
 * ```
 *
 * @module
 */

export { transferring, workerState } from "./state.ts";

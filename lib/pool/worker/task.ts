/**
 * What a task needs of its pool, and nothing else: for modules whose functions run
 * in workers and use no other part of the package. A worker that imports the whole
 * package pays some 6 ms of its start and 2 MiB of heap for it, and V8 scans that
 * heap whenever a large array arrives (2.9.6). Types cost nothing.
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

import { ProcessStateError } from "../../base/errors.ts";
import { kept, transferWith } from "./worker_state.ts";

/**
 * What the `initializer` of the pool returned in this worker: a connection, a
 * parsed file, a compiled pattern. Each worker has its own, made once, before its
 * first task.
 *
 * Name the type by the initializer, as in
 * `workerState<Awaited<ReturnType<typeof open>>>()`.
 *
 * @example A table that is made once per worker
 * ```ts ignore
 * import { Pool, workerState } from "@multiprocessing/core";
 *
 * export const load = (size: number): Float64Array => new Float64Array(size);
 *
 * export function total(factor: number): number {
 *   const table = workerState<ReturnType<typeof load>>();
 *   return table.reduce((sum, x) => sum + x * factor, 0);
 * }
 *
 * if (import.meta.main) {
 *   await using pool = new Pool(2, { initializer: load, initargs: [1000] });
 *   console.log(await pool.map(total, [1, 2, 3]));
 * }
 * ```
 *
 * @example Outside a worker there is none
 * ```ts
 * import { ProcessStateError, workerState } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => workerState(), ProcessStateError);
 * ```
 *
 * @typeParam T What the initializer returns.
 * The state; undefined if the pool has no initializer.
 * @throws {ProcessStateError} If this process is no worker of a pool.
 */
export function workerState<T>(): T {
  const state = kept();
  if (state !== null) return state.value as T;
  throw new ProcessStateError(
    "Cannot give the state of a worker as this process is none, or its " +
      "initializer still runs: call workerState() in a task of a pool",
  );
}

/**
 * Marks a result of a task so that its buffers move to the pool's process instead
 * of being copied. The worker cannot use them afterwards. To another OS process
 * everything is copied.
 *
 * @example A large result without a copy
 * ```ts
 * import { transferring } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const render = (bytes: number): Uint8Array => {
 *   const picture = new Uint8Array(bytes);
 *   return transferring(picture, [picture.buffer]);
 * };
 * equal(render(4).length, 4);
 * ```
 *
 * @param value What the task returns.
 * @param transfer What moves with it: buffers, each once. What cannot move fails the
 * task.
 * @returns The value itself.
 */
export function transferring<T extends object>(
  value: T,
  transfer: readonly Transferable[],
): T {
  transferWith(value, transfer);
  return value;
}

/**
 * What a worker keeps between its tasks.
 *
 * @module
 */

import { ProcessStateError } from "../base/errors.ts";

type State = { readonly value: unknown } | null;

// Invariant: null in every process that is no worker, or whose initializer has not
// returned.
let state: State = null;

/** Keeps what the initializer returned. */
export function keepState(value: unknown): void {
  state = { value };
}

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
 * @returns The state; undefined where the pool has no initializer.
 * @throws {ProcessStateError} If this process is no worker of a pool.
 */
export function workerState<T>(): T {
  if (state !== null) return state.value as T;
  throw new ProcessStateError(
    "Cannot give the state of a worker as this process is none, or its " +
      "initializer still runs: call workerState() in a task of a pool",
  );
}

const given = new WeakMap<object, readonly Transferable[]>();

/** What goes with a result instead of being copied. */
export function givenAway(value: unknown): readonly Transferable[] {
  return typeof value === "object" && value !== null
    ? given.get(value) ?? []
    : [];
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
 * @param transfer What moves with it.
 * @returns The value itself.
 */
export function transferring<T extends object>(
  value: T,
  transfer: readonly Transferable[],
): T {
  given.set(value, transfer);
  return value;
}

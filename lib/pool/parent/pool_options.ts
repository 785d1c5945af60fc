/**
 * The options of pools and of their methods, and the checks of them.
 *
 * @module
 */

import { expectOptions } from "../../base/options.ts";
import { nameOf } from "../../base/shown_value.ts";
import { timeoutOf, type WaitOptions } from "../../base/timeouts.ts";
import type { TargetAddress } from "../../wire/serialization/target_address.ts";
import { cpuCount } from "../../process/cpu_count.ts";
import type { Scope } from "./pool_functions.ts";

/**
 * The part of a context that a pool needs.
 *
 * @example A context
 * ```ts
 * import { getContext, type HasStartMethod } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const context: HasStartMethod = getContext("spawn");
 * equal(context.getStartMethod(), "spawn");
 * ```
 */
export interface HasStartMethod {
  /** The name of the start method. */
  getStartMethod(): string;
}

/** The start method of the option `context`; throws if that is no context. */
export function methodOfContext(context: HasStartMethod, what: string): string {
  if (typeof context?.getStartMethod === "function") {
    return context.getStartMethod();
  }
  throw new TypeError(
    `Cannot ${what} as "context" must be a context, as getContext("spawn") gives ` +
      `it: current value is ${nameOf(context)}`,
  );
}

/**
 * Options of a pool.
 *
 * @typeParam S The arguments of the initializer.
 *
 * @example Workers with a state of their own
 * ```ts
 * import { type PoolOptions, ThreadPool } from "@multiprocessing/core";
 *
 * const options: PoolOptions<[number]> = {
 *   initializer: (size) => new Float64Array(size),
 *   initargs: [1000],
 *   maxHeapMiB: 256,
 * };
 * await using pool = new ThreadPool(2, options);
 * console.log(pool.size);
 * ```
 */
export interface PoolOptions<S extends readonly unknown[] = readonly never[]> {
  /**
   * Runs once in every worker before its first task. What it returns is the
   * worker's state: see `workerState()`. If it throws, the pool fails with that
   * error. A function of another module is given by its address.
   */
  readonly initializer?: ((...args: S) => unknown) | TargetAddress | undefined;
  /** The arguments of the initializer. */
  readonly initargs?: S | undefined;
  /**
   * After how many tasks a worker is replaced, against leaks. A chunk of a `map()`
   * counts as one task, as in Python.
   *
   * @default {Infinity}
   */
  readonly maxTasksPerChild?: number | undefined;
  /**
   * The context whose start method the workers use, from `getContext()`.
   *
   * @default {the program's start method}
   */
  readonly context?: HasStartMethod | undefined;
  /**
   * How many workers start with the pool and stay without work; `warmUp()` gives a
   * promise that they are up.
   *
   * @default {0}
   */
  readonly minWorkers?: number | undefined;
  /**
   * After how many milliseconds without work a worker ends, except for
   * `minWorkers`. The next task starts another one.
   *
   * @default {Infinity}
   */
  readonly idleTimeout?: number | undefined;
  /** The name of the workers, which a number follows, as in `resize-1`. */
  readonly name?: string | undefined;
  /** The maximum size of a worker's JavaScript heap, in MiB. */
  readonly maxHeapMiB?: number | undefined;
  /**
   * The permissions of the workers; never more than those of this process.
   *
   * @default {"inherit"}
   */
  readonly permissions?: Deno.PermissionOptions | undefined;
}

/**
 * Options of `warmUp()`.
 *
 * @example Two of the workers, within a second
 * ```ts
 * import { ThreadPool, type WarmUpOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: WarmUpOptions = { workers: 1, timeout: 60_000 };
 * await using pool = new ThreadPool(2);
 * equal(await pool.warmUp(options), true);
 * equal(pool.stats().workers.length, 1);
 * ```
 */
export interface WarmUpOptions extends WaitOptions {
  /**
   * How many workers have to be up, idle or busy.
   *
   * @default {the size of the pool}
   */
  readonly workers?: number | undefined;
}

/**
 * Options of every task.
 *
 * @example Three tries of a second each
 * ```ts
 * import { type TaskOptions, ThreadPool } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: TaskOptions = { timeout: 1_000, retries: 2 };
 * await using pool = new ThreadPool(1);
 * equal(await pool.apply((x: number) => x + 1, [1], options), 2);
 * ```
 */
export interface TaskOptions {
  /**
   * URL of the module that exports the target, where that is not the module that
   * calls the pool.
   */
  readonly module?: string | URL | undefined;
  /**
   * Values, functions and classes for free names in the target, whatever these
   * names mean here. The target then travels as text, even if its module exports
   * it.
   */
  readonly scope?: Scope | undefined;
  /**
   * Aborts the work: items that wait are dropped, and items that run are stopped by
   * ending their worker. A `worker` cannot be stopped while it computes: the pool
   * then abandons it, and another one takes its place.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * The maximum duration of one call of the target, in milliseconds. The call is
   * then stopped as by `signal`, and fails with a `TimeoutError`.
   *
   * @default {Infinity}
   */
  readonly timeout?: number | undefined;
  /**
   * How often a call is made again if its worker dies.
   *
   * @default {0}
   */
  readonly retries?: number | undefined;
}

/**
 * Options of `apply()`.
 *
 * @example A buffer that moves to the worker
 * ```ts
 * import { type ApplyOptions, ThreadPool } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const bytes = new Uint8Array([1, 2, 3]);
 * const options: ApplyOptions = { transfer: [bytes.buffer] };
 * await using pool = new ThreadPool(1);
 * equal(await pool.apply((b: Uint8Array) => b.length, [bytes], options), 3);
 * equal(bytes.length, 0);
 * ```
 */
export interface ApplyOptions extends TaskOptions {
  /**
   * The parts of the arguments that move to the worker instead of being copied:
   * buffers (the `.buffer` of a view), each once, and ports. Such a call cannot be
   * made again, so `retries` does not apply. Everything is copied to another OS
   * process.
   */
  readonly transfer?: readonly Transferable[] | undefined;
}

/**
 * Options of `map()`.
 *
 * @typeParam T An item.
 *
 * @example One item at a time, with progress
 * ```ts
 * import { type MapOptions, ThreadPool } from "@multiprocessing/core";
 * import { deepEqual, equal } from "node:assert/strict";
 *
 * let last = 0;
 * const options: MapOptions<number> = { chunksize: 1, onProgress: (done) => last = done };
 * await using pool = new ThreadPool(1);
 * deepEqual(await pool.map((x: number) => x * x, [1, 2, 3], options), [1, 4, 9]);
 * equal(last, 3);
 * ```
 */
export interface MapOptions<T = never> extends TaskOptions {
  /**
   * How many items are sent to a worker together.
   *
   * @default {a quarter of each worker's share at first, then by measured time}
   */
  readonly chunksize?: number | undefined;
  /**
   * Whether the first error ends the map at once, and drops items that have not
   * begun. Otherwise all items run, and the error of the first failed item is
   * thrown.
   *
   * @default {false}
   */
  readonly failFast?: boolean | undefined;
  /**
   * Called as results come, with the number of items that are done, of all items, and
   * of those that failed. If it throws, the map fails with that error.
   */
  readonly onProgress?:
    | ((done: number, total: number, failed: number) => void)
    | undefined;
  /**
   * Whether a bar shows how far the map is: on stderr where that is a terminal, or
   * below the cell of a notebook, with the rate, the time that is left, and failures.
   *
   * @default {false}
   */
  readonly progress?: boolean | undefined;
  /**
   * The parts of an item that move to the worker instead of being copied: buffers
   * (the `.buffer` of a view) that no other item has, and ports. Such an item
   * cannot be sent again, so `retries` does not apply. Everything is copied to
   * another OS process. If the function throws, or lists a part that cannot move,
   * its item fails.
   */
  readonly transfer?: ((item: T) => readonly Transferable[]) | undefined;
}

/**
 * Options of `imap()`.
 *
 * @typeParam T An item.
 *
 * @example No more than two ahead of the reader
 * ```ts
 * import { type StreamOptions, ThreadPool } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * let taken = 0;
 * function* numbers() {
 *   for (;;) yield taken++;
 * }
 * const options: StreamOptions<number> = { buffersize: 2 };
 * await using pool = new ThreadPool(1);
 * for await (const x of pool.imap((x: number) => x, numbers(), options)) {
 *   if (x === 5) break;
 * }
 * equal(taken <= 8, true);
 * ```
 */
export interface StreamOptions<T = never> extends TaskOptions {
  /**
   * How many items are sent to a worker together.
   *
   * @default {1 at first, then by measured time}
   */
  readonly chunksize?: number | undefined;
  /**
   * How many items may be taken from the iterable before their results are read.
   *
   * @default {eight chunks for each worker}
   */
  readonly buffersize?: number | undefined;
  /**
   * The parts of an item that move to the worker instead of being copied; see
   * `map()`.
   */
  readonly transfer?: ((item: T) => readonly Transferable[]) | undefined;
}

/**
 * Options of a `map()` that returns the outcome of every item, as
 * `Promise.allSettled()` does.
 *
 * @typeParam T An item.
 *
 * @example An error among results
 * ```ts
 * import { type SettledOptions, ThreadPool } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const options: SettledOptions<number> = { settled: true };
 * const check = (x: number) => { if (x < 0) throw new RangeError("below 0"); };
 * await using pool = new ThreadPool(1);
 * const outcomes = await pool.map(check, [1, -1], options);
 * deepEqual(outcomes.map(({ status }) => status), ["fulfilled", "rejected"]);
 * ```
 */
export interface SettledOptions<T = never> extends MapOptions<T> {
  /** Returns outcomes instead of values, and throws for none of them. */
  readonly settled: true;
}

/** The limits of a task, checked. */
export interface Limits {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly signal: AbortSignal | undefined;
}

const NO_LIMITS: Limits = {
  timeoutMs: Infinity,
  retries: 0,
  signal: undefined,
};

/** Checks the options of every task. */
export function limitsOf(
  options: TaskOptions | undefined,
  what: string,
): Limits {
  if (options === undefined) return NO_LIMITS;
  expectOptions(options, what, "{ timeout: 1000 }");
  const { signal, retries = 0 } = options;
  const timeoutMs = timeoutOf(options, what);
  if (retries !== 0) checkCount(what, "retries", retries, 0);
  return { timeoutMs, retries, signal };
}

/** The options of a pool where the caller gives none. */
export const POOL_DEFAULTS = {
  processes: cpuCount,
  minWorkers: 0,
  idleTimeout: Infinity,
  maxTasksPerChild: Infinity,
} as const;

/** Checks the options of a pool. */
export function checkPool(
  processes: number,
  options: object,
): void {
  expectOptions(options, "make a pool", "{ initializer }");
  const { initializer, initargs, maxTasksPerChild, name, idleTimeout } =
    options as PoolOptions<never>;
  const { minWorkers = 0 } = options as PoolOptions<never>;
  checkCount("make a pool", "processes", processes, 1);
  checkWorkers("make a pool", "minWorkers", minWorkers, processes);
  const isTarget = typeof initializer === "function" ||
    typeof initializer === "object" && initializer !== null;
  if (initializer !== undefined && !isTarget) {
    const wanted = "a function or { module, name }";
    throw wrong("make a pool", "initializer", wanted, initializer);
  }
  if (initargs !== undefined && !Array.isArray(initargs)) {
    throw wrong("make a pool", "initargs", "an array", initargs);
  }
  if (maxTasksPerChild !== undefined && maxTasksPerChild !== Infinity) {
    checkCount("make a pool", "maxTasksPerChild", maxTasksPerChild, 1);
  }
  timeoutOf({ timeout: idleTimeout }, "make a pool", "idleTimeout");
  if (name !== undefined && typeof name !== "string") {
    throw wrong("make a pool", "name", "a string", name);
  }
}

/** Checks a number of workers against the size of the pool. */
export function checkWorkers(
  what: string,
  name: string,
  count: number,
  size: number,
): void {
  checkCount(what, name, count, 0);
  if (count <= size) return;
  throw new RangeError(
    `Cannot ${what} as "${name}" must be at most its size of ${size}: ` +
      `current value is ${count}`,
  );
}

/** Checks the arguments of a call. */
export function checkArgs(args: unknown): void {
  if (!Array.isArray(args)) throw wrong("apply", "args", "an array", args);
}

/** Checks the options of a map. */
export function checkMap(options: MapOptions): void {
  expectOptions(options, "map", "{ chunksize: 3 }");
  const { chunksize, onProgress, progress } = options;
  if (chunksize !== undefined) checkCount("map", "chunksize", chunksize, 1);
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw wrong("map", "onProgress", "a function", onProgress);
  }
  if (progress !== undefined && typeof progress !== "boolean") {
    throw wrong("map", "progress", "a boolean", progress);
  }
}

/** Checks the options of a stream. */
export function checkStream(options: StreamOptions): void {
  expectOptions(options, "imap", "{ chunksize: 3 }");
  const { chunksize, buffersize } = options;
  if (chunksize !== undefined) checkCount("imap", "chunksize", chunksize, 1);
  if (buffersize !== undefined) checkCount("imap", "buffersize", buffersize, 1);
}

/** Checks that a value is an integer of at least `least`. */
export function checkCount(
  what: string,
  name: string,
  value: unknown,
  least: number,
): void {
  if (typeof value !== "number") throw wrong(what, name, "a number", value);
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot ${what} as "${name}" must be an integer of at least ${least}: ` +
      `current value is ${value}`,
  );
}

/** The error for an option of the wrong type. */
export function wrong(
  what: string,
  name: string,
  wanted: string,
  got: unknown,
): TypeError {
  const shown = got === null ? "null" : typeof got;
  return new TypeError(
    `Cannot ${what} as "${name}" must be ${wanted}: current value is ${shown}`,
  );
}

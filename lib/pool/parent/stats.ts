/**
 * The statistics of a pool and of its workers.
 *
 * @module
 */

import type { PoolWorker } from "./pool_worker.ts";
import { taskName } from "./task_names.ts";

/**
 * The statistics of one worker of a pool, from `pool.stats()`.
 *
 * @example The worker that has done most
 * ```ts
 * import { ThreadPool, type WorkerStats } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using pool = new ThreadPool(1);
 * await pool.map((x: number) => x, [1, 2, 3]);
 * const [first]: readonly WorkerStats[] = pool.stats().workers;
 * equal(first?.items, 3);
 * ```
 */
export interface WorkerStats {
  /** The name of the worker. */
  readonly name: string;
  /** The ID of its OS process; threads and workers share that of the pool. */
  readonly pid: number | null;
  /** Whether the worker has work. */
  readonly state: "starting" | "busy" | "idle" | "ending";
  /** How many tasks it has: the one that it runs, and those that it runs next. */
  readonly tasks: number;
  /**
   * The item that it runs, as far as it is known, such as `render #3`; null for
   * none.
   */
  readonly running: string | null;
  /** How many calls of a function it has made. */
  readonly items: number;
  /** Milliseconds that it has spent on them. */
  readonly busyMs: number;
  /** The size of its JavaScript heap in MiB, as of its last report. */
  readonly heapMiB: number;
}

/**
 * The statistics of a pool, from `pool.stats()`.
 *
 * @example Before the first task
 * ```ts
 * import { type PoolStats, ThreadPool } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using pool = new ThreadPool(4);
 * const stats: PoolStats = pool.stats();
 * equal(stats.size, 4);
 * equal(stats.workers.length, 0);
 * ```
 */
export interface PoolStats {
  /** The maximum number of workers. */
  readonly size: number;
  /**
   * How many calls, maps and streams are not done: their items wait, or a worker
   * has them, or the reader of a stream has not read their results.
   */
  readonly pending: number;
  /** How many tasks wait for a worker. */
  readonly waiting: number;
  /** How many workers have been started. */
  readonly started: number;
  /** How many of those replaced one that had died or was stopped. */
  readonly restarts: number;
  /** The workers that live, oldest first. */
  readonly workers: readonly WorkerStats[];
}

const MIB = 2 ** 20;

/** The statistics of a worker. */
export function statsOf(worker: PoolWorker): WorkerStats {
  const { process, state, load, totals } = worker;
  const { items, busyMs, heapBytes } = totals;
  const running = worker.running();
  return {
    name: process.name,
    pid: process.pid,
    state: state === "up"
      ? load > 0 ? "busy" : "idle"
      : state === "starting"
      ? "starting"
      : "ending",
    tasks: load,
    running: running === null ? null : taskName(
      running.task.job.fn.name,
      running.task.first + running.item,
    ),
    items,
    busyMs,
    heapMiB: heapBytes / MIB,
  };
}

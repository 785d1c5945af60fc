/**
 * What a pool has done so far.
 *
 * @module
 */

import type { PoolWorker } from "./pool_worker.ts";

/**
 * What one worker of a pool has done; `pool.stats()` gives it.
 *
 * @example Who has done most
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
  /** Its name. */
  readonly name: string;
  /** Its OS process; threads and workers share that of the pool. */
  readonly pid: number | null;
  /** Whether it has work. */
  readonly state: "starting" | "busy" | "idle" | "ending";
  /** How many tasks it has: what it runs, and what it is to run next. */
  readonly tasks: number;
  /** The item that it runs, as far as that is known: `render #3`; null for none. */
  readonly running: string | null;
  /** How many calls of a function it has made. */
  readonly items: number;
  /** Milliseconds that it has spent on them. */
  readonly busyMs: number;
  /** Its JavaScript heap, in MiB, when it last told of its work. */
  readonly heapMiB: number;
}

/**
 * What a pool has done so far; `pool.stats()` gives it.
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
  /** How many workers there are at the most. */
  readonly size: number;
  /**
   * How many calls, maps and streams are not done. What is left of them waits, or is
   * with a worker; of a stream, it may also be with its reader.
   */
  readonly pending: number;
  /** How many tasks wait for a worker. */
  readonly waiting: number;
  /** How many workers have been started. */
  readonly started: number;
  /** How many of those took the place of one that had died or was stopped. */
  readonly restarts: number;
  /** Those that live, oldest first. */
  readonly workers: readonly WorkerStats[];
}

const MIB = 2 ** 20;

/** What a worker has done. */
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
    running: running === null
      ? null
      : `${running.task.job.fn.name} #${running.task.first + running.item}`,
    items,
    busyMs,
    heapMiB: heapBytes / MIB,
  };
}

/**
 * The errors for workers that ended: which one, with what reason, and the texts for a
 * task that moved and for a pool that gives up.
 *
 * @module
 */

import { ExitError, WorkerLostError } from "../../base/errors.ts";
import { nameOfExitcode } from "../../base/signals.ts";
import { OUT_OF_HEAP } from "../../wire/protocol/end_reasons.ts";
import { END_CAUSE } from "../../process/process.ts";
import type { Running } from "./in_flight.ts";
import type { PoolWorker } from "./pool_worker.ts";
import { taskName } from "./task_names.ts";

/** The error of an item that a worker was running when it ended. */
export function lossOf(
  worker: PoolWorker,
  { task, item }: Running,
): WorkerLostError {
  return endOf(worker, taskName(task.job.fn.name, task.first + item));
}

/** The error of an item whose buffers moved to a worker and were lost with it. */
export function movedLossOf(
  worker: PoolWorker,
  { task, item }: Running,
): WorkerLostError {
  const error = lossOf(worker, { task, item });
  error.message = `Cannot run task ${error.task} as worker ` +
    `"${error.worker}" ended before it began it, and what was moved to that ` +
    `worker is gone: give it again, or without "transfer"`;
  return error;
}

/** The error of a pool of which so many workers in a row ended of no use. */
export function failuresOf(
  worker: PoolWorker,
  failures: number,
): WorkerLostError {
  const error = endOf(worker, null);
  const { cause } = error;
  const detail = isThrown(error) ? `: ${(cause as Error).message}` : "";
  error.message = `Cannot go on with the pool as ${failures} workers ` +
    `in a row ended before they ran a task; of the last one: ` +
    `${error.message}${detail}`;
  return error;
}

/** Describes the end of a worker, in a task or before its first one. */
export function endOf(
  { process, breach }: PoolWorker,
  task: string | null,
): WorkerLostError {
  const cause = process[END_CAUSE]();
  const exitcode = process.exitcode ?? 0;
  const name = nameOfExitcode(exitcode);
  return new WorkerLostError({
    worker: process.name,
    exitcode,
    signal: name.startsWith("-SIG") ? name.slice(1) : null,
    task,
    reason: breach ?? (isOutOfHeap(cause) ? OUT_OF_HEAP : undefined),
  }, cause === undefined ? {} : { cause });
}

/**
 * Whether a signal or a request from outside ended a worker, which has no fault
 * itself.
 */
export function isKilled({ process, breach }: PoolWorker): boolean {
  const { exitcode } = process;
  if (breach !== null || exitcode === null) return false;
  return OUTSIDE.has(nameOfExitcode(exitcode));
}

/** Whether an error that was thrown in a worker ended it. */
export function isThrown({ cause }: WorkerLostError): boolean {
  return cause instanceof Error && !(cause instanceof ExitError);
}

/** Signals that are sent from outside; the others come from faults in the program. */
const OUTSIDE: ReadonlySet<string> = new Set([
  "-SIGHUP",
  "-SIGINT",
  "-SIGKILL",
  "-SIGQUIT",
  "-SIGTERM",
]);

function isOutOfHeap(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes(OUT_OF_HEAP);
}

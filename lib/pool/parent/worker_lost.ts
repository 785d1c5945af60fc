/**
 * The errors for workers that ended.
 *
 * @module
 */

import { ExitError, WorkerLostError } from "../../base/errors.ts";
import { nameOfExitcode } from "../../base/signals.ts";
import { OUT_OF_HEAP } from "../../wire/protocol/end_reasons.ts";
import { END_CAUSE } from "../../process/process.ts";
import type { Running } from "./in_flight.ts";
import type { PoolWorker } from "./pool_worker.ts";

/** The error of an item that a worker was running when it ended. */
export function lossOf(
  worker: PoolWorker,
  { task, item }: Running,
): WorkerLostError {
  const what = `${task.job.fn.name} #${task.first + item}`;
  return endOf(worker, what);
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

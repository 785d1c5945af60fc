/**
 * Why a worker ended.
 *
 * @module
 */

import { ExitError, WorkerLostError } from "../../base/errors.ts";
import { nameOfExitcode } from "../../base/signals.ts";
import { OUT_OF_HEAP } from "../../wire/protocol/child_context.ts";
import { END_CAUSE } from "../../process/process.ts";
import type { Running } from "./in_flight.ts";
import type { PoolWorker } from "./pool_worker.ts";

/** The error for an item that a worker was running when it ended. */
export function lossOf(
  worker: PoolWorker,
  { task, item }: Running,
): WorkerLostError {
  const what = `${task.job.fn.name} #${task.first + item}`;
  return endOf(worker, what);
}

/** What is to be said of a worker that ended, in a task or before its first. */
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

/** Whether somebody else has ended a worker, so that nothing is wrong with it. */
export function isKilled({ process, breach }: PoolWorker): boolean {
  const { exitcode } = process;
  if (breach !== null || exitcode === null) return false;
  return OUTSIDE.has(nameOfExitcode(exitcode));
}

/** Whether a worker ended by an error that was thrown in it. */
export function isThrown({ cause }: WorkerLostError): boolean {
  return cause instanceof Error && !(cause instanceof ExitError);
}

/** Signals that come from outside; the others are of faults in the program. */
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

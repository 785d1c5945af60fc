/**
 * Why a worker ended.
 *
 * @module
 */

import { WorkerLostError } from "../base/errors.ts";
import { nameOfExitcode } from "../base/signals.ts";
import { OUT_OF_HEAP } from "../wire/birth.ts";
import type { Running } from "./docket.ts";
import type { PoolWorker } from "./pool_worker.ts";

/** The error for an item that a worker was running when it ended. */
export async function lossOf(
  worker: PoolWorker,
  { task, item }: Running,
): Promise<WorkerLostError> {
  const what = `${task.job.remote.name} #${task.first + item}`;
  return await endOf(worker, what);
}

/** What is to be said of a worker that ended, in a task or before its first. */
export async function endOf(
  { process }: PoolWorker,
  task: string | null,
): Promise<WorkerLostError> {
  // It has ended, so this does not wait.
  const cause = await process.result().catch((error: unknown) => error);
  const exitcode = process.exitcode ?? 0;
  const name = nameOfExitcode(exitcode);
  return new WorkerLostError({
    worker: process.name,
    exitcode,
    signal: name.startsWith("-SIG") ? name.slice(1) : null,
    task,
    reason: isOutOfHeap(cause) ? OUT_OF_HEAP : undefined,
  }, cause === undefined ? {} : { cause });
}

function isOutOfHeap(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes(OUT_OF_HEAP);
}

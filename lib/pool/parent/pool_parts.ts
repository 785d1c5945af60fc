/**
 * What a pool is made of: a program without pools evaluates none of it.
 *
 * @module
 */

export { CallJob } from "./call_job.ts";
export { Task } from "./job.ts";
export { MapJob } from "./map_job.ts";
export { PoolFunctions } from "./pool_functions.ts";
export { openProgressBar, shownBy } from "./progress_bar.ts";
export { Scheduler } from "./scheduler.ts";
export { statsOf } from "./stats.ts";
export { endedWhileRead, StreamJob } from "./stream_job.ts";
export { makeWorker } from "./worker_process.ts";

/**
 * What a worker of a pool runs.
 *
 * @module
 */

export { serve } from "../pool/worker/task_runner.ts";

export { default } from "./common.ts";

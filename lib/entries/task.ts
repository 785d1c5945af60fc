/**
 * The entry for modules of tasks.
 *
 * @module
 */

export { transferring, workerState } from "../pool/worker/task.ts";

export { default } from "./common.ts";

/**
 * What a child starts with, whatever its start method.
 *
 * @module
 */

export { bootSpawned } from "../child/spawned.ts";
export { bootThread } from "../child/thread.ts";
export { bootWorker } from "../child/worker.ts";

export { default } from "./common.ts";

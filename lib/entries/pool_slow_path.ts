/**
 * What a worker of a pool needs for values that are not plain, and for errors.
 *
 * @module
 */

export * from "../pool/worker/worker_slow_path.ts";

export { default } from "./common.ts";

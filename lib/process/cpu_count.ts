/**
 * The number of processors.
 *
 * @module
 */

/**
 * How many processors the machine has, like Python's `cpu_count()`.
 *
 * @example At least one
 * ```ts
 * import { cpuCount } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * ok(cpuCount() >= 1);
 * ```
 *
 * @returns The number of logical processors.
 */
export function cpuCount(): number {
  return navigator.hardwareConcurrency;
}

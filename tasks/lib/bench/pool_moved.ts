/**
 * What a worker of ours gives back without a copy. Like the bare thread, it has not
 * loaded the package.
 *
 * @module
 */

import { transferring } from "../../../lib/pool/worker/task.ts";

/** This module, for the option `module`. */
export const MOVED: string = import.meta.url;

/** Gives back what it got, itself. */
export function moved(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return transferring(bytes, [bytes.buffer]);
}

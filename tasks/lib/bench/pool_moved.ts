/**
 * What a worker of ours gives back without a copy; it imports the package for that.
 *
 * @module
 */

import { transferring } from "../../../mod.ts";

/** This module, for the option `module`. */
export const MOVED: string = import.meta.url;

/** Gives back what it got, itself. */
export function moved(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return transferring(bytes, [bytes.buffer]);
}

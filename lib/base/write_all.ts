/**
 * Blocking writes to the standard streams of this process, and to pipes.
 *
 * @module
 */

/** What can be written to; one write may take a part of the bytes only. */
interface SyncWriter {
  writeSync(bytes: Uint8Array): number;
}

/** Writes all of some bytes. */
export function writeAll(to: SyncWriter, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

/** Writes all of some bytes, if the stream still has a reader. */
export function writeIfRead(to: SyncWriter, bytes: Uint8Array): void {
  try {
    writeAll(to, bytes);
  } catch {
    // The reader has ended, and there is no other place to report it.
  }
}

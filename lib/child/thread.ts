/**
 * The entry of a `thread`.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import type { IsolateBoot } from "../wire/messages.ts";
import { wire } from "./isolate.ts";
import type { Loaders } from "./kernel.ts";

/** Boots a thread; its entry module calls this and ends. */
export function boot(loaders: Loaders): void {
  const { exit } = Deno;
  // Deno's types know `locks` only where the DOM's are (2.9.6).
  const { locks } = navigator as unknown as {
    locks: { request(name: string, held: () => Promise<never>): unknown };
  };
  // Deno really stops a thread only while it holds a Web Lock (2.9.6): without
  // one, `terminate()` leaves a busy thread running.
  const name = `multiprocessing ${crypto.randomUUID()}`;
  locks.request(name, () => new Promise<never>(() => {}));
  // Only Web Workers have `self`, and libraries look for it.
  Object.defineProperty(globalThis, "self", {
    value: globalThis,
    configurable: true,
    writable: true,
  });
  wire(workerData as IsolateBoot, loaders, { sliceMs: Infinity, exit });
}

/**
 * The entry of a `thread`.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import type { Loaders } from "../launch/entry.ts";
import type { IsolateBoot } from "../wire/messages.ts";
import { wire } from "./isolate.ts";

/** Boots a thread; its entry module calls this and ends. */
export function boot(loaders: Loaders): void {
  const { exit } = Deno;
  // Deno's types do not know `locks` everywhere (2.9.6).
  const { locks } = navigator as unknown as {
    locks: { request(name: string, held: () => Promise<never>): unknown };
  };
  const handed = workerData as IsolateBoot;
  // Deno really stops a thread only while it holds a Web Lock (2.9.6): without
  // one, `terminate()` leaves a busy thread running.
  locks.request(
    `multiprocessing ${handed.ident} ${crypto.randomUUID()}`,
    () => new Promise(() => {}),
  );
  // Only Web Workers have `self`, and libraries look for it.
  Object.defineProperty(globalThis, "self", {
    value: globalThis,
    configurable: true,
    writable: true,
  });
  wire(handed, loaders, { sliceMs: Infinity, poll() {}, exit });
}

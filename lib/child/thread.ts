/**
 * The entry of a `thread`.
 *
 * @module
 */

// @ts-ignore: the types of Node are what a dependency brings, in any version.
import { resourceLimits, workerData } from "node:worker_threads";
import { OUT_OF_HEAP } from "../wire/birth.ts";
import type { IsolateBoot, ToRoot } from "../wire/messages.ts";
import { wire } from "./isolate.ts";
import type { Loaders } from "../wire/birth.ts";

declare const process: {
  readonly argv: string[];
  getBuiltinModule(
    name: "node:v8",
  ): { getHeapStatistics(): { heap_size_limit: number } };
};

/** Boots a thread; its entry module calls this and ends. */
export function boot(loaders: Loaders): void {
  const { exit } = Deno;
  const handed = workerData as IsolateBoot;
  // Deno's types know `locks` only where the DOM's are (2.9.6).
  const { locks } = navigator as unknown as {
    locks: { request(name: string, held: () => Promise<never>): unknown };
  };
  // Deno really stops a thread only while it holds a Web Lock (2.9.6): without
  // one, `terminate()` leaves a busy thread running.
  // The name is the lock's alone: several programs may share an OS process, as the
  // files of a parallel test run do.
  const name = `multiprocessing ${handed.ident} ${performance.timeOrigin}`;
  locks.request(name, () => new Promise<never>(() => {}));
  // Only Web Workers have `self`, and libraries look for it.
  Object.defineProperty(globalThis, "self", {
    value: globalThis,
    configurable: true,
    writable: true,
  });
  // The program's path takes the place of this module's.
  process.argv.splice(1, 1);
  wire(handed, loaders, { sliceMs: Infinity, exit });
  watchHeap(() => {
    const message: ToRoot = { kind: "exit", code: 1, reason: OUT_OF_HEAP };
    handed.control.postMessage(message);
    exit(1);
  });
}

/** How often a thread looks whether its heap was exhausted. */
const HEAP_LOOK_MS = 250;
const MIB = 1024 * 1024;

/**
 * Notices an exhausted heap. Deno reports one that runs out in a timer or at top
 * level; in a message handler or after an await it drops the turn, says nothing,
 * and the thread would idle for ever (2.9.6). What it leaves behind is a limit
 * that V8 has raised.
 */
async function watchHeap(exhausted: () => void): Promise<void> {
  const { maxOldGenerationSizeMb = 0, maxYoungGenerationSizeMb = 0 } =
    resourceLimits as {
      maxOldGenerationSizeMb?: number;
      maxYoungGenerationSizeMb?: number;
    };
  const limit = (maxOldGenerationSizeMb + maxYoungGenerationSizeMb) * MIB;
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  // Not a timer: the first one of an isolate takes 0.4 ms of its start, and the
  // statistics 0.3 (2.9.6).
  for (;;) {
    await Atomics.waitAsync(nobodyWakes, 0, 0, HEAP_LOOK_MS).value;
    const { getHeapStatistics } = process.getBuiltinModule("node:v8");
    if (getHeapStatistics().heap_size_limit > limit) exhausted();
  }
}

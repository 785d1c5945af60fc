/**
 * Defers launches to the end of the caller's turn.
 *
 * Making a thread blocks for 30 ms, and `start()` is to return at once. So a launch
 * waits for the next microtask, or for the first code that needs it earlier: a
 * blocking wait, which might wait for that very child, and a read of the child's
 * pid.
 *
 * @module
 */

import { beforeBlocking } from "../memory/waiting/futex.ts";

const waiting = new Set<() => void>();

/** Runs `launch` soon, and at the latest in `flushLaunches()`. It must not throw. */
export function deferLaunch(launch: () => void): void {
  beforeBlocking(flushLaunches);
  if (waiting.size === 0) queueMicrotask(flushLaunches);
  waiting.add(launch);
}

/** Runs all launches that are still deferred. */
export function flushLaunches(): void {
  for (const launch of waiting) {
    waiting.delete(launch);
    launch();
  }
}

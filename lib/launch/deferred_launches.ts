/**
 * Launches that wait for the end of the caller's turn.
 *
 * Making a thread blocks for 30 ms, and `start()` is to return at once. So a launch
 * waits for the next microtask, or for whoever needs it sooner: a blocking wait,
 * which might wait for that very child, and a look at the child's pid.
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

/** Runs every launch that still waits. */
export function flushLaunches(): void {
  for (const launch of waiting) {
    waiting.delete(launch);
    launch();
  }
}

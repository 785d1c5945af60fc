/**
 * Keeps the program alive while somebody waits.
 *
 * A pending `Atomics.waitAsync`, an unreferenced port and a promise that nobody
 * resolves yet do not keep Deno's event loop going (2.9.6: the program ends with
 * "Top-level await promise never resolved"). One idle timer does, and costs
 * nothing while it waits.
 *
 * @module
 */

const IDLE_MS = 2 ** 30;

// Invariant: timer runs exactly while holders > 0.
let holders = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Keeps the event loop alive until the returned function is called once. */
export function hold(): () => void {
  if (holders++ === 0) timer = setInterval(() => {}, IDLE_MS);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    if (--holders === 0) clearInterval(timer);
  };
}

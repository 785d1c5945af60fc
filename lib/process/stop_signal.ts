/**
 * The request to end, as this process sees it: `currentProcess().stopping`.
 *
 * @module
 */

import { hooks } from "../wire/protocol/child_context.ts";

let stop: AbortController | undefined;

/** A signal that aborts when this process is asked to end. */
export function stopSignal(): AbortSignal {
  if (stop === undefined) {
    const controller = stop = new AbortController();
    hooks.stop = () =>
      controller.abort(
        new DOMException("This process is asked to end", "AbortError"),
      );
  }
  return stop.signal;
}

/**
 * The life cycle of a process, as its parent sees it.
 *
 * ```
 *   new --start--> starting --ready--> running --exit--> exited --close--> closed
 *    |                 |                                    ^  |             ^
 *    |                 +--------------- exit ---------------+  |             |
 *    +--------------------------- close -----------------------+-------------+
 * ```
 *
 * A failed launch is an exit from `starting`.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";

/** The state of a process in its life cycle. */
export type LifeState =
  | { readonly kind: "new" }
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "closed" };

/** An event that changes the state. */
export type LifeEvent =
  | { readonly kind: "start" }
  | { readonly kind: "ready" }
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "close" };

/** The state after `event`, or null if the event is not allowed. */
export function next(state: LifeState, event: LifeEvent): LifeState | null {
  switch (event.kind) {
    case "start":
      return state.kind === "new" ? { kind: "starting" } : null;
    case "ready":
      return state.kind === "starting" ? { kind: "running" } : null;
    case "exit":
      return isLiveState(state) ? { kind: "exited", code: event.code } : null;
    case "close":
      return isLiveState(state) ? null : { kind: "closed" };
    default:
      return unreachable(event);
  }
}

/** Whether the process is between its start and its end. */
export function isLiveState(state: LifeState): boolean {
  return state.kind === "starting" || state.kind === "running";
}

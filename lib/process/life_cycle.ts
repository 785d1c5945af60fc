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
 * A launch that fails is an exit out of `starting`.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";

/** Where a process is in its life. */
export type LifeState =
  | { readonly kind: "new" }
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "closed" };

/** What moves a process on. */
export type LifeEvent =
  | { readonly kind: "start" }
  | { readonly kind: "ready" }
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "close" };

/** The state after `event`, or null where the event is not allowed. */
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

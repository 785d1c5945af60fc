/**
 * The children of this process, and their numbers.
 *
 * @module
 */

import { callOut } from "../base/stderr.ts";
import { childContext, hooks } from "../wire/protocol/child_context.ts";

/** The methods of a child that this file needs. */
export interface LivingChild {
  /** Whether the child ends with this process. */
  readonly daemon: boolean;
  /** Whether the child has started and not ended. */
  isAlive(): boolean;
  /** Ends the child. */
  terminate(): void;
  /** Waits for the end of the child. */
  join(): Promise<boolean>;
}

let made = 0;
const living = new Set<LivingChild>();

/** The numbers of the next child, counted when it is constructed, as in Python. */
export function nextPath(): number[] {
  return [...(childContext()?.identity.path ?? []), ++made];
}

/** Adds a child that has started. */
export function childStarted(child: LivingChild): void {
  hooks.endChildren = endChildren;
  living.add(child);
}

/** Removes a child that has ended. */
export function childEnded(child: LivingChild): void {
  living.delete(child);
}

/** The children that have started and not ended. */
export function livingChildren(): LivingChild[] {
  return [...living];
}

/** Terminates the children that are daemons and joins all others, as Python does. */
async function endChildren(): Promise<void> {
  for (const child of livingChildren()) {
    // The launcher of a registered method may throw.
    if (child.daemon) {
      callOut("A daemon could not be ended", () => child.terminate());
    }
  }
  while (living.size > 0) {
    await Promise.all(livingChildren().map((child) => child.join()));
  }
}

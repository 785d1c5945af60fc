/**
 * The identity of this process, and the set of its children.
 *
 * @module
 */

import { callOut } from "../base/stderr.ts";
import { isolateIdent } from "../launch/isolate_handle.ts";
import { childContext, hooks } from "../wire/protocol/child_context.ts";
import type { ParentIdentity } from "../wire/protocol/messages.ts";

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

/** The main module of the program; null if it is unknown. */
export function mainModule(): string | null {
  const context = childContext();
  if (context !== null) return context.identity.mainModule;
  try {
    return Deno.mainModule ?? null;
  } catch {
    return null; // No permission to read it.
  }
}

/** The identity of this process, for its children. */
export function asParent(): ParentIdentity {
  const name = childContext()?.identity.name ?? "MainProcess";
  return { name, pid: Deno.pid, ident: selfIdent() };
}

/** The number of this process among live processes. */
export function selfIdent(): number {
  const host = childContext()?.host;
  return host?.kind === "isolate" ? isolateIdent(host.ident) : Deno.pid;
}

/** The numbers of the next child, counted when it is constructed, as in Python. */
export function nextPath(): number[] {
  return [...(childContext()?.identity.path ?? []), ++made];
}

/** Whether children are daemons by default. */
export function inheritsDaemon(): boolean {
  return childContext()?.identity.daemon ?? false;
}

/**
 * Whether this child is still importing its modules, and must not start processes.
 */
export function isImporting(): boolean {
  return childContext()?.importing ?? false;
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

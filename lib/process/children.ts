/**
 * Who this process is, and which children it has.
 *
 * @module
 */

import { callOut } from "../base/stderr.ts";
import { isolateIdent } from "../launch/isolate_launchers.ts";
import { childContext, hooks } from "../wire/protocol/child_context.ts";
import type { ParentIdentity } from "../wire/protocol/messages.ts";

/** What the family needs of a child of this process. */
export interface LivingChild {
  /** Whether it ends with this process. */
  readonly daemon: boolean;
  /** Whether it has started and not ended. */
  isAlive(): boolean;
  /** Ends it. */
  terminate(): void;
  /** Waits for its end. */
  join(): Promise<boolean>;
}

let made = 0;
const living = new Set<LivingChild>();

/** The main module of the program; null where there is none to be known. */
export function mainModule(): string | null {
  const context = childContext();
  if (context !== null) return context.identity.mainModule;
  try {
    return Deno.mainModule ?? null;
  } catch {
    return null; // Not allowed to know it.
  }
}

/** What this process's children know of it. */
export function asParent(): ParentIdentity {
  const name = childContext()?.identity.name ?? "MainProcess";
  return { name, pid: Deno.pid, ident: selfIdent() };
}

/** This process's number among live processes. */
export function selfIdent(): number {
  const host = childContext()?.host;
  return host?.kind === "isolate" ? isolateIdent(host.ident) : Deno.pid;
}

/** The numbers of the next child, counted where it is constructed, as in Python. */
export function nextPath(): number[] {
  return [...(childContext()?.identity.path ?? []), ++made];
}

/** Whether children are daemons unless told otherwise. */
export function inheritsDaemon(): boolean {
  return childContext()?.identity.daemon ?? false;
}

/** Whether this child is still importing, so that it must not start processes. */
export function isImporting(): boolean {
  return childContext()?.importing ?? false;
}

/** Counts a started child in. */
export function childStarted(child: LivingChild): void {
  hooks.endChildren = endChildren;
  living.add(child);
}

/** Counts an ended child out. */
export function childEnded(child: LivingChild): void {
  living.delete(child);
}

/** The children that have started and not ended. */
export function livingChildren(): LivingChild[] {
  return [...living];
}

/** Ends the daemons among the children and waits for everyone, as Python does. */
async function endChildren(): Promise<void> {
  for (const child of livingChildren()) {
    // The launcher of a method that was registered may throw.
    if (child.daemon) {
      callOut("A daemon could not be ended", () => child.terminate());
    }
  }
  while (living.size > 0) {
    await Promise.all(livingChildren().map((child) => child.join()));
  }
}

let stop: AbortController | undefined;

/** Aborts when this process is asked to end. */
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

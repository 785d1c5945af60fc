/**
 * What this process is: its number, its main module, and what its children inherit.
 *
 * @module
 */

import { BootstrapError } from "../base/errors.ts";
import { isolateIdent } from "../launch/isolate_handle.ts";
import { childContext, MAIN_PROCESS } from "../wire/protocol/child_context.ts";
import type { ParentIdentity } from "../wire/protocol/messages.ts";

/** The main module of the program; null if it is unknown. */
export function ownMainModule(): string | null {
  const context = childContext();
  if (context !== null) return context.identity.mainModule;
  try {
    return Deno.mainModule ?? null;
  } catch {
    return null; // No permission to read it.
  }
}

/** The start method that this program chose, if it is the main program. */
let chosen: string | null = null;

/** Notes the choice of the program, for its children. */
export function noteChosenMethod(name: string | null): void {
  chosen = name;
}

/** The start method that the main program chose; null if it chose none. */
export function chosenMethod(): string | null {
  const context = childContext();
  return context === null ? chosen : context.identity.chosen;
}

/** The identity of this process, for its children. */
export function asParent(): ParentIdentity {
  const name = childContext()?.identity.name ?? MAIN_PROCESS;
  return { name, pid: Deno.pid, ident: selfIdent() };
}

/** The number of this process among live processes. */
export function selfIdent(): number {
  const host = childContext()?.host;
  return host?.kind === "isolate" ? isolateIdent(host.ident) : Deno.pid;
}

/** Whether children are daemons by default. */
export function inheritsDaemon(): boolean {
  return childContext()?.identity.daemon ?? false;
}

/**
 * Whether this child is still importing its modules, and must not start processes.
 */
function isImporting(): boolean {
  return childContext()?.importing ?? false;
}

/** Refuses what would go on without end if a child did it while it imports a module. */
export function refuseWhileImporting(
  what: string,
  whose: "its" | "their",
  call: "start" | "call",
): void {
  if (!isImporting()) return;
  throw new BootstrapError(
    `Cannot ${what} while ${whose} module is still being imported by a child: ` +
      `put the ${call} under \`if (import.meta.main) { ... }\``,
  );
}

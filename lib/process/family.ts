/**
 * Who this process is, and which children it has.
 *
 * @module
 */

import { selfOwner } from "../memory/owners.ts";
import type { Identity, Kin } from "../wire/messages.ts";

/** Who this process is: the main process, until a child's boot says otherwise. */
export type Self =
  | { readonly kind: "main"; readonly mainModule: string | null }
  | { readonly kind: "child"; readonly identity: Identity };

/** What the family needs of a child of this process. */
export interface Relative {
  /** Whether it ends with this process. */
  readonly daemon: boolean;
  /** Whether it has started and not ended. */
  isAlive(): boolean;
  /** Ends it. */
  terminate(): void;
  /** Waits for its end. */
  join(): Promise<boolean>;
}

let self: Self | undefined;
let made = 0;
let importing = false;
const living = new Set<Relative>();

/** Who this process is. */
export function whoAmI(): Self {
  return self ??= { kind: "main", mainModule: mainModule() };
}

function mainModule(): string | null {
  try {
    return Deno.mainModule ?? null;
  } catch {
    return null; // Without a main module, or not allowed to know it.
  }
}

/** Makes this process a child; called once, by a child's entry. */
export function becomeChild(identity: Identity): void {
  self = { kind: "child", identity };
}

/** What this process's children know of it. */
export function asParent(): Kin {
  return { name: nameOf(whoAmI()), pid: Deno.pid, ident: selfIdent() };
}

/** This process's number among live processes. */
export function selfIdent(): number {
  const me = whoAmI();
  // An OS process is told by its pid, an isolate within one by its owner id.
  return me.kind === "main" || isOwnProcess ? Deno.pid : selfOwner();
}

let isOwnProcess = false;

/** Says that this child is an OS process of its own. */
export function becomeOwnProcess(): void {
  isOwnProcess = true;
}

/** The name that this process was born with. */
export function nameOf(who: Self): string {
  return who.kind === "main" ? "MainProcess" : who.identity.name;
}

/** The numbers of the next child, counted where it is constructed, as in Python. */
export function nextPath(): number[] {
  const me = whoAmI();
  return [...(me.kind === "main" ? [] : me.identity.path), ++made];
}

/** Whether children are daemons unless told otherwise. */
export function inheritsDaemon(): boolean {
  const me = whoAmI();
  return me.kind === "child" && me.identity.daemon;
}

/** Marks that this child is importing the modules of its parent. */
export function setImporting(now: boolean): void {
  importing = now;
}

/** Whether this child is still importing, so that it must not start processes. */
export function isImporting(): boolean {
  return importing;
}

/** Counts a started child in. */
export function join(child: Relative): void {
  living.add(child);
}

/** Counts an ended child out. */
export function leave(child: Relative): void {
  living.delete(child);
}

/** The children that have started and not ended. */
export function livingChildren(): Relative[] {
  return [...living];
}

/** Ends the daemons among the children and waits for everyone, as Python does. */
export async function endFamily(): Promise<void> {
  for (const child of livingChildren()) {
    if (child.daemon) child.terminate();
  }
  while (living.size > 0) {
    await Promise.all(livingChildren().map((child) => child.join()));
  }
}

let stop: AbortController | undefined;

/** Aborts when this process is asked to end. */
export function stopSignal(): AbortSignal {
  return (stop ??= new AbortController()).signal;
}

/**
 * Tells this process that it is asked to end.
 *
 * @returns Whether it looks after that itself.
 */
export function askToStop(): boolean {
  stop?.abort(
    new DOMException("This process is asked to end", "AbortError"),
  );
  return stop !== undefined;
}

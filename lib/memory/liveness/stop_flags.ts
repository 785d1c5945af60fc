/**
 * What an isolate and its root tell each other of its end, in words of memory that
 * nobody else has: the root also learns it of an isolate that computes, and an isolate
 * in the middle of a wait that blocks.
 *
 * Not a word of the table of owners, which every isolate of the program can write to:
 * one could stop all others.
 *
 * @module
 */

import {
  ASK,
  childContext,
  HAS_ENDED,
  HAS_HEARD,
  IMPORTED,
  IS_IMPORTING,
  IS_TO_STOP,
} from "../../wire/protocol/child_context.ts";

/**
 * ```
 *   word    0        1                  2
 *           flags    asked to end: 1    when it last began to import
 * ```
 *
 * The flags and the words are named in `child_context.ts`.
 */
export type StopFlags = Int32Array<SharedArrayBuffer>;

/** For the root alone: the isolate is gone, or was never made. */
const IS_GONE = 8;

/** The flags of an isolate that is about to be made. */
export function newStopFlags(): StopFlags {
  return new Int32Array(new SharedArrayBuffer(12));
}

/**
 * Asks an isolate to stop: its blocking waits look at this flag. Tells whether it has
 * already heard its first message.
 */
export function requestStop(flags: StopFlags): boolean {
  return (Atomics.or(flags, 0, IS_TO_STOP) & HAS_HEARD) !== 0;
}

/** Whether an isolate has heard its first message. */
export function hasHeard(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & HAS_HEARD) !== 0;
}

/**
 * Waits until an isolate has heard its first message, or is gone; tells which. The
 * program does not stay alive for that.
 */
export async function heard(flags: StopFlags): Promise<boolean> {
  for (;;) {
    const seen = Atomics.load(flags, 0);
    if ((seen & IS_GONE) !== 0) return false;
    if ((seen & HAS_HEARD) !== 0) return true;
    await Atomics.waitAsync(flags, 0, seen).value;
  }
}

/** Ends the wait of `heard()`. */
export function setGone(flags: StopFlags): void {
  Atomics.or(flags, 0, IS_GONE);
  Atomics.notify(flags, 0);
}

/** How long after it has begun an import of a thread may still be on its way. */
const IMPORT_TAKES_MS = 1_000;

/** Whether an isolate has ended itself, or is gone. */
export function hasEnded(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & (HAS_ENDED | IS_GONE)) !== 0;
}

/** Whether an isolate may be loading modules and is not to be killed meanwhile. */
export function mayBeImporting(flags: StopFlags): boolean {
  if (hasEnded(flags)) return false;
  if (isLoading(flags)) return true;
  const begun = Atomics.load(flags, IMPORTED);
  if (begun === 0) return false;
  const elapsed = (Date.now() | 0) - begun | 0;
  return elapsed >= 0 && elapsed < IMPORT_TAKES_MS;
}

/** Whether an isolate loads the modules of its target or of a task. */
export function isLoading(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & IS_IMPORTING) !== 0;
}

/** Says that this isolate can be killed, as it blocks: no import is hit there. */
export function forgetImports(): void {
  const host = childContext()?.host;
  if (host?.kind === "isolate") Atomics.store(host.flags, IMPORTED, 0);
}

/** Asks a thread to end by itself as soon as its event loop turns. */
export function askToEnd(flags: StopFlags): void {
  Atomics.store(flags, ASK, 1);
  Atomics.notify(flags, ASK);
}

/** Blocks so long, or until a flag changes. */
export function waitForFlags(flags: StopFlags, ms: number): void {
  Atomics.wait(flags, 0, Atomics.load(flags, 0), ms);
}

/** Whether somebody asked this isolate to stop. */
export function isStopRequested(): boolean {
  const host = childContext()?.host;
  return host?.kind === "isolate" &&
    (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
}

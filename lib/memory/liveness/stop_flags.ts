/**
 * The stop flags of an isolate: words of memory that only it and its supervisor
 * share, about its end. Through them the supervisor learns the state of an
 * isolate that computes, and an isolate in a blocking wait learns that it is to
 * stop.
 *
 * They are not in the table of owners, as every isolate of the program can
 * write to that: one could stop all others.
 *
 * @module
 */

import { childContext } from "../../wire/protocol/child_context.ts";
import {
  ASK,
  EXISTS,
  HAS_ENDED,
  HAS_STARTED,
  IMPORTED,
  IS_IMPORTING,
  IS_TO_STOP,
  LOADS_NOW,
} from "../../wire/protocol/stop_flag_words.ts";

/** The words are named in `stop_flag_words.ts`. */
export type StopFlags = Int32Array<SharedArrayBuffer>;

/** Set by the supervisor only: the isolate is gone, or was never made. */
const IS_GONE = 8;

/** Makes the flags of an isolate that is about to start. */
export function newStopFlags(): StopFlags {
  return new Int32Array(new SharedArrayBuffer(16));
}

/**
 * Asks an isolate to stop: its blocking waits check this flag. Returns whether
 * the isolate has received its first message.
 */
export function requestStop(flags: StopFlags): boolean {
  return (Atomics.or(flags, 0, IS_TO_STOP) & HAS_STARTED) !== 0;
}

/** Whether an isolate has received its first message. */
export function hasStarted(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & HAS_STARTED) !== 0;
}

/**
 * Waits until an isolate has received its first message, and returns true, or
 * is gone, and returns false. The wait does not keep the program alive.
 */
export async function untilStarted(flags: StopFlags): Promise<boolean> {
  for (;;) {
    const seen = Atomics.load(flags, 0);
    if ((seen & IS_GONE) !== 0) return false;
    if ((seen & HAS_STARTED) !== 0) return true;
    await Atomics.waitAsync(flags, 0, seen).value;
  }
}

/** Marks an isolate as gone, which ends the wait of `untilStarted()`. */
export function setGone(flags: StopFlags): void {
  Atomics.or(flags, 0, IS_GONE);
  Atomics.notify(flags, 0);
}

/** Whether an isolate has ended by itself, or is gone. */
export function hasEnded(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & (HAS_ENDED | IS_GONE)) !== 0;
}

/**
 * How many milliseconds ago a running isolate last began an import; Infinity if it
 * never did, or cannot go on with it now.
 */
export function sinceImport(flags: StopFlags): number {
  const begun = Atomics.load(flags, IMPORTED);
  if (begun === 0 || begun === BLOCKED) return Infinity;
  const elapsed = (Date.now() | 0) - begun | 0;
  return elapsed >= 0 ? elapsed : Infinity;
}

/**
 * Whether an isolate loads the modules of its target or of a task, or what Deno loads
 * within a call.
 */
export function isLoading(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & IS_IMPORTING) !== 0 ||
    Atomics.load(flags, IMPORTED) === LOADS_NOW;
}

/** Stands for a time of import in a thread that blocks, and imports nothing. */
const BLOCKED = 1;

/**
 * Marks this isolate as safe to kill, as it blocks and no import goes on meanwhile.
 * Returns when it last began to import, for `setRunning()`.
 */
export function setBlocked(): number {
  const host = childContext()?.host;
  return host?.kind === "isolate"
    ? Atomics.exchange(host.flags, IMPORTED, BLOCKED)
    : 0;
}

/** Marks this isolate as running again: an import that had begun may go on. */
export function setRunning(imported: number): void {
  const host = childContext()?.host;
  if (host?.kind === "isolate") Atomics.store(host.flags, IMPORTED, imported);
}

/** Whether an isolate blocks in a wait of this package. */
export function isBlocked(flags: StopFlags): boolean {
  return Atomics.load(flags, IMPORTED) === BLOCKED;
}

/** Asks a thread to end by itself as soon as its event loop turns. */
export function askToEnd(flags: StopFlags): void {
  Atomics.store(flags, ASK, 1);
  Atomics.notify(flags, ASK);
}

/**
 * Waits until V8 has disposed of a thread that was killed, and at most a second. Deno
 * tells of its exit before: on a busy machine each third thread then still runs for
 * some milliseconds (2.9.6).
 */
export async function untilDisposed(flags: StopFlags): Promise<void> {
  for (let ms = 1; Atomics.notify(flags, EXISTS, 1) > 0; ms *= 2) {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** Blocks for `ms`, or until a flag changes. */
export function waitForFlags(flags: StopFlags, ms: number): void {
  Atomics.wait(flags, 0, Atomics.load(flags, 0), ms);
}

/** Whether this isolate was asked to stop. */
export function isStopRequested(): boolean {
  const host = childContext()?.host;
  return host?.kind === "isolate" &&
    (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
}

/**
 * What an isolate and its root tell each other of its end, in a word of memory that
 * nobody else has: the root also learns it of an isolate that computes, and an isolate
 * in the middle of a wait that blocks.
 *
 * Not a word of the table of owners, which every isolate of the program can write to:
 * one could stop all others.
 *
 * @module
 */

import { bornAs, HAS_HEARD, IS_IMPORTING, IS_TO_STOP } from "../wire/birth.ts";

/** One word, with the flags that `birth.ts` names. */
export type StopFlags = Int32Array<SharedArrayBuffer>;

/** For the root alone: the isolate is gone, or was never made. */
const IS_GONE = 8;

/** The flags of an isolate that is about to be made. */
export function newStopFlags(): StopFlags {
  return new Int32Array(new SharedArrayBuffer(4));
}

/**
 * Asks an isolate to stop: its blocking waits look at this flag. Tells whether it has
 * already heard its first message.
 */
export function requestStop(flags: StopFlags): boolean {
  return (Atomics.or(flags, 0, IS_TO_STOP) & HAS_HEARD) !== 0;
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

/** Whether an isolate loads modules and is not to be killed meanwhile. */
export function isImporting(flags: StopFlags): boolean {
  return (Atomics.load(flags, 0) & IS_IMPORTING) !== 0;
}

/** Whether somebody asked this isolate to stop. */
export function isStopRequested(): boolean {
  const cradle = bornAs()?.cradle;
  return cradle?.kind === "isolate" &&
    (Atomics.load(cradle.flags, 0) & IS_TO_STOP) !== 0;
}

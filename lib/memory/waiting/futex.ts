/**
 * A futex: waiting on a word of shared memory, and waking the waiters. Only
 * this file, `async_waiter.ts` and `isolate_liveness.ts` call `Atomics.wait`,
 * its variants, or the futex of the system.
 *
 * - **May wake for no reason:** the caller reads the word again and, if need
 *   be, waits again.
 * - **No lost wake-ups:** if the word is not `expected` any more, the wait ends
 *   at once; the comparison and the parking are one atomic step.
 *
 * @module
 */

import { keepAlive } from "../../base/keep_alive.ts";
import { childContext } from "../../wire/protocol/child_context.ts";
import type { Block } from "../allocation/block.ts";
import {
  isStopRequested,
  setBlocked,
  setRunning,
} from "../liveness/stop_flags.ts";
import { Scratch, syscall, syscallAside } from "../system/libc.ts";

/** Why a wait ended; `"ok"` means woken, perhaps spuriously. */
export type WaitOutcome = "ok" | "not-equal" | "timed-out";

/** What higher layers do around blocking waits. */
export interface BlockingHooks {
  /** How long a wait may block at a stretch, in milliseconds. */
  readonly sliceMs: number;
  /**
   * Runs before and between stretches; an error that it throws ends the wait.
   */
  poll(): void;
}

/**
 * A system call can be neither stopped nor cancelled, so no wait in one is
 * longer than this. So a terminated thread ends, and an abort is noticed, in
 * that time.
 */
const SYSTEM_SLICE_MS = 100;

const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const TIMESPEC_BYTES = 16;
const WAKE_MAX = 0x7fff_ffff;

let currentHooks: BlockingHooks | undefined;
const before = new Set<() => void>();
let syncTimespec: Scratch | null = null;
const timespecsInUse = new Set<Scratch>();
const spareTimespecs: Scratch[] = [];

/**
 * Adds an action that runs before every blocking wait: work that was put off
 * until then.
 */
export function beforeBlocking(action: () => void): void {
  before.add(action);
}

/** Runs those actions; code that blocks in another way calls it itself. */
export function prepareToBlock(): void {
  for (const action of before) action();
}

/**
 * A Web Worker cannot be stopped from outside while it blocks, so it polls its
 * stop flag.
 */
function blockingHooks(): BlockingHooks {
  if (currentHooks !== undefined) return currentHooks;
  const host = childContext()?.host;
  return currentHooks = host?.kind === "isolate"
    ? {
      sliceMs: host.sliceMs,
      poll() {
        if (isStopRequested()) host.close();
      },
    }
    : { sliceMs: Infinity, poll() {} };
}

/** Sets what happens around blocking waits; the last call counts. */
export function setBlockingHooks(set: BlockingHooks): void {
  currentHooks = set;
}

function writeTimespec(spec: Scratch, ms: number): number {
  const words = new BigInt64Array(spec.bytes.buffer);
  const seconds = Math.floor(ms / 1000);
  words[0] = BigInt(seconds);
  words[1] = BigInt(Math.floor((ms - seconds * 1000) * 1e6));
  return spec.address;
}

/** The outcome of a futex call; see futex(2). */
function outcomeOf(
  result: number,
  block: Block,
  index: number,
  expected: number,
): WaitOutcome {
  if (result === 0) return "ok";
  return Atomics.load(block.int32, index) === expected
    ? "timed-out"
    : "not-equal";
}

function blockOnce(
  block: Block,
  index: number,
  expected: number,
  ms: number,
): WaitOutcome {
  const imported = setBlocked();
  const outcome = sleepOn(block, index, expected, ms);
  setRunning(imported);
  return outcome;
}

function sleepOn(
  block: Block,
  index: number,
  expected: number,
  ms: number,
): WaitOutcome {
  if (block.place === "local") {
    return Atomics.wait(block.int32, index, expected, ms);
  }
  syncTimespec ??= new Scratch(TIMESPEC_BYTES);
  const spec = writeTimespec(syncTimespec, ms);
  const at = block.address(index);
  const result = syscall("futex", at, FUTEX_WAIT, expected, spec);
  return outcomeOf(result, block, index, expected);
}

/**
 * Blocks this thread while the word is `expected`, until it is woken or the
 * timeout has passed.
 */
export function waitSync(
  block: Block,
  index: number,
  expected: number,
  timeoutMs = Infinity,
): WaitOutcome {
  if (before.size > 0) prepareToBlock();
  const hooks = blockingHooks();
  // Polls also before the first stretch: a waiter that is woken again and again
  // ends no stretch.
  hooks.poll();
  const limitMs = block.place === "local" ? Infinity : SYSTEM_SLICE_MS;
  const sliceMs = Math.min(hooks.sliceMs, limitMs);
  if (timeoutMs <= sliceMs) {
    return blockOnce(block, index, expected, timeoutMs);
  }
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(0, deadline - performance.now());
    const ms = Math.min(leftMs, sliceMs);
    const outcome = blockOnce(block, index, expected, ms);
    if (outcome !== "timed-out" || leftMs <= sliceMs) return outcome;
    hooks.poll();
  }
}

async function waitAside(
  block: Block,
  index: number,
  expected: number,
  ms: number,
): Promise<WaitOutcome> {
  const spec = spareTimespecs.pop() ?? new Scratch(TIMESPEC_BYTES);
  const at = block.address(index);
  const address = writeTimespec(spec, ms);
  // Referenced until the call returns, as the kernel may read it at any time.
  timespecsInUse.add(spec);
  try {
    const result = await syscallAside(
      "futex",
      at,
      FUTEX_WAIT,
      expected,
      address,
    );
    return outcomeOf(result, block, index, expected);
  } finally {
    timespecsInUse.delete(spec);
    spareTimespecs.push(spec);
  }
}

async function waitMapped(
  block: Block,
  index: number,
  expected: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<WaitOutcome> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(0, deadline - performance.now());
    const ms = Math.min(leftMs, SYSTEM_SLICE_MS);
    const outcome = await waitAside(block, index, expected, ms);
    if (outcome !== "timed-out" || leftMs <= SYSTEM_SLICE_MS) return outcome;
    if (signal?.aborted) return outcome;
  }
}

async function waitLocal(
  block: Block,
  index: number,
  expected: number,
  timeoutMs: number,
): Promise<WaitOutcome> {
  const words = block.int32 as Int32Array<SharedArrayBuffer>;
  return await Atomics.waitAsync(words, index, expected, timeoutMs).value;
}

/**
 * Waits like {@linkcode waitSync}, but without blocking this thread; the
 * program stays alive meanwhile. Rejects with the signal's reason.
 */
export async function waitAsync(
  block: Block,
  index: number,
  expected: number,
  timeoutMs = Infinity,
  signal?: AbortSignal,
): Promise<WaitOutcome> {
  signal?.throwIfAborted();
  const release = keepAlive();
  // A waiter cannot be removed from the word, and left there it would consume a
  // wake-up meant for another. So an abort wakes all: this one leaves, the
  // others read the word again, and one that was woken just before passes the
  // wake-up on.
  const abort = () => wake(block, index, WAKE_MAX);
  signal?.addEventListener("abort", abort);
  try {
    const outcome = block.place === "local"
      ? await waitLocal(block, index, expected, timeoutMs)
      : await waitMapped(block, index, expected, timeoutMs, signal);
    if (signal?.aborted) {
      // It may have parked after the abort woke all, and so have consumed a
      // wake-up meant for another.
      if (outcome === "ok") wake(block, index, 1);
      throw signal.reason;
    }
    return outcome;
  } finally {
    signal?.removeEventListener("abort", abort);
    release();
  }
}

/**
 * Waits while a word of local memory is `expected`, until it is woken. The wait
 * does not keep the program alive.
 */
export async function listenIdly(
  block: Block,
  index: number,
  expected: number,
): Promise<void> {
  await waitLocal(block, index, expected, Infinity);
}

/** Wakes up to `count` waiters on the word. */
export function wake(block: Block, index: number, count = WAKE_MAX): void {
  if (block.place === "local") {
    Atomics.notify(block.int32, index, count);
    return;
  }
  const most = Math.min(count, WAKE_MAX);
  syscall("futex", block.address(index), FUTEX_WAKE, most);
}

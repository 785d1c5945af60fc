/**
 * Sleeping on a word of shared memory, and waking who sleeps there. No other
 * file calls `Atomics.wait` and its kin, or the futex of the system, but for
 * `async_waiter.ts` and `isolate_liveness.ts`.
 *
 * - **May wake for no reason:** whoever returns looks at the word again and, if
 *   need be, waits again.
 * - **No lost wake-ups:** a word that is not `expected` any more is not slept
 *   on; the look and the falling asleep are one step.
 *
 * @module
 */

import { keepAlive } from "../../base/keep_alive.ts";
import { childContext } from "../../wire/protocol/child_context.ts";
import type { Block } from "../allocation/block.ts";
import { forgetImports, isStopRequested } from "../liveness/stop_flags.ts";
import { Scratch, syscall, syscallAside } from "../system/libc.ts";

/** Why a wait ended; `"ok"` means woken, perhaps for no reason. */
export type WaitOutcome = "ok" | "not-equal" | "timed-out";

/** What the floors above want done around blocking waits. */
export interface BlockingHooks {
  /** How long a wait may block at a stretch, in milliseconds. */
  readonly sliceMs: number;
  /** Runs before and between stretches; what it throws ends the wait. */
  poll(): void;
}

/**
 * A system call can be neither stopped nor cancelled, so no wait in one is longer
 * than this: a thread that is terminated ends, and an abort is noticed.
 */
const SYSTEM_SLICE_MS = 100;

const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const TIMESPEC_BYTES = 16;
const WAKE_MAX = 0x7fff_ffff;

let hooks: BlockingHooks | undefined;
const before = new Set<() => void>();
let syncTimespec: Scratch | null = null;
const timespecsInUse = new Set<Scratch>();
const spareTimespecs: Scratch[] = [];

/** Adds what is done before every wait that blocks: what was put off until then. */
export function beforeBlocking(action: () => void): void {
  before.add(action);
}

/** Does that; by itself where a wait blocks in another way than those here. */
export function prepareToBlock(): void {
  for (const action of before) action();
}

/** A Web Worker cannot be stopped while it blocks, so it looks by itself. */
function blockingHooks(): BlockingHooks {
  if (hooks !== undefined) return hooks;
  const host = childContext()?.host;
  return hooks = host?.kind === "isolate"
    ? {
      sliceMs: host.sliceMs,
      poll() {
        if (isStopRequested()) host.close();
        forgetImports();
      },
    }
    : { sliceMs: Infinity, poll() {} };
}

/** Sets what happens around blocking waits; the last call counts. */
export function setBlockingHooks(set: BlockingHooks): void {
  hooks = set;
}

function writeTimespec(spec: Scratch, ms: number): number {
  const words = new BigInt64Array(spec.bytes.buffer);
  const seconds = Math.floor(ms / 1000);
  words[0] = BigInt(seconds);
  words[1] = BigInt(Math.floor((ms - seconds * 1000) * 1e6));
  return spec.address;
}

/** What a futex call that came back says; see futex(2). */
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

function sleepSync(
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
 * Blocks this thread while the word is `expected`, until somebody wakes it or
 * the time is over.
 */
export function waitSync(
  block: Block,
  index: number,
  expected: number,
  timeoutMs = Infinity,
): WaitOutcome {
  if (before.size > 0) prepareToBlock();
  const hooks = blockingHooks();
  // One that is woken again and again has no other moment.
  hooks.poll();
  const limitMs = block.place === "local" ? Infinity : SYSTEM_SLICE_MS;
  const sliceMs = Math.min(hooks.sliceMs, limitMs);
  if (timeoutMs <= sliceMs) {
    return sleepSync(block, index, expected, timeoutMs);
  }
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(0, deadline - performance.now());
    const ms = Math.min(leftMs, sliceMs);
    const outcome = sleepSync(block, index, expected, ms);
    if (outcome !== "timed-out" || leftMs <= sliceMs) return outcome;
    hooks.poll();
  }
}

async function sleepAside(
  block: Block,
  index: number,
  expected: number,
  ms: number,
): Promise<WaitOutcome> {
  const spec = spareTimespecs.pop() ?? new Scratch(TIMESPEC_BYTES);
  const at = block.address(index);
  const address = writeTimespec(spec, ms);
  // Held until the call is back, as the kernel may read it at any time.
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
    const outcome = await sleepAside(block, index, expected, ms);
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
 * Waits as {@linkcode waitSync} does, but without stopping this thread; the
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
  // A sleeper cannot be taken off the word, and left there it would swallow a
  // wake-up meant for another. So an abort wakes everybody: this one leaves, the
  // others look again, and one that was woken just before passes it on.
  const abort = () => wake(block, index, WAKE_MAX);
  signal?.addEventListener("abort", abort);
  try {
    const outcome = block.place === "local"
      ? await waitLocal(block, index, expected, timeoutMs)
      : await waitMapped(block, index, expected, timeoutMs, signal);
    if (signal?.aborted) {
      // It may have fallen asleep after the abort woke everybody, and so have
      // got what was meant for another.
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
 * Waits while a word of local memory is `expected`, or until somebody wakes it.
 * The program does not stay alive for that.
 */
export async function listenIdly(
  block: Block,
  index: number,
  expected: number,
): Promise<void> {
  await waitLocal(block, index, expected, Infinity);
}

/** Wakes up to `count` of those that sleep on the word. */
export function wake(block: Block, index: number, count = WAKE_MAX): void {
  if (block.place === "local") {
    Atomics.notify(block.int32, index, count);
    return;
  }
  const most = Math.min(count, WAKE_MAX);
  syscall("futex", block.address(index), FUTEX_WAKE, most);
}

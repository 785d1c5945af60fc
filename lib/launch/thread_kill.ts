/**
 * Kills a thread that may be importing, or using one of Deno's globals for the
 * first time: a kill at that moment could abort the program; see
 * `child/import_watch.ts`.
 *
 * The thread is asked, and ends by itself as soon as its event loop turns. A thread
 * that computes cannot answer; it is killed when it has computed for longer than an
 * import takes. Its own CPU time counts, because on a busy machine an import takes
 * any time.
 *
 * @module
 */

import { beforeBlocking } from "../memory/waiting/futex.ts";
import {
  askToEnd,
  hasEnded,
  isBlocked,
  isLoading,
  sinceImport,
  type StopFlags,
  waitForFlags,
} from "../memory/liveness/stop_flags.ts";
import type { IsolateHandle } from "./isolate_handle.ts";

/** How long a kill waits for a thread that does not answer. */
interface KillPatience {
  /**
   * An import that is not done after this much CPU time is not what the thread
   * does.
   */
  readonly computesMs: number;
  /** A thread that has used no CPU time for this long is blocked. */
  readonly blockedMs: number;
}

/**
 * Maximum duration of an import: a thread that began one longer ago counts as
 * running.
 */
const IMPORT_TAKES_MS = 1_000;

/** While the modules of a target or task load. */
const LOADING: KillPatience = { computesMs: 1_000, blockedMs: 1_000 };

/** During an import; the first of `node:http` takes 20 to 40 ms. */
const IMPORTING: KillPatience = { computesMs: 100, blockedMs: 1_000 };

/**
 * For the first use of a global, which Deno loads then: a timer takes 0.5 to 7 ms, and
 * more on a busy machine.
 */
const RUNNING: KillPatience = { computesMs: 40, blockedMs: 300 };

/** In a blocking wait of this package, where nothing is loaded. */
const BLOCKED: KillPatience = { computesMs: 0, blockedMs: 0 };

/** The maximum wait of any kill. */
const WAIT_MAX_MS = 3_000;

/**
 * How long the kill blocks a thread that is about to block, with or without an
 * import.
 */
const SYNC_WAIT_MAX_MS = 250;
const SYNC_WAIT_MS = 5;

/** The interval of the checks. */
const KILL_CHECK_MS = 2;

const waiting = new Set<ThreadKill>();

/**
 * Whether an isolate may be loading modules, and must not be killed meanwhile.
 */
export function mayBeImporting(flags: StopFlags): boolean {
  if (hasEnded(flags)) return false;
  return isLoading(flags) || sinceImport(flags) < IMPORT_TAKES_MS;
}

/** Kills a thread as soon as the kill can do no harm. */
export class ThreadKill {
  readonly #flags: StopFlags;
  readonly #handle: IsolateHandle;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks the thread, and starts to wait. */
  constructor(flags: StopFlags, handle: IsolateHandle) {
    this.#flags = flags;
    this.#handle = handle;
    askToEnd(flags);
    waiting.add(this);
    beforeBlocking(killNow);
    void this.#wait();
  }

  /** The thread has ended: cancels the kill. */
  callOff(): void {
    clearTimeout(this.#timer);
    waiting.delete(this);
  }

  /** Waits in a blocking loop, because no timer will run any more. */
  now(): void {
    const begun = performance.now();
    while (!hasEnded(this.#flags) && !isBlocked(this.#flags)) {
      const maxMs = mayBeImporting(this.#flags)
        ? SYNC_WAIT_MAX_MS
        : SYNC_WAIT_MS;
      if (performance.now() - begun >= maxMs) break;
      waitForFlags(this.#flags, KILL_CHECK_MS);
    }
    this.#kill();
  }

  async #wait(): Promise<void> {
    const clock = new KillClock(this.#handle);
    while (!hasEnded(this.#flags) && await clock.isWithin(this.#patience)) {
      if (!waiting.has(this)) return;
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, KILL_CHECK_MS);
      });
    }
    if (waiting.has(this)) this.#kill();
  }

  get #patience(): KillPatience {
    if (isLoading(this.#flags)) return LOADING;
    if (isBlocked(this.#flags)) return BLOCKED;
    return mayBeImporting(this.#flags) ? IMPORTING : RUNNING;
  }

  #kill(): void {
    this.callOff();
    this.#handle.kill();
  }
}

/** Replaces the timers in a thread that is about to block. */
function killNow(): void {
  for (const kill of waiting) kill.now();
}

/**
 * What the time between two checks counts at most for a thread that uses no CPU time.
 * A machine that leaves this thread so little time may leave the other none, which
 * then is not blocked.
 */
const CHECK_MAX_MS = 5;

/** Measures how long a thread has computed, and how long it has not. */
class KillClock {
  readonly #handle: IsolateHandle;
  readonly #begun = performance.now();
  #first: number | null = null;
  #last = 0;
  #lastCheck = this.#begun;
  #idleMs = 0;

  constructor(handle: IsolateHandle) {
    this.#handle = handle;
  }

  async isWithin({ computesMs, blockedMs }: KillPatience): Promise<boolean> {
    const computedMs = await this.#handle.computedMs();
    const now = performance.now();
    const isIdle = computedMs === this.#last;
    this.#idleMs = isIdle
      ? this.#idleMs + Math.min(now - this.#lastCheck, CHECK_MAX_MS)
      : 0;
    this.#lastCheck = now;
    this.#last = computedMs;
    this.#first ??= computedMs;
    return now - this.#begun < WAIT_MAX_MS && this.#idleMs < blockedMs &&
      computedMs - this.#first < computesMs;
  }
}

/**
 * The kill of a thread that may be importing, or using one of Deno's globals for the
 * first time: either could abort the program; see `child/import_watch.ts`.
 *
 * The thread is asked, and ends by itself as soon as its event loop turns. What
 * computes cannot answer; it is killed when it has computed longer than an import
 * takes. Its own clock counts, since on a busy machine an import takes any time.
 *
 * @module
 */

import { beforeBlocking } from "../memory/waiting/futex.ts";
import {
  askToEnd,
  hasEnded,
  isLoading,
  mayBeImporting,
  type StopFlags,
  waitForFlags,
} from "../memory/liveness/stop_flags.ts";
import type { IsolateHandle } from "./isolate_handle.ts";

/** How long a kill waits for a thread that does not answer. */
interface Patience {
  /** What is not done when it has computed so long is not what is waited for. */
  readonly computesMs: number;
  /** One that has not computed for so long is blocked. */
  readonly blockedMs: number;
}

/** For the modules of a target or task. */
const LOADING: Patience = { computesMs: 1_000, blockedMs: 1_000 };

/** For an import; the first of `node:http` takes 20 to 40 ms. */
const IMPORTING: Patience = { computesMs: 100, blockedMs: 1_000 };

/** For the first use of a global, which Deno loads then: a timer takes 0.5 to 7 ms. */
const RUNNING: Patience = { computesMs: 10, blockedMs: 30 };

/** No kill waits longer. */
const WAIT_MAX_MS = 3_000;

/** How long the kill waits in a thread that is about to block, for an import or not. */
const SYNC_WAIT_MAX_MS = 250;
const SYNC_WAIT_MS = 5;

/** How often it looks. */
const LOOK_MS = 2;

const waiting = new Set<GentleKill>();

/** Kills a thread as soon as nothing can be hit that must not be. */
export class GentleKill {
  readonly #flags: StopFlags;
  readonly #body: IsolateHandle;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks, and waits from now on. */
  constructor(flags: StopFlags, body: IsolateHandle) {
    this.#flags = flags;
    this.#body = body;
    askToEnd(flags);
    waiting.add(this);
    beforeBlocking(killNow);
    void this.#wait();
  }

  /** The thread is gone. */
  callOff(): void {
    clearTimeout(this.#timer);
    waiting.delete(this);
  }

  /** Waits here and now, as no timer comes any more. */
  now(): void {
    const begun = performance.now();
    while (!hasEnded(this.#flags)) {
      const maxMs = mayBeImporting(this.#flags)
        ? SYNC_WAIT_MAX_MS
        : SYNC_WAIT_MS;
      if (performance.now() - begun >= maxMs) break;
      waitForFlags(this.#flags, LOOK_MS);
    }
    this.#kill();
  }

  async #wait(): Promise<void> {
    const clock = new Clock(this.#body);
    while (!hasEnded(this.#flags) && await clock.isWithin(this.#patience)) {
      if (!waiting.has(this)) return;
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, LOOK_MS);
      });
    }
    if (waiting.has(this)) this.#kill();
  }

  get #patience(): Patience {
    if (isLoading(this.#flags)) return LOADING;
    return mayBeImporting(this.#flags) ? IMPORTING : RUNNING;
  }

  #kill(): void {
    this.callOff();
    this.#body.kill();
  }
}

/** Makes up for the timers, in a thread that is about to block. */
function killNow(): void {
  for (const kill of waiting) kill.now();
}

/** How long a thread has computed, and not computed. */
class Clock {
  readonly #body: IsolateHandle;
  readonly #begun = performance.now();
  #first: number | null = null;
  #last = 0;
  #lastAt = this.#begun;

  constructor(body: IsolateHandle) {
    this.#body = body;
  }

  async isWithin({ computesMs, blockedMs }: Patience): Promise<boolean> {
    const computedMs = await this.#body.computedMs();
    const now = performance.now();
    if (computedMs !== this.#last) this.#lastAt = now;
    this.#last = computedMs;
    this.#first ??= computedMs;
    return now - this.#begun < WAIT_MAX_MS &&
      now - this.#lastAt < blockedMs &&
      computedMs - this.#first < computesMs;
  }
}

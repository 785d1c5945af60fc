/**
 * The kill of an isolate that may be importing, which could abort the program; see
 * `child/imports.ts`.
 *
 * The isolate is asked, and ends by itself as soon as its event loop turns. What
 * computes cannot answer; it is killed when it has computed longer than an import
 * takes. Its own clock counts, since on a busy machine an import takes any time.
 *
 * @module
 */

import { beforeBlocking } from "../memory/futex.ts";
import {
  askToEnd,
  isImporting,
  isLoading,
  type StopFlags,
  waitForFlags,
} from "../memory/stop_flags.ts";
import type { Body } from "./body.ts";

/** How long an import computes at most; the first of `node:http` takes 20 to 40 ms. */
const IMPORT_COMPUTES_MS = 100;

/**
 * How long the modules of a target or task compute at most. One that still does is
 * running, and can be killed.
 */
const LOAD_COMPUTES_MS = 1_000;

/** An isolate that does not compute so long, and does not answer, is blocked. */
const BLOCKED_MS = 1_000;

/** No kill waits longer. */
const WAIT_MAX_MS = 3_000;

/** How long the kill waits in a thread that is about to block. */
const SYNC_WAIT_MAX_MS = 250;

/** How often it looks. */
const LOOK_MS = 2;

const waiting = new Set<GentleKill>();

/** Kills an isolate as soon as no import can be hit. */
export class GentleKill {
  readonly #flags: StopFlags;
  readonly #body: Body;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks, and waits from now on. */
  constructor(flags: StopFlags, body: Body) {
    this.#flags = flags;
    this.#body = body;
    askToEnd(flags);
    waiting.add(this);
    beforeBlocking(killNow);
    void this.#wait();
  }

  /** The isolate is gone. */
  callOff(): void {
    clearTimeout(this.#timer);
    waiting.delete(this);
  }

  /** Waits here and now, as no timer comes any more. */
  now(): void {
    const deadline = performance.now() + SYNC_WAIT_MAX_MS;
    while (performance.now() < deadline && this.#mayImport()) {
      waitForFlags(this.#flags, LOOK_MS);
    }
    this.#kill();
  }

  async #wait(): Promise<void> {
    const isLoad = isLoading(this.#flags);
    const maxMs = isLoad ? LOAD_COMPUTES_MS : IMPORT_COMPUTES_MS;
    const clock = new Clock(this.#body, maxMs);
    while (this.#mayImport() && await clock.isEarly()) {
      if (!waiting.has(this)) return;
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, LOOK_MS);
      });
    }
    if (waiting.has(this)) this.#kill();
  }

  #mayImport(): boolean {
    return isImporting(this.#flags);
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

/** Whether what an isolate was importing may not have come to its end. */
class Clock {
  readonly #body: Body;
  readonly #maxMs: number;
  readonly #begun = performance.now();
  #first: number | null = null;
  #last = 0;
  #lastAt = this.#begun;

  constructor(body: Body, maxMs: number) {
    this.#body = body;
    this.#maxMs = maxMs;
  }

  async isEarly(): Promise<boolean> {
    const computedMs = await this.#body.computedMs();
    const now = performance.now();
    if (computedMs !== this.#last) this.#lastAt = now;
    this.#last = computedMs;
    this.#first ??= computedMs;
    return now - this.#begun < WAIT_MAX_MS &&
      now - this.#lastAt < BLOCKED_MS &&
      computedMs - this.#first < this.#maxMs;
  }
}

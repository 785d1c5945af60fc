/**
 * A child that was a spare until it got its start message.
 *
 * @module
 */

import type { StopSignal } from "../base/signals.ts";
import type { ToChild } from "../wire/protocol/messages.ts";
import type { Child, ChildEvents } from "./launcher.ts";
import type { SpawnedChild, Ways } from "./spawned_child.ts";

/** What a spare is handed, and what takes its place if it dies of that. */
export interface HandOver {
  readonly ways: Ways;
  readonly first: ToChild;
  readonly events: ChildEvents;
  /** Boots a fresh process for the same start message. */
  fresh(): SpawnedChild;
}

/**
 * A spare in use. One that dies before it has taken its start message has run nothing,
 * so a fresh process takes its place, unless somebody could have seen it by its pid.
 *
 * ```
 *   handed over --first word--> heard --> ended
 *        |
 *        +--ended, unseen--> a fresh process, as under "spawn"
 * ```
 */
export class ForkedChild implements Child {
  #process: SpawnedChild;
  // Invariant: what was sent until its first word; null from then on.
  #unheard: ToChild[] | null = [];
  #isSeen = false;

  /** Hands a spare its start message. */
  constructor(
    spare: SpawnedChild,
    { ways, first, events, fresh }: HandOver,
  ) {
    this.#process = spare;
    spare.handOver(ways, first, {
      message: (message) => {
        this.#unheard = null;
        events.message(message);
      },
      broken: (error) => events.broken(error),
      ended: (ending) => {
        const unheard = this.#unheard;
        this.#unheard = null;
        if (unheard === null || this.#isSeen) return events.ended(ending);
        try {
          this.#process = fresh();
        } catch (error) {
          const reason = `it could not be launched: ${error}`;
          return events.ended({ code: 1, reason });
        }
        for (const message of unheard) this.#process.send(message);
      },
    });
  }

  get pid(): number {
    this.#isSeen = true;
    return this.#process.pid;
  }

  get ident(): number {
    return this.pid;
  }

  send(message: ToChild): void {
    this.#unheard?.push(message);
    this.#process.send(message);
  }

  stop(signal: StopSignal): void {
    this.#isSeen = true;
    this.#process.stop(signal);
  }
}

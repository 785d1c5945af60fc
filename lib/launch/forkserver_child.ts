/**
 * A child that was a spare until it got its start message.
 *
 * @module
 */

import type { StopSignal } from "../base/signals.ts";
import type { StartMessage, ToChild } from "../wire/protocol/messages.ts";
import type { Child, ChildEvents } from "./launcher.ts";
import type { SpawnedChild, Ways } from "./spawned_child.ts";

/** A spare that gets its start message, and its replacement if that fails. */
export interface HandOver {
  readonly ways: Ways;
  readonly first: StartMessage;
  readonly events: ChildEvents;
  /** Boots a new process for the same start message. */
  fresh(): SpawnedChild;
}

/**
 * A spare in use. If it dies before it has taken its start message, it has run
 * nothing, so a new process takes its place, unless code may have read its pid.
 *
 * ```
 *   handed over --first word--> heard --> ended
 *        |
 *        +--ended, unseen--> a fresh process, as under "spawn"
 * ```
 */
export class ForkserverChild implements Child {
  #process: SpawnedChild;
  // Invariant: the messages that were sent before its first one; null after that.
  #unheard: ToChild[] | null = [];
  #isSeen = false;

  /** Sends a start message to a spare. */
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

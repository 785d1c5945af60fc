/**
 * The class `SharedEvent`: a flag that many processes wait for.
 *
 * ```
 *   FLAG    even: clear --set()--> odd: raised --clear()--> even: clear
 * ```
 *
 * Every change makes a new number. So a waiter that finds another number than
 * it fell asleep on knows that the flag was raised meanwhile, even if it is
 * clear again.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { timeoutOf, type WaitOptions } from "../base/timeouts.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import { wake } from "../memory/waiting/futex.ts";
import {
  type Delivery,
  type Destination,
  type EventHandle,
  HANDLE,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import {
  GIVE_UP,
  limitOf,
  load,
  sleep,
  StepRunner,
  type Steps,
} from "./steps.ts";
import { type Backing, Instances, placer, whereOf } from "./backing.ts";

const EVENT_BYTES = 8;
const FLAG = 0;

const events = new Instances<SharedEvent>();

function isRaised(flag: number): boolean {
  return (flag & 1) === 1;
}

/** Waits until the flag is raised; false when it gave up. */
export function* awaitRaised(): Steps<boolean> {
  const first = yield load(FLAG);
  if (isRaised(first)) return true;
  for (;;) {
    const outcome = yield sleep(FLAG, first);
    if ((yield load(FLAG)) !== first) return true;
    if (outcome === GIVE_UP) return false;
  }
}

/**
 * A flag that one process raises and any number of others wait for, like
 * Python's `multiprocessing.Event`. `mod.ts` also exports it as `Event`.
 *
 * - **All pass:** waiting does not clear the flag, so one `set()` releases all
 *   waiters and not just the first.
 * - **No lost wake-ups:** a wait that is pending when `set()` is called returns
 *   `true`, even if `clear()` follows at once; in Python it may be `False`.
 * - **Dead processes** do not matter: an event has no owner, and a waiter takes
 *   nothing.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | `isSet()`, and `wait()` for one that is set | one atomic operation | the same |
 * | `clear()`                  | two atomic operations | the same              |
 * | `set()`, which wakes all   | two, and `Atomics.notify` | two, and one system call |
 * | memory                     | 64 bytes              | 128 bytes             |
 *
 * @example Releasing waiters
 * ```ts
 * import { SharedEvent } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const ready = new SharedEvent();
 * const released = ready.wait();
 * ready.set();
 * equal(await released, true);
 * ```
 */
export class SharedEvent {
  readonly #backing: Backing;
  readonly #runner: StepRunner;

  /**
   * Makes an event whose flag is clear.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new SharedEvent().isSet(), false);
   * ```
   */
  constructor();
  constructor(none?: undefined) {
    this.#backing = events.backing(
      "event",
      EVENT_BYTES,
      SELF,
      whereOf(none),
    );
    this.#runner = new StepRunner(this.#backing.block);
    events.settle(this.#backing, this);
  }

  /**
   * Whether the flag is raised.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * event.set();
   * equal(event.isSet(), true);
   * ```
   *
   * @returns `true` while the flag is raised.
   */
  isSet(): boolean {
    return isRaised(Atomics.load(this.#backing.words, FLAG));
  }

  /**
   * Raises the flag and releases all waiters; no effect if it is raised
   * already.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * event.set();
   * event.set();
   * equal(event.isSet(), true);
   * ```
   */
  set(): void {
    if (this.#change(false)) wake(this.#backing.block, FLAG);
  }

  /**
   * Clears the flag: later waits last until the next `set()`.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * event.set();
   * event.clear();
   * equal(await event.wait({ timeout: 0 }), false);
   * ```
   */
  clear(): void {
    this.#change(true);
  }

  /**
   * Turns the flag from `from` to its opposite; false if it has that value
   * already.
   */
  #change(from: boolean): boolean {
    const { words } = this.#backing;
    for (;;) {
      const seen = Atomics.load(words, FLAG);
      if (isRaised(seen) !== from) return false;
      const next = seen + 1 | 0;
      if (Atomics.compareExchange(words, FLAG, seen, next) === seen) {
        return true;
      }
    }
  }

  /**
   * Waits until the flag is raised. As in Python, a timeout is a result and not
   * an error.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * equal(await event.wait({ timeout: 1 }), false);
   * event.set();
   * equal(await event.wait(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns `true` once the flag was raised, or `false` if the wait timed out.
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const timeoutMs = timeoutOf(options, "wait for an event");
    options?.signal?.throwIfAborted();
    if (this.isSet()) return true;
    const limit = limitOf(timeoutMs, options?.signal);
    const isDone = await this.#runner.run(awaitRaised(), limit);
    if (!isDone) options?.signal?.throwIfAborted();
    return isDone;
  }

  /**
   * Like {@linkcode SharedEvent.wait}, but blocks this thread.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new SharedEvent().waitSync({ timeout: 1 }), false);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns `true` once the flag was raised, or `false` if the wait timed out.
   */
  waitSync(options?: WaitOptions): boolean {
    const timeoutMs = timeoutOf(options, "wait for an event");
    options?.signal?.throwIfAborted();
    return this.isSet() ||
      this.#runner.runSync(awaitRaised(), limitOf(timeoutMs));
  }

  /**
   * The handle by which another process gets the event.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): EventHandle {
    const block = events.handle(this.#backing, this, destination, delivery);
    return { kind: "event", block };
  }

  #describe(): string {
    if (this.#backing.unavailable !== undefined) {
      return "<SharedEvent unavailable>";
    }
    return `<SharedEvent ${this.isSet() ? "set" : "unset"}>`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#describe();
  }

  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#describe();
  }
}

// A class that names itself in its own body gets another name where it is built.
const SELF: Below = SharedEvent;

const placeSharedEvent = placer(SharedEvent);

/** Makes an event in memory of that kind; for contexts. */
export function createEvent(place: BlockPlace): SharedEvent {
  return placeSharedEvent({ place });
}

/** The event that a handle names; the same object for the same event. */
export function rehydrateEvent(handle: EventHandle): SharedEvent {
  return events.rehydrate(handle.block, placeSharedEvent);
}

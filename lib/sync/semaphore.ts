/**
 * The class `Semaphore`.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { LockError } from "../base/errors.ts";
import { timeoutOf, type WaitOptions } from "../base/timeouts.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import {
  placed,
  type Placement,
  placementOf,
} from "../memory/allocation/placement.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type SemaphoreHandle,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import { Guard } from "./guard.ts";
import {
  addPermit,
  BOUND,
  PERMITS_BYTES,
  PERMITS_MAX,
  permitsOf,
  takePermit,
  VALUE,
} from "./semaphore_state.ts";
import { limitOf, runNow, StepRunner } from "./steps.ts";
import { type Backing, type BackingPlace, Instances } from "./backing.ts";
import { Fairness } from "./fairness.ts";

const semaphores = new Instances<Semaphore>();

/** What only this package may say of a new semaphore. */
interface SemaphorePlace {
  /** The memory that it uses; null if none is prescribed. */
  readonly backing: BackingPlace | null;
  readonly isBounded: boolean;
}

type Placed = Placement<SemaphorePlace, number>;

/** Marks the argument of a constructor as that of a bounded semaphore. */
export function bounded(value: number): number {
  const placement: Placed | null = placementOf(value);
  const isBounded = true;
  return placement === null
    ? placed({ backing: null, isBounded }, value)
    : placed({ ...placement.where, isBounded }, placement.argument);
}

/**
 * A counting semaphore: permits that any process acquires and releases, like
 * Python's `multiprocessing.Semaphore`.
 *
 * - **No upper bound:** `release()` adds a permit, whichever process calls it,
 *   also beyond the initial number; {@linkcode BoundedSemaphore} refuses that.
 * - **Fair:** a newcomer may overtake waiters, but each waiter only a few
 *   times.
 * - **No lost permit:** a permit that is released just as a wait times out is
 *   either acquired or left for the next.
 * - **Dead processes:** a permit has no owner, as one process may acquire it
 *   and another release it: permits that a process held when it died stay
 *   acquired, as in Python. A process that dies while it waits takes none.
 *   Where deaths must be noticed, use a {@linkcode Lock}.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | acquiring and releasing    | four atomic operations | the same             |
 * | waking a waiter            | `Atomics.notify`      | one system call       |
 * | memory                     | 64 bytes              | 128 bytes             |
 *
 * @example Two at a time
 * ```ts
 * import { Semaphore } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const seats = new Semaphore(2);
 * using _one = await seats.acquire();
 * using _two = await seats.acquire();
 * equal(await seats.acquire({ timeout: 0 }), null);
 * ```
 */
export class Semaphore {
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #isBounded: boolean;
  readonly #fairness: Fairness = new Fairness();

  /**
   * Makes a semaphore.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Semaphore(3).getValue(), 3);
   * equal(new Semaphore().getValue(), 1);
   * ```
   *
   * @param value The initial number of permits.
   * @throws {RangeError} If `value` is not a whole number from 0 to 2 ** 31 -
   * 1.
   */
  constructor(value = 1) {
    const placement: Placed | null = placementOf(value);
    const permits = placement === null ? value : placement.argument;
    this.#isBounded = placement?.where.isBounded ?? false;
    checkValue(permits);
    const type = this.#isBounded ? "boundedsemaphore" : "semaphore";
    this.#backing = semaphores.backing(
      type,
      PERMITS_BYTES,
      SELF,
      placement?.where.backing,
    );
    this.#runner = new StepRunner(this.#backing.block);
    const { isFound, unavailable } = this.#backing;
    if (!isFound && unavailable === undefined) {
      this.#backing.words[VALUE] = permits;
      this.#backing.words[BOUND] = this.#isBounded ? permits : PERMITS_MAX;
    }
    semaphores.settle(this.#backing, this);
  }

  /**
   * Acquires a permit if one is free, and tells whether it did.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore(1);
   * equal(semaphore.tryAcquireSync(), true);
   * equal(semaphore.tryAcquireSync(), false);
   * ```
   *
   * @returns Whether the caller holds one more permit now.
   */
  tryAcquireSync(): boolean {
    const { words } = this.#backing;
    for (;;) {
      const seen = Atomics.load(words, VALUE);
      if (seen <= 0) return false;
      const left = seen - 1;
      if (Atomics.compareExchange(words, VALUE, seen, left) === seen) {
        return true;
      }
    }
  }

  /**
   * Acquires a permit, and blocks this thread until one is free.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore();
   * using held = semaphore.acquireSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the permit, or `null` if the wait timed out.
   */
  acquireSync(options?: WaitOptions): Guard | null {
    const timeoutMs = timeoutOf(options, "acquire a semaphore");
    options?.signal?.throwIfAborted();
    const held = this.tryAcquireSync() ||
      this.#runner.runSync(takePermit(), limitOf(timeoutMs));
    return held ? new Guard(this) : null;
  }

  /**
   * Acquires a permit as soon as one is free.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore(0);
   * const waiting = semaphore.acquire();
   * semaphore.release();
   * equal(await waiting !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the permit, or `null` if the wait timed out.
   */
  async acquire(options?: WaitOptions): Promise<Guard | null> {
    const timeoutMs = timeoutOf(options, "acquire a semaphore");
    const signal = options?.signal;
    signal?.throwIfAborted();
    if (this.#fairness.isOwed && timeoutMs > 0) {
      await this.#fairness.give(signal);
    }
    if (this.tryAcquireSync()) return new Guard(this);
    const limit = limitOf(timeoutMs, signal);
    if (await this.#runner.run(takePermit(), limit)) return new Guard(this);
    signal?.throwIfAborted();
    return null;
  }

  /**
   * Releases a permit; the caller need not have acquired one.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore(2);
   * semaphore.release();
   * equal(semaphore.getValue(), 3);
   * ```
   *
   * @throws {LockError} If all permits are free already.
   */
  release(): void {
    const { words, block } = this.#backing;
    const seen = Atomics.load(words, VALUE);
    const bound = words[BOUND]!;
    if (seen >= 0 && seen < bound) {
      const more = seen + 1;
      if (Atomics.compareExchange(words, VALUE, seen, more) === seen) return;
    }
    if (!runNow(block, addPermit(bound))) {
      throw new LockError(
        `Cannot release the semaphore as it must have been acquired more often than released: it has ${bound} of ${bound} permits`,
      );
    }
    this.#fairness.owe();
  }

  /**
   * The number of free permits at this moment.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Semaphore(2).getValue(), 2);
   * ```
   *
   * @returns The number; it may have changed already.
   */
  getValue(): number {
    return permitsOf(Atomics.load(this.#backing.words, VALUE));
  }

  /**
   * Whether no permit is free at this moment.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Semaphore(0).locked(), true);
   * ```
   *
   * @returns Whether an acquire would wait now.
   */
  locked(): boolean {
    return this.getValue() === 0;
  }

  /**
   * The handle by which another process gets the semaphore.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): SemaphoreHandle {
    const block = semaphores.handle(this.#backing, this, destination, delivery);
    return { kind: "semaphore", block, isBounded: this.#isBounded };
  }

  #describe(): string {
    const name = this.#isBounded ? "BoundedSemaphore" : "Semaphore";
    if (this.#backing.unavailable !== undefined) return `<${name} unavailable>`;
    return `<${name} value=${this.getValue()}>`;
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
const SELF: Below = Semaphore;

function checkValue(value: unknown): void {
  const isWhole = Number.isInteger(value);
  if (isWhole && value as number >= 0 && value as number <= PERMITS_MAX) return;
  throw new RangeError(
    `Cannot make a semaphore as "value" must be a whole number from 0 to ${PERMITS_MAX}: current value is ${
      typeof value === "number" ? value : typeof value
    }`,
  );
}

/** Makes a semaphore in memory of that kind; for contexts. */
export function createSemaphore(place: BlockPlace, value = 1): Semaphore {
  return new Semaphore(semaphoreArgument({ place }, value));
}

/** The argument of a constructor that makes a semaphore over such memory. */
export function semaphoreArgument(
  backing: BackingPlace,
  value: number,
): number {
  return placed({ backing, isBounded: false }, value);
}

/**
 * Returns the semaphore over the memory that a handle names; calls `make` if
 * this isolate has none.
 */
export function rehydrateAs(
  handle: SemaphoreHandle,
  make: (where: BackingPlace) => Semaphore,
): Semaphore {
  return semaphores.rehydrate(handle.block, make);
}

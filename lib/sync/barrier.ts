/**
 * The class `Barrier`.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { expectOptions } from "../base/options.ts";
import { contain, printError } from "../base/stderr.ts";
import { inspectThrown } from "../base/thrown_text.ts";
import { unreachable } from "../base/assert.ts";
import { BrokenBarrierError } from "../base/errors.ts";
import { timeoutOf, type WaitOptions } from "../base/timeouts.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import type { TargetAddress } from "../wire/serialization/target_address.ts";
import { hooks } from "../wire/protocol/child_context.ts";
import {
  type BarrierHandle,
  type Delivery,
  type Destination,
  HANDLE,
  UNTRACKED,
} from "../wire/serialization/handle.ts";
import { Action } from "./barrier_action.ts";
import {
  arrive,
  awaitRound,
  type BarrierArrival,
  barrierBytes,
  breakBarrier,
  BROKEN,
  COUNT,
  FILLING,
  finish,
  HAS_ACTION,
  MODE,
  PARTIES,
  PARTIES_MAX,
  type Party,
  renameParties,
  resetBarrier,
  TIMEOUT,
} from "./barrier_state.ts";
import { FOREVER, type Limit, limitOf, StepRunner } from "./steps.ts";
import { type Backing, type BackingPlace, Instances } from "./backing.ts";

/**
 * The longest default timeout that a barrier stores; a longer one counts as
 * none.
 */
const TIMEOUT_MAX_MS = 2 ** 31 - 2;

const barriers = new Instances<Barrier>();

/** Method that loads the barrier's action. */
const LOAD: unique symbol = Symbol("multiprocessing.load");

/**
 * Options of a {@linkcode Barrier}.
 *
 * @example A function between two rounds
 * ```ts
 * import { Barrier, type BarrierOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * let rounds = 0;
 * const options: BarrierOptions = { action: () => rounds++ };
 * await new Barrier(1, options).wait();
 * equal(rounds, 1);
 * ```
 */
export interface BarrierOptions {
  /**
   * A function that one party runs at the end of each round, before any party
   * is released: the last one to arrive, or another one that has the function.
   * An address, `{ module, name }`, makes it available in every process.
   */
  readonly action?: (() => unknown) | TargetAddress | undefined;
  /**
   * Default timeout of `wait()`, in milliseconds.
   *
   * @default {Infinity}
   */
  readonly timeout?: number | undefined;
}

/**
 * A barrier: processes wait until a given number of parties has arrived, like
 * Python's `multiprocessing.Barrier`.
 *
 * - **Rounds:** when the last party arrives, all are released, and the next
 *   round begins. Each party gets another index, from 0.
 * - **All or none:** when a wait times out, when a signal aborts a wait, when
 *   the action throws, or at `abort()`, all waiting parties get a {@linkcode
 *   BrokenBarrierError}, and so do all that arrive until `reset()`.
 * - **Dead processes:** a process that arrived and died before its round was
 *   complete breaks the barrier: within 100 ms, and when the last party
 *   arrives, as soon as the system has noticed the death. So does a process
 *   that died while it ran the action. A barrier cannot know a process that
 *   died before it arrived: give `wait()` a timeout.
 * - **The action:** a party that has the function itself runs it: the process
 *   that made the barrier, or every process if the barrier is made while the
 *   module loads. In a round without such a party the last one to arrive runs a
 *   copy, which was sent with what the function uses, up to 64 KiB; variables
 *   that it assigns to are the copy's own. By its address, every process has the action;
 *   `waitSync()` runs it if its module is loaded by then, as it is in a child
 *   that got the barrier among its arguments. If no party that arrived has the
 *   action or a copy, the barrier breaks.
 * - **Sharing:** pass it among a child's arguments, or make it while the module
 *   loads.
 *
 * | What                       | `thread`, `worker`    | `spawn`, `forkserver` |
 * | -------------------------- | --------------------- | --------------------- |
 * | arriving                   | a lock, and some words for each party | the same |
 * | releasing all              | `Atomics.notify`      | one system call       |
 * | memory                     | 8 bytes a party, and 64 | the same, and 128   |
 *
 * @example Two tasks that wait for each other
 * ```ts
 * import { Barrier } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const barrier = new Barrier(2);
 * deepEqual(await Promise.all([barrier.wait(), barrier.wait()]), [0, 1]);
 * ```
 */
export class Barrier {
  readonly #backing: Backing;
  readonly #runner: StepRunner;
  readonly #action: Action | null;

  /**
   * Makes a barrier.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const barrier = new Barrier(3, { timeout: 1000 });
   * equal(barrier.parties, 3);
   * ```
   *
   * @param parties How many parties must arrive.
   * @param options The action, and a default timeout.
   * @throws {RangeError} If `parties` is not a whole number from 1.
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    checkParties(parties);
    const placement = placementOf<BackingPlace, BarrierOptions>(options);
    const given = placement === null ? options : placement.argument;
    expectOptions(given, "make a barrier", "{ action: () => {} }");
    const timeoutMs = timeoutOf(given, "make a barrier");
    const { action } = given;
    this.#action = action === undefined
      ? null
      : new Action(action, placement !== null);
    const bytes = barrierBytes(parties);
    const type = `barrier:${parties}`;
    this.#backing = barriers.backing(type, bytes, SELF, placement?.where);
    this.#runner = new StepRunner(this.#backing.block);
    const { isFound, unavailable } = this.#backing;
    if (!isFound && unavailable === undefined) {
      const { words } = this.#backing;
      words[PARTIES] = parties;
      words[HAS_ACTION] = Number(this.#action !== null);
      words[TIMEOUT] = timeoutMs > TIMEOUT_MAX_MS
        ? 0
        : Math.ceil(timeoutMs) + 1;
    }
    barriers.settle(this.#backing, this);
    this.#backing.onMove((before, now) =>
      renameParties(this.#backing.words, before, now)
    );
  }

  /** How many parties must arrive. */
  get parties(): number {
    return this.#backing.words[PARTIES]!;
  }

  /** How many parties have arrived and wait for the others. */
  get nWaiting(): number {
    const { words } = this.#backing;
    return Atomics.load(words, MODE) === FILLING
      ? Atomics.load(words, COUNT)
      : 0;
  }

  /** Whether the barrier is broken: no party passes until `reset()`. */
  get broken(): boolean {
    return Atomics.load(this.#backing.words, MODE) === BROKEN;
  }

  /**
   * Waits until all parties have arrived.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(await new Barrier(1).wait(), 0);
   * ```
   *
   * @param options How long to wait, and what ends the wait: both break the
   * barrier.
   * @returns The caller's index in this round, from 0 to `parties - 1`.
   * @throws {BrokenBarrierError} If the barrier is broken, or breaks.
   */
  async wait(options?: WaitOptions): Promise<number> {
    options?.signal?.throwIfAborted();
    const limit = this.#limit(options, options?.signal);
    const party = this.#party(this.#action);
    const came = await this.#runner.run(arrive(party), limit);
    let { arrival } = came;
    if (arrival.kind === "wait") {
      const round = awaitRound(party.self, arrival.slot);
      arrival = await this.#runner.run(round, limit);
    }
    if (arrival.kind === "act") arrival = await this.#act();
    if (arrival.kind === "broken") options?.signal?.throwIfAborted();
    return indexOf(came.index, arrival);
  }

  /**
   * Like {@linkcode Barrier.wait}, but blocks this thread. The action must not
   * return a promise.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Barrier(1).waitSync(), 0);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The caller's index in this round, from 0 to `parties - 1`.
   * @throws {BrokenBarrierError} If the barrier is broken, or breaks.
   */
  waitSync(options?: WaitOptions): number {
    options?.signal?.throwIfAborted();
    const limit = this.#limit(options, undefined);
    const loaded = this.#action?.loaded ?? null;
    const party = this.#party(loaded === null ? null : this.#action);
    const came = this.#runner.runSync(arrive(party), limit);
    let { arrival } = came;
    if (arrival.kind === "wait") {
      const round = awaitRound(party.self, arrival.slot);
      arrival = this.#runner.runSync(round, limit);
    }
    if (arrival.kind === "act") arrival = this.#actSync(loaded!);
    return indexOf(came.index, arrival);
  }

  #limit(
    options: WaitOptions | undefined,
    signal: AbortSignal | undefined,
  ): Limit {
    const kept = this.#backing.words[TIMEOUT]!;
    const timeoutMs = options?.timeout === undefined && kept > 0
      ? kept - 1
      : timeoutOf(options, "wait at a barrier");
    return limitOf(timeoutMs, signal);
  }

  #party(action: Action | null): Party {
    const has = action !== null;
    const isCopy = action?.isCopy === true;
    return {
      self: this.#backing,
      canAct: has && !isCopy,
      hasCopy: has && isCopy,
    };
  }

  async #act(): Promise<BarrierArrival> {
    let isDone = false;
    let isMine = false;
    try {
      const call = await this.#action!.load();
      await call();
      isDone = true;
    } finally {
      const end = finish(this.#backing, isDone);
      isMine = await this.#runner.run(end, FOREVER);
    }
    return { kind: isMine ? "passed" : "broken" };
  }

  #actSync(call: () => unknown): BarrierArrival {
    let isDone = false;
    let isMine = false;
    try {
      checkSettled(call());
      isDone = true;
    } finally {
      const end = finish(this.#backing, isDone);
      isMine = this.#runner.runSync(end, FOREVER);
    }
    return { kind: isMine ? "passed" : "broken" };
  }

  /**
   * Breaks the barrier: all waiting parties, and all that arrive later, get a
   * {@linkcode BrokenBarrierError}.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const barrier = new Barrier(2);
   * barrier.abort();
   * equal(barrier.broken, true);
   * ```
   */
  abort(): void {
    this.#backing.check();
    this.#runner.runSync(breakBarrier(this.#backing), FOREVER);
  }

  /**
   * Starts a new round: all waiting parties get a {@linkcode
   * BrokenBarrierError}; parties that arrive later do not.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const barrier = new Barrier(2);
   * barrier.abort();
   * barrier.reset();
   * equal(barrier.broken, false);
   * ```
   */
  reset(): void {
    this.#backing.check();
    this.#runner.runSync(resetBarrier(this.#backing), FOREVER);
  }

  /**
   * The handle by which another process gets the barrier.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): BarrierHandle {
    const block = barriers.handle(this.#backing, this, destination, delivery);
    return {
      kind: "barrier",
      block,
      action: this.#action?.sentTo(destination, delivery) ?? null,
    };
  }

  /**
   * Loads the action, so that `waitSync()` can run it.
   * @ignore
   */
  async [LOAD](): Promise<void> {
    try {
      await this.#action?.load();
    } catch {
      // The error is thrown again where the action runs.
    }
  }

  #describe(): string {
    if (this.#backing.unavailable !== undefined) return "<Barrier unavailable>";
    const state = this.broken ? "broken" : `${this.nWaiting}/${this.parties}`;
    return `<Barrier ${state}>`;
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
const SELF: Below = Barrier;

function indexOf(index: number, arrival: BarrierArrival): number {
  switch (arrival.kind) {
    case "passed":
      return index;
    case "broken":
      throw new BrokenBarrierError(
        "Cannot pass the barrier as it is broken: call reset() when all parties are ready to wait again",
      );
    case "actionless":
      throw new BrokenBarrierError(
        "Cannot pass the barrier as no party that arrived has its action: a function is sent only if all that it uses can be, and with --allow-sys, so give its address { module, name } or make the barrier while the module loads; wait() can run an action by address anywhere, waitSync() only where its module is loaded",
      );
    case "wait":
    case "act":
      throw new Error(`Broken invariant: a round ended with ${arrival.kind}`);
    default:
      return unreachable(arrival);
  }
}

function checkSettled(result: unknown): void {
  if (typeof (result as { then?: unknown } | null)?.then !== "function") return;
  contain(
    result,
    (error) => printError(`A barrier's action threw: ${inspectThrown(error)}`),
  );
  throw new TypeError(
    "Cannot pass the barrier by waitSync() as its action returned a promise: use wait(), or an action that is done when it returns",
  );
}

function checkParties(parties: unknown): void {
  const isWhole = Number.isInteger(parties);
  if (isWhole && parties as number >= 1 && parties as number <= PARTIES_MAX) {
    return;
  }
  throw new RangeError(
    `Cannot make a barrier as "parties" must be a whole number from 1 to ${PARTIES_MAX}: current value is ${
      typeof parties === "number" ? parties : typeof parties
    }`,
  );
}

/** Makes a barrier in memory of that kind; for contexts. */
export function createBarrier(
  place: BlockPlace,
  parties: number,
  options: BarrierOptions = {},
): Barrier {
  return new Barrier(parties, placed({ place }, options));
}

/** The barrier that a handle names; the same object for the same memory. */
export function rehydrateBarrier(handle: BarrierHandle): Barrier {
  const { block, action } = handle;
  const barrier = barriers.rehydrate(
    block,
    (where) =>
      new Barrier(
        1,
        placed(where, action === null ? {} : { action } as BarrierOptions),
      ),
  );
  if (action !== null) {
    const loading = barrier[LOAD]().finally(() =>
      hooks.loading.delete(loading)
    );
    hooks.loading.add(loading);
  }
  return barrier;
}

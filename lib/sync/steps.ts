/**
 * The slow path of a primitive, as a list of steps, and the runner of such
 * steps.
 *
 * A generator yields one step at a time: one atomic operation on shared words,
 * or a sleep. The same generator runs in blocking calls, in promises, and under
 * the model checker of the tests, which tries every interleaving of several of
 * them. Only the fast path, which is all that an uncontended call needs, is
 * written separately with `Atomics`.
 *
 * ```
 *   steps --step--> runNow        performs it; for steps that never sleep
 *                   StepRunner    performs it; a sleep blocks the thread, or does not
 *                   model checker performs it in every possible order
 * ```
 *
 * @module
 */

import { assert, unreachable } from "../base/assert.ts";
import type { Block } from "../memory/allocation/block.ts";
import { waitAsync, waitSync, wake } from "../memory/waiting/futex.ts";
import {
  AsyncWaiter,
  LIVENESS_CHECK_MS,
  LIVENESS_CHECK_RARE_MS,
  type Stretch,
} from "../memory/waiting/async_waiter.ts";
import { renewOwnLiveness } from "../memory/liveness/owners.ts";
import { spinUntilClear } from "./spin.ts";

/** What a step does. */
export type Operation =
  | "load"
  | "store"
  | "swap"
  | "add"
  | "or"
  | "wake"
  | "isAlive"
  | "spin"
  | "sleep";

/** One step; the functions below define `at`, `a` and `b`. */
export interface Step {
  /** The operation. */
  readonly operation: Operation;
  /** The word of the block, or the owner. */
  readonly at: number;
  /** The first operand. */
  readonly a: number;
  /** The second operand. */
  readonly b: number;
}

/** Steps that lead to a result; each step returns a number. */
export type Steps<R> = Generator<Step, R, number>;

function step(operation: Operation, at: number, a = 0, b = 0): Step {
  return { operation, at, a, b };
}

/** Reads a word. */
export function load(at: number): Step {
  return step("load", at);
}

/** Writes a word. */
export function store(at: number, value: number): Step {
  return step("store", at, value);
}

/** Writes a word if it is `expected`; returns the old value. */
export function swap(at: number, expected: number, value: number): Step {
  return step("swap", at, expected, value);
}

/** Adds to a word; returns the old value. */
export function add(at: number, amount: number): Step {
  return step("add", at, amount);
}

/** Sets bits of a word; returns the old value. */
export function or(at: number, bits: number): Step {
  return step("or", at, bits);
}

/** Wakes up to `count` waiters on a word. */
export function wakeUp(at: number, count: number): Step {
  return step("wake", at, count);
}

/** Returns 1 if that owner is alive, 0 if it is dead. */
export function ownerAlive(owner: number): Step {
  return step("isAlive", owner);
}

/** Spins for a while, where that pays, until no bit of `mask` is set. */
export function spin(at: number, mask: number): Step {
  return step("spin", at, mask);
}

/**
 * Sleeps while a word is `expected`; returns WOKEN, CHECK_LIVENESS or GIVE_UP.
 */
export function sleep(at: number, expected: number): Step {
  return step("sleep", at, expected);
}

/**
 * The same for a wait that a death does not end, unless a process died in the
 * very moment between a change and its wake-up: it checks liveness rarely.
 */
export function sleepDeep(at: number, expected: number): Step {
  return step("sleep", at, expected, DEEP);
}

/** The same steps, whose sleeps ignore the limit. */
export function patient<R>(steps: Steps<R>): Steps<R> {
  return changed(
    steps,
    (next) => next.operation === "sleep" ? { ...next, b: PATIENT } : next,
  );
}

/**
 * The same steps over words that begin at `from`, whose sleeps may exceed the
 * limit a little: for a lock that is only ever held for a moment. That is long
 * enough to notice the death of its owner.
 */
export function briefAt<R>(from: number, steps: Steps<R>): Steps<R> {
  return changed(steps, (next) => {
    if (next.operation === "isAlive") return next;
    const b = next.operation === "sleep" ? BRIEF : next.b;
    return { ...next, at: next.at + from, b };
  });
}

function* changed<R>(
  steps: Steps<R>,
  change: (next: Step) => Step,
): Steps<R> {
  let { done, value } = steps.next(0);
  while (!done) {
    ({ done, value } = steps.next(yield change(value as Step)));
  }
  return value as R;
}

/** The second operand of a sleep that ignores the limit. */
export const PATIENT = 1;
/** The second operand of a sleep that may exceed the limit a little. */
const BRIEF = 2;
/** The second operand of a sleep that checks liveness rarely. */
const DEEP = 3;

/** Woken, perhaps spuriously; or the word had changed already. */
export const WOKEN = 0;
/** Not woken for a while: time to check whether the owner is alive. */
export const CHECK_LIVENESS = 1;
/** The wait timed out, or was aborted. */
export const GIVE_UP = 2;

/** Wakes all waiters. */
export const WAKE_ALL = 0x7fff_ffff;

/**
 * The interval of liveness checks for a blocking wait while other tasks of the
 * same thread sleep on the block: such a task cannot use a wake-up until the
 * thread runs again.
 */
const CHECK_BESIDE_MS = 2;

/**
 * How far a brief sleep may exceed the limit: enough for two liveness checks.
 */
const BRIEF_OVERRUN_MS = 300;

function perform(block: Block, { operation, at, a, b }: Step): number {
  const words = block.int32;
  switch (operation) {
    case "load":
      return Atomics.load(words, at);
    case "store":
      return Atomics.store(words, at, a);
    case "swap":
      return Atomics.compareExchange(words, at, a, b);
    case "add":
      return Atomics.add(words, at, a);
    case "or":
      return Atomics.or(words, at, a);
    case "wake":
      wake(block, at, a);
      return 0;
    case "isAlive":
      return Number(block.isOwnerAlive(at));
    case "spin":
      return 0;
    case "sleep":
      return assert(false, "these steps never sleep") as never;
  }
}

/** Runs steps that never sleep. */
export function runNow<R>(block: Block, steps: Steps<R>): R {
  let { done, value } = steps.next(0);
  while (!done) {
    ({ done, value } = steps.next(perform(block, value as Step)));
  }
  return value as R;
}

/** The limit of sleeps. */
export interface Limit {
  /** When they time out, by `performance.now()`. */
  readonly deadline: number;
  /** Ends sleeps that do not block. */
  readonly signal: AbortSignal | undefined;
}

/** No limit at all. */
export const FOREVER: Limit = { deadline: Infinity, signal: undefined };

/** The limit of a wait that begins now. */
export function limitOf(timeoutMs: number, signal?: AbortSignal): Limit {
  // Reading the clock costs more than taking a free lock.
  const deadline = timeoutMs === Infinity
    ? Infinity
    : performance.now() + timeoutMs;
  return { deadline, signal };
}

/** Runs the steps of one primitive. */
export class StepRunner {
  readonly #block: Block;
  // Invariant: how many promises of this isolate sleep on the block.
  #beside = 0;

  /** Makes a runner over the words of `block`. */
  constructor(block: Block) {
    this.#block = block;
  }

  /** Runs steps, and blocks this thread while they sleep. */
  runSync<R>(steps: Steps<R>, limit: Limit): R {
    let { done, value } = steps.next(0);
    while (!done) {
      ({ done, value } = steps.next(this.#stepSync(value as Step, limit)));
    }
    return value as R;
  }

  #stepSync(step: Step, limit: Limit): number {
    switch (step.operation) {
      case "sleep":
        return this.sleepSync(step, limitFor(step, limit));
      case "spin":
        spinUntilClear(this.#block.int32, step.at, step.a);
        return 0;
      default:
        return perform(this.#block, step);
    }
  }

  /**
   * Sleeps once and blocks this thread, for a caller that runs the other steps
   * itself.
   */
  sleepSync({ at, a: expected, b }: Step, { deadline }: Limit): number {
    const checkMs = this.#beside > 0 ? CHECK_BESIDE_MS : checkMsOf(b);
    const ms = stretchOf(deadline, checkMs);
    if (ms <= 0) return GIVE_UP;
    const outcome = waitSync(this.#block, at, expected, ms);
    if (outcome !== "timed-out") return WOKEN;
    renewOwnLiveness();
    return ms < checkMs ? GIVE_UP : CHECK_LIVENESS;
  }

  /** Runs steps without blocking this thread. */
  async run<R>(steps: Steps<R>, limit: Limit): Promise<R> {
    const parked = new Parked(this.#block);
    try {
      let { done, value } = steps.next(0);
      while (!done) {
        const step = value as Step;
        let result: number;
        if (step.operation === "sleep") {
          this.#beside++;
          try {
            // Awaited here, as a function in between would delay wake-ups.
            const stretch = await parked.sleep(step, limitFor(step, limit));
            result = parked.outcome(stretch);
          } finally {
            this.#beside--;
          }
        } else result = perform(this.#block, step);
        ({ done, value } = steps.next(result));
      }
      return value as R;
    } finally {
      parked.leave();
    }
  }
}

/** The sleeps of one run that does not block its thread. */
class Parked {
  readonly #block: Block;
  // Invariant: a waiter that is still parked, though the steps may be checking
  // liveness; else null.
  #waiter: AsyncWaiter | null = null;

  constructor(block: Block) {
    this.#block = block;
  }

  /** Sleeps until it is woken, or is to check liveness. */
  sleep(step: Step, limit: Limit): Promise<Stretch> | Stretch {
    return limit.deadline === Infinity && this.#block.place === "local"
      ? this.#stayParked(step, limit.signal)
      : this.#sleepOnce(step, limit);
  }

  #stayParked(
    { at, a, b }: Step,
    signal: AbortSignal | undefined,
  ): Promise<Stretch> | Stretch {
    if (this.#waiter?.isOn(at, a) === false) this.leave();
    this.#waiter ??= new AsyncWaiter(this.#block, at, a, b === DEEP);
    return this.#waiter.next(signal);
  }

  async #sleepOnce(
    { at, a, b }: Step,
    { deadline, signal }: Limit,
  ): Promise<Stretch> {
    this.leave();
    const checkMs = checkMsOf(b);
    const ms = stretchOf(deadline, checkMs);
    if (ms <= 0 || signal?.aborted) return "over";
    try {
      const outcome = await waitAsync(this.#block, at, a, ms, signal);
      return outcome !== "timed-out"
        ? "woken"
        : ms < checkMs
        ? "over"
        : "check";
    } catch (error) {
      // An abort is a result here: the steps must clean up first.
      if (signal?.aborted) return "over";
      throw error;
    }
  }

  /** The result of a sleep step. */
  outcome(stretch: Stretch): number {
    switch (stretch) {
      case "woken":
        this.#waiter = null;
        return WOKEN;
      case "check":
        return CHECK_LIVENESS;
      case "over":
        return GIVE_UP;
      default:
        return unreachable(stretch);
    }
  }

  /** Stops waiting. */
  leave(): void {
    this.#waiter?.leave();
    this.#waiter = null;
  }
}

function limitFor({ b }: Step, limit: Limit): Limit {
  if (b === PATIENT) return FOREVER;
  if (b !== BRIEF) return limit;
  return { ...limit, deadline: limit.deadline + BRIEF_OVERRUN_MS };
}

function checkMsOf(kind: number): number {
  return kind === DEEP ? LIVENESS_CHECK_RARE_MS : LIVENESS_CHECK_MS;
}

function stretchOf(deadline: number, checkMs: number): number {
  if (deadline === Infinity) return checkMs;
  return Math.min(checkMs, deadline - performance.now());
}

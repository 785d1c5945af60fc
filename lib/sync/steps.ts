/**
 * What a primitive does when it cannot do it at once, as a list of steps.
 *
 * A program yields one step at a time, each of which is one atomic operation on
 * shared words, or a sleep. It is the same program that runs in blocking calls,
 * in promises, and under the model checker of the tests, which tries every
 * interleaving of several of them. Only the first attempt, which is all that an
 * uncontended call needs, is written out beside it with `Atomics`.
 *
 * ```
 *   program --step--> runNow     does it; for programs that never sleep
 *                     Sleeper    does it; sleeps in this thread, or aside
 *                     tests      does it when all the other orders are done too
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

/** One step; what `at`, `a` and `b` are, the functions below say. */
export interface Step {
  /** What is done. */
  readonly operation: Operation;
  /** Which word of the block, or which owner. */
  readonly at: number;
  /** The first operand. */
  readonly a: number;
  /** The second operand. */
  readonly b: number;
}

/** Steps that lead to a result; each gets a number back. */
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

/** Writes a word if it is `expected`; gives what it was. */
export function swap(at: number, expected: number, value: number): Step {
  return step("swap", at, expected, value);
}

/** Adds to a word; gives what it was. */
export function add(at: number, amount: number): Step {
  return step("add", at, amount);
}

/** Sets bits of a word; gives what it was. */
export function or(at: number, bits: number): Step {
  return step("or", at, bits);
}

/** Wakes up to `count` of those who sleep on a word. */
export function wakeUp(at: number, count: number): Step {
  return step("wake", at, count);
}

/** 1 if that owner lives, 0 if it is dead. */
export function ownerAlive(owner: number): Step {
  return step("isAlive", owner);
}

/** Looks for a while, where that pays, until no bit of `mask` is set. */
export function spin(at: number, mask: number): Step {
  return step("spin", at, mask);
}

/** Sleeps while a word is `expected`; gives one of the three numbers below. */
export function sleep(at: number, expected: number): Step {
  return step("sleep", at, expected);
}

/**
 * The same for one that nobody's death lets go, unless somebody died in the very
 * moment between a change and its wake-up: it looks around rarely.
 */
export function sleepDeep(at: number, expected: number): Step {
  return step("sleep", at, expected, DEEP);
}

/** The same program, whose sleeps heed no limit. */
export function patient<R>(steps: Steps<R>): Steps<R> {
  return changed(
    steps,
    (next) => next.operation === "sleep" ? { ...next, b: PATIENT } : next,
  );
}

/**
 * The same program over words that begin at `from`, whose sleeps go on a little
 * beyond the limit: for a lock that is only ever held for a moment. That is long
 * enough to find out that its owner has died.
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

/** The second operand of a sleep that heeds no limit. */
export const PATIENT = 1;
/** The second operand of a sleep that goes on a little beyond the limit. */
const BRIEF = 2;
/** The second operand of a sleep that looks around rarely. */
const DEEP = 3;

/** Woken, perhaps for no reason; or the word was another one already. */
export const WOKEN = 0;
/** Nobody came for a while: time to see whether all are still alive. */
export const CHECK_LIVENESS = 1;
/** The time is over, or the wait was aborted. */
export const GIVE_UP = 2;

/** Wakes all who sleep. */
export const WAKE_ALL = 0x7fff_ffff;

/**
 * How soon a thread looks around that blocks while tasks of its own sleep beside
 * it: what wakes one of those is lost on them until the thread is back.
 */
const LOOK_BESIDE_MS = 2;

/** How far beyond the limit a brief sleep goes: enough for two looks around. */
const GRACE_MS = 300;

/** How often those look before they sleep who look without rest; see `spin.ts`. */
export const SPINS = 200;

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
      return assert(false, "this program never sleeps") as never;
  }
}

/** Runs a program that never sleeps. */
export function runNow<R>(block: Block, steps: Steps<R>): R {
  let { done, value } = steps.next(0);
  while (!done) {
    ({ done, value } = steps.next(perform(block, value as Step)));
  }
  return value as R;
}

/** How long programs may sleep. */
export interface Limit {
  /** Until when, by `performance.now()`. */
  readonly deadline: number;
  /** Ends sleeps that do not block. */
  readonly signal: AbortSignal | undefined;
}

/** No limit at all. */
export const FOREVER: Limit = { deadline: Infinity, signal: undefined };

/** The limit of a wait that begins now. */
export function limitOf(timeoutMs: number, signal?: AbortSignal): Limit {
  // The clock costs more than a free lock.
  const deadline = timeoutMs === Infinity
    ? Infinity
    : performance.now() + timeoutMs;
  return { deadline, signal };
}

/** Runs the programs of one primitive. */
export class StepRunner {
  readonly #block: Block;
  // Invariant: how many promises of this isolate sleep on the block.
  #beside = 0;

  /** For programs over the words of `block`. */
  constructor(block: Block) {
    this.#block = block;
  }

  /** Runs a program in this thread, and blocks it while the program sleeps. */
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

  /** Sleeps once and blocks this thread, for who runs the other steps by itself. */
  sleepSync({ at, a: expected, b }: Step, { deadline }: Limit): number {
    const lookMs = this.#beside > 0 ? LOOK_BESIDE_MS : lookMsOf(b);
    const ms = stretchOf(deadline, lookMs);
    if (ms <= 0) return GIVE_UP;
    const outcome = waitSync(this.#block, at, expected, ms);
    if (outcome !== "timed-out") return WOKEN;
    renewOwnLiveness();
    return ms < lookMs ? GIVE_UP : CHECK_LIVENESS;
  }

  /** Runs a program and lets this thread go on while the program sleeps. */
  async run<R>(steps: Steps<R>, limit: Limit): Promise<R> {
    const place = new Parked(this.#block);
    try {
      let { done, value } = steps.next(0);
      while (!done) {
        const step = value as Step;
        let result: number;
        if (step.operation === "sleep") {
          this.#beside++;
          try {
            // Awaited here, as a function in between would make wake-ups longer.
            const stretch = await place.sleep(step, limitFor(step, limit));
            result = place.outcome(stretch);
          } finally {
            this.#beside--;
          }
        } else result = perform(this.#block, step);
        ({ done, value } = steps.next(result));
      }
      return value as R;
    } finally {
      place.leave();
    }
  }
}

/** Where a program sleeps that does not block its thread. */
class Parked {
  readonly #block: Block;
  // Invariant: a sleep that nobody has ended, and from which the program may have
  // looked up; else null.
  #long: AsyncWaiter | null = null;

  constructor(block: Block) {
    this.#block = block;
  }

  /** Sleeps until somebody wakes it, or it is time to look up. */
  sleep(step: Step, limit: Limit): Promise<Stretch> | Stretch {
    return limit.deadline === Infinity && this.#block.place === "local"
      ? this.#sleepOn(step, limit.signal)
      : this.#sleepAnew(step, limit);
  }

  #sleepOn(
    { at, a, b }: Step,
    signal: AbortSignal | undefined,
  ): Promise<Stretch> | Stretch {
    if (this.#long?.isOn(at, a) === false) this.leave();
    this.#long ??= new AsyncWaiter(this.#block, at, a, b === DEEP);
    return this.#long.next(signal);
  }

  async #sleepAnew(
    { at, a, b }: Step,
    { deadline, signal }: Limit,
  ): Promise<Stretch> {
    this.leave();
    const lookMs = lookMsOf(b);
    const ms = stretchOf(deadline, lookMs);
    if (ms <= 0 || signal?.aborted) return "over";
    try {
      const outcome = await waitAsync(this.#block, at, a, ms, signal);
      return outcome !== "timed-out" ? "woken" : ms < lookMs ? "over" : "check";
    } catch (error) {
      // An abort is an answer here: the program has things to put in order first.
      if (signal?.aborted) return "over";
      throw error;
    }
  }

  /** What a stretch means to the program. */
  outcome(stretch: Stretch): number {
    switch (stretch) {
      case "woken":
        this.#long = null;
        return WOKEN;
      case "check":
        return CHECK_LIVENESS;
      case "over":
        return GIVE_UP;
      default:
        return unreachable(stretch);
    }
  }

  /** Sleeps there no more. */
  leave(): void {
    this.#long?.leave();
    this.#long = null;
  }
}

function limitFor({ b }: Step, limit: Limit): Limit {
  if (b === PATIENT) return FOREVER;
  if (b !== BRIEF) return limit;
  return { ...limit, deadline: limit.deadline + GRACE_MS };
}

function lookMsOf(kind: number): number {
  return kind === DEEP ? LIVENESS_CHECK_RARE_MS : LIVENESS_CHECK_MS;
}

function stretchOf(deadline: number, lookMs: number): number {
  if (deadline === Infinity) return lookMs;
  return Math.min(lookMs, deadline - performance.now());
}

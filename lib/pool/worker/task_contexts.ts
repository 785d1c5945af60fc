/**
 * Finds the task that caused an error: a promise that is rejected after its task,
 * or many tasks later, still knows the task in which it was made.
 *
 * Deno carries an async context from call to call, and reports an unhandled
 * rejection in the context in which it came up. This file uses Deno's own context
 * manager, because loading that of `node:async_hooks` takes a Web Worker 20 ms
 * (2.9.6).
 *
 * A context costs 1 to 5 us (2.9.6), as much as a small task, so only the first
 * calls of a function and long calls have one.
 *
 * @module
 */

import type { Blame, ItemPosition } from "../protocol/pool_messages.ts";

/**
 * A function's first calls have contexts of their own, until it is known to be
 * short.
 */
export const CONTEXT_FIRST_CALLS = 8;

/** Calls that take at least this long always have contexts of their own. */
export const CONTEXT_CALL_MS = 0.05;

/** An immutable context of Deno's tracing. */
interface TracingContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): TracingContext;
}

interface ContextManager {
  active(): TracingContext;
  with<R>(
    context: TracingContext,
    call: (...args: never[]) => R,
    self: undefined,
    ...args: readonly unknown[]
  ): R;
}

const KEY: unique symbol = Symbol("multiprocessing.task");

/** The contexts of the tasks of a worker. */
export class TaskContexts {
  // Invariant: undefined until it is first needed, null where the platform has
  // none.
  #manager: ContextManager | null | undefined = undefined;
  /** Position of the last item without a context. */
  #seq = -1;
  #item = 0;
  /** The error that a timer's callback threw last, until it is reported. */
  #thrown: { readonly blame: Blame; readonly error: unknown } | null = null;

  /** The context for an item that begins; null where the platform has none. */
  enter(seq: number, item: number): TracingContext | null {
    const manager = this.#manager ??= managerHere();
    if (manager === null) {
      this.pass(seq, item);
      return null;
    }
    const place: ItemPosition = [seq, item];
    return manager.active().setValue(KEY, place);
  }

  /** Notes an item that begins without a context. */
  pass(seq: number, item: number): void {
    this.#seq = seq;
    this.#item = item;
  }

  /** Calls a function within a context that was entered. */
  call<R>(
    context: TracingContext,
    call: (...args: never[]) => R,
    args: readonly unknown[],
  ): R {
    return this.#manager!.with(context, call, undefined, ...args);
  }

  /** Notes that a callback threw an error, which will be reported as uncaught. */
  threw(blame: Blame, error: unknown): void {
    this.#thrown = { blame, error };
  }

  /** The item that caused an uncaught error, or null. */
  blameFor(error: unknown): Blame | null {
    const thrown = this.#thrown;
    this.#thrown = null;
    // A rejection may have no reason at all: it has the value undefined then.
    return thrown !== null && Object.is(thrown.error, error)
      ? thrown.blame
      : this.current();
  }

  /**
   * The item that the running code belongs to; null if no task can have called it.
   */
  current(): Blame | null {
    const place = this.#manager?.active().getValue(KEY) as
      | ItemPosition
      | undefined;
    if (place !== undefined) return { kind: "of", place };
    if (this.#seq < 0) return null;
    return { kind: "upTo", place: [this.#seq, this.#item] };
  }
}

/** Deno's context manager, if it has one. */
function managerHere(): ContextManager | null {
  const { telemetry } = Deno as unknown as {
    telemetry?: { contextManager?: Partial<ContextManager> };
  };
  const manager = telemetry?.contextManager;
  const isWhole = typeof manager?.active === "function" &&
    typeof manager.with === "function" &&
    typeof manager.active().setValue === "function";
  return isWhole ? manager as ContextManager : null;
}

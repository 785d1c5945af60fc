/**
 * Executors: pools with the interface of Python's `concurrent.futures`.
 *
 * @module
 */

import { expectOptions } from "../../base/options.ts";
import { ProcessStateError } from "../../base/errors.ts";
import { INTERPRETER, type Interpreter } from "../../launch/interpreter.ts";
import { defaultMethod } from "../../launch/registry.ts";
import { START_METHOD } from "../../process/process.ts";
import type { TargetAddress } from "../../wire/serialization/target_address.ts";
import { REFUSED } from "../../wire/serialization/handle.ts";
import type { CallJob } from "./call_job.ts";
import { cancelled, Future } from "./future.ts";
import { type AnyIterable, isAsync, isIterable } from "./item_source.ts";
import { EACH, SPREAD } from "../protocol/pool_messages.ts";
import { type PoolOptions, type StreamOptions, wrong } from "./pool_options.ts";
import { BasePool, STREAM, SUBMIT, WITHDRAW } from "./pool.ts";
import type { ResultIterator } from "./result_iterator.ts";

/**
 * Options of `executor.map()`.
 *
 * @example Ten items at a time
 * ```ts
 * import { type ExecutorMapOptions, ProcessPoolExecutor } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const options: ExecutorMapOptions = { chunksize: 10 };
 * await using executor = new ProcessPoolExecutor(1);
 * const squares = executor.map((x: number) => x * x, [1, 2, 3], options);
 * deepEqual(await Array.fromAsync(squares), [1, 4, 9]);
 * ```
 */
export type ExecutorMapOptions = Omit<StreamOptions, "transfer">;

/**
 * An iterable for each argument of a function.
 *
 * @typeParam A The arguments of the function.
 *
 * @example Two of them
 * ```ts
 * import type { IterablesOf } from "@multiprocessing/core";
 *
 * const iterables: IterablesOf<[number, string]> = [[1, 2], new Set(["a", "b"])];
 * console.log(iterables.length);
 * ```
 */
export type IterablesOf<A extends readonly unknown[]> = {
  [K in keyof A]: Iterable<A[K]> | AsyncIterable<A[K]>;
};

/**
 * Options of `executor.shutdown()`.
 *
 * @example Finishing only the calls that run
 * ```ts
 * import { ProcessPoolExecutor, type ShutdownExecutorOptions } from "@multiprocessing/core";
 *
 * const options: ShutdownExecutorOptions = { cancelFutures: true };
 * const executor = new ProcessPoolExecutor(1);
 * await executor.shutdown(options);
 * ```
 */
export interface ShutdownExecutorOptions {
  /**
   * Whether to wait until all work is done and the workers have ended. Both happen
   * without waiting, too.
   *
   * @default {true}
   */
  readonly wait?: boolean | undefined;
  /**
   * Whether work that no worker has begun is cancelled.
   *
   * @default {false}
   */
  readonly cancelFutures?: boolean | undefined;
}

/**
 * An executor under any start method. Use `ProcessPoolExecutor`, or that of a
 * context.
 *
 * @typeParam S The arguments of the initializer.
 *
 * @example Any executor
 * ```ts
 * import { type BaseExecutor, ProcessPoolExecutor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const twice = (executor: BaseExecutor, n: number) =>
 *   executor.submit((x: number) => 2 * x, n);
 *
 * await using executor = new ProcessPoolExecutor(1);
 * equal(await twice(executor, 21), 42);
 * ```
 */
export class BaseExecutor<S extends readonly unknown[] = readonly never[]>
  implements AsyncDisposable {
  readonly #pool: BasePool<S>;
  #isShut = false;

  /**
   * Makes an executor. Its workers start with the first call.
   *
   * @param maxWorkers The maximum number of workers; by default the number of
   * processors.
   * @param options Options, as for a `Pool`.
   * @throws {TypeError | RangeError} If an option has the wrong shape.
   * @throws {StartMethodError} If the start method cannot be used.
   */
  constructor(maxWorkers?: number, options: PoolOptions<S> = {}) {
    expectOptions(options, "make an executor", "{ initializer }");
    const context = options.context ?? {
      getStartMethod: () => this[START_METHOD](),
      [INTERPRETER]: () => this[INTERPRETER](),
    };
    this.#pool = new BasePool(maxWorkers, { ...options, context });
  }

  /**
   * The start method of the class: here, the platform's default.
   * @ignore
   */
  [START_METHOD](): string {
    return defaultMethod();
  }

  /**
   * The interpreter that the context sets for workers; otherwise the program's
   * choice.
   * @ignore
   */
  [INTERPRETER](): Interpreter | null {
    return null;
  }

  /**
   * Calls a function in a worker.
   *
   * @param target The function; a worker finds it as a `Process` finds its target.
   * @param args Its arguments.
   * @returns The future result.
   * @throws {EncodingError} If an argument cannot be sent.
   * @throws {ProcessStateError} If the executor was shut down.
   */
  submit<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    ...args: NoInfer<A>
  ): Future<Awaited<R>>;
  /** Calls an export of a module in a worker. */
  submit<R = unknown>(
    target: TargetAddress,
    ...args: readonly unknown[]
  ): Future<R>;
  submit(target: never, ...args: readonly unknown[]): Future<unknown> {
    this.#refuseIfShut("submit");
    const job: CallJob<unknown> = this.#pool[SUBMIT](
      target,
      args,
      {},
      this.submit,
    );
    return new Future(job);
  }

  /**
   * Calls a function with the first item of each iterable, then with the second of
   * each, until the shortest one ends. The calls begin at once, even if nothing
   * reads the results.
   *
   * @param target The function.
   * @param iterables An iterable for each of its arguments; then the options.
   * @returns The results in order, for `for await`. If a call failed, reading
   * throws its error in its place, and can go on with the results after it.
   * @throws {ProcessStateError} If the executor was shut down.
   */
  map<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    ...iterables: IterablesOf<NoInfer<A>>
  ): ResultIterator<Awaited<R>>;
  /** Calls a function with items of each iterable. */
  map<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    ...iterables: [...IterablesOf<NoInfer<A>>, options: ExecutorMapOptions]
  ): ResultIterator<Awaited<R>>;
  /** Calls an export of a module with items of each iterable. */
  map<R = unknown>(
    target: TargetAddress,
    ...iterables: readonly (
      | Iterable<unknown>
      | AsyncIterable<unknown>
      | ExecutorMapOptions
    )[]
  ): ResultIterator<R>;
  map(
    target: never,
    ...rest: readonly unknown[]
  ): ResultIterator<unknown> {
    this.#refuseIfShut("map");
    const { iterables, options } = splitRest(rest);
    const [only, ...others] = iterables;
    const isOne = others.length === 0;
    return this.#pool[STREAM](
      target,
      isOne ? only! : zip(iterables),
      { form: isOne ? EACH : SPREAD, isOrdered: true, isEager: true },
      // One more, to find the end of the iterables before the reader asks for it.
      { buffersize: shortest(iterables) + 1, ...options },
      this.map,
    );
  }

  /**
   * Takes no more calls. The workers finish the calls that they have, and end. May
   * be called again.
   *
   * @param options Whether to wait, and whether to cancel what has not begun.
   */
  async shutdown(
    options: ShutdownExecutorOptions = {},
  ): Promise<void> {
    expectOptions(options, "shut down an executor", "{ wait: false }");
    const { wait = true, cancelFutures = false } = options;
    this.#isShut = true;
    if (cancelFutures) this.#pool[WITHDRAW](cancelled);
    this.#pool.close();
    if (wait) await this.#pool.join();
  }

  /** Shuts the executor down and waits, so that no call is lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /**
   * An executor works only in the process that made it.
   * @ignore
   */
  get [REFUSED](): string {
    return "an executor; make one in the process that uses it";
  }

  /** Its class, whether it takes calls, and its maximum number of workers. */
  toString(): string {
    const state = this.#isShut ? "shut down" : "running";
    const { size } = this.#pool;
    return `<${this.constructor.name} state=${state} maxWorkers=${size}>`;
  }

  /** Shows the executor in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  #refuseIfShut(what: string): void {
    if (!this.#isShut) return;
    throw new ProcessStateError(
      `Cannot ${what} as the executor was shut down: make another one`,
    );
  }
}

/** The iterables of a `map()`, and the options if there are any. */
function splitRest(
  rest: readonly unknown[],
): { iterables: readonly AnyIterable[]; options: StreamOptions } {
  const last = rest.at(-1);
  const hasOptions = typeof last === "object" && last !== null &&
    !isIterable(last);
  if (hasOptions) expectOptions(last, "map", "{ chunksize: 3 }");
  const iterables = hasOptions ? rest.slice(0, -1) : rest;
  for (const iterable of iterables.length > 0 ? iterables : [undefined]) {
    if (isIterable(iterable)) continue;
    // A bare number at the end is meant as an option.
    if (rest.length > 1 && iterable === last) {
      expectOptions(iterable, "map", "{ chunksize: 3 }");
    }
    throw wrong("map", "iterables", "iterable, one or more", iterable);
  }
  return {
    iterables: iterables as readonly AnyIterable[],
    options: hasOptions ? last as StreamOptions : {},
  };
}

/** The number of calls, as far as the lengths are known; otherwise Infinity. */
function shortest(iterables: readonly AnyIterable[]): number {
  const lengths = iterables.map((iterable) =>
    Array.isArray(iterable)
      ? iterable.length
      : iterable instanceof Set || iterable instanceof Map
      ? iterable.size
      : Number.MAX_SAFE_INTEGER
  );
  return Math.max(1, Math.min(...lengths));
}

function zip(iterables: readonly AnyIterable[]): AnyIterable {
  return iterables.some(isAsync)
    ? zipAsync(iterables)
    : zipSync(iterables as readonly Iterable<unknown>[]);
}

function* zipSync(
  iterables: readonly Iterable<unknown>[],
): Generator<readonly unknown[]> {
  const iterators = iterables.map((iterable) => iterable[Symbol.iterator]());
  try {
    for (;;) {
      const row: unknown[] = [];
      for (const iterator of iterators) {
        const { done, value } = iterator.next();
        if (done === true) return;
        row.push(value);
      }
      yield row;
    }
  } finally {
    for (const iterator of iterators) iterator.return?.();
  }
}

async function* zipAsync(
  iterables: readonly AnyIterable[],
): AsyncGenerator<readonly unknown[]> {
  const iterators = iterables.map((iterable) =>
    isAsync(iterable)
      ? iterable[Symbol.asyncIterator]()
      : iterable[Symbol.iterator]()
  );
  try {
    for (;;) {
      const row: unknown[] = [];
      for (const iterator of iterators) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        row.push(value);
      }
      yield row;
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}

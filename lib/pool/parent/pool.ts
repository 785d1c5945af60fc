/**
 * Pool: runs many tasks on few processes, like `multiprocessing.pool`.
 *
 * ```
 *   pool.ts        the public methods
 *   scheduler.ts   gives tasks to workers     task_queue.ts   tasks that wait
 *   worker_set.ts  starts the workers         pool_worker.ts  one worker, seen from here
 *   ------------------ messages: protocol/pool_messages.ts ------------------
 *   worker/task_runner.ts   the main loop of a worker
 * ```
 *
 * @module
 */

import { DISPLAY, type Display, tableOf } from "../../base/display.ts";
import { expectOptions } from "../../base/options.ts";
import { ProcessStateError } from "../../base/errors.ts";
import { settles, timeoutOf, type WaitOptions } from "../../base/timeouts.ts";
import { checkedPermissions } from "../../launch/permissions.ts";
import { destinationOf } from "../../launch/launcher.ts";
import {
  INTERPRETER,
  type Interpreter,
  interpreterOf,
} from "../../launch/interpreter.ts";
import { defaultMethod, launcherOf } from "../../launch/registry.ts";
import { checkTraits } from "../../process/process_options.ts";
import { START_METHOD } from "../../process/process.ts";
import { asSeenBy, type Caller, callerOf } from "../../process/outcome.ts";
import type { TargetAddress } from "../../wire/serialization/target_address.ts";
import { type Destination, REFUSED } from "../../wire/serialization/handle.ts";
import { pack } from "../../wire/serialization/pack.ts";
import { checkTransfer } from "../../wire/serialization/transfer.ts";
import { AsyncResult, TaskOutcome } from "./async_result.ts";
import type { CallJob } from "./call_job.ts";
import type { PoolFunctions, Target } from "./pool_functions.ts";
import { isIterable } from "./item_source.ts";
import {
  type CallForm,
  EACH,
  itemsToSend,
  SPREAD,
} from "../protocol/pool_messages.ts";
import {
  type ApplyOptions,
  checkArgs,
  checkMap,
  checkPool,
  checkStream,
  checkWorkers,
  limitsOf,
  type MapOptions,
  methodOfContext,
  POOL_DEFAULTS,
  type PoolOptions,
  type SettledOptions,
  type StreamOptions,
  type WarmUpOptions,
  wrong,
} from "./pool_options.ts";
import type { ProcessPlan } from "./worker_process.ts";
import defer * as parts from "./pool_parts.ts";
import { ResultIterator } from "./result_iterator.ts";
import type { Scheduler } from "./scheduler.ts";
import type { PoolStats } from "./stats.ts";
import type { StreamOwner } from "./stream_job.ts";

/**
 * What follows the function in `apply()`: its arguments, which may be left out if
 * it takes none, and the options.
 *
 * @typeParam A The arguments of the function.
 *
 * @example Typed by the function
 * ```ts
 * import type { ApplyRest } from "@multiprocessing/core";
 *
 * const rest: ApplyRest<[number, string]> = [[1, "a"], { timeout: 1_000 }];
 * console.log(rest.length);
 * ```
 */
export type ApplyRest<A extends readonly unknown[]> = [] extends A
  ? [args?: A, options?: ApplyOptions]
  : [args: A, options?: ApplyOptions];

/** Keys of the methods of a pool that only executors call. */
export const SUBMIT: unique symbol = Symbol("submit");
/** As `SUBMIT`. */
export const STREAM: unique symbol = Symbol("stream");
/** As `SUBMIT`. */
export const WITHDRAW: unique symbol = Symbol("withdraw");

/** Which stream it is. */
export interface StreamKind {
  readonly form: CallForm;
  readonly isOrdered: boolean;
  readonly isEager: boolean;
}

/** At most this many pending calls keep their caller's stack. */
const POOL_CALLERS_MAX = 1_000;

/** Capture at most one stack per interval. */
const STACK_EVERY_MS = 0.1;

const NO_CALLER: Caller = {};
const NOWHERE = {};
const NOTHING: readonly unknown[] = [];

type PoolState = "running" | "closed" | "terminated";

const UNORDERED: StreamKind = { form: EACH, isOrdered: false, isEager: false };
const ORDERED: StreamKind = { ...UNORDERED, isOrdered: true };

/** Any function that `below` may be: see `callers()`. */
type AnyFunction = (...args: never[]) => unknown;

/**
 * Runs many tasks on few processes, under any start method; like
 * `multiprocessing.pool.Pool`. Use `Pool`, `ThreadPool`, or the `Pool` of a
 * context.
 *
 * @typeParam S The arguments of the initializer.
 *
 * @example Any pool
 * ```ts
 * import { type BasePool, ThreadPool } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const lengths = (pool: BasePool, words: string[]) =>
 *   pool.map((word: string) => word.length, words);
 *
 * await using pool = new ThreadPool(1);
 * deepEqual(await lengths(pool, ["a", "bc"]), [1, 2]);
 * ```
 */
export class BasePool<S extends readonly unknown[] = readonly never[]>
  implements AsyncDisposable {
  readonly #method: string;
  readonly #destination: Destination;
  readonly #functions: PoolFunctions;
  readonly #scheduler: Scheduler;
  readonly #finished = Promise.withResolvers<void>();
  #state: PoolState = "running";
  /** Whether the workers have been told to end. */
  #isEnding = false;
  #named = 0;
  /** When the stack of a call was last captured. */
  #stackAt = -Infinity;
  readonly #streams: StreamOwner = {
    unread: new Set(),
    add: (job, work) => {
      const { failure } = this.#scheduler.workers;
      if (failure !== null) throw failure.error;
      if (this.#isEnding) throw parts.endedWhileRead();
      this.#scheduler.add(job, work);
    },
    refill: (source) => this.#scheduler.refill(source),
    leave: (job) => this.#scheduler.leave(job),
    drop: (job) => this.#scheduler.drop(job),
    cancel: (job) => this.#scheduler.cancel(job),
    takeBack: (job) => this.#scheduler.takeBack(job),
    isRunning: (job) => this.#scheduler.isRunning(job),
  };

  /**
   * Makes a pool. Its workers start with the first tasks, as many as there is work
   * for.
   *
   * @param processes The maximum number of workers; by default the number of
   * processors.
   * @param options Options of the pool.
   * @throws {TypeError | RangeError} If an option has the wrong shape.
   * @throws {StartMethodError} If the start method cannot be used.
   * @throws {UnsupportedError} If the start method does not support an option.
   * @throws {EncodingError} If an argument of the initializer cannot be sent.
   */
  constructor(
    processes?: number,
    options: PoolOptions<S> = {},
  ) {
    const size = processes ?? POOL_DEFAULTS.processes();
    checkPool(size, options);
    const { initializer, initargs, context, maxHeapMiB, permissions } = options;
    this.#method = context === undefined
      ? this[START_METHOD]()
      : methodOfContext(context, "make a pool");
    const launcher = launcherOf(this.#method);
    const limits = {
      ...(maxHeapMiB === undefined ? {} : { maxHeapMiB }),
      ...(permissions === undefined
        ? {}
        : { permissions: checkedPermissions(permissions) }),
    };
    checkTraits(this.#method, launcher.traits, limits);
    const destination = this.#destination = destinationOf(
      launcher.traits,
      limits.permissions,
    );
    this.#functions = new parts.PoolFunctions(
      destination,
      (fn) => this.#scheduler.workers.forget(fn),
    );
    const first = initializer === undefined
      ? null
      : this.#functions.find(initializer, {}, new.target as never);
    const plan: ProcessPlan = {
      method: this.#method,
      launcher,
      interpreter: interpreterOf(context ?? this),
      name: options.name ?? null,
      limits,
      maxTasks: options.maxTasksPerChild ?? POOL_DEFAULTS.maxTasksPerChild,
      initargs: initargs ?? [],
      subjects: (id) => this.#functions.subject(id),
    };
    const packArgs = () =>
      itemsToSend(
        initargs ?? [],
        destination,
        (list) => pack(list, destination, "initargs"),
      );
    packArgs();
    this.#scheduler = new parts.Scheduler({
      size,
      minimum: options.minWorkers ?? POOL_DEFAULTS.minWorkers,
      idleMs: options.idleTimeout ?? POOL_DEFAULTS.idleTimeout,
      make: (modules) => parts.makeWorker(this.#nameNext(plan), modules),
      initializer: first?.definition ?? null,
      initializerModules: first?.modules ?? [],
      // Packed anew for each worker: each one holds the objects behind the handles.
      initargs: packArgs,
    }, () => this.#settle());
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

  /** The maximum number of workers. */
  get size(): number {
    return this.#scheduler.workers.size;
  }

  /**
   * Calls a function in a worker.
   *
   * The stack of an error leads to this call. If calls come faster than one in 0.1
   * ms, or by the thousand, it leads to the code that awaits them.
   *
   * @param target The function; a worker finds it as a `Process` finds its target.
   * Of a function that is exported nowhere, what it uses is read in its first call.
   * @param rest Its arguments, and the options.
   * @returns What it returned.
   * @throws What it threw, with the worker's own stack as `cause`.
   * @throws {WorkerLostError} If its worker died.
   * @throws {EncodingError} If an argument or the result cannot be sent.
   * @throws {ProcessStateError} If the pool is closed.
   */
  apply<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    ...rest: ApplyRest<NoInfer<A>>
  ): Promise<Awaited<R>>;
  /** Calls an export of a module in a worker. */
  apply<R = unknown>(
    target: TargetAddress,
    ...rest: ApplyRest<readonly unknown[]>
  ): Promise<R>;
  // `never`, here and below: otherwise the compiler would suggest this
  // implementation, which callers cannot see, for a wrong call.
  apply(
    target: never,
    ...[args, options]: ApplyRest<readonly unknown[]>
  ): Promise<unknown> {
    // Not an async function, which would cost one promise more.
    try {
      const { outcome } = this.#call(target, args, options, this.apply);
      if (this.#isHurried()) return seenByWaiter(outcome.promise);
      // Only now: a worker may have begun, and this takes as long as a short call.
      outcome.caller = callerOf(this.apply);
      return outcome.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Calls a function in a worker, and returns a result that can be asked for its
   * state.
   *
   * @param target The function.
   * @param rest Its arguments, and the options.
   * @returns The future result.
   * @throws {EncodingError} If an argument cannot be sent.
   * @throws {ProcessStateError} If the pool is closed.
   */
  applyAsync<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    ...rest: ApplyRest<NoInfer<A>>
  ): AsyncResult<Awaited<R>>;
  /** Calls an export of a module in a worker. */
  applyAsync<R = unknown>(
    target: TargetAddress,
    ...rest: ApplyRest<readonly unknown[]>
  ): AsyncResult<R>;
  applyAsync(
    target: never,
    ...[args, options]: ApplyRest<readonly unknown[]>
  ): AsyncResult<unknown> {
    return new AsyncResult(
      this[SUBMIT](target, args, options, this.applyAsync).outcome,
    );
  }

  /**
   * Calls a function with each item of a list, and gives the results in the same
   * order.
   *
   * All items run, even if some of them fail; then the error of the first failed
   * item is thrown. See `failFast` and `settled`.
   *
   * @param target The function of one item.
   * @param items The items. The list is read at once, but an item is sent when its
   * turn comes: do not change the items meanwhile.
   * @param options Options of the map.
   * @returns The results.
   */
  map<T, R>(
    target: (item: T) => R,
    items: Iterable<T>,
    options: SettledOptions<NoInfer<T>>,
  ): Promise<PromiseSettledResult<Awaited<R>>[]>;
  /** Calls a function with each item, and gives the results. */
  map<T, R>(
    target: (item: T) => R,
    items: Iterable<T>,
    options?: MapOptions<NoInfer<T>>,
  ): Promise<Awaited<R>[]>;
  /** Calls an export of a module with each item. */
  map<R = unknown>(
    target: TargetAddress,
    items: Iterable<unknown>,
    options?: MapOptions<unknown>,
  ): Promise<R[]>;
  async map(
    target: never,
    items: Iterable<unknown>,
    options: MapOptions = {},
  ): Promise<unknown[]> {
    return await this.#map(target, items, EACH, options, this.map).promise;
  }

  /** `map()`, with a result that can be asked for its state. */
  mapAsync<T, R>(
    target: (item: T) => R,
    items: Iterable<T>,
    options: SettledOptions<NoInfer<T>>,
  ): AsyncResult<PromiseSettledResult<Awaited<R>>[]>;
  /** `map()`, with a result that can be asked for its state. */
  mapAsync<T, R>(
    target: (item: T) => R,
    items: Iterable<T>,
    options?: MapOptions<NoInfer<T>>,
  ): AsyncResult<Awaited<R>[]>;
  /** `map()` of an export of a module. */
  mapAsync<R = unknown>(
    target: TargetAddress,
    items: Iterable<unknown>,
    options?: MapOptions<unknown>,
  ): AsyncResult<R[]>;
  mapAsync(
    target: never,
    items: Iterable<unknown>,
    options: MapOptions = {},
  ): AsyncResult<unknown[]> {
    return new AsyncResult<unknown[]>(
      this.#map(target, items, EACH, options, this.mapAsync),
    );
  }

  /**
   * `map()` with a function of several arguments: each item is a list of them.
   *
   * @param target The function.
   * @param items The lists of arguments.
   * @param options Options of the map.
   * @returns The results, in the same order.
   */
  starmap<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    items: Iterable<A>,
    options: SettledOptions<NoInfer<A>>,
  ): Promise<PromiseSettledResult<Awaited<R>>[]>;
  /** `map()` with a function of several arguments. */
  starmap<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    items: Iterable<A>,
    options?: MapOptions<NoInfer<A>>,
  ): Promise<Awaited<R>[]>;
  /** `map()` with an export of several arguments. */
  starmap<R = unknown>(
    target: TargetAddress,
    items: Iterable<readonly unknown[]>,
    options?: MapOptions<readonly unknown[]>,
  ): Promise<R[]>;
  async starmap(
    target: never,
    items: Iterable<unknown>,
    options: MapOptions = {},
  ): Promise<unknown[]> {
    return await this.#map(target, items, SPREAD, options, this.starmap)
      .promise;
  }

  /** `starmap()`, with a result that can be asked for its state. */
  starmapAsync<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    items: Iterable<A>,
    options: SettledOptions<NoInfer<A>>,
  ): AsyncResult<PromiseSettledResult<Awaited<R>>[]>;
  /** `starmap()`, with a result that can be asked for its state. */
  starmapAsync<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    items: Iterable<A>,
    options?: MapOptions<NoInfer<A>>,
  ): AsyncResult<Awaited<R>[]>;
  /** `starmap()` of an export of a module. */
  starmapAsync<R = unknown>(
    target: TargetAddress,
    items: Iterable<readonly unknown[]>,
    options?: MapOptions<readonly unknown[]>,
  ): AsyncResult<R[]>;
  starmapAsync(
    target: never,
    items: Iterable<unknown>,
    options: MapOptions = {},
  ): AsyncResult<unknown[]> {
    return new AsyncResult<unknown[]>(
      this.#map(target, items, SPREAD, options, this.starmapAsync),
    );
  }

  /**
   * Calls a function with each item of an iterable, which may be asynchronous and
   * endless, and returns the results in the same order, as they come. An item is
   * taken only when there is room for its result: see `buffersize`.
   *
   * @param target The function of one item.
   * @param items The items.
   * @param options Options of the stream.
   * @returns The results, for `for await`.
   * @throws {ProcessStateError} If the pool is closed.
   */
  imap<T, R>(
    target: (item: T) => R,
    items: Iterable<T> | AsyncIterable<T>,
    options?: StreamOptions<NoInfer<T>>,
  ): ResultIterator<Awaited<R>>;
  /** Calls an export of a module with each item. */
  imap<R = unknown>(
    target: TargetAddress,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options?: StreamOptions<unknown>,
  ): ResultIterator<R>;
  imap(
    target: never,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: StreamOptions = {},
  ): ResultIterator<unknown> {
    return this[STREAM](target, items, ORDERED, options, this.imap);
  }

  /**
   * Like `imap()`, but returns each result as soon as it exists.
   *
   * @param target The function of one item.
   * @param items The items.
   * @param options Options of the stream.
   * @returns The results, for `for await`.
   * @throws {ProcessStateError} If the pool is closed.
   */
  imapUnordered<T, R>(
    target: (item: T) => R,
    items: Iterable<T> | AsyncIterable<T>,
    options?: StreamOptions<NoInfer<T>>,
  ): ResultIterator<Awaited<R>>;
  /** Calls an export of a module with each item. */
  imapUnordered<R = unknown>(
    target: TargetAddress,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options?: StreamOptions<unknown>,
  ): ResultIterator<R>;
  imapUnordered(
    target: never,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: StreamOptions = {},
  ): ResultIterator<unknown> {
    return this[STREAM](target, items, UNORDERED, options, this.imapUnordered);
  }

  /**
   * Starts workers before there is work, so that the first call does not wait for
   * their start and their initializer; beyond Python. The option `minWorkers` is
   * for workers that stay.
   *
   * @param options How many workers, and how long to wait.
   * @returns True once they are up, false if the time ran out first.
   * @throws {RangeError} If the pool may not have so many workers.
   * @throws {ProcessStateError} If the pool is closed, also while this waits.
   * @throws What the initializer threw.
   */
  async warmUp(options: WarmUpOptions = {}): Promise<boolean> {
    const timeout = timeoutOf(options, "warm up a pool");
    const { workers = this.size } = options;
    checkWorkers("warm up a pool", "workers", workers, this.size);
    if (this.#state !== "running") throw closedError();
    const up = this.#scheduler.warmUp(workers);
    const isUp = await settles(up, timeout, options.signal);
    if (isUp) await up;
    return isUp;
  }

  /**
   * Takes no more work. The workers finish the work that the pool has, and end. Results
   * of `imap()` that nobody has begun to read are computed now: all those of an array,
   * and of another iterable as many as there is room for.
   */
  close(): void {
    if (this.#state !== "running") return;
    this.#state = "closed";
    for (const stream of this.#streams.unread) stream.begin();
    this.#scheduler.workers.wantNone();
    this.#scheduler.endWarmUps(closedError());
    this.#settle();
  }

  /**
   * Stops the workers now. Work that is not done fails with a `ProcessStateError`.
   */
  terminate(): void {
    if (this.#state === "terminated") return;
    this.#state = "terminated";
    const error = new ProcessStateError(
      "Cannot finish the work as the pool was terminated: close() and join() " +
        "wait for it",
    );
    this.#scheduler.workers.fail(error);
    this.#scheduler.terminate(error);
    this.#settle();
  }

  /**
   * Waits until all work is done and the workers have ended.
   *
   * @param options How long to wait.
   * @returns True once they have ended, false if the time ran out first.
   * @throws {ProcessStateError} If the pool is still running: `close()` or
   * `terminate()` it first.
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = timeoutOf(options, "join a pool");
    if (this.#state === "running" && this.#scheduler.workers.failure === null) {
      throw new ProcessStateError(
        "Cannot join the pool as it is still running: close() or terminate() " +
          "it first",
      );
    }
    return await settles(this.#finished.promise, timeout, options?.signal);
  }

  /** Closes the pool and joins it, so that no work is lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }

  /** The statistics of the pool and its workers. */
  stats(): PoolStats {
    const { workers, pending, waiting } = this.#scheduler;
    return {
      size: workers.size,
      pending,
      waiting,
      started: workers.started,
      restarts: workers.restarts,
      workers: workers.workers.map(parts.statsOf),
    };
  }

  /**
   * A pool works only in the process that made it.
   * @ignore
   */
  get [REFUSED](): string {
    return "a pool; make one in the process that uses it";
  }

  /** As in Python: `<Pool state=running size=4>`. */
  toString(): string {
    return `<${this.constructor.name} state=${this.#state} size=${this.size}>`;
  }

  /**
   * Shows the pool as a table in the cell of a notebook.
   * @ignore
   */
  [DISPLAY](): Display {
    const { size, pending, waiting, restarts, workers } = this.stats();
    return tableOf(this.constructor.name, {
      state: this.#state,
      "start method": this.#method,
      workers: `${workers.length} of ${size}`,
      busy: workers.filter(({ state }) => state === "busy").length,
      pending,
      waiting,
      restarts,
    });
  }

  /** Shows the pool in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /**
   * Makes the job of one call.
   * @ignore
   */
  [SUBMIT](
    target: Target,
    args: readonly unknown[] | undefined,
    options: ApplyOptions | undefined,
    below: AnyFunction,
  ): CallJob<unknown> {
    const job = this.#call(target, args, options, below);
    if (!this.#isCrowded) job.outcome.caller = callerOf(below);
    return job;
  }

  #call(
    target: Target,
    args: readonly unknown[] = NOTHING,
    options: ApplyOptions | undefined,
    below: AnyFunction,
  ): CallJob<unknown> {
    this.#refuseUnlessRunning("apply");
    checkArgs(args);
    if (options !== undefined) {
      expectOptions(options, "apply", "{ timeout: 1000 }");
      if (options.transfer !== undefined) checkTransfer(options.transfer);
    }
    const job = new parts.CallJob(
      this.#functions.find(target, options ?? NOWHERE, below as never),
      args,
      options?.transfer ?? NOTHING as [],
      limitsOf(options, "apply"),
      this.#destination,
      new TaskOutcome<unknown>(NO_CALLER),
      this.#scheduler,
    );
    if (!job.isOver) this.#scheduler.add(job, new parts.Task(job, 0, 1));
    return job;
  }

  /** Whether too many calls are pending to keep a stack of each: stacks are large. */
  get #isCrowded(): boolean {
    return this.#scheduler.pending >= POOL_CALLERS_MAX;
  }

  /**
   * Whether calls come too fast to capture a stack of each: one takes 3 us (2.9.6).
   */
  #isHurried(): boolean {
    if (this.#isCrowded) return true;
    const now = performance.now();
    if (now - this.#stackAt < STACK_EVERY_MS) return true;
    this.#stackAt = now;
    return false;
  }

  #map(
    target: Target,
    items: Iterable<unknown>,
    form: CallForm,
    options: MapOptions,
    below: AnyFunction,
  ): TaskOutcome<unknown[]> {
    this.#refuseUnlessRunning("map");
    checkMap(options);
    const fn = this.#functions.find(target, options, below as never);
    const list = listOf(items);
    const limits = limitsOf(options, "map");
    const bar = options.progress === true
      ? parts.openProgressBar(list.length)
      : null;
    const job = new parts.MapJob<unknown>(
      fn,
      list,
      {
        form,
        isSettled: (options as Partial<SettledOptions>).settled === true,
        options: bar === null ? options : parts.shownBy(bar, options),
        size: this.size,
      },
      limits,
      new TaskOutcome<unknown[]>(callerOf(below)),
      this.#scheduler,
    );
    bar?.closeAfter(job.outcome.promise);
    if (!job.isOver) job.endIfEmpty();
    if (!job.isOver) this.#scheduler.add(job, job);
    return job.outcome;
  }

  /**
   * Makes the results of a stream.
   * @ignore
   */
  [STREAM](
    target: Target,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    kind: StreamKind,
    options: StreamOptions,
    below: AnyFunction,
  ): ResultIterator<unknown> {
    this.#refuseUnlessRunning("imap");
    checkStream(options);
    if (!isIterable(items)) throw wrong("imap", "items", "iterable", items);
    const { chunksize, buffersize, transfer } = options;
    const job = new parts.StreamJob(
      this.#functions.find(target, options, below as never),
      items,
      { ...kind, chunksize, buffersize, transfer, size: this.size },
      limitsOf(options, "imap"),
      this.#streams,
    );
    return new ResultIterator(job, callerOf(below));
  }

  /**
   * Gives up all items that no worker has begun.
   * @ignore
   */
  [WITHDRAW](reason: () => unknown): void {
    this.#scheduler.withdrawAll(reason);
  }

  #refuseUnlessRunning(what: string): void {
    const { failure } = this.#scheduler.workers;
    if (this.#state !== "running") {
      throw new ProcessStateError(
        `Cannot ${what} as the pool must be running: current state is "${this.#state}"`,
      );
    }
    if (failure !== null) throw failure.error;
  }

  #nameNext(plan: ProcessPlan): ProcessPlan {
    if (plan.name === null) return plan;
    return { ...plan, name: `${plan.name}-${++this.#named}` };
  }

  /** Ends the workers when no work is left, and the pool when they have ended. */
  #settle(): void {
    const { workers, isIdle } = this.#scheduler;
    const mayEnd = this.#state !== "running" || workers.failure !== null;
    if (!mayEnd || !isIdle) return;
    this.#isEnding = true;
    workers.end();
    if (workers.isEmpty) this.#finished.resolve();
  }
}

function closedError(): ProcessStateError {
  return new ProcessStateError(
    "Cannot warm up the pool as it is closed: make another one",
  );
}

/**
 * A result whose error has the stack of the code that awaits it. That is not the
 * call itself, but mostly in the same function, and costs nothing until there is an
 * error.
 */
async function seenByWaiter<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw asSeenBy(callerOf(seenByWaiter), error);
  }
}

function listOf(items: Iterable<unknown>): readonly unknown[] {
  if (Array.isArray(items)) return [...items];
  if (typeof items?.[Symbol.iterator] !== "function") {
    throw wrong("map", "items", "iterable", items);
  }
  return [...items];
}

/**
 * A pool of threads, under any start method of the program, like Python's
 * `multiprocessing.pool.ThreadPool`. Unlike threads in Python, its workers share no
 * variables with the program.
 *
 * @typeParam S The arguments of the initializer.
 *
 * @example Squares
 * ```ts
 * import { ThreadPool } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * await using pool = new ThreadPool(2);
 * deepEqual(await pool.map((x: number) => x * x, [1, 2, 3]), [1, 4, 9]);
 * ```
 */
export class ThreadPool<S extends readonly unknown[] = readonly never[]>
  extends BasePool<S> {
  /** Makes a pool of threads. */
  constructor(processes?: number, options?: PoolOptions<S>) {
    super(processes, options);
  }

  /**
   * Always threads.
   * @ignore
   */
  override [START_METHOD](): string {
    return "thread";
  }
}

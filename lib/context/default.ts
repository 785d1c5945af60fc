/**
 * The start method of the program, and the classes that use it.
 *
 * @module
 */

import { isCalledByModule } from "../base/call_sites.ts";
import { expectOptions } from "../base/options.ts";
import { StartMethodError } from "../base/errors.ts";
import type { ContextOptions } from "../launch/interpreter.ts";
import { noteChosenMethod } from "../process/own_identity.ts";
import { defaultMethod, launcherOf, startMethods } from "../launch/registry.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { BaseProcess, START_METHOD } from "../process/process.ts";
import { BaseExecutor } from "../pool/parent/executor.ts";
import type { PoolOptions } from "../pool/parent/pool_options.ts";
import { BasePool } from "../pool/parent/pool.ts";
import type { ProcessOptions } from "../process/process_options.ts";
import { type Context, contextOf } from "./context.ts";

// Invariant: null until the program has chosen a method, or has read the default.
let chosen: string | null = null;
let isInherited = false;

/**
 * Options of `getStartMethod()`.
 *
 * @example Reading it without fixing it
 * ```ts
 * import { type GetStartMethodOptions, getStartMethod } from "@multiprocessing/core";
 *
 * const options: GetStartMethodOptions = { allowNone: true };
 * console.log(getStartMethod(options)); // null in a fresh program
 * ```
 */
export interface GetStartMethodOptions {
  /**
   * Returns null while no method is chosen, instead of choosing the default.
   *
   * @default {false}
   */
  readonly allowNone?: boolean;
}

/**
 * Options of `setStartMethod()`.
 *
 * @example Choosing again
 * ```ts
 * import { setStartMethod, type SetStartMethodOptions } from "@multiprocessing/core";
 *
 * const options: SetStartMethodOptions = { force: true };
 * setStartMethod("worker", options);
 * setStartMethod(null, options);
 * ```
 */
export interface SetStartMethodOptions {
  /**
   * Whether an earlier choice may be changed.
   *
   * @default {false}
   */
  readonly force?: boolean;
}

/**
 * A process under the start method of the program, like Python's
 * `multiprocessing.Process`; see {@linkcode BaseProcess} for its methods.
 *
 * - **Its own module:** the child imports the module that constructs the process,
 *   where `import.meta.main` is false, and takes the export that is the target. A
 *   function that is not exported travels as text, with the variables that it uses;
 *   see `explain()` and the option `scope`.
 * - **Its own end:** an error, an exit, an exhausted heap or a kill ends the child
 *   and never the parent. Then `exitcode` is set, `join()` resolves, and `result()`
 *   rejects with the reason.
 * - **Its own time:** a process ends when its target has settled. Return or await
 *   everything that must be finished: timers and servers that are still there end
 *   with the process.
 *
 * @typeParam A The arguments of the target.
 * @typeParam R What the target returns.
 *
 * @example A function in another process
 * ```ts
 * import { Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const p = new Process({ target: (a: number, b: number) => a * b, args: [6, 7] });
 * p.start();
 * equal(await p.result(), 42);
 * equal(p.exitcode, 0);
 * ```
 *
 * @example A subclass with its own run()
 * ```ts
 * import { Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * class Greeter extends Process<[], string> {
 *   override run(): string {
 *     return `hello from ${this.name}`;
 *   }
 * }
 *
 * // A module that exports Greeter could start() it; here it runs in place.
 * equal(new Greeter({ name: "here" }).run(), "hello from here");
 * ```
 */
export class Process<
  A extends readonly unknown[] = readonly never[],
  R = unknown,
> extends BaseProcess<A, R> {
  /** Makes a process, which is not started yet. */
  constructor(options: ProcessOptions<A, R> = {} as ProcessOptions<A, R>) {
    super(options);
  }

  /**
   * The start method of the program.
   * @ignore
   */
  override [START_METHOD](): string {
    return getStartMethod();
  }
}

/**
 * A pool of processes under the start method of the program, like Python's
 * `multiprocessing.Pool`; see {@linkcode BasePool} for its methods.
 *
 * - **Functions** are found as a `Process` finds its target: exports of the calling
 *   module by their address, other functions by their text.
 * - **A worker that dies** fails the task that it ran with a `WorkerLostError`, and
 *   nothing else: another worker takes its place, and `retries` runs the task
 *   again.
 * - **`await using`** closes the pool and waits for its work at the end of the
 *   block. `terminate()` stops it at once.
 *
 * @typeParam S The arguments of the initializer.
 *
 * @example Squares
 * ```ts
 * import { Pool } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * await using pool = new Pool(2);
 * deepEqual(await pool.map((x: number) => x * x, [1, 2, 3]), [1, 4, 9]);
 * ```
 *
 * @example One call, with a limit
 * ```ts
 * import { Pool } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const add = (a: number, b: number) => a + b;
 * await using pool = new Pool(1);
 * equal(await pool.apply(add, [1, 2], { timeout: 10_000 }), 3);
 * ```
 */
export class Pool<S extends readonly unknown[] = readonly never[]>
  extends BasePool<S> {
  /**
   * Makes a pool. Its workers start with the first tasks.
   *
   * @param processes The maximum number of workers; by default the number of
   * processors.
   * @param options Options of the pool.
   */
  constructor(processes?: number, options?: PoolOptions<S>) {
    super(processes, options);
  }

  /**
   * The start method of the program.
   * @ignore
   */
  override [START_METHOD](): string {
    return getStartMethod();
  }
}

/**
 * An executor with the interface of Python's
 * `concurrent.futures.ProcessPoolExecutor`, under the start method of the program;
 * see {@linkcode BaseExecutor} for its methods.
 *
 * A worker that dies fails its own call with a `WorkerLostError`; the executor goes
 * on, where Python's is broken for good.
 *
 * @typeParam S The arguments of the initializer.
 *
 * @example Calls, and their results
 * ```ts
 * import { ProcessPoolExecutor } from "@multiprocessing/core";
 * import { deepEqual, equal } from "node:assert/strict";
 *
 * await using executor = new ProcessPoolExecutor(2);
 * const future = executor.submit((a: number, b: number) => a + b, 1, 2);
 * equal(await future.result(), 3);
 *
 * const powers = executor.map((x: number, n: number) => x ** n, [2, 3], [3, 2]);
 * deepEqual(await Array.fromAsync(powers), [8, 9]);
 * ```
 */
export class ProcessPoolExecutor<
  S extends readonly unknown[] = readonly never[],
> extends BaseExecutor<S> {
  /**
   * Makes an executor. Its workers start with the first call.
   *
   * @param maxWorkers The maximum number of workers; by default the number of
   * processors.
   * @param options Options, as for a `Pool`.
   */
  constructor(maxWorkers?: number, options?: PoolOptions<S>) {
    super(maxWorkers, options);
  }

  /**
   * The start method of the program.
   * @ignore
   */
  override [START_METHOD](): string {
    return getStartMethod();
  }
}

/**
 * The start method of the program, like Python's `get_start_method()`. Reading it
 * fixes it, unless `allowNone` is set.
 *
 * @example The default
 * ```ts
 * import { getStartMethod } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * equal(getStartMethod(), "thread");
 * ```
 *
 * @param options Whether to leave it open.
 * @returns The name; null only with `allowNone`.
 */
export function getStartMethod(
  options: GetStartMethodOptions & { allowNone: true },
): string | null;
/** The start method of the program, which is fixed by this call. */
export function getStartMethod(options?: GetStartMethodOptions): string;
export function getStartMethod(
  options: GetStartMethodOptions = {},
): string | null {
  expectOptions(options, "get the start method", "{ allowNone: true }");
  const { allowNone = false } = options;
  inherit();
  if (chosen === null && !allowNone) choose(defaultMethod());
  return chosen;
}

/**
 * Chooses the start method of the program, once, like Python's
 * `set_start_method()`.
 *
 * @example In the main program
 * ```ts
 * import { getStartMethod, setStartMethod } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * setStartMethod("spawn", { force: true });
 * equal(getStartMethod(), "spawn");
 * setStartMethod(null, { force: true });
 * ```
 *
 * A child has the start method that it was started with: a module that chooses this
 * one again while it loads, or the one of the main program, changes nothing there.
 *
 * @param name The name, or null (with `force`) to leave it open again.
 * @param options Whether an earlier choice may be changed.
 * @throws {StartMethodError} If the name is unknown or not supported here, or if a
 * method is already chosen.
 */
export function setStartMethod(
  name: string | null,
  options: SetStartMethodOptions = {},
): void {
  expectOptions(options, "set the start method", "{ force: true }");
  const { force = false } = options;
  inherit();
  if (name !== null && isRepeated(name)) return;
  if (name !== null) launcherOf(name);
  if (chosen !== null && !force) {
    throw new StartMethodError(
      `Cannot set start method to ${JSON.stringify(name)} as "${chosen}" is ` +
        `already in use: set it first in the main program, or give { force: true }`,
    );
  }
  choose(name);
}

function choose(name: string | null): void {
  chosen = name;
  noteChosenMethod(name);
}

/**
 * Whether a module of a child chooses: it does in every process that imports it, at
 * the start or later, and in a child it has been done.
 */
function isRepeated(name: string): boolean {
  const context = childContext();
  if (context === null) return false;
  const isTheSame = name === chosen || name === context.identity.chosen;
  return isTheSame && (context.importing || isCalledByModule(setStartMethod));
}

/** Takes over the start method of the parent, in a child. */
function inherit(): void {
  if (isInherited) return;
  isInherited = true;
  chosen ??= childContext()?.identity.method ?? null;
}

/**
 * The names of the start methods that are supported here, the default first, like
 * Python's `get_all_start_methods()`. `startMethods()` reports on the others, too.
 *
 * @example With all permissions
 * ```ts
 * import { getAllStartMethods } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(getAllStartMethods().slice(0, 3), ["thread", "worker", "spawn"]);
 * ```
 *
 * @returns The names.
 */
export function getAllStartMethods(): string[] {
  return startMethods().filter(({ supported }) => supported)
    .map(({ name }) => name);
}

/**
 * The API under one start method, like Python's `get_context()`. It returns the
 * same object each time.
 *
 * @example An OS process, whatever the default is
 * ```ts
 * import { getContext } from "@multiprocessing/core";
 * import { notEqual } from "node:assert/strict";
 *
 * const ctx = getContext("spawn");
 * const p = new ctx.Process({ target: () => Deno.pid });
 * p.start();
 * notEqual(await p.result(), Deno.pid);
 * ```
 *
 * @example Processes with a flag of their own
 * ```ts
 * import { getContext } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const ctx = getContext("spawn", { flags: ["--location=http://example.com/"] });
 * const p = new ctx.Process({ target: () => location.host });
 * p.start();
 * equal(await p.result(), "example.com");
 * ```
 *
 * @param name The start method; by default that of the program, which is then
 * fixed.
 * @param options The interpreter of its processes; the result is then a new
 * context.
 * @returns The context.
 * @throws {StartMethodError} If the name is unknown or not supported here.
 * @throws {UnsupportedError} If the method does not support an option.
 * @throws {TypeError} If an option has the wrong shape.
 */
export function getContext(name?: string, options?: ContextOptions): Context {
  return contextOf(name ?? getStartMethod(), options);
}

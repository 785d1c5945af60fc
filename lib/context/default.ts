/**
 * The start method of the program: chosen once, or the first that works.
 *
 * @module
 */

import { expectOptions } from "../base/options.ts";
import { StartMethodError } from "../base/errors.ts";
import type { ContextOptions } from "../launch/interpreter.ts";
import { defaultMethod, launcherOf, startMethods } from "../launch/registry.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { BaseProcess, START_METHOD } from "../process/process.ts";
import { BaseExecutor } from "../pool/parent/executor.ts";
import type { PoolOptions } from "../pool/parent/pool_options.ts";
import { BasePool } from "../pool/parent/pool.ts";
import type { ProcessOptions } from "../process/process_options.ts";
import { type Context, contextOf } from "./context.ts";

// Invariant: null until the program has chosen, or has looked at the default.
let chosen: string | null = null;
let isInherited = false;

/**
 * How to look at the start method.
 *
 * @example Looking without fixing it
 * ```ts
 * import { type GetStartMethodOptions, getStartMethod } from "@multiprocessing/core";
 *
 * const options: GetStartMethodOptions = { allowNone: true };
 * console.log(getStartMethod(options)); // null in a fresh program
 * ```
 */
export interface GetStartMethodOptions {
  /**
   * Gives null while nothing is chosen, instead of choosing the default.
   *
   * @default {false}
   */
  readonly allowNone?: boolean;
}

/**
 * How to choose the start method.
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
   * Chooses anew where a choice was made before.
   *
   * @default {false}
   */
  readonly force?: boolean;
}

/**
 * A process under the start method of the program; see {@linkcode BaseProcess}
 * for what it can do. Like Python's `multiprocessing.Process`.
 *
 * - **Its own module:** the child imports the module that constructs the process,
 *   where `import.meta.main` is false, and takes the export that is the target. A
 *   function that is exported nowhere travels as text and must bring what it uses
 *   in `scope`.
 * - **Its own end:** an error, an exit, a lost heap or a kill ends the child and
 *   never the parent. `exitcode` is then set, `join()` resolves, and `result()`
 *   rejects with the reason.
 * - **Its own time:** a process ends when its target has settled. Return or await
 *   what is to be finished: timers and servers that are left behind end with it.
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
  /** Makes a process; it does not start yet. */
  constructor(options: ProcessOptions<A, R> = {} as ProcessOptions<A, R>) {
    super(options);
  }

  /**
   * The start method of the program.
   * @internal
   */
  override [START_METHOD](): string {
    return getStartMethod();
  }
}

/**
 * Many tasks on few processes, under the start method of the program; see
 * {@linkcode BasePool} for what it can do. Like Python's `multiprocessing.Pool`.
 *
 * - **Functions** are found as a `Process` finds its target: what the calling
 *   module exports by its address, anything else by its text and `scope`.
 * - **A worker that dies** fails the task that it ran with a `WorkerLostError`, and
 *   nothing else: another one takes its place, and `retries` runs the task again.
 * - **`await using`** closes the pool and waits for its work at the end of the
 *   block. `terminate()` ends it at once.
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
   * @param processes How many workers there are at the most.
   * @param options How it is made.
   */
  constructor(processes?: number, options?: PoolOptions<S>) {
    super(processes, options);
  }

  /**
   * The start method of the program.
   * @internal
   */
  override [START_METHOD](): string {
    return getStartMethod();
  }
}

/**
 * A pool with the face of Python's `concurrent.futures.ProcessPoolExecutor`, under
 * the start method of the program; see {@linkcode BaseExecutor} for what it can do.
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
   * Makes an executor. Its workers start with the first work.
   *
   * @param maxWorkers How many workers there are at the most.
   * @param options How it is made: what a `Pool` may be given.
   */
  constructor(maxWorkers?: number, options?: PoolOptions<S>) {
    super(maxWorkers, options);
  }

  /**
   * The start method of the program.
   * @internal
   */
  override [START_METHOD](): string {
    return getStartMethod();
  }
}

/**
 * The start method in use, like Python's `get_start_method()`. Looking at it fixes
 * it, unless `allowNone` says otherwise.
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
/** The start method in use, which is fixed by this look. */
export function getStartMethod(options?: GetStartMethodOptions): string;
export function getStartMethod(
  options: GetStartMethodOptions = {},
): string | null {
  expectOptions(options, "get the start method", "{ allowNone: true }");
  const { allowNone = false } = options;
  inherit();
  if (chosen === null && !allowNone) chosen = defaultMethod();
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
 * In a child the choice is that of its parent: to make it again, while a module
 * loads, changes nothing.
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
  // A module says so in every process that imports it; in a child it has been done.
  if (name !== null && name === chosen && childContext()?.importing) return;
  if (name !== null) launcherOf(name);
  if (chosen !== null && !force) {
    throw new StartMethodError(
      `Cannot set start method to ${JSON.stringify(name)} as "${chosen}" is ` +
        `already in use: set it first in the main program, or give { force: true }`,
    );
  }
  chosen = name;
}

/** A child goes on with the start method of its parent. */
function inherit(): void {
  if (isInherited) return;
  isInherited = true;
  chosen ??= childContext()?.identity.method ?? null;
}

/**
 * The names of the start methods that work here, the default first, like Python's
 * `get_all_start_methods()`. `startMethods()` tells about the others too.
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
 * The API bound to one start method, like Python's `get_context()`. The same
 * object each time.
 *
 * @example An OS process, whatever the default
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
 * @param name The start method; the program's own, which is then fixed, if left
 * out.
 * @param options What runs its processes; the result is then a context of its own.
 * @returns The context.
 * @throws {StartMethodError} If the name is unknown or not supported here.
 * @throws {UnsupportedError} If the method cannot do what the options say.
 * @throws {TypeError} If an option has the wrong shape.
 */
export function getContext(name?: string, options?: ContextOptions): Context {
  return contextOf(name ?? getStartMethod(), options);
}

/**
 * The settings of spares, which are processes that are booted before they are
 * needed.
 *
 * @module
 */

import { UnsupportedError } from "../base/errors.ts";
import { keepAlive } from "../base/keep_alive.ts";
import { expectOptions } from "../base/options.ts";
import { nameOf } from "../base/shown_value.ts";
import { settles, timeoutOf, type WaitOptions } from "../base/timeouts.ts";
import { flushLaunches } from "../launch/deferred_launches.ts";
import { interpreterOf } from "../launch/interpreter.ts";
import { destinationOf } from "../launch/launcher.ts";
import { launcherOf } from "../launch/registry.ts";
import defer * as stocks from "../launch/spares.ts";
import type { AnyStock } from "../launch/spares.ts";
import { routeOf } from "../launch/output_route.ts";
import {
  asParent,
  chosenMethod,
  ownMainModule,
  refuseWhileImporting,
} from "../process/own_identity.ts";
import {
  checkOptions,
  checkTraits,
  type CommonOptions,
} from "../process/process_options.ts";
import { settingForChild } from "../logging/logger.ts";
import {
  type HasStartMethod,
  methodOfContext,
} from "../pool/parent/pool_options.ts";
import { getStartMethod } from "./default.ts";

/**
 * Selects the spares of a start method.
 *
 * @example Of one start method
 * ```ts
 * import { type SpareSelection, spares } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const selection: SpareSelection = { method: "forkserver" };
 * deepEqual(spares(selection), []);
 * ```
 */
export interface SpareSelection {
  /**
   * The start method.
   *
   * @default {that of the program}
   */
  readonly method?: string;
  /**
   * A context from `getContext()`, in place of `method`. Spares that are booted for it
   * have its executable and flags.
   */
  readonly context?: HasStartMethod;
}

/**
 * Options of `setSpares()`.
 *
 * @example Four, for ten seconds
 * ```ts
 * import { setSpares, type SpareOptions } from "@multiprocessing/core";
 *
 * const options: SpareOptions = { method: "forkserver", idleTimeout: 10_000 };
 * setSpares(4, options);
 * ```
 */
export interface SpareOptions extends SpareSelection {
  /**
   * After how many milliseconds without a start the spares are ended.
   *
   * @default {60_000}
   */
  readonly idleTimeout?: number;
  /**
   * Whether a used spare is replaced while the program waits. Otherwise only
   * `fillSpares()` boots spares.
   *
   * @default {true}
   */
  readonly refill?: boolean;
}

/**
 * Options of `fillSpares()`: the processes that the spares are for, and how long to
 * wait.
 *
 * @example For processes with a small heap
 * ```ts
 * import { fillSpares, type FillOptions, retireSpares } from "@multiprocessing/core";
 *
 * const options: FillOptions = { method: "forkserver", maxHeapMiB: 64 };
 * await fillSpares(options);
 * await retireSpares({ method: "forkserver" });
 * ```
 */
export type FillOptions =
  & SpareSelection
  & WaitOptions
  & Pick<CommonOptions, "permissions" | "maxHeapMiB" | "env">;

/**
 * A spare, as {@linkcode spares} reports it.
 *
 * @example What the spares cost
 * ```ts
 * import { fillSpares, retireSpares, type SpareReport, spares } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * await fillSpares({ method: "forkserver" });
 * const [first]: SpareReport[] = spares({ method: "forkserver" });
 * ok(first!.isWaiting && first!.memoryMiB! > 1);
 * await retireSpares({ method: "forkserver" });
 * ```
 */
export interface SpareReport {
  /** The start method of the spare. */
  readonly method: string;
  /** The ID of its OS process; threads and workers share that of the program. */
  readonly pid: number;
  /** Whether it has booted and waits. */
  readonly isWaiting: boolean;
  /**
   * Its memory, in MiB: the resident set of an OS process, much of which all `deno`
   * processes share. Null while it is unknown.
   */
  readonly memoryMiB: number | null;
}

/**
 * Sets how many spares wait for each kind of process, which is: processes with the
 * same permissions, environment, heap limit, folder and flags.
 *
 * A start takes a spare of its kind, or boots a process if there is none. After the
 * first start of a kind its spares are booted, one at a time, while the program
 * waits. Spares neither keep the program alive nor outlive it.
 *
 * The main thread makes all threads and workers, and keeps their spares: in a thread
 * or worker, only a number for `forkserver` has an effect.
 *
 * @example As many as a pool has workers
 * ```ts
 * import { setSpares } from "@multiprocessing/core";
 *
 * setSpares(4, { method: "forkserver" });
 * ```
 *
 * @param count The number of spares; none with 0.
 * @param options The start method, and how its spares are kept.
 * @throws {RangeError} If `count` is not a whole number from 0 to 1024.
 * @throws {TypeError} If an option has the wrong shape.
 * @throws {UnsupportedError} If the start method has no spares.
 */
export function setSpares(count: number, options: SpareOptions = {}): void {
  expectOptions(options, "set the spares", '{ method: "forkserver" }');
  const { refill = true } = options;
  if (!Number.isInteger(count) || count < 0 || count > SPARES_MAX) {
    throw new RangeError(
      `Cannot set the spares as "count" must be a whole number from 0 to ` +
        `${SPARES_MAX}: current value is ${nameOf(count)}`,
    );
  }
  if (typeof refill !== "boolean") {
    throw new TypeError(
      `Cannot set the spares as "refill" must be a boolean: current value is ${
        nameOf(refill)
      }`,
    );
  }
  const timeout = options.idleTimeout ?? stocks.IDLE_DEFAULT_MS;
  const idleMs = timeoutOf({ timeout }, "set the spares", "idleTimeout");
  const stock = stockFor(methodOf(options, "set the spares"), "set the spares");
  // Processes that were just started take their spares first.
  flushLaunches();
  stock.configure({ count, idleMs, isRefilled: refill });
}

const SPARES_MAX = 1024;

/**
 * Boots spares now, all at once, for processes with these options.
 *
 * Under `forkserver`, a process that may not read all files must know its modules at
 * its boot: these spares serve those that need none, and the first starts of each
 * module boot the others.
 *
 * @example Before the first request
 * ```ts
 * import { fillSpares, getContext, retireSpares } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await fillSpares({ method: "forkserver" });
 * const p = new (getContext("forkserver").Process)({ target: () => 42 });
 * p.start();
 * equal(await p.result(), 42);
 * await retireSpares({ method: "forkserver" });
 * ```
 *
 * @param options The processes that the spares are for, and how long to wait.
 * @returns True once they wait, or could not be booted, which the log then says;
 * false if the time ran out first.
 * @throws {BootstrapError} If a child calls it while it still imports its modules.
 * @throws {ProcessStateError} If no spares are kept: threads and workers have some
 * after `setSpares()` only.
 * @throws {UnsupportedError} If the start method has no spares, or none for such
 * processes. In a thread or worker, those are the main thread's to boot.
 */
export async function fillSpares(options: FillOptions = {}): Promise<boolean> {
  expectOptions(options, "fill the spares", '{ method: "forkserver" }');
  const timeout = timeoutOf(options, "fill the spares");
  const method = methodOf(options, "fill the spares");
  stockFor(method, "fill the spares");
  // A spare that imports the module that boots spares would boot more, without end.
  refuseWhileImporting("fill the spares", "their", "call");
  const done = filled(method, options);
  const isDone = await settles(done, timeout, options.signal);
  if (isDone) await done;
  return isDone;
}

async function filled(method: string, options: FillOptions): Promise<void> {
  const { permissions, maxHeapMiB, env, context } = options;
  const { common } = checkOptions({
    ...(permissions === undefined ? {} : { permissions }),
    ...(maxHeapMiB === undefined ? {} : { maxHeapMiB }),
    ...(env === undefined ? {} : { env }),
  });
  const launcher = launcherOf(method);
  checkTraits(method, launcher.traits, common);
  const mainModule = ownMainModule();
  // Processes that were just started take their spares first.
  flushLaunches();
  await launcher.fill?.({
    ...{ name: "", daemon: false, modules: [] },
    interpreter: context === undefined ? null : interpreterOf(context),
    maxHeapMiB: common.maxHeapMiB ?? null,
    permissions: common.permissions ?? null,
    env: common.env ?? null,
    mainModule,
    isSettled: true,
    stdout: routeOf("stdout", undefined, null),
    stderr: routeOf("stderr", undefined, null),
  }, {
    identity: {
      parent: asParent(),
      method,
      chosen: chosenMethod(),
      mainModule,
    },
    destination: destinationOf(launcher.traits, common.permissions),
    log: settingForChild(),
  });
}

/**
 * Ends the spares. The next start boots them again, unless `setSpares(0)` was called.
 *
 * @example At the end of a test
 * ```ts
 * import { retireSpares, spares } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * await retireSpares({ method: "forkserver" });
 * deepEqual(spares({ method: "forkserver" }), []);
 * ```
 *
 * @param options The start method.
 * @throws {UnsupportedError} If the start method has no spares.
 */
export async function retireSpares(
  options: SpareSelection = {},
): Promise<void> {
  expectOptions(options, "retire the spares", '{ method: "forkserver" }');
  const stock = stockFor(
    methodOf(options, "retire the spares"),
    "retire the spares",
  );
  const release = keepAlive();
  // Processes that were just started take their spares first.
  flushLaunches();
  try {
    await stock.retire();
  } finally {
    release();
  }
}

/**
 * The spares that exist now.
 *
 * @example How many wait
 * ```ts
 * import { spares } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const waiting = spares({ method: "forkserver" }).filter(({ isWaiting }) => isWaiting);
 * equal(waiting.length, 0);
 * ```
 *
 * @param options The start method.
 * @returns A report for each spare.
 * @throws {UnsupportedError} If the start method has no spares.
 */
export function spares(options: SpareSelection = {}): SpareReport[] {
  expectOptions(options, "report the spares", '{ method: "forkserver" }');
  const method = methodOf(options, "report the spares");
  return stockFor(method, "report the spares").spares().map((spare) => ({
    method,
    pid: spare.pid,
    isWaiting: spare.isWaiting,
    memoryMiB: spare.memoryBytes === null
      ? null
      : Math.round(spare.memoryBytes / 2 ** 20 * 10) / 10,
  }));
}

function methodOf(
  { method, context }: SpareSelection,
  what: string,
): string {
  if (method !== undefined && typeof method !== "string") {
    throw new TypeError(
      `Cannot ${what} as "method" must be a text: current value is ${
        nameOf(method)
      }`,
    );
  }
  if (context === undefined) return method ?? getStartMethod();
  const ofContext = methodOfContext(context, what);
  if (method === undefined || method === ofContext) return ofContext;
  throw new TypeError(
    `Cannot ${what} as "method" is ${nameOf(method)} and "context" has ${
      nameOf(ofContext)
    }: give one of them`,
  );
}

function stockFor(method: string, what: string): AnyStock {
  const stock = stocks.stockOf(method);
  if (stock !== undefined) return stock;
  // Throws if the name is unknown.
  launcherOf(method);
  throw new UnsupportedError(
    `Cannot ${what} of start method ${nameOf(method)} as it has none: use ${
      stocks.stockedMethods().map((name) => `"${name}"`).join(", ")
    }`,
  );
}

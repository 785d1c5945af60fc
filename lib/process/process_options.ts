/**
 * The options of processes, and the checks of them.
 *
 * @module
 */

import { showValue } from "../base/shown_value.ts";
import { expectOptions } from "../base/options.ts";
import { UnsupportedError } from "../base/errors.ts";
import { checkedPermissions } from "../launch/permissions.ts";
import type { OutputOption } from "../launch/child_output.ts";
import type { StartMethodTraits } from "../launch/launcher.ts";
import type { TargetAddress } from "../wire/serialization/target_address.ts";

/**
 * Options of every process, besides what it runs.
 *
 * @example A named daemon with a small heap
 * ```ts
 * import { type CommonOptions, Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: CommonOptions = { name: "cleaner", daemon: true, maxHeapMiB: 64 };
 * equal(new Process({ target: () => {}, ...options }).name, "cleaner");
 * ```
 */
export interface CommonOptions {
  /**
   * The name of the process.
   *
   * @default {"Process-1", "Process-1:2" and so on, after the class}
   */
  readonly name?: string;
  /**
   * Whether the process ends with its parent and does not keep the program
   * alive.
   *
   * @default {as the process that makes it; false in the main process}
   */
  readonly daemon?: boolean;
  /**
   * URL of the module that exports the target (or the subclass), if it is not the
   * module that constructs the process.
   */
  readonly module?: string | URL;
  /**
   * Values, functions and classes for free names in the target, whatever these
   * names mean here. The target then travels as text, even if its module exports
   * it.
   */
  readonly scope?: Readonly<Record<string, unknown>>;
  /**
   * The permissions of the process; never more than its parent has. Kinds that are
   * left out are inherited, if they are granted in full.
   *
   * @default {"inherit"}
   */
  readonly permissions?: Deno.PermissionOptions;
  /** The maximum size of the JavaScript heap, in MiB. */
  readonly maxHeapMiB?: number;
  /** Environment variables, in addition to those of the parent. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What becomes of what the process writes to its stdout, by `console`, `Deno.stdout`,
   * `process.stdout`, or tools that it starts by `Deno.Command`. With `"piped"` the
   * parent reads it by `stdout` of the process; a process that has written 256 KiB
   * more than were read waits. A thread or worker writes to the stdout of its OS process
   * in all other ways: through `node:child_process` with `stdio: "inherit"`, functions
   * of `node:console` imported by name, the file descriptor or a file such as
   * `/dev/stdout`, and FFI; start method `spawn` has all of it.
   *
   * @default {"inherit"; in the kernel of a notebook it is printed into the cell}
   */
  readonly stdout?: OutputOption;
  /**
   * The same for stderr. The messages of a process of its own come on it too, so one
   * whose stderr is `"piped"` and not read is not heard either, once it is full.
   *
   * @default {"inherit"; in the kernel of a notebook it is printed into the cell}
   */
  readonly stderr?: OutputOption;
}

/**
 * Arguments that fit `A`; optional if `A` may be empty.
 *
 * @example Needed and optional
 * ```ts
 * import type { ArgsOption } from "@multiprocessing/core";
 *
 * const needed: ArgsOption<[number, string]> = { args: [1, "a"] };
 * const none: ArgsOption<[]> = {};
 * console.log(needed, none);
 * ```
 */
export type ArgsOption<A extends readonly unknown[]> = [] extends A
  ? { readonly args?: A | undefined }
  : { readonly args: A };

/**
 * The target of a process, and its arguments.
 *
 * @example Arguments are typed by the target
 * ```ts
 * import { Process, type ProcessOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const add = (a: number, b: number) => a + b;
 * const options: ProcessOptions<[number, number], number> = { target: add, args: [1, 2] };
 * const p = new Process(options);
 * p.start();
 * equal(await p.result(), 3);
 * ```
 */
export type ProcessOptions<A extends readonly unknown[], R> =
  & CommonOptions
  & (
    | { readonly target: (...args: A) => R } & ArgsOption<NoInfer<A>>
    | {
      readonly target: TargetAddress;
      readonly args?: NoInfer<A> | undefined;
    }
    | { readonly target?: undefined; readonly args?: undefined }
  );

/** The checked options of a process. */
export interface CheckedOptions {
  readonly target: ((...args: never[]) => unknown) | TargetAddress | undefined;
  readonly args: readonly unknown[];
  readonly common: CommonOptions;
}

/** Checks the shape of the options; throws a TypeError or RangeError. */
export function checkOptions(options: unknown): CheckedOptions {
  if (options === undefined) throw wrong("options", "an object", options);
  expectOptions(options, "make a process", "{ target, args: [1, 2] }");
  const { target, args, ...common } = options as {
    target?: CheckedOptions["target"];
    args?: unknown;
  } & CommonOptions;
  checkTarget(target);
  checkCommon(common);
  const { permissions } = common;
  return {
    target,
    args: checkArgs(args),
    common: permissions === undefined
      ? common
      : { ...common, permissions: checkedPermissions(permissions) },
  };
}

function checkTarget(target: unknown): void {
  const isAddress = typeof target === "object" && target !== null &&
    "module" in target && "name" in target;
  if (target === undefined || typeof target === "function" || isAddress) return;
  throw wrong("target", "a function or { module, name }", target);
}

function checkArgs(args: unknown): readonly unknown[] {
  if (args === undefined) return [];
  if (Array.isArray(args)) return [...args];
  throw wrong("args", "an array", args);
}

function checkCommon(options: CommonOptions): void {
  const { name, daemon, scope, maxHeapMiB, env, stdout, stderr } = options;
  if (name !== undefined) checkProcessName(name);
  if (daemon !== undefined) checkDaemon(daemon);
  if (scope !== undefined) checkScope(scope);
  if (maxHeapMiB !== undefined) checkHeap(maxHeapMiB);
  if (env !== undefined) checkEnv(env);
  if (stdout !== undefined) checkOutput("stdout", stdout);
  if (stderr !== undefined) checkOutput("stderr", stderr);
}

/** Checks a name. */
export function checkProcessName(name: unknown): asserts name is string {
  if (typeof name !== "string") throw wrong("name", "a string", name);
}

/** Checks a daemon flag. */
export function checkDaemon(daemon: unknown): asserts daemon is boolean {
  if (typeof daemon !== "boolean") throw wrong("daemon", "a boolean", daemon);
}

function checkScope(scope: unknown): void {
  if (typeof scope !== "object" || scope === null) {
    throw wrong("scope", "an object of variables", scope);
  }
  const bad = Object.keys(scope).find((key) =>
    !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
  );
  if (bad !== undefined) throw wrong("scope", "named by identifiers", bad);
}

function checkHeap(maxHeapMiB: unknown): void {
  if (Number.isInteger(maxHeapMiB) && (maxHeapMiB as number) > 0) return;
  throw new RangeError(
    `Cannot make a process as "maxHeapMiB" must be a positive integer: current value is ${
      String(maxHeapMiB)
    }`,
  );
}

function checkEnv(env: unknown): void {
  const isRecord = typeof env === "object" && env !== null &&
    Object.values(env).every((value) => typeof value === "string");
  if (!isRecord) throw wrong("env", "an object of strings", env);
}

function checkOutput(name: string, output: unknown): void {
  if (output === "inherit" || output === "piped" || output === "null") return;
  throw wrong(name, '"inherit", "piped" or "null"', output);
}

function wrong(what: string, wanted: string, got: unknown): TypeError {
  const isShown = typeof got === "string" || typeof got === "object";
  const shown = isShown ? showValue(got) : typeof got;
  return new TypeError(
    `Cannot make a process as "${what}" must be ${wanted}: current value is ${shown}`,
  );
}

/**
 * Refuses options that the start method does not support, and names one that does.
 */
export function checkTraits(
  method: string,
  traits: StartMethodTraits,
  { maxHeapMiB, env, permissions }: CommonOptions,
): void {
  if (maxHeapMiB !== undefined && !traits.limitsHeap) {
    throw unsupported(method, "maxHeapMiB", '"thread" or "spawn"');
  }
  if (env !== undefined && !traits.ownEnv) {
    throw unsupported(method, "env", '"spawn"');
  }
  if (
    permissions !== undefined && permissions !== "inherit" &&
    !traits.ownPermissions
  ) {
    throw unsupported(method, "permissions", '"spawn" or "worker"');
  }
}

function unsupported(
  method: string,
  option: string,
  instead: string,
): UnsupportedError {
  return new UnsupportedError(
    `Cannot start a process with "${option}" as start method "${method}" does ` +
      `not support it: use ${instead}`,
  );
}

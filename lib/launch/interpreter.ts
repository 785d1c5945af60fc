/**
 * The interpreter of spawned processes, as a program or a context sets it: the
 * executable, and flags beside those of the program.
 *
 * @module
 */

import { hasValueNext } from "./settings.ts";

/** The interpreter that a program or a context has set. */
export interface Interpreter {
  /** The executable, or null for that of the program. */
  readonly executable: string | null;
  /** Its flags, after those of the program itself. */
  readonly flags: readonly string[];
}

/** Key of the interpreter of a context's classes; null for that of the program. */
export const INTERPRETER: unique symbol = Symbol("multiprocessing.interpreter");

/**
 * Options of a context for the processes that it makes, under `spawn` and through
 * commands.
 *
 * @example Another import map for the children
 * ```ts
 * import { type ContextOptions, getContext } from "@multiprocessing/core";
 *
 * const options: ContextOptions = { flags: ["--import-map=./test/imports.json"] };
 * console.log(getContext("spawn", options).name);
 * ```
 */
export interface ContextOptions {
  /**
   * The `deno` executable of its processes: a path, or a name that is looked up in
   * `PATH`. It may be a script that runs `deno` with its arguments.
   *
   * @default {Deno.execPath()}
   */
  readonly executable?: string | URL;
  /**
   * Flags of `deno run`, in addition to those with which the program was started;
   * if both have a flag, this one counts. Permissions are no flags, but an option
   * of each process.
   *
   * @default {[]}
   */
  readonly flags?: readonly string[];
}

/** The interpreter in the options of a context. */
export function interpreterFrom(
  { executable, flags = [] }: ContextOptions,
): Interpreter {
  checkFlags(flags);
  return {
    executable: executable === undefined ? null : pathOf(executable),
    flags: [...flags],
  };
}

/** The interpreter that an object sets for its processes. */
export function interpreterOf(context: object): Interpreter | null {
  const { [INTERPRETER]: own } = context as {
    [INTERPRETER]?: () => Interpreter | null;
  };
  return own?.call(context) ?? null;
}

function pathOf(executable: unknown): string {
  if (executable instanceof URL && executable.protocol === "file:") {
    return decodeURIComponent(executable.pathname);
  }
  if (typeof executable === "string" && executable !== "") return executable;
  throw new TypeError(
    `Cannot use an executable as it must be a path or the URL of a file: ` +
      `current value is ${String(executable)}`,
  );
}

function checkFlags(flags: unknown): asserts flags is readonly string[] {
  if (
    !Array.isArray(flags) || !flags.every((flag) => typeof flag === "string")
  ) {
    throw new TypeError(
      `Cannot use flags as they must be an array of strings: ` +
        `current value is ${String(flags)}`,
    );
  }
  for (const [at, flag] of flags.entries()) {
    if (isPermission(flag)) {
      throw new TypeError(
        `Cannot use the flag ${
          JSON.stringify(flag)
        } as permissions are given to ` +
          `each process: use its option "permissions"`,
      );
    }
    if (flag.startsWith("-")) continue;
    if (at > 0 && hasValueNext(flags[at - 1])) continue;
    throw new TypeError(
      `Cannot use ${JSON.stringify(flag)} as a flag, which begins with "-": ` +
        `join a flag and its value by "=", as in "--seed=1"`,
    );
  }
}

function isPermission(flag: string): boolean {
  return /^-[A-Za-z]*[ARWINESP]/.test(flag) ||
    /^--(allow-(?!scripts)|permission-set)/.test(flag);
}

let programExecutable: string | null = null;
let denoPath: string | null = null;

/**
 * Sets the executable of the spawned processes of this program from now on, like
 * Python's `set_executable()`. A context may have its own.
 *
 * @example The same as without it
 * ```ts
 * import { getContext, setExecutable } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * setExecutable(Deno.execPath());
 * const p = new (getContext("spawn").Process)({ target: () => 42 });
 * p.start();
 * equal(await p.result(), 42);
 * ```
 *
 * @param executable A `deno`, or a script that runs it with its arguments: a path,
 * or a name that is looked up in `PATH`.
 * @throws {TypeError} If it is not a path.
 */
export function setExecutable(executable: string | URL): void {
  programExecutable = pathOf(executable);
}

/** The executable of a process: that of its context, or that of the program. */
export function executableOf(interpreter: Interpreter | null): string {
  // Asking for the path takes 0.1 ms (2.9.6).
  return interpreter?.executable ?? programExecutable ??
    (denoPath ??= Deno.execPath());
}

/** Whether it is exactly the `deno` that runs this program. */
export function isOwnDeno(executable: string): boolean {
  return executable === denoPath;
}

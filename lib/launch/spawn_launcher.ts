/**
 * The launcher of the start method `spawn`: a new `deno` process, also behind a
 * command such as `ssh`.
 *
 * Frames go to the child on its stdin and come back on its stderr, between the
 * child's own text, so that stdout stays the child's own.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import { expectOptions } from "../base/options.ts";
import { FRAME_MAX_BYTES } from "../wire/protocol/frames.ts";
import type { StartMessage, WaitMessage } from "../wire/protocol/messages.ts";
import type { Packed } from "../wire/serialization/pack.ts";
import {
  commandOf,
  grantsOf,
  type Prefix,
  type SpawnCommand,
} from "./command.ts";
import { executableOf } from "./interpreter.ts";
import { goesThroughShell } from "./shell.ts";
import type {
  Availability,
  Launcher,
  LaunchRequest,
  StartMethodTraits,
} from "./launcher.ts";
import { compiledAvailability } from "./packed_program.ts";
import { admission, may } from "./permissions.ts";
import defer * as spawnedChild from "./spawned_child.ts";
import type { SpawnedChild, SpawnedEvents, Ways } from "./spawned_child.ts";

export const SPAWN_TRAITS: StartMethodTraits = {
  process: "a fresh deno process",
  memory: "mapped",
  stopsWhileBusy: true,
  interrupts: Deno.build.os !== "windows",
  limitsHeap: true,
  ownPermissions: true,
  ownEnv: true,
  ownFlags: true,
};

/** A process of this machine stands behind no command. */
export const NO_PREFIX: Prefix = { words: [], isForShell: false };

/** New `deno` processes, through `Deno.Command`. */
export const spawn: Launcher = commandLauncher(NO_PREFIX, SPAWN_TRAITS);

/**
 * Options of `through()`.
 *
 * @example A command that hands its last argument to a shell
 * ```ts
 * import { getContext, registerStartMethod, through, type ThroughOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ThroughOptions = { shell: true };
 * registerStartMethod("by sh", through(["sh", "-c"], options));
 * const p = new (getContext("by sh").Process)({ target: () => "it's (me)" });
 * p.start();
 * equal(await p.result(), "it's (me)");
 * ```
 */
export interface ThroughOptions {
  /**
   * Whether the command passes its last arguments to a shell: they are then quoted,
   * and the remote `env` sets the option `env`, which the remote list of processes
   * shows.
   *
   * @default {true} for a command with `ssh` in it, `false` for others
   */
  readonly shell?: boolean;
}

/**
 * Makes a start method that starts processes through a command, such as `["srun",
 * "-n1", "--unbuffered"]`, `["ssh", "host"]` or `["nice"]`: the command gets the
 * `deno` call as its last arguments, and must connect its three standard streams to
 * it. Such processes share no memory with this one.
 *
 * - **The same paths:** the modules of the program and `deno` must have the same
 *   paths there as here. `getContext(name, { executable: "deno" })` names another
 *   `deno`.
 * - **The end:** exit codes and signals are those of the process, as far as the
 *   command reports them: 128 and a signal's number is taken for the signal, unless
 *   the process ended itself with that code. `terminate()` and `kill()` send a
 *   SIGTERM to the command, which must then end its process, too; `ssh` does so
 *   through the end of its stdin. A command that has not ended a second after
 *   `kill()` is killed.
 *
 * @example Processes of low priority
 * ```ts
 * import { getContext, registerStartMethod, through } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * registerStartMethod("nice", through(["nice", "-n", "10"]));
 * const p = new (getContext("nice").Process)({ target: () => 42 });
 * p.start();
 * equal(await p.result(), 42);
 * ```
 *
 * @param command The command and its first arguments.
 * @param options Whether the command passes arguments to a shell.
 * @returns The launcher, for `registerStartMethod()`.
 * @throws {TypeError} If the command is empty, or an option has the wrong shape.
 */
export function through(
  command: readonly string[],
  options: ThroughOptions = {},
): Launcher {
  const [name] = command;
  if (name === undefined || name === "") {
    throw new TypeError(
      "Cannot make a start method through a command as it is empty: give its " +
        'name and first arguments, as in ["ssh", "host"]',
    );
  }
  expectOptions(options, "make a start method", "{ shell: true }");
  const { shell = goesThroughShell(command) } = options;
  if (typeof shell !== "boolean") {
    throw new TypeError(
      `Cannot make a start method through a command as the option "shell" must be ` +
        `a boolean: current value is ${String(shell)}`,
    );
  }
  return commandLauncher({ words: [...command], isForShell: shell }, {
    ...SPAWN_TRAITS,
    process: `a deno process through ${name}`,
    memory: "none",
    // A signal reaches the local end of the command only.
    interrupts: SPAWN_TRAITS.interrupts && !shell,
  });
}

function commandLauncher(prefix: Prefix, traits: StartMethodTraits): Launcher {
  return {
    traits,
    availability() {
      const compiled = compiledAvailability();
      return compiled.supported
        ? runAvailability(prefix.words[0] ?? executableOf(null))
        : compiled;
    },
    prepare(request, first, events) {
      const { admitted, grants } = checkLaunch(request, first);
      const { stdout, stderr } = request;
      return () => {
        const command = commandOf(prefix, request, grants);
        const ways = { command, admitted, stdout, stderr };
        return spawned(ways, first, events);
      };
    },
  };
}

/** What the check of a launch has found. */
export interface CheckedLaunch {
  /** See `Ways`. */
  readonly admitted: Promise<void> | null;
  /** The flags of its permissions. */
  readonly grants: readonly string[];
}

/** Checks the launch of a process, before anything is started. */
export function checkLaunch(
  request: LaunchRequest,
  { body }: StartMessage,
): CheckedLaunch {
  refuseTooLong(body);
  const admitted = admission(request.modules, request.mainModule);
  // Nothing waits for it if the launch fails.
  admitted?.catch(() => {});
  return { admitted, grants: grantsOf(request) };
}

/** Refuses arguments that fit into no frame, before anything is started. */
function refuseTooLong(body: Packed | null): void {
  if (!(body instanceof Uint8Array) || body.length < FRAME_MAX_BYTES) return;
  throw new EncodingError(
    "the arguments",
    `${body.length} bytes long, more than the ${FRAME_MAX_BYTES} of a message; ` +
      "put them into SharedMemory, or send them in parts through a queue",
  );
}

/** Starts a command, and sends the first message to the process. */
export function spawned(
  ways: Ways,
  first: StartMessage | WaitMessage,
  events: SpawnedEvents,
): SpawnedChild {
  const process = launch(ways.command);
  try {
    return new spawnedChild.SpawnedChild(process, ways, first, events);
  } catch (error) {
    process.kill("SIGKILL");
    throw error;
  }
}

function launch({ words, env, stdout }: SpawnCommand): Deno.ChildProcess {
  const [command = "", ...args] = words;
  return new Deno.Command(command, {
    args,
    stdin: "piped",
    stdout,
    stderr: "piped",
    env,
  }).spawn();
}

/** Whether this process may run a command. */
export function runAvailability(command: string): Availability {
  if (may("run", command)) return { supported: true };
  return {
    supported: false,
    reason: `it needs --allow-run for ${command}`,
    missing: "permission",
  };
}

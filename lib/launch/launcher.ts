/**
 * The interface of start methods: a launcher that starts children, and traits by
 * which a program may choose.
 *
 * @module
 */

import type { StopSignal } from "../base/signals.ts";
import type { OutputRoute } from "./child_output.ts";
import type { Interpreter } from "./interpreter.ts";
import { passesFfi } from "./permissions.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import type {
  Ending,
  Identity,
  StartMessage,
  ToChild,
  ToParent,
} from "../wire/protocol/messages.ts";

/**
 * The traits of a start method.
 *
 * @example Looking before choosing
 * ```ts
 * import { startMethods } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const spawn = startMethods().find(({ name }) => name === "spawn");
 * equal(spawn?.traits.stopsWhileBusy, true);
 * ```
 */
export interface StartMethodTraits {
  /** A short description of its processes. */
  readonly process: string;
  /**
   * How memory is shared: `"local"` by SharedArrayBuffer, `"mapped"` by a file that
   * each OS process maps, `"none"` not at all.
   */
  readonly memory: "local" | "mapped" | "none";
  /** Whether `terminate()` stops a process that is computing. */
  readonly stopsWhileBusy: boolean;
  /** Whether `interrupt()` exists. */
  readonly interrupts: boolean;
  /** Whether `maxHeapMiB` is supported. */
  readonly limitsHeap: boolean;
  /** Whether a child may have fewer permissions than its parent. */
  readonly ownPermissions: boolean;
  /** Whether `env` is supported. */
  readonly ownEnv: boolean;
  /** Whether a context may have its own executable and flags. */
  readonly ownFlags: boolean;
}

/** The child that a launcher is to start. */
export interface LaunchRequest {
  /** The name of the process. */
  readonly name: string;
  /** Whether it ends with its parent. */
  readonly daemon: boolean;
  /** Modules that the child will import; their URLs stand in its entry. */
  readonly modules: readonly string[];
  /** Limit of the heap in MiB, or null. */
  readonly maxHeapMiB: number | null;
  /** The permissions of the child, or null for those of the parent. */
  readonly permissions: Deno.PermissionOptions | null;
  /** Environment variables in addition to the parent's, or null. */
  readonly env: Readonly<Record<string, string>> | null;
  /** Where its stdout goes. */
  readonly stdout: OutputRoute;
  /** Where its stderr goes, except messages to this package. */
  readonly stderr: OutputRoute;
  /** The interpreter of the child, or null for that of the program. */
  readonly interpreter: Interpreter | null;
  /** Main module of the program, or null. */
  readonly mainModule: string | null;
  /** Whether no code can change the first message any more. */
  readonly isSettled: boolean;
}

/** What a spare knows before its start message, which says the same. */
export interface SpareContext
  extends Pick<StartMessage, "destination" | "log"> {
  readonly identity: Pick<
    Identity,
    "parent" | "method" | "chosen" | "mainModule"
  >;
}

/** Events of a child; set before the launch. */
export interface ChildEvents {
  /** A message has come. */
  message(message: ToParent): void;
  /** A malformed message has come. Only the end of the child follows it. */
  broken(error: unknown): void;
  /** The child has ended and everything it sent has been delivered. */
  ended(ending: Ending): void;
}

/** A child that starts or runs. */
export interface Child {
  /** The ID of its OS process. Once it was read it does not change. */
  readonly pid: number;
  /** Its number among live processes. */
  readonly ident: number;
  /** Sends a message, which is dropped if the child has ended. */
  send(message: ToChild, transfer?: readonly Transferable[]): void;
  /** Ends the child, now or as soon as the method can. */
  stop(signal: StopSignal): void;
  /** Whether it boots or loads its modules, as far as this process can see. */
  isLoading?(): boolean;
}

/**
 * Whether a start method is supported here.
 *
 * @example The reason
 * ```ts
 * import { startMethods } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * const fork = startMethods().find(({ name }) => name === "fork");
 * ok(fork && !fork.supported && fork.reason.length > 0);
 * ```
 */
export type Availability =
  | { readonly supported: true }
  | {
    readonly supported: false;
    readonly reason: string;
    /** What is missing: a permission of this process, or the platform's support. */
    readonly missing: "permission" | "platform";
  };

/**
 * Starts children. `through()` makes one from a command, for
 * `registerStartMethod()`.
 *
 * @example The launcher behind a name
 * ```ts
 * import { type Launcher, through } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const launcher: Launcher = through(["nice", "-n", "10"]);
 * equal(launcher.traits.memory, "none");
 * ```
 */
export interface Launcher {
  /** The traits of its processes. */
  readonly traits: StartMethodTraits;
  /** Whether it is supported here; asks the user for no permission. */
  availability(): Availability;
  /**
   * Checks a request, throws a typed error if it is invalid, and prepares the
   * launch. The returned function is called once and starts the child; a process
   * that boots slowly and waits for its start message is started before. The first
   * message is taken as it is now, even if its parts change later.
   * @ignore
   */
  prepare(
    request: LaunchRequest,
    first: StartMessage,
    events: ChildEvents,
  ): () => Child;
  /**
   * Boots a spare for later requests like this one; resolves when it waits.
   * @ignore
   */
  fill?(request: LaunchRequest, context: SpareContext): Promise<void>;
}

/**
 * The destination of messages to processes of a start method. A process that has no
 * permission to map memory is as far away as another machine.
 */
export function destinationOf(
  { memory }: StartMethodTraits,
  permissions: Deno.PermissionOptions | undefined,
): Destination {
  switch (memory) {
    case "local":
      return "isolate";
    case "mapped":
      return passesFfi(permissions ?? null) ? "process" : "elsewhere";
    case "none":
      return "elsewhere";
  }
}

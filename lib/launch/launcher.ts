/**
 * What a start method is: a launcher that brings one child to life, and the
 * traits that a program may choose by.
 *
 * @module
 */

import type { StopSignal } from "../base/signals.ts";
import type { Interpreter } from "./interpreter.ts";
import { passesFfi } from "./permissions.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import type { Ending, ToChild, ToParent } from "../wire/protocol/messages.ts";

/**
 * What a start method can do.
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
  /** What a process is under this method, in a few words. */
  readonly process: string;
  /**
   * How memory is shared: `"local"` by SharedArrayBuffer, `"mapped"` by a file
   * mapped into each OS process, `"none"` not at all.
   */
  readonly memory: "local" | "mapped" | "none";
  /** Whether `terminate()` stops a process that is computing. */
  readonly stopsWhileBusy: boolean;
  /** Whether `interrupt()` exists. */
  readonly interrupts: boolean;
  /** Whether `maxHeapMiB` holds. */
  readonly limitsHeap: boolean;
  /** Whether a child may have fewer permissions than its parent. */
  readonly ownPermissions: boolean;
  /** Whether `env` can be given. */
  readonly ownEnv: boolean;
  /** Whether a context may have its own executable and flags. */
  readonly ownFlags: boolean;
}

/** What a launcher is told about the child to make. */
export interface LaunchRequest {
  /** Name of the process. */
  readonly name: string;
  /** Whether it ends with its parent. */
  readonly daemon: boolean;
  /** Modules that the child will import; their text stands in its entry. */
  readonly modules: readonly string[];
  /** Limit of the heap in MiB, or null. */
  readonly maxHeapMiB: number | null;
  /** Permissions asked for, or null for the parent's. */
  readonly permissions: Deno.PermissionOptions | null;
  /** Environment variables beside the parent's, or null. */
  readonly env: Readonly<Record<string, string>> | null;
  /** What runs it, or null for what runs the program's processes. */
  readonly interpreter: Interpreter | null;
  /** Main module of the program, or null. */
  readonly mainModule: string | null;
  /** Whether nothing that the caller does from now on can change what it gave. */
  readonly isSettled: boolean;
}

/** What a child tells while it lives; set before the launch. */
export interface ChildEvents {
  /** A message has come. */
  message(message: ToParent): void;
  /** What has come is no message. Of this child only the end comes after that. */
  broken(error: unknown): void;
  /** The child has ended and everything it sent has been delivered. */
  ended(ending: Ending): void;
}

/** A child that is coming to life or alive. */
export interface Child {
  /** OS process it runs in. One that was looked at does not change any more. */
  readonly pid: number;
  /** Its number among live processes. */
  readonly ident: number;
  /** Sends a message; one that comes too late is dropped. */
  send(message: ToChild, transfer?: readonly Transferable[]): void;
  /** Ends the child, now or as soon as the method can. */
  stop(signal: StopSignal): void;
  /** Whether it boots or loads its modules, as far as that can be seen from here. */
  isLoading?(): boolean;
}

/**
 * Whether a start method can be used here.
 *
 * @example Why not
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
 * Brings children to life. `through()` makes one from a command, for
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
  /** What its processes can do. */
  readonly traits: StartMethodTraits;
  /** Whether it works here, looked up without asking the user. */
  availability(): Availability;
  /**
   * Checks a request and throws a typed error for whatever is wrong with it, or
   * else makes ready for a launch. The returned function is called once and starts
   * the child; what boots slowly and waits for its order is started before. The
   * first message is taken as it is now, whatever becomes of its parts.
   * @internal
   */
  prepare(
    request: LaunchRequest,
    first: ToChild,
    events: ChildEvents,
  ): () => Child;
  /**
   * Boots what a request can be served from later; it resolves when that waits.
   * @internal
   */
  fill?(request: LaunchRequest, first: ToChild): Promise<void>;
}

/**
 * Where the processes of a start method live, for what is sent to them. One that
 * gets no permission to map memory is as far away as another machine.
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

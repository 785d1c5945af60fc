/**
 * The running process, its parent, and its children.
 *
 * @module
 */

import { settles, timeoutOf, type WaitOptions } from "../base/timeouts.ts";
import {
  childContext,
  hooks,
  MAIN_PROCESS,
} from "../wire/protocol/child_context.ts";
import type { Identity, ParentIdentity } from "../wire/protocol/messages.ts";
import * as children from "./children.ts";
import { Adoption, BaseProcess, START_METHOD } from "./process.ts";

/** The running process, unless it is an object of a subclass of the user. */
class CurrentProcess extends BaseProcess {
  static {
    Object.defineProperty(this, "name", { value: "Process" });
  }

  constructor() {
    const context = childContext();
    const identity = context?.identity ??
      { name: MAIN_PROCESS, daemon: false, path: [] };
    const parent = context?.identity.parent ?? null;
    const adoption = new Adoption(
      identity,
      parent,
      context?.target,
      context?.args ?? [],
    );
    super(adoption as never);
  }

  override [START_METHOD](): string {
    return childContext()?.identity.method ?? "main";
  }
}

let current: BaseProcess | undefined;
// Invariant: the identity of this process when `current` was made. A process that
// was booted in advance gets its name later.
let currentIdentity: Identity | undefined;

/**
 * The process that runs this code, like Python's `current_process()`.
 *
 * @example In the main program
 * ```ts
 * import { currentProcess } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * equal(currentProcess().name, "MainProcess");
 * ```
 *
 * @returns The process; its name is `MainProcess` in the main program.
 */
export function currentProcess(): BaseProcess {
  const identity = childContext()?.identity;
  if (current === undefined || identity !== currentIdentity) {
    setCurrentProcess(new CurrentProcess());
  }
  return current!;
}

/** Sets the object that `currentProcess()` returns, of the user's subclass. */
export function setCurrentProcess(process: BaseProcess): void {
  current = process;
  currentIdentity = childContext()?.identity;
}

/**
 * The children of this process that have started and not ended, like Python's
 * `active_children()`.
 *
 * @example One child
 * ```ts
 * import { activeChildren, Process } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const p = new Process({ target: () => {} });
 * p.start();
 * deepEqual(activeChildren(), [p]);
 * await p.join();
 * deepEqual(activeChildren(), []);
 * ```
 *
 * @returns The children, oldest first.
 */
export function activeChildren(): BaseProcess[] {
  return children.livingChildren() as BaseProcess[];
}

/**
 * The parent of a process, as seen by its child.
 *
 * @example A child names its parent
 * ```ts
 * import { parentProcess, type ParentProcess } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const parent: ParentProcess | null = parentProcess();
 * equal(parent, null); // this is the main program
 * ```
 */
export class ParentProcess {
  readonly #ended = Promise.withResolvers<void>();
  #alive = true;
  /** The name of the parent. */
  readonly name: string;
  /** The ID of its OS process. */
  readonly pid: number;
  /** Its number among live processes. */
  readonly ident: number;

  /** Made by `parentProcess()`. */
  constructor(identity: ParentIdentity) {
    this.name = identity.name;
    this.pid = identity.pid;
    this.ident = identity.ident;
    hooks.orphaned = () => {
      this.#alive = false;
      this.#ended.resolve();
    };
  }

  /** Whether the parent still runs. A child ends soon after its parent. */
  isAlive(): boolean {
    return this.#alive;
  }

  /** Resolves when the parent has ended. */
  get sentinel(): Promise<void> {
    hooks.watchParent?.();
    return this.#ended.promise;
  }

  /**
   * Waits until the parent has ended.
   *
   * @param options How long to wait.
   * @returns True once it has ended, false if the time ran out first.
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = timeoutOf(options, "join the parent process");
    hooks.watchParent?.();
    return await settles(this.#ended.promise, timeout, options?.signal);
  }

  /** As in Python. */
  toString(): string {
    const state = this.#alive ? "started" : "stopped";
    return `<ParentProcess name=${
      JSON.stringify(this.name)
    } pid=${this.pid} ${state}>`;
  }

  /** Shows the process in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

let parent: ParentProcess | undefined;

/**
 * The process that started this one, like Python's `parent_process()`.
 *
 * @example In the main program
 * ```ts
 * import { parentProcess } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * equal(parentProcess(), null);
 * ```
 *
 * @returns The parent, or null in the main program.
 */
export function parentProcess(): ParentProcess | null {
  const context = childContext();
  if (context === null) return null;
  return parent ??= new ParentProcess(context.identity.parent);
}

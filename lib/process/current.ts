/**
 * The running process, its parent, and its children.
 *
 * @module
 */

import { settles, timeoutOf, type WaitOptions } from "../base/waiting.ts";
import type { Kin } from "../wire/messages.ts";
import * as family from "./family.ts";
import { Adoption, BaseProcess, START_METHOD } from "./process.ts";

/** The process that the program began with. */
class MainProcess extends BaseProcess {
  constructor() {
    const identity = { name: "MainProcess", daemon: false, path: [] };
    super(new Adoption(identity, null, "main", undefined, []) as never);
  }

  override [START_METHOD](): string {
    return "main";
  }
}

let current: BaseProcess | undefined;

/**
 * The process that this code runs in, like Python's `current_process()`.
 *
 * @example In the main program
 * ```ts
 * import { currentProcess } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * equal(currentProcess().name, "MainProcess");
 * ```
 *
 * @returns The process; in the main program one named `MainProcess`.
 */
export function currentProcess(): BaseProcess {
  return current ??= new MainProcess();
}

/** Sets what `currentProcess()` gives; called once, by a child's entry. */
export function setCurrentProcess(process: BaseProcess): void {
  current = process;
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
  return family.livingChildren() as BaseProcess[];
}

/** Tells a `ParentProcess` that the parent has ended. */
export const PARENT_GONE: unique symbol = Symbol("multiprocessing.parentGone");

/**
 * What a process knows of the one that started it.
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
  /** Its name. */
  readonly name: string;
  /** Its OS process. */
  readonly pid: number;
  /** Its number among live processes. */
  readonly ident: number;

  /** Made by a child's entry. */
  constructor(kin: Kin) {
    this.name = kin.name;
    this.pid = kin.pid;
    this.ident = kin.ident;
  }

  /** Whether the parent still runs; a child ends soon after it. */
  isAlive(): boolean {
    return this.#alive;
  }

  /** Resolves when the parent has ended. */
  get sentinel(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Waits until the parent has ended.
   *
   * @param options How long to wait.
   * @returns True when it has ended, false when the time ran out first.
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = timeoutOf(options, "join the parent process");
    return await settles(this.#ended.promise, timeout, options?.signal);
  }

  /** As Python shows it. */
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

  /** Marks that it has ended. */
  [PARENT_GONE](): void {
    this.#alive = false;
    this.#ended.resolve();
  }
}

let parent: ParentProcess | null = null;

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
  return parent;
}

/** Sets what `parentProcess()` gives; called once, by a child's entry. */
export function setParentProcess(kin: Kin): ParentProcess {
  return parent = new ParentProcess(kin);
}

/**
 * How many processors the machine has, like Python's `cpu_count()`.
 *
 * @example At least one
 * ```ts
 * import { cpuCount } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * ok(cpuCount() >= 1);
 * ```
 *
 * @returns The number of logical processors.
 */
export function cpuCount(): number {
  return navigator.hardwareConcurrency;
}

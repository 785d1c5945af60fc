/**
 * The processes in which the workers of a pool run.
 *
 * @module
 */

import { builtUrl } from "../../base/built.ts";
import { INTERPRETER, type Interpreter } from "../../launch/interpreter.ts";
import { passesRead } from "../../launch/permissions.ts";
import type { Launcher } from "../../launch/launcher.ts";
import { destinationOf } from "../../launch/launcher.ts";
import {
  BaseProcess,
  MODULES,
  START_METHOD,
  SUBJECT,
} from "../../process/process.ts";
import type { Sought, Subjects } from "../../functions/export_identity.ts";
import type { Subject } from "../../functions/resolve.ts";
import type { CommonOptions } from "../../process/process_options.ts";
import type { WorkerOptions } from "./pool_worker.ts";

/** What the processes of a pool have in common. */
export interface ProcessPlan {
  readonly method: string;
  readonly launcher: Launcher;
  readonly interpreter: Interpreter | null;
  /** The name from which theirs are made, or null. */
  readonly name: string | null;
  readonly limits: Pick<CommonOptions, "maxHeapMiB" | "permissions">;
  readonly maxTasks: number;
  readonly initargs: readonly unknown[];
  /** The functions that a worker may ask about. */
  readonly subjects: Subjects;
}

class PoolProcess extends BaseProcess<readonly unknown[], unknown> {
  readonly #method: string;
  readonly #interpreter: Interpreter | null;
  readonly #modules: readonly string[];
  readonly #subjects: Subjects;

  constructor(
    { method, interpreter, subjects }: ProcessPlan,
    modules: readonly string[],
    options: CommonOptions,
  ) {
    // A daemon, as in Python: a pool that is never closed does not keep the program
    // alive.
    super({
      ...options,
      target: { module: builtUrl("pool_worker"), name: "serve" },
      daemon: true,
    });
    this.#method = method;
    this.#interpreter = interpreter;
    this.#modules = modules;
    this.#subjects = subjects;
  }

  override [START_METHOD](): string {
    return this.#method;
  }

  override [INTERPRETER](): Interpreter | null {
    return this.#interpreter;
  }

  override [MODULES](): readonly string[] {
    return this.#modules;
  }

  override [SUBJECT](subject: Subject): Sought | undefined {
    return this.#subjects(subject);
  }
}

/** Makes the process of the next worker, which will import `modules`. */
export function makeWorker(
  plan: ProcessPlan,
  modules: readonly string[],
): WorkerOptions {
  const { method, launcher, name, limits, maxTasks, initargs } = plan;
  const mayAll = limits.permissions === undefined ||
    limits.permissions === "inherit";
  const process = new PoolProcess(
    plan,
    // Files that a worker may not read by itself must be named when it starts.
    readsAll(plan) ? modules : [...modules, builtUrl("package")],
    { ...limits, ...(name === null ? {} : { name }) },
  );
  if (name === null) {
    process.name = `${workerName(method)}-${numberOf(process)}`;
  }
  return {
    process,
    destination: destinationOf(launcher.traits, limits.permissions),
    stopsWhileBusy: launcher.traits.stopsWhileBusy,
    mayMap: mayAll,
    maxTasks,
    initargs,
  };
}

/**
 * Whether a worker may read modules that it needs later: those of its pool, or all.
 */
function readsAll({ launcher, limits: { permissions } }: ProcessPlan): boolean {
  const isInside = launcher.traits.memory === "local";
  return isInside
    ? permissions === undefined || permissions === "inherit"
    : passesRead(permissions ?? null);
}

function workerName(method: string): string {
  return `${method[0]?.toUpperCase()}${method.slice(1)}PoolWorker`;
}

/** The number of a process in the name that it was created with. */
function numberOf({ name }: BaseProcess<readonly unknown[], unknown>): string {
  return name.slice(name.indexOf("-") + 1);
}

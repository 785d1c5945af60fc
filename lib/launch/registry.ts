/**
 * The start methods by name.
 *
 * @module
 */

import { shown } from "../base/stderr.ts";
import { StartMethodError } from "../base/errors.ts";
import { forkserver } from "./forkserver.ts";
import { thread, worker } from "./isolate_launchers.ts";
import type { Availability, Launcher, StartMethodTraits } from "./launcher.ts";
import { bundledAvailability } from "./packed_program.ts";
import { spawn } from "./spawn_launcher.ts";

/**
 * A row of the report that `startMethods()` gives.
 *
 * @example The names and reasons
 * ```ts
 * import { startMethods } from "@multiprocessing/core";
 *
 * for (const method of startMethods()) {
 *   console.log(method.name, method.supported || method.reason);
 * }
 * ```
 */
export interface StartMethodReport {
  /** The name, as `setStartMethod()` and `getContext()` take it. */
  readonly name: string;
  /** Whether processes can be started with it here and now. */
  readonly supported: boolean;
  /** Why not, and what to do; empty when supported. */
  readonly reason: string;
  /** What its processes can do. */
  readonly traits: StartMethodTraits;
}

/** A start method that exists nowhere yet, or never will. */
function absent(process: string, reason: string): Launcher {
  const availability: Availability = {
    supported: false,
    reason,
    missing: "platform",
  };
  return {
    traits: {
      process,
      memory: "none",
      stopsWhileBusy: false,
      interrupts: false,
      limitsHeap: false,
      ownPermissions: false,
      ownEnv: false,
      ownFlags: false,
    },
    availability: () => availability,
    prepare() {
      throw new StartMethodError(`Cannot start a process: ${reason}`);
    },
  };
}

// Invariant: in the order in which a default is looked for.
const launchers = new Map<string, Launcher>([
  ["thread", thread],
  ["worker", worker],
  ["spawn", spawn],
  ["forkserver", forkserver],
  [
    "fork",
    absent(
      "a copy of the running process",
      "a V8 isolate with its threads cannot be copied: use " +
        '"thread", or "spawn" for a process of its own',
    ),
  ],
]);

/** The launcher of a name that is known and supported here. */
export function launcherOf(name: string): Launcher {
  const launcher = knownLauncher(name);
  const availability = availabilityOf(launcher);
  if (availability.supported) return launcher;
  throw new StartMethodError(
    `Cannot use start method "${name}" as it is not supported here: ${availability.reason}`,
  );
}

/**
 * The launcher of a name that the platform supports, whether or not this process
 * has the permissions for it: a child with few of them may still load a module that
 * asks for a context.
 */
export function platformLauncher(name: string): Launcher {
  const availability = availabilityOf(knownLauncher(name));
  return !availability.supported && availability.missing === "permission"
    ? knownLauncher(name)
    : launcherOf(name);
}

/** Whether a start method works in this program, here and now. */
function availabilityOf(launcher: Launcher): Availability {
  const bundled = bundledAvailability();
  if (!bundled.supported) return bundled;
  try {
    return launcher.availability();
  } catch (error) {
    // One that was registered must not keep the others from being listed.
    return {
      supported: false,
      reason: `its launcher threw when it was asked: ${shown(error)}`,
      missing: "platform",
    };
  }
}

/** The launcher of a known name, supported here or not. */
function knownLauncher(name: string): Launcher {
  const launcher = launchers.get(name);
  if (launcher !== undefined) return launcher;
  throw new StartMethodError(
    `Cannot find start method ${JSON.stringify(name)}: the names are ${
      [...launchers.keys()].map((known) => `"${known}"`).join(", ")
    }`,
  );
}

/** The method to use where none was chosen: the first that is supported here. */
export function defaultMethod(): string {
  for (const [name, launcher] of launchers) {
    if (availabilityOf(launcher).supported) return name;
  }
  // Nothing works: the first one's reason is the one to tell.
  return "thread";
}

/**
 * Every start method that is known, supported here or not.
 *
 * @example What this platform has
 * ```ts
 * import { startMethods } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const names = startMethods().map(({ name }) => name).slice(0, 3);
 * deepEqual(names, ["thread", "worker", "spawn"]);
 * ```
 *
 * @returns One row a method, in the order in which a default is looked for.
 */
export function startMethods(): StartMethodReport[] {
  return [...launchers].map(([name, launcher]) => {
    const availability = availabilityOf(launcher);
    return {
      name,
      supported: availability.supported,
      reason: availability.supported ? "" : availability.reason,
      traits: launcher.traits,
    };
  });
}

/**
 * Adds a start method from outside, for `getContext(name)` and
 * `setStartMethod(name)`.
 *
 * @example Processes on another machine
 * ```ts
 * import { registerStartMethod, startMethods, through } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * registerStartMethod("far", through(["ssh", "far"]));
 * ok(startMethods().some(({ name }) => name === "far"));
 * ```
 *
 * @param name A new name.
 * @param launcher What brings its processes to life.
 * @throws {StartMethodError} If the name is taken or empty.
 */
export function registerStartMethod(name: string, launcher: Launcher): void {
  if (typeof name !== "string" || name === "" || launchers.has(name)) {
    throw new StartMethodError(
      `Cannot register start method ${
        JSON.stringify(name)
      } as a name must be ` +
        `new and not empty: the names are ${[...launchers.keys()].join(", ")}`,
    );
  }
  launchers.set(name, launcher);
}

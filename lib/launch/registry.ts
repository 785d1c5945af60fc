/**
 * The registry of start methods, by name.
 *
 * @module
 */

import { inspectThrown } from "../base/thrown_text.ts";
import { StartMethodError } from "../base/errors.ts";
import defer * as forkservers from "./forkserver.ts";
import defer * as isolates from "./isolate_launchers.ts";
import type { Availability, Launcher, StartMethodTraits } from "./launcher.ts";
import { bundledAvailability } from "./packed_program.ts";
import { spawn } from "./spawn_launcher.ts";

/**
 * A report of `startMethods()` on one start method.
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
  /** Why not, and what to do; empty if it is supported. */
  readonly reason: string;
  /** The traits of its processes. */
  readonly traits: StartMethodTraits;
}

/** A start method that this platform does not have. */
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

/** Gives a launcher. Those of this package are loaded when they are asked for. */
type GetLauncher = () => Launcher;

// Invariant: in the order in which the default is chosen.
const launchers = new Map<string, GetLauncher>([
  ["thread", () => isolates.thread],
  ["worker", () => isolates.worker],
  ["spawn", () => spawn],
  ["forkserver", () => forkservers.forkserver],
  ["fork", () => fork],
]);

const fork = absent(
  "a copy of the running process",
  "a V8 isolate with its threads cannot be copied: use " +
    '"thread", or "spawn" for a process of its own',
);

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
 * The launcher of a name that the platform supports, even if this process lacks the
 * permissions for it: a child with few permissions may still load a module that
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
    // A registered launcher that throws must not hide the others.
    return {
      supported: false,
      reason: `its launcher threw when it was asked: ${inspectThrown(error)}`,
      missing: "platform",
    };
  }
}

/** The launcher of a known name, supported here or not. */
function knownLauncher(name: string): Launcher {
  const launcher = launchers.get(name);
  if (launcher !== undefined) return launcher();
  throw new StartMethodError(
    `Cannot find start method ${JSON.stringify(name)}: the names are ${
      [...launchers.keys()].map((known) => `"${known}"`).join(", ")
    }`,
  );
}

/** The default method: the first one that is supported here. */
export function defaultMethod(): string {
  for (const [name, launcher] of launchers) {
    if (availabilityOf(launcher()).supported) return name;
  }
  // None works: the reason of the first one is the one to report.
  return "thread";
}

/**
 * All known start methods, supported here or not.
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
 * @returns A report for each method, in the order in which the default is chosen.
 */
export function startMethods(): StartMethodReport[] {
  return [...launchers].map(([name, get]) => {
    const launcher = get();
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
 * Adds a start method for `getContext(name)` and `setStartMethod(name)`.
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
 * @param launcher Starts its processes.
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
  launchers.set(name, () => launcher);
}

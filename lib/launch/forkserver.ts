/**
 * The launcher of the start method `forkserver`: a `deno` process that is booted in
 * advance, and waits for its target.
 *
 * It is named after Python's, which forks a clean process for each child. An
 * isolate cannot be copied, so here each child is a process of its own from its
 * boot on, which runs one target and ends. Preloaded modules are loaded in advance,
 * and not shared.
 *
 * @module
 */

import { isThreadAlive } from "../memory/liveness/process_liveness.ts";
import { whyNotMapped } from "../memory/system/libc.ts";
import { moduleObjects } from "../memory/allocation/construction_sites.ts";
import { getLogger } from "../logging/logger.ts";
import {
  type ModuleObject,
  PROTOCOL_VERSION,
  type StartMessage,
  type WaitingMessage,
  type WaitMessage,
} from "../wire/protocol/messages.ts";
import { commandOf, grantsOf, mayReadAll } from "./command.ts";
import { packageUrl } from "../base/built.ts";
import { ForkserverChild } from "./forkserver_child.ts";
import { preloadedModules } from "./forkserver_preload.ts";
import type {
  Child,
  Launcher,
  LaunchRequest,
  SpareContext,
} from "./launcher.ts";
import {
  checkLaunch,
  NO_PREFIX,
  spawn,
  SPAWN_TRAITS,
  spawned,
} from "./spawn_launcher.ts";
import type { SpawnedChild, Ways } from "./spawned_child.ts";
import {
  newStock,
  noSpares,
  type Spare,
  type SpareEvents,
  type Stock,
} from "./stock.ts";
import { inheritedState } from "./inherited_state.ts";

/** The processes that wait. */
export const forkserverStock: Stock<ForkserverSpare> = newStock("forkserver");

/** Processes that are booted in advance. */
export const forkserver: Launcher = {
  traits: { ...SPAWN_TRAITS, process: "a deno process booted ahead of time" },
  availability: spawn.availability,
  prepare(request, first, events) {
    const { admitted, grants } = checkLaunch(request, first);
    return (): Child => {
      const ways: Ways = { ...waysTo(request, grants), admitted };
      const fresh = () => spawned(ways, first, events);
      const spare = takeSpare(ways, grants, first);
      return spare === null
        ? fresh()
        : new ForkserverChild(spare.process, { ways, first, events, fresh });
    };
  },
  async fill(request, context) {
    const grants = grantsOf(request);
    const shelf = shelfOf(waysTo(request, grants), grants, context);
    if (shelf === null) throw noSpares("forkserver", UNKNOWN);
    await forkserverStock.fill(shelf.key, shelf.boot);
  },
};

const UNKNOWN =
  "what they would inherit, such as the environment, cannot be compared with what " +
  "the program has by then: run with --allow-ffi";

function waysTo(request: LaunchRequest, grants: readonly string[]): Ways {
  return {
    command: commandOf(NO_PREFIX, request, grants, true),
    admitted: null,
    stdout: request.stdout,
    stderr: request.stderr,
  };
}

/** Takes a spare that fits a start message, if there is one. */
function takeSpare(
  ways: Ways,
  grants: readonly string[],
  first: StartMessage,
): ForkserverSpare | null {
  if (forkserverStock.settings.count === 0) return null;
  const order = shelfOf(ways, grants, first);
  if (order === null) return null;
  return forkserverStock.take(
    order.key,
    order.boot,
    (spare) => spare.suits(first.sites),
  );
}

interface ShelfOrder {
  readonly key: string;
  boot(events: SpareEvents): ForkserverSpare;
}

/** The shelf of the spares that may fit a start message; null if none may. */
function shelfOf(
  ways: Ways,
  grants: readonly string[],
  context: SpareContext,
): ShelfOrder | null {
  const around = inheritedState();
  if (around === null) return null;
  const { words, env, stdout } = ways.command;
  // A process that may not read can import the modules of its command only.
  const preload = mayReadAll(grants)
    ? [packageUrl(), ...preloadedModules()]
    : [];
  const wait = { ...waitMessage(context), preload };
  const key = JSON.stringify([words, env, stdout, wait]) + around;
  const sites = () => makesObjects(wait) ? moduleObjects(wait.destination) : [];
  const boot = (events: SpareEvents) =>
    new ForkserverSpare({ ...ways, ...UNUSED }, {
      ...wait,
      sites: sites(),
    }, events);
  return { key, boot };
}

/** The ways of a spare until it is handed over. */
const UNUSED = {
  admitted: null,
  stdout: "inherit",
  stderr: "inherit",
} as const;

/** The message to a spare: its identity, as far as it is known in advance. */
function waitMessage(
  { identity, destination, log }: SpareContext,
): WaitMessage {
  const { parent, method, chosen, mainModule } = identity;
  return {
    kind: "wait",
    version: PROTOCOL_VERSION,
    identity: {
      name: "Forkserver",
      daemon: false,
      path: [],
      parent,
      method,
      chosen,
      mainModule,
    },
    destination,
    sites: [],
    log,
    preload: [],
  };
}

/** A process that was booted in advance, while it is in stock. */
class ForkserverSpare implements Spare {
  /** The process itself. */
  readonly process: SpawnedChild;
  readonly #told: WaitMessage;
  readonly #ended = Promise.withResolvers<void>();
  #waiting: WaitingMessage | null = null;
  #isRetired = false;

  constructor(ways: Ways, told: WaitMessage, events: SpareEvents) {
    this.#told = told;
    this.process = spawned(ways, told, {
      waiting: (message) => {
        this.#waiting = message;
        tellFailures(message.failures);
        events.waiting();
      },
      // It runs nothing yet that could send a message.
      message() {},
      broken: () => this.process.stop("SIGKILL"),
      ended: ({ code, reason }) => {
        this.#ended.resolve();
        const text = reason === undefined ? `exit code ${code}` : reason;
        if (!this.#isRetired) events.lost(text);
      },
    });
  }

  get pid(): number {
    return this.process.pid;
  }

  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  get memoryBytes(): number | null {
    return this.#waiting?.memoryBytes ?? null;
  }

  retire(): Promise<void> {
    this.#isRetired = true;
    this.process.stop("SIGKILL");
    return this.#ended.promise;
  }

  /**
   * Whether it lives, and its modules have made no object that the parent has by
   * now shared with its children in another way.
   */
  suits(sites: readonly ModuleObject[]): boolean {
    if (!this.#isAlive()) return false;
    if (!makesObjects(this.#told)) return true;
    if (this.#waiting === null || this.#waiting.sites.includes("*")) {
      return false;
    }
    const [before, now] = [bySite(this.#told.sites), bySite(sites)];
    return this.#waiting.sites.every((key) => before.get(key) === now.get(key));
  }

  /** Whether it is known to live: its end is reported in the next turn only. */
  #isAlive(): boolean {
    if (whyNotMapped() !== null) return true;
    const { pid } = this.process;
    return isThreadAlive({ pid, tid: pid, start: 0 });
  }
}

/** Whether modules of the user are imported in advance. */
function makesObjects({ preload }: WaitMessage): boolean {
  return preload.length > 1;
}

/** Entries as texts, which are equal for the same object. */
function bySite(sites: readonly ModuleObject[]): ReadonlyMap<string, string> {
  // The used part of a block grows with time.
  const settled = (key: string, value: unknown) =>
    key === "there" ? undefined : value;
  return new Map(
    sites.map((entry) => [entry.key, JSON.stringify(entry, settled)]),
  );
}

const told = new Set<string>();

function tellFailures(failures: readonly string[]): void {
  for (const failure of failures) {
    if (told.has(failure)) continue;
    told.add(failure);
    getLogger().warning(`a module could not be preloaded: ${failure}`);
  }
}

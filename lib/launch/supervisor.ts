/**
 * The supervisor of isolates: makes, watches and stops every thread and worker of
 * one OS process.
 *
 * The main thread is the root, also for isolates that other isolates start. A
 * worker made inside a worker would wait 500 ms (thread) or 1,000 ms (worker) for a
 * debugger that never comes (Deno 2.9.6); made by the main thread on request it
 * starts as quickly as any other. So the root knows the whole tree, sees every exit
 * code, and is the only one to free an owner id.
 *
 * A worker with permissions of its own is the root of the isolates that it starts,
 * and pays for that wait: Deno then confines its children to its own permissions.
 * An isolate without them shares the permissions of its root (2.9.6), so it gains
 * nothing by asking. The root trusts no message: the port on which a request came
 * tells who sent it.
 *
 * ```
 *   booting --greeting--> up --stop--> ending --ended--> (gone)
 *      +------ stop: kept until then ---+
 * ```
 *
 * @module
 */

import { exitcodeOf, keptOf, type StopSignal } from "../base/signals.ts";
import { keepAlive } from "../base/keep_alive.ts";
import { unreachable } from "../base/assert.ts";
import { closeLink, openLink } from "../memory/sharing/resource_sharer.ts";
import {
  isClaimed,
  ownerTable,
  releaseOwner,
  selfOwner,
} from "../memory/liveness/owners.ts";
import {
  hasEnded,
  hasStarted,
  isLoading,
  newStopFlags,
  requestStop,
  setGone,
  type StopFlags,
  untilDisposed,
  untilStarted,
} from "../memory/liveness/stop_flags.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { toRoot } from "../wire/protocol/decoders.ts";
import {
  type Ending,
  type IsolateBoot,
  type IsolateRecipe,
  PROTOCOL_VERSION,
  type ToIsolate,
  type ToRoot,
} from "../wire/protocol/messages.ts";
import type { IsolateEvents, IsolateHandle } from "./isolate_handle.ts";
import { mayBeImporting, ThreadKill } from "./thread_kill.ts";
import { channel, type Port } from "../base/node_threads.ts";
import { takeIsolate } from "./isolate_spares.ts";
import { hasOwnPermissions, isConfined } from "./permissions.ts";
import { startThread } from "./thread_handle.ts";
import { startWorker } from "./worker_handle.ts";

/**
 * How long an isolate waits for its root to take a launch before it makes the child
 * itself. A root that does not answer is computing or blocked.
 */
const ROOT_ANSWERS_MS = 100;

/**
 * How long a kill waits for an isolate to receive its first message. An isolate
 * that has not by then may hide that it has.
 */
const BOOT_MS = 10_000;

/** Makes and stops isolates; the root does so, and other isolates ask the root. */
export interface Supervisor {
  /**
   * Makes an isolate. `open` returns its end of the channel to the parent; it is
   * called again if the first end went to a root that did not answer.
   */
  launch(
    recipe: IsolateRecipe,
    open: () => MessagePort,
    ended: (ending: Ending) => void,
  ): void;
  /** Ends an isolate, now or as soon as its kind can. */
  stop(ident: number, signal: StopSignal): void;
  /** Whether an isolate may be booting or loading the modules of its target. */
  isLoading(ident: number): boolean;
}

type IsolateState =
  | { readonly kind: "booting"; readonly stop: StopSignal | null }
  | { readonly kind: "up" }
  | { readonly kind: "ending"; readonly signal: StopSignal };

interface Isolate {
  readonly recipe: IsolateRecipe;
  readonly control: Port;
  readonly flags: StopFlags;
  readonly ended: (ending: Ending) => void;
  state: IsolateState;
  /**
   * Allows the program to end. A booting isolate keeps it alive, even a daemon: a
   * thread that ends with the program while its entry is evaluated prints an error.
   */
  readonly release: () => void;
  handle: IsolateHandle | null;
  /** Runs while a kill waits for the isolate to receive its first message. */
  killer: ReturnType<typeof setTimeout> | undefined;
  /** A kill that waits for an answer, or for the end of an import. */
  dying: ThreadKill | null;
  /** The exit code that the isolate announced. */
  code: number | null;
  reason: string | null;
  /** Why a message of it was malformed; all later messages are ignored. */
  breach: string | null;
}

/** A launch that was requested and is run later. */
interface Asked {
  readonly parent: number;
  stop: StopSignal | null;
}

class Root implements Supervisor {
  readonly #isolates = new Map<number, Isolate>();
  readonly #asked = new Map<number, Asked>();

  has(ident: number): boolean {
    return this.#isolates.has(ident);
  }

  launch(
    recipe: IsolateRecipe,
    open: () => MessagePort,
    ended: (ending: Ending) => void,
  ): void {
    const { near: control, far } = channel();
    const isolate: Isolate = {
      recipe,
      control,
      flags: newStopFlags(),
      ended,
      state: { kind: "booting", stop: null },
      release: keepAlive(),
      handle: null,
      killer: undefined,
      dying: null,
      code: null,
      reason: null,
      breach: null,
    };
    const boot = (): IsolateBoot => ({
      data: open(),
      control: far,
      sharer: openLink(recipe.ident),
      ident: recipe.ident,
      owners: ownerTable(),
      flags: isolate.flags,
      version: PROTOCOL_VERSION,
      first: recipe.first,
      isRoot: hasOwnPermissions(recipe.permissions),
      isConfined: hasOwnPermissions(recipe.permissions) || isConfined(),
      isStdinTaken: childContext()?.host.isStdinTaken ?? false,
      output: recipe.output,
    });
    isolate.handle = this.#start(isolate, boot);
    this.#isolates.set(recipe.ident, isolate);
    control.onmessage = ({ data }: MessageEvent) => this.#take(isolate, data);
    control.unref();
    void untilStarted(isolate.flags).then((isUp) => {
      if (isUp) this.#greeted(isolate);
    });
  }

  #start(isolate: Isolate, boot: () => IsolateBoot): IsolateHandle {
    try {
      return startIsolate(isolate.recipe, boot, isolate.control, {
        trouble: (reason) => isolate.reason ??= reason,
        gone: (code) => void this.#exited(isolate, code),
      });
    } catch (error) {
      isolate.release();
      isolate.control.close();
      closeLink(isolate.recipe.ident);
      throw error;
    }
  }

  isLoading(ident: number): boolean {
    const isolate = this.#isolates.get(ident);
    if (isolate === undefined) return this.#asked.has(ident);
    return !hasStarted(isolate.flags) || isLoading(isolate.flags);
  }

  stop(ident: number, signal: StopSignal): void {
    const isolate = this.#isolates.get(ident);
    if (isolate === undefined) return;
    // A thread that is killed while its entry module is being evaluated prints
    // "execution terminated" (2.9.6), so a stop waits for the greeting.
    switch (isolate.state.kind) {
      case "booting":
        isolate.state = { kind: "booting", stop: isolate.state.stop ?? signal };
        // It may get to its target before its greeting arrives; it checks the flag
        // first.
        if (requestStop(isolate.flags)) return this.#greeted(isolate);
        isolate.killer ??= setTimeout(() => this.#greeted(isolate), BOOT_MS);
        return;
      case "up":
        isolate.state = { kind: "ending", signal };
        requestStop(isolate.flags);
        return this.#askOrKill(isolate);
      case "ending":
        return;
      default:
        unreachable(isolate.state);
    }
  }

  /** Kills it; a thread is asked first, as a kill might hit what it is loading. */
  #askOrKill(isolate: Isolate): void {
    const { recipe, flags, handle } = isolate;
    if (handle === null) return;
    const isSafe = recipe.method === "worker" && !mayBeImporting(flags);
    if (isSafe) handle.kill();
    else isolate.dying = new ThreadKill(flags, handle);
  }

  /** Handles a message of an isolate; a malformed one ends the isolate. */
  #take(isolate: Isolate, data: unknown): void {
    if (isolate.breach !== null) return;
    try {
      this.#receive(isolate, toRoot(data));
    } catch (error) {
      isolate.breach = `it was ended, as what it sent to its root is wrong: ${
        error instanceof Error ? error.message : error
      }`;
      const { port } = Object(data) as { port?: unknown };
      if (port instanceof MessagePort) port.close();
      this.stop(isolate.recipe.ident, "SIGKILL");
    }
  }

  #receive(isolate: Isolate, message: ToRoot): void {
    switch (message.kind) {
      case "exit":
        isolate.code = message.code < 0 ? message.code : keptOf(message.code);
        isolate.reason ??= message.reason ?? null;
        return;
      case "launch":
        return this.#launchFor(isolate, message);
      case "stop":
        return this.#stopFor(isolate, message.ident, message.signal);
      default:
        unreachable(message);
    }
  }

  #greeted(isolate: Isolate): void {
    if (isolate.state.kind !== "booting") return;
    const { stop } = isolate.state;
    clearTimeout(isolate.killer);
    isolate.release();
    isolate.state = { kind: "up" };
    if (stop !== null) this.stop(isolate.recipe.ident, stop);
  }

  /** Stops a child of the isolate that asks, and of no other. */
  #stopFor({ recipe }: Isolate, ident: number, signal: StopSignal): void {
    const asked = this.#asked.get(ident);
    if (asked?.parent === recipe.ident) asked.stop ??= signal;
    const child = this.#isolates.get(ident);
    if (child?.recipe.parent === recipe.ident) this.stop(ident, signal);
  }

  #launchFor(parent: Isolate, message: LaunchMessage): void {
    const { port, claim } = message;
    // By the port on which it came: the parent in the recipe may be forged.
    const recipe = { ...message.recipe, parent: parent.recipe.ident };
    if (
      hasOwnPermissions(parent.recipe.permissions) ||
      !this.#isFree(recipe.ident)
    ) {
      // The claim stays open, so that the requester may make the child itself.
      return port.close();
    }
    if (Atomics.compareExchange(claim, 0, 0, 1) !== 0) return port.close();
    const asked: Asked = { parent: recipe.parent, stop: null };
    this.#asked.set(recipe.ident, asked);
    const tell = (ending: Ending) => {
      const message: ToIsolate = { kind: "ended", ident: recipe.ident, ending };
      parent.control.postMessage(message);
    };
    // Making an isolate blocks for 10 to 30 ms. All requests that have come are
    // taken first, so that none waits for longer than its sender does.
    setTimeout(() => {
      this.#asked.delete(recipe.ident);
      try {
        if (!this.#isolates.has(recipe.parent)) {
          // Its parent has ended meanwhile, which would have freed its number.
          releaseOwner(ownerTable(), recipe.ident);
          return port.close();
        }
        this.launch(recipe, () => port, tell);
        if (asked.stop !== null) this.stop(recipe.ident, asked.stop);
      } catch (error) {
        releaseOwner(ownerTable(), recipe.ident);
        tell({ code: 1, reason: String(error) });
      }
    }, 0);
  }

  /** Whether a number is claimed and no isolate has been made for it yet. */
  #isFree(ident: number): boolean {
    return isClaimed(ownerTable(), ident) && ident !== selfOwner() &&
      !this.#isolates.has(ident) && !this.#asked.has(ident);
  }

  /** The platform says that it has ended: a killed thread may still run. */
  async #exited(isolate: Isolate, code: number | null): Promise<void> {
    const isKilled = isolate.dying !== null && !hasEnded(isolate.flags);
    if (isKilled) await untilDisposed(isolate.flags);
    this.#gone(isolate, code);
  }

  #gone(isolate: Isolate, code: number | null): void {
    const { ident } = isolate.recipe;
    if (!this.#isolates.delete(ident)) return;
    clearTimeout(isolate.killer);
    isolate.dying?.callOff();
    isolate.release();
    setGone(isolate.flags);
    closeLink(ident);
    releaseOwner(ownerTable(), ident);
    for (const { recipe } of [...this.#isolates.values()]) {
      if (recipe.parent === ident) this.stop(recipe.ident, "SIGTERM");
    }
    // Not now: its last message, with its exit code, may have been taken from the
    // port and not delivered yet; see `IsolateLink.finish()`.
    setImmediate(() => {
      isolate.control.close();
      isolate.ended(endingOf(isolate, code));
    });
  }
}

type LaunchMessage = Extract<ToRoot, { kind: "launch" }>;

function startIsolate(
  recipe: IsolateRecipe,
  boot: () => IsolateBoot,
  control: Port,
  events: IsolateEvents,
): IsolateHandle {
  const spare = takeIsolate(recipe, boot, control, events);
  if (spare !== null) return spare;
  switch (recipe.method) {
    case "thread":
      return startThread(recipe, boot(), events);
    case "worker":
      return startWorker(recipe, boot, control, events);
    default:
      return unreachable(recipe.method);
  }
}

function endingOf(
  { state, code, reason, breach }: Isolate,
  seen: number | null,
): Ending {
  if (breach !== null) return { code: exitcodeOf("SIGKILL"), reason: breach };
  const signal = state.kind === "ending"
    ? state.signal
    : state.kind === "booting"
    ? state.stop
    : null;
  if (signal !== null) return { code: exitcodeOf(signal) };
  // An isolate that ended without announcing a code did not end well.
  return {
    code: code ?? keptOf(seen ?? 1),
    ...(reason === null ? {} : { reason }),
  };
}

/** Asks the root, from inside an isolate. */
class RootClient implements Supervisor {
  readonly #control: MessagePort;
  readonly #ended = new Map<number, (ending: Ending) => void>();
  /** Makes isolates for which the root was too busy. */
  readonly #own = new Root();

  constructor(control: MessagePort) {
    this.#control = control;
    control.onmessage = ({ data }: MessageEvent<ToIsolate>) =>
      this.#receive(data);
  }

  launch(
    recipe: IsolateRecipe,
    open: () => MessagePort,
    ended: (ending: Ending) => void,
  ): void {
    const claim = new Int32Array(new SharedArrayBuffer(4));
    const port = open();
    this.#ended.set(recipe.ident, ended);
    this.#tell({ kind: "launch", recipe, port, claim }, [port]);
    setTimeout(() => {
      if (Atomics.compareExchange(claim, 0, 0, 2) !== 0) return;
      this.#ended.delete(recipe.ident);
      try {
        this.#own.launch(recipe, open, ended);
      } catch (error) {
        releaseOwner(ownerTable(), recipe.ident);
        ended({ code: 1, reason: String(error) });
      }
    }, ROOT_ANSWERS_MS);
  }

  /** The root has the flags of the isolates that it has made. */
  isLoading(ident: number): boolean {
    return !this.#own.has(ident) || this.#own.isLoading(ident);
  }

  stop(ident: number, signal: StopSignal): void {
    if (this.#own.has(ident)) this.#own.stop(ident, signal);
    else this.#tell({ kind: "stop", ident, signal });
  }

  /** A child of this isolate has ended. */
  #receive({ ident, ending }: ToIsolate): void {
    const ended = this.#ended.get(ident);
    this.#ended.delete(ident);
    ended?.(ending);
  }

  #tell(message: ToRoot, transfer: Transferable[] = []): void {
    this.#control.postMessage(message, transfer);
  }
}

let current: Supervisor | undefined;

/** The supervisor of this isolate: itself, or the root that made it. */
export function supervisor(): Supervisor {
  return current ??= newSupervisor();
}

function newSupervisor(): Supervisor {
  const host = childContext()?.host;
  return host?.kind === "isolate" && !host.isRoot
    ? new RootClient(host.control)
    : new Root();
}

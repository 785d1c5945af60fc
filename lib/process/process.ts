/**
 * `BaseProcess`: a child process, as an object of its parent and of itself.
 *
 * @module
 */

import { expectOptions } from "../base/options.ts";
import {
  ExitError,
  ProcessStateError,
  UnsupportedError,
} from "../base/errors.ts";
import { unreachable } from "../base/assert.ts";
import { type Below, type CallSite, callSites } from "../base/call_sites.ts";
import { DISPLAY, type Display, tableOf } from "../base/display.ts";
import { keepAlive } from "../base/keep_alive.ts";
import { type Awaitable, READY } from "../base/awaitable.ts";
import { nameOfExitcode, type StopSignal } from "../base/signals.ts";
import {
  settles,
  timedOut,
  timeoutOf,
  type WaitOptions,
} from "../base/timeouts.ts";
import { deferLaunch, flushLaunches } from "../launch/deferred_launches.ts";
import {
  type OutputName,
  type OutputRoute,
  PipedOutput,
} from "../launch/child_output.ts";
import { routeOf } from "../launch/output_route.ts";
import {
  type Child,
  type ChildEvents,
  destinationOf,
  type Launcher,
  type LaunchRequest,
} from "../launch/launcher.ts";
import { INTERPRETER, type Interpreter } from "../launch/interpreter.ts";
import { defaultMethod, launcherOf } from "../launch/registry.ts";
import {
  type Ending,
  type Identity,
  type ParentIdentity,
  PROTOCOL_VERSION,
  type StartBody,
  type TargetSpec,
  type ToParent,
} from "../wire/protocol/messages.ts";
import {
  type Destination,
  REFUSED,
  type Ticket,
  TrackedDelivery,
} from "../wire/serialization/handle.ts";
import { getLogger } from "../logging/logger.ts";
import { deliver, type Peer } from "../wire/mailbox/mailbox.ts";
import * as children from "./children.ts";
import {
  asParent,
  chosenMethod,
  inheritsDaemon,
  ownMainModule,
  refuseWhileImporting,
  selfIdent,
} from "./own_identity.ts";
import { stopSignal } from "./stop_signal.ts";
import {
  checkDaemon,
  type CheckedOptions,
  checkOptions,
  checkProcessName,
  checkTraits,
  type ProcessOptions,
} from "./process_options.ts";
import { explainInstances, explainPrivate } from "./lost_instances.ts";
import { isSettled, startMessage } from "./start_message.ts";
import {
  asSeenBy,
  callerOf,
  outcomeOf,
  type TargetOutcome,
} from "./outcome.ts";
import { ChildMailbox } from "./child_mailbox.ts";
import {
  isLiveState,
  type LifeEvent,
  type LifeState,
  next,
} from "./life_cycle.ts";
import defer * as targets from "../functions/target.ts";
import { tellSize } from "../functions/size_warning.ts";
import defer * as identities from "../functions/export_identity.ts";
import type { Sought } from "../functions/export_identity.ts";
import type { Subject } from "../functions/resolve.ts";

/** Key of the start method of a class; the contexts define it. */
export const START_METHOD: unique symbol = Symbol(
  "multiprocessing.startMethod",
);

/** Key of the mailbox of a child, from its start on. */
export const PEER: unique symbol = Symbol("multiprocessing.peer");

/** Key of the method that returns why an ended process has no value. */
export const END_CAUSE: unique symbol = Symbol("multiprocessing.endCause");

/**
 * Key of the method that returns modules for the child besides that of its target.
 */
export const MODULES: unique symbol = Symbol("multiprocessing.modules");

/** Key of the method that returns the function or class of a child's question. */
export const SUBJECT: unique symbol = Symbol("multiprocessing.subject");

/** Token to make the object of the running process instead of a new child. */
export class Adoption {
  /** Adopts `identity`; a child also passes what it runs. */
  constructor(
    readonly identity: Pick<Identity, "name" | "daemon" | "path">,
    readonly parent: ParentIdentity | null,
    readonly target: CheckedOptions["target"],
    readonly args: readonly unknown[],
  ) {}
}

/**
 * Options of `shutdown()`.
 *
 * @example Two seconds to finish
 * ```ts
 * import { Process, type ShutdownOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ShutdownOptions = { grace: 2_000 };
 * const p = new Process({ target: () => new Promise(() => {}) });
 * p.start();
 * equal(await p.shutdown(options), -15);
 * ```
 */
export interface ShutdownOptions {
  /**
   * How many milliseconds the process has to end by itself.
   *
   * @default {1000}
   */
  readonly grace?: number;
}

const GRACE_DEFAULT_MS = 1000;

/** Upper bound for a kill that arrives while modules load. */
const LOADER_ENDS_MS = 2000;

/** Upper bound for a kill of a child that awaits, on a busy machine. */
const AWAITING_ENDS_MS = 250;

/**
 * A process and its life cycle, under any start method; like
 * `multiprocessing.process.BaseProcess`. Use `Process`, or the `Process` of a
 * context.
 *
 * @typeParam A The arguments of the target.
 * @typeParam R What the target returns.
 *
 * @example Any process
 * ```ts
 * import { type BaseProcess, getContext, Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const { Process: SpawnProcess } = getContext("spawn");
 * const all: BaseProcess[] = [new Process({}), new SpawnProcess({})];
 * equal(all.some((p) => p.isAlive()), false);
 * ```
 */
export class BaseProcess<
  A extends readonly unknown[] = readonly never[],
  R = unknown,
> implements AsyncDisposable, Awaitable {
  #state: LifeState = { kind: "new" };
  #name: string;
  #daemon: boolean;
  readonly #path: readonly number[];
  readonly #parent: ParentIdentity | null;
  /** Whether this is the object of the running process, as in `currentProcess()`. */
  readonly #isSelf: boolean;
  // Invariant: has no arguments and no scope after its end.
  #checked: CheckedOptions;
  /** The caller whose module has the function, if no module is given. */
  readonly #caller: CallSite | null;
  readonly #ended = Promise.withResolvers<void>();
  // Invariant: null until the deferred launch has run, and if it failed.
  #child: Child | null = null;
  // Invariant: null until the start.
  #peer: ChildMailbox | null = null;
  #outcome: TargetOutcome = { kind: "none" };
  /** Why it ended, if the exit code does not say it. */
  #reason: { readonly text: string; readonly cause?: unknown } | null = null;
  /**
   * Allows the program to end; until then a process that is no daemon keeps it
   * alive.
   */
  #release = (): void => {};
  /** Tickets of objects that were sent to it, which it may end without taking. */
  #tickets: readonly Ticket[] = [];
  /** The name with which it was started; `name` may change later. */
  #startedName = "";
  /** Whether it can be stopped while it computes. */
  #isStoppable = true;
  /** The function or class that it may ask about. */
  #sought: Sought | undefined;
  /** Whether it has sent a malformed message; all later messages are ignored. */
  #isBroken = false;
  /** What it writes, where that is "piped". */
  readonly #piped: { [name in OutputName]?: PipedOutput } = {};
  /** Where its words go that are brought on here, from its start on. */
  #outputs: readonly OutputRoute[] = [];

  /**
   * Makes a process, which is not started yet. Its number is taken here, as in
   * Python.
   *
   * @param options What to run, and how.
   * @throws {TypeError | RangeError} If an option has the wrong shape.
   */
  constructor(options: ProcessOptions<A, R>) {
    if (options instanceof Adoption) {
      const { identity, parent, target, args } = options;
      this.#isSelf = true;
      this.#state = { kind: "running" };
      this.#path = identity.path;
      this.#name = identity.name;
      this.#daemon = identity.daemon;
      this.#parent = parent;
      this.#checked = { target, args, common: {} };
      this.#caller = null;
      return;
    }
    this.#isSelf = false;
    this.#checked = checkOptions(options);
    const { target, common: { name, daemon, module } } = this.#checked;
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#checked.common[stream] !== "piped") continue;
      this.#piped[stream] = new PipedOutput();
    }
    const isInOwnModule = module === undefined && typeof target !== "object";
    this.#caller = isInOwnModule ? callSites(SELF, 1)[0] ?? null : null;
    this.#path = children.nextPath();
    this.#parent = asParent();
    this.#name = name || `${new.target.name}-${this.#path.join(":")}`;
    this.#daemon = daemon ?? inheritsDaemon();
    if (typeof target === "function") {
      targets.lookAhead(target, module, this.#caller);
    }
  }

  /**
   * The start method of the class: here, the platform's default.
   * @ignore
   */
  [START_METHOD](): string {
    return defaultMethod();
  }

  /**
   * The interpreter that the context sets for it; otherwise the program's choice.
   * @ignore
   */
  [INTERPRETER](): Interpreter | null {
    return null;
  }

  /**
   * Modules that the child may import besides that of its target.
   * @ignore
   */
  [MODULES](): readonly string[] {
    return [];
  }

  /**
   * The function or class of a child's question.
   * @ignore
   */
  [SUBJECT](_subject: Subject): Sought | undefined {
    return this.#sought;
  }

  get #itself(): object | undefined {
    const { target } = this.#checked;
    return this.run === OWN_RUN ? target : this.constructor;
  }

  /**
   * The mailbox of this child; null before the start.
   * @ignore
   */
  get [PEER](): Peer | null {
    return this.#peer;
  }

  /**
   * Why it has no value: what its target threw, or how it ended; undefined if it
   * has one, or has not ended.
   * @ignore
   */
  [END_CAUSE](): unknown {
    if (this.#state.kind !== "exited") return undefined;
    switch (this.#outcome.kind) {
      case "value":
        return undefined;
      case "error":
        return asSeenBy(callerOf(this[END_CAUSE]), this.#outcome.error);
      case "none":
        return this.#exitError();
      default:
        return unreachable(this.#outcome);
    }
  }

  /** The name. It may be changed, but a running child keeps its old one. */
  get name(): string {
    return this.#name;
  }
  set name(name: string) {
    checkProcessName(name);
    this.#name = name;
  }

  /** Whether the process ends with its parent. It may be changed before the start. */
  get daemon(): boolean {
    return this.#daemon;
  }
  set daemon(daemon: boolean) {
    checkDaemon(daemon);
    if (this.#state.kind !== "new") {
      throw this.#refuse("set daemon of", "it must be new");
    }
    this.#daemon = daemon;
  }

  /**
   * The ID of its OS process, or null before the start. Threads and workers share
   * their parent's.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  get pid(): number | null {
    this.#refuseClosed("read pid of");
    if (this.#isSelf) return Deno.pid;
    flushLaunches();
    return this.#child?.pid ?? null;
  }

  /**
   * A number that no other live process of this program has, or null before the
   * start. For an OS process it is the pid.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  get ident(): number | null {
    this.#refuseClosed("read ident of");
    if (this.#isSelf) return selfIdent();
    flushLaunches();
    return this.#child?.ident ?? null;
  }

  /**
   * The exit code: `0` for success, `1` for an uncaught error, `n` for
   * `Deno.exit(n)`, `-n` for signal `n` (`-15` after `terminate()`, `-9` after
   * `kill()`); null until the process has ended.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  get exitcode(): number | null {
    this.#refuseClosed("read exitcode of");
    return this.#state.kind === "exited" ? this.#state.code : null;
  }

  /**
   * Resolves when the process has ended, such as for `Promise.race()`. It does not
   * keep the program alive, as `join()` does.
   *
   * @throws {ProcessStateError} If the process has not started or is closed.
   */
  get sentinel(): Promise<void> {
    this.#refuseUnstarted("read sentinel of");
    return this.#ended.promise;
  }

  /**
   * What the process writes to its stdout, where the option `stdout` is `"piped"`. It
   * ends when the process has ended and all of it was read. A process that has written
   * 256 KiB more than were read waits; one whose stream is cancelled writes nowhere.
   *
   * @example Reading line by line
   * ```ts
   * import { Process } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const p = new Process({ target: () => console.log("one\ntwo"), stdout: "piped" });
   * p.start();
   * const text = await new Response(p.stdout).text();
   * deepEqual(text.split("\n"), ["one", "two", ""]);
   * ```
   *
   * @throws {TypeError} If it is not piped.
   */
  get stdout(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream("stdout");
  }

  /**
   * What the process writes to its stderr, where the option `stderr` is `"piped"`; see
   * `stdout`. It has the text of an error that ends the process, too.
   *
   * @throws {TypeError} If it is not piped.
   */
  get stderr(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream("stderr");
  }

  #stream(name: OutputName): ReadableStream<Uint8Array<ArrayBuffer>> {
    const piped = this.#piped[name];
    if (piped !== undefined) return piped.readable;
    throw new TypeError(
      `Cannot read ${name} of process "${this.#name}" as it is not piped: make the ` +
        `process with the option ${name}: "piped"`,
    );
  }

  /**
   * A signal that aborts when `shutdown()` asks this process to end; only of
   * `currentProcess()`. Reading it takes over the end: the process then ends when
   * its target does, or when its time is over.
   *
   * @throws {ProcessStateError} If this is not the running process.
   */
  get stopping(): AbortSignal {
    if (!this.#isSelf) {
      throw this.#refuse("read stopping of", "only a process itself is asked");
    }
    return stopSignal();
  }

  /**
   * The code that the process runs. A subclass can override it; by default it calls
   * the target.
   *
   * @returns What the target returns.
   */
  run(): R | Promise<R> {
    const { target, args } = this.#checked;
    const { kind } = this.#state;
    if (kind === "exited" || kind === "closed") {
      throw this.#refuse("run", "its arguments are kept until its end only");
    }
    if (typeof target === "object") {
      throw new ProcessStateError(
        `Cannot run target "${target.name}" here as it is given by its address: ` +
          `import it, or start the process`,
      );
    }
    return target?.(...args as never[]) as R;
  }

  /**
   * Starts the process and returns at once; its target begins after the caller's
   * turn. If the process cannot start, this throws, and nothing is started. What
   * the target uses of variables around it is read here; `explain()` lists it.
   *
   * @throws {ProcessStateError} If it was started before, or belongs to another
   * process.
   * @throws {BootstrapError} If this process is still importing its modules.
   * @throws {StartMethodError} If the start method cannot be used.
   * @throws {UnsupportedError} If the start method does not support an option.
   * @throws {EncodingError} If an argument, or what the target uses, cannot be sent.
   * @throws {SharedMemoryError} If a shared object cannot be given to it.
   */
  start(): void {
    if (next(this.#state, { kind: "start" }) === null) {
      throw this.#refuse("start", "it must be new, and a process runs once");
    }
    refuseWhileImporting("start a process", "its", "start");
    const method = this[START_METHOD]();
    const launcher = launcherOf(method);
    checkTraits(method, launcher.traits, this.#checked.common);
    const { spec, scope } = this.#spec(launcher);
    const body = this.#body(spec, scope);
    // In another method: a closure keeps all variables that others of its scope
    // use.
    const events = this.#events();
    const request = this.#request(spec, body);
    const delivery = new TrackedDelivery();
    const identity = this.#identity(method);
    const destination = this.#destination(launcher);
    const launch = delivery.make(() => {
      const first = startMessage(identity, destination, spec, body, delivery);
      return launcher.prepare(request, first, events);
    });
    this.#outputs = [request.stdout, request.stderr];
    this.#tickets = delivery.tickets;
    this.#sought = identities.soughtBy(spec, this.#itself);
    this.#move({ kind: "start" });
    this.#peer = this.#newPeer(launcher);
    this.#startedName = this.#name;
    this.#isStoppable = launcher.traits.stopsWhileBusy;
    this.#join(launch);
  }

  /**
   * Waits until the process has ended. It may be called any number of times.
   *
   * @param options How long to wait.
   * @returns True once it has ended, false if the time ran out first.
   * @throws {ProcessStateError} If it has not started, is closed, or is not a
   * child of this process.
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = timeoutOf(options, "join a process");
    this.#refuseUnstarted("join");
    if (this.#state.kind === "exited") return true;
    return await settles(this.#ended.promise, timeout, options?.signal);
  }

  /**
   * The return value of the target, after the process has ended; beyond Python.
   *
   * @param options How long to wait.
   * @returns The target's value.
   * @throws What the target threw, with the child's own stack as `cause`.
   * @throws {ExitError} If the process ended without a result.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async result(options?: WaitOptions): Promise<Awaited<R>> {
    const caller = callerOf(this.result);
    if (!await this.join(options)) {
      throw timedOut(`get result of ${this}`, "it is still running");
    }
    const outcome = this.#outcome;
    switch (outcome.kind) {
      case "value":
        return outcome.value as Awaited<R>;
      case "error":
        throw asSeenBy(caller, outcome.error);
      case "none":
        throw this.#exitError();
      default:
        return unreachable(outcome);
    }
  }

  /**
   * Whether the process has started and not ended.
   *
   * @throws {ProcessStateError} If the process is closed.
   */
  isAlive(): boolean {
    this.#refuseClosed("look at");
    return isLiveState(this.#state);
  }

  /**
   * Ends the process now, with exit code -15: no `finally` runs in it. A `thread`
   * that computes goes on for 10 to 30 ms, so that the kill hits no first use of a
   * global that Deno loads lazily (2.9.6). A `worker` ends at its next await or
   * blocking call of this package, because Deno cannot stop a Web Worker while it
   * computes.
   *
   * @throws {ProcessStateError} If it has not started or is closed.
   */
  terminate(): void {
    this.#stop("terminate", "SIGTERM");
  }

  /**
   * Ends the process now, with exit code -9; see `terminate()`.
   *
   * @throws {ProcessStateError} If it has not started or is closed.
   */
  kill(): void {
    this.#stop("kill", "SIGKILL");
  }

  /**
   * Sends SIGINT. A process that does not listen for it ends with exit code -2.
   *
   * @throws {ProcessStateError} If it has not started or is closed.
   * @throws {UnsupportedError} If the start method has no signals.
   */
  interrupt(): void {
    this.#refuseUnstarted("interrupt");
    const method = this[START_METHOD]();
    if (!launcherOf(method).traits.interrupts) {
      throw new UnsupportedError(
        `Cannot interrupt ${this} as start method "${method}" has no signals: ` +
          `use terminate(), or start method "spawn"`,
      );
    }
    this.#stop("interrupt", "SIGINT");
  }

  /**
   * Asks the process to end, and kills it if it has not ended in time; beyond
   * Python. A child that has read its `stopping` signal may finish by itself, any
   * other child ends at its next await. A child that still loads its modules may
   * not get the request before its target begins.
   *
   * @param options How much time the process has.
   * @returns The exit code.
   * @throws {ProcessStateError} If it has not started or is closed.
   * @throws {UnsupportedError} If it is still running after that and its start
   * method cannot kill it.
   */
  async shutdown(options: ShutdownOptions = {}): Promise<number> {
    expectOptions(options, "shut down a process", "{ grace: 1000 }");
    const { grace = GRACE_DEFAULT_MS } = options;
    const graceMs = timeoutOf({ timeout: grace }, "shut down a process");
    this.#refuseUnstarted("shut down");
    flushLaunches();
    this.#child?.send({ kind: "stop" });
    if (!await this.join({ timeout: graceMs })) await this.#killOrTell(graceMs);
    return this.exitcode ?? 0;
  }

  /**
   * Frees the resources of the process object. Afterwards only its name can be
   * used.
   *
   * @throws {ProcessStateError} If the process is still running.
   */
  close(): void {
    if (next(this.#state, { kind: "close" }) === null || this.#isSelf) {
      throw this.#refuse(
        "close",
        "it must have ended: call join() or terminate()",
      );
    }
    this.#move({ kind: "close" });
    this.#child = null;
    this.#outcome = { kind: "none" };
  }

  /** Terminates the process if it still runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!isLiveState(this.#state)) return;
    this.terminate();
    await this.join();
  }

  /**
   * A process object works only in the process that made it.
   * @ignore
   */
  get [REFUSED](): string {
    return "a Process; send its name or pid";
  }

  /**
   * For `wait()`: a process is ready when it has ended.
   * @ignore
   */
  [READY](options: WaitOptions): Promise<boolean> {
    return this.join(options);
  }

  /** As in Python: `<Process name="Process-1" pid=12 parent=12 started>`. */
  toString(): string {
    const words = [
      this.constructor.name,
      `name=${JSON.stringify(this.#name)}`,
      ...(this.#pidNow() === null ? [] : [`pid=${this.#pidNow()}`]),
      `parent=${this.#parent?.pid ?? "none"}`,
      this.#stateWord(),
    ];
    if (this.#state.kind === "exited") {
      words.push(`exitcode=${nameOfExitcode(this.#state.code)}`);
    }
    if (this.#daemon) words.push("daemon");
    return `<${words.join(" ")}>`;
  }

  /**
   * Shows the process as a table in the cell of a notebook.
   * @ignore
   */
  [DISPLAY](): Display {
    return tableOf(`${this.constructor.name} ${this.#name}`, {
      state: this.#stateWord(),
      exitcode: this.#state.kind === "exited"
        ? nameOfExitcode(this.#state.code)
        : null,
      pid: this.#pidNow(),
      parent: this.#parent?.pid ?? null,
      daemon: this.#daemon,
    });
  }

  /** Shows the process in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  #pidNow(): number | null {
    if (this.#isSelf) return Deno.pid;
    if (this.#state.kind === "starting") flushLaunches();
    return this.#child?.pid ?? null;
  }

  #stateWord(): string {
    const { kind } = this.#state;
    switch (kind) {
      case "new":
        return "initial";
      case "starting":
      case "running":
        return "started";
      case "exited":
        return "stopped";
      case "closed":
        return "closed";
      default:
        return unreachable(kind);
    }
  }

  #events(): ChildEvents {
    return {
      message: (message) => this.#take(message),
      broken: (error) => this.#breach(error),
      ended: (ending) => this.#end(ending),
    };
  }

  #newPeer(launcher: Launcher): ChildMailbox {
    const peer = new ChildMailbox(
      this.#destination(launcher),
      (error) => this.#breach(error),
    );
    identities.answerTo(peer, (subject) => this[SUBJECT](subject));
    return peer;
  }

  #spec(
    launcher: Launcher,
  ): { readonly spec: TargetSpec; readonly scope: StartBody["scope"] } {
    const { target, common: { module, scope } } = this.#checked;
    const caller = this.#caller;
    if (this.run !== OWN_RUN) {
      return {
        spec: targets.classSpec(this.constructor, module, caller),
        scope: {},
      };
    }
    if (target === undefined) return { spec: { kind: "nothing" }, scope: {} };
    if (typeof target === "object") {
      return { spec: targets.addressSpec(target), scope: {} };
    }
    const destination = this.#destination(launcher);
    const spec = targets.functionSpec({
      target,
      module,
      caller,
      scope,
      destination,
    });
    tellSize(spec.found);
    return spec;
  }

  #destination({ traits }: Launcher): Destination {
    return destinationOf(traits, this.#checked.common.permissions);
  }

  /** The identity of the child. */
  #identity(method: string): Identity {
    return {
      name: this.#name,
      daemon: this.#daemon,
      path: this.#path,
      parent: this.#parent!,
      method,
      chosen: chosenMethod(),
      mainModule: ownMainModule(),
    };
  }

  #body(target: TargetSpec, scope: StartBody["scope"]): StartBody {
    const { args } = this.#checked;
    return {
      args,
      scope,
      fields: target.kind === "class" ? { ...this as object } : {},
    };
  }

  #request(spec: TargetSpec, body: StartBody): LaunchRequest {
    const { maxHeapMiB, permissions, env, stdout, stderr } =
      this.#checked.common;
    const { stdout: out = null, stderr: error = null } = this.#piped;
    return {
      stdout: routeOf("stdout", stdout, out),
      stderr: routeOf("stderr", stderr, error),
      name: this.#name,
      daemon: this.#daemon,
      modules: [...new Set([...targets.modulesOf(spec), ...this[MODULES]()])],
      maxHeapMiB: maxHeapMiB ?? null,
      permissions: permissions ?? null,
      env: env ?? null,
      interpreter: this[INTERPRETER](),
      mainModule: ownMainModule(),
      isSettled: isSettled(body),
    };
  }

  /** Adds the process to the children, and launches it after the caller's turn. */
  #join(launch: () => Child): void {
    children.childStarted(this);
    deferLaunch(() => {
      // The first timer of a program takes 6 ms (2.9.6).
      if (!this.#daemon) this.#release = keepAlive();
      try {
        this.#child = launch();
        this.#peer?.launched(this.#child);
        // Reading the pid fixes it: see `Child`.
        if (getLogger().isEnabledFor("INFO")) {
          this.#log(`started in OS process ${this.#child.pid}`);
        }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#reason = {
          text: `it could not be launched: ${why}`,
          cause: error,
        };
        this.#end({ code: 1 });
      }
    });
  }

  /** Handles a message; an error in it ends the child, and nothing else. */
  #take(message: ToParent): void {
    if (this.#isBroken || !isLiveState(this.#state)) return;
    try {
      this.#receive(message);
    } catch (error) {
      this.#breach(error);
    }
  }

  /** Ends the child because of a malformed message. */
  #breach(error: unknown): void {
    if (this.#isBroken || !isLiveState(this.#state)) return;
    this.#isBroken = true;
    const what = error instanceof Error ? error.message : String(error);
    this.#reason = {
      text: `it was ended, as what it sent is wrong: ${what}`,
      cause: error,
    };
    this.#outcome = { kind: "none" };
    this.#child?.stop("SIGKILL");
    if (!this.#isStoppable) this.#release();
    this.#peer?.isBroken(`what it sent is wrong: ${what}`);
  }

  #receive(message: ToParent): void {
    switch (message.kind) {
      case "ready":
        this.#greeted(message.version);
        return;
      case "result":
      case "unsendable":
      case "failure":
        this.#outcome = outcomeOf(
          message,
          `in process "${this.#startedName}"`,
          this.#peer!.destination,
        );
        if (this.#outcome.kind === "error") this.#explain(this.#outcome.error);
        return;
      case "message":
        deliver(message.mailbox, message.body, this.#peer!);
        return;
      default:
        unreachable(message);
    }
  }

  /** Explains an error if sending may have caused it. */
  #explain(error: unknown): void {
    if (this.run !== OWN_RUN) {
      explainPrivate(error, this.constructor.name);
    }
    const fields = Object.entries(this).map(([key, value]) =>
      [`this.${key}`, value] as const
    );
    explainInstances(error, [["args", this.#checked.args], ...fields]);
  }

  #greeted(version: number): void {
    if (version !== PROTOCOL_VERSION) {
      this.#reason = {
        text: `it speaks protocol ${version} and not ${PROTOCOL_VERSION}: ` +
          `load one version of this package only`,
      };
      this.#child?.stop("SIGKILL");
      return;
    }
    this.#move({ kind: "ready" });
  }

  #end({ code, reason }: Ending): void {
    if (reason !== undefined) this.#reason ??= { text: reason };
    this.#move({ kind: "exit", code });
    this.#log(`ended with exit code ${nameOfExitcode(code)}`);
    children.childEnded(this);
    for (const ticket of this.#tickets) ticket.lost();
    this.#tickets = [];
    this.#forgetArguments();
    this.#release();
    this.#peer?.ended();
    for (const output of this.#outputs) {
      if (typeof output !== "string") output.end();
    }
    this.#ended.resolve();
  }

  #forgetArguments(): void {
    const { scope: _, ...common } = this.#checked.common;
    this.#checked = { ...this.#checked, args: [], common };
  }

  #log(text: string): void {
    getLogger().info(`process "${this.#startedName}" ${text}`);
  }

  #exitError(): ExitError {
    const code = this.#state.kind === "exited" ? this.#state.code : 0;
    const why = this.#reason === null ? "" : `: ${this.#reason.text}`;
    const cause = this.#reason?.cause;
    return new ExitError(
      `Process "${this.#startedName}" ended with exit code ${
        nameOfExitcode(code)
      } and without a result${why}`,
      code,
      cause === undefined ? {} : { cause },
    );
  }

  #stop(verb: string, signal: StopSignal): void {
    this.#refuseUnstarted(verb);
    if (!isLiveState(this.#state)) return;
    flushLaunches();
    this.#child?.stop(signal);
    // The end of the program does not wait for a child that computes on after that.
    if (!this.#isStoppable) this.#release();
  }

  async #killOrTell(graceMs: number): Promise<void> {
    const method = this[START_METHOD]();
    // A child that computes from its first moment on has had no turn to say `ready`
    // in.
    const isLoading = this.#state.kind === "starting" &&
      this.#child?.isLoading?.() !== false;
    this.kill();
    if (launcherOf(method).traits.stopsWhileBusy) {
      await this.join();
      return;
    }
    const endsMs = isLoading ? LOADER_ENDS_MS : AWAITING_ENDS_MS;
    const timeout = Math.max(graceMs, endsMs);
    if (await this.join({ timeout })) return;
    throw new UnsupportedError(
      `Cannot shut down ${this} as it is computing and start method "${method}" ` +
        `cannot stop that: use start method "thread" or "spawn"`,
    );
  }

  #move(event: LifeEvent): void {
    // An event that comes too late (such as `ready` after the end) changes nothing.
    this.#state = next(this.#state, event) ?? this.#state;
  }

  #refuseClosed(verb: string): void {
    if (this.#state.kind === "closed") {
      throw this.#refuse(verb, "it must not be closed");
    }
  }

  #refuseUnstarted(verb: string): void {
    this.#refuseClosed(verb);
    if (this.#isSelf) {
      throw this.#refuse(
        verb,
        "only a child of this process can be waited for",
      );
    }
    if (this.#state.kind === "new") {
      throw this.#refuse(verb, "it must have been started");
    }
  }

  #refuse(verb: string, rule: string): ProcessStateError {
    return new ProcessStateError(
      `Cannot ${verb} process "${this.#name}" as ${rule}: current state is "${
        this.#isSelf ? "current process" : this.#stateWord()
      }"`,
    );
  }
}

// A class that names itself in its own body gets another name where it is built.
const SELF: Below = BaseProcess;
const OWN_RUN = BaseProcess.prototype.run;

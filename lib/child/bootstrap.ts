/**
 * The bootstrap of a child: its life from the start message to its end, the same
 * for every start method.
 *
 * It imports next to nothing, because a child waits for all of it: it is built into
 * the one file with which a child starts. The plain case, a function with plain
 * arguments, is handled here; everything else is in `slow_path.ts`, which is loaded
 * when it is needed.
 *
 * @module
 */

import { builtUrl } from "../base/built.ts";
import { printError } from "../base/stderr.ts";
import { inspectThrown } from "../base/thrown_text.ts";
import { findFunction, TARGET } from "../functions/resolve.ts";
import {
  type ChildContext,
  hooks,
  type Host,
  type Loaders,
  setChildContext,
  shareChildContext,
  type TargetFunction,
} from "../wire/protocol/child_context.ts";
import { isPlain } from "../wire/protocol/port_messages.ts";
import { deliver, parentPeer } from "../wire/mailbox/mailbox.ts";
import type {
  StartBody,
  StartMessage,
  ToChild,
  ToParent,
} from "../wire/protocol/messages.ts";
import type * as SlowPath from "./slow_path.ts";

/** A child's link to its parent, and its ways to end. */
export interface ParentLink {
  /** The process or isolate in which the child runs. */
  readonly host: Host;
  /** Whether it was asked to stop, in a way that it cannot defer. */
  isStopped(): boolean;
  /** Starts to receive messages of the parent; called once. */
  listen(): void;
  /** Sends a message to the parent, in full before it returns. */
  send(message: ToParent, transfer?: readonly Transferable[]): void;
  /** Ends this process. */
  exit(code: number): void;
  /**
   * Ends this process, which was asked to stop; throws if that takes until the next
   * turn.
   */
  stop(): void;
  /**
   * Makes imports safe from kills, if that is needed; `hasBegun` says whether the
   * target may be importing already. It takes 0.7 ms (2.9.6).
   */
  watchImports(hasBegun: boolean): void;
}

/** The exit code after an uncaught error, and after the end of the parent. */
export const FAILED = 1;

/** The exit code after SIGTERM, for a process that ends when it is asked to. */
export const ASKED_TO_STOP = -15;

/** The life cycle of a child. */
export class ChildRuntime {
  readonly #parentLink: ParentLink;
  readonly #loaders: Loaders;
  #name = "";
  #isListening = false;
  #over = false;
  /** Settles when the error that ended the target has been sent; null before that. */
  #failing: Promise<void> | null = null;
  readonly #begun = Promise.withResolvers<void>();

  /** Makes a child that waits for its start message. */
  constructor(parentLink: ParentLink, loaders: Loaders) {
    this.#parentLink = parentLink;
    this.#loaders = loaders;
    shareChildContext();
    void this.begun.then(() => this.listen());
  }

  /**
   * Starts to receive messages of the parent, unless it has. The first time takes
   * 0.2 ms of a start (2.9.6), so messages wait until the target has begun, or
   * until this process has sent something that may be answered.
   *
   * @param how Replaces the link's own way to listen.
   */
  listen(how = () => this.#parentLink.listen()): void {
    if (this.#isListening) return;
    this.#isListening = true;
    how();
  }

  /** Handles a message of the parent. */
  receive(message: ToChild): void {
    switch (message.kind) {
      case "start":
        void this.#startTarget(message);
        return;
      case "stop":
        if (hooks.stop === null) this.#end(ASKED_TO_STOP);
        else hooks.stop();
        return;
      case "message":
        deliver(message.mailbox, message.body, parentPeer()!);
        return;
    }
  }

  /**
   * The parent has ended: tells the code that waits for that, and then ends the
   * child.
   */
  orphaned(): void {
    hooks.orphaned?.();
    setTimeout(() => this.#end(FAILED), 0);
  }

  /** Settles as soon as the target has begun, or was not found. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  async #startTarget(start: StartMessage): Promise<void> {
    this.#name = start.identity.name;
    const context = setChildContext({
      host: this.#parentLink.host,
      identity: start.identity,
      parent: start.destination,
      loaders: this.#loaders,
      post: (message, transfer) => {
        this.listen();
        this.#parentLink.send(message, transfer);
      },
      sites: start.sites,
      log: start.log,
      target: undefined,
      args: [],
      importing: false,
    });
    this.#catchUnhandled();
    try {
      await this.#takeOutput(context);
      const call = await this.#find(start, context);
      this.#begun.resolve();
      await this.#report(await this.#run(call, context));
      // For rejections without a handler: Deno reports them at the end of a turn.
      await turn();
      await this.#finish();
    } catch (error) {
      this.#begun.resolve();
      this.#fail(error);
      await this.#finish();
    }
  }

  /** Sends what is written to the parent, before any code of the user can write. */
  async #takeOutput({ host }: ChildContext): Promise<void> {
    if (host.kind !== "isolate" || host.output === null) return;
    const { isolateOutput } = await this.#slowPath();
    isolateOutput.takeOutput(host, host.output);
  }

  /** Finds the function to call for a start message. */
  async #find(
    start: StartMessage,
    context: ChildContext,
  ): Promise<() => unknown> {
    context.importing = true;
    const call = await this.#plainCall(start, context) ??
      await (await this.#slowPath()).findCall(start, context, this.#loaders);
    context.importing = false;
    // Ends by itself if it was asked to stop meanwhile: a Web Worker that begins to
    // compute could not be stopped any more.
    if (this.#parentLink.isStopped()) return await this.#stopped();
    return call;
  }

  /** Calls the target; watches imports if it goes on in later turns. */
  #run(call: () => unknown, { target }: ChildContext): unknown {
    const isAsync = target === undefined || isAsyncFunction(target);
    if (isAsync) this.#parentLink.watchImports(false);
    const result = call();
    if (!isAsync && result instanceof Promise) {
      this.#parentLink.watchImports(true);
    }
    return result;
  }

  #stopped(): Promise<never> {
    endNow(this.#parentLink);
    return new Promise(() => {});
  }

  /**
   * The call of a function with plain arguments; null for any other start message.
   */
  async #plainCall(
    { target: spec, body }: StartMessage,
    context: ChildContext,
  ): Promise<(() => unknown) | null> {
    if (spec.kind === "nothing" || spec.kind === "class") return null;
    const given = plainBody(body);
    if (given === null) return null;
    context.args = given.args;
    const target = context.target = await findFunction(spec, given.scope, {
      loaders: this.#loaders,
      subject: TARGET,
      slowly: () => this.#slowPath(),
    });
    return () => target(...given.args as never[]);
  }

  async #report(value: unknown): Promise<void> {
    if (value === undefined) {
      this.#parentLink.send({ kind: "result", body: null });
    } else if (isPlain(value)) {
      const body = { form: "clone", value, placeholders: null } as const;
      this.#parentLink.send({ kind: "result", body });
    } else {
      const { report, unsendable } = await this.#slowPath();
      try {
        this.#parentLink.send(report(value));
      } catch (error) {
        // A port reads the value once more, and a getter may return something else.
        this.#parentLink.send(unsendable(error));
      }
    }
  }

  #fail(error: unknown): void {
    // Once: an error of reporting must not come back as one more uncaught error.
    if (!this.#over) this.#failing ??= this.#tell(error);
  }

  async #tell(error: unknown): Promise<void> {
    // A kill that hits the first use of one of Deno's lazy globals, such as a
    // timer, is thrown there as "execution terminated" or `null` (2.9.6).
    if (this.#parentLink.isStopped()) return await this.#stopped();
    const { describeFailure } = await this.#slowPath();
    printError(`Process ${this.#name}:\n${inspectThrown(error)}`);
    this.#parentLink.send({ kind: "failure", body: describeFailure(error) });
  }

  async #slowPath(): Promise<typeof SlowPath> {
    return await slowPath(this.#loaders);
  }

  async #finish(): Promise<void> {
    await hooks.endChildren?.();
    await hooks.drainOutput?.();
    await this.#failing;
    this.#end(this.#failing === null ? Deno.exitCode : FAILED);
  }

  #end(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#parentLink.exit(code);
  }

  /** Catches errors of timers and handlers, and rejections without a handler. */
  #catchUnhandled(): void {
    const fatal = async (error: unknown) => {
      this.#fail(error);
      await this.#failing;
      this.#end(FAILED);
    };
    const caught = (event: Event, nodeEvent: NodeEvent, isThrown: boolean) => {
      // The task that caused the error can be found only now.
      const take = hooks.claimUnhandled?.(nodeEvent[1], isThrown) ?? null;
      unlessPrevented(event, nodeEvent, (error) => {
        const isOurs = take !== null && !this.#parentLink.isStopped();
        if (!isOurs || !take()) fatal(error);
      });
    };
    globalThis.addEventListener("error", (event) => {
      const error = thrownIn(event);
      const node = "uncaughtException";
      caught(event, [node, error, node], true);
    });
    globalThis.addEventListener("unhandledrejection", (event) => {
      const { reason, promise } = event;
      caught(event, ["unhandledRejection", reason, promise], false);
    });
  }
}

/** Ends this process now, or at the end of this turn if it cannot. */
export function endNow(parentLink: Pick<ParentLink, "stop">): void {
  try {
    parentLink.stop();
  } catch {
    // No wait is woken any more.
  }
}

/**
 * Waits for one turn of the event loop. A word that is awaited and woken at once
 * takes 0.1 ms, the first timer 0.5 to 7 (2.9.6). The channel to the parent keeps
 * the loop alive, and the import of the target's module has started it.
 */
async function turn(): Promise<void> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const woken = Atomics.waitAsync(word, 0, 0).value;
  Atomics.notify(word, 0);
  await woken;
}

/**
 * Not a literal import if possible: Deno would load the whole package before the
 * child begins, needed or not (2.9.6, 2 ms).
 */
export async function slowPath(loaders: Loaders): Promise<typeof SlowPath> {
  const url = builtUrl("package");
  const loader = loaders[url] ?? (() => import(url));
  const { default: ours } = await hooks.load(loader) as {
    default: { slowPath: typeof SlowPath };
  };
  return ours.slowPath;
}

function isAsyncFunction(target: TargetFunction): boolean {
  return Object.prototype.toString.call(target) === "[object AsyncFunction]";
}

/** The body of a start message that needs no unpacking; null for any other one. */
function plainBody(body: StartMessage["body"]): StartBody | null {
  if (body === null) return { args: [], scope: {}, fields: {} };
  if (body instanceof Uint8Array || body.placeholders !== null) return null;
  return body.value as StartBody;
}

/**
 * What was thrown. An error event that passes on the error of a Web Worker has a
 * message only, and null in place of the error (2.9.6).
 */
function thrownIn({ error, message }: ErrorEvent): unknown {
  return error === null && message !== "Uncaught null" ? message : error;
}

/** The event for Node's listeners, which belongs to the same error. */
type NodeEvent = readonly [name: string, error: unknown, from: unknown];

/**
 * Keeps Deno from ending the program by an error event, and calls `fatal` unless a
 * listener of the user, which runs after this one, has prevented that, too.
 */
function unlessPrevented(
  event: Event,
  nodeEvent: NodeEvent,
  fatal: (error: unknown) => void,
): void {
  event.preventDefault();
  let prevented = false;
  event.preventDefault = () => {
    prevented = true;
  };
  queueMicrotask(() => {
    const [, error] = nodeEvent;
    try {
      if (!prevented && !emitsToNode(nodeEvent)) fatal(error);
    } catch (thrown) {
      fatal(thrown);
    }
  });
}

/** Calls the listeners of `process`, which Deno does only for events that go on. */
function emitsToNode(event: NodeEvent): boolean {
  const { process } = globalThis as {
    process?: {
      listenerCount(name: string): number;
      emit(...event: NodeEvent): void;
    };
  };
  if (!process?.listenerCount(event[0])) return false;
  process.emit(...event);
  return true;
}

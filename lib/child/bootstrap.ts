/**
 * A child from its start order to its end, the same for every start method.
 *
 * It imports next to nothing, as a child waits for all of it: it is built into the
 * one file that a child starts with. The plain case, a function with plain
 * arguments, is handled here; whatever else an order asks for is in
 * `slow_path.ts`, loaded when needed.
 *
 * @module
 */

import { findFunction, TARGET } from "../functions/resolve.ts";
import {
  type ChildContext,
  hooks,
  type Host,
  isPlain,
  type Loaders,
  setChildContext,
  shareChildContext,
  type TargetFunction,
} from "../wire/protocol/child_context.ts";
import type {
  StartBody,
  ToChild,
  ToParent,
} from "../wire/protocol/messages.ts";
import type * as SlowPath from "./slow_path.ts";

/** A child's end of the channel to its parent, and its way out. */
export interface ParentLink {
  /** What it is born into. */
  readonly host: Host;
  /** Whether it was asked to stop, in a way that it cannot put off. */
  isStopped(): boolean;
  /** Hears the parent from now on; called once. */
  listen(): void;
  /** Sends a message to the parent, in full, before it returns. */
  send(message: ToParent, transfer?: readonly Transferable[]): void;
  /** Ends this process. */
  exit(code: number): void;
  /** Ends this process, which was asked to stop; throws where that takes a turn. */
  stop(): void;
  /**
   * Makes imports safe from kills, where that is needed; `hasBegun` says whether the
   * target may be importing already. It takes 0.7 ms (2.9.6).
   */
  watchImports(hasBegun: boolean): void;
}

/** An order. */
export type StartMessage = Extract<ToChild, { kind: "start" }>;

/** The exit code after an error that nobody caught, and without a parent. */
export const FAILED = 1;

/** What SIGTERM leaves, for a process that ends when it is asked to. */
export const ASKED_TO_STOP = -15;

/** Under this name a loader may stand for `slow_path.ts` itself. */
const SLOW_PATH = "full";

/** One life of a child. */
export class ChildRuntime {
  readonly #parentLink: ParentLink;
  readonly #loaders: Loaders;
  #name = "";
  #isListening = false;
  #over = false;
  /** Settles when the error has been told by which it failed, if it has. */
  #failing: Promise<void> | null = null;
  readonly #begun = Promise.withResolvers<void>();

  /** Begins a life that waits for its order. */
  constructor(parentLink: ParentLink, loaders: Loaders) {
    this.#parentLink = parentLink;
    this.#loaders = loaders;
    shareChildContext();
    void this.begun.then(() => this.listen());
  }

  /**
   * Hears the parent from now on, if it does not yet. The first time takes 0.2 ms of
   * a start (2.9.6), so what the parent says waits until the target has begun, or
   * until this process has said something that may be answered.
   *
   * @param how Takes the place of the line's own way.
   */
  listen(how = () => this.#parentLink.listen()): void {
    if (this.#isListening) return;
    this.#isListening = true;
    how();
  }

  /** Takes a message of the parent. */
  hear(message: ToChild): void {
    switch (message.kind) {
      case "start":
        void this.#live(message);
        return;
      case "stop":
        if (hooks.stop === null) this.#end(ASKED_TO_STOP);
        else hooks.stop();
        return;
      case "message":
        if (hooks.message === null) hooks.unread.push(message);
        else hooks.message(message);
        return;
    }
  }

  /** The parent is gone, and whoever waits for that hears it before the end. */
  orphaned(): void {
    hooks.orphaned?.();
    setTimeout(() => this.#end(FAILED), 0);
  }

  /** Settles as soon as the target has begun, or is not found. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  async #live(order: StartMessage): Promise<void> {
    this.#name = order.identity.name;
    const context = setChildContext({
      host: this.#parentLink.host,
      identity: order.identity,
      parent: order.destination,
      loaders: this.#loaders,
      post: (message, transfer) => {
        this.listen();
        this.#parentLink.send(message, transfer);
      },
      sites: order.sites,
      log: order.log,
      target: undefined,
      args: [],
      importing: false,
    });
    this.#catchUnhandled();
    try {
      const call = await this.#find(order, context);
      this.#begun.resolve();
      await this.#report(await this.#run(call, context));
      // For what nobody awaits: Deno tells of a rejection at the end of a turn.
      await turn();
      await this.#finish();
    } catch (error) {
      this.#begun.resolve();
      this.#fail(error);
      await this.#finish();
    }
  }

  /** What the order means: what is to be called. */
  async #find(
    order: StartMessage,
    context: ChildContext,
  ): Promise<() => unknown> {
    context.importing = true;
    const call = await this.#plainCall(order, context) ??
      await (await this.#slowPath()).findCall(order, context, this.#loaders);
    context.importing = false;
    // Ended by itself if somebody stopped it on the way: a Web Worker that begins
    // to compute could not be stopped any more.
    if (this.#parentLink.isStopped()) return await this.#stopped();
    return call;
  }

  /** Calls the target; the imports of one that goes on in later turns are watched. */
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

  /** The call of a function whose arguments need no unpacking, if that is the order. */
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
        // A port reads it once more, and may find something else.
        this.#parentLink.send(unsendable(error));
      }
    }
  }

  #fail(error: unknown): void {
    // Once: what goes wrong here must not come back as one more stray error.
    if (!this.#over) this.#failing ??= this.#tell(error);
  }

  async #tell(error: unknown): Promise<void> {
    // A kill that hits the first use of one of Deno's lazy globals, as a timer, is
    // thrown there as "execution terminated" or `null` (2.9.6).
    if (this.#parentLink.isStopped()) return await this.#stopped();
    const { describeFailure } = await this.#slowPath();
    print(`Process ${this.#name}:\n${Deno.inspect(error)}\n`);
    this.#parentLink.send({ kind: "failure", body: describeFailure(error) });
  }

  async #slowPath(): Promise<typeof SlowPath> {
    return await slowPath(this.#loaders);
  }

  async #finish(): Promise<void> {
    await hooks.endChildren?.();
    await this.#failing;
    this.#end(this.#failing === null ? Deno.exitCode : FAILED);
  }

  #end(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#parentLink.exit(code);
  }

  /** Errors of timers, handlers and promises that nobody awaits. */
  #catchUnhandled(): void {
    const fatal = async (error: unknown) => {
      this.#fail(error);
      await this.#failing;
      this.#end(FAILED);
    };
    const caught = (event: Event, nodeEvent: NodeEvent, isThrown: boolean) => {
      // Whose it is can be told now only.
      const take = hooks.claimUnhandled?.(nodeEvent[1], isThrown) ?? null;
      unlessPrevented(event, nodeEvent, (error) => {
        const isOurs = take !== null && !this.#parentLink.isStopped();
        if (!isOurs || !take()) fatal(error);
      });
    };
    globalThis.addEventListener("error", (event) => {
      const error = event.error ?? event.message;
      const node = "uncaughtException";
      caught(event, [node, error, node], true);
    });
    globalThis.addEventListener("unhandledrejection", (event) => {
      const { reason, promise } = event;
      caught(event, ["unhandledRejection", reason, promise], false);
    });
  }
}

/** Ends this process here, or at the end of this turn where that cannot be. */
export function endNow(parentLink: Pick<ParentLink, "stop">): void {
  try {
    parentLink.stop();
  } catch {
    // Nothing that waits is woken any more.
  }
}

/**
 * One turn of the event loop. A word that is awaited and woken at once takes 0.1 ms,
 * the first timer 0.5 to 7 (2.9.6). The channel to the parent keeps the loop alive,
 * and the import of the target's module has begun its turns.
 */
async function turn(): Promise<void> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const woken = Atomics.waitAsync(word, 0, 0).value;
  Atomics.notify(word, 0);
  await woken;
}

/**
 * Not a literal import where it can be helped: Deno then loads the whole package
 * before the child begins, needed or not (2.9.6, 2 ms).
 */
export async function slowPath(loaders: Loaders): Promise<typeof SlowPath> {
  const loader = loaders[SLOW_PATH] ??
    (() => import(new URL("./slow_path.ts", import.meta.url).href));
  return await hooks.load(loader) as typeof SlowPath;
}

function isAsyncFunction(target: TargetFunction): boolean {
  return Object.prototype.toString.call(target) === "[object AsyncFunction]";
}

/** A body that needs no unpacking; null for any other one. */
function plainBody(body: StartMessage["body"]): StartBody | null {
  if (body === null) return { args: [], scope: {}, fields: {} };
  if (body instanceof Uint8Array || body.placeholders !== null) return null;
  return body.value as StartBody;
}

/** What Node's listeners are told, which come to it by the same events. */
type NodeEvent = readonly [name: string, error: unknown, from: unknown];

/**
 * Keeps Deno from ending the program by an error event, and calls `fatal` unless a
 * listener of the user, which runs after this one, has prevented that too.
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
      if (!prevented && !isHeardByNode(nodeEvent)) fatal(error);
    } catch (thrown) {
      fatal(thrown);
    }
  });
}

/** Tells the listeners of `process`, which Deno does for events that go on only. */
function isHeardByNode(event: NodeEvent): boolean {
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

function print(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody reads stderr any more.
  }
}

/**
 * The launchers of the start methods `thread` and `worker`: isolates of this OS
 * process.
 *
 * @module
 */

import { EncodingError } from "../base/errors.ts";
import { thrownText } from "../base/thrown_text.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import { toPort } from "../wire/protocol/port_messages.ts";
import { fromIsolate } from "../wire/protocol/decoders.ts";
import { cloneOf, postTo } from "../wire/serialization/structured_clone.ts";
import {
  claimOwner,
  ownerTable,
  releaseOwner,
  selfOwner,
} from "../memory/liveness/owners.ts";
import {
  type Ending,
  type FromIsolate,
  type IsolateOutput,
  type IsolateRecipe,
  type MailboxMessage,
  NO_READER,
  type OutputMessage,
  type StartMessage,
  type ToChild,
} from "../wire/protocol/messages.ts";
import { entryUrl } from "./entry.ts";
import type {
  Availability,
  Child,
  ChildEvents,
  Launcher,
  LaunchRequest,
} from "./launcher.ts";
import { UNREAD_LIMIT_BYTES } from "./child_output.ts";
import { isolateIdent } from "./isolate_handle.ts";
import defer * as isolateStock from "./isolate_spares.ts";
import { channel, type Port } from "../base/node_threads.ts";
import { checkWorkerPermissions, may } from "./permissions.ts";
import { hasUnstable } from "./settings.ts";
import defer * as supervision from "./supervisor.ts";

const ISOLATE_TRAITS = {
  memory: "local",
  interrupts: false,
  ownEnv: false,
  ownFlags: false,
} as const;

/** Worker threads with a V8 isolate of their own, through `node:worker_threads`. */
export const thread: Launcher = {
  traits: {
    ...ISOLATE_TRAITS,
    process: "a thread with its own V8 isolate",
    stopsWhileBusy: true,
    limitsHeap: true,
    ownPermissions: false,
  },
  availability: threadAvailability,
  prepare: (request, first, events) =>
    prepare("thread", request, first, events),
  fill: (request) => isolateStock.fillIsolates("thread", request),
};

/** Deno Web Workers. */
export const worker: Launcher = {
  traits: {
    ...ISOLATE_TRAITS,
    process: "a Deno Web Worker",
    stopsWhileBusy: false,
    limitsHeap: false,
    ownPermissions: true,
  },
  availability: isolateAvailability,
  prepare(request, first, events) {
    const { permissions, mainModule } = request;
    checkWorkerPermissions(
      permissions,
      (feature) => hasUnstable(feature, mainModule),
    );
    return prepare("worker", request, first, events);
  },
  fill: (request) => isolateStock.fillIsolates("worker", request),
};

/** The first version in which a held Web Lock makes `terminate()` a real kill. */
const THREAD_SINCE = [2, 9, 4] as const;

function threadAvailability(): Availability {
  if (!("locks" in navigator) || !isSince(THREAD_SINCE)) {
    return {
      supported: false,
      reason: `it needs Deno ${THREAD_SINCE.join(".")} or newer to stop busy ` +
        `threads: this is ${Deno.version.deno}`,
      missing: "platform",
    };
  }
  return isolateAvailability();
}

function isSince(version: readonly number[]): boolean {
  const here = Deno.version.deno.split(/[.+-]/, 3).map(Number);
  for (const [i, wanted] of version.entries()) {
    if ((here[i] ?? 0) !== wanted) return (here[i] ?? 0) > wanted;
  }
  return true;
}

const LIB = new URL("../", import.meta.url);

/**
 * The entry of an isolate is a dynamic import, which needs permission to read
 * files.
 */
function isolateAvailability(): Availability {
  if (LIB.protocol !== "file:") return { supported: true };
  if (may("read", LIB)) return { supported: true };
  return {
    supported: false,
    reason: "it needs --allow-read for the package and the program's modules",
    missing: "permission",
  };
}

function prepare(
  method: IsolateRecipe["method"],
  request: LaunchRequest,
  first: StartMessage,
  events: ChildEvents,
): () => Child {
  const link = new IsolateLink(events, outputsOf(request));
  if (!request.isSettled) {
    // Cloned now: the caller may change the arguments in its next line.
    link.send(first);
    return () => launch(method, request, link, null);
  }
  // Otherwise even the ports can wait, and the child gets the message when it is
  // made, a turn earlier (2.9.6: 1 ms of a worker's 15).
  return () => launch(method, request, link, first);
}

function launch(
  method: IsolateRecipe["method"],
  request: LaunchRequest,
  link: IsolateLink,
  first: StartMessage | null,
): Child {
  const ident = claimOwner(ownerTable(), selfOwner());
  const recipe: IsolateRecipe = {
    method,
    name: request.name,
    entry: entryUrl(method, request.modules, request.permissions === null),
    ident,
    parent: selfOwner(),
    maxHeapMiB: request.maxHeapMiB,
    permissions: request.permissions,
    output: link.output,
    first,
  };
  try {
    supervision.supervisor().launch(
      recipe,
      () => link.takeFar(),
      (ending) => link.finish(ending),
    );
  } catch (error) {
    link.close();
    releaseOwner(ownerTable(), ident);
    throw error;
  }
  return {
    pid: Deno.pid,
    ident: isolateIdent(ident),
    send: (message, transfer) => link.send(message, transfer),
    stop: (signal) => supervision.supervisor().stop(ident, signal),
    isLoading: () => supervision.supervisor().isLoading(ident),
  };
}

/** Where what an isolate writes goes, and what it is told of that. */
type Outputs =
  & Pick<LaunchRequest, "stdout" | "stderr">
  & { readonly told: IsolateOutput };

/** More than the limit may be unread by what one write has brought. */
const UNREAD_OUTPUT_MAX_BYTES = UNREAD_LIMIT_BYTES + 2 ** 20;

function outputsOf(
  { stdout, stderr }: Pick<LaunchRequest, "stdout" | "stderr">,
): Outputs | null {
  if (stdout === "inherit" && stderr === "inherit") return null;
  const unread = new Int32Array(new SharedArrayBuffer(8));
  for (const [at, route] of [stdout, stderr].entries()) {
    if (typeof route === "string") continue;
    route.connect({
      taken(bytes) {
        Atomics.sub(unread, at, bytes);
        Atomics.notify(unread, at);
      },
      closed() {
        Atomics.add(unread, at, NO_READER);
        Atomics.notify(unread, at);
      },
    });
  }
  const told: IsolateOutput = {
    stdout: typeof stdout === "string" ? stdout : "piped",
    stderr: typeof stderr === "string" ? stderr : "piped",
    unread,
    limitBytes: UNREAD_LIMIT_BYTES,
  };
  return { stdout, stderr, told };
}

/** The two ends of a channel; the far end until the child has it. */
interface PortPair {
  readonly near: Port;
  far: MessagePort | null;
}

/** The parent's end of the channel to an isolate. */
class IsolateLink {
  readonly #events: ChildEvents;
  readonly #outputs: Outputs | null;
  #ends: PortPair | undefined;
  /** Whether a malformed message came. */
  #isBroken = false;
  /**
   * Messages that were sent before the child's greeting, while the far end may
   * still be lost: a root that does not answer keeps it, and the next one gets the
   * same messages.
   */
  #unheard: ToChild[] | null = childContext() === null ? null : [];
  /**
   * Messages that wait for the greeting, because their buffers can move only once.
   */
  readonly #held: [
    message: MailboxMessage,
    transfer: readonly Transferable[],
  ][] = [];

  constructor(events: ChildEvents, outputs: Outputs | null) {
    this.#events = events;
    this.#outputs = outputs;
  }

  /** What becomes of what the isolate writes; null where it is left alone. */
  get output(): IsolateOutput | null {
    return this.#outputs?.told ?? null;
  }

  /** The far end for the child; a second call replaces it. */
  takeFar(): MessagePort {
    const { far } = this.#open();
    if (far === null) {
      this.#reopen();
      return this.takeFar();
    }
    this.#open().far = null;
    return far;
  }

  send(message: ToChild, transfer: readonly Transferable[] = []): void {
    if (message.kind === "message" && this.#unheard !== null) {
      this.#hold(message, transfer);
      return;
    }
    try {
      postTo(this.#open().near, toPort(message), transfer);
      this.#unheard?.push(cloneOf(message));
    } catch (error) {
      if (message.kind === "message") {
        throw new EncodingError("the message", `refused: ${thrownText(error)}`);
      }
      this.close();
      throw new EncodingError("the arguments", `refused: ${thrownText(error)}`);
    }
  }

  /**
   * Keeps a message as it is now, with the buffers that move: if a port would
   * refuse it, this throws now, and not later when the sender cannot be found any
   * more.
   */
  #hold(message: MailboxMessage, transfer: readonly Transferable[]): void {
    try {
      const kept = cloneOf({ message, transfer }, transfer);
      this.#held.push([kept.message, kept.transfer]);
    } catch (error) {
      throw new EncodingError("the message", `refused: ${thrownText(error)}`);
    }
  }

  close(): void {
    this.#ends?.near.close();
    this.#ends?.far?.close();
  }

  /**
   * Delivers the messages that are still in the port, then reports the child's end.
   */
  finish(ending: Ending): void {
    // Closing the port delivers what is left in it, ahead of a message that Deno
    // has taken from it already and not delivered: the two would change places. At
    // the end of a turn there is no such message (2.9.6; a probe shows both). The
    // port for messages ends a turn later, and would otherwise count as a leak of a
    // test that ends with the process.
    setImmediate(() => {
      this.close();
      setImmediate(() => this.#events.ended(ending));
    });
  }

  #take(data: unknown): void {
    if (this.#isBroken) return;
    let message: FromIsolate;
    try {
      message = fromIsolate(data);
      if (message.kind === "output") this.#write(message);
    } catch (error) {
      this.#isBroken = true;
      return this.#events.broken(error);
    }
    this.#receive(message);
  }

  #receive(message: FromIsolate): void {
    // Any message will do: a child may ask something before it is ready, and wait.
    if (this.#unheard !== null) this.#greeted();
    if (message.kind !== "output") this.#events.message(message);
  }

  /** Takes what the isolate has written, as far as that may be unread. */
  #write({ name, bytes }: OutputMessage): void {
    const route = this.#outputs?.[name];
    if (route === undefined || typeof route === "string") {
      throw new RangeError(
        `Cannot take what it writes to ${name}, which is its own`,
      );
    }
    route.write(bytes);
    if (route.unreadBytes <= UNREAD_OUTPUT_MAX_BYTES) return;
    throw new RangeError(
      `Cannot keep more of what it writes to ${name}: ${route.unreadBytes} bytes are unread`,
    );
  }

  #greeted(): void {
    this.#unheard = null;
    for (const message of this.#held.splice(0)) this.send(...message);
  }

  #open(): PortPair {
    if (this.#ends === undefined) {
      const { near, far } = channel();
      near.onmessage = ({ data }: MessageEvent) => this.#take(data);
      near.unref();
      this.#ends = { near, far };
    }
    return this.#ends;
  }

  #reopen(): void {
    this.close();
    this.#ends = undefined;
    const { near } = this.#open();
    for (const message of this.#unheard ?? []) near.postMessage(message);
  }
}

/**
 * Where items wait that bytes in shared memory cannot carry, on their way from one
 * isolate to another of the same OS process: clones that hold a SharedArrayBuffer, a
 * MessagePort or something else that only a port takes along.
 *
 * The root keeps them. What goes through shared memory is a number, drawn at random:
 * only an isolate that was given the number can fetch the item.
 *
 * ```
 *   one isolate            root                  another
 *     |---- deposit ------->|                       |
 *     |     the number, through shared memory       |
 *     |- - - - - - - - - - - - - - - - - - - - - - >|
 *     |                     |<------- fetch --------|
 *     |                     |-------- answer ------>|
 * ```
 *
 * - **A deposit outlives its depositor:** it is in the root's port before
 *   `deposit()` returns, also if that isolate is killed in its next line.
 * - **Nobody waits for a deposit:** who has a number asks after it was posted. So
 *   when the root has looked into every port, the item is there, or it never will be.
 * - **Ports are emptied by hand**, on both sides, and never by an event handler: a
 *   message that Deno has taken out for one is out of reach while the thread
 *   blocks (2.9.6). A word of shared memory says when to look. So the root also
 *   serves others while it blocks in a wait of this package; while it computes, those
 *   who fetch wait for it.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import { EncodingError, ProcessError } from "../../base/errors.ts";
import { channel, takeMessage } from "../../base/node_threads.ts";
import { childContext } from "../../wire/protocol/child_context.ts";
import type { BlockHandle } from "../../wire/serialization/handle.ts";
import type {
  FromSharer,
  SharerLink,
  ToSharer,
} from "../../wire/protocol/messages.ts";
import type { Cloned } from "../../wire/serialization/pack.ts";
import { Block } from "../allocation/block.ts";
import {
  listenIdly,
  setBlockingHooks,
  waitAsync,
  waitSync,
  wake,
} from "../waiting/futex.ts";
import { LIVENESS_CHECK_MS } from "../waiting/async_waiter.ts";
import { renewOwnLiveness } from "../liveness/owners.ts";

/** How long a fetch may take. */
interface Patience {
  /** Until when, by `performance.now()`. */
  readonly deadline: number;
  /** Rejects a fetch that does not block. */
  readonly signal: AbortSignal | undefined;
}

const PATIENT: Patience = { deadline: Infinity, signal: undefined };

/** One side of the depot: the root's, or that of an isolate that asks the root. */
interface Sharer {
  /** The words below. */
  readonly wakeWord: Block;
  deposit(
    number: number,
    content: Cloned,
    carried: readonly Transferable[],
  ): void;
  fetch(number: number, patience: Patience): Promise<Cloned | null>;
  fetchSync(number: number, patience: Patience): Cloned | null;
  discard(number: number): void;
  openLink(ident: number): SharerLink;
  closeLink(ident: number): void;
}

/** Goes up when there is something for the root to do. */
const RINGS = 0;
const WAKE_BYTES = 4;

/** How many numbers are drawn at once, and how many bits of 64 each leaves out. */
const DRAWN = 64;
const BITS_LEFT_OUT = 11n;

/** How often a root that blocks looks at the bell while it rings; else by `LOOK_MS`. */
const LOOK_OFTEN_MS = 2;
/** How long after a ring another one is likely. */
const IN_USE_MS = 1000;

interface Kept {
  readonly content: Cloned;
  readonly carried: readonly Transferable[];
}

interface OpenLink {
  readonly port: MessagePort;
  /** The isolate that made this one without the root's help, or null. */
  readonly maker: number | null;
}

/** What only makes sense when every deposit that came before has been taken. */
type Request = readonly [
  message: Extract<ToSharer, { kind: "fetch" | "discard" }>,
  from: MessagePort,
];

/** How many messages of one port are taken in a look: it may come in faster. */
const TAKEN_MAX = 5_000;
/** The same for one whose isolate has ended. */
const LEFT_MAX = 1_000_000;
/** How many requests may wait for a look that finds every port empty. */
const WAITING_MAX = 100_000;
/** How often the root looks for an item of its own, where ports do not get empty. */
const LOOKS_MAX = 1_000;

/** The root's side. */
class Store implements Sharer {
  readonly wakeWord: Block = Block.allocate(WAKE_BYTES);
  readonly #kept = new Map<number, Kept>();
  readonly #links = new Map<number, OpenLink>();
  // Invariant: the rings that have been answered, and when that was.
  #ringsHeard = 0;
  #heardAtMs = -Infinity;
  #isListening = false;
  // Invariant: false where a port had more than is taken in one look.
  #isEmptied = true;
  // Invariant: only what was not there in a look that found a port not empty.
  #waiting: Request[] = [];

  deposit(
    number: number,
    content: Cloned,
    carried: readonly Transferable[],
  ): void {
    this.#kept.set(number, moved({ content, carried }, carried));
  }

  fetchSync(number: number): Cloned | null {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      this.#serve();
      const kept = this.#take(number);
      if (kept !== undefined) return kept.content;
      if (this.#isEmptied) break;
    }
    return lost(number);
  }

  fetch(number: number): Promise<Cloned | null> {
    return new Promise((resolve) => resolve(this.fetchSync(number)));
  }

  discard(number: number): void {
    this.#serve();
    close(this.#take(number));
  }

  openLink(ident: number): SharerLink {
    const { near, far } = channel();
    this.#links.set(ident, { port: near, maker: null });
    this.#listen();
    return { port: far, wakeWord: this.wakeWord.handle("isolate") };
  }

  closeLink(ident: number): void {
    const cut = [...this.#links].filter(([other, { maker }]) =>
      other === ident || maker === ident
    );
    // What it has left behind is taken before the port goes.
    for (const [other, { port }] of cut) {
      this.#empty(other, port, LEFT_MAX, this.#waiting);
    }
    this.#serve();
    for (const [other, { port }] of cut) {
      port.close();
      this.#links.delete(other);
    }
  }

  #take(number: number): Kept | undefined {
    const kept = this.#kept.get(number);
    this.#kept.delete(number);
    return kept;
  }

  /** Serves others from now on: between turns, and in waits that block. */
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const lookMs = () => this.#lookMs;
    setBlockingHooks({
      get sliceMs() {
        return lookMs();
      },
      poll: () => this.#serveIfRung(),
    });
    void this.#serveOn();
  }

  get #lookMs(): number {
    const inUse = performance.now() < this.#heardAtMs + IN_USE_MS;
    return inUse ? LOOK_OFTEN_MS : LIVENESS_CHECK_MS;
  }

  async #serveOn(): Promise<never> {
    for (;;) {
      this.#serveIfRung();
      if (this.#isEmptied) {
        await listenIdly(this.wakeWord, RINGS, this.#ringsHeard);
      } else {
        // Others have their turn, whoever floods this one.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }

  #serveIfRung(): void {
    const rings = Atomics.load(this.wakeWord.int32, RINGS);
    if (rings === this.#ringsHeard && this.#isEmptied) return;
    this.#ringsHeard = rings;
    this.#heardAtMs = performance.now();
    this.#serve();
  }

  /** Takes what has come and answers, unless ports fill faster than they are emptied. */
  #serve(): void {
    let requests = [...this.#waiting, ...this.#emptyAll()];
    this.#waiting = [];
    while (requests.length > 0) {
      // Their deposits may have come behind the first look into those ports.
      const later = this.#emptyAll();
      const isSure = this.#isEmptied || requests.length > WAITING_MAX;
      for (const request of requests) {
        if (isSure || this.#kept.has(request[0].number)) {
          this.#answer(...request);
        } else this.#waiting.push(request);
      }
      requests = later;
      if (!this.#isEmptied) break;
    }
    this.#waiting = this.#waiting.concat(requests);
  }

  /** Takes things out of all ports, and gives what is to be answered. */
  #emptyAll(): Request[] {
    const requests: Request[] = [];
    this.#isEmptied = true;
    // A line that is added meanwhile is gone through as well.
    for (const [ident, { port }] of this.#links) {
      if (!this.#empty(ident, port, TAKEN_MAX, requests)) {
        this.#isEmptied = false;
      }
    }
    return requests;
  }

  /** Takes so much out of a port; false if there may be more. */
  #empty(
    ident: number,
    port: MessagePort,
    most: number,
    requests: Request[],
  ): boolean {
    for (let taken = 0; taken < most; taken++) {
      const message = takeMessage(port);
      if (message === undefined) return true;
      // Nothing of this package says anything else, and nobody waits for an answer.
      if (isToSharer(message)) this.#hear(message, ident, port, requests);
    }
    return false;
  }

  #hear(
    message: ToSharer,
    from: number,
    port: MessagePort,
    requests: Request[],
  ): void {
    switch (message.kind) {
      case "deposit":
        // A number that is taken is somebody else's.
        if (!this.#kept.has(message.number)) {
          this.#kept.set(message.number, message);
        }
        return;
      case "fetch":
      case "discard":
        requests.push([message, port]);
        return;
      case "line":
        if (this.#links.has(message.ident)) message.port.close();
        else {this.#links.set(message.ident, {
            port: message.port,
            maker: from,
          });}
        return;
      case "cut":
        if (this.#links.get(message.ident)?.maker !== from) return;
        // Not here: it would look into all ports in the middle of that.
        queueMicrotask(() => this.closeLink(message.ident));
        return;
      default:
        unreachable(message);
    }
  }

  #answer(message: Request[0], from: MessagePort): void {
    const { kind, number } = message;
    const kept = this.#take(number);
    if (kind === "discard") return close(kept);
    try {
      const content = kept?.content ?? null;
      post(from, { number, content }, kept?.carried);
    } catch {
      // What cannot be sent on is as good as not there.
      post(from, { number, content: null });
    }
    try {
      tell(Block.attach(message.answered));
    } catch {
      // It named no word of its own, and so hears nothing.
    }
  }
}

/** Whether a message is one; an isolate with few rights may send anything. */
function isToSharer(message: unknown): message is ToSharer {
  const given = Object(message) as Record<string, unknown>;
  switch (given.kind) {
    case "deposit":
      return isNumber(given.number) && Array.isArray(given.carried) &&
        typeof given.content === "object" && given.content !== null;
    case "fetch":
      return isNumber(given.number) &&
        Object(given.answered).place === "local";
    case "discard":
      return isNumber(given.number);
    case "line":
      return isNumber(given.ident) && given.port instanceof MessagePort;
    case "cut":
      return isNumber(given.ident);
    default:
      return false;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** The side of an isolate that asks the root. */
class Client implements Sharer {
  readonly wakeWord: Block;
  readonly #port: MessagePort;
  /** Goes up with each answer. */
  readonly #answered = Block.allocate(4);
  readonly #word: BlockHandle;
  // Invariant: what was asked for and not given to anybody stands in one of them.
  readonly #asked = new Set<number>();
  readonly #answers = new Map<number, FromSharer>();

  constructor({ port, wakeWord }: SharerLink) {
    this.#port = port;
    this.wakeWord = Block.attach(wakeWord);
    this.#word = this.#answered.handle("isolate");
  }

  deposit(
    number: number,
    content: Cloned,
    carried: readonly Transferable[],
  ): void {
    this.#post({ kind: "deposit", number, content, carried }, carried);
  }

  async fetch(
    number: number,
    { deadline, signal }: Patience,
  ): Promise<Cloned | null> {
    for (this.#ask(number);;) {
      const seen = Atomics.load(this.#answered.int32, 0);
      const answer = this.#answerTo(number);
      if (answer !== null) return answer.content ?? lost(number);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return null;
      await waitAsync(this.#answered, 0, seen, leftMs, signal);
    }
  }

  fetchSync(number: number, { deadline }: Patience): Cloned | null {
    for (this.#ask(number);;) {
      const seen = Atomics.load(this.#answered.int32, 0);
      const answer = this.#answerTo(number);
      if (answer !== null) return answer.content ?? lost(number);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return null;
      waitSync(this.#answered, 0, seen, Math.min(leftMs, LIVENESS_CHECK_MS));
      renewOwnLiveness();
    }
  }

  discard(number: number): void {
    this.#post({ kind: "discard", number });
    tell(this.wakeWord);
  }

  openLink(ident: number): SharerLink {
    const { near, far } = channel();
    this.#post({ kind: "line", ident, port: near }, [near]);
    return { port: far, wakeWord: this.wakeWord.handle("isolate") };
  }

  closeLink(ident: number): void {
    this.#post({ kind: "cut", ident });
    tell(this.wakeWord);
  }

  #ask(number: number): void {
    if (this.#asked.has(number) || this.#answers.has(number)) return;
    this.#asked.add(number);
    this.#post({ kind: "fetch", number, answered: this.#word });
    tell(this.wakeWord);
  }

  #answerTo(number: number): FromSharer | null {
    for (;;) {
      const answer = takeMessage(this.#port) as FromSharer | undefined;
      if (answer === undefined) break;
      this.#asked.delete(answer.number);
      this.#answers.set(answer.number, answer);
    }
    const answer = this.#answers.get(number) ?? null;
    this.#answers.delete(number);
    return answer;
  }

  #post(message: ToSharer, transfer?: readonly Transferable[]): void {
    post(this.#port, message, transfer);
  }
}

/** A clone, to which all of `carried` moves, or none of it where that fails. */
function moved<T>(value: T, carried: readonly Transferable[]): T {
  const transfer = carried as Transferable[];
  if (carried.length < 2) return structuredClone(value, { transfer });
  // A port looks at all of them before the first moves (2.9.6).
  const { near, far } = channel();
  try {
    near.postMessage(value, transfer);
    return takeMessage(far) as T;
  } finally {
    near.close();
    far.close();
  }
}

/** Lets the other ends know that nobody gets these ports any more. */
function close(kept: Kept | undefined): void {
  for (const part of kept?.carried ?? []) {
    if (part instanceof MessagePort) part.close();
  }
}

function post(
  port: MessagePort,
  message: ToSharer | FromSharer,
  transfer: readonly Transferable[] = [],
): void {
  // The first list of a port costs 2 ms, also an empty one (2.9.6).
  if (transfer.length === 0) port.postMessage(message);
  else port.postMessage(message, transfer as Transferable[]);
}

function tell(block: Block): void {
  Atomics.add(block.int32, 0, 1);
  wake(block, 0);
}

function lost(number: number): never {
  throw new ProcessError(
    `Cannot fetch item ${number} as nothing was left under that number, or somebody else has it`,
  );
}

const drawn = new BigUint64Array(DRAWN);
// Invariant: those before it in `drawn` have not been given out.
let drawnLeft = 0;

/** A whole number that nobody can guess. */
function drawNumber(): number {
  if (drawnLeft === 0) {
    crypto.getRandomValues(drawn);
    drawnLeft = DRAWN;
  }
  return Number(drawn[--drawnLeft]! >> BITS_LEFT_OUT);
}

let current: Sharer | undefined;

function sharer(): Sharer {
  return current ??= newSharer();
}

function newSharer(): Sharer {
  const host = childContext()?.host;
  return host?.kind === "isolate" ? new Client(host.sharer) : new Store();
}

/**
 * Leaves an item for another isolate of this OS process and gives the number to
 * fetch it with. What is in `carried` moves, as in `postMessage()`.
 */
export function deposit(
  content: Cloned,
  carried: readonly Transferable[] = [],
): number {
  const number = drawNumber();
  try {
    sharer().deposit(number, content, carried);
  } catch (error) {
    const refused = new EncodingError("the item", `refused: ${error}`);
    refused.cause = error;
    throw refused;
  }
  return number;
}

/**
 * Fetches an item, once. Null when late, and rejects when aborted: then it can be
 * fetched by this isolate again. Throws if there is none.
 */
export function fetch(number: number): Promise<Cloned>;
/** The same within limits. */
export function fetch(
  number: number,
  patience: Patience,
): Promise<Cloned | null>;
export function fetch(
  number: number,
  patience: Patience = PATIENT,
): Promise<Cloned | null> {
  return sharer().fetch(number, patience);
}

/** Fetches an item, once, and blocks this thread until it is here. */
export function fetchSync(number: number): Cloned;
/** The same within limits; null when late, and then it can be tried again. */
export function fetchSync(number: number, patience: Patience): Cloned | null;
export function fetchSync(
  number: number,
  patience: Patience = PATIENT,
): Cloned | null {
  return sharer().fetchSync(number, patience);
}

/** Throws an item away that nobody will fetch. */
export function discard(number: number): void {
  sharer().discard(number);
}

/** A line for an isolate that is about to be made. */
export function openLink(ident: number): SharerLink {
  return sharer().openLink(ident);
}

/** Ends the line of an isolate that has ended. */
export function closeLink(ident: number): void {
  sharer().closeLink(ident);
}

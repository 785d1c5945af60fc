/**
 * A resource sharer, as CPython's `resource_sharer`: it keeps items that bytes
 * in shared memory cannot carry, on their way from one isolate to another of
 * the same OS process: clones that hold a SharedArrayBuffer, a MessagePort or
 * another object that only a port transfers.
 *
 * The supervisor keeps them. A random number goes through shared memory: only
 * an isolate that has the number can fetch the item.
 *
 * ```
 *   one isolate         supervisor               another
 *     |---- deposit ------->|                       |
 *     |     the number, through shared memory       |
 *     |- - - - - - - - - - - - - - - - - - - - - - >|
 *     |                     |<------- fetch --------|
 *     |                     |-------- answer ------>|
 * ```
 *
 * - **A deposit outlives its depositor:** it is in the supervisor's port before
 *   `deposit()` returns, even if that isolate is killed right after.
 * - **A fetch never waits for a deposit:** the number reaches another isolate
 *   after the item was posted. So once the supervisor has emptied every port,
 *   it has the item, or never will.
 * - **Ports are emptied by hand**, on both sides, and never by an event
 *   handler: a message that Deno has taken out for a handler is out of reach
 *   while the thread blocks (2.9.6). A word of shared memory tells when to
 *   empty them. So the supervisor also serves others while it blocks in a wait
 *   of this package; while it computes, fetches wait for it.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import { EncodingError, ProcessError } from "../../base/errors.ts";
import { thrownText } from "../../base/thrown_text.ts";
import { channel, takeMessage } from "../../base/node_threads.ts";
import { childContext } from "../../wire/protocol/child_context.ts";
import type { BlockHandle } from "../../wire/serialization/handle.ts";
import type {
  FromSharer,
  SharerLink,
  ToSharer,
} from "../../wire/protocol/messages.ts";
import type { Cloned } from "../../wire/serialization/pack.ts";
import { cloneOf, postTo } from "../../wire/serialization/structured_clone.ts";
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

/** The limits of a fetch. */
interface FetchLimits {
  /** When it times out, by `performance.now()`. */
  readonly deadline: number;
  /** Rejects a fetch that does not block. */
  readonly signal: AbortSignal | undefined;
}

const NO_LIMITS: FetchLimits = { deadline: Infinity, signal: undefined };

/**
 * One side of the sharer: the supervisor's, or that of an isolate that asks the
 * supervisor.
 */
interface Sharer {
  /** The word WAKES. */
  readonly wakeWord: Block;
  deposit(
    number: number,
    content: Cloned,
    carried: readonly Transferable[],
  ): void;
  fetch(number: number, limits: FetchLimits): Promise<Cloned | null>;
  fetchSync(number: number, limits: FetchLimits): Cloned | null;
  discard(number: number): void;
  openLink(ident: number): SharerLink;
  closeLink(ident: number): void;
}

/** Goes up with each request to the supervisor. */
const WAKES = 0;
const WAKE_BYTES = 4;

/** Numbers that are drawn at once, and bits of the 64 that each leaves out. */
const DRAWN = 64;
const BITS_LEFT_OUT = 11n;

/**
 * How often a supervisor that blocks polls the wake word while it is in use;
 * otherwise every LIVENESS_CHECK_MS.
 */
const POLL_OFTEN_MS = 2;
/** How long after a wake-up another one is likely. */
const IN_USE_MS = 1000;

interface Kept {
  readonly content: Cloned;
  readonly carried: readonly Transferable[];
}

interface OpenLink {
  readonly port: MessagePort;
  /** The isolate that made this one without the supervisor's help, or null. */
  readonly maker: number | null;
}

/** A request that is answered after every earlier deposit was taken. */
type Request = readonly [
  message: Extract<ToSharer, { kind: "fetch" | "discard" }>,
  from: MessagePort,
];

/**
 * Maximum of messages taken from one port per round, as they may arrive faster
 * than that.
 */
const TAKEN_MAX = 5_000;
/** The same for a port whose isolate has ended. */
const LEFT_MAX = 1_000_000;
/** Maximum of requests that wait for a round that empties every port. */
const WAITING_MAX = 100_000;
/**
 * Maximum of rounds in which the supervisor searches an item of its own while
 * ports fill.
 */
const ROUNDS_MAX = 1_000;

/** The supervisor's side. */
class Store implements Sharer {
  readonly wakeWord: Block = Block.allocate(WAKE_BYTES);
  readonly #kept = new Map<number, Kept>();
  readonly #links = new Map<number, OpenLink>();
  // Invariant: the last value of WAKES that was served, and when that was.
  #wakesServed = 0;
  #servedAtMs = -Infinity;
  #isListening = false;
  // Invariant: false if a port had more messages than one round takes.
  #isEmptied = true;
  // Invariant: only requests for items that were missing in a round that left a
  // port not empty.
  #waiting: Request[] = [];

  deposit(
    number: number,
    content: Cloned,
    carried: readonly Transferable[],
  ): void {
    this.#kept.set(number, moved({ content, carried }, carried));
  }

  fetchSync(number: number): Cloned | null {
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
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
    const link = this.#links.get(ident);
    if (link !== undefined) {
      // The isolate's last messages are taken before the port closes.
      this.#empty(ident, link.port, LEFT_MAX, this.#waiting);
      this.#serve();
      link.port.close();
      this.#links.delete(ident);
    }
    // Looked for now: the last messages may have opened links of isolates that it made.
    for (const [other, { maker }] of [...this.#links]) {
      if (maker === ident) this.closeLink(other);
    }
  }

  #take(number: number): Kept | undefined {
    const kept = this.#kept.get(number);
    this.#kept.delete(number);
    return kept;
  }

  /**
   * Starts to serve other isolates: in the event loop, and in blocking waits.
   */
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const pollMs = () => this.#pollMs;
    setBlockingHooks({
      get sliceMs() {
        return pollMs();
      },
      poll: () => this.#serveIfWoken(),
    });
    void this.#serveOn();
  }

  get #pollMs(): number {
    const inUse = performance.now() < this.#servedAtMs + IN_USE_MS;
    return inUse ? POLL_OFTEN_MS : LIVENESS_CHECK_MS;
  }

  async #serveOn(): Promise<never> {
    for (;;) {
      this.#serveIfWoken();
      if (this.#isEmptied) {
        await listenIdly(this.wakeWord, WAKES, this.#wakesServed);
      } else {
        // A flood of messages does not starve other tasks of this event loop.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }

  #serveIfWoken(): void {
    const wakes = Atomics.load(this.wakeWord.int32, WAKES);
    if (wakes === this.#wakesServed && this.#isEmptied) return;
    this.#wakesServed = wakes;
    this.#servedAtMs = performance.now();
    this.#serve();
  }

  /**
   * Takes all messages and answers requests, unless ports fill faster than they
   * are emptied.
   */
  #serve(): void {
    let requests = [...this.#waiting, ...this.#emptyAll()];
    this.#waiting = [];
    while (requests.length > 0) {
      // Their deposits may have arrived after the first round read those ports.
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

  /** Empties all ports, and returns the requests to answer. */
  #emptyAll(): Request[] {
    const requests: Request[] = [];
    this.#isEmptied = true;
    // This loop also visits links that it adds itself.
    for (const [ident, { port }] of this.#links) {
      if (!this.#empty(ident, port, TAKEN_MAX, requests)) {
        this.#isEmptied = false;
      }
    }
    return requests;
  }

  /** Takes at most `most` messages out of a port; false if more may be left. */
  #empty(
    ident: number,
    port: MessagePort,
    most: number,
    requests: Request[],
  ): boolean {
    for (let taken = 0; taken < most; taken++) {
      const message = takeMessage(port);
      if (message === undefined) return true;
      // The package sends no other messages, so no sender waits for an answer.
      if (isToSharer(message)) this.#handle(message, ident, port, requests);
    }
    return false;
  }

  #handle(
    message: ToSharer,
    from: number,
    port: MessagePort,
    requests: Request[],
  ): void {
    switch (message.kind) {
      case "deposit":
        // A number that is in use belongs to another deposit.
        if (!this.#kept.has(message.number)) {
          this.#kept.set(message.number, message);
        }
        return;
      case "fetch":
      case "discard":
        requests.push([message, port]);
        return;
      case "open_link":
        if (this.#links.has(message.ident)) message.port.close();
        else {this.#links.set(message.ident, {
            port: message.port,
            maker: from,
          });}
        return;
      case "close_link":
        if (this.#links.get(message.ident)?.maker !== from) return;
        // Not at once: it would empty all ports in the middle of that.
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
      postTo(from, { number, content }, kept?.carried);
    } catch {
      // An item that cannot be sent counts as missing.
      from.postMessage({ number, content: null });
    }
    try {
      tell(Block.attach(message.answered));
    } catch {
      // It named no valid word, and so is not woken.
    }
  }
}

/** Whether a message is valid; an isolate with few permissions may send anything. */
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
    case "open_link":
      return isNumber(given.ident) && given.port instanceof MessagePort;
    case "close_link":
      return isNumber(given.ident);
    default:
      return false;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** The side of an isolate that asks the supervisor. */
class SharerClient implements Sharer {
  readonly wakeWord: Block;
  readonly #port: MessagePort;
  /** Goes up with each answer. */
  readonly #answered = Block.allocate(4);
  readonly #word: BlockHandle;
  // Invariant: a number whose fetch has not returned is in one of them.
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
    { deadline, signal }: FetchLimits,
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

  fetchSync(number: number, { deadline }: FetchLimits): Cloned | null {
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
    this.#post({ kind: "open_link", ident, port: near }, [near]);
    return { port: far, wakeWord: this.wakeWord.handle("isolate") };
  }

  closeLink(ident: number): void {
    this.#post({ kind: "close_link", ident });
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
    postTo(this.#port, message, transfer);
  }
}

/**
 * Clones a value and transfers all of `carried` to it, or none if that fails.
 */
function moved<T>(value: T, carried: readonly Transferable[]): T {
  if (carried.length < 2) return cloneOf(value, carried);
  // A port checks all of them before it transfers the first (2.9.6).
  const { near, far } = channel();
  try {
    postTo(near, value, carried);
    return takeMessage(far) as T;
  } finally {
    near.close();
    far.close();
  }
}

/** Closes the ports of a discarded item, which tells their other ends. */
function close(kept: Kept | undefined): void {
  for (const part of kept?.carried ?? []) {
    if (part instanceof MessagePort) part.close();
  }
}

function tell(block: Block): void {
  Atomics.add(block.int32, 0, 1);
  wake(block, 0);
}

function lost(number: number): never {
  throw new ProcessError(
    `Cannot fetch item ${number} as nothing was deposited under that number, or another isolate has fetched it`,
  );
}

const drawn = new BigUint64Array(DRAWN);
// Invariant: the numbers before it in `drawn` are not used yet.
let drawnLeft = 0;

/** An integer that cannot be guessed. */
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
  return host?.kind === "isolate" ? new SharerClient(host.sharer) : new Store();
}

/**
 * Deposits an item for another isolate of this OS process, and returns the
 * number to fetch it with. The objects in `carried` are transferred, as in
 * `postMessage()`.
 */
export function deposit(
  content: Cloned,
  carried: readonly Transferable[] = [],
): number {
  const number = drawNumber();
  try {
    sharer().deposit(number, content, carried);
  } catch (error) {
    const reason = `refused: ${thrownText(error)}`;
    const refused = new EncodingError("the item", reason);
    refused.cause = error;
    throw refused;
  }
  return number;
}

/**
 * Fetches an item, once. Throws if it is missing. With limits, it returns null
 * after the deadline and rejects when aborted; this isolate may fetch the item
 * again then.
 */
export function fetch(number: number): Promise<Cloned>;
/** The same with limits. */
export function fetch(
  number: number,
  limits: FetchLimits,
): Promise<Cloned | null>;
export function fetch(
  number: number,
  limits: FetchLimits = NO_LIMITS,
): Promise<Cloned | null> {
  return sharer().fetch(number, limits);
}

/** Fetches an item, once, and blocks this thread until it has arrived. */
export function fetchSync(number: number): Cloned;
/**
 * The same with limits; null after the deadline, and then it can be fetched
 * again.
 */
export function fetchSync(number: number, limits: FetchLimits): Cloned | null;
export function fetchSync(
  number: number,
  limits: FetchLimits = NO_LIMITS,
): Cloned | null {
  return sharer().fetchSync(number, limits);
}

/** Discards an item that will not be fetched. */
export function discard(number: number): void {
  sharer().discard(number);
}

/** Makes the link of an isolate that is about to start. */
export function openLink(ident: number): SharerLink {
  return sharer().openLink(ident);
}

/** Closes the link of an isolate that has ended. */
export function closeLink(ident: number): void {
  sharer().closeLink(ident);
}

/**
 * `SimpleQueue`, and what all queues have in common: `put()`, `get()`, the option
 * `maxBytes`, and the errors of a full, empty or closed queue.
 *
 * @module
 */

import { DISPLAY, type Display, tableOf } from "../../base/display.ts";
import { expectOptions } from "../../base/options.ts";
import type { Below } from "../../base/call_sites.ts";
import {
  ProcessStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SharedMemoryError,
} from "../../base/errors.ts";
import { type Awaitable, READY } from "../../base/awaitable.ts";
import { timeoutOf, type WaitOptions } from "../../base/timeouts.ts";
import type { BlockPlace } from "../../memory/allocation/block.ts";
import { whyNotMapped } from "../../memory/system/libc.ts";
import {
  placed,
  type Placement,
  placementOf,
} from "../../memory/allocation/placement.ts";
import { WeakCache } from "../../memory/allocation/weak_cache.ts";
import {
  type Claim,
  claimSite,
  register,
} from "../../memory/allocation/construction_sites.ts";
import { FOREVER, type Limit, limitOf } from "../../sync/steps.ts";
import {
  type Delivery,
  type Destination,
  HANDLE,
  type QueueHandle,
  type RelayHandle,
  UNTRACKED,
} from "../../wire/serialization/handle.ts";
import { checkTransfer } from "../../wire/serialization/transfer.ts";
import {
  AT_ONCE,
  type QueueBackend,
  type Taken,
} from "../ring/queue_backend.ts";
import type { RingOptions } from "../ring/ring.ts";
import {
  BYTES_LIMIT,
  COUNT_LIMIT,
  EMPTY,
  GONE,
  type Putting,
} from "../ring/ring_outcomes.ts";
import defer * as relays from "../relay/relay.ts";
import defer * as ringBackends from "./ring_backend.ts";

/**
 * The memory limit of a queue.
 *
 * @example At most a megabyte
 * ```ts
 * import { Queue, type QueueOptions } from "@multiprocessing/core";
 *
 * const options: QueueOptions = { maxBytes: 2 ** 20 };
 * new Queue(0, options);
 * ```
 */
export interface QueueOptions {
  /**
   * How many bytes the encoded items may take together; beyond that, `put` waits
   * for room. One item that is larger is accepted alone. Memory is allocated as it
   * is needed, and kept.
   *
   * @default {1_073_741_824}
   */
  readonly maxBytes?: number | undefined;
}

/**
 * Options of `put()`: how long to wait for room, and the buffers that move.
 *
 * @example A buffer that this process does not need any more
 * ```ts
 * import { type PutOptions, Queue } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const bytes = new Uint8Array(1000);
 * const options: PutOptions = { transfer: [bytes.buffer] };
 * await new Queue().put(bytes, options);
 * equal(bytes.length, 0);
 * ```
 */
export interface PutOptions extends WaitOptions {
  /**
   * The parts of the item that move to the receiver: buffers, which are then empty
   * here, and ports if all processes that share the queue are threads of one OS
   * process. They move when the item is encoded, and so also if there is no room
   * for it later. A part that cannot move (a view, or a buffer that is listed
   * twice, detached or of WebAssembly) throws an `EncodingError` with its path;
   * then nothing is put, and nothing moves.
   */
  readonly transfer?: readonly Transferable[] | undefined;
}

type Form = QueueHandle["form"];

/** The names of the classes. */
const NAMES: Readonly<Record<Form, string>> = {
  queue: "Queue",
  joinable: "JoinableQueue",
  simple: "SimpleQueue",
};

// All queues of this isolate, by the keys of their backends.
const known = new WeakCache<SimpleQueue>();

/** What this package alone says of a new queue. */
export interface QueuePlace {
  /** The class; null until its constructor has said it. */
  readonly form: Form | null;
  readonly maxsize: number;
  /** The backend, if there is one already. */
  readonly backend: QueueBackend | null;
  /** The memory for a new backend; undefined for the package's own choice. */
  readonly place: BlockPlace | undefined;
}

type Placed = Placement<QueuePlace, QueueOptions>;

const ANYWHERE: QueuePlace = {
  form: null,
  maxsize: 0,
  backend: null,
  place: undefined,
};

/** The options of a constructor, placed; `where` counts more than what they say. */
export function queueOptions(
  options: QueueOptions,
  where: Partial<QueuePlace>,
): QueueOptions {
  const placement: Placed | null = placementOf(options);
  return placement === null
    ? placed({ ...ANYWHERE, ...where }, options)
    : placed({ ...placement.where, ...where }, placement.argument);
}

/** The same, of a class that others extend, and which then say the form. */
export function formedOptions(
  options: QueueOptions,
  form: Form,
  maxsize: number,
): QueueOptions {
  const placement: Placed | null = placementOf(options);
  const said = placement?.where.form ?? form;
  return queueOptions(options, { form: said, maxsize });
}

/** The method of a queue that gives its backend. */
export const BACKEND: unique symbol = Symbol("multiprocessing.backend");

/** The queue over a backend; an existing one for the same items. */
export function queueOver(
  backend: QueueBackend,
  make: (options: QueueOptions) => SimpleQueue,
): SimpleQueue {
  return known.get(backend.key) ?? make(queueOptions({}, { backend }));
}

/** The items of a queue, and its identity. */
interface QueueBacking {
  /** Null if the memory cannot be attached. */
  readonly backend: QueueBackend | null;
  readonly claim: Claim | null;
}

function backingOf(
  type: Form,
  options: RingOptions,
  below: Below,
  { backend: found, place }: QueuePlace,
): QueueBacking {
  if (found !== null) return { backend: found, claim: null };
  const claim = claimSite(NAMES[type].toLowerCase(), below);
  if (claim?.unavailable !== undefined) return { backend: null, claim };
  const handle = claim?.handle;
  const backend = handle?.kind === "queue" || handle?.kind === "relay"
    ? backendOf(handle)
    : ringBackends.RingBackend.make(options, reachable(place));
  return { backend, claim };
}

/** If memory cannot be mapped, other processes reach the queue through this one. */
function reachable(place: BlockPlace | undefined): BlockPlace | undefined {
  return place === "mapped" && whyNotMapped() !== null ? "local" : place;
}

/** The backend of the queue that a handle names. */
export function backendOf(handle: QueueHandle | RelayHandle): QueueBackend {
  return handle.kind === "queue"
    ? ringBackends.RingBackend.attach(handle.block)
    : relays.reachRelay(handle);
}

/**
 * A {@linkcode Queue} with the fewest methods, like Python's
 * `multiprocessing.SimpleQueue`.
 *
 * @typeParam T The type of the items.
 *
 * @example Between two tasks
 * ```ts
 * import { SimpleQueue } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const queue = new SimpleQueue<string>();
 * const first = queue.get();
 * await queue.put("hello");
 * equal(await first, "hello");
 * equal(queue.empty(), true);
 * ```
 */
export class SimpleQueue<T = unknown> implements Awaitable, Disposable {
  readonly #backend: QueueBackend | null;
  readonly #claim: Claim | null;
  readonly #form: Form;
  #isClosed = false;
  /** Whether this process has put an item into it. */
  #isUsed = false;

  /**
   * Makes a queue.
   *
   * @param options How much memory the items may take.
   * @throws {RangeError} If `maxBytes` is not a whole number, or too large.
   */
  constructor(options: QueueOptions = {}) {
    const placement: Placed | null = placementOf(options);
    const given = placement === null ? options : placement.argument;
    expectOptions(given, "make a queue", "{ maxBytes: 2 ** 20 }");
    const where = placement?.where ?? ANYWHERE;
    this.#form = where.form ?? "simple";
    const ring = {
      maxCount: where.maxsize > 0 ? where.maxsize : undefined,
      maxBytes: checkBytes(given?.maxBytes ?? BYTES_LIMIT),
    };
    const { backend, claim } = backingOf(this.#form, ring, SELF, where);
    this.#backend = backend;
    this.#claim = claim;
    if (claim !== null) register(claim, this);
    if (backend !== null) known.add(backend.key, this);
  }

  /**
   * Puts an item behind all others, and waits for room if there is none. The item
   * is in the queue when the promise resolves. If the process ends before that, the
   * item is lost, so await it.
   *
   * @param item The item; it is encoded before this call returns, which therefore
   * does not see later changes.
   * @param options How long to wait, and the buffers that move.
   * @throws {EncodingError} If the item cannot be sent; nothing is then put.
   * @throws {QueueFull} If the time ran out before there was room.
   * @throws {QueueShutDown} If the queue was shut down.
   * @throws {ProcessStateError} If the queue was closed in this process.
   */
  async put(item: T, options?: PutOptions): Promise<void> {
    const backend = this.#open("put an item into");
    const limit = limitFrom(options, "put an item into a queue");
    if (options?.transfer !== undefined) checkTransfer(options.transfer);
    this.#isUsed = true;
    let outcome = backend.put(item, limit, options?.transfer);
    if (typeof outcome !== "string") outcome = await outcome;
    if (outcome !== "done") this.#notPut(outcome, options);
  }

  /**
   * Puts an item as {@linkcode SimpleQueue.put} does, but blocks this thread until
   * there is room. It overtakes pending `put()` promises of this thread, which
   * cannot go on meanwhile.
   *
   * @param item The item.
   * @param options How long to wait; a signal only counts before the wait.
   * @throws {UnsupportedError} If it would block for ever, because all processes
   * that could end the wait reach the queue through this process and its event
   * loop.
   */
  putSync(item: T, options?: PutOptions): void {
    const backend = this.#open("put an item into");
    const limit = limitFrom(options, "put an item into a queue");
    if (options?.transfer !== undefined) checkTransfer(options.transfer);
    this.#isUsed = true;
    const outcome = backend.putSync(item, limit, options?.transfer);
    if (outcome !== "done") this.#notPut(outcome, undefined);
  }

  /**
   * Gets the oldest item, and waits for one if there is none.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The item; no other process gets it.
   * @throws {QueueEmpty} If the time ran out before there was an item.
   * @throws {QueueShutDown} If the queue was shut down and has none left.
   * @throws {ProcessStateError} If the queue was closed in this process.
   */
  async get(options?: WaitOptions): Promise<T> {
    const backend = this.#open("get an item from");
    const limit = limitFrom(options, "get an item from a queue");
    let got = backend.get(limit);
    if (got instanceof Promise) got = await got;
    return got === EMPTY || got === GONE
      ? this.#notGot(got, options)
      : got as T;
  }

  /**
   * Gets an item as {@linkcode SimpleQueue.get} does, but blocks this thread until
   * there is one.
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The item.
   * @throws {UnsupportedError} If it would block for ever, because all processes
   * that could end the wait reach the queue through this process and its event
   * loop.
   */
  getSync(options?: WaitOptions): T {
    const backend = this.#open("get an item from");
    const limit = limitFrom(options, "get an item from a queue");
    const got = backend.getSync(limit);
    return got === EMPTY || got === GONE
      ? this.#notGot(got, undefined)
      : got as T;
  }

  /**
   * Whether the queue has no item at this moment.
   *
   * @returns Whether a get would wait now.
   * @throws {ProcessStateError} If the queue was closed in this process, as in
   * Python. As there, a `Queue` into which this process has put nothing still
   * answers.
   */
  empty(): boolean {
    const answers = !this.#isUsed && this.#form !== "simple";
    const backend = answers ? this.#there() : this.#open("look for an item in");
    return backend.count === 0;
  }

  /**
   * Closes the queue in this process, which then neither puts nor gets; a second
   * call does nothing. Its items stay for other processes, and `close()` waits for
   * nothing. Waits that have begun go on.
   */
  close(): void {
    this.#there();
    this.#isClosed = true;
  }

  /** Closes the queue in this process. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * For `wait()`.
   * @ignore
   */
  async [READY](options: WaitOptions): Promise<boolean> {
    const backend = this.#open("wait for");
    const isReady = await backend.ready(limitFrom(options, "wait for a queue"));
    if (!isReady) options.signal?.throwIfAborted();
    return isReady;
  }

  /**
   * The handle by which the queue travels to another process.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): QueueHandle | RelayHandle {
    const backend = this.#there();
    const handle = backend.handle(destination, this.#form, delivery);
    // The memory may have moved.
    known.add(backend.key, this);
    return handle;
  }

  /**
   * The backend, for the classes that extend this one. Throws if the queue is closed
   * and `verb` is not possible then.
   * @ignore
   */
  [BACKEND](verb?: string): QueueBackend {
    return verb === undefined ? this.#there() : this.#open(verb);
  }

  /** The backend; throws the reason if it cannot be attached. */
  #there(): QueueBackend {
    if (this.#backend !== null) return this.#backend;
    throw new SharedMemoryError(this.#claim!.unavailable);
  }

  /** The same; throws if the queue is closed. */
  #open(verb: string): QueueBackend {
    if (!this.#isClosed) return this.#there();
    throw new ProcessStateError(
      `Cannot ${verb} the queue as it must be open in this process: it is closed`,
    );
  }

  #notPut(outcome: Exclude<Putting, "done">, options?: WaitOptions): never {
    if (outcome === "shut") throw shutDown("put an item into");
    options?.signal?.throwIfAborted();
    throw new QueueFull(
      `Cannot put an item into the queue as it must have room: ${
        whyFull(this.#there())
      }`,
    );
  }

  #notGot(outcome: Taken, options?: WaitOptions): never {
    if (outcome === GONE) throw shutDown("get an item from");
    options?.signal?.throwIfAborted();
    throw new QueueEmpty(
      "Cannot get an item from the queue as it must have one: it is empty",
    );
  }

  #describe(): string {
    const name = NAMES[this.#form];
    const backend = this.#backend;
    if (backend === null) return `<${name} unavailable>`;
    if (backend.isFar) return `<${name} through the parent>`;
    const state = this.#isClosed
      ? " closed"
      : backend.isShut
      ? " shut down"
      : "";
    return `<${name} qsize=${backend.count}${state}>`;
  }

  /**
   * Shows the queue as a table in the cell of a notebook.
   * @ignore
   */
  [DISPLAY](): Display {
    const backend = this.#backend;
    const isHere = backend !== null && !backend.isFar;
    return tableOf(NAMES[this.#form], {
      state: backend === null
        ? "unavailable"
        : backend.isFar
        ? "through the parent"
        : this.#isClosed
        ? "closed"
        : backend.isShut
        ? "shut down"
        : "open",
      items: isHere ? backend.count : null,
      maxsize: isHere && backend.maxCount < COUNT_LIMIT
        ? backend.maxCount
        : null,
    });
  }

  /** The text in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#describe();
  }

  /** The text in `console.log()` of Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#describe();
  }
}

// A class that names itself in its own body gets another name when it is built.
const SELF: Below = SimpleQueue;

function limitFrom(options: WaitOptions | undefined, what: string): Limit {
  if (options === undefined) return FOREVER;
  const timeoutMs = timeoutOf(options, what);
  options.signal?.throwIfAborted();
  return timeoutMs === 0 ? AT_ONCE : limitOf(timeoutMs, options.signal);
}

function whyFull(backend: QueueBackend): string {
  // Asking may take as long as the wait that has just failed.
  if (backend.isFar) return "it is full";
  const { count, maxCount } = backend;
  const what = count < maxCount ? "and no memory left" : `of ${maxCount}`;
  return `it has ${count} items ${what}`;
}

function shutDown(verb: string): QueueShutDown {
  return new QueueShutDown(
    `Cannot ${verb} the queue as it must not be shut down: somebody has called shutdown()`,
  );
}

function checkBytes(maxBytes: unknown): number {
  const isWhole = Number.isInteger(maxBytes);
  if (isWhole && maxBytes as number > 0 && maxBytes as number <= BYTES_LIMIT) {
    return maxBytes as number;
  }
  throw new RangeError(
    `Cannot make a queue as "maxBytes" must be a whole number from 1 to ${BYTES_LIMIT}: current value is ${
      typeof maxBytes === "number" ? maxBytes : typeof maxBytes
    }`,
  );
}

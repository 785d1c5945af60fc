/**
 * `Pipe()`: makes two connections that carry messages between processes.
 *
 * @module
 */

import { expectOptions } from "../../base/options.ts";
import { ConnectionError, SharedMemoryError } from "../../base/errors.ts";
import type { BlockPlace } from "../../memory/allocation/block.ts";
import {
  claimSite,
  register,
} from "../../memory/allocation/construction_sites.ts";
import {
  type ConnectionHandle,
  type Delivery,
  type Destination,
  HANDLE,
  type Shareable,
  UNTRACKED,
} from "../../wire/serialization/handle.ts";
import type { Transport } from "../connection/transport.ts";
import { Connection, OverTransport } from "../connection/connection.ts";
import type { End } from "./pipe_ends.ts";
import defer * as pipeMemories from "./pipe_memory.ts";
import { BYTES_LIMIT } from "../ring/ring_outcomes.ts";
import defer * as transports from "./ring_transport.ts";
import type { RingTransport } from "./ring_transport.ts";

/** Default for the bytes that may be under way in each direction. */
const BYTES_DEFAULT = 64 * 1024 * 1024;

/**
 * Options of `Pipe()`.
 *
 * @example One way only
 * ```ts
 * import { Pipe, type PipeOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: PipeOptions = { duplex: false };
 * const [receiver, sender] = Pipe(options);
 * equal(receiver.writable, false);
 * sender.close();
 * receiver.close();
 * ```
 */
export interface PipeOptions {
  /**
   * Whether both ends send and receive; otherwise the first receives what the
   * second sends.
   *
   * @default {true}
   */
  readonly duplex?: boolean | undefined;
  /**
   * How many bytes may be under way in each direction before `send` waits for the
   * receiver. A larger message is accepted when nothing else is under way.
   *
   * @default {67108864}
   */
  readonly maxBytes?: number | undefined;
}

/** One end of a pipe. */
class PipeConnection<In, Out> extends Connection<In, Out> implements Shareable {
  readonly #transport: RingTransport | Unavailable;

  constructor(transport: RingTransport | Unavailable) {
    super(new OverTransport(transport));
    this.#transport = transport;
  }

  /**
   * How the connection travels to another process.
   * @ignore
   */
  [HANDLE](
    destination: Destination,
    delivery: Delivery = UNTRACKED,
  ): ConnectionHandle {
    if (this.closed) {
      throw new ConnectionError(
        "Cannot share the connection as it must be open: it is closed",
      );
    }
    return this.#transport.handle(destination, delivery);
  }
}

Object.defineProperty(PipeConnection, "name", { value: "Connection" });

/**
 * Makes two connections, each of which receives what the other sends, like
 * Python's `multiprocessing.Pipe`.
 *
 * - **Giving an end away:** pass it among the arguments of a process, or send it
 *   over a connection; the other side gets a connection of its own. The giver still
 *   holds the end, and closes it when it is not needed any more.
 * - **End of file:** `recv` throws an `EndOfFileError`, and `send` a
 *   `BrokenPipeError`, once every process that held the other end has closed it or
 *   died. So close the ends that a process does not use: a process that holds both
 *   ends never sees the end of file.
 * - **Dead processes:** a process that waits or sends notices a death within 100
 *   ms. A process that dies while it sends has sent the whole message or nothing.
 * - **Made while a module loads:** a child that loads the module too has the same
 *   pipe, and holds both of its ends from then on, as under Python's `fork`. The
 *   parent cannot see that earlier, so it must keep its ends until the first
 *   message of the child. Ends among the arguments of a process count from
 *   `start()` on.
 *
 * @typeParam In What the first end receives.
 * @typeParam Out What the first end sends.
 * @param options Whether it goes both ways, and how many bytes it holds.
 * @returns The two ends.
 * @throws {TypeError} If `options` or `duplex` has the wrong type.
 * @throws {RangeError} If `maxBytes` is out of range.
 *
 * @example A child that answers
 * ```ts
 * import { type Connection, Pipe, Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const answer = async (questions: Connection<number, number>) => {
 *   for await (const question of questions) await questions.send(question ** 2);
 * };
 *
 * const [mine, theirs] = Pipe<number, number>();
 * const p = new Process({ target: answer, args: [theirs] });
 * p.start();
 * theirs.close();
 * await mine.send(7);
 * equal(await mine.recv(), 49);
 * mine.close();
 * await p.join();
 * ```
 *
 * @example One way
 * ```ts
 * import { Pipe } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const [receiver, sender] = Pipe<string>({ duplex: false });
 * await sender.send("a");
 * await sender.send("b");
 * sender.close();
 * const all: string[] = [];
 * for await (const text of receiver) all.push(text);
 * deepEqual(all, ["a", "b"]);
 * receiver.close();
 * ```
 */
export function Pipe<T = unknown>(
  options: PipeOptions & { readonly duplex: false },
): [receiver: Connection<T, never>, sender: Connection<never, T>];
/**
 * Makes two connections that both send and receive.
 */
export function Pipe<In = unknown, Out = In>(
  options?: PipeOptions,
): [Connection<In, Out>, Connection<Out, In>];
export function Pipe(options?: PipeOptions): [Connection, Connection] {
  return createPipe("local", options);
}

/** Makes a pipe in memory of a kind that the context chooses. */
export function createPipe(
  place: BlockPlace,
  options: PipeOptions = {},
): [Connection, Connection] {
  const { duplex: isDuplex = true, maxBytes = BYTES_DEFAULT } = check(options);
  const type = isDuplex ? "pipe:duplex" : "pipe:simplex";
  const claim = claimSite(type, createPipe);
  if (claim?.unavailable !== undefined) {
    return bothEnds(() => new Unavailable(claim.unavailable!));
  }
  const memory = claim?.handle === undefined
    ? pipeMemories.makePipeMemory(
      place,
      isDuplex,
      { maxBytes },
      transports.drain,
    )
    : pipeMemories.pipeMemoryOf(
      claim.handle as ConnectionHandle,
      transports.drain,
    );
  if (claim !== null) register(claim, memory);
  return bothEnds((end) =>
    new transports.RingTransport(memory, end, memory.hold(end, null))
  );
}

/** The connection that a handle names. */
export function rehydrateConnection(handle: ConnectionHandle): Connection {
  const memory = pipeMemories.pipeMemoryOf(handle, transports.drain);
  const { end, ticket } = handle;
  const transport = new transports.RingTransport(
    memory,
    end,
    memory.hold(end, ticket),
  );
  return new PipeConnection(transport);
}

function bothEnds(
  carry: (end: End) => RingTransport | Unavailable,
): [Connection, Connection] {
  return [new PipeConnection(carry(0)), new PipeConnection(carry(1))];
}

function check(options: PipeOptions): PipeOptions {
  const example =
    "{ maxBytes: 1024 }; for one way write Pipe({ duplex: false })";
  expectOptions(options, "make a pipe", example);
  const { duplex = true, maxBytes = 1 } = options;
  if (typeof duplex !== "boolean") {
    throw new TypeError(
      `Cannot make a pipe as "duplex" must be true or false: current value is of type ${typeof duplex}`,
    );
  }
  if (Number.isInteger(maxBytes) && maxBytes > 0 && maxBytes <= BYTES_LIMIT) {
    return options;
  }
  throw new RangeError(
    `Cannot make a pipe as "maxBytes" must be a whole number from 1 to ${BYTES_LIMIT}: current value is ${maxBytes}`,
  );
}

/** The transport of a pipe that belongs to the parent and cannot be attached here. */
class Unavailable implements Transport {
  readonly readable = true;
  readonly writable = true;

  constructor(readonly reason: string) {}

  #refuse(): never {
    throw new SharedMemoryError(this.reason);
  }

  // deno-lint-ignore require-await
  async #reject(): Promise<never> {
    return this.#refuse();
  }

  handle(): never {
    return this.#refuse();
  }

  send(): Promise<never> {
    return this.#reject();
  }

  sendSync(): never {
    return this.#refuse();
  }

  receive(): Promise<never> {
    return this.#reject();
  }

  receiveSync(): never {
    return this.#refuse();
  }

  poll(): Promise<never> {
    return this.#reject();
  }

  pollSync(): never {
    return this.#refuse();
  }

  close(): void {}
}

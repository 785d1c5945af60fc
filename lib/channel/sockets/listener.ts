/**
 * `Listener`: accepts connections of other programs.
 *
 * ```
 *   kernel --> handshakes, several at once --> ready, up to `backlog` --> accept()
 *                   |
 *                   +--> refused: late, crowded out, no peer of ours, wrong key
 * ```
 *
 * @module
 */

import { boundToContext } from "../../base/async_context.ts";
import { expectOptions } from "../../base/options.ts";
import { callOut } from "../../base/stderr.ts";
import { ConnectionError } from "../../base/errors.ts";
import { type Awaitable, READY } from "../../base/awaitable.ts";
import {
  timedOut,
  timeoutOf,
  TIMER_MAX_MS,
  type WaitOptions,
} from "../../base/timeouts.ts";
import { limitOf } from "../../sync/steps.ts";
import { REFUSED } from "../../wire/serialization/handle.ts";
import type {
  Address,
  AddressFamily,
  CheckedAddress,
} from "./listener_address.ts";
import { Notify } from "../connection/notify.ts";
import type { Connection } from "../connection/connection.ts";
import type { Key } from "./handshake.ts";
import type { Socket } from "./socket_transport.ts";
import type { PrivateFolder } from "./private_folder.ts";
import defer * as parts from "./socket_parts.ts";

/**
 * Options of a `Listener`.
 *
 * @example A key, and a report of refused peers
 * ```ts
 * import { Listener, type ListenerOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ListenerOptions = {
 *   authkey: crypto.getRandomValues(new Uint8Array(32)),
 *   onRefused: (error, peer) => console.error(peer, error.message),
 * };
 * await using listener = new Listener(undefined, options);
 * equal(listener.lastAccepted, null);
 * ```
 */
export interface ListenerOptions {
  /** The family of the socket; used if no address is given. */
  readonly family?: AddressFamily | undefined;
  /**
   * How many peers may be ready and not yet accepted. Further peers wait in the
   * kernel.
   *
   * @default {16}
   */
  readonly backlog?: number | undefined;
  /**
   * The key that both sides must have. Without one, any peer that reaches the
   * address may connect. An empty key is a key, too, but no secret.
   */
  readonly authkey?: Uint8Array | undefined;
  /**
   * Allows peers of other machines to connect without a key. Without a key and
   * without this option, a listener takes only addresses of this machine.
   *
   * @default {false}
   */
  readonly open?: boolean | undefined;
  /**
   * The longest message that is received, in bytes; a longer one breaks its
   * connection.
   *
   * @default {67108864}
   */
  readonly maxMessageBytes?: number | undefined;
  /**
   * How many milliseconds a peer has for the handshake.
   *
   * @default {5000}
   */
  readonly handshakeTimeout?: number | undefined;
  /**
   * Called with every peer that was refused, and the reason. If it throws, that is
   * printed and the listener goes on.
   */
  readonly onRefused?:
    | ((error: Error, peer: Address | null) => void)
    | undefined;
}

const BACKLOG_DEFAULT = 16;
const HANDSHAKE_DEFAULT_MS = 5_000;

/** How long to pause if the system has no socket left for a peer. */
const REST_MS = 50;

type Listening = Deno.TcpListener | Deno.UnixListener;

/** A handshake in progress. */
interface Greeting {
  readonly socket: Socket;
  /** Why this side closed the socket, if it did. */
  broken: Error | null;
}

interface Ready<In, Out> {
  readonly connection: Connection<In, Out>;
  readonly peer: Address | null;
}

/**
 * Accepts connections of other programs, on this machine or another one, like
 * Python's `multiprocessing.connection.Listener`. The peers call `Client()`.
 *
 * - **Address:** a path, or `{ hostname, port }`. Without one it is a Unix socket
 *   in a private folder; `address` says where.
 * - **Key:** with an `authkey`, both sides prove that they have it before they read
 *   anything else. The key is not sent, and messages are not encrypted: across an
 *   open network, use a tunnel. An address that other machines reach needs a key,
 *   or the option `open`.
 * - **Limits:** a peer has 5 s for the handshake (`handshakeTimeout`). At most 64
 *   handshakes of one address and 256 in all may be in progress; one more closes
 *   the oldest silent peer of the address that has the most. A message has at most
 *   64 MiB (`maxMessageBytes`), and decoding it makes at most as much again and 16
 *   bytes for each of its bytes.
 * - **Robust:** a peer with a wrong key, a port scanner, a silent peer, and a peer
 *   that sends too much or something else lose their connection, and nothing else
 *   happens. `accept()` goes on waiting for a good peer, where Python's throws;
 *   `onRefused` is called.
 * - **Received data is never run,** and shared objects are not accepted: values
 *   arrive as plain copies.
 * - **Keeping alive:** a listener alone does not keep the program alive, but a
 *   pending `accept()` does.
 *
 * @typeParam In What its connections receive.
 * @typeParam Out What they send.
 *
 * @example Both sides in one program
 * ```ts
 * import { Client, Listener } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const authkey = new TextEncoder().encode("between you and me");
 * await using listener = new Listener({ port: 0 }, { authkey });
 *
 * using client = await Client(listener.address, { authkey });
 * using served = await listener.accept();
 * await client.send({ task: "sum", of: [1, 2] });
 * deepEqual(await served.recv(), { task: "sum", of: [1, 2] });
 * ```
 */
export class Listener<In = unknown, Out = unknown>
  implements
    Disposable,
    AsyncDisposable,
    AsyncIterable<Connection<In, Out>>,
    Awaitable {
  readonly #listening: Listening;
  readonly #folder: PrivateFolder | null;
  readonly #key: Promise<Key>;
  readonly #maxMessageBytes: number;
  readonly #backlog: number;
  readonly #handshakeMs: number;
  readonly #onRefused: ListenerOptions["onRefused"];
  readonly #ready: Ready<In, Out>[] = [];
  readonly #greetings = new Set<Greeting>();
  readonly #silent = new parts.PendingHandshakes<Greeting>();
  readonly #came = new Notify();
  readonly #left = new Notify();
  #lastAccepted: Address | null = null;
  #closed = false;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /**
   * Starts to listen.
   *
   * @param address The address; by default a new Unix socket.
   * @param options Options of the listener.
   * @throws {TypeError | RangeError} If an option has the wrong shape, or other
   * machines can reach the address and there is neither a key nor `open`.
   * @throws {Deno.errors.AddrInUse} If the address is in use.
   */
  constructor(address?: Address, options: ListenerOptions = {}) {
    expectOptions(options, "listen", "{ authkey }");
    const key = parts.checkKey(options.authkey);
    this.#maxMessageBytes = parts.checkMaxMessageBytes(options.maxMessageBytes);
    this.#backlog = checkBacklog(options.backlog);
    const timeout = options.handshakeTimeout ?? HANDSHAKE_DEFAULT_MS;
    const handshakeMs = timeoutOf({ timeout }, "listen");
    this.#handshakeMs = Math.min(handshakeMs, TIMER_MAX_MS);
    this.#onRefused = boundToContext(options.onRefused);
    parts.checkFamily(options.family);
    const checked = address === undefined
      ? null
      : parts.checkAddress(address, options.family);
    this.#folder = checked === null && options.family !== "tcp"
      ? new parts.PrivateFolder()
      : null;
    this.#listening = this.#listen(checked);
    this.#refuseOthers(key, options.open);
    this.#key = parts.importKey(key);
    this.#listening.unref();
    this.#takePeers();
  }

  /**
   * Refuses an address that other machines reach, without a key and without `open`.
   */
  #refuseOthers(key: Uint8Array | null, open: boolean | undefined): void {
    const { addr } = this.#listening;
    const isKeyed = key !== null && key.length > 0;
    if (isKeyed || open === true || parts.isOfThisMachine(addr)) return;
    this.#listening.close();
    throw new TypeError(
      `Cannot listen at ${
        (addr as Deno.NetAddr).hostname
      } without a key as others than this machine may reach it: give "authkey", a hostname such as "localhost", or { open: true } if anybody may connect`,
    );
  }

  #listen(checked: CheckedAddress | null): Listening {
    const where = checked ??
      (this.#folder === null
        ? { transport: "tcp", hostname: "localhost", port: 0 }
        : { transport: "unix", path: `${this.#folder.path}/listener` });
    try {
      return Deno.listen(where as Deno.TcpListenOptions) as Listening;
    } catch (error) {
      this.#folder?.remove();
      throw error;
    }
  }

  /** The address of the listener, as `Client()` takes it. */
  get address(): Address {
    return parts.addressOf(this.#listening.addr)!;
  }

  /**
   * The address of the peer that was accepted last; null before the first, and for
   * the nameless end of a Unix socket.
   */
  get lastAccepted(): Address | null {
    return this.#lastAccepted;
  }

  /**
   * Waits for a peer that has passed the handshake.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The connection to it.
   * @throws {ConnectionError} If the listener is closed, also during the wait.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async accept(options?: WaitOptions): Promise<Connection<In, Out>> {
    const limit = limitOf(timeoutOf(options, "accept"), options?.signal);
    options?.signal?.throwIfAborted();
    for (;;) {
      this.#refuseClosed();
      const ready = this.#ready.shift();
      if (ready !== undefined) return this.#handOver(ready);
      if (await this.#came.wait(limit) || this.#ready.length > 0) continue;
      throw timedOut("accept a peer");
    }
  }

  #handOver({ connection, peer }: Ready<In, Out>): Connection<In, Out> {
    this.#lastAccepted = peer;
    this.#left.notifyAll();
    return connection;
  }

  /**
   * Stops listening; a second call does nothing. Accepted connections go on, other
   * peers are disconnected, and a Unix socket is removed.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#rest);
    this.#listening.close();
    this.#folder?.remove();
    for (const greeting of this.#greetings) breakOff(greeting, closedError());
    for (const { connection } of this.#ready.splice(0)) connection.close();
    this.#came.notifyAll();
    this.#left.notifyAll();
  }

  /** Closes the listener. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the listener. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** The connections of all peers, until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Connection<In, Out>, void> {
    while (!this.#closed) {
      const ready = this.#ready.shift();
      if (ready !== undefined) yield this.#handOver(ready);
      else await this.#came.wait(limitOf(Infinity));
    }
  }

  /**
   * For `wait()`: true once `accept()` would not have to wait.
   * @ignore
   */
  async [READY](options: WaitOptions): Promise<boolean> {
    const limit = limitOf(timeoutOf(options, "wait"), options.signal);
    while (this.#ready.length === 0) {
      this.#refuseClosed();
      if (!await this.#came.wait(limit)) return this.#ready.length > 0;
    }
    return true;
  }

  /**
   * A listener works only in the process that made it.
   * @ignore
   */
  get [REFUSED](): string {
    return "a Listener; send its address";
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return `<Listener ${
      this.#closed ? "closed" : JSON.stringify(this.address)
    }>`;
  }

  #refuseClosed(): void {
    if (this.#closed) throw closedError();
  }

  async #takePeers(): Promise<void> {
    while (!this.#closed) {
      if (this.#ready.length >= this.#backlog) await this.#left.next;
      else await this.#takePeer();
    }
  }

  async #takePeer(): Promise<void> {
    let socket: Socket;
    try {
      socket = await this.#listening.accept();
    } catch (error) {
      if (this.#closed) return;
      // Such as when no file descriptor is left: some may be freed soon.
      this.#refused(error as Error, null);
      await this.#restAWhile();
      return;
    }
    socket.unref();
    this.#greet(socket);
  }

  #refused(error: Error, peer: Address | null): void {
    const call = this.#onRefused;
    if (call !== undefined) {
      callOut("onRefused of a Listener threw", call, error, peer);
    }
  }

  #restAWhile(): Promise<void> {
    return new Promise((resolve) => {
      this.#rest = setTimeout(resolve, REST_MS);
      Deno.unrefTimer(this.#rest);
    });
  }

  async #greet(socket: Socket): Promise<void> {
    const peer = parts.addressOf(socket.remoteAddr);
    const greeting: Greeting = { socket, broken: null };
    const end = this.#begin(greeting, peer);
    let failure: Error | null = null;
    try {
      const key = await this.#key;
      await parts.greetClient(socket, key, () => this.#silent.delete(greeting));
    } catch (error) {
      failure = error as Error;
    }
    end();
    failure = greeting.broken ?? failure;
    if (failure === null) return this.#welcome(socket, peer);
    parts.closeSocket(socket);
    if (!this.#closed) this.#refused(failure, peer);
  }

  /** Counts a handshake and limits its time; the result ends both. */
  #begin(greeting: Greeting, peer: Address | null): () => void {
    const hostname = (peer as { hostname?: string } | null)?.hostname ?? null;
    const leaving = this.#silent.add(greeting, hostname);
    if (leaving !== null) breakOff(leaving, new ConnectionError(crowded()));
    this.#greetings.add(greeting);
    const ms = this.#handshakeMs;
    const timer = setTimeout(() => breakOff(greeting, lateError(ms)), ms);
    Deno.unrefTimer(timer);
    return () => {
      clearTimeout(timer);
      this.#greetings.delete(greeting);
      this.#silent.delete(greeting);
    };
  }

  #welcome(socket: Socket, peer: Address | null): void {
    const connection = parts.connectionOver<In, Out>(
      socket,
      this.#maxMessageBytes,
    );
    this.#ready.push({ connection, peer });
    this.#came.notifyAll();
  }
}

/** Closes a socket during its handshake, which then fails. */
function breakOff(greeting: Greeting, why: Error): void {
  greeting.broken = why;
  parts.closeSocket(greeting.socket);
}

function lateError(ms: number): ConnectionError {
  return new ConnectionError(
    `Cannot accept the peer as it must prove itself within ${ms} ms: it has not`,
  );
}

const crowded = () =>
  `Cannot accept the peer as at most ${parts.HANDSHAKES_PER_NETWORK_MAX} of one address and ${parts.HANDSHAKES_MAX} in all may be proving themselves at once: others have come after it`;

function closedError(): ConnectionError {
  return new ConnectionError(
    "Cannot accept a peer as the listener must be open: it is closed",
  );
}

function checkBacklog(backlog: number = BACKLOG_DEFAULT): number {
  if (Number.isInteger(backlog) && backlog >= 1) return backlog;
  throw new RangeError(
    `Cannot listen as "backlog" must be a whole number >= 1: current value is ${backlog}`,
  );
}

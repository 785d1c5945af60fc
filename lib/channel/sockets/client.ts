/**
 * `Client()`: connects to a `Listener`.
 *
 * @module
 */

import { expectOptions } from "../../base/options.ts";
import { timedOut, timeoutOf, type WaitOptions } from "../../base/timeouts.ts";
import { limitOf } from "../../sync/steps.ts";
import type {
  Address,
  AddressFamily,
  CheckedAddress,
} from "./listener_address.ts";
import { settlesBy } from "../connection/notify.ts";
import type { Connection } from "../connection/connection.ts";
import type { Key } from "./handshake.ts";
import type { Socket } from "./socket_transport.ts";
import defer * as parts from "./socket_parts.ts";

/**
 * Options of `Client()`.
 *
 * @example Half a second at most
 * ```ts
 * import { Client, type ClientOptions } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * const options: ClientOptions = { timeout: 500 };
 * await rejects(Client("/nobody/there", options), Deno.errors.NotFound);
 * ```
 */
export interface ClientOptions extends WaitOptions {
  /** The family of the socket; the address implies it, too. */
  readonly family?: AddressFamily | undefined;
  /** The key that the listener has; by default it must have none. */
  readonly authkey?: Uint8Array | undefined;
  /**
   * The longest message that is received, in bytes; a longer one breaks the
   * connection.
   *
   * @default {67108864}
   */
  readonly maxMessageBytes?: number | undefined;
}

/**
 * Connects to a `Listener`, like Python's `multiprocessing.connection.Client`.
 * With an `authkey`, both sides prove that they have it; the key is not sent.
 *
 * @typeParam In What is received.
 * @typeParam Out What is sent.
 * @param address The address of the listener, as in its field `address`.
 * @param options The key, and how long to wait.
 * @returns The connection.
 * @throws {AuthenticationError} If the two sides do not have the same key, or only
 * one has a key.
 * @throws {ConnectionError} If the server there is no `Listener`.
 * @throws {Deno.errors.ConnectionRefused | Deno.errors.NotFound} If no server
 * listens there.
 * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
 *
 * @example Calling a listener
 * ```ts
 * import { Client, Listener } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using listener = new Listener();
 * using client = await Client<string>(listener.address);
 * using served = await listener.accept();
 * await served.send("welcome");
 * equal(await client.recv(), "welcome");
 * ```
 */
export async function Client<In = unknown, Out = unknown>(
  address: Address,
  options: ClientOptions = {},
): Promise<Connection<In, Out>> {
  expectOptions(options, "connect", "{ timeout: 100 }");
  const key = parts.checkKey(options.authkey);
  const where = parts.checkAddress(address, options.family);
  const maxMessageBytes = parts.checkMaxMessageBytes(options.maxMessageBytes);
  const limit = limitOf(timeoutOf(options, "connect"), options.signal);
  options.signal?.throwIfAborted();
  const call = new ConnectAttempt(where, parts.importKey(key));
  let isDone = false;
  try {
    isDone = await settlesBy(call.done, limit);
  } finally {
    if (!isDone) call.giveUp();
  }
  if (isDone) return parts.connectionOver(await call.done, maxMessageBytes);
  throw timedOut("connect");
}

/** Connects and does the handshake, until the time is over. */
class ConnectAttempt {
  /** The socket after the handshake. */
  readonly done: Promise<Socket>;
  readonly #waning = new AbortController();

  constructor(where: CheckedAddress, key: Promise<Key>) {
    this.done = this.#run(where, key);
  }

  giveUp(): void {
    this.#waning.abort();
  }

  async #run(where: CheckedAddress, key: Promise<Key>): Promise<Socket> {
    const { signal } = this.#waning;
    const socket = await Deno.connect({ ...where, signal } as Where) as Socket;
    const close = () => parts.closeSocket(socket);
    signal.addEventListener("abort", close);
    try {
      // Too late if aborted meanwhile: connecting to a path cannot be aborted.
      signal.throwIfAborted();
      await parts.greetListener(socket, await key);
      return socket;
    } catch (error) {
      close();
      throw error;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }
}

type Where = Deno.ConnectOptions;

/**
 * `Connection`: one end of a channel for messages, over any transport.
 *
 * @module
 */

import { expectOptions } from "../../base/options.ts";
import {
  BrokenPipeError,
  BufferTooShortError,
  ConnectionError,
  EndOfFileError,
} from "../../base/errors.ts";
import { type Awaitable, READY } from "../../base/awaitable.ts";
import { timedOut, timeoutOf, type WaitOptions } from "../../base/timeouts.ts";
import { FOREVER, type Limit, limitOf } from "../../sync/steps.ts";
import {
  END,
  LATE,
  type MessageBytes,
  type ReceiveForm,
  type SendOutcome,
  type Transport,
} from "./transport.ts";
import { bytesInRange, roomIn } from "./byte_range.ts";

/**
 * Options of `sendBytes()`: the part of the buffer that is sent, and how long to
 * wait.
 *
 * @example The middle of a buffer
 * ```ts
 * import type { SendBytesOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const middle: SendBytesOptions = { offset: 2, size: 4 };
 * equal(middle.size, 4);
 * ```
 */
export interface SendBytesOptions extends WaitOptions {
  /**
   * The offset of the first byte that is sent.
   *
   * @default {0}
   */
  readonly offset?: number | undefined;
  /** The number of bytes to send; by default all that follow. */
  readonly size?: number | undefined;
}

/**
 * Options of `recvBytes()`: the maximum length, and how long to wait.
 *
 * @example At most one line
 * ```ts
 * import type { RecvBytesOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const line: RecvBytesOptions = { maxLength: 80 };
 * equal(line.maxLength, 80);
 * ```
 */
export interface RecvBytesOptions extends WaitOptions {
  /**
   * The maximum length of a message in bytes.
   *
   * @default {Infinity}
   */
  readonly maxLength?: number | undefined;
}

/**
 * Options of `recvBytesInto()`: the offset in the buffer, and how long to wait.
 *
 * @example Behind a header
 * ```ts
 * import type { RecvBytesIntoOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const behind: RecvBytesIntoOptions = { offset: 16 };
 * equal(behind.offset, 16);
 * ```
 */
export interface RecvBytesIntoOptions extends WaitOptions {
  /**
   * The offset of the message in the buffer.
   *
   * @default {0}
   */
  readonly offset?: number | undefined;
}

/** Token to construct a connection; only this package has it. */
export class OverTransport {
  /** Wraps a transport. */
  constructor(readonly transport: Transport) {}
}

/**
 * One end of a channel for messages, like Python's
 * `multiprocessing.connection.Connection`. `Pipe()`, `Client()` and
 * `Listener.accept()` return connections.
 *
 * - **Message boundaries:** a message arrives as it was sent, as a whole and alone;
 *   zero bytes are a message, too.
 * - **Copies:** `send` encodes at once. It does not see later changes to the
 *   object; for a value that cannot be sent it throws and sends nothing.
 * - **Views** of a buffer bring the bytes that they show: no other byte of the
 *   buffer is sent. Two views of one buffer in one message share a buffer on
 *   arrival.
 * - **End of file:** once every process that held the other end has closed it or
 *   died, `recv` first returns the messages that are left and then throws an
 *   {@linkcode EndOfFileError}; `send` throws a {@linkcode BrokenPipeError}.
 * - **Order:** messages arrive in the order in which they were sent.
 * - **Time:** a wait that runs out of time throws a `DOMException` named
 *   `TimeoutError`; only `poll` returns `false`.
 * - **Blocking:** each method has a twin in `…Sync` that blocks this thread.
 *   Connections over sockets do not support these: Deno cannot wait for a socket
 *   without its event loop.
 *
 * @typeParam In The type of received messages.
 * @typeParam Out The type of sent messages.
 *
 * @example Question and answer
 * ```ts
 * import { Client, type Connection, Listener } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using listener = new Listener<string, number>();
 * using asker: Connection<number, string> = await Client(listener.address);
 * using answerer = await listener.accept();
 *
 * await asker.send("how many?");
 * equal(await answerer.recv(), "how many?");
 * await answerer.send(3);
 * equal(await asker.recv(), 3);
 * ```
 */
export class Connection<In = unknown, Out = unknown>
  implements Disposable, AsyncDisposable, AsyncIterable<In>, Awaitable {
  readonly #transport: Transport;
  #closed = false;

  /**
   * Made by `Pipe()`, `Client()` and `Listener.accept()`.
   * @ignore
   */
  constructor(over: OverTransport) {
    if (!(over instanceof OverTransport)) {
      throw new TypeError(
        "Cannot make a Connection by itself as it has another end: call Pipe(), Client() or Listener.accept()",
      );
    }
    this.#transport = over.transport;
  }

  /** Whether this end was closed here. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether messages can be received over it. */
  get readable(): boolean {
    return this.#transport.readable;
  }

  /** Whether messages can be sent over it. */
  get writable(): boolean {
    return this.#transport.writable;
  }

  /**
   * Sends a value. Resolves when the value is under way, which it is at once unless
   * the receiver is far behind.
   *
   * @param value The value; it is encoded before this call returns.
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {EncodingError} If the value cannot be sent; nothing is then sent.
   * @throws {BrokenPipeError} If no process holds the other end.
   * @throws {ConnectionError} If this end is closed or only receives.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async send(value: Out, options?: WaitOptions): Promise<void> {
    const limit = this.#beginSending(options);
    this.#heedSent(await this.#transport.send("value", value, limit));
  }

  /**
   * Sends a value as {@linkcode Connection.send} does, but blocks this thread while
   * the receiver is far behind.
   *
   * @param value The value.
   * @param options How long to wait; a signal only counts before the wait.
   * @throws {UnsupportedError} If the connection is one over a socket.
   */
  sendSync(value: Out, options?: WaitOptions): void {
    const limit = this.#beginSending(options);
    options?.signal?.throwIfAborted();
    this.#heedSent(this.#transport.sendSync("value", value, limit));
  }

  /**
   * Receives a value.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The value.
   * @throws {EndOfFileError} If there is no message and none will come.
   * @throws {RangeError} If the message was not sent by `send`, or came over a
   * socket and decodes to far more than it has bytes: more than 64 MiB and 16 bytes
   * for each.
   * @throws {ConnectionError} If this end is closed or only sends.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async recv(options?: WaitOptions): Promise<In> {
    return await this.#receive("value", options) as In;
  }

  /**
   * Receives a value as {@linkcode Connection.recv} does, but blocks this thread
   * until there is one.
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The value.
   * @throws {UnsupportedError} If the connection is one over a socket.
   */
  recvSync(options?: WaitOptions): In {
    return this.#receiveSync("value", options) as In;
  }

  /**
   * Sends bytes, or a part of them, as they are. Only `recvBytes` and
   * `recvBytesInto` can receive them.
   *
   * @param buffer The bytes; they may be changed as soon as this call returns.
   * @param options The part to send, and how long to wait.
   * @throws {RangeError} If the buffer does not have this part.
   * @throws {BrokenPipeError} If no process holds the other end.
   */
  async sendBytes(
    buffer: ArrayBufferView | ArrayBufferLike,
    options?: SendBytesOptions,
  ): Promise<void> {
    const limit = this.#beginSending(options);
    const message = bytesInRange(buffer, options);
    this.#heedSent(await this.#transport.send("bytes", message, limit));
  }

  /**
   * Sends bytes as {@linkcode Connection.sendBytes} does, but blocks this thread
   * while the receiver is far behind.
   *
   * @param buffer The bytes.
   * @param options The part to send, and how long to wait.
   */
  sendBytesSync(
    buffer: ArrayBufferView | ArrayBufferLike,
    options?: SendBytesOptions,
  ): void {
    const limit = this.#beginSending(options);
    options?.signal?.throwIfAborted();
    const message = bytesInRange(buffer, options);
    this.#heedSent(this.#transport.sendSync("bytes", message, limit));
  }

  /**
   * Receives a message as bytes, also one from `send`.
   *
   * @param options The maximum length of the message, and how long to wait.
   * @returns The bytes, which belong to the caller.
   * @throws {BufferTooShortError} If the message is longer; the error has the
   * message.
   * @throws {EndOfFileError} If there is no message and none will come.
   */
  async recvBytes(
    options?: RecvBytesOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const most = mostOf(options);
    return withLimit(
      await this.#receive("bytes", options) as MessageBytes,
      most,
    );
  }

  /**
   * Receives bytes as {@linkcode Connection.recvBytes} does, but blocks this thread
   * until there are some.
   *
   * @param options The maximum length of the message, and how long to wait.
   * @returns The bytes.
   */
  recvBytesSync(options?: RecvBytesOptions): Uint8Array<ArrayBuffer> {
    const most = mostOf(options);
    return withLimit(this.#receiveSync("bytes", options) as MessageBytes, most);
  }

  /**
   * Receives a message into a buffer.
   *
   * @param buffer The buffer to fill.
   * @param options The offset, and how long to wait.
   * @returns The number of bytes of the message.
   * @throws {RangeError} If the offset lies outside the buffer.
   * @throws {BufferTooShortError} If the message does not fit; the error has the
   * message.
   * @throws {EndOfFileError} If there is no message and none will come.
   */
  async recvBytesInto(
    buffer: ArrayBufferView | ArrayBufferLike,
    options?: RecvBytesIntoOptions,
  ): Promise<number> {
    const room = roomIn(buffer, options);
    return filled(room, await this.#receive(room, options));
  }

  /**
   * Receives a message into a buffer as {@linkcode Connection.recvBytesInto} does,
   * but blocks this thread until there is one.
   *
   * @param buffer The buffer to fill.
   * @param options The offset, and how long to wait.
   * @returns The number of bytes of the message.
   */
  recvBytesIntoSync(
    buffer: ArrayBufferView | ArrayBufferLike,
    options?: RecvBytesIntoOptions,
  ): number {
    const room = roomIn(buffer, options);
    return filled(room, this.#receiveSync(room, options));
  }

  /**
   * Waits until `recv` would not have to wait: for a message, or for the end of
   * file.
   *
   * @param options How long to wait; by default not at all, as in Python.
   * @returns Whether there is a message or the end; `false` if the time ran out.
   * @throws {ConnectionError} If this end is closed or only sends.
   */
  async poll(options?: WaitOptions): Promise<boolean> {
    const limit = this.#beginPolling(options);
    const found = await this.#transport.poll(limit);
    this.#refuseClosed("poll");
    return found;
  }

  /**
   * Waits as {@linkcode Connection.poll} does, but blocks this thread.
   *
   * @param options How long to wait; by default not at all.
   * @returns Whether there is a message or the end.
   */
  pollSync(options?: WaitOptions): boolean {
    const limit = this.#beginPolling(options);
    options?.signal?.throwIfAborted();
    return this.#transport.pollSync(limit);
  }

  /**
   * Closes this end; a second call does nothing. The other side receives the
   * messages that were sent, and then the end of file.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport.close();
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** The messages, until the end of file. */
  async *[Symbol.asyncIterator](): AsyncGenerator<In, void> {
    this.#refuse("receive over", "readable");
    for (;;) {
      const received = await this.#transport.receive("value", FOREVER);
      if (received === END && !this.#closed) return;
      yield this.#heedReceived(received) as In;
    }
  }

  /**
   * For `wait()`.
   * @ignore
   */
  [READY](options: WaitOptions): Promise<boolean> {
    return this.poll(options);
  }

  /** The text in `console.log()`. */
  [Symbol.for("Deno.customInspect")](): string {
    const state = this.#closed ? "closed" : "open";
    const ways = [this.readable ? "reads" : "", this.writable ? "writes" : ""];
    return `<${this.constructor.name} ${state} ${ways.join(" ").trim()}>`;
  }

  #beginSending(options: WaitOptions | undefined): Limit {
    if (this.#closed || !this.#transport.writable) {
      this.#refuse("send over", "writable");
    }
    if (options === undefined) return FOREVER;
    if ("transfer" in Object(options)) throw copiesOnly();
    return limitFrom(options, "send");
  }

  #beginReceiving(options: WaitOptions | undefined): Limit {
    if (this.#closed || !this.#transport.readable) {
      this.#refuse("receive over", "readable");
    }
    return options === undefined ? FOREVER : limitFrom(options, "receive");
  }

  #beginPolling(options: WaitOptions | undefined): Limit {
    this.#refuse("poll", "readable");
    expectOptions(options, "poll", "{ timeout: 100 }");
    return limitFrom({ timeout: 0, ...options }, "poll");
  }

  async #receive(
    wanted: ReceiveForm,
    options: WaitOptions | undefined,
  ): Promise<unknown> {
    const limit = this.#beginReceiving(options);
    return this.#heedReceived(await this.#transport.receive(wanted, limit));
  }

  #receiveSync(wanted: ReceiveForm, options: WaitOptions | undefined): unknown {
    const limit = this.#beginReceiving(options);
    options?.signal?.throwIfAborted();
    return this.#heedReceived(this.#transport.receiveSync(wanted, limit));
  }

  #heedSent(sent: SendOutcome): void {
    if (sent === "sent") return;
    this.#refuseClosed("send over");
    if (sent === "late") throw timedOut("send over the connection");
    throw new BrokenPipeError(
      "Cannot send over the connection as a process must hold the other end: all have closed it or died",
    );
  }

  #heedReceived(received: unknown): unknown {
    if (received !== END && received !== LATE) return received;
    this.#refuseClosed("receive over");
    if (received === LATE) throw timedOut("receive over the connection");
    throw new EndOfFileError(
      "Cannot receive over the connection as it has come to its end: the other side has closed it or died",
    );
  }

  #refuseClosed(verb: string): void {
    if (!this.#closed) return;
    throw new ConnectionError(
      `Cannot ${verb} the connection as it must be open: it is closed`,
    );
  }

  #refuse(verb: string, way: "readable" | "writable"): void {
    this.#refuseClosed(verb);
    if (this.#transport[way]) return;
    const other = way === "readable" ? "only sends" : "only receives";
    throw new ConnectionError(
      `Cannot ${verb} the connection as it must be ${way}: it ${other}, use the other end`,
    );
  }
}

function limitFrom(options: WaitOptions, verb: string): Limit {
  return limitOf(
    timeoutOf(options, `${verb} over a connection`),
    options.signal,
  );
}

function copiesOnly(): TypeError {
  return new TypeError(
    'Cannot give anything away with a message as connections copy what they send: leave "transfer" out, or put the value into a queue, which takes it',
  );
}

function mostOf(options: RecvBytesOptions = {}): number {
  expectOptions(options, "receive bytes", "{ maxLength: 1024 }");
  const most = options.maxLength ?? Infinity;
  if (typeof most === "number" && most >= 0) return most;
  throw new RangeError(
    `Cannot receive bytes as "maxLength" must be >= 0: current value is ${
      String(most)
    }`,
  );
}

function withLimit(message: MessageBytes, most: number): MessageBytes {
  if (message.length <= most) return message;
  throw new BufferTooShortError(
    `Cannot receive a message of ${message.length} bytes as "maxLength" allows ${most}: it is in the field "bytes" of this error`,
    message,
  );
}

function filled(room: Uint8Array, received: unknown): number {
  if (typeof received === "number") return received;
  const message = received as MessageBytes;
  if (message.length > room.length) {
    throw new BufferTooShortError(
      `Cannot receive a message of ${message.length} bytes as the buffer has room for ${room.length}: it is in the field "bytes" of this error`,
      message,
    );
  }
  room.set(message);
  return message.length;
}

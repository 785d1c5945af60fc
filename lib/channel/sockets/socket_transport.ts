/**
 * The transport of a socket: messages in a stream of bytes.
 *
 * ```
 *   peer --> socket --pump--> deframer --> inbox --> receive()
 *   peer <-- socket <--------- senders in turn <---- send()
 * ```
 *
 * The pump reads ahead, up to a limit, so that `poll()` has something to look at
 * and the end is noticed early. The pump does not keep the program alive; a pending
 * `receive()` does.
 *
 * @module
 */

import {
  ConnectionError,
  SharedMemoryError,
  UnsupportedError,
} from "../../base/errors.ts";
import type { Limit } from "../../sync/steps.ts";
import type { Handle } from "../../wire/serialization/handle.ts";
import { mostOf } from "../../wire/serialization/codec_cost.ts";
import { pack, unpack } from "../../wire/serialization/pack.ts";
import { AsyncMutex, Notify, settlesBy } from "../connection/notify.ts";
import {
  END,
  LATE,
  type MessageBytes,
  type MessageForm,
  type ReceiveForm,
  type SendOutcome,
  type Transport,
} from "../connection/transport.ts";
import {
  Deframer,
  headerOf,
  SOCKET_FRAME_MAX_BYTES,
  SOCKET_HEADER_BYTES,
} from "./socket_framing.ts";

const PIECE_BYTES = 65_536;

/**
 * How many bytes are read ahead; one more piece and one more message may come with
 * them.
 */
const READ_AHEAD_BYTES = 65_536;

/**
 * A header and a message up to this size are copied together, and sent as one
 * write.
 */
const JOINED_MAX_BYTES = 65_536;

/**
 * Cost of a message besides its bytes, so that empty messages cannot flood the
 * inbox.
 */
const MESSAGE_COST_BYTES = 128;

/** A stream socket of Deno. */
export type Socket = Deno.TcpConn | Deno.UnixConn;

/** Carries messages over a socket. */
export class SocketTransport implements Transport {
  readonly readable = true;
  readonly writable = true;
  readonly #socket: Socket;
  readonly #maxMessageBytes: number;
  readonly #row = new AsyncMutex();
  readonly #arrived = new Notify();
  readonly #taken = new Notify();
  readonly #inbox: MessageBytes[] = [];
  // Invariant: the cost of all messages in the inbox.
  #inboxBytes = 0;
  #end: "open" | "ended" | ConnectionError = "open";
  #isClosed = false;

  /** Takes over a socket after its handshake. */
  constructor(socket: Socket, maxMessageBytes: number) {
    this.#socket = socket;
    this.#maxMessageBytes = maxMessageBytes;
    socket.unref();
    this.#pump();
  }

  async send(
    form: MessageForm,
    content: unknown,
    limit: Limit,
  ): Promise<SendOutcome> {
    limit.signal?.throwIfAborted();
    const message = form === "value"
      ? pack(content, "elsewhere", "message")
      : new Uint8Array(content as Uint8Array);
    this.#checkLength(message);
    const leave = await this.#row.lock(limit);
    if (leave === null) return "late";
    // A write that has begun goes on to its end; otherwise the framing would be
    // lost.
    const sending = this.#write(message).finally(leave);
    if (isEndless(limit)) return await sending;
    return await settlesBy(sending, limit) ? await sending : "late";
  }

  #checkLength({ length }: MessageBytes): void {
    if (length <= Math.min(this.#maxMessageBytes, SOCKET_FRAME_MAX_BYTES)) {
      return;
    }
    throw new ConnectionError(
      `Cannot send a message of ${length} bytes as at most ${this.#maxMessageBytes} are allowed: send it in parts, or raise "maxMessageBytes" on both sides`,
    );
  }

  async #write(message: MessageBytes): Promise<SendOutcome> {
    try {
      if (message.length <= JOINED_MAX_BYTES) {
        await this.#writeAll(joined(message));
      } else {
        await this.#writeAll(headerOf(message.length));
        await this.#writeAll(message);
      }
      return "sent";
    } catch {
      // Whatever the error is, a stream that cannot be written to has no reader.
      return "broken";
    }
  }

  async #writeAll(bytes: MessageBytes): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      at += await this.#socket.write(at === 0 ? bytes : bytes.subarray(at));
    }
  }

  sendSync(): SendOutcome {
    throw cannotBlock("send over");
  }

  async receive(wanted: ReceiveForm, limit: Limit): Promise<unknown> {
    const message = await this.#receive(limit);
    if (wanted !== "value" || message === END || message === LATE) {
      return message;
    }
    const { length } = message as MessageBytes;
    return unpack(message as MessageBytes, refuseHandle, mostOf(length));
  }

  async #receive(
    limit: Limit,
  ): Promise<MessageBytes | typeof END | typeof LATE> {
    limit.signal?.throwIfAborted();
    while (this.#inbox.length === 0) {
      if (this.#end instanceof Error) throw this.#end;
      if (this.#end === "ended") return END;
      if (!await this.#arrived.wait(limit)) return LATE;
    }
    const message = this.#inbox.shift()!;
    this.#inboxBytes -= costOf(message);
    this.#taken.notifyAll();
    return message;
  }

  receiveSync(): unknown {
    throw cannotBlock("receive over");
  }

  async poll(limit: Limit): Promise<boolean> {
    limit.signal?.throwIfAborted();
    while (!this.#hasNews) {
      // Even with no time left: the pump reads what the kernel has in this turn.
      if (!await this.#arrived.wait(limit)) return this.#hasNews;
    }
    return true;
  }

  get #hasNews(): boolean {
    return this.#inbox.length > 0 || this.#end !== "open";
  }

  pollSync(): boolean {
    throw cannotBlock("poll");
  }

  close(): void {
    this.#isClosed = true;
    this.#inbox.length = 0;
    this.#inboxBytes = 0;
    this.#socket.close();
    this.#finish("ended");
  }

  async #pump(): Promise<void> {
    const deframer = new Deframer(this.#maxMessageBytes);
    const piece = new Uint8Array(PIECE_BYTES);
    try {
      for (;;) {
        const count = await this.#socket.read(piece);
        if (count === null) break;
        deframer.push(piece.subarray(0, count), (message) => {
          this.#inbox.push(message);
          this.#inboxBytes += costOf(message);
        });
        if (this.#inbox.length > 0) this.#arrived.notifyAll();
        await this.#untilLittleIsAhead();
      }
      this.#finish("ended");
    } catch (error) {
      // A kernel sends a reset when the peer left without reading everything.
      this.#finish(error instanceof ConnectionError ? error : "ended");
    }
  }

  async #untilLittleIsAhead(): Promise<void> {
    while (this.#inboxBytes > READ_AHEAD_BYTES && !this.#isClosed) {
      await this.#taken.next;
    }
  }

  #finish(end: "ended" | ConnectionError): void {
    if (this.#end === "open") this.#end = end;
    this.#arrived.notifyAll();
    this.#taken.notifyAll();
  }
}

function costOf(message: MessageBytes): number {
  return message.length + MESSAGE_COST_BYTES;
}

function joined(message: MessageBytes): MessageBytes {
  const both = new Uint8Array(SOCKET_HEADER_BYTES + message.length);
  both.set(headerOf(message.length));
  both.set(message, SOCKET_HEADER_BYTES);
  return both;
}

function isEndless({ deadline, signal }: Limit): boolean {
  return deadline === Infinity && signal === undefined;
}

function refuseHandle({ kind }: Handle): never {
  throw new SharedMemoryError(
    `Cannot receive a shared object of kind "${kind}" over a socket as the peer may be anybody: send its value or its name`,
  );
}

function cannotBlock(verb: string): UnsupportedError {
  return new UnsupportedError(
    `Cannot ${verb} a socket while this thread blocks as Deno waits for sockets in its event loop only: await the method without "Sync"`,
  );
}

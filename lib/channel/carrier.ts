/**
 * What a connection needs of that which carries its messages: a socket, shared
 * memory, or another process in between.
 *
 * A carrier answers and does not throw for what is no fault of anybody: nobody
 * there, nothing more to come, time is over. `Connection` makes errors of these
 * answers, so that every carrier fails alike.
 *
 * @module
 */

import type { Limit } from "../sync/program.ts";

/** A message. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What became of a message: `"broken"` if nobody is there to get it. */
export type Sent = "sent" | "broken" | "late";

/** A message, or why there is none: `"end"` if none will ever come. */
export type Received = Bytes | "end" | "late";

/** Carries messages one way, or both ways. */
export interface Carrier {
  /** Whether messages can be received. */
  readonly readable: boolean;
  /** Whether messages can be sent. */
  readonly writable: boolean;

  /** A value as a message; throws where it cannot be one. */
  pack(value: unknown): Bytes;
  /** The value of a message; throws where it holds none. */
  unpack(message: Bytes): unknown;

  /** Sends a message as a whole, or nothing of it. Rejects when aborted. */
  send(message: Bytes, limit: Limit): Promise<Sent>;
  /** The same, and blocks this thread; throws where the carrier cannot. */
  sendSync(message: Bytes, limit: Limit): Sent;

  /** Takes the next message. Rejects when aborted. */
  receive(limit: Limit): Promise<Received>;
  /** The same, and blocks this thread; throws where the carrier cannot. */
  receiveSync(limit: Limit): Received;

  /** Waits until `receive` would not have to; false when late. */
  poll(limit: Limit): Promise<boolean>;
  /** The same, and blocks this thread; throws where the carrier cannot. */
  pollSync(limit: Limit): boolean;

  /** Lets go of this end; who waits on it is answered. Called once. */
  close(): void;
}

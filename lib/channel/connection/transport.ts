/**
 * What a connection needs of that which carries its messages: a socket, shared
 * memory, or another process in between.
 *
 * A carrier answers and does not throw for what is nobody's fault: nobody there,
 * nothing more to come, time is over. `Connection` makes errors of these answers,
 * so that every carrier fails alike.
 *
 * @module
 */

import type { Limit } from "../../sync/steps.ts";

/** A message as bytes. */
export type MessageBytes = Uint8Array<ArrayBuffer>;

/** How a message is seen: as the value that was sent, or as the bytes of it. */
export type MessageForm = "value" | "bytes";

/**
 * What is wanted of a message: the value, the bytes, or the bytes in this room and
 * how many there were. Who cannot fill the room, as they are too many or in general,
 * gives the bytes.
 */
export type ReceiveForm = MessageForm | Uint8Array;

/** What became of a message: `"broken"` if nobody is there to get it. */
export type SendOutcome = "sent" | "broken" | "late";

/** There is no message, and none will ever come. */
export const END: unique symbol = Symbol("multiprocessing.end");
/** There was no message until the time was over. */
export const LATE: unique symbol = Symbol("multiprocessing.late");

/** Carries messages one way, or both ways. */
export interface Transport {
  /** Whether messages can be received. */
  readonly readable: boolean;
  /** Whether messages can be sent. */
  readonly writable: boolean;

  /**
   * Sends a message as a whole, or nothing of it. The content is read before this
   * returns; it throws, or rejects, where it cannot be a message. Rejects when
   * aborted.
   */
  send(form: MessageForm, content: unknown, limit: Limit): Promise<SendOutcome>;
  /** The same, and blocks this thread; throws where the carrier cannot. */
  sendSync(form: MessageForm, content: unknown, limit: Limit): SendOutcome;

  /** Takes the next message, {@linkcode END} or {@linkcode LATE}. Rejects when aborted. */
  receive(wanted: ReceiveForm, limit: Limit): Promise<unknown>;
  /** The same, and blocks this thread; throws where the carrier cannot. */
  receiveSync(wanted: ReceiveForm, limit: Limit): unknown;

  /** Waits until `receive` would not have to; false when late. */
  poll(limit: Limit): Promise<boolean>;
  /** The same, and blocks this thread; throws where the carrier cannot. */
  pollSync(limit: Limit): boolean;

  /** Lets go of this end; who waits on it is answered. Called once. */
  close(): void;
}

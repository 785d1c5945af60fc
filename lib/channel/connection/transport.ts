/**
 * `Transport`: what a connection needs to carry its messages, over a socket or in
 * shared memory.
 *
 * Conditions that are no fault are results and not exceptions: no receiver, no more
 * messages, no time left. `Connection` turns them into errors, so that all
 * transports fail alike.
 *
 * @module
 */

import type { Limit } from "../../sync/steps.ts";

/** A message as bytes. */
export type MessageBytes = Uint8Array<ArrayBuffer>;

/** The form of a message: the value that was sent, or its bytes. */
export type MessageForm = "value" | "bytes";

/**
 * The form in which a message is received: the value, the bytes, or the number of
 * bytes after filling this buffer. A transport that cannot fill the buffer, because
 * they are too many or in general, returns the bytes.
 */
export type ReceiveForm = MessageForm | Uint8Array;

/** What happened to a message: `"broken"` if no process can receive it. */
export type SendOutcome = "sent" | "broken" | "late";

/** There is no message, and there will be none. */
export const END: unique symbol = Symbol("multiprocessing.end");
/** There was no message before the time ran out. */
export const LATE: unique symbol = Symbol("multiprocessing.late");

/** Carries messages in one or both directions. */
export interface Transport {
  /** Whether messages can be received. */
  readonly readable: boolean;
  /** Whether messages can be sent. */
  readonly writable: boolean;

  /**
   * Sends a message as a whole, or nothing of it. The content is read before this
   * returns; it throws, or rejects, if the content cannot be a message. Rejects
   * when aborted.
   */
  send(form: MessageForm, content: unknown, limit: Limit): Promise<SendOutcome>;
  /** The same, but blocks this thread; throws if the transport cannot block. */
  sendSync(form: MessageForm, content: unknown, limit: Limit): SendOutcome;

  /**
   * Takes the next message, {@linkcode END} or {@linkcode LATE}. Rejects when
   * aborted.
   */
  receive(wanted: ReceiveForm, limit: Limit): Promise<unknown>;
  /** The same, but blocks this thread; throws if the transport cannot block. */
  receiveSync(wanted: ReceiveForm, limit: Limit): unknown;

  /** Waits until `receive` would not have to wait; false if the time ran out. */
  poll(limit: Limit): Promise<boolean>;
  /** The same, but blocks this thread; throws if the transport cannot block. */
  pollSync(limit: Limit): boolean;

  /** Gives up this end, and ends all waits at it. Called once. */
  close(): void;
}

/**
 * The form of messages on a port between isolates, and which values need no packing
 * there.
 *
 * @module
 */

import type {
  MailboxMessage,
  PoolPayload,
  PortMessage,
  ToChild,
  ToParent,
} from "./messages.ts";

/**
 * Whether a value needs no packing: it stays the same through a message port,
 * and as JSON.
 */
export function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    default:
      return value === null;
  }
}

/**
 * A message as it is sent over a port. Messages to mailboxes are frequent and
 * are sent as arrays: every named field costs half a microsecond for a round
 * trip (2.9.6). The most frequent ones are sent without a wrapper, for 4 us
 * less: in the mailbox "pool", numbers and arrays that begin with one.
 */
export function toPort(
  message: ToChild | ToParent,
): ToChild | ToParent | PortMessage | PoolPayload {
  if (message.kind !== "message" || message.body instanceof Uint8Array) {
    return message;
  }
  const { mailbox, body: { value, placeholders } } = message;
  if (mailbox === "pool" && placeholders === null && isPoolPayload(value)) {
    return value;
  }
  return [mailbox, value, placeholders];
}

/** The message that came through a port. */
export function fromPort<M extends ToChild | ToParent>(
  data: M | PortMessage | PoolPayload,
): M | MailboxMessage {
  if (isPoolPayload(data)) return poolMessage(data);
  if (!Array.isArray(data)) return data as M;
  const [mailbox, value, placeholders] = data as unknown as PortMessage;
  return {
    kind: "message",
    mailbox,
    body: { form: "clone", value, placeholders },
  };
}

/**
 * Whether a value is a message of the mailbox "pool", as it is sent over a
 * port.
 */
export function isPoolPayload(value: unknown): value is PoolPayload {
  return typeof value === "number" ||
    Array.isArray(value) && typeof value[0] === "number";
}

/** A message of the mailbox "pool". */
export function poolMessage(value: PoolPayload): MailboxMessage {
  return {
    kind: "message",
    mailbox: "pool",
    body: { form: "clone", value, placeholders: null },
  };
}

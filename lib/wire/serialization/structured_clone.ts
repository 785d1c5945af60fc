/**
 * Structured clone of messages that hold packed values.
 *
 * The only place where proxies of plain data count: to ask each container for one, as
 * `pack()` could, costs as much as all the rest of its look at plain data.
 *
 * @module
 */

import { withoutProxies } from "./proxies.ts";

/** Clones `message` now, and transfers what is listed. */
export function cloneOf<Message>(
  message: Message,
  transfer: readonly Transferable[] = [],
): Message {
  return structuredClone(withoutProxies(message), {
    transfer: transfer as Transferable[],
  });
}

/** Clones `message` into a port. Throws as `postMessage()` does. */
export function postTo(
  port: Pick<MessagePort, "postMessage">,
  message: unknown,
  transfer: readonly Transferable[] | undefined,
): void {
  // The first list of transfers costs 2 ms, even an empty one (2.9.6).
  if (transfer === undefined || transfer.length === 0) post(port, message);
  // What is listed is gone also where the message is refused then (2.9.6).
  else {
    port.postMessage(
      withoutProxies(message),
      transfer as Transferable[],
    );
  }
}

function post(port: Pick<MessagePort, "postMessage">, message: unknown): void {
  try {
    port.postMessage(message);
  } catch (error) {
    const plain = withoutProxies(message);
    if (plain === message) throw error;
    port.postMessage(plain);
  }
}

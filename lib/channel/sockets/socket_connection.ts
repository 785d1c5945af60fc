/**
 * Connections over sockets, and what both of their makers are told.
 *
 * @module
 */

import { REFUSED, type Refused } from "../../wire/serialization/handle.ts";
import { Connection, OverTransport } from "../connection/connection.ts";
import { SOCKET_FRAME_MAX_BYTES } from "./socket_framing.ts";
import {
  MAX_MESSAGE_BYTES_DEFAULT,
  type Socket,
  SocketTransport,
} from "./socket_transport.ts";

/** A connection that stays in the process which made it. */
class SocketConnection<In, Out> extends Connection<In, Out> implements Refused {
  /** @internal */
  get [REFUSED](): string {
    return "a connection over a socket, which only its own process can use; send the address of the listener";
  }
}

Object.defineProperty(SocketConnection, "name", { value: "Connection" });

/** Makes a connection over a socket that is past its greeting. */
export function connectionOver<In, Out>(
  socket: Socket,
  maxMessageBytes: number,
): Connection<In, Out> {
  const transport = new SocketTransport(socket, maxMessageBytes);
  return new SocketConnection<In, Out>(new OverTransport(transport));
}

/** Checks a limit for the messages of a connection. */
export function checkMaxMessageBytes(
  most: number = MAX_MESSAGE_BYTES_DEFAULT,
): number {
  if (Number.isInteger(most) && most >= 0 && most <= SOCKET_FRAME_MAX_BYTES) {
    return most;
  }
  throw new RangeError(
    `Cannot use "maxMessageBytes" as it must be a whole number from 0 to ${SOCKET_FRAME_MAX_BYTES}: current value is ${most}`,
  );
}

/** Closes a socket that may be closed already. */
export function closeSocket(socket: Socket): void {
  try {
    socket.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

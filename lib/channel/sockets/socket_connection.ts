/**
 * Connections over sockets, as `Listener` and `Client` make them.
 *
 * @module
 */

import { REFUSED, type Refused } from "../../wire/serialization/handle.ts";
import { Connection, OverTransport } from "../connection/connection.ts";
import { type Socket, SocketTransport } from "./socket_transport.ts";

/** A connection that cannot leave the process in which it was made. */
class SocketConnection<In, Out> extends Connection<In, Out> implements Refused {
  /** @ignore */
  get [REFUSED](): string {
    return "a connection over a socket, which only its own process can use; send the address of the listener";
  }
}

Object.defineProperty(SocketConnection, "name", { value: "Connection" });

/** Makes a connection over a socket whose handshake is done. */
export function connectionOver<In, Out>(
  socket: Socket,
  maxMessageBytes: number,
): Connection<In, Out> {
  const transport = new SocketTransport(socket, maxMessageBytes);
  return new SocketConnection<In, Out>(new OverTransport(transport));
}

/** Closes a socket that may be closed already. */
export function closeSocket(socket: Socket): void {
  try {
    socket.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

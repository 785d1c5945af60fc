/**
 * What the tests of connections share.
 *
 * @module
 */

import { Client, type Connection, Listener } from "../../mod.ts";
import type { ListenerOptions } from "../../mod.ts";

/** The longest that a test may take. */
export const TIMEOUT_MS = 30_000;

/** A key. */
export function key(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Both ends of a connection over a socket. */
export interface Pair extends AsyncDisposable {
  readonly client: Connection;
  readonly served: Connection;
  readonly listener: Listener;
}

/** A client and a listener that have met. */
export async function meet(
  options: ListenerOptions & { family?: "tcp" | "unix" } = {},
): Promise<Pair> {
  const listener = new Listener(undefined, options);
  const { authkey, maxMessageBytes } = options;
  const client = await Client(listener.address, { authkey, maxMessageBytes });
  const served = await listener.accept();
  return {
    client,
    served,
    listener,
    [Symbol.asyncDispose]() {
      client.close();
      served.close();
      listener.close();
      return Promise.resolve();
    },
  };
}

/** A socket that has not said anything to a listener. */
export async function knock(
  listener: Listener,
): Promise<Deno.TcpConn | Deno.UnixConn> {
  const { address } = listener;
  return typeof address === "string"
    ? await Deno.connect({ transport: "unix", path: address })
    : await Deno.connect(address);
}

/** Numbers that look random and are the same each time. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

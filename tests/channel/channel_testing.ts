/**
 * What the tests of connections share.
 *
 * @module
 */

import { Client, type Connection, Listener } from "../../mod.ts";
import type { ListenerOptions } from "../../mod.ts";

/** The longest that a test may take. */
export const TIMEOUT_MS = 120_000;

/** A test that has time to start processes. */
export function test(what: string, fn: () => Promise<void>): void {
  Deno.test(what, { timeout: TIMEOUT_MS }, fn);
}

/** Whether this machine has addresses of IPv6. */
export function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

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

/** A part of a buffer, as a view of some class. */
export interface RandomPart {
  readonly view: ArrayBufferView<ArrayBuffer>;
  /** What the view shows, as it was when it was made. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Lengths around the borders at which messages go another way. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 8, 63, 511, 512, 513, 1023, 1024, 1025];
type ViewClass = new (
  buffer: ArrayBuffer,
  offset: number,
  length: number,
) => ArrayBufferView<ArrayBuffer>;

const CLASSES: readonly ViewClass[] = [
  Uint8Array,
  Uint8Array,
  DataView,
  Uint16Array,
  Float32Array,
  BigInt64Array,
];

/** Buffers of random bytes, of which {@linkcode randomPart} shows parts. */
export function randomBuffers(random: () => number): ArrayBuffer[] {
  return [7, 64, 1000, 8192, 8192, 70_000].map((length) =>
    new Uint8Array(length).map(() => random() * 256).buffer
  );
}

/** A random part of one of them: any offset, size and class of view. */
export function randomPart(
  random: () => number,
  buffers: readonly ArrayBuffer[],
): RandomPart {
  const below = (end: number) => Math.floor(random() * end);
  const buffer = buffers[below(buffers.length)]!;
  const type = CLASSES[below(CLASSES.length)]!;
  const { BYTES_PER_ELEMENT: size = 1 } = type as {
    BYTES_PER_ELEMENT?: number;
  };
  const most = Math.floor(buffer.byteLength / size);
  // Half of them from the beginning, as most views are.
  const offset = below(2) * below(most + 1);
  const wanted = below(4) === 0
    ? below(most + 1)
    : LENGTHS[below(LENGTHS.length)]!;
  const length = Math.min(wanted, most - offset);
  const view = new type(buffer, offset * size, length);
  const { byteOffset, byteLength } = view;
  return {
    view,
    bytes: new Uint8Array(buffer, byteOffset, byteLength).slice(),
  };
}

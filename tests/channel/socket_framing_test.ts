import { deepEqual, equal, throws } from "node:assert/strict";
import { ConnectionError } from "../../lib/entries/package.ts";
import {
  Deframer,
  headerOf,
} from "../../lib/channel/sockets/socket_framing.ts";
import { randomOf } from "./channel_testing.ts";

function framed(...messages: Uint8Array[]): Uint8Array {
  return Uint8Array.from(
    messages.flatMap((message) => [...headerOf(message.length), ...message]),
  );
}

function take(deframer: Deframer, ...pieces: Uint8Array[]): number[][] {
  const messages: number[][] = [];
  for (const piece of pieces) {
    deframer.push(piece, (message) => messages.push([...message]));
  }
  return messages;
}

Deno.test("headerOf() writes the length as Python does, the high byte first", () => {
  deepEqual([...headerOf(0x01020304)], [1, 2, 3, 4]);
});

Deno.test("Deframer gives the same messages however the stream is cut", () => {
  const messages = [[], [1], [2, 3, 4], [], Array(300).fill(7)];
  const stream = framed(...messages.map((bytes) => Uint8Array.from(bytes)));
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(seed);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < stream.length;) {
      const size = 1 + Math.floor(random() * 9);
      pieces.push(stream.subarray(at, at += size));
    }
    deepEqual(take(new Deframer(1_000), ...pieces), messages, `seed ${seed}`);
  }
});

Deno.test("Deframer gives a long message room as it comes, and keeps it whole", () => {
  const long = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  const stream = framed(long);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += 50_001) {
    pieces.push(stream.subarray(at, at + 50_001));
  }
  deepEqual(take(new Deframer(2 ** 30), ...pieces), [[...long]]);
});

Deno.test("Deframer refuses a message over the limit as soon as its header is there", () => {
  const exact = framed(new Uint8Array(8));
  equal(take(new Deframer(8), exact).length, 1);
  throws(() => take(new Deframer(7), exact.subarray(0, 4)), ConnectionError);
  throws(
    () => take(new Deframer(2 ** 31 - 1), Uint8Array.of(255, 255, 255, 255)),
    ConnectionError,
  );
});

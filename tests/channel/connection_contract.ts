/**
 * What every connection keeps, whatever carries it.
 *
 * @module
 */

import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  BrokenPipeError,
  BufferTooShortError,
  type Connection,
  EncodingError,
  EndOfFileError,
  type WaitOptions,
} from "../../mod.ts";
import { AS_SENT, type Parts, parts, seen } from "../fixtures/views.ts";
import {
  randomBuffers,
  randomOf,
  randomPart,
  TIMEOUT_MS,
} from "./channel_testing.ts";

/** Two ends that talk to each other. */
export interface Ends {
  readonly ends: readonly [Connection, Connection];
  dispose(): Promise<void>;
}

const CLOSED = { name: "ConnectionError", message: /must be open/ };
const LATE = { name: "TimeoutError" };

/** Declares the tests of connections that send and receive on both ends. */
export function connectionContract(
  name: string,
  open: () => Promise<Ends>,
): void {
  function test(
    what: string,
    fn: (a: Connection, b: Connection) => Promise<void>,
  ): void {
    Deno.test(`${name} ${what}`, { timeout: TIMEOUT_MS }, async () => {
      const { ends, dispose } = await open();
      try {
        await fn(...ends);
      } finally {
        await dispose();
      }
    });
  }

  test("carries values of every kind, both ways", async (a, b) => {
    const values: unknown[] = [
      undefined,
      null,
      0,
      -1.5,
      "text \u{1f600}",
      12n,
      [1, [2, { three: 3 }]],
      new Map([[1, new Set(["a"])]]),
      new Date(5),
      new Uint8Array([1, 2, 3]),
      { deep: { deeper: [true] } },
    ];
    for (const value of values) {
      await a.send(value);
      deepEqual(await b.recv(), value);
      await b.send(value);
      deepEqual(await a.recv(), value);
    }
  });

  test("brings an error as an error of its class", async (a, b) => {
    await a.send(new RangeError("far", { cause: { code: 7 } }));
    const error = await b.recv() as RangeError;
    ok(error instanceof RangeError);
    equal(error.message, "far");
    deepEqual(error.cause, { code: 7 });
  });

  test("keeps the borders of messages, also of empty ones", async (a, b) => {
    const parts = [[1, 2], [], [3], [], [], [4, 5, 6]];
    for (const part of parts) await a.sendBytes(Uint8Array.from(part));
    for (const part of parts) deepEqual([...await b.recvBytes()], part);
    equal(await b.poll(), false);
  });

  test("keeps the order of sends that nobody awaited", async (a, b) => {
    const sending = Array.from({ length: 200 }, (_, i) => a.send(i));
    for (let i = 0; i < 200; i++) equal(await b.recv(), i);
    await Promise.all(sending);
  });

  test("carries a message far larger than its buffers", async (a, b) => {
    const large = new Uint8Array(5_000_000).map((_, i) => i % 251);
    const sending = a.sendBytes(large);
    const received = await b.recvBytes();
    await sending;
    equal(received.length, large.length);
    ok(received.every((byte, i) => byte === i % 251));
  });

  test("sends what the value was at the call", async (a, b) => {
    const list = [1];
    const bytes = new Uint8Array([1]);
    const sending = [a.send(list), a.sendBytes(bytes)];
    list.push(2);
    bytes[0] = 9;
    await Promise.all(sending);
    deepEqual(await b.recv(), [1]);
    deepEqual([...await b.recvBytes()], [1]);
  });

  test(
    "throws at the sender what cannot be sent, and goes on",
    async (a, b) => {
      await rejects(a.send({ job: () => {} }), (error: EncodingError) => {
        ok(error instanceof EncodingError);
        ok(error.path.includes("job"), error.path);
        return true;
      });
      await a.send(1);
      equal(await b.recv(), 1);
    },
  );

  test(
    "sends parts of buffers and refuses parts they do not have",
    async (a, b) => {
      const bytes = Uint8Array.of(0, 1, 2, 3);
      await a.sendBytes(bytes, { offset: 1 });
      await a.sendBytes(bytes, { offset: 1, size: 2 });
      await a.sendBytes(bytes, { offset: 4 });
      await a.sendBytes(bytes.buffer);
      await a.sendBytes(new Uint16Array([258]));
      await a.sendBytes(new Uint8Array(new SharedArrayBuffer(1)));
      const wanted = [[1, 2, 3], [1, 2], [], [0, 1, 2, 3], [2, 1], [0]];
      for (const part of wanted) deepEqual([...await b.recvBytes()], part);
      for (
        const part of [
          { offset: 5 },
          { offset: -1 },
          { size: -1 },
          { offset: 3, size: 2 },
          { offset: 0.5 },
        ]
      ) await rejects(a.sendBytes(bytes, part), RangeError);
      await rejects(a.sendBytes("text" as never), TypeError);
      equal(await b.poll(), false);
    },
  );

  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  test(
    `brings the bytes of any part of any buffer, seed ${seed}`,
    async (a, b) => {
      const random = randomOf(seed);
      const buffers = randomBuffers(random);
      for (let round = 0; round < 400; round++) {
        const { view, bytes } = randomPart(random, buffers);
        // Between them what the codec has in its own buffer.
        if (round % 7 === 0) await a.send({ round });
        const { buffer, byteOffset: offset, byteLength: size } = view;
        if (round % 3 === 0) await a.send(view);
        else if (round % 3 === 1) await a.sendBytes(view);
        else await a.sendBytes(buffer, { offset, size });
        // And what was sent may be changed at once.
        new Uint8Array(buffer, offset, size).fill(round);
        if (round % 7 === 0) deepEqual(await b.recv(), { round });
        deepEqual(await receive(b, round, size), bytes, `round ${round}`);
      }
    },
  );

  async function receive(
    b: Connection,
    round: number,
    size: number,
  ): Promise<Uint8Array> {
    if (round % 3 === 0) {
      const { buffer, byteOffset, byteLength } = await b
        .recv() as ArrayBufferView;
      return new Uint8Array(buffer, byteOffset, byteLength).slice();
    }
    if (round % 2 === 0) return await b.recvBytes();
    const room = new Uint8Array(size + 5);
    equal(await b.recvBytesInto(room, { offset: 5 }), size);
    return room.slice(5);
  }

  test("brings of the buffers of views what these show", async (a, b) => {
    for (const value of [parts(), Object.assign(new Error(), parts())]) {
      await a.send(value);
      equal(seen(await b.recv() as Parts), AS_SENT);
    }
    await a.send(Buffer.from("hello"));
    const text = await b.recv() as Uint8Array;
    deepEqual([text.buffer.byteLength, String(Buffer.from(text))], [
      5,
      "hello",
    ]);
  });

  test("receives into a buffer, at an offset", async (a, b) => {
    const room = new Uint8Array(4);
    await a.sendBytes(Uint8Array.of(1, 2));
    await a.sendBytes(Uint8Array.of(3));
    equal(await b.recvBytesInto(room, { offset: 1 }), 2);
    equal(await b.recvBytesInto(room.buffer, { offset: 3 }), 1);
    deepEqual([...room], [0, 1, 2, 3]);
    await rejects(b.recvBytesInto(room, { offset: 5 }), RangeError);
  });

  test(
    "gives a message that is too long to the error, and goes on",
    async (a, b) => {
      await a.sendBytes(Uint8Array.of(1, 2, 3));
      await a.sendBytes(Uint8Array.of(4, 5, 6));
      await a.send("next");
      const holds = (bytes: number[]) => (error: BufferTooShortError) => {
        ok(error instanceof BufferTooShortError);
        deepEqual([...error.bytes], bytes);
        return true;
      };
      await rejects(b.recvBytesInto(new Uint8Array(2)), holds([1, 2, 3]));
      await rejects(b.recvBytes({ maxLength: 2 }), holds([4, 5, 6]));
      await rejects(b.recvBytes({ maxLength: -1 }), RangeError);
      equal(await b.recv(), "next");
    },
  );

  test("refuses bytes as a value when they are none", async (a, b) => {
    await a.sendBytes(Uint8Array.of(255, 1, 2));
    await a.sendBytes(new Uint8Array(0));
    await a.send("next");
    await rejects(b.recv(), RangeError);
    await rejects(b.recv(), RangeError);
    equal(await b.recv(), "next");
  });

  test("refuses to give buffers away, and sends nothing then", async (a, b) => {
    const buffer = new ArrayBuffer(8);
    const options = { transfer: [buffer, buffer] } as WaitOptions;
    await rejects(a.send(buffer, options), /leave "transfer" out/);
    await rejects(a.sendBytes(buffer, options), TypeError);
    equal(buffer.detached, false);
    equal(await b.poll(), false);
  });

  test("polls: at once, for a while, and true at the end", async (a, b) => {
    equal(await b.poll(), false);
    equal(await b.poll({ timeout: -1 }), false);
    equal(await b.poll({ timeout: 5 }), false);
    const waiting = b.poll({ timeout: Infinity });
    await a.send(1);
    equal(await waiting, true);
    equal(await b.poll(), true);
    equal(await b.recv(), 1);
    a.close();
    equal(await b.poll({ timeout: Infinity }), true);
    await rejects(b.recv(), EndOfFileError);
  });

  test(
    "gives what is left before it ends, and then always the end",
    async (a, b) => {
      await a.send(1);
      await a.sendBytes(new Uint8Array(0));
      a.close();
      equal(await b.recv(), 1);
      equal((await b.recvBytes()).length, 0);
      await rejects(b.recv(), EndOfFileError);
      await rejects(b.recvBytes(), EndOfFileError);
      await rejects(async () => {
        // A socket may take a few before it learns that nobody is there.
        for (;;) await b.send(1);
      }, BrokenPipeError);
    },
  );

  test("ends a recv() that was already waiting", async (a, b) => {
    const waiting = b.recv();
    a.close();
    await rejects(waiting, EndOfFileError);
  });

  test("iterates until the end", async (a, b) => {
    for (const value of ["a", undefined, "c"]) await a.send(value);
    a.close();
    const all: unknown[] = [];
    for await (const value of b) all.push(value);
    deepEqual(all, ["a", undefined, "c"]);
  });

  test("gives up when the time is over or the signal says so", async (a, b) => {
    await rejects(b.recv({ timeout: 0 }), LATE);
    await rejects(b.recv({ timeout: 5 }), LATE);
    await rejects(b.recv({ timeout: NaN }), TypeError);
    const reason = new Error("enough");
    await rejects(b.recv({ signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const waiting = [
      b.recv({ signal: controller.signal }),
      b.poll({ signal: controller.signal, timeout: 20_000 }),
    ];
    controller.abort(reason);
    for (const one of waiting) await rejects(one, reason);
    // Nobody who gave up has taken anything.
    await a.send("kept");
    equal(await b.recv(), "kept");
  });

  test("serves several who receive at once, each its own", async (a, b) => {
    const waiting = Array.from({ length: 20 }, () => b.recv());
    for (let i = 0; i < 20; i++) await a.send(i);
    const all = await Promise.all(waiting) as number[];
    deepEqual(all.toSorted((x, y) => x - y), all.map((_, i) => i));
  });

  test("is of no use after close(), which may come twice", async (a, b) => {
    equal(a.closed, false);
    const waiting = a.recv();
    a.close();
    a.close();
    equal(a.closed, true);
    await rejects(waiting, CLOSED);
    await rejects(a.send(1), CLOSED);
    await rejects(a.recv(), CLOSED);
    await rejects(a.poll(), CLOSED);
    await rejects(a.sendBytes(new Uint8Array(1)), CLOSED);
    await rejects(a.recvBytes(), CLOSED);
    await rejects(a.recvBytesInto(new Uint8Array(1)), CLOSED);
    await rejects(async () => {
      for await (const _ of a);
    }, CLOSED);
    equal(b.closed, false);
  });
}

// Goal: no peer costs a listener more than the connection to that peer.
// Method: peers of every bad sort come first and while a good one comes; the good
// one must get through, and each bad one must be told of, with its reason.

import { equal, ok, rejects } from "node:assert/strict";
import {
  Client,
  type Connection,
  EndOfFileError,
  Listener,
  type ListenerOptions,
} from "../../mod.ts";
import { headerOf } from "../../lib/channel/sockets/socket_framing.ts";
import { encode } from "../../lib/wire/serialization/codec.ts";
import { hasIpv6, key, knock, randomOf, test } from "./channel_testing.ts";

const authkey = key("secret");

/** A listener, and a promise of the next refusals. */
function guarded(options: ListenerOptions = {}) {
  const refusals: Error[] = [];
  let told = () => {};
  const listener = new Listener(undefined, {
    authkey,
    onRefused(error) {
      refusals.push(error);
      told();
    },
    ...options,
  });
  const refused = async (count: number): Promise<Error[]> => {
    // A pending accept() keeps the program alive meanwhile.
    const controller = new AbortController();
    const { signal } = controller;
    const holding = listener.accept({ signal }).catch(() => {});
    while (refusals.length < count) {
      await new Promise<void>((resolve) => told = resolve);
    }
    controller.abort();
    await holding;
    return refusals;
  };
  return { listener, refused };
}

async function getsThrough(listener: Listener): Promise<void> {
  const accepting = listener.accept();
  using client = await Client(listener.address, { authkey });
  using served = await accepting;
  await client.send("good");
  equal(await served.recv(), "good");
}

async function untilClosed(socket: Deno.Conn): Promise<void> {
  const rest = new Uint8Array(1_000);
  try {
    while (await socket.read(rest) !== null);
  } catch {
    // Reset, which is closed too.
  }
}

test("Listener turns away who leaves, who talks nonsense, and who floods", async () => {
  const { listener, refused } = guarded();
  await using _ = listener;
  (await knock(listener)).close();
  for (const text of ["GET / HTTP/1.1\r\n\r\n".repeat(9), "\0".repeat(73)]) {
    using socket = await knock(listener);
    await socket.write(key(text));
    await untilClosed(socket);
  }
  using flooding = await knock(listener);
  const flood = (async () => {
    for (;;) await flooding.write(new Uint8Array(100_000).fill(1));
  })();
  await rejects(flood);
  const reasons = (await refused(4)).map((error) => error.message);
  ok(reasons.some((reason) => reason.includes("has left")), reasons.join());
  ok(reasons.some((reason) => reason.includes("something else")));
  await getsThrough(listener);
});

test("Listener turns away who says nothing, or too slowly, when its time is over", async () => {
  const { listener, refused } = guarded({ handshakeTimeout: 500 });
  await using _ = listener;
  using silent = await knock(listener);
  using slow = await knock(listener);
  const dripping = (async () => {
    for (;;) {
      await slow.write(key("m"));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  dripping.catch(() => {});
  // Somebody good does not wait for them.
  await getsThrough(listener);
  for (const { message } of await refused(2)) ok(/within 500 ms/.test(message));
  await untilClosed(silent);
  await rejects(dripping);
});

test("Listener lets a good peer through a crowd of silent ones", async () => {
  const { listener, refused } = guarded({ handshakeTimeout: 1_000_000 });
  await using _ = listener;
  const crowd: Deno.Conn[] = [];
  for (let i = 0; i < 200; i++) crowd.push(await knock(listener));
  await getsThrough(listener);
  for (const { message } of await refused(100)) {
    ok(/others have come/.test(message));
  }
  for (const socket of crowd) socket.close();
});

test("Listener keeps one who answers late in the midst of a flood from elsewhere", async () => {
  if (!hasIpv6()) return;
  const refusals: Error[] = [];
  await using listener = new Listener({ hostname: "::", port: 0 }, {
    open: true,
    handshakeTimeout: 1_000_000,
    onRefused: (error) => refusals.push(error),
  });
  const { port } = listener.address as { port: number };
  const accepting = listener.accept();
  using honest = await Deno.connect({ hostname: "::1", port });
  const greeting = new Uint8Array(41);
  for (let at = 0; at < 41;) at += (await honest.read(greeting.subarray(at)))!;
  const flood: Deno.Conn[] = [];
  for (let i = 0; i < 300; i++) {
    flood.push(await Deno.connect({ hostname: "127.0.0.1", port }));
  }
  while (refusals.length < 200) {
    await new Promise((next) => setTimeout(next, 5));
  }
  const answer = new Uint8Array(73);
  answer.set(greeting);
  await honest.write(answer);
  using served = await accepting;
  equal(served.closed, false);
  equal((listener.lastAccepted as { hostname: string }).hostname, "::1");
  for (const socket of flood) socket.close();
});

test("Listener survives random bytes at every point of the greeting", async () => {
  const seed = Number(Deno.env.get("SEED") ?? 20261125);
  const random = randomOf(seed);
  const { listener, refused } = guarded();
  await using _ = listener;
  const rounds = 60;
  for (let i = 0; i < rounds; i++) {
    using socket = await knock(listener);
    const bytes = new Uint8Array(random() * 200).map(() => random() * 256);
    // Half of them begin well.
    if (i % 2 === 0) bytes.set(key("mp-deno2").subarray(0, bytes.length));
    await socket.write(bytes).catch(() => 0);
    if (bytes.length >= 73) await untilClosed(socket);
  }
  equal((await refused(rounds)).length, rounds, `seed ${seed}`);
  await getsThrough(listener);
});

/** A peer without a key whose bytes are ours to choose. */
async function stranger(): Promise<
  { socket: Deno.Conn; served: Connection } & AsyncDisposable
> {
  const listener = new Listener(undefined, { maxMessageBytes: 1_000_000 });
  const socket = await knock(listener);
  const greeting = new Uint8Array(41);
  for (let at = 0; at < 41;) at += (await socket.read(greeting.subarray(at)))!;
  const answer = new Uint8Array(73);
  answer.set(greeting);
  await socket.write(answer);
  const served = await listener.accept();
  for (let at = 0; at < 33;) {
    at += (await socket.read(new Uint8Array(33 - at)))!;
  }
  return {
    socket,
    served,
    [Symbol.asyncDispose]() {
      socket.close();
      served.close();
      listener.close();
      return Promise.resolve();
    },
  };
}

test("Connection ends at a message that is cut off, and gives none of it", async () => {
  for (const cut of [1, 3, 4, 5, 13]) {
    await using peer = await stranger();
    const message = encode("good");
    await peer.socket.write(headerOf(message.length));
    await peer.socket.write(message);
    await peer.socket.write(
      Uint8Array.of(0, 0, 0, 20, ...Array(10)).subarray(0, cut),
    );
    (peer.socket as Deno.TcpConn).closeWrite();
    equal(await peer.served.recv(), "good");
    await rejects(peer.served.recv(), EndOfFileError);
  }
});

test("Connection takes a message that comes byte by byte", async () => {
  await using peer = await stranger();
  const message = encode({ slow: true });
  for (const byte of [...headerOf(message.length), ...message]) {
    equal(await peer.served.poll(), false);
    await peer.socket.write(Uint8Array.of(byte));
  }
  equal((await peer.served.recv() as { slow: boolean }).slow, true);
});

test("Connection does not make room for what a peer only announces", async () => {
  await using peer = await stranger();
  const before = Deno.memoryUsage();
  await peer.socket.write(headerOf(999_999));
  equal(await peer.served.poll({ timeout: 20 }), false);
  const grown = Deno.memoryUsage().external - before.external;
  ok(grown < 900_000, `${grown} bytes`);
});

test("Connection.recv() throws for a message that makes much out of little, and goes on", async () => {
  await using peer = await stranger();
  const bomb = encode(Array.from({ length: 450_000 }, () => new Map()));
  await peer.socket.write(headerOf(bomb.length));
  for (let at = 0; at < bomb.length;) {
    at += await peer.socket.write(bomb.subarray(at));
  }
  await rejects(peer.served.recv(), {
    name: "RangeError",
    message: /holds more than its length allows/,
  });
  const message = encode("good");
  await peer.socket.write(headerOf(message.length));
  await peer.socket.write(message);
  equal(await peer.served.recv(), "good");
});

test("Connection.recv() throws for every mutilated message and goes on", async () => {
  const seed = Number(Deno.env.get("SEED") ?? 20261125);
  const random = randomOf(seed);
  const good = encode([{ a: [1, "two", 3n] }, new Map([["k", new Date(0)]])]);
  await using peer = await stranger();
  for (let i = 0; i < 300; i++) {
    const bad = good.slice(0, 1 + random() * good.length);
    for (let n = 0; n < 3; n++) bad[random() * bad.length | 0] = random() * 256;
    await peer.socket.write(headerOf(bad.length));
    await peer.socket.write(bad);
    const outcome = await peer.served.recv().then(
      () => "a value",
      (error) => error.name,
    );
    ok(
      ["a value", "RangeError", "SharedMemoryError"].includes(outcome),
      `${outcome}, seed ${seed}, round ${i}`,
    );
  }
  await peer.socket.write(headerOf(good.length));
  await peer.socket.write(good);
  ok(Array.isArray(await peer.served.recv()));
});

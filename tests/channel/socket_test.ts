// Connections over sockets, from both sides in one process. What holds for every
// connection, whatever carries it, is in connection_contract.ts.

import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import {
  AuthenticationError,
  BrokenPipeError,
  Client,
  Connection,
  ConnectionError,
  EncodingError,
  EndOfFileError,
  Listener,
  SharedMemoryError,
  UnsupportedError,
  Value,
} from "../../mod.ts";
import { hasIpv6, key, knock, meet, test } from "./channel_testing.ts";
import { connectionContract } from "./connection_contract.ts";

const CLOSED = { name: "ConnectionError", message: /must be open/ };
const LATE = { name: "TimeoutError" };

for (const family of ["unix", "tcp"] as const) {
  connectionContract(`Connection over ${family}`, async () => {
    const pair = await meet({ family, authkey: key("k") });
    return {
      ends: [pair.client, pair.served],
      dispose: async () => await pair[Symbol.asyncDispose](),
    };
  });
}

test("Connection over a socket refuses to block and names the way out", async () => {
  await using pair = await meet();
  for (
    const act of [
      () => pair.client.sendSync(1),
      () => pair.client.recvSync(),
      () => pair.client.pollSync(),
    ]
  ) throws(act, { name: "UnsupportedError", message: /without "Sync"/ });
  throws(() => pair.client.recvBytesSync(), UnsupportedError);
});

test("Connection over a socket sends no shared object, and not itself", async () => {
  await using pair = await meet();
  await rejects(pair.client.send(new Value("i")), SharedMemoryError);
  await rejects(pair.client.send({ to: pair.served }), EncodingError);
  await rejects(pair.client.send([pair.listener]), EncodingError);
  await pair.client.send("still there");
  equal(await pair.served.recv(), "still there");
});

test("Connection.send() waits for a peer that is behind, and can be given up", async () => {
  await using pair = await meet();
  // More than is read ahead: from here on the peer takes nothing by itself.
  await pair.client.sendBytes(new Uint8Array(2 ** 17));
  const block = new Uint8Array(8 * 2 ** 20);
  await rejects(pair.client.sendBytes(block, { timeout: 50 }), LATE);
  // That one has begun and goes on; the next has not and is taken back.
  await rejects(pair.client.send("late", { timeout: 1 }), LATE);
  const controller = new AbortController();
  const waiting = pair.client.send("aborted", { signal: controller.signal });
  controller.abort(new Error("enough"));
  await rejects(waiting, /enough/);
  const last = pair.client.send("last");
  equal((await pair.served.recvBytes()).length, 2 ** 17);
  equal((await pair.served.recvBytes()).length, block.length);
  await last;
  equal(await pair.served.recv(), "last");
});

test("Connection.send() refuses what is over the limit, and goes on", async () => {
  await using pair = await meet({ maxMessageBytes: 100 });
  await rejects(
    pair.client.sendBytes(new Uint8Array(101)),
    /at most 100 are allowed/,
  );
  await pair.client.sendBytes(new Uint8Array(100));
  equal((await pair.served.recvBytes()).length, 100);
});

test("Connection.recv() breaks when a peer goes over the limit", async () => {
  await using listener = new Listener(undefined, { maxMessageBytes: 10 });
  using client = await Client(listener.address);
  using served = await listener.accept();
  await client.send("short");
  await client.sendBytes(new Uint8Array(11));
  equal(await served.recv(), "short");
  await rejects(served.recv(), {
    name: "ConnectionError",
    message: /11 bytes as at most 10 are allowed/,
  });
  await rejects(served.recv(), ConnectionError);
});

test("Connection.close() lets a pending recv() go", async () => {
  await using pair = await meet();
  const waiting = pair.client.recv();
  pair.client.close();
  await rejects(waiting, CLOSED);
});

test("Connection ends for the peer of one that left with unread messages", async () => {
  // Python has ConnectionResetError there on some systems and EOFError on others.
  await using pair = await meet({ family: "tcp" });
  await pair.client.send("never read");
  await pair.served.send("before the end");
  equal(await pair.client.recv(), "before the end");
  await pair.served.poll({ timeout: 20_000 });
  pair.served.close();
  await rejects(pair.client.recv(), EndOfFileError);
  await rejects(
    async () => {
      for (;;) await pair.client.send(1);
    },
    BrokenPipeError,
  );
});

test("Connection holds a flood of empty messages back", async () => {
  await using pair = await meet();
  let sent = 0;
  const flood = (async () => {
    for (let i = 0; i < 200_000; i++) {
      await pair.client.sendBytes(new Uint8Array(0));
      sent++;
    }
  })().catch(() => {});
  // The flood stands still: the same count at two looks with time between.
  for (let before = -1; before !== sent;) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  ok(sent < 200_000, `${sent} messages were taken in`);
  pair.served.close();
  await flood;
});

test("Connection() cannot be made by hand", () => {
  throws(() => new (Connection as never as new () => unknown)(), {
    name: "TypeError",
    message: /call Pipe\(\), Client\(\)/,
  });
  return Promise.resolve();
});

test("Listener() without an address uses a socket that only this user can reach", async () => {
  const listener = new Listener();
  const path = listener.address as string;
  const folder = path.slice(0, path.lastIndexOf("/"));
  equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
  using client = await Client(path);
  (await listener.accept()).close();
  equal(listener.lastAccepted, null);
  ok(client.readable && client.writable);
  listener.close();
  listener.close();
  await rejects(Deno.stat(folder), Deno.errors.NotFound);
  await rejects(listener.accept(), /listener must be open/);
});

test("Listener() at port 0 picks one, and says who came", async () => {
  await using listener = new Listener({ hostname: "localhost", port: 0 });
  const { port } = listener.address as { port: number };
  ok(port > 0);
  using client = await Client({ port });
  using served = await listener.accept();
  equal((listener.lastAccepted as { hostname: string }).hostname, "127.0.0.1");
  throws(() => new Listener({ port }), Deno.errors.AddrInUse);
  await client.send(1);
  equal(await served.recv(), 1);
});

test("Listener() and Client() check what they are given before anything starts", async () => {
  const bad = (address: unknown, options: unknown = {}) => {
    throws(() => new Listener(address as never, options as never), {
      name: /TypeError|RangeError/,
    });
  };
  bad("");
  bad({ port: 70_000 });
  bad({ hostname: "localhost" });
  bad("/x", { family: "tcp" });
  bad(undefined, { family: "AF_INET" });
  bad(undefined, { authkey: "text" });
  bad(undefined, { backlog: 0 });
  bad(undefined, { maxMessageBytes: -1 });
  bad(undefined, { handshakeTimeout: "soon" });
  await rejects(Client("/x", { authkey: "text" as never }), TypeError);
  await rejects(Client(5 as never), TypeError);
  await rejects(Client("/nobody/is/here"), Deno.errors.NotFound);
  const gone = new Listener({ port: 0 });
  const { address } = gone;
  gone.close();
  // The system closes it a little later (2.9.6): whoever comes before is sent away.
  let error: unknown;
  for (let i = 0; i < 100; i++) {
    error = await Client(address).catch((why) => why);
    if (error instanceof Deno.errors.ConnectionRefused) break;
  }
  ok(error instanceof Deno.errors.ConnectionRefused, `${error}`);
});

test("Listener.accept() can be given up, and is let go by close()", async () => {
  const listener = new Listener();
  await rejects(listener.accept({ timeout: 0 }), LATE);
  const reason = new Error("enough");
  await rejects(listener.accept({ signal: AbortSignal.abort(reason) }), reason);
  const waiting = listener.accept();
  const all = (async () => {
    for await (const connection of listener) connection.close();
    return "over";
  })();
  listener.close();
  await rejects(waiting, ConnectionError);
  equal(await all, "over");
});

test("Listener sends peers away that nobody has accepted when it closes", async () => {
  const listener = new Listener();
  using client = await Client(listener.address);
  listener.close();
  await rejects(client.recv(), EndOfFileError);
});

test("Listener keeps peers beyond its backlog waiting, and loses none", async () => {
  await using listener = new Listener(undefined, { backlog: 2 });
  const clients = Array.from(
    { length: 7 },
    (_, i) =>
      Client(listener.address).then(async (client) => {
        await client.send(i);
        return client;
      }),
  );
  const heard: unknown[] = [];
  for (let i = 0; i < 7; i++) {
    using served = await listener.accept();
    heard.push(await served.recv());
  }
  deepEqual(heard.toSorted(), [0, 1, 2, 3, 4, 5, 6]);
  for (const client of clients) (await client).close();
});

test("Client() gives up on one that listens and says nothing", async () => {
  using mute = Deno.listen({ hostname: "localhost", port: 0 });
  const { port } = mute.addr as Deno.NetAddr;
  await rejects(Client({ port }, { timeout: 50 }), LATE);
  const controller = new AbortController();
  const calling = Client({ port }, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await rejects(calling, /enough/);
});

test("Client() knows what is no Listener", async () => {
  using web = Deno.listen({ hostname: "localhost", port: 0 });
  const { port } = web.addr as Deno.NetAddr;
  const calling = Client({ port });
  using socket = await web.accept();
  await socket.write(new Uint8Array(41).fill(72));
  await rejects(calling, {
    name: "ConnectionError",
    message: /something else/,
  });
});

test("A wrong key, a missing key and a key too many are told on both sides", async () => {
  const pairs: [string | null, string | null, RegExp, RegExp][] = [
    ["right", "wrong", /its proof is wrong/, /it has refused it/],
    ["right", null, /it has no authkey/, /it asks for one/],
    [null, "key", /this listener has none/, /cannot prove anything/],
  ];
  for (const [own, its, atListener, atClient] of pairs) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    await using listener = new Listener(undefined, {
      authkey: own === null ? undefined : key(own),
      onRefused: resolve,
    });
    const accepting = listener.accept();
    const authkey = its === null ? undefined : key(its);
    await rejects(Client(listener.address, { authkey }), {
      name: "AuthenticationError",
      message: atClient,
    });
    const refused = await promise;
    ok(refused instanceof AuthenticationError);
    ok(atListener.test(refused.message), refused.message);
    // And it is as good as new.
    const good = own === null ? undefined : key(own);
    using client = await Client(listener.address, { authkey: good });
    using served = await accepting;
    await client.send("hello");
    equal(await served.recv(), "hello");
  }
});

test("A reflected proof and a replayed answer are refused", async () => {
  const refusals: string[] = [];
  const authkey = key("secret");
  await using listener = new Listener(undefined, {
    authkey,
    onRefused: (error) => refusals.push(error.name),
  });
  // A relay that listens to a good client notes its answer.
  using relay = Deno.listen({ hostname: "localhost", port: 0 });
  const { port } = relay.addr as Deno.NetAddr;
  const calling = Client({ port }, { authkey });
  using near = await relay.accept();
  using far = await knock(listener);
  const greeting = await readExactly(far, 41);
  await near.write(greeting);
  const answer = await readExactly(near, 73);
  await far.write(answer);
  const verdict = await readExactly(far, 33);
  equal(verdict[0], 1);
  (await listener.accept()).close();
  near.close();
  await rejects(calling, ConnectionError);

  // The same answer again, to another greeting.
  using again = await knock(listener);
  const other = await readExactly(again, 41);
  await again.write(answer);
  equal((await readExactly(again, 33))[0], 0);

  // The listener's own nonce and proof, given back to it.
  using mirror = await knock(listener);
  const echo = new Uint8Array(73);
  echo.set(await readExactly(mirror, 41));
  echo.set(verdict.subarray(1), 41);
  await mirror.write(echo);
  equal((await readExactly(mirror, 33))[0], 0);
  ok(!other.every((byte, i) => byte === greeting[i]));
  deepEqual(refusals, ["AuthenticationError", "AuthenticationError"]);
});

async function readExactly(
  socket: Deno.Conn,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const got = await socket.read(bytes.subarray(at));
    if (got === null) throw new Error(`ended after ${at} of ${count}`);
    at += got;
  }
  return bytes;
}

test("Listener() takes others than this machine with a key only, or the word for it", async () => {
  const hosts = ["0.0.0.0", ...(hasIpv6() ? ["::"] : [])];
  for (const hostname of hosts) {
    const address = { hostname, port: 0 };
    for (const authkey of [undefined, new Uint8Array(0)]) {
      throws(() => new Listener(address, { authkey }), {
        name: "TypeError",
        message: /give "authkey", .* or \{ open: true \}/,
      });
    }
    for (const options of [{ authkey: key("k") }, { open: true }]) {
      await using listener = new Listener(address, options);
      const { port } = listener.address as { port: number };
      const accepting = listener.accept();
      using client = await Client({ hostname: "127.0.0.1", port }, options);
      using served = await accepting;
      await client.send(1);
      equal(await served.recv(), 1);
    }
  }
  // The port is free again where it was refused.
  for (const hostname of ["127.0.0.1", "localhost", "127.3.2.1"]) {
    await using _listener = new Listener({ hostname, port: 0 });
  }
});

test("Listener and Client take any key for another one that has other bytes", async () => {
  const keys = [
    new Uint8Array(0),
    Uint8Array.of(0),
    key("k"),
    key("k\0"),
    key("k\0\0"),
    key("\0k"),
    key("k".repeat(100)),
    new Uint8Array(
      await crypto.subtle.digest(
        "SHA-256",
        key("k".repeat(100)) as BufferSource,
      ),
    ),
  ];
  for (const authkey of keys) {
    await using listener = new Listener(undefined, { authkey });
    for (const other of keys) {
      const calling = Client(listener.address, { authkey: other });
      if (other === authkey) (await calling).close();
      else await rejects(calling, AuthenticationError);
    }
    await rejects(Client(listener.address), AuthenticationError);
  }
});

test("Listener and Client meet under a name without a file, as in Python", async () => {
  if (Deno.build.os !== "linux") return;
  for (const name of ["name", "a name\0of two", "\u00e9"]) {
    const address = `\0mp ${crypto.randomUUID()} ${name}`;
    await using listener = new Listener(address, { family: "unix" });
    equal(listener.address, address);
    using client = await Client(listener.address);
    using served = await listener.accept();
    await served.send("here");
    equal(await client.recv(), "here");
    throws(() => new Listener(address), Deno.errors.AddrInUse);
    await rejects(Client(`${address}\0`), Deno.errors.ConnectionRefused);
  }
});

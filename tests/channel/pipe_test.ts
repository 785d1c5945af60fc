import { equal, ok, rejects, throws } from "node:assert/strict";
import {
  BrokenPipeError,
  type Connection,
  ConnectionError,
  EndOfFileError,
  getContext,
  Pipe,
  type Value,
} from "../../mod.ts";
import * as inner from "../../lib/entries/package.ts";
import "../fixtures/loaded_once.ts";
import {
  adoptSites,
  moduleObjects,
} from "../../lib/memory/allocation/construction_sites.ts";
import { beginImport, endImport } from "../child_context_testing.ts";
import { connectionContract } from "./connection_contract.ts";
import { pipeContract } from "./pipe_contract.ts";

for (const method of ["thread", "spawn"]) {
  const { Pipe } = getContext(method);

  connectionContract(`Connection of a pipe for ${method}`, () => {
    const ends = Pipe();
    return Promise.resolve({
      ends,
      dispose() {
        for (const end of ends) end.close();
        return Promise.resolve();
      },
    });
  });
}

pipeContract("thread", "thread");
pipeContract("worker", "worker");
pipeContract("spawn", "spawn");
pipeContract("thread", "spawn");

Deno.test("Connection of a pipe carries shared objects, which are no bytes", async () => {
  const { Pipe, Value } = getContext("thread");
  const [a, b] = Pipe();
  const value = new Value("i", 5);
  await a.send({ value });
  a.sendSync([value]);
  await a.send(value);
  const { value: same } = await b.recv() as { value: Value<"i"> };
  same.add(1);
  const [again] = b.recvSync() as [Value<"i">];
  again.add(1);
  equal(value.value, 7);
  await rejects(b.recvBytes(), ConnectionError);
  a.close();
  b.close();
});

Deno.test("Connection of a pipe is held by each that was received, by itself", async () => {
  for (const method of ["thread", "spawn"]) {
    const { Pipe } = getContext(method);
    const [transport, theirs] = Pipe();
    const [mine, sent] = Pipe();
    await transport.send([sent, sent]);
    await transport.send({ sent });
    const [first, second] = await theirs.recv() as [Connection, Connection];
    equal(first, second);
    const { sent: third } = await theirs.recv() as { sent: Connection };
    sent.close();
    first.close();
    await third.send(3);
    equal(await mine.recv(), 3);
    third.close();
    await rejects(mine.recv(), EndOfFileError);
    await rejects(async () => await transport.send(sent), ConnectionError);
    for (const end of [transport, theirs, mine]) end.close();
  }
});

Deno.test("Pipe refuses sizes that make no sense, and names the ends", () => {
  for (const maxBytes of [0, -1, 0.5, NaN, 2 ** 31]) {
    throws(() => Pipe({ maxBytes }), RangeError);
  }
  // As in Python, where it is the one parameter.
  throws(() => Pipe(false as never), {
    name: "TypeError",
    message: /write Pipe\(\{ duplex: false \}\)/,
  });
  throws(() => Pipe({ duplex: 0 as never }), TypeError);
  const [receiver, sender] = Pipe({ duplex: false, maxBytes: 1 });
  equal(Deno.inspect(receiver), "<Connection open reads>");
  equal(Deno.inspect(sender), "<Connection open writes>");
  sender.close();
  receiver.close();
  equal(Deno.inspect(receiver), "<Connection closed reads>");
});

Deno.test("Connection of a pipe one way refuses the other", async () => {
  const [receiver, sender] = Pipe({ duplex: false });
  throws(() => receiver.sendSync(1 as never), /only receives/);
  await rejects(sender.recv(), /only sends/);
  await rejects(sender.poll(), /only sends/);
  sender.close();
  receiver.close();
});

Deno.test("Connection of a pipe waits for room, and gives up in time", async () => {
  const [receiver, sender] = Pipe<number>({ duplex: false, maxBytes: 64 });
  let sent = 0;
  await rejects(async () => {
    for (;; sent++) await sender.send(sent, { timeout: 1 });
  }, { name: "TimeoutError" });
  throws(() => sender.sendSync(sent, { timeout: 1 }), { name: "TimeoutError" });
  ok(sent > 1);
  const waiting = sender.send(sent);
  for (let n = 0; n <= sent; n++) equal(await receiver.recv(), n);
  await waiting;
  const broken = Promise.all([1, 2, 3, 4, 5, 6].map((n) => sender.send(n)));
  receiver.close();
  await rejects(broken, BrokenPipeError);
  sender.close();
});

Deno.test("Connection of a pipe that the parent could not give refuses every use", async () => {
  const reason = "Cannot, as a test";
  const refused = { name: "SharedMemoryError", message: reason };
  const make = (turn: number) => {
    if (turn === 1) {
      const { key, type } = moduleObjects("isolate").findLast(({ type }) =>
        type === "pipe:simplex"
      )!;
      const again = key.replace(/#0$/, "#1");
      adoptSites([{ key: again, type, unavailable: reason }]);
      beginImport();
    }
    return turn;
  };
  const pipes: Connection[][] = [];
  try {
    for (const turn of [0, 1]) {
      pipes.push((make(turn), inner.Pipe({ duplex: false })) as Connection[]);
    }
  } finally {
    endImport();
  }
  for (const end of pipes[1]!) {
    await rejects(end.send(1), refused);
    await rejects(end.recv(), refused);
    await rejects(end.poll(), refused);
    throws(() => end.sendSync(1), refused);
    throws(() => end.recvBytesSync(), refused);
    throws(() => end.pollSync(), refused);
    const p = new (inner.getContext("thread").Process)({
      target: (_: Connection) => {},
      args: [end],
    });
    throws(() => p.start(), refused);
    end.close();
  }
  for (const end of pipes[0]!) end.close();
});

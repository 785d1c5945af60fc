import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import {
  EncodingError,
  getContext,
  JoinableQueue,
  Lock,
  ProcessStateError,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  SimpleQueue,
  type Value,
  wait,
} from "../../mod.ts";
import { HANDLE } from "../fixtures/inside.ts";
import "../fixtures/loaded_once.ts";

for (const method of ["thread", "spawn"]) {
  const ctx = getContext(method);

  const test = (what: string, fn: () => void | Promise<void>) =>
    Deno.test(`${what}: ${method}`, { timeout: 120_000 }, fn);

  test("Queue is full at maxsize, and says so by QueueFull", async () => {
    const queue = new ctx.Queue<number>(2);
    equal(queue.maxsize, 2);
    queue.putNowait(1);
    equal(queue.full(), false);
    await queue.put(2);
    equal(queue.full(), true);
    equal(queue.qsize(), 2);
    throws(() => queue.putNowait(3), QueueFull);
    throws(() => queue.putSync(3, { timeout: 1 }), QueueFull);
    await rejects(queue.put(3, { timeout: 1 }), QueueFull);
    await rejects(queue.put(3, { timeout: -1 }), QueueFull);
    equal(queue.qsize(), 2);
    deepEqual([queue.getNowait(), await queue.get()], [1, 2]);
  });

  test("Queue that is empty says so by QueueEmpty", async () => {
    const queue = new ctx.Queue<number>();
    equal(queue.maxsize, 0);
    equal(queue.empty(), true);
    throws(() => queue.getNowait(), QueueEmpty);
    throws(() => queue.getSync({ timeout: 1 }), QueueEmpty);
    await rejects(queue.get({ timeout: 1 }), QueueEmpty);
    await rejects(queue.get({ timeout: -1 }), QueueEmpty);
    // Where it is exact, Python's queue may still say that it is empty.
    for (let i = 0; i < 200; i++) {
      queue.putNowait(i);
      equal(queue.empty(), false);
      equal(queue.getNowait(), i);
      equal(queue.empty(), true);
    }
  });

  test("Queue.put() takes the item as it is at the call", async () => {
    const queue = new ctx.Queue<unknown>(2);
    const list = [1];
    await queue.put(list);
    list.push(2);
    const map = new Map([[1, list]]);
    const error = new RangeError("no", { cause: map });
    await queue.put(error);
    const waiting = queue.put(list);
    list.push(3);
    deepEqual(await queue.get(), [1]);
    const back = await queue.get() as RangeError;
    ok(back instanceof RangeError);
    deepEqual(back.cause, new Map([[1, [1, 2]]]));
    await waiting;
    deepEqual(await queue.get(), [1, 2]);
  });

  test("Queue.put() of what cannot be sent throws, names it, and puts nothing", async () => {
    const queue = new ctx.Queue<unknown>();
    const item = { list: [1, { callback: () => {} }] };
    const expected = { name: "EncodingError", path: "item.list[1].callback" };
    throws(() => queue.putNowait(item), expected);
    throws(() => queue.putSync(item), expected);
    await rejects(queue.put(item), expected);
    await rejects(queue.put(Promise.resolve()), EncodingError);
    equal(queue.qsize(), 0);
    await queue.put("later");
    equal(await queue.get(), "later");
  });

  test("Queue carries null, undefined, and items of no bytes as items", async () => {
    const queue = new ctx.Queue<unknown>();
    const items = [null, undefined, "", 0, false, [], new Uint8Array(0)];
    for (const item of items) await queue.put(item);
    for (const item of items) deepEqual(await queue.get(), item);
  });

  test("Queue keeps the order of puts and gets that nobody has awaited", async () => {
    const queue = new ctx.Queue<number>(2);
    const puts = [1, 2, 3, 4, 5].map((n) => queue.put(n));
    throws(() => queue.putNowait(6), QueueFull);
    const got = await Promise.all(puts.map(() => queue.get()));
    deepEqual(got, [1, 2, 3, 4, 5]);
    await Promise.all(puts);
    const gets = [1, 2, 3].map(() => queue.get());
    for (const n of [7, 8, 9]) await queue.put(n);
    deepEqual((await Promise.all(gets)).sort(), [7, 8, 9]);
  });

  test("Queue.put() that gives up leaves the others in order", async () => {
    const queue = new ctx.Queue<number>(1);
    await queue.put(1);
    const aborts = [new AbortController(), new AbortController()];
    const puts = [
      queue.put(2),
      queue.put(3, aborts[0]),
      queue.put(4, { timeout: 1 }),
      queue.put(5),
    ];
    // Those in the middle first: nobody may pass the one before them.
    aborts[0]!.abort(new Error("enough"));
    await rejects(puts[1]!, { message: "enough" });
    await rejects(puts[2]!, QueueFull);
    equal(await queue.get(), 1);
    const head = queue.put(6, aborts[1]);
    const last = queue.put(7);
    equal(await queue.get(), 2);
    equal(await queue.get(), 5);
    aborts[1]!.abort();
    await Promise.allSettled([head]);
    const rest = [await queue.get()];
    if (rest[0] === 6) rest.push(await queue.get());
    equal(rest.at(-1), 7);
    await Promise.all([last, puts[0], puts[3]]);
  });

  test("Queue waits end by their signal, with its reason", async () => {
    const queue = new ctx.Queue<number>();
    const reason = new Error("enough");
    const aborted = { signal: AbortSignal.abort(reason) };
    await rejects(queue.get(aborted), reason);
    await rejects(queue.put(1, aborted), reason);
    throws(() => queue.getSync(aborted), reason);
    equal(queue.empty(), true);
    const controller = new AbortController();
    const waiting = queue.get({ signal: controller.signal });
    const next = queue.get();
    controller.abort(reason);
    await rejects(waiting, reason);
    await queue.put(5);
    equal(await next, 5);
  });

  test("Queue tasks of one thread take turns", async () => {
    for (const maxsize of [0, 1]) {
      const queue = new ctx.Queue<number>(maxsize);
      const [puts, gets] = [[0, 0], [0, 0]];
      const consumers = gets.map(async (_, i) => {
        for await (const _item of queue) gets[i]!++;
      });
      await Promise.all(puts.map(async (_, i) => {
        for (; puts[0]! + puts[1]! < 100; puts[i]!++) await queue.put(i);
      }));
      queue.shutdown();
      await Promise.all(consumers);
      for (const counts of [puts, gets]) {
        ok(counts.every((count) => count > 10), `${puts} ${gets}`);
      }
    }
  });

  test("Queue lets the event loop turn, however much there is to do", async () => {
    const queue = new ctx.Queue<number>();
    let isOver = false;
    setTimeout(() => isOver = true, 0);
    for (let i = 0; !isOver; i++) {
      await queue.put(i);
      equal(await queue.get(), i);
    }
  });

  test("Queue loses nothing to gets and puts that give up", async () => {
    const queue = new ctx.Queue<number>(3);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    let [put, got] = [0, 0];
    const all: Promise<void>[] = [];
    for (let i = 0; i < 300; i++) {
      const controller = new AbortController();
      const { signal } = controller;
      const act = Math.random() < 0.5
        ? queue.put(1, { signal }).then(() => void put++)
        : queue.get({ signal }).then(() => void got++);
      all.push(act.catch((error) => equal(error, signal.reason)));
      // Sooner or later: what is over then is not ended by it.
      void Promise.resolve(Math.random() < 0.5 ? turn() : null)
        .then(() => controller.abort());
      if (i % 5 === 0) await turn();
    }
    await Promise.all(all);
    equal(queue.qsize(), put - got);
    ok(put > 0 && got > 0);
  });

  test("Queue passes an item larger than its memory, alone", async () => {
    const queue = new ctx.Queue<Uint8Array | number>(0, { maxBytes: 1000 });
    const large = new Uint8Array(300_000).map((_, i) => i);
    await queue.put(large);
    throws(() => queue.putNowait(1), QueueFull);
    equal(queue.full(), false);
    const waiting = queue.put(2);
    deepEqual(await queue.get(), large);
    await waiting;
    equal(await queue.get(), 2);
    const tiny = new ctx.Queue<string>(0, { maxBytes: 1 });
    for (let i = 0; i < 5; i++) {
      await tiny.put(`item ${i}`);
      throws(() => tiny.putNowait("more"), QueueFull);
      equal(await tiny.get(), `item ${i}`);
    }
  });

  test("Queue that knows no limit holds a lot that nobody has read", async () => {
    const queue = new ctx.Queue<Uint8Array>();
    const large = new Uint8Array(2 ** 23);
    for (let i = 0; i < 10; i++) await queue.put(large.fill(i));
    for (let i = 0; i < 10; i++) equal((await queue.get()).at(-1), i);
  });

  test("Queue.put({ transfer }) gives several buffers away, or waits with all", async () => {
    const queue = new ctx.Queue<Uint8Array[]>(1);
    const items = [1, 2].map((n) => new Uint8Array(70_000).fill(n));
    const transfer = items.map(({ buffer }) => buffer);
    await queue.put([]);
    throws(() => queue.putSync(items, { transfer, timeout: 0 }), QueueFull);
    equal(items[1]!.length, 70_000);
    await queue.get();
    queue.putSync(items, { transfer });
    deepEqual(items.map(({ length }) => length), [0, 0]);
    const got = await queue.get();
    deepEqual(got.map((part) => [part.length, part[9]]), [[70_000, 1], [
      70_000,
      2,
    ]]);
  });

  test("Queue.put({ transfer }) gives buffers away, once they are taken", async () => {
    const queue = new ctx.Queue<Uint8Array>(1);
    const bytes = Uint8Array.of(1, 2, 3);
    const transfer = [bytes.buffer];
    await queue.put(Uint8Array.of(0));
    throws(
      () => queue.putSync(bytes, { transfer, timeout: 0 }),
      QueueFull,
    );
    equal(bytes.length, 3);
    const waiting = queue.put(bytes, { transfer });
    equal(bytes.length, 0);
    await queue.get();
    await waiting;
    deepEqual(await queue.get(), Uint8Array.of(1, 2, 3));
    await rejects(queue.put(bytes), EncodingError);
  });

  test("Queue carries shared objects that both sides then share", async () => {
    const queue = new ctx.Queue<{ value: Value<"i">; again: Value<"i"> }>();
    const value = new (getContext("spawn").Value)("i", 5);
    await queue.put({ value, again: value });
    const back = await queue.get();
    equal(back.value, value);
    equal(back.again, value);
  });

  test("Queue.shutdown() lets items out and nothing in", async () => {
    const queue = new ctx.Queue<number>(1);
    await queue.put(1);
    const putting = queue.put(2);
    queue.shutdown();
    await rejects(putting, QueueShutDown);
    await rejects(queue.put(3), QueueShutDown);
    throws(() => queue.putNowait(3), QueueShutDown);
    throws(() => queue.putSync(3), QueueShutDown);
    equal(await queue.get(), 1);
    await rejects(queue.get(), QueueShutDown);
    throws(() => queue.getNowait(), QueueShutDown);
    throws(() => queue.getSync(), QueueShutDown);
    queue.shutdown();
  });

  test("Queue.shutdown({ immediate }) drops items and wakes getters", async () => {
    const queue = new ctx.JoinableQueue<number>();
    for (const n of [1, 2]) await queue.put(n);
    const joining = queue.join();
    queue.shutdown({ immediate: true });
    equal(await joining, true);
    equal(queue.qsize(), 0);
    await rejects(queue.get(), QueueShutDown);
    const empty = new ctx.Queue<number>();
    const getting = empty.get();
    empty.shutdown();
    await rejects(getting, QueueShutDown);
  });

  test("empty() of a closed queue does as Python's does", async () => {
    for (const queue of [new ctx.Queue(), new ctx.JoinableQueue()]) {
      queue.close();
      equal(queue.empty(), true);
    }
    for (
      const queue of [
        new ctx.Queue(),
        new ctx.JoinableQueue(),
        new ctx.SimpleQueue(),
      ]
    ) {
      await queue.put(1);
      queue.close();
      throws(() => queue.empty(), {
        name: "ProcessStateError",
        message: /must be open in this process: it is closed/,
      });
    }
    const simple = new ctx.SimpleQueue();
    simple.close();
    throws(() => simple.empty(), ProcessStateError);
  });

  test("Queue.close() ends its use here, and nothing else", async () => {
    const queue = new ctx.Queue<number>();
    {
      using _closing = queue;
      await queue.put(1);
    }
    queue.close();
    await rejects(queue.put(2), ProcessStateError);
    await rejects(queue.get(), ProcessStateError);
    throws(() => queue.putNowait(2), ProcessStateError);
    throws(() => queue.getNowait(), ProcessStateError);
    await rejects(wait([queue]), ProcessStateError);
    equal(queue.qsize(), 1);
  });

  test("JoinableQueue.join() counts what is done, however empty it is", async () => {
    const queue = new ctx.JoinableQueue<number>();
    equal(await queue.join(), true);
    await queue.put(1);
    await queue.put(2);
    await queue.get();
    queue.taskDone();
    await queue.get();
    equal(queue.joinSync({ timeout: 1 }), false);
    equal(await queue.join({ timeout: 1 }), false);
    const reason = new Error("enough");
    await rejects(queue.join({ signal: AbortSignal.abort(reason) }), reason);
    const joining = queue.join();
    queue.taskDone();
    equal(await joining, true);
    throws(() => queue.taskDone(), ProcessStateError);
  });

  test("JoinableQueue.join() waits after shutdown() for what is left", async () => {
    const queue = new ctx.JoinableQueue<number>();
    for (const n of [1, 2]) await queue.put(n);
    queue.shutdown();
    const joining = queue.join();
    for await (const _ of queue) queue.taskDone();
    equal(await joining, true);
    throws(() => queue.taskDone(), ProcessStateError);
    // What was got before the others were dropped is to be done still.
    const other = new ctx.JoinableQueue<number>();
    for (const n of [1, 2, 3]) await other.put(n);
    await other.get();
    other.shutdown({ immediate: true });
    equal(await other.join({ timeout: 0 }), false);
    other.taskDone();
    equal(await other.join(), true);
    throws(() => other.taskDone(), ProcessStateError);
  });

  test("wait() takes queues, and nothing from them", async () => {
    const [one, two] = [new ctx.Queue<number>(), new ctx.SimpleQueue<number>()];
    deepEqual(await wait([one, two], { timeout: 0 }), []);
    const waiting = wait([one, two]);
    await two.put(1);
    deepEqual(await waiting, [two]);
    equal(await two.get(), 1);
    one.shutdown();
    deepEqual(await wait([one, two]), [one]);
    const { signal } = new AbortController();
    deepEqual(await wait([two], { timeout: 1, signal }), []);
  });

  test("Queue says what it is", async () => {
    const queue = new ctx.Queue<number>();
    await queue.put(1);
    equal(Deno.inspect(queue), "<Queue qsize=1>");
    queue.shutdown();
    equal(Deno.inspect(queue), "<Queue qsize=1 shut down>");
    const other = new ctx.JoinableQueue<number>();
    other.close();
    equal(Deno.inspect(other), "<JoinableQueue qsize=0 closed>");
    equal(Deno.inspect(new ctx.SimpleQueue()), "<SimpleQueue qsize=0>");
    ok(queue instanceof Queue && queue instanceof SimpleQueue);
    ok(other instanceof JoinableQueue && !(queue instanceof JoinableQueue));
  });

  test("Queue refuses bad arguments, and the next one is as it should be", async () => {
    for (const maxsize of [0.5, NaN, Infinity, 2 ** 40, "2", null]) {
      throws(() => new ctx.Queue(maxsize as number), RangeError);
      throws(() => new ctx.JoinableQueue(maxsize as number), RangeError);
    }
    for (const maxBytes of [0, -1, 0.5, 2 ** 31, "1"]) {
      const options = { maxBytes: maxBytes as number };
      throws(() => new ctx.Queue(0, options), RangeError);
      throws(() => new ctx.SimpleQueue(options), RangeError);
    }
    const timeout = "1" as unknown as number;
    const queue = new ctx.Queue(-1);
    equal(queue.maxsize, 0);
    await rejects(queue.put(1, { timeout }), TypeError);
    throws(() => queue.getSync({ timeout: NaN }), TypeError);
    equal(Deno.inspect(new ctx.SimpleQueue()), "<SimpleQueue qsize=0>");
  });
}

Deno.test("Queue of threads carries what only threads share", async () => {
  const queue = new Queue<unknown[]>(1);
  const [lock, shared] = [new Lock(), new SharedArrayBuffer(8)];
  const { port1, port2 } = new MessageChannel();
  const item = [lock, shared, port1, new RangeError("no")];
  const transfer = [port1];
  await queue.put([]);
  throws(() => queue.putSync(item, { transfer, timeout: 0 }), QueueFull);
  await rejects(queue.put(item), EncodingError);
  const waiting = queue.put(item, { transfer });
  deepEqual(await queue.get(), []);
  await waiting;
  const [lockBack, sharedBack, port, error] = await queue.get() as [
    Lock,
    SharedArrayBuffer,
    MessagePort,
    RangeError,
  ];
  equal(lockBack, lock);
  new Uint8Array(shared)[0] = 7;
  equal(new Uint8Array(sharedBack)[0], 7);
  ok(error instanceof RangeError);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  port.onmessage = ({ data }) => resolve(data);
  port2.postMessage("hello");
  equal(await promise, "hello");
  port.close();
  port2.close();

  queue.putNowait([shared]);
  new Uint8Array((queue.getNowait() as [SharedArrayBuffer])[0])[1] = 8;
  equal(new Uint8Array(shared)[1], 8);
  // One that gives up leaves nothing behind.
  queue.putNowait([shared]);
  await rejects(queue.put([shared], { timeout: 1 }), QueueFull);
  queue.shutdown();
  throws(() => queue.putNowait([shared]), QueueShutDown);
  // What it holds only threads can have, so it stays where it is.
  equal(queue[HANDLE]("process").kind, "relay");
});

Deno.test("Queue of threads puts and takes nothing where a port cannot move", async () => {
  const queue = new Queue<unknown>();
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  const other = new MessageChannel();
  const shared = new SharedArrayBuffer(8);
  const buffer = new ArrayBuffer(8);
  const wasm = new WebAssembly.Memory({ initial: 1 }).buffer as ArrayBuffer;
  const refusals: [list: Transferable[], path: string, why: RegExp][] = [
    [[buffer, port1], "transfer[1]", /is closed or has moved/],
    [[buffer, other.port1, port1], "transfer", /is closed or has moved/],
    [[buffer, other.port1, wasm], "transfer[2]", /cannot be detached/],
  ];
  for (const [transfer, path, message] of refusals) {
    const item = [shared, ...transfer];
    const refused = { name: "EncodingError", path, message };
    await rejects(queue.put(item, { transfer }), refused);
    throws(() => queue.putSync(item, { transfer }), refused);
    equal(buffer.detached, false);
  }
  equal(queue.empty(), true);
  // The good port has not moved either.
  const transfer = [buffer, other.port1];
  await queue.put([shared, ...transfer], { transfer });
  const [, , port] = await queue.get() as [unknown, unknown, MessagePort];
  port.close();
  other.port2.close();
});

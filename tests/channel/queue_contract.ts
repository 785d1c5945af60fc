/**
 * What queues keep under every start method, and between two.
 *
 * @module
 */

import { deepEqual, equal, ok } from "node:assert/strict";
import type { Queue } from "../../mod.ts";
import { between } from "../between_testing.ts";
import { randomBuffers, randomOf, randomPart } from "./channel_testing.ts";
import * as proxies from "../fixtures/proxies.ts";
import * as v from "../fixtures/views.ts";
import * as t from "./fixtures/queue_targets.ts";

/** Declares the tests of two start methods that share the same queues. */
export function queueContract(one: string, other: string): void {
  const { ctx, test, start } = between(one, other, t.TARGETS);

  for (const maxsize of [0, 3]) {
    test(`Queue(${maxsize}) gives each item once, and in order per producer`, async () => {
      const TIMES = 1_000;
      const queue = new ctx.Queue<t.Numbered>(maxsize);
      const consumers = [true, false].map((isBlocking, i) =>
        start(i, t.consume, queue, isBlocking)
      );
      const producers = [false, true].map((isBlocking, i) =>
        start(i, t.produce, queue, i, TIMES, isBlocking)
      );
      await t.produce(queue, 2, TIMES, false);
      for (const p of producers) await p.result();
      queue.shutdown();
      const all = await Promise.all(consumers.map((p) => p.result()));
      for (const got of all) {
        const last = [-1, -1, -1];
        for (const [producer, count] of got) {
          ok(count > last[producer]!, `${count} after ${last[producer]}`);
          last[producer] = count;
        }
      }
      const keys = all.flat().map(([producer, count]) =>
        producer * 1e6 + count
      );
      equal(keys.length, 3 * TIMES);
      equal(new Set(keys).size, 3 * TIMES);
      equal(queue.qsize(), 0);
    });
  }

  test("Queue keeps what a child has put that has ended, and nothing waits for a reader", async () => {
    const queue = new ctx.Queue<Uint8Array | string>();
    const large = new Uint8Array(2 ** 20).fill(9);
    for (const item of [large, "x".repeat(200_000), "last"]) {
      const p = start(1, t.putOne<Uint8Array | string>, queue, item);
      await p.join();
      equal(p.exitcode, 0);
    }
    equal(queue.qsize(), 3);
    deepEqual(await queue.get(), large);
    equal(queue.getSync(), "x".repeat(200_000));
    equal(queue.getNowait(), "last");
    equal(queue.empty(), true);
  });

  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  test(`Queue brings the bytes of any part of any buffer, seed ${seed}`, async () => {
    const random = randomOf(seed);
    const buffers = randomBuffers(random);
    const there = new ctx.Queue<ArrayBufferView>();
    const back = new ctx.Queue<Uint8Array>();
    const p = start(1, t.returnParts, there, back, 200);
    for (let round = 0; round < 200; round++) {
      const { view, bytes } = randomPart(random, buffers);
      if (round % 2 === 0) there.putSync(view);
      else await there.put(view);
      deepEqual(await back.get(), bytes, `round ${round}`);
    }
    await p.result();
  });

  test("Queue puts and takes nothing for a list in which something cannot move", async () => {
    for (
      const queue of [
        new ctx.Queue(),
        new ctx.SimpleQueue(),
        new ctx.JoinableQueue(),
      ]
    ) {
      deepEqual(await t.putRefused(queue), []);
      deepEqual(await start(1, t.putRefused, queue).result(), []);
      for (let n = 0; n < 4; n++) {
        deepEqual(await queue.get(), {
          buffer: new Uint8Array([1, 2, 3]).buffer,
          isRefused: false,
        });
      }
      equal(queue.empty(), true);
    }
  });

  test("Queue brings of the buffers of views what these show", async () => {
    for (const there of [new ctx.Queue(), new ctx.SimpleQueue()]) {
      const back = new ctx.Queue();
      const { Process } = ctx;
      const p = new Process({
        target: v.passOn,
        args: [there, back],
        module: v.VIEWS,
      });
      p.start();
      await there.put(v.parts());
      equal(await back.get(), v.AS_SENT);
      for (let i = 0; i < 2; i++) {
        equal(v.seen(await back.get() as v.Parts), v.AS_SENT);
      }
      await p.result();
    }
  });

  test("Queue brings of proxies of plain data what these show", async () => {
    const [there, back] = [new ctx.Queue(), new ctx.Queue()];
    const { Process } = ctx;
    const child = new Process({
      target: proxies.passRows,
      args: [there, back],
      module: proxies.PROXIES,
    });
    child.start();
    const buffer = new ArrayBuffer(8);
    await there.put([proxies.rows(), buffer], { transfer: [buffer] });
    deepEqual(await back.get(), proxies.AS_SENT);
    await child.result();
  });

  test("Queue, SimpleQueue and JoinableQueue arrive as what they are", async () => {
    const all = [
      new ctx.Queue<string>(),
      new ctx.SimpleQueue<string>(),
      new ctx.JoinableQueue<string>(),
    ];
    const p = start(1, t.classes, all);
    for (const [i, queue] of all.entries()) await queue.put(String(i));
    deepEqual(await p.result(), [
      "Queue 0",
      "true",
      "SimpleQueue 1",
      "JoinableQueue 2",
      "true",
    ]);
  });

  test("Queue travels through a queue, and works where it arrives", async () => {
    const questions = new ctx.Queue<
      { question: number; answers: Queue<number> }
    >();
    const p = start(1, t.answer, questions);
    const answers = new ctx.Queue<number>();
    await questions.put({ question: 21, answers });
    equal(await answers.get(), 42);
    await p.result();
    // The same object where it came from.
    await questions.put({ question: 1, answers });
    equal((await questions.get()).answers, answers);
  });

  test("Queue of a module is the same queue in every process", async () => {
    const home = t.relayExports[other]!;
    const p = start(1, t.workAtHome, other);
    await home.put("work");
    equal(await home.join(), true);
    equal(await p.result(), "work in a JoinableQueue of 5");
  });

  for (const immediate of [false, true]) {
    test(`Queue.shutdown({ immediate: ${immediate} }) ends waits in every process`, async () => {
      const empty = new ctx.Queue<string>();
      const full = new ctx.Queue<string>(1);
      await full.put("first");
      const comes = new ctx.Semaphore(0);
      const getters = [true, false].map((isBlocking, i) =>
        start(i, t.getOrEnd, empty, comes, isBlocking)
      );
      const putters = [true, false].map((isBlocking, i) =>
        start(i + 1, t.putOrEnd, full, comes, isBlocking)
      );
      for (const _ of [1, 2, 3, 4]) await comes.acquire();
      empty.shutdown({ immediate });
      full.shutdown({ immediate });
      for (const p of [...getters, ...putters]) {
        equal(await p.result(), "QueueShutDown");
      }
      deepEqual(await Array.fromAsync(full), immediate ? [] : ["first"]);
    });
  }

  test("JoinableQueue.join() waits until children have done all", async () => {
    const queue = new ctx.JoinableQueue<number>();
    for (let i = 1; i <= 20; i++) await queue.put(i);
    equal(await queue.join({ timeout: 0 }), false);
    const children = [0, 1].map((i) => start(i, t.doAll, queue, 10));
    equal(await queue.join(), true);
    const sums = await Promise.all(children.map((p) => p.result()));
    equal(sums[0]! + sums[1]!, 210);
    equal(queue.joinSync({ timeout: 0 }), true);
  });

  test("Queue.get() of a child that is killed takes nothing", async () => {
    const queue = new ctx.Queue<string>();
    const comes = new ctx.Semaphore(0);
    for (const isBlocking of [true, false]) {
      // A Web Worker is not stopped at once, and so may get what comes.
      if (one === "worker") return;
      const dying = start(1, t.getOrEnd, queue, comes, isBlocking);
      await comes.acquire();
      dying.kill();
      await dying.join();
      const next = start(0, t.getOrEnd, queue, comes, !isBlocking);
      await queue.put("alive");
      equal(await next.result(), "alive");
    }
  });
}

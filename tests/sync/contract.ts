/**
 * What locks and their kin keep under every start method, and between two.
 *
 * @module
 */

import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import {
  AbandonedError,
  type Barrier,
  type BaseProcess,
  BrokenBarrierError,
  type Lock,
  type RLock,
} from "../../mod.ts";
import { between } from "../between_testing.ts";
import * as t from "./fixtures/targets.ts";

/** Declares the tests of two start methods that share the same objects. */
export function syncContract(one: string, other: string): void {
  const { ctx, test, start } = between(one, other, t.TARGETS);

  for (const kind of ["Lock", "RLock", "Semaphore"] as const) {
    test(`${kind} of blocking children and a main program that awaits loses no update`, async () => {
      const counting = {
        counter: new ctx.Value("i", 0),
        lock: new ctx[kind](),
        rounds: 2_000,
        start: new ctx.Barrier(4),
      };
      const children = [t.countSync, t.count, t.countSync].map((target, i) =>
        start(i, target as (c: t.Counting) => void, counting)
      );
      await t.count(counting);
      for (const p of children) await p.result();
      equal(counting.counter.value, 8_000);
      equal(counting.lock.tryAcquireSync(), true);
    });
  }

  for (const kind of ["Lock", "RLock"] as const) {
    for (const isBlocking of [false, true]) {
      const how = isBlocking ? "busy" : "idle";
      test(`${kind} of a ${how} child that is killed or terminated goes to the next, who learns it`, async () => {
        const lock = new ctx[kind]();
        for (const abandoned of ["throw", "take"] as const) {
          const held = new ctx.SharedEvent();
          const p = start(1, t.holdForever, lock, held, isBlocking);
          await held.wait();
          equal(lock.locked(), true);
          equal(await lock.acquire({ timeout: 0 }), null);
          const waiting = lock.acquire({ abandoned });
          if (abandoned === "throw") p.kill();
          else p.terminate();
          if (abandoned === "throw") await rejects(waiting, AbandonedError);
          else (await waiting)![Symbol.dispose]();
          equal(lock.locked(), false);
          await p.join();
        }
      });
    }

    test(`${kind} of a child that ended without a release is abandoned`, async () => {
      const lock = new ctx[kind]();
      const p = start(0, t.takeAndExit, lock);
      await p.join();
      await rejects(lock.acquire(), AbandonedError);
      const again = start(1, t.takeAndExit, lock);
      await again.join();
      throws(() => lock.acquireSync(), AbandonedError);
      equal(lock.locked(), false);
    });
  }

  // From go.set() on, the event loop of the main program does not turn.
  for (const death of ["exits", "throws", "computes"] as const) {
    // A Web Worker that computes cannot be stopped.
    if (death === "computes" && one === "worker") continue;
    const how = death === "computes" ? "computes and is killed" : death;
    test(`Lock of a child that ${how} goes to a main program that blocks`, async () => {
      const lock = new ctx.Lock();
      const held = new ctx.SharedEvent();
      const go = new ctx.SharedEvent();
      const p = start(0, t.holdAndDie, lock, held, go, death);
      await held.wait();
      go.set();
      if (death === "computes") p.kill();
      throws(() => lock.acquireSync({ timeout: 20_000 }), AbandonedError);
      equal(lock.locked(), false);
      await p.join();
    });
  }

  // A Web Worker that computes cannot be stopped.
  if (one !== "worker") {
    test("kill() reaches a child that computes also when the main program has only blocked since its start", async () => {
      const lock = new ctx.Lock();
      const held = new ctx.SharedEvent();
      const go = new ctx.SharedEvent();
      go.set();
      const p = start(0, t.holdAndDie, lock, held, go, "computes");
      equal(held.waitSync({ timeout: 20_000 }), true);
      p.kill();
      throws(() => lock.acquireSync({ timeout: 20_000 }), AbandonedError);
      await p.join();
      equal(p.exitcode, -9);
    });
  }

  test("Barrier and RwLock see a child die also while the main program blocks", async () => {
    const barrier = new ctx.Barrier(3);
    const comes = start(0, t.meetBreak, barrier, true);
    await come(barrier, 1);
    comes.kill();
    throws(() => barrier.waitSync({ timeout: 20_000 }), BrokenBarrierError);
    const board = new ctx.RwLock();
    const isIn = new ctx.SharedEvent();
    const reads = start(0, t.stayIn, board, isIn, false);
    await isIn.wait();
    reads.kill();
    board.acquireWriteSync({ timeout: 20_000 })![Symbol.dispose]();
    await comes.join();
    await reads.join();
  });

  /** A grandchild that does something, and what makes it die. */
  function grandchild(
    dies: "with its parent" | "alone",
    name: keyof typeof t,
    ...args: readonly unknown[]
  ): { die(): void; leave(): Promise<void> } {
    const go = dies === "alone" ? new ctx.SharedEvent() : null;
    const p = start(0, t.throughGrandchild, other, name, args, go);
    return {
      die: () => go === null ? p.kill() : go.set(),
      async leave() {
        p.kill();
        await p.join();
      },
    };
  }

  for (const dies of ["with its parent", "alone"] as const) {
    const holder = async (lock: Lock | RLock) => {
      const held = new ctx.SharedEvent();
      const holds = grandchild(dies, "holdForever", lock, held, false);
      await held.wait();
      const waiting = rejects(lock.acquire(), AbandonedError);
      holds.die();
      await waiting;
      await holds.leave();
    };

    const writer = async () => {
      const board = new ctx.RwLock();
      const isIn = new ctx.SharedEvent();
      const writes = grandchild(dies, "stayIn", board, isIn, true);
      await isIn.wait();
      const reading = rejects(board.acquireRead(), AbandonedError);
      writes.die();
      await reading;
      await writes.leave();
    };

    const party = async () => {
      const barrier = new ctx.Barrier(3);
      const comes = grandchild(dies, "meetBreak", barrier, false);
      await come(barrier, 1);
      const waiting = rejects(barrier.wait(), BrokenBarrierError);
      comes.die();
      await waiting;
      await comes.leave();
    };

    // Who waited longest is dead, so the next is told.
    const runner = async () => {
      const condition = new ctx.Condition(new ctx.Lock());
      const asleep = new ctx.Semaphore(0);
      const lock = new ctx.Lock();
      const sleeps = grandchild(dies, "awaitHolding", condition, asleep, lock);
      await asleep.acquire();
      const lives = start(1, t.awaitCondition, condition, asleep, true);
      await asleep.acquire();
      sleeps.die();
      // It ends a moment later than its parent.
      await rejects(lock.acquire(), AbandonedError);
      {
        using _held = await condition.acquire();
        condition.notify();
      }
      equal(await lives.result(), true);
      await sleeps.leave();
    };

    test(`all of a grandchild that dies ${dies} is as if a child had died`, async () => {
      await Promise.all([
        holder(new ctx.Lock()),
        holder(new ctx.RLock()),
        writer(),
        party(),
        runner(),
      ]);
    });
  }

  test("Lock may be released by another process", async () => {
    const lock = new ctx.Lock();
    using held = await lock.acquire();
    ok(held);
    const waiting = lock.acquire();
    await start(0, t.releaseLock, lock).result();
    // The first guard is spent: the lock is the second one's now.
    equal((await waiting) !== null, true);
  });

  test("Semaphore of a dead child has one permit less", async () => {
    const semaphore = new ctx.Semaphore(2);
    const held = new ctx.SharedEvent();
    const p = start(1, t.holdForever, semaphore, held, false);
    await held.wait();
    p.kill();
    await p.join();
    equal(semaphore.getValue(), 1);
    equal(await semaphore.acquire({ timeout: 0 }) !== null, true);
    equal(await semaphore.acquire({ timeout: 0 }), null);
  });

  test("SharedEvent.set() releases every child that waits", async () => {
    const event = new ctx.SharedEvent();
    const counts = {
      waiting: new ctx.Semaphore(0),
      passed: new ctx.Value("i", 0),
    };
    const children = [false, true, true].map((isBlocking, i) =>
      start(i, t.awaitEvent, event, counts, isBlocking)
    );
    for (const _ of children) await counts.waiting.acquire();
    equal(counts.passed.value, 0);
    event.set();
    event.clear();
    // Those that had not fallen asleep yet would sleep through it.
    event.set();
    for (const p of children) equal(await p.result(), true);
    equal(counts.passed.value, 3);
  });

  test("Condition.notify(n) wakes n, notifyAll() all, and the dead get nothing", async () => {
    const condition = new ctx.Condition();
    const waiting = new ctx.Semaphore(0);
    const children: BaseProcess<never, boolean | Promise<boolean>>[] = [];
    for (const [i, isBlocking] of [false, true, false, true].entries()) {
      children.push(start(i, t.awaitCondition, condition, waiting, isBlocking));
      // One after the other, so that they wait in this order.
      await waiting.acquire();
    }
    children[0]!.kill();
    await children[0]!.join();
    {
      using _held = await condition.acquire();
      condition.notify(2);
    }
    deepEqual(await Promise.all([1, 2].map((i) => children[i]!.result())), [
      true,
      true,
    ]);
    equal(children[3]!.isAlive(), true);
    {
      using _held = await condition.acquire();
      condition.notifyAll();
    }
    equal(await children[3]!.result(), true);
    equal(condition.locked(), false);
  });

  test("Barrier lets all through, round after round, with distinct indexes", async () => {
    const barrier = new ctx.Barrier(3);
    const step = new ctx.Value("i", 0);
    const children = [false, true].map((isBlocking, i) =>
      start(i, t.rounds, barrier, step, 50, isBlocking)
    );
    const mine = await t.rounds(barrier, step, 50, false);
    const all = [mine, ...await Promise.all(children.map((p) => p.result()))];
    for (let round = 0; round < 50; round++) {
      const indexes = all.map((one) => (one as number[])[round]!);
      deepEqual(indexes.toSorted(), [0, 1, 2]);
    }
    equal(barrier.nWaiting, 0);
  });

  /** Waits until so many have come. */
  async function come(barrier: Barrier, count: number): Promise<void> {
    while (barrier.nWaiting < count) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  test("Barrier runs an action by its address in whichever process it is", async () => {
    const action = { module: t.TARGETS, name: "act" };
    const ofTwo = new ctx.Barrier(2, { action });
    const ofThree = new ctx.Barrier(3, { action });
    const sums = [
      [true, true].map((b, i) => start(i, t.actRounds, ofTwo, 20, b).result()),
      [
        ...[true, false].map((b, i) =>
          start(i, t.actRounds, ofThree, 20, b).result()
        ),
        t.actRounds(ofThree, 20, false),
      ],
    ].map(async (counts) => {
      const all = await Promise.all(counts as Promise<number>[]);
      return all.reduce((sum, count) => sum + count);
    });
    deepEqual(await Promise.all(sums), [20, 20]);
  });

  test("Barrier breaks by an action at a wrong address, or one that throws", async () => {
    const actions = [
      ["file:///nowhere/at_all.ts", "act", /nowhere/],
      [t.TARGETS, "TARGETS", /must be an exported function/],
      [t.TARGETS, "failToAct", /no such action/],
    ] as const;
    for (const [module, name, text] of actions) {
      const barrier = new ctx.Barrier(2, { action: { module, name } });
      const waiting = rejects(barrier.wait(), BrokenBarrierError);
      await come(barrier, 1);
      const p = start(0, t.actRounds, barrier, 1, false);
      await rejects(p.result(), text);
      await waiting;
      equal(barrier.broken, true);
    }
    const bad = (action: unknown) => () =>
      new ctx.Barrier(1, { action: action as () => void });
    throws(bad(5), TypeError);
    throws(bad(null), TypeError);
    throws(bad({ module: "./targets.ts", name: "act" }), /absolute URL/);
    throws(bad({ module: t.TARGETS, name: "" }), TypeError);
  });

  test("Barrier breaks when one dies that had come, and is reset", async () => {
    const barrier = new ctx.Barrier(3);
    const dying = start(0, t.meetBreak, barrier, true);
    const waits = start(1, t.meetBreak, barrier, true);
    await come(barrier, 2);
    dying.kill();
    equal(await waits.result(), true);
    await dying.join();
    equal(barrier.broken, true);
    await rejects(barrier.wait(), BrokenBarrierError);
    barrier.reset();
    equal(barrier.broken, false);
    const again = [0, 1].map((i) => start(i, t.meetBreak, barrier, i === 1));
    ok((await barrier.wait()) >= 0);
    for (const p of again) equal(await p.result(), false);
  });

  test("Barrier breaks when the last one finds a dead one", async () => {
    const barrier = new ctx.Barrier(2);
    const lock = new ctx.Lock();
    const dying = start(0, t.comeHolding, barrier, lock);
    await come(barrier, 1);
    dying.kill();
    // A thread is at its end a moment later than its process is said to be.
    await rejects(lock.acquire(), AbandonedError);
    await rejects(barrier.wait(), BrokenBarrierError);
    await dying.join();
  });

  test("RwLock shows no reader a half-written pair", async () => {
    const board = new ctx.RwLock();
    const pair = { a: new ctx.Value("i", 0), b: new ctx.Value("i", 0) };
    const children = [true, false, false].map((writes, i) =>
      start(i, t.readAndWrite, board, pair, 2_000, writes)
    );
    for (const p of children) equal(await p.result(), 0);
    equal(pair.a.value, 2_000);
    equal(board.locked(), false);
  });

  test("RwLock forgets dead readers, and tells of dead writers", async () => {
    const board = new ctx.RwLock();
    for (const writes of [false, true]) {
      const isIn = new ctx.SharedEvent();
      const p = start(1, t.stayIn, board, isIn, writes);
      await isIn.wait();
      const waiting = board.acquireWrite();
      p.kill();
      if (writes) await rejects(waiting, AbandonedError);
      else (await waiting)![Symbol.dispose]();
      await p.join();
      equal(board.locked(), false);
    }
  });

  for (const kind of ["Lock", "RLock", "Semaphore"] as const) {
    test(`${kind} starves nobody over 10,000 rounds of four contenders`, async () => {
      const lock = new ctx[kind]();
      const total = new ctx.Value("i", 0);
      const barrier = new ctx.Barrier(4);
      const children = [true, true, false].map((isBlocking, i) =>
        start(i, t.compete, lock, total, 10_000, barrier, isBlocking)
      );
      const mine = await t.compete(lock, total, 10_000, barrier, false);
      const all = [mine];
      for (const p of children) all.push(await p.result() as number);
      ok(all.every((count) => count >= 20), `${all}`);
    });
  }

  test("RwLock starves neither readers nor writers over 10,000 rounds", async () => {
    const board = new ctx.RwLock();
    const total = new ctx.Value("i", 0);
    const barrier = new ctx.Barrier(4);
    const args = [board, total, 10_000, barrier] as const;
    const children = [true, true, false].map((isBlocking, i) =>
      start(i, t.competeOnBoard, ...args, isBlocking, i > 0)
    );
    const all = [await t.competeOnBoard(...args, false, false)];
    for (const p of children) all.push(await p.result() as number);
    ok(all.every((count) => count >= 20), `${all}`);
  });
}

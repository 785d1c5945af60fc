// What is granted at the very instant when a wait ends is taken, or goes on to
// the next. The order of the two is made by hand, in one turn of the event loop.

import { deepEqual, equal, ok } from "node:assert/strict";
import {
  Condition,
  getContext,
  type Guard,
  Lock,
  RwLock,
  Semaphore,
} from "../../mod.ts";
import "../fixtures/loaded_once.ts";

// Mapped memory: who is told while it is on its way to sleep sleeps out its slice
// of 100 ms, as nothing takes a system call back.
const TIMES: Readonly<Record<string, number>> = { thread: 200, spawn: 40 };

/** What a wait came to: what it got, or null for none. */
async function outcome<T>(waiting: Promise<T>): Promise<T | null> {
  try {
    return await waiting;
  } catch (error) {
    equal(error, "enough");
    return null;
  }
}

interface Waits {
  acquire(options?: { signal?: AbortSignal; timeout?: number }): Promise<
    Guard | null
  >;
  release(): void;
}

const ENDINGS = ["abort first", "grant first"] as const;

for (const method of ["thread", "spawn"]) {
  const ctx = getContext(method);
  const makes: Record<string, () => Waits> = {
    Lock: () => new ctx.Lock(),
    Semaphore: () => new ctx.Semaphore(1),
    BoundedSemaphore: () => new ctx.BoundedSemaphore(1),
  };
  for (const [kind, make] of Object.entries(makes)) {
    for (const ending of ENDINGS) {
      Deno.test(`${kind}: ${ending}, the next one gets it: ${method}`, {
        timeout: 120_000,
      }, async () => {
        for (let i = 0; i < TIMES[method]!; i++) {
          const lock = make();
          await lock.acquire();
          const controller = new AbortController();
          const first = outcome(lock.acquire({ signal: controller.signal }));
          const second = lock.acquire();
          // Odd ones have not fallen asleep when it happens.
          if (i % 2 === 0) {
            await new Promise((resolve) => setImmediate(resolve));
          }
          if (ending === "abort first") controller.abort("enough");
          lock.release();
          if (ending === "grant first") controller.abort("enough");
          (await first)?.[Symbol.dispose]();
          ok(await second);
        }
      });
    }

    Deno.test(`${kind}: a timeout at that instant loses nothing: ${method}`, {
      timeout: 120_000,
    }, async () => {
      for (let i = 0; i < 60; i++) {
        const lock = make();
        await lock.acquire();
        const first = lock.acquire({ timeout: 1 + i % 3 });
        const second = lock.acquire();
        const until = performance.now() + 0.5 + i % 6 / 2;
        // No timer runs meanwhile: so the end of the time and the release may
        // both be there when the loop turns again.
        while (performance.now() < until) await null;
        lock.release();
        (await first)?.[Symbol.dispose]();
        ok(await second);
      }
    });
  }

  for (const ending of ENDINGS) {
    Deno.test(`Condition: ${ending}, no notification is lost: ${method}`, {
      timeout: 120_000,
    }, async () => {
      for (let i = 0; i < TIMES[method]!; i++) {
        const condition = new ctx.Condition(new ctx.Lock());
        const controller = new AbortController();
        let entered = 0;
        const wait = async (signal?: AbortSignal) => {
          using _held = await condition.acquire();
          entered++;
          return await condition.wait({ signal });
        };
        const first = outcome(wait(controller.signal));
        const second = wait();
        // A notification is not remembered for those who come later.
        while (entered < 2) await new Promise((r) => setImmediate(r));
        {
          using _held = await condition.acquire();
          if (ending === "abort first") controller.abort("enough");
          condition.notify();
          if (ending === "grant first") controller.abort("enough");
        }
        // It was told, and says so; or it was not, and then the other one was.
        if (await first === true) {
          using _held = await condition.acquire();
          condition.notify();
        }
        equal(await second, true);
      }
    });
  }

  for (const ending of ENDINGS) {
    Deno.test(`Barrier: ${ending}, all pass or nobody does: ${method}`, {
      timeout: 120_000,
    }, async () => {
      for (let i = 0; i < TIMES[method]!; i++) {
        const barrier = new ctx.Barrier(3);
        const controller = new AbortController();
        const { signal } = controller;
        const waits = [barrier.wait({ signal }), barrier.wait()];
        if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        if (ending === "abort first") controller.abort("enough");
        waits.push(barrier.wait());
        if (ending === "grant first") controller.abort("enough");
        const ends = await Promise.allSettled(waits);
        const indexes = ends.flatMap((end) =>
          end.status === "fulfilled" ? [end.value] : []
        );
        if (ending === "grant first" || indexes.length > 0) {
          deepEqual(indexes.sort(), [0, 1, 2]);
        }
        equal(barrier.broken, indexes.length === 0);
      }
    });

    Deno.test(`SharedEvent: ${ending}, no set() is lost: ${method}`, {
      timeout: 120_000,
    }, async () => {
      for (let i = 0; i < TIMES[method]!; i++) {
        const event = new ctx.SharedEvent();
        const controller = new AbortController();
        const first = outcome(event.wait({ signal: controller.signal }));
        const second = event.wait();
        if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        if (ending === "abort first") controller.abort("enough");
        event.set();
        event.clear();
        if (ending === "grant first") controller.abort("enough");
        if (ending === "grant first") equal(await first, true);
        else await first;
        equal(await second, true);
      }
    });
  }

  Deno.test(`RwLock: a writer that gives up lets readers in again: ${method}`, {
    timeout: 120_000,
  }, async () => {
    for (let i = 0; i < 50; i++) {
      const board = new ctx.RwLock();
      const reader = await board.acquireRead();
      const controller = new AbortController();
      const { signal } = controller;
      const writer = outcome(board.acquireWrite({ signal }));
      const late = board.acquireRead();
      if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (i % 3 === 0) reader?.[Symbol.dispose]();
      controller.abort("enough");
      if (i % 3 === 1) reader?.[Symbol.dispose]();
      (await writer)?.[Symbol.dispose]();
      (await late)?.[Symbol.dispose]();
      reader?.[Symbol.dispose]();
      equal(board.locked(), false);
    }
  });
}

Deno.test("tasks of one process take turns, and none waits for the end of another", async () => {
  for (const lock of [new Lock(), new Semaphore(1)]) {
    const order: number[] = [];
    const task = async (id: number) => {
      for (let round = 0; round < 100; round++) {
        using _held = await lock.acquire();
        order.push(id);
        await null;
      }
    };
    await Promise.all([1, 2, 3, 4].map(task));
    for (const id of [1, 2, 3, 4]) {
      let last = 0;
      for (const [turn, acquirer] of order.entries()) {
        if (acquirer !== id) continue;
        ok(
          turn - last <= 16,
          `${id} waited ${turn - last} turns: ${order}`,
        );
        last = turn;
      }
    }
  }
});

Deno.test("a task that blocks its thread beside sleeping tasks is let in all the same", async () => {
  const semaphore = new Semaphore(0);
  const asleep = semaphore.acquire();
  semaphore.release();
  // The task was woken and cannot run before this thread lets go of its turn.
  using held = semaphore.acquireSync({ timeout: 5_000 });
  ok(held);
  semaphore.release();
  ok(await asleep);
  const condition = new Condition(new Lock());
  equal(condition.locked(), false);
  equal(new RwLock().locked(), false);
});

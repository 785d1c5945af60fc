import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import {
  discard,
  fetch,
  fetchSync,
} from "../../lib/memory/sharing/resource_sharer.ts";
import {
  type Context,
  getContext,
  type Value,
} from "../../lib/entries/package.ts";
import { eventually } from "../program_testing.ts";
import * as d from "./fixtures/sharer.ts";

const TIMEOUT_MS = 120_000;

function testDepot(name: string, fn: () => Promise<void>): void {
  Deno.test(name, { timeout: TIMEOUT_MS }, async () => {
    try {
      await fn();
    } finally {
      d.closeNear();
    }
  });
}

const told = (cell: Value<"d">) => eventually(() => cell.value !== 0, "told");

/** Blocks the main thread, out of reach of this package. */
async function unreachable(until: () => boolean): Promise<void> {
  await Promise.resolve();
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!until()) Atomics.wait(pause, 0, 0, 1);
}

testDepot("deposit() and fetch() pass an item within one isolate", async () => {
  deepEqual(d.read(await fetch(d.leave(7))), [7, 7, 7]);
  deepEqual(d.fetchBlocking(d.leave(8)), [8, 8, 8]);
});

testDepot("fetch() gives an item once, and a discarded one never", async () => {
  const number = d.leave(7);
  d.fetchBlocking(number);
  await rejects(fetch(number), /nothing was deposited under that number/);
  const other = d.leave(8);
  discard(other);
  throws(() => fetchSync(other), /nothing was deposited/);
});

for (const method of ["thread", "worker"]) {
  const ctx: Context = getContext(method);
  const module = d.DEPOT;

  const test = (name: string, fn: () => Promise<void>) =>
    testDepot(`${method}: ${name}`, fn);

  test("the links that an isolate opens in its last message end with it", async () => {
    // The sanitizer sees a port that stays open.
    const p = new ctx.Process({ target: d.openLast, module });
    p.start();
    await p.join();
    equal(p.exitcode, 0);
  });

  /** Starts a child that leaves an item; gives its number. */
  const leftByChild = async (value: number): Promise<number> => {
    const number = new ctx.Value("d", 0);
    const p = new ctx.Process({
      target: d.leaveOne,
      args: [number, value],
      module,
    });
    p.start();
    await p.result();
    return number.value - 1;
  };

  const targets: ((number: number) => Promise<number[]>)[] = [
    d.fetchAside,
    d.fetchInOneTurn,
  ];
  for (const target of targets) {
    test(`${target.name}() gets what the main program left`, async () => {
      const args = [d.leave(7)] as [number];
      const p = new ctx.Process({ target, args, module });
      p.start();
      deepEqual(await p.result(), [7, 7, 7]);
    });

    test(`${target.name}() gets what an ended sibling left`, async () => {
      const args = [await leftByChild(9)] as [number];
      const p = new ctx.Process({ target, args, module });
      p.start();
      deepEqual(await p.result(), [9, 9, 9]);
    });
  }

  test("fetchSync() of the main program needs no turn of its event loop", async () => {
    const number = new ctx.Value("d", 0);
    const args = [number, 5] as [Value<"d">, number];
    const p = new ctx.Process({ target: d.leaveOne, args, module });
    p.start();
    await unreachable(() => number.value !== 0);
    deepEqual(d.fetchBlocking(number.value - 1), [5, 5, 5]);
    await p.result();
  });

  test("deposit() outlives a depositor that is killed right after it", async () => {
    const number = new ctx.Value("d", 0);
    const never = new ctx.Event();
    const p = method === "thread"
      ? new ctx.Process({
        target: d.leaveAndCompute,
        args: [number, 6],
        module,
      })
      : new ctx.Process({
        target: d.leaveAndBlock,
        args: [number, 6, never],
        module,
      });
    p.start();
    await told(number);
    p.kill();
    await p.join();
    deepEqual(d.fetchBlocking(number.value - 1), [6, 6, 6]);
  });

  test("fetchSync() is served while the main program blocks in a wait", async () => {
    const number = await leftByChild(4);
    const [cell, done] = [new ctx.Value("d", 0), new ctx.Event()];
    const p = new ctx.Process({
      target: d.fetchAndTell,
      args: [number, cell, done],
      module,
    });
    p.start();
    equal(done.waitSync({ timeout: TIMEOUT_MS / 2 }), true);
    equal(cell.value, 4);
    await p.result();
  });

  for (const how of ["async", "sync", "aborted"] as const) {
    test(`fetch() that gives up loses nothing: ${how}`, async () => {
      const [number, tried] = [d.leave(3), new ctx.Value("d", 0)];
      const p = new ctx.Process({
        target: d.fetchTwice,
        args: [number, tried, how],
        module,
      });
      p.start();
      await eventually(() => p.pid !== null && p.isAlive(), "alive");
      await unreachable(() => tried.value !== 0);
      deepEqual(await p.result(), [0, 3, 3, 3]);
    });
  }

  test("discard() in a child is obeyed, and a child hears of it", async () => {
    const number = await leftByChild(1);
    discard(number);
    const args = [number] as [number];
    const p = new ctx.Process({ target: d.refusal, args, module });
    p.start();
    match(await p.result(), /nothing was deposited under that number/);
  });

  test("fetch() and deposit() work in a grandchild", async () => {
    const born = new ctx.Value("d", 0);
    const p = new ctx.Process({
      target: d.fetchByChild,
      args: [method, d.leave(2), born],
      module,
    });
    p.start();
    deepEqual(await p.result(), [2, 2, 2, 3, 3, 3]);
  });

  test("fetch() and deposit() work in a grandchild that the root did not make", async () => {
    const born = new ctx.Value("d", 0);
    const p = new ctx.Process({
      target: d.fetchByChild,
      args: [method, d.leave(2), born],
      module,
    });
    p.start();
    await told(born);
    // Longer than a child waits for its root.
    const endMs = performance.now() + 250;
    await unreachable(() => performance.now() > endMs);
    deepEqual(await p.result(), [2, 2, 2, 3, 3, 3]);
  });

  test("what others have left is not found by counting", async () => {
    const numbers = [d.leave(1), d.leave(2), d.leave(3)];
    equal(new Set(numbers).size, 3);
    const p = new ctx.Process({ target: d.countNumbers, module });
    p.start();
    equal(await p.result(), 0);
    deepEqual(numbers.map((number) => d.fetchBlocking(number)[0]), [1, 2, 3]);
  });

  // Goal: an attacker among the children hurts nobody but itself. Method: it sends
  // all that it can think of, and then its siblings go on as before.
  test("messages that a child makes up disturb nobody", async () => {
    const numbers = new ctx.Queue<number>();
    const honest = new ctx.Process({
      target: d.fetchAll,
      args: [numbers],
      module,
    });
    honest.start();
    await numbers.put(d.leave(5));
    const kept = d.leave(6);
    const p = new ctx.Process({ target: d.disturb, args: [kept], module });
    p.start();
    await p.result();
    await numbers.put(d.leave(7));
    numbers.shutdown();
    equal(await honest.result(), 12);
    deepEqual(d.fetchBlocking(kept), [6, 6, 6]);
  });
}

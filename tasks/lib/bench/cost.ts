/**
 * What one use of each class costs, in memory for threads and in mapped memory,
 * beside the atomic steps that it cannot do without.
 *
 * @module
 */

import { type Context, getContext } from "../../../mod.ts";
import { nsEach, nsEachAsync } from "./loop.ts";
import type { Bench, Limit } from "./row.ts";

const PASSES = 5;
const NONE: Limit = { kind: "none" };
// A lock over mapped memory may take three times what one among threads may.
const UNDER_180_NS: Limit = { kind: "most", most: 180 };
const UNDER_900_NS: Limit = { kind: "most", most: 900 };

/** Does something so many times. */
type Loop = (count: number) => unknown;
type AsyncLoop = (count: number) => Promise<unknown>;

const bare = new Int32Array(new SharedArrayBuffer(4));

function oneStep(count: number): void {
  for (let i = 0; i < count; i++) Atomics.add(bare, 0, 1);
}

function twoSteps(count: number): void {
  for (let i = 0; i < count; i++) {
    Atomics.compareExchange(bare, 0, 0, 1);
    Atomics.compareExchange(bare, 0, 1, 0);
  }
}

async function twoStepsLater(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    Atomics.compareExchange(bare, 0, 0, 1);
    await null;
    Atomics.compareExchange(bare, 0, 1, 0);
  }
}

interface Cost {
  readonly what: string;
  /** What it is beside. */
  readonly bare: Loop;
  /** How much it may take over mapped memory, where that is set. */
  readonly limit?: Limit;
  readonly make: (ctx: Context) => Loop;
}

interface Taken {
  acquireSync(): unknown;
  release(): void;
}

function takeAndGive(lock: Taken): Loop {
  return (count) => {
    for (let i = 0; i < count; i++) {
      lock.acquireSync();
      lock.release();
    }
  };
}

const COSTS: readonly Cost[] = [
  {
    what: "Lock take, give",
    bare: twoSteps,
    limit: UNDER_180_NS,
    make: (ctx) => takeAndGive(new ctx.Lock()),
  },
  {
    what: "RLock take, give",
    bare: twoSteps,
    limit: UNDER_180_NS,
    make: (ctx) => takeAndGive(new ctx.RLock()),
  },
  {
    what: "Semaphore take, give",
    bare: twoSteps,
    make: (ctx) => takeAndGive(new ctx.Semaphore(1)),
  },
  {
    what: "BoundedSemaphore",
    bare: twoSteps,
    make: (ctx) => takeAndGive(new ctx.BoundedSemaphore(1)),
  },
  {
    what: "RwLock read",
    bare: twoSteps,
    make: (ctx) => {
      const board = new ctx.RwLock();
      return (count) => {
        for (let i = 0; i < count; i++) {
          board.acquireReadSync()![Symbol.dispose]();
        }
      };
    },
  },
  {
    what: "RwLock write",
    bare: twoSteps,
    make: (ctx) => {
      const board = new ctx.RwLock();
      return (count) => {
        for (let i = 0; i < count; i++) {
          board.acquireWriteSync()![Symbol.dispose]();
        }
      };
    },
  },
  {
    what: "Event isSet",
    bare: oneStep,
    make: (ctx) => {
      const event = new ctx.SharedEvent();
      return (count) => {
        let raised = 0;
        for (let i = 0; i < count; i++) raised += Number(event.isSet());
        return raised;
      };
    },
  },
  {
    what: "Event set, clear",
    bare: twoSteps,
    make: (ctx) => {
      const event = new ctx.SharedEvent();
      return (count) => {
        for (let i = 0; i < count; i++) {
          event.set();
          event.clear();
        }
      };
    },
  },
  {
    what: "Condition notify",
    bare: oneStep,
    make: (ctx) => {
      const condition = new ctx.Condition();
      condition.acquireSync();
      return (count) => {
        for (let i = 0; i < count; i++) condition.notify();
      };
    },
  },
  {
    what: "Barrier of one",
    bare: twoSteps,
    make: (ctx) => {
      const barrier = new ctx.Barrier(1);
      return (count) => {
        for (let i = 0; i < count; i++) barrier.waitSync();
      };
    },
  },
  {
    what: 'Value "i" add',
    bare: oneStep,
    make: (ctx) => {
      const value = new ctx.Value("i", 0);
      return (count) => {
        for (let i = 0; i < count; i++) value.add(1);
      };
    },
  },
  {
    what: "SharedArray get, set",
    bare: twoSteps,
    make: (ctx) => {
      const row = new ctx.SharedArray("i", 1024);
      return (count) => {
        for (let i = 0; i < count; i++) {
          const at = i & 1023;
          row.set(at, row.get(at) + 1);
        }
      };
    },
  },
  {
    what: 'SharedArray "d" add',
    bare: twoSteps,
    make: (ctx) => {
      const row = new ctx.SharedArray("d", 1024);
      return (count) => {
        for (let i = 0; i < count; i++) row.add(i & 1023, 1);
      };
    },
  },
  {
    what: "new Value, dropped",
    bare: oneStep,
    make: (ctx) => (count) => {
      for (let i = 0; i < count; i++) new ctx.Value("i", i);
    },
  },
];

function costBench({ what, bare, limit, make }: Cost, method: string): Bench {
  let loop: Loop | null = null;
  return {
    name: `${what}, ${method}`,
    unit: "ns",
    limit: method === "spawn" && limit !== undefined ? limit : NONE,
    passes: PASSES,
    bare: () => nsEach(bare),
    ours: () => nsEach(loop ??= make(getContext(method))),
  };
}

function asyncBench(method: string): Bench {
  let loop: AsyncLoop | null = null;
  const make = (ctx: Context): AsyncLoop => {
    const lock = new ctx.Lock();
    return async (count) => {
      for (let i = 0; i < count; i++) {
        await lock.acquire();
        lock.release();
      }
    };
  };
  return {
    name: `Lock await, give, ${method}`,
    unit: "ns",
    limit: method === "spawn" ? UNDER_900_NS : NONE,
    passes: PASSES,
    bare: () => nsEachAsync(twoStepsLater),
    ours: () => nsEachAsync(loop ??= make(getContext(method))),
  };
}

/** The rows of this file. */
export const costBenches: readonly Bench[] = ["thread", "spawn"].flatMap(
  (method) => [
    ...COSTS.map((cost) => costBench(cost, method)),
    asyncBench(method),
  ],
);

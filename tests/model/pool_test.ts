/**
 * The bookkeeping of a pool in every order of events.
 *
 * Goal: each item that is given is waiting, with one worker, or settled once; it is
 * sent twice at the most, and again where a worker took it along; and every course of
 * events comes to an end. Method: see `pool_world.ts`.
 *
 * @module
 */

import { deepEqual, ok } from "node:assert/strict";
import { explorePool, type PoolModel, PoolWorld } from "./pool_world.ts";

const MODELS: Readonly<Record<string, PoolModel>> = {
  "two workers share calls": { size: 2, jobs: [{ items: 3 }] },
  "items are large, and their receiving takes as long as it likes": {
    size: 2,
    jobs: [{ items: 3, costMs: 10 }],
  },
  "a chunk is shared while it runs": {
    size: 2,
    jobs: [{ items: 3, chunksize: 3 }],
  },
  "more is given at any time": {
    size: 2,
    jobs: [{ items: 2 }, { items: 1, isLate: true }],
  },
  "a worker is killed": { size: 2, jobs: [{ items: 2 }], kills: 1 },
  "workers are killed, and calls run again": {
    size: 1,
    jobs: [{ items: 2, retries: 1 }],
    kills: 2,
  },
  "a worker is killed that runs a chunk": {
    size: 1,
    jobs: [{ items: 3, chunksize: 3, retries: 1 }],
    kills: 1,
  },
  "a worker is killed that was given what can be sent once": {
    size: 2,
    jobs: [{ items: 2, isSentOnce: true }],
    kills: 1,
  },
  "a job is aborted": {
    size: 1,
    jobs: [{ items: 1, mayAbort: true }, { items: 1 }],
    kills: 1,
  },
  "a job is aborted whose worker cannot be stopped": {
    size: 1,
    stopsWhileBusy: false,
    jobs: [{ items: 2, mayAbort: true }, { items: 1 }],
  },
  "an item runs too long": {
    size: 1,
    jobs: [{ items: 1, timeoutMs: 5 }, { items: 1 }],
  },
  "an item runs too long beside another worker": {
    size: 2,
    jobs: [{ items: 1, timeoutMs: 5 }, { items: 1 }],
  },
  "workers retire": {
    size: 1,
    maxTasks: 1,
    jobs: [{ items: 1 }, { items: 1, isLate: true }],
    kills: 1,
  },
  "idle workers end": {
    size: 1,
    idleMs: 5,
    jobs: [{ items: 1 }, { items: 1, isLate: true }],
    kills: 1,
  },
  "a worker never comes up, and another one is idle": {
    size: 2,
    jobs: [{ items: 2 }, { items: 1, isLate: true }],
    neverBoots: 0,
  },
  "a worker never comes up, and what is given can be sent once": {
    size: 2,
    jobs: [{ items: 2, isSentOnce: true }, { items: 1, isLate: true }],
    neverBoots: 0,
  },
  "a worker never comes up, and shares no memory": {
    size: 2,
    hasSlots: false,
    jobs: [{ items: 2 }, { items: 1, isLate: true }],
    neverBoots: 0,
  },
  "workers cannot be launched at first": {
    size: 2,
    jobs: [{ items: 2 }],
    unlaunched: 3,
  },
  "workers share no memory": {
    size: 2,
    hasSlots: false,
    jobs: [{ items: 2, retries: 1 }],
    kills: 1,
  },
  "workers share no memory, and are killed in a chunk": {
    size: 1,
    hasSlots: false,
    jobs: [{ items: 3, chunksize: 3, retries: 1 }],
    kills: 1,
  },
};

for (const [what, model] of Object.entries(MODELS)) {
  Deno.test(`A pool settles each item once in every order in which ${what}`, {
    timeout: 120_000,
  }, () => {
    const { states, ends } = explorePool(model);
    ok(states > 10 && ends > 0, `${states} states, ${ends} ends`);
  });
}

Deno.test("A timed call ends although its worker never begins it", () => {
  const world = new PoolWorld({ size: 1, jobs: [{ items: 1, timeoutMs: 5 }] });
  try {
    // It starts, and says so; what it is given it leaves alone.
    for (const step of ["receive 0", "deliver 0"]) world.happen(step);
    for (let n = 0; n < 10 && !world.jobs[0]!.isOver; n++) {
      world.happen("timer");
    }
    deepEqual(world.jobs[0]!.settled, [["TimeoutError"]]);
  } finally {
    world.end();
  }
});

// Every wait that there is heeds its limit and its signal, as a promise and as a
// call that blocks.

import { equal, rejects, throws } from "node:assert/strict";
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  Condition,
  Lock,
  RLock,
  RwLock,
  Semaphore,
  SharedArray,
  SharedEvent,
  Value,
  type WaitOptions,
} from "../../lib/entries/package.ts";
import { Block } from "../../lib/memory/allocation/block.ts";
import { claimOwner, ownerTable } from "../../lib/memory/liveness/owners.ts";
import { HANDLE } from "../../lib/wire/serialization/handle.ts";

/** A wait that nobody ends. */
interface Wait {
  wait(options: WaitOptions): Promise<unknown>;
  waitSync(options: WaitOptions): unknown;
  /** What it answers when its time is over; undefined if it throws. */
  readonly over: unknown;
}

interface Taken {
  acquire(options: WaitOptions): Promise<unknown>;
  acquireSync(options: WaitOptions): unknown;
}

function taking(lock: Taken): Wait {
  return {
    wait: (options) => lock.acquire(options),
    waitSync: (options) => lock.acquireSync(options),
    over: null,
  };
}

function held(lock: Lock): Lock {
  lock.lockSync();
  return lock;
}

/** A recursive lock that another process has. */
function foreign(): RLock {
  const lock = new RLock();
  const { block } = lock[HANDLE]("isolate");
  Block.attach(block).int32[0] = claimOwner(ownerTable());
  return lock;
}

function mine(): Condition {
  const condition = new Condition(new Lock());
  condition.acquireSync();
  return condition;
}

function written(): RwLock {
  const board = new RwLock();
  board.acquireWriteSync();
  return board;
}

const WAITS: Readonly<Record<string, () => Wait>> = {
  "Lock.acquire": () => taking(held(new Lock())),
  "RLock.acquire": () => taking(foreign()),
  "Semaphore.acquire": () => taking(new Semaphore(0)),
  "BoundedSemaphore.acquire": () => taking(new BoundedSemaphore(0)),
  "Condition.acquire": () => taking(new Condition(held(new Lock()))),
  "Value.acquire": () => taking(new Value("i", 0, { lock: held(new Lock()) })),
  "SharedArray.acquire": () =>
    taking(new SharedArray("i", 1, { lock: held(new Lock()) })),
  "Condition.wait": () => {
    const condition = mine();
    return {
      wait: (options) => condition.wait(options),
      waitSync: (options) => condition.waitSync(options),
      over: false,
    };
  },
  "Condition.waitFor": () => {
    const condition = mine();
    return {
      wait: (options) => condition.waitFor(() => "", options),
      waitSync: (options) => condition.waitForSync(() => "", options),
      over: "",
    };
  },
  "SharedEvent.wait": () => {
    const event = new SharedEvent();
    return {
      wait: (options) => event.wait(options),
      waitSync: (options) => event.waitSync(options),
      over: false,
    };
  },
  "Barrier.wait": () => {
    const barrier = new Barrier(2);
    return {
      wait: (options) => barrier.wait(options),
      waitSync: (options) => barrier.waitSync(options),
      over: undefined,
    };
  },
  "RwLock.acquireRead": () => {
    const board = written();
    return {
      wait: (options) => board.acquireRead(options),
      waitSync: (options) => board.acquireReadSync(options),
      over: null,
    };
  },
  "RwLock.acquireWrite": () => {
    const board = written();
    return {
      wait: (options) => board.acquireWrite(options),
      waitSync: (options) => board.acquireWriteSync(options),
      over: null,
    };
  },
};

const isReason = (error: unknown) => error === "enough";

for (const [name, make] of Object.entries(WAITS)) {
  Deno.test(`${name}() and its Sync end with their time`, async () => {
    for (const timeout of [-1, 0, 0.5, 2]) {
      const { wait, over } = make();
      const { waitSync } = make();
      if (over === undefined) {
        await rejects(wait({ timeout }), BrokenBarrierError);
        throws(() => waitSync({ timeout }), BrokenBarrierError);
      } else {
        equal(await wait({ timeout }), over);
        equal(waitSync({ timeout }), over);
      }
    }
  });

  Deno.test(`${name}() and its Sync heed a signal that is aborted already`, async () => {
    const { wait, waitSync } = make();
    const signal = AbortSignal.abort("enough");
    await rejects(wait({ signal }), isReason);
    throws(() => waitSync({ signal }), isReason);
  });

  Deno.test(`${name}() ends when its signal is aborted, with a timeout and without`, async () => {
    for (const timeout of [undefined, 10_000]) {
      const { wait } = make();
      const controller = new AbortController();
      const waiting = rejects(
        wait({ signal: controller.signal, timeout }),
        isReason,
      );
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort("enough");
      await waiting;
    }
  });

  Deno.test(`${name}() and its Sync refuse a timeout that is none`, async () => {
    const { wait, waitSync } = make();
    for (const bad of ["1", NaN, {}]) {
      const options = { timeout: bad as number };
      await rejects(wait(options), TypeError);
      throws(() => waitSync(options), TypeError);
    }
  });
}

Deno.test("A predicate that gives a promise is refused, as that is always true", async () => {
  const condition = new Condition();
  await condition.acquire();
  const never = () => Promise.reject(new RangeError("not to be heard of"));
  await rejects(condition.waitFor(never), TypeError);
  throws(() => condition.waitForSync(never), TypeError);
  // The lock is still held, as after any wait.
  condition.release();
});

Deno.test("An action that gives a promise that fails breaks waitSync() and nothing else", () => {
  const barrier = new Barrier(1, {
    action: () => Promise.reject(new RangeError("told once")),
  });
  throws(() => barrier.waitSync(), TypeError);
});

import { deepEqual, equal } from "node:assert/strict";
import { Block } from "../../lib/memory/allocation/block.ts";
import { wake } from "../../lib/memory/waiting/futex.ts";
import {
  AsyncWaiter,
  type Stretch,
} from "../../lib/memory/waiting/async_waiter.ts";

const AT = 1;

function makeBlock(): Block {
  return Block.allocate(16);
}

/** What was said, in the order in which it was. */
function listen(log: string[], name: string, next: Promise<Stretch> | Stretch) {
  void Promise.resolve(next).then((stretch) => log.push(`${name} ${stretch}`));
}

/** Until what was woken has said so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

Deno.test("LongSleep does not begin on a word that has changed", () => {
  const block = makeBlock();
  equal(new AsyncWaiter(block, AT, 7).next(), "woken");
});

Deno.test("LongSleep that looks up keeps its place before those who came later", async () => {
  const block = makeBlock();
  const log: string[] = [];
  const first = new AsyncWaiter(block, AT, 0);
  const second = new AsyncWaiter(block, AT, 0);
  // The program has nothing else to do: the wait itself keeps it alive.
  equal(await first.next(), "check");
  listen(log, "first", first.next());
  listen(log, "second", second.next());
  wake(block, AT, 1);
  await settle();
  deepEqual(log, ["first woken"]);
  wake(block, AT, 1);
  await settle();
  deepEqual(log, ["first woken", "second woken"]);
});

Deno.test("LongSleep that looks up rarely does so after others have many times", async () => {
  const block = makeBlock();
  const rare = new AsyncWaiter(block, AT, 0, true);
  const looked = rare.next();
  let isOver = false;
  void Promise.resolve(looked).then(() => isOver = true);
  let looks = 0;
  const often = new AsyncWaiter(block, AT, 0);
  for (; !isOver; looks++) await often.next();
  equal(await looked, "check");
  equal(looks > 3, true);
  often.leave();
});

Deno.test("LongSleep that is woken while it looks up is told by next()", async () => {
  const block = makeBlock();
  const sleep = new AsyncWaiter(block, AT, 0);
  equal(await sleep.next(), "check");
  wake(block, AT, 1);
  await settle();
  equal(sleep.next(), "woken");
});

for (const isWoken of [false, true]) {
  const when = isWoken ? "that was woken meanwhile" : "that is still asleep";
  Deno.test(`LongSleep.leave() of one ${when} swallows nobody's wake-up`, async () => {
    const block = makeBlock();
    const log: string[] = [];
    const leaves = new AsyncWaiter(block, AT, 0);
    const stays = new AsyncWaiter(block, AT, 0);
    equal(await leaves.next(), "check");
    listen(log, "stays", stays.next());
    if (isWoken) wake(block, AT, 1);
    await settle();
    deepEqual(log, []);
    leaves.leave();
    await settle();
    deepEqual(log, ["stays woken"]);
    equal(Atomics.notify(block.int32, AT), 0);
  });
}

Deno.test("LongSleep.next() ends when its signal is aborted, and begins again", async () => {
  const block = makeBlock();
  const sleep = new AsyncWaiter(block, AT, 0);
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = sleep.next(signal);
  controller.abort();
  equal(await aborted, "over");
  equal(sleep.next(signal), "over");
  const again = sleep.next();
  wake(block, AT, 1);
  equal(await again, "woken");
});

Deno.test("LongSleep.isOn() knows its word, what it expects, and where both are", async () => {
  const block = makeBlock();
  const sleep = new AsyncWaiter(block, AT, 0);
  equal(sleep.isOn(AT, 0), true);
  equal(sleep.isOn(AT, 1), false);
  equal(sleep.isOn(0, 0), false);
  block.handle("process");
  equal(sleep.isOn(AT, 0), false);
  sleep.leave();
  equal(await sleep.next(), "woken");
});

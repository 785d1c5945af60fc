import { equal, ok } from "node:assert/strict";
import { JoinableQueue, Queue } from "../../lib/channel/queue/queue.ts";
import { SimpleQueue } from "../../lib/channel/queue/simple_queue.ts";
import { Pipe } from "../../lib/channel/pipe/pipe.ts";
import { getContext } from "../../lib/context/default.ts";
import { SharedArray } from "../../lib/shared/array.ts";
import { RawArray } from "../../lib/shared/raw_array.ts";
import { RawValue } from "../../lib/shared/raw_value.ts";
import { Value } from "../../lib/shared/value.ts";
import { Barrier } from "../../lib/sync/barrier.ts";
import { BoundedSemaphore } from "../../lib/sync/bounded_semaphore.ts";
import { Condition } from "../../lib/sync/condition.ts";
import { SharedEvent } from "../../lib/sync/event.ts";
import { Lock } from "../../lib/sync/lock.ts";
import { RLock } from "../../lib/sync/rlock.ts";
import { RwLock } from "../../lib/sync/rwlock.ts";
import { Semaphore } from "../../lib/sync/semaphore.ts";
import {
  HANDLE,
  type Shareable,
  TrackedDelivery,
  unheld,
} from "../../lib/wire/serialization/handle.ts";
import { pack } from "../../lib/wire/serialization/pack.ts";

const [end] = Pipe();
const lock = new Lock();

const all: Readonly<Record<string, Shareable>> = {
  Value: new Value("i", 1),
  "Value with a lock that is given": new Value("i", 1, { lock }),
  RawValue: new RawValue("i"),
  SharedArray: new SharedArray("i", 3),
  RawArray: new RawArray("i", 3),
  Lock: lock,
  RLock: new RLock(),
  Semaphore: new Semaphore(),
  BoundedSemaphore: new BoundedSemaphore(),
  Condition: new Condition(),
  SharedEvent: new SharedEvent(),
  Barrier: new Barrier(2),
  RwLock: new RwLock(),
  SimpleQueue: new SimpleQueue(),
  Queue: new Queue(),
  JoinableQueue: new JoinableQueue(),
  Connection: end as unknown as Shareable,
};

/** What the blocks in a handle say of whether they are held. */
function holds(part: unknown): boolean[] {
  if (typeof part !== "object" || part === null) return [];
  const own = "isTicket" in part ? [part.isTicket === true] : [];
  return [...own, ...Object.values(part).flatMap(holds)];
}

// Goal: no class forgets to pass on how its handle is made. A block that is held
// for a handle that never arrives is never freed.
for (const [name, object] of Object.entries(all)) {
  Deno.test(`[HANDLE]() of ${name} holds all of its blocks, or none of them`, () => {
    const delivery = new TrackedDelivery();
    const held = holds(object[HANDLE]("process", delivery));
    ok(held.length > 0);
    ok(held.every((isHeld) => isHeld));

    const bare = holds(object[HANDLE]("process", unheld(delivery)));
    equal(bare.length, held.length);
    ok(bare.every((isHeld) => !isHeld));
    for (const ticket of delivery.tickets) ticket.lost();
  });
}

Deno.test("pack() leaves tickets to the delivery, also of what lies deep", () => {
  const delivery = new TrackedDelivery();
  const [first, second] = Pipe();
  const value = { deep: [first, { second }], lock: new Lock() };
  pack(value, "process", "value", [], delivery);
  equal(delivery.tickets.length, 2);
  for (const ticket of delivery.tickets) ticket.lost();
});

Deno.test("TrackedDelivery.make() gives up its tickets where it throws", () => {
  const delivery = new TrackedDelivery();
  const lost: string[] = [];
  let thrown: unknown;
  try {
    delivery.make(() => {
      delivery.leave({
        sent: () => lost.push("sent"),
        lost: () => lost.push("lost"),
      });
      throw new Error("no more");
    });
  } catch (error) {
    thrown = error;
  }
  equal((thrown as Error).message, "no more");
  equal(lost.join(), "lost");
});

Deno.test("A delivery counts the ways to queues, and what is not held counts too", () => {
  // Memory that threads hold cannot move to another process: others ask for it.
  const queue = new Queue();
  queue[HANDLE]("isolate");
  const delivery = new TrackedDelivery();
  equal(queue[HANDLE]("process", delivery).kind, "relay");
  queue[HANDLE]("process", unheld(delivery));
  equal(delivery.relays, 2);
});

Deno.test("Contexts make objects of their classes, with memory in their place", () => {
  const spawn = getContext("spawn");
  equal(new spawn.BoundedSemaphore(3) instanceof BoundedSemaphore, true);
  equal(new spawn.JoinableQueue(3) instanceof JoinableQueue, true);
  equal(new spawn.JoinableQueue(3).maxsize, 3);
  equal(new spawn.Value("i", 7, { lock }).getLock(), lock);
});

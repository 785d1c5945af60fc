import { deepEqual, equal } from "node:assert/strict";
import { InFlight } from "../../lib/pool/parent/in_flight.ts";
import { type Job, Task } from "../../lib/pool/parent/job.ts";
import { CALL_ONE } from "../../lib/pool/protocol/pool_messages.ts";
import {
  createSlots,
  isSmallCall,
  SLOTS,
  Slots,
} from "../../lib/pool/protocol/slots.ts";

/** A job that keeps what it is told. */
function job(isSentOnce = false) {
  const values = new Map<number, unknown>();
  const fulfil = (first: number, list: readonly unknown[]) =>
    list.forEach((value, i) => values.set(first + i, value));
  return { ...{ isSentOnce, fulfil } as unknown as Job, values };
}

/** A worker's side and its docket, with tasks of so many items. */
function given(counts: number[], of: Job = job()) {
  const shared = createSlots();
  const inFlight = new InFlight(new Slots(shared), true);
  let first = 0;
  const tasks = counts.map((count) => {
    const task = new Task(of, first, count);
    first += count;
    return task;
  });
  inFlight.enter(tasks);
  return { inFlight, slots: new Slots(shared), tasks };
}

const spans = (tasks: readonly Task[]) =>
  tasks.map(({ first, count }) => [first, first + count]);

Deno.test("Slots give every item to one side only", () => {
  const { inFlight, slots } = given([4]);
  equal(slots.claim(0), 0);
  deepEqual(spans([inFlight.takeLast()!]), [[3, 4]]);
  equal(slots.claim(0), 1);
  deepEqual(spans(inFlight.takeBack()), [[2, 3]]);
  equal(slots.claim(0), -1);
  deepEqual(inFlight.takeBack(), []);
  equal(inFlight.takeLast(), null);
});

Deno.test("Slots keep small results, numbers bit by bit", () => {
  const slots = new Slots(createSlots());
  slots.offer(3, 1);
  equal(slots.result(3), null);
  for (
    const value of [0, -0, NaN, 1.5, Infinity, undefined, null, true, false]
  ) {
    equal(slots.put(3, value), true);
    deepEqual(slots.result(3), { value });
  }
  slots.offer(3 + SLOTS, 1);
  equal(slots.result(3 + SLOTS), null);
  for (const value of ["", 1n, {}, []]) equal(slots.put(3, value), false);
});

Deno.test("Slots keep a small call until its result, which is another matter", () => {
  const slots = new Slots(createSlots());
  const last = 2 ** 23 - 1;
  for (const value of [0, -0, NaN, -1.5, undefined, null, true, false]) {
    equal(isSmallCall(last, value), true);
    slots.offerCall(5, last, value);
    equal(slots.functionOf(5), last);
    equal(Object.is(slots.argumentOf(5), value), true);
    equal(slots.result(5), null);
    equal(slots.claim(5), 0);
    equal(slots.claim(5), -1);
    equal(slots.put(5, undefined), true);
    deepEqual(slots.result(5), { value: undefined });
  }
  for (const value of ["", 1n, {}]) equal(isSmallCall(0, value), false);
  equal(isSmallCall(last + 1, 0), false);
});

Deno.test("Slots keep totals beside the last slot", () => {
  const shared = createSlots();
  const [worker, pool] = [new Slots(shared), new Slots(shared)];
  worker.offerCall(SLOTS - 1, 1, 7);
  const totals = { items: 2 ** 40, busyMs: 0.25, heapBytes: 2 ** 33 };
  worker.addUp(totals);
  deepEqual(pool.totals, totals);
  deepEqual([pool.functionOf(-1), pool.argumentOf(-1)], [1, 7]);
});

Deno.test("Docket enters small calls as it enters tasks", () => {
  const { inFlight, slots } = given([1]);
  const values = job();
  const calls = [new Task(values, 0, 1), new Task(values, 1, 1)];
  const row = [4, CALL_ONE, 1.5, 6, CALL_ONE, null];
  inFlight.enterCalls(calls, [0, true, null, ...row]);
  equal(inFlight.count, 3);
  const offered = [1, 2].map((seq) => [
    slots.functionOf(seq),
    slots.argumentOf(seq),
    slots.claim(seq),
  ]);
  deepEqual(offered, [[4, 1.5, 0], [6, null, 0]]);
  slots.put(0, 5);
  slots.put(1, 10);
  slots.put(2, 20);
  equal(inFlight.done(3), true);
  deepEqual([...values.values], [[0, 10], [1, 20]]);
});

Deno.test("Docket gives the last item that is not begun to another worker", () => {
  const { inFlight, slots } = given([1, 1, 3]);
  slots.claim(0);
  equal(inFlight.movable(), 4);
  const moved = inFlight.takeLast()!;
  deepEqual([spans([moved]), moved.isMoved], [[[4, 5]], true]);
  equal(inFlight.movable(), 3);
  deepEqual(spans(inFlight.takeBack()), [[2, 4], [1, 2]]);
  equal(inFlight.count, 3);
});

Deno.test("Docket moves no item twice, and gives it back when its worker is stopped", () => {
  const first = given([2]);
  const { inFlight, slots } = given([]);
  const moved = first.inFlight.takeLast()!;
  inFlight.enter([moved]);
  equal(inFlight.movable(), 0);
  equal(inFlight.takeLast(), null);
  equal(slots.spanOf(0).end, 1);
  deepEqual(spans(inFlight.takeBack()), [[1, 2]]);
});

Deno.test("Docket does not take back what can be sent once only", () => {
  const { inFlight } = given([1, 1], job(true));
  equal(inFlight.movable(), 0);
  equal(inFlight.takeLast(), null);
  deepEqual(inFlight.takeBack(), []);
});

Deno.test("Docket hands on small results when tasks are done", () => {
  const of = job();
  const { inFlight, slots } = given([1, 1, 1], of);
  for (const seq of [0, 1]) {
    slots.claim(seq);
    slots.put(seq, seq * 10);
  }
  inFlight.done(2);
  deepEqual([...of.values], [[0, 0], [1, 10]]);
  equal(inFlight.count, 1);
});

Deno.test("Docket of a dead worker knows what it ran", () => {
  const of = job();
  const { inFlight, slots } = given([1, 4, 1, 3], of);
  slots.claim(0);
  slots.put(0, "small".length);
  for (let i = 0; i < 3; i++) slots.claim(1);
  const { tasks, lost } = inFlight.remains(null);
  deepEqual([...of.values], [[0, 5]]);
  deepEqual([lost?.task.first, lost?.item], [1, 2]);
  // Items whose results went with it, the one behind, and the tasks behind that.
  deepEqual(spans(tasks), [[1, 3], [4, 5], [5, 6], [6, 9]]);
});

Deno.test("Docket of a worker that died between two tasks blames none", () => {
  const { inFlight, slots } = given([1, 1]);
  slots.claim(0);
  slots.put(0, 1);
  const { tasks, lost } = inFlight.remains(null);
  equal(lost, null);
  deepEqual(spans(tasks), [[1, 2]]);
});

Deno.test("Docket without slots blames the first task without a result", () => {
  const of = job();
  const inFlight = new InFlight(null, false);
  const first = new Task(of, 0, 1);
  inFlight.enter([first, new Task(of, 1, 1)]);
  deepEqual(inFlight.running()?.task.first, 0);
  first.settled = 1;
  equal(inFlight.done(1), true);
  const { tasks, lost } = inFlight.remains(null);
  deepEqual(lost?.task.first, 1);
  deepEqual(tasks, []);
});

Deno.test("Docket without slots has items run one by one whose worker died among them", () => {
  const inFlight = new InFlight(null, false);
  const task = new Task(job(), 0, 4);
  inFlight.enter([task]);
  task.settled = 1;
  const { tasks, lost } = inFlight.remains(null);
  equal(lost, null);
  deepEqual(spans(tasks), [[1, 2], [2, 3], [3, 4]]);
});

Deno.test("Docket numbers go on when slots are used again", () => {
  const { inFlight, slots } = given(Array(SLOTS).fill(1));
  for (let seq = 0; seq < SLOTS; seq++) {
    slots.claim(seq);
    slots.put(seq, seq);
  }
  equal(inFlight.done(SLOTS), true);
  equal(inFlight.count, 0);
  equal(inFlight.enter([new Task(job(), 0, 2)]), SLOTS);
  equal(slots.claim(SLOTS), 0);
  equal(inFlight.movable(), 1);
});

Deno.test("Docket uses slots for what is given after they are shared", () => {
  const shared = createSlots();
  const inFlight = new InFlight(new Slots(shared), false);
  const slots = new Slots(shared);
  const first = new Task(job(), 0, 2);
  inFlight.enter([first]);
  equal(slots.claim(0), -1);
  inFlight.share();
  inFlight.enter([new Task(job(), 2, 2)]);
  // As long as there is one without, none is taken back.
  equal(inFlight.gives, false);
  deepEqual(inFlight.takeBack(), []);
  first.settled = 2;
  equal(inFlight.done(1), true);
  equal(inFlight.gives, true);
  equal(slots.claim(1), 0);
  deepEqual(spans(inFlight.takeBack()), [[3, 4]]);
});

Deno.test("Docket keeps a task that is told to be done without all its results", () => {
  const of = job();
  const { inFlight, slots, tasks } = given([1, 2, 1], of);
  for (const seq of [0, 1, 2]) slots.claim(seq);
  slots.put(0, 7);
  // One result of two is there, and one that would settle it as a single call.
  tasks[1]!.settled = 1;
  slots.put(1, 8);
  slots.put(2, 9);
  equal(inFlight.done(3), false);
  deepEqual([...of.values], [[0, 7]]);
  equal(inFlight.count, 2);
  tasks[1]!.settled = 2;
  equal(inFlight.done(3), true);
  deepEqual([...of.values], [[0, 7], [3, 9]]);
});

Deno.test("Docket believes no number that it has not given", () => {
  const { inFlight, slots } = given([1]);
  slots.claim(0);
  slots.put(0, 1);
  for (const upTo of [2, 1e300, Infinity, NaN, 0.5, -1, "1", null]) {
    equal(inFlight.done(upTo as number), false, String(upTo));
  }
  equal(inFlight.count, 1);
  equal(inFlight.done(1), true);
});

Deno.test("Docket believes no slot that names more items than there are", () => {
  const shared = createSlots();
  const inFlight = new InFlight(new Slots(shared), true);
  inFlight.enter([new Task(job(), 0, 2)]);
  new Int32Array(shared)[0] = 500 << 16 | 3;
  equal(inFlight.movable(), 0);
  equal(inFlight.takeLast(), null);
  deepEqual(inFlight.takeBack(), []);
  const { tasks, lost } = inFlight.remains(null);
  deepEqual([spans(tasks), lost?.item], [[[0, 1]], 1]);
});

Deno.test("Docket of a worker that is not believed loses a task, begun or not", () => {
  const { inFlight } = given([1, 1]);
  const { tasks, lost } = inFlight.remains(null, true);
  deepEqual([spans(tasks), lost?.task.first], [[[1, 2]], 0]);
});

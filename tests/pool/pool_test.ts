import { deepEqual, equal, notEqual, ok, throws } from "node:assert/strict";
import {
  getContext,
  Pool,
  ProcessPoolExecutor,
  ThreadPool,
  UnsupportedError,
  WorkerLostError,
} from "../../mod.ts";
import { PoolFunctions } from "../../lib/pool/parent/pool_functions.ts";
import { TaskQueue } from "../../lib/pool/parent/task_queue.ts";
import { type Job, Task, type TaskSource } from "../../lib/pool/parent/job.ts";
import type { PoolFunction } from "../../lib/pool/parent/pool_functions.ts";
import { StreamJob } from "../../lib/pool/parent/stream_job.ts";
import { rejection } from "../process/process_testing.ts";

Deno.test("Pool refuses options of the wrong shape before anything starts", () => {
  const cases: [make: () => unknown, text: RegExp][] = [
    [() => new Pool(0), /"processes" must be an integer of at least 1.*0/],
    [() => new Pool(-1), /"processes".*-1/],
    [() => new Pool(1.5), /"processes".*1\.5/],
    [() => new Pool("2" as never), /"processes" must be a number.*string/],
    [() => new Pool(1, { maxTasksPerChild: 0 }), /"maxTasksPerChild".*0/],
    [() => new Pool(1, { maxTasksPerChild: 1.5 }), /"maxTasksPerChild".*1\.5/],
    [() => new Pool(1, { initializer: 5 as never }), /"initializer".*number/],
    [
      () => new Pool(1, { initializer: () => {}, initargs: 5 as never }),
      /"initargs" must be an array/,
    ],
    [() => new Pool(1, { name: 5 as never }), /"name" must be a string/],
  ];
  for (const [make, text] of cases) throws(make, text);
  for (const context of [null, 1, {}, "spawn"]) {
    const make = () => new Pool(1, { context } as never);
    throws(make, /"context" must be a context/);
  }
});

Deno.test("Pool refuses what its start method cannot do", () => {
  const { Pool: WorkerPool } = getContext("worker");
  throws(() => new WorkerPool(1, { maxHeapMiB: 64 }), UnsupportedError);
  const permissions = { read: false };
  throws(() => new ThreadPool(1, { permissions }), UnsupportedError);
});

Deno.test("Pool refuses arguments of its initializer that cannot be sent", () => {
  const initializer = (callback: () => void) => callback();
  throws(
    () => new ThreadPool(1, { initializer, initargs: [() => {}] }),
    /initargs\[0\]/,
  );
});

Deno.test("Pool refuses calls of the wrong shape", async () => {
  await using pool = new ThreadPool(1);
  const f = (x: number) => x;
  const cases: [call: Promise<unknown>, text: RegExp][] = [
    [pool.apply(5 as never), /"target" must be a function/],
    [pool.apply(f, 5 as never), /"args" must be an array/],
    [pool.apply(f, [1], { timeout: NaN }), /"timeout".*NaN/],
    [pool.apply(f, [1], { retries: -1 }), /"retries".*-1/],
    [pool.map(f, [1], { chunksize: 0 }), /"chunksize".*0/],
    [pool.map(f, null as never), /"items" must be iterable.*null/],
    [pool.map(f, [1], { onProgress: 1 as never }), /"onProgress"/],
    [pool.apply(Math.max, [1]), /native or bound/],
  ];
  for (const [call, text] of cases) {
    const { message } = await rejection(call);
    ok(text.test(message), message);
  }
  throws(() => pool.applyAsync(f, 5 as never), /"args" must be an array/);
  equal(pool.stats().started, 0);
});

Deno.test("ProcessPoolExecutor refuses what has the wrong shape", async () => {
  throws(() => new ProcessPoolExecutor(0), /"processes".*0/);
  await using executor = new ProcessPoolExecutor(1);
  const f = (x: number) => x;
  const cases: [call: () => unknown, text: RegExp][] = [
    [() => executor.submit(5 as never), /"target" must be a function/],
    [() => executor.map(f, 5 as never), /"iterables" must be iterable/],
    [() => executor.map(f, ...[] as never), /"iterables".*one or more/],
    [() => executor.map(f, [1], { chunksize: 0 }), /"chunksize".*0/],
    [() => executor.submit(Math.max, 1), /native or bound/],
  ];
  for (const [call, text] of cases) throws(call, text);
});

Deno.test("Pool of a context has its start method, and its name", () => {
  equal(
    String(new (getContext("spawn").Pool)(3)),
    "<SpawnPool state=running size=3>",
  );
  equal(String(new ThreadPool(2)), "<ThreadPool state=running size=2>");
  equal(new Pool(1, { context: getContext("worker") }).size, 1);
});

Deno.test("AsyncResult refuses to judge what is not done", async () => {
  await using pool = new ThreadPool(1);
  const result = pool.applyAsync(() => 1);
  throws(() => result.successful(), /not done/);
  equal(Deno.inspect(result), "<AsyncResult state=pending>");
  equal(await result, 1);
  equal(String(result), "<AsyncResult state=value>");
});

Deno.test("WorkerLostError says what, who and how", () => {
  const error = new WorkerLostError({
    worker: "a-1",
    exitcode: -9,
    signal: "SIGKILL",
    task: "f #3",
  });
  equal(
    error.message,
    'Cannot finish task f #3 as worker "a-1" ended while it ran it: signal SIGKILL',
  );
});

Deno.test("Functions keeps a bounded number of those with a scope", () => {
  const forgotten: number[] = [];
  const functions = new PoolFunctions(
    "isolate",
    ({ id }) => forgotten.push(id),
  );
  const below = (() => {}) as never;
  const find = (n: number) => functions.find(() => n, { scope: { n } }, below);
  const first = find(0);
  for (let n = 0; n < 1_000; n++) {
    find(n);
    equal(find(0), first, "what is called is kept");
  }
  ok(forgotten.length > 900, `${forgotten.length} forgotten`);
  equal(new Set(forgotten).size, forgotten.length);
  ok(!forgotten.includes(first.id));
});

Deno.test("Functions tells apart what looks the same, unless it does the same", () => {
  const forgotten: number[] = [];
  const functions = new PoolFunctions(
    "isolate",
    ({ id }) => forgotten.push(id),
  );
  const below = (() => {}) as never;
  const module = "file:///nowhere/tasks.ts";
  const find = (f: (x: number) => number) =>
    functions.find(f, { module }, below);
  const open = (n: number) => (x: number) => x + n;
  const closed = () => (x: number) => x + 1;
  equal(find(closed()), find(closed()));
  const first = open(0);
  const fn = find(first);
  deepEqual(functions.subject(fn.id), { itself: first, module });
  for (let n = 1; n < 1_000; n++) {
    notEqual(find(open(n)), fn);
    equal(find(first), fn);
  }
  ok(forgotten.length > 900, `${forgotten.length} forgotten`);
  ok(!forgotten.includes(fn.id));
});

Deno.test("TaskQueue gives returned tasks first, then all in their order", () => {
  const job = { isOver: false } as Job;
  const queue = new TaskQueue();
  const task = (first: number) => new Task(job, first, 1);
  let left = 2;
  const source: TaskSource = {
    fn: null as never,
    get waiting() {
      return left;
    },
    take: () => left-- > 0 ? task(10) : null,
  };
  queue.push(task(0));
  queue.push(source);
  queue.push(task(2));
  queue.returned(task(5));
  equal(queue.waiting, 5);
  deepEqual(queue.take(9).map(({ first }) => first), [5, 0, 10, 10, 2]);
  equal(queue.waiting, 0);
  deepEqual(queue.take(1), []);
});

Deno.test("TaskQueue loses nothing when a source ends its job and adds another", () => {
  const queue = new TaskQueue();
  const task = new Task({ isOver: false } as Job, 0, 1);
  queue.push({
    fn: null as never,
    waiting: 1,
    take() {
      queue.clear();
      queue.push(task);
      return null;
    },
  });
  deepEqual(queue.take(2), [task]);
  equal(queue.waiting, 0);
});

Deno.test("A stream that has taken too much wants nothing, and not less than that", () => {
  const fn = { meanMs: 0.001 } as PoolFunction;
  const job = new StreamJob(
    fn,
    Array.from({ length: 100_000 }, (_, i) => i),
    {
      form: 2,
      isOrdered: true,
      isEager: false,
      chunksize: undefined,
      buffersize: undefined,
      transfer: undefined,
      size: 1,
    },
    { timeoutMs: Infinity, retries: 0, signal: undefined },
    {
      unread: new Set(),
      add() {},
      refill() {},
      leave() {},
      drop() {},
      cancel() {},
    } as never,
  );
  job.next();
  ok(job.waiting > 0);
  while (job.take() !== null);
  equal(job.waiting, 0);
  // Items have become slow, so that there is room for fewer than were taken.
  fn.meanMs = 10;
  equal(job.waiting, 0);
});

import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import {
  type BaseProcess,
  getContext,
  JoinableQueue,
  type ProcessOptions,
  Queue,
  QueueEmpty,
  SimpleQueue,
  UnsupportedError,
} from "../../mod.ts";
import { HANDLE } from "../fixtures/inside.ts";
import "../fixtures/loaded_once.ts";
import { programUrl, runProgram } from "../program_testing.ts";
import * as v from "../fixtures/views.ts";
import { TIMEOUT_MS } from "./channel_testing.ts";
import * as t from "./fixtures/queue_targets.ts";
import * as r from "./fixtures/relay_targets.ts";

r.knowFar();

/** Blocks this thread, out of reach of its package. */
async function unreachable(ms: number): Promise<void> {
  await Promise.resolve();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A queue that threads have already, so that a process cannot map it. */
function held<Q extends SimpleQueue>(queue: Q): Q {
  queue[HANDLE]("isolate");
  return queue;
}

/** Declares the tests of a start method; those that must not differ only once. */
function relayContract(method: string, isWhole: boolean): void {
  const test = (name: string, fn: () => Promise<void>) =>
    Deno.test(`${method}: relay: ${name}`, { timeout: TIMEOUT_MS }, fn);
  const testOnce = (name: string, fn: () => Promise<void>) => {
    if (isWhole) test(name, fn);
  };

  function start<A extends readonly unknown[], R>(
    target: (...args: A) => R,
    ...args: A
  ): BaseProcess<A, R> {
    const { Process } = getContext(method);
    const module = Object.values(t).includes(target as never)
      ? t.TARGETS
      : r.RELAYS;
    const options = { target, args, module } as unknown as ProcessOptions<A, R>;
    const p = new Process(options);
    p.start();
    return p as BaseProcess<A, R>;
  }

  test("Queue puts and takes nothing for a list in which something cannot move", async () => {
    const queue = held(new Queue());
    deepEqual(await start(t.putRefused, queue).result(), []);
    for (let n = 0; n < 2; n++) {
      const { isRefused } = await queue.get() as { isRefused: boolean };
      equal(isRefused, false);
    }
    equal(queue.empty(), true);
  });

  test("Queue brings of the buffers of views what these show", async () => {
    const [there, back] = [held(new Queue()), held(new Queue())];
    const { Process } = getContext(method);
    const p = new Process({
      target: v.passOn,
      args: [there, back],
      module: v.VIEWS,
    });
    p.start();
    await there.put(v.parts());
    equal(await back.get(), v.AS_SENT);
    for (let i = 0; i < 2; i++) {
      equal(v.seen(await back.get() as v.Parts), v.AS_SENT);
    }
    await p.result();
  });

  test("Queue gives each item once, and in order per producer", async () => {
    const TIMES = 200;
    const queue = held(new Queue<t.Numbered>(3));
    const consumers = [true, false].map((how) => start(t.consume, queue, how));
    const producers = [false, true].map((how, i) =>
      start(t.produce, queue, i, TIMES, how)
    );
    await t.produce(queue, 2, TIMES, false);
    for (const p of producers) await p.result();
    queue.shutdown();
    const all = await Promise.all(consumers.map((p) => p.result()));
    for (const got of all) {
      const last = [-1, -1, -1];
      for (const [producer, count] of got) {
        ok(count > last[producer]!, `${count} after ${last[producer]}`);
        last[producer] = count;
      }
    }
    const keys = all.flat().map(([producer, count]) => producer * 1e6 + count);
    equal(keys.length, 3 * TIMES);
    equal(new Set(keys).size, 3 * TIMES);
  });

  testOnce("Queue keeps what a child has put that has ended", async () => {
    const queue = held(new Queue<Uint8Array | string>());
    const large = new Uint8Array(2 ** 20).fill(9);
    for (const item of [large, "last"]) {
      const p = start(t.putOne<Uint8Array | string>, queue, item);
      await p.join();
      equal(p.exitcode, 0);
    }
    deepEqual(await queue.get(), large);
    equal(queue.getNowait(), "last");
  });

  testOnce(
    "Queue, SimpleQueue and JoinableQueue arrive as what they are",
    async () => {
      const all = [
        held(new Queue<string>()),
        held(new SimpleQueue<string>()),
        held(new JoinableQueue<string>()),
      ];
      const p = start(t.classes, all);
      for (const [i, queue] of all.entries()) await queue.put(String(i));
      deepEqual(await p.result(), [
        "Queue 0",
        "true",
        "SimpleQueue 1",
        "JoinableQueue 2",
        "true",
      ]);
    },
  );

  test("Queue says in a child what is in it, and does not wait where told so", async () => {
    deepEqual(await start(r.look, held(new Queue<string>(2))).result(), [
      "0,true,false",
      "1,false,false",
      "2,false,true",
      "QueueFull",
      "QueueFull",
      "a",
      "b",
      "QueueEmpty",
      "QueueEmpty",
      "0,true,false",
      2,
      true,
    ]);
  });

  for (const immediate of [false, true]) {
    testOnce(
      `Queue.shutdown({ immediate: ${immediate} }) ends the waits of children`,
      async () => {
        const [empty, comes] = [
          held(new Queue<string>()),
          held(new Queue<string>()),
        ];
        const full = held(new Queue<string>(1));
        await full.put("first");
        const children = (["sync", "async"] as const).flatMap((how) => [
          start(r.getOrEnd, empty, comes, how),
          start(r.putOrEnd, full, comes, how),
        ]);
        for (const _ of children) await comes.get();
        empty.shutdown({ immediate });
        full.shutdown({ immediate });
        for (const p of children) equal(await p.result(), "QueueShutDown");
        deepEqual(await Array.fromAsync(full), immediate ? [] : ["first"]);
      },
    );
  }

  test("JoinableQueue.join() waits until a child has done all, and once more is too often", async () => {
    const queue = held(new JoinableQueue<number>());
    for (let i = 1; i <= 5; i++) await queue.put(i);
    const p = start(r.doAll, queue, 5);
    equal(await queue.join(), true);
    equal(await p.result(), "ProcessStateError");
  });

  for (const how of ["sync", "async"] as const) {
    testOnce(
      `Queue.get() of a child that is killed takes nothing: ${how}`,
      async () => {
        const [queue, comes] = [
          held(new Queue<string>()),
          held(new Queue<string>()),
        ];
        const dying = start(r.getOrEnd, queue, comes, how);
        await comes.get();
        dying.kill();
        await dying.join();
        await queue.put("alive");
        equal(await queue.get(), "alive");
      },
    );
  }

  test("JoinableQueue gets back what a child did not live to receive", async () => {
    const queue = held(new JoinableQueue<string>());
    const comes = held(new Queue<string>());
    const dying = start(r.askAndCompute, queue, comes);
    await comes.get();
    await queue.put("precious");
    // The child's wait is served by now; the child itself takes nothing in.
    while (!queue.empty()) await new Promise((again) => setTimeout(again));
    dying.kill();
    await dying.join();
    equal(await queue.get(), "precious");
    queue.taskDone();
    equal(await queue.join(), true);
  });

  for (const how of ["sync", "async", "aborted"] as const) {
    testOnce(
      `Queue.get() that gives up loses nothing, also while the parent is busy: ${how}`,
      async () => {
        const [queue, comes] = [
          held(new Queue<string>()),
          held(new Queue<string>()),
        ];
        const p = start(r.giveUp, queue, comes, how);
        await comes.get();
        // It is given to the child when that does not want it any more.
        queue.putNowait("kept");
        await unreachable(600);
        equal(
          await comes.get(),
          how === "aborted" ? "TimeoutError" : "QueueEmpty",
        );
        // The child is still there, and gives it back by itself.
        equal(await queue.get(), "kept");
        p.kill();
        await p.join();
      },
    );
  }

  testOnce(
    "Queue.get() that is aborted waits in the parent no more",
    async () => {
      const [queue, comes] = [
        held(new Queue<string>()),
        held(new Queue<string>()),
      ];
      const p = start(r.giveUpAndStay, queue, comes);
      await comes.get();
      await queue.put("kept");
      for (let turn = 0; turn < 50; turn++) {
        await new Promise((resolve) => setTimeout(resolve));
        equal(queue.qsize(), 1);
      }
      equal(await queue.get(), "kept");
      p.kill();
      await p.join();
    },
  );

  for (const below of ["thread", r.FAR]) {
    for (const how of ["sync", "async"] as const) {
      testOnce(`Queue works in a child's own ${below}: ${how}`, async () => {
        const questions = held(new Queue<number>());
        const answers = held(new Queue<number>());
        const p = start(r.passOn, below, questions, answers, how);
        for (const n of [1, 2, 3]) await questions.put(n);
        const got = [];
        for (const _ of [1, 2, 3]) got.push(await answers.get());
        deepEqual(got, [2, 4, 6]);
        questions.shutdown();
        equal(await p.result(), "QueueShutDown");
      });
    }
  }

  testOnce(
    "Queue.put() in a child gives buffers away, unless there is no room",
    async () => {
      const queue = held(new Queue<Uint8Array>(2));
      deepEqual(await start(r.putBuffers, queue).result(), [0, 0, 3]);
      for (const _ of [1, 2]) deepEqual(await queue.get(), new Uint8Array(3));
    },
  );

  testOnce(
    "Queue.put() in a child throws what cannot be sent, and copies at once",
    async () => {
      const queue = held(new Queue<unknown>());
      const [failure] = await start(r.putBad, queue).result();
      match(failure!, /Cannot send item\.call to another process/);
      deepEqual(await queue.get(), [1]);
      equal(queue.empty(), true);
    },
  );
}

relayContract(r.FAR, true);
relayContract("spawn", false);

Deno.test(
  "Queue loses at most the item a killed child had, and gives none twice",
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    const COUNT = 400;
    const KILLS = 6;
    const items = held(new Queue<number>());
    const reports = held(new Queue<number>());
    for (let n = 0; n < COUNT; n++) await items.put(n);
    const { Process } = getContext(r.FAR);
    const reporter = () => {
      const args = [items, reports] as [Queue<number>, Queue<number>];
      const p = new Process({ target: r.report, args, module: r.RELAYS });
      p.start();
      return p;
    };
    const seen: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const p = reporter();
      // Killed after a report, wherever it is with the next item by then.
      for (let n = 0; n <= 7 * kill; n++) seen.push(await reports.get());
      p.kill();
      await p.join();
      while (!reports.empty()) seen.push(await reports.get());
    }
    items.shutdown();
    await reporter().join();
    reports.shutdown();
    seen.push(...await Array.fromAsync(reports));
    equal(new Set(seen).size, seen.length, "twice");
    // What a child had when it was killed is gone with it.
    ok(seen.length >= COUNT - KILLS, `${COUNT - seen.length} are gone`);
  },
);

Deno.test("Queue travels through a relay, and is itself where it came from", async () => {
  const { Queue } = getContext("spawn");
  const questions = new Queue<{ n: number; answers: Queue<number> }>();
  const answers = new Queue<number>();
  const p = new (getContext(r.FAR).Process)({
    target: r.answerHere,
    args: [questions],
    module: r.RELAYS,
  });
  p.start();
  await questions.put({ n: 21, answers });
  equal(await answers.get(), 42);
  await p.result();
  equal((await questions.get()).answers, answers);
});

Deno.test(
  "Queue refuses to block for ever for children that are heard in the event loop only",
  { timeout: TIMEOUT_MS },
  async () => {
    const questions = new JoinableQueue<number>(1);
    const answers = new Queue<number>();
    questions.putNowait(1);
    equal(questions.joinSync({ timeout: 1 }), false);
    const p = new (getContext(r.FAR).Process)({
      target: r.double,
      args: [questions, answers, "async"] as [
        Queue<number>,
        Queue<number>,
        r.How,
      ],
      module: r.RELAYS,
    });
    p.start();
    throws(() => answers.getSync(), UnsupportedError);
    throws(() => questions.putSync(2), UnsupportedError);
    throws(() => questions.joinSync(), UnsupportedError);
    throws(() => answers.getSync({ timeout: 1 }), QueueEmpty);
    equal(await answers.get(), 2);
    await questions.put(2);
    equal(await answers.get(), 4);
    questions.shutdown();
    await p.result();
  },
);

Deno.test("Queue in mapped memory is reached by a child that gets no --allow-ffi", async () => {
  const { Process, Queue, Value } = getContext("spawn");
  const permissions = { ffi: false } as const;
  const queue = new Queue<string>(2);
  const args = [queue] as [Queue<string>];
  const p = new Process({
    target: r.look,
    args,
    module: r.RELAYS,
    permissions,
  });
  p.start();
  equal((await p.result()).length, 12);
  // What cannot be had there is refused here.
  const value = new Value("i");
  const other = new Process({
    target: (_value: unknown) => {},
    args: [value],
    permissions,
  });
  throws(() => other.start(), /without --allow-ffi/);
});

Deno.test("Queue is not found by a child that was not given it", {
  timeout: TIMEOUT_MS,
}, async () => {
  const queues = Array.from({ length: 4 }, () => held(new Queue<string>()));
  const processes = queues.map((queue, i) =>
    new (getContext(r.FAR).Process)({
      target: i === 1 ? r.getOthers : r.sizeOf,
      args: [queue],
      module: r.RELAYS,
    } as never)
  );
  for (const queue of queues) await queue.put("secret");
  for (const p of processes) p.start();
  deepEqual(await processes[1]!.result(), []);
  for (const p of processes) await p.join();
  deepEqual(
    queues.map((queue) => queue.getNowait()),
    queues.map(() => "secret"),
  );
});

Deno.test(
  "Queue is left alone by what a child asks badly, and the child ends or is answered",
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    const queue = held(new Queue<string>());
    const ends = await Promise.all(
      Array.from({ length: r.BAD_ASKS }, async (_, i) => {
        const p = new (getContext(r.FAR).Process)({
          target: r.askBadly,
          args: [queue, i] as [Queue<string>, number],
          module: r.RELAYS,
        });
        p.start();
        return await p.result().then(() => "done", ({ message }) => message);
      }),
    );
    for (const end of ends.filter((end) => end !== "done")) {
      match(end, /it was ended, as what it sent is wrong/);
      ends.splice(ends.indexOf(end), 1);
    }
    for (const end of ends) equal(queue.getNowait(), end);
    equal(queue.empty(), true);
  },
);

Deno.test("Queue that comes late, through shared memory, blocks as any other", async () => {
  const run = await runProgram(programUrl("queue_late"));
  deepEqual(run, {
    code: 0,
    signal: null,
    stdout: "1,1,QueueFull,2,,QueueEmpty\n",
    stderr: "",
  });
});

Deno.test("Queue that comes late, among the arguments of a task, blocks as any other", async () => {
  const run = await runProgram(programUrl("queue_late_task"));
  deepEqual(run, {
    code: 0,
    signal: null,
    stdout: "2\n4\n6\nQueueShutDown\n",
    stderr: "",
  });
});

Deno.test(
  "Queue gets back what a child did not live to receive, also after shutdown()",
  { timeout: TIMEOUT_MS },
  async () => {
    const queue = held(new JoinableQueue<string>());
    const comes = held(new Queue<string>());
    const dying = new (getContext(r.FAR).Process)({
      target: r.askAndCompute,
      args: [queue, comes] as [JoinableQueue<string>, Queue<string>],
      module: r.RELAYS,
    });
    dying.start();
    await comes.get();
    await queue.put("precious");
    while (!queue.empty()) await new Promise((again) => setTimeout(again));
    queue.shutdown();
    dying.kill();
    await dying.join();
    deepEqual(await Array.fromAsync(queue), ["precious"]);
    queue.taskDone();
    equal(await queue.join(), true);
  },
);

Deno.test("Queue of a module is reached by a child without shared memory", async () => {
  const p = new (getContext(r.FAR).Process)({
    target: t.workAtHome,
    args: ["thread"],
    module: t.TARGETS,
  });
  p.start();
  await t.relayExports.thread!.put("work");
  equal(await t.relayExports.thread!.join(), true);
  equal(await p.result(), "work in a JoinableQueue of 5");
});

Deno.test("Queue of spawned processes works without --allow-ffi", async () => {
  const run = await runProgram(programUrl("queue_no_ffi"), {
    flags: ["--allow-read", "--allow-run"],
  });
  deepEqual(run, { code: 0, signal: null, stdout: "1,4,9\n", stderr: "" });
});

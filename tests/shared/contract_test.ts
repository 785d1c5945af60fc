import { deepEqual, equal, ok } from "node:assert/strict";
import {
  getContext,
  retireSpares,
  ShareableList,
  SharedArray,
  SharedMemory,
  Value,
} from "../../mod.ts";
import "../memory/memory_testing.ts";
import { dataOf, list, shm } from "./fixtures/module_data.ts";
import * as t from "./fixtures/targets.ts";

const module = t.TARGETS;
const timeout = 30_000;

Deno.test.afterEach(() => retireSpares({ method: "forkserver" }));

for (const method of ["thread", "worker", "spawn", "forkserver"]) {
  const ctx = getContext(method);

  // Goal: what a module makes is one object in all processes. Method: parent and
  // child import one module; the child changes everything, the parent looks.
  Deno.test(
    `${method}: arrays and structures of a module are the same in a child`,
    {
      timeout,
    },
    async () => {
      shm.buf[99] = 0;
      list.set(0, "abc");
      const p = new ctx.Process({
        target: t.changeModuleData,
        args: [method],
        module,
      });
      p.start();
      equal(await p.result(), 100);
      const { row, raw, text, point, points } = dataOf(method);
      deepEqual([...row], [11, 2, 3]);
      deepEqual([...raw], [0, 2.5]);
      equal(text.value, "hello");
      deepEqual({ ...point.value }, { x: 1.5, hits: 7 });
      equal(points.get(2).hits, 9);
      equal(shm.buf[99], 42);
      equal(list.get(0), "äöü");
    },
  );

  Deno.test(
    `${method}: arrays and structures pass at any depth, and come back`,
    {
      timeout,
    },
    async () => {
      for (const from of [ctx, { SharedArray, Value }]) {
        const fields = { x: "d", hits: "i" } as const;
        const raw = new ctx.RawArray("d", 2);
        const all: t.Everything = {
          row: new from.SharedArray("i", [1, 2, 3]),
          deep: new Map([["raw", [raw] as const]]),
          point: new from.Value(fields, { hits: 1 }),
          points: new from.SharedArray(fields, 2),
        };
        const p = new ctx.Process({
          target: t.changeArguments,
          args: [all],
          module,
        });
        p.start();
        const back = await p.result() as { again: unknown[]; length: number };
        deepEqual([...all.row], [7, 8, 3]);
        deepEqual([...raw], [0.25, 0.25]);
        deepEqual({ ...all.point.value }, { x: 3, hits: 1 });
        equal(all.points.get(1).hits, 5);
        ok(back.again[0] === all.row && back.again[1] === all.point);
        equal(back.length, 2);
      }
    },
  );

  Deno.test(
    `${method}: SharedArray.add() loses no update, and the lock keeps two steps together`,
    {
      timeout,
    },
    async () => {
      const row = new ctx.SharedArray("i", 3);
      const sum = new ctx.SharedArray("d", 1);
      const adds = [1, 2].map(() =>
        new ctx.Process({ target: t.addToAll, args: [row, 30_000], module })
      );
      const locked = [1, 2].map(() =>
        new ctx.Process({ target: t.addLocked, args: [sum, 2_000], module })
      );
      for (const p of [...adds, ...locked]) p.start();
      await Promise.all([...adds, ...locked].map((p) => p.result()));
      deepEqual([...row], [20_000, 20_000, 20_000]);
      equal(sum.get(0), 4_000);
    },
  );

  for (const kind of ["Lock", "RLock"] as const) {
    Deno.test(
      `${method}: Value and SharedArray pass with the ${kind} they were given`,
      { timeout },
      async () => {
        const lock = new ctx[kind]();
        const all: t.Locked = {
          lock,
          value: new ctx.Value("i", 0, { lock }),
          row: new ctx.SharedArray("i", 1, { lock }),
        };
        const children = [1, 2].map(() =>
          new ctx.Process({
            target: t.addUnderOne,
            args: [all, 3_000],
            module,
          })
        );
        for (const p of children) p.start();
        for (const p of children) equal(await p.result(), kind);
        equal(all.value.value, 6_000);
        equal(all.row.get(0), 6_000);
        equal(lock.locked(), false);
      },
    );
  }

  Deno.test(
    `${method}: Value and SharedArray with a Lock shut out the tasks of one process too`,
    { timeout },
    async () => {
      const lock = new ctx.Lock();
      const all = {
        value: new ctx.Value("i", 0, { lock }),
        row: new ctx.SharedArray("i", 1, { lock }),
      };
      const p = new ctx.Process({
        target: t.addByTasks,
        args: [all, 3, 200],
        module,
      });
      p.start();
      await t.addByTasks(all, 3, 200);
      await p.result();
      deepEqual([all.value.value, all.row.get(0)], [1_200, 1_200]);
    },
  );

  Deno.test(`${method}: SharedMemory and ShareableList pass by name`, {
    timeout,
  }, async () => {
    using memory = new SharedMemory({ create: true, size: 10 });
    using items = new ShareableList(["a", 1]);
    const p = new ctx.Process({
      target: t.writeNamed,
      args: [memory, items],
      module,
    });
    p.start();
    equal(await p.result(), 10);
    equal(memory.buf[3], 9);
    deepEqual([...items], ["a", true]);
  });

  // Goal: attaching finds memory or does not, however close to its creation. Method:
  // each side polls for what the other creates, so that some polls fall into it.
  Deno.test(
    `${method}: SharedMemory and ShareableList that are just being created are attached whole or not found`,
    {
      timeout,
    },
    async () => {
      const name = `mp-test-${Deno.pid}-${method}`;
      const TIMES = 30;
      const p = new ctx.Process({
        target: t.meetByName,
        args: [name, TIMES],
        module,
      });
      p.start();
      const create = (i: number) =>
        new ShareableList([...Array(4000).keys(), i], { name: `${name}-${i}` });
      for (let i = 0; i < TIMES; i++) {
        using _list = create(i);
        let back = t.attachSoon(`${name}-back-${i}`);
        while (back === null) {
          await new Promise((resolve) => setImmediate(resolve));
          back = p.isAlive() ? t.attachSoon(`${name}-back-${i}`) : fail();
        }
        back.close();
      }
      using _end = create(TIMES);
      equal(await p.result(), TIMES + 1);
    },
  );
}

function fail(): never {
  throw new Error("the child has ended");
}

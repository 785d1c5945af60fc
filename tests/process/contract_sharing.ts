/**
 * Shared values as arguments.
 *
 * @module
 */

import { deepEqual, equal, notEqual } from "node:assert/strict";
import { Value } from "../../mod.ts";
import * as t from "../fixtures/targets.ts";
import * as proxies from "../fixtures/proxies.ts";
import * as v from "../fixtures/views.ts";
import { ran, type Subject } from "./process_testing.ts";

const module = t.TARGETS;

/** Declares the tests of shared arguments. */
export function sharingContract({ ctx, method, test }: Subject): void {
  test("Value is shared through arguments at any depth, as one object", async () => {
    for (const make of [() => new ctx.Value("i", 0), () => new Value("i", 0)]) {
      const value = make();
      const job: t.Job = {
        list: [value, { deep: value }],
        map: new Map([["key", value]]),
        set: new Set([value]),
      };
      const p = new ctx.Process({
        target: t.addThroughAll,
        args: [job, value],
        module,
      });
      p.start();
      equal(await p.result(), true);
      equal(value.value, 5);
    }
  });

  test("Views bring of their buffers what they show, as arguments and as results", async () => {
    const there = new ctx.Process({
      target: v.seen,
      args: [v.parts()],
      module: v.VIEWS,
    });
    const back = new ctx.Process({ target: v.parts, module: v.VIEWS });
    there.start();
    back.start();
    equal(await there.result(), v.AS_SENT);
    equal(v.seen(await back.result()), v.AS_SENT);
  });

  test("Proxies of plain data arrive as what they show, as arguments and as results", async () => {
    const there = new ctx.Process({
      target: proxies.received,
      args: [proxies.rows()],
      module: proxies.PROXIES,
    });
    const back = new ctx.Process({
      target: proxies.rows,
      module: proxies.PROXIES,
    });
    there.start();
    back.start();
    deepEqual(await there.result(), proxies.AS_SENT);
    deepEqual(await back.result(), proxies.AS_SENT);
  });

  test("Value given as two arguments stays two values", async () => {
    const [a, b] = [new ctx.Value("i", 0), new ctx.Value("i", 0)];
    const p = new ctx.Process({
      target: (a: Value<"i">, b: Value<"i">) => {
        a.add(1);
        b.add(2);
        return a === b;
      },
      args: [a, b],
    });
    p.start();
    equal(await p.result(), false);
    equal(a.value, 1);
    equal(b.value, 2);
  });

  test("Value comes back in a result as the object it was", async () => {
    const value = new ctx.Value("i", 1);
    const p = new ctx.Process({ target: t.giveBack, args: [value], module });
    p.start();
    const back = await p.result();
    equal(value.value, 2);
    back.value.value = 9;
    equal(value.value, 9);
    equal(back.value, value);
  });

  test("Value passes through a child to a grandchild", async () => {
    const value = new ctx.Value("i", 0);
    const p = await ran(
      new ctx.Process({
        target: t.storeThroughChild,
        args: [value, 12],
        module,
      }),
    );
    equal(await p.result(), 0);
    equal(value.value, 12);
  });

  // Goal: many processes at once lose no update.
  test("Value.add() of many children loses no update", async () => {
    const value = new ctx.Value("i", 0);
    const children = Array.from({ length: 3 }, () =>
      new ctx.Process({
        target: (value: Value<"i">) => {
          for (let i = 0; i < 20_000; i++) value.add(1);
        },
        args: [value],
      }));
    for (const p of children) p.start();
    await Promise.all(children.map((p) => p.result()));
    equal(value.value, 60_000);
  });

  test("Value.getLock() keeps others out across processes", async () => {
    const value = new ctx.Value("i", 0);
    const count = (value: Value<"i">) => {
      for (let i = 0; i < 2_000; i++) {
        using _held = value.getLock().acquireSync();
        value.value += 1;
      }
    };
    const children = [1, 2].map(() =>
      new ctx.Process({ target: count, args: [value] })
    );
    for (const p of children) p.start();
    await Promise.all(children.map((p) => p.result()));
    equal(value.value, 4_000);
    notEqual(method, "");
  });
}

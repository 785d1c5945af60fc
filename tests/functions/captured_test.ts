/**
 * Functions with what they use, in everything that takes a function, under every
 * start method.
 *
 * @module
 */

import "../forkserver_testing.ts";
import {
  deepEqual,
  equal,
  match,
  ok,
  rejects,
  throws,
} from "node:assert/strict";
import {
  type Barrier,
  EncodingError,
  getAllStartMethods,
  getContext,
  workerState,
} from "../../mod.ts";
import "../fixtures/loaded_once.ts";

const TIMEOUT = { timeout: 120_000 };
const factor = 3;

function helper(x: number): number {
  return x * factor;
}

class Point {
  constructor(readonly x: number) {}

  norm(): number {
    return Math.abs(this.x);
  }
}

for (const method of getAllStartMethods()) {
  const ctx = getContext(method);
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`${method}: ${name}`, TIMEOUT, body);

  test("Process runs a function with what it uses", async () => {
    const counter = new ctx.Value("i", 0);
    const lock = new ctx.Lock();
    const queue = new ctx.Queue<string>();
    const p = new ctx.Process({
      target: (x: number) => {
        using _held = lock.acquireSync();
        counter.add(helper(x));
        queue.putSync(`${new Point(-x).norm()}`);
        return counter.value;
      },
      args: [2],
    });
    p.start();
    equal(await queue.get(), "2");
    equal(await p.result(), 6);
    equal(counter.value, 6);
    queue.close();
  });

  test("Process takes what a function uses as it is in start()", async () => {
    const list = [1];
    let n = 1;
    const p = new ctx.Process({ target: () => [n, ...list] });
    n = 2;
    list.push(2);
    p.start();
    n = 3;
    list.push(3);
    deepEqual(await p.result(), [2, 1, 2]);
  });

  test("what a child assigns to a variable stays in the child", async () => {
    let n = 1;
    const state = { n: 1 };
    const bump = () => ++n + ++state.n;
    const p = new ctx.Process({ target: () => [bump(), bump(), n, state.n] });
    p.start();
    deepEqual(await p.result(), [4, 6, 3, 3]);
    deepEqual([n, state.n], [1, 1]);
  });

  test("a child of a child takes along what it was given", async () => {
    const p = new ctx.Process({
      target: async (method: string) => {
        const { getContext } = await import("../../mod.ts");
        const q = new (getContext(method).Process)({
          target: (x: number) => new Point(helper(x)).norm(),
          args: [-2],
        });
        q.start();
        return await q.result();
      },
      args: [method],
    });
    p.start();
    equal(await p.result(), 6);
  });

  test("Pool takes functions with what they use in all its calls", async () => {
    const counter = new ctx.Value("i", 0);
    const base = { value: 10 };
    await using pool = new ctx.Pool(2, {
      initializer: (start: number) => {
        counter.add(1);
        return start + factor;
      },
      initargs: [4],
    });
    const f = (x: number) => new Point(helper(x)).norm() + base.value;
    deepEqual(await pool.map(f, [1, -2, 3]), [13, 16, 19]);
    deepEqual(
      await pool.starmap((a: number, b: number) => f(a) + b, [[1, 1]]),
      [
        14,
      ],
    );
    deepEqual(await Array.fromAsync(pool.imap((x: number) => f(x), [1, 2])), [
      13,
      16,
    ]);
    const any = await Array.fromAsync(pool.imapUnordered(f, [1, 2]));
    deepEqual(any.toSorted(), [13, 16]);
    equal(await pool.applyAsync(() => base.value), 10);
    equal(await pool.apply(() => workerState<number>()), 7);
    ok(counter.value >= 1);
    await rejects(
      pool.apply(() => Point.prototype.norm.call({ x: lost })),
      /lost/,
    );
  });

  test("Pool looks at a function once, and at an arrow function in each call", async () => {
    await using pool = new ctx.Pool(1);
    const list = [1];
    let n = 1;
    const f = () => [n, ...list];
    const first = pool.apply(f);
    n = 2;
    list.push(2);
    deepEqual(await first, [1, 1]);
    deepEqual(await pool.apply(f), [1, 1]);
    deepEqual(await pool.apply(() => [n, ...list]), [2, 1, 2]);
    for (let i = 0; i < 200; i++) {
      const mailbox = { i };
      equal(await pool.apply(() => mailbox.i), i);
    }
  });

  test("ProcessPoolExecutor takes functions with what they use", async () => {
    await using executor = new ctx.ProcessPoolExecutor(1);
    equal(await executor.submit((x: number) => helper(x), 2), 6);
    const all = executor.map((a: number, b: number) => helper(a) + b, [1, 2], [
      10,
      20,
    ]);
    deepEqual(await Array.fromAsync(all), [13, 26]);
  });

  test("`scope` wins, and takes functions and classes", async () => {
    class Other {
      norm(): number {
        return factor;
      }
    }
    const p = new ctx.Process({
      target: (x: number) => [helper(x), new Point(x).norm(), factor],
      args: [2],
      scope: { helper: (x: number) => x + factor, Point: Other },
    });
    p.start();
    deepEqual(await p.result(), [5, 3, 3]);
    await using pool = new ctx.Pool(1);
    const target = (x: number) => helper(x);
    equal(await pool.apply(target, [2], { scope: { factor: 5 } }), 10);
    equal(await pool.apply(target, [2], { scope: { factor: 6 } }), 12);
    equal(await pool.apply(target, [2]), 6);
    for (const name of ["a b", "class", "1", "arguments"]) {
      await rejects(
        pool.apply(target, [2], { scope: { [name]: 1 } }),
        (error: Error) =>
          error instanceof TypeError && error.message.includes(`"${name}"`),
      );
      const start = () =>
        new ctx.Process({ target, args: [2], scope: { [name]: 1 } }).start();
      throws(start, { name: "TypeError" });
    }
    await rejects(pool.apply(target, [2], { scope: 3 as never }), TypeError);
  });

  test("an instance of a class that goes along keeps its methods, there and back", async () => {
    const near = new Point(-1);
    const p = new ctx.Process({
      target: (far: Point, all: Map<string, Point>) => [
        far instanceof Point && far.norm(),
        all.get("a") === far,
        new Point(near.norm() + 1),
      ],
      args: [near, new Map([["a", near]])],
    });
    p.start();
    const [norm, isSame, made] = await p.result() as [number, boolean, Point];
    deepEqual([norm, isSame], [1, true]);
    ok(made instanceof Point);
    equal(made.norm(), 2);
    await using pool = new ctx.Pool(1);
    const points = await pool.map(
      (point: Point) => new Point(2 * point.norm()),
      [new Point(-1), new Point(2)],
    );
    deepEqual(points.map((point) => point.norm()), [2, 4]);
    // Of a class that does not go along only the data arrives.
    class Stranger {
      readonly x = 1;
    }
    const shown = (value: object) =>
      Object.getPrototypeOf(value) === Object.prototype;
    equal(await pool.apply(shown, [new Stranger()]), true);
  });

  test("a class that several functions of a pool bring along is one class", async () => {
    await using pool = new ctx.Pool(1, { initializer: () => new Point(7) });
    const given = new Point(-1);
    const isPoint = (point: Point) => [point instanceof Point, point.norm()];
    for (let i = 0; i < 2; i++) {
      deepEqual(await pool.apply(isPoint, [given]), [true, 1]);
      const other = (point: Point) => [
        point instanceof Point,
        point.norm() + i,
        workerState() instanceof Point,
        Object(1) instanceof Point,
        [] instanceof Point,
      ];
      deepEqual(await pool.apply(other, [given]), [
        true,
        1 + i,
        true,
        false,
        false,
      ]);
      const made = await pool.apply((x: number) => new Point(x - i), [-4]);
      ok(made instanceof Point);
      equal(made.norm(), 4 + i);
    }
    // A function has the classes that it has brought itself.
    let unit = "m";
    class Length {
      constructor(readonly of: number) {}
      text(): string {
        return this.of + unit;
      }
    }
    const text = (length: Length) => [length.text(), length instanceof Length];
    deepEqual(await pool.apply(text, [new Length(1)]), ["1m", true]);
    unit = "km";
    const later = (length: Length) => [length.text(), length instanceof Length];
    deepEqual(await pool.apply(later, [new Length(2)]), ["2km", true]);
    deepEqual(await pool.apply(text, [new Length(3)]), ["3m", true]);
  });

  test("instances of classes of errors, lists and dates keep their class, there and back", async () => {
    class Refused extends RangeError {
      constructor(readonly code: number) {
        super(`refused by ${code}`);
      }
      twice(): number {
        return this.code * 2;
      }
    }
    class Row extends Array<number> {
      sum(): number {
        return this.reduce((a, b) => a + b, 0);
      }
    }
    class Counts extends Map<string, number> {
      total(): number {
        return this.values().reduce((a, b) => a + b, 0);
      }
    }
    class Names extends Set<string> {
      longest(): number {
        return Math.max(...this.values().map(({ length }) => length));
      }
    }
    class Moment extends Date {
      year(): number {
        return this.getUTCFullYear();
      }
    }
    class Labelled extends Map<string, number> {
      label = "x";
    }
    const classes = { Refused, Row, Counts, Names, Moment, Labelled };
    const read = (all: unknown) => {
      const [refused, row, counts, names, moment] = all as [
        Refused,
        Row,
        Counts,
        Names,
        Moment,
      ];
      return [
        refused instanceof classes.Refused && refused.twice(),
        row instanceof classes.Row && row.sum(),
        counts instanceof classes.Counts && counts.total(),
        names instanceof classes.Names && names.longest(),
        moment instanceof classes.Moment && moment.year(),
      ];
    };
    const make = () => [
      new Refused(2),
      Row.from([1, 2]),
      new Counts([["a", 4]]),
      new Names(["ab"]),
      new Moment(0),
    ];
    const expected = [4, 3, 4, 2, 1970];
    deepEqual(read(make()), expected);
    await using pool = new ctx.Pool(1);
    deepEqual(await pool.apply(read, [make()]), expected);
    deepEqual(read(await pool.apply(make)), expected);
    const error = await pool.apply(() => {
      throw new Refused(5);
    }).catch((error) => error);
    ok(error instanceof Refused && error instanceof RangeError);
    deepEqual([error.twice(), error.message], [10, "refused by 5"]);
    await rejects(
      pool.apply(read, [[new Labelled()]]),
      /args\[0\]\[0\] .*fields of its own/,
    );
  });

  test("a barrier's action runs where it is, and else a copy of it", async () => {
    const runs = new ctx.Value("i", 0);
    const meet = async (barrier: Barrier) => {
      await barrier.wait();
      return barrier.waitSync();
    };
    const start = (barrier: Barrier) => {
      const p = new ctx.Process({ target: meet, args: [barrier] });
      p.start();
      return p;
    };
    const among = new ctx.Barrier(2, { action: () => void runs.add(factor) });
    const children = [start(among), start(among)];
    const indices = await Promise.all(children.map((p) => p.result()));
    deepEqual([indices.toSorted(), runs.value], [[0, 1], 6]);
    let here = 0;
    const between = new ctx.Barrier(2, { action: () => here++ });
    const p = start(between);
    await between.wait();
    await between.wait();
    await p.result();
    equal(here, 2);
    const lock = new AbortController();
    const alone = new ctx.Barrier(2, { action: () => lock.abort() });
    const broken = [start(alone), start(alone)].map((p) => p.result());
    const ends = await Promise.allSettled(broken);
    match(String((ends[0] as PromiseRejectedResult).reason), /BrokenBarrier/);
  });

  test("what cannot go is refused in the call, with its path", async () => {
    const cache = { socket: new AbortController() };
    const uses = () => cache;
    const p = new ctx.Process({
      target: function work() {
        return uses();
      },
    });
    throws(() => p.start(), (error: EncodingError) => {
      ok(error instanceof EncodingError);
      equal(error.path, "work → uses → cache.socket");
      match(error.message, /an AbortController/);
      return true;
    });
    await using pool = new ctx.Pool(1);
    await rejects(pool.apply(uses), EncodingError);
    await rejects(pool.map(() => uses(), [1]), EncodingError);
    throws(() => pool.imap(() => uses(), [1]), EncodingError);
    equal(await pool.apply(helper, [1]), 3);
  });
}

declare const lost: number;

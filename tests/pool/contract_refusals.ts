/**
 * What cannot be sent or read fails its own call, and nothing beside it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { deepEqual, equal, ok } from "node:assert/strict";
import { type BasePool, EncodingError } from "../../mod.ts";
import {
  moody,
  movedTwice,
  movedWrongly,
  refusedInChild,
  same,
  sizeOf,
  square,
  twoFaced,
  unreadable,
} from "../fixtures/tasks.ts";
import { programUrl, runProgram } from "../program_testing.ts";
import {
  FROM,
  group,
  rejection,
  type Subject,
  upTo,
  withPool,
} from "./pool_testing.ts";

/** Arguments, a list that cannot move, and what the error says of it. */
type Refused = readonly [
  what: string,
  args: readonly unknown[],
  transfer: unknown,
  path: string,
  cure: RegExp,
];

/** Lists that no start method takes. */
function refusedLists(): Refused[] {
  const view = new Float64Array(8);
  const gone = new Float64Array(8);
  structuredClone(gone, { transfer: [gone.buffer] });
  const shared = new SharedArrayBuffer(8);
  const twice = [view.buffer, view.buffer];
  return [
    ["a view", [view], [view], "transfer[0]", /list its \.buffer/],
    ["a Buffer", [view], [Buffer.from("a")], "transfer[0]", /its \.buffer/],
    ["a buffer twice", [view], twice, "transfer[1]", /list it once/],
    ["a detached buffer", [1], [gone.buffer], "transfer[0]", /detached/],
    ["a shared buffer", [1], [shared], "transfer[0]", /leave it out/],
    ["an object", [1], [{}], "transfer[0]", /ArrayBuffers and MessagePorts/],
    ["a number", [1], [7], "transfer[0]", /ArrayBuffers and MessagePorts/],
    ["nothing", [1], [null], "transfer[0]", /ArrayBuffers and MessagePorts/],
    ["no list", [view], view.buffer, "transfer", /give an array/],
  ];
}

/** Declares the tests of what is refused. */
export function refusalContract(subject: Subject): void {
  const { method, traits } = subject;
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`${method}: ${name}`, { timeout: 180_000 }, body);

  test("A transfer list that cannot be taken fails its own call, in a fresh pool and a warm one", async () => {
    await withPool(subject, 2, async (pool) => {
      for (const isWarm of [false, true]) {
        for (const [what, args, transfer, path, cure] of refusedLists()) {
          const options = { ...FROM, transfer: transfer as Transferable[] };
          const call = pool.apply(same, args as [unknown], options);
          const error = await rejection(call);
          ok(error instanceof EncodingError, `${what}: ${error}`);
          equal(error.path, path, what);
          ok(cure.test(error.message), error.message);
        }
        equal(pool.stats().started, isWarm ? 1 : 0);
        equal(await pool.apply(square, [3], FROM), 9);
      }
    });
  });

  test("Items that share a buffer fail, but for the first, in chunks of any size and in a fresh pool", async () => {
    for (const chunksize of [1, 2, 3, 4]) {
      const matrix = new Float64Array(64);
      const rows = upTo(4).map((i) => matrix.subarray(i * 16, i * 16 + 16));
      await withPool(subject, 2, async (pool) => {
        const outcomes = await pool.map(sizeOf, rows, {
          ...FROM,
          chunksize,
          settled: true,
          transfer: ({ buffer }) => [buffer],
        });
        deepEqual(outcomes.map(shown), [
          16,
          "transfer(items[1])[0]",
          "transfer(items[2])[0]",
          "transfer(items[3])[0]",
        ]);
        equal(pool.stats().restarts, 0);
        equal(await pool.apply(square, [3], FROM), 9);
      });
    }
  });

  test("A transfer function that throws, or lists what cannot move, fails its own item", async () => {
    await withPool(subject, 2, async (pool) => {
      const outcomes = await pool.map(square, upTo(5), {
        ...FROM,
        chunksize: 5,
        settled: true,
        transfer: (x) => {
          if (x === 1) throw new RangeError("no list");
          if (x === 3) return [new Uint8Array(1)] as never;
          return [];
        },
      });
      deepEqual(outcomes.map(shown), [
        0,
        "no list",
        4,
        "transfer(items[3])[0]",
        16,
      ]);
      equal(pool.stats().restarts, 0);
    });
  });

  if (!traits.ownEnv) movedContract(test, subject);

  test("A rejection that nobody handles is told once, with its task, and fails nothing", async () => {
    const run = await runProgram(programUrl("pool_strays"), { args: [method] });
    equal(run.code, 0, run.stderr);
    const xs = upTo(4);
    deepEqual(JSON.parse(run.stdout), {
      results: [2, xs, null, xs, xs, 2, null, 7],
      restarts: 0,
    });
    const told = run.stderr.split("\n").filter((line) =>
      /^(Nobody handles|RangeError|undefined|null|NaN)/.test(line)
    );
    const line = (task: string) =>
      `Nobody handles a rejection that task ${task} has left behind in worker`;
    const expected = [
      [line("leave #0"), "cannot save 2 after 0"],
      [line("leave #2"), "cannot save 2 after 0"],
      [line("leaveBare #0"), "undefined"],
      [line("leaveBare #0"), "null"],
      [line("leaveBare #0"), "NaN"],
      [line("leaveLater #2"), "cannot save 2 after 5"],
      [line("leaveLater #0"), "cannot save 2 after 5"],
    ];
    // The last one comes up after the pool was closed, and may come too late.
    ok(told.length === 12 || told.length === 14, run.stderr);
    for (const [i, text] of told.entries()) {
      const wanted = expected[i >> 1]![i % 2]!;
      ok(text.includes(wanted), `${wanted}: ${run.stderr}`);
    }
  });

  test("What a task has left behind and throws later is told once, with its task, and fails nothing else", async () => {
    const run = await runProgram(programUrl("pool_throws"), { args: [method] });
    equal(run.code, 0, run.stderr);
    deepEqual(JSON.parse(run.stdout), [
      ...[1, 2, 1, 2, 1, 2, 1, 2, "failed by itself", 3],
      "WorkerLostError: threw instead",
      4,
    ]);
    const told = run.stderr.split("\n").filter((line) =>
      /^Nobody|^RangeError/.test(line)
    );
    const leftBy = (task: string, text: string) => [
      `Nobody catches an error that task ${task} #0 has left behind in worker`,
      text,
    ];
    const expected = [
      ...leftBy("leaveInterval", "RangeError: interval threw"),
      ...leftBy("leaveTimeout", "RangeError: timeout threw"),
      ...leftBy("leavePort", "RangeError: port threw"),
      ...leftBy("leaveMicrotask", "RangeError: microtask threw"),
      "Nobody handles a rejection that task failTwice #0 has left behind",
      "RangeError: rejected too",
      "RangeError: threw instead",
    ];
    equal(told.length, expected.length, run.stderr);
    for (const [i, text] of told.entries()) {
      ok(text.startsWith(expected[i]!), `${expected[i]}: ${run.stderr}`);
    }
  });

  test("A user's function that throws where the package calls it is told once, and ends nothing", async () => {
    const run = await runProgram(programUrl("callbacks"), { args: [method] });
    equal(run.code, 0, run.stderr);
    deepEqual(run.stdout.trim().split("\n"), [
      "after both",
      "heard a value that throws when it is read",
      "onProgress fails",
      "onProgress later fails",
      "EncodingError",
      "9 0",
    ]);
    const told = [
      "onRefused of a Listener threw: RangeError: onRefused fails",
      "onRefused of a Listener threw: RangeError: onRefused later fails",
      "RangeError: handler fails",
      "RangeError: handler later fails",
      "A source of items threw when it was closed: RangeError: source fails",
      "A source of items threw when it was closed: RangeError: source later fails",
      "A source of items threw when it was closed: RangeError: return() fails",
    ];
    for (const text of told) {
      equal(run.stderr.split(text).length, 2, `${text}: ${run.stderr}`);
    }
  });

  group(subject, "results that cannot be read", (test, withGroup) => {
    test("A result that throws when read fails its own item", async () => {
      await withGroup(subject, 2, async (pool) => {
        for (const kind of ["getter", "proxy", "prototype", "deep"]) {
          const error = await rejection(pool.apply(unreadable, [kind], FROM));
          ok(error instanceof EncodingError, `${kind}: ${error}`);
          ok(/^result/.test(error.path), error.path);
        }
        const error = await rejection(pool.apply(unreadable, ["then"], FROM));
        equal(error.message, "then is not to be read");
        await othersGoOn(pool);
      });
    });

    test("A result that throws when read again fails its own item", async () => {
      await withGroup(subject, 2, async (pool) => {
        const reads = await Promise.allSettled(
          upTo(6).map((n) => pool.apply(twoFaced, [n], FROM)),
        );
        for (const read of reads) {
          if (read.status === "fulfilled") deepEqual(read.value, { part: 1 });
          else ok(read.reason instanceof EncodingError, String(read.reason));
        }
        await othersGoOn(pool);
      });
    });

    test("One unreadable result among others of its chunk fails alone", async () => {
      await withGroup(subject, 2, async (pool) => {
        for (const at of upTo(4)) {
          const items = upTo(6).map((x): [number, number] => [x, at]);
          const outcomes = await pool.starmap(moody, items, {
            ...FROM,
            chunksize: 6,
            settled: true,
          });
          const [moodyOne] = outcomes.splice(3, 1);
          deepEqual(
            outcomes.map(({ status }) => status),
            upTo(5).map(() => "fulfilled"),
          );
          if (moodyOne!.status === "fulfilled") ok(at > 0);
          else ok(moodyOne!.reason instanceof EncodingError);
        }
        await othersGoOn(pool);
      });
    });

    test("A list that cannot move with a result fails its own item", async () => {
      await withGroup(subject, 2, async (pool) => {
        const outcomes = await pool.map(
          movedWrongly,
          ["fine", "view", "twice", "number", "null"],
          { ...FROM, chunksize: 5, settled: true },
        );
        deepEqual(outcomes.map(shown).slice(1), [
          "transfer[0]",
          "transfer[1]",
          "transfer[0]",
          "transfer[0]",
        ]);
        await othersGoOn(pool);
      });
    });

    test("A buffer that moves with two results moves with the first", async () => {
      await withGroup(subject, 2, async (pool) => {
        for (const chunksize of [1, 3]) {
          const outcomes = await pool.map(movedTwice, [
            chunksize,
            chunksize,
            chunksize,
          ], {
            ...FROM,
            chunksize,
            settled: true,
          });
          for (const outcome of outcomes) {
            if (outcome.status === "fulfilled") equal(outcome.value.length, 8);
            else ok(outcome.reason instanceof EncodingError);
          }
          equal(outcomes[0]!.status, "fulfilled");
        }
        await othersGoOn(pool);
      });
    });
  });
}

/** What an isolate alone may refuse: to another OS process everything is copied. */
function movedContract(
  test: (name: string, body: () => Promise<void>) => void,
  subject: Subject,
): void {
  test("The memory of WebAssembly in a transfer list fails its own call, and moves nothing", async () => {
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    for (const isWarm of [false, true]) {
      await withPool(subject, 2, async (pool) => {
        if (isWarm) equal(await pool.apply(square, [3], FROM), 9);
        const other = new ArrayBuffer(8);
        const options = { ...FROM, transfer: [other, buffer as ArrayBuffer] };
        const call = pool.apply(sizeOf, [new Uint8Array(buffer)], options);
        const error = await rejection(call) as EncodingError;
        equal(error.path, "transfer[1]");
        ok(/leave it out/.test(error.message), error.message);
        equal(other.detached, false);
        equal(await pool.apply(square, [3], FROM), 9);
        equal(pool.stats().started, 1);
      });
    }
  });

  test("A pool in a child refuses a transfer list as its own first call", async () => {
    const { ctx } = subject;
    const p = new ctx.Process({ target: refusedInChild, ...FROM });
    p.start();
    deepEqual(await p.result(), ["transfer[0]", "9", "0"]);
  });
}

async function othersGoOn(pool: BasePool): Promise<void> {
  equal(await pool.apply(square, [3], FROM), 9);
  equal(pool.stats().restarts, 0);
}

function shown(outcome: PromiseSettledResult<unknown>): unknown {
  if (outcome.status === "fulfilled") return outcome.value;
  const { reason } = outcome;
  return reason instanceof EncodingError ? reason.path : reason.message;
}

/**
 * A child that sends what is no message ends, and nobody else: its parent, that
 * parent's other children and the reason are there afterwards.
 *
 * The children are made to send by hand what they like: see `fixtures/hostile.ts`.
 *
 * @module
 */

import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { type BaseProcess, ExitError } from "../../mod.ts";
import {
  askRoot,
  askWithoutReading,
  CODES_COUNT,
  exitWith,
  flood,
  framed,
  giveMaps,
  honest,
  openWithoutEnd,
  postToParent,
  postToRoot,
  putShared,
  stopAnother,
  stopAtOnce,
  throwAnything,
  THROWN_COUNT,
  waitFor,
  writeToParent,
} from "../fixtures/hostile.ts";
import {
  ASKED,
  BODIES,
  clone,
  FRAMED_BODIES,
  FRAMES,
  TO_PARENT,
  TO_ROOT,
} from "../fixtures/hostile_messages.ts";
import {
  rejection,
  type Subject,
  subjectOf,
  warmUp,
} from "./process_testing.ts";

const module = new URL("../fixtures/hostile.ts", import.meta.url);

/** Declares the tests of one start method. */
export function hostileContract(method: string): void {
  Deno.test.beforeAll(warmUp);
  const subject = subjectOf(method);
  if (subject.traits.ownEnv) spawned(subject);
  else isolated(subject);
  anyhow(subject);
}

function anyhow({ test, traits, ctx: { Process, Pool } }: Subject): void {
  test("Pool says why a worker ended that sent no message, and goes on", async () => {
    await using pool = new Pool(1);
    const lost = traits.ownEnv
      ? pool.apply(writeToParent, [framed("null")], { module })
      : pool.apply(postToParent, [null], { module });
    await rejects(lost, /WorkerLostError: .*, as what it sent is wrong: /);
    equal(await pool.apply(honest, [1], { module }), 2);
  });

  test("Process that throws what nobody throws fails, and nobody else", async () => {
    const processes = Array.from(
      { length: THROWN_COUNT },
      (_, n) =>
        new Process({
          target: throwAnything,
          module,
          args: [n, n % 2 === 1],
        }),
    );
    for (const p of processes) p.start();
    for (const p of processes) {
      equal(await p.result().then(() => "done", () => "failed"), "failed");
      equal(p.exitcode, 1);
    }
  });

  test("Process that exits with what is no code ends all the same", async () => {
    const processes = Array.from(
      { length: CODES_COUNT },
      (_, n) => new Process({ target: exitWith, module, args: [n] }),
    );
    for (const p of processes) p.start();
    for (const p of processes) {
      const error = await rejection(p.result());
      ok(error instanceof ExitError, String(error));
      ok(Number.isInteger(error.exitcode) && error.exitcode >= 0);
    }
  });
}

/** A module that says that it was run. */
const EVIL = "data:text/javascript,globalThis.wasRun = true;export const a = 1";

/** What asks a parent to look for a function in a module of the child's choice. */
const QUESTION = [1, -1, EVIL, "a"];

const wasRun = () => "wasRun" in globalThis;

function isolated({ test, method, traits, ctx }: Subject): void {
  const { Process, Event, Queue } = ctx;
  // Nothing stops a worker that computes.
  for (const where of ["parent", "root", "depot"] as const) {
    if (!traits.stopsWhileBusy) break;
    test(`Process that floods its ${where} holds up nobody`, async () => {
      const isUp = new Event();
      const p = new Process({ target: flood, module, args: [where, isUp] });
      p.start();
      await isUp.wait();
      const queue = new Queue<unknown>();
      const other = new Process({ target: putShared, module, args: [queue] });
      other.start();
      ok(await queue.get() instanceof SharedArrayBuffer);
      await other.join();
      p.kill();
      await p.join();
      equal(p.exitcode, -9);
      queue.close();
    });
  }

  test("Process cannot have its parent import a module", async () => {
    const data = ["which", QUESTION, null];
    await allEnd([
      new Process({ target: postToParent, module, args: [data] }),
    ]);
    equal(wasRun(), false);
  });

  // All that it has said has come before its end has.
  test("Process cannot stop a process that is not its child", async () => {
    const [isUp, isOver] = [new Event(), new Event()];
    const sibling = new Process({
      target: waitFor,
      module,
      args: [isUp, isOver],
    });
    sibling.start();
    await isUp.wait();
    const number = sibling.ident! % 2 ** 31;
    const p = new Process({ target: stopAnother, module, args: [number] });
    p.start();
    await p.join();
    equal(p.exitcode, 0);
    isOver.set();
    equal(await sibling.result(), "lived");
  });

  test("Process stops a child of its own in the turn that starts it", async () => {
    const [isReady, isDone] = [new Event(), new Event()];
    const p = new Process({
      target: stopAtOnce,
      module,
      args: [method, isReady, isDone],
    });
    p.start();
    await isReady.wait();
    // So that the root finds both requests, one behind the other.
    isDone.waitSync();
    equal(await p.result(), -15);
  });

  test("Process that posts no message to its parent ends with the reason", async () => {
    await allEnd(
      [...some(TO_PARENT), ...BODIES].map((data) =>
        new Process({ target: postToParent, module, args: [data] })
      ),
    );
    await goesOn(new Process({ target: honest, module, args: [1] }));
  });

  test("Process that posts no message to its root ends with the reason", async () => {
    const posting = some(TO_ROOT).map((data) =>
      new Process({ target: postToRoot, module, args: [data] })
    );
    const asking = some(ASKED).map(([parts, recipe]) =>
      new Process({ target: askRoot, module, args: [parts, recipe] })
    );
    await allEnd([...posting, ...asking]);
    await goesOn(new Process({ target: honest, module, args: [1] }));
  });
}

function spawned({ test, ctx: { Process, Queue } }: Subject): void {
  test("Process cannot have its parent import a module", async () => {
    const body = clone(QUESTION);
    const bytes = framed(
      JSON.stringify({ kind: "message", mailbox: "which", body }),
    );
    await allEnd([
      new Process({ target: writeToParent, module, args: [bytes] }),
    ]);
    equal(wasRun(), false);
  });

  test("Process whose result would fill its parent's memory fails", async () => {
    const p = new Process({ target: giveMaps, module, args: [2_000_000] });
    p.start();
    const error = await rejection(p.result());
    ok(error instanceof RangeError, String(error));
    match(error.message, /holds more than its length allows/);
    await goesOn(new Process({ target: honest, module, args: [1] }));
  });

  test("Process that opens queues without end ends with the reason", async () => {
    const queue = new Queue<unknown>();
    await allEnd([
      new Process({
        target: openWithoutEnd,
        module,
        args: [103_000, queue],
        // So that it reaches the queue through its parent.
        permissions: { ffi: false },
      }),
    ]);
    queue.close();
    await goesOn(new Process({ target: honest, module, args: [1] }));
  });

  test("Process that reads no answers to its questions ends with the reason", async () => {
    const queue = new Queue<unknown>();
    await allEnd([
      new Process({
        target: askWithoutReading,
        module,
        args: [150_000, queue],
        // So that it reaches the queue through its parent.
        permissions: { ffi: false },
      }),
    ]);
    queue.close();
    await goesOn(new Process({ target: honest, module, args: [1] }));
  });

  test("Process that writes no message ends with the reason", async () => {
    const processes = [...some(FRAMES), ...FRAMED_BODIES].map((bytes) =>
      new Process({ target: writeToParent, module, args: [bytes] })
    );
    await allEnd(processes);
    await goesOn(new Process({ target: honest, module, args: [1] }));
  });
}

/** A few of those that a decoder refuses: its own test has them all. */
function some<T>(all: readonly T[]): T[] {
  return all.filter((_, i) => i % 6 === 0);
}

type Any = BaseProcess<never[], unknown>;

/** How many are alive at once. */
const AT_ONCE = 8;

/** Starts all, and sees each end for what it has sent. */
async function allEnd(
  processes: readonly Any[],
): Promise<void> {
  const errors: Error[] = [];
  for (let at = 0; at < processes.length; at += AT_ONCE) {
    const some = processes.slice(at, at + AT_ONCE);
    for (const p of some) p.start();
    errors.push(...await Promise.all(some.map((p) => rejection(p.result()))));
  }
  for (const [i, error] of errors.entries()) {
    ok(error instanceof ExitError, `${i}: ${error}`);
    equal(error.exitcode, -9, `${i}: ${error}`);
    match(error.message, /it was ended, as what it sent .*wrong: /, `${i}`);
  }
}

async function goesOn(
  p: BaseProcess<[number], number>,
): Promise<void> {
  p.start();
  deepEqual([await p.result(), p.exitcode], [2, 0]);
}

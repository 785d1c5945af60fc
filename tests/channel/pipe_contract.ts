/**
 * What pipes keep under every start method, and between two.
 *
 * @module
 */

import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import {
  type BaseProcess,
  BrokenPipeError,
  type Connection,
  EndOfFileError,
  wait,
} from "../../mod.ts";
import { between } from "../between_testing.ts";
import { runProgram } from "../program_testing.ts";
import { randomBuffers, randomOf, randomPart } from "./channel_testing.ts";
import * as v from "../fixtures/views.ts";
import * as t from "./fixtures/pipe_targets.ts";

/** How many children are killed while they send. */
const KILLS = 5;

/** Declares the tests of pipes between processes of two start methods. */
export function pipeContract(one: string, other: string): void {
  const { ctx, test, start } = between(one, other, t.TARGETS, "Pipe");

  /** A child that holds some ends and does nothing with them. */
  async function holding(
    nth: number,
    isBlocking: boolean,
    ...ends: Connection[]
  ): Promise<BaseProcess> {
    const held = new ctx.SharedEvent();
    const p = start(nth, t.holdForever, held, ends, isBlocking);
    await held.wait();
    return p as unknown as BaseProcess;
  }

  /** Sends until it is known that nobody is there. */
  async function sendInVain(connection: Connection): Promise<void> {
    await rejects(async () => {
      for (;;) {
        await connection.send(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }, BrokenPipeError);
  }

  test("a child answers, blocking or not, until it is told the end", async () => {
    const [mine, theirs] = ctx.Pipe();
    const p = start(0, t.echo, theirs);
    theirs.close();
    const values = [1, "two", { three: [3n, new Map([[4, new Date(5)]])] }];
    for (const value of values) await mine.send(value);
    for (const value of values) deepEqual(await mine.recv(), value);
    mine.close();
    await p.result();

    for (const form of ["value", "bytes"] as const) {
      const [mine, theirs] = ctx.Pipe();
      const p = start(1, t.echoSync, theirs, form);
      theirs.close();
      for (const length of [0, 1, 100, 70_000]) {
        const bytes = new Uint8Array(length).fill(length);
        if (form === "value") mine.sendSync(bytes);
        else mine.sendBytesSync(bytes);
        const got = form === "value" ? mine.recvSync() : mine.recvBytesSync();
        deepEqual(got, bytes);
      }
      mine.close();
      await p.result();
    }
  });

  const partsSeed = 1 + Math.floor(Math.random() * 2 ** 31);
  test(`a child sends back the bytes of any part of any buffer, seed ${partsSeed}`, async () => {
    const random = randomOf(partsSeed);
    const buffers = randomBuffers(random);
    const [mine, theirs] = ctx.Pipe();
    const p = start(1, t.echoParts, theirs, 200);
    theirs.close();
    for (let round = 0; round < 200; round++) {
      const { view, bytes } = randomPart(random, buffers);
      if (round % 2 === 0) mine.sendBytesSync(view);
      else await mine.send(view);
      deepEqual(await mine.recvBytes(), bytes, `round ${round}`);
      deepEqual(await mine.recv(), bytes, `round ${round}`);
    }
    await p.result();
    mine.close();
  });

  test("views bring of their buffers what they show", async () => {
    const [mine, theirs] = ctx.Pipe();
    const { Process } = ctx;
    const p = new Process({
      target: v.answer,
      args: [theirs],
      module: v.VIEWS,
    });
    p.start();
    theirs.close();
    await mine.send(v.parts());
    equal(await mine.recv(), v.AS_SENT);
    for (let i = 0; i < 2; i++) {
      equal(v.seen(await mine.recv() as v.Parts), v.AS_SENT);
    }
    await p.result();
    mine.close();
  });

  test("what a child has sent arrives before its end, closed or not", async () => {
    for (const closes of [true, false]) {
      const [receiver, sender] = ctx.Pipe<number>({ duplex: false });
      const p = start(0, t.count, sender as Connection, 1_000, closes);
      sender.close();
      let next = 0;
      for await (const value of receiver) equal(value, next++);
      equal(next, 1_000);
      await p.join();
      receiver.close();
    }
  });

  test("a killed child ends what waits, and breaks what sends", async () => {
    for (const isBlocking of [false, true]) {
      const [mine, theirs] = ctx.Pipe();
      const p = await holding(0, isBlocking, theirs);
      theirs.close();
      const waiting = [mine.recv(), mine.poll({ timeout: Infinity })];
      p.kill();
      await rejects(waiting[0]!, EndOfFileError);
      equal(await waiting[1], true);
      await rejects(mine.send(1), BrokenPipeError);
      await p.join();
      mine.close();
    }
  });

  test("who sends without waiting learns that the child was killed", async () => {
    const [receiver, sender] = ctx.Pipe({ duplex: false });
    const p = await holding(0, false, receiver as Connection);
    receiver.close();
    p.kill();
    await p.join();
    await sendInVain(sender as Connection);
    sender.close();
  });

  test("a killed child ends the wait of a main program that blocks", async () => {
    const [mine, theirs] = ctx.Pipe();
    const p = await holding(1, false, theirs);
    theirs.close();
    p.kill();
    const start = performance.now();
    throws(() => mine.recvSync({ timeout: 20_000 }), EndOfFileError);
    // And not only when its time was over.
    ok(performance.now() - start < 15_000);
    throws(() => mine.sendSync(1), BrokenPipeError);
    await p.join();
    mine.close();
  });

  test("a child that is killed before it has its end gives it up", async () => {
    const [mine, theirs] = ctx.Pipe();
    const p = start(0, t.echo, theirs);
    theirs.close();
    // It has not even begun.
    equal(mine.pollSync(), false);
    p.kill();
    await rejects(mine.recv(), EndOfFileError);
    await p.join();
    mine.close();
  });

  test("a start that fails gives the end back", async () => {
    const [mine, theirs] = ctx.Pipe();
    throws(
      () => start(0, t.holdForever, {} as never, [theirs, (() => {}) as never]),
      TypeError,
    );
    theirs.close();
    await rejects(mine.recv(), EndOfFileError);
    mine.close();
  });

  test("an end is over when its last holder has gone", async () => {
    const [mine, theirs] = ctx.Pipe();
    const children = [
      await holding(0, false, theirs),
      await holding(1, false, theirs),
    ];
    theirs.close();
    children[0]!.kill();
    await children[0]!.join();
    // Long enough for a look around.
    equal(await mine.poll({ timeout: 250 }), false);
    await mine.send("kept");
    children[1]!.kill();
    await rejects(mine.recv(), EndOfFileError);
    await children[1]!.join();
    mine.close();
  });

  test("a child passes its end on to a child of its own", async () => {
    const [mine, theirs] = ctx.Pipe();
    const p = start(0, t.passOn, theirs, other);
    theirs.close();
    await mine.send("far");
    equal(await mine.recv(), "far");
    mine.close();
    await p.result();
  });

  test("a connection that was sent over a connection works there", async () => {
    const [transport, theirs] = ctx.Pipe();
    const [mine, sent] = ctx.Pipe();
    const p = start(0, t.useReceived, theirs);
    theirs.close();
    await transport.send({ inside: sent });
    sent.close();
    equal(await mine.recv(), "through");
    equal(await transport.recv(), "closed");
    await rejects(mine.recv(), EndOfFileError);
    await transport.send("go");
    await p.result();
    mine.close();
    transport.close();
  });

  test("a connection that nobody receives is given up", async () => {
    for (const end of ["killed", "closed"] as const) {
      const [transport, theirs] = ctx.Pipe();
      const [mine, sent] = ctx.Pipe();
      const [close, closed] = [new ctx.SharedEvent(), new ctx.SharedEvent()];
      const p = start(0, t.closeAndStay, theirs, close, closed);
      theirs.close();
      await transport.send(sent);
      sent.close();
      equal(await mine.poll({ timeout: 250 }), false);
      if (end === "killed") p.kill();
      else close.set();
      await rejects(mine.recv(), EndOfFileError);
      p.kill();
      await p.join();
      mine.close();
      transport.close();
    }
  });

  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  test(`a child that is killed while it sends leaves whole messages, seed ${seed}`, async () => {
    const random = randomOf(seed);
    for (let kill = 0; kill < KILLS; kill++) {
      const [receiver, sender] = ctx.Pipe({ duplex: false, maxBytes: 100_000 });
      const p = start(kill, t.sendPatterned, sender as Connection);
      sender.close();
      const after = Math.floor(random() * 400);
      let number = 0;
      await rejects(async () => {
        for (;; number++) {
          deepEqual(await receiver.recvBytes(), t.patterned(number));
          if (number === after) p.kill();
        }
      }, EndOfFileError);
      ok(number >= after);
      await p.join();
      receiver.close();
    }
  });

  test("wait() gives the connections that have something, or are at their end", async () => {
    const pairs = [0, 1, 2].map(() => ctx.Pipe());
    const mine = pairs.map(([mine]) => mine);
    const p = start(0, t.count, pairs[1]![1], 1, false);
    const idle = await holding(1, false, pairs[0]![1], pairs[2]![1]);
    for (const [, theirs] of pairs) theirs.close();
    deepEqual(await wait(mine), [mine[1]]);
    equal(await mine[1]!.recv(), 0);
    idle.kill();
    await idle.join();
    await p.join();
    for (const end of mine) {
      deepEqual(await wait([end]), [end]);
      await rejects(end.recv(), EndOfFileError);
      end.close();
    }
  });

  test("a pipe of a module is the same in a child that loads the module", async () => {
    const program = new URL("./fixtures/module_pipe.ts", import.meta.url);
    const { stdout, stderr } = await runProgram(program, { args: [one] });
    equal(stderr, "");
    const lines = ["from the child", "parent says hello", "the end", ""];
    deepEqual(stdout.split("\n"), lines);
  });

  test("an end that was forgotten is closed", async () => {
    const program = new URL("./fixtures/dropped_pipe.ts", import.meta.url);
    const flags = ["-A", "--v8-flags=--expose-gc"];
    const run = await runProgram(program, { flags, args: [one] });
    deepEqual([run.stdout, run.stderr], ["last words\nEndOfFileError\n", ""]);
  });

  test("a blocking wait ends with its time", async () => {
    const [mine, theirs] = ctx.Pipe();
    equal(await start(0, t.waitShortly, theirs).result(), "TimeoutError false");
    mine.close();
    equal(
      await start(1, t.waitShortly, theirs).result(),
      "EndOfFileError true",
    );
    theirs.close();
  });
}

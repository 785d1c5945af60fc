// Goal: whoever dies in the middle of a put or get has done it or has not, is in
// nobody's way, and takes nothing with it but what it had got. Method: 1,000 deaths
// at a seeded atomic step (mortal_testing.ts), and some real ones, of threads and of OS
// processes, in a crowd.

import { deepEqual, equal, ok } from "node:assert/strict";
import { type BaseProcess, getContext } from "../../mod.ts";
import "../fixtures/loaded_once.ts";
import { AT_ONCE } from "../../lib/channel/ring/queue_backend.ts";
import type { Block } from "../../lib/memory/allocation/block.ts";
import { formatRing, ringBlock } from "../../lib/channel/ring/ring.ts";
import { RingBackend } from "../../lib/channel/queue/ring_backend.ts";
import { FOREVER } from "../../lib/sync/steps.ts";
import { Mortal } from "./mortal_testing.ts";
import * as t from "./fixtures/queue_targets.ts";

/** Random numbers that a failure can be run again with. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state ^ state >>> 15, state | 1);
    state ^= state + Math.imul(state ^ state >>> 7, state | 61);
    return ((state ^ state >>> 14) >>> 0) % below;
  };
}

function item(random: (below: number) => number, name: string): string {
  return name + "x".repeat(random(4) === 0 ? random(9000) : random(40));
}

/** A queue in some state, and what is in it. */
function someQueue(random: (below: number) => number): {
  readonly block: Block;
  readonly core: RingBackend;
  readonly expected: unknown[];
} {
  const block = ringBlock();
  formatRing(block, { maxBytes: 16_384 });
  const core = new RingBackend(block, true);
  const expected: unknown[] = [];
  for (let i = random(30); i > 0; i--) {
    const value = item(random, `${i} `);
    if (random(5) < 2) {
      const got = core.getSync(AT_ONCE);
      equal(got, expected.length > 0 ? expected.shift() : got);
    } else if (core.putSync(value, AT_ONCE) === "done") expected.push(value);
  }
  return { block, core, expected };
}

/** One dies in a put or a get; then another one goes on. */
async function die(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const { block, core, expected } = someQueue(random);
  const isPutting = random(2) === 0;
  const value = item(random, "last words ");
  // Somebody waits already who is not woken by the dead.
  const isAwaited = expected.length === 0 && random(2) === 0;
  const waiting = isAwaited ? core.get(FOREVER) : null;
  const mortal = new Mortal(block);
  const victim = new RingBackend(mortal.block, true);
  mortal.dieAt(random(14), () => {
    if (isPutting) victim.putSync(value, AT_ONCE);
    else victim.getSync(AT_ONCE);
  });
  const { count } = core;
  if (count > expected.length) {
    ok(isPutting && count === expected.length + 1);
    expected.push(value);
  } else if (count < expected.length) {
    ok(!isPutting && count === expected.length - 1);
    expected.shift();
  }
  // Nobody is stuck: a get, and a put that may have to wait for room.
  const after = `after ${seed}`;
  const got: unknown[] = [];
  if (waiting === null && expected.length > 0) {
    got.push(await core.get(FOREVER));
  }
  expected.push(after);
  const putting = core.put(after, FOREVER);
  if (waiting !== null) got.push(await waiting);
  while (got.length < expected.length) got.push(await core.get(FOREVER));
  equal(await putting, "done");
  equal(core.count, 0);
  deepEqual(got, expected, `seed ${seed}`);
}

const FIRST_SEED = 1 + Math.floor(Math.random() * 2 ** 30);
const BATCHES = 10;

Deno.test(`Queue outlives 1,000 deaths at any step, seeds from ${FIRST_SEED}`, {
  timeout: 120_000,
}, async () => {
  for (let batch = 0; batch < BATCHES; batch++) {
    const from = FIRST_SEED + 100 * batch;
    // At once, as those who find a dead owner wait for a look around.
    await Promise.all(Array.from({ length: 100 }, (_, i) => die(from + i)));
  }
});

/** Two that put and two that get, each blocking or not. */
function victims(
  method: string,
  crowd: t.Crowd,
  first: number,
): BaseProcess<never[], unknown>[] {
  const { Process } = getContext(method);
  const module = t.TARGETS;
  return [true, false].flatMap((isBlocking, i) => [
    new Process({
      target: t.putMany,
      args: [crowd, first + i, isBlocking],
      module,
    }),
    new Process({ target: t.getForever, args: [crowd, isBlocking], module }),
  ]) as unknown as BaseProcess<never[], unknown>[];
}

/** Lets the crowd do so many steps more, as long as one of these two puts. */
async function steps(
  { steps, acknowledged }: t.Crowd,
  more: number,
  first: number,
): Promise<void> {
  const before = steps.get(0);
  const isPutting = (putter: number) => acknowledged.get(putter) < t.MANY;
  while (
    steps.get(0) < before + more && (isPutting(first) || isPutting(first + 1))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

for (const [method, rounds] of [["thread", 6], ["spawn", 3]] as const) {
  Deno.test(
    `Queue loses nothing that was acknowledged in a crowd where ${
      4 * rounds
    } are killed: ${method}`,
    {
      timeout: 180_000,
    },
    async () => {
      const ctx = getContext(method);
      const producers = 2 * rounds + 1;
      const crowd: t.Crowd = {
        queue: new ctx.Queue<t.Traced>(8),
        acknowledged: new ctx.RawArray("i", producers),
        got: new ctx.RawArray("B", producers * t.MANY),
        steps: new ctx.RawArray("i", 1),
      };
      // Who lives would be stuck if anybody was.
      const getting = t.getForever(crowd, false);
      for (let round = 0; round < rounds; round++) {
        const dying = victims(method, crowd, 2 * round);
        for (const p of dying) p.start();
        while (crowd.acknowledged.get(2 * round + 1) < 5) {
          await steps(crowd, 1, 2 * round);
        }
        await steps(crowd, Math.floor(Math.random() * 500), 2 * round);
        for (const p of dying) p.kill();
        await t.putMany(crowd, 2 * rounds, false, 50 * round, 50);
        for (const p of dying) await p.join();
      }
      crowd.queue.shutdown();
      await getting;
      let lost = 0;
      for (let producer = 0; producer < producers; producer++) {
        const acknowledged = crowd.acknowledged.get(producer);
        for (let count = 0; count < t.MANY; count++) {
          const times = crowd.got.get(producer * t.MANY + count);
          ok(times <= 1, "got twice");
          ok(count <= acknowledged || times === 0, "got what was never put");
          if (times === 0 && count < acknowledged) lost++;
        }
      }
      // What one had got when it was killed is gone with it.
      ok(lost <= 2 * rounds, `${lost} are lost`);
    },
  );
}

import { equal, ok } from "node:assert/strict";
import { type BaseProcess, getContext } from "../../mod.ts";
import "../fixtures/loaded_once.ts";
import * as t from "./fixtures/targets.ts";

const module = t.TARGETS;

type Child = BaseProcess<readonly unknown[], unknown>;

function start(
  method: string,
  target: (...args: never[]) => unknown,
  ...args: readonly unknown[]
): Child {
  const options = { target, args, module } as never;
  const p = new (getContext(method).Process)(options) as Child;
  p.start();
  return p;
}

const MIXTURES = [
  ["thread", "thread", "thread", "thread"],
  ["thread", "worker", "spawn", "spawn"],
];

for (const kind of ["Lock", "RLock", "Semaphore"] as const) {
  for (const methods of MIXTURES) {
    Deno.test(
      `${kind} of four contenders, ${methods}: 400,000 locked increments, exact`,
      {
        timeout: 180_000,
      },
      async () => {
        const ctx = getContext(methods.at(-1)!);
        const counting = {
          counter: new ctx.Value("i", 0),
          lock: new ctx[kind](),
          rounds: 100_000,
          start: new ctx.Barrier(4),
        };
        const children = methods.map((method) =>
          start(method, t.countSync as never, counting)
        );
        for (const p of children) await p.result();
        equal(counting.counter.value, 400_000);
      },
    );
  }
}

Deno.test("Value.add() of two OS processes: 2,000,000 increments, exact", {
  timeout: 180_000,
}, async () => {
  const ctx = getContext("spawn");
  const counter = new ctx.Value("i", 0);
  const barrier = new ctx.Barrier(2);
  const children = [1, 2].map(() =>
    start("spawn", t.add as never, counter, 1_000_000, barrier)
  );
  for (const p of children) await p.result();
  equal(counter.value, 2_000_000);
});

// Goal: one at a time, nobody stuck, nothing lost, whatever happens. Method:
// contenders that do what a seeded chance says; one after the other is killed
// wherever it is. Who gets in says who was there before: only the dead may be.
for (const seed of [1, 2, 3, 4]) {
  for (const kind of ["Lock", "RLock"] as const) {
    Deno.test(
      `${kind}, Semaphore and RwLock keep their rules in any schedule, seed ${seed}`,
      {
        timeout: 180_000,
      },
      async () => {
        const method = seed % 2 === 0 ? "thread" : "spawn";
        const ctx = getContext(method);
        const arena: t.Arena = {
          lock: new ctx[kind](),
          inside: new ctx.Value("i", 0),
          killed: new ctx.Value("i", 0),
          broken: new ctx.Value("i", 0),
          turns: new ctx.Value("i", 0),
          semaphore: new ctx.Semaphore(2),
          board: new ctx.RwLock(),
          reading: new ctx.Value("i", 0),
          writing: new ctx.Value("i", 0),
        };
        const workers = ["thread", method].map((method, i) =>
          start(method, t.wander as never, arena, i + 1, seed, 200)
        );
        for (let victim = 3; victim < 6; victim++) {
          const p = start(
            method,
            t.wanderForever as never,
            arena,
            victim,
            seed,
          );
          const before = arena.turns.value;
          while (arena.turns.value < before + 40) {
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          arena.killed.or(1 << victim);
          p.kill();
          await p.join();
        }
        for (const p of workers) await p.result();
        equal(arena.broken.value, 0);
        equal(arena.semaphore.getValue(), 2);
        // Whatever the dead left, the lock is to be had.
        using held = await arena.lock.acquire({ abandoned: "take" });
        ok(held);
        using alone = await arena.board.acquireWrite({ abandoned: "take" });
        ok(alone);
      },
    );
  }
}

/**
 * The scenes: what processes do together while some of them are killed, and what
 * holds nevertheless.
 *
 * @module
 */

import {
  activeChildren,
  EndOfFileError,
  ExitError,
  WorkerLostError,
} from "@multiprocessing/core";
import { type AnyProcess, holds, type Stage } from "./stage.ts";
import * as t from "./targets.ts";

const module = new URL("./targets.ts", import.meta.url);

/**
 * Locks: no two are inside at once, and no step that was told is lost. A holder
 * that dies inside has made half a step at most, which the next one makes whole.
 */
export async function locks(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const lock = new ctx.Value("i", 0);
  const words = new ctx.SharedArray("i", t.WORDS);
  const times = 100 + random.below(400);
  const processes = Array.from(
    { length: 2 + random.below(3) },
    () =>
      new ctx.Process({
        target: t.increment,
        args: [lock, words, times],
        module,
      }) as AnyProcess,
  );
  for (const p of processes) p.start();
  const areAllThere = () => words.get(t.BEGUN) === processes.length;
  const isKilledEarly = random.below(4) === 0;
  while (!isKilledEarly && !areAllThere()) await stage.pause(5);
  words.set(t.GO, 1);
  await stage.pause(isKilledEarly ? stage.startMs : 10);
  stage.kill(random.pick(processes));
  await stage.ended(processes);
  const [first, second, inside, told] = [...words] as number[];
  const killed = processes.filter((p) => p.exitcode !== 0).length;
  holds(
    told! <= first! && first! <= told! + 2 * killed,
    `the lock loses nothing: ${told} steps were told, ${first} made`,
  );
  holds(
    first === second || inside === 1 && first === second! + 1,
    `the lock keeps two words alike: ${first} and ${second}, inside ${inside}`,
  );
  stage.count("steps under a lock", told!);
}

/** Queues: an item that was put is got once, and whole, or gone with its taker. */
export async function queues(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const [makers, takers, each] = [2, 2, 30 + random.below(300)];
  const queue = new ctx.Queue<t.Item>(random.pick([0, 4, 64]));
  const put = new ctx.SharedArray("i", makers);
  const taken = new ctx.SharedArray("i", makers * each);
  const size = Math.floor(2 ** random.below(15));
  const from = (who: number) => ({ first: who * each, count: each, size });
  const producers = Array.from({ length: makers }, (_, who) =>
    new ctx.Process({
      target: t.produce,
      args: [queue, put, who, from(who)],
      module,
    }) as AnyProcess);
  const consumers = Array.from({ length: takers }, () =>
    new ctx.Process({
      target: t.consume,
      args: [queue, taken],
      module,
    }) as AnyProcess);
  for (const p of [...producers, ...consumers]) p.start();
  await stage.pauseInLife();
  stage.kill(random.pick([...producers, ...consumers]));
  // Here too, so that the queue is emptied whoever was killed.
  const rest = t.consume(queue, taken);
  await stage.ended(producers);
  queue.shutdown();
  await stage.soon(rest, "the rest of the queue");
  await stage.ended(consumers);
  checkTaken([...put] as number[], [...taken] as number[], {
    each,
    lostMax: consumers.filter((p) => p.exitcode !== 0).length,
  });
  stage.count("items through queues", [...taken].reduce((a, b) => a + b));
}

function checkTaken(
  put: readonly number[],
  taken: readonly number[],
  { each, lostMax }: { each: number; lostMax: number },
): void {
  const twice = taken.findIndex((times) => times > 1);
  holds(twice === -1, `no item is got twice: item ${twice} is`);
  let lost = 0;
  for (const [who, count] of put.entries()) {
    for (let i = 0; i < count; i++) {
      if (taken[who * each + i] === 0) lost++;
    }
  }
  holds(
    lost <= lostMax,
    `what was put is got: ${lost} items are missing, and ${lostMax} takers died`,
  );
}

/** Pipes: the items come whole and in order, and then the end. */
export async function pipes(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const count = 20 + random.below(400);
  const size = Math.floor(2 ** random.below(16));
  const [mine, theirs] = ctx.Pipe<t.Item>();
  const p = new ctx.Process({
    target: t.sendAll,
    args: [theirs, count, size],
    module,
  }) as AnyProcess;
  p.start();
  theirs.close();
  // In the midst of the items, or at any moment of its life.
  const killedAt = random.below(2 * count);
  const killing = killedAt < count
    ? Promise.resolve()
    : stage.pauseInLife().then(() => stage.kill(p));
  let next = 0;
  try {
    for (;;) {
      const item = await stage.soon(mine.recv(), "the end of a pipe");
      holds(
        item.id === next,
        `items keep their order: ${item.id}, not ${next}`,
      );
      holds(t.isWhole(item), `item ${item.id} is whole`);
      if (next === killedAt) stage.kill(p);
      next++;
    }
  } catch (error) {
    if (!(error instanceof EndOfFileError)) throw error;
  }
  await killing;
  await stage.ended([p]);
  holds(
    p.exitcode !== 0 || next === count,
    `a sender that ended well has sent all: ${next} of ${count}`,
  );
  mine.close();
  stage.count("items through pipes", next);
}

/** Shared data: under its lock an array is seen in one color, or its painter died. */
export async function shared(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const lock = new ctx.Value("i", 0);
  const array = new ctx.SharedArray("d", 1 + random.below(3000));
  const painters = Array.from({ length: 3 }, (_, color) =>
    new ctx.Process({
      target: t.paint,
      args: [lock, array, color + 1, 10 + random.below(60)],
      module,
    }) as AnyProcess);
  for (const p of painters) p.start();
  const painted = { whole: true };
  const killing = stage.pauseInLife().then(() => {
    painted.whole = false;
    stage.kill(random.pick(painters));
  });
  let looks = 0;
  while (painters.some((p) => p.isAlive())) {
    const guard = await stage.soon(
      lock.getLock().acquire().catch(() => null),
      "a lock",
    );
    const colors = new Set(array);
    guard?.[Symbol.dispose]();
    // Without a guard a painter died, and left what it had not finished.
    if (guard === null) break;
    looks++;
    holds(colors.size === 1 || !painted.whole, "an array is seen in one color");
    await stage.pause(3);
  }
  await killing;
  await stage.ended(painters);
  stage.count("looks at shared data", looks);
}

/** Processes: each gives its value, or ends as it was killed, and none stays. */
export async function processes(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const given = Array.from({ length: 1 + random.below(5) }, (_, n) => {
    const how = random.pick(["compute", "await"]);
    const value = { n, bytes: new Uint8Array(random.below(10_000)).fill(n) };
    const args: [typeof value, string, number] = [value, how, random.below(80)];
    const target = t.echo<typeof value>;
    return { value, p: new ctx.Process({ target, args, module }) };
  });
  await Promise.all(given.map(async ({ value, p }) => {
    await stage.pause(20);
    p.start();
    if (random.below(3) > 0) {
      await stage.pauseInLife();
      stage.kill(p as unknown as AnyProcess);
    }
    try {
      const result = await stage.soon(p.result(), `the result of ${p}`);
      holds(
        result.n === value.n && result.bytes.length === value.bytes.length,
        "a result is what was given",
      );
    } catch (error) {
      if (!(error instanceof ExitError)) throw error;
      holds(p.exitcode! < 0, `a process without a result was killed: ${error}`);
    }
  }));
  const all = given.map(({ p }) => p as unknown as AnyProcess);
  await stage.ended(all);
  const living = activeChildren() as unknown as AnyProcess[];
  holds(!all.some((p) => living.includes(p)), "an ended process is no child");
}

/** Imports: a kill in the midst of one ends the process, and nothing else. */
export async function imports(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const importers = Array.from(
    { length: 1 + random.below(3) },
    () =>
      new ctx.Process({
        target: t.importAll,
        args: [random.pick(["json", "mixed", "builtins"])],
        module,
      }) as AnyProcess,
  );
  for (const p of importers) p.start();
  for (const p of importers) {
    await stage.pauseInLife();
    stage.kill(p);
  }
  await stage.ended(importers);
}

/** Pools: each call is settled once, by its value or by the loss of its worker. */
export async function pools(stage: Stage): Promise<void> {
  const { ctx, random } = stage;
  const pool = new ctx.Pool(1 + random.below(3), {
    ...(random.below(3) === 0 ? { maxTasksPerChild: 20 } : {}),
    ...(random.below(3) === 0 ? { idleTimeout: 50 } : {}),
  });
  const isOver = { yes: false };
  const before = new Set(activeChildren());
  // A few, as a pool whose workers never live to begin makes no progress.
  const killer = (async () => {
    for (let n = random.below(8); n > 0 && !isOver.yes; n--) {
      await stage.pauseInLife();
      const ours = (activeChildren() as unknown as AnyProcess[])
        .filter((p) => !before.has(p as never) && /Pool/.test(p.name));
      if (ours.length > 0) stage.kill(random.pick(ours));
    }
  })();
  const calls = Array.from({ length: 20 + random.below(60) }, async (_, n) => {
    try {
      const value = await pool.apply(t.square, [n], { module, retries: 5 });
      holds(value === n * n, `the square of ${n} is not ${value}`);
      stage.count("pool tasks");
    } catch (error) {
      if (!(error instanceof WorkerLostError)) throw error;
      stage.count("pool tasks lost");
    }
  });
  const map = pool.map(t.square, Array.from({ length: 100 }, (_, n) => n), {
    module,
    settled: true,
  }).then((rows) => {
    for (const [n, row] of rows.entries()) {
      if (row.status === "fulfilled") {
        holds(row.value === n * n, `the square of ${n} is not ${row.value}`);
      } else if (!(row.reason instanceof WorkerLostError)) throw row.reason;
    }
    stage.count("pool maps");
  });
  try {
    await stage.soon(
      Promise.all([...calls, map]),
      "a pool",
      () => pool.stats(),
    );
  } finally {
    isOver.yes = true;
    await killer;
    pool.terminate();
  }
  await stage.soon(pool.join(), "the end of a pool");
}

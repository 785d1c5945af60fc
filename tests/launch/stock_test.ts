/**
 * When spares are booted and ended, with a clock of the test's own.
 *
 * @module
 */

import { deepEqual, equal, rejects } from "node:assert/strict";
import {
  BOOT_MAX_MS,
  BUSY_MS,
  PAUSE_MAX_MS,
  REFILL_MS,
  SHELVES_MAX,
  SOUND_MS,
  type Spare,
  type SpareEvents,
  SPARES_LOST_MAX,
  Stock,
  type StockSettings,
} from "../../lib/launch/stock.ts";
import { ProcessStateError } from "../../lib/base/errors.ts";
import { getLogger } from "../../lib/logging/logger.ts";

class FakeSpare implements Spare {
  readonly memoryBytes = null;
  readonly events: SpareEvents;
  readonly pid: number;
  isWaiting = false;
  isRetired = false;

  constructor(pid: number, events: SpareEvents) {
    this.pid = pid;
    this.events = events;
  }

  boots(): void {
    this.isWaiting = true;
    this.events.waiting();
  }

  retire(): Promise<void> {
    this.isRetired = true;
    return Promise.resolve();
  }
}

/** A stock with a clock that moves when it is told to. */
class World {
  nowMs = 0;
  readonly booted: FakeSpare[] = [];
  readonly #timers = new Set<{ readonly at: number; action(): void }>();
  readonly stock: Stock<FakeSpare>;

  constructor(settings: Partial<StockSettings> = {}) {
    this.stock = new Stock(
      "a test",
      { count: 2, idleMs: Infinity, isRefilled: true, ...settings },
      {
        now: () => this.nowMs,
        later: (action, ms) => {
          const timer = { at: this.nowMs + ms, action };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
      },
    );
  }

  readonly boot = (events: SpareEvents) => {
    const spare = new FakeSpare(this.booted.length, events);
    this.booted.push(spare);
    return spare;
  };

  take(key = "a"): FakeSpare | null {
    return this.stock.take(key, this.boot);
  }

  /** Lets time go on; the program computes for the last `busyMs` of it. */
  pass(ms: number, busyMs = 0): void {
    const end = this.nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end)
        .toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      const isLate = due.at > end - busyMs;
      this.nowMs = isLate ? end : Math.max(this.nowMs, due.at);
      due.action();
    }
    this.nowMs = end;
  }

  get timers(): number {
    return this.#timers.size;
  }
}

Deno.test("Stock boots nothing before the first use, and one spare after the other then", () => {
  const world = new World();
  world.pass(1_000);
  equal(world.booted.length, 0);
  equal(world.take(), null);
  equal(world.booted.length, 0);
  world.pass(REFILL_MS);
  equal(world.booted.length, 1);
  world.pass(1_000);
  equal(world.booted.length, 1);
  world.booted[0]!.boots();
  world.pass(REFILL_MS);
  equal(world.booted.length, 2);
  world.booted[1]!.boots();
  world.pass(1_000);
  equal(world.booted.length, 2);
});

Deno.test("Stock of none refuses to be filled", async () => {
  const world = new World();
  world.stock.configure({ ...world.stock.settings, count: 0 });
  await rejects(world.stock.fill("a", world.boot), ProcessStateError);
  equal(world.booted.length, 0);
});

Deno.test("Stock of none does nothing at a use", () => {
  const world = new World({ count: 0 });
  equal(world.take(), null);
  equal(world.timers, 0);
});

Deno.test("Stock gives each spare once, those that wait first", () => {
  const world = new World();
  world.take();
  world.pass(REFILL_MS);
  world.booted[0]!.boots();
  world.pass(REFILL_MS);
  equal(world.take(), world.booted[0]);
  equal(world.take(), world.booted[1]);
  equal(world.take(), null);
});

Deno.test("Stock is not filled while the program computes, and is when it waits again", () => {
  const world = new World();
  world.take();
  world.pass(REFILL_MS + BUSY_MS + 1, BUSY_MS + 2);
  equal(world.booted.length, 0);
  world.pass(1_000, 1_000);
  equal(world.booted.length, 0);
  world.pass(PAUSE_MAX_MS);
  equal(world.booted.length, 1);
});

Deno.test("Stock without refill boots only what fill() asks for", async () => {
  const world = new World({ isRefilled: false });
  world.take();
  world.pass(1_000);
  equal(world.booted.length, 0);
  const filled = world.stock.fill("a", world.boot);
  equal(world.booted.length, 2);
  for (const spare of world.booted) spare.boots();
  await filled;
  equal(world.take(), world.booted[0]);
  world.pass(1_000);
  equal(world.booted.length, 2);
});

Deno.test("Stock ends spares of other settings only when too many kinds are in use", () => {
  const world = new World({ count: 1 });
  const keys = Array.from({ length: SHELVES_MAX + 1 }, (_, i) => `kind ${i}`);
  for (const key of keys.slice(0, -1)) {
    world.take(key);
    world.take(key);
    world.pass(REFILL_MS);
    world.booted.at(-1)!.boots();
  }
  equal(world.stock.spares().length, SHELVES_MAX);
  world.take(keys.at(-1));
  deepEqual(
    world.booted.map(({ isRetired }) => isRetired),
    [true, false, false, false],
  );
});

Deno.test("Stock boots nothing for settings that only one process had, beside the first", () => {
  const world = new World({ count: 1 });
  world.take("first");
  world.pass(REFILL_MS);
  world.booted[0]!.boots();
  for (let i = 0; i < 3; i++) {
    world.take(`own ${i}`);
    world.pass(1_000);
  }
  equal(world.booted.length, 1);
  world.take("own 2");
  world.pass(REFILL_MS);
  equal(world.booted.length, 2);
});

Deno.test("Stock retires spares after their idle time, and boots them after the next use", () => {
  const world = new World({ count: 1, idleMs: 5_000 });
  world.take();
  world.pass(REFILL_MS);
  world.booted[0]!.boots();
  world.pass(4_900);
  equal(world.booted[0]!.isRetired, false);
  world.pass(100);
  equal(world.booted[0]!.isRetired, true);
  equal(world.timers, 0);
  equal(world.take(), null);
  world.pass(REFILL_MS);
  equal(world.booted.length, 2);
});

Deno.test("Stock replaces a spare that was lost, and gives up after some", () => {
  const lines: string[] = [];
  const collect = ({ line }: { line: string }) => void lines.push(line);
  getLogger().addHandler(collect);
  const world = new World({ count: 1 });
  world.take();
  for (let lost = 0; lost < SPARES_LOST_MAX; lost++) {
    world.pass(PAUSE_MAX_MS);
    equal(world.booted.length, lost + 1);
    world.booted[lost]!.events.lost("it was hit");
  }
  world.pass(60_000);
  equal(world.booted.length, SPARES_LOST_MAX);
  equal(world.take(), null);
  world.pass(60_000);
  equal(world.booted.length, SPARES_LOST_MAX);
  getLogger().removeHandler(collect);
  equal(lines.length, 1);
  equal(/a test.*in a row.*it was hit/.test(lines[0]!), true, lines[0]);
  // Whoever changes the settings tries again.
  world.stock.configure(world.stock.settings);
  world.take();
  world.pass(REFILL_MS);
  equal(world.booted.length, SPARES_LOST_MAX + 1);
});

Deno.test("Stock replaces spares that are ended while they wait, however many", () => {
  const world = new World({ count: 1 });
  world.take();
  world.pass(REFILL_MS);
  for (let lost = 0; lost < 2 * SPARES_LOST_MAX; lost++) {
    equal(world.booted.length, lost + 1);
    world.booted[lost]!.boots();
    world.pass(SOUND_MS);
    world.booted[lost]!.events.lost("it was hit");
    world.pass(PAUSE_MAX_MS);
  }
});

Deno.test("Stock goes on after a boot that throws", async () => {
  const world = new World({ count: 1 });
  const broken = () => {
    throw new Error("no more processes");
  };
  const lines: string[] = [];
  const collect = ({ line }: { line: string }) => void lines.push(line);
  getLogger().addHandler(collect);
  await world.stock.fill("a", broken);
  getLogger().removeHandler(collect);
  equal(world.stock.spares().length, 0);
  // The reason, and not where in the package it came up.
  equal(/: Error: no more processes$/.test(lines.join("\n")), true, lines[0]);
});

Deno.test("Stock ends a spare that never boots", () => {
  const world = new World({ count: 1 });
  world.take();
  world.pass(REFILL_MS);
  world.pass(BOOT_MAX_MS);
  equal(world.booted[0]!.isRetired, true);
  world.pass(PAUSE_MAX_MS);
  equal(world.booted.length, 2);
});

Deno.test("Stock ends a spare that suits no longer, and looks at all that wait", () => {
  const world = new World();
  world.take();
  for (const at of [0, 1]) {
    world.pass(REFILL_MS);
    world.booted[at]!.boots();
  }
  const [first, second] = world.booted;
  const spare = world.stock.take("a", world.boot, (spare) => spare !== first);
  equal(spare, second);
  equal(first!.isRetired, true);
});

Deno.test("Stock.configure() ends what is too much, and Stock.retire() all", async () => {
  const world = new World();
  world.take();
  for (const at of [0, 1]) {
    world.pass(REFILL_MS);
    world.booted[at]!.boots();
  }
  world.stock.configure({ ...world.stock.settings, count: 1 });
  deepEqual(world.booted.map(({ isRetired }) => isRetired), [false, true]);
  await world.stock.retire();
  deepEqual(world.stock.spares(), []);
  equal(world.booted[0]!.isRetired, true);
  equal(world.timers, 0);
  world.pass(60_000);
  equal(world.booted.length, 2);
});

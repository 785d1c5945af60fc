/**
 * What every scene of chaos is given: a random source that a seed repeats, a killer,
 * and a place for faults.
 *
 * @module
 */

import type { BaseProcess, Context } from "@multiprocessing/core";

/** A process whatever its target is. */
export type AnyProcess = BaseProcess<never[], unknown>;

/** Numbers that a seed repeats; xorshift. */
export class Random {
  #state: number;

  /** Begins the sequence of a seed. */
  constructor(seed: number) {
    this.#state = (seed >>> 0) || 1;
    for (let i = 0; i < 8; i++) this.below(2); // Small seeds begin alike.
  }

  /** The next number, from 0 to below `limit`. */
  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return Math.floor(this.#state / 2 ** 32 * limit);
  }

  /** One of several. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

/** What a model did not hold. */
export class Fault extends Error {
  override readonly name = "Fault";
}

/** Fails the scene unless a sentence of its model holds. */
export function holds(isTrue: boolean, sentence: string): asserts isTrue {
  if (!isTrue) throw new Fault(sentence);
}

const module = new URL("./targets.ts", import.meta.url);

/**
 * After so long, and then so many processes from their start to their end one after
 * the other, a wait is for ever. On a machine that leaves this program little time, so
 * many processes take as much longer as what is waited for.
 */
const FOR_EVER_MS = 60_000;
const FOR_EVER_PROCESSES = 50;

/** What a scene plays on. */
export class Stage {
  readonly method: string;
  readonly ctx: Context;
  readonly random: Random;
  /** What has happened, over all rounds. */
  readonly counts: Map<string, number>;
  /** How long a process takes to start here and now. */
  readonly startMs: number;

  /** A stage of one round. */
  constructor(
    { method, ctx, counts, startMs }: Pick<
      Stage,
      "method" | "ctx" | "counts" | "startMs"
    >,
    seed: number,
  ) {
    this.method = method;
    this.ctx = ctx;
    this.random = new Random(seed);
    this.counts = counts;
    this.startMs = startMs;
  }

  /** Counts what has happened. */
  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  /** A pause of a random length. */
  async pause(maxMs: number): Promise<void> {
    const ms = this.random.below(maxMs);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** A pause that ends while a process starts, or works. */
  async pauseInLife(): Promise<void> {
    await this.pause(50 + 2 * this.startMs);
  }

  /** Kills a process in one of the ways. */
  kill(process: AnyProcess): void {
    if (!process.isAlive()) return;
    this.count("kills");
    if (this.random.below(2) === 0) process.kill();
    else process.terminate();
  }

  /**
   * Settles as `promise`, and fails the scene where that takes for ever; the fault
   * tells the `state` then.
   */
  async soon<T>(
    promise: Promise<T>,
    what: string,
    state: () => unknown = () => "",
  ): Promise<T> {
    const late = Promise.withResolvers<never>();
    const over = new AbortController();
    const timer = setTimeout(async () => {
      await this.#live(FOR_EVER_PROCESSES, over.signal);
      late.reject(
        new Fault(`${what} takes for ever: ${Deno.inspect(state())}`),
      );
    }, FOR_EVER_MS);
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  /** Starts processes one after the other, each after the end of the last. */
  async #live(count: number, over: AbortSignal): Promise<void> {
    this.count("waits of a minute");
    for (let n = 0; n < count && !over.aborted; n++) {
      const p = new this.ctx.Process({ target: { module, name: "echo" } });
      p.start();
      await p.join();
    }
  }

  /** Waits until each has ended, and looks at how. */
  async ended(processes: readonly AnyProcess[]): Promise<void> {
    for (const process of processes) {
      await this.soon(process.join(), `the end of ${process}`);
      const code = process.exitcode;
      holds(
        code === 0 || code === -9 || code === -15,
        `a process ends well or as it was killed, and not with ${code}: ${await process
          .result().catch((error) => error)}`,
      );
      this.count(code === 0 ? "ended well" : "ended by a kill");
    }
  }
}

/** A scene: it plays one round and throws a `Fault` where its model does not hold. */
export type Scene = (stage: Stage) => Promise<void>;

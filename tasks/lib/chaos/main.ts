// deno-lint-ignore-file no-console
/**
 * One program of chaos: plays scenes under one start method until its time is over,
 * and prints one line of JSON. It is run by `chaos.ts`, which also sees it abort.
 *
 * Usage: main.ts METHOD SEED SECONDS [ROUND]
 *
 * @module
 */

import {
  activeChildren,
  type Context,
  getContext,
} from "@multiprocessing/core";
import * as scenes from "./scenes.ts";
import { Random, type Scene, Stage } from "./stage.ts";

/** What a program of chaos tells at its end. */
export interface Outcome {
  readonly rounds: number;
  /** What did not hold, by round. */
  readonly faults: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** So many rounds are played at once. */
const LANES = 2;

const module = new URL("./targets.ts", import.meta.url);
const NAMES = Object.keys(scenes) as (keyof typeof scenes)[];

/** The seed of a round, by which it can be played alone. */
function seedOf(seed: number, round: number): number {
  return Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b);
}

class Chaos {
  readonly #method: string;
  readonly #seed: number;
  readonly #counts = new Map<string, number>();
  readonly #faults: string[] = [];
  readonly #ctx: Context;
  #rounds = 0;
  #startMs = 50;

  constructor(method: string, seed: number) {
    this.#method = method;
    this.#seed = seed;
    this.#ctx = getContext(method);
  }

  /** Starts a process, and sees how long that takes here. */
  async warmUp(): Promise<void> {
    const begun = performance.now();
    const p = new this.#ctx.Process({ target: { module, name: "echo" } });
    p.start();
    await p.join();
    this.#startMs = Math.min(1_000, performance.now() - begun);
  }

  /** Plays rounds until the time is over. */
  async play(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    const lane = async () => {
      while (performance.now() < end) await this.round(this.#rounds++);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** Plays one round; its scene follows from its number, so that all come by. */
  async round(round: number): Promise<void> {
    const seed = seedOf(this.#seed, round);
    const name = round < NAMES.length
      ? NAMES[round]!
      : new Random(~seed).pick(NAMES);
    const stage = new Stage({
      method: this.#method,
      ctx: this.#ctx,
      counts: this.#counts,
      startMs: this.#startMs,
    }, seed);
    const scene: Scene = scenes[name];
    try {
      await scene(stage);
      stage.count(`rounds of ${name}`);
    } catch (error) {
      this.#faults.push(`round ${round}, ${name}: ${Deno.inspect(error)}`);
    }
  }

  outcome(): Outcome {
    const living = activeChildren().length;
    const faults = living === 0 || this.#faults.length > 0
      ? this.#faults
      : [`${living} processes are left behind`];
    return {
      rounds: this.#rounds,
      faults,
      counts: Object.fromEntries([...this.#counts].sort()),
    };
  }
}

if (import.meta.main) {
  const [method, seed, seconds, round] = Deno.args as string[];
  const chaos = new Chaos(method!, Number(seed));
  await chaos.warmUp();
  if (round === undefined) await chaos.play(Number(seconds));
  else await chaos.round(Number(round));
  console.log(JSON.stringify(chaos.outcome()));
  Deno.exit(0); // Whatever hangs has been told.
}

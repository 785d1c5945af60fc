/**
 * Heat that spreads over a plate, step by step, by several processes.
 *
 * @module
 */

import {
  Barrier,
  cpuCount,
  getStartMethod,
  Process,
  setStartMethod,
  SharedArray,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { pause } from "./lib/measure.ts";
import { drawOver, ms, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:heat [--method METHOD]
         [--steps N] [--help]

Lets heat spread over a plate in N steps (4000). Each of two to four processes
owns a strip of it, and all wait for each other at a barrier after every step.
On a terminal the plate is drawn meanwhile.`;

const STEPS = 4000;
const WORKERS = Math.min(Math.max(2, cpuCount()), 4);
const FRAMES = 20;
const FRAME_MS = 60;

/** The plate: cells, and how many of them one character stands for. */
const WIDTH = 304;
const HEIGHT = 136;
const CELL_WIDTH = 4;
const CELL_HEIGHT = 8;
const SHADES = " .:-=+*#%@";

/** Discs that are kept hot; everything beyond the plate is cold. */
const HOT = [
  { x: 60, y: 40, radius: 14 },
  { x: 170, y: 95, radius: 20 },
  { x: 255, y: 45, radius: 10 },
];

/** The plate at this step and at the next, in turn. */
type Plates = readonly [Float64Array, Float64Array];
type Shared = readonly [SharedArray<"d">, SharedArray<"d">];

interface Strip {
  readonly from: number;
  readonly to: number;
}

interface Plan {
  readonly steps: number;
  /** How many steps there are from one picture to the next. */
  readonly stride: number;
}

function isHot(x: number, y: number): boolean {
  return HOT.some((disc) =>
    (x - disc.x) ** 2 + (y - disc.y) ** 2 <= disc.radius ** 2
  );
}

function heatUp(plate: SharedArray<"d"> | Float64Array): void {
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    if (!isHot(at % WIDTH, Math.floor(at / WIDTH))) continue;
    if (plate instanceof Float64Array) plate[at] = 1;
    else plate.set(at, 1);
  }
}

/** One step of some rows: each cell becomes the mean of its four neighbours. */
function step(before: Float64Array, after: Float64Array, rows: Strip): void {
  for (let y = rows.from; y < rows.to; y++) {
    for (let x = 1; x < WIDTH - 1; x++) {
      const at = y * WIDTH + x;
      if (before[at] === 1) continue; // Kept hot: nothing else gets to 1.
      after[at] = (before[at - 1]! + before[at + 1]! +
        before[at - WIDTH]! + before[at + WIDTH]!) / 4;
    }
  }
}

/** Target: does its rows, and after each step waits for the other workers. */
export function spread(
  shared: Shared,
  rows: Strip,
  plan: Plan,
  stepped: Barrier,
  shown: Barrier,
): number {
  const [one, other]: Plates = [shared[0].typed(), shared[1].typed()];
  let tookMs = 0;
  for (let done = 0; done < plan.steps;) {
    const start = performance.now();
    const until = Math.min(done + plan.stride, plan.steps);
    for (; done < until; done++) {
      if (done % 2 === 0) step(one, other, rows);
      else step(other, one, rows);
      stepped.waitSync();
    }
    tookMs += performance.now() - start;
    shown.waitSync(); // The picture can be drawn,
    shown.waitSync(); // and is.
  }
  return tookMs;
}

/** The rows of each worker; the outermost rows belong to nobody and stay cold. */
function strips(): Strip[] {
  const share = (n: number) => 1 + Math.round(n * (HEIGHT - 2) / WORKERS);
  return Array.from({ length: WORKERS }, (_, n) => ({
    from: share(n),
    to: share(n + 1),
  }));
}

function picture(plate: Float64Array): string[] {
  const lines: string[] = [];
  for (let y = CELL_HEIGHT >> 1; y < HEIGHT; y += CELL_HEIGHT) {
    let line = "";
    for (let x = CELL_WIDTH >> 1; x < WIDTH; x += CELL_WIDTH) {
      const heat = plate[y * WIDTH + x]!;
      line += SHADES[Math.min(Math.floor(heat * 10), SHADES.length - 1)];
    }
    lines.push(`|${line}|`);
  }
  return lines;
}

/** The same by one process, to compare with. */
function alone(steps: number): { plate: Float64Array; tookMs: number } {
  let plate = new Float64Array(WIDTH * HEIGHT);
  let next = new Float64Array(WIDTH * HEIGHT);
  heatUp(plate);
  heatUp(next);
  const start = performance.now();
  for (let done = 0; done < steps; done++) {
    step(plate, next, { from: 1, to: HEIGHT - 1 });
    [plate, next] = [next, plate];
  }
  return { plate, tookMs: performance.now() - start };
}

async function simulate(steps: number, frames: number): Promise<void> {
  const cells = WIDTH * HEIGHT;
  const shared: Shared = [
    new SharedArray("d", cells),
    new SharedArray("d", cells),
  ];
  shared.forEach(heatUp);
  const plan: Plan = { steps, stride: Math.ceil(steps / frames) };
  const stepped = new Barrier(WORKERS);
  const shown = new Barrier(WORKERS + 1);
  const workers = strips().map((rows) => {
    const p = new Process({
      target: spread,
      args: [shared, rows, plan, stepped, shown],
    });
    p.start();
    return p;
  });
  // Not before start(): an array that is given to a spawned process moves.
  const plates: Plates = [shared[0].typed(), shared[1].typed()];
  for (let done = 0; done < steps;) {
    await shown.wait();
    const isFirst = done === 0;
    done = Math.min(done + plan.stride, steps);
    drawOver(picture(plates[done % 2]!), isFirst);
    if (done < steps) await pause(FRAME_MS);
    await shown.wait();
  }
  const took = Math.max(...await Promise.all(workers.map((p) => p.result())));
  const { plate, tookMs } = alone(steps);
  const isSame = plate.every((heat, at) => heat === plates[steps % 2]![at]);
  say(`${WORKERS} processes took ${ms(took)}, one takes ${ms(tookMs)}`);
  say(`the numbers of both are ${isSame ? "" : "NOT "}the same`);
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    steps: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const steps = countOf(USAGE, flags, { flag: "steps", otherwise: STEPS });
  if (method !== undefined) setStartMethod(method);
  const size = `${WIDTH} x ${HEIGHT} cells`;
  title(`Heat on ${size}, ${whole(steps)} steps (${getStartMethod()})`);
  await simulate(steps, Deno.stdout.isTerminal() ? FRAMES : 1);
}

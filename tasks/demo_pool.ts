/**
 * The Mandelbrot set, row by row, by a pool.
 *
 * @module
 */

import {
  type BasePool,
  getStartMethod,
  Pool,
  setStartMethod,
  transferring,
} from "@multiprocessing/core";
import { countOf, methodOf, readFlags } from "./lib/flags.ts";
import { bar, drawOver, ms, say, title, whole } from "./lib/screen.ts";

const USAGE = `Usage: deno task demo:pool [--method METHOD]
         [--workers N] [--size N] [--help]

Computes the Mandelbrot set, row by row, by a pool of N workers (one for each
processor), draws the rows as they arrive, and then compares with one process.
The set has N points from left to right (640), and half as many rows.`;

const SIZE = 640;
const STEPS_MAX = 10_000;
const COLUMNS = 76;
const LINES = 15;
const BAR = 50;
const FRAME_MS = 50;
const SHADES = " .,:;-=+*oO%#@";

/** The part of the plane that is shown. */
const LEFT = -2.2;
const TOP = -1.2;
const WIDTH = 3;
const HEIGHT = 2.4;

/** What a worker is asked for, */
interface Request {
  readonly y: number;
  readonly size: number;
}

/** and what it answers. */
interface Row {
  readonly y: number;
  /** After how many steps each point is seen to run away. */
  readonly steps: Uint16Array<ArrayBuffer>;
}

/** Target: one row of points. */
export function rowOf({ y, size }: Request): Row {
  const steps = new Uint16Array(size);
  const b = TOP + HEIGHT * (y + 0.5) / rowsOf(size);
  for (let x = 0; x < size; x++) {
    steps[x] = stepsAt(LEFT + WIDTH * (x + 0.5) / size, b);
  }
  // The steps move to the main program, and are not copied.
  return transferring({ y, steps }, [steps.buffer]);
}

function stepsAt(a: number, b: number): number {
  let [x, y, xx, yy, steps] = [0, 0, 0, 0, 0];
  while (xx + yy <= 4 && steps < STEPS_MAX) {
    y = 2 * x * y + b;
    x = xx - yy + a;
    xx = x * x;
    yy = y * y;
    steps++;
  }
  return steps;
}

function rowsOf(size: number): number {
  return Math.max(LINES, size >> 1);
}

/** The rows in an order that shows all of the picture early. */
function requests(size: number): Request[] {
  const rows = rowsOf(size);
  const each = Math.ceil(rows / LINES);
  const inOrder = Array.from({ length: rows }, (_, y) => ({ y, size }));
  return inOrder.sort((p, q) => p.y % each - q.y % each || p.y - q.y);
}

/** Characters, each as dark as the points are deep that it stands for. */
class Picture {
  readonly #sums = new Float64Array(COLUMNS * LINES);
  readonly #counts = new Uint32Array(COLUMNS * LINES);

  take({ y, steps }: Row): void {
    const line = Math.floor(y * LINES / rowsOf(steps.length));
    for (const [x, count] of steps.entries()) {
      const at = line * COLUMNS + Math.floor(x * COLUMNS / steps.length);
      this.#sums[at]! += Math.log2(count);
      this.#counts[at]!++;
    }
  }

  get lines(): string[] {
    return Array.from({ length: LINES }, (_, line) => {
      let text = "";
      for (let x = 0; x < COLUMNS; x++) {
        const at = line * COLUMNS + x;
        const depth = this.#sums[at]! / Math.max(1, this.#counts[at]!);
        const shade = Math.floor(depth / Math.log2(STEPS_MAX) * SHADES.length);
        text += SHADES[Math.min(shade, SHADES.length - 1)];
      }
      return text;
    });
  }
}

/** Draws what has come so far; on a terminal often, else once, at the end. */
class Screen {
  readonly #total: number;
  readonly #isLive = Deno.stdout.isTerminal();
  #drawnAt = -Infinity;

  constructor(total: number) {
    this.#total = total;
  }

  show(picture: Picture, done: number): void {
    const now = performance.now();
    const isDue = this.#isLive && now - this.#drawnAt >= FRAME_MS;
    if (!isDue && done < this.#total) return;
    const rows = `  ${done} of ${this.#total} rows`;
    const lines = [...picture.lines, bar(done, this.#total, BAR) + rows];
    drawOver(lines, this.#drawnAt === -Infinity);
    this.#drawnAt = now;
  }
}

async function byPool(pool: BasePool, size: number) {
  const [picture, rows] = [new Picture(), requests(size)];
  const screen = new Screen(rows.length);
  const start = performance.now();
  let [done, firstMs] = [0, 0];
  for await (const row of pool.imapUnordered(rowOf, rows)) {
    if (done++ === 0) firstMs = performance.now() - start;
    picture.take(row);
    screen.show(picture, done);
  }
  return { picture, firstMs, tookMs: performance.now() - start };
}

function alone(size: number) {
  const picture = new Picture();
  const start = performance.now();
  for (const request of requests(size)) picture.take(rowOf(request));
  return { picture, tookMs: performance.now() - start };
}

async function compare(workers: number, size: number): Promise<void> {
  await using pool = new Pool(workers);
  const { picture, firstMs, tookMs } = await byPool(pool, size);
  const shares = pool.stats().workers.map(({ items }) => items);
  const least = Math.min(...shares);
  const one = alone(size);
  const faster = (one.tookMs / tookMs).toFixed(2);
  const isSame = `${one.picture.lines}` === `${picture.lines}`;
  say(`the pool took ${ms(tookMs)}, its start and the drawing included;`);
  say(`  the first row came after ${ms(firstMs)}, and each worker`);
  say(`  computed ${least} to ${Math.max(...shares)} rows`);
  say(
    `one process took ${ms(one.tookMs)}: the pool is ${faster} times as fast,`,
  );
  say(`  and its picture is ${isSame ? "" : "NOT "}the same`);
}

if (import.meta.main) {
  const flags = readFlags(USAGE, {
    method: { type: "string" },
    workers: { type: "string" },
    size: { type: "string" },
  });
  const method = methodOf(USAGE, flags);
  const otherwise = navigator.hardwareConcurrency;
  const workers = countOf(USAGE, flags, { flag: "workers", otherwise });
  const size = countOf(USAGE, flags, { flag: "size", otherwise: SIZE });
  if (method !== undefined) setStartMethod(method);
  const points = `${whole(size)} x ${whole(rowsOf(size))} points`;
  const who = workers === 1 ? "one worker" : `${workers} workers`;
  title(`The Mandelbrot set, ${points}, by ${who} (${getStartMethod()})`);
  await compare(workers, size);
}

/**
 * How far a `map()` is, drawn in the terminal or below the cell of a notebook:
 * `[#####-----] 50/100, 12.5/s, 4 s left, 1 failed`.
 *
 * @module
 */

import { isNotebook } from "../../base/interactive.ts";
import { writeIfRead } from "../../base/write_all.ts";

/** How often it is drawn at most. */
const DRAW_MS = 100;
const WIDTH = 30;

/** Shows a line in place of the one before; the last one stays. */
export type Draw = (line: string, isLast: boolean) => void;

/** A bar that is drawn as items end. */
export class ProgressBar {
  readonly #draw: Draw;
  readonly #now: () => number;
  readonly #begun: number;
  #drawnAt = -Infinity;
  #line = "";

  /** Begins to count; `now` gives milliseconds. */
  constructor(draw: Draw, now: () => number = () => performance.now()) {
    this.#draw = draw;
    this.#now = now;
    this.#begun = now();
  }

  /** Shows how many items have ended, and how many of these failed. */
  update(done: number, total: number, failed: number): void {
    const now = this.#now();
    this.#line = lineOf(done, total, failed, now - this.#begun);
    if (now - this.#drawnAt < DRAW_MS) return;
    this.#drawnAt = now;
    this.#draw(this.#line, false);
  }

  /** Leaves the last line where it is. */
  close(): void {
    if (this.#line !== "") this.#draw(this.#line, true);
  }
}

function lineOf(
  done: number,
  total: number,
  failed: number,
  ms: number,
): string {
  const filled = Math.round(WIDTH * done / total);
  const bar = "#".repeat(filled) + "-".repeat(WIDTH - filled);
  const rate = done * 1000 / Math.max(ms, 1);
  const left = (total - done) / rate;
  return `[${bar}] ${done}/${total}, ${rate.toFixed(1)}/s` +
    (done < total ? `, ${Math.ceil(left)} s left` : "") +
    (failed > 0 ? `, ${failed} failed` : "");
}

/** A bar where this program can show one; null where nobody would see it. */
export function openProgressBar(): ProgressBar | null {
  if (isNotebook()) return new ProgressBar(cellDraw());
  return Deno.stderr.isTerminal() ? new ProgressBar(drawInTerminal) : null;
}

function drawInTerminal(line: string, isLast: boolean): void {
  const text = `\r\x1b[K${line}${isLast ? "\n" : ""}`;
  writeIfRead(Deno.stderr, new TextEncoder().encode(text));
}

/** The part of a kernel's interface that is used here. */
interface DisplayKernel {
  readonly jupyter: {
    broadcast(
      type: "display_data" | "update_display_data",
      content: object,
    ): Promise<void>;
  };
}

function cellDraw(): Draw {
  const { jupyter } = Deno as unknown as DisplayKernel;
  const id = crypto.randomUUID();
  let type: "display_data" | "update_display_data" = "display_data";
  return (line) => {
    const content = {
      data: { "text/plain": line },
      metadata: {},
      transient: { display_id: id },
    };
    jupyter.broadcast(type, content).catch(() => {});
    type = "update_display_data";
  };
}

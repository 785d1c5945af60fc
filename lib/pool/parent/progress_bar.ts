/**
 * How far a `map()` is, drawn in the terminal or below the cell of a notebook:
 * `[#####-----] 50/100, 12.5/s, 4 s left, 1 failed`.
 *
 * @module
 */

import { broadcast, isNotebook } from "../../base/interactive.ts";
import type { MapOptions } from "./pool_options.ts";
import { writeIfRead } from "../../base/write_all.ts";

/** How often it is drawn at most. */
const DRAW_MS = 100;
/** The characters between the brackets at most, and at least. */
const WIDTH = 30;
const WIDTH_MIN = 5;

/** Where a bar is drawn. */
export interface Surface {
  /** How many characters a line has room for now. */
  columns(): number;
  /** Shows a line in place of the one before; the last one stays. */
  draw(line: string, isLast: boolean): void;
}

/** A bar that is drawn as items end. */
export class ProgressBar {
  readonly #surface: Surface;
  readonly #now: () => number;
  readonly #begun: number;
  #drawnAt = -Infinity;
  #counts: readonly [done: number, total: number, failed: number] | null = null;
  #isClosed = false;

  /** Begins to count; `now` gives milliseconds. */
  constructor(surface: Surface, now: () => number = () => performance.now()) {
    this.#surface = surface;
    this.#now = now;
    this.#begun = now();
  }

  /** Shows how many items have ended, and how many of these failed. */
  update(done: number, total: number, failed: number): void {
    if (this.#isClosed || total === 0) return;
    this.#counts = [done, total, failed];
    const now = this.#now();
    if (now - this.#drawnAt < DRAW_MS) return;
    this.#drawnAt = now;
    this.#draw(false);
  }

  /** Leaves the last line where it is. */
  close(): void {
    if (!this.#isClosed && this.#counts !== null) this.#draw(true);
    this.#isClosed = true;
  }

  /** Closes the bar when the map has ended, however it has. */
  closeAfter(end: Promise<unknown>): void {
    const close = () => this.close();
    end.then(close, close);
  }

  #draw(isLast: boolean): void {
    const [done, total, failed] = this.#counts!;
    const ms = this.#now() - this.#begun;
    const text = textOf(done, total, failed, ms);
    const room = this.#surface.columns() - text.length - "[] ".length;
    const width = Math.min(WIDTH, room);
    const filled = Math.round(width * done / total);
    const bar = width < WIDTH_MIN
      ? ""
      : `[${"#".repeat(filled)}${"-".repeat(width - filled)}] `;
    const line = (bar + text).slice(0, this.#surface.columns());
    this.#surface.draw(line, isLast);
  }
}

function textOf(
  done: number,
  total: number,
  failed: number,
  ms: number,
): string {
  const counts = `${done}/${total}`;
  if (done === 0) return counts;
  const rate = done * 1000 / Math.max(ms, 1);
  const left = (total - done) / rate;
  return `${counts}, ${rate.toFixed(1)}/s` +
    (done < total ? `, ${Math.ceil(left)} s left` : "") +
    (failed > 0 ? `, ${failed} failed` : "");
}

/** The options of a map that a bar shows. */
export function shownBy<O extends Pick<MapOptions, "onProgress">>(
  bar: ProgressBar,
  options: O,
): O {
  const onProgress = (...counts: [number, number, number]) => {
    bar.update(...counts);
    return options.onProgress?.(...counts);
  };
  return { ...options, onProgress };
}

/**
 * A bar of so many items, where this program can show one; null where nobody would see
 * it.
 */
export function openProgressBar(total: number): ProgressBar | null {
  const surface = isNotebook()
    ? new Cell()
    : Deno.stderr.isTerminal()
    ? new Terminal()
    : null;
  if (surface === null) return null;
  const bar = new ProgressBar(surface);
  bar.update(0, total, 0);
  return bar;
}

/** The last line of the terminal. */
class Terminal implements Surface {
  /** The one that is in the line; another one shows its last line only. */
  static #shown: Terminal | null = null;

  columns(): number {
    try {
      // A line that fills the last column may wrap. Some terminals have no size.
      const { columns } = Deno.consoleSize();
      if (columns > 1) return columns - 1;
    } catch {
      // As good as none.
    }
    return 79;
  }

  draw(line: string, isLast: boolean): void {
    Terminal.#shown ??= this;
    const isShown = Terminal.#shown === this;
    if (!isShown && !isLast) return;
    // What ends the program here leaves the cursor below the bar.
    if (isShown) globalThis.addEventListener("unload", endLine);
    write(`\r\x1b[K${line}${isLast ? "\n" : ""}`);
    if (!isShown || !isLast) return;
    Terminal.#shown = null;
    globalThis.removeEventListener("unload", endLine);
  }
}

function endLine(): void {
  write("\n");
}

function write(text: string): void {
  writeIfRead(Deno.stderr, new TextEncoder().encode(text));
}

/** A place below a cell, which the bar alone uses. */
class Cell implements Surface {
  readonly #id = crypto.randomUUID();
  #isShown = false;

  columns(): number {
    return Infinity;
  }

  draw(line: string): void {
    const type = this.#isShown ? "update_display_data" : "display_data";
    this.#isShown = true;
    broadcast(type, {
      data: { "text/plain": line },
      metadata: {},
      transient: { display_id: this.#id },
    });
  }
}

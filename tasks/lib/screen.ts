// deno-lint-ignore-file no-console
/**
 * What the demos print: titles, and tables that fit a screen of 80 columns.
 *
 * @module
 */

const COLUMNS = 80;

/** Prints a title, in bold where the screen can do that. */
export function title(text: string): void {
  console.log(`%c${fit(text)}`, "font-weight: bold");
}

/** Prints a line, cut to the width of the screen. */
export function say(text: string): void {
  console.log(fit(text));
}

/** The text, cut to the width of the screen. */
export function fit(text: string): string {
  return text.length <= COLUMNS ? text : `${text.slice(0, COLUMNS - 3)}...`;
}

/** One line of a table: the first cell to the left, the others to the right. */
export function row(
  cells: readonly string[],
  widths: readonly number[],
): string {
  return cells.map((cell, i) => {
    const width = widths[i] ?? 0;
    return i === 0 ? cell.padEnd(width) : cell.padStart(width);
  }).join(" ").trimEnd();
}

/** A text in as many lines as it needs. */
export function wrap(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    const longer = last === "" ? word : `${last} ${word}`;
    if (longer.length <= COLUMNS) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Prints lines over those that were printed before, if there were some. */
export function drawOver(lines: readonly string[], isFirst: boolean): void {
  if (!isFirst) say(`\x1b[${lines.length + 1}A`); // And one down again.
  lines.forEach(say);
}

/** How far something is, as a bar. */
export function bar(done: number, total: number, width: number): string {
  const full = Math.floor(width * done / total);
  const percent = Math.floor(100 * done / total);
  return `[${"#".repeat(full)}${".".repeat(width - full)}] ${percent} %`;
}

/** Milliseconds for people. */
export function ms(time: number): string {
  return `${time.toFixed(time < 10 ? 1 : 0)} ms`;
}

/** A whole number for people. */
export function whole(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

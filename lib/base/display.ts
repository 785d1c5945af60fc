/**
 * How objects of this package look in the cell of a notebook: a short table.
 *
 * @module
 */

/** The method that a Jupyter kernel of Deno calls to show an object. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** What is shown, by media type. */
export type Display = Readonly<Record<"text/plain" | "text/html", string>>;

/** A table of names and values below a title. */
export function tableOf(
  title: string,
  rows: Readonly<Record<string, string | number | boolean | null>>,
): Display {
  const lines = Object.entries(rows).map(([name, value]) =>
    [name, String(value ?? "-")] as const
  );
  const width = Math.max(...lines.map(([name]) => name.length));
  const text = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const html = lines.map(([name, value]) =>
    `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`
  );
  return {
    "text/plain": [title, ...text].join("\n"),
    "text/html": `<table><caption>${escaped(title)}</caption>${
      html.join("")
    }</table>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

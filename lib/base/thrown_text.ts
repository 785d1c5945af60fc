/**
 * The texts of thrown values, which may be anything: on one line, as part of the text
 * of another error, or whole, for people.
 *
 * @module
 */

/**
 * A thrown value in one line, for the text of another error; works even if the value
 * throws when it is read.
 */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "a part that throws when read";
  }
}

/**
 * A thrown value as the console shows it, with its stack and causes, for people; works
 * even if the value throws when it is read.
 */
export function inspectThrown(thrown: unknown): string {
  return textFrom(() => Deno.inspect(thrown)) ??
    textFrom(() => (thrown as Error).stack) ??
    "a value that throws when it is read";
}

function textFrom(read: () => unknown): string | null {
  try {
    const text = read();
    return typeof text === "string" ? text : null;
  } catch {
    return null;
  }
}

/**
 * The texts of thrown values, which may be anything.
 *
 * @module
 */

/** A thrown value as text; works even if the value throws when it is read. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "a part that throws when read";
  }
}

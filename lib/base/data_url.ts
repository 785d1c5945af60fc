/**
 * Modules whose address is their text.
 *
 * @module
 */

/** The URL of a module with this text. */
export function dataUrl(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

/**
 * What a message costs who reads it, beside its own bytes. Two bytes may be an empty
 * map of two hundred, and five a pattern that takes a millisecond to make; a stranger
 * who sends millions of them would fill the memory, or stop the event loop.
 *
 * Counted in bytes of memory, and a third of a nanosecond as one of them. What has
 * many bytes of its own (numbers, texts, fields, the content of buffers) is worth
 * these, and costs nothing more.
 *
 * @module
 */

/** What is made, and about how many bytes it takes (2.9.6). */
export const COST = {
  string: 40,
  object: 64,
  /** An object whose first field is a new name: V8 makes a class of its own for it. */
  shape: 256,
  array: 48,
  /** An object whose indices V8 keeps in a table. */
  table: 600,
  sparse: 200,
  map: 200,
  set: 170,
  /** Of a map, a set or a sparse array. */
  entry: 24,
  date: 110,
  boxed: 48,
  buffer: 200,
  view: 112,
} as const;

/** Any message may cost that much. */
const FREE_COST = 64 * 2 ** 20;

/** And that much for each of its bytes: honest data costs half of it at the most. */
const COST_PER_BYTE = 16;

/** What may be made of a stranger's message of so many bytes. */
export function mostOf(bytes: number): number {
  return FREE_COST + COST_PER_BYTE * bytes;
}

const PATTERN = 256;
const PATTERN_CHARACTER = 24;
/** Where letters are to match in either case, by the tables of Unicode. */
const FOLDED_CHARACTER = 1200;
/** A class by a property of Unicode, as `\p{L}`. */
const PROPERTY = 2 ** 17;
/** One of whole sequences, as `\p{RGI_Emoji}`, which only the flag "v" allows. */
const SEQUENCES = 2 ** 21;

/** What a pattern costs to make. */
export function costOfPattern(source: string, flags: string): number {
  const isUnicode = /[uv]/.test(flags);
  const isFolded = isUnicode && flags.includes("i");
  const each = isFolded ? FOLDED_CHARACTER : PATTERN_CHARACTER;
  const own = PATTERN + flags.length + source.length * each;
  // Each name is looked for among those before it.
  const names = count(source, /\(\?<[^=!]/g) ** 2 / 4;
  if (!isUnicode) return own + names;
  const properties = PROPERTY * count(source, /\\p\{/gi);
  const sequences = SEQUENCES * count(source, /\\p\{(RGI|Basic_E|Emoji_K)/gi);
  return own + names + properties + sequences;
}

function count(text: string, what: RegExp): number {
  let found = 0;
  while (what.test(text)) found++;
  return found;
}

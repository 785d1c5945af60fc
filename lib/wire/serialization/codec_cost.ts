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

/** Any message of a stranger may cost that much. */
const FREE_COST = 64 * 2 ** 20;

/** And that much for each of its bytes: honest data costs half of it at the most. */
const COST_PER_BYTE = 16;

/** What may be made of a stranger's message of so many bytes. */
export function mostOf(bytes: number): number {
  return FREE_COST + COST_PER_BYTE * bytes;
}

/** What any message of a child may cost, which may be larger than a stranger's. */
const FREE_COST_OF_CHILD = 256 * 2 ** 20;
/** The most that any of them may: half of what V8 gives a program on most machines. */
const MOST_OF_CHILD = 2 ** 31;
/** A message as short does little harm. */
const UNCOUNTED_BYTES = 1024;

/** What may be made of a message from a child in another OS process, if it is bytes. */
export function mostOfChild(message: unknown): number {
  if (!(message instanceof Uint8Array)) return Infinity;
  const { length } = message;
  return length <= UNCOUNTED_BYTES
    ? Infinity
    : Math.min(FREE_COST_OF_CHILD + COST_PER_BYTE * length, MOST_OF_CHILD);
}

const PATTERN = 256;
const PATTERN_CHARACTER = 24;
/** Where letters are to match in either case, by the tables of Unicode. */
const FOLDED_CHARACTER = 1200;
/** Each character of a class of Unicode is sorted in among the others. */
const CLASS_CHARACTERS = 20;
/** The same where letters are to match in either case. */
const FOLDED_CLASS_CHARACTERS = 40;
/** A class by a property of Unicode, as `\p{L}`. */
const PROPERTY = 2 ** 17;
/** The same where letters are to match in either case. */
const FOLDED_PROPERTY = 2 ** 19;
/** One of whole sequences, as `\p{RGI_Emoji}`, which only the flag "v" allows. */
const SEQUENCES = 2 ** 21;
/** A reference by name to one group: several may have the same name. */
const NAMED = 64;

/** What a pattern costs to make. */
export function costOfPattern(source: string, flags: string): number {
  const isUnicode = /[uv]/.test(flags);
  // The flag may stand in the pattern too: `(?i:...)`.
  const isFolded = isUnicode &&
    (flags.includes("i") || /\(\?[a-z]*i/.test(source));
  const each = isFolded ? FOLDED_CHARACTER : PATTERN_CHARACTER;
  const own = PATTERN + flags.length + source.length * each;
  // Each name is looked for among those before it.
  const names = count(source, /\(\?<[^=!]/g);
  const named = names ** 2 / 4 + NAMED * names * count(source, /\\k</g);
  if (!isUnicode) return own + named;
  const sorted = isFolded ? FOLDED_CLASS_CHARACTERS : CLASS_CHARACTERS;
  const property = isFolded ? FOLDED_PROPERTY : PROPERTY;
  return own + named + sorted * squaredClasses(source, flags.includes("v")) +
    property * count(source, /\\p\{/gi) +
    SEQUENCES * count(source, /\\p\{(RGI|Basic_E|Emoji_K)/gi);
}

/** The squares of how many characters stand in each outermost class, added up. */
function squaredClasses(source: string, isNesting: boolean): number {
  let [sum, depth, length] = [0, 0, 0];
  const parts = /\\(?:u\{[^}]*\}|u.{4}|x..|.)|[^]/gsu;
  for (let part; (part = parts.exec(source)?.[0]) !== undefined;) {
    if (part === "[" && (depth === 0 || isNesting)) depth++;
    else if (part === "]" && depth > 0) depth--;
    if (depth > 0) length++;
    else {
      sum += length ** 2;
      length = 0;
    }
  }
  // One that is not closed is none, and is refused after a look at it.
  return sum;
}

function count(text: string, what: RegExp): number {
  let found = 0;
  while (what.test(text)) found++;
  return found;
}

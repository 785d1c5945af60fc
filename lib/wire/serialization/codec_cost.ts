/**
 * The cost of decoding a message, beyond its own bytes. Two bytes may become an
 * empty map of two hundred, and five a pattern that takes a millisecond to
 * compile; an untrusted peer that sends millions of them would fill the memory,
 * or stop the event loop.
 *
 * The unit is one byte of memory, or a third of a nanosecond. Data with many
 * bytes of its own (numbers, texts, fields, the content of buffers) is paid for
 * by these, and costs nothing more.
 *
 * @module
 */

/** The approximate cost of what is made, in bytes (2.9.6). */
export const COST = {
  string: 40,
  object: 64,
  /**
   * An object whose first field is a new name: V8 makes a hidden class for it.
   */
  shape: 256,
  array: 48,
  /** An object whose indices V8 keeps in a hash table. */
  table: 600,
  sparse: 200,
  map: 200,
  set: 170,
  /** An entry of a map, a set or a sparse array. */
  entry: 24,
  date: 110,
  boxed: 48,
  buffer: 200,
  view: 112,
} as const;

/** The cost that any untrusted message may have. */
const FREE_COST = 64 * 2 ** 20;

/**
 * The further cost per byte of the message: honest data costs at most half of
 * it.
 */
const COST_PER_BYTE = 16;

/** The maximal cost of an untrusted message of `bytes` bytes. */
export function mostOf(bytes: number): number {
  return FREE_COST + COST_PER_BYTE * bytes;
}

/**
 * The cost that any message of a child may have; larger than for an untrusted
 * peer.
 */
const FREE_COST_OF_CHILD = 256 * 2 ** 20;
/**
 * The maximal cost of any message of a child: half of the heap that V8 gives a
 * program on most machines.
 */
const MOST_OF_CHILD = 2 ** 31;
/** The length up to which a message is not counted, as it does little harm. */
const UNCOUNTED_BYTES = 1024;

/**
 * The maximal cost of a message from a child in another OS process; Infinity if
 * it is not bytes.
 */
export function mostOfChild(message: unknown): number {
  if (!(message instanceof Uint8Array)) return Infinity;
  const { length } = message;
  return length <= UNCOUNTED_BYTES
    ? Infinity
    : Math.min(FREE_COST_OF_CHILD + COST_PER_BYTE * length, MOST_OF_CHILD);
}

const PATTERN = 256;
const PATTERN_CHARACTER = 24;
/**
 * The cost per character if the pattern ignores case by the tables of Unicode.
 */
const FOLDED_CHARACTER = 1200;
/** The cost per pair of characters of a class of Unicode, as V8 sorts them. */
const CLASS_CHARACTERS = 20;
/** The same if the pattern ignores case. */
const FOLDED_CLASS_CHARACTERS = 40;
/** A class by a property of Unicode, such as `\p{L}`. */
const PROPERTY = 2 ** 17;
/** The same if the pattern ignores case. */
const FOLDED_PROPERTY = 2 ** 19;
/**
 * A class of whole sequences, such as `\p{RGI_Emoji}`, which only the flag "v"
 * allows.
 */
const SEQUENCES = 2 ** 21;
/** A reference by name to one group: several may have the same name. */
const NAMED = 64;

/** The cost of compiling a pattern. */
export function costOfPattern(source: string, flags: string): number {
  const isUnicode = /[uv]/.test(flags);
  // The flag may also be in the pattern: `(?i:...)`.
  const isFolded = isUnicode &&
    (flags.includes("i") || /\(\?[a-z]*i/.test(source));
  const each = isFolded ? FOLDED_CHARACTER : PATTERN_CHARACTER;
  const own = PATTERN + flags.length + source.length * each;
  // V8 compares each name with those before it.
  const names = count(source, /\(\?<[^=!]/g);
  const named = names ** 2 / 4 + NAMED * names * count(source, /\\k</g);
  if (!isUnicode) return own + named;
  const sorted = isFolded ? FOLDED_CLASS_CHARACTERS : CLASS_CHARACTERS;
  const property = isFolded ? FOLDED_PROPERTY : PROPERTY;
  return own + named + sorted * squaredClasses(source, flags.includes("v")) +
    property * count(source, /\\p\{/gi) +
    SEQUENCES * count(source, /\\p\{(RGI|Basic_E|Emoji_K)/gi);
}

/** The sum of the squared lengths of the outermost classes. */
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
  // An unclosed class does not count: the pattern is refused after one pass.
  return sum;
}

function count(text: string, what: RegExp): number {
  let found = 0;
  while (what.test(text)) found++;
  return found;
}

/**
 * The format of an encoded value.
 *
 * ```text
 *   message  = header value
 *   header   = one byte: version in the high four bits, layout in the low four
 *   value    = tag, then what the tag says
 *   size     = 7 bits a byte, lowest first, the high bit says that more follow
 *
 *   0x00-0x3f  tags below              0x40-0x7f  a string of 0-63 Latin-1 bytes
 *   0x80-0xff  the numbers 0-127
 * ```
 *
 * Every object gets the next number when it is read (a view after its buffer),
 * and a `ref` names an earlier one by that number. So cycles and repeated
 * objects keep their identity. Numbers of several bytes are little-endian.
 *
 * The buffer of a view has the parts that the views of the message show
 * (`views.ts`), or all of it if one view shows all, or if the message has the
 * buffer itself. A size may have more digits than it needs.
 *
 * @module
 */

/** Changes with the format; a message of another version is refused. */
export const VERSION = 1;

/**
 * What a message holds: a value, or a value with placeholders
 * (`placeholders.ts`).
 */
export const LAYOUT = {
  plain: VERSION << 4,
  placeholders: VERSION << 4 | 1,
} as const;

/** The first byte of every value that is neither short string nor small number. */
export const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  int32: 4,
  float64: 5,
  bigint64: 6,
  /** Sign byte, then a string of hexadecimal digits. */
  bigint: 7,
  utf8: 8,
  /** Code units, for strings with lone surrogates. */
  utf16: 9,
  object: 10,
  array: 11,
  /** A hole in an array. */
  hole: 12,
  /** Length, number of items, then pairs of index and item. */
  sparse: 13,
  map: 14,
  set: 15,
  date: 16,
  regexp: 17,
  buffer: 18,
  /** Index into the classes of `views.ts`, buffer, offset, length. */
  view: 19,
  /** A boxed primitive. */
  boxed: 20,
  ref: 21,
  /**
   * A buffer aligned to a multiple of 8 bytes from the start of the message:
   * size, length of the padding, padding, and the buffer. In shared memory V8
   * copies unaligned data byte by byte (2.9.6).
   */
  aligned: 22,
} as const;

/** How many digits the offset of a view has if it is known only later. */
export const OFFSET_DIGITS = 5;

/** From this length on an array may be written as a sparse one. */
export const SPARSE_FROM_LENGTH = 1 << 16;

/** Short strings have their length in the tag. */
export const TAG_STRING = 0x40;
/** Small numbers are their own tag. */
export const TAG_INT = 0x80;
/** The longest string whose length fits the tag. */
export const SHORT_MAX = 63;

/**
 * Levels that the codec accepts beyond those of a value: placeholders add some.
 */
export const DEPTH_EXTRA = 16;

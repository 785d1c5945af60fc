/**
 * The encoder: values to bytes. Written for many small objects: one scratch
 * buffer, no closures, no allocation for a value that needs no reference.
 *
 * A value that cannot be encoded throws an error without a path; `pack.ts` then
 * walks the value again and finds the path.
 *
 * @module
 */

import { unreachable } from "../../base/assert.ts";
import {
  DEPTH_EXTRA,
  LAYOUT,
  OFFSET_DIGITS,
  SHORT_MAX,
  SPARSE_FROM_LENGTH,
  TAG,
  TAG_INT,
  TAG_STRING,
} from "./codec_format.ts";
import { HANDLE } from "./handle.ts";
import { classNameOf } from "./known_classes.ts";
import { DEPTH_MAX, mayBeArguments, valueKindOf } from "./value_kinds.ts";
import { classOf, coversBuffer, lengthOf, Pieces } from "./views.ts";

const SCRATCH_BYTES = 4096;
/** A larger scratch buffer is dropped after use. */
const SCRATCH_KEPT_BYTES = 1 << 20;
/** Buffers of this size or more are copied once, straight into the result. */
const OUTSIDE_FROM_BYTES = 1 << 14;
const utf8 = new TextEncoder();

// The state of one encode(). Module variables, not fields: this is the hot path.
let scratch = new Uint8Array(SCRATCH_BYTES);
let view = new DataView(scratch.buffer);
/** Bytes of scratch in use. */
let at = 0;
let depth = 0;
/** Objects so far; the first has no entry in {@linkcode numbers}. */
let objects = 0;
let first: object | null = null;
let numbers: Map<object, number> | null = null;
/** Large buffers and their positions between the bytes of scratch. */
let outside: Outside[] = [];
/** The sum of their lengths. */
let outsideBytes = 0;
/** Buffers of which perhaps only a part is sent; null if there are none. */
let cuts: Map<ArrayBuffer, Cut> | null = null;
let busy = false;

/** Bytes that go before the byte `before` of scratch. */
interface Outside {
  readonly before: number;
  readonly bytes: Uint8Array;
}

/**
 * A buffer of which views show parts. Which parts are sent, and the offsets of
 * the views in them, is known only at the end.
 */
class Cut {
  /** The position of the buffer in scratch. */
  readonly before: number;
  /** How many of {@linkcode outside} come before it. */
  readonly outsideBefore = outside.length;
  readonly buffer: ArrayBuffer;
  readonly views: ArrayBufferView<ArrayBuffer>[] = [];
  /**
   * The positions in scratch where the offsets of the views are to be written.
   */
  readonly offsetsAt: number[] = [];
  /** Whether the whole buffer is sent after all. */
  isWhole = false;

  constructor(buffer: ArrayBuffer, before: number) {
    this.buffer = buffer;
    this.before = before;
  }
}

/** The bytes of `value`, in a buffer of their own. Throws what it cannot encode. */
export function encode(
  value: unknown,
  layout: keyof typeof LAYOUT = "plain",
): Uint8Array<ArrayBuffer> {
  return encodeTo(value, copied, layout);
}

/** Writes the encoded bytes to `target` at `at`. */
export type Writing = (target: Uint8Array<ArrayBuffer>, at: number) => void;

/**
 * Receives the encoded bytes, which are valid only until the sink returns: the
 * first `length` bytes of a buffer, or a function that writes `length` bytes,
 * if large buffers were not copied yet.
 */
export type Sink<T> = (
  content: Uint8Array<ArrayBuffer> | Writing,
  length: number,
) => T;

/**
 * Passes the bytes of `value` to `sink` without a copy. For callers that copy
 * them anyway: making a `Uint8Array` costs more than encoding a small object,
 * and a large buffer is copied only once.
 */
export function encodeTo<T>(
  value: unknown,
  sink: Sink<T>,
  layout: keyof typeof LAYOUT = "plain",
): T {
  if (busy) return encodeInside(value, sink, layout);
  busy = true;
  try {
    scratch[0] = LAYOUT[layout];
    at = 1;
    write(value);
    if (cuts !== null) placeCuts(cuts);
    return outside.length === 0
      ? sink(scratch, at)
      : sink(writeAll, at + outsideBytes);
  } finally {
    busy = false;
    reset();
  }
}

/** A sink that makes a copy. */
export function copied(
  content: Uint8Array<ArrayBuffer> | Writing,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (typeof content !== "function") return content.slice(0, length);
  const copy = new Uint8Array(length);
  content(copy, 0);
  return copy;
}

/**
 * For a getter of the value that encodes something itself: this call gets its
 * own state.
 */
function encodeInside<T>(
  value: unknown,
  sink: Sink<T>,
  layout: keyof typeof LAYOUT,
): T {
  const kept = {
    scratch,
    view,
    at,
    depth,
    objects,
    first,
    numbers,
    outside,
    outsideBytes,
    cuts,
  };
  busy = false;
  numbers = null;
  outside = [];
  cuts = null;
  reset();
  useScratch(SCRATCH_BYTES);
  try {
    return encodeTo(value, sink, layout);
  } finally {
    ({ scratch, view, at, depth, objects, first, numbers } = kept);
    ({ outside, outsideBytes, cuts } = kept);
    busy = true;
  }
}

function reset(): void {
  depth = 0;
  objects = 0;
  first = null;
  numbers = null;
  if (outside.length > 0) outside = [];
  outsideBytes = 0;
  cuts = null;
  if (scratch.length > SCRATCH_KEPT_BYTES) useScratch(SCRATCH_BYTES);
}

function useScratch(bytes: number): void {
  scratch = new Uint8Array(bytes);
  view = new DataView(scratch.buffer);
}

/** Writes scratch, with the large buffers at their positions. */
function writeAll(target: Uint8Array<ArrayBuffer>, to: number): void {
  let from = 0;
  for (const { before, bytes } of outside) {
    target.set(scratch.subarray(from, before), to);
    to += before - from;
    target.set(bytes, to);
    to += bytes.length;
    from = before;
  }
  target.set(scratch.subarray(from, at), to);
}

/** Makes space for `bytes` more. */
function room(bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const old = scratch;
  useScratch(Math.max(2 * old.length, at + bytes));
  scratch.set(old.subarray(0, at));
}

function writeByte(byte: number): void {
  if (at === scratch.length) room(1);
  scratch[at++] = byte;
}

function writeSize(size: number): void {
  room(8);
  while (size >= 0x80) {
    scratch[at++] = 0x80 | size % 0x80;
    size = Math.floor(size / 0x80);
  }
  scratch[at++] = size;
}

function write(value: unknown): void {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      return writeNumber(value);
    case "object":
      return value === null ? writeByte(TAG.null) : writeObject(value);
    case "boolean":
      return writeByte(value ? TAG.true : TAG.false);
    case "undefined":
      return writeByte(TAG.undefined);
    case "bigint":
      return writeBigInt(value);
    case "function":
    case "symbol":
      throw new TypeError(`Cannot encode a ${typeof value}`);
  }
}

function writeNumber(value: number): void {
  room(9);
  if ((value | 0) !== value || Object.is(value, -0)) {
    scratch[at] = TAG.float64;
    view.setFloat64(at + 1, value, true);
    at += 9;
  } else if (value >= 0 && value < 0x80) {
    scratch[at++] = TAG_INT | value;
  } else {
    scratch[at] = TAG.int32;
    view.setInt32(at + 1, value, true);
    at += 5;
  }
}

function writeBigInt(value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    room(9);
    scratch[at] = TAG.bigint64;
    view.setBigInt64(at + 1, value, true);
    at += 9;
    return;
  }
  writeByte(TAG.bigint);
  writeByte(value < 0n ? 1 : 0);
  writeString((value < 0n ? -value : value).toString(16));
}

function writeString(value: string): void {
  const { length } = value;
  if (length > SHORT_MAX) return writeLongString(value);
  room(length + 1);
  const start = at;
  scratch[at++] = TAG_STRING | length;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 0xff) {
      at = start;
      return writeLongString(value);
    }
    scratch[at++] = unit;
  }
}

function writeLongString(value: string): void {
  if (!value.isWellFormed()) return writeUnits(value);
  // Leaves space for the size before the text, as it is known only after.
  room(10 + 3 * value.length);
  const { written } = utf8.encodeInto(value, scratch.subarray(at + 9));
  const text = at + 9;
  scratch[at++] = TAG.utf8;
  writeSize(written);
  scratch.copyWithin(at, text, text + written);
  at += written;
}

function writeUnits(value: string): void {
  room(10 + 2 * value.length);
  scratch[at++] = TAG.utf16;
  writeSize(value.length);
  for (let i = 0; i < value.length; i++, at += 2) {
    view.setUint16(at, value.charCodeAt(i), true);
  }
}

function writeObject(value: object): void {
  if (wasWritten(value)) return;
  if (depth >= DEPTH_MAX + DEPTH_EXTRA) throw new RangeError("Too deep");
  depth++;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype && !(HANDLE in value) &&
    !mayBeArguments(value);
  if (isPlain) writePlain(value);
  else writeOther(value);
  depth--;
}

/** Writes a reference if `value` was numbered before. */
function wasWritten(value: object): boolean {
  if (objects === 0) return false;
  const number = value === first ? 0 : numbers?.get(value);
  if (number === undefined) return false;
  if (cuts !== null) needAllOf(value);
  writeByte(TAG.ref);
  writeSize(number);
  return true;
}

function numberIt(value: object): void {
  if (objects++ === 0) first = value;
  else (numbers ??= new Map()).set(value, objects - 1);
}

function writePlain(value: object): void {
  numberIt(value);
  const keys = Object.keys(value);
  writeByte(TAG.object);
  writeSize(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    writeString(key);
    write((value as Record<string, unknown>)[key]);
  }
}

function writeOther(value: object): void {
  const kind = valueKindOf(value);
  switch (kind) {
    case "plain":
      needNoClass(value);
      return writePlain(value);
    case "array":
      needNoClass(value);
      return writeArray(value as unknown[]);
    case "map":
      needNoClass(value);
      return writeMap(value as Map<unknown, unknown>);
    case "set":
      needNoClass(value);
      return writeSet(value as Set<unknown>);
    case "date":
      needNoClass(value);
      numberIt(value);
      writeByte(TAG.date);
      return writeNumber(Date.prototype.getTime.call(value));
    case "regexp":
      return writeRegExp(value as RegExp);
    case "boxed":
      numberIt(value);
      writeByte(TAG.boxed);
      return write(unboxed(value));
    case "buffer":
      return writeBuffer(value as ArrayBuffer);
    case "view":
      return writeView(value as ArrayBufferView<ArrayBuffer>);
    case "shared":
    case "error":
    case "shareable":
    case "arguments":
    case "platform":
    case "refused":
      throw new TypeError(`Cannot encode: ${kind}`);
    default:
      return unreachable(kind);
  }
}

/** Where nothing stands for the class of an instance, it is not encoded. */
function needNoClass(value: object): void {
  if (scratch[0] === LAYOUT.placeholders) return;
  if (classNameOf(value) !== undefined) {
    throw new TypeError("Cannot encode an instance");
  }
}

/** Uses the platform's own methods: one of the user might return an object. */
function unboxed(value: object): unknown {
  if (value instanceof Number) return Number.prototype.valueOf.call(value);
  if (value instanceof String) return String.prototype.valueOf.call(value);
  if (value instanceof Boolean) return Boolean.prototype.valueOf.call(value);
  return BigInt.prototype.valueOf.call(value as unknown as bigint);
}

function writeArray(value: readonly unknown[]): void {
  const { length } = value;
  if (length >= SPARSE_FROM_LENGTH && isSparse(value)) {
    return writeSparse(value);
  }
  numberIt(value);
  writeByte(TAG.array);
  writeSize(length);
  for (let i = 0; i < length; i++) {
    const item = value[i];
    if (item === undefined && !(i in value)) writeByte(TAG.hole);
    else write(item);
  }
}

function isSparse(value: readonly unknown[]): boolean {
  // A full array is recognized without listing its keys.
  if (!value.includes(undefined)) return false;
  return 2 * Object.keys(value).length < value.length;
}

function writeSparse(value: readonly unknown[]): void {
  numberIt(value);
  const keys = Object.keys(value).filter((key) => isIndex(key));
  writeByte(TAG.sparse);
  writeSize(value.length);
  writeSize(keys.length);
  for (const key of keys) {
    writeSize(Number(key));
    write(value[Number(key)]);
  }
}

function isIndex(key: string): boolean {
  const number = Number(key);
  return String(number >>> 0) === key && number < 2 ** 32 - 1;
}

function writeMap(value: Map<unknown, unknown>): void {
  numberIt(value);
  const entries = [...Map.prototype.entries.call(value)];
  writeByte(TAG.map);
  writeSize(entries.length);
  for (const [key, item] of entries) {
    write(key);
    write(item);
  }
}

function writeSet(value: Set<unknown>): void {
  numberIt(value);
  const members = [...Set.prototype.values.call(value)];
  writeByte(TAG.set);
  writeSize(members.length);
  for (const member of members) write(member);
}

function writeRegExp(value: RegExp): void {
  numberIt(value);
  writeByte(TAG.regexp);
  writeString(value.source);
  writeString(value.flags);
}

function writeBuffer(value: ArrayBuffer): void {
  const bytes = new Uint8Array(value);
  numberIt(value);
  if (bytes.length >= OUTSIDE_FROM_BYTES) return writeOutside(bytes);
  writeByte(TAG.buffer);
  writeSize(bytes.length);
  room(bytes.length);
  scratch.set(bytes, at);
  at += bytes.length;
}

function writeOutside(bytes: Uint8Array): void {
  writeByte(TAG.aligned);
  writeSize(bytes.length);
  // Cut buffers before it may still move it.
  if (cuts !== null) return pushOutside(PADDED_LATER, bytes);
  room(8);
  const padding = -(at + 1 + outsideBytes) & 7;
  scratch[at++] = padding;
  scratch.fill(0, at, at += padding);
  pushOutside(bytes);
}

function pushOutside(...parts: readonly Uint8Array[]): void {
  for (const bytes of parts) {
    outside.push({ before: at, bytes });
    outsideBytes += bytes.length;
  }
}

function writeView(value: ArrayBufferView<ArrayBuffer>): void {
  const { buffer } = value;
  if (!(buffer instanceof ArrayBuffer)) {
    throw new TypeError("Cannot encode a view on shared memory");
  }
  writeByte(TAG.view);
  writeByte(classOf(value));
  const cut = coversBuffer(value) ? null : cutOf(buffer);
  if (cut === null) {
    if (!wasWritten(buffer)) writeBuffer(buffer);
    writeSize(value.byteOffset);
  } else {
    cut.views.push(value);
    cut.offsetsAt.push(at);
    room(OFFSET_DIGITS);
    at += OFFSET_DIGITS;
  }
  writeSize(lengthOf(value));
  numberIt(value);
}

/**
 * The cut of a buffer, a new one if need be; null if the whole buffer is
 * written already.
 */
function cutOf(buffer: ArrayBuffer): Cut | null {
  const known = cuts?.get(buffer);
  if (known !== undefined) {
    writeByte(TAG.ref);
    writeSize(buffer === first ? 0 : numbers!.get(buffer)!);
    return known;
  }
  if (buffer === first || numbers?.has(buffer)) return null;
  numberIt(buffer);
  const cut = new Cut(buffer, at);
  (cuts ??= new Map()).set(buffer, cut);
  return cut;
}

/** Notes that the whole buffer is sent, if `value` is a cut buffer. */
function needAllOf(value: object): void {
  const cut = cuts!.get(value as ArrayBuffer);
  if (cut !== undefined) cut.isWhole = true;
}

/** Marks the padding of a buffer whose position is not known yet. */
const PADDED_LATER = new Uint8Array(0);

/** The length of the padding, followed by the padding. */
const PADDINGS = Array.from({ length: 8 }, (_, n) => {
  const bytes = new Uint8Array(1 + n);
  bytes[0] = n;
  return bytes;
});

/** Places the needed parts of the cut buffers. */
function placeCuts(all: ReadonlyMap<ArrayBuffer, Cut>): void {
  const met = outside;
  outside = [];
  outsideBytes = 0;
  let next = 0;
  for (const cut of all.values()) {
    next = placeUpTo(cut.outsideBefore, met, next);
    placeCut(cut);
  }
  placeUpTo(met.length, met, next);
  if (at + outsideBytes < OUTSIDE_FROM_BYTES) drawInside();
}

function placeUpTo(
  stop: number,
  met: readonly Outside[],
  from: number,
): number {
  for (let i = from; i < stop; i++) {
    const { before, bytes } = met[i]!;
    place(before, bytes === PADDED_LATER ? paddingAt(before) : bytes);
  }
  return stop;
}

function place(before: number, bytes: Uint8Array): void {
  outside.push({ before, bytes });
  outsideBytes += bytes.length;
}

/** The padding that aligns bytes at this position to a multiple of 8. */
function paddingAt(before: number): Uint8Array {
  return PADDINGS[-(before + outsideBytes + 1) & 7]!;
}

function placeCut({ buffer, before, views, offsetsAt, isWhole }: Cut): void {
  const pieces = isWhole ? null : new Pieces(views);
  const bytes = pieces?.bytes ?? buffer.byteLength;
  const isLarge = bytes >= OUTSIDE_FROM_BYTES;
  place(before, headOf(isLarge ? TAG.aligned : TAG.buffer, bytes));
  if (isLarge) place(before, paddingAt(before));
  if (pieces === null) place(before, new Uint8Array(buffer));
  else for (const part of pieces.parts()) place(before, part);
  for (const [i, view] of views.entries()) {
    const offset = pieces?.offsetOf(view) ?? view.byteOffset;
    writeDigits(offset, scratch, offsetsAt[i]!, OFFSET_DIGITS);
  }
}

/** A tag and a size. */
function headOf(tag: number, size: number): Uint8Array {
  let digits = 1;
  for (let rest = size; rest >= 0x80; rest = Math.floor(rest / 0x80)) digits++;
  const head = new Uint8Array(1 + digits);
  head[0] = tag;
  writeDigits(size, head, 1, digits);
  return head;
}

/** Writes a size in `digits` digits, which may be more than it needs. */
function writeDigits(
  size: number,
  target: Uint8Array,
  to: number,
  digits: number,
): void {
  const last = to + digits - 1;
  for (let i = to; i < last; i++) {
    target[i] = 0x80 | size % 0x80;
    size = Math.floor(size / 0x80);
  }
  target[last] = size;
}

/** For a small message: copies all outside bytes into scratch. */
function drawInside(): void {
  const start = at;
  const length = at + outsideBytes;
  room(length);
  writeAll(scratch, start);
  scratch.copyWithin(0, start, start + length);
  at = length;
  outside = [];
  outsideBytes = 0;
}

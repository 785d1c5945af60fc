/**
 * The decoder: bytes to values. The bytes may be hostile: every length is
 * compared with the bytes that are left before anything is allocated for it.
 *
 * @module
 */

import {
  DEPTH_EXTRA,
  LAYOUT,
  SPARSE_FROM_LENGTH,
  TAG,
  TAG_INT,
  TAG_STRING,
  VERSION,
} from "./codec_format.ts";
import { DEPTH_MAX } from "./value_kinds.ts";
import { COST, costOfPattern } from "./codec_cost.ts";
import { CHECKED_FROM_COUNT, costOfKeys } from "./key_collisions.ts";
import { isFarIndex, keepTable, put } from "./object_fields.ts";
import { VIEWS } from "./views.ts";

const KEYS_KEPT = 512;
const LENGTH_MAX = 2 ** 32 - 1;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A cache of recent field names, by a hash of their bytes. */
const keysKept: string[] = new Array(KEYS_KEPT).fill("");

// The state of one decode(). No user code runs meanwhile.
let bytes = new Uint8Array(0);
let view: DataView | null = null;
let at = 0;
/** Where the message ends in {@linkcode bytes}. */
let end = 0;
let depth = 0;
/** The objects by number. */
let objects: unknown[] = [];
/** Whether the cost of the message is counted, as in `codec_cost.ts`. */
let isCounted = false;
/** The cost that is still allowed, if it is counted. */
let budget = 0;

/**
 * Whether the message that begins at `start` holds a value with placeholders.
 */
export function hasPlaceholders(message: Uint8Array, start = 0): boolean {
  return message[start] === LAYOUT.placeholders;
}

/**
 * The value in `message`, or in its part from `start` to `stop`. Throws a
 * `RangeError` for bytes that are no message, and for a message whose cost, as
 * `codec_cost.ts` counts it, is over `most`.
 */
export function decode(
  message: Uint8Array,
  start = 0,
  stop: number = message.length,
  most = Infinity,
): unknown {
  bytes = message as Uint8Array<ArrayBuffer>;
  at = start;
  end = Math.min(stop, message.length);
  depth = 0;
  isCounted = most < Infinity;
  budget = isCounted ? most : 0;
  try {
    checkHeader();
    const value = read();
    if (at !== end) throw broken("goes on after its end");
    return value;
  } catch (error) {
    if (error instanceof Broken) throw new RangeError(error.message);
    throw new RangeError(`Cannot read a message: broken before byte ${at}`, {
      cause: error,
    });
  } finally {
    bytes = NO_BYTES;
    view = null;
    if (objects.length > 0) objects = [];
  }
}

const NO_BYTES = new Uint8Array(0);

function checkHeader(): void {
  if (at >= end) throw broken("is empty");
  const header = bytes[at++]!;
  if (header === LAYOUT.plain || header === LAYOUT.placeholders) return;
  throw broken(
    `has the header ${header} where version ${VERSION} was expected; ` +
      "are both sides of one version of this package?",
  );
}

class Broken extends Error {}

function broken(what: string): Broken {
  return new Broken(`Cannot read a message: it ${what}`);
}

function charge(cost: number): void {
  if (isCounted && (budget -= cost) < 0) {
    throw broken(
      "holds more than its length allows, as what a stranger or a child sends must not take many times its memory; send fewer and larger parts",
    );
  }
}

function need(count: number): void {
  if (count > end - at) throw broken(`is cut short at byte ${at}`);
}

function readByte(): number {
  if (at >= end) need(1);
  return bytes[at++]!;
}

function readSize(): number {
  let size = readByte();
  if (size < 0x80) return size;
  size -= 0x80;
  for (let unit = 0x80; unit < 2 ** 49; unit *= 0x80) {
    const byte = readByte();
    size += (byte & 0x7f) * unit;
    if (byte < 0x80) return size;
  }
  throw broken(`holds a size of too many digits at byte ${at}`);
}

/** Reads a count of items, each of which takes at least `least` bytes. */
function readCount(least: number): number {
  const count = readSize();
  need(count * least);
  return count;
}

function read(): unknown {
  const tag = readByte();
  if (tag >= TAG_INT) return tag - TAG_INT;
  if (tag >= TAG_STRING) return readLatin(tag - TAG_STRING);
  if (tag < TAG.object) return readPrimitive(tag);
  if (depth >= DEPTH_MAX + 2 * DEPTH_EXTRA) throw broken("nests too deeply");
  depth++;
  const value = readObject(tag);
  depth--;
  return value;
}

function readPrimitive(tag: number): unknown {
  switch (tag) {
    case TAG.undefined:
      return undefined;
    case TAG.null:
      return null;
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.int32:
      return readInt32();
    case TAG.float64:
      return readFloat64();
    case TAG.bigint64:
      return skip(8).getBigInt64(at - 8, true);
    case TAG.bigint:
      charge(COST.string);
      return readBigInt();
    case TAG.utf8:
      return readUtf8();
    default:
      return readUnits();
  }
}

/** Moves `at` forward by `count` bytes. */
function skip(count: number): DataView {
  need(count);
  at += count;
  return view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

// For most messages of numbers, making a DataView would take longer than the rest.
function readInt32(): number {
  need(4);
  const b = bytes;
  const from = at;
  at += 4;
  return b[from]! | b[from + 1]! << 8 | b[from + 2]! << 16 | b[from + 3]! << 24;
}

function readFloat64(): number {
  need(8);
  for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i]!;
  at += 8;
  return floatView.getFloat64(0, true);
}

const floatBytes = new Uint8Array(8);
const floatView = new DataView(floatBytes.buffer);

function readBytes(count: number): Uint8Array {
  need(count);
  at += count;
  return bytes.subarray(at - count, at);
}

function readAligned(): Uint8Array {
  const count = readCount(1);
  readBytes(readByte());
  return readBytes(count);
}

/**
 * Copies, as the message may be in a larger buffer that is reused. Four times
 * as fast as slice() if that is shared memory (2.9.6).
 */
function copyOf(part: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(part.length);
  copy.set(part);
  return copy;
}

function readBigInt(): bigint {
  const negative = readByte() === 1;
  const value = BigInt(`0x${readString()}`);
  return negative ? -value : value;
}

/** Decodes a short text itself: calling the decoder takes longer than that. */
function readUtf8(): string {
  charge(COST.string);
  const count = readCount(1);
  if (count > BY_HAND_MAX_BYTES) return utf8.decode(readBytes(count));
  const stop = at + count;
  let text = "";
  while (at < stop) text += readCodePoint(stop);
  return text;
}

function readCodePoint(stop: number): string {
  const head = bytes[at++]!;
  if (head < 0x80) return String.fromCharCode(head);
  const more = head >= 0xf0 ? 3 : head >= 0xe0 ? 2 : 1;
  let point = head & (0x3f >> more);
  let isWell = head >= 0xc2 && head < 0xf5 && at + more <= stop;
  for (let i = 0; isWell && i < more; i++) {
    const byte = bytes[at++]!;
    isWell = (byte & 0xc0) === 0x80;
    point = point << 6 | byte & 0x3f;
  }
  const isShortest = point >= SHORTEST_FROM[more]!;
  const isSurrogate = (point & 0x1ff800) === 0xd800;
  if (isWell && isShortest && !isSurrogate && point <= 0x10ffff) {
    return String.fromCodePoint(point);
  }
  throw broken(`holds text that is no UTF-8 before byte ${at}`);
}

/** The first code points that need one, two and three further bytes. */
const SHORTEST_FROM = [0, 0x80, 0x800, 0x10000];
const BY_HAND_MAX_BYTES = 24;

function readUnits(): string {
  const count = readCount(2);
  const data = skip(2 * count);
  const start = at - 2 * count;
  const parts: string[] = [];
  let units: number[] = [];
  for (let i = 0; i < count; i++) {
    units.push(data.getUint16(start + 2 * i, true));
    if (units.length === 1024) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  return parts.join("") + String.fromCharCode(...units);
}

function readLatin(length: number): string {
  need(length);
  const text = latin(at, length);
  at += length;
  return text;
}

/** Eight bytes a call: faster than one by one, and than a TextDecoder. */
function latin(from: number, length: number): string {
  const b = bytes;
  let text = "";
  let i = from;
  const end = from + length;
  for (; i + 8 <= end; i += 8) {
    // deno-fmt-ignore
    text += String.fromCharCode(
      b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!,
    );
  }
  if (i + 4 <= end) {
    text += String.fromCharCode(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!);
    i += 4;
  }
  for (; i < end; i++) text += String.fromCharCode(b[i]!);
  return text;
}

function readString(): string {
  const value = read();
  if (typeof value !== "string") {
    throw broken(`lacks a string before byte ${at}`);
  }
  return value;
}

/**
 * Whether the last key was not in the cache: a second result of `readKey()`. An object
 * for both would be an allocation for each key.
 */
let isNewKey = false;

function readKey(): string {
  isNewKey = true;
  const tag = readByte();
  if (tag < TAG_STRING || tag >= TAG_INT) {
    at--;
    return readString();
  }
  const length = tag - TAG_STRING;
  need(length);
  const start = at;
  at += length;
  const slot = length === 0 ? 0 : (31 * length + 7 * bytes[start]! +
    13 * bytes[at - 1]! + 17 * bytes[start + (length >> 1)]!) % KEYS_KEPT;
  const kept = keysKept[slot]!;
  if (kept.length === length && isTextAt(kept, start)) {
    isNewKey = false;
    return kept;
  }
  return keysKept[slot] = latin(start, length);
}

function isTextAt(text: string, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}

function readObject(tag: number): unknown {
  switch (tag) {
    case TAG.object:
      return readPlain();
    case TAG.array:
      return readArray();
    case TAG.sparse:
      return readSparse();
    case TAG.map:
      return readMap();
    case TAG.set:
      return readSet();
    case TAG.date:
      return readDate();
    case TAG.regexp:
      return readRegExp();
    case TAG.buffer:
      charge(COST.buffer);
      return noted(copyOf(readBytes(readCount(1))).buffer);
    case TAG.aligned:
      charge(COST.buffer);
      return noted(copyOf(readAligned()).buffer);
    case TAG.view:
      return readView();
    case TAG.boxed:
      return readBoxed();
    case TAG.ref:
      return readRef();
    default:
      throw broken(`holds the unknown tag ${tag} before byte ${at}`);
  }
}

function noted<T>(value: T): T {
  objects.push(value);
  return value;
}

function readRef(): unknown {
  const number = readSize();
  if (number >= objects.length) {
    throw broken("refers to an object that does not exist yet");
  }
  return objects[number];
}

function readDate(): Date {
  charge(COST.date);
  const time = read();
  if (typeof time === "number") return noted(new Date(time));
  throw broken(`holds a date that is no number before byte ${at}`);
}

function readRegExp(): RegExp {
  const source = readString();
  const flags = readString();
  if (isCounted) charge(costOfPattern(source, flags));
  return noted(new RegExp(source, flags));
}

function readBoxed(): unknown {
  charge(COST.boxed);
  const value = read();
  switch (typeof value) {
    case "number":
    case "string":
    case "boolean":
    case "bigint":
      return noted(Object(value));
    default:
      throw broken(
        `holds a boxed value that is no primitive before byte ${at}`,
      );
  }
}

function readPlain(): object {
  charge(COST.object);
  const count = readCount(2);
  const value: Record<string, unknown> = noted({});
  let isTable = false;
  for (let i = 0; i < count; i++) {
    const key = readKey();
    if (i === 0 && isNewKey) charge(COST.shape);
    if (!isTable && isFarIndex(key, i)) {
      charge(COST.table);
      keepTable(value);
      isTable = true;
    }
    if (key === "__proto__") put(value, key, read());
    else value[key] = read();
  }
  return value;
}

function readArray(): unknown[] {
  charge(COST.array);
  const count = readCount(1);
  if (isCounted && count <= EXACT_MAX_LENGTH) return readShortArray(count);
  // Otherwise V8 ends with a fatal error, which cannot be caught.
  if (isCounted && count > ELEMENTS_MAX_LENGTH) {
    throw broken("holds too long an array");
  }
  // Grown by push: each of several nested arrays may claim all bytes that are
  // left.
  const value: unknown[] = noted([]);
  for (let i = 0; i < count; i++) {
    if (bytes[at] === TAG.hole) {
      at++;
      value.length++;
    } else value.push(read());
  }
  return value;
}

/**
 * Allocates the exact length, which takes longer: the first push allocates 17
 * elements.
 */
function readShortArray(count: number): unknown[] {
  const value: unknown[] = noted(new Array(count));
  for (let i = 0; i < count; i++) {
    if (bytes[at] === TAG.hole) at++;
    else value[i] = read();
  }
  return value;
}

const EXACT_MAX_LENGTH = 8;
/**
 * V8 grows the elements of an array by half each time, and no further than 2 **
 * 27 (2.9.6).
 */
const ELEMENTS_MAX_LENGTH = 1e8;

function readSparse(): unknown[] {
  const length = readSize();
  if (length > LENGTH_MAX) throw broken("holds too long an array");
  // V8 would keep a shorter one as contiguous elements.
  if (length < SPARSE_FROM_LENGTH) throw broken("holds a short sparse array");
  const count = readCount(2);
  charge(COST.sparse + COST.entry * count);
  const value: unknown[] = noted([]);
  // Set before the length: an index this large makes V8 use a hash table, not
  // contiguous elements.
  value[length - 1] = undefined;
  delete value[length - 1];
  for (let i = 0; i < count; i++) {
    const index = readSize();
    if (index >= length) {
      throw broken("holds an item after the end of its array");
    }
    value[index] = read();
  }
  return value;
}

function readMap(): Map<unknown, unknown> {
  const count = readCount(2);
  charge(COST.map + COST.entry * count);
  const value = noted(new Map());
  if (isToCheck(count)) {
    const content = readContent(2 * count, 2);
    for (let i = 0; i < content.length; i += 2) {
      value.set(content[i], content[i + 1]);
    }
    return value;
  }
  for (let i = 0; i < count; i++) value.set(read(), read());
  return value;
}

function readSet(): Set<unknown> {
  const count = readCount(1);
  charge(COST.set + COST.entry * count);
  const value = noted(new Set());
  if (isToCheck(count)) {
    for (const member of readContent(count, 1)) value.add(member);
    return value;
  }
  for (let i = 0; i < count; i++) value.add(read());
  return value;
}

function isToCheck(count: number): boolean {
  return isCounted && count >= CHECKED_FROM_COUNT;
}

/**
 * Reads the content of a map or set, and charges the cost of its key collisions
 * before it is inserted.
 */
function readContent(count: number, stride: number): unknown[] {
  const content: unknown[] = [];
  for (let i = 0; i < count; i++) content.push(read());
  charge(costOfKeys(content, stride));
  return content;
}

function readView(): ArrayBufferView {
  charge(COST.view);
  const type = VIEWS[readByte()];
  if (type === undefined) {
    throw broken(`holds an unknown view before byte ${at}`);
  }
  const buffer = read();
  if (!(buffer instanceof ArrayBuffer)) {
    throw broken("holds a view on no buffer");
  }
  const offset = readSize();
  return noted(new type(buffer, offset, readSize()));
}

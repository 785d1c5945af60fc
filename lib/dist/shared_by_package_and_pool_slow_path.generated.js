// Made from lib/ by `deno task build`: do not edit it.

import {
  AT_FDCWD,
  Block,
  EEXIST,
  ENOENT,
  HANDLE,
  OWNERS_MAX,
  OWNER_MASK,
  O_CLOEXEC,
  REFUSED,
  Scratch,
  TrackedDelivery,
  UNTRACKED,
  canMapAt,
  isGone,
  isShareable,
  map,
  reasonOf,
  rehydrateAny,
  rehydrateFrom,
  renewOwnLiveness,
  setRehydrator,
  syscall,
  syscallAside,
  tryCall,
  unheld,
  unmap,
  vacate,
  whyNotMapped,
  whyNotReserved
} from "./shared_by_block_and_package_and_pool_slow_path.generated.js";
import {
  ASK,
  AbandonedError,
  AmbiguousTargetError,
  BrokenBarrierError,
  BrokenPipeError,
  BufferTooShortError,
  ConnectionError,
  EncodingError,
  EndOfFileError,
  HAS_ENDED,
  HAS_STARTED,
  IMPORTED,
  IS_IMPORTING,
  IS_TO_STOP,
  LOADS_NOW,
  LockError,
  ProcessError,
  ProcessStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RemoteError,
  SharedMemoryError,
  UnsupportedError,
  assert,
  byName,
  callOut,
  childContext,
  contain,
  dataUrl,
  errors_exports,
  hooks,
  importFrom,
  isOfPackage,
  loadModule,
  namesOfAlike,
  packageUrl,
  parentPeer,
  printError,
  receive,
  shown,
  thrownText,
  unreachable
} from "./shared_by_all.generated.js";

// lib/base/options.ts
function expectOptions(options, what, example) {
  if (options === void 0 || isRecord(options)) return;
  throw new TypeError(`Cannot ${what} as "options" must be an object, as in ${example}: current value is ${nameOf(options)}`);
}
function isRecord(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  if ("signal" in value || "timeout" in value) return true;
  return Object.prototype.toString.call(value) === "[object Object]";
}
function checkSignal(signal, what) {
  if (signal === void 0 || signal instanceof AbortSignal) return;
  throw new TypeError(`Cannot ${what} as "signal" must be an AbortSignal, as that of an AbortController: current value is ${nameOf(signal)}`);
}
function nameOf(value) {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.slice(0, 40));
    case "number":
    case "boolean":
    case "bigint":
    case "undefined":
      return String(value);
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    default: {
      if (value === null) return "null";
      const tag = Object.prototype.toString.call(value).slice(8, -1);
      return `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
    }
  }
}

// lib/wire/serialization/codec_cost.ts
var COST = {
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
  view: 112
};
var FREE_COST = 64 * 2 ** 20;
var COST_PER_BYTE = 16;
function mostOf(bytes2) {
  return FREE_COST + COST_PER_BYTE * bytes2;
}
var FREE_COST_OF_CHILD = 256 * 2 ** 20;
var MOST_OF_CHILD = 2 ** 31;
var UNCOUNTED_BYTES = 1024;
function mostOfChild(message) {
  if (!(message instanceof Uint8Array)) return Infinity;
  const { length } = message;
  return length <= UNCOUNTED_BYTES ? Infinity : Math.min(FREE_COST_OF_CHILD + COST_PER_BYTE * length, MOST_OF_CHILD);
}
var PATTERN = 256;
var PATTERN_CHARACTER = 24;
var FOLDED_CHARACTER = 1200;
var CLASS_CHARACTERS = 20;
var FOLDED_CLASS_CHARACTERS = 40;
var PROPERTY = 2 ** 17;
var FOLDED_PROPERTY = 2 ** 19;
var SEQUENCES = 2 ** 21;
var NAMED = 64;
function costOfPattern(source, flags) {
  const isUnicode = /[uv]/.test(flags);
  const isFolded = isUnicode && (flags.includes("i") || /\(\?[a-z]*i/.test(source));
  const each = isFolded ? FOLDED_CHARACTER : PATTERN_CHARACTER;
  const own = PATTERN + flags.length + source.length * each;
  const names3 = count(source, /\(\?<[^=!]/g);
  const named2 = names3 ** 2 / 4 + NAMED * names3 * count(source, /\\k</g);
  if (!isUnicode) return own + named2;
  const sorted = isFolded ? FOLDED_CLASS_CHARACTERS : CLASS_CHARACTERS;
  const property = isFolded ? FOLDED_PROPERTY : PROPERTY;
  return own + named2 + sorted * squaredClasses(source, flags.includes("v")) + property * count(source, /\\p\{/gi) + SEQUENCES * count(source, /\\p\{(RGI|Basic_E|Emoji_K)/gi);
}
function squaredClasses(source, isNesting) {
  let [sum, depth3, length] = [
    0,
    0,
    0
  ];
  const parts = /\\(?:u\{[^}]*\}|u.{4}|x..|.)|[^]/gsu;
  for (let part; (part = parts.exec(source)?.[0]) !== void 0; ) {
    if (part === "[" && (depth3 === 0 || isNesting)) depth3++;
    else if (part === "]" && depth3 > 0) depth3--;
    if (depth3 > 0) length++;
    else {
      sum += length ** 2;
      length = 0;
    }
  }
  return sum;
}
function count(text2, what) {
  let found = 0;
  while (what.test(text2)) found++;
  return found;
}

// lib/wire/serialization/codec_format.ts
var VERSION = 1;
var LAYOUT = {
  plain: VERSION << 4,
  placeholders: VERSION << 4 | 1
};
var TAG = {
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
  aligned: 22
};
var OFFSET_DIGITS = 5;
var SPARSE_FROM_LENGTH = 1 << 16;
var TAG_STRING = 64;
var TAG_INT = 128;
var SHORT_MAX = 63;
var DEPTH_EXTRA = 16;

// lib/wire/serialization/value_kinds.ts
var DEPTH_MAX = 2e3;
var TOO_DEEP = `nested too deeply: more than ${DEPTH_MAX} levels`;
function valueKindOf(value) {
  const prototype = Object.getPrototypeOf(value);
  if (isShareable(value)) return "shareable";
  if (prototype === Object.prototype || prototype === null) return "plain";
  if (Array.isArray(value)) return "array";
  if (ArrayBuffer.isView(value)) return "view";
  const kind = builtInKind(value);
  if (kind !== void 0) return kind;
  if (REFUSED in value) return "refused";
  return platformName(value) ? "platform" : "plain";
}
function builtInKind(value) {
  if (value instanceof Map) return "map";
  if (value instanceof Set) return "set";
  if (value instanceof Date) return "date";
  if (isError(value)) return "error";
  if (value instanceof RegExp) return "regexp";
  if (value instanceof ArrayBuffer) return "buffer";
  if (value instanceof SharedArrayBuffer) return "shared";
  return isBoxed(value) ? "boxed" : void 0;
}
function isError(value) {
  return value instanceof Error || Error.isError(value);
}
function isBoxed(value) {
  return value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt;
}
function platformName(value) {
  let prototype = Object.getPrototypeOf(value);
  while (prototype !== null && prototype !== Object.prototype) {
    const maker = prototype.constructor;
    if (typeof maker === "function" && isOfPlatform(maker)) return maker.name;
    prototype = Object.getPrototypeOf(prototype);
  }
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "AsyncGenerator" ? tag : void 0;
}
function isOfPlatform(maker) {
  if (maker === Object) return false;
  const { name } = maker;
  for (const place2 of platformPlaces()) {
    if (place2 !== void 0 && Object.hasOwn(place2, name)) {
      if (place2[name] === maker) return true;
    }
  }
  return false;
}
function platformPlaces() {
  const globals = globalThis;
  return [
    globals,
    globals.Deno,
    globals.Intl,
    globals.WebAssembly
  ].concat(globals.Temporal);
}
var CLONEABLE = /* @__PURE__ */ new Set([
  "Blob",
  "File",
  "CryptoKey",
  "Module"
]);
var ADVICE = {
  Promise: "; await it first",
  Iterator: "; collect it into an array first",
  AsyncGenerator: "; collect it into an array first",
  URL: "; send its href",
  Headers: "; send its entries as an array",
  AbortSignal: "; terminate the process or share an event instead"
};
function reasonAgainst(value, kind, destination) {
  switch (kind) {
    case "plain":
    case "array":
    case "map":
    case "set":
    case "date":
    case "regexp":
    case "boxed":
    case "error":
    case "shareable":
      return void 0;
    case "buffer":
      return detached(value);
    case "shared":
      return destination === "isolate" ? void 0 : SHARED_STAYS;
    case "view":
      return againstView(value, destination);
    case "platform":
      return againstPlatform(value, destination);
    case "refused":
      return value[REFUSED];
    default:
      return unreachable(kind);
  }
}
var SHARED_STAYS = "a SharedArrayBuffer, which cannot leave its OS process; use Value or SharedArray";
function againstView({ buffer }, destination) {
  if (buffer instanceof ArrayBuffer) return detached(buffer);
  if (destination === "isolate") return void 0;
  return `a view on ${SHARED_STAYS}`;
}
function detached(buffer) {
  return buffer.detached ? "a detached ArrayBuffer: its bytes were transferred away" : void 0;
}
function againstPlatform(value, destination) {
  const name = platformName(value);
  if (destination === "isolate") {
    if (CLONEABLE.has(name)) return void 0;
    if (name === "Memory" && isSharedMemory(value)) return void 0;
  }
  const advice = Object.hasOwn(ADVICE, name) ? ADVICE[name] : "";
  return `${/^[AEIOU](?!RL)/.test(name) ? "an" : "a"} ${name}${advice}`;
}
function isSharedMemory(value) {
  return value.buffer instanceof SharedArrayBuffer;
}

// lib/wire/serialization/key_collisions.ts
var CHECKED_FROM_COUNT = 64;
var BUCKETS_MAX = 1 << 16;
var SPARE = 16;
var COST_OF_COMPARING = 12;
var COST_OF_COMPARING_TEXTS = 40;
var buckets = null;
function costOfKeys(content, stride) {
  const used = bucketsFor(content.length / stride);
  const counts = buckets ??= new Uint32Array(BUCKETS_MAX);
  counts.fill(0, 0, used);
  let cost = 0;
  for (let i = 0; i < content.length; i += stride) {
    const key = content[i];
    const hash = hashOf(key);
    if (hash < 0) continue;
    const before2 = counts[hash & used - 1]++;
    const excess = before2 - SPARE - 4 * i / stride / used;
    if (excess > 0) {
      cost += excess * (typeof key === "string" ? COST_OF_COMPARING_TEXTS : COST_OF_COMPARING);
    }
  }
  return cost;
}
function bucketsFor(count2) {
  let buckets2 = CHECKED_FROM_COUNT;
  while (buckets2 < count2 && buckets2 < BUCKETS_MAX) buckets2 *= 2;
  return buckets2;
}
function hashOf(key) {
  if (typeof key === "number") {
    if ((key | 0) === key) return hashOfInt(key);
    bits.setFloat64(0, key);
    return hashOfLong(bits.getUint32(0), bits.getUint32(4));
  }
  if (typeof key === "string") return hashOfIndex(key);
  if (typeof key !== "bigint") return -1;
  bits.setBigUint64(0, BigInt.asUintN(64, key < 0n ? -key : key));
  return hashOfLong(bits.getUint32(0), bits.getUint32(4));
}
var bits = new DataView(new ArrayBuffer(8));
function hashOfIndex(text2) {
  if (text2.length === 0 || text2.length > INDEX_MAX_LENGTH) return -1;
  let index = 0;
  for (let i = 0; i < text2.length; i++) {
    const digit = text2.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9 || index === 0 && i > 0) return -1;
    index = 10 * index + digit;
  }
  return index < 2 ** 32 - 1 ? index & 16777215 : -1;
}
var ZERO = 48;
var INDEX_MAX_LENGTH = 10;
function hashOfInt(key) {
  let hash = ~key + (key << 15) | 0;
  hash ^= hash >>> 12;
  hash = hash + (hash << 2) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ hash >>> 16) & 1073741823;
}
function hashOfLong(high, low) {
  let [h, l] = add(~high, ~low, high << 18 | low >>> 14, low << 18);
  [h, l] = [
    h ^ h >>> 31,
    l ^ (h << 1 | l >>> 31)
  ];
  const [h4, l4] = add(h, l, h << 2 | l >>> 30, l << 2);
  [h, l] = add(h4, l4, h << 4 | l >>> 28, l << 4);
  [h, l] = [
    h ^ h >>> 11,
    l ^ (h << 21 | l >>> 11)
  ];
  [h, l] = add(h, l, h << 6 | l >>> 26, l << 6);
  return (l ^ (h << 10 | l >>> 22)) & 1073741823;
}
function add(h, l, h2, l2) {
  const sum = (l >>> 0) + (l2 >>> 0);
  return [
    h + h2 + (sum > 4294967295 ? 1 : 0) | 0,
    sum | 0
  ];
}

// lib/wire/serialization/object_fields.ts
function isFarIndex(key, count2) {
  const digit = key.charCodeAt(0);
  if (!(digit >= 48 && digit <= 57) || key.length > 10) return false;
  return Number(key) > 4 * count2 + 16;
}
function keepTable(object) {
  put(object, FAR, null);
  delete object[FAR];
}
var FAR = "4294967294";
function put(container, key, value) {
  if (key !== "__proto__") {
    container[key] = value;
    return;
  }
  Object.defineProperty(container, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}
function isObject(value) {
  return typeof value === "object" && value !== null;
}

// lib/wire/serialization/views.ts
var VIEWS = [
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float16Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array
];
var nameOfView = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
function classOf(view3) {
  const name = nameOfView.call(view3) ?? "DataView";
  return VIEWS.findIndex((type) => type.name === name);
}
function lengthOf(view3) {
  return view3.length ?? view3.byteLength;
}
function unitOf(view3) {
  const type = VIEWS[classOf(view3)];
  return type.BYTES_PER_ELEMENT ?? 1;
}
function coversBuffer(view3) {
  return view3.byteLength === view3.buffer.byteLength;
}
var Pieces = class {
  /** The size of the copy in bytes. */
  bytes;
  #buffer;
  // Invariant: in the order of the buffer, without overlaps, none of them empty.
  #pieces;
  /** Finds the parts that `views` show, which must be views of one buffer. */
  constructor(views) {
    this.#buffer = views[0].buffer;
    const pieces = [];
    let end2 = 0;
    for (const { from, to, unit } of shownBy(views)) {
      const at3 = end2 + (from - end2 % unit + unit) % unit;
      pieces.push({
        from,
        to,
        at: at3
      });
      end2 = at3 + to - from;
    }
    this.#pieces = pieces;
    this.bytes = end2;
  }
  /** Where a view begins in the copy. */
  offsetOf({ byteOffset, byteLength }) {
    if (byteLength === 0) return 0;
    let [low, high] = [
      0,
      this.#pieces.length - 1
    ];
    while (low < high) {
      const middle = low + high + 1 >>> 1;
      if (this.#pieces[middle].from <= byteOffset) low = middle;
      else high = middle - 1;
    }
    const { from, at: at3 } = this.#pieces[low];
    return at3 + byteOffset - from;
  }
  /** The bytes of the copy, part by part. */
  *parts() {
    let end2 = 0;
    for (const { from, to, at: at3 } of this.#pieces) {
      if (at3 > end2) yield ZEROS.subarray(0, at3 - end2);
      yield new Uint8Array(this.#buffer, from, to - from);
      end2 = at3 + to - from;
    }
  }
  /** The copy. */
  copy() {
    const copy2 = new Uint8Array(this.bytes);
    let at3 = 0;
    for (const part of this.parts()) {
      copy2.set(part, at3);
      at3 += part.length;
    }
    return copy2.buffer;
  }
};
var ZEROS = new Uint8Array(8);
function shownBy(views) {
  const shown2 = [];
  const sorted = views.filter(({ byteLength }) => byteLength > 0).sort((one, other) => one.byteOffset - other.byteOffset);
  for (const view3 of sorted) {
    const from = view3.byteOffset;
    const to = from + view3.byteLength;
    const unit = unitOf(view3);
    const last = shown2.at(-1);
    if (last === void 0 || from > last.to) shown2.push({
      from,
      to,
      unit
    });
    else {
      shown2[shown2.length - 1] = {
        from: last.from,
        to: Math.max(last.to, to),
        unit: Math.max(last.unit, unit)
      };
    }
  }
  return shown2;
}
var Cuts = class {
  // Invariant: the added views that are not replaced yet, by their buffer.
  #added = /* @__PURE__ */ new Map();
  #made = /* @__PURE__ */ new Map();
  /** Adds a view. */
  add(view3) {
    const views = this.#added.get(view3.buffer);
    if (views === void 0) this.#added.set(view3.buffer, [
      view3
    ]);
    else views.push(view3);
  }
  /** The replacement of an added view. */
  of(view3) {
    if (!this.#made.has(view3)) this.#make(view3.buffer);
    return this.#made.get(view3);
  }
  #make(buffer) {
    const views = this.#added.get(buffer);
    this.#added.delete(buffer);
    const pieces = new Pieces(views);
    const copy2 = pieces.copy();
    for (const view3 of views) {
      const type = VIEWS[classOf(view3)];
      const made4 = new type(copy2, pieces.offsetOf(view3), lengthOf(view3));
      this.#made.set(view3, made4);
    }
  }
};

// lib/wire/serialization/codec_decode.ts
var KEYS_KEPT = 512;
var LENGTH_MAX = 2 ** 32 - 1;
var utf8 = new TextDecoder("utf-8", {
  fatal: true,
  ignoreBOM: true
});
var keysKept = new Array(KEYS_KEPT).fill("");
var bytes = new Uint8Array(0);
var view = null;
var at = 0;
var end = 0;
var depth = 0;
var objects = [];
var isCounted = false;
var budget = 0;
function hasPlaceholders(message, start = 0) {
  return message[start] === LAYOUT.placeholders;
}
function decode(message, start = 0, stop = message.length, most = Infinity) {
  bytes = message;
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
      cause: error
    });
  } finally {
    bytes = NO_BYTES;
    view = null;
    if (objects.length > 0) objects = [];
  }
}
var NO_BYTES = new Uint8Array(0);
function checkHeader() {
  if (at >= end) throw broken("is empty");
  const header = bytes[at++];
  if (header === LAYOUT.plain || header === LAYOUT.placeholders) return;
  throw broken(`has the header ${header} where version ${VERSION} was expected; are both sides of one version of this package?`);
}
var Broken = class extends Error {
};
function broken(what) {
  return new Broken(`Cannot read a message: it ${what}`);
}
function charge(cost) {
  if (isCounted && (budget -= cost) < 0) {
    throw broken("holds more than its length allows, as what a stranger or a child sends must not take many times its memory; send fewer and larger parts");
  }
}
function need(count2) {
  if (count2 > end - at) throw broken(`is cut short at byte ${at}`);
}
function readByte() {
  if (at >= end) need(1);
  return bytes[at++];
}
function readSize() {
  let size = readByte();
  if (size < 128) return size;
  size -= 128;
  for (let unit = 128; unit < 2 ** 49; unit *= 128) {
    const byte = readByte();
    size += (byte & 127) * unit;
    if (byte < 128) return size;
  }
  throw broken(`holds a size of too many digits at byte ${at}`);
}
function readCount(least) {
  const count2 = readSize();
  need(count2 * least);
  return count2;
}
function read() {
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
function readPrimitive(tag) {
  switch (tag) {
    case TAG.undefined:
      return void 0;
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
function skip(count2) {
  need(count2);
  at += count2;
  return view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
function readInt32() {
  need(4);
  const b = bytes;
  const from = at;
  at += 4;
  return b[from] | b[from + 1] << 8 | b[from + 2] << 16 | b[from + 3] << 24;
}
function readFloat64() {
  need(8);
  for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i];
  at += 8;
  return floatView.getFloat64(0, true);
}
var floatBytes = new Uint8Array(8);
var floatView = new DataView(floatBytes.buffer);
function readBytes(count2) {
  need(count2);
  at += count2;
  return bytes.subarray(at - count2, at);
}
function readAligned() {
  const count2 = readCount(1);
  readBytes(readByte());
  return readBytes(count2);
}
function copyOf(part) {
  const copy2 = new Uint8Array(part.length);
  copy2.set(part);
  return copy2;
}
function readBigInt() {
  const negative = readByte() === 1;
  const value = BigInt(`0x${readString()}`);
  return negative ? -value : value;
}
function readUtf8() {
  charge(COST.string);
  const count2 = readCount(1);
  if (count2 > BY_HAND_MAX_BYTES) return utf8.decode(readBytes(count2));
  const stop = at + count2;
  let text2 = "";
  while (at < stop) text2 += readCodePoint(stop);
  return text2;
}
function readCodePoint(stop) {
  const head = bytes[at++];
  if (head < 128) return String.fromCharCode(head);
  const more = head >= 240 ? 3 : head >= 224 ? 2 : 1;
  let point = head & 63 >> more;
  let isWell = head >= 194 && head < 245 && at + more <= stop;
  for (let i = 0; isWell && i < more; i++) {
    const byte = bytes[at++];
    isWell = (byte & 192) === 128;
    point = point << 6 | byte & 63;
  }
  const isShortest = point >= SHORTEST_FROM[more];
  const isSurrogate = (point & 2095104) === 55296;
  if (isWell && isShortest && !isSurrogate && point <= 1114111) {
    return String.fromCodePoint(point);
  }
  throw broken(`holds text that is no UTF-8 before byte ${at}`);
}
var SHORTEST_FROM = [
  0,
  128,
  2048,
  65536
];
var BY_HAND_MAX_BYTES = 24;
function readUnits() {
  const count2 = readCount(2);
  const data = skip(2 * count2);
  const start = at - 2 * count2;
  const parts = [];
  let units = [];
  for (let i = 0; i < count2; i++) {
    units.push(data.getUint16(start + 2 * i, true));
    if (units.length === 1024) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  return parts.join("") + String.fromCharCode(...units);
}
function readLatin(length) {
  need(length);
  const text2 = latin(at, length);
  at += length;
  return text2;
}
function latin(from, length) {
  const b = bytes;
  let text2 = "";
  let i = from;
  const end2 = from + length;
  for (; i + 8 <= end2; i += 8) {
    text2 += String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7]);
  }
  if (i + 4 <= end2) {
    text2 += String.fromCharCode(b[i], b[i + 1], b[i + 2], b[i + 3]);
    i += 4;
  }
  for (; i < end2; i++) text2 += String.fromCharCode(b[i]);
  return text2;
}
function readString() {
  const value = read();
  if (typeof value !== "string") {
    throw broken(`lacks a string before byte ${at}`);
  }
  return value;
}
var isNewKey = false;
function readKey() {
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
  const slot = length === 0 ? 0 : (31 * length + 7 * bytes[start] + 13 * bytes[at - 1] + 17 * bytes[start + (length >> 1)]) % KEYS_KEPT;
  const kept = keysKept[slot];
  if (kept.length === length && isTextAt(kept, start)) {
    isNewKey = false;
    return kept;
  }
  return keysKept[slot] = latin(start, length);
}
function isTextAt(text2, start) {
  for (let i = 0; i < text2.length; i++) {
    if (text2.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
function readObject(tag) {
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
function noted(value) {
  objects.push(value);
  return value;
}
function readRef() {
  const number = readSize();
  if (number >= objects.length) {
    throw broken("refers to an object that does not exist yet");
  }
  return objects[number];
}
function readDate() {
  charge(COST.date);
  const time = read();
  if (typeof time === "number") return noted(new Date(time));
  throw broken(`holds a date that is no number before byte ${at}`);
}
function readRegExp() {
  const source = readString();
  const flags = readString();
  if (isCounted) charge(costOfPattern(source, flags));
  return noted(new RegExp(source, flags));
}
function readBoxed() {
  charge(COST.boxed);
  const value = read();
  switch (typeof value) {
    case "number":
    case "string":
    case "boolean":
    case "bigint":
      return noted(Object(value));
    default:
      throw broken(`holds a boxed value that is no primitive before byte ${at}`);
  }
}
function readPlain() {
  charge(COST.object);
  const count2 = readCount(2);
  const value = noted({});
  let isTable = false;
  for (let i = 0; i < count2; i++) {
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
function readArray() {
  charge(COST.array);
  const count2 = readCount(1);
  if (isCounted && count2 <= EXACT_MAX_LENGTH) return readShortArray(count2);
  if (isCounted && count2 > ELEMENTS_MAX_LENGTH) {
    throw broken("holds too long an array");
  }
  const value = noted([]);
  for (let i = 0; i < count2; i++) {
    if (bytes[at] === TAG.hole) {
      at++;
      value.length++;
    } else value.push(read());
  }
  return value;
}
function readShortArray(count2) {
  const value = noted(new Array(count2));
  for (let i = 0; i < count2; i++) {
    if (bytes[at] === TAG.hole) at++;
    else value[i] = read();
  }
  return value;
}
var EXACT_MAX_LENGTH = 8;
var ELEMENTS_MAX_LENGTH = 1e8;
function readSparse() {
  const length = readSize();
  if (length > LENGTH_MAX) throw broken("holds too long an array");
  if (length < SPARSE_FROM_LENGTH) throw broken("holds a short sparse array");
  const count2 = readCount(2);
  charge(COST.sparse + COST.entry * count2);
  const value = noted([]);
  value[length - 1] = void 0;
  delete value[length - 1];
  for (let i = 0; i < count2; i++) {
    const index = readSize();
    if (index >= length) {
      throw broken("holds an item after the end of its array");
    }
    value[index] = read();
  }
  return value;
}
function readMap() {
  const count2 = readCount(2);
  charge(COST.map + COST.entry * count2);
  const value = noted(/* @__PURE__ */ new Map());
  if (isToCheck(count2)) {
    const content = readContent(2 * count2, 2);
    for (let i = 0; i < content.length; i += 2) {
      value.set(content[i], content[i + 1]);
    }
    return value;
  }
  for (let i = 0; i < count2; i++) value.set(read(), read());
  return value;
}
function readSet() {
  const count2 = readCount(1);
  charge(COST.set + COST.entry * count2);
  const value = noted(/* @__PURE__ */ new Set());
  if (isToCheck(count2)) {
    for (const member of readContent(count2, 1)) value.add(member);
    return value;
  }
  for (let i = 0; i < count2; i++) value.add(read());
  return value;
}
function isToCheck(count2) {
  return isCounted && count2 >= CHECKED_FROM_COUNT;
}
function readContent(count2, stride) {
  const content = [];
  for (let i = 0; i < count2; i++) content.push(read());
  charge(costOfKeys(content, stride));
  return content;
}
function readView() {
  charge(COST.view);
  const type = VIEWS[readByte()];
  if (type === void 0) {
    throw broken(`holds an unknown view before byte ${at}`);
  }
  const buffer = read();
  if (!(buffer instanceof ArrayBuffer)) {
    throw broken("holds a view on no buffer");
  }
  const offset = readSize();
  return noted(new type(buffer, offset, readSize()));
}

// lib/wire/serialization/known_classes.ts
var names = /* @__PURE__ */ new WeakMap();
var prototypes = /* @__PURE__ */ new Map();
var gone = new FinalizationRegistry((name) => {
  prototypes.delete(name);
});
function nameClass(prototype) {
  const name = names.get(prototype) ?? crypto.randomUUID();
  knowClass(name, prototype);
  return name;
}
function knowClass(name, prototype) {
  if (prototypes.get(name)?.deref() !== void 0) return;
  names.set(prototype, name);
  prototypes.set(name, new WeakRef(prototype));
  gone.register(prototype, name);
}
function hasNamedClasses() {
  return prototypes.size > 0;
}
function classNameOf(instance) {
  if (!hasNamedClasses()) return void 0;
  const prototype = Object.getPrototypeOf(instance);
  return prototype === null ? void 0 : names.get(prototype);
}
function prototypeNamed(name) {
  return prototypes.get(name)?.deref();
}

// lib/wire/serialization/codec_encode.ts
var SCRATCH_BYTES = 4096;
var SCRATCH_KEPT_BYTES = 1 << 20;
var OUTSIDE_FROM_BYTES = 1 << 14;
var utf82 = new TextEncoder();
var scratch = new Uint8Array(SCRATCH_BYTES);
var view2 = new DataView(scratch.buffer);
var at2 = 0;
var depth2 = 0;
var objects2 = 0;
var first = null;
var numbers = null;
var outside = [];
var outsideBytes = 0;
var cuts = null;
var busy = false;
var Cut = class {
  /** The position of the buffer in scratch. */
  before;
  /** How many of {@linkcode outside} come before it. */
  outsideBefore = outside.length;
  buffer;
  views = [];
  /**
   * The positions in scratch where the offsets of the views are to be written.
   */
  offsetsAt = [];
  /** Whether the whole buffer is sent after all. */
  isWhole = false;
  constructor(buffer, before2) {
    this.buffer = buffer;
    this.before = before2;
  }
};
function encode(value, layout = "plain") {
  return encodeTo(value, copied, layout);
}
function encodeTo(value, sink, layout = "plain") {
  if (busy) return encodeInside(value, sink, layout);
  busy = true;
  try {
    scratch[0] = LAYOUT[layout];
    at2 = 1;
    write(value);
    if (cuts !== null) placeCuts(cuts);
    return outside.length === 0 ? sink(scratch, at2) : sink(writeAll, at2 + outsideBytes);
  } finally {
    busy = false;
    reset();
  }
}
function copied(content, length) {
  if (typeof content !== "function") return content.slice(0, length);
  const copy2 = new Uint8Array(length);
  content(copy2, 0);
  return copy2;
}
function encodeInside(value, sink, layout) {
  const kept = {
    scratch,
    view: view2,
    at: at2,
    depth: depth2,
    objects: objects2,
    first,
    numbers,
    outside,
    outsideBytes,
    cuts
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
    ({ scratch, view: view2, at: at2, depth: depth2, objects: objects2, first, numbers } = kept);
    ({ outside, outsideBytes, cuts } = kept);
    busy = true;
  }
}
function reset() {
  depth2 = 0;
  objects2 = 0;
  first = null;
  numbers = null;
  if (outside.length > 0) outside = [];
  outsideBytes = 0;
  cuts = null;
  if (scratch.length > SCRATCH_KEPT_BYTES) useScratch(SCRATCH_BYTES);
}
function useScratch(bytes2) {
  scratch = new Uint8Array(bytes2);
  view2 = new DataView(scratch.buffer);
}
function writeAll(target, to) {
  let from = 0;
  for (const { before: before2, bytes: bytes2 } of outside) {
    target.set(scratch.subarray(from, before2), to);
    to += before2 - from;
    target.set(bytes2, to);
    to += bytes2.length;
    from = before2;
  }
  target.set(scratch.subarray(from, at2), to);
}
function room(bytes2) {
  if (at2 + bytes2 <= scratch.length) return;
  const old = scratch;
  useScratch(Math.max(2 * old.length, at2 + bytes2));
  scratch.set(old.subarray(0, at2));
}
function writeByte(byte) {
  if (at2 === scratch.length) room(1);
  scratch[at2++] = byte;
}
function writeSize(size) {
  room(8);
  while (size >= 128) {
    scratch[at2++] = 128 | size % 128;
    size = Math.floor(size / 128);
  }
  scratch[at2++] = size;
}
function write(value) {
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
function writeNumber(value) {
  room(9);
  if ((value | 0) !== value || Object.is(value, -0)) {
    scratch[at2] = TAG.float64;
    view2.setFloat64(at2 + 1, value, true);
    at2 += 9;
  } else if (value >= 0 && value < 128) {
    scratch[at2++] = TAG_INT | value;
  } else {
    scratch[at2] = TAG.int32;
    view2.setInt32(at2 + 1, value, true);
    at2 += 5;
  }
}
function writeBigInt(value) {
  if (BigInt.asIntN(64, value) === value) {
    room(9);
    scratch[at2] = TAG.bigint64;
    view2.setBigInt64(at2 + 1, value, true);
    at2 += 9;
    return;
  }
  writeByte(TAG.bigint);
  writeByte(value < 0n ? 1 : 0);
  writeString((value < 0n ? -value : value).toString(16));
}
function writeString(value) {
  const { length } = value;
  if (length > SHORT_MAX) return writeLongString(value);
  room(length + 1);
  const start = at2;
  scratch[at2++] = TAG_STRING | length;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 255) {
      at2 = start;
      return writeLongString(value);
    }
    scratch[at2++] = unit;
  }
}
function writeLongString(value) {
  if (!value.isWellFormed()) return writeUnits(value);
  room(10 + 3 * value.length);
  const { written } = utf82.encodeInto(value, scratch.subarray(at2 + 9));
  const text2 = at2 + 9;
  scratch[at2++] = TAG.utf8;
  writeSize(written);
  scratch.copyWithin(at2, text2, text2 + written);
  at2 += written;
}
function writeUnits(value) {
  room(10 + 2 * value.length);
  scratch[at2++] = TAG.utf16;
  writeSize(value.length);
  for (let i = 0; i < value.length; i++, at2 += 2) {
    view2.setUint16(at2, value.charCodeAt(i), true);
  }
}
function writeObject(value) {
  if (wasWritten(value)) return;
  if (depth2 >= DEPTH_MAX + DEPTH_EXTRA) throw new RangeError("Too deep");
  depth2++;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype && !(HANDLE in value)) writePlain(value);
  else writeOther(value);
  depth2--;
}
function wasWritten(value) {
  if (objects2 === 0) return false;
  const number = value === first ? 0 : numbers?.get(value);
  if (number === void 0) return false;
  if (cuts !== null) needAllOf(value);
  writeByte(TAG.ref);
  writeSize(number);
  return true;
}
function numberIt(value) {
  if (objects2++ === 0) first = value;
  else (numbers ??= /* @__PURE__ */ new Map()).set(value, objects2 - 1);
}
function writePlain(value) {
  numberIt(value);
  const keys = Object.keys(value);
  writeByte(TAG.object);
  writeSize(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    writeString(key);
    write(value[key]);
  }
}
function writeOther(value) {
  const kind = valueKindOf(value);
  switch (kind) {
    case "plain":
      if (scratch[0] !== LAYOUT.placeholders && classNameOf(value) !== void 0) throw new TypeError("Cannot encode an instance");
      return writePlain(value);
    case "array":
      return writeArray(value);
    case "map":
      return writeMap(value);
    case "set":
      return writeSet(value);
    case "date":
      numberIt(value);
      writeByte(TAG.date);
      return writeNumber(Date.prototype.getTime.call(value));
    case "regexp":
      return writeRegExp(value);
    case "boxed":
      numberIt(value);
      writeByte(TAG.boxed);
      return write(unboxed(value));
    case "buffer":
      return writeBuffer(value);
    case "view":
      return writeView(value);
    case "shared":
    case "error":
    case "shareable":
    case "platform":
    case "refused":
      throw new TypeError(`Cannot encode: ${kind}`);
    default:
      return unreachable(kind);
  }
}
function unboxed(value) {
  if (value instanceof Number) return Number.prototype.valueOf.call(value);
  if (value instanceof String) return String.prototype.valueOf.call(value);
  if (value instanceof Boolean) return Boolean.prototype.valueOf.call(value);
  return BigInt.prototype.valueOf.call(value);
}
function writeArray(value) {
  const { length } = value;
  if (length >= SPARSE_FROM_LENGTH && isSparse(value)) {
    return writeSparse(value);
  }
  numberIt(value);
  writeByte(TAG.array);
  writeSize(length);
  for (let i = 0; i < length; i++) {
    const item = value[i];
    if (item === void 0 && !(i in value)) writeByte(TAG.hole);
    else write(item);
  }
}
function isSparse(value) {
  if (!value.includes(void 0)) return false;
  return 2 * Object.keys(value).length < value.length;
}
function writeSparse(value) {
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
function isIndex(key) {
  const number = Number(key);
  return String(number >>> 0) === key && number < 2 ** 32 - 1;
}
function writeMap(value) {
  numberIt(value);
  const entries = [
    ...Map.prototype.entries.call(value)
  ];
  writeByte(TAG.map);
  writeSize(entries.length);
  for (const [key, item] of entries) {
    write(key);
    write(item);
  }
}
function writeSet(value) {
  numberIt(value);
  const members = [
    ...Set.prototype.values.call(value)
  ];
  writeByte(TAG.set);
  writeSize(members.length);
  for (const member of members) write(member);
}
function writeRegExp(value) {
  numberIt(value);
  writeByte(TAG.regexp);
  writeString(value.source);
  writeString(value.flags);
}
function writeBuffer(value) {
  const bytes2 = new Uint8Array(value);
  numberIt(value);
  if (bytes2.length >= OUTSIDE_FROM_BYTES) return writeOutside(bytes2);
  writeByte(TAG.buffer);
  writeSize(bytes2.length);
  room(bytes2.length);
  scratch.set(bytes2, at2);
  at2 += bytes2.length;
}
function writeOutside(bytes2) {
  writeByte(TAG.aligned);
  writeSize(bytes2.length);
  if (cuts !== null) return pushOutside(PADDED_LATER, bytes2);
  room(8);
  const padding = -(at2 + 1 + outsideBytes) & 7;
  scratch[at2++] = padding;
  scratch.fill(0, at2, at2 += padding);
  pushOutside(bytes2);
}
function pushOutside(...parts) {
  for (const bytes2 of parts) {
    outside.push({
      before: at2,
      bytes: bytes2
    });
    outsideBytes += bytes2.length;
  }
}
function writeView(value) {
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
    cut.offsetsAt.push(at2);
    room(OFFSET_DIGITS);
    at2 += OFFSET_DIGITS;
  }
  writeSize(lengthOf(value));
  numberIt(value);
}
function cutOf(buffer) {
  const known8 = cuts?.get(buffer);
  if (known8 !== void 0) {
    writeByte(TAG.ref);
    writeSize(buffer === first ? 0 : numbers.get(buffer));
    return known8;
  }
  if (buffer === first || numbers?.has(buffer)) return null;
  numberIt(buffer);
  const cut = new Cut(buffer, at2);
  (cuts ??= /* @__PURE__ */ new Map()).set(buffer, cut);
  return cut;
}
function needAllOf(value) {
  const cut = cuts.get(value);
  if (cut !== void 0) cut.isWhole = true;
}
var PADDED_LATER = new Uint8Array(0);
var PADDINGS = Array.from({
  length: 8
}, (_, n) => {
  const bytes2 = new Uint8Array(1 + n);
  bytes2[0] = n;
  return bytes2;
});
function placeCuts(all) {
  const met = outside;
  outside = [];
  outsideBytes = 0;
  let next = 0;
  for (const cut of all.values()) {
    next = placeUpTo(cut.outsideBefore, met, next);
    placeCut(cut);
  }
  placeUpTo(met.length, met, next);
  if (at2 + outsideBytes < OUTSIDE_FROM_BYTES) drawInside();
}
function placeUpTo(stop, met, from) {
  for (let i = from; i < stop; i++) {
    const { before: before2, bytes: bytes2 } = met[i];
    place(before2, bytes2 === PADDED_LATER ? paddingAt(before2) : bytes2);
  }
  return stop;
}
function place(before2, bytes2) {
  outside.push({
    before: before2,
    bytes: bytes2
  });
  outsideBytes += bytes2.length;
}
function paddingAt(before2) {
  return PADDINGS[-(before2 + outsideBytes + 1) & 7];
}
function placeCut({ buffer, before: before2, views, offsetsAt, isWhole }) {
  const pieces = isWhole ? null : new Pieces(views);
  const bytes2 = pieces?.bytes ?? buffer.byteLength;
  const isLarge = bytes2 >= OUTSIDE_FROM_BYTES;
  place(before2, headOf(isLarge ? TAG.aligned : TAG.buffer, bytes2));
  if (isLarge) place(before2, paddingAt(before2));
  if (pieces === null) place(before2, new Uint8Array(buffer));
  else for (const part of pieces.parts()) place(before2, part);
  for (const [i, view3] of views.entries()) {
    const offset = pieces?.offsetOf(view3) ?? view3.byteOffset;
    writeDigits(offset, scratch, offsetsAt[i], OFFSET_DIGITS);
  }
}
function headOf(tag, size) {
  let digits = 1;
  for (let rest = size; rest >= 128; rest = Math.floor(rest / 128)) digits++;
  const head = new Uint8Array(1 + digits);
  head[0] = tag;
  writeDigits(size, head, 1, digits);
  return head;
}
function writeDigits(size, target, to, digits) {
  const last = to + digits - 1;
  for (let i = to; i < last; i++) {
    target[i] = 128 | size % 128;
    size = Math.floor(size / 128);
  }
  target[last] = size;
}
function drawInside() {
  const start = at2;
  const length = at2 + outsideBytes;
  room(length);
  writeAll(scratch, start);
  scratch.copyWithin(0, start, start + length);
  at2 = length;
  outside = [];
  outsideBytes = 0;
}

// lib/wire/serialization/error_record.ts
var NATIVE = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  ...classesOf(WebAssembly, [
    "CompileError",
    "LinkError",
    "RuntimeError",
    "SuspendError"
  ]),
  ...classesOf(globalThis, [
    "SuppressedError",
    "QuotaExceededError"
  ])
};
function classesOf(place2, names3) {
  return Object.fromEntries(names3.map((name) => [
    name,
    Reflect.get(place2, name)
  ]).filter(([, value]) => typeof value === "function"));
}
var OWN = errors_exports;
var RESERVED = /* @__PURE__ */ new Set([
  "name",
  "message",
  "stack",
  "cause",
  "__proto__"
]);
var HIDDEN = [
  "cause",
  "errors",
  "error",
  "suppressed"
];
var QUOTA = [
  "quota",
  "requested"
];
function emptyRecord(error) {
  return {
    base: attempt(() => baseOf(error), "Error"),
    name: text(() => error.name, "Error"),
    message: text(() => error.message, ""),
    stack: text(() => error.stack, ""),
    fields: {},
    hidden: {}
  };
}
function fieldNames(error) {
  const keys = attempt(() => Object.keys(error), []);
  return keys.filter((key) => !RESERVED.has(key) && !isHidden(key));
}
function hiddenNames(error) {
  const own = HIDDEN.filter((key) => attempt(() => Object.hasOwn(error, key), false));
  const isQuota = attempt(() => baseOf(error), "") === "QuotaExceededError";
  return isQuota ? [
    ...own,
    ...QUOTA
  ] : own;
}
function isHidden(key) {
  return HIDDEN.includes(key);
}
function baseOf(error) {
  let prototype = Object.getPrototypeOf(error);
  while (prototype !== null) {
    const maker = prototype.constructor;
    if (typeof maker === "function" && classNamed(maker.name) === maker) {
      return maker.name;
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return "Error";
}
function classNamed(name) {
  if (name === "AggregateError") return AggregateError;
  if (name === "DOMException") return DOMException;
  for (const table of [
    NATIVE,
    OWN,
    Deno.errors
  ]) {
    if (Object.hasOwn(table, name)) return Reflect.get(table, name);
  }
  return void 0;
}
function makeError(record) {
  const error = bareError(record);
  if (error.name !== record.name) hide(error, "name", record.name);
  hide(error, "stack", record.stack);
  return error;
}
function bareError({ base, name, message }) {
  if (base === "AggregateError") return new AggregateError([], message);
  if (base === "DOMException") return new DOMException(message, name);
  if (base === "SuppressedError" && Object.hasOwn(NATIVE, base)) {
    return Reflect.construct(NATIVE[base], [
      void 0,
      void 0,
      message
    ]);
  }
  if (Object.hasOwn(NATIVE, base)) return new NATIVE[base](message);
  if (Object.hasOwn(Deno.errors, base)) {
    return new Deno.errors[base](message);
  }
  const error = new Error(message);
  if (Object.hasOwn(OWN, base)) {
    Object.setPrototypeOf(error, OWN[base].prototype);
  }
  return error;
}
function finishError(error, record) {
  const keys = Object.keys(record.fields);
  if (keys.some((key) => isFarIndex(key, 0))) keepTable(error);
  for (const key of keys) {
    if (RESERVED.has(key)) continue;
    Object.defineProperty(error, key, {
      value: record.fields[key],
      writable: true,
      enumerable: true,
      configurable: true
    });
  }
  for (const key of [
    ...HIDDEN,
    ...QUOTA
  ]) {
    if (Object.hasOwn(record.hidden, key)) hide(error, key, record.hidden[key]);
  }
}
function hide(error, key, value) {
  Object.defineProperty(error, key, {
    value,
    writable: true,
    enumerable: false,
    configurable: true
  });
}
function text(read5, otherwise) {
  const value = attempt(read5, otherwise);
  return typeof value === "string" ? value : otherwise;
}
function attempt(read5, otherwise) {
  try {
    return read5();
  } catch {
    return otherwise;
  }
}

// lib/wire/serialization/plain_data.ts
import { isProxy } from "node:util/types";
var DEPTH_MAX2 = 32;
var LARGE = 1e3;
var ASKS_FROM = 2e6;
function isPlainData(value) {
  if (hasNamedClasses()) return false;
  try {
    return new Look().isPlain(value, 0);
  } catch {
    return false;
  }
}
var Look = class {
  /** How many parts were looked at, repeated ones included. */
  #parts = 0;
  /** Large containers that are plain: none of them is looked at again and again. */
  #large = null;
  isPlain(value, depth3) {
    if (depth3 > DEPTH_MAX2) return false;
    const before2 = this.#parts;
    if (before2 > ASKS_FROM && this.#large?.has(value)) return true;
    const isPlain2 = Array.isArray(value) ? this.#isPlainArray(value, depth3) : this.#isPlainObject(value, depth3);
    if (!isPlain2 || isProxy(value)) return false;
    if (this.#parts - before2 >= LARGE) (this.#large ??= /* @__PURE__ */ new Set()).add(value);
    return true;
  }
  /** Holes and `undefined` are left to the walk, which knows sparse arrays. */
  #isPlainArray(items, depth3) {
    const { length } = items;
    this.#parts += length + 1;
    for (let i = 0; i < length; i++) {
      const item = items[i];
      if (typeof item === "object") {
        if (item !== null && !this.isPlain(item, depth3 + 1)) return false;
      } else if (!isSent(item) || item === void 0) return false;
    }
    return true;
  }
  #isPlainObject(value, depth3) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    if (isShareable(value)) return false;
    this.#parts++;
    for (const key in value) {
      this.#parts++;
      const part = value[key];
      if (typeof part === "object") {
        if (part !== null && !this.isPlain(part, depth3 + 1)) return false;
      } else if (!isSent(part)) return false;
    }
    return true;
  }
};
function isSent(part) {
  return typeof part !== "function" && typeof part !== "symbol";
}

// lib/wire/serialization/placeholders.ts
function fillPlaceholders(placeholders, rehydrate2) {
  const errors = placeErrors(placeholders.errors);
  placeHandles(placeholders.handles, rehydrate2);
  for (const [target, content] of placeholders.fills) fill(target, content);
  for (const [record, error] of errors) finishError(error, record);
  for (const [instance, className] of placeholders.instances ?? []) {
    const prototype = prototypeNamed(className);
    if (prototype !== void 0) Object.setPrototypeOf(instance, prototype);
  }
  return placeholders.root[0];
}
function placeErrors(entries) {
  const made4 = /* @__PURE__ */ new Map();
  for (const [container, key, record] of entries) {
    let error = made4.get(record);
    if (error === void 0) made4.set(record, error = makeError(record));
    put(container, key, error);
  }
  return made4;
}
function placeHandles(entries, rehydrate2) {
  const made4 = /* @__PURE__ */ new Map();
  for (const [container, key, handle2] of entries) {
    if (!made4.has(handle2)) made4.set(handle2, rehydrate2(handle2));
    put(container, key, made4.get(handle2));
  }
}
function fill(target, content) {
  if (target instanceof Set) {
    for (const member of content) target.add(member);
    return;
  }
  for (let i = 0; i < content.length; i += 2) {
    target.set(content[i], content[i + 1]);
  }
}

// lib/wire/serialization/placeholders_check.ts
var MOST_FILLED = 2 ** 27;
function checkedPlaceholders(value, bytes2 = MOST_FILLED, most = Infinity) {
  const { root, handles, errors, fills, instances } = Object(value);
  if (!Array.isArray(root) || root.length !== 1) throw broken2();
  const check3 = new Check(bytes2, most);
  return {
    root,
    handles: entriesOf(handles, 3).map((entry) => check3.handle(entry)),
    errors: entriesOf(errors, 3).map((entry) => check3.error(entry)),
    fills: entriesOf(fills, 2).map((entry) => check3.fill(entry)),
    instances: entriesOf(instances ?? [], 2).map((entry) => check3.instance(entry))
  };
}
function entriesOf(entries, columns) {
  if (!Array.isArray(entries)) throw broken2();
  const sound = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== columns) throw broken2();
    sound.push(entry);
  }
  return sound;
}
var Check = class {
  #once = /* @__PURE__ */ new Set();
  #records = /* @__PURE__ */ new Map();
  /** How many elements may still be filled. */
  #left;
  /** The cost that is still allowed. */
  #costLeft;
  constructor(most, mostCost) {
    this.#left = most;
    this.#costLeft = mostCost;
  }
  handle([at3, key, part]) {
    if (!isObject(part)) throw broken2();
    return [
      ...placeOf(at3, key),
      part
    ];
  }
  error([at3, key, part]) {
    if (!isObject(part)) throw broken2();
    let record = this.#records.get(part);
    if (record === void 0) {
      record = this.#record(part);
      this.#records.set(part, record);
    }
    return [
      ...placeOf(at3, key),
      record
    ];
  }
  #record(record) {
    const { base, name, message, stack, fields, hidden } = record;
    const areTexts = [
      base,
      name,
      message,
      stack
    ].every((text2) => typeof text2 === "string");
    if (!areTexts || !isPlain(fields) || !isPlain(hidden)) throw broken2();
    this.#useOnce(fields);
    this.#useOnce(hidden);
    return {
      base,
      name,
      message,
      stack,
      fields,
      hidden
    };
  }
  fill([target, content]) {
    const isTarget = target instanceof Map || target instanceof Set;
    if (!isTarget || target.size > 0 || !Array.isArray(content)) throw broken2();
    this.#left -= content.length;
    const isOdd = target instanceof Map && content.length % 2 !== 0;
    if (isOdd || this.#left < 0) throw broken2();
    this.#useOnce(target);
    this.#useOnce(content);
    this.#charge(content, target instanceof Map ? 2 : 1);
    return [
      target,
      content
    ];
  }
  instance([instance, className]) {
    if (!isPlain(instance) || typeof className !== "string") throw broken2();
    this.#useOnce(instance);
    return [
      instance,
      className
    ];
  }
  #charge(content, stride) {
    const isToCheck2 = this.#costLeft < Infinity && content.length >= CHECKED_FROM_COUNT;
    if (!isToCheck2) return;
    this.#costLeft -= costOfKeys(content, stride);
    if (this.#costLeft < 0) throw broken2();
  }
  #useOnce(part) {
    if (this.#once.has(part)) throw broken2();
    this.#once.add(part);
  }
};
function placeOf(at3, key) {
  const isPlace = isContainer(at3) && typeof key === "string" && Object.hasOwn(at3, key) && !(key === "length" && Array.isArray(at3));
  if (!isPlace) throw broken2();
  return [
    at3,
    key
  ];
}
function isContainer(value) {
  return Array.isArray(value) || isPlain(value);
}
function isPlain(value) {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}
function broken2() {
  return new RangeError("Cannot read a message: its placeholders are broken");
}

// lib/wire/serialization/walk.ts
import { isProxy as isProxy2 } from "node:util/types";

// lib/wire/serialization/walk_path.ts
var STEPS_MAX = 20;
function pathText(start, trail, depth3) {
  const shown2 = trail.slice(0, Math.min(depth3, STEPS_MAX)).map(stepText);
  const path = start + shown2.join("") + (depth3 > STEPS_MAX ? "\u2026" : "");
  return start === "" && path.startsWith(".") ? path.slice(1) : path;
}
function stepText(step2) {
  if (typeof step2 === "number") return `[${step2}]`;
  if (typeof step2 === "string") return keyText(step2);
  if ("inMapAt" in step2) return `.get(${brief(step2.inMapAt)})`;
  if ("keyOfMap" in step2) return `{key ${brief(step2.keyOfMap)}}`;
  return `{member ${step2.memberOfSet}}`;
}
function keyText(key) {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `.${key}`;
  return /^(0|[1-9]\d*)$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`;
}
function brief(key) {
  switch (typeof key) {
    case "string":
      return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}\u2026` : key);
    case "object":
      return key === null ? "null" : "an object";
    case "function":
      return "a function";
    case "bigint":
      return `${key}n`;
    default:
      return String(key);
  }
}

// lib/wire/serialization/walk.ts
var ERROR_LEVELS_MAX = 100;
var MARK_FROM_WEIGHT = 16;
var UNMARKED_OPEN_MAX = 16;
var Walk = class {
  #destination;
  #delivery;
  #transfer;
  #marks = /* @__PURE__ */ new Map();
  /** The open containers, outermost first; those after the first few have marks. */
  #open = [];
  /**
   * The number of visits to containers and their parts, repeated ones included.
   */
  #weight = 0;
  /** The path to the current part; valid below {@linkcode #depth}. */
  #trail = [];
  #depth = 0;
  /** The error that a `[HANDLE]` method threw, which is thrown unchanged. */
  #fromHandle = this;
  #parts = /* @__PURE__ */ new Map();
  #copies = /* @__PURE__ */ new Map();
  /**
   * Errors whose record is not filled yet, and their distance from the value.
   */
  #pending = [];
  #level = 0;
  /** The buffers that are sent whole, as far as is known; mostly only one. */
  #firstWhole = null;
  #whole = /* @__PURE__ */ new Set();
  #cuts = new Cuts();
  #views = [];
  #handles = [];
  #errors = [];
  #fills = [];
  /** Instances, and the names of their classes. */
  #instances = /* @__PURE__ */ new Map();
  /** Starts a walk. Objects in `transfer` are sent as they are. */
  constructor(destination, transfer = [], delivery = UNTRACKED) {
    this.#destination = destination;
    this.#delivery = delivery;
    this.#transfer = new Set(transfer);
  }
  /**
   * Whether a part of `value` needs replacement; throws if a part cannot be
   * sent.
   */
  check(value, path) {
    assert(this.#open.length === 0, "a check begins with nothing open");
    this.#depth = 0;
    const before2 = this.#instances.size;
    try {
      return this.#check(value) || this.#instances.size > before2;
    } catch (error) {
      for (const instance of [
        ...this.#instances.keys()
      ].slice(before2)) {
        this.#instances.delete(instance);
      }
      for (const container of this.#open.splice(0)) {
        this.#marks.delete(container);
      }
      throw this.#explain(error, path);
    }
  }
  #explain(error, path) {
    if (error === this.#fromHandle) return error;
    const where = pathText(path, this.#trail, this.#depth);
    if (error instanceof Refusal) {
      return new EncodingError(where, error.message);
    }
    if (attempt(() => isStackOverflow(error), false)) {
      return new EncodingError(where, TOO_DEEP);
    }
    const wrapped = new EncodingError(where, "a part that throws when read");
    hide(wrapped, "cause", error);
    return wrapped;
  }
  #check(value) {
    switch (typeof value) {
      case "function":
        throw new Refusal(A_FUNCTION);
      case "symbol":
        throw new Refusal("a symbol");
      case "object":
        return value !== null && this.#checkObject(value);
      default:
        return false;
    }
  }
  #checkObject(value) {
    const mark2 = this.#marks.get(value);
    if (mark2 !== void 0) return mark2 !== "clean";
    if (this.#isOpen(value)) return true;
    if (this.#transfer.has(value)) return false;
    if (this.#depth >= DEPTH_MAX) throw new Refusal(TOO_DEEP);
    const kind = valueKindOf(value);
    switch (kind) {
      case "plain": {
        const className = classNameOf(value);
        if (className !== void 0) this.#instances.set(value, className);
        return this.#checkSlots(value);
      }
      case "array":
        return this.#checkSlots(value);
      case "map":
        return this.#checkMap(value);
      case "set":
        return this.#checkSet(value);
      case "shareable":
        return this.#takeHandle(value);
      case "error":
        this.#marks.set(value, "error");
        return true;
      case "date":
      case "regexp":
      case "boxed":
      case "buffer":
      case "shared":
      case "view":
      case "platform":
      case "refused": {
        const reason = reasonAgainst(value, kind, this.#destination);
        if (reason !== void 0) throw new Refusal(reason);
        return this.#destination === "isolate" && this.#isToCut(value, kind);
      }
      default:
        return unreachable(kind);
    }
  }
  /** Whether the clone of a view would include bytes that no view shows. */
  #isToCut(value, kind) {
    if (kind === "buffer") this.#noteWhole(value);
    if (kind !== "view") return false;
    const view3 = value;
    const { buffer } = view3;
    if (!(buffer instanceof ArrayBuffer) || this.#transfer.has(buffer)) {
      return false;
    }
    if (coversBuffer(view3)) {
      this.#noteWhole(buffer);
      return false;
    }
    this.#marks.set(view3, "cut");
    this.#cuts.add(view3);
    return true;
  }
  #noteWhole(buffer) {
    if (this.#firstWhole === null) this.#firstWhole = buffer;
    else if (this.#firstWhole !== buffer) this.#whole.add(buffer);
  }
  #viewSent(view3) {
    const { buffer } = view3;
    const isWhole = buffer === this.#firstWhole || this.#whole.has(buffer);
    return isWhole ? view3 : this.#cuts.of(view3);
  }
  #takeHandle(value) {
    try {
      this.#parts.set(value, value[HANDLE](this.#destination, this.#delivery));
    } catch (error) {
      this.#fromHandle = error;
      throw error;
    }
    this.#marks.set(value, "handle");
    return true;
  }
  #checkSlots(value) {
    if (isLongList(value)) return this.#checkItems(value);
    const keys = Object.keys(value);
    const before2 = this.#weigh(keys.length);
    let dirty = isProxy2(value);
    let entered = dirty || keys.length >= MARK_FROM_WEIGHT;
    if (entered) this.#enter(value);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      this.#trail[this.#depth++] = key;
      const part = value[key];
      if (!entered && typeof part === "object" && part !== null) {
        this.#enter(value);
        entered = true;
      }
      if (this.#check(part)) dirty = true;
      this.#depth--;
    }
    if (entered) this.#leave(value, dirty, before2);
    return dirty;
  }
  #checkItems(value) {
    let dirty = isProxy2(value);
    const before2 = this.#weigh(value.length);
    this.#enter(value);
    for (let i = 0; i < value.length; i++) {
      this.#trail[this.#depth++] = i;
      if (this.#check(value[i])) dirty = true;
      this.#depth--;
    }
    this.#leave(value, dirty, before2);
    return dirty;
  }
  #checkMap(value) {
    let dirty = false;
    const before2 = this.#weigh(0);
    this.#enter(value);
    Map.prototype.forEach.call(value, (item, key) => {
      this.#weight++;
      this.#trail[this.#depth++] = {
        keyOfMap: key
      };
      if (this.#check(key)) dirty = true;
      this.#trail[this.#depth - 1] = {
        inMapAt: key
      };
      if (this.#check(item)) dirty = true;
      this.#depth--;
    });
    this.#leave(value, dirty, before2);
    return dirty;
  }
  #checkSet(value) {
    let dirty = false;
    let index = 0;
    const before2 = this.#weigh(0);
    this.#enter(value);
    Set.prototype.forEach.call(value, (member) => {
      this.#weight++;
      this.#trail[this.#depth++] = {
        memberOfSet: index++
      };
      if (this.#check(member)) dirty = true;
      this.#depth--;
    });
    this.#leave(value, dirty, before2);
    return dirty;
  }
  /** Adds the weight of a container, and returns the weight before it. */
  #weigh(slots) {
    const before2 = this.#weight;
    this.#weight += slots + 1;
    return before2;
  }
  #enter(container) {
    if (this.#open.length >= UNMARKED_OPEN_MAX) {
      this.#marks.set(container, "open");
    }
    this.#open.push(container);
  }
  #isOpen(container) {
    const { length } = this.#open;
    for (let i = 0; i < length && i < UNMARKED_OPEN_MAX; i++) {
      if (this.#open[i] === container) return true;
    }
    return false;
  }
  /**
   * A light container gets no mark: a container with many of them gets one,
   * which bounds the walk.
   */
  #leave(container, dirty, before2) {
    this.#open.pop();
    const isMarked = this.#open.length >= UNMARKED_OPEN_MAX;
    if (dirty || isMarked || this.#weight - before2 >= MARK_FROM_WEIGHT) {
      this.#marks.set(container, dirty ? "dirty" : "clean");
    }
  }
  /** Returns the checked `value` with its placeholders. */
  take(value) {
    const root = [];
    this.#slot(root, "0", value);
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      this.#fillRecord(...next);
    }
    for (const [container, key, view3] of this.#views) {
      put(container, key, this.#viewSent(view3));
    }
    return {
      root,
      handles: this.#handles,
      errors: this.#errors,
      fills: this.#fills,
      ...this.#instancesSent()
    };
  }
  #instancesSent() {
    if (this.#instances.size === 0) return {};
    const instances = Array.from(this.#instances, ([instance, className]) => [
      this.#copies.get(instance) ?? instance,
      className
    ]);
    return {
      instances
    };
  }
  /**
   * Like {@linkcode take}, with a text in place of a part that cannot be sent.
   */
  takeAnyway(value, path) {
    return this.take(this.#sendable(() => value, path));
  }
  #sendable(read5, path) {
    let value;
    try {
      value = read5();
    } catch {
      return `[Not sent: ${path} throws when read]`;
    }
    try {
      this.check(value, path);
      return value;
    } catch (error) {
      return `[Not sent: ${attempt(() => error.message, path)}]`;
    }
  }
  #slot(container, key, value) {
    if (typeof value !== "object" || value === null) {
      return put(container, key, value);
    }
    switch (this.#marks.get(value)) {
      case "handle":
        put(container, key, null);
        this.#handles.push([
          container,
          key,
          this.#parts.get(value)
        ]);
        return;
      case "error":
        return this.#slotError(container, key, value);
      case "dirty":
        return put(container, key, this.#copy(value));
      case "cut":
        put(container, key, null);
        this.#views.push([
          container,
          key,
          value
        ]);
        return;
      default:
        return put(container, key, value);
    }
  }
  #slotError(container, key, error) {
    const level = this.#level + 1;
    if (level > ERROR_LEVELS_MAX) {
      return put(container, key, `[Not sent: over ${ERROR_LEVELS_MAX} errors]`);
    }
    put(container, key, null);
    let record = this.#parts.get(error);
    if (record === void 0) {
      this.#parts.set(error, record = emptyRecord(error));
      this.#pending.push([
        error,
        record,
        level
      ]);
    }
    this.#errors.push([
      container,
      key,
      record
    ]);
  }
  #fillRecord(error, record, level) {
    this.#level = level;
    const from = error;
    for (const key of fieldNames(error)) {
      this.#slot(record.fields, key, this.#sendable(() => from[key], key));
    }
    for (const key of hiddenNames(error)) {
      const part = attempt(() => from[key], void 0);
      if (key === "errors" && Array.isArray(part)) {
        const items = part.map((item, i) => this.#sendable(() => item, `errors[${i}]`));
        const list = [];
        items.forEach((item, i) => this.#slot(list, String(i), item));
        record.hidden[key] = list;
      } else {
        this.#slot(record.hidden, key, this.#sendable(() => from[key], key));
      }
    }
  }
  #copy(value) {
    const known8 = this.#copies.get(value);
    if (known8 !== void 0) return known8;
    if (value instanceof Map || value instanceof Set) {
      return this.#copyContent(value);
    }
    const copy2 = Array.isArray(value) ? [] : {};
    if (Array.isArray(value)) copy2.length = value.length;
    this.#copies.set(value, copy2);
    for (const key of Object.keys(value)) {
      this.#slot(copy2, key, value[key]);
    }
    return copy2;
  }
  #copyContent(value) {
    const content = [];
    const target = value instanceof Map ? /* @__PURE__ */ new Map() : /* @__PURE__ */ new Set();
    this.#copies.set(value, target);
    this.#fills.push([
      target,
      content
    ]);
    const add3 = (part) => this.#slot(content, String(content.length), part);
    if (value instanceof Set) Set.prototype.forEach.call(value, add3);
    else {
      Map.prototype.forEach.call(value, (item, key) => (add3(key), add3(item)));
    }
    return target;
  }
};
var A_FUNCTION = "a function; give its module and name, or a shared object";
var Refusal = class extends Error {
};
function isStackOverflow(error) {
  return error instanceof RangeError && error.message.includes("call stack");
}
function isLongList(value) {
  return Array.isArray(value) && value.length > 64 && !value.includes(void 0);
}

// lib/wire/serialization/pack.ts
function pack(value, destination, path, transfer, delivery = UNTRACKED) {
  return destination === "isolate" ? packClone(value, path, transfer, delivery) : packBytes(value, destination, path, delivery);
}
function packClone(value, path, transfer, delivery) {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") {
      new Walk("isolate").check(value, path);
    }
    return {
      form: "clone",
      value,
      placeholders: null
    };
  }
  if (isPlainData(value)) return {
    form: "clone",
    value,
    placeholders: null
  };
  const walk = new Walk("isolate", transfer, delivery);
  if (!walk.check(value, path)) {
    return {
      form: "clone",
      value,
      placeholders: null
    };
  }
  const placeholders = taken(walk, value, path);
  return hasAny(placeholders) ? {
    form: "clone",
    value: null,
    placeholders
  } : {
    form: "clone",
    value: placeholders.root[0],
    placeholders: null
  };
}
function hasAny({ handles, errors, fills, instances }) {
  return instances !== void 0 || handles.length + errors.length + fills.length > 0;
}
function packBytes(value, destination, path, delivery) {
  try {
    return encode(value);
  } catch (failure) {
    const walk = new Walk(destination, [], delivery);
    const dirty = walk.check(value, path);
    try {
      return dirty ? encode(taken(walk, value, path), "placeholders") : encodeAgain(value, failure);
    } catch (error) {
      throw error instanceof EncodingError ? error : unreadable(path, error);
    }
  }
}
function encodeAgain(value, failure) {
  try {
    return encode(value);
  } catch {
    throw failure;
  }
}
function taken(walk, value, path) {
  try {
    return walk.take(value);
  } catch (error) {
    throw unreadable(path, error);
  }
}
function unreadable(path, cause) {
  const error = new EncodingError(path, "different each time it is read");
  hide(error, "cause", cause);
  return error;
}
function mayHoldHandles(packed) {
  return packed instanceof Uint8Array ? hasPlaceholders(packed) : packed.placeholders !== null;
}
function unpack(packed, rehydrate2, most = Infinity) {
  if (!(packed instanceof Uint8Array)) {
    return packed.placeholders === null ? packed.value : fillPlaceholders(checkedPlaceholders(packed.placeholders), rehydrate2);
  }
  const value = decode(packed, 0, packed.length, most);
  if (!hasPlaceholders(packed)) return value;
  return fillPlaceholders(checkedPlaceholders(value, packed.length, most), rehydrate2);
}

// lib/logging/logger.ts
var LogLevel = {
  NOTSET: 0,
  SUBDEBUG: 5,
  DEBUG: 10,
  INFO: 20,
  SUBWARNING: 25,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50
};
var SETTING = Symbol("multiprocessing.log");
var Logger = class {
  #level;
  // Invariant: in the order of adding, each once, with its lowest level.
  #handlers = /* @__PURE__ */ new Map();
  /**
   * Made by `getLogger()`.
   * @ignore
   */
  constructor({ level, toStderr }) {
    this.#level = level;
    if (toStderr) this.addHandler(printHandler);
  }
  /**
   * Each process has a logger of its own.
   * @ignore
   */
  get [REFUSED]() {
    return "a Logger; call getLogger() in the process that uses it";
  }
  /** The level that was set; 0 if none was. */
  get level() {
    return this.#level;
  }
  /** The lowest level that is logged. */
  get effectiveLevel() {
    return this.#level || LogLevel.WARNING;
  }
  /** The handlers, in the order of adding. */
  get handlers() {
    return [
      ...this.#handlers.keys()
    ];
  }
  /**
   * Sets the lowest level that is logged, in this process and in the children
   * that it starts from now on.
   *
   * @param level The level; `"NOTSET"` is the same as `"WARNING"`.
   * @throws {TypeError} If the level is unknown.
   */
  setLevel(level) {
    this.#level = numberOf(level);
  }
  /** Whether a record of that level is logged. */
  isEnabledFor(level) {
    return numberOf(level) >= this.effectiveLevel;
  }
  /**
   * Adds a handler for the records of this process and of all its descendants.
   * Adding it again changes its options.
   *
   * @param handler The handler; an error that it throws is printed.
   * @param options The lowest level that it receives.
   * @throws {TypeError} If the level is unknown.
   */
  addHandler(handler, options = {}) {
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot add a log handler as "handler" must be a function: current value is ${nameOf(handler)}`);
    }
    expectOptions(options, "add a log handler", '{ level: "ERROR" }');
    this.#handlers.set(handler, numberOf(options.level ?? LogLevel.NOTSET));
  }
  /** Removes a handler. */
  removeHandler(handler) {
    this.#handlers.delete(handler);
  }
  /**
   * Logs a message at a level.
   *
   * @param level The level.
   * @param message The parts of the message; values other than text are shown
   * as `console.log()` shows them.
   * @throws {TypeError} If the level is unknown.
   */
  log(level, ...message) {
    const number = numberOf(level);
    if (number < this.effectiveLevel) return;
    this.#pass({
      record: makeRecord(number, message),
      isPrinted: false
    });
  }
  /** Logs at the level `SUBDEBUG`. */
  subdebug(...message) {
    this.log(LogLevel.SUBDEBUG, ...message);
  }
  /** Logs debugging detail. */
  debug(...message) {
    this.log(LogLevel.DEBUG, ...message);
  }
  /** Logs a normal event. */
  info(...message) {
    this.log(LogLevel.INFO, ...message);
  }
  /** Logs an event that is less serious than a warning. */
  subwarning(...message) {
    this.log(LogLevel.SUBWARNING, ...message);
  }
  /** Logs a warning. */
  warning(...message) {
    this.log(LogLevel.WARNING, ...message);
  }
  /** Logs a failure. */
  error(...message) {
    this.log(LogLevel.ERROR, ...message);
  }
  /** Logs a failure after which the program cannot continue. */
  critical(...message) {
    this.log(LogLevel.CRITICAL, ...message);
  }
  /**
   * Receives the records of children from now on, and returns the setting that
   * they inherit.
   * @ignore
   */
  [SETTING]() {
    takeFromChildren((sent2) => this.#pass(sent2));
    const toStderr = this.#handlers.has(printHandler);
    return {
      level: this.#level,
      toStderr
    };
  }
  #pass({ record, isPrinted }) {
    const parent = parentPeer();
    const isPrinting = this.#handlers.has(printHandler) || this.#isLastResort(record, parent !== null);
    if (isPrinting && !isPrinted) printError(record.line);
    for (const [handler, level] of [
      ...this.#handlers
    ]) {
      if (handler !== printHandler && record.level >= level) {
        handle(handler, record);
      }
    }
    if (parent === null) return;
    const sent2 = {
      record,
      isPrinted: isPrinted || isPrinting
    };
    parent.post("log", pack(sent2, parent.destination, "record"));
  }
  /**
   * A record that no handler would receive is printed, from the level `WARNING`
   * on.
   */
  #isLastResort({ level }, hasParent) {
    return !hasParent && this.#handlers.size === 0 && level >= LogLevel.WARNING;
  }
};
var printHandler = ({ line }) => printError(line);
var NAMES = new Map(Object.entries(LogLevel).map(([name, level]) => [
  level,
  name
]));
function makeRecord(level, message) {
  const levelName = NAMES.get(level) ?? `Level ${level}`;
  const processName = childContext()?.identity.name ?? "MainProcess";
  const text2 = message.map(textOf).join(" ");
  return {
    level,
    levelName,
    message: text2,
    processName,
    pid: Deno.pid,
    time: Date.now(),
    line: `[${levelName}/${processName}] ${text2}`
  };
}
function textOf(part) {
  return typeof part === "string" ? part : shown(part);
}
function numberOf(level) {
  const number = typeof level === "string" && Object.hasOwn(LogLevel, level) ? LogLevel[level] : level;
  if (typeof number === "number" && number >= 0) return number;
  throw new TypeError(`Cannot use that log level as "level" must be a number or one of ${Object.keys(LogLevel).join(", ")}: current value is ${Deno.inspect(level)}`);
}
function handle(handler, record) {
  callOut(`A log handler failed on "${record.line}"`, handler, record);
}
var isTaking = false;
function takeFromChildren(take2) {
  if (isTaking) return;
  isTaking = true;
  receive("log", (body) => take2(sentOf(unpack(body, noHandle, mostOfChild(body)))));
}
var noHandle = () => null;
function sentOf(value) {
  const { record, isPrinted } = Object(value);
  const { level, levelName, message, processName, pid, time, line } = Object(record);
  const isSound = typeof isPrinted === "boolean" && [
    level,
    pid,
    time
  ].every((part) => typeof part === "number") && [
    levelName,
    message,
    processName,
    line
  ].every((part) => typeof part === "string");
  if (!isSound) throw new RangeError("Cannot read a message: it is no record");
  const whole = {
    level,
    levelName,
    message,
    processName,
    pid,
    time,
    line
  };
  return {
    record: whole,
    isPrinted
  };
}
var logger = null;
function getLogger() {
  return logger ??= new Logger(childContext()?.log ?? {
    level: LogLevel.NOTSET,
    toStderr: false
  });
}
function logToStderr(level) {
  const logger2 = getLogger();
  if (level !== void 0) logger2.setLevel(level);
  logger2.addHandler(printHandler);
  return logger2;
}
function settingForChild() {
  return getLogger()[SETTING]();
}

// lib/base/awaitable.ts
var READY = Symbol("multiprocessing.ready");
function isAwaitable(value) {
  return typeof value === "object" && value !== null && READY in value;
}

// lib/base/keep_alive.ts
var HOPS = 5;
var SharedTimer = class {
  #action;
  #everyMs;
  #users = 0;
  // Invariant: set while #users > 0; if it is set and #users is 0, #isStopping
  // is true.
  #timer;
  // Invariant: true while a check after this turn is pending, whether to stop.
  #isStopping = false;
  constructor(action, everyMs) {
    this.#action = action;
    this.#everyMs = everyMs;
  }
  /** Adds a user. */
  join() {
    if (++this.#users > 1 || this.#timer !== void 0) return;
    const timer = setInterval(this.#action, this.#everyMs);
    clearInterval(this.#timer);
    this.#timer = timer;
    if (this.#users === 0) void this.#stopSoon();
  }
  /** Removes a user. */
  leave() {
    if (--this.#users === 0) void this.#stopSoon();
  }
  async #stopSoon() {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (let hop = 0; hop < HOPS && this.#users === 0; hop++) await null;
    if (this.#users > 0) {
      this.#isStopping = false;
      return;
    }
    setImmediate(() => {
      this.#isStopping = false;
      if (this.#users > 0) return;
      clearInterval(this.#timer);
      this.#timer = void 0;
    });
  }
};
var idle = new SharedTimer(() => {
}, 2 ** 30);
function keepAlive() {
  idle.join();
  let held2 = true;
  return () => {
    if (!held2) return;
    held2 = false;
    idle.leave();
  };
}

// lib/base/timeouts.ts
function timeoutOf(options, what, name = "timeout") {
  if (options === void 0) return Infinity;
  expectOptions(options, what, "{ timeout: 100 }");
  checkSignal(options.signal, what);
  const timeout = options.timeout ?? Infinity;
  if (typeof timeout !== "number" || Number.isNaN(timeout)) {
    throw new TypeError(`Cannot ${what} as "${name}" must be a number of milliseconds: current value is ${typeof timeout === "number" ? timeout : typeof timeout}`);
  }
  return Math.max(0, timeout);
}
var TIMER_MAX_MS = 2 ** 31 - 1;
async function settles(done, timeoutMs, signal) {
  signal?.throwIfAborted();
  const release = keepAlive();
  const { promise, resolve, reject } = Promise.withResolvers();
  const timer = timeoutMs <= TIMER_MAX_MS ? setTimeout(() => resolve(false), timeoutMs) : void 0;
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  done.then(() => resolve(true), () => resolve(true));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    release();
  }
}

// lib/memory/liveness/stop_flags.ts
var IS_GONE = 8;
function newStopFlags() {
  return new Int32Array(new SharedArrayBuffer(12));
}
function requestStop(flags) {
  return (Atomics.or(flags, 0, IS_TO_STOP) & HAS_STARTED) !== 0;
}
function hasStarted(flags) {
  return (Atomics.load(flags, 0) & HAS_STARTED) !== 0;
}
async function untilStarted(flags) {
  for (; ; ) {
    const seen = Atomics.load(flags, 0);
    if ((seen & IS_GONE) !== 0) return false;
    if ((seen & HAS_STARTED) !== 0) return true;
    await Atomics.waitAsync(flags, 0, seen).value;
  }
}
function setGone(flags) {
  Atomics.or(flags, 0, IS_GONE);
  Atomics.notify(flags, 0);
}
var IMPORT_TAKES_MS = 1e3;
function hasEnded(flags) {
  return (Atomics.load(flags, 0) & (HAS_ENDED | IS_GONE)) !== 0;
}
function mayBeImporting(flags) {
  if (hasEnded(flags)) return false;
  if (isLoading(flags)) return true;
  const begun = Atomics.load(flags, IMPORTED);
  if (begun === 0 || begun === BLOCKED) return false;
  const elapsed = (Date.now() | 0) - begun | 0;
  return elapsed >= 0 && elapsed < IMPORT_TAKES_MS;
}
function isLoading(flags) {
  return (Atomics.load(flags, 0) & IS_IMPORTING) !== 0 || Atomics.load(flags, IMPORTED) === LOADS_NOW;
}
var BLOCKED = 1;
function setBlocked() {
  const host = childContext()?.host;
  return host?.kind === "isolate" ? Atomics.exchange(host.flags, IMPORTED, BLOCKED) : 0;
}
function setRunning(imported2) {
  const host = childContext()?.host;
  if (host?.kind === "isolate") Atomics.store(host.flags, IMPORTED, imported2);
}
function isBlocked(flags) {
  return Atomics.load(flags, IMPORTED) === BLOCKED;
}
function askToEnd(flags) {
  Atomics.store(flags, ASK, 1);
  Atomics.notify(flags, ASK);
}
function waitForFlags(flags, ms) {
  Atomics.wait(flags, 0, Atomics.load(flags, 0), ms);
}
function isStopRequested() {
  const host = childContext()?.host;
  return host?.kind === "isolate" && (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
}

// lib/memory/waiting/futex.ts
var SYSTEM_SLICE_MS = 100;
var FUTEX_WAIT = 0;
var FUTEX_WAKE = 1;
var TIMESPEC_BYTES = 16;
var WAKE_MAX = 2147483647;
var currentHooks;
var before = /* @__PURE__ */ new Set();
var syncTimespec = null;
var timespecsInUse = /* @__PURE__ */ new Set();
var spareTimespecs = [];
function beforeBlocking(action) {
  before.add(action);
}
function prepareToBlock() {
  for (const action of before) action();
}
function blockingHooks() {
  if (currentHooks !== void 0) return currentHooks;
  const host = childContext()?.host;
  return currentHooks = host?.kind === "isolate" ? {
    sliceMs: host.sliceMs,
    poll() {
      if (isStopRequested()) host.close();
    }
  } : {
    sliceMs: Infinity,
    poll() {
    }
  };
}
function setBlockingHooks(set) {
  currentHooks = set;
}
function writeTimespec(spec, ms) {
  const words = new BigInt64Array(spec.bytes.buffer);
  const seconds = Math.floor(ms / 1e3);
  words[0] = BigInt(seconds);
  words[1] = BigInt(Math.floor((ms - seconds * 1e3) * 1e6));
  return spec.address;
}
function outcomeOf(result, block, index, expected) {
  if (result === 0) return "ok";
  return Atomics.load(block.int32, index) === expected ? "timed-out" : "not-equal";
}
function blockOnce(block, index, expected, ms) {
  const imported2 = setBlocked();
  const outcome = sleepOn(block, index, expected, ms);
  setRunning(imported2);
  return outcome;
}
function sleepOn(block, index, expected, ms) {
  if (block.place === "local") {
    return Atomics.wait(block.int32, index, expected, ms);
  }
  syncTimespec ??= new Scratch(TIMESPEC_BYTES);
  const spec = writeTimespec(syncTimespec, ms);
  const at3 = block.address(index);
  const result = syscall("futex", at3, FUTEX_WAIT, expected, spec);
  return outcomeOf(result, block, index, expected);
}
function waitSync(block, index, expected, timeoutMs = Infinity) {
  if (before.size > 0) prepareToBlock();
  const hooks2 = blockingHooks();
  hooks2.poll();
  const limitMs = block.place === "local" ? Infinity : SYSTEM_SLICE_MS;
  const sliceMs = Math.min(hooks2.sliceMs, limitMs);
  if (timeoutMs <= sliceMs) {
    return blockOnce(block, index, expected, timeoutMs);
  }
  const deadline = performance.now() + timeoutMs;
  for (; ; ) {
    const leftMs = Math.max(0, deadline - performance.now());
    const ms = Math.min(leftMs, sliceMs);
    const outcome = blockOnce(block, index, expected, ms);
    if (outcome !== "timed-out" || leftMs <= sliceMs) return outcome;
    hooks2.poll();
  }
}
async function waitAside(block, index, expected, ms) {
  const spec = spareTimespecs.pop() ?? new Scratch(TIMESPEC_BYTES);
  const at3 = block.address(index);
  const address = writeTimespec(spec, ms);
  timespecsInUse.add(spec);
  try {
    const result = await syscallAside("futex", at3, FUTEX_WAIT, expected, address);
    return outcomeOf(result, block, index, expected);
  } finally {
    timespecsInUse.delete(spec);
    spareTimespecs.push(spec);
  }
}
async function waitMapped(block, index, expected, timeoutMs, signal) {
  const deadline = performance.now() + timeoutMs;
  for (; ; ) {
    const leftMs = Math.max(0, deadline - performance.now());
    const ms = Math.min(leftMs, SYSTEM_SLICE_MS);
    const outcome = await waitAside(block, index, expected, ms);
    if (outcome !== "timed-out" || leftMs <= SYSTEM_SLICE_MS) return outcome;
    if (signal?.aborted) return outcome;
  }
}
async function waitLocal(block, index, expected, timeoutMs) {
  const words = block.int32;
  return await Atomics.waitAsync(words, index, expected, timeoutMs).value;
}
async function waitAsync(block, index, expected, timeoutMs = Infinity, signal) {
  signal?.throwIfAborted();
  const release = keepAlive();
  const abort = () => wake(block, index, WAKE_MAX);
  signal?.addEventListener("abort", abort);
  try {
    const outcome = block.place === "local" ? await waitLocal(block, index, expected, timeoutMs) : await waitMapped(block, index, expected, timeoutMs, signal);
    if (signal?.aborted) {
      if (outcome === "ok") wake(block, index, 1);
      throw signal.reason;
    }
    return outcome;
  } finally {
    signal?.removeEventListener("abort", abort);
    release();
  }
}
async function listenIdly(block, index, expected) {
  await waitLocal(block, index, expected, Infinity);
}
function wake(block, index, count2 = WAKE_MAX) {
  if (block.place === "local") {
    Atomics.notify(block.int32, index, count2);
    return;
  }
  const most = Math.min(count2, WAKE_MAX);
  syscall("futex", block.address(index), FUTEX_WAKE, most);
}

// lib/memory/waiting/async_waiter.ts
var LIVENESS_CHECK_MS = 100;
var LIVENESS_CHECK_RARE_MS = 1e3;
var ALL = 2147483647;
var Watch = class {
  #parked = /* @__PURE__ */ new Set();
  #timer;
  constructor(everyMs) {
    this.#timer = new SharedTimer(() => this.#check(), everyMs);
  }
  #check() {
    for (const waiter of [
      ...this.#parked
    ]) waiter.endStretch("check");
  }
  join(waiter) {
    this.#parked.add(waiter);
    this.#timer.join();
  }
  leave(waiter) {
    this.#parked.delete(waiter);
    this.#timer.leave();
  }
};
var often = new Watch(LIVENESS_CHECK_MS);
var rarely = new Watch(LIVENESS_CHECK_RARE_MS);
var AsyncWaiter = class {
  #block;
  #words;
  #at;
  #expected;
  #watch;
  // Invariant: set exactly while it is parked.
  #end = null;
  #isOver = false;
  /** Parks on the word, unless its value has changed already. */
  constructor(block, at3, expected, isRare = false) {
    const words = block.int32;
    this.#block = block;
    this.#words = words;
    this.#at = at3;
    this.#expected = expected;
    this.#watch = isRare ? rarely : often;
    const { async, value } = Atomics.waitAsync(words, at3, expected);
    if (async) value.then(() => this.#over());
    else this.#isOver = true;
  }
  #over() {
    this.#isOver = true;
    this.endStretch("woken");
  }
  /**
   * Whether it waits for that word and value; false after the block has moved.
   */
  isOn(at3, expected) {
    return at3 === this.#at && expected === this.#expected && this.#block.int32 === this.#words;
  }
  /** Waits on, until it is woken, is to check, or is aborted. */
  next(signal) {
    if (this.#isOver) return "woken";
    if (signal?.aborted) return "over";
    const stretch = new Promise((end2) => this.#park(end2));
    if (signal === void 0) return stretch;
    const abort = () => this.endStretch("over");
    signal.addEventListener("abort", abort);
    return stretch.finally(() => signal.removeEventListener("abort", abort));
  }
  #park(end2) {
    this.#end = end2;
    this.#watch.join(this);
  }
  /** Ends a stretch, if it is parked. */
  endStretch(stretch) {
    const end2 = this.#end;
    if (end2 === null) return;
    this.#end = null;
    this.#watch.leave(this);
    end2(stretch);
  }
  /**
   * Gives the wait up after a stretch. A waiter cannot be removed from its
   * word, and left there it would consume a wake-up meant for another, or has
   * done so already. So this wakes all: the others read the word again.
   */
  leave() {
    Atomics.notify(this.#words, this.#at, ALL);
  }
};

// lib/sync/spin.ts
var PAUSES = 600;
var PAUSES_BETWEEN = 64;
function spinToTake(words, at3, free, value) {
  let pauses = 1;
  for (let left = PAUSES; left > 0; left -= pauses) {
    if (words[at3] === free && Atomics.compareExchange(words, at3, free, value) === free) return true;
    pauses = pause(pauses);
  }
  return false;
}
function spinUntilClear(words, at3, mask) {
  let pauses = 1;
  for (let left = PAUSES; left > 0; left -= pauses) {
    if ((Atomics.load(words, at3) & mask) === 0) return;
    pauses = pause(pauses);
  }
}
function pause(times) {
  for (let paused = 0; paused < times; paused++) Atomics.pause();
  return Math.min(2 * times, PAUSES_BETWEEN);
}

// lib/sync/steps.ts
function step(operation, at3, a = 0, b = 0) {
  return {
    operation,
    at: at3,
    a,
    b
  };
}
function load(at3) {
  return step("load", at3);
}
function store(at3, value) {
  return step("store", at3, value);
}
function swap(at3, expected, value) {
  return step("swap", at3, expected, value);
}
function add2(at3, amount) {
  return step("add", at3, amount);
}
function or(at3, bits2) {
  return step("or", at3, bits2);
}
function wakeUp(at3, count2) {
  return step("wake", at3, count2);
}
function ownerAlive(owner) {
  return step("isAlive", owner);
}
function spin(at3, mask) {
  return step("spin", at3, mask);
}
function sleep(at3, expected) {
  return step("sleep", at3, expected);
}
function sleepDeep(at3, expected) {
  return step("sleep", at3, expected, DEEP);
}
function patient(steps) {
  return changed(steps, (next) => next.operation === "sleep" ? {
    ...next,
    b: PATIENT
  } : next);
}
function briefAt(from, steps) {
  return changed(steps, (next) => {
    if (next.operation === "isAlive") return next;
    const b = next.operation === "sleep" ? BRIEF : next.b;
    return {
      ...next,
      at: next.at + from,
      b
    };
  });
}
function* changed(steps, change2) {
  let { done, value } = steps.next(0);
  while (!done) {
    ({ done, value } = steps.next(yield change2(value)));
  }
  return value;
}
var PATIENT = 1;
var BRIEF = 2;
var DEEP = 3;
var WOKEN = 0;
var CHECK_LIVENESS = 1;
var GIVE_UP = 2;
var WAKE_ALL = 2147483647;
var CHECK_BESIDE_MS = 2;
var BRIEF_OVERRUN_MS = 300;
var SPINS = 200;
function perform(block, { operation, at: at3, a, b }) {
  const words = block.int32;
  switch (operation) {
    case "load":
      return Atomics.load(words, at3);
    case "store":
      return Atomics.store(words, at3, a);
    case "swap":
      return Atomics.compareExchange(words, at3, a, b);
    case "add":
      return Atomics.add(words, at3, a);
    case "or":
      return Atomics.or(words, at3, a);
    case "wake":
      wake(block, at3, a);
      return 0;
    case "isAlive":
      return Number(block.isOwnerAlive(at3));
    case "spin":
      return 0;
    case "sleep":
      return assert(false, "these steps never sleep");
  }
}
function runNow(block, steps) {
  let { done, value } = steps.next(0);
  while (!done) {
    ({ done, value } = steps.next(perform(block, value)));
  }
  return value;
}
var FOREVER = {
  deadline: Infinity,
  signal: void 0
};
function limitOf(timeoutMs, signal) {
  const deadline = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs;
  return {
    deadline,
    signal
  };
}
var StepRunner = class {
  #block;
  // Invariant: how many promises of this isolate sleep on the block.
  #beside = 0;
  /** Makes a runner over the words of `block`. */
  constructor(block) {
    this.#block = block;
  }
  /** Runs steps, and blocks this thread while they sleep. */
  runSync(steps, limit) {
    let { done, value } = steps.next(0);
    while (!done) {
      ({ done, value } = steps.next(this.#stepSync(value, limit)));
    }
    return value;
  }
  #stepSync(step2, limit) {
    switch (step2.operation) {
      case "sleep":
        return this.sleepSync(step2, limitFor(step2, limit));
      case "spin":
        spinUntilClear(this.#block.int32, step2.at, step2.a);
        return 0;
      default:
        return perform(this.#block, step2);
    }
  }
  /**
   * Sleeps once and blocks this thread, for a caller that runs the other steps
   * itself.
   */
  sleepSync({ at: at3, a: expected, b }, { deadline }) {
    const checkMs = this.#beside > 0 ? CHECK_BESIDE_MS : checkMsOf(b);
    const ms = stretchOf(deadline, checkMs);
    if (ms <= 0) return GIVE_UP;
    const outcome = waitSync(this.#block, at3, expected, ms);
    if (outcome !== "timed-out") return WOKEN;
    renewOwnLiveness();
    return ms < checkMs ? GIVE_UP : CHECK_LIVENESS;
  }
  /** Runs steps without blocking this thread. */
  async run(steps, limit) {
    const parked = new Parked(this.#block);
    try {
      let { done, value } = steps.next(0);
      while (!done) {
        const step2 = value;
        let result;
        if (step2.operation === "sleep") {
          this.#beside++;
          try {
            const stretch = await parked.sleep(step2, limitFor(step2, limit));
            result = parked.outcome(stretch);
          } finally {
            this.#beside--;
          }
        } else result = perform(this.#block, step2);
        ({ done, value } = steps.next(result));
      }
      return value;
    } finally {
      parked.leave();
    }
  }
};
var Parked = class {
  #block;
  // Invariant: a waiter that is still parked, though the steps may be checking
  // liveness; else null.
  #waiter = null;
  constructor(block) {
    this.#block = block;
  }
  /** Sleeps until it is woken, or is to check liveness. */
  sleep(step2, limit) {
    return limit.deadline === Infinity && this.#block.place === "local" ? this.#stayParked(step2, limit.signal) : this.#sleepOnce(step2, limit);
  }
  #stayParked({ at: at3, a, b }, signal) {
    if (this.#waiter?.isOn(at3, a) === false) this.leave();
    this.#waiter ??= new AsyncWaiter(this.#block, at3, a, b === DEEP);
    return this.#waiter.next(signal);
  }
  async #sleepOnce({ at: at3, a, b }, { deadline, signal }) {
    this.leave();
    const checkMs = checkMsOf(b);
    const ms = stretchOf(deadline, checkMs);
    if (ms <= 0 || signal?.aborted) return "over";
    try {
      const outcome = await waitAsync(this.#block, at3, a, ms, signal);
      return outcome !== "timed-out" ? "woken" : ms < checkMs ? "over" : "check";
    } catch (error) {
      if (signal?.aborted) return "over";
      throw error;
    }
  }
  /** The result of a sleep step. */
  outcome(stretch) {
    switch (stretch) {
      case "woken":
        this.#waiter = null;
        return WOKEN;
      case "check":
        return CHECK_LIVENESS;
      case "over":
        return GIVE_UP;
      default:
        return unreachable(stretch);
    }
  }
  /** Stops waiting. */
  leave() {
    this.#waiter?.leave();
    this.#waiter = null;
  }
};
function limitFor({ b }, limit) {
  if (b === PATIENT) return FOREVER;
  if (b !== BRIEF) return limit;
  return {
    ...limit,
    deadline: limit.deadline + BRIEF_OVERRUN_MS
  };
}
function checkMsOf(kind) {
  return kind === DEEP ? LIVENESS_CHECK_RARE_MS : LIVENESS_CHECK_MS;
}
function stretchOf(deadline, checkMs) {
  if (deadline === Infinity) return checkMs;
  return Math.min(checkMs, deadline - performance.now());
}

// lib/channel/connection/transport.ts
var END = Symbol("multiprocessing.end");
var LATE = Symbol("multiprocessing.late");

// lib/channel/connection/byte_range.ts
function bytesOf(buffer, verb) {
  if (buffer instanceof Uint8Array) return buffer;
  if (ArrayBuffer.isView(buffer)) {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  if (buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer) return new Uint8Array(buffer);
  throw new TypeError(`Cannot ${verb} as the buffer must be a typed array, a DataView or an ArrayBuffer: it is ${buffer === null ? "null" : `of type ${typeof buffer}`}`);
}
function check(verb, name, value, most) {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(`Cannot ${verb} as "${name}" must be a whole number from 0 to ${most}, which the buffer has: current value is ${value}`);
}
function bytesInRange(buffer, part) {
  const bytes2 = bytesOf(buffer, "send bytes");
  if (part === void 0) return bytes2;
  const offset = check("send bytes", "offset", part.offset ?? 0, bytes2.length);
  const rest = bytes2.length - offset;
  const size = check("send bytes", "size", part.size ?? rest, rest);
  return bytes2.subarray(offset, offset + size);
}
function roomIn(buffer, part) {
  const bytes2 = bytesOf(buffer, "receive bytes");
  const offset = part?.offset ?? 0;
  check("receive bytes", "offset", offset, bytes2.length);
  return bytes2.subarray(offset);
}

// lib/channel/connection/connection.ts
var OverTransport = class {
  transport;
  /** Wraps a transport. */
  constructor(transport) {
    this.transport = transport;
  }
};
var Connection = class {
  #transport;
  #closed = false;
  /**
   * Made by `Pipe()`, `Client()` and `Listener.accept()`.
   * @ignore
   */
  constructor(over) {
    if (!(over instanceof OverTransport)) {
      throw new TypeError("Cannot make a Connection by itself as it has another end: call Pipe(), Client() or Listener.accept()");
    }
    this.#transport = over.transport;
  }
  /** Whether this end was closed here. */
  get closed() {
    return this.#closed;
  }
  /** Whether messages can be received over it. */
  get readable() {
    return this.#transport.readable;
  }
  /** Whether messages can be sent over it. */
  get writable() {
    return this.#transport.writable;
  }
  /**
   * Sends a value. Resolves when the value is under way, which it is at once unless
   * the receiver is far behind.
   *
   * @param value The value; it is encoded before this call returns.
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {EncodingError} If the value cannot be sent; nothing is then sent.
   * @throws {BrokenPipeError} If no process holds the other end.
   * @throws {ConnectionError} If this end is closed or only receives.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async send(value, options) {
    const limit = this.#beginSending(options);
    this.#heedSent(await this.#transport.send("value", value, limit));
  }
  /**
   * Sends a value as {@linkcode Connection.send} does, but blocks this thread while
   * the receiver is far behind.
   *
   * @param value The value.
   * @param options How long to wait; a signal only counts before the wait.
   * @throws {UnsupportedError} If the connection is one over a socket.
   */
  sendSync(value, options) {
    const limit = this.#beginSending(options);
    options?.signal?.throwIfAborted();
    this.#heedSent(this.#transport.sendSync("value", value, limit));
  }
  /**
   * Receives a value.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The value.
   * @throws {EndOfFileError} If there is no message and none will come.
   * @throws {RangeError} If the message was not sent by `send`, or came over a
   * socket and decodes to far more than it has bytes: more than 64 MiB and 16 bytes
   * for each.
   * @throws {ConnectionError} If this end is closed or only sends.
   * @throws {DOMException} Named `TimeoutError`, if the time ran out first.
   */
  async recv(options) {
    return await this.#receive("value", options);
  }
  /**
   * Receives a value as {@linkcode Connection.recv} does, but blocks this thread
   * until there is one.
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The value.
   * @throws {UnsupportedError} If the connection is one over a socket.
   */
  recvSync(options) {
    return this.#receiveSync("value", options);
  }
  /**
   * Sends bytes, or a part of them, as they are. Only `recvBytes` and
   * `recvBytesInto` can receive them.
   *
   * @param buffer The bytes; they may be changed as soon as this call returns.
   * @param options The part to send, and how long to wait.
   * @throws {RangeError} If the buffer does not have this part.
   * @throws {BrokenPipeError} If no process holds the other end.
   */
  async sendBytes(buffer, options) {
    const limit = this.#beginSending(options);
    const message = bytesInRange(buffer, options);
    this.#heedSent(await this.#transport.send("bytes", message, limit));
  }
  /**
   * Sends bytes as {@linkcode Connection.sendBytes} does, but blocks this thread
   * while the receiver is far behind.
   *
   * @param buffer The bytes.
   * @param options The part to send, and how long to wait.
   */
  sendBytesSync(buffer, options) {
    const limit = this.#beginSending(options);
    options?.signal?.throwIfAborted();
    const message = bytesInRange(buffer, options);
    this.#heedSent(this.#transport.sendSync("bytes", message, limit));
  }
  /**
   * Receives a message as bytes, also one from `send`.
   *
   * @param options The maximum length of the message, and how long to wait.
   * @returns The bytes, which belong to the caller.
   * @throws {BufferTooShortError} If the message is longer; the error has the
   * message.
   * @throws {EndOfFileError} If there is no message and none will come.
   */
  async recvBytes(options) {
    const most = mostOf2(options);
    return withLimit(await this.#receive("bytes", options), most);
  }
  /**
   * Receives bytes as {@linkcode Connection.recvBytes} does, but blocks this thread
   * until there are some.
   *
   * @param options The maximum length of the message, and how long to wait.
   * @returns The bytes.
   */
  recvBytesSync(options) {
    const most = mostOf2(options);
    return withLimit(this.#receiveSync("bytes", options), most);
  }
  /**
   * Receives a message into a buffer.
   *
   * @param buffer The buffer to fill.
   * @param options The offset, and how long to wait.
   * @returns The number of bytes of the message.
   * @throws {RangeError} If the offset lies outside the buffer.
   * @throws {BufferTooShortError} If the message does not fit; the error has the
   * message.
   * @throws {EndOfFileError} If there is no message and none will come.
   */
  async recvBytesInto(buffer, options) {
    const room2 = roomIn(buffer, options);
    return filled(room2, await this.#receive(room2, options));
  }
  /**
   * Receives a message into a buffer as {@linkcode Connection.recvBytesInto} does,
   * but blocks this thread until there is one.
   *
   * @param buffer The buffer to fill.
   * @param options The offset, and how long to wait.
   * @returns The number of bytes of the message.
   */
  recvBytesIntoSync(buffer, options) {
    const room2 = roomIn(buffer, options);
    return filled(room2, this.#receiveSync(room2, options));
  }
  /**
   * Waits until `recv` would not have to wait: for a message, or for the end of
   * file.
   *
   * @param options How long to wait; by default not at all, as in Python.
   * @returns Whether there is a message or the end; `false` if the time ran out.
   * @throws {ConnectionError} If this end is closed or only sends.
   */
  async poll(options) {
    const limit = this.#beginPolling(options);
    const found = await this.#transport.poll(limit);
    this.#refuseClosed("poll");
    return found;
  }
  /**
   * Waits as {@linkcode Connection.poll} does, but blocks this thread.
   *
   * @param options How long to wait; by default not at all.
   * @returns Whether there is a message or the end.
   */
  pollSync(options) {
    const limit = this.#beginPolling(options);
    options?.signal?.throwIfAborted();
    return this.#transport.pollSync(limit);
  }
  /**
   * Closes this end; a second call does nothing. The other side receives the
   * messages that were sent, and then the end of file.
   */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport.close();
  }
  /** Closes the connection. */
  [Symbol.dispose]() {
    this.close();
  }
  /** Closes the connection. */
  [Symbol.asyncDispose]() {
    this.close();
    return Promise.resolve();
  }
  /** The messages, until the end of file. */
  async *[Symbol.asyncIterator]() {
    this.#refuse("receive over", "readable");
    for (; ; ) {
      const received2 = await this.#transport.receive("value", FOREVER);
      if (received2 === END && !this.#closed) return;
      yield this.#heedReceived(received2);
    }
  }
  /**
   * For `wait()`.
   * @ignore
   */
  [READY](options) {
    return this.poll(options);
  }
  /** The text in `console.log()`. */
  [Symbol.for("Deno.customInspect")]() {
    const state = this.#closed ? "closed" : "open";
    const ways = [
      this.readable ? "reads" : "",
      this.writable ? "writes" : ""
    ];
    return `<${this.constructor.name} ${state} ${ways.join(" ").trim()}>`;
  }
  #beginSending(options) {
    if (this.#closed || !this.#transport.writable) {
      this.#refuse("send over", "writable");
    }
    if (options === void 0) return FOREVER;
    if ("transfer" in Object(options)) throw copiesOnly();
    return limitFrom(options, "send");
  }
  #beginReceiving(options) {
    if (this.#closed || !this.#transport.readable) {
      this.#refuse("receive over", "readable");
    }
    return options === void 0 ? FOREVER : limitFrom(options, "receive");
  }
  #beginPolling(options) {
    this.#refuse("poll", "readable");
    expectOptions(options, "poll", "{ timeout: 100 }");
    return limitFrom({
      timeout: 0,
      ...options
    }, "poll");
  }
  async #receive(wanted, options) {
    const limit = this.#beginReceiving(options);
    return this.#heedReceived(await this.#transport.receive(wanted, limit));
  }
  #receiveSync(wanted, options) {
    const limit = this.#beginReceiving(options);
    options?.signal?.throwIfAborted();
    return this.#heedReceived(this.#transport.receiveSync(wanted, limit));
  }
  #heedSent(sent2) {
    if (sent2 === "sent") return;
    this.#refuseClosed("send over");
    if (sent2 === "late") throw late("send over the connection");
    throw new BrokenPipeError("Cannot send over the connection as a process must hold the other end: all have closed it or died");
  }
  #heedReceived(received2) {
    if (received2 !== END && received2 !== LATE) return received2;
    this.#refuseClosed("receive over");
    if (received2 === LATE) throw late("receive over the connection");
    throw new EndOfFileError("Cannot receive over the connection as it has come to its end: the other side has closed it or died");
  }
  #refuseClosed(verb) {
    if (!this.#closed) return;
    throw new ConnectionError(`Cannot ${verb} the connection as it must be open: it is closed`);
  }
  #refuse(verb, way) {
    this.#refuseClosed(verb);
    if (this.#transport[way]) return;
    const other = way === "readable" ? "only sends" : "only receives";
    throw new ConnectionError(`Cannot ${verb} the connection as it must be ${way}: it ${other}, use the other end`);
  }
};
function limitFrom(options, verb) {
  return limitOf(timeoutOf(options, `${verb} over a connection`), options.signal);
}
function copiesOnly() {
  return new TypeError('Cannot give anything away with a message as connections copy what they send: leave "transfer" out, or put the value into a queue, which takes it');
}
function late(what) {
  return new DOMException(`Cannot ${what} as the time is over`, "TimeoutError");
}
function mostOf2(options = {}) {
  expectOptions(options, "receive bytes", "{ maxLength: 1024 }");
  const most = options.maxLength ?? Infinity;
  if (typeof most === "number" && most >= 0) return most;
  throw new RangeError(`Cannot receive bytes as "maxLength" must be >= 0: current value is ${String(most)}`);
}
function withLimit(message, most) {
  if (message.length <= most) return message;
  throw new BufferTooShortError(`Cannot receive a message of ${message.length} bytes as "maxLength" allows ${most}: it is in the field "bytes" of this error`, message);
}
function filled(room2, received2) {
  if (typeof received2 === "number") return received2;
  const message = received2;
  if (message.length > room2.length) {
    throw new BufferTooShortError(`Cannot receive a message of ${message.length} bytes as the buffer has room for ${room2.length}: it is in the field "bytes" of this error`, message);
  }
  room2.set(message);
  return message.length;
}

// lib/wire/serialization/transfer.ts
var MOVABLE = /* @__PURE__ */ new Set([
  "MessagePort",
  "ReadableStream",
  "WritableStream",
  "TransformStream"
]);
function checkTransfer(list, path = "transfer", moving = null) {
  if (!Array.isArray(list)) {
    throw new EncodingError(path, `${nameOf2(list)}; give an array of buffers and ports`);
  }
  const isTwice = list.length > 1 && new Set(list).size < list.length;
  for (let i = 0; i < list.length; i++) {
    const entry = list[i];
    const other = moving?.get(entry) ?? path;
    const reason = other === path ? reasonAgainst2(entry) : again(other);
    if (reason !== null) throw new EncodingError(`${path}[${i}]`, reason);
    const first2 = isTwice ? list.indexOf(entry) : i;
    if (first2 < i) {
      throw new EncodingError(`${path}[${i}]`, again(`${path}[${first2}]`));
    }
    moving?.set(entry, path);
  }
}
function again(where) {
  return `what ${where} has too, and moves once only; list it once, or give a copy (.slice()) of each part`;
}
function refusedEntry(list, failure, path = "transfer") {
  const text2 = attempt(() => String(failure), "");
  if (/not (transferable|detachable)/.test(text2)) {
    return refusedBuffer(list, path);
  }
  const isOfPort = /message ?port/i.test(text2) && /detached|disentangled/.test(text2);
  return isOfPort ? refusedPort(list, path) : null;
}
function refusedBuffer(list, path) {
  const suspects = [
    ...list.keys()
  ].filter((at3) => mayBeFixed(list[at3]));
  if (suspects.length === 0) return null;
  const names3 = suspects.map((at3) => `${path}[${at3}]`);
  const [what, where] = names3.length === 1 ? [
    "a buffer",
    names3[0]
  ] : [
    `one of ${names3.join(", ")} is a buffer`,
    path
  ];
  return new EncodingError(where, `${what} that cannot be detached, as the memory of WebAssembly; leave it out of the list, or give a copy (.slice())`);
}
function refusedPort(list, path) {
  const ports = [
    ...list.keys()
  ].filter((at3) => list[at3] instanceof MessagePort);
  if (ports.length === 0) return null;
  return new EncodingError(ports.length === 1 ? `${path}[${ports[0]}]` : path, "a MessagePort that is closed or has moved before; give one of a new MessageChannel");
}
function giveAway(list, path = "transfer") {
  const buffers = list.filter((entry) => entry instanceof ArrayBuffer);
  try {
    if (buffers.length === 1) buffers[0].transfer(0);
    else if (buffers.length > 1) structuredClone(null, {
      transfer: buffers
    });
  } catch (error) {
    throw refusedEntry(list, error, path) ?? error;
  }
}
function mayBeRefused(list) {
  return list.some(mayBeFixed);
}
var WASM_PAGE_BYTES = 65536;
function mayBeFixed(entry) {
  return entry instanceof ArrayBuffer && !entry.resizable && entry.byteLength % WASM_PAGE_BYTES === 0;
}
function reasonAgainst2(entry) {
  if (entry instanceof ArrayBuffer) {
    return entry.detached ? "a detached ArrayBuffer: its bytes were transferred away" : null;
  }
  if (ArrayBuffer.isView(entry)) {
    return `${nameOf2(entry)}, and only its whole buffer moves; list its .buffer`;
  }
  if (entry instanceof SharedArrayBuffer) {
    return "a SharedArrayBuffer, which is shared and does not move; leave it out of the list";
  }
  if (isMovable(entry)) return null;
  return `${nameOf2(entry)}, which does not move; list ArrayBuffers and MessagePorts only`;
}
function isMovable(entry) {
  if (typeof entry !== "object" || entry === null) return false;
  for (const name of MOVABLE) {
    const type = Reflect.get(globalThis, name);
    if (typeof type === "function" && entry instanceof type) return true;
  }
  return false;
}
function nameOf2(value) {
  if (value === null || value === void 0) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return `${/^[AEIOU]/.test(String(name)) ? "an" : "a"} ${name}`;
}

// lib/base/call_sites.ts
var OWN_FRAMES_MAX = 5;
var ROOT = new URL("../../", import.meta.url).href;
var OWN2 = [
  `${ROOT}lib/`,
  `${ROOT}mod.ts`
];
var FOREIGN = /^(ext|node|internal|evalmachine|<)/;
var running = /* @__PURE__ */ new Set();
var STACK_MAX = 100;
function isRunning(module) {
  if (!running.has(module)) callSites(isRunning, STACK_MAX);
  return running.has(module);
}
function callSites(below, most) {
  const found = [];
  for (const frame of framesTo(below, most + OWN_FRAMES_MAX)) {
    if (frame.isAsync?.() || found.length === most) break;
    const module = urlOf(frame);
    if (module === null) continue;
    if (!frame.isEval?.()) running.add(module);
    const [line, column] = [
      frame.getLineNumber(),
      frame.getColumnNumber()
    ];
    found.push({
      module,
      line,
      column
    });
  }
  return found;
}
function framesTo(below, most) {
  const traces = Error;
  const { prepareStackTrace, stackTraceLimit } = traces;
  const target = {};
  try {
    traces.stackTraceLimit = most;
    traces.prepareStackTrace = (_, frames) => frames;
    traces.captureStackTrace(target, below);
    return Array.isArray(target.stack) ? target.stack : [];
  } finally {
    traces.prepareStackTrace = prepareStackTrace;
    traces.stackTraceLimit = stackTraceLimit;
  }
}
function urlOf(frame) {
  const url = frame.getScriptNameOrSourceURL();
  if (!url || FOREIGN.test(url)) return null;
  return OWN2.some((own) => url.startsWith(own)) ? null : url;
}

// lib/memory/allocation/construction_sites.ts
function checkAvailable(claim) {
  if (claim?.unavailable === void 0) return;
  throw new SharedMemoryError(claim.unavailable);
}
var SITE_OBJECTS_MAX = 4096;
var OBJECTS_PER_SITE_MAX = 256;
var CALLERS_MAX = 3;
var made = /* @__PURE__ */ new Map();
var objects3 = /* @__PURE__ */ new Map();
var full = /* @__PURE__ */ new Set();
var recorded = 0;
var adopted = /* @__PURE__ */ new Map();
var importing = 0;
var received = null;
function siteText({ module, line, column }) {
  return `${module}:${line}:${column}`;
}
function lookUp(key, type) {
  if (!isImporting()) return void 0;
  const entry = adopted.get(key);
  if (entry === void 0) return void 0;
  if (entry.type === type) return isStale(entry) ? void 0 : entry;
  getLogger().warning(`The object made at ${key} is a ${type} here and a ${entry.type} in the parent process, so the two do not share memory`);
  return void 0;
}
function isStale(entry) {
  return "handle" in entry && "block" in entry.handle && isGone(entry.handle.block);
}
function claimSite(type, below = claimSite) {
  if (recorded >= SITE_OBJECTS_MAX) return null;
  recorded++;
  const site = callSites(below, CALLERS_MAX).map(siteText).join(" < ");
  if (site === "") return null;
  const before2 = made.get(site) ?? 0;
  if (before2 >= OBJECTS_PER_SITE_MAX) return beyond(site, type);
  made.set(site, before2 + 1);
  const claim = {
    key: `${site}#${before2}`,
    type
  };
  const entry = lookUp(claim.key, type);
  if (entry === void 0) return claim;
  return "handle" in entry ? {
    ...claim,
    handle: entry.handle
  } : {
    ...claim,
    unavailable: entry.unavailable
  };
}
function beyond(site, type) {
  full.add(site);
  const entry = isImporting() ? adopted.get(`${site}#*`) : void 0;
  if (entry === void 0 || !("unavailable" in entry)) return null;
  return {
    key: entry.key,
    type,
    unavailable: entry.unavailable
  };
}
function register(claim, object) {
  if (claim.key.endsWith("#*")) return;
  objects3.set(claim.key, {
    type: claim.type,
    object: new WeakRef(object)
  });
}
function entryOf(key, type, object, destination, delivery) {
  try {
    const handle2 = object[HANDLE](destination, unheld(delivery));
    return {
      key,
      type,
      handle: handle2
    };
  } catch (error) {
    if (!(error instanceof SharedMemoryError)) throw error;
    return {
      key,
      type,
      unavailable: error.message
    };
  }
}
function moduleObjects(destination, delivery = UNTRACKED) {
  const entries = [];
  for (const [key, { type, object }] of objects3) {
    const living = object.deref();
    if (living === void 0) objects3.delete(key);
    else entries.push(entryOf(key, type, living, destination, delivery));
  }
  for (const site of full) {
    const unavailable = `Cannot share this object with the parent process as its site makes more than ${OBJECTS_PER_SITE_MAX}: pass it among the arguments`;
    entries.push({
      key: `${site}#*`,
      type: "*",
      unavailable
    });
  }
  return entries;
}
function claimedSites() {
  return [
    ...objects3.keys(),
    ...[
      ...full
    ].map((site) => `${site}#*`)
  ];
}
function adoptSites(entries) {
  for (const entry of entries) adopted.set(entry.key, entry);
}
function isImporting() {
  const context = childContext();
  if (context !== null && context.sites !== received) {
    if (received !== null) adopted.clear();
    received = context.sites;
    adoptSites(received);
  }
  return importing > 0 || context?.importing === true;
}

// lib/memory/allocation/weak_cache.ts
var WeakCache = class {
  #objects = /* @__PURE__ */ new Map();
  #gone = new FinalizationRegistry((key) => {
    if (this.#objects.get(key)?.deref() === void 0) {
      this.#objects.delete(key);
    }
  });
  /** The living object under `key`. */
  get(key) {
    return this.#objects.get(key)?.deref();
  }
  /** Adds an object under `key`, unless a living one has it. */
  add(key, object) {
    if (this.get(key) !== void 0) return;
    this.#objects.set(key, new WeakRef(object));
    this.#gone.register(object, key);
  }
};

// lib/sync/fairness.ts
var OVERTAKEN_MAX = 4;
function nextTurns() {
  return new Promise((resolve) => void setImmediate(() => void setImmediate(resolve)));
}
var Fairness = class {
  // Invariant: true from a wake-up until a whole turn of the event loop has
  // passed since; #passing is that turn, if a task waits for it.
  #isOwed = false;
  #passing = null;
  /** Whether a woken task has not had its turn yet. */
  get isOwed() {
    return this.#isOwed;
  }
  /** Notes that a task was woken. */
  owe() {
    this.#isOwed = true;
    this.#passing = null;
  }
  /** Waits until all woken tasks have had their turn. */
  async give(signal) {
    const passing = this.#passing ??= nextTurns();
    await passing;
    if (this.#passing === passing) this.#isOwed = false;
    signal?.throwIfAborted();
  }
};

// lib/sync/mutex.ts
var MUTEX_BYTES = 16;
var WORD = 0;
var AGAIN = 1;
var STARVING = 2;
var FREE = 0;
var MUTEX_MARK = -2147483648;
var RESERVED2 = MUTEX_MARK;
function ownerOf(word) {
  return word & OWNER_MASK;
}
function abandonedError(what, after) {
  return new AbandonedError(`Cannot ${what} as the process that held it died without releasing it: what it guards may be half done, and ${after}`);
}
function accept(taking, lock2, options) {
  if (taking === "inherited" && options?.abandoned !== "take") {
    lock2.release();
    throw abandonedError("acquire the lock", "the lock is free now");
  }
  return taking !== "left";
}
function* take(self, isRecursive = false) {
  let hasSlept = false;
  let overtaken = 0;
  for (; ; ) {
    const { me } = self;
    const seen = yield swap(WORD, FREE, hasSlept ? me | MUTEX_MARK : me);
    if (seen === FREE) {
      if (overtaken >= OVERTAKEN_MAX) yield store(STARVING, 0);
      return "taken";
    }
    if (seen === RESERVED2 && hasSlept) {
      if ((yield swap(WORD, RESERVED2, me | MUTEX_MARK)) !== RESERVED2) continue;
      yield store(STARVING, 0);
      return "taken";
    }
    if (isRecursive && ownerOf(seen) === me) {
      if (hasSlept) yield or(WORD, MUTEX_MARK);
      return "again";
    }
    const marked = seen | MUTEX_MARK;
    if (seen !== marked && (yield swap(WORD, seen, marked)) !== seen) continue;
    if (hasSlept && ++overtaken >= OVERTAKEN_MAX) yield store(STARVING, 1);
    const outcome = yield sleep(WORD, marked);
    hasSlept = true;
    if (outcome === WOKEN) yield spin(WORD, OWNER_MASK);
    else if (yield* inherit(self.me, marked)) return "inherited";
    else if (outcome === GIVE_UP) return yield* leave(overtaken);
  }
}
function* inherit(me, marked) {
  const owner = ownerOf(marked);
  if (owner === 0 || (yield ownerAlive(owner)) === 1) return false;
  return (yield swap(WORD, marked, me | MUTEX_MARK)) === marked;
}
function* leave(overtaken) {
  if (overtaken < OVERTAKEN_MAX) return "left";
  yield store(STARVING, 0);
  yield* unreserve();
  return "left";
}
function* unreserve() {
  if ((yield swap(WORD, RESERVED2, FREE)) === RESERVED2) yield wakeUp(WORD, 1);
}
function* giveBack() {
  for (; ; ) {
    const seen = yield load(WORD);
    if (ownerOf(seen) === 0) return false;
    if (seen > 0) {
      if ((yield swap(WORD, seen, FREE)) === seen) return true;
      continue;
    }
    const next = (yield load(STARVING)) === 0 ? FREE : RESERVED2;
    if ((yield swap(WORD, seen, next)) !== seen) continue;
    yield wakeUp(WORD, 1);
    if (next === RESERVED2 && (yield load(STARVING)) === 0) yield* unreserve();
    return true;
  }
}
var RELEASE_SAVE = Symbol("multiprocessing.releaseSave");
var ACQUIRE_RESTORE = Symbol("multiprocessing.acquireRestore");
var ACQUIRE_RESTORE_SYNC = Symbol("multiprocessing.acquireRestoreSync");
var IS_OWNED = Symbol("multiprocessing.isOwned");

// lib/channel/pipe/pipe_ends.ts
function otherEnd(end2) {
  return end2 === 0 ? 1 : 0;
}
var HOLDERS_MAX = 256;
var OVER = 4;
var SERIALS = 6;
var PLACES = 8;
var WORDS_PER_PLACE = 6;
var ENDS_BYTES = 4 * (PLACES + 2 * HOLDERS_MAX * WORDS_PER_PLACE);
var HOLDER = 0;
var SERIAL = 1;
var AIM = 2;
var NAME = 3;
var SENDER = 0;
var ADDRESSEE = 1;
var ANYBODY = 2;
var Ends = class {
  /** The memory. */
  block;
  // Invariant: the views match the memory to which the block is mapped now.
  #words;
  #self = {
    me: 0
  };
  #runner;
  /** Views the ends in `block`. */
  constructor(block) {
    this.block = block;
    this.#runner = new StepRunner(block);
    this.#bind();
    block.onMove(() => {
      const before2 = this.#self.me;
      this.#bind();
      this.#rename(before2);
    });
  }
  #bind() {
    this.#words = this.block.int32;
    this.#self.me = this.block.owner;
  }
  /**
   * Renames this isolate after the memory moved; no other one has seen the memory
   * yet.
   */
  #rename(before2) {
    const words = this.#words;
    for (let at3 = PLACES; at3 < words.length; at3 += WORDS_PER_PLACE) {
      if (words[at3 + HOLDER] === before2) words[at3 + HOLDER] = this.#self.me;
      if (words[at3 + HOLDER] === -before2) words[at3 + HOLDER] = -this.#self.me;
    }
  }
  /** Adds a holder; returns its place, or null if the end is over. */
  join(end2) {
    return this.#locked(() => {
      if (this.#isOver(end2)) return null;
      const place2 = this.#freePlace(end2);
      this.#setHolder(place2, this.#self.me);
      return place2;
    });
  }
  /** Makes a ticket for an end that this isolate holds. */
  hand(end2) {
    return this.#locked(() => {
      const words = this.#words;
      const place2 = this.#freePlace(end2);
      const serial = words[SERIALS] = words[SERIALS] + 1 | 0;
      words[placeAt(place2) + SERIAL] = serial;
      words[placeAt(place2) + AIM] = SENDER;
      this.#setHolder(place2, -this.#self.me);
      return {
        place: place2,
        serial
      };
    });
  }
  /** Adds a holder with a ticket; null if the ticket is void. */
  take(end2, ticket) {
    return this.#locked(() => {
      if (this.#isOver(end2) || !this.#isHanded(ticket)) return null;
      this.#setHolder(ticket.place, this.#self.me);
      return ticket.place;
    });
  }
  /** Sets the addressee of a ticket; null for any receiver. */
  aim(ticket, to) {
    this.#locked(() => {
      if (!this.#isHanded(ticket)) return;
      const at3 = placeAt(ticket.place);
      const isKnown = to !== null && to.place === this.block.place;
      if (isKnown) this.#words.set(to.name, at3 + NAME);
      this.#words[at3 + AIM] = isKnown ? ADDRESSEE : ANYBODY;
    });
  }
  /** Gives up a ticket that nobody has taken. */
  lose(ticket) {
    this.#locked(() => {
      if (this.#isHanded(ticket)) this.#setHolder(ticket.place, 0);
    });
  }
  /** Frees a place. */
  leave(place2) {
    this.#locked(() => this.#setHolder(place2, 0));
  }
  /** Whether the end has no holder, and never will have one. */
  isOver(end2) {
    if (this.#isOver(end2)) return true;
    if (this.#isHeld(end2)) return false;
    return this.#locked(() => {
      if (this.#isHeld(end2)) return false;
      Atomics.store(this.#words, OVER + end2, 1);
      return true;
    });
  }
  /** One of the holders of the end, as addressee of tickets that are sent there. */
  holderOf(end2) {
    for (const place2 of placesOf(end2)) {
      const holder = this.#holder(place2);
      if (holder <= 0 || !this.#isAlive(holder)) continue;
      return this.block.addresseeOf(holder);
    }
    return null;
  }
  #locked(change2) {
    this.#runner.runSync(patient(take(this.#self)), FOREVER);
    try {
      return change2();
    } finally {
      runNow(this.block, giveBack());
    }
  }
  #isOver(end2) {
    return Atomics.load(this.#words, OVER + end2) !== 0;
  }
  #isHeld(end2) {
    for (const place2 of placesOf(end2)) if (this.#counts(place2)) return true;
    return false;
  }
  #counts(place2) {
    const holder = this.#holder(place2);
    if (holder === 0) return false;
    if (holder > 0) return this.#isAlive(holder);
    const at3 = placeAt(place2);
    switch (Atomics.load(this.#words, at3 + AIM)) {
      case SENDER:
        return this.#isAlive(-holder);
      case ADDRESSEE: {
        const [one, two, three] = this.#words.subarray(at3 + NAME);
        return this.block.isAlive([
          one,
          two,
          three
        ]);
      }
      default:
        return true;
    }
  }
  #isAlive(holder) {
    return holder === this.#self.me || this.block.isOwnerAlive(holder);
  }
  #isHanded({ place: place2, serial }) {
    return this.#holder(place2) < 0 && this.#words[placeAt(place2) + SERIAL] === serial;
  }
  #holder(place2) {
    return Atomics.load(this.#words, placeAt(place2) + HOLDER);
  }
  #setHolder(place2, holder) {
    Atomics.store(this.#words, placeAt(place2) + HOLDER, holder);
  }
  #freePlace(end2) {
    for (const place2 of placesOf(end2)) {
      if (this.#holder(place2) === 0) return place2;
    }
    for (const place2 of placesOf(end2)) if (!this.#counts(place2)) return place2;
    throw new ConnectionError(`Cannot share the connection as at most ${HOLDERS_MAX} may hold one end at once: close unused ones`);
  }
};
function placeAt(place2) {
  return PLACES + place2 * WORDS_PER_PLACE;
}
function* placesOf(end2) {
  for (let n = 0; n < HOLDERS_MAX; n++) yield end2 * HOLDERS_MAX + n;
}

// lib/channel/ring/ring_words.ts
var PUT_LOCK = 0;
var TAIL = 4;
var CAPACITY = 6;
var WRAP = 7;
var PUTS = 16;
var GET_LOCK = 32;
var HEAD = 36;
var GETS = 48;
var DONE = 64;
var COUNT_MAX = 80;
var UNITS_MAX = 81;
var OWN_WORDS = 96;
var DATA_BYTE = 512;
var RING_MARK = 1;
var SHUT = 2;
var DROPPED = 4;
var ONE = 8;
var COUNT_SHIFT = 3;
var COUNT_LIMIT = 2 ** (32 - COUNT_SHIFT) - 1;
function countOf(word) {
  return word >>> COUNT_SHIFT;
}
function countBetween(ahead, behind) {
  return (ahead >>> COUNT_SHIFT) - (behind >>> COUNT_SHIFT) & COUNT_LIMIT;
}
function placeFor(word) {
  return word >>> COUNT_SHIFT & 1;
}
function oneMore(word) {
  return (word & ~RING_MARK) + ONE | 0;
}
function* change(at3, seen) {
  for (; ; ) {
    const now = yield load(at3);
    if ((now & ~RING_MARK) !== (seen & ~RING_MARK)) return true;
    const marked = now | RING_MARK;
    if (now !== marked && (yield swap(at3, now, marked)) !== now) continue;
    if ((yield sleep(at3, marked)) === GIVE_UP) return false;
  }
}
function* shut(dropped2) {
  yield or(PUTS, SHUT);
  yield or(GETS, dropped2 ? SHUT | DROPPED : SHUT);
  yield or(DONE, SHUT);
  for (const at3 of [
    PUTS,
    GETS,
    DONE
  ]) yield wakeUp(at3, WAKE_ALL);
}
function* undone(done) {
  const gets = yield load(GETS);
  if ((gets & DROPPED) === 0) return countBetween(yield load(PUTS), done);
  const left = countBetween(gets, done);
  return left > COUNT_LIMIT / 2 ? 0 : left;
}
function* taskDone() {
  for (; ; ) {
    const done = yield load(DONE);
    const left = yield* undone(done);
    if (left === 0) return false;
    const next = left === 1 ? oneMore(done) : done + ONE | 0;
    if ((yield swap(DONE, done, next)) !== done) continue;
    if (left === 1) yield wakeUp(DONE, WAKE_ALL);
    return true;
  }
}
function* allDone() {
  for (; ; ) {
    const done = yield load(DONE);
    if ((yield* undone(done)) === 0) return true;
    if (yield* change(DONE, done)) continue;
    return (yield* undone(yield load(DONE))) === 0;
  }
}

// lib/channel/ring/ring_layout.ts
var NOWHERE = -1;
function placeOf2(units, tail, head, capacity) {
  if (tail < head) return tail + units < head ? tail : NOWHERE;
  if (tail + units < capacity) return tail;
  return units < head ? 0 : NOWHERE;
}
function reachFor(units, tail, isEmpty, limit) {
  const reach = tail + units + 1;
  return reach <= limit || isEmpty ? reach : NOWHERE;
}
function grownTo(reach, capacity, limit) {
  return Math.min(limit, Math.max(2 * capacity, reach));
}

// lib/channel/ring/ring.ts
var FIRST_BYTES = 64 * 1024;
var RESERVE_BYTES = 2 ** 31;
var BYTES_LIMIT = 2 ** 30;
var BYTES_DEFAULT = 64 * 1024 * 1024;
var RECORD_LIMIT = 2 ** 30 - 2 ** 16;
var SMALL_BYTES = 1024;
var SMALL_PUT_BYTES = 512;
var WRAPPED = -1;
var IN_THE_WAY = -2;
var LOOKS = 600;
var TRIAL_MASK = 511;
var DATA_WORD = DATA_BYTE / 4;
var EMPTY = Symbol("multiprocessing.empty");
var GONE = Symbol("multiprocessing.gone");
var BUSY = Symbol("multiprocessing.busy");
var IN_PLACE = 256;
function ringBlock(place2 = "local") {
  return Block.reserve(DATA_BYTE + FIRST_BYTES, RESERVE_BYTES, place2);
}
function formatRing(block, options = {}) {
  const { maxCount = COUNT_LIMIT, maxBytes = BYTES_DEFAULT } = options;
  const words = block.int32;
  words[COUNT_MAX] = Math.min(maxCount, COUNT_LIMIT);
  words[UNITS_MAX] = maxBytes >>> 3;
  words[CAPACITY] = Math.min(FIRST_BYTES, maxBytes) >>> 3;
}
var small = new Int32Array(SMALL_BYTES / 4);
var smallBytes = new Uint8Array(small.buffer);
var KEPT_BYTES = 1 << 20;
var lastBuffer = null;
var lastWords = small;
function wordsOf({ buffer, byteOffset }) {
  if (byteOffset !== 0) return null;
  if (buffer === lastBuffer) return lastWords;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > KEPT_BYTES) {
    return null;
  }
  lastWords = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  lastBuffer = buffer;
  return lastWords;
}
var Ring = class {
  /** The memory. */
  block;
  /** Callers that wait for a turn of the event loop before they go on. */
  turn = new Fairness();
  /** Called from time to time during a wait; may shut the ring. */
  onLook = null;
  // Invariant: the views match the memory to which the block is mapped now. They
  // have the same length, which may be shorter than the memory is by now; see #see.
  #words;
  #bytes;
  #maxCount;
  /** This isolate, as an owner of the locks. */
  #self = {
    me: 0
  };
  #runner;
  // Invariant: the PUTS at which the last get of this isolate found no record, and
  // the GETS at which its last put found no room; read before any other code runs.
  #seenPuts = 0;
  #seenGets = 0;
  // Invariant: the head that belongs to the GETS that was read last.
  #headSeen = 0;
  // Invariant: the count of PUTS up to which only this isolate has put since it
  // read GETS. Until then getters can only have made more room than it saw; the
  // tail of other putters may have wrapped around and passed the head that it saw.
  #seenFor = -1;
  // Invariant: a value that PUTS once had.
  #putsKnown = 0;
  // Invariant: true while a put has both locks.
  #hasBoth = false;
  // Invariant: the word before the last commit, with its mark.
  #before = 0;
  // Invariant: how often the next wait spins before it sleeps; decreases if the
  // other side needs the processor meanwhile, or takes longer than a sleep does.
  #looks = LOOKS;
  #waits = 0;
  // Invariant: how many promises of this isolate wait at the ring.
  #waiting = 0;
  /** Views the ring in `block`. */
  constructor(block) {
    this.block = block;
    this.#runner = new StepRunner(block);
    this.#bind();
    block.onMove(() => this.#bind());
  }
  #bind() {
    const { block } = this;
    const words = this.#words = block.int32;
    this.#bytes = new Uint8Array(block.buffer, block.byteOffset, 4 * words.length);
    this.#self.me = block.owner;
    this.#maxCount = this.#words[COUNT_MAX];
  }
  /** Makes the views, and the memory, extend beyond a unit. */
  #see(unit) {
    const end2 = DATA_BYTE + 8 * (unit + 1);
    if (end2 <= this.#bytes.length) return;
    this.block.grow(end2);
    this.#bind();
  }
  /** Words that the owner of the ring may use for its own purposes. */
  get ownWords() {
    return this.block.part(4 * OWN_WORDS, DATA_BYTE - 4 * OWN_WORDS);
  }
  // Locks
  #enter(lock2) {
    const words = this.#words;
    const { me } = this.#self;
    const at3 = lock2 + WORD;
    if (Atomics.compareExchange(words, at3, FREE, me) === FREE) return true;
    for (let spun = 0; spun < SPINS; spun++) {
      Atomics.pause();
      if (Atomics.load(words, at3) !== FREE) continue;
      if (Atomics.compareExchange(words, at3, FREE, me) === FREE) return true;
    }
    return false;
  }
  #leave(lock2) {
    const { me } = this.#self;
    const at3 = lock2 + WORD;
    if (Atomics.compareExchange(this.#words, at3, me, FREE) === me) return;
    runNow(this.block, briefAt(lock2, giveBack()));
  }
  /** Takes a lock; also that of a dead owner, which has left nothing half done. */
  *#entering(lock2) {
    return (yield* briefAt(lock2, take(this.#self))) !== "left";
  }
  #wake(at3) {
    wake(this.block, at3, 1);
    if (this.#waiting > 0) this.turn.owe();
  }
  // Putting
  /** Puts at once, if there is room and no other putter has the lock. */
  tryPut(bytes2, length, kind) {
    if (!this.#enter(PUT_LOCK)) return BUSY;
    return this.#putInside(bytes2, length, kind);
  }
  /** Puts, and blocks until there is room. */
  putSync(item, limit) {
    const first2 = this.tryPut(item.bytes, item.length, item.kind);
    if (first2 === "done" || first2 === "shut") return first2;
    if (first2 === "full") this.#spinOn(GETS, this.#seenGets);
    return this.#runner.runSync(this.#putting(item), limit);
  }
  /** Puts as soon as there is room; the item must not change until then. */
  put(item, limit) {
    return this.#runAsync(this.#putting(item), limit);
  }
  *#putting({ bytes: bytes2, length, kind, isBack = false }) {
    for (let hasSlept = false; ; ) {
      if (!this.#enter(PUT_LOCK) && !(yield* this.#entering(PUT_LOCK))) {
        return "full";
      }
      const outcome = this.#putInside(bytes2, length, kind, isBack);
      if (outcome === BUSY) {
        if (!this.#enter(GET_LOCK) && !(yield* this.#entering(GET_LOCK))) {
          return "full";
        }
        this.#leave(GET_LOCK);
        continue;
      }
      if (outcome !== "full") {
        if (hasSlept) this.#passOn(GETS);
        return outcome;
      }
      const marked = this.#mark(GETS, this.#seenGets);
      if (marked === null) continue;
      hasSlept = true;
      if (!this.#lookUp(yield this.#sleep(GETS, marked))) return "full";
    }
  }
  #putInside(bytes2, length, kind, isBack = false) {
    let outcome;
    try {
      outcome = this.#putLocked(bytes2, length, kind, isBack);
    } finally {
      if (this.#hasBoth) this.#leave(GET_LOCK);
      this.#hasBoth = false;
      this.#leave(PUT_LOCK);
    }
    if (outcome === "done" && (this.#before & RING_MARK) !== 0) {
      this.#wake(PUTS);
    }
    return outcome;
  }
  #putLocked(bytes2, length, kind, isBack) {
    const puts = Atomics.load(this.#words, PUTS);
    const isOver = isBack ? this.isDropped : (puts & SHUT) !== 0;
    if (isOver) return "shut";
    const units = 1 + (length + 7 >>> 3);
    const place2 = this.#placeFor(units, puts);
    if (place2 < 0) {
      return place2 === NOWHERE ? this.#fullOrShut(isBack) : BUSY;
    }
    this.#see(place2 + units);
    const words = this.#words;
    const record = DATA_WORD + 2 * place2;
    words[record] = length;
    words[record + 1] = kind;
    if (typeof bytes2 === "function") bytes2(this.#bytes, 4 * record + 8);
    else this.#fill(record + 2, bytes2, length);
    words[TAIL + 1 - placeFor(puts)] = place2 + units;
    this.#seenFor = countOf(oneMore(puts));
    return this.#commit(PUTS, puts, isBack ? 0 : SHUT) ? "done" : "shut";
  }
  /**
   * A process that sleeps until GETS changes must not have seen the end in it
   * before, because the wake-up of all is over by then.
   */
  #fullOrShut(isBack) {
    const end2 = isBack ? DROPPED : SHUT;
    return (this.#seenGets & end2) !== 0 ? "shut" : "full";
  }
  #fill(at3, bytes2, length) {
    const from = length <= SMALL_PUT_BYTES ? wordsOf(bytes2) : null;
    const count2 = length + 3 >>> 2;
    if (from === null || count2 > from.length) {
      this.#bytes.set(bytes2.subarray(0, length), 4 * at3);
      return;
    }
    const words = this.#words;
    const whole = length >>> 2;
    for (let i = 0; i < whole; i++) words[at3 + i] = from[i];
    if (whole === count2) return;
    words[at3 + whole] = from[whole] & (1 << 8 * (length & 3)) - 1;
  }
  /** Adds one to a word, unless a bit of `stop` is set in it meanwhile. */
  #commit(at3, word, stop) {
    for (let seen = word; ; ) {
      const next = oneMore(seen);
      const found = Atomics.compareExchange(this.#words, at3, seen, next);
      if (found === seen) {
        this.#before = seen;
        return true;
      }
      if ((found & stop) !== 0) return false;
      seen = found;
    }
  }
  // Room
  #placeFor(units, puts) {
    const seen = countOf(puts) === this.#seenFor ? this.#placeAsSeen(units, puts) : NOWHERE;
    if (seen !== NOWHERE) return seen;
    const gets = this.#seenGets = this.#stableGets();
    const place2 = this.#placeAsSeen(units, puts);
    if (place2 !== NOWHERE) return place2;
    const count2 = countBetween(puts, gets);
    if (count2 >= this.#maxCount) return NOWHERE;
    const tail = this.#words[TAIL + placeFor(puts)];
    return tail < this.#headSeen ? this.#unwrap(units, tail, puts) : this.#grow(units, tail, count2 === 0);
  }
  #placeAsSeen(units, puts) {
    if (countBetween(puts, this.#seenGets) >= this.#maxCount) return NOWHERE;
    const words = this.#words;
    const head = this.#headSeen;
    const tail = words[TAIL + placeFor(puts)];
    const place2 = placeOf2(units, tail, head, words[CAPACITY]);
    if (place2 !== NOWHERE && place2 < tail && tail >= head) this.#wrapAt(tail);
    return place2;
  }
  /** GETS, and the head that belongs to it. */
  #stableGets() {
    const words = this.#words;
    for (let gets = Atomics.load(words, GETS); ; ) {
      const head = Atomics.load(words, HEAD + placeFor(gets));
      const again2 = Atomics.load(words, GETS);
      if (countBetween(again2, gets) === 0) {
        this.#headSeen = head;
        return again2;
      }
      gets = again2;
    }
  }
  #wrapAt(tail) {
    this.#see(tail);
    this.#words[DATA_WORD + 2 * tail] = WRAPPED;
    this.#words[WRAP] = tail;
  }
  /** Grows the ring behind its last record. */
  #grow(units, tail, isEmpty) {
    const limit = this.#words[UNITS_MAX];
    const reach = reachFor(units, tail, isEmpty, limit);
    if (reach === NOWHERE) return NOWHERE;
    this.#reach(reach, limit);
    return tail;
  }
  #reach(reach, limit) {
    if (reach > limit) return this.#see(reach - 1);
    const capacity = this.#words[CAPACITY];
    if (reach <= capacity) return;
    const grown = grownTo(reach, capacity, limit);
    this.#see(grown - 1);
    this.#words[CAPACITY] = grown;
  }
  /** Moves the front of a wrapped ring behind its end, and grows it there. */
  #unwrap(units, tail, puts) {
    const limit = this.#words[UNITS_MAX];
    const to = this.#words[WRAP] + 1;
    const reach = reachFor(units, to + tail, false, limit);
    if (reach === NOWHERE) return NOWHERE;
    if (!this.#hasBoth && !this.#enter(GET_LOCK)) return IN_THE_WAY;
    this.#hasBoth = true;
    this.#stableGets();
    if (this.#headSeen <= tail) return this.#placeFor(units, puts);
    this.#reach(reach, limit);
    const start = DATA_BYTE + 8 * to;
    this.#bytes.copyWithin(start, DATA_BYTE, DATA_BYTE + 8 * tail);
    return to + tail;
  }
  // Getting
  /** Gets at once, if there is a record and no other getter has the lock. */
  tryGet(read5) {
    const nothing = this.#nothing();
    if (nothing !== null) return nothing;
    if (!this.#enter(GET_LOCK)) return BUSY;
    return this.#getInside(read5);
  }
  /** Gets, and blocks until there is a record. */
  getSync(read5, limit) {
    let hasLooked = false;
    for (let hasSlept = false; ; ) {
      const got = this.#nothing() ?? this.#tryGetOrPass(read5, hasSlept);
      if (got === BUSY) break;
      if (got !== EMPTY) return got;
      if (!hasLooked && this.#spinOn(PUTS, this.#seenPuts)) {
        hasLooked = true;
        continue;
      }
      const marked = this.#mark(PUTS, this.#seenPuts);
      if (marked === null) continue;
      hasSlept = true;
      const step2 = this.#sleep(PUTS, marked);
      if (!this.#lookUp(this.#runner.sleepSync(step2, limit))) return EMPTY;
    }
    return this.#runner.runSync(this.#getting(read5), limit);
  }
  /** Gets as soon as there is a record. */
  get(read5, limit) {
    return this.#runAsync(this.#getting(read5), limit);
  }
  *#getting(read5) {
    for (let hasSlept = false; ; ) {
      const nothing = this.#nothing();
      if (nothing === null && !this.#enter(GET_LOCK) && !(yield* this.#entering(GET_LOCK))) return EMPTY;
      const got = nothing ?? this.#getOrPass(read5, hasSlept);
      if (got !== EMPTY) return got;
      const marked = this.#mark(PUTS, this.#seenPuts);
      if (marked === null) continue;
      hasSlept = true;
      if (!this.#lookUp(yield this.#sleep(PUTS, marked))) return EMPTY;
    }
  }
  #tryGetOrPass(read5, hasSlept) {
    if (this.#enter(GET_LOCK)) return this.#getOrPass(read5, hasSlept);
    if (hasSlept) this.#passOn(PUTS);
    return BUSY;
  }
  /** Gets under the lock; after a sleep, passes the wake-up on. */
  #getOrPass(read5, hasSlept) {
    let isDone = true;
    try {
      const got = this.#getInside(read5);
      isDone = got !== EMPTY;
      return got;
    } finally {
      if (hasSlept && isDone) this.#passOn(PUTS);
    }
  }
  /** Why there is no record to get; null if there is one. */
  #nothing() {
    const gets = Atomics.load(this.#words, GETS);
    if ((gets & DROPPED) !== 0) return GONE;
    const known8 = countBetween(this.#putsKnown, gets);
    if (known8 !== 0 && known8 <= COUNT_LIMIT / 2) return null;
    const puts = this.#putsKnown = Atomics.load(this.#words, PUTS);
    if (countBetween(puts, gets) !== 0) return null;
    this.#seenPuts = puts;
    return (puts & SHUT) !== 0 ? GONE : EMPTY;
  }
  #getInside(read5) {
    let bytes2 = null;
    let length = 0;
    let kind = 0;
    try {
      const nothing = this.#nothing();
      if (nothing !== null) return nothing;
      const gets = Atomics.load(this.#words, GETS);
      const head = this.#recordFor(gets);
      const at3 = DATA_WORD + 2 * head;
      length = this.#words[at3];
      kind = this.#words[at3 + 1];
      const next = head + 1 + (length + 7 >>> 3);
      this.#see(next - 1);
      if (kind >= IN_PLACE) return this.#readInPlace(read5, at3, gets, next);
      bytes2 = this.#copyOut(at3 + 2, length);
      if (!this.#commitGet(gets, next)) return GONE;
    } finally {
      this.#leave(GET_LOCK);
    }
    if ((this.#before & RING_MARK) !== 0) this.#wake(GETS);
    return read5(bytes2, 0, length, kind);
  }
  #readInPlace(read5, at3, gets, next) {
    const start = 4 * at3 + 8;
    const stop = start + this.#words[at3];
    let isGot = false;
    let value;
    try {
      value = read5(this.#bytes, start, stop, this.#words[at3 + 1]);
    } finally {
      isGot = this.#commitGet(gets, next);
      if (isGot && (this.#before & RING_MARK) !== 0) this.#wake(GETS);
    }
    return isGot ? value : GONE;
  }
  #commitGet(gets, next) {
    this.#words[HEAD + 1 - placeFor(gets)] = next;
    return this.#commit(GETS, gets, DROPPED);
  }
  /** The oldest record, behind a mark if the records went on elsewhere. */
  #recordFor(gets) {
    const head = this.#words[HEAD + placeFor(gets)];
    this.#see(head);
    if (this.#words[DATA_WORD + 2 * head] !== WRAPPED) return head;
    const isLast = this.#words[WRAP] === head && this.#tail() < head;
    const record = isLast ? 0 : head + 1;
    this.#see(record);
    return record;
  }
  /** Where the next record will go, at some moment of this call. */
  #tail() {
    const words = this.#words;
    for (let puts = Atomics.load(words, PUTS); ; ) {
      const tail = Atomics.load(words, TAIL + placeFor(puts));
      const again2 = Atomics.load(words, PUTS);
      if (countBetween(again2, puts) === 0) return tail;
      puts = again2;
    }
  }
  #copyOut(word, length) {
    if (length <= SMALL_BYTES) {
      const words = this.#words;
      const count2 = length + 3 >>> 2;
      for (let i = 0; i < count2; i++) small[i] = words[word + i];
      return smallBytes;
    }
    const copy2 = new Uint8Array(length);
    copy2.set(this.#bytes.subarray(4 * word, 4 * word + length));
    return copy2;
  }
  // Waiting without getting
  /**
   * Waits until there is a record, or there will be none; false if the time ran
   * out.
   */
  ready(limit) {
    return this.#runAsync(this.#lookingOut(), limit);
  }
  /** The same, but blocks this thread. */
  readySync(limit) {
    return this.#runner.runSync(this.#lookingOut(), limit);
  }
  *#lookingOut() {
    for (let hasSlept = false; ; ) {
      if (this.#nothing() !== EMPTY) {
        if (hasSlept) this.#passOn(PUTS);
        return true;
      }
      const marked = this.#mark(PUTS, this.#seenPuts);
      if (marked === null) continue;
      hasSlept = true;
      const isStill = this.#lookUp(yield this.#sleep(PUTS, marked));
      if (!isStill) return this.#nothing() !== EMPTY;
    }
  }
  // Sleeping. Only the sleep itself is a step of a program: the code around it
  // takes 0.2 us in this way, and 1.2 us as steps.
  /** Marks a word to sleep on, and returns it; null if it differs from `seen`. */
  #mark(at3, seen) {
    const words = this.#words;
    for (; ; ) {
      const now = Atomics.load(words, at3);
      if (((now ^ seen) & ~RING_MARK) !== 0) return null;
      const marked = now | RING_MARK;
      if (now === marked || Atomics.compareExchange(words, at3, now, marked) === now) return marked;
    }
  }
  /** Sleeps; deeply if no liveness check is set. */
  #sleep(at3, marked) {
    return this.onLook === null ? sleepDeep(at3, marked) : sleep(at3, marked);
  }
  /** Checks liveness after a sleep; false if it is time to give up. */
  #lookUp(outcome) {
    if (outcome === CHECK_LIVENESS) this.onLook?.();
    return outcome !== GIVE_UP;
  }
  /**
   * Passes the wake-up on after a sleep that succeeded. The mark comes first and
   * the wake-up second; a commit in between either sees the mark, or came before,
   * and then the woken process sees it.
   */
  #passOn(at3) {
    const word = Atomics.or(this.#words, at3, RING_MARK);
    const isMore = at3 === GETS || countBetween(word, Atomics.load(this.#words, GETS)) > 0;
    if (isMore) wake(this.block, at3, 1);
  }
  /** Spins for a while before it sleeps, if that has paid lately. */
  #spinOn(at3, seen) {
    const isTrial = (++this.#waits & TRIAL_MASK) === 0;
    const most = isTrial ? LOOKS : this.#looks;
    for (let looked = 0; looked < most; looked++) {
      if (((Atomics.load(this.#words, at3) ^ seen) & ~RING_MARK) !== 0) {
        this.#looks = LOOKS;
        return true;
      }
      Atomics.pause();
    }
    if (!isTrial) this.#looks = most >>> 1;
    return false;
  }
  async #runAsync(steps, limit) {
    this.#waiting++;
    try {
      return await this.#runner.run(steps, limit);
    } finally {
      this.#waiting--;
    }
  }
  // The end, and numbers
  /** Ends the puts, drops the records if `dropped`, and wakes all waiters. */
  shut(dropped2) {
    runNow(this.block, shut(dropped2));
  }
  /** Whether the ring takes no more records. */
  get isShut() {
    return (Atomics.load(this.#words, PUTS) & SHUT) !== 0;
  }
  /** Whether the ring gives no more records, either. */
  get isDropped() {
    return (Atomics.load(this.#words, GETS) & DROPPED) !== 0;
  }
  /** The number of records at this moment. */
  get count() {
    const words = this.#words;
    for (let gets = Atomics.load(words, GETS); ; ) {
      if ((gets & DROPPED) !== 0) return 0;
      const puts = Atomics.load(words, PUTS);
      const again2 = Atomics.load(words, GETS);
      if (((again2 ^ gets) & ~RING_MARK) === 0) return countBetween(puts, gets);
      gets = again2;
    }
  }
  /** The maximum number of records. */
  get maxCount() {
    return this.#maxCount;
  }
  /** Counts one record as done; false if all are done already. */
  taskDone() {
    return runNow(this.block, taskDone());
  }
  /** Waits until every record is done; false if the time ran out. */
  allDone(limit) {
    return this.#runAsync(allDone(), limit);
  }
  /** The same, but blocks this thread. */
  allDoneSync(limit) {
    return this.#runner.runSync(allDone(), limit);
  }
};

// lib/channel/pipe/pipe_memory.ts
var CARRIES = 0;
var known = new WeakCache();
var PendingTickets = class {
  tickets;
  ends;
  end;
  constructor(tickets2, ends, end2) {
    this.tickets = tickets2;
    this.ends = ends;
    this.end = end2;
  }
  /** Aims their tickets at the receiver as soon as it is known. */
  settle() {
    const to = this.ends.holderOf(this.end);
    if (to === null && !this.ends.isOver(this.end)) {
      pendingTickets.add(this);
      return;
    }
    pendingTickets.delete(this);
    for (const ticket of this.tickets) {
      if (to === null) ticket.lost();
      else ticket.sent(to);
    }
  }
};
var pendingTickets = /* @__PURE__ */ new Set();
var PipeMemory = class {
  ends;
  /** The rings, by the end that sends into them. */
  rings;
  #drain;
  // Invariant: the ends that were over at the last look.
  #over = [
    false,
    false
  ];
  #lookedAtMs = Date.now();
  /** Views a pipe. */
  constructor(ends, rings, drain2) {
    this.ends = new Ends(ends);
    const [first2, second] = rings.map((block) => block && new Ring(block));
    this.rings = [
      first2,
      second
    ];
    this.#drain = drain2;
    for (const ring of this.rings) {
      if (ring !== null) ring.onLook = () => this.look();
    }
  }
  /** Shuts the rings of an end that is over. */
  look() {
    this.#look();
    for (const pending of [
      ...pendingTickets
    ]) pending.settle();
  }
  #look() {
    this.#lookedAtMs = Date.now();
    for (const end2 of [
      0,
      1
    ]) {
      if (!this.#over[end2] && this.ends.isOver(end2)) this.#shut(end2);
    }
  }
  /** Does the same, unless it was done a short time ago. */
  lookAgain() {
    const sinceMs = Date.now() - this.#lookedAtMs;
    if (sinceMs >= LIVENESS_CHECK_MS || sinceMs < 0) this.look();
  }
  #shut(end2) {
    this.#over[end2] = true;
    this.rings[end2]?.shut(false);
    const left = this.rings[otherEnd(end2)];
    if (left === null || left === void 0 || left.isDropped) return;
    left.shut(false);
    if (this.#carries(left)) this.#drain(left);
    left.shut(true);
  }
  #carries(ring) {
    return Atomics.load(ring.ownWords.int32, CARRIES) !== 0;
  }
  /** Notes that a message with a ticket will be put. */
  carry(ring) {
    Atomics.store(ring.ownWords.int32, CARRIES, 1);
  }
  /** Notes that connections were sent to an end. */
  posted(tickets2, end2) {
    for (const ticket of tickets2) ticket.sent(null);
    new PendingTickets(tickets2, this.ends, end2).settle();
  }
  /** Frees a place at an end. */
  leave(place2) {
    this.ends.leave(place2);
    this.look();
  }
  /** The handle of an end that this isolate holds. */
  handle(end2, destination, delivery) {
    const handle2 = this.#handle(end2, destination, delivery);
    const ticket = this.ends.hand(end2);
    delivery.leave({
      sent: (to) => this.ends.aim(ticket, to),
      lost: () => {
        this.ends.lose(ticket);
        this.look();
      }
    });
    return {
      ...handle2,
      ticket
    };
  }
  #handle(end2, destination, delivery) {
    const block = this.ends.block.handle(destination, delivery);
    const [first2, second] = this.rings.map((ring) => ring && ring.block.handle(destination, delivery));
    known.add(this.ends.block.key, this);
    return {
      kind: "connection",
      block,
      rings: [
        first2,
        second
      ],
      end: end2,
      ticket: null
    };
  }
  /**
   * For children of this process, which may load a module that makes the pipe, too.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    return this.#handle(0, destination, delivery);
  }
  /** Adds a holder to an end; null if the end is over. */
  hold(end2, ticket) {
    const place2 = ticket === null ? null : this.ends.take(end2, ticket);
    return place2 ?? this.ends.join(end2);
  }
};
function makePipeMemory(place2, isDuplex, options, drain2) {
  const rings = [
    isDuplex,
    true
  ].map((exists) => {
    if (!exists) return null;
    const block = ringBlock(place2);
    formatRing(block, options);
    return block;
  });
  const ends = Block.allocate(ENDS_BYTES, place2);
  return new PipeMemory(ends, [
    rings[0],
    rings[1]
  ], drain2);
}
function pipeMemoryOf(handle2, drain2) {
  const ends = Block.attach(handle2.block);
  const [first2, second] = handle2.rings.map((ring) => ring && Block.attach(ring));
  const found = known.get(ends.key);
  if (found !== void 0) return found;
  const memory = new PipeMemory(ends, [
    first2,
    second
  ], drain2);
  known.add(ends.key, memory);
  return memory;
}

// lib/channel/connection/notify.ts
var Notify = class {
  #next = null;
  /** Wakes all tasks that wait now. */
  notifyAll() {
    this.#next?.resolve();
    this.#next = null;
  }
  /** The next notification; does not keep the program alive. */
  get next() {
    return (this.#next ??= Promise.withResolvers()).promise;
  }
  /**
   * Waits for the next notification; false if the time ran out. Rejects when
   * aborted.
   */
  async wait(limit) {
    return await settlesBy(this.next, limit);
  }
};
async function settlesBy(done, { deadline, signal }) {
  const leftMs = deadline === Infinity ? Infinity : Math.max(0, deadline - performance.now());
  return await settles(done, leftMs, signal);
}
var AsyncMutex = class {
  // Invariant: settles when all tasks that asked before have left; never rejects.
  #last = null;
  /** Whether no task holds the mutex or waits for it. */
  get isFree() {
    return this.#last === null;
  }
  /** Runs `act` under the mutex; returns `late` if the time ran out before. */
  async run(limit, late2, act) {
    const leave4 = await this.lock(limit);
    if (leave4 === null) return late2;
    try {
      return await act();
    } finally {
      leave4();
    }
  }
  /** Locks the mutex and returns its unlock function; `null` if the time ran out. */
  async lock(limit) {
    const before2 = this.#last;
    const { promise, resolve } = Promise.withResolvers();
    const mine = this.#last = promise;
    const leave4 = () => {
      if (this.#last === mine) this.#last = null;
      resolve();
    };
    if (before2 === null) return leave4;
    let isMine = false;
    try {
      isMine = await settlesBy(before2, limit);
    } finally {
      if (!isMine) before2.then(leave4);
    }
    return isMine ? leave4 : null;
  }
};

// lib/base/node_threads.ts
function nodeThreads() {
  return process.getBuiltinModule("node:worker_threads");
}
function channel() {
  const { port1, port2 } = new (nodeThreads()).MessageChannel();
  return {
    near: port1,
    far: port2
  };
}
function takeMessage(port) {
  return nodeThreads().receiveMessageOnPort(port)?.message;
}

// lib/memory/sharing/resource_sharer.ts
var NO_LIMITS = {
  deadline: Infinity,
  signal: void 0
};
var WAKES = 0;
var WAKE_BYTES = 4;
var DRAWN = 64;
var BITS_LEFT_OUT = 11n;
var POLL_OFTEN_MS = 2;
var IN_USE_MS = 1e3;
var TAKEN_MAX = 5e3;
var LEFT_MAX = 1e6;
var WAITING_MAX = 1e5;
var ROUNDS_MAX = 1e3;
var Store = class {
  wakeWord = Block.allocate(WAKE_BYTES);
  #kept = /* @__PURE__ */ new Map();
  #links = /* @__PURE__ */ new Map();
  // Invariant: the last value of WAKES that was served, and when that was.
  #wakesServed = 0;
  #servedAtMs = -Infinity;
  #isListening = false;
  // Invariant: false if a port had more messages than one round takes.
  #isEmptied = true;
  // Invariant: only requests for items that were missing in a round that left a
  // port not empty.
  #waiting = [];
  deposit(number, content, carried) {
    this.#kept.set(number, moved({
      content,
      carried
    }, carried));
  }
  fetchSync(number) {
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
      this.#serve();
      const kept = this.#take(number);
      if (kept !== void 0) return kept.content;
      if (this.#isEmptied) break;
    }
    return lost(number);
  }
  fetch(number) {
    return new Promise((resolve) => resolve(this.fetchSync(number)));
  }
  discard(number) {
    this.#serve();
    close(this.#take(number));
  }
  openLink(ident) {
    const { near, far } = channel();
    this.#links.set(ident, {
      port: near,
      maker: null
    });
    this.#listen();
    return {
      port: far,
      wakeWord: this.wakeWord.handle("isolate")
    };
  }
  closeLink(ident) {
    const link2 = this.#links.get(ident);
    if (link2 !== void 0) {
      this.#empty(ident, link2.port, LEFT_MAX, this.#waiting);
      this.#serve();
      link2.port.close();
      this.#links.delete(ident);
    }
    for (const [other, { maker }] of [
      ...this.#links
    ]) {
      if (maker === ident) this.closeLink(other);
    }
  }
  #take(number) {
    const kept = this.#kept.get(number);
    this.#kept.delete(number);
    return kept;
  }
  /**
   * Starts to serve other isolates: in the event loop, and in blocking waits.
   */
  #listen() {
    if (this.#isListening) return;
    this.#isListening = true;
    const pollMs = () => this.#pollMs;
    setBlockingHooks({
      get sliceMs() {
        return pollMs();
      },
      poll: () => this.#serveIfWoken()
    });
    void this.#serveOn();
  }
  get #pollMs() {
    const inUse = performance.now() < this.#servedAtMs + IN_USE_MS;
    return inUse ? POLL_OFTEN_MS : LIVENESS_CHECK_MS;
  }
  async #serveOn() {
    for (; ; ) {
      this.#serveIfWoken();
      if (this.#isEmptied) {
        await listenIdly(this.wakeWord, WAKES, this.#wakesServed);
      } else {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }
  #serveIfWoken() {
    const wakes = Atomics.load(this.wakeWord.int32, WAKES);
    if (wakes === this.#wakesServed && this.#isEmptied) return;
    this.#wakesServed = wakes;
    this.#servedAtMs = performance.now();
    this.#serve();
  }
  /**
   * Takes all messages and answers requests, unless ports fill faster than they
   * are emptied.
   */
  #serve() {
    let requests = [
      ...this.#waiting,
      ...this.#emptyAll()
    ];
    this.#waiting = [];
    while (requests.length > 0) {
      const later = this.#emptyAll();
      const isSure = this.#isEmptied || requests.length > WAITING_MAX;
      for (const request of requests) {
        if (isSure || this.#kept.has(request[0].number)) {
          this.#answer(...request);
        } else this.#waiting.push(request);
      }
      requests = later;
      if (!this.#isEmptied) break;
    }
    this.#waiting = this.#waiting.concat(requests);
  }
  /** Empties all ports, and returns the requests to answer. */
  #emptyAll() {
    const requests = [];
    this.#isEmptied = true;
    for (const [ident, { port }] of this.#links) {
      if (!this.#empty(ident, port, TAKEN_MAX, requests)) {
        this.#isEmptied = false;
      }
    }
    return requests;
  }
  /** Takes at most `most` messages out of a port; false if more may be left. */
  #empty(ident, port, most, requests) {
    for (let taken2 = 0; taken2 < most; taken2++) {
      const message = takeMessage(port);
      if (message === void 0) return true;
      if (isToSharer(message)) this.#handle(message, ident, port, requests);
    }
    return false;
  }
  #handle(message, from, port, requests) {
    switch (message.kind) {
      case "deposit":
        if (!this.#kept.has(message.number)) {
          this.#kept.set(message.number, message);
        }
        return;
      case "fetch":
      case "discard":
        requests.push([
          message,
          port
        ]);
        return;
      case "open_link":
        if (this.#links.has(message.ident)) message.port.close();
        else {
          this.#links.set(message.ident, {
            port: message.port,
            maker: from
          });
        }
        return;
      case "close_link":
        if (this.#links.get(message.ident)?.maker !== from) return;
        queueMicrotask(() => this.closeLink(message.ident));
        return;
      default:
        unreachable(message);
    }
  }
  #answer(message, from) {
    const { kind, number } = message;
    const kept = this.#take(number);
    if (kind === "discard") return close(kept);
    try {
      const content = kept?.content ?? null;
      post(from, {
        number,
        content
      }, kept?.carried);
    } catch {
      post(from, {
        number,
        content: null
      });
    }
    try {
      tell(Block.attach(message.answered));
    } catch {
    }
  }
};
function isToSharer(message) {
  const given = Object(message);
  switch (given.kind) {
    case "deposit":
      return isNumber(given.number) && Array.isArray(given.carried) && typeof given.content === "object" && given.content !== null;
    case "fetch":
      return isNumber(given.number) && Object(given.answered).place === "local";
    case "discard":
      return isNumber(given.number);
    case "open_link":
      return isNumber(given.ident) && given.port instanceof MessagePort;
    case "close_link":
      return isNumber(given.ident);
    default:
      return false;
  }
}
function isNumber(value) {
  return typeof value === "number";
}
var SharerClient = class {
  wakeWord;
  #port;
  /** Goes up with each answer. */
  #answered = Block.allocate(4);
  #word;
  // Invariant: a number whose fetch has not returned is in one of them.
  #asked = /* @__PURE__ */ new Set();
  #answers = /* @__PURE__ */ new Map();
  constructor({ port, wakeWord }) {
    this.#port = port;
    this.wakeWord = Block.attach(wakeWord);
    this.#word = this.#answered.handle("isolate");
  }
  deposit(number, content, carried) {
    this.#post({
      kind: "deposit",
      number,
      content,
      carried
    }, carried);
  }
  async fetch(number, { deadline, signal }) {
    for (this.#ask(number); ; ) {
      const seen = Atomics.load(this.#answered.int32, 0);
      const answer2 = this.#answerTo(number);
      if (answer2 !== null) return answer2.content ?? lost(number);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return null;
      await waitAsync(this.#answered, 0, seen, leftMs, signal);
    }
  }
  fetchSync(number, { deadline }) {
    for (this.#ask(number); ; ) {
      const seen = Atomics.load(this.#answered.int32, 0);
      const answer2 = this.#answerTo(number);
      if (answer2 !== null) return answer2.content ?? lost(number);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return null;
      waitSync(this.#answered, 0, seen, Math.min(leftMs, LIVENESS_CHECK_MS));
      renewOwnLiveness();
    }
  }
  discard(number) {
    this.#post({
      kind: "discard",
      number
    });
    tell(this.wakeWord);
  }
  openLink(ident) {
    const { near, far } = channel();
    this.#post({
      kind: "open_link",
      ident,
      port: near
    }, [
      near
    ]);
    return {
      port: far,
      wakeWord: this.wakeWord.handle("isolate")
    };
  }
  closeLink(ident) {
    this.#post({
      kind: "close_link",
      ident
    });
    tell(this.wakeWord);
  }
  #ask(number) {
    if (this.#asked.has(number) || this.#answers.has(number)) return;
    this.#asked.add(number);
    this.#post({
      kind: "fetch",
      number,
      answered: this.#word
    });
    tell(this.wakeWord);
  }
  #answerTo(number) {
    for (; ; ) {
      const answer3 = takeMessage(this.#port);
      if (answer3 === void 0) break;
      this.#asked.delete(answer3.number);
      this.#answers.set(answer3.number, answer3);
    }
    const answer2 = this.#answers.get(number) ?? null;
    this.#answers.delete(number);
    return answer2;
  }
  #post(message, transfer) {
    post(this.#port, message, transfer);
  }
};
function moved(value, carried) {
  const transfer = carried;
  if (carried.length < 2) return structuredClone(value, {
    transfer
  });
  const { near, far } = channel();
  try {
    near.postMessage(value, transfer);
    return takeMessage(far);
  } finally {
    near.close();
    far.close();
  }
}
function close(kept) {
  for (const part of kept?.carried ?? []) {
    if (part instanceof MessagePort) part.close();
  }
}
function post(port, message, transfer = []) {
  if (transfer.length === 0) port.postMessage(message);
  else port.postMessage(message, transfer);
}
function tell(block) {
  Atomics.add(block.int32, 0, 1);
  wake(block, 0);
}
function lost(number) {
  throw new ProcessError(`Cannot fetch item ${number} as nothing was deposited under that number, or another isolate has fetched it`);
}
var drawn = new BigUint64Array(DRAWN);
var drawnLeft = 0;
function drawNumber() {
  if (drawnLeft === 0) {
    crypto.getRandomValues(drawn);
    drawnLeft = DRAWN;
  }
  return Number(drawn[--drawnLeft] >> BITS_LEFT_OUT);
}
var current;
function sharer() {
  return current ??= newSharer();
}
function newSharer() {
  const host = childContext()?.host;
  return host?.kind === "isolate" ? new SharerClient(host.sharer) : new Store();
}
function deposit(content, carried = []) {
  const number = drawNumber();
  try {
    sharer().deposit(number, content, carried);
  } catch (error) {
    const reason = `refused: ${thrownText(error)}`;
    const refused = new EncodingError("the item", reason);
    refused.cause = error;
    throw refused;
  }
  return number;
}
function fetch(number, limits = NO_LIMITS) {
  return sharer().fetch(number, limits);
}
function fetchSync(number, limits = NO_LIMITS) {
  return sharer().fetchSync(number, limits);
}
function discard(number) {
  sharer().discard(number);
}
function openLink(ident) {
  return sharer().openLink(ident);
}
function closeLink(ident) {
  sharer().closeLink(ident);
}

// lib/channel/ring/ring_items.ts
var VALUE = 1;
var PLACEHOLDERS = 2;
var LEFT = 3;
var LARGE2 = IN_PLACE + 1;
function itemKindOf(content) {
  return typeof content === "function" ? LARGE2 : VALUE;
}
function checkLength(length) {
  if (length <= RECORD_LIMIT) return;
  throw new EncodingError("item", `too large: ${length} bytes, and at most ${RECORD_LIMIT} are taken; send parts of it`);
}
function keepItem(content, length, kind = itemKindOf(content)) {
  checkLength(length);
  return {
    bytes: copied(content, length),
    length,
    kind
  };
}
function dropItem({ bytes: bytes2, kind }) {
  if (kind === LEFT) discard(numberIn(bytes2));
}
function encodeItem(value, block, transfer, sink, path = "item", delivery = UNTRACKED) {
  const moves = transfer !== void 0 && transfer.length > 0;
  const into = moves ? giving(sink, transfer) : sink;
  try {
    return encodeTo(value, into);
  } catch (failure) {
    if (failure instanceof ProcessError || failure instanceof EncodingError) {
      throw failure;
    }
    return sinkOther(value, block, transfer, into, path, delivery);
  }
}
function giving(sink, transfer) {
  return (content, length, kind = itemKindOf(content)) => {
    if (kind === LEFT) return sink(content, length, kind);
    const write4 = (target, at3) => {
      if (typeof content === "function") content(target, at3);
      else target.set(content.subarray(0, length), at3);
      giveAway(transfer);
    };
    return sink(write4, length, kind);
  };
}
function sinkOther(value, block, transfer, sink, path, delivery) {
  if (block.place === "mapped") {
    return sinkBytes(pack(value, "process", path, void 0, delivery), sink);
  }
  const content = pack(value, "isolate", path, transfer, delivery);
  const bytes2 = bytesOf2(content);
  return bytes2 === null ? sinkLeft(content, block, transfer, sink) : sinkBytes(bytes2, sink);
}
function bytesOf2({ value, placeholders }) {
  try {
    return placeholders === null ? encode(value) : encode(placeholders, "placeholders");
  } catch {
    return null;
  }
}
function sinkBytes(bytes2, sink) {
  return sink(bytes2, bytes2.length, hasPlaceholders(bytes2) ? PLACEHOLDERS : VALUE);
}
function sinkLeft(content, block, transfer, sink) {
  block.handle("isolate");
  const number = depositAll(content, transfer ?? []);
  const bytes2 = new Uint8Array(Float64Array.of(number).buffer);
  const taken2 = sink(bytes2, bytes2.length, LEFT);
  if (taken2 === "full" || taken2 === "shut") discard(number);
  return taken2;
}
function depositAll(content, transfer) {
  try {
    return deposit(content, transfer);
  } catch (error) {
    throw refusedEntry(transfer, error.cause) ?? error;
  }
}
var Left = class {
  #number;
  constructor(number) {
    this.#number = number;
  }
  /** Passes the handles in the value to `rehydrate`, and forgets the value. */
  async discard(rehydrate2) {
    unpack(await fetch(this.#number), rehydrate2);
  }
  /** The value, once; without a limit, as only this record has the number. */
  async fetch() {
    return unpack(await fetch(this.#number), rehydrateAny);
  }
  /** The same, but blocks this thread. */
  fetchSync() {
    return unpack(fetchSync(this.#number), rehydrateAny);
  }
};
function numberIn(bytes2, at3 = 0) {
  return new DataView(bytes2.buffer, bytes2.byteOffset + at3).getFloat64(0, true);
}
function readItem(bytes2, start, stop, kind) {
  switch (kind) {
    case PLACEHOLDERS:
      return unpack(bytes2.slice(start, stop), rehydrateAny);
    case LEFT:
      return new Left(numberIn(bytes2, start));
    default:
      return decode(bytes2, start, stop);
  }
}
function isLeft(read5) {
  return read5 instanceof Left;
}

// lib/channel/pipe/ring_transport.ts
var COPIED_MAX_BYTES = 1024;
var MESSAGES_PER_TURN = 256;
var NO_TICKETS = [];
var readBytes2 = (bytes2, start, stop, kind) => {
  if (kind === LEFT) return readItem(bytes2, start, stop, kind);
  const copy2 = new Uint8Array(stop - start);
  copy2.set(bytes2.subarray(start, stop));
  return copy2;
};
function readInto(room2) {
  return (bytes2, start, stop, kind) => {
    const length = stop - start;
    if (kind === LEFT || length > room2.length) {
      return readBytes2(bytes2, start, stop, kind);
    }
    room2.set(bytes2.subarray(start, stop));
    return length;
  };
}
function readerFor(wanted) {
  switch (wanted) {
    case "value":
      return readItem;
    case "bytes":
      return readBytes2;
    default:
      return readInto(wanted);
  }
}
function drain(ring) {
  for (; ; ) {
    const got = ring.tryGet(readToClose);
    if (got === EMPTY || got === GONE || got === BUSY) return;
    if (isLeft(got)) got.discard(closeAtOnce).catch(() => {
    });
  }
}
var readToClose = (bytes2, start, stop, kind) => {
  if (kind === LEFT) return readItem(bytes2, start, stop, kind);
  if (start < stop && hasPlaceholders(bytes2, start)) {
    unpack(bytes2.slice(start, stop), closeAtOnce);
  }
  return null;
};
var closeAtOnce = (handle2) => {
  if (handle2.kind === "connection") {
    rehydrateAny(handle2)[Symbol.dispose]();
  }
  return null;
};
var RingTransport = class {
  readable;
  writable;
  #memory;
  #end;
  #in;
  #out;
  #senders = new AsyncMutex();
  #receivers = new AsyncMutex();
  #closing = new AbortController();
  // Invariant: how many messages have passed since the last turn of the event loop.
  #passed = 0;
  // Invariant: the place that this end holds; null once it is closed, and if the
  // end was over before this connection arrived.
  #place;
  /** Takes over a place among the holders of the end. */
  constructor(memory, end2, place2) {
    const incoming = memory.rings[otherEnd(end2)];
    const outgoing = memory.rings[end2];
    this.#memory = memory;
    this.#end = end2;
    this.readable = incoming !== null;
    this.writable = outgoing !== null;
    this.#in = incoming;
    this.#out = outgoing;
    this.#place = place2;
    if (place2 !== null) dropped.register(this, {
      memory,
      place: place2
    }, this);
  }
  // Sending
  sendSync(form, content, limit) {
    this.#memory.lookAgain();
    const message = this.#sendAtOnce(form, content);
    if (typeof message === "string") return message;
    return this.#settling(message, (item) => sentBy(this.#out.putSync(item, limit)));
  }
  async send(form, content, limit) {
    limit.signal?.throwIfAborted();
    this.#memory.lookAgain();
    const isAtOnce = this.#senders.isFree && !this.#mustTurn(this.#out);
    const message = isAtOnce ? this.#sendAtOnce(form, content) : this.#encoded(form, content);
    if (typeof message === "string") return message;
    let sent2 = "broken";
    try {
      sent2 = await this.#inTurn(this.#senders, this.#out, limit, async (until) => sentBy(await this.#out.put(message.item, until)));
      if (sent2 === "late") limit.signal?.throwIfAborted();
      return sent2;
    } finally {
      this.#settle(message, sent2);
    }
  }
  /** Sends at once if possible; otherwise returns the encoded message. */
  #sendAtOnce(form, content) {
    const outcome = form === "bytes" ? this.#sendBytes(content) : this.#encode(content);
    if (outcome === null) return this.#encoded(form, content);
    return typeof outcome === "string" ? sentBy(outcome) : {
      item: outcome,
      tickets: NO_TICKETS
    };
  }
  #sendBytes(bytes2) {
    return this.#putOrKeep(bytes2, bytes2.length, kindOfBytes(bytes2));
  }
  #putOrKeep = (content, length, kind = itemKindOf(content)) => {
    checkLength(length);
    const outcome = this.#out.tryPut(content, length, kind);
    return outcome === "done" || outcome === "shut" ? outcome : keepItem(content, length, kind);
  };
  #encode(value) {
    try {
      return encodeTo(value, this.#putOrKeep);
    } catch {
      return null;
    }
  }
  #encoded(form, content) {
    if (form === "bytes") {
      const bytes2 = content;
      const item2 = keepItem(bytes2, bytes2.length, kindOfBytes(bytes2));
      return {
        item: item2,
        tickets: NO_TICKETS
      };
    }
    const { block } = this.#out;
    const delivery = new TrackedDelivery();
    const item = delivery.make(() => encodeItem(content, block, void 0, keepItem, "message", delivery));
    const { tickets: tickets2 } = delivery;
    if (tickets2.length > 0 || item.kind === LEFT) this.#memory.carry(this.#out);
    return {
      item,
      tickets: tickets2
    };
  }
  #settling(message, put3) {
    let sent2 = "broken";
    try {
      return sent2 = put3(message.item);
    } finally {
      this.#settle(message, sent2);
    }
  }
  /** Settles the tickets of the connections in a message. */
  #settle({ item, tickets: tickets2 }, sent2) {
    if (sent2 !== "sent") dropItem(item);
    if (tickets2.length === 0) return;
    if (sent2 === "sent") {
      return this.#memory.posted(tickets2, otherEnd(this.#end));
    }
    for (const ticket of tickets2) ticket.lost();
  }
  // Receiving
  receiveSync(wanted, limit) {
    const read5 = readerFor(wanted);
    const got = this.#in.getSync(read5, limit);
    const last = got === EMPTY ? this.#lastLook(read5) : got;
    if (!isLeft(last)) return answerOf(last);
    refuseBytes(wanted);
    return last.fetchSync();
  }
  async receive(wanted, limit) {
    limit.signal?.throwIfAborted();
    const read5 = readerFor(wanted);
    const first2 = this.#getAtOnce(read5);
    const got = first2 === EMPTY ? await this.#getInRow(read5, limit) : first2;
    if (!isLeft(got)) return answerOf(got);
    refuseBytes(wanted);
    return await got.fetch();
  }
  #getAtOnce(read5) {
    if (!this.#receivers.isFree || this.#mustTurn(this.#in)) return EMPTY;
    const got = this.#in.tryGet(read5);
    return got === BUSY ? EMPTY : got;
  }
  async #getInRow(read5, limit) {
    const get = (until) => this.#in.get(read5, until);
    const got = await this.#inTurn(this.#receivers, this.#in, limit, get);
    if (got === "broken") return GONE;
    if (got !== EMPTY && got !== "late") return got;
    limit.signal?.throwIfAborted();
    return this.#lastLook(read5);
  }
  /**
   * After a short wait: looks for the death of the other side, which short waits
   * alone would never notice.
   */
  #lastLook(read5) {
    if (this.#place === null) return GONE;
    this.#memory.lookAgain();
    const got = this.#in.tryGet(read5);
    return got === BUSY ? EMPTY : got;
  }
  pollSync(limit) {
    return this.#hasNews || this.#in.readySync(limit) || this.#hasLateNews;
  }
  async poll(limit) {
    limit.signal?.throwIfAborted();
    if (this.#hasNews) return true;
    const { turn } = this.#in;
    if (limit.deadline <= performance.now()) {
      turn.owe();
      await turn.give(limit.signal);
      return this.#hasLateNews;
    }
    const isReady = await this.#in.ready(this.#until(limit));
    if (!isReady) limit.signal?.throwIfAborted();
    return isReady || this.#hasLateNews;
  }
  get #hasNews() {
    return this.#in.isShut || this.#in.count > 0;
  }
  get #hasLateNews() {
    this.#memory.lookAgain();
    return this.#hasNews;
  }
  // Taking turns
  #mustTurn(ring) {
    return ring.turn.isOwed || ++this.#passed > MESSAGES_PER_TURN;
  }
  /**
   * Waits for its turn at the mutex, and then for `wait`; `"late"` if the time ran
   * out, and `"broken"` if this end was closed meanwhile.
   */
  async #inTurn(mutex, { turn }, limit, wait) {
    const until = this.#until(limit);
    try {
      const leave4 = await mutex.lock(until);
      if (leave4 === null) return "late";
      try {
        if (this.#passed > MESSAGES_PER_TURN) turn.owe();
        if (turn.isOwed) await turn.give(until.signal);
        this.#passed = 0;
        return await wait(until);
      } finally {
        leave4();
      }
    } catch (error) {
      if (error !== CLOSED) throw error;
      return "broken";
    }
  }
  /** The same limit, which also ends when this end is closed. */
  #until({ deadline, signal }) {
    const closing = this.#closing.signal;
    return {
      deadline,
      signal: signal === void 0 ? closing : AbortSignal.any([
        signal,
        closing
      ])
    };
  }
  // The end
  /** The handle by which this end travels to another process. */
  handle(destination, delivery) {
    return this.#memory.handle(this.#end, destination, delivery);
  }
  close() {
    this.#closing.abort(CLOSED);
    const place2 = this.#place;
    if (place2 === null) return;
    this.#place = null;
    dropped.unregister(this);
    this.#memory.leave(place2);
  }
};
var CLOSED = Symbol("multiprocessing.closed");
var dropped = new FinalizationRegistry(({ memory, place: place2 }) => memory.leave(place2));
function kindOfBytes(bytes2) {
  return bytes2.length > COPIED_MAX_BYTES ? IN_PLACE : itemKindOf(bytes2);
}
function sentBy(putting) {
  switch (putting) {
    case "done":
      return "sent";
    case "full":
      return "late";
    case "shut":
      return "broken";
  }
}
function answerOf(got) {
  return got === GONE ? END : got === EMPTY ? LATE : got;
}
function refuseBytes(wanted) {
  if (wanted === "value") return;
  throw new ConnectionError("Cannot receive this message as bytes as it holds what only threads share: call recv()");
}

// lib/channel/pipe/pipe.ts
var PipeConnection = class extends Connection {
  #transport;
  constructor(transport) {
    super(new OverTransport(transport));
    this.#transport = transport;
  }
  /**
   * How the connection travels to another process.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    if (this.closed) {
      throw new ConnectionError("Cannot share the connection as it must be open: it is closed");
    }
    return this.#transport.handle(destination, delivery);
  }
};
Object.defineProperty(PipeConnection, "name", {
  value: "Connection"
});
function Pipe(options) {
  return createPipe("local", options);
}
function createPipe(place2, options = {}) {
  const { duplex: isDuplex = true, maxBytes } = check2(options);
  const type = isDuplex ? "pipe:duplex" : "pipe:simplex";
  const claim = claimSite(type, createPipe);
  if (claim?.unavailable !== void 0) {
    return bothEnds(() => new Unavailable(claim.unavailable));
  }
  const memory = claim?.handle === void 0 ? makePipeMemory(place2, isDuplex, {
    maxBytes
  }, drain) : pipeMemoryOf(claim.handle, drain);
  if (claim !== null) register(claim, memory);
  return bothEnds((end2) => new RingTransport(memory, end2, memory.hold(end2, null)));
}
function rehydrateConnection(handle2) {
  const memory = pipeMemoryOf(handle2, drain);
  const { end: end2, ticket } = handle2;
  const transport = new RingTransport(memory, end2, memory.hold(end2, ticket));
  return new PipeConnection(transport);
}
function bothEnds(carry) {
  return [
    new PipeConnection(carry(0)),
    new PipeConnection(carry(1))
  ];
}
function check2(options) {
  const example = "{ maxBytes: 1024 }; for one way write Pipe({ duplex: false })";
  expectOptions(options, "make a pipe", example);
  const { duplex = true, maxBytes = 1 } = options;
  if (typeof duplex !== "boolean") {
    throw new TypeError(`Cannot make a pipe as "duplex" must be true or false: current value is of type ${typeof duplex}`);
  }
  if (Number.isInteger(maxBytes) && maxBytes > 0 && maxBytes <= BYTES_LIMIT) {
    return options;
  }
  throw new RangeError(`Cannot make a pipe as "maxBytes" must be a whole number from 1 to ${BYTES_LIMIT}: current value is ${maxBytes}`);
}
var Unavailable = class {
  reason;
  readable;
  writable;
  constructor(reason) {
    this.reason = reason;
    this.readable = true;
    this.writable = true;
  }
  #refuse() {
    throw new SharedMemoryError(this.reason);
  }
  // deno-lint-ignore require-await
  async #reject() {
    return this.#refuse();
  }
  handle() {
    return this.#refuse();
  }
  send() {
    return this.#reject();
  }
  sendSync() {
    return this.#refuse();
  }
  receive() {
    return this.#reject();
  }
  receiveSync() {
    return this.#refuse();
  }
  poll() {
    return this.#reject();
  }
  pollSync() {
    return this.#refuse();
  }
  close() {
  }
};

// lib/base/display.ts
var DISPLAY = Symbol.for("Jupyter.display");
function tableOf(title, rows) {
  const lines = Object.entries(rows).map(([name, value]) => [
    name,
    String(value ?? "-")
  ]);
  const width = Math.max(...lines.map(([name]) => name.length));
  const text2 = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const html = lines.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
  return {
    "text/plain": [
      title,
      ...text2
    ].join("\n"),
    "text/html": `<table><caption>${escaped(title)}</caption>${html.join("")}</table>`
  };
}
function escaped(text2) {
  return text2.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

// lib/memory/allocation/placement.ts
var Placement = class {
  where;
  argument;
  /** Makes a placement; the constructor uses `argument` in its stead. */
  constructor(where, argument) {
    this.where = where;
    this.argument = argument;
  }
};
function placed(where, argument) {
  return new Placement(where, argument);
}
function placementOf(argument) {
  return argument instanceof Placement ? argument : null;
}

// lib/channel/ring/queue_backend.ts
var AT_ONCE = {
  deadline: -Infinity,
  signal: void 0
};

// lib/channel/relay/relay_messages.ts
var STOPS_MAX = 1e3;
var NAME_MAX_LENGTH = 64;
function postRelayMessage(to, message, transfer) {
  const body = to.destination === "isolate" ? {
    form: "clone",
    value: message,
    placeholders: null
  } : encode(message);
  to.post("relay", body, transfer, mayHandOn(message));
}
function mayHandOn(message) {
  return message.kind === "answer" && message.answer.kind === "item" && mayHoldHandles(message.answer.item);
}
function readAnswer(body) {
  return unpack(body, (handle2) => handle2);
}
function readFromClient(body) {
  const message = fieldsOf(unpack(body, (handle2) => handle2, mostOfChild(body)));
  const { kind, link: link2, number } = message;
  switch (kind) {
    case "open":
      if (!isCount(link2) || !isRoute(message["route"])) throw broken3(kind);
      return {
        kind,
        link: link2,
        route: message["route"]
      };
    case "ask": {
      const { waiter } = message;
      const isSound = isCount(link2) && isCount(number) && (waiter === null || isObject(waiter));
      if (!isSound) throw broken3(kind);
      const question = questionOf(message["question"]);
      return {
        kind,
        link: link2,
        number,
        question,
        waiter
      };
    }
    case "cancel":
    case "took":
    case "back":
      if (!isCount(number)) throw broken3(kind);
      return {
        kind,
        number
      };
    default:
      throw broken3(String(kind));
  }
}
function questionOf(value) {
  const { kind, item, ms, dropped: dropped2 } = fieldsOf(value);
  switch (kind) {
    case "put":
      if (isPacked(item) && isPatience(ms)) return {
        kind,
        item,
        ms
      };
      break;
    case "putBack":
      if (isPacked(item)) return {
        kind,
        item
      };
      break;
    case "get":
    case "ready":
    case "allDone":
      if (isPatience(ms)) return {
        kind,
        ms
      };
      break;
    case "taskDone":
    case "look":
      return {
        kind
      };
    case "shut":
      if (typeof dropped2 === "boolean") return {
        kind,
        dropped: dropped2
      };
      break;
  }
  throw broken3(`question ${String(kind)}`);
}
function isRoute(value) {
  return Array.isArray(value) && value.length <= STOPS_MAX && value.every((stop) => isObject(stop) && "name" in stop && typeof stop.name === "string" && stop.name.length <= NAME_MAX_LENGTH);
}
function isPacked(value) {
  if (value instanceof Uint8Array) return true;
  const { form, placeholders } = fieldsOf(value);
  return form === "clone" && (placeholders === null || isObject(placeholders));
}
function isPatience(value) {
  return value === null || typeof value === "number" && value >= 0;
}
function isCount(value) {
  return Number.isSafeInteger(value);
}
function fieldsOf(value) {
  if (isObject(value)) return value;
  throw broken3(typeof value);
}
function broken3(what) {
  return new RangeError(`Cannot read a message about a queue as it is malformed: ${what.slice(0, 40)}`);
}

// lib/channel/relay/relay_exports.ts
var RelayExport = class {
  #weak;
  // Invariant: set while a process may still begin to use the queue.
  #strong;
  #given = 0;
  #opened = 0;
  #clients = 0;
  constructor(backend) {
    this.#weak = new WeakRef(backend);
    this.#strong = backend;
  }
  /**
   * Counts a handle that was made, a child that opened the queue, or one that left.
   */
  count(event) {
    if (event === "given") this.#given++;
    if (event === "came") this.#opened++, this.#clients++;
    if (event === "left") this.#clients--;
    const mayBeUsed = this.#clients > 0 || this.#opened < this.#given;
    this.#strong = mayBeUsed ? this.#weak.deref() ?? null : null;
  }
  get backend() {
    return this.#strong ?? this.#weak.deref();
  }
};
var relayExports = /* @__PURE__ */ new Map();
var names2 = /* @__PURE__ */ new WeakMap();
function relayHandle(backend, form, delivery, route = []) {
  let name = names2.get(backend);
  if (name === void 0) {
    name = crypto.randomUUID();
    names2.set(backend, name);
    relayExports.set(name, new RelayExport(backend));
  }
  relayExports.get(name).count("given");
  delivery.countRelay();
  const { maxCount } = backend;
  return {
    kind: "relay",
    form,
    maxCount,
    route: [
      {
        name
      },
      ...route
    ]
  };
}
function exportOn(route) {
  for (const { name } of route) {
    const relayExport = relayExports.get(name);
    const backend = relayExport?.backend;
    if (backend !== void 0) return {
      backend,
      relayExport
    };
  }
  return null;
}

// lib/channel/relay/relay_waits.ts
var ANSWERED = 0;
var WHAT = 1;
var HEAD_BYTES = 8;
var NUMBER_BYTES = 8;
var FIRST_BYTES2 = 4096;
var MOST_BYTES = 2 ** 30 + 2 ** 16;
var mapped = null;
function newWaiter(place2) {
  return place2 === "local" ? Block.allocate(HEAD_BYTES + NUMBER_BYTES) : mapped ??= Block.reserve(FIRST_BYTES2, MOST_BYTES, "mapped");
}
function waiterHandle(waiter) {
  return waiter.place === "local" ? waiter.handle("isolate") : waiter.handle("process", unheld());
}
function sleepFor(waiter, number, endMs) {
  for (; ; ) {
    const seen = Atomics.load(waiter.int32, ANSWERED);
    if (seen === number) return true;
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) return false;
    waitSync(waiter, ANSWERED, seen, Math.min(leftMs, LIVENESS_CHECK_MS));
    renewOwnLiveness();
  }
}
function leftAt(waiter) {
  if (waiter.place === "local") {
    return fetchSync(numberAt(waiter)[0]).value;
  }
  const what = waiter.int32[WHAT];
  waiter.grow(HEAD_BYTES + what);
  const { buffer, byteOffset } = waiter;
  const bytes2 = new Uint8Array(buffer, byteOffset + HEAD_BYTES, what);
  return decode(bytes2.slice());
}
function numberAt({ buffer, byteOffset }) {
  return new Float64Array(buffer, byteOffset + HEAD_BYTES, 1);
}
var Waiters = class {
  // Invariant: the last mapped waiter, which the child uses again and again.
  #last = null;
  /** Leaves the answer to a request, and wakes the thread that sleeps for it. */
  leave(waiter, number, answer2) {
    const block = this.#at(waiter);
    if (waiter.place === "local") {
      const content = {
        form: "clone",
        value: answer2,
        placeholders: null
      };
      numberAt(block)[0] = deposit(content);
    } else block.int32[WHAT] = writeTo(block, encode(answer2));
    Atomics.store(block.int32, ANSWERED, number);
    wake(block, ANSWERED);
  }
  #at(waiter) {
    if (waiter.place === "local") return Block.attach(waiter);
    const key = `${waiter.segment} ${waiter.offset}`;
    if (this.#last?.key !== key) {
      this.#last = {
        key,
        block: Block.attach(waiter)
      };
    }
    return this.#last.block;
  }
};
function writeTo(block, bytes2) {
  block.grow(HEAD_BYTES + bytes2.length);
  const { buffer, byteOffset } = block;
  new Uint8Array(buffer, byteOffset + HEAD_BYTES, bytes2.length).set(bytes2);
  return bytes2.length;
}

// lib/channel/relay/relay_client.ts
var ANSWER_GRACE_MS = 100;
var asked = /* @__PURE__ */ new Map();
var lastNumber = 0;
var lastLink = 0;
function takeAnswer({ number, answer: answer2 }) {
  const waiting = asked.get(number);
  asked.delete(number);
  if (answer2.kind === "item") {
    const kind = waiting ? "took" : "back";
    postRelayMessage(parentPeer(), {
      kind,
      number
    });
  }
  if (!waiting) return;
  waiting.answer = answer2;
  waiting.answered.resolve();
}
var RelayBackend = class {
  isFar = true;
  maxCount;
  #route;
  #parent;
  #link = 0;
  /** Opens the queue that a handle names. */
  constructor({ route, maxCount }, parent) {
    this.#route = route;
    this.maxCount = maxCount;
    this.#parent = parent;
  }
  get key() {
    return this.#route.at(-1).name;
  }
  get count() {
    return this.#look().count;
  }
  get isShut() {
    return this.#look().isShut;
  }
  #look() {
    return this.#askSync({
      kind: "look"
    }, AT_ONCE);
  }
  async put(value, limit, transfer) {
    const item = this.#packItem(value, transfer);
    const question = {
      kind: "put",
      item,
      ms: patienceOf(limit)
    };
    const goesAsBytes = item instanceof Uint8Array;
    if (transfer !== void 0 && goesAsBytes) giveAway(transfer);
    return puttingOf(await this.#ask(question, limit, transfer));
  }
  putSync(value, limit, transfer) {
    const item = this.#packItem(value, transfer);
    const question = {
      kind: "put",
      item,
      ms: patienceOf(limit)
    };
    if (transfer === void 0 || !(item instanceof Uint8Array)) {
      return puttingOf(this.#askSync(question, limit, transfer));
    }
    const isBefore = mayBeRefused(transfer);
    if (isBefore) giveAway(transfer);
    const outcome = puttingOf(this.#askSync(question, limit));
    if (!isBefore && outcome !== "full") giveAway(transfer);
    return outcome;
  }
  async putBack(value) {
    const item = this.#packItem(value, void 0);
    await this.#ask({
      kind: "putBack",
      item
    }, FOREVER);
  }
  #packItem(value, transfer) {
    return pack(value, this.#parent.destination, "item", transfer);
  }
  async get(limit) {
    const question = {
      kind: "get",
      ms: patienceOf(limit)
    };
    return takenOf(await this.#ask(question, limit));
  }
  getSync(limit) {
    const question = {
      kind: "get",
      ms: patienceOf(limit)
    };
    return takenOf(this.#askSync(question, limit));
  }
  async ready(limit) {
    const question = {
      kind: "ready",
      ms: patienceOf(limit)
    };
    return isTrue(await this.#ask(question, limit));
  }
  taskDone() {
    if (!this.#canBlock) {
      this.#post({
        kind: "taskDone"
      });
      return true;
    }
    return isTrue(this.#askSync({
      kind: "taskDone"
    }, FOREVER));
  }
  async allDone(limit) {
    const question = {
      kind: "allDone",
      ms: patienceOf(limit)
    };
    return isTrue(await this.#ask(question, limit));
  }
  allDoneSync(limit) {
    const question = {
      kind: "allDone",
      ms: patienceOf(limit)
    };
    return isTrue(this.#askSync(question, limit));
  }
  shut(dropped2) {
    this.#post({
      kind: "shut",
      dropped: dropped2
    });
  }
  handle(_destination, form, delivery) {
    return relayHandle(this, form, delivery, this.#route);
  }
  #post(question, waiter = null, transfer) {
    if (this.#link === 0) {
      const link2 = this.#link = ++lastLink;
      postRelayMessage(this.#parent, {
        kind: "open",
        link: link2,
        route: this.#route
      });
    }
    const number = ++lastNumber;
    const ask = {
      kind: "ask",
      link: this.#link,
      number,
      question,
      waiter: waiter === null ? null : waiterHandle(waiter)
    };
    if (transfer === void 0 || this.#parent.destination !== "isolate") {
      postRelayMessage(this.#parent, ask);
    } else this.#postMoving(ask, transfer);
    return number;
  }
  #postMoving(ask, transfer) {
    try {
      postRelayMessage(this.#parent, ask, transfer);
    } catch (error) {
      throw refusedEntry(transfer, error) ?? error;
    }
  }
  #wait(question, transfer) {
    const number = this.#post(question, null, transfer);
    const waiting = {
      answered: Promise.withResolvers(),
      answer: null
    };
    asked.set(number, waiting);
    return [
      number,
      waiting
    ];
  }
  /** The answer, or null if none came in time. */
  async #ask(question, limit, transfer) {
    const [number, waiting] = this.#wait(question, transfer);
    const { promise } = waiting.answered;
    const endMs = endOf(question, limit);
    try {
      await settles(promise, endMs - performance.now(), limit.signal);
    } catch {
      postRelayMessage(this.#parent, {
        kind: "cancel",
        number
      });
      const graceMs = isPatient(question, limit) ? Infinity : ANSWER_GRACE_MS;
      await settles(promise, graceMs, void 0);
    }
    return this.#answerOf(number, waiting);
  }
  #answerOf(number, { answer: answer2 }) {
    if (answer2 === null) {
      asked.set(number, null);
      postRelayMessage(this.#parent, {
        kind: "cancel",
        number
      });
    }
    return unlessFailed(answer2);
  }
  get #canBlock() {
    return this.#sleepsAt !== null || hooks.takeSync !== null;
  }
  /** The kind of memory that this process shares with its parent, or null. */
  get #sleepsAt() {
    const { destination } = this.#parent;
    if (destination === "isolate") return "local";
    return canMapAt(destination) ? "mapped" : null;
  }
  #askSync(question, limit, transfer) {
    const place2 = this.#sleepsAt;
    const endMs = endOf(question, limit);
    if (place2 !== null) {
      return this.#askAsleep(place2, question, endMs, transfer);
    }
    const { takeSync } = hooks;
    if (takeSync === null) throw cannotBlock();
    const [number, waiting] = this.#wait(question, transfer);
    prepareToBlock();
    while (waiting.answer === null && performance.now() < endMs) {
      takeSync(Math.min(endMs - performance.now(), LIVENESS_CHECK_MS));
    }
    return this.#answerOf(number, waiting);
  }
  /** Asks, and blocks until the parent leaves the answer in shared memory. */
  #askAsleep(place2, question, endMs, transfer) {
    const waiter = newWaiter(place2);
    const number = this.#post(question, waiter, transfer);
    if (!sleepFor(waiter, number, endMs)) {
      postRelayMessage(this.#parent, {
        kind: "cancel",
        number
      });
      postRelayMessage(this.#parent, {
        kind: "back",
        number
      });
      return null;
    }
    const answer2 = leftAt(waiter);
    if (answer2.kind === "item") {
      postRelayMessage(this.#parent, {
        kind: "took",
        number
      });
    }
    return unlessFailed(answer2);
  }
};
function patienceOf({ deadline }) {
  return deadline === Infinity ? null : Math.max(0, deadline - performance.now());
}
function isPatient({ kind }, { deadline }) {
  return kind === "put" || deadline === -Infinity;
}
function endOf(question, limit) {
  return isPatient(question, limit) ? Infinity : limit.deadline + ANSWER_GRACE_MS;
}
function unlessFailed(answer2) {
  if (answer2?.kind === "failed") throw unpack(answer2.error, rehydrateAny);
  return answer2;
}
function puttingOf(answer2) {
  return answer2?.kind === "putting" ? answer2.outcome : "full";
}
function takenOf(answer2) {
  if (answer2?.kind === "item") return unpack(answer2.item, rehydrateAny);
  return answer2?.kind === "none" && answer2.isOver ? GONE : EMPTY;
}
function isTrue(answer2) {
  return answer2?.kind === "said" && answer2.isTrue;
}
function cannotBlock() {
  return new UnsupportedError("Cannot ask the queue at once as it is reached through the parent process, whose answers arrive in the event loop: use the method that returns a promise, or pass the queue among the arguments of this process");
}

// lib/channel/relay/relay.ts
var ASKED_MAX = 1e5;
var LINKS_MAX = 1e5;
var isOpen = false;
var clients = /* @__PURE__ */ new WeakMap();
function openBox() {
  if (isOpen) return;
  isOpen = true;
  receive("relay", (body, from) => {
    if (from === parentPeer()) takeAnswer(readAnswer(body));
    else clientOf(from).receive(readFromClient(body));
  });
}
function giveRelay(backend, form, delivery) {
  openBox();
  return relayHandle(backend, form, delivery);
}
function reachRelay(handle2) {
  return exportOn(handle2.route)?.backend ?? throughParent(handle2);
}
function throughParent(handle2) {
  const parent = parentPeer();
  if (parent === null) {
    throw new ProcessError("Cannot reach the queue as it must belong to this process or an ancestor: a child owns it, or it is gone");
  }
  openBox();
  return new RelayBackend(handle2, parent);
}
function clientOf(peer) {
  let client = clients.get(peer);
  if (client === void 0) {
    client = new RelayClient(peer);
    clients.set(peer, client);
  }
  return client;
}
var RelayClient = class {
  #peer;
  #links = /* @__PURE__ */ new Map();
  #relayExports = [];
  // Invariant: the requests that wait, until they are answered.
  #waiting = /* @__PURE__ */ new Map();
  #waiters = new Waiters();
  // Invariant: the items whose arrival the child has not confirmed.
  #given = /* @__PURE__ */ new Map();
  constructor(peer) {
    this.#peer = peer;
    peer.onGone(() => this.#leave());
  }
  receive(message) {
    switch (message.kind) {
      case "open":
        if (this.#links.size >= LINKS_MAX || this.#links.has(message.link)) {
          throw new RangeError(`Cannot open a queue for a child: it has opened that one, or ${LINKS_MAX}`);
        }
        this.#links.set(message.link, this.#reach(message.route));
        return;
      case "ask":
        this.#ask(message);
        return;
      case "cancel":
        this.#waiting.get(message.number)?.abort();
        return;
      case "took":
        this.#given.delete(message.number);
        return;
      case "back":
        this.#takeBack(message.number);
        return;
      default:
        unreachable(message);
    }
  }
  #reach(route) {
    const found = exportOn(route);
    if (found !== null) {
      found.relayExport.count("came");
      this.#relayExports.push(found.relayExport);
      return found.backend;
    }
    try {
      return throughParent({
        kind: "relay",
        form: "queue",
        maxCount: 0,
        route
      });
    } catch (error) {
      return error;
    }
  }
  #leave() {
    for (const waiting of this.#waiting.values()) waiting.abort();
    for (const number of [
      ...this.#given.keys()
    ]) this.#takeBack(number);
    for (const relayExport of this.#relayExports) relayExport.count("left");
  }
  #ask(ask) {
    const { link: link2, number, waiter } = ask;
    const backend = this.#links.get(link2) ?? noLink();
    if (this.#waiting.has(number) || this.#given.has(number) || !this.#canSleepAt(waiter)) {
      throw new RangeError("Cannot answer a request about a queue as it is malformed");
    }
    this.#serve(ask, backend).catch((error) => this.#peer.broken(error));
  }
  /** Whether an answer may be left there: in memory that both sides share. */
  #canSleepAt(waiter) {
    if (waiter === null) return true;
    const { destination } = this.#peer;
    return waiter.place === (destination === "isolate" ? "local" : "mapped") && destination !== "elsewhere";
  }
  async #serve({ number, question, waiter }, backend) {
    const control = new AbortController();
    this.#waiting.set(number, control);
    let answer2;
    try {
      if (backend instanceof ProcessError) throw backend;
      if (this.#waiting.size > ASKED_MAX) throw tooMany();
      answer2 = await this.#answerTo(question, backend, number, control.signal);
    } catch (error) {
      answer2 = {
        kind: "failed",
        error: this.#pack(error, "error")
      };
    }
    this.#waiting.delete(number);
    if (this.#peer.isGone) return this.#takeBack(number);
    if (waiter !== null) {
      if (control.signal.aborted) return this.#takeBack(number);
      return this.#leaveAt(waiter, number, answer2);
    }
    postRelayMessage(this.#peer, {
      kind: "answer",
      number,
      answer: answer2
    });
  }
  async #answerTo(question, backend, number, signal) {
    switch (question.kind) {
      case "put": {
        const item = this.#unpack(question.item);
        const outcome = await unlessAborted(backend.put(item, limitFrom2(question.ms, signal)), "full", signal);
        return {
          kind: "putting",
          outcome
        };
      }
      case "putBack":
        await backend.putBack(this.#unpack(question.item));
        return {
          kind: "said",
          isTrue: true
        };
      case "get":
        return await this.#get(question.ms, backend, number, signal);
      case "ready":
        return await said(backend.ready(limitFrom2(question.ms, signal)), signal);
      case "allDone":
        return await said(backend.allDone(limitFrom2(question.ms, signal)), signal);
      case "taskDone":
        return {
          kind: "said",
          isTrue: backend.taskDone()
        };
      case "shut":
        backend.shut(question.dropped);
        return {
          kind: "said",
          isTrue: true
        };
      case "look":
        return {
          kind: "seen",
          count: backend.count,
          isShut: backend.isShut
        };
      default:
        return unreachable(question);
    }
  }
  async #get(ms, backend, number, signal) {
    const got = await unlessAborted(backend.get(limitFrom2(ms, signal)), EMPTY, signal);
    if (got === EMPTY || got === GONE) {
      return {
        kind: "none",
        isOver: got === GONE
      };
    }
    const item = this.#pack(got, "item");
    this.#given.set(number, {
      backend,
      value: got
    });
    return {
      kind: "item",
      item
    };
  }
  #pack(value, path) {
    return pack(value, this.#peer.destination, path);
  }
  #leaveAt(waiter, number, answer2) {
    const { destination } = this.#peer;
    const place2 = destination === "isolate" ? "local" : "mapped";
    try {
      if (destination === "elsewhere" || waiter.place !== place2) {
        return this.#takeBack(number);
      }
      this.#waiters.leave(waiter, number, answer2);
    } catch {
      this.#takeBack(number);
    }
  }
  #unpack(item) {
    return unpack(item, rehydrateFrom(this.#peer.destination), mostOfChild(item));
  }
  /** Puts an item back that the child did not get or did not want. */
  #takeBack(number) {
    const given = this.#given.get(number);
    if (given === void 0) return;
    this.#given.delete(number);
    given.backend.putBack(given.value).catch(() => {
    });
  }
};
function noLink() {
  return new ProcessError("Cannot use the queue as this process has not opened it");
}
function tooMany() {
  return new ProcessError(`Cannot ask the queue as ${ASKED_MAX} requests of this process are pending already: await some of them first`);
}
async function said(answer2, signal) {
  return {
    kind: "said",
    isTrue: await unlessAborted(answer2, false, signal)
  };
}
async function unlessAborted(wait, late2, signal) {
  try {
    return await wait;
  } catch (error) {
    if (signal.aborted) return late2;
    throw error;
  }
}
function limitFrom2(ms, signal) {
  return ms === 0 ? AT_ONCE : limitOf(ms ?? Infinity, signal);
}

// lib/channel/queue/ring_backend.ts
var STREAK_MAX = 256;
var RingBackend = class _RingBackend {
  #ring;
  // The operations of this isolate that wait. One of each mutex sleeps at the ring:
  // so they finish in the order of their calls, and take one thread where a sleep
  // takes a thread.
  #putters = new AsyncMutex();
  #getters = new AsyncMutex();
  #streak = 0;
  // Sinks are made once: a closure for each put would cost as much as the put.
  #putOrKeep;
  #putOrWait;
  // The limit of the next #putOrWait.
  #limit = AT_ONCE;
  /** Whether other processes may have its memory. */
  #isShared;
  /** Whether other processes may reach it through this isolate. */
  #isRelayed = false;
  /** Views the queue in `block`; `isShared` says whether it came from elsewhere. */
  constructor(block, isShared2) {
    this.#isShared = isShared2;
    const ring = this.#ring = new Ring(block);
    this.#putOrKeep = (content, length, kind = itemKindOf(content)) => {
      checkLength(length);
      const outcome = ring.tryPut(content, length, kind);
      return outcome === "done" || outcome === "shut" ? outcome : keepItem(content, length, kind);
    };
    this.#putOrWait = (bytes2, length, kind = itemKindOf(bytes2)) => {
      checkLength(length);
      const limit = this.#limit;
      const outcome = ring.tryPut(bytes2, length, kind);
      if (outcome === "done" || outcome === "shut") return outcome;
      if (outcome === "full" && limit === AT_ONCE) return outcome;
      if (outcome === "full") this.#refuseDeadlock("put", limit);
      return ring.putSync({
        bytes: bytes2,
        length,
        kind
      }, patientAtLocks(limit));
    };
  }
  /** Makes a new queue. */
  static make(options, place2) {
    const block = ringBlock(place2);
    formatRing(block, options);
    return new _RingBackend(block, false);
  }
  /** Attaches the queue of a handle. */
  static attach(handle2) {
    return new _RingBackend(Block.attach(handle2), true);
  }
  get key() {
    return this.#ring.block.key;
  }
  get isFar() {
    return false;
  }
  get maxCount() {
    return this.#ring.maxCount;
  }
  get count() {
    return this.#ring.count;
  }
  get isShut() {
    return this.#ring.isShut;
  }
  put(value, limit, transfer) {
    const isNow = this.#putters.isFree && ++this.#streak < STREAK_MAX;
    const sink = isNow ? this.#putOrKeep : keepItem;
    const outcome = encodeItem(value, this.#ring.block, transfer, sink);
    return typeof outcome === "string" ? outcome : this.#putInRow(outcome, patientAtLocks(limit));
  }
  async #putInRow(item, limit) {
    const put3 = () => this.#ring.put(item, limit);
    let outcome = "full";
    try {
      return outcome = await this.#putters.run(limit, "full", () => this.#politely(put3));
    } finally {
      if (outcome !== "done") dropItem(item);
    }
  }
  /** Gives the event loop a turn first, if it is due. */
  #politely(act) {
    if (this.#streak < STREAK_MAX) return act();
    this.#streak = 0;
    return new Promise((resolve) => setImmediate(resolve)).then(act);
  }
  putSync(value, limit, transfer) {
    if (limit === AT_ONCE) {
      if (!this.#putters.isFree) return "full";
      const isGiving = transfer !== void 0 && !this.isShut;
      if (isGiving && this.count >= this.maxCount) return "full";
    }
    this.#limit = limit;
    return encodeItem(value, this.#ring.block, transfer, this.#putOrWait);
  }
  async putBack(value) {
    const { block } = this.#ring;
    const kept = encodeItem(value, block, void 0, keepItem);
    const item = {
      ...kept,
      isBack: true
    };
    const outcome = await this.#ring.put(item, FOREVER);
    if (outcome === "done") this.taskDone();
    else dropItem(item);
  }
  get(limit) {
    if (this.#getters.isFree && ++this.#streak < STREAK_MAX) {
      const got = this.#ring.tryGet(readItem);
      if (got !== EMPTY && got !== BUSY) return isLeft(got) ? got.fetch() : got;
    }
    return this.#getInRow(patientAtLocks(limit));
  }
  async #getInRow(limit) {
    const get = () => this.#ring.get(readItem, limit);
    const got = await this.#getters.run(limit, EMPTY, () => this.#politely(get));
    return isLeft(got) ? await got.fetch() : got;
  }
  getSync(limit) {
    const ring = this.#ring;
    let got = ring.tryGet(readItem);
    if (got === EMPTY) this.#refuseDeadlock("get", limit);
    if (got === BUSY || got === EMPTY && limit !== AT_ONCE) {
      got = ring.getSync(readItem, patientAtLocks(limit));
    }
    return isLeft(got) ? got.fetchSync() : got;
  }
  ready(limit) {
    return this.#ring.ready(limit);
  }
  taskDone() {
    return this.#ring.taskDone();
  }
  allDone(limit) {
    return this.#ring.allDone(limit);
  }
  allDoneSync(limit) {
    if (this.#ring.allDoneSync(AT_ONCE)) return true;
    this.#refuseDeadlock("join", limit);
    return this.#ring.allDoneSync(limit);
  }
  /**
   * Refuses to block for ever when no other process could end the wait: if all
   * others reach the queue through the event loop of this isolate.
   */
  #refuseDeadlock(verb, { deadline }) {
    if (deadline < Infinity || this.#isShared || !this.#isRelayed) return;
    throw new UnsupportedError(`Cannot wait in ${verb}Sync() as only processes that reach this queue through the event loop of this one could end the wait: await ${verb}(), or give a timeout`);
  }
  shut(dropped2) {
    this.#ring.shut(dropped2);
  }
  handle(destination, form, delivery) {
    try {
      const block = this.#ring.block.handle(destination, delivery);
      this.#isShared = true;
      return {
        kind: "queue",
        form,
        block
      };
    } catch (error) {
      if (!(error instanceof SharedMemoryError)) throw error;
      this.#isRelayed = true;
      return giveRelay(this, form, delivery);
    }
  }
};
function patientAtLocks(limit) {
  return limit === AT_ONCE ? limitOf(0) : limit;
}

// lib/channel/queue/simple_queue.ts
var NAMES2 = {
  queue: "Queue",
  joinable: "JoinableQueue",
  simple: "SimpleQueue"
};
var known2 = new WeakCache();
var ANYWHERE = {
  form: null,
  maxsize: 0,
  backend: null,
  place: void 0
};
function queueOptions(options, where) {
  const placement = placementOf(options);
  return placement === null ? placed({
    ...ANYWHERE,
    ...where
  }, options) : placed({
    ...placement.where,
    ...where
  }, placement.argument);
}
function formedOptions(options, form, maxsize) {
  const placement = placementOf(options);
  const said2 = placement?.where.form ?? form;
  return queueOptions(options, {
    form: said2,
    maxsize
  });
}
var BACKEND = Symbol("multiprocessing.backend");
function queueOver(backend, make) {
  return known2.get(backend.key) ?? make(queueOptions({}, {
    backend
  }));
}
function backingOf(type, options, below, { backend: found, place: place2 }) {
  if (found !== null) return {
    backend: found,
    claim: null
  };
  const claim = claimSite(NAMES2[type].toLowerCase(), below);
  if (claim?.unavailable !== void 0) return {
    backend: null,
    claim
  };
  const handle2 = claim?.handle;
  const backend = handle2?.kind === "queue" || handle2?.kind === "relay" ? backendOf(handle2) : RingBackend.make(options, reachable(place2));
  return {
    backend,
    claim
  };
}
function reachable(place2) {
  return place2 === "mapped" && whyNotMapped() !== null ? "local" : place2;
}
function backendOf(handle2) {
  return handle2.kind === "queue" ? RingBackend.attach(handle2.block) : reachRelay(handle2);
}
var SimpleQueue = class {
  #backend;
  #claim;
  #form;
  #isClosed = false;
  /** Whether this process has put an item into it. */
  #isUsed = false;
  /**
   * Makes a queue.
   *
   * @param options How much memory the items may take.
   * @throws {RangeError} If `maxBytes` is not a whole number, or too large.
   */
  constructor(options = {}) {
    const placement = placementOf(options);
    const given = placement === null ? options : placement.argument;
    expectOptions(given, "make a queue", "{ maxBytes: 2 ** 20 }");
    const where = placement?.where ?? ANYWHERE;
    this.#form = where.form ?? "simple";
    const ring = {
      maxCount: where.maxsize > 0 ? where.maxsize : void 0,
      maxBytes: checkBytes(given?.maxBytes ?? BYTES_LIMIT)
    };
    const { backend, claim } = backingOf(this.#form, ring, SELF, where);
    this.#backend = backend;
    this.#claim = claim;
    if (claim !== null) register(claim, this);
    if (backend !== null) known2.add(backend.key, this);
  }
  /**
   * Puts an item behind all others, and waits for room if there is none. The item
   * is in the queue when the promise resolves. If the process ends before that, the
   * item is lost, so await it.
   *
   * @param item The item; it is encoded before this call returns, which therefore
   * does not see later changes.
   * @param options How long to wait, and the buffers that move.
   * @throws {EncodingError} If the item cannot be sent; nothing is then put.
   * @throws {QueueFull} If the time ran out before there was room.
   * @throws {QueueShutDown} If the queue was shut down.
   * @throws {ProcessStateError} If the queue was closed in this process.
   */
  async put(item, options) {
    const backend = this.#open("put an item into");
    const limit = limitFrom3(options, "put an item into a queue");
    if (options?.transfer !== void 0) checkTransfer(options.transfer);
    this.#isUsed = true;
    let outcome = backend.put(item, limit, options?.transfer);
    if (typeof outcome !== "string") outcome = await outcome;
    if (outcome !== "done") this.#notPut(outcome, options);
  }
  /**
   * Puts an item as {@linkcode SimpleQueue.put} does, but blocks this thread until
   * there is room. It overtakes pending `put()` promises of this thread, which
   * cannot go on meanwhile.
   *
   * @param item The item.
   * @param options How long to wait; a signal only counts before the wait.
   * @throws {UnsupportedError} If it would block for ever, because all processes
   * that could end the wait reach the queue through this process and its event
   * loop.
   */
  putSync(item, options) {
    const backend = this.#open("put an item into");
    const limit = limitFrom3(options, "put an item into a queue");
    if (options?.transfer !== void 0) checkTransfer(options.transfer);
    this.#isUsed = true;
    const outcome = backend.putSync(item, limit, options?.transfer);
    if (outcome !== "done") this.#notPut(outcome, void 0);
  }
  /**
   * Gets the oldest item, and waits for one if there is none.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The item; no other process gets it.
   * @throws {QueueEmpty} If the time ran out before there was an item.
   * @throws {QueueShutDown} If the queue was shut down and has none left.
   * @throws {ProcessStateError} If the queue was closed in this process.
   */
  async get(options) {
    const backend = this.#open("get an item from");
    const limit = limitFrom3(options, "get an item from a queue");
    let got = backend.get(limit);
    if (got instanceof Promise) got = await got;
    return got === EMPTY || got === GONE ? this.#notGot(got, options) : got;
  }
  /**
   * Gets an item as {@linkcode SimpleQueue.get} does, but blocks this thread until
   * there is one.
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The item.
   * @throws {UnsupportedError} If it would block for ever, because all processes
   * that could end the wait reach the queue through this process and its event
   * loop.
   */
  getSync(options) {
    const backend = this.#open("get an item from");
    const limit = limitFrom3(options, "get an item from a queue");
    const got = backend.getSync(limit);
    return got === EMPTY || got === GONE ? this.#notGot(got, void 0) : got;
  }
  /**
   * Whether the queue has no item at this moment.
   *
   * @returns Whether a get would wait now.
   * @throws {ProcessStateError} If the queue was closed in this process, as in
   * Python. As there, a `Queue` into which this process has put nothing still
   * answers.
   */
  empty() {
    const answers = !this.#isUsed && this.#form !== "simple";
    const backend = answers ? this.#there() : this.#open("look for an item in");
    return backend.count === 0;
  }
  /**
   * Closes the queue in this process, which then neither puts nor gets; a second
   * call does nothing. Its items stay for other processes, and `close()` waits for
   * nothing. Waits that have begun go on.
   */
  close() {
    this.#there();
    this.#isClosed = true;
  }
  /** Closes the queue in this process. */
  [Symbol.dispose]() {
    this.close();
  }
  /**
   * For `wait()`.
   * @ignore
   */
  async [READY](options) {
    const backend = this.#open("wait for");
    const isReady = await backend.ready(limitFrom3(options, "wait for a queue"));
    if (!isReady) options.signal?.throwIfAborted();
    return isReady;
  }
  /**
   * The handle by which the queue travels to another process.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const backend = this.#there();
    const handle2 = backend.handle(destination, this.#form, delivery);
    known2.add(backend.key, this);
    return handle2;
  }
  /**
   * The backend, for the classes that extend this one. Throws if the queue is closed
   * and `verb` is not possible then.
   * @ignore
   */
  [BACKEND](verb) {
    return verb === void 0 ? this.#there() : this.#open(verb);
  }
  /** The backend; throws the reason if it cannot be attached. */
  #there() {
    if (this.#backend !== null) return this.#backend;
    throw new SharedMemoryError(this.#claim.unavailable);
  }
  /** The same; throws if the queue is closed. */
  #open(verb) {
    if (!this.#isClosed) return this.#there();
    throw new ProcessStateError(`Cannot ${verb} the queue as it must be open in this process: it is closed`);
  }
  #notPut(outcome, options) {
    if (outcome === "shut") throw shutDown("put an item into");
    options?.signal?.throwIfAborted();
    throw new QueueFull(`Cannot put an item into the queue as it must have room: ${whyFull(this.#there())}`);
  }
  #notGot(outcome, options) {
    if (outcome === GONE) throw shutDown("get an item from");
    options?.signal?.throwIfAborted();
    throw new QueueEmpty("Cannot get an item from the queue as it must have one: it is empty");
  }
  #describe() {
    const name = NAMES2[this.#form];
    const backend = this.#backend;
    if (backend === null) return `<${name} unavailable>`;
    if (backend.isFar) return `<${name} through the parent>`;
    const state = this.#isClosed ? " closed" : backend.isShut ? " shut down" : "";
    return `<${name} qsize=${backend.count}${state}>`;
  }
  /**
   * Shows the queue as a table in the cell of a notebook.
   * @ignore
   */
  [DISPLAY]() {
    const backend = this.#backend;
    const isHere = backend !== null && !backend.isFar;
    return tableOf(NAMES2[this.#form], {
      state: backend === null ? "unavailable" : backend.isFar ? "through the parent" : this.#isClosed ? "closed" : backend.isShut ? "shut down" : "open",
      items: isHere ? backend.count : null,
      maxsize: isHere && backend.maxCount < COUNT_LIMIT ? backend.maxCount : null
    });
  }
  /** The text in `console.log()`. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** The text in `console.log()` of Node. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF = SimpleQueue;
function limitFrom3(options, what) {
  if (options === void 0) return FOREVER;
  const timeoutMs = timeoutOf(options, what);
  options.signal?.throwIfAborted();
  return timeoutMs === 0 ? AT_ONCE : limitOf(timeoutMs, options.signal);
}
function whyFull(backend) {
  if (backend.isFar) return "it is full";
  const { count: count2, maxCount } = backend;
  const what = count2 < maxCount ? "and no memory left" : `of ${maxCount}`;
  return `it has ${count2} items ${what}`;
}
function shutDown(verb) {
  return new QueueShutDown(`Cannot ${verb} the queue as it must not be shut down: somebody has called shutdown()`);
}
function checkBytes(maxBytes) {
  const isWhole = Number.isInteger(maxBytes);
  if (isWhole && maxBytes > 0 && maxBytes <= BYTES_LIMIT) {
    return maxBytes;
  }
  throw new RangeError(`Cannot make a queue as "maxBytes" must be a whole number from 1 to ${BYTES_LIMIT}: current value is ${typeof maxBytes === "number" ? maxBytes : typeof maxBytes}`);
}

// lib/channel/queue/queue.ts
var NOW = {
  timeout: 0
};
var Queue = class extends SimpleQueue {
  /**
   * Makes a queue.
   *
   * @example Usage
   * ```ts
   * import { Queue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const queue = new Queue<string>(2);
   * queue.putNowait("a");
   * queue.putNowait("b");
   * equal(queue.full(), true);
   * ```
   *
   * @param maxsize The maximum number of items; if 0 or less, only memory limits
   * it.
   * @param options How much memory the items may take.
   * @throws {RangeError} If `maxsize` or `maxBytes` is not a whole number, or too
   * large.
   */
  constructor(maxsize = 0, options = {}) {
    super(formedOptions(options, "queue", checkMaxsize(maxsize)));
  }
  /** The maximum number of items; 0 if only memory limits it. */
  get maxsize() {
    const { maxCount } = this[BACKEND]();
    return maxCount === COUNT_LIMIT ? 0 : maxCount;
  }
  /**
   * Puts an item if there is room, and does not wait.
   *
   * @example Usage
   * ```ts
   * import { Queue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const queue = new Queue<string>();
   * queue.putNowait("now");
   * equal(queue.getNowait(), "now");
   * ```
   *
   * @param item The item.
   * @throws {QueueFull} If there is no room.
   * @throws {QueueShutDown} If the queue was shut down.
   */
  putNowait(item) {
    this.putSync(item, NOW);
  }
  /**
   * Gets the oldest item if there is one, and does not wait.
   *
   * @returns The item.
   * @throws {QueueEmpty} If there is none.
   * @throws {QueueShutDown} If the queue was shut down and has none left.
   */
  getNowait() {
    return this.getSync(NOW);
  }
  /**
   * The number of items at this moment, like Python's `qsize()`, which is only
   * approximate and does not exist on macOS.
   *
   * @returns The number, which may change at any time.
   */
  qsize() {
    return this[BACKEND]().count;
  }
  /**
   * Whether the queue has `maxsize` items at this moment.
   *
   * @returns Whether a put would wait now. A put also waits if the memory is full.
   */
  full() {
    const backend = this[BACKEND]();
    return backend.count >= backend.maxCount;
  }
  /**
   * Ends the queue, in all processes: from now on `put` throws a {@linkcode
   * QueueShutDown}, also if it is already waiting, and so does `get` when no item
   * is left. Python has this for threads only.
   *
   * @example The others stop
   * ```ts
   * import { Queue } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const queue = new Queue<number>();
   * for (const n of [1, 2]) await queue.put(n);
   * queue.shutdown();
   * deepEqual(await Array.fromAsync(queue), [1, 2]);
   * ```
   *
   * @param options Whether the remaining items are dropped; such items count as
   * done.
   */
  shutdown(options = {}) {
    expectOptions(options, "shut down a queue", "{ immediate: true }");
    const { immediate = false } = options;
    this[BACKEND]().shut(immediate);
  }
  /** The items as they come, until the queue is shut down and empty. */
  async *[Symbol.asyncIterator]() {
    for (; ; ) {
      const backend = this[BACKEND]("get an item from");
      let got = backend.get(FOREVER);
      if (got instanceof Promise) got = await got;
      if (got === GONE) return;
      if (got !== EMPTY) yield got;
    }
  }
};
var JoinableQueue = class extends Queue {
  /**
   * Makes a queue.
   *
   * @param maxsize The maximum number of items; if 0 or less, only memory limits
   * it.
   * @param options How much memory the items may take.
   * @throws {RangeError} If `maxsize` or `maxBytes` is not a whole number, or too
   * large.
   */
  constructor(maxsize = 0, options = {}) {
    super(maxsize, queueOptions(options, {
      form: "joinable"
    }));
  }
  /**
   * Notes that the work on one item is done.
   *
   * @throws {ProcessStateError} If it is called more often than items were put.
   */
  taskDone() {
    if (this[BACKEND]().taskDone()) return;
    throw new ProcessStateError("Cannot say that one more task is done as there must be one that is not: all items that were put are done");
  }
  /**
   * Waits until every item that was put is done. Python's has no timeout.
   *
   * @example Usage
   * ```ts
   * import { JoinableQueue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const queue = new JoinableQueue<string>();
   * await queue.put("work");
   * equal(await queue.join({ timeout: 0 }), false);
   * await queue.get();
   * queue.taskDone();
   * equal(await queue.join(), true);
   * ```
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns Whether all is done; `false` if the time ran out first.
   */
  async join(options) {
    options?.signal?.throwIfAborted();
    const limit = limitOf(timeoutOf(options, "join a queue"), options?.signal);
    const isDone = await this[BACKEND]().allDone(limit);
    if (!isDone) options?.signal?.throwIfAborted();
    return isDone;
  }
  /**
   * Waits as {@linkcode JoinableQueue.join} does, but blocks this thread.
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns Whether all is done.
   * @throws {UnsupportedError} If it would block for ever, because all processes
   * that could end the wait reach the queue through this process and its event
   * loop.
   */
  joinSync(options) {
    options?.signal?.throwIfAborted();
    return this[BACKEND]().allDoneSync(limitOf(timeoutOf(options, "join a queue")));
  }
};
function checkMaxsize(maxsize) {
  const isWhole = Number.isInteger(maxsize);
  if (isWhole && maxsize < COUNT_LIMIT) return maxsize;
  throw new RangeError(`Cannot make a queue as "maxsize" must be a whole number below ${COUNT_LIMIT}: current value is ${typeof maxsize === "number" ? maxsize : typeof maxsize}`);
}
function createSimpleQueue(place2, options = {}) {
  return new SimpleQueue(queueOptions(options, {
    place: place2
  }));
}
function createQueue(place2, maxsize, options = {}) {
  return new Queue(maxsize, queueOptions(options, {
    place: place2
  }));
}
function createJoinableQueue(place2, maxsize, options = {}) {
  return new JoinableQueue(maxsize, queueOptions(options, {
    place: place2
  }));
}
function rehydrateQueue(handle2) {
  const { form } = handle2;
  return queueOver(backendOf(handle2), (options) => form === "simple" ? new SimpleQueue(options) : form === "joinable" ? new JoinableQueue(0, options) : new Queue(0, options));
}

// lib/shared/field.ts
var Field = class {
  #cells;
  #at;
  /** A view of a field of the structure at `index`; `field()` makes it. */
  constructor({ cells, step: step2, first: first2 }, index) {
    this.#cells = cells;
    this.#at = index * step2 + first2;
  }
  /** The value of the field. */
  get value() {
    return this.#cells.load(this.#at);
  }
  set value(value) {
    this.#cells.store(this.#at, value);
  }
  /** Adds atomically, and returns the old value; integers wrap. */
  add(amount) {
    return this.#cells.add(this.#at, amount);
  }
  /** Subtracts atomically, and returns the old value; integers wrap. */
  sub(amount) {
    return this.#cells.sub(this.#at, amount);
  }
  /** Keeps only bits that are set in both, and returns the old value. */
  and(bits2) {
    return this.#cells.and(this.#at, bits2);
  }
  /** Sets bits atomically, and returns the old value. */
  or(bits2) {
    return this.#cells.or(this.#at, bits2);
  }
  /** Flips bits atomically, and returns the old value. */
  xor(bits2) {
    return this.#cells.xor(this.#at, bits2);
  }
  /** Replaces the value atomically, and returns the old one. */
  exchange(value) {
    return this.#cells.exchange(this.#at, value);
  }
  /** Replaces the value if it equals `expected`; returns the old one. */
  compareExchange(expected, value) {
    return this.#cells.compareExchange(this.#at, expected, value);
  }
};

// lib/sync/guard.ts
var Guard = class {
  // Invariant: null once it was released.
  #held;
  /**
   * Makes a guard of `held`, which the caller has acquired already.
   *
   * @example Usage
   * ```ts
   * import { Guard, RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * if (lock.tryAcquireSync()) new Guard(lock)[Symbol.dispose]();
   * equal(lock.locked(), false);
   * ```
   */
  constructor(held2) {
    this.#held = held2;
  }
  /**
   * Releases it; a second call does nothing.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * const held = await lock.acquire();
   * held?.[Symbol.dispose]();
   * held?.[Symbol.dispose]();
   * equal(lock.locked(), false);
   * ```
   */
  [Symbol.dispose]() {
    const held2 = this.#held;
    if (held2 === null) return;
    this.#held = null;
    held2.release();
  }
};

// lib/sync/backing.ts
var Backing = class {
  /** The memory. */
  block;
  // Invariant: both belong to the memory that the block is in now.
  /** Its words; reading them throws if the memory is unavailable. */
  words;
  /** This isolate, as an owner of locks. */
  me;
  /** Whether the memory already holds an initialized object. */
  isFound;
  /**
   * The claim by which other processes find the object; null if they cannot.
   */
  claim;
  /** Made by {@linkcode Instances.backing}. */
  constructor(block, isFound, claim) {
    this.block = block;
    this.isFound = isFound;
    this.claim = claim;
    this.#bind();
    block.onMove(() => this.#bind());
    if (this.unavailable !== void 0) refuse(this);
  }
  #bind() {
    this.words = this.block.int32;
    this.me = this.block.owner;
  }
  /**
   * Adds a callback that runs after the memory has moved, with the owner ids of
   * this isolate before and now.
   */
  onMove(moved2) {
    let before2 = this.me;
    this.block.onMove(() => {
      moved2(before2, this.me);
      before2 = this.me;
    });
  }
  /** Why the memory is unavailable. */
  get unavailable() {
    return this.claim?.unavailable;
  }
  /** Throws if the memory is unavailable. */
  check() {
    checkAvailable(this.claim);
  }
};
function refuse(backing) {
  Object.defineProperty(backing, "words", {
    get: () => backing.check()
  });
}
function whereOf(argument) {
  return placementOf(argument)?.where ?? null;
}
function placer(Class) {
  return (where) => new Class(placed(where, void 0));
}
var Instances = class {
  #known = new WeakCache();
  /**
   * Finds memory for the constructor `below`: prepared memory, the parent's, or
   * new memory of zeros.
   */
  backing(type, bytes2, below, where = null) {
    if (where !== null && "block" in where) {
      return new Backing(where.block, where.isFound, null);
    }
    const claim = claimSite(type, below);
    const found = blockOf(claim?.handle);
    const block = found === null ? Block.allocate(bytes2, where?.place) : Block.attach(found);
    return new Backing(block, found !== null, claim);
  }
  /** Registers an object under its memory, at the end of its constructor. */
  settle(backing, object) {
    if (backing.claim !== null) register(backing.claim, object);
    if (backing.isFound) this.#known.add(backing.block.key, object);
  }
  /** The handle of an object's memory. */
  handle(backing, object, destination, delivery) {
    backing.check();
    const handle2 = backing.block.handle(destination, delivery);
    this.#known.add(backing.block.key, object);
    return handle2;
  }
  /**
   * Returns the object over that memory, and makes it if this isolate has none.
   */
  rehydrate(handle2, make) {
    const block = Block.attach(handle2);
    return this.#known.get(block.key) ?? make({
      block,
      isFound: true
    });
  }
};
function blockOf(handle2) {
  return handle2 !== void 0 && "block" in handle2 ? handle2.block : null;
}

// lib/sync/lock_acquirer.ts
var LockAcquirer = class {
  #lock;
  #backing;
  #runner;
  #isRecursive;
  /** Lets waiters go first; a task of a recursive lock finds it its own. */
  #fairness;
  /** For the lock in that memory. */
  constructor(lock2, backing, isRecursive) {
    this.#lock = lock2;
    this.#backing = backing;
    this.#runner = new StepRunner(backing.block);
    this.#isRecursive = isRecursive;
    this.#fairness = isRecursive ? null : new Fairness();
    backing.onMove((before2, now) => {
      const { words } = backing;
      if (ownerOf(words[WORD]) === before2) words[WORD] = now;
    });
  }
  /** Acquires the lock, and blocks this thread until it can. */
  acquireSync(options) {
    const timeoutMs = timeoutOf(options, "acquire a lock");
    options?.signal?.throwIfAborted();
    const held2 = this.#lock.tryAcquireSync() || this.acquireSlow(timeoutMs, options);
    return held2 ? new Guard(this.#lock) : null;
  }
  /** Acquires the lock as soon as it is free. */
  async acquire(options) {
    const timeoutMs = timeoutOf(options, "acquire a lock");
    options?.signal?.throwIfAborted();
    const fairness = this.#fairness;
    if (fairness !== null && fairness.isOwed && timeoutMs > 0) {
      await fairness.give(options?.signal);
    }
    const held2 = this.#lock.tryAcquireSync() || this.#accept(await this.#take(timeoutMs, options), options);
    return held2 ? new Guard(this.#lock) : null;
  }
  /** Acquires a lock that is not free, and blocks this thread until it can. */
  acquireSlow(timeoutMs, options) {
    return this.#accept(this.#takeSync(timeoutMs), options);
  }
  #takeSync(timeoutMs) {
    const backing = this.#backing;
    if (spinToTake(backing.words, WORD, FREE, backing.me)) return "taken";
    const steps = take(backing, this.#isRecursive);
    return this.#runner.runSync(steps, limitOf(timeoutMs));
  }
  /** Rejects if the signal aborts first. */
  async #take(timeoutMs, options) {
    const limit = limitOf(timeoutMs, options?.signal);
    const steps = take(this.#backing, this.#isRecursive);
    const taking = await this.#runner.run(steps, limit);
    if (taking === "left") options?.signal?.throwIfAborted();
    return taking;
  }
  #accept(taking, options) {
    this.#count(taking, 1);
    return accept(taking, this.#lock, options);
  }
  /** Counts how often the owner holds the lock, if it was acquired. */
  #count(taking, times) {
    if (taking === "left") return;
    const { words } = this.#backing;
    const before2 = taking === "again" ? words[AGAIN] + 1 : 0;
    words[AGAIN] = before2 + times - 1;
  }
  /** Releases the lock however often it was acquired, and gives that number. */
  releaseSave() {
    const { words } = this.#backing;
    const times = words[AGAIN] + 1;
    words[AGAIN] = 0;
    this.#lock.release();
    return times;
  }
  /** Acquires the lock as often as it was; true if its owner had died. */
  async acquireRestore(times) {
    const taking = await this.#take(Infinity);
    this.#count(taking, times);
    return taking === "inherited";
  }
  /** The same, but blocks this thread. */
  acquireRestoreSync(times) {
    const taking = this.#takeSync(Infinity);
    this.#count(taking, times);
    return taking === "inherited";
  }
  /** Releases the lock, regardless of its holder; false if it is free. */
  giveBack() {
    const isReleased = runNow(this.#backing.block, giveBack());
    if (isReleased) this.#fairness?.owe();
    return isReleased;
  }
  /** The owner of the lock; 0 if it is free. */
  get owner() {
    return ownerOf(Atomics.load(this.#backing.words, WORD));
  }
  /** Whether this isolate is the owner. */
  get isMine() {
    return this.owner === this.#backing.me;
  }
  /** The owner of the lock, in a word. */
  get owned() {
    return this.owner === 0 ? "none" : this.isMine ? "me" : "other";
  }
};

// lib/sync/lock.ts
var locks = new Instances();
var Lock = class {
  #backing;
  #acquirer;
  constructor(none) {
    this.#backing = locks.backing("lock", MUTEX_BYTES, SELF2, whereOf(none));
    this.#acquirer = new LockAcquirer(this, this.#backing, false);
    locks.settle(this.#backing, this);
  }
  /**
   * Acquires the lock if it is free, and tells whether it did. The cheapest
   * way, as it makes no guard.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * equal(lock.tryAcquireSync(), true);
   * equal(lock.tryAcquireSync(), false);
   * lock.release();
   * ```
   *
   * @returns Whether the caller holds the lock now.
   */
  tryAcquireSync() {
    const { words, me } = this.#backing;
    return Atomics.compareExchange(words, WORD, FREE, me) === FREE;
  }
  /**
   * Acquires the lock, and blocks this thread until it can.
   *
   * Not for a main thread that answers requests: nothing else runs meanwhile,
   * not even the task of its own that would release the lock.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * using held = lock.acquireSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the holder died; the lock is then free.
   */
  acquireSync(options) {
    return this.#acquirer.acquireSync(options);
  }
  /**
   * Acquires the lock like {@linkcode Lock.acquireSync}, but without a guard;
   * `release()` must follow in a `finally`.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * lock.lockSync();
   * try {
   *   equal(lock.locked(), true);
   * } finally {
   *   lock.release();
   * }
   * ```
   *
   * @throws {AbandonedError} If the holder died; the lock is then free.
   */
  lockSync() {
    if (!this.tryAcquireSync()) this.#acquirer.acquireSlow(Infinity);
  }
  /**
   * Acquires the lock as soon as it is free.
   *
   * @example With a limit
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * using held = await lock.acquire({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the holder died; the lock is then free.
   */
  acquire(options) {
    return this.#acquirer.acquire(options);
  }
  /**
   * Releases the lock, regardless of which process acquired it.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * lock.lockSync();
   * lock.release();
   * equal(lock.locked(), false);
   * ```
   *
   * @throws {LockError} If the lock is free.
   */
  release() {
    const { words, me } = this.#backing;
    if (Atomics.compareExchange(words, WORD, me, FREE) === me) return;
    if (!this.#acquirer.giveBack()) {
      throw new LockError("Cannot release the lock as it must have been acquired: it is free");
    }
  }
  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Lock().locked(), false);
   * ```
   *
   * @returns Whether it is held.
   */
  locked() {
    return this.#acquirer.owner !== 0;
  }
  /**
   * Whether this process holds the lock.
   * @ignore
   */
  [IS_OWNED]() {
    return this.#acquirer.isMine;
  }
  /**
   * Releases the lock for a while; for conditions.
   * @ignore
   */
  [RELEASE_SAVE]() {
    return this.#acquirer.releaseSave();
  }
  /**
   * Acquires the lock again; true if its holder had died.
   * @ignore
   */
  [ACQUIRE_RESTORE](times) {
    return this.#acquirer.acquireRestore(times);
  }
  /**
   * Acquires the lock again, blocking; true if its holder had died.
   * @ignore
   */
  [ACQUIRE_RESTORE_SYNC](times) {
    return this.#acquirer.acquireRestoreSync(times);
  }
  /**
   * The handle by which another process gets the lock.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = locks.handle(this.#backing, this, destination, delivery);
    return {
      kind: "lock",
      block
    };
  }
  #describe() {
    if (this.#backing.unavailable !== void 0) return "<Lock unavailable>";
    return `<Lock owner=${this.#acquirer.owned}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF2 = Lock;
var placeLock = placer(Lock);
function createLock(place2) {
  return placeLock({
    place: place2
  });
}
function rehydrateLock(handle2) {
  return locks.rehydrate(handle2.block, placeLock);
}

// lib/sync/rlock.ts
var rlocks = new Instances();
var RLock = class {
  // Invariant: AGAIN is 0 while the lock is free, and only the owner writes it.
  #backing;
  #acquirer;
  constructor(none) {
    this.#backing = rlocks.backing("rlock", MUTEX_BYTES, SELF3, whereOf(none));
    this.#acquirer = new LockAcquirer(this, this.#backing, true);
    rlocks.settle(this.#backing, this);
  }
  /**
   * Acquires the lock if it is free or already the caller's own, and tells
   * whether it did. The cheapest way, as it makes no guard.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * equal(lock.tryAcquireSync(), true);
   * lock.release();
   * ```
   *
   * @returns Whether the caller holds the lock now.
   */
  tryAcquireSync() {
    const { words, me } = this.#backing;
    const seen = Atomics.compareExchange(words, WORD, FREE, me);
    if (seen === FREE) return true;
    if (ownerOf(seen) !== me) return false;
    words[AGAIN]++;
    return true;
  }
  /**
   * Acquires the lock, and blocks this thread until it can.
   *
   * Not for a main thread that answers requests: nothing else runs meanwhile.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * using held = lock.acquireSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquireSync(options) {
    return this.#acquirer.acquireSync(options);
  }
  /**
   * Acquires the lock like {@linkcode RLock.acquireSync}, but without a guard;
   * `release()` must follow in a `finally`.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * lock.lockSync();
   * try {
   *   equal(lock.locked(), true);
   * } finally {
   *   lock.release();
   * }
   * ```
   *
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  lockSync() {
    if (!this.tryAcquireSync()) this.#acquirer.acquireSlow(Infinity);
  }
  /**
   * Acquires the lock as soon as it is free.
   *
   * @example With a limit
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * using held = await lock.acquire({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquire(options) {
    return this.#acquirer.acquire(options);
  }
  /**
   * Releases the lock, or one of several acquires.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * lock.lockSync();
   * lock.release();
   * equal(lock.locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release() {
    const { words, me } = this.#backing;
    if (words[AGAIN] === 0 && Atomics.compareExchange(words, WORD, me, FREE) === me) return;
    this.#releaseSlow();
  }
  #releaseSlow() {
    const { words } = this.#backing;
    if (!this.#acquirer.isMine) this.#refuseRelease();
    if (words[AGAIN] > 0) words[AGAIN]--;
    else this.#acquirer.giveBack();
  }
  #refuseRelease() {
    const state = this.locked() ? "held by another process" : "free";
    throw new LockError(`Cannot release the lock as only the process that acquired it may: it is ${state}`);
  }
  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { RLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RLock().locked(), false);
   * ```
   *
   * @returns Whether it is held.
   */
  locked() {
    return this.#acquirer.owner !== 0;
  }
  /**
   * Whether this process holds the lock.
   * @ignore
   */
  [IS_OWNED]() {
    return this.#acquirer.isMine;
  }
  /**
   * Releases the lock for a while, however often it was acquired.
   * @ignore
   */
  [RELEASE_SAVE]() {
    return this.#acquirer.releaseSave();
  }
  /**
   * Acquires the lock again, as often as before; true if its owner had died.
   * @ignore
   */
  [ACQUIRE_RESTORE](times) {
    return this.#acquirer.acquireRestore(times);
  }
  /**
   * The same, blocking.
   * @ignore
   */
  [ACQUIRE_RESTORE_SYNC](times) {
    return this.#acquirer.acquireRestoreSync(times);
  }
  /**
   * The handle by which another process gets the lock.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = rlocks.handle(this.#backing, this, destination, delivery);
    return {
      kind: "rlock",
      block
    };
  }
  #describe() {
    if (this.#backing.unavailable !== void 0) return "<RLock unavailable>";
    const { owned } = this.#acquirer;
    const count2 = owned === "none" ? 0 : this.#backing.words[AGAIN] + 1;
    return `<RLock owner=${owned} count=${count2}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF3 = RLock;
var placeRLock = placer(RLock);
function lockOver(block) {
  return placeRLock({
    block,
    isFound: false
  });
}
function createRLock(place2) {
  return placeRLock({
    place: place2
  });
}
function rehydrateRLock(handle2) {
  return rlocks.rehydrate(handle2.block, placeRLock);
}

// lib/shared/bulk_access.ts
var TYPED = Object.getPrototypeOf(Uint8Array.prototype);
var NAME2 = Object.getOwnPropertyDescriptor(TYPED, Symbol.toStringTag).get;
var PIECE_MAX = 2 ** 24;
var BEGIN_MAX = 2 ** 13;
function typedName(value) {
  return NAME2.call(value);
}
function isTyped(value) {
  if (typedName(value) === void 0) return false;
  const { length, [Symbol.iterator]: iterator } = value;
  return length > 0 && iterator === TYPED[Symbol.iterator];
}
function isList(value) {
  return Array.isArray(value) && value[Symbol.iterator] === Array.prototype[Symbol.iterator];
}
var ALL_ELEMENTS = Symbol("multiprocessing.all");
function elementsOf(given) {
  if (isTyped(given) || isList(given)) return given;
  const all = given[ALL_ELEMENTS];
  return all === void 0 ? [
    ...given
  ] : all.call(given);
}
function listOf(length, at3) {
  if (length > PIECE_MAX) {
    const list2 = [];
    for (let i = 0; i < length; i++) list2.push(at3(i));
    return list2;
  }
  const list = new Array(length);
  for (let i = 0; i < length; i++) list[i] = at3(i);
  return list;
}
var BulkAccess = class {
  /** The element for a number; null if it is the number itself. */
  get decode() {
    return null;
  }
  /** The elements from `start` up to `stop`. */
  read(start, stop) {
    const codes = this.codes.slice(start, stop);
    const { decode: decode2 } = this;
    return decode2 === null ? listOf(codes.length, (i) => codes[i]) : listOf(codes.length, (i) => decode2(codes[i]));
  }
  /** All elements, for another shared array. */
  all() {
    const { codes } = this;
    return this.decode === null ? codes.slice() : this.read(0, codes.length);
  }
  /** Writes elements; checks them all before it writes the first. */
  write(start, elements) {
    const codes = this.#areCodes(elements) ? elements : this.encode(elements, 0, elements.length);
    this.codes.set(codes, start);
  }
  /**
   * Writes elements to new memory that no other process knows, and that is
   * dropped if one element is refused.
   */
  begin(elements) {
    const { codes } = this;
    if (this.#areCodes(elements)) return codes.set(elements);
    const { length } = elements;
    for (let first2 = 0; first2 < length; first2 += BEGIN_MAX) {
      const count2 = Math.min(BEGIN_MAX, length - first2);
      codes.set(this.encode(elements, first2, count2), first2);
    }
  }
  /** Whether elements are the numbers to write, without conversion. */
  #areCodes(elements) {
    const name = typedName(elements);
    return name !== void 0 && this.fits(name);
  }
  /** Writes one element to each index from `start` up to `stop`. */
  fill(value, start, stop) {
    const code = this.check(value);
    if (start < stop) this.codes.fill(code, start, stop);
  }
  /** Sorts by the numbers in memory, or by `compare`. */
  sort(compare) {
    const { codes, decode: decode2 } = this;
    if (decode2 !== null && compare !== void 0) {
      return this.write(0, this.read(0, codes.length).sort(compare));
    }
    const copy2 = codes.slice();
    copy2.sort(compare);
    codes.set(copy2);
  }
  /**
   * The index of the first element from `start` on that equals `value`; -1 if
   * none does.
   */
  indexOf(value, start) {
    const { codes, decode: decode2 } = this;
    if (decode2 === null) return codes.indexOf(value, start);
    for (let at3 = start; at3 < codes.length; at3++) {
      if (decode2(codes[at3]) === value) return at3;
    }
    return -1;
  }
  /** Whether an element equals `value`; NaN equals NaN. */
  includes(value) {
    return this.decode === null ? this.codes.includes(value) : this.indexOf(value, 0) >= 0;
  }
};

// lib/shared/typecodes.ts
function int(bytes2, signed) {
  return {
    kind: "int",
    bytes: bytes2,
    signed
  };
}
function bigint(signed) {
  return {
    kind: "bigint",
    bytes: 8,
    signed
  };
}
var KINDS = {
  c: {
    kind: "char",
    bytes: 1
  },
  u: {
    kind: "char",
    bytes: 4
  },
  b: int(1, true),
  B: int(1, false),
  h: int(2, true),
  H: int(2, false),
  i: int(4, true),
  I: int(4, false),
  l: bigint(true),
  L: bigint(false),
  q: bigint(true),
  Q: bigint(false),
  f: {
    kind: "float",
    bytes: 4
  },
  d: {
    kind: "float",
    bytes: 8
  },
  "?": {
    kind: "bool",
    bytes: 1
  },
  int8: int(1, true),
  uint8: int(1, false),
  int16: int(2, true),
  uint16: int(2, false),
  int32: int(4, true),
  uint32: int(4, false),
  float32: {
    kind: "float",
    bytes: 4
  },
  float64: {
    kind: "float",
    bytes: 8
  },
  bigint64: bigint(true),
  biguint64: bigint(false),
  bool: {
    kind: "bool",
    bytes: 1
  }
};
function nameOfType(type) {
  return typeof type === "string" ? type : JSON.stringify(type);
}
function typeKindOf(typecode) {
  if (typeof typecode === "string" && Object.hasOwn(KINDS, typecode)) {
    return KINDS[typecode];
  }
  const all = Object.keys(KINDS).map((code) => `"${code}"`).join(", ");
  throw new TypeError(`Cannot share data of type ${showValue(typecode)} as the type must be one of ${all}`);
}
var SHOWN_CHARS_MAX = 40;
function showValue(value) {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > SHOWN_CHARS_MAX ? `${value.slice(0, SHOWN_CHARS_MAX)}\u2026` : value);
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : "an object";
    case "symbol":
    case "function":
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

// lib/shared/elements.ts
var Beginning = class {
  /** The length. */
  length;
  /** The elements; null for zeros. */
  elements;
  /** The bytes, for an array of bytes that is initialized with bytes. */
  bytes;
  /** Combines the three. */
  constructor(length, elements, bytes2 = null) {
    this.length = length;
    this.elements = elements;
    this.bytes = bytes2;
  }
};
function beginningOf(type, given) {
  if (given instanceof Beginning) return given;
  if (typeof given === "number") {
    return new Beginning(checkedLength(given), null);
  }
  if (type === "c") {
    const bytes2 = given instanceof Uint8Array ? given : latin1Bytes(given);
    if (bytes2 !== null) return new Beginning(bytes2.length, null, bytes2);
  }
  if (!isInitializer(given)) {
    throw new TypeError(`Cannot make an array from ${showValue(given)} as it takes a length, or elements with a length: put others into a list first, as in [...elements]`);
  }
  const elements = typeof given === "string" && type === "c" ? charsOf(given) : elementsOf(given);
  return new Beginning(elements.length, elements);
}
function latin1Bytes(text2) {
  if (typeof text2 !== "string") return null;
  const bytes2 = new Uint8Array(text2.length);
  for (let i = 0; i < text2.length; i++) {
    const code = text2.charCodeAt(i);
    if (code > LATIN1_MAX) return null;
    bytes2[i] = code;
  }
  return bytes2;
}
function isInitializer(given) {
  if (typeof given === "string") return true;
  return typeof given === "object" && given !== null && Symbol.iterator in given && "length" in given;
}
function checkedLength(length) {
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new RangeError(`Cannot make an array of that length as it must be a whole number >= 0: current value is ${length}`);
}
function refuseIndex(index, length) {
  throw new RangeError(`Cannot use the element ${showValue(index)} of the array as it must be a whole number from 0 to ${length - 1}: at() and slice() count from the end`);
}
function boundOf(bound, length, otherwise) {
  if (bound === void 0) return otherwise;
  const whole = Math.trunc(bound) || 0;
  return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}
function charsOf(text2) {
  return text2.split("");
}
var CHARS_AT_ONCE = 4096;
function latin1Of(bytes2) {
  let text2 = "";
  for (let at3 = 0; at3 < bytes2.length; at3 += CHARS_AT_ONCE) {
    const part = bytes2.slice(at3, at3 + CHARS_AT_ONCE);
    text2 += String.fromCharCode.apply(null, part);
  }
  return text2;
}
var LATIN1_MAX = 255;
function bytesFrom(given, length) {
  const bytes2 = given instanceof Uint8Array ? given : bytesOfText(given);
  if (bytes2.length <= length) return bytes2;
  throw new RangeError(`Cannot put ${bytes2.length} bytes into the array as it has room for ${length}`);
}
function bytesOfText(given) {
  if (typeof given !== "string") {
    throw new TypeError(`Cannot put ${showValue(given)} into the bytes of an array as it takes a string or a Uint8Array`);
  }
  const bytes2 = latin1Bytes(given);
  if (bytes2 !== null) return bytes2;
  throw new TypeError(`Cannot put ${showValue(given)} into the bytes of an array as it takes Latin-1 characters only: encode it, as in new TextEncoder().encode(text)`);
}
function viewTypeOf(type) {
  const kind = typeof type === "string" ? typeKindOf(type) : null;
  switch (kind?.kind) {
    case "int": {
      const signed = {
        1: Int8Array,
        2: Int16Array,
        4: Int32Array
      };
      const unsigned = {
        1: Uint8Array,
        2: Uint16Array,
        4: Uint32Array
      };
      return (kind.signed ? signed : unsigned)[kind.bytes];
    }
    case "bigint":
      return kind.signed ? BigInt64Array : BigUint64Array;
    case "float":
      return kind.bytes === 4 ? Float32Array : Float64Array;
    default:
      throw new TypeError(`Cannot view the array as a typed array as there is none for ${kind === null ? "structures" : `the type "${type}"`}: use get() and set(), or raw for the bytes of "c"`);
  }
}

// lib/sync/any_lock.ts
function isLock(value) {
  return value instanceof RLock || value instanceof Lock;
}
function rehydrateAnyLock(handle2) {
  return handle2.kind === "rlock" ? rehydrateRLock(handle2) : rehydrateLock(handle2);
}

// lib/shared/data_backing.ts
var ALIGN_BYTES = 8;
var BACKING = Symbol("multiprocessing.backing");
var LockSlot = class {
  // Invariant: #block is the memory for a lock of its own, until that is made.
  #block;
  #lock;
  /** Holds a lock, or the memory for one, or neither. */
  constructor(lock2, block = null) {
    this.#lock = lock2;
    this.#block = block;
  }
  /** Whether the data has a lock. */
  get isThere() {
    return this.#lock !== null || this.#block !== null;
  }
  /** The lock, or null. */
  get() {
    if (this.#block !== null) {
      this.#lock = lockOver(this.#block);
      this.#block = null;
    }
    return this.#lock;
  }
  /** The lock's handle, or null. */
  handle(destination, delivery) {
    return this.get()?.[HANDLE](destination, delivery) ?? null;
  }
};
var NO_LOCK = new LockSlot(null);
function givenBacking(where) {
  return where !== null && "backing" in where ? where.backing : null;
}
function findBacking(wanted, lock2, where) {
  const claim = claimSite(wanted.type, wanted.below);
  if (claim?.handle?.kind === wanted.kind) {
    return foundBacking(claim.handle, claim);
  }
  const isPlaced = where !== null && "place" in where;
  return newBacking(wanted.bytes, lock2, claim, isPlaced ? where.place : void 0);
}
function foundBacking({ block, lock: lock2 }, claim) {
  return {
    data: Block.attach(block),
    lock: lock2 === null ? NO_LOCK : new LockSlot(rehydrateAnyLock(lock2)),
    claim,
    isFound: true
  };
}
function newBacking(bytes2, lock2, claim, place2) {
  if (lock2 !== true) {
    const data = Block.allocate(bytes2, place2);
    const slot = lock2 === false ? NO_LOCK : new LockSlot(lock2);
    return {
      data,
      lock: slot,
      claim,
      isFound: false
    };
  }
  const lockAt = Math.ceil(bytes2 / ALIGN_BYTES) * ALIGN_BYTES;
  const whole = Block.allocate(lockAt + MUTEX_BYTES, place2);
  return {
    data: whole.part(0, bytes2),
    lock: new LockSlot(null, whole.part(lockAt, MUTEX_BYTES)),
    claim,
    isFound: false
  };
}
var known3 = new WeakCache();
function identityOf(data, hasLock) {
  return hasLock ? `${data.key}, locked` : data.key;
}
function makeKnown({ data, lock: lock2 }, object) {
  known3.add(identityOf(data, lock2.isThere), object);
}
function objectOver(backing, make) {
  const { data, lock: lock2 } = backing;
  const before2 = known3.get(identityOf(data, lock2.isThere));
  return before2 === void 0 ? make({
    backing
  }) : before2;
}
function bareOver(data, make) {
  return objectOver({
    data,
    lock: NO_LOCK,
    claim: null,
    isFound: true
  }, make);
}
function rehydrateData(handle2, make) {
  return objectOver(foundBacking(handle2, null), make);
}

// lib/shared/cells.ts
function viewOf(block, type) {
  const length = Math.floor(block.bytes / type.BYTES_PER_ELEMENT);
  return new type(block.buffer, block.byteOffset, length);
}
function refuseValue(typecode, allowed, value) {
  throw new TypeError(`Cannot put ${showValue(value)} into a value of type "${typecode}" as it takes ${allowed}`);
}
function refuseUpdate(typecode, update) {
  throw new TypeError(`Cannot ${update} on a value of type "${typecode}": use compareExchange(), or the lock`);
}
function unavailableCells(reason) {
  const refuse2 = () => {
    throw new SharedMemoryError(reason);
  };
  const get = (_, key) => {
    if (key === "ints") return null;
    return key === "rebind" ? () => {
    } : refuse2;
  };
  return new Proxy({}, {
    get
  });
}

// lib/shared/coded_cells.ts
var BOOL = {
  type: Uint8Array,
  hasBits: true,
  allowed: "true or false",
  encode: (value) => typeof value === "boolean" ? Number(value) : -1,
  decode: (number) => number !== 0
};
var LATIN1_MAX2 = 255;
var CHAR = {
  type: Uint8Array,
  hasBits: false,
  allowed: "a string of one Latin-1 character",
  encode(value) {
    if (typeof value !== "string" || value.length !== 1) return -1;
    const code = value.charCodeAt(0);
    return code <= LATIN1_MAX2 ? code : -1;
  },
  decode: (number) => String.fromCharCode(number)
};
var UNICODE = {
  type: Uint32Array,
  hasBits: false,
  allowed: "a string of one Unicode character",
  encode(value) {
    if (typeof value !== "string" || value.length === 0) return -1;
    const code = value.codePointAt(0);
    return String.fromCodePoint(code).length === value.length ? code : -1;
  },
  decode: (number) => String.fromCodePoint(number)
};
var CodedCells = class extends BulkAccess {
  ints = null;
  #view;
  #code;
  #coding;
  /** A view of a whole block. */
  constructor(block, code, coding) {
    super();
    this.#code = code;
    this.#coding = coding;
    this.rebind(block);
  }
  rebind(block) {
    this.#view = viewOf(block, this.#coding.type);
  }
  get codes() {
    return this.#view;
  }
  get decode() {
    return this.#coding.decode;
  }
  /** Numbers are neither booleans nor characters. */
  fits() {
    return false;
  }
  encode(elements, first2, count2) {
    const codes = new Uint32Array(count2);
    for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
    return codes;
  }
  check(value) {
    const number = this.#coding.encode(value);
    if (number >= 0) return number;
    return refuseValue(this.#code, this.#coding.allowed, value);
  }
  #bits(update, value) {
    if (!this.#coding.hasBits) refuseUpdate(this.#code, update);
    return this.check(value);
  }
  load(at3) {
    return this.#coding.decode(Atomics.load(this.#view, at3));
  }
  store(at3, value) {
    Atomics.store(this.#view, at3, this.check(value));
  }
  exchange(at3, value) {
    const before2 = Atomics.exchange(this.#view, at3, this.check(value));
    return this.#coding.decode(before2);
  }
  compareExchange(at3, expected, value) {
    const from = this.check(expected);
    const next = this.check(value);
    const before2 = Atomics.compareExchange(this.#view, at3, from, next);
    return this.#coding.decode(before2);
  }
  add() {
    return refuseUpdate(this.#code, "add");
  }
  sub() {
    return refuseUpdate(this.#code, "sub");
  }
  and(at3, value) {
    const bits2 = this.#bits("and", value);
    return this.#coding.decode(Atomics.and(this.#view, at3, bits2));
  }
  or(at3, value) {
    const bits2 = this.#bits("or", value);
    return this.#coding.decode(Atomics.or(this.#view, at3, bits2));
  }
  xor(at3, value) {
    const bits2 = this.#bits("xor", value);
    return this.#coding.decode(Atomics.xor(this.#view, at3, bits2));
  }
};

// lib/shared/int_cells.ts
var WHOLE = /* @__PURE__ */ new Set([
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array"
]);
var BIG = /* @__PURE__ */ new Set([
  "BigInt64Array",
  "BigUint64Array"
]);
var IntCells = class extends BulkAccess {
  ints;
  #view;
  #code;
  #type;
  /** A view of a whole block. */
  constructor(block, code, type) {
    super();
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }
  rebind(block) {
    this.#view = this.ints = viewOf(block, this.#type);
  }
  get codes() {
    return this.#view;
  }
  fits(name) {
    return WHOLE.has(name);
  }
  // As floats, which hold all of them and wrap when written to the typed array.
  encode(elements, first2, count2) {
    const codes = new Float64Array(count2);
    for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
    return codes;
  }
  check(value) {
    if (Number.isInteger(value)) return value;
    return refuseValue(this.#code, "a whole number", value);
  }
  load(at3) {
    return Atomics.load(this.#view, at3);
  }
  store(at3, value) {
    Atomics.store(this.#view, at3, this.check(value));
  }
  exchange(at3, value) {
    return Atomics.exchange(this.#view, at3, this.check(value));
  }
  compareExchange(at3, expected, value) {
    const from = this.check(expected);
    return Atomics.compareExchange(this.#view, at3, from, this.check(value));
  }
  add(at3, amount) {
    return Atomics.add(this.#view, at3, this.check(amount));
  }
  sub(at3, amount) {
    return Atomics.sub(this.#view, at3, this.check(amount));
  }
  and(at3, bits2) {
    return Atomics.and(this.#view, at3, this.check(bits2));
  }
  or(at3, bits2) {
    return Atomics.or(this.#view, at3, this.check(bits2));
  }
  xor(at3, bits2) {
    return Atomics.xor(this.#view, at3, this.check(bits2));
  }
};
var BigIntCells = class extends BulkAccess {
  ints = null;
  #view;
  #code;
  #type;
  /** A view of a whole block. */
  constructor(block, code, type) {
    super();
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }
  rebind(block) {
    this.#view = viewOf(block, this.#type);
  }
  get codes() {
    return this.#view;
  }
  fits(name) {
    return BIG.has(name);
  }
  encode(elements, first2, count2) {
    const codes = new BigInt64Array(count2);
    for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
    return codes;
  }
  check(value) {
    if (typeof value === "bigint") return value;
    return refuseValue(this.#code, "a bigint", value);
  }
  load(at3) {
    return Atomics.load(this.#view, at3);
  }
  store(at3, value) {
    Atomics.store(this.#view, at3, this.check(value));
  }
  exchange(at3, value) {
    return Atomics.exchange(this.#view, at3, this.check(value));
  }
  compareExchange(at3, expected, value) {
    const from = this.check(expected);
    return Atomics.compareExchange(this.#view, at3, from, this.check(value));
  }
  add(at3, amount) {
    return Atomics.add(this.#view, at3, this.check(amount));
  }
  sub(at3, amount) {
    return Atomics.sub(this.#view, at3, this.check(amount));
  }
  and(at3, bits2) {
    return Atomics.and(this.#view, at3, this.check(bits2));
  }
  or(at3, bits2) {
    return Atomics.or(this.#view, at3, this.check(bits2));
  }
  xor(at3, bits2) {
    return Atomics.xor(this.#view, at3, this.check(bits2));
  }
};

// lib/shared/float_cells.ts
var float32 = new Float32Array(1);
var bits32 = new Int32Array(float32.buffer);
var float64 = new Float64Array(1);
var bits64 = new BigInt64Array(float64.buffer);
var Float32Bits = class {
  /** The typed array for bulk operations. */
  static floats = Float32Array;
  #view;
  /** A view of a whole block. */
  constructor(block) {
    this.#view = viewOf(block, Int32Array);
  }
  round(value) {
    return Math.fround(value);
  }
  load(at3) {
    bits32[0] = Atomics.load(this.#view, at3);
    return float32[0];
  }
  store(at3, value) {
    float32[0] = value;
    Atomics.store(this.#view, at3, bits32[0]);
  }
  update(at3, next) {
    const view3 = this.#view;
    for (; ; ) {
      const seen = bits32[0] = Atomics.load(view3, at3);
      const now = float32[0];
      const then = next(now);
      if (then === void 0) return now;
      float32[0] = then;
      const bits2 = bits32[0];
      if (Atomics.compareExchange(view3, at3, seen, bits2) === seen) return now;
    }
  }
};
var Float64Bits = class {
  /** The typed array for bulk operations. */
  static floats = Float64Array;
  #view;
  /** A view of a whole block. */
  constructor(block) {
    this.#view = viewOf(block, BigInt64Array);
  }
  round(value) {
    return value;
  }
  load(at3) {
    bits64[0] = Atomics.load(this.#view, at3);
    return float64[0];
  }
  store(at3, value) {
    float64[0] = value;
    Atomics.store(this.#view, at3, bits64[0]);
  }
  update(at3, next) {
    const view3 = this.#view;
    for (; ; ) {
      const seen = bits64[0] = Atomics.load(view3, at3);
      const now = float64[0];
      const then = next(now);
      if (then === void 0) return now;
      float64[0] = then;
      const bits2 = bits64[0];
      if (Atomics.compareExchange(view3, at3, seen, bits2) === seen) return now;
    }
  }
};
function isSame(a, b) {
  return a === b || Number.isNaN(a) && Number.isNaN(b);
}
var FloatCells = class extends BulkAccess {
  ints = null;
  #bits;
  #block;
  #code;
  #type;
  /** A view of a whole block. */
  constructor(block, code, type) {
    super();
    this.#code = code;
    this.#type = type;
    this.rebind(block);
  }
  rebind(block) {
    this.#bits = new this.#type(block);
    this.#block = block;
  }
  get codes() {
    return viewOf(this.#block, this.#type.floats);
  }
  fits(name) {
    return !BIG.has(name);
  }
  encode(elements, first2, count2) {
    const codes = new Float64Array(count2);
    for (let i = 0; i < count2; i++) codes[i] = this.check(elements[first2 + i]);
    return codes;
  }
  check(value) {
    if (typeof value === "number") return value;
    return refuseValue(this.#code, "a number", value);
  }
  load(at3) {
    return this.#bits.load(at3);
  }
  store(at3, value) {
    this.#bits.store(at3, this.check(value));
  }
  exchange(at3, value) {
    const next = this.check(value);
    return this.#bits.update(at3, () => next);
  }
  compareExchange(at3, expected, value) {
    const from = this.#bits.round(this.check(expected));
    const next = this.check(value);
    return this.#bits.update(at3, (now) => isSame(now, from) ? next : void 0);
  }
  add(at3, amount) {
    const checked = this.check(amount);
    return this.#bits.update(at3, (now) => now + checked);
  }
  sub(at3, amount) {
    const checked = this.check(amount);
    return this.#bits.update(at3, (now) => now - checked);
  }
  and() {
    return refuseUpdate(this.#code, "and");
  }
  or() {
    return refuseUpdate(this.#code, "or");
  }
  xor() {
    return refuseUpdate(this.#code, "xor");
  }
};

// lib/shared/structure.ts
var layouts = /* @__PURE__ */ new WeakMap();
function alignUp(offset, to) {
  return Math.ceil(offset / to) * to;
}
function layoutOf(structure) {
  const known8 = layouts.get(structure);
  if (known8 !== void 0) return known8;
  const slots = /* @__PURE__ */ new Map();
  let end2 = 0;
  let align = 1;
  for (const [name, code] of Object.entries(structure)) {
    const { bytes: bytes2 } = typeKindOf(code);
    const offset = alignUp(end2, bytes2);
    slots.set(name, {
      code,
      offset,
      bytes: bytes2
    });
    end2 = offset + bytes2;
    align = Math.max(align, bytes2);
  }
  const layout = {
    slots,
    stride: alignUp(end2, align)
  };
  layouts.set(structure, layout);
  return layout;
}
function checkedType(type) {
  if (typeof type !== "object" || type === null) {
    typeKindOf(type);
    return type;
  }
  if (layouts.has(type) && Object.isFrozen(type)) return type;
  if (Object.keys(type).length === 0) {
    throw new TypeError('Cannot share a structure as it has no fields: give some, as in { x: "d" }');
  }
  const own = Object.isFrozen(type) ? type : Object.freeze({
    ...type
  });
  layoutOf(own);
  return own;
}
function bytesOf3(type) {
  return typeof type === "string" ? typeKindOf(type).bytes : layoutOf(type).stride;
}
var StructureCells = class {
  ints = null;
  #columns;
  #length;
  /** A view of a whole block. */
  constructor(block, structure) {
    const { slots, stride } = layoutOf(structure);
    const columns = /* @__PURE__ */ new Map();
    for (const [name, { code, offset, bytes: bytes2 }] of slots) {
      const cells = simpleCells(block, code);
      columns.set(name, {
        cells,
        step: stride / bytes2,
        first: offset / bytes2
      });
    }
    this.#columns = columns;
    this.#length = Math.floor(block.bytes / stride);
  }
  rebind(block) {
    for (const { cells } of this.#columns.values()) cells.rebind(block);
  }
  /**
   * The column of a field; throws a RangeError that lists the fields if the
   * structure has no such field.
   */
  column(name) {
    const column = this.#columns.get(name);
    if (column !== void 0) return column;
    throw this.#unknown(name);
  }
  #unknown(name) {
    const all = [
      ...this.#columns.keys()
    ].map((name2) => `"${name2}"`).join(", ");
    return new RangeError(`Cannot use the field ${showValue(name)} as the structure has the fields ${all}`);
  }
  check(value) {
    if (typeof value !== "object" || value === null) {
      throw new TypeError(`Cannot put ${showValue(value)} into a structure as it takes an object with its fields`);
    }
    for (const [name, field] of Object.entries(value)) {
      this.column(name).cells.check(field);
    }
  }
  load(at3) {
    const view3 = {};
    for (const [name, { cells, step: step2, first: first2 }] of this.#columns) {
      const index = at3 * step2 + first2;
      Object.defineProperty(view3, name, {
        get: () => cells.load(index),
        set: (value) => cells.store(index, value),
        enumerable: true
      });
    }
    return Object.preventExtensions(view3);
  }
  store(at3, value) {
    this.check(value);
    for (const [name, field] of Object.entries(value)) {
      const { cells, step: step2, first: first2 } = this.column(name);
      cells.store(at3 * step2 + first2, field);
    }
  }
  read(start, stop) {
    const list = [];
    for (let at3 = start; at3 < stop; at3++) list.push(this.load(at3));
    return list;
  }
  all() {
    return this.read(0, this.#length);
  }
  begin(elements) {
    this.write(0, elements);
  }
  write(start, elements) {
    const list = Array.from(elements);
    for (const element of list) this.check(element);
    for (const [i, element] of list.entries()) this.store(start + i, element);
  }
  fill(value, start, stop) {
    this.check(value);
    for (let at3 = start; at3 < stop; at3++) this.store(at3, value);
  }
  sort(compare) {
    if (compare === void 0) {
      throw new TypeError("Cannot sort structures as they have no order of their own: give a function that compares two");
    }
    const copies = this.all().map((one) => ({
      ...one
    }));
    this.write(0, copies.sort(compare));
  }
  /** No element equals a value, as each read makes a new object. */
  indexOf() {
    return -1;
  }
  includes() {
    return false;
  }
  #refuse(action) {
    throw new TypeError(`Cannot ${action} a structure in one step: use field() for one of its fields, or the lock`);
  }
  exchange() {
    return this.#refuse("exchange");
  }
  compareExchange() {
    return this.#refuse("compare and exchange");
  }
  add() {
    return this.#refuse("add to");
  }
  sub() {
    return this.#refuse("subtract from");
  }
  and() {
    return this.#refuse("and");
  }
  or() {
    return this.#refuse("or");
  }
  xor() {
    return this.#refuse("exclusive-or");
  }
};
var SIGNED = {
  1: Int8Array,
  2: Int16Array,
  4: Int32Array
};
var UNSIGNED = {
  1: Uint8Array,
  2: Uint16Array,
  4: Uint32Array
};
function simpleCells(block, code) {
  const kind = typeKindOf(code);
  switch (kind.kind) {
    case "int": {
      const type = (kind.signed ? SIGNED : UNSIGNED)[kind.bytes];
      return new IntCells(block, code, type);
    }
    case "bigint": {
      const type = kind.signed ? BigInt64Array : BigUint64Array;
      return new BigIntCells(block, code, type);
    }
    case "float":
      return new FloatCells(block, code, kind.bytes === 4 ? Float32Bits : Float64Bits);
    case "bool":
      return new CodedCells(block, code, BOOL);
    case "char":
      return new CodedCells(block, code, kind.bytes === 1 ? CHAR : UNICODE);
    default:
      return unreachable(kind);
  }
}
function cellsOver(block, type) {
  return typeof type === "string" ? simpleCells(block, type) : new StructureCells(block, type);
}
function columnOf(cells, name) {
  if (cells instanceof StructureCells) return cells.column(name);
  cells.load(0);
  throw new TypeError(`Cannot use the field ${showValue(name)} as the data is of a simple type and no structure`);
}

// lib/shared/raw_data.ts
function cellsOf({ data, claim }, type) {
  const unavailable = claim?.unavailable;
  return unavailable === void 0 ? cellsOver(data, type) : unavailableCells(unavailable);
}
function isFresh({ claim, isFound }) {
  return !isFound && claim?.unavailable === void 0;
}
function settleData(backing, object) {
  if (backing.claim !== null) register(backing.claim, object);
  if (backing.isFound) makeKnown(backing, object);
}
function dataHandle(backing, kind, typecode, object, destination, delivery) {
  const { data, lock: lock2, claim } = backing;
  checkAvailable(claim);
  const block = data.handle(destination, delivery);
  const lockHandle = lock2.handle(destination, delivery);
  makeKnown(backing, object);
  return {
    kind,
    typecode,
    block,
    lock: lockHandle
  };
}

// lib/shared/raw_array.ts
var RawArray = class {
  /** The type of the elements, as given to the constructor. */
  typecode;
  /** The number of elements. */
  length;
  #source;
  // Invariant: #cells reads and writes the memory at the current place of the
  // data; #ints is #cells.ints, and saves common types a call.
  #cells;
  #ints;
  /**
   * Makes an array of zeros, or of the given elements.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawArray("d", 3).length, 3);
   * equal(new RawArray("i", [1, 2, 3]).get(2), 3);
   * ```
   *
   * @param typecode The type of the elements.
   * @param lengthOrElements The number of zeros, or the elements: any iterable
   * with a length.
   * @throws {RangeError} If the length is not a whole number >= 0.
   * @throws {TypeError} If the type is unknown, an element is not of that type,
   * or the elements have no length.
   */
  constructor(typecode, lengthOrElements) {
    const placement = placementOf(lengthOrElements);
    const where = placement?.where ?? null;
    const first2 = placement === null ? lengthOrElements : placement.argument;
    const type = checkedType(typecode);
    const { length, elements, bytes: bytes2 } = beginningOf(type, first2);
    const source = givenBacking(where) ?? findBacking(requestOf(type, length), false, where);
    this.typecode = type;
    this.length = source.data.bytes / bytesOf3(type);
    this.#source = source;
    this.#cells = cellsOf(source, type);
    this.#ints = this.#cells.ints;
    source.data.onMove(() => this.#rebind());
    if (isFresh(source)) {
      if (elements !== null) this.#cells.begin(elements);
      if (bytes2 !== null) this.#bytes().set(bytes2);
    }
    settleData(source, this);
  }
  #rebind() {
    this.#cells.rebind(this.#source.data);
    this.#ints = this.#cells.ints;
  }
  #at(index) {
    if (index >>> 0 === index && index < this.length) return index;
    const isFar = Number.isSafeInteger(index) && index >= 0;
    return isFar && index < this.length ? index : refuseIndex(index, this.length);
  }
  /**
   * Reads one element. A structure is returned as an object whose fields read
   * and write the shared memory. Making that object takes some microseconds;
   * `field()` takes some nanoseconds.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const points = new RawArray({ x: "d", y: "d" }, 2);
   * points.get(1).y = 0.5;
   * equal(points.get(1).y, 0.5);
   * ```
   *
   * @param index The index of the element, from 0.
   * @returns The element.
   * @throws {RangeError} If the index is out of range.
   */
  get(index) {
    const at3 = this.#at(index);
    const ints = this.#ints;
    if (ints !== null) return Atomics.load(ints, at3);
    return this.#cells.load(at3);
  }
  /**
   * Writes one element. Fields of a structure that are left out keep their
   * values.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", 3);
   * row.set(1, 7);
   * equal(row.get(1), 7);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param value The new value.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the value is not of the type.
   */
  set(index, value) {
    const at3 = this.#at(index);
    const ints = this.#ints;
    if (ints !== null && Number.isInteger(value)) {
      Atomics.store(ints, at3, value);
    } else this.#cells.store(at3, value);
  }
  /**
   * Reads one element, counted from the end if the index is negative, as in any
   * array.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1, 2, 3]);
   * equal(row.at(-1), 3);
   * equal(row.at(3), undefined);
   * ```
   *
   * @param index The index of the element; -1 is the last.
   * @returns The element, or undefined if the index is out of range.
   */
  at(index) {
    const at3 = index < 0 ? this.length + index : index;
    return at3 >= 0 && at3 < this.length ? this.get(at3) : void 0;
  }
  /**
   * One field of the structure at an index, for atomic updates.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const cells = new RawArray({ hits: "i" }, 2);
   * cells.field(1, "hits").add(3);
   * equal(cells.get(1).hits, 3);
   * ```
   *
   * @param index The index of the structure.
   * @param name The name of the field.
   * @returns The field.
   * @throws {RangeError} If the index is out of range, or the structure has no
   * such field.
   * @throws {TypeError} If the elements are not structures.
   */
  field(index, name) {
    return new Field(columnOf(this.#cells, name), this.#at(index));
  }
  /**
   * Adds to an element atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [40]);
   * equal(row.add(0, 2), 40);
   * equal(row.get(0), 42);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param amount The amount.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  add(index, amount) {
    return this.#cells.add(this.#at(index), amount);
  }
  /**
   * Subtracts from an element atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [44]);
   * equal(row.sub(0, 2), 44);
   * equal(row.get(0), 42);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param amount The amount.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  sub(index, amount) {
    return this.#cells.sub(this.#at(index), amount);
  }
  /**
   * Keeps only bits of an element that are set in both, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [6]);
   * equal(row.and(0, 3), 6);
   * equal(row.get(0), 2);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param bits The bits.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  and(index, bits2) {
    return this.#cells.and(this.#at(index), bits2);
  }
  /**
   * Sets bits of an element, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [6]);
   * equal(row.or(0, 3), 6);
   * equal(row.get(0), 7);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param bits The bits.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  or(index, bits2) {
    return this.#cells.or(this.#at(index), bits2);
  }
  /**
   * Flips bits of an element, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [6]);
   * equal(row.xor(0, 3), 6);
   * equal(row.get(0), 5);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param bits The bits.
   * @returns The old element.
   * @throws {RangeError} If the index is out of range.
   * @throws {TypeError} If the type does not allow it.
   */
  xor(index, bits2) {
    return this.#cells.xor(this.#at(index), bits2);
  }
  /**
   * Replaces an element atomically, and returns the old one.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1]);
   * equal(row.exchange(0, 2), 1);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param value The new value.
   * @returns The old element.
   */
  exchange(index, value) {
    return this.#cells.exchange(this.#at(index), value);
  }
  /**
   * Replaces an element only if it equals `expected`, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1]);
   * equal(row.compareExchange(0, 1, 2), 1);
   * equal(row.compareExchange(0, 1, 3), 2);
   * equal(row.get(0), 2);
   * ```
   *
   * @param index The index of the element, from 0.
   * @param expected The expected old element.
   * @param value The new element.
   * @returns The old element; equal to `expected` if it was replaced.
   */
  compareExchange(index, expected, value) {
    const at3 = this.#at(index);
    return this.#cells.compareExchange(at3, expected, value);
  }
  /**
   * Copies some elements to a list, as Python's `a[start:end:step]`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1, 2, 3, 4]);
   * deepEqual(row.slice(1, -1), [2, 3]);
   * deepEqual(row.slice(0, 4, 2), [1, 3]);
   * ```
   *
   * @param start The first index; negative ones count from the end.
   * @param end The index after the last.
   * @param step The distance from one to the next, 1 or more.
   * @returns A new list, which does not follow the array.
   * @throws {RangeError} If the step is not a whole number from 1 on.
   */
  slice(start, end2, step2 = 1) {
    if (!Number.isSafeInteger(step2) || step2 < 1) {
      throw new RangeError(`Cannot slice the array as "step" must be a whole number >= 1: current value is ${step2}`);
    }
    const { length } = this;
    const stop = boundOf(end2, length, length);
    const first2 = boundOf(start, length, 0);
    if (step2 === 1) {
      return this.#cells.read(first2, Math.max(first2, stop));
    }
    const list = [];
    for (let at3 = first2; at3 < stop; at3 += step2) list.push(this.get(at3));
    return list;
  }
  /**
   * Replaces some elements by as many others, as Python's `a[start:end] = ...`.
   * All are checked before the first is written.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const row = new RawArray("i", [1, 2, 3, 4]);
   * row.setSlice(1, 3, [8, 9]);
   * deepEqual([...row], [1, 8, 9, 4]);
   * ```
   *
   * @param start The first index; negative ones count from the end.
   * @param end The index after the last; undefined for the end of the array.
   * @param elements The new elements.
   * @throws {RangeError} If their number differs, as the length is fixed.
   * @throws {TypeError} If one of them is not of the type.
   */
  setSlice(start, end2, elements) {
    const { length } = this;
    const first2 = boundOf(start, length, 0);
    const room2 = Math.max(boundOf(end2, length, length) - first2, 0);
    const list = elementsOf(elements);
    if (list.length !== room2) {
      throw new RangeError(`Cannot put ${list.length} elements in the place of ${room2} as the length of a shared array is fixed: give as many`);
    }
    this.#cells.write(first2, list);
  }
  /**
   * Writes one value to all elements, or some.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * deepEqual([...new RawArray("i", 3).fill(7, 1)], [0, 7, 7]);
   * ```
   *
   * @param value The new value.
   * @param start The first index; negative ones count from the end.
   * @param end The index after the last.
   * @returns This array.
   */
  fill(value, start, end2) {
    const stop = boundOf(end2, this.length, this.length);
    this.#cells.fill(value, boundOf(start, this.length, 0), stop);
    return this;
  }
  /**
   * Sorts the elements. It reads them all, and then writes them all: hold a
   * lock if other processes write meanwhile.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const row = new RawArray("i", [10, 9, 1]);
   * deepEqual([...row.sort()], [1, 9, 10]);
   * deepEqual([...row.sort((a, b) => b - a)], [10, 9, 1]);
   * ```
   *
   * @param compare Negative if `a` comes first, positive if `b` does; without
   * it numbers are sorted by size and characters by code.
   * @returns This array.
   * @throws {TypeError} If the elements are structures and `compare` is left out.
   */
  sort(compare) {
    this.#cells.sort(compare);
    return this;
  }
  /**
   * The index of the first element equal to `value`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawArray("i", [5, 6, 6]).indexOf(6), 1);
   * ```
   *
   * @param value The value to look for.
   * @param start The index to begin at.
   * @returns The index, or -1.
   */
  indexOf(value, start) {
    return this.#cells.indexOf(value, boundOf(start, this.length, 0));
  }
  /**
   * Whether an element equals `value`; NaN equals NaN here.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawArray("i", [5, 6]).includes(6), true);
   * ```
   *
   * @param value The value to look for.
   * @returns Whether an element equals it.
   */
  includes(value) {
    return this.#cells.includes(value);
  }
  /**
   * A typed array over the same memory, for speed: plain accesses, no checks,
   * and brackets. Other processes may see its writes late, and 64-bit writes
   * torn: synchronize access by a lock, or a value. The view may be kept for
   * any time, and its `buffer` may hold more than the array.
   *
   * An array made for threads can then no longer move: to share it with OS
   * processes too, make it by `getContext("spawn")`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new RawArray("d", 3);
   * const view = row.typed();
   * view[1] = 0.5;
   * equal(row.get(1), 0.5);
   * ```
   *
   * @returns The view.
   * @throws {TypeError} If the elements are booleans, characters or structures.
   */
  typed() {
    const View = viewTypeOf(this.typecode);
    checkAvailable(this.#source.claim);
    const { buffer, byteOffset } = this.#source.data.lend();
    return new View(buffer, byteOffset, this.length);
  }
  /**
   * The text in an array of `"c"`, up to its first NUL, as Latin-1. It can be
   * set to text or bytes, which get a NUL at the end if the array is longer.
   * Bytes behind that NUL keep their values, as in Python. For other text,
   * encode it and use `raw`.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const text = new RawArray("c", 8);
   * text.value = "hi";
   * equal(text.value, "hi");
   * ```
   *
   * @throws {TypeError} If the elements are not of the type `"c"`.
   * @throws {RangeError} If the text is longer than the array.
   */
  get value() {
    const text2 = latin1Of(this.#bytes());
    const end2 = text2.indexOf("\0");
    return end2 < 0 ? text2 : text2.slice(0, end2);
  }
  set value(value) {
    const all = this.#bytes();
    const bytes2 = bytesFrom(value, all.length);
    all.set(bytes2);
    if (bytes2.length < all.length) all[bytes2.length] = 0;
  }
  /**
   * A copy of all bytes of an array of `"c"`. It can be set to text or bytes;
   * if these are shorter, the rest keeps its values.
   *
   * @example Usage
   * ```ts
   * import { RawArray } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const bytes = new RawArray("c", 3);
   * bytes.raw = new Uint8Array([1, 0, 2]);
   * deepEqual([...bytes.raw], [1, 0, 2]);
   * ```
   *
   * @throws {TypeError} If the elements are not of the type `"c"`.
   * @throws {RangeError} If the bytes are more than the array has.
   */
  get raw() {
    return new Uint8Array(this.#bytes());
  }
  set raw(bytes2) {
    const all = this.#bytes();
    all.set(bytesFrom(bytes2, all.length));
  }
  #bytes() {
    checkAvailable(this.#source.claim);
    if (this.typecode !== "c") {
      throw new TypeError(`Cannot use the array as bytes as only one of type "c" is: its type is ${nameOfType(this.typecode)}`);
    }
    const { buffer, byteOffset } = this.#source.data;
    return new Uint8Array(buffer, byteOffset, this.length);
  }
  /**
   * All elements, for another array.
   * @ignore
   */
  [ALL_ELEMENTS]() {
    return this[Symbol.iterator] === OWN_ITERATOR ? this.#cells.all() : [
      ...this
    ];
  }
  /** Iterates over the elements; each is read when it is reached. */
  *[Symbol.iterator]() {
    for (let at3 = 0; at3 < this.length; at3++) yield this.get(at3);
  }
  /**
   * The memory behind it, and its construction site.
   * @ignore
   */
  get [BACKING]() {
    return this.#source;
  }
  /**
   * The handle by which another process gets the array.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    return dataHandle(this.#source, "array", this.typecode, this, destination, delivery);
  }
  #describe() {
    const name = `${this.constructor.name} ${nameOfType(this.typecode)}`;
    if (this.#source.claim?.unavailable !== void 0) {
      return `<${name} unavailable>`;
    }
    const shown2 = this.slice(0, SHOWN_MAX).map((one) => typeof one === "object" ? {
      ...one
    } : one);
    const more = this.length > SHOWN_MAX ? ` \u2026 ${this.length} in all` : "";
    return `<${name} ${Deno.inspect(shown2)}${more}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var OWN_ITERATOR = RawArray.prototype[Symbol.iterator];
var SHOWN_MAX = 20;
function requestOf(type, length) {
  return {
    kind: "array",
    type: `rawarray:${nameOfType(type)}:${length}`,
    bytes: length * bytesOf3(type),
    below: RawArray
  };
}
function rawArrayOver(type, data) {
  return bareOver(data, (where) => new RawArray(type, placed(where, 0)));
}
function createRawArray(place2, typecode, lengthOrElements) {
  return new RawArray(typecode, placed({
    place: place2
  }, lengthOrElements));
}

// lib/shared/synchronized.ts
var MADE = {
  value: "make a value",
  array: "make an array"
};
function synchronized(request, options, first2) {
  const placement = placementOf(options);
  const where = placement?.where ?? null;
  const given = placement === null ? options : placement.argument;
  expectOptions(given, MADE[request.kind], "{ lock: false }");
  const lock2 = checkLock(given.lock ?? true);
  const backing = givenBacking(where) ?? findBacking(request, lock2, where);
  return placed({
    backing
  }, first2);
}
function lockBeside({ lock: lock2, claim }, kind) {
  checkAvailable(claim);
  const own = lock2.get();
  if (own !== null) return own;
  throw new LockError(`Cannot get the lock of this ${kind} as it was made without one: leave out "lock: false"`);
}
function checkLock(lock2) {
  if (typeof lock2 === "boolean" || isLock(lock2)) return lock2;
  throw new TypeError(`Cannot make shared data with that lock as "lock" must be true, false, an RLock or a Lock: current value is ${showValue(lock2)}`);
}

// lib/shared/array.ts
var SharedArray = class extends RawArray {
  #raw = null;
  /**
   * Makes an array of zeros, or of the given elements.
   *
   * @example Usage
   * ```ts
   * import { RLock, SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new RLock();
   * const row = new SharedArray("d", [0.5, 1.5], { lock });
   * equal(row.getLock(), lock);
   * equal(row.get(1), 1.5);
   * ```
   *
   * @param typecode The type of the elements.
   * @param lengthOrElements The number of zeros, or the elements: any iterable
   * with a length.
   * @param options The lock of the array.
   * @throws {RangeError} If the length is not a whole number >= 0.
   * @throws {TypeError} If the type is unknown, an element is not of that type,
   * or the elements have no length.
   */
  constructor(typecode, lengthOrElements, options = {}) {
    const type = checkedType(typecode);
    const beginning = beginningOf(type, lengthOrElements);
    const { length } = beginning;
    const request = {
      kind: "array",
      type: `array:${nameOfType(type)}:${length}`,
      bytes: length * bytesOf3(type),
      below: SELF4
    };
    super(type, synchronized(request, options, beginning));
  }
  /**
   * The lock of the array.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", [1]);
   * {
   *   using _held = await row.getLock().acquire();
   *   row.set(0, row.get(0) + 1);
   * }
   * equal(row.get(0), 2);
   * ```
   *
   * @returns The lock.
   * @throws {LockError} If the array was made with `lock: false`.
   */
  getLock() {
    return lockBeside(this[BACKING], "array");
  }
  /**
   * Acquires the lock of the array as soon as it is free, like `with row:` in
   * Python. The default lock does not exclude the other tasks of this process;
   * see {@linkcode ValueOptions.lock}.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", 2);
   * using _held = await row.acquire();
   * equal(row.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the array was made with `lock: false`.
   */
  async acquire(options) {
    return await this.getLock().acquire(options);
  }
  /**
   * Acquires the lock of the array, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", 2);
   * using _held = row.acquireSync();
   * equal(row.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the array was made with `lock: false`.
   */
  acquireSync(options) {
    return this.getLock().acquireSync(options);
  }
  /**
   * Releases the lock of the array.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const row = new SharedArray("i", 2);
   * row.acquireSync();
   * row.release();
   * equal(row.getLock().locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release() {
    this.getLock().release();
  }
  /**
   * The same data without the lock.
   *
   * @example Usage
   * ```ts
   * import { SharedArray } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new SharedArray("i", [5]).getObj().get(0), 5);
   * ```
   *
   * @returns The raw array over the same memory.
   */
  getObj() {
    const { data, claim } = this[BACKING];
    checkAvailable(claim);
    return this.#raw ??= rawArrayOver(this.typecode, data);
  }
};
var SELF4 = SharedArray;
function createArray(place2, typecode, lengthOrElements, options = {}) {
  return new SharedArray(typecode, lengthOrElements, placed({
    place: place2
  }, options));
}
function rehydrateArray(handle2) {
  const type = handle2.typecode;
  return rehydrateData(handle2, (where) => new SharedArray(type, 0, placed(where, {})));
}

// lib/memory/system/file_status.ts
var AT_EMPTY_PATH = 4096;
var AT_SYMLINK_NOFOLLOW = 256;
var STATX_BYTES = 256;
var STATX_BASIC = 2047;
var BLOCK_BYTES = 512;
var PATH_BYTES = 512;
var TIMES_BYTES = 32;
var UTIME_OMIT = 0x3ffffffen;
var NANOSECONDS = 1000000000n;
var HASH_SEED = 0x4d503032n;
var HASH_FACTOR = 0x9e3779b97f4a7c15n;
var STICKY = 512;
var OWNER_ONLY = 384;
var WRITABLE_BY_OTHERS = 18;
var PERMISSIONS = 4095;
var S_IFMT = 61440;
var S_IFREG = 32768;
var made2 = null;
function scratches() {
  return made2 ??= {
    path: new Scratch(PATH_BYTES),
    status: new Scratch(STATX_BYTES),
    times: new Scratch(TIMES_BYTES)
  };
}
function statusOfOpen(fd) {
  return statusOf(fd, "", AT_EMPTY_PATH);
}
function statusAt(path) {
  return statusOf(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
}
function statusOf(fd, path, flags) {
  const { address, bytes: bytes2 } = scratches().status;
  const where = scratches().path.text(path);
  const result = tryCall("statx", fd, where, flags, STATX_BASIC, address);
  if (result !== 0) return result;
  const view3 = new DataView(bytes2.buffer);
  return {
    links: view3.getUint32(16, true),
    owner: view3.getUint32(20, true),
    mode: view3.getUint16(28, true),
    inode: view3.getBigUint64(32, true),
    size: Number(view3.getBigUint64(40, true)),
    room: Number(view3.getBigUint64(48, true)) * BLOCK_BYTES,
    seconds: view3.getBigInt64(112, true),
    nanoseconds: view3.getUint32(120, true)
  };
}
function modeFor(isFleeting2) {
  return isFleeting2 ? OWNER_ONLY | STICKY : OWNER_ONLY;
}
function mark(fd) {
  const status = statusOfOpen(fd);
  if (typeof status === "number") return false;
  const { address, bytes: bytes2 } = scratches().times;
  const words = new BigInt64Array(bytes2.buffer);
  words.set([
    0n,
    UTIME_OMIT,
    status.seconds,
    markFor(status)
  ]);
  return syscall("utimensat", fd, 0, address, 0) === 0;
}
function markFor({ inode, seconds }) {
  const hash = BigInt.asUintN(64, (inode ^ BigInt.asUintN(64, seconds << 20n) ^ HASH_SEED) * HASH_FACTOR);
  return (hash >> 16n) % NANOSECONDS;
}
function isFleeting(status) {
  return isRegular(status) && (status.mode & PERMISSIONS) === modeFor(true) && status.owner === syscall("geteuid") && BigInt(status.nanoseconds) === markFor(status);
}
function isRegular({ mode }) {
  return (mode & S_IFMT) === S_IFREG;
}
function whyNotUsed(status) {
  if (!isRegular(status)) return "what has that name is not a file";
  const user = syscall("geteuid");
  const { owner, mode } = status;
  if (owner !== user) {
    return `it belongs to another user (${owner}, and this is ${user}), who could cut it off: programs that share memory run as one user`;
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return null;
  return `other users may write to it and cut it off (its mode is ${(mode & PERMISSIONS).toString(8)}): make it by mode 600`;
}

// lib/memory/allocation/named_file.ts
var DIRECTORY = "/dev/shm";
var AT_SYMLINK_FOLLOW = 1024;
var IS_ARM = Deno.build.arch === "aarch64";
var O_RDONLY = 0;
var O_RDWR = 2;
var O_NONBLOCK = 2048;
var O_DIRECTORY = IS_ARM ? 16384 : 65536;
var O_NOFOLLOW = IS_ARM ? 32768 : 131072;
var O_TMPFILE = 4194304 | O_DIRECTORY;
var LOCK_EX_NB = 2 | 4;
var NAME_BYTES_MAX = 255;
var NAME_RANDOM_BYTES = 4;
var PATH_BYTES2 = 512;
var LIST_BYTES = 32 * 1024;
function checkMemoryName(name) {
  if (typeof name !== "string") {
    throw new TypeError(`Cannot use shared memory of that name as a name must be a string: current value is ${typeof name}`);
  }
  const bytes2 = new TextEncoder().encode(name).length;
  const isName2 = bytes2 > 0 && bytes2 <= NAME_BYTES_MAX && !/[/\0]/.test(name) && name !== "." && name !== "..";
  if (isName2) return name;
  throw new RangeError(`Cannot use shared memory of the name ${JSON.stringify(name)} as a name must be 1 to ${NAME_BYTES_MAX} bytes without a slash and a NUL, and neither "." nor ".."`);
}
function randomMemoryName() {
  const random = crypto.getRandomValues(new Uint8Array(NAME_RANDOM_BYTES));
  return `psm_${random.toHex()}`;
}
function pathOf(name) {
  return `${DIRECTORY}/${name}`;
}
var made3 = null;
function scratches2() {
  return made3 ??= {
    path: new Scratch(PATH_BYTES2),
    other: new Scratch(PATH_BYTES2),
    list: new Scratch(LIST_BYTES)
  };
}
var held = /* @__PURE__ */ new Map();
function makeNamed(size, persist) {
  sweepNamed();
  const flags = O_TMPFILE | O_RDWR | O_CLOEXEC;
  const directory = scratches2().path.text(DIRECTORY);
  const mode = modeFor(!persist);
  const fd = tryCall("openat", AT_FDCWD, directory, flags, mode);
  if (fd < 0) {
    throw new SharedMemoryError(`Cannot create shared memory in ${DIRECTORY} as ${reasonOf(fd)}`);
  }
  const reason = prepare(fd, size, persist);
  if (reason === null) return {
    fd,
    size
  };
  closeNamed(fd);
  throw new SharedMemoryError(`Cannot create ${size} bytes of shared memory as ${reason}`);
}
function giveName(fd, name, persist) {
  const result = link(fd, name);
  if (result === 0) {
    if (!persist) held.set(fd, name);
    return true;
  }
  if (result === -EEXIST) return false;
  throw new SharedMemoryError(`Cannot create the shared memory "${name}" as ${reasonOf(result)}`);
}
function prepare(fd, size, persist) {
  const result = tryCall("ftruncate", fd, size);
  if (result !== 0) return reasonOf(result);
  const reason = whyNotReserved(fd, 0, size);
  if (reason !== null || persist) return reason;
  syscall("flock", fd, LOCK_EX_NB);
  return mark(fd) ? null : "the file system does not keep the time of a change";
}
function link(fd, name) {
  const from = scratches2().path.text(`/proc/self/fd/${fd}`);
  const to = scratches2().other.text(pathOf(name));
  const flags = AT_SYMLINK_FOLLOW;
  return tryCall("linkat", AT_FDCWD, from, AT_FDCWD, to, flags);
}
function openNamed(name) {
  const path = scratches2().path.text(pathOf(name));
  const flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  const fd = tryCall("openat", AT_FDCWD, path, flags);
  if (fd === -ENOENT) return null;
  if (fd < 0) throw cannotAttach(name, reasonOf(fd));
  const status = statusOfOpen(fd);
  const reason = typeof status === "number" ? reasonOf(status) : whyNotUsed(status);
  if (reason !== null) {
    closeNamed(fd);
    throw cannotAttach(name, reason);
  }
  const { size } = status;
  if (!removeOrphan(fd, name, status)) return {
    fd,
    size
  };
  closeNamed(fd);
  return null;
}
function completeNamed({ fd, size }, name) {
  const status = statusOfOpen(fd);
  if (typeof status !== "number" && status.room >= size) return;
  const reason = whyNotReserved(fd, 0, size);
  if (reason !== null) throw cannotAttach(name, reason);
}
function cannotAttach(name, reason) {
  return new SharedMemoryError(`Cannot attach the shared memory "${name}" as ${reason}`);
}
function closeNamed(fd) {
  held.delete(fd);
  syscall("close", fd);
}
function unlinkNamed(name) {
  const path = scratches2().path.text(pathOf(name));
  const result = tryCall("unlinkat", AT_FDCWD, path, 0);
  if (result === 0) return true;
  if (result === -ENOENT) return false;
  throw new SharedMemoryError(`Cannot unlink the shared memory "${name}" as ${reasonOf(result)}`);
}
function removeOrphan(fd, name, status) {
  if (!isFleeting(status)) return false;
  if (syscall("flock", fd, LOCK_EX_NB) !== 0) return false;
  unlinkOwn(fd, name);
  return true;
}
function unlinkOwn(fd, name) {
  const own = statusOfOpen(fd);
  const named2 = statusAt(pathOf(name));
  if (typeof own === "number" || typeof named2 === "number") return;
  if (own.links === 0 || own.inode !== named2.inode) return;
  const path = scratches2().path.text(pathOf(name));
  syscall("unlinkat", AT_FDCWD, path, 0);
}
function sweepNamed() {
  const own = new Set(held.values());
  for (const name of namesIn(DIRECTORY)) {
    if (own.has(name)) continue;
    const status = statusAt(pathOf(name));
    if (typeof status === "number" || !isFleeting(status)) continue;
    const file = openNamedQuietly(name);
    if (file !== null) closeNamed(file.fd);
  }
}
function openNamedQuietly(name) {
  try {
    return openNamed(name);
  } catch {
    return null;
  }
}
function namesIn(directory) {
  const { path, list } = scratches2();
  const flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const fd = syscall("openat", AT_FDCWD, path.text(directory), flags);
  if (fd < 0) return [];
  const names3 = [];
  for (; ; ) {
    const length = syscall("getdents64", fd, list.address, LIST_BYTES);
    if (length <= 0) break;
    names3.push(...entriesOf2(list.bytes.subarray(0, length)));
  }
  syscall("close", fd);
  return names3;
}
var ENTRY_LENGTH = 16;
var ENTRY_TYPE = 18;
var ENTRY_NAME = 19;
var DT_REG = 8;
function* entriesOf2(bytes2) {
  const view3 = new DataView(bytes2.buffer, bytes2.byteOffset, bytes2.length);
  for (let at3 = 0; at3 < bytes2.length; ) {
    const length = view3.getUint16(at3 + ENTRY_LENGTH, true);
    const entry = bytes2.subarray(at3 + ENTRY_NAME, at3 + length);
    const name = entry.subarray(0, entry.indexOf(0));
    if (bytes2[at3 + ENTRY_TYPE] === DT_REG) {
      yield new TextDecoder().decode(name);
    }
    at3 += length;
  }
}

// lib/shared/shared_memory.ts
var SIZE_MAX = 2 ** 46;
var created = /* @__PURE__ */ new Map();
var lost2 = new FinalizationRegistry(({ address, bytes: bytes2 }) => vacate(address, bytes2));
var isEndWatched = false;
function watchEnd() {
  if (isEndWatched || childContext()?.host.kind === "isolate") return;
  isEndWatched = true;
  globalThis.addEventListener("unload", () => {
    for (const [fd, name] of created) unlinkOwn(fd, name);
  });
}
var SharedMemory = class {
  /** The name, by which other processes attach it. */
  name;
  /** The size in bytes. */
  size;
  // Invariant: a key of `created` if this object created the memory, without
  // `persist`, and has not unlinked it yet; otherwise null.
  #fd;
  // Invariant: null from close() on.
  #mapping;
  /**
   * Creates shared memory, or attaches it.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using shm = new SharedMemory({ create: true, size: 3 });
   * equal(shm.buf.length, 3);
   * ```
   *
   * @param options The name, and whether to create it.
   * @throws {RangeError} If the size is not a whole number above 0, or the name
   * is invalid.
   * @throws {TypeError} If neither `name` nor `create` is given.
   * @throws {Deno.errors.AlreadyExists} If it is to be created and the name is
   * taken.
   * @throws {Deno.errors.NotFound} If no memory has that name.
   * @throws {SharedMemoryError} If the system has no space for it, the name is
   * not this user's own, or memory cannot be mapped here.
   */
  constructor(options) {
    const part = placementOf(options);
    const given = part === null ? options : part.argument;
    expectOptions(given ?? null, "get shared memory", "{ create: true, size: 64 }");
    const { create = false, persist = false, size } = given;
    const claim = create && part === null ? claimSite(`sharedmemory:${size}`, SELF5) : null;
    const found = adopted2(claim) ?? (create ? null : attach(given.name));
    const fill3 = part?.where.fill ?? null;
    const { name, file, mapping } = found === null ? createAny(given.name, checkedSize(size), persist, fill3) : mapFound(found);
    this.name = name;
    this.size = file.size;
    this.#mapping = mapping;
    lost2.register(mapping.buffer, {
      address: mapping.address,
      bytes: file.size
    }, mapping.buffer);
    const isFleeting2 = found === null && !persist;
    this.#fd = isFleeting2 ? file.fd : null;
    if (isFleeting2) {
      created.set(file.fd, name);
      watchEnd();
    } else closeNamed(file.fd);
    if (claim !== null) register(claim, this);
  }
  /**
   * The bytes.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using shm = new SharedMemory({ create: true, size: 8 });
   * const numbers = new Float64Array(shm.buf.buffer);
   * numbers[0] = 1.5;
   * equal(shm.buf[7], 0x3f);
   * ```
   *
   * @throws {SharedMemoryError} If it is closed.
   */
  get buf() {
    const mapping = this.#mapping;
    if (mapping !== null) return new Uint8Array(mapping.buffer);
    throw new SharedMemoryError(`Cannot use the shared memory "${this.name}" as this object of it is closed: attach it again by new SharedMemory({ name })`);
  }
  /**
   * Closes this object; a second call does nothing. Other processes, and the
   * name, are not affected.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { equal, throws } from "node:assert/strict";
   *
   * const shm = new SharedMemory({ create: true, size: 8 });
   * const { buf } = shm;
   * shm.close();
   * equal(buf.length, 0);
   * throws(() => shm.buf);
   * shm.unlink();
   * ```
   */
  close() {
    const mapping = this.#mapping;
    if (mapping === null) return;
    this.#mapping = null;
    lost2.unregister(mapping.buffer);
    unmap(mapping, this.size);
  }
  /**
   * Removes the name: no process can attach it any more. Processes that have
   * attached it keep it, and the memory is freed when the last one has closed
   * it or ended.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { throws } from "node:assert/strict";
   *
   * using shm = new SharedMemory({ create: true, size: 8, persist: true });
   * shm.unlink();
   * throws(() => new SharedMemory({ name: shm.name }), Deno.errors.NotFound);
   * ```
   *
   * @throws {Deno.errors.NotFound} If it is unlinked already.
   */
  unlink() {
    if (!unlinkNamed(this.name)) throw notFound(this.name, "unlink");
    this.#forget();
  }
  /** Closes it, and unlinks it if this object created it. */
  [Symbol.dispose]() {
    this.close();
    this.#forget();
  }
  #forget() {
    const fd = this.#fd;
    if (fd === null) return;
    this.#fd = null;
    created.delete(fd);
    unlinkOwn(fd, this.name);
    closeNamed(fd);
  }
  /**
   * The handle by which another process gets it.
   * @ignore
   */
  [HANDLE](destination) {
    return {
      kind: "sharedmemory",
      name: nameFor(this.name, destination)
    };
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return `<SharedMemory "${this.name}" size=${this.size}>`;
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return `<SharedMemory "${this.name}" size=${this.size}>`;
  }
};
var SELF5 = SharedMemory;
function nameFor(name, destination) {
  if (destination !== "elsewhere") return name;
  throw new SharedMemoryError(`Cannot share the memory "${name}" with that process as it is beyond shared memory, as on another machine: pass its bytes`);
}
function adopted2(claim) {
  checkAvailable(claim);
  if (claim?.handle?.kind !== "sharedmemory") return null;
  const { name } = claim.handle;
  const file = openNamed(checkMemoryName(name));
  return file === null ? null : {
    name,
    file
  };
}
function createAny(wanted, size, persist, fill3) {
  const given = wanted === void 0 ? null : checkMemoryName(wanted);
  const file = makeNamed(size, persist);
  let mapping = null;
  try {
    mapping = map(file.fd, size);
    fill3?.(new Uint8Array(mapping.buffer));
    return {
      name: named(file.fd, given, persist),
      file,
      mapping
    };
  } catch (error) {
    if (mapping !== null) unmap(mapping, size);
    closeNamed(file.fd);
    throw error;
  }
}
function named(fd, given, persist) {
  for (; ; ) {
    const name = given ?? randomMemoryName();
    if (giveName(fd, name, persist)) return name;
    if (given === null) continue;
    throw new Deno.errors.AlreadyExists(`Cannot create the shared memory "${name}" as there is one of that name: leave out "create" to attach it, or "name" for a name of its own`);
  }
}
function attach(wanted) {
  if (wanted === void 0) {
    throw new TypeError('Cannot attach shared memory as a name is missing: give "name", or "create" and "size"');
  }
  const name = checkMemoryName(wanted);
  const file = openNamed(name);
  if (file === null) throw notFound(name, "attach");
  if (file.size > 0) return {
    name,
    file
  };
  closeNamed(file.fd);
  throw new RangeError(`Cannot attach the shared memory "${name}" as it has no bytes: its creator has not given it a size yet`);
}
function notFound(name, action) {
  return new Deno.errors.NotFound(`Cannot ${action} the shared memory "${name}" as there is none of that name: it was unlinked, or its creator has ended without "persist"`);
}
function checkedSize(size) {
  const isSize = Number.isSafeInteger(size) && size > 0 && size <= SIZE_MAX;
  if (isSize) return size;
  throw new RangeError(`Cannot create shared memory of that size as "size" must be a whole number of bytes from 1 to ${SIZE_MAX}: current value is ${showValue(size)}`);
}
function mapFound({ name, file }) {
  let mapping = null;
  try {
    mapping = map(file.fd, file.size);
    completeNamed(file, name);
    return {
      name,
      file,
      mapping
    };
  } catch (error) {
    if (mapping !== null) unmap(mapping, file.size);
    closeNamed(file.fd);
    throw error;
  }
}
function rehydrateSharedMemory({ name }) {
  return new SharedMemory({
    name
  });
}

// lib/shared/list_items.ts
var KINDS2 = [
  "null",
  "number",
  "bigint",
  "boolean",
  "string",
  "bytes"
];
var BIGINT_MIN = -(2n ** 63n);
var BIGINT_MAX = 2n ** 63n - 1n;
function encodeListItem(item) {
  switch (typeof item) {
    case "number":
      return {
        kind: "number",
        bytes: bytesOf4(new Float64Array([
          item
        ]))
      };
    case "bigint":
      return {
        kind: "bigint",
        bytes: encodeBigInt(item)
      };
    case "boolean":
      return {
        kind: "boolean",
        bytes: new Uint8Array([
          Number(item)
        ])
      };
    case "string":
      return {
        kind: "string",
        bytes: encodeText(item)
      };
  }
  if (item === null) return {
    kind: "null",
    bytes: new Uint8Array(0)
  };
  if (item instanceof Uint8Array) return {
    kind: "bytes",
    bytes: item
  };
  throw new TypeError(`Cannot put ${showValue(item)} into a list as it takes numbers, bigints, truth values, strings, a Uint8Array and null`);
}
function bytesOf4({ buffer }) {
  return new Uint8Array(buffer);
}
function encodeBigInt(item) {
  if (item >= BIGINT_MIN && item <= BIGINT_MAX) {
    return bytesOf4(new BigInt64Array([
      item
    ]));
  }
  throw new RangeError(`Cannot put ${item}n into a list as an integer must fit 64 bits: give it as text`);
}
function encodeText(item) {
  if (item.isWellFormed()) return new TextEncoder().encode(item);
  throw new TypeError(`Cannot put ${showValue(item)} into a list as half a character is no text: it has a lone surrogate`);
}
function decodeListItem(kind, bytes2) {
  const own = new Uint8Array(bytes2);
  switch (kind) {
    case "null":
      return null;
    case "number":
      return new Float64Array(own.buffer)[0];
    case "bigint":
      return new BigInt64Array(own.buffer)[0];
    case "boolean":
      return own[0] !== 0;
    case "string":
      return new TextDecoder("utf-8", {
        ignoreBOM: true
      }).decode(own);
    case "bytes":
      return own;
    default:
      return unreachable(kind);
  }
}
function isEqual(a, b) {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

// lib/shared/shareable_list.ts
var COUNT = 0;
var MAGIC = 1;
var ITEMS = 2;
var WORDS_PER_ITEM = 4;
var KIND = 0;
var LENGTH = 1;
var OFFSET = 2;
var ROOM = 3;
var MAGIC_NUMBER = 3444591666 | 0;
var ALIGN_BYTES2 = 8;
var NUMBER_BYTES2 = 8;
var ShareableList = class {
  /** The memory that holds the list; closing it closes the list. */
  shm;
  /** The number of items. */
  length;
  /**
   * Makes a list, or attaches one.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList([1, 2, 3]);
   * equal(list.length, 3);
   * ```
   *
   * @param items The initial items; null to attach the list of that name.
   * @param options The memory that holds the list.
   * @throws {TypeError} If an item is of a type that a list cannot hold.
   * @throws {RangeError} If a bigint has more than 64 bits.
   * @throws {Deno.errors.NotFound} If no memory has that name.
   * @throws {SharedMemoryError} If the memory of that name holds no list.
   */
  constructor(items = null, options = {}) {
    expectOptions(options, "make a list", "{ name }");
    const claim = items === null ? null : claimSite("shareablelist", SELF6);
    checkAvailable(claim);
    const found = claim?.handle?.kind === "shareablelist" ? claim.handle.name : null;
    const plan = items === null ? null : planOf([
      ...items
    ].map(encodeListItem));
    this.shm = (found !== null ? attachIfThere(found) : null) ?? (plan === null ? new SharedMemory({
      name: options.name
    }) : createFilled(plan, options));
    this.length = lengthIn(this.shm);
    if (claim !== null) register(claim, this);
  }
  #slot(index) {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.length) {
      refuseIndex(index, this.length);
    }
    return slotOf(this.shm.buf, index);
  }
  /**
   * Reads one item.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList([true, "a"]);
   * equal(list.get(1), "a");
   * ```
   *
   * @param index The index of the item, from 0.
   * @returns A copy of the item.
   * @throws {RangeError} If the index is out of range.
   */
  get(index) {
    const slot = this.#slot(index);
    const offset = slot[OFFSET];
    const bytes2 = this.shm.buf.subarray(offset, offset + slot[LENGTH]);
    return decodeListItem(KINDS2[slot[KIND]] ?? "null", bytes2);
  }
  /**
   * Reads one item, counted from the end if the index is negative.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList([1, 2]);
   * equal(list.at(-1), 2);
   * ```
   *
   * @param index The index of the item; -1 is the last.
   * @returns A copy of the item, or undefined if the index is out of range.
   */
  at(index) {
    const at3 = index < 0 ? this.length + index : index;
    return at3 >= 0 && at3 < this.length ? this.get(at3) : void 0;
  }
  /**
   * Replaces an item.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal, throws } from "node:assert/strict";
   *
   * using list = new ShareableList(["abc"]);
   * list.set(0, 8);
   * equal(list.get(0), 8);
   * throws(() => list.set(0, "123456789"), RangeError);
   * ```
   *
   * @param index The index of the item, from 0.
   * @param item The new item.
   * @throws {RangeError} If the index is out of range, or the new item is too
   * long.
   * @throws {TypeError} If the item is of a type that a list cannot hold.
   */
  set(index, item) {
    const slot = this.#slot(index);
    const { kind, bytes: bytes2 } = encodeListItem(item);
    const room2 = slot[ROOM];
    if (bytes2.length > room2) {
      throw new RangeError(`Cannot put ${bytes2.length} bytes into item ${index} of the list as it has room for ${room2}: make the list with a longer item there`);
    }
    put2(this.shm.buf, slot, kind, bytes2);
  }
  /**
   * Counts the items that equal `item`.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList(["a", "b", "a"]);
   * equal(list.count("a"), 2);
   * ```
   *
   * @param item The item to look for.
   * @returns Their number.
   */
  count(item) {
    return [
      ...this
    ].filter((one) => isEqual(one, item)).length;
  }
  /**
   * The index of the first item that equals `item`.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal, throws } from "node:assert/strict";
   *
   * using list = new ShareableList(["a", "b"]);
   * equal(list.index("b"), 1);
   * throws(() => list.index("c"), RangeError);
   * ```
   *
   * @param item The item to look for.
   * @returns The index.
   * @throws {RangeError} If the list has no such item; Python throws too.
   */
  index(item) {
    const at3 = [
      ...this
    ].findIndex((one) => isEqual(one, item));
    if (at3 >= 0) return at3;
    throw new RangeError(`Cannot find ${showValue(item)} in the list: ask count() first`);
  }
  /** Iterates over copies of the items; each is read when it is reached. */
  *[Symbol.iterator]() {
    for (let at3 = 0; at3 < this.length; at3++) yield this.get(at3);
  }
  /** Closes its memory, and unlinks the name if this object created it. */
  [Symbol.dispose]() {
    this.shm[Symbol.dispose]();
  }
  /**
   * The handle by which another process gets the list.
   * @ignore
   */
  [HANDLE](destination) {
    return {
      kind: "shareablelist",
      name: nameFor(this.shm.name, destination)
    };
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return `<ShareableList "${this.shm.name}" length=${this.length}>`;
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return `<ShareableList "${this.shm.name}" length=${this.length}>`;
  }
};
var SELF6 = ShareableList;
function createFilled({ size, fill: fill3 }, options) {
  const wanted = {
    ...options,
    create: true,
    size
  };
  return new SharedMemory(placed({
    fill: fill3
  }, wanted));
}
function attachIfThere(name) {
  try {
    return new SharedMemory({
      name
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
function slotOf(buf, index) {
  const start = 4 * (ITEMS + index * WORDS_PER_ITEM);
  return new Int32Array(buf.buffer, start, WORDS_PER_ITEM);
}
function alignUp2(bytes2) {
  return Math.ceil(bytes2 / ALIGN_BYTES2) * ALIGN_BYTES2;
}
function planOf(items) {
  const rooms = items.map(({ bytes: bytes2 }) => Math.max(alignUp2(bytes2.length), NUMBER_BYTES2));
  const start = alignUp2(4 * (ITEMS + items.length * WORDS_PER_ITEM));
  const size = rooms.reduce((sum, room2) => sum + room2, start);
  return {
    size,
    fill: (buf) => write2(buf, items, rooms, start)
  };
}
function write2(buf, items, rooms, start) {
  let offset = start;
  for (const [index, { kind, bytes: bytes2 }] of items.entries()) {
    const slot = slotOf(buf, index);
    slot[OFFSET] = offset;
    slot[ROOM] = rooms[index];
    put2(buf, slot, kind, bytes2);
    offset += rooms[index];
  }
  const words = new Int32Array(buf.buffer, 0, ITEMS);
  words[COUNT] = items.length;
  words[MAGIC] = MAGIC_NUMBER;
}
function put2(buf, slot, kind, bytes2) {
  buf.set(bytes2, slot[OFFSET]);
  slot[LENGTH] = bytes2.length;
  slot[KIND] = KINDS2.indexOf(kind);
}
function lengthIn(shm) {
  const { buf } = shm;
  if (buf.length >= 4 * ITEMS) {
    const words = new Int32Array(buf.buffer, 0, ITEMS);
    const count2 = words[COUNT];
    const head = 4 * (ITEMS + count2 * WORDS_PER_ITEM);
    const isList2 = Atomics.load(words, MAGIC) === MAGIC_NUMBER && count2 >= 0 && head <= buf.length;
    if (isList2) return count2;
  }
  shm.close();
  throw new SharedMemoryError(`Cannot attach the list "${shm.name}" as what has that name is no ShareableList of this package`);
}
function rehydrateShareableList({ name }) {
  return new ShareableList(null, {
    name
  });
}

// lib/shared/raw_value.ts
var RawValue = class {
  /** The type, as given to the constructor. */
  typecode;
  #source;
  // Invariant: #cells reads and writes the memory at the current place of the
  // data; #ints is #cells.ints, and saves common types a call.
  #cells;
  #ints;
  #view = null;
  /**
   * Makes a value; zero unless `initial` is given.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RawValue("i").value, 0);
   * equal(new RawValue("i", 5).value, 5);
   * ```
   *
   * @param typecode The type.
   * @param initial The initial value.
   * @throws {TypeError} If the type is unknown, or `initial` is not of that
   * type.
   */
  constructor(typecode, initial) {
    const placement = placementOf(initial);
    const where = placement?.where ?? null;
    const first2 = placement === null ? initial : placement.argument;
    const type = checkedType(typecode);
    const source = givenBacking(where) ?? findBacking(requestOf2(type), false, where);
    this.typecode = type;
    this.#source = source;
    this.#cells = cellsOf(source, type);
    this.#ints = this.#cells.ints;
    source.data.onMove(() => this.#rebind());
    if (first2 !== void 0 && isFresh(source)) this.#cells.store(0, first2);
    settleData(source, this);
  }
  #rebind() {
    this.#cells.rebind(this.#source.data);
    this.#ints = this.#cells.ints;
  }
  /**
   * The current value. A read followed by a write is not atomic: for `+= 1` use
   * {@linkcode RawValue.add}, or a lock around both.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 1);
   * v.value = 2;
   * equal(v.value, 2);
   * ```
   */
  get value() {
    const ints = this.#ints;
    if (ints !== null) return Atomics.load(ints, 0);
    if (typeof this.typecode === "string") {
      return this.#cells.load(0);
    }
    return this.#view ??= this.#cells.load(0);
  }
  set value(value) {
    const ints = this.#ints;
    if (ints !== null && Number.isInteger(value)) {
      Atomics.store(ints, 0, value);
    } else this.#cells.store(0, value);
  }
  /**
   * One field of a structure, for atomic updates.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const p = new RawValue({ x: "d", hits: "i" }, { hits: 1 });
   * equal(p.field("hits").add(1), 1);
   * equal(p.value.hits, 2);
   * ```
   *
   * @param name The name of the field.
   * @returns The field.
   * @throws {RangeError} If the structure has no such field.
   * @throws {TypeError} If the value is not a structure.
   */
  field(name) {
    return new Field(columnOf(this.#cells, name), 0);
  }
  /**
   * Adds atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 40);
   * equal(v.add(2), 40);
   * equal(v.value, 42);
   * ```
   *
   * @param amount The amount.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  add(amount) {
    const ints = this.#ints;
    if (ints !== null && Number.isInteger(amount)) {
      return Atomics.add(ints, 0, amount);
    }
    return this.#cells.add(0, amount);
  }
  /**
   * Subtracts atomically; integers wrap.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 44);
   * equal(v.sub(2), 44);
   * equal(v.value, 42);
   * ```
   *
   * @param amount The amount.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  sub(amount) {
    return this.#cells.sub(0, amount);
  }
  /**
   * Keeps only bits that are set in both, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 6);
   * equal(v.and(3), 6);
   * equal(v.value, 2);
   * ```
   *
   * @param bits The bits.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  and(bits2) {
    return this.#cells.and(0, bits2);
  }
  /**
   * Sets bits, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 6);
   * equal(v.or(3), 6);
   * equal(v.value, 7);
   * ```
   *
   * @param bits The bits.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  or(bits2) {
    return this.#cells.or(0, bits2);
  }
  /**
   * Flips bits, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 6);
   * equal(v.xor(3), 6);
   * equal(v.value, 5);
   * ```
   *
   * @param bits The bits.
   * @returns The old value.
   * @throws {TypeError} If the type of the value does not allow it.
   */
  xor(bits2) {
    return this.#cells.xor(0, bits2);
  }
  /**
   * Replaces the value atomically, and returns the old one.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 1);
   * equal(v.exchange(2), 1);
   * ```
   *
   * @param value The new value.
   * @returns The old value.
   */
  exchange(value) {
    return this.#cells.exchange(0, value);
  }
  /**
   * Replaces the value only if it equals `expected`, atomically.
   *
   * @example Usage
   * ```ts
   * import { RawValue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new RawValue("i", 1);
   * equal(v.compareExchange(1, 2), 1);
   * equal(v.compareExchange(1, 3), 2);
   * equal(v.value, 2);
   * ```
   *
   * @param expected The expected old value.
   * @param value The new value.
   * @returns The old value; equal to `expected` if it was replaced.
   */
  compareExchange(expected, value) {
    return this.#cells.compareExchange(0, expected, value);
  }
  /**
   * The memory behind it, and its construction site.
   * @ignore
   */
  get [BACKING]() {
    return this.#source;
  }
  /**
   * The handle by which another process gets the value.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    return dataHandle(this.#source, "value", this.typecode, this, destination, delivery);
  }
  #describe() {
    const { name } = this.constructor;
    const { claim } = this.#source;
    if (claim?.unavailable !== void 0) {
      return `<${name} ${nameOfType(this.typecode)} unavailable>`;
    }
    const value = this.#cells.load(0);
    return typeof this.typecode === "string" ? `<${name} ${this.typecode} ${showValue(value)}>` : `<${name} ${Deno.inspect({
      ...value
    })}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
function requestOf2(type) {
  return {
    kind: "value",
    type: `rawvalue:${nameOfType(type)}`,
    bytes: bytesOf3(type),
    below: RawValue
  };
}
function rawValueOver(type, data) {
  return bareOver(data, (where) => new RawValue(type, placed(where, void 0)));
}
function createRawValue(place2, typecode, initial) {
  return new RawValue(typecode, placed({
    place: place2
  }, initial));
}

// lib/shared/value.ts
var Value = class extends RawValue {
  #raw = null;
  /**
   * Makes a value; zero unless `initial` is given.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const q = new Value("q", 5n);
   * equal(q.value, 5n);
   * ```
   *
   * @param typecode The code of the type.
   * @param initial The initial value.
   * @param options The lock of the value.
   * @throws {TypeError} If the type is unknown, or `initial` is not of that
   * type.
   */
  constructor(typecode, initial, options = {}) {
    const type = checkedType(typecode);
    const request = {
      kind: "value",
      type: `value:${nameOfType(type)}`,
      bytes: bytesOf3(type),
      below: SELF7
    };
    super(type, synchronized(request, options, initial));
  }
  /**
   * The lock of the value.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * using _held = await v.getLock().acquire();
   * equal(v.getLock().locked(), true);
   * ```
   *
   * @returns The lock.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  getLock() {
    return lockBeside(this[BACKING], "value");
  }
  /**
   * Acquires the lock of the value as soon as it is free, like `with v:` in
   * Python. The default lock does not exclude the other tasks of this process;
   * see {@linkcode ValueOptions.lock}.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * using _held = await v.acquire();
   * equal(v.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  async acquire(options) {
    return await this.getLock().acquire(options);
  }
  /**
   * Acquires the lock of the value, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * using _held = v.acquireSync();
   * equal(v.getLock().locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   * @throws {LockError} If the value was made with `lock: false`.
   */
  acquireSync(options) {
    return this.getLock().acquireSync(options);
  }
  /**
   * Releases the lock of the value.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i");
   * v.acquireSync();
   * v.release();
   * equal(v.getLock().locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release() {
    this.getLock().release();
  }
  /**
   * The same data without the lock.
   *
   * @example Usage
   * ```ts
   * import { Value } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const v = new Value("i", 5);
   * equal(v.getObj().value, 5);
   * ```
   *
   * @returns The raw value over the same memory.
   */
  getObj() {
    const { data, claim } = this[BACKING];
    checkAvailable(claim);
    return this.#raw ??= rawValueOver(this.typecode, data);
  }
};
var SELF7 = Value;
function createValue(place2, typecode, initial, options = {}) {
  return new Value(typecode, initial, placed({
    place: place2
  }, options));
}
function rehydrateValue(handle2) {
  const type = handle2.typecode;
  return rehydrateData(handle2, (where) => new Value(type, void 0, placed(where, {})));
}

// lib/wire/serialization/target_address.ts
function isAddress(value) {
  return typeof value === "object" && value !== null && "module" in value && "name" in value;
}
function checkedAddress({ module, name }, what) {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`Cannot use ${what} as "name" must be the name of an export: current value is ${JSON.stringify(name)}`);
  }
  return {
    module: absolute(module),
    name
  };
}
function absolute(module) {
  if (module instanceof URL) return module.href;
  if (typeof module === "string" && URL.canParse(module)) {
    return new URL(module).href;
  }
  throw new TypeError(`Cannot import ${JSON.stringify(module)} in a child as "module" must be an absolute URL: write new URL("./work.ts", import.meta.url)`);
}

// lib/wire/protocol/module_namespace.ts
var known4 = /* @__PURE__ */ new Map();
var loaded = /* @__PURE__ */ new Map();
function namespaceOf(module) {
  const found = known4.get(module) ?? hooks.load(() => fetched(module));
  known4.set(module, found);
  return found;
}
function namespaceAtHand(module) {
  return loaded.get(module) ?? null;
}
async function fetched(module) {
  try {
    const namespace = await readByCycle(module, known4.size);
    loaded.set(module, namespace);
    return namespace;
  } catch {
    return null;
  }
}
async function readByCycle(module, number) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const reader = `multiprocessing:reader/${number}`;
  const importer = `multiprocessing:importer/${number}`;
  const [moduleText, readerText, importerText] = [
    module,
    reader,
    importer
  ].map((name) => JSON.stringify(name));
  const urls2 = {
    [importer]: dataUrl(`import * as found from ${moduleText};import ${readerText};export function give(){return found}`),
    [reader]: dataUrl(`import{give}from${importerText};globalThis[Symbol.for(${readerText})](give())`)
  };
  const taker = globalThis;
  taker[Symbol.for(reader)] = resolve;
  const { deregister } = resolveBy(urls2);
  import(importer).catch(reject);
  try {
    return await promise;
  } finally {
    deregister();
    delete taker[Symbol.for(reader)];
  }
}
function resolveBy(urls2) {
  const { registerHooks } = process.getBuiltinModule("node:module");
  const registered = registerHooks({
    resolve: (specifier, context, next) => specifier in urls2 ? {
      url: urls2[specifier],
      format: "module",
      shortCircuit: true
    } : next(specifier, context)
  });
  return {
    deregister: () => registered.deregister()
  };
}

// lib/sync/barrier_action.ts
var copier = null;
function setActionCopier(how) {
  copier = how;
}
var Action = class {
  /** Whether it is a copy, which is run only where no party has the function. */
  isCopy;
  #address;
  #copy;
  #call;
  /** What was sent of a function, which is as it was the first time. */
  #sent = /* @__PURE__ */ new Map();
  /**
   * Checks an action as its user gave it; throws a `TypeError` that says what
   * is wrong. A copy is taken from a parent only, which has sent it.
   */
  constructor(given, isSent2) {
    const isCopied = isSent2 && isCopy(given);
    if (typeof given !== "function" && !isAddress(given) && !isCopied) {
      throw new TypeError(`Cannot make a barrier as "action" must be a function or { module, name }: current value is ${given === null ? "null" : typeof given}`);
    }
    this.#call = typeof given === "function" ? given : null;
    this.#copy = isCopied ? given : null;
    this.isCopy = isCopied;
    this.#address = isAddress(given) ? checkedAddress(given, "action") : null;
  }
  /** The function, or null if its module is not loaded yet. */
  get loaded() {
    return this.#call;
  }
  /** Returns the function, and loads its module if need be. */
  async load() {
    return this.#call ??= this.#copy === null ? await find(this.#address) : await copier.make(this.#copy);
  }
  /** How another process finds the action; null if it cannot. */
  sentTo(destination, delivery) {
    if (this.#address !== null) return this.#address;
    if (this.#call === null || copier === null) return null;
    const known8 = this.#sent.get(destination);
    if (known8 !== void 0) return known8;
    this.#sent.set(destination, null);
    const sent2 = copier.copy(this.#call, destination, delivery);
    this.#sent.set(destination, sent2);
    return sent2;
  }
};
function isCopy(given) {
  return typeof given === "object" && given !== null && "code" in given;
}
async function find({ module, name }) {
  const value = valueIn(await exportsOf(module), name);
  if (typeof value === "function") return value;
  throw new ProcessError(`Cannot run action "${name}" of ${module} as it must be an exported function, and initialized by now`);
}
async function exportsOf(module) {
  const namespace = childContext() === null ? await namespaceOf(module) : null;
  return namespace ?? await loadModule(module);
}
function valueIn(exports, name) {
  try {
    return exports[name];
  } catch {
    return void 0;
  }
}

// lib/sync/barrier_state.ts
var MODE = MUTEX_BYTES / 4;
var COUNT2 = MODE + 1;
var PARTIES = MODE + 2;
var HAS_ACTION = MODE + 3;
var TIMEOUT = MODE + 4;
var ACTOR = MODE + 5;
var CHANGES = MODE + 6;
var SLOTS = MODE + 7;
var WORDS_PER_SLOT = 2;
var FILLING = 0;
var ACTING = 1;
var BROKEN = 2;
var FREE2 = 0;
var WAITING = 1;
var ABLE = 2;
var CHOSEN = 3;
var PASSED = 4;
var BROKE = 5;
function barrierBytes(parties) {
  return 4 * (SLOTS + parties * WORDS_PER_SLOT);
}
function ownerAt(slot) {
  return SLOTS + slot * WORDS_PER_SLOT;
}
function stateAt(slot) {
  return ownerAt(slot) + 1;
}
var PASS = {
  kind: "passed"
};
var BREAK = {
  kind: "broken"
};
var ACT = {
  kind: "act"
};
function* arrive(party) {
  for (; ; ) {
    yield* lock(party.self);
    const changes = yield load(CHANGES);
    const mode = yield load(MODE);
    if (mode === BROKEN) {
      yield* unlock();
      return {
        index: -1,
        arrival: BREAK
      };
    }
    const slot = mode === FILLING ? yield* emptySlot() : -1;
    if (slot >= 0) {
      const index = yield load(COUNT2);
      yield store(COUNT2, index + 1);
      const arrival = yield* fill2(party, index, slot);
      yield* unlock();
      return {
        index,
        arrival
      };
    }
    yield* unlock();
    if ((yield sleep(CHANGES, changes)) === GIVE_UP) {
      yield* breakBarrier(party.self);
      return {
        index: -1,
        arrival: BREAK
      };
    }
    if (yield* isActorDead()) yield* breakBarrier(party.self);
  }
}
function* fill2(party, index, slot) {
  const isLast = index + 1 === (yield load(PARTIES));
  if (!isLast) return yield* settle(party, slot);
  if (yield* isAnyDead()) {
    yield* breakUp();
    return BREAK;
  }
  if ((yield load(HAS_ACTION)) === 0) {
    yield* endRound(PASSED, FILLING);
    return PASS;
  }
  if (party.canAct) {
    yield* appoint(party.self.me);
    return ACT;
  }
  return yield* delegate(party, slot);
}
function* settle({ self, canAct }, slot) {
  yield store(ownerAt(slot), self.me);
  yield store(stateAt(slot), canAct ? ABLE : WAITING);
  return {
    kind: "wait",
    slot
  };
}
function* appoint(actor) {
  yield store(MODE, ACTING);
  yield store(ACTOR, actor);
}
function* delegate(party, slot) {
  const parties = yield load(PARTIES);
  for (let other = 0; other < parties; other++) {
    if ((yield load(stateAt(other))) !== ABLE) continue;
    yield* appoint(yield load(ownerAt(other)));
    yield store(stateAt(other), CHOSEN);
    yield wakeUp(stateAt(other), 1);
    return yield* settle(party, slot);
  }
  if (party.hasCopy === true) {
    yield* appoint(party.self.me);
    return ACT;
  }
  yield* breakUp();
  return {
    kind: "actionless"
  };
}
function* awaitRound(self, slot) {
  for (; ; ) {
    const state = yield load(stateAt(slot));
    switch (state) {
      case PASSED:
        yield* leave2(slot);
        return PASS;
      case BROKE:
        yield* leave2(slot);
        return BREAK;
      case CHOSEN:
        yield* vacate2(slot);
        return ACT;
    }
    const outcome = yield sleep(stateAt(slot), state);
    if (outcome === WOKEN) continue;
    yield* lock(self);
    const isOver = !isWaiting(yield load(stateAt(slot)));
    if (!isOver && (outcome === GIVE_UP || (yield* isNextDead(slot)))) {
      yield* breakUp();
    }
    yield* unlock();
  }
}
function isWaiting(state) {
  return state === WAITING || state === ABLE;
}
function* vacate2(slot) {
  yield store(stateAt(slot), FREE2);
}
function* leave2(slot) {
  yield* vacate2(slot);
  yield add2(CHANGES, 1);
  yield wakeUp(CHANGES, WAKE_ALL);
}
function* finish(self, isDone) {
  yield* lock(self);
  const isMine = (yield load(MODE)) === ACTING && (yield load(ACTOR)) === self.me;
  if (isMine && isDone) yield* endRound(PASSED, FILLING);
  else if (isMine) yield* breakUp();
  yield* unlock();
  return isMine;
}
function* breakBarrier(self) {
  yield* lock(self);
  yield* breakUp();
  yield* unlock();
}
function* resetBarrier(self) {
  yield* lock(self);
  yield* endRound(BROKE, FILLING);
  yield* unlock();
}
function breakUp() {
  return endRound(BROKE, BROKEN);
}
function* endRound(how, mode) {
  yield store(COUNT2, 0);
  yield store(MODE, mode);
  const parties = yield load(PARTIES);
  for (let slot = 0; slot < parties; slot++) {
    const state = yield load(stateAt(slot));
    if (!isWaiting(state) && state !== CHOSEN) continue;
    yield store(stateAt(slot), how);
    yield wakeUp(stateAt(slot), 1);
  }
  yield add2(CHANGES, 1);
  yield wakeUp(CHANGES, WAKE_ALL);
}
function* emptySlot() {
  const parties = yield load(PARTIES);
  for (let slot = 0; slot < parties; slot++) {
    const state = yield load(stateAt(slot));
    if (state === FREE2) return slot;
    if (!isWaiting(state) && (yield* isDead(slot))) return slot;
  }
  return -1;
}
function* isDead(slot) {
  return (yield ownerAlive(yield load(ownerAt(slot)))) === 0;
}
function* isActorDead() {
  if ((yield load(MODE)) !== ACTING) return false;
  return (yield ownerAlive(yield load(ACTOR))) === 0;
}
function* isAnyDead() {
  const parties = yield load(PARTIES);
  for (let slot = 0; slot < parties; slot++) {
    if (!isWaiting(yield load(stateAt(slot)))) continue;
    if (yield* isDead(slot)) return true;
  }
  return false;
}
function* isNextDead(mine) {
  if (yield* isActorDead()) return true;
  const parties = yield load(PARTIES);
  for (let ahead = 1; ahead < parties; ahead++) {
    const slot = (mine + ahead) % parties;
    if (!isWaiting(yield load(stateAt(slot)))) continue;
    return yield* isDead(slot);
  }
  return false;
}
function* lock(self) {
  const taking = yield* patient(take(self));
  if (taking === "inherited") yield* breakUp();
}
function* unlock() {
  yield* giveBack();
}
function renameParties(words, before2, now) {
  if (words[ACTOR] === before2) words[ACTOR] = now;
  for (let slot = 0; slot < words[PARTIES]; slot++) {
    if (words[ownerAt(slot)] === before2) words[ownerAt(slot)] = now;
  }
}

// lib/sync/barrier.ts
var PARTIES_MAX = 2 ** 20;
var TIMEOUT_MAX_MS = 2 ** 31 - 2;
var barriers = new Instances();
var LOAD = Symbol("multiprocessing.load");
var Barrier = class {
  #backing;
  #runner;
  #action;
  /**
   * Makes a barrier.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const barrier = new Barrier(3, { timeout: 1000 });
   * equal(barrier.parties, 3);
   * ```
   *
   * @param parties How many parties must arrive.
   * @param options The action, and a default timeout.
   * @throws {RangeError} If `parties` is not a whole number from 1.
   */
  constructor(parties, options = {}) {
    checkParties(parties);
    const placement = placementOf(options);
    const given = placement === null ? options : placement.argument;
    expectOptions(given, "make a barrier", "{ action: () => {} }");
    const timeoutMs = timeoutOf(given, "make a barrier");
    const { action } = given;
    this.#action = action === void 0 ? null : new Action(action, placement !== null);
    const bytes2 = barrierBytes(parties);
    const type = `barrier:${parties}`;
    this.#backing = barriers.backing(type, bytes2, SELF8, placement?.where);
    this.#runner = new StepRunner(this.#backing.block);
    const { isFound, unavailable } = this.#backing;
    if (!isFound && unavailable === void 0) {
      const { words } = this.#backing;
      words[PARTIES] = parties;
      words[HAS_ACTION] = Number(this.#action !== null);
      words[TIMEOUT] = timeoutMs > TIMEOUT_MAX_MS ? 0 : Math.ceil(timeoutMs) + 1;
    }
    barriers.settle(this.#backing, this);
    this.#backing.onMove((before2, now) => renameParties(this.#backing.words, before2, now));
  }
  /** How many parties must arrive. */
  get parties() {
    return this.#backing.words[PARTIES];
  }
  /** How many parties have arrived and wait for the others. */
  get nWaiting() {
    const { words } = this.#backing;
    return Atomics.load(words, MODE) === FILLING ? Atomics.load(words, COUNT2) : 0;
  }
  /** Whether the barrier is broken: no party passes until `reset()`. */
  get broken() {
    return Atomics.load(this.#backing.words, MODE) === BROKEN;
  }
  /**
   * Waits until all parties have arrived.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(await new Barrier(1).wait(), 0);
   * ```
   *
   * @param options How long to wait, and what ends the wait: both break the
   * barrier.
   * @returns The caller's index in this round, from 0 to `parties - 1`.
   * @throws {BrokenBarrierError} If the barrier is broken, or breaks.
   */
  async wait(options) {
    options?.signal?.throwIfAborted();
    const limit = this.#limit(options, options?.signal);
    const party = this.#party(this.#action);
    const came = await this.#runner.run(arrive(party), limit);
    let { arrival } = came;
    if (arrival.kind === "wait") {
      const round = awaitRound(party.self, arrival.slot);
      arrival = await this.#runner.run(round, limit);
    }
    if (arrival.kind === "act") arrival = await this.#act();
    if (arrival.kind === "broken") options?.signal?.throwIfAborted();
    return indexOf(came.index, arrival);
  }
  /**
   * Like {@linkcode Barrier.wait}, but blocks this thread. The action must not
   * return a promise.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Barrier(1).waitSync(), 0);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The caller's index in this round, from 0 to `parties - 1`.
   * @throws {BrokenBarrierError} If the barrier is broken, or breaks.
   */
  waitSync(options) {
    options?.signal?.throwIfAborted();
    const limit = this.#limit(options, void 0);
    const loaded2 = this.#action?.loaded ?? null;
    const party = this.#party(loaded2 === null ? null : this.#action);
    const came = this.#runner.runSync(arrive(party), limit);
    let { arrival } = came;
    if (arrival.kind === "wait") {
      const round = awaitRound(party.self, arrival.slot);
      arrival = this.#runner.runSync(round, limit);
    }
    if (arrival.kind === "act") arrival = this.#actSync(loaded2);
    return indexOf(came.index, arrival);
  }
  #limit(options, signal) {
    const kept = this.#backing.words[TIMEOUT];
    const timeoutMs = options?.timeout === void 0 && kept > 0 ? kept - 1 : timeoutOf(options, "wait at a barrier");
    return limitOf(timeoutMs, signal);
  }
  #party(action) {
    const has = action !== null;
    const isCopy2 = action?.isCopy === true;
    return {
      self: this.#backing,
      canAct: has && !isCopy2,
      hasCopy: has && isCopy2
    };
  }
  async #act() {
    let isDone = false;
    let isMine = false;
    try {
      const call = await this.#action.load();
      await call();
      isDone = true;
    } finally {
      const end2 = finish(this.#backing, isDone);
      isMine = await this.#runner.run(end2, FOREVER);
    }
    return {
      kind: isMine ? "passed" : "broken"
    };
  }
  #actSync(call) {
    let isDone = false;
    let isMine = false;
    try {
      checkSettled(call());
      isDone = true;
    } finally {
      const end2 = finish(this.#backing, isDone);
      isMine = this.#runner.runSync(end2, FOREVER);
    }
    return {
      kind: isMine ? "passed" : "broken"
    };
  }
  /**
   * Breaks the barrier: all waiting parties, and all that arrive later, get a
   * {@linkcode BrokenBarrierError}.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const barrier = new Barrier(2);
   * barrier.abort();
   * equal(barrier.broken, true);
   * ```
   */
  abort() {
    this.#backing.check();
    this.#runner.runSync(breakBarrier(this.#backing), FOREVER);
  }
  /**
   * Starts a new round: all waiting parties get a {@linkcode
   * BrokenBarrierError}; parties that arrive later do not.
   *
   * @example Usage
   * ```ts
   * import { Barrier } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const barrier = new Barrier(2);
   * barrier.abort();
   * barrier.reset();
   * equal(barrier.broken, false);
   * ```
   */
  reset() {
    this.#backing.check();
    this.#runner.runSync(resetBarrier(this.#backing), FOREVER);
  }
  /**
   * The handle by which another process gets the barrier.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = barriers.handle(this.#backing, this, destination, delivery);
    return {
      kind: "barrier",
      block,
      action: this.#action?.sentTo(destination, delivery) ?? null
    };
  }
  /**
   * Loads the action, so that `waitSync()` can run it.
   * @ignore
   */
  async [LOAD]() {
    try {
      await this.#action?.load();
    } catch {
    }
  }
  #describe() {
    if (this.#backing.unavailable !== void 0) return "<Barrier unavailable>";
    const state = this.broken ? "broken" : `${this.nWaiting}/${this.parties}`;
    return `<Barrier ${state}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF8 = Barrier;
function indexOf(index, arrival) {
  switch (arrival.kind) {
    case "passed":
      return index;
    case "broken":
      throw new BrokenBarrierError("Cannot pass the barrier as it is broken: call reset() when all parties are ready to wait again");
    case "actionless":
      throw new BrokenBarrierError("Cannot pass the barrier as no party that arrived has its action: a function is sent only if all that it uses can be, and with --allow-sys, so give its address { module, name } or make the barrier while the module loads; wait() can run an action by address anywhere, waitSync() only where its module is loaded");
    case "wait":
    case "act":
      throw new Error(`Broken invariant: a round ended with ${arrival.kind}`);
    default:
      return unreachable(arrival);
  }
}
function checkSettled(result) {
  if (typeof result?.then !== "function") return;
  contain(result, (error) => printError(`A barrier's action threw: ${shown(error)}`));
  throw new TypeError("Cannot pass the barrier by waitSync() as its action returned a promise: use wait(), or an action that is done when it returns");
}
function checkParties(parties) {
  const isWhole = Number.isInteger(parties);
  if (isWhole && parties >= 1 && parties <= PARTIES_MAX) {
    return;
  }
  throw new RangeError(`Cannot make a barrier as "parties" must be a whole number from 1 to ${PARTIES_MAX}: current value is ${typeof parties === "number" ? parties : typeof parties}`);
}
function createBarrier(place2, parties, options = {}) {
  return new Barrier(parties, placed({
    place: place2
  }, options));
}
function rehydrateBarrier(handle2) {
  const { block, action } = handle2;
  const barrier = barriers.rehydrate(block, (where) => new Barrier(1, placed(where, action === null ? {} : {
    action
  })));
  if (action !== null) {
    const loading = barrier[LOAD]().finally(() => hooks.loading.delete(loading));
    hooks.loading.add(loading);
  }
  return barrier;
}

// lib/sync/semaphore_state.ts
var PERMITS_BYTES = 16;
var VALUE2 = 0;
var STARVING2 = 1;
var BOUND = 2;
var MARK = -2147483648;
var PERMITS_MAX = 2147483647;
function permitsOf(value) {
  return value & PERMITS_MAX;
}
function* takePermit() {
  let hasSlept = false;
  let overtaken = 0;
  for (; ; ) {
    const seen = yield load(VALUE2);
    const permits = permitsOf(seen);
    if (permits > 0 && (seen > 0 || hasSlept)) {
      const left = permits > 1 ? permits - 1 : hasSlept ? MARK : 0;
      if ((yield swap(VALUE2, seen, left)) !== seen) continue;
      if (overtaken >= OVERTAKEN_MAX || seen < 0) yield store(STARVING2, 0);
      if (hasSlept && left > 0) yield wakeUp(VALUE2, 1);
      return true;
    }
    const marked = seen | MARK;
    if (seen !== marked && (yield swap(VALUE2, seen, marked)) !== seen) continue;
    if (hasSlept && ++overtaken >= OVERTAKEN_MAX) yield store(STARVING2, 1);
    const outcome = yield sleep(VALUE2, marked);
    if (outcome === GIVE_UP) return yield* leave3(overtaken);
    hasSlept = true;
  }
}
function* leave3(overtaken) {
  if (overtaken < OVERTAKEN_MAX) return false;
  yield store(STARVING2, 0);
  yield* unreserve2();
  return false;
}
function* unreserve2() {
  for (; ; ) {
    const seen = yield load(VALUE2);
    const permits = permitsOf(seen);
    if (seen > 0 || permits === 0) return;
    if ((yield swap(VALUE2, seen, permits)) !== seen) continue;
    yield wakeUp(VALUE2, 1);
    return;
  }
}
function* addPermit(bound) {
  for (; ; ) {
    const seen = yield load(VALUE2);
    const permits = permitsOf(seen);
    if (permits >= bound) return false;
    const isReserved = seen < 0 && (yield load(STARVING2)) !== 0;
    const next = isReserved ? seen + 1 : permits + 1;
    if ((yield swap(VALUE2, seen, next)) !== seen) continue;
    if (seen < 0) yield wakeUp(VALUE2, 1);
    if (isReserved && (yield load(STARVING2)) === 0) yield* unreserve2();
    return true;
  }
}

// lib/sync/semaphore.ts
var semaphores = new Instances();
function bounded(value) {
  const placement = placementOf(value);
  const isBounded = true;
  return placement === null ? placed({
    backing: null,
    isBounded
  }, value) : placed({
    ...placement.where,
    isBounded
  }, placement.argument);
}
var Semaphore = class {
  #backing;
  #runner;
  #isBounded;
  #fairness = new Fairness();
  /**
   * Makes a semaphore.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Semaphore(3).getValue(), 3);
   * equal(new Semaphore().getValue(), 1);
   * ```
   *
   * @param value The initial number of permits.
   * @throws {RangeError} If `value` is not a whole number from 0 to 2 ** 31 -
   * 1.
   */
  constructor(value = 1) {
    const placement = placementOf(value);
    const permits = placement === null ? value : placement.argument;
    this.#isBounded = placement?.where.isBounded ?? false;
    checkValue(permits);
    const type = this.#isBounded ? "boundedsemaphore" : "semaphore";
    this.#backing = semaphores.backing(type, PERMITS_BYTES, SELF9, placement?.where.backing);
    this.#runner = new StepRunner(this.#backing.block);
    const { isFound, unavailable } = this.#backing;
    if (!isFound && unavailable === void 0) {
      this.#backing.words[VALUE2] = permits;
      this.#backing.words[BOUND] = this.#isBounded ? permits : PERMITS_MAX;
    }
    semaphores.settle(this.#backing, this);
  }
  /**
   * Acquires a permit if one is free, and tells whether it did.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore(1);
   * equal(semaphore.tryAcquireSync(), true);
   * equal(semaphore.tryAcquireSync(), false);
   * ```
   *
   * @returns Whether the caller holds one more permit now.
   */
  tryAcquireSync() {
    const { words } = this.#backing;
    for (; ; ) {
      const seen = Atomics.load(words, VALUE2);
      if (seen <= 0) return false;
      const left = seen - 1;
      if (Atomics.compareExchange(words, VALUE2, seen, left) === seen) {
        return true;
      }
    }
  }
  /**
   * Acquires a permit, and blocks this thread until one is free.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore();
   * using held = semaphore.acquireSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the permit, or `null` if the wait timed out.
   */
  acquireSync(options) {
    const timeoutMs = timeoutOf(options, "acquire a semaphore");
    options?.signal?.throwIfAborted();
    const held2 = this.tryAcquireSync() || this.#runner.runSync(takePermit(), limitOf(timeoutMs));
    return held2 ? new Guard(this) : null;
  }
  /**
   * Acquires a permit as soon as one is free.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore(0);
   * const waiting = semaphore.acquire();
   * semaphore.release();
   * equal(await waiting !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the permit, or `null` if the wait timed out.
   */
  async acquire(options) {
    const timeoutMs = timeoutOf(options, "acquire a semaphore");
    const signal = options?.signal;
    signal?.throwIfAborted();
    if (this.#fairness.isOwed && timeoutMs > 0) {
      await this.#fairness.give(signal);
    }
    if (this.tryAcquireSync()) return new Guard(this);
    const limit = limitOf(timeoutMs, signal);
    if (await this.#runner.run(takePermit(), limit)) return new Guard(this);
    signal?.throwIfAborted();
    return null;
  }
  /**
   * Releases a permit; the caller need not have acquired one.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const semaphore = new Semaphore(2);
   * semaphore.release();
   * equal(semaphore.getValue(), 3);
   * ```
   *
   * @throws {LockError} If all permits are free already.
   */
  release() {
    const { words, block } = this.#backing;
    const seen = Atomics.load(words, VALUE2);
    const bound = words[BOUND];
    if (seen >= 0 && seen < bound) {
      const more = seen + 1;
      if (Atomics.compareExchange(words, VALUE2, seen, more) === seen) return;
    }
    if (!runNow(block, addPermit(bound))) {
      throw new LockError(`Cannot release the semaphore as it must have been acquired more often than released: it has ${bound} of ${bound} permits`);
    }
    this.#fairness.owe();
  }
  /**
   * The number of free permits at this moment.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Semaphore(2).getValue(), 2);
   * ```
   *
   * @returns The number; it may have changed already.
   */
  getValue() {
    return permitsOf(Atomics.load(this.#backing.words, VALUE2));
  }
  /**
   * Whether no permit is free at this moment.
   *
   * @example Usage
   * ```ts
   * import { Semaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Semaphore(0).locked(), true);
   * ```
   *
   * @returns Whether an acquire would wait now.
   */
  locked() {
    return this.getValue() === 0;
  }
  /**
   * The handle by which another process gets the semaphore.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = semaphores.handle(this.#backing, this, destination, delivery);
    return {
      kind: "semaphore",
      block,
      isBounded: this.#isBounded
    };
  }
  #describe() {
    const name = this.#isBounded ? "BoundedSemaphore" : "Semaphore";
    if (this.#backing.unavailable !== void 0) return `<${name} unavailable>`;
    return `<${name} value=${this.getValue()}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF9 = Semaphore;
function checkValue(value) {
  const isWhole = Number.isInteger(value);
  if (isWhole && value >= 0 && value <= PERMITS_MAX) return;
  throw new RangeError(`Cannot make a semaphore as "value" must be a whole number from 0 to ${PERMITS_MAX}: current value is ${typeof value === "number" ? value : typeof value}`);
}
function createSemaphore(place2, value = 1) {
  return new Semaphore(semaphoreArgument({
    place: place2
  }, value));
}
function semaphoreArgument(backing, value) {
  return placed({
    backing,
    isBounded: false
  }, value);
}
function rehydrateAs(handle2, make) {
  return semaphores.rehydrate(handle2.block, make);
}

// lib/sync/bounded_semaphore.ts
var BoundedSemaphore = class extends Semaphore {
  /**
   * Makes a semaphore.
   *
   * @example Usage
   * ```ts
   * import { BoundedSemaphore } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new BoundedSemaphore(3).getValue(), 3);
   * ```
   *
   * @param value The initial, and maximal, number of permits.
   * @throws {RangeError} If `value` is not a whole number from 0 to 2 ** 31 -
   * 1.
   */
  constructor(value = 1) {
    super(bounded(value));
  }
};
function createBoundedSemaphore(place2, value = 1) {
  return new BoundedSemaphore(semaphoreArgument({
    place: place2
  }, value));
}
function rehydrateSemaphore(handle2) {
  const Class = handle2.isBounded ? BoundedSemaphore : Semaphore;
  return rehydrateAs(handle2, (where) => new Class(semaphoreArgument(where, 1)));
}

// lib/sync/condition_state.ts
var WAITERS_MAX = OWNERS_MAX;
var TICKETS = 0;
var USED = 1;
var SLOTS2 = 2;
var WORDS_PER_SLOT2 = 2;
var WAITERS_BYTES = 4 * (SLOTS2 + WAITERS_MAX * WORDS_PER_SLOT2);
var FREE3 = 0;
var NOTIFIED = -1;
var TICKET_MASK = 2147483647;
function ownerAt2(slot) {
  return SLOTS2 + slot * WORDS_PER_SLOT2;
}
function stateAt2(slot) {
  return ownerAt2(slot) + 1;
}
function* enter(me) {
  const used = yield load(USED);
  for (let slot = 0; slot < used; slot++) {
    if ((yield load(stateAt2(slot))) === FREE3) return yield* occupy(slot, me);
  }
  if (used < WAITERS_MAX) {
    yield store(USED, used + 1);
    return yield* occupy(used, me);
  }
  for (let slot = 0; slot < used; slot++) {
    if (yield* isVacated(slot)) return yield* occupy(slot, me);
  }
  return null;
}
function* occupy(slot, me) {
  const ticket = (yield load(TICKETS)) % TICKET_MASK + 1;
  yield store(TICKETS, ticket);
  yield store(ownerAt2(slot), me);
  yield store(stateAt2(slot), ticket);
  return {
    at: stateAt2(slot),
    ticket
  };
}
function* isVacated(slot) {
  const state = yield load(stateAt2(slot));
  if (state === FREE3) return true;
  if ((yield ownerAlive(yield load(ownerAt2(slot)))) === 1) return false;
  if ((yield swap(stateAt2(slot), state, FREE3)) !== state) return false;
  if (state === NOTIFIED) yield* notify(1);
  return true;
}
function* awaitNotified({ at: at3, ticket }) {
  for (; ; ) {
    const outcome = yield sleep(at3, ticket);
    if ((yield load(at3)) !== ticket) break;
    if (outcome === CHECK_LIVENESS) yield* passOn();
    if (outcome !== GIVE_UP) continue;
    if ((yield swap(at3, ticket, FREE3)) === ticket) return false;
    break;
  }
  yield swap(at3, NOTIFIED, FREE3);
  return true;
}
function* passOn() {
  const used = yield load(USED);
  for (let slot = 0; slot < used; slot++) {
    if ((yield load(stateAt2(slot))) === NOTIFIED) yield* isVacated(slot);
  }
}
function* notify(count2) {
  let left = count2;
  for (const { slot, ticket } of yield* inOrder()) {
    if (left <= 0) return;
    const isOwnerAlive = yield ownerAlive(yield load(ownerAt2(slot)));
    const next = isOwnerAlive === 1 ? NOTIFIED : FREE3;
    if ((yield swap(stateAt2(slot), ticket, next)) !== ticket) continue;
    if (next === FREE3) continue;
    yield wakeUp(stateAt2(slot), 1);
    left--;
  }
}
function* inOrder() {
  const waiters = [];
  const used = yield load(USED);
  for (let slot = 0; slot < used; slot++) {
    const ticket = yield load(stateAt2(slot));
    if (ticket > 0) waiters.push({
      slot,
      ticket
    });
  }
  return waiters.sort((a, b) => a.ticket - b.ticket << 1 >> 1);
}
function renameWaiters(words, before2, now) {
  for (let slot = 0; slot < words[USED]; slot++) {
    if (words[ownerAt2(slot)] === before2) words[ownerAt2(slot)] = now;
  }
}

// lib/sync/condition.ts
var CONDITION_BYTES = WAITERS_BYTES + MUTEX_BYTES;
var conditions = new Instances();
var Condition = class {
  #backing;
  #runner;
  #lock;
  /**
   * Makes a condition.
   *
   * @example Usage
   * ```ts
   * import { Condition, Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const lock = new Lock();
   * equal(new Condition(lock).lock, lock);
   * ```
   *
   * @param lock The lock around the state that the condition is about; a new
   * `RLock` if left out.
   * @throws {TypeError} If `lock` is not a lock.
   */
  constructor(lock2) {
    const placement = placementOf(lock2);
    const given = placement === null ? lock2 : placement.argument;
    checkLock2(given);
    this.#backing = conditions.backing("condition", CONDITION_BYTES, SELF10, placement?.where);
    this.#runner = new StepRunner(this.#backing.block);
    this.#lock = foundLock(this.#backing) ?? given ?? ownLock(this.#backing);
    conditions.settle(this.#backing, this);
    this.#backing.onMove((before2, now) => renameWaiters(this.#backing.words, before2, now));
  }
  /** The lock. */
  get lock() {
    this.#backing.check();
    return this.#lock;
  }
  /**
   * Acquires the lock as soon as it is free; see {@linkcode RLock.acquire}.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * equal(condition.locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquire(options) {
    return this.lock.acquire(options);
  }
  /**
   * Acquires the lock, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = condition.acquireSync();
   * equal(condition.locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If the owner died; the lock is then free.
   */
  acquireSync(options) {
    return this.lock.acquireSync(options);
  }
  /**
   * Releases the lock.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * condition.acquireSync();
   * condition.release();
   * equal(condition.locked(), false);
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  release() {
    this.lock.release();
  }
  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new Condition().locked(), false);
   * ```
   *
   * @returns Whether it is held.
   */
  locked() {
    return this.lock.locked();
  }
  /**
   * Releases the lock, waits for a notification, and acquires the lock again.
   *
   * The state may have changed back meanwhile: use {@linkcode
   * Condition.waitFor} to wait until a predicate is true.
   *
   * @example With a limit
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * equal(await condition.wait({ timeout: 1 }), false);
   * ```
   *
   * @param options How long to wait for the notification; acquiring the lock
   * again may take longer.
   * @returns `true` if it was notified, `false` if it timed out.
   * @throws {LockError} If the caller does not hold the lock.
   * @throws {AbandonedError} If a process died while it held the lock; the
   * caller holds the lock now.
   */
  async wait(options) {
    const timeoutMs = timeoutOf(options, "wait for a condition");
    options?.signal?.throwIfAborted();
    const waiter = this.#enter();
    const times = this.#lock[RELEASE_SAVE]();
    const limit = limitOf(timeoutMs, options?.signal);
    let isNotified = false;
    let isAbandoned = false;
    try {
      isNotified = await this.#runner.run(awaitNotified(waiter), limit);
    } finally {
      isAbandoned = await this.#lock[ACQUIRE_RESTORE](times);
    }
    if (!isNotified) options?.signal?.throwIfAborted();
    accept2(isAbandoned, options);
    return isNotified;
  }
  /**
   * Like {@linkcode Condition.wait}, but blocks this thread.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = condition.acquireSync();
   * equal(condition.waitSync({ timeout: 1 }), false);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns `true` if it was notified, `false` if it timed out.
   * @throws {LockError} If the caller does not hold the lock.
   * @throws {AbandonedError} If a process died while it held the lock; the
   * caller holds the lock now.
   */
  waitSync(options) {
    const timeoutMs = timeoutOf(options, "wait for a condition");
    options?.signal?.throwIfAborted();
    const waiter = this.#enter();
    const times = this.#lock[RELEASE_SAVE]();
    let isNotified = false;
    let isAbandoned = false;
    try {
      const limit = limitOf(timeoutMs);
      isNotified = this.#runner.runSync(awaitNotified(waiter), limit);
    } finally {
      isAbandoned = this.#lock[ACQUIRE_RESTORE_SYNC](times);
    }
    accept2(isAbandoned, options);
    return isNotified;
  }
  #enter() {
    this.#checkMine("wait for");
    const { block, me } = this.#backing;
    const waiter = runNow(block, enter(me));
    if (waiter !== null) return waiter;
    throw new LockError(`Cannot wait for the condition as at most ${WAITERS_MAX} waits are possible at once: current number is ${WAITERS_MAX}`);
  }
  /**
   * Waits until `predicate` returns a truthy value. It is called under the
   * lock, first at once and then after every notification.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * equal(await condition.waitFor(() => 42), 42);
   * equal(await condition.waitFor(() => 0, { timeout: 1 }), 0);
   * ```
   *
   * @typeParam T The result of the predicate.
   * @param predicate Tells whether the wait is over.
   * @param options How long to wait, and what ends the wait.
   * @returns The last result of the predicate: a falsy one if the wait timed
   * out.
   * @throws {LockError} If the caller does not hold the lock.
   */
  async waitFor(predicate, options) {
    const { deadline } = limitOf(timeoutOf(options, "wait for a condition"));
    this.#checkMine("wait for");
    for (; ; ) {
      const result = settled(predicate());
      if (result) return result;
      const timeout = deadline - performance.now();
      if (timeout <= 0) return result;
      await this.wait({
        ...options,
        timeout
      });
    }
  }
  /**
   * Like {@linkcode Condition.waitFor}, but blocks this thread.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition();
   * using _held = condition.acquireSync();
   * equal(condition.waitForSync(() => "yes"), "yes");
   * ```
   *
   * @typeParam T The result of the predicate.
   * @param predicate Tells whether the wait is over.
   * @param options How long to wait; a signal only counts before the wait.
   * @returns The last result of the predicate: a falsy one if the wait timed
   * out.
   * @throws {LockError} If the caller does not hold the lock.
   */
  waitForSync(predicate, options) {
    const { deadline } = limitOf(timeoutOf(options, "wait for a condition"));
    this.#checkMine("wait for");
    for (; ; ) {
      const result = settled(predicate());
      if (result) return result;
      const timeout = deadline - performance.now();
      if (timeout <= 0) return result;
      this.waitSync({
        ...options,
        timeout
      });
    }
  }
  /**
   * Wakes up to `count` waiters. Each returns once it has acquired the lock
   * again.
   *
   * @example Usage
   * ```ts
   * import { Condition, Lock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const condition = new Condition(new Lock());
   * const wait = async () => {
   *   using _held = await condition.acquire();
   *   return await condition.wait();
   * };
   * const waiting = wait();
   * {
   *   using _held = await condition.acquire();
   *   condition.notify();
   * }
   * equal(await waiting, true);
   * ```
   *
   * @param count How many waiters to wake.
   * @throws {LockError} If the caller does not hold the lock.
   * @throws {RangeError} If `count` is not a whole number from 0.
   */
  notify(count2 = 1) {
    checkCount(count2);
    this.#checkMine("notify");
    runNow(this.#backing.block, notify(count2));
  }
  /**
   * Wakes all waiters.
   *
   * @example Usage
   * ```ts
   * import { Condition } from "@multiprocessing/core";
   *
   * const condition = new Condition();
   * using _held = await condition.acquire();
   * condition.notifyAll();
   * ```
   *
   * @throws {LockError} If the caller does not hold the lock.
   */
  notifyAll() {
    this.#checkMine("notify");
    runNow(this.#backing.block, notify(WAKE_ALL));
  }
  #checkMine(what) {
    if (this.lock[IS_OWNED]()) return;
    const state = this.locked() ? "held by another process" : "free";
    throw new LockError(`Cannot ${what} the condition as only the process that acquired its lock may: it is ${state}`);
  }
  /**
   * The handle by which another process gets the condition.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = conditions.handle(this.#backing, this, destination, delivery);
    return {
      kind: "condition",
      block,
      lock: this.#lock[HANDLE](destination, delivery)
    };
  }
  #describe() {
    if (this.#backing.unavailable !== void 0) {
      return "<Condition unavailable>";
    }
    return `<Condition ${Deno.inspect(this.#lock)}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF10 = Condition;
function accept2(isAbandoned, options) {
  if (!isAbandoned || options?.abandoned === "take") return;
  throw abandonedError("wait for the condition", "the lock is the caller's now");
}
function checkLock2(lock2) {
  if (lock2 === void 0 || isLock(lock2)) return;
  throw new TypeError(`Cannot make a condition as "lock" must be an RLock or a Lock: current value is ${lock2 === null ? "null" : typeof lock2}`);
}
function checkCount(count2) {
  if (Number.isInteger(count2) && count2 >= 0) return;
  throw new RangeError(`Cannot notify the condition as "count" must be a whole number from 0: current value is ${typeof count2 === "number" ? count2 : typeof count2}`);
}
function foundLock({ claim }) {
  const handle2 = claim?.handle;
  return handle2?.kind === "condition" ? rehydrateAnyLock(handle2.lock) : null;
}
function ownLock({ block }) {
  return lockOver(block.part(WAITERS_BYTES, MUTEX_BYTES));
}
function placeCondition(where, lock2) {
  return new Condition(placed(where, lock2));
}
function createCondition(place2, lock2) {
  return placeCondition({
    place: place2
  }, lock2);
}
function rehydrateCondition(handle2) {
  const lock2 = rehydrateAnyLock(handle2.lock);
  return conditions.rehydrate(handle2.block, (where) => placeCondition(where, lock2));
}
function settled(result) {
  if (typeof result?.then !== "function") {
    return result;
  }
  contain(result, () => {
  });
  throw new TypeError("Cannot wait for a condition as its predicate returned a promise, which is always true: give one that answers at once, and await before or after it");
}

// lib/sync/event.ts
var EVENT_BYTES = 8;
var FLAG = 0;
var events = new Instances();
function isRaised(flag) {
  return (flag & 1) === 1;
}
function* awaitRaised() {
  const first2 = yield load(FLAG);
  if (isRaised(first2)) return true;
  for (; ; ) {
    const outcome = yield sleep(FLAG, first2);
    if ((yield load(FLAG)) !== first2) return true;
    if (outcome === GIVE_UP) return false;
  }
}
var SharedEvent = class {
  #backing;
  #runner;
  constructor(none) {
    this.#backing = events.backing("event", EVENT_BYTES, SELF11, whereOf(none));
    this.#runner = new StepRunner(this.#backing.block);
    events.settle(this.#backing, this);
  }
  /**
   * Whether the flag is raised.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * event.set();
   * equal(event.isSet(), true);
   * ```
   *
   * @returns `true` while the flag is raised.
   */
  isSet() {
    return isRaised(Atomics.load(this.#backing.words, FLAG));
  }
  /**
   * Raises the flag and releases all waiters; no effect if it is raised
   * already.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * event.set();
   * event.set();
   * equal(event.isSet(), true);
   * ```
   */
  set() {
    if (this.#change(false)) wake(this.#backing.block, FLAG);
  }
  /**
   * Clears the flag: later waits last until the next `set()`.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * event.set();
   * event.clear();
   * equal(await event.wait({ timeout: 0 }), false);
   * ```
   */
  clear() {
    this.#change(true);
  }
  /**
   * Turns the flag from `from` to its opposite; false if it has that value
   * already.
   */
  #change(from) {
    const { words } = this.#backing;
    for (; ; ) {
      const seen = Atomics.load(words, FLAG);
      if (isRaised(seen) !== from) return false;
      const next = seen + 1 | 0;
      if (Atomics.compareExchange(words, FLAG, seen, next) === seen) {
        return true;
      }
    }
  }
  /**
   * Waits until the flag is raised. As in Python, a timeout is a result and not
   * an error.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const event = new SharedEvent();
   * equal(await event.wait({ timeout: 1 }), false);
   * event.set();
   * equal(await event.wait(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns `true` once the flag was raised, or `false` if the wait timed out.
   */
  async wait(options) {
    const timeoutMs = timeoutOf(options, "wait for an event");
    options?.signal?.throwIfAborted();
    if (this.isSet()) return true;
    const limit = limitOf(timeoutMs, options?.signal);
    const isDone = await this.#runner.run(awaitRaised(), limit);
    if (!isDone) options?.signal?.throwIfAborted();
    return isDone;
  }
  /**
   * Like {@linkcode SharedEvent.wait}, but blocks this thread.
   *
   * @example Usage
   * ```ts
   * import { SharedEvent } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new SharedEvent().waitSync({ timeout: 1 }), false);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns `true` once the flag was raised, or `false` if the wait timed out.
   */
  waitSync(options) {
    const timeoutMs = timeoutOf(options, "wait for an event");
    options?.signal?.throwIfAborted();
    return this.isSet() || this.#runner.runSync(awaitRaised(), limitOf(timeoutMs));
  }
  /**
   * The handle by which another process gets the event.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = events.handle(this.#backing, this, destination, delivery);
    return {
      kind: "event",
      block
    };
  }
  #describe() {
    if (this.#backing.unavailable !== void 0) {
      return "<SharedEvent unavailable>";
    }
    return `<SharedEvent ${this.isSet() ? "set" : "unset"}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF11 = SharedEvent;
var placeSharedEvent = placer(SharedEvent);
function createEvent(place2) {
  return placeSharedEvent({
    place: place2
  });
}
function rehydrateEvent(handle2) {
  return events.rehydrate(handle2.block, placeSharedEvent);
}

// lib/sync/rwlock_state.ts
var READERS_MAX = 64;
var READERS = MUTEX_BYTES / 4;
var NOBODY = 0;
var READERS_BYTES = MUTEX_BYTES + 4 * READERS_MAX;
function readerAt(reader) {
  return READERS + reader;
}
var OUT = {
  at: -1,
  isAbandoned: false
};
function* tryRead(me) {
  const at3 = yield* addReader(me);
  if (at3 < 0 || (yield load(WORD)) === FREE) return at3;
  yield* leaveRead(at3);
  return -1;
}
function* addReader(me) {
  for (let tried = 0; tried < READERS_MAX; tried++) {
    const at3 = readerAt((me + tried) % READERS_MAX);
    if ((yield swap(at3, NOBODY, me)) === NOBODY) return at3;
  }
  return -1;
}
function* read2(self) {
  const taking = yield* take(self);
  if (taking === "left") return OUT;
  const isAbandoned = taking === "inherited";
  for (; ; ) {
    const { me } = self;
    const at3 = yield* addReader(me);
    if (at3 >= 0 || !(yield* awaitGone(readerAt(me % READERS_MAX)))) {
      yield* giveBack();
      return {
        at: at3,
        isAbandoned
      };
    }
  }
}
function* write3(self) {
  const taking = yield* take(self);
  if (taking === "left") return OUT;
  return {
    ...yield* awaitReaders(),
    isAbandoned: taking === "inherited"
  };
}
function* awaitReaders() {
  for (let reader = 0; reader < READERS_MAX; reader++) {
    if (yield* awaitGone(readerAt(reader))) continue;
    yield* giveBack();
    return OUT;
  }
  return {
    at: WORD,
    isAbandoned: false
  };
}
function* awaitGone(at3) {
  for (; ; ) {
    const reader = yield load(at3);
    if (reader === NOBODY) return true;
    const outcome = yield sleep(at3, reader);
    if (outcome === WOKEN) continue;
    if ((yield ownerAlive(reader)) === 0) yield swap(at3, reader, NOBODY);
    else if (outcome === GIVE_UP) return false;
  }
}
function* leaveRead(at3) {
  yield store(at3, NOBODY);
  if ((yield load(WORD)) !== FREE) yield wakeUp(at3, 1);
}

// lib/sync/rwlock.ts
var rwlocks = new Instances();
var RwLock = class {
  #backing;
  #runner;
  #fairness = new Fairness();
  constructor(none) {
    this.#backing = rwlocks.backing("rwlock", READERS_BYTES, SELF12, whereOf(none));
    this.#runner = new StepRunner(this.#backing.block);
    rwlocks.settle(this.#backing, this);
    this.#backing.onMove((before2, now) => {
      const { words } = this.#backing;
      for (const [at3, word] of words.entries()) {
        if (ownerOf(word) === before2) words[at3] = now;
      }
    });
  }
  /**
   * Acquires the lock for reading, as soon as no writer holds it or waits.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using _held = await board.acquireRead();
   * equal(board.locked(), true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  async acquireRead(options) {
    const timeoutMs = timeoutOf(options, "read");
    options?.signal?.throwIfAborted();
    if (this.#fairness.isOwed && timeoutMs > 0) {
      await this.#fairness.give(options?.signal);
    }
    const at3 = this.#tryRead();
    if (at3 >= 0) return this.#readGuard(at3);
    return await this.#enter(read2(this.#backing), timeoutMs, options);
  }
  /**
   * Acquires the lock for reading, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using _held = board.acquireReadSync();
   * equal(board.locked(), true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  acquireReadSync(options) {
    const timeoutMs = timeoutOf(options, "read");
    options?.signal?.throwIfAborted();
    const at3 = this.#tryRead();
    if (at3 >= 0) return this.#readGuard(at3);
    return this.#enterSync(read2(this.#backing), timeoutMs, options);
  }
  /**
   * Acquires the lock for writing, as soon as all holders have released it.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using held = await board.acquireWrite({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait, and what ends the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  async acquireWrite(options) {
    const timeoutMs = timeoutOf(options, "write");
    options?.signal?.throwIfAborted();
    if (this.#fairness.isOwed && timeoutMs > 0) {
      await this.#fairness.give(options?.signal);
    }
    if (!this.#tryLock()) {
      return await this.#enter(write3(this.#backing), timeoutMs, options);
    }
    if (this.#isEmpty()) return this.#writeGuard();
    return await this.#enter(awaitReaders(), timeoutMs, options);
  }
  /**
   * Acquires the lock for writing, and blocks this thread until it can.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const board = new RwLock();
   * using held = board.acquireWriteSync({ timeout: 100 });
   * equal(held !== null, true);
   * ```
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns A guard that releases the lock, or `null` if the wait timed out.
   * @throws {AbandonedError} If a writer died while it held the lock; the lock
   * is then free.
   */
  acquireWriteSync(options) {
    const timeoutMs = timeoutOf(options, "write");
    options?.signal?.throwIfAborted();
    if (!this.#tryLock()) {
      return this.#enterSync(write3(this.#backing), timeoutMs, options);
    }
    if (this.#isEmpty()) return this.#writeGuard();
    return this.#enterSync(awaitReaders(), timeoutMs, options);
  }
  /** The word of the new reader, or -1. */
  #tryRead() {
    const { words, me, block } = this.#backing;
    const at3 = readerAt(me % READERS_MAX);
    if (Atomics.compareExchange(words, at3, 0, me) !== 0) {
      return runNow(block, tryRead(me));
    }
    if (Atomics.load(words, WORD) === FREE) return at3;
    runNow(block, leaveRead(at3));
    return -1;
  }
  /** Acquires the mutex of the writers, if it is free. */
  #tryLock() {
    const { words, me } = this.#backing;
    return Atomics.compareExchange(words, WORD, FREE, me) === FREE;
  }
  #isEmpty() {
    const { words } = this.#backing;
    for (let reader = 0; reader < READERS_MAX; reader++) {
      if (Atomics.load(words, readerAt(reader)) !== 0) return false;
    }
    return true;
  }
  async #enter(steps, timeoutMs, options) {
    const limit = limitOf(timeoutMs, options?.signal);
    const entry = await this.#runner.run(steps, limit);
    if (entry.at < 0 && !entry.isAbandoned) options?.signal?.throwIfAborted();
    return this.#accept(entry, options);
  }
  #enterSync(steps, timeoutMs, options) {
    const entry = this.#runner.runSync(steps, limitOf(timeoutMs));
    return this.#accept(entry, options);
  }
  #accept({ at: at3, isAbandoned }, options) {
    const guard = at3 < 0 ? null : at3 === WORD ? this.#writeGuard() : this.#readGuard(at3);
    if (!isAbandoned || options?.abandoned === "take") return guard;
    guard?.[Symbol.dispose]();
    throw abandonedError("acquire the lock", "the lock is free now");
  }
  #readGuard(at3) {
    return new Guard({
      release: () => this.#leaveRead(at3)
    });
  }
  #leaveRead(at3) {
    const { words, block } = this.#backing;
    Atomics.store(words, at3, 0);
    if (Atomics.load(words, WORD) !== FREE) wake(block, at3, 1);
  }
  #writeGuard() {
    return new Guard({
      release: () => this.#leaveWrite()
    });
  }
  #leaveWrite() {
    const { words, me, block } = this.#backing;
    if (Atomics.compareExchange(words, WORD, me, FREE) === me) return;
    runNow(block, giveBack());
    this.#fairness.owe();
  }
  /**
   * Whether any process holds the lock at this moment.
   *
   * @example Usage
   * ```ts
   * import { RwLock } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * equal(new RwLock().locked(), false);
   * ```
   *
   * @returns Whether readers or a writer hold it.
   */
  locked() {
    const { words } = this.#backing;
    return this.readers > 0 || ownerOf(Atomics.load(words, WORD)) !== 0;
  }
  /** How many readers hold the lock at this moment. */
  get readers() {
    const { words } = this.#backing;
    const slots = words.subarray(readerAt(0), readerAt(READERS_MAX));
    return slots.reduce((count2, reader) => count2 + Number(reader !== 0), 0);
  }
  /**
   * The handle by which another process gets the lock.
   * @ignore
   */
  [HANDLE](destination, delivery = UNTRACKED) {
    const block = rwlocks.handle(this.#backing, this, destination, delivery);
    return {
      kind: "rwlock",
      block
    };
  }
  #describe() {
    if (this.#backing.unavailable !== void 0) return "<RwLock unavailable>";
    return `<RwLock readers=${this.readers} locked=${this.locked()}>`;
  }
  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")]() {
    return this.#describe();
  }
  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.#describe();
  }
};
var SELF12 = RwLock;
var placeRwLock = placer(RwLock);
function createRwLock(place2) {
  return placeRwLock({
    place: place2
  });
}
function rehydrateRwLock(handle2) {
  return rwlocks.rehydrate(handle2.block, placeRwLock);
}

// lib/wire/protocol/captured.ts
var CAPTURED = "(captured)";

// lib/functions/tokens.ts
var SPACE = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
var WORD2 = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
var NUMBER = /0[xXoObB][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
var STRING = /'(?:[^'\\\n]|\\(?:\r\n|[\s\S]))*'|"(?:[^"\\\n]|\\(?:\r\n|[\s\S]))*"/y;
var REGEX = /\/(?:[^\\/[\n]|\\[^\n]|\[(?:[^\\\]\n]|\\[^\n])*\])+\/[\p{ID_Continue}$]*/uy;
var MARK2 = />>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()[\];,<>+\-*/%&|^!~?:=.@]/y;
var TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
var WORDS = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
function wordsIn(text2) {
  return text2.match(WORDS) ?? [];
}
var BEFORE_OPERAND = new Set("return typeof case do else in instanceof new void delete throw yield await of".split(" "));
var CLOSER = {
  "(": ")",
  "[": "]",
  "{": "}",
  "${": "}"
};
function tokensOf(source, extent = "function") {
  const reader = new Tokenizer(source, extent === "module");
  while (reader.next()) {
  }
  return reader.isSure ? reader.tokens : null;
}
var Tokenizer = class {
  tokens = [];
  #source;
  #at = 0;
  #isFirstInLine = false;
  #hasFailed = false;
  /** The indices of the brackets that are open. */
  #open = [];
  /** Whether a brace that closed a block ends a statement. */
  #endsStatements;
  constructor(source, endsStatements) {
    this.#source = source;
    this.#endsStatements = endsStatements;
  }
  /** Whether all was understood. */
  get isSure() {
    return !this.#hasFailed && this.#open.length === 0;
  }
  /** Reads one more token; false at the end. */
  next() {
    const space = this.#match(SPACE) ?? "";
    this.#isFirstInLine = /[\n\r\u2028\u2029]/.test(space);
    if (this.#hasFailed || this.#at >= this.#source.length) return false;
    const start = this.#source[this.#at];
    if (start === "`") this.#template("`");
    else if (start === "/") this.#slash();
    else if (this.#isNumber()) this.#add("literal", this.#match(NUMBER));
    else if (start === '"' || start === "'") {
      this.#add("literal", this.#match(STRING));
    } else if (!this.#tryWord()) this.#mark(this.#match(MARK2));
    return true;
  }
  #match(pattern) {
    pattern.lastIndex = this.#at;
    const text2 = pattern.exec(this.#source)?.[0] ?? null;
    if (text2 !== null) this.#at += text2.length;
    return text2;
  }
  #add(kind, text2) {
    if (text2 === null) {
      this.#hasFailed = true;
      return;
    }
    const at3 = this.#at - text2.length;
    const isFirstInLine = this.#isFirstInLine;
    this.tokens.push({
      kind,
      text: text2,
      at: at3,
      isFirstInLine,
      pair: -1
    });
  }
  #isNumber() {
    return /^\.?\d/.test(this.#source.slice(this.#at, this.#at + 2));
  }
  #tryWord() {
    const word = this.#match(WORD2);
    if (word !== null) this.#add("word", word);
    return word !== null;
  }
  #mark(text2) {
    this.#add("mark", text2);
    if (text2 === null) return;
    if (text2 in CLOSER) this.#open.push(this.tokens.length - 1);
    else if (text2 === ")" || text2 === "]" || text2 === "}") this.#close(text2);
  }
  #close(text2) {
    const index = this.#open.pop();
    const opener = this.tokens[index ?? -1];
    if (opener === void 0 || CLOSER[opener.text] !== text2) {
      this.#hasFailed = true;
      return;
    }
    opener.pair = this.tokens.length - 1;
    this.tokens.at(-1).pair = index;
    if (opener.text === "${") this.#template("");
  }
  /** Reads the text of a template, from its beginning or after an expression. */
  #template(opening) {
    this.#at += opening.length;
    const text2 = this.#match(TEMPLATE);
    if (text2 === null || !text2.endsWith("${")) {
      return this.#add("literal", text2);
    }
    this.#at -= 2;
    this.#add("literal", text2.slice(0, -2));
    this.#at += 2;
    this.#mark("${");
  }
  #slash() {
    const isRegex = this.#beginsRegex();
    if (isRegex === null) this.#hasFailed = true;
    else if (isRegex) this.#add("literal", this.#match(REGEX));
    else this.#mark(this.#match(MARK2));
  }
  /** Whether a slash here begins a regular expression; null where that is open. */
  #beginsRegex() {
    const before2 = this.tokens.at(-1);
    if (before2 === void 0) return true;
    if (before2.kind === "literal") return false;
    if (before2.kind === "word") return BEFORE_OPERAND.has(before2.text);
    switch (before2.text) {
      case "]":
      case "++":
      case "--":
        return false;
      case "}":
        return this.#endsStatements ? this.#isBlock(before2.pair) : null;
      case ")": {
        const head = this.tokens[before2.pair - 1]?.text ?? "";
        return [
          "if",
          "while",
          "for",
          "with"
        ].includes(head);
      }
      default:
        return true;
    }
  }
  /** Whether a brace opens a block or a body; null where it may be an object. */
  #isBlock(open2) {
    const before2 = this.tokens[open2 - 1];
    if (before2 === void 0 || before2.text === ":") {
      return before2 === void 0 ? true : null;
    }
    if (before2.kind === "word") return !BEFORE_OPERAND.has(before2.text);
    return [
      ")",
      "{",
      "}",
      ";",
      "=>"
    ].includes(before2.text);
  }
};

// lib/functions/closed_text.ts
var KEYWORDS = new Set("async await break case catch const continue debugger default delete do else false finally for function if in instanceof let new null return switch throw true try typeof undefined var void while yield".split(" "));
var REACHING = new Set("arguments class eval import super this with".split(" "));
var GLOBALS = new Set("AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float16Array Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt".split(" "));
function isClosed(source) {
  return usesOnly(source, GLOBALS);
}
function usesOnly(source, names3) {
  const tokens = tokensOf(source);
  if (tokens === null || tokens.some(({ text: text2 }) => REACHING.has(text2))) {
    return false;
  }
  return [
    ...freeIn(tokens)
  ].every((word) => names3.has(word));
}
function freeWords(source) {
  const tokens = tokensOf(source);
  const isUnclear = tokens === null || tokens.some(({ text: text2 }) => text2 === "eval" || text2 === "with");
  if (!isUnclear) return freeIn(tokens);
  return new Set(wordsIn(source)).difference(KEYWORDS);
}
function freeIn(tokens) {
  const scopes = new Declarations(tokens).all;
  const keys = keysOf(tokens);
  const words = tokens.flatMap(({ kind, text: text2 }, i) => {
    const isOwn = kind !== "word" || KEYWORDS.has(text2) || keys.has(i) || scopes.some(({ from, to, names: names3 }) => from <= i && i <= to && names3.has(text2));
    return isOwn ? [] : [
      text2
    ];
  });
  return new Set(words);
}
function keysOf(tokens) {
  const keys = /* @__PURE__ */ new Set();
  const pending = [
    0
  ];
  for (const [i, { kind, text: text2 }] of tokens.entries()) {
    if (text2 in {
      "(": 0,
      "[": 0,
      "{": 0,
      "${": 0
    }) pending.push(0);
    else if (text2 === ")" || text2 === "]" || text2 === "}") pending.pop();
    else if (text2 === "?" || text2 === "case") pending[pending.length - 1]++;
    else if (text2 === ":" && pending.at(-1) > 0) {
      pending[pending.length - 1]--;
    } else if (kind === "word" && isKey(tokens, i, pending.at(-1))) {
      keys.add(i);
    }
  }
  return keys;
}
function isKey(tokens, i, pending) {
  const before2 = tokens[i - 1]?.text;
  const after = tokens[i + 1]?.text;
  if (before2 === "." || before2 === "?.") return tokens[i - 2]?.text !== "new";
  if (isOf(tokens, i) || isJumpsLabel(tokens, i)) return true;
  const beginsPart = before2 === void 0 || [
    "{",
    ",",
    ";",
    "}"
  ].includes(before2);
  if (after === ":") return beginsPart && pending === 0;
  return after === "(" && isMethod(tokens, i);
}
function isOf(tokens, i) {
  const { text: text2, isFirstInLine } = tokens[i];
  const before2 = tokens[i - 1];
  if (text2 !== "of" || isFirstInLine || before2 === void 0) return false;
  return before2.kind === "word" ? !KEYWORDS.has(before2.text) : before2.text === "]" || before2.text === "}";
}
function isJumpsLabel(tokens, i) {
  const before2 = tokens[i - 1]?.text;
  return (before2 === "break" || before2 === "continue") && !tokens[i].isFirstInLine;
}
var BEFORE_METHOD = /* @__PURE__ */ new Set([
  "{",
  "}",
  ",",
  ";",
  "*",
  "get",
  "set",
  "static",
  "async"
]);
function isMethod(tokens, i) {
  const before2 = tokens[i - 1]?.text;
  const isPlaced = before2 === void 0 || BEFORE_METHOD.has(before2);
  const closing = tokens[i + 1].pair;
  const body = tokens[closing + 1];
  return isPlaced && !KEYWORDS.has(tokens[i].text) && body?.text === "{" && !body.isFirstInLine;
}
var Declarations = class {
  all = [];
  #tokens;
  constructor(tokens) {
    this.#tokens = tokens;
    for (const [i, { kind, text: text2 }] of tokens.entries()) {
      if (text2 === "=>") this.#arrow(i);
      else if (kind !== "word") continue;
      else if (text2 === "function") this.#function(i);
      else if (text2 === "catch") this.#head(i + 1);
      else if (text2 === "let" || text2 === "const" || text2 === "var") {
        this.#variables(i);
      } else if (this.#text(i + 1) === "(" && isMethod(tokens, i)) {
        this.#head(i + 1);
      }
    }
  }
  #text(i) {
    return this.#tokens[i]?.text;
  }
  #declare(from, to, names3) {
    this.all.push({
      from,
      to,
      names: new Set(names3)
    });
  }
  #function(i) {
    let at3 = i + 1;
    if (this.#text(at3) === "*") at3++;
    const hasName = this.#tokens[at3]?.kind === "word";
    const body = this.#head(hasName ? at3 + 1 : at3);
    if (!hasName || body === null) return;
    const first2 = this.#text(i - 1) === "async" ? i - 1 : i;
    const before2 = this.#text(first2 - 1);
    const isDeclaration = first2 > 0 && [
      ";",
      "{",
      "}"
    ].includes(before2 ?? "");
    const [from, to] = isDeclaration ? this.#block(i) : [
      i,
      body
    ];
    this.#declare(from, to, [
      this.#text(at3)
    ]);
  }
  /** Declares what stands in `(...)`, for it and the body behind; gives its end. */
  #head(open2) {
    if (this.#text(open2) !== "(") return null;
    const close2 = this.#tokens[open2].pair;
    if (this.#text(close2 + 1) !== "{") return null;
    const end2 = this.#tokens[close2 + 1].pair;
    this.#declare(open2, end2, this.#patterns(open2 + 1, close2));
    return end2;
  }
  #arrow(i) {
    const last = this.#tokens[i - 1];
    const from = last.text === ")" ? last.pair : i - 1;
    const names3 = last.text === ")" ? this.#patterns(from + 1, i - 1) : [
      last.text
    ];
    const to = this.#text(i + 1) === "{" ? this.#tokens[i + 1].pair : this.#endOfExpression(i + 1);
    this.#declare(from, to, names3);
  }
  #variables(i) {
    const names3 = [];
    for (let at3 = i + 1; ; ) {
      const end2 = this.#endOfPattern(at3);
      names3.push(...this.#pattern(at3, end2));
      const comma = this.#text(end2) === "=" ? this.#endOfExpression(end2 + 1) + 1 : end2;
      if (this.#text(comma) !== ",") break;
      at3 = comma + 1;
    }
    const [from, to] = this.#block(i);
    this.#declare(from, to, names3);
  }
  /** The names that patterns between two tokens bind. */
  #patterns(from, to) {
    const names3 = [];
    for (let at3 = from; at3 < to; ) {
      const end2 = this.#endOfPattern(at3);
      names3.push(...this.#pattern(at3, end2));
      at3 = this.#endOf(end2, to, ",") + 1;
    }
    return names3;
  }
  #pattern(at3, end2) {
    const { kind, text: text2, pair } = this.#tokens[at3] ?? {
      kind: "mark",
      text: "",
      pair: -1
    };
    if (text2 === "...") return this.#pattern(at3 + 1, end2);
    if (text2 === "[") return this.#patterns(at3 + 1, pair);
    if (text2 === "{") return this.#fields(at3 + 1, pair);
    return kind === "word" ? [
      text2
    ] : [];
  }
  #fields(from, to) {
    const names3 = [];
    for (let at3 = from; at3 < to; ) {
      const end2 = this.#endOf(at3, to, ",");
      const keyEnd = this.#text(at3) === "[" ? this.#tokens[at3].pair : at3;
      const first2 = this.#text(keyEnd + 1) === ":" ? keyEnd + 2 : at3;
      names3.push(...this.#pattern(first2, end2));
      at3 = end2 + 1;
    }
    return names3;
  }
  #endOfPattern(at3) {
    if (this.#text(at3) === "...") return this.#endOfPattern(at3 + 1);
    const pair = this.#tokens[at3]?.pair ?? -1;
    return (pair > at3 ? pair : at3) + 1;
  }
  /** The first such mark from `at` on that is in no bracket, or `to`. */
  #endOf(at3, to, mark2) {
    for (let i = at3; i < to; i++) {
      const { text: text2, pair } = this.#tokens[i];
      if (text2 === mark2) return i;
      if (pair > i) i = pair;
    }
    return to;
  }
  /** The last token of an expression; a new line ends it, which is too soon at worst. */
  #endOfExpression(at3) {
    for (let i = at3; i < this.#tokens.length; i++) {
      const { text: text2, pair, isFirstInLine } = this.#tokens[i];
      if (i > at3 && isFirstInLine) return i - 1;
      if ([
        ",",
        ";",
        ")",
        "]",
        "}"
      ].includes(text2)) return i - 1;
      if (pair > i) i = pair;
    }
    return this.#tokens.length - 1;
  }
  /** The stretch in which a declaration at `i` holds. */
  #block(i) {
    let open2 = i - 1;
    while (open2 >= 0 && !(this.#tokens[open2].pair > i)) open2--;
    if (open2 < 0) return [
      0,
      this.#tokens.length - 1
    ];
    const close2 = this.#tokens[open2].pair;
    if (this.#text(open2) !== "(") return [
      open2,
      close2
    ];
    const isBlock = this.#text(close2 + 1) === "{";
    return [
      open2,
      isBlock ? this.#tokens[close2 + 1].pair : this.#endOfExpression(close2 + 1)
    ];
  }
};

// lib/functions/export_identity.ts
function soughtBy(spec, itself) {
  const isKnown = spec.kind === "nothing" || spec.kind === "address" || spec.kind === "captured" || spec.match.by === "text" || spec.module === null;
  return isKnown || itself === void 0 ? void 0 : {
    itself,
    module: spec.module
  };
}
var QUESTION_HEAD = 3;
var ANSWER_MS = 1e4;
var subjectsOf = /* @__PURE__ */ new WeakMap();
var asked2 = /* @__PURE__ */ new Map();
var tickets = 0;
var isOpen2 = false;
function answerTo(child, subjects) {
  subjectsOf.set(child, subjects);
  open();
}
function open() {
  if (isOpen2) return;
  isOpen2 = true;
  receive("which", (body, from) => {
    if (from !== parentPeer()) return answer(questionIn(body), from);
    takeReply(body.value);
  });
}
function questionIn(body) {
  const value = body instanceof Uint8Array ? null : body.value;
  const isSound = Array.isArray(value) && value.length > QUESTION_HEAD && Number.isSafeInteger(value[0]) && Number.isSafeInteger(value[1]) && value.slice(2).every((part) => typeof part === "string");
  if (isSound) return value;
  throw new RangeError("Cannot read a message: it is no question");
}
async function askIdentity(subject, module, names3) {
  open();
  const ticket = tickets++;
  const { promise, resolve } = Promise.withResolvers();
  asked2.set(ticket, resolve);
  const timer = setTimeout(() => resolve({
    kind: "silent"
  }), ANSWER_MS);
  const question = [
    ticket,
    subject,
    module,
    ...names3
  ];
  parentPeer().post("which", plain(question));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    asked2.delete(ticket);
  }
}
function takeReply([ticket, kind, name]) {
  asked2.get(ticket)?.(kind === "export" ? {
    kind,
    name
  } : {
    kind
  });
}
function answer([ticket, subject, module, ...names3], from) {
  const reply = ({ kind, name = "" }) => from.post("which", plain([
    ticket,
    kind,
    name
  ]));
  const sought = subjectsOf.get(from)?.(subject);
  if (sought === void 0) return reply({
    kind: "unknown"
  });
  if (module !== sought.module) {
    throw new RangeError(`Cannot answer which function of ${module} is meant as it is of another module`);
  }
  exportOf(sought, names3).then(reply).catch((error) => from.broken(error));
}
async function exportOf({ itself, module }, names3) {
  const namespace = await namespaceOf(module);
  if (namespace !== null) {
    const name = nameIn(namespace, itself);
    return name === null ? {
      kind: "none"
    } : {
      kind: "export",
      name
    };
  }
  const source = Function.prototype.toString.call(itself);
  return isClosed(source) ? {
    kind: "export",
    name: names3[0]
  } : {
    kind: "unknown"
  };
}
function exportedName(module, sought) {
  const namespace = namespaceAtHand(module);
  return namespace === null ? void 0 : nameIn(namespace, sought);
}
function nameIn(namespace, sought) {
  for (const name of Reflect.ownKeys(namespace)) {
    try {
      if (namespace[name] === sought) return name;
    } catch {
    }
  }
  return null;
}
function plain(value) {
  return {
    form: "clone",
    value,
    placeholders: null
  };
}

// lib/functions/text_origins.ts
var origins = /* @__PURE__ */ new WeakMap();
var standIns = /* @__PURE__ */ new WeakMap();
function setOrigin(made4, module) {
  origins.set(made4, module);
}
function originOf(made4) {
  return origins.get(made4);
}
function markStandIn(made4, standIn) {
  standIns.set(made4, standIn);
  return made4;
}
function standInOf(thing) {
  return standIns.get(thing) ?? null;
}

// lib/functions/text_function.ts
function withModule(source, module, load2) {
  if (!/\bimport\b/.test(source)) return {
    source,
    scope: {}
  };
  const tokens = tokensOf(source);
  if (tokens === null) {
    throw new ProcessError("Cannot run a function from its text as it says `import` and cannot be read without doubt: export it, or move the import out of it");
  }
  const [call, meta] = [
    unused("importAs", source),
    unused("metaAs", source)
  ];
  let text2 = "";
  let at3 = 0;
  const scope = {};
  for (const [i, token] of tokens.entries()) {
    const kind = kindOf(tokens, i);
    if (kind === null) continue;
    const last = kind === "meta" ? tokens[i + 2] : token;
    text2 += source.slice(at3, token.at) + (kind === "meta" ? meta : call);
    at3 = last.at + last.text.length;
    if (kind === "meta") scope[meta] = metaStandIn(module);
    else scope[call] = importStandIn(module, load2);
  }
  return {
    source: text2 + source.slice(at3),
    scope
  };
}
function kindOf(tokens, i) {
  const before2 = tokens[i - 1]?.text;
  if (tokens[i].text !== "import" || before2 === "." || before2 === "?.") {
    return null;
  }
  const [next, word] = [
    tokens[i + 1]?.text,
    tokens[i + 2]?.text
  ];
  if (next === "." && word === "meta") return "meta";
  const behind = tokens[(tokens[i + 1]?.pair ?? -1) + 1]?.text;
  return next === "(" && behind !== "{" ? "call" : null;
}
function unused(name, source) {
  return source.includes(name) ? unused(`${name}_`, source) : name;
}
function isRelative(specifier) {
  return /^\.{0,2}\//.test(specifier);
}
function importStandIn(module, load2) {
  const standIn = async (specifier, options) => {
    const wanted = String(specifier);
    return await load2(isRelative(wanted) ? resolved(wanted, module) : wanted, options);
  };
  return markStandIn(standIn, {
    form: "call",
    module
  });
}
function resolved(specifier, module) {
  if (module !== null && URL.canParse(specifier, module)) {
    return new URL(specifier, module).href;
  }
  throw new ProcessError(`Cannot import "${specifier}" in a function that travels as text as ${module === null ? "the module that it comes from has no address" : `nothing is relative to ${module}`}: give an absolute URL`);
}
function metaStandIn(module) {
  if (module === null) {
    throw new ProcessError("Cannot run a function from its text as it says `import.meta`, and the module that it comes from has no address: give it what it needs as an argument");
  }
  const path = module.startsWith("file:") ? decodeURIComponent(new URL(module).pathname) : void 0;
  const meta = {
    url: module,
    main: false,
    filename: path,
    dirname: path && (path.slice(0, path.lastIndexOf("/")) || "/"),
    resolve: (specifier) => isRelative(specifier) ? resolved(specifier, module) : import.meta.resolve(specifier)
  };
  return markStandIn(meta, {
    form: "meta",
    module
  });
}

// lib/functions/rebuild.ts
async function rebuild(code, values, loaders) {
  const rebuilding = new Rebuilding(code, values);
  await rebuilding.load(loaders);
  return rebuilding.make();
}
var USE_STRICT = `"use strict";`;
var CLOSE = {
  closed: Object.preventExtensions,
  sealed: Object.seal,
  frozen: Object.freeze
};
var Rebuilding = class {
  #code;
  #values;
  #made = [];
  #makers = [];
  /** Gives the private fields of classes their values. */
  #later = [];
  /** By each part, what gives it to a variable or a container that holds it. */
  #setters = /* @__PURE__ */ new Map();
  constructor(code, values) {
    this.#code = code;
    this.#values = values;
  }
  /** Imports what is to be imported. */
  async load(loaders) {
    await Promise.all(this.#code.parts.map(async (part, i) => {
      if (part.kind === "export") this.#made[i] = await exported(part, loaders);
    }));
  }
  make() {
    this.#evaluate();
    this.#addSetters();
    const { parts, classes } = this.#code;
    const isClass = new Set(classes);
    for (const [i, part] of parts.entries()) {
      if (isClass.has(i)) continue;
      this.#made[i] = this.#makeOne(part, i);
      this.#bind(i);
    }
    for (const i of classes) {
      this.#made[i] = this.#makeOne(parts[i], i);
      this.#bind(i);
    }
    this.#fill();
    return this.#made[0];
  }
  #makeOne(part, i) {
    switch (part.kind) {
      case "export":
        return this.#made[i];
      case "global":
        return globalAt(part.path);
      case "symbol":
        return part.isWellKnown ? Symbol[part.name] : Symbol.for(part.name);
      case "import":
        return part.form === "call" ? importStandIn(part.module, importFrom) : metaStandIn(part.module);
      case "text": {
        const made4 = this.#makers[i]();
        setOrigin(made4, part.module);
        return made4;
      }
      default:
        return unreachable(part);
    }
  }
  #addSetter(part, set) {
    const setters = this.#setters.get(part);
    if (setters === void 0) this.#setters.set(part, [
      set
    ]);
    else setters.push(set);
  }
  #addSetters() {
    for (const [container, key, part] of this.#values.places) {
      this.#addSetter(part, (made4) => {
        container[key] = made4;
      });
    }
    for (const [instance, part] of this.#values.instances) {
      this.#addSetter(part, (made4) => {
        const { prototype } = made4;
        Object.setPrototypeOf(instance, prototype);
      });
    }
  }
  /** Gives a part to the variables and containers that hold it. */
  #bind(part) {
    const made4 = this.#made[part];
    this.#nameClass(part, made4);
    for (const set of this.#setters.get(part) ?? []) set(made4);
  }
  /** Has instances of a class keep it when they are sent. */
  #nameClass(part, made4) {
    const about = this.#code.parts[part];
    if (about.kind !== "text" && about.kind !== "export") return;
    if (about.className === null || typeof made4 !== "function") return;
    knowClass(about.className, made4.prototype);
  }
  #fill() {
    for (const [target, content] of this.#values.fills) {
      if (target instanceof Set) {
        for (const member of content) target.add(member);
      } else {
        for (let i = 0; i < content.length; i += 2) {
          target.set(content[i], content[i + 1]);
        }
      }
    }
    for (const bare of this.#values.bare) Object.setPrototypeOf(bare, null);
    this.#addExtras();
    for (const [part, of, enumerable, fields] of this.#values.fields) {
      const made4 = this.#made[part];
      const holder = of === "itself" ? made4 : made4.prototype;
      for (const [key, value] of Object.entries(fields)) {
        Object.defineProperty(holder, key, {
          value,
          writable: true,
          enumerable,
          configurable: true
        });
      }
    }
    for (const set of this.#later) set();
    for (const [closed, how] of this.#values.integrity) CLOSE[how](closed);
  }
  #addExtras() {
    for (const [holder, key, enumerable, value] of this.#values.extras) {
      const name = typeof key === "number" ? this.#made[key] : key;
      const own = Object.hasOwn(holder, name) ? {} : {
        enumerable,
        writable: true,
        configurable: true
      };
      Object.defineProperty(holder, name, {
        value,
        ...own
      });
    }
  }
  #evaluate() {
    const { parts, scopes } = this.#code;
    const all = parts.flatMap((part) => part.kind === "text" ? [
      part.text
    ] : []).join();
    const prefix = unused("captured", all);
    const writer = new SourceWriter(prefix, parts, scopes, this.#values.values);
    const run = new Function(...[
      "values",
      "makers",
      "made",
      "bind",
      "method",
      "standIns",
      "later"
    ].map((name) => `${prefix}_${name}`), writer.text());
    run(this.#values.values, this.#makers, this.#made, (part, set) => this.#addSetter(part, set), methodOf, writer.standIns, this.#later);
  }
};
var SourceWriter = class {
  /** What is in place of `import` in a text. */
  standIns = [];
  #prefix;
  #parts;
  #scopes;
  #values;
  constructor(prefix, parts, scopes, values) {
    this.#prefix = prefix;
    this.#parts = parts;
    this.#scopes = scopes;
    this.#values = values;
  }
  text() {
    const isStrict = this.#parts.every((part) => part.kind !== "text" || !part.isSloppy);
    return `${isStrict ? USE_STRICT : ""}${this.#inside(null)}`;
  }
  /** The texts and the scopes in a scope, or in none. */
  #inside(scope) {
    const texts = this.#parts.map((part, i) => part.kind === "text" && part.scope === scope ? this.#maker(part, i) : "");
    const scopes = this.#scopes.map((each, i) => each.parent === scope ? this.#scope(each, i) : "");
    return texts.join("") + scopes.join("");
  }
  #scope({ variables }, scope) {
    const prefix = this.#prefix;
    const declared = variables.map(([name, holds, index]) => holds === "value" ? `${name}=${prefix}_values[${index}]` : name);
    const bound = variables.map(([name, holds, index]) => holds === "part" ? `${prefix}_bind(${index},(${prefix})=>{${name}=${prefix}});` : "");
    return `(function(){let ${declared};${bound.join("")}${this.#inside(scope)}})();`;
  }
  #maker(part, i) {
    const { form, name, parent, module, isSloppy } = part;
    const prefix = this.#prefix;
    const { source, scope } = withModule(this.#withPrivates(part), module, importFrom);
    this.standIns[i] = scope;
    const names3 = Object.keys(scope);
    const given = names3.map((each) => `const ${each}=${prefix}_standIns[${i}].${each};`);
    if (parent !== null) {
      given.push(`const ${parent[0]}=${prefix}_made[${parent[1]}];`);
    }
    const key = JSON.stringify(name);
    const made4 = form === "method" ? `${prefix}_method({${source}
})` : name === "" ? `(${source}
)` : `({[${key}]:(${source}
)})[${key}]`;
    const mode = isSloppy ? "" : USE_STRICT;
    return `${prefix}_makers[${i}]=()=>{${mode}${given.join("")}return ${made4}};`;
  }
  /**
   * The text of a class that gives its own private fields their values, once all that
   * these hold has been made.
   */
  #withPrivates({ text: text2, privates }) {
    if (privates === null) return text2;
    const values = `${this.#prefix}_values[${privates}]`;
    const fields = Object.keys(this.#values[privates]);
    const sets = fields.map((name) => `this.${name}=${values}[${JSON.stringify(name)}];`);
    return `${text2.slice(0, -1)}
static{${this.#prefix}_later.push(()=>{${sets.join("")}})}}`;
  }
};
function methodOf(holder) {
  const [key] = Reflect.ownKeys(holder);
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key);
  return value ?? get ?? set;
}
function globalAt(path) {
  let found = globalThis;
  for (const name of path) found = found[name];
  return found;
}
async function exported({ module, from, key, text: text2 }, loaders) {
  const namespace = from === null ? await loadModule(module, loaders) : await hooks.load(() => importAs(module, from));
  if (key === null) return namespace;
  if (!(key in namespace)) {
    throw new ProcessError(`Cannot use "${key}" of ${module} as the module exports ${Object.keys(namespace).join(", ") || "nothing"} here: export it in every process, or give it in the option \`scope\``);
  }
  const found = namespace[key];
  const isOther = text2 !== null && (typeof found !== "function" || Function.prototype.toString.call(found) !== text2);
  if (!isOther) return found;
  throw new ProcessError(`Cannot use "${key}" of ${module} as the module exports another function under this name here: give it in the option \`scope\``);
}
var imported = 0;
async function importAs(specifier, parentURL) {
  const { registerHooks } = process.getBuiltinModule("node:module");
  const standIn = `multiprocessing:import/${imported++}`;
  const registered = registerHooks({
    resolve: (wanted, context, next) => wanted === standIn ? next(specifier, {
      ...context,
      parentURL
    }) : next(wanted, context)
  });
  try {
    return await import(standIn);
  } finally {
    registered.deregister();
  }
}

// lib/functions/slow_resolve.ts
async function findSlowly(spec, exports, scope, { loaders, subject }) {
  switch (spec.kind) {
    case "address":
      throw new ProcessError(notFunction(exports, spec));
    case "captured":
      return await rebuild(spec.code, scope[CAPTURED], loaders);
    case "function":
      return await exportFor(exports, spec, subject) ?? fromText(spec, exports, scope);
    default:
      return unreachable(spec);
  }
}
function notFunction(exports, { module, name }) {
  return `Cannot run "${name || "anonymous"}" of ${module} as it must be an exported function: the module exports ${Object.keys(exports).join(", ") || "nothing"}`;
}
function notExported(exports, spec) {
  const { name, module } = spec;
  return typeof exports[name] === "function" ? `Cannot run "${name || "anonymous"}" of ${module} as the module exports another function under this name: give the export itself, or its address { module, name }` : notFunction(exports, spec);
}
async function exportFor(exports, spec, subject) {
  const { module } = spec;
  const found = byName(exports, spec);
  if (found !== void 0 || module === null) return found;
  const names3 = namesOfAlike(exports, spec);
  if (names3.length === 0) return void 0;
  const answer2 = await askIdentity(subject, module, names3);
  switch (answer2.kind) {
    case "none":
      return void 0;
    case "export":
      if (names3.includes(answer2.name)) {
        return exports[answer2.name];
      }
      break;
    case "unknown":
    case "silent":
      break;
    default:
      answer2;
  }
  throw new AmbiguousTargetError(ambiguous(spec, names3, answer2.kind === "silent"));
}
function ambiguous({ kind, name, module }, names3, isSilent) {
  const why = isSilent ? "and the parent, which could tell, blocks and does not answer" : "and what it closes over may differ";
  return `Cannot tell which ${kind} "${name || "anonymous"}" is as ${listed(names3)} of ${module} ${names3.length === 1 ? "has" : "have"} the same text, ${why}: give its address { module, name }, export it under its own name, or give what it uses in the option \`scope\``;
}
function listed(names3) {
  const quoted = names3.map((name) => `"${name}"`);
  const word = quoted.length === 1 ? "the export" : "the exports";
  return `${word} ${quoted.join(", ")}`;
}
function fromText(spec, exports, scope) {
  const { name, source, module, match, certain } = spec;
  if (certain && match.by !== "text") {
    throw new ProcessError(notExported(exports, spec));
  }
  const home = withModule(source, module, importFrom);
  const target = evaluate(home.source, {
    ...scope,
    ...home.scope
  });
  return async (...args) => {
    try {
      return await target(...args);
    } catch (error) {
      const from = match.by === "text" ? match.from : void 0;
      if (error instanceof ReferenceError && from !== "whole") {
        error.message += ` (${whyUndefined(name, from === "session")})`;
      }
      throw error;
    }
  };
}
function evaluate(source, scope) {
  const build = (expression) => new Function(...Object.keys(scope), `"use strict"; return ${expression};`);
  const values = Object.values(scope);
  try {
    return build(`(${source})`)(...values);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return methodOf(build(`({ ${source} })`)(...values));
  }
}
function whyUndefined(name, isOfSession) {
  const which = `function "${name || "anonymous"}"`;
  return isOfSession ? `${which} takes along what lines and cells declare: declare it in one before, or give what it uses in the option \`scope\`, as the variables of a function around it` : `${which} is not exported by the module that made the process and so travels as text, without its module: export it, name its module in the option \`module\`, give what it uses in the option \`scope\`, or run the program with --allow-sys, and what it uses goes along`;
}

// lib/wire/serialization/remote_error.ts
function describeError(thrown, destination = "process") {
  try {
    return new Walk(destination).takeAnyway(thrown, "the thrown value");
  } catch {
    return withoutFields(thrown);
  }
}
function withoutFields(thrown) {
  const root = [
    "[Not sent: the thrown value cannot be read]"
  ];
  const error = attempt(() => isError(thrown), false);
  return {
    root,
    handles: [],
    errors: error ? [
      [
        root,
        "0",
        emptyRecord(thrown)
      ]
    ] : [],
    fills: []
  };
}
function rebuildError(data, where, rehydrate2 = (handle2) => handle2) {
  const thrown = fillPlaceholders(checkedPlaceholders(data), rehydrate2);
  if (!(thrown instanceof Error)) return thrown;
  const remote = new RemoteError(`Thrown ${where}`);
  hide(remote, "stack", thrown.stack || `${thrown.name}: ${thrown.message}`);
  if (Object.hasOwn(thrown, "cause")) hide(remote, "cause", thrown.cause);
  hide(thrown, "cause", remote);
  Error.captureStackTrace(thrown, rebuildError);
  return thrown;
}

// lib/functions/captured_data.ts
import { isArgumentsObject, isProxy as isProxy3 } from "node:util/types";

// lib/functions/intrinsics.ts
var paths = null;
function globalPathOf(value) {
  paths ??= allPaths();
  return paths.get(value) ?? lazyPathOf(value);
}
function lazyPathOf(value) {
  if (typeof value !== "function" || !NAMES3.has(value.name)) return null;
  const found = globalThis[value.name];
  return found === value ? [
    value.name
  ] : null;
}
function isNativeText(text2) {
  return /\{\s*\[native code\]\s*\}\s*$/.test(text2);
}
var NAMES3 = new Set("AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DataView Date DecompressionStream Deno DisposableStack Error EvalError Event EventTarget File FileReader FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessagePort Number Object Performance Promise Proxy RangeError ReadableStream ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer String SubtleCrypto SuppressedError Symbol SyntaxError Temporal TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream TypeError URIError URL URLPattern URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly WebSocket Worker WritableStream atob btoa clearImmediate clearInterval clearTimeout console crypto decodeURI decodeURIComponent encodeURI encodeURIComponent escape fetch globalThis isFinite isNaN navigator parseFloat parseInt performance process queueMicrotask reportError setImmediate setInterval setTimeout structuredClone unescape".split(" "));
var SPACES = /^[A-Z]|^(console|crypto|performance)$/;
function allPaths() {
  const found = /* @__PURE__ */ new Map();
  const add3 = (value, path) => {
    if (isThing(value) && !found.has(value)) found.set(value, path);
  };
  const roots = [];
  for (const [name, value] of dataOf(globalThis)) {
    if (!isThing(value) || !NAMES3.has(name)) continue;
    add3(value, [
      name
    ]);
    if (SPACES.test(name)) roots.push([
      value,
      [
        name
      ]
    ]);
  }
  for (const [root, path] of roots) {
    for (const [name, value] of dataOf(root)) {
      if (typeof value === "function") add3(value, [
        ...path,
        name
      ]);
    }
    const prototype = Object.getOwnPropertyDescriptor(root, "prototype")?.value;
    if (!isThing(prototype)) continue;
    for (const [name, value] of dataOf(prototype)) {
      if (typeof value === "function" && name !== "constructor") {
        add3(value, [
          ...path,
          "prototype",
          name
        ]);
      }
    }
  }
  return found;
}
function isThing(value) {
  return typeof value === "function" || typeof value === "object" && value !== null;
}
function* dataOf(thing) {
  for (const name of Object.getOwnPropertyNames(thing)) {
    const descriptor = Object.getOwnPropertyDescriptor(thing, name);
    if (descriptor !== void 0 && "value" in descriptor) {
      yield [
        name,
        descriptor.value
      ];
    }
  }
}

// lib/functions/captured_data.ts
var CapturedData = class {
  values = [];
  places = [];
  fills = [];
  instances = [];
  extras = [];
  integrity = [];
  fields = [];
  /** What all of it takes, roughly. */
  bytes = 0;
  #destination;
  #taker;
  #seen = /* @__PURE__ */ new Map();
  #copies = /* @__PURE__ */ new Map();
  /** Objects without a prototype, which structured clone gives one. */
  bare = [];
  /** Whether there is anything to do to an object once it has arrived. */
  #isToFinish = false;
  #given = [];
  constructor(destination, taker) {
    this.#destination = destination;
    this.#taker = taker;
  }
  /** Whether nothing was added. */
  get isEmpty() {
    return this.#given.length === 0;
  }
  /** Adds the value of a variable, and gives its number. */
  add(value, path) {
    this.#lookAtAll(value, path);
    const index = this.values.push(void 0) - 1;
    this.#given.push({
      value,
      put: (sent2) => this.values[index] = sent2
    });
    return index;
  }
  /** Adds fields of a function, or of its prototype. */
  addFields(part, of, isEnumerable, fields, path) {
    if (Object.keys(fields).length === 0) return;
    this.#lookAtAll(fields, path);
    this.#given.push({
      value: fields,
      put: (sent2) => this.fields.push([
        part,
        of,
        isEnumerable,
        sent2
      ])
    });
  }
  /** Copies what must be copied, once all has been added. */
  finish() {
    for (const { value, put: put3 } of this.#given) put3(this.#sent(value));
    const { values, places, fills, instances, bare } = this;
    const { extras, integrity, fields } = this;
    return {
      values,
      places,
      fills,
      instances,
      bare,
      extras,
      integrity,
      fields
    };
  }
  #lookAtAll(value, path) {
    try {
      this.#look(value, path, null, 0);
    } catch (error) {
      const isTooDeep = error instanceof RangeError && error.message === "Maximum call stack size exceeded";
      throw isTooDeep ? new EncodingError(path, TOO_DEEP) : error;
    }
  }
  /** Looks at a value; whether it is to be replaced by a part. */
  #look(value, path, around2, depth3) {
    if (isPart(value)) {
      this.#taker.partOf(value, path);
      if (around2 !== null) this.#markDirty(around2);
    } else if (typeof value === "object" && value !== null) {
      this.#lookInto(value, path, around2, depth3);
    } else {
      this.bytes += typeof value === "string" ? value.length : 8;
    }
  }
  #lookInto(value, path, around2, depth3) {
    const known8 = this.#seen.get(value);
    if (known8 !== void 0) {
      if (around2 === null) return;
      known8.around.push(around2);
      if (known8.isDirty) this.#markDirty(around2);
      return;
    }
    if (depth3 > DEPTH_MAX) {
      throw new EncodingError(`${path.slice(0, 200)}\u2026`, TOO_DEEP);
    }
    if (isProxy3(value)) {
      throw new EncodingError(path, "a Proxy; give what it stands for");
    }
    if (isArgumentsObject(value)) {
      throw new EncodingError(path, "the arguments of a function; take them as a rest parameter");
    }
    const kind = valueKindOf(value);
    const reason = reasonAgainst(value, kind, this.#destination);
    if (reason !== void 0) throw new EncodingError(path, reason);
    const type = MADE_ANEW.has(kind) ? this.#typeOf(value, path) : null;
    const isPlainList = isListOfPlain(value);
    const extras = isPlainList ? [] : this.#extrasOf(value, kind, path);
    const integrity = integrityOf(value, kind);
    const isBare = Object.getPrototypeOf(value) === null;
    if (type !== null || isBare || extras.length > 0 || integrity !== null) {
      this.#isToFinish = true;
    }
    const own = around2 === null ? [] : [
      around2
    ];
    const about = {
      isDirty: false,
      type,
      around: own,
      extras,
      integrity
    };
    this.#seen.set(value, about);
    if (isPlainList) {
      this.bytes += sizeOfList(value);
      return;
    }
    this.bytes += sizeOf(value);
    for (const [at3, part] of partsOf(value, kind, path) ?? []) {
      this.#look(part, at3, value, depth3 + 1);
    }
    for (const { at: at3, value: part } of extras) {
      this.#look(part, at3, null, depth3 + 1);
    }
  }
  #extrasOf(value, kind, path) {
    const extras = [];
    for (const key of extraKeysOf(value, kind)) {
      const field = Object.getOwnPropertyDescriptor(value, key);
      const at3 = typeof key === "symbol" ? `${path}[${String(key)}]` : `${path}${stepOf(key)}`;
      if (!("value" in field)) throw new EncodingError(at3, A_GETTER);
      const name = typeof key === "symbol" ? this.#taker.partOf(key, at3) : key;
      const isEnumerable = field.enumerable === true;
      extras.push({
        key: name,
        at: at3,
        isEnumerable,
        value: field.value
      });
    }
    return extras;
  }
  #markDirty(container) {
    const open2 = [
      container
    ];
    for (let next = open2.pop(); next !== void 0; next = open2.pop()) {
      const known8 = this.#seen.get(next);
      if (known8.isDirty) continue;
      known8.isDirty = true;
      open2.push(...known8.around);
    }
  }
  /** The number of the class of an instance; null for what is of none. */
  #typeOf(value, path) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || NATIVE2.has(prototype)) return null;
    const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (isError(value) && typeof maker === "function" && globalPathOf(maker) !== null) {
      return null;
    }
    if (typeof maker !== "function" || maker.prototype !== prototype) {
      throw new EncodingError(path, "an object with a prototype that is of no class; send its data");
    }
    return this.#taker.classOf(maker, path);
  }
  #sent(value) {
    if (isPart(value)) return null;
    if (typeof value !== "object" || value === null) return value;
    const known8 = this.#copies.get(value);
    if (known8 !== void 0) return known8;
    const about = this.#seen.get(value);
    const isDirty = about?.isDirty === true;
    if (!isDirty && !this.#isToFinish) return value;
    const copy2 = isDirty ? this.#copy(value) : value;
    this.#copies.set(value, copy2);
    if (Object.getPrototypeOf(value) === null) this.bare.push(copy2);
    if (!isDirty) this.#visit(value);
    if (about !== void 0) this.#noteFinish(copy2, about);
    return copy2;
  }
  /** Notes what is to be done to an object once it has arrived. */
  #noteFinish(copy2, { type, extras, integrity }) {
    if (type !== null) this.instances.push([
      copy2,
      type
    ]);
    if (integrity !== null) this.integrity.push([
      copy2,
      integrity
    ]);
    for (const { key, at: at3, isEnumerable, value } of extras) {
      const extra = [
        copy2,
        key,
        isEnumerable,
        this.#sent(value)
      ];
      this.extras.push(extra);
      if (isPart(value)) {
        this.places.push([
          extra,
          "3",
          this.#taker.partOf(value, at3)
        ]);
      }
    }
  }
  /** Looks for what is to be done in what goes as it is. */
  #visit(value) {
    if (isListOfPlain(value)) return;
    for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
      this.#sent(part);
    }
  }
  #copy(value) {
    if (value instanceof Map || value instanceof Set) {
      return this.#copyContent(value);
    }
    const copy2 = Array.isArray(value) ? [] : {};
    if (Array.isArray(value)) copy2.length = value.length;
    this.#copies.set(value, copy2);
    for (const key of Object.keys(value)) {
      this.#put(copy2, key, value[key]);
    }
    return copy2;
  }
  #put(container, key, part) {
    Object.defineProperty(container, key, {
      value: this.#sent(part),
      writable: true,
      enumerable: true,
      configurable: true
    });
    if (isPart(part)) {
      this.places.push([
        container,
        key,
        this.#taker.partOf(part, key)
      ]);
    }
  }
  #copyContent(value) {
    const copy2 = value instanceof Map ? /* @__PURE__ */ new Map() : /* @__PURE__ */ new Set();
    this.#copies.set(value, copy2);
    const content = [];
    for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
      this.#put(content, String(content.length), part);
    }
    this.fills.push([
      copy2,
      content
    ]);
    return copy2;
  }
};
function isPart(value) {
  return typeof value === "function" || typeof value === "symbol" || typeof value === "object" && value !== null && globalPathOf(value) !== null;
}
var MADE_ANEW = /* @__PURE__ */ new Set([
  "plain",
  "array",
  "map",
  "set",
  "date",
  "regexp",
  "error",
  "buffer",
  "view"
]);
var NATIVE2 = /* @__PURE__ */ new Set([
  Object.prototype,
  ...[
    Array,
    Map,
    Set,
    Date,
    RegExp,
    ArrayBuffer,
    DataView,
    Int8Array,
    Uint8Array
  ].map(({ prototype }) => prototype),
  ...[
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array
  ].map(({ prototype }) => prototype),
  ...[
    BigInt64Array,
    BigUint64Array,
    Float16Array,
    Float32Array,
    Float64Array
  ].map(({ prototype }) => prototype)
]);
function extraKeysOf(value, kind) {
  switch (kind) {
    case "plain":
    case "array":
      return Reflect.ownKeys(value).filter((key) => {
        if (typeof key === "symbol") return isShared(key);
        return key !== "length" && !Object.prototype.propertyIsEnumerable.call(value, key);
      });
    case "map":
    case "set":
    case "date":
    case "buffer":
      return Reflect.ownKeys(value).filter((key) => typeof key === "string" || isShared(key));
    case "regexp":
      return Reflect.ownKeys(value).filter((key) => key === "lastIndex" ? value.lastIndex !== 0 : typeof key === "string" || isShared(key));
    default:
      return [];
  }
}
function isShared(symbol) {
  if (Symbol.keyFor(symbol) !== void 0) return true;
  const name = symbol.description?.replace(/^Symbol\./, "") ?? "";
  return Symbol[name] === symbol;
}
function integrityOf(value, kind) {
  const isMade = kind !== "shareable" && kind !== "platform" && kind !== "shared";
  if (!isMade || Object.isExtensible(value)) return null;
  if (Object.isFrozen(value)) return "frozen";
  return Object.isSealed(value) ? "sealed" : "closed";
}
function partsOf(value, kind, path) {
  switch (kind) {
    case "plain":
    case "array":
      return fieldsOf2(value, path);
    case "map":
      return entriesOf3(value, path);
    case "set":
      return membersOf(value, path);
    default:
      return null;
  }
}
function* fieldsOf2(value, path) {
  const isList2 = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const at3 = isList2 ? `${path}[${key}]` : `${path}${stepOf(key)}`;
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field === void 0) continue;
    if (!("value" in field)) {
      throw new EncodingError(at3, A_GETTER);
    }
    yield [
      at3,
      field.value
    ];
  }
}
var A_GETTER = "a getter, which would run here and not there; put its value into a variable, or give it as an argument";
function stepOf(key) {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
function* entriesOf3(value, path) {
  let index = 0;
  for (const [key, part] of Map.prototype.entries.call(value)) {
    yield [
      `${path}'s key ${index}`,
      key
    ];
    yield [
      `${path}'s value ${index++}`,
      part
    ];
  }
}
function* membersOf(value, path) {
  let index = 0;
  for (const part of Set.prototype.values.call(value)) {
    yield [
      `${path}'s member ${index++}`,
      part
    ];
  }
}
function isListOfPlain(value) {
  return Array.isArray(value) && value.length + 1 === Reflect.ownKeys(value).length && value.every((item) => typeof item === "number" || typeof item === "string");
}
function sizeOfList(list) {
  return list.reduce((sum, item) => sum + (typeof item === "string" ? item.length : 8), 16);
}
function sizeOf(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof ArrayBuffer) return value.byteLength;
  return 16;
}

// lib/functions/free_names.ts
var RESERVED3 = new Set("arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(" "));
function usesOf(text2, names3, inspector) {
  const asked3 = candidates(text2, names3);
  const form = /^class\b/.test(text2) ? "class" : "function";
  const { source } = withModule(text2, "file:///", importFrom);
  return compiled(source, form, asked3, inspector) ?? compiled(source, "method", asked3, inspector);
}
function candidates(text2, names3) {
  const words = new Set(wordsIn(text2));
  const isOpen3 = words.has("eval") || text2.includes("\\u");
  return [
    ...names3
  ].filter((name) => (isOpen3 || words.has(name)) && !RESERVED3.has(name) && isName(name));
}
function isName(name) {
  return wordsIn(name)[0] === name;
}
function compiled(text2, form, names3, inspector) {
  const expression = form === "method" ? `({${text2}
})` : `(${text2}
)`;
  let holder;
  try {
    const make = new Function(...names3, `"use strict";return()=>${expression}`);
    holder = make();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const kept = new Set(inspector.keptBy(holder));
  return {
    form,
    names: names3.filter((name) => kept.has(name)),
    // All is kept for an `eval`, which may use it or not.
    usesArguments: kept.has("arguments") && !/\beval\b/.test(text2)
  };
}

// lib/functions/class_text.ts
var known5 = /* @__PURE__ */ new Map();
var TEXTS_MAX = 1024;
function membersOf2(text2) {
  const found = known5.get(text2);
  if (found !== void 0) return found;
  const tokens = tokensOf(text2, "module");
  const members = tokens === null ? null : read3(tokens);
  if (known5.size >= TEXTS_MAX) known5.clear();
  known5.set(text2, members);
  return members;
}
var MODIFIERS = /* @__PURE__ */ new Set([
  "static",
  "async",
  "get",
  "set",
  "accessor",
  "*"
]);
function read3(tokens) {
  const open2 = bodyOfClass(tokens, 0);
  if (open2 === null) return null;
  const computed = [];
  let [hasPrivate2, hasPrivateStatics] = [
    false,
    false
  ];
  for (let i = open2 + 1; i < tokens[open2].pair; i++) {
    const { text: text2, pair } = tokens[i];
    if (text2 === "[" && beginsMember(tokens, i)) {
      const inside = tokens.slice(i + 1, pair);
      const isOfMethod = tokens[pair + 1]?.text === "(";
      computed.push({
        tokens: inside,
        isOfMethod
      });
    } else if (text2.startsWith("#") && isDeclared(tokens, i)) {
      if (!isStatic(tokens, i)) hasPrivate2 = true;
      else if (tokens[i + 1]?.text !== "(") hasPrivateStatics = true;
    }
    if (pair > i) i = pair;
  }
  return {
    hasPrivate: hasPrivate2,
    hasPrivateStatics,
    computed
  };
}
function beginsMember(tokens, i) {
  const before2 = tokens[i - 1].text;
  return [
    "{",
    "}",
    ";"
  ].includes(before2) || MODIFIERS.has(before2);
}
function isDeclared(tokens, i) {
  const before2 = tokens[i - 1].text;
  return before2 !== "." && before2 !== "?." && tokens[i + 1]?.text !== "in";
}
function isStatic(tokens, i) {
  let at3 = i - 1;
  while (MODIFIERS.has(tokens[at3].text) && tokens[at3].text !== "static") at3--;
  return tokens[at3].text === "static";
}
function bodyOfClass(tokens, i) {
  for (let at3 = i + 1; at3 < tokens.length; at3++) {
    const { text: text2, pair } = tokens[at3];
    if (text2 === "{") return at3;
    if (text2 === ")" || text2 === "]" || text2 === "}") return null;
    if (pair > at3) at3 = pair;
  }
  return null;
}
function wordsOfName({ tokens }) {
  return tokens.flatMap(({ kind, text: text2 }, i) => {
    const before2 = tokens[i - 1]?.text;
    return kind === "word" && before2 !== "." && before2 !== "?." ? [
      text2
    ] : [];
  });
}
var COMPUTED = /^(?:(?:async|get|set)\b\s*)?(?:\*\s*)?(?=\[)/;
function withFixedName(text2, name) {
  const start = COMPUTED.exec(text2)?.[0];
  if (start === void 0) return text2;
  const tokens = tokensOf(text2.slice(start.length), "module");
  const close2 = tokens?.[tokens[0].pair];
  if (close2 === void 0) return text2;
  const key = JSON.stringify(name.replace(/^[gs]et /, ""));
  return `${start}[${key}${text2.slice(start.length + close2.at)}`;
}

// lib/functions/lexical_this.ts
function lexicalWord(text2, form) {
  if (form === "class" || !/\b(this|super|target|arguments)\b/.test(text2)) {
    return null;
  }
  const tokens = tokensOf(text2, "module");
  if (tokens === null) return suspected(text2, form);
  if (form === "method") {
    return isUsed(tokens, "super", []) ? "super" : null;
  }
  if (!isArrow(tokens)) return null;
  const own = bodiesOf(tokens);
  for (const word of [
    "this",
    "super",
    "new.target",
    "arguments"
  ]) {
    if (isUsed(tokens, word, own)) return word;
  }
  return null;
}
function heritageIn(text2) {
  const tokens = tokensOf(text2, "module");
  if (tokens === null) return null;
  const body = bodyOfClass(tokens, 0);
  const at3 = tokens[1]?.text === "extends" ? 1 : 2;
  if (body === null || tokens[at3]?.text !== "extends") return null;
  return [
    tokens[at3 + 1].at,
    tokens[body].at
  ];
}
function suspected(text2, form) {
  if (/\bsuper\b/.test(text2)) return "super";
  const isArrowText = form === "function" && !/^(async\s+)?function\b/.test(text2);
  return isArrowText && /\bthis\b/.test(text2) ? "this" : null;
}
function isArrow(tokens) {
  const first2 = tokens[0]?.text === "async" && tokens[1]?.text !== "=>" ? 1 : 0;
  const { pair = -1 } = tokens[first2] ?? {};
  return tokens[(pair > first2 ? pair : first2) + 1]?.text === "=>";
}
function bodiesOf(tokens) {
  const bodies = [];
  for (const [i, { text: text2, pair, kind }] of tokens.entries()) {
    if (text2 === "class" && kind === "word" && !isProperty(tokens, i)) {
      const open2 = bodyOfClass(tokens, i);
      if (open2 !== null) bodies.push([
        open2,
        tokens[open2].pair
      ]);
    }
    if (text2 !== "(" || tokens[pair + 1]?.text !== "{") continue;
    if (isHead(tokens, i)) bodies.push([
      i,
      tokens[pair + 1].pair
    ]);
  }
  return bodies;
}
var STATEMENTS = /* @__PURE__ */ new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "with",
  "await"
]);
function isHead(tokens, i) {
  const before2 = tokens[i - 1];
  if (before2 === void 0) return false;
  return before2.kind !== "mark" ? !STATEMENTS.has(before2.text) || isProperty(tokens, i - 1) : before2.text === "]" || before2.text === "*";
}
function isProperty(tokens, i) {
  const before2 = tokens[i - 1]?.text;
  return before2 === "." || before2 === "?.";
}
function isUsed(tokens, word, bodies) {
  return tokens.some(({ text: text2, kind }, i) => kind === "word" && isWord(tokens, i, text2, word) && !bodies.some(([from, to]) => from <= i && i <= to));
}
function isWord(tokens, i, text2, word) {
  if (word === "new.target") {
    return text2 === "target" && tokens[i - 1]?.text === "." && tokens[i - 2]?.text === "new";
  }
  return text2 === word && !isProperty(tokens, i) && tokens[i + 1]?.text !== ":";
}

// lib/functions/module_names.ts
function namesIn2(source) {
  const tokens = tokensOf(source, "module");
  if (tokens === null) return null;
  const reader = new NamesReader(tokens);
  return reader.read() ? reader : null;
}
var TYPES = /* @__PURE__ */ new Set([
  "type",
  "interface",
  "declare"
]);
var DECLARING = /* @__PURE__ */ new Set([
  "abstract",
  "async",
  "class",
  "enum",
  "function",
  "module",
  "namespace"
]);
var NamesReader = class {
  imports = /* @__PURE__ */ new Map();
  exports = /* @__PURE__ */ new Map();
  #tokens;
  constructor(tokens) {
    this.#tokens = tokens;
  }
  /** Reads all statements at the top level; false if one cannot be read. */
  read() {
    for (let i = 0; i < this.#tokens.length; i++) {
      const { text: text2, kind, pair } = this.#tokens[i];
      const before2 = this.#text(i - 1);
      if (kind === "word" && before2 !== "." && before2 !== "?.") {
        if (text2 === "import" && !this.#import(i + 1)) return false;
        if (text2 === "export") this.#export(i + 1);
      }
      if (pair > i) i = pair;
    }
    return true;
  }
  #text(i) {
    return this.#tokens[i]?.text ?? "";
  }
  #isWord(i) {
    return this.#tokens[i]?.kind === "word";
  }
  #import(first2) {
    const next = this.#text(first2);
    if (next === "(" || next === "." || /^['"]/.test(next)) return true;
    if (this.#text(first2 + 1) === "=") return true;
    if (next === "type" && this.#isOfTypes(first2 + 1)) return true;
    const names3 = [];
    let at3 = first2;
    while (this.#text(at3) !== "from" || names3.length === 0) {
      if (this.#text(at3) === "*") {
        names3.push([
          this.#text(at3 + 2),
          null
        ]);
        at3 += 3;
      } else if (this.#text(at3) === "{") {
        for (const [key, name] of this.#list(at3)) names3.push([
          name,
          key
        ]);
        at3 = this.#tokens[at3].pair + 1;
        if (names3.length === 0) return true;
      } else if (this.#isWord(at3)) {
        names3.push([
          this.#text(at3),
          "default"
        ]);
        at3++;
      } else if (this.#text(at3) === ",") at3++;
      else return false;
    }
    const specifier = stringIn(this.#text(at3 + 1));
    if (specifier === null) return false;
    const hasAttributes = /^(with|assert)$/.test(this.#text(at3 + 2)) && this.#text(at3 + 3) === "{";
    for (const [name, key] of names3) {
      this.imports.set(name, {
        specifier,
        key,
        hasAttributes
      });
    }
    return true;
  }
  /** Whether `import type` begins an import of types, and not of a thing so called. */
  #isOfTypes(i) {
    const text2 = this.#text(i);
    return text2 === "{" || text2 === "*" || this.#isWord(i) && (text2 !== "from" || this.#text(i + 1) === "from");
  }
  /** The pairs of a list in braces: `{ a, b as c, type T }`, without types. */
  *#list(open2) {
    const close2 = this.#tokens[open2].pair;
    for (let at3 = open2 + 1; at3 < close2; ) {
      let end2 = at3;
      while (end2 < close2 && this.#text(end2) !== ",") end2++;
      const words = this.#tokens.slice(at3, end2).map(({ text: text2 }) => stringIn(text2) ?? text2);
      at3 = end2 + 1;
      if (words[0] === "type" && words.length > 1 && words[1] !== "as") {
        continue;
      }
      const [first2, as, second] = words;
      if (first2 === void 0) continue;
      yield [
        first2,
        as === "as" && second !== void 0 ? second : first2
      ];
    }
  }
  #export(first2) {
    const text2 = this.#text(first2);
    if (text2 === "{") return this.#exportList(first2);
    if (text2 === "default") return this.#exportDefault(first2 + 1);
    if (TYPES.has(text2) && this.#isWord(first2 + 1)) return;
    const isVariable = /^(const|let|var)$/.test(text2) && this.#text(first2 + 1) !== "enum";
    if (isVariable) return this.#exportVariables(first2 + 1);
    const at3 = this.#declared(text2 === "const" ? first2 + 1 : first2);
    if (at3 !== null) this.#add(this.#text(at3));
  }
  #add(name, key = name) {
    if (!this.exports.has(name)) this.exports.set(name, key);
  }
  #exportList(open2) {
    if (this.#text(this.#tokens[open2].pair + 1) === "from") return;
    for (const [name, key] of this.#list(open2)) this.#add(name, key);
  }
  #exportDefault(first2) {
    const at3 = this.#declared(first2);
    if (at3 !== null) {
      if (this.#isWord(at3) && this.#text(at3) !== "extends") {
        this.#add(this.#text(at3), "default");
      }
      return;
    }
    const after = this.#tokens[first2 + 1];
    const isName2 = this.#isWord(first2) && (after === void 0 || after.text === ";" || after.isFirstInLine);
    if (isName2) this.#add(this.#text(first2), "default");
  }
  /** Where the name of a declaration is that begins at `first`; null if none does. */
  #declared(first2) {
    let at3 = first2;
    while (DECLARING.has(this.#text(at3))) at3++;
    if (at3 === first2) return null;
    if (this.#text(at3) === "*") at3++;
    return at3;
  }
  #exportVariables(first2) {
    this.#addPattern(first2);
    const { length } = this.#tokens;
    for (let i = first2; i < length && this.#text(i) !== ";"; i++) {
      const { pair, isFirstInLine, text: text2 } = this.#tokens[i];
      const begins = /^(export|import|const|let|var|function|class|if|for|await)$/;
      if (i > first2 && isFirstInLine && begins.test(text2)) return;
      const isNext = text2 === "," && this.#isWord(i + 1) && /^[=:;]$/.test(this.#text(i + 2));
      if (isNext) this.#add(this.#text(i + 1));
      if (pair > i) i = pair;
    }
  }
  /** Adds the names that a pattern binds. */
  #addPattern(at3) {
    const { text: text2, kind, pair } = this.#tokens[at3] ?? {
      kind: "mark"
    };
    if (text2 === "...") return this.#addPattern(at3 + 1);
    if (kind === "word") return this.#add(text2);
    if (text2 !== "{" && text2 !== "[") return;
    for (let i = at3 + 1; i < pair; ) {
      let end2 = i;
      while (end2 < pair && this.#text(end2) !== ",") {
        end2 = Math.max(end2, this.#tokens[end2].pair) + 1;
      }
      const isRenamed = text2 === "{" && this.#text(i + 1) === ":";
      this.#addPattern(isRenamed ? i + 2 : i);
      i = end2 + 1;
    }
  }
};
function stringIn(text2) {
  return /^(['"])[^\\]*\1$/.test(text2) ? text2.slice(1, -1) : null;
}

// lib/functions/module_source.ts
function readSource(module) {
  const path = new URL(module);
  try {
    const { state } = Deno.permissions.querySync({
      name: "read",
      path
    });
    return state === "granted" ? Deno.readTextFileSync(path) : null;
  } catch {
    return null;
  }
}

// lib/functions/script_modules.ts
var known6 = /* @__PURE__ */ new Map();
function moduleOfScript(scriptId, inspector) {
  const found = known6.get(scriptId) ?? new Module(scriptId, inspector);
  known6.set(scriptId, found);
  return found;
}
function isImportable(url) {
  if (!URL.canParse(url)) return false;
  const { protocol, pathname, hash } = new URL(url);
  const leadsNowhere = /\/\$deno\$[^/]*$/.test(pathname) || /\$\d+-\d+\.\w+$/.test(pathname) || /^#\d+-\d+\.\w+$/.test(hash);
  return !leadsNowhere && !/^(blob|ext|node):$/.test(protocol);
}
var Module = class {
  url;
  names;
  constructor(scriptId, inspector) {
    this.url = inspector.urlOf(scriptId);
    this.names = /^(ext|node):/.test(this.url) ? null : namesOf(this.url) ?? namesIn2(inspector.sourceOf(scriptId));
  }
  resolve(specifier) {
    if (/^\.{0,2}\//.test(specifier)) {
      const url = URL.parse(specifier, this.url);
      return url === null ? null : {
        module: url.href,
        from: null
      };
    }
    if (URL.canParse(specifier)) return {
      module: specifier,
      from: null
    };
    try {
      return {
        module: import.meta.resolve(specifier),
        from: null
      };
    } catch {
      return URL.canParse(this.url) ? {
        module: specifier,
        from: this.url
      } : null;
    }
  }
};
function namesOf(url) {
  if (!/^file:.*\.(ts|js|mts|mjs)$/.test(url)) return null;
  const source = readSource(url);
  return source === null ? null : namesIn2(source);
}

// lib/base/interactive.ts
function isInteractive() {
  return /^repl\./.test(sessionName()) || isNotebook();
}
function sessionName() {
  try {
    return /\/\$deno\$(\w*repl\.\w+)$/.exec(Deno.mainModule)?.[1] ?? "";
  } catch {
    return "";
  }
}
var isKernel;
function isNotebook() {
  return isKernel ??= sessionName() !== "" && hasJupyter();
}
function hasJupyter() {
  try {
    return Deno.jupyter !== void 0;
  } catch {
    return false;
  }
}
function broadcast(type, content) {
  const { jupyter } = Deno;
  Promise.try(() => jupyter.broadcast(type, content)).catch(() => {
  });
}

// lib/functions/script_scope.ts
var ScriptScope = class {
  /** One for all functions, which share the scope. */
  #variables = {};
  look(target) {
    for (const name of wordsOf2(target)) this.#find(name);
    const scope = {
      kind: "script",
      variables: this.#variables
    };
    return {
      scopes: [
        scope
      ],
      location: null
    };
  }
  keptBy(holder) {
    return wordsOf2(holder);
  }
  privatesOf() {
    return null;
  }
  urlOf() {
    return "";
  }
  sourceOf() {
    return "";
  }
  #find(name) {
    if (Object.hasOwn(this.#variables, name)) return;
    try {
      const value = valueOf(name);
      if (!isOfScript(name, value)) return;
      this.#variables[name] = value;
    } catch (error) {
      if (!(error instanceof ReferenceError) || !isDeclared2(name)) return;
      Object.defineProperty(this.#variables, name, {
        enumerable: true,
        get() {
          throw error;
        }
      });
    }
  }
};
function wordsOf2(thing) {
  const words = freeWords(Function.prototype.toString.call(thing));
  words.delete("arguments");
  return words;
}
function valueOf(expression) {
  return (0, eval)(expression);
}
function isDeclared2(name) {
  try {
    valueOf(`typeof ${name}`);
    return false;
  } catch {
    return true;
  }
}
function isOfScript(name, value) {
  const global = Object.getOwnPropertyDescriptor(globalThis, name);
  if (global === void 0) {
    return !(name in globalThis) || value !== globalThis[name];
  }
  if (!("value" in global)) {
    return value !== globalThis[name];
  }
  return value !== global.value || global.enumerable === true && global.configurable === false;
}
var exported2 = /* @__PURE__ */ new Map();
function packageExportOf(thing) {
  const key = exported2.get(thing);
  return key === void 0 ? null : {
    module: packageUrl(),
    key
  };
}
if (isInteractive()) {
  void import(packageUrl()).then((all) => {
    for (const [key, value] of Object.entries(all)) exported2.set(value, key);
  }, () => {
  });
}

// lib/functions/capture.ts
function capture(request, inspector) {
  return new Capture(request, inspector).run();
}
var Capture = class {
  #request;
  #inspector;
  #data;
  #parts = [];
  #partOf = /* @__PURE__ */ new Map();
  #arounds = [];
  #innermost = /* @__PURE__ */ new Map();
  #open = [];
  #classes = [];
  #uses = [];
  /** For names that no scope has. */
  #given = around("script", "", {}, null);
  constructor(request, inspector) {
    this.#request = request;
    this.#inspector = inspector;
    this.#data = new CapturedData(request.destination, {
      partOf: (thing, path) => this.#part(thing, path),
      classOf: (type, path) => this.#classOf(type, path)
    });
  }
  run() {
    const { target, scope } = this.#request;
    const name = nameOf3(target) || "anonymous";
    const exported3 = scope === null ? this.#export(target) : null;
    if (exported3?.key != null) {
      return {
        kind: "export",
        module: exported3.module,
        key: exported3.key
      };
    }
    this.#text(target, name, true);
    for (let open2 = this.#open.shift(); open2; open2 = this.#open.shift()) {
      this.#resolve(open2);
    }
    const [first2] = this.#parts;
    const isAlone = this.#request.keepsText !== true && this.#isAlone(textOf2(target));
    const isWhole = first2?.kind === "text" && !first2.isSloppy && first2.text === textOf2(target);
    if (isWhole && isAlone) {
      return {
        kind: "closed",
        module: first2.module
      };
    }
    this.#refuseDoubt();
    return {
      kind: "captured",
      code: this.#code(),
      values: this.#data.finish(),
      uses: this.#uses,
      bytes: this.#data.bytes + this.#textBytes()
    };
  }
  /** Whether a text is all, as the one name that it uses freely is its own. */
  #isAlone(text2) {
    if (this.#parts.length > 1 || !this.#data.isEmpty) return false;
    const self = declaredName(text2);
    return [
      this.#given,
      ...this.#arounds
    ].every(({ variables }) => variables.keys().every((name) => name === self));
  }
  #textBytes() {
    let bytes2 = 0;
    for (const part of this.#parts) {
      if (part.kind === "text") bytes2 += part.text.length;
    }
    return bytes2;
  }
  // Parts
  #part(thing, path) {
    const known8 = this.#partOf.get(thing);
    if (known8 !== void 0) return known8;
    if (typeof thing === "symbol") return this.#symbol(thing, path);
    const global = globalPathOf(thing);
    if (global !== null && !this.#isOwn(thing)) {
      return this.#add(thing, {
        kind: "global",
        path: global
      });
    }
    const own = packageExportOf(thing);
    if (own !== null) {
      const asIs = {
        from: null,
        text: null,
        className: null
      };
      return this.#add(thing, {
        kind: "export",
        ...asIs,
        ...own
      });
    }
    const standIn = standInOf(thing);
    if (standIn !== null) {
      return this.#add(thing, {
        kind: "import",
        ...standIn
      });
    }
    const exported3 = this.#export(thing);
    return exported3 === null ? this.#text(thing, path, false) : this.#add(thing, exported3);
  }
  #add(thing, part) {
    const index = this.#parts.push(part) - 1;
    if (thing !== null) this.#partOf.set(thing, index);
    return index;
  }
  #symbol(symbol, path) {
    const key = Symbol.keyFor(symbol);
    if (key !== void 0) {
      return this.#add(symbol, {
        kind: "symbol",
        name: key,
        isWellKnown: false
      });
    }
    const known8 = symbol.description?.replace(/^Symbol\./, "") ?? "";
    if (Symbol[known8] === symbol) {
      return this.#add(symbol, {
        kind: "symbol",
        name: known8,
        isWellKnown: true
      });
    }
    throw new EncodingError(path, "a symbol that no other process has; make it with Symbol.for()");
  }
  /** Whether a function is one that the program has put in the place of a global. */
  #isOwn(thing) {
    if (typeof thing !== "function" || isNativeText(textOf2(thing))) {
      return false;
    }
    const { location } = this.#look(thing);
    return location !== null && !/^(ext|node):/.test(this.#inspector.urlOf(location.scriptId));
  }
  /** The export that a function or class is of the module that it stands in. */
  #export(thing) {
    const text2 = textOf2(thing);
    if (isNativeText(text2)) return null;
    const looked = this.#look(thing);
    const module = this.#moduleOf(looked);
    if (module?.names == null || !isImportable(module.url)) return null;
    const scope = looked.scopes.find(({ kind }) => kind === "module");
    for (const [name, key] of module.names.exports) {
      if (read4(scope.variables, name)?.value === thing) {
        return {
          kind: "export",
          module: module.url,
          from: null,
          key,
          text: text2,
          className: sentNameOf(thing)
        };
      }
    }
    return null;
  }
  #lookedAt = /* @__PURE__ */ new Map();
  #look(thing) {
    const known8 = this.#lookedAt.get(thing) ?? this.#inspector.look(thing);
    this.#lookedAt.set(thing, known8);
    return known8;
  }
  /** The module that a function stands in, if it does. */
  #moduleOf({ scopes, location }) {
    if (location === null) return null;
    const isOfModule = scopes.some(({ kind }) => kind === "module");
    return isOfModule ? moduleOfScript(location.scriptId, this.#inspector) : null;
  }
  #text(thing, path, isTarget) {
    const given = textOf2(thing);
    if (isNativeText(given)) throw new EncodingError(path, unsendable(thing));
    const text2 = withFixedName(given, nameOf3(thing));
    const looked = this.#look(thing);
    const home = originOf(thing);
    const module = home !== void 0 ? home : this.#urlOf(looked);
    if (module !== null && /^(ext|node):/.test(module)) {
      throw new EncodingError(path, "a function of Deno itself; import it under its own name where it is used");
    }
    if (module !== null && isOfPackage(module)) {
      throw new EncodingError(path, "a part of @multiprocessing/core that stays in this process; get it in the function, as by getContext()");
    }
    const index = this.#add(thing, {
      kind: "text",
      text: text2,
      form: "function",
      className: sentNameOf(thing),
      name: nameOf3(thing),
      scope: null,
      parent: null,
      privates: null,
      isSloppy: this.#isSloppy(thing, text2, looked),
      module
    });
    this.#open.push({
      index,
      itself: thing,
      path,
      text: text2,
      looked,
      isTarget
    });
    return index;
  }
  /**
   * Whether a function is not of strict code, as one of a CommonJS module or of
   * `new Function()` may be. Of arrow functions and methods, which have no sign of it,
   * the script says so. Lines of the REPL and cells are strict (2.9.6).
   */
  #isSloppy(thing, text2, { scopes, location }) {
    if (/^(class|function)\b(?!\s*\*)/.test(text2)) return hasCaller(thing);
    if (location === null || scopes.some(({ kind }) => kind === "module")) {
      return false;
    }
    return !/(["'])use strict\1/.test(this.#inspector.sourceOf(location.scriptId));
  }
  #urlOf(looked) {
    if (looked.location === null) return null;
    const url = this.#moduleOf(looked)?.url ?? this.#inspector.urlOf(looked.location.scriptId);
    return URL.canParse(url) ? url : null;
  }
  #classOf(type, path) {
    const index = this.#part(type, `${path}'s class`);
    if (!hasPrivate(type)) return index;
    throw new EncodingError(path, `an instance of ${nameOf3(type)}, whose private fields do not travel; send its data, and make the instance in the function`);
  }
  // Variables
  #resolve({ index, itself, path, text: text2, looked, isTarget }) {
    const scopes = this.#aroundsOf(looked);
    const self = this.#selfOf(itself, text2, looked, scopes);
    const uses = this.#usesOf(text2, scopes, path);
    refuseLexical(text2, uses, path);
    const isClass = uses.form === "class";
    if (isClass) refuseUnreadNames(itself, text2, scopes, path);
    let innermost = null;
    for (const name of uses.names) {
      const holder = this.#variable(name, scopes, path, isTarget, looked);
      if (holder !== null) innermost = inner(innermost, holder, scopes);
    }
    const part = this.#parts[index];
    this.#parts[index] = isClass ? {
      ...part,
      form: uses.form,
      ...this.#withParent(itself, text2, path),
      privates: this.#privatesOf(itself, text2, path)
    } : {
      ...part,
      form: uses.form,
      text: self !== null && uses.names.includes(self) ? withoutName(text2) : text2
    };
    if (innermost !== null) {
      this.#innermost.set(index, innermost);
      this.#enter(innermost, itself, text2, looked.location);
    }
    if (isClass) this.#addClass(index, itself, looked.location);
    this.#addFields(index, itself, path, isClass);
  }
  #usesOf(text2, scopes, path) {
    const names3 = new Set(Object.keys(this.#request.scope ?? {}));
    for (const { found } of scopes) {
      for (const name of Object.keys(found)) names3.add(name);
    }
    const self = declaredName(text2);
    const asked3 = self === null || !names3.has(self) ? text2 : withoutName(text2);
    const uses = knownUses(asked3, names3, this.#inspector);
    if (uses !== null) return uses;
    throw new EncodingError(path, "a function whose text cannot stand alone, as one with a private name of the class around it; export it, or make it a function of its own");
  }
  /**
   * The name of a function that stands for the variable around it in its own text, as
   * where it is declared. In an expression the name is the function's own.
   */
  #selfOf(itself, text2, { location }, scopes) {
    const self = declaredName(text2);
    if (self === null) return null;
    const holder = scopes.find(({ found }) => Object.hasOwn(found, self));
    if (holder === void 0) return null;
    const isItself = read4(holder.found, self)?.value === itself;
    if (isItself || location === null) return self;
    const source = this.#inspector.sourceOf(location.scriptId);
    return isDeclaredAt(source, location) ? self : null;
  }
  /** Has a name go along; gives the scope that then has it, if one does. */
  #variable(name, scopes, path, isTarget, looked) {
    const at3 = `${path} \u2192 ${name}`;
    const given = this.#request.scope;
    const holder = scopes.find(({ found: found2 }) => Object.hasOwn(found2, name));
    const scope = holder ?? this.#given;
    if (scope.variables.has(name)) return scope;
    if (given !== null && Object.hasOwn(given, name)) {
      const isHere = isTarget || holder === void 0 || holder.kind === "module";
      if (isHere) return this.#hold(scope, name, given[name], at3);
    }
    if (holder === void 0) return null;
    if (holder.kind === "with") {
      throw new EncodingError(at3, "a name in a `with` statement");
    }
    const part = holder.kind === "module" ? this.#ofModule(name, looked, holder) : null;
    if (part !== null) {
      const index = this.#export2(part, read4(holder.found, name));
      holder.variables.set(name, [
        name,
        "part",
        index
      ]);
      this.#note(at3, "export", part.module, 0);
      return holder;
    }
    const found = read4(holder.found, name);
    if (found === null) {
      throw new EncodingError(at3, "not initialized yet; start it after that, or declare it before");
    }
    return this.#hold(holder, name, found.value, at3);
  }
  /** One number for what is imported under several names. */
  #export2(part, held2) {
    const value = held2?.value;
    const thing = typeof value === "function" ? value : null;
    const known8 = thing === null ? void 0 : this.#partOf.get(thing);
    return known8 ?? this.#add(thing, part);
  }
  /** What a name of a module is imported from, if it is imported or exported there. */
  #ofModule(name, looked, holder) {
    const module = this.#moduleOf(looked);
    if (module?.names == null) return null;
    const value = read4(holder.found, name)?.value;
    const text2 = typeof value === "function" && !isNativeText(textOf2(value)) ? textOf2(value) : null;
    const className = text2 === null ? null : sentNameOf(value);
    const imported2 = module.names.imports.get(name);
    if (imported2 !== void 0) {
      const from = imported2.hasAttributes ? null : module.resolve(imported2.specifier);
      return from === null ? null : {
        kind: "export",
        ...from,
        key: imported2.key,
        text: text2,
        className
      };
    }
    const key = module.names.exports.get(name);
    return key === void 0 || !isImportable(module.url) ? null : {
      kind: "export",
      module: module.url,
      from: null,
      key,
      text: text2,
      className
    };
  }
  #hold(scope, name, value, path) {
    scope.variables.set(name, [
      name,
      "value",
      -1
    ]);
    const before2 = this.#data.bytes;
    if (isPart(value)) {
      const index = this.#part(value, path);
      scope.variables.set(name, [
        name,
        "part",
        index
      ]);
      const { kind, ...rest } = this.#parts[index];
      const as = kind === "text" || kind === "import" ? asOf(value) : kind;
      this.#note(path, as, "module" in rest ? rest.module : null, 0);
    } else {
      const index = this.#data.add(value, path);
      scope.variables.set(name, [
        name,
        "value",
        index
      ]);
      this.#note(path, "value", null, this.#data.bytes - before2);
    }
    return scope;
  }
  #note(path, as, module, bytes2) {
    this.#uses.push({
      path,
      as,
      module,
      bytes: bytes2
    });
  }
  // Scopes
  /** The scopes around a function, the innermost first. */
  #aroundsOf({ scopes, location }) {
    const scriptId = location?.scriptId ?? "";
    let outer = null;
    const found = [];
    for (const { kind, variables } of scopes.toReversed()) {
      outer = this.#around(kind, scriptId, variables, outer);
      found.unshift(outer);
    }
    return found;
  }
  /** The scope that this is; V8 shows it anew to each function, with the same values. */
  #around(kind, scriptId, variables, outer) {
    const known8 = this.#arounds.find((each) => each.scriptId === scriptId && each.kind === kind && (kind === "module" || each.outer === outer && areAlike(each.found, variables)));
    if (known8 !== void 0) return known8;
    const made4 = around(kind, scriptId, variables, outer);
    this.#arounds.push(made4);
    return made4;
  }
  /** A function uses a scope, and so may those around it. */
  #enter(scope, itself, text2, location) {
    const place2 = location === null ? "" : `${location.lineNumber}:${location.columnNumber}`;
    for (let each = scope; each; each = each.outer) {
      each.texts.push(text2);
      if (each.kind !== "inner") continue;
      const other = each.literals.get(place2);
      if (other !== void 0 && other !== itself) each.isDoubtful = true;
      each.literals.set(place2, itself);
    }
  }
  /** Two functions of one place, whose variables are alike: they may share them. */
  #refuseDoubt() {
    for (const { isDoubtful, variables, texts } of this.#arounds) {
      if (!isDoubtful) continue;
      for (const name of variables.keys()) {
        if (!texts.some((text2) => mayAssign(text2, name))) continue;
        throw new EncodingError(name, `a variable that functions assign to of which nobody can tell whether they share it; put it into an object, as in const state = { ${name}: 0 }`);
      }
    }
  }
  #code() {
    const numbers2 = /* @__PURE__ */ new Map();
    const scopes = [];
    const numberOf2 = (scope) => {
      let each = scope;
      while (each !== null && each.variables.size === 0) each = each.outer;
      each ??= this.#given;
      if (each.variables.size === 0) return null;
      const known8 = numbers2.get(each);
      if (known8 !== void 0) return known8;
      const parent = each === this.#given ? null : numberOf2(each.outer);
      scopes.push({
        parent,
        variables: [
          ...each.variables.values()
        ]
      });
      numbers2.set(each, scopes.length - 1);
      return scopes.length - 1;
    };
    const parts = this.#parts.map((part, i) => part.kind === "text" ? {
      ...part,
      scope: numberOf2(this.#innermost.get(i) ?? null)
    } : part);
    return {
      parts,
      scopes,
      classes: this.#orderOfClasses()
    };
  }
  // Classes
  /**
   * A class with what it extends now. What stands there in the text was evaluated
   * once, and names in it may be of no scope that V8 has kept.
   */
  #withParent(type, text2, path) {
    const parent = Object.getPrototypeOf(type);
    const heritage = heritageIn(text2);
    if (heritage === null || typeof parent !== "function") {
      return {
        text: text2,
        parent: null
      };
    }
    const [from, to] = heritage;
    const extending = (what) => `${text2.slice(0, from)}${what}${text2.slice(to)}`;
    if (parent === Function.prototype) {
      return {
        text: extending("null "),
        parent: null
      };
    }
    const name = unused("parent", text2);
    return {
      text: extending(name),
      parent: [
        name,
        this.#part(parent, `${path}'s parent`)
      ]
    };
  }
  /** The number of the values of the private fields of a class itself. */
  #privatesOf(type, text2, path) {
    const members = membersOf2(text2);
    const mayHave = members === null ? /#/.test(text2) : members.hasPrivateStatics;
    if (!mayHave) return null;
    const fields = this.#inspector.privatesOf(type);
    if (fields !== null) {
      return Object.keys(fields).length === 0 ? null : this.#data.add(fields, path);
    }
    throw new EncodingError(path, "a class with static private fields, which cannot be read in a notebook or in the REPL; use variables instead");
  }
  #addClass(index, type, location) {
    const parent = Object.getPrototypeOf(type);
    const known8 = typeof parent === "function" ? this.#partOf.get(parent) ?? null : null;
    this.#classes.push({
      index,
      parent: known8,
      location
    });
  }
  /** As in the source, and each after the one that it extends. */
  #orderOfClasses() {
    const byPlace = this.#classes.toSorted((a, b) => placeOf3(a.location) - placeOf3(b.location));
    const all = new Map(byPlace.map((each) => [
      each.index,
      each
    ]));
    const spec = /* @__PURE__ */ new Set();
    const visit = ({ index, parent }) => {
      const above = parent === null ? void 0 : all.get(parent);
      if (above !== void 0 && !spec.has(above.index)) visit(above);
      spec.add(index);
    };
    for (const each of byPlace) visit(each);
    return [
      ...spec
    ];
  }
  /** Fields that were set on a function, and what was put on its prototype. */
  #addFields(index, itself, path, isClass) {
    const text2 = textOf2(itself);
    refusePrototype(itself, text2, isClass, path);
    this.#addHolder(index, "itself", itself, isClass ? text2 : null, path);
    const prototype = Object.getOwnPropertyDescriptor(itself, "prototype")?.value;
    if (typeof prototype !== "object" || prototype === null) return;
    const above = Object.getPrototypeOf(prototype);
    const isMaker = Object.hasOwn(prototype, "constructor") || Object.keys(prototype).length > 0;
    if (!isClass && isMaker && above !== Object.prototype) {
      throw new EncodingError(path, "a function whose prototype has another one above it; make it a class");
    }
    const at3 = `${path}.prototype`;
    this.#addHolder(index, "prototype", prototype, isClass ? text2 : null, at3);
  }
  /**
   * What was set on a function or a prototype; of a class also what took the place of
   * its own methods, as a decorator does it.
   */
  #addHolder(index, of, holder, classText, path) {
    const set = {};
    const put3 = {};
    for (const key of Reflect.ownKeys(holder)) {
      const field = Object.getOwnPropertyDescriptor(holder, key);
      const isMade = classText === null || isOwnMethod(key, field, classText);
      if (MADE2.has(key) || !field.enumerable && isMade) continue;
      const at3 = `${path}.${String(key)}`;
      if (typeof key === "symbol") {
        if (classText !== null && typeof field.value !== "function") continue;
        throw new EncodingError(at3, "set under a symbol; give it a name");
      }
      if (!("value" in field)) {
        throw new EncodingError(at3, "a getter, which would run");
      }
      (field.enumerable ? set : put3)[key] = field.value;
    }
    this.#data.addFields(index, of, true, set, path);
    this.#data.addFields(index, of, false, put3, path);
  }
};
function refuseUnreadNames(type, text2, scopes, path) {
  const { prototype } = type;
  for (const name of membersOf2(text2)?.computed ?? []) {
    const words = wordsOfName(name);
    const values = words.map((word) => {
      const holder = scopes.find(({ found }) => Object.hasOwn(found, word));
      if (holder !== void 0) return read4(holder.found, word);
      return word in globalThis ? {
        value: void 0
      } : null;
    });
    const [only] = values;
    const key = only?.value;
    const isOther = name.isOfMethod && name.tokens.length === 1 && only?.value !== void 0 && !Object.hasOwn(type, key) && !Object.hasOwn(prototype, key);
    if (!values.includes(null) && !isOther) continue;
    throw new EncodingError(path, `a class with the computed name [${words.join(".")}], which cannot be computed again; declare what it is computed from in the module, and do not assign to it`);
  }
}
var callerOf = Object.getOwnPropertyDescriptor(Function.prototype, "caller")?.get;
function hasCaller(thing) {
  try {
    callerOf?.call(thing);
    return callerOf !== void 0;
  } catch {
    return false;
  }
}
var PROTOTYPES = new Set([
  () => {
  },
  async () => {
  },
  function* () {
  },
  async function* () {
  }
].map((each) => Object.getPrototypeOf(each)));
function refusePrototype(itself, text2, isClass, path) {
  const above = Object.getPrototypeOf(itself);
  const isExtending = isClass && heritageIn(text2) !== null;
  const prototype = itself.prototype;
  const isAsMade = isExtending ? above === null || above === Function.prototype || Object.getPrototypeOf(prototype) === above.prototype : PROTOTYPES.has(above) && (!isClass || Object.getPrototypeOf(prototype) === Object.prototype);
  if (isAsMade) return;
  throw new EncodingError(path, `a ${isClass ? "class" : "function"} that was given another prototype; write a class that extends what it is to inherit from`);
}
var MADE2 = /* @__PURE__ */ new Set([
  "arguments",
  "caller",
  "constructor",
  "length",
  "name",
  "prototype"
]);
function isOwnMethod(key, { value, get, set }, classText) {
  const name = typeof key === "symbol" ? `[${key.description}]` : key;
  const isOwn = (made4, named2) => typeof made4 === "function" && nameOf3(made4) === named2 && classText.includes(textOf2(made4));
  return isOwn(value, name) || value === void 0 && (get === void 0 || isOwn(get, `get ${name}`)) && (set === void 0 || isOwn(set, `set ${name}`));
}
function around(kind, scriptId, found, outer) {
  const variables = /* @__PURE__ */ new Map();
  const literals = /* @__PURE__ */ new Map();
  return {
    kind,
    scriptId,
    found,
    outer,
    variables,
    literals,
    texts: [],
    isDoubtful: false
  };
}
function inner(one, other, scopes) {
  if (one === null) return other;
  const [a, b] = [
    scopes.indexOf(one),
    scopes.indexOf(other)
  ];
  return b >= 0 && (a < 0 || b < a) ? other : one;
}
function read4(variables, name) {
  try {
    return {
      value: variables[name]
    };
  } catch {
    return null;
  }
}
function areAlike(one, other) {
  const names3 = Object.keys(one);
  if (names3.length !== Object.keys(other).length) return false;
  return names3.every((name) => {
    if (!Object.hasOwn(other, name)) return false;
    const [a, b] = [
      read4(one, name),
      read4(other, name)
    ];
    return a === null || b === null ? a === b : Object.is(a.value, b.value);
  });
}
var usesByText = /* @__PURE__ */ new Map();
var TEXTS_MAX2 = 4096;
function knownUses(text2, names3, inspector) {
  const key = `${[
    ...names3
  ].join()}\0${text2}`;
  const known8 = usesByText.get(key);
  if (known8 !== void 0) return known8;
  const uses = usesOf(text2, names3, inspector);
  if (usesByText.size >= TEXTS_MAX2) usesByText.clear();
  usesByText.set(key, uses);
  return uses;
}
function refuseLexical(text2, uses, path) {
  const isArrow2 = uses.form === "function" && !/^(async\s+)?function\b/.test(text2);
  const word = isArrow2 && uses.usesArguments ? "arguments" : lexicalWord(text2, uses.form);
  if (word === null) return;
  throw new EncodingError(path, `a function that uses \`${word}\` of the place where it stands, which cannot be read; put what it needs into a variable before it, and use that`);
}
function declaredName(text2) {
  return DECLARED.exec(text2)?.[2] ?? null;
}
var DECLARED = /^((?:async\s+)?function\s*\*?\s*)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u;
var BEFORE_EXPRESSION = new Set("await case delete extends in instanceof new of return throw typeof void yield".split(" "));
function isDeclaredAt(source, location) {
  const lines = source.split("\n");
  const before2 = [
    ...lines.slice(Math.max(0, location.lineNumber - 8), location.lineNumber),
    lines[location.lineNumber]?.slice(0, location.columnNumber) ?? ""
  ].join("\n");
  const head = /(\w+|[^\s\w])?\s*(?:async\s+)?function\s*\*?\s*[^\s(]+\s*$/u.exec(before2);
  const previous = head?.[1] ?? ";";
  return /\w/.test(previous) ? !BEFORE_EXPRESSION.has(previous) : [
    ";",
    "{",
    "}",
    ")"
  ].includes(previous);
}
function withoutName(text2) {
  return text2.replace(DECLARED, "$1");
}
function mayAssign(text2, name) {
  const word = name.replace(/[$]/g, "\\$&");
  return new RegExp(`(\\+\\+|--)\\s*${word}(?![\\w$])|(?<![\\w$.])${word}\\s*(=(?![=>])|[-+*/%&|^]=|\\*\\*=|<<=|>>>?=|&&=|\\|\\|=|\\?\\?=|\\+\\+|--)|[\\]}]\\s*(=(?![=>])|of\\b|in\\b)|(?<![\\w$.])${word}\\s+(of|in)\\b`, "u").test(text2);
}
function hasPrivate(type) {
  for (let each = type; typeof each === "function" && each !== Function.prototype; each = Object.getPrototypeOf(each)) {
    const text2 = textOf2(each);
    if (!/^class\b/.test(text2) || !text2.includes("#")) continue;
    if (membersOf2(text2)?.hasPrivate !== false) return true;
  }
  return false;
}
function sentNameOf(thing) {
  const isSent2 = formOf(thing) === "class" && !hasPrivate(thing);
  return isSent2 ? nameClass(thing.prototype) : null;
}
function placeOf3(location) {
  if (location === null) return 0;
  const { scriptId, lineNumber, columnNumber } = location;
  return (Number(scriptId) * 2 ** 20 + lineNumber) * 2 ** 12 + Math.min(columnNumber, 2 ** 12 - 1);
}
function asOf(value) {
  return typeof value === "function" && formOf(value) === "class" ? "class" : "function";
}
function formOf(thing) {
  return /^class\b/.test(textOf2(thing)) ? "class" : "function";
}
function textOf2(thing) {
  return Function.prototype.toString.call(thing);
}
function nameOf3(thing) {
  const name = Object.getOwnPropertyDescriptor(thing, "name")?.value;
  return typeof name === "string" ? name : "";
}
function unsendable(thing) {
  return nameOf3(thing).startsWith("bound ") ? "a bound function; wrap it in a function of your own" : "a native function; wrap it in a function of your own";
}

// lib/functions/inspector.ts
function canInspect() {
  if (isInteractive()) return false;
  const { state } = Deno.permissions.querySync({
    name: "sys",
    kind: "inspector"
  });
  return state === "granted";
}
var urls = /* @__PURE__ */ new Map();
var known7 = /* @__PURE__ */ new Set();
var GIVEN = "@multiprocessing/core given";
var TAKE = "@multiprocessing/core take";
function inspect(use) {
  if (!canInspect()) return null;
  const line = InspectorSession.open();
  if (line === null) return null;
  try {
    return use(line);
  } finally {
    line.close();
  }
}
function noteCallers(module) {
  if (known7.has(module) || !canInspect()) return;
  known7.add(module);
  const line = InspectorSession.open();
  if (line === null) return;
  let found = {};
  try {
    line.session.post("Runtime.evaluate", THROW, (_, result) => {
      found = result;
    });
  } finally {
    line.close();
  }
  for (const { scriptId, url } of found.exceptionDetails?.stackTrace?.callFrames ?? []) note(scriptId, url);
}
var THROW = {
  expression: "throw new Error()",
  silent: true
};
function note(scriptId, url) {
  urls.set(scriptId, url);
  known7.add(url);
}
var InspectorSession = class _InspectorSession {
  session;
  /** What the session had put off. */
  #ticks = [];
  #nextTick = process.nextTick;
  #hasScripts = false;
  constructor(session) {
    this.session = session;
    process.nextTick = (tick, ...args) => {
      this.#ticks.push(() => tick(...args));
    };
  }
  static open() {
    try {
      const { Session } = process.getBuiltinModule("node:inspector");
      const session = new Session();
      session.connect();
      return new _InspectorSession(session);
    } catch {
      return null;
    }
  }
  close() {
    try {
      this.#run();
      this.session.disconnect();
      this.#run();
    } finally {
      process.nextTick = this.#nextTick;
    }
  }
  #run() {
    for (let tick = this.#ticks.shift(); tick; tick = this.#ticks.shift()) {
      tick();
    }
  }
  #ask(method, params) {
    let answered;
    answered = {
      error: new Error(`${method} was not answered`),
      result: null
    };
    this.session.post(method, params, (error, result) => {
      answered = {
        error,
        result
      };
    });
    this.#run();
    if (answered.error !== null) throw answered.error;
    return answered.result;
  }
  look(target) {
    const { internalProperties = [] } = this.#propertiesOf(target);
    return {
      scopes: this.#scopes(valueIn2(internalProperties, "[[Scopes]]")),
      location: valueIn2(internalProperties, "[[FunctionLocation]]")?.value ?? null
    };
  }
  #propertiesOf(target) {
    const given = globalThis;
    given[GIVEN] = target;
    try {
      const { result: { objectId } } = this.#ask("Runtime.evaluate", {
        expression: `globalThis[${JSON.stringify(GIVEN)}]`,
        silent: true
      });
      const properties = {
        objectId,
        ownProperties: true
      };
      return {
        objectId,
        ...this.#ask("Runtime.getProperties", properties)
      };
    } finally {
      delete given[GIVEN];
    }
  }
  privatesOf(type) {
    const { objectId, privateProperties = [] } = this.#propertiesOf(type);
    const fields = {};
    for (const { name, value } of privateProperties) {
      if (value === void 0) continue;
      fields[name] = this.#take(objectId, [
        argumentOf(value)
      ]);
    }
    return fields;
  }
  /** The value that the inspector has for an argument, or for the object itself. */
  #take(objectId, values) {
    const taker = globalThis;
    let taken2;
    taker[TAKE] = (value) => taken2 = value;
    const what = values === void 0 ? "this" : "value";
    try {
      this.#ask("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration: `function(value){globalThis[${JSON.stringify(TAKE)}](${what})}`,
        arguments: values ?? [],
        silent: true
      });
    } finally {
      delete taker[TAKE];
    }
    return taken2;
  }
  #scopes(list) {
    if (list === void 0) return [];
    const scopes = this.#take(list.objectId);
    return Array.from(scopes).flatMap(({ description, object }) => {
      const kind = kindOf2(description);
      const variables = object;
      return kind === null ? [] : [
        {
          kind,
          variables
        }
      ];
    });
  }
  keptBy(holder) {
    return this.look(holder).scopes.flatMap(({ kind, variables }) => kind === "inner" ? Object.keys(variables) : []);
  }
  urlOf(scriptId) {
    if (!urls.has(scriptId)) this.#noteScripts();
    return urls.get(scriptId) ?? "";
  }
  /** Notes all scripts, for 10 to 80 ms: V8 tells of each of Deno's own too (2.9.6). */
  #noteScripts() {
    if (this.#hasScripts) return;
    this.#hasScripts = true;
    this.session.on("Debugger.scriptParsed", ({ params }) => {
      const { scriptId, url } = params;
      note(scriptId, url);
    });
    this.#ask("Debugger.enable", {});
  }
  sourceOf(scriptId) {
    this.#noteScripts();
    return this.#ask("Debugger.getScriptSource", {
      scriptId
    }).scriptSource;
  }
};
function argumentOf({ objectId, value, unserializableValue }) {
  if (objectId !== void 0) return {
    objectId
  };
  if (unserializableValue !== void 0) return {
    unserializableValue
  };
  return value === void 0 ? {} : {
    value
  };
}
function valueIn2(properties, name) {
  return properties.find((property) => property.name === name)?.value;
}
function kindOf2(description) {
  const [word = ""] = description.split(" ");
  switch (word) {
    case "Global":
      return null;
    case "Module":
      return "module";
    case "Script":
      return "script";
    case "With":
      return "with";
    default:
      return "inner";
  }
}

// lib/process/action_copies.ts
var COPY_MAX_BYTES = 64 * 1024;
function copyActions(rehydrate2) {
  setActionCopier({
    copy,
    make: async ({ code, values }) => await rebuild(code, unpack(values, rehydrate2), childContext()?.loaders ?? {})
  });
}
function copy(action, destination, delivery) {
  try {
    const found = inspect((inspector) => capture({
      target: action,
      scope: null,
      destination,
      keepsText: true
    }, inspector));
    return found === null ? null : sent(found, destination, delivery);
  } catch (error) {
    const isUnsent = error instanceof EncodingError || error instanceof SharedMemoryError;
    if (isUnsent) return null;
    throw error;
  }
}
function sent(found, destination, delivery) {
  if (found.kind === "export") return {
    module: found.module,
    name: found.key
  };
  if (found.kind === "closed" || found.bytes > COPY_MAX_BYTES) return null;
  const values = pack(found.values, destination, "action", [], unheld(delivery));
  const copy2 = {
    code: found.code,
    values
  };
  return destination === "isolate" ? structuredClone(copy2) : copy2;
}

// lib/process/rehydrate.ts
function rehydrateSent(handle2) {
  return handle2.kind === "barrier" ? rehydrateBarrier(handle2) : rehydrate(handle2);
}
function rehydrate(handle2) {
  switch (handle2.kind) {
    case "array":
      return rehydrateArray(handle2);
    case "sharedmemory":
      return rehydrateSharedMemory(handle2);
    case "shareablelist":
      return rehydrateShareableList(handle2);
    case "value":
      return rehydrateValue(handle2);
    case "rlock":
      return rehydrateRLock(handle2);
    case "lock":
      return rehydrateLock(handle2);
    case "semaphore":
      return rehydrateSemaphore(handle2);
    case "condition":
      return rehydrateCondition(handle2);
    case "event":
      return rehydrateEvent(handle2);
    case "barrier":
      return rehydrateBarrier({
        ...handle2,
        action: null
      });
    case "rwlock":
      return rehydrateRwLock(handle2);
    case "queue":
    case "relay":
      return rehydrateQueue(handle2);
    case "connection":
      return rehydrateConnection(handle2);
    default:
      return unreachable(handle2);
  }
}
setRehydrator(rehydrate);
copyActions(rehydrateSent);

export {
  expectOptions,
  nameOf,
  isRunning,
  callSites,
  mostOf,
  mostOfChild,
  isObject,
  decode,
  classNameOf,
  encode,
  hide,
  pack,
  mayHoldHandles,
  unpack,
  LogLevel,
  getLogger,
  logToStderr,
  settingForChild,
  moduleObjects,
  claimedSites,
  namespaceOf,
  keepAlive,
  timeoutOf,
  TIMER_MAX_MS,
  settles,
  nodeThreads,
  channel,
  newStopFlags,
  requestStop,
  hasStarted,
  untilStarted,
  setGone,
  hasEnded,
  mayBeImporting,
  isLoading,
  isBlocked,
  askToEnd,
  waitForFlags,
  beforeBlocking,
  openLink,
  closeLink,
  DISPLAY,
  tableOf,
  READY,
  isAwaitable,
  isInteractive,
  isNotebook,
  broadcast,
  isNativeText,
  describeError,
  rebuildError,
  limitOf,
  END,
  LATE,
  OverTransport,
  Connection,
  Notify,
  settlesBy,
  AsyncMutex,
  checkTransfer,
  refusedEntry,
  Pipe,
  createPipe,
  SimpleQueue,
  Queue,
  JoinableQueue,
  createSimpleQueue,
  createQueue,
  createJoinableQueue,
  Field,
  Guard,
  Lock,
  createLock,
  RLock,
  createRLock,
  RawArray,
  createRawArray,
  SharedArray,
  createArray,
  SharedMemory,
  ShareableList,
  RawValue,
  createRawValue,
  Value,
  createValue,
  checkedAddress,
  absolute,
  Barrier,
  createBarrier,
  Semaphore,
  createSemaphore,
  BoundedSemaphore,
  createBoundedSemaphore,
  Condition,
  createCondition,
  SharedEvent,
  createEvent,
  RwLock,
  createRwLock,
  readSource,
  isImportable,
  isClosed,
  usesOnly,
  ScriptScope,
  capture,
  inspect,
  noteCallers,
  rehydrateSent,
  CAPTURED,
  soughtBy,
  answerTo,
  exportedName,
  findSlowly,
  exportFor
};

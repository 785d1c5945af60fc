/**
 * The values that a function uses, made ready to travel along with it: functions in
 * them are taken out, and where they belong is noted.
 *
 * ```
 *   { add: (a, b) => ..., unit: "m" }
 *      |
 *      +--> values: [{ add: null, unit: "m" }]   places: [[that object, "add", part 3]]
 * ```
 *
 * In two steps, as values may be circles: all of it is looked at, and what holds a
 * function is marked, with all that holds that; then those are copied. What holds none
 * goes as it is.
 *
 * @module
 */

import { isProxy } from "../base/object_kinds.ts";
import { EncodingError } from "../base/errors.ts";
import type { CapturedValues, Integrity } from "../wire/protocol/captured.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import {
  DEPTH_MAX,
  isError,
  reasonAgainst,
  TOO_DEEP,
  type ValueKind,
  valueKindOf,
} from "../wire/serialization/value_kinds.ts";
import { globalPathOf } from "./intrinsics.ts";
import { sessionExportOf } from "./session_exports.ts";

/** Takes functions, classes and symbols, and gives the number of each. */
export interface PartCollector {
  /** The number of a function, a class, a symbol or an object of the platform. */
  partOf(thing: object | symbol, path: string): number;
  /** The number of a class that an instance is of; refuses one with private fields. */
  classOf(type: object, path: string): number;
}

/** Something that has parts. */
interface Container {
  /** Whether a function is in it, at any depth. */
  isDirty: boolean;
  /** The class of an instance. */
  readonly type: number | null;
  readonly around: object[];
  readonly extras: readonly Extra[];
  readonly integrity: Integrity | null;
}

/** A field that structured clone leaves out. */
interface Extra {
  /** Its name, or the number of its symbol. */
  readonly key: string | number;
  readonly at: string;
  readonly isEnumerable: boolean;
  readonly value: unknown;
}

type NamedParts = Iterable<readonly [path: string, part: unknown]>;

/** The values of one function, and of all that it uses. */
export class CapturedData {
  readonly values: unknown[] = [];
  readonly places: [object, string, number][] = [];
  readonly fills: [Map<unknown, unknown> | Set<unknown>, unknown[]][] = [];
  readonly instances: [object, number][] = [];
  readonly extras: [object, string | number, boolean, unknown][] = [];
  readonly integrity: [object, Integrity][] = [];
  readonly fields: [
    number,
    "itself" | "prototype",
    boolean,
    Record<string, unknown>,
  ][] = [];
  /** What all of it takes, roughly. */
  bytes = 0;
  readonly #destination: Destination;
  readonly #taker: PartCollector;
  readonly #seen = new Map<object, Container>();
  readonly #copies = new Map<object, object>();
  /** Objects without a prototype, which structured clone gives one. */
  readonly bare: object[] = [];
  /** Whether there is anything to do to an object once it has arrived. */
  #isToFinish = false;
  readonly #given: { readonly value: unknown; put(sent: unknown): void }[] = [];

  constructor(destination: Destination, taker: PartCollector) {
    this.#destination = destination;
    this.#taker = taker;
  }

  /** Whether nothing was added. */
  get isEmpty(): boolean {
    return this.#given.length === 0;
  }

  /** Adds the value of a variable, and gives its number. */
  add(value: unknown, path: string): number {
    this.#lookAtAll(value, path);
    const index = this.values.push(undefined) - 1;
    this.#given.push({ value, put: (sent) => this.values[index] = sent });
    return index;
  }

  /** Adds fields of a function, or of its prototype. */
  addFields(
    part: number,
    of: "itself" | "prototype",
    isEnumerable: boolean,
    fields: Record<string, unknown>,
    path: string,
  ): void {
    if (Object.keys(fields).length === 0) return;
    this.#lookAtAll(fields, path);
    this.#given.push({
      value: fields,
      put: (sent) =>
        this.fields.push([
          part,
          of,
          isEnumerable,
          sent as Record<string, unknown>,
        ]),
    });
  }

  /** Copies what must be copied, once all has been added. */
  finish(): CapturedValues {
    for (const { value, put } of this.#given) put(this.#sent(value));
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
      fields,
    };
  }

  #lookAtAll(value: unknown, path: string): void {
    try {
      this.#look(value, path, null, 0);
    } catch (error) {
      const isTooDeep = error instanceof RangeError &&
        error.message === "Maximum call stack size exceeded";
      throw isTooDeep ? new EncodingError(path, TOO_DEEP) : error;
    }
  }

  /** Looks at a value; whether it is to be replaced by a part. */
  #look(
    value: unknown,
    path: string,
    around: object | null,
    depth: number,
  ): void {
    if (isPart(value)) {
      this.#taker.partOf(value, path);
      if (around !== null) this.#markDirty(around);
    } else if (typeof value === "object" && value !== null) {
      this.#lookInto(value, path, around, depth);
    } else {
      this.bytes += typeof value === "string" ? value.length : 8;
    }
  }

  #lookInto(
    value: object,
    path: string,
    around: object | null,
    depth: number,
  ): void {
    const known = this.#seen.get(value);
    if (known !== undefined) {
      if (around === null) return;
      known.around.push(around);
      if (known.isDirty) this.#markDirty(around);
      return;
    }
    if (depth > DEPTH_MAX) {
      throw new EncodingError(`${path.slice(0, 200)}…`, TOO_DEEP);
    }
    if (isProxy(value)) {
      throw new EncodingError(path, "a Proxy; give what it stands for");
    }
    const kind = valueKindOf(value);
    const reason = reasonAgainst(value, kind, this.#destination);
    if (reason !== undefined) throw new EncodingError(path, reason);
    const type = MADE_ANEW.has(kind) ? this.#typeOf(value, path) : null;
    const isPlainList = isListOfPlain(value);
    const extras = isPlainList ? [] : this.#extrasOf(value, kind, path);
    const integrity = integrityOf(value, kind);
    const isBare = Object.getPrototypeOf(value) === null;
    if (type !== null || isBare || extras.length > 0 || integrity !== null) {
      this.#isToFinish = true;
    }
    const own = around === null ? [] : [around];
    const about = { isDirty: false, type, around: own, extras, integrity };
    this.#seen.set(value, about);
    // What a Map or a Date has beside its content goes beside a plain one.
    if (type !== null && CONTENT_ONLY.has(kind)) this.#markDirty(value);
    if (isPlainList) {
      this.bytes += sizeOfList(value);
      return;
    }
    this.bytes += sizeOf(value);
    for (const [at, part] of partsOf(value, kind, path) ?? []) {
      this.#look(part, at, value, depth + 1);
    }
    // Their values go beside the object, so a function among them is no part of it.
    for (const { at, value: part } of extras) {
      this.#look(part, at, null, depth + 1);
    }
  }

  #extrasOf(value: object, kind: ValueKind, path: string): Extra[] {
    const extras: Extra[] = [];
    for (const key of extraKeysOf(value, kind)) {
      const field = Object.getOwnPropertyDescriptor(value, key)!;
      const at = typeof key === "symbol"
        ? `${path}[${String(key)}]`
        : `${path}${stepOf(key)}`;
      if (!("value" in field)) throw new EncodingError(at, A_GETTER);
      const name = typeof key === "symbol" ? this.#taker.partOf(key, at) : key;
      const isEnumerable = field.enumerable === true;
      extras.push({ key: name, at, isEnumerable, value: field.value });
    }
    return extras;
  }

  #markDirty(container: object): void {
    const open = [container];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const known = this.#seen.get(next)!;
      if (known.isDirty) continue;
      known.isDirty = true;
      open.push(...known.around);
    }
  }

  /** The number of the class of an instance; null for what is of none. */
  #typeOf(value: object, path: string): number | null {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || NATIVE.has(prototype)) return null;
    const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")
      ?.value;
    // An error of the platform says itself of which class it is.
    if (
      isError(value) && typeof maker === "function" &&
      globalPathOf(maker) !== null
    ) {
      return null;
    }
    if (typeof maker !== "function" || maker.prototype !== prototype) {
      throw new EncodingError(
        path,
        "an object with a prototype that is of no class; send its data",
      );
    }
    return this.#taker.classOf(maker, path);
  }

  #sent(value: unknown): unknown {
    if (isPart(value)) return null;
    if (typeof value !== "object" || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const about = this.#seen.get(value);
    const isDirty = about?.isDirty === true;
    if (!isDirty && !this.#isToFinish) return value;
    const copy = isDirty ? this.#copy(value) : value;
    this.#copies.set(value, copy);
    if (Object.getPrototypeOf(value) === null) this.bare.push(copy);
    if (!isDirty) this.#visit(value);
    if (about !== undefined) this.#noteFinish(copy, about);
    return copy;
  }

  /** Notes what is to be done to an object once it has arrived. */
  #noteFinish(copy: object, { type, extras, integrity }: Container): void {
    if (type !== null) this.instances.push([copy, type]);
    if (integrity !== null) this.integrity.push([copy, integrity]);
    for (const { key, at, isEnumerable, value } of extras) {
      const extra: CapturedData["extras"][number] = [
        copy,
        key,
        isEnumerable,
        this.#sent(value),
      ];
      this.extras.push(extra);
      if (isPart(value)) {
        this.places.push([extra, "3", this.#taker.partOf(value, at)]);
      }
    }
  }

  /** Looks for what is to be done in what goes as it is. */
  #visit(value: object): void {
    if (isListOfPlain(value)) return;
    for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
      this.#sent(part);
    }
  }

  #copy(value: object): object {
    if (value instanceof Map || value instanceof Set) {
      return this.#copyContent(value);
    }
    if (value instanceof Date) {
      return new Date(Date.prototype.getTime.call(value));
    }
    const copy: object = Array.isArray(value) ? [] : {};
    if (Array.isArray(value)) (copy as unknown[]).length = value.length;
    this.#copies.set(value, copy);
    for (const key of Object.keys(value)) {
      this.#put(copy, key, (value as Record<string, unknown>)[key]);
    }
    return copy;
  }

  #put(container: object, key: string, part: unknown): void {
    Object.defineProperty(container, key, {
      value: this.#sent(part),
      writable: true,
      enumerable: true,
      configurable: true,
    });
    if (isPart(part)) {
      this.places.push([container, key, this.#taker.partOf(part, key)]);
    }
  }

  #copyContent(value: Map<unknown, unknown> | Set<unknown>): object {
    const copy = value instanceof Map ? new Map() : new Set();
    this.#copies.set(value, copy);
    const content: unknown[] = [];
    for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
      this.#put(content, String(content.length), part);
    }
    this.fills.push([copy, content]);
    return copy;
  }
}

/**
 * Whether a value travels as a part: a function, a symbol, an object of the platform, a
 * namespace or another object that is imported.
 */
export function isPart(value: unknown): value is object | symbol {
  return typeof value === "function" || typeof value === "symbol" ||
    typeof value === "object" && value !== null &&
      (globalPathOf(value) !== null || sessionExportOf(value) !== null);
}

/** The kinds of objects that structured clone makes anew, without their classes. */
const MADE_ANEW = new Set<ValueKind>([
  "plain",
  "array",
  "map",
  "set",
  "date",
  "regexp",
  "error",
  "buffer",
  "view",
]);

/** Of these instances of classes are copied without what they have of their own. */
const CONTENT_ONLY = new Set<ValueKind>(["map", "set", "date"]);

const NATIVE = new Set<object>([
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
    Uint8Array,
  ]
    .map(({ prototype }) => prototype),
  ...[Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]
    .map(({ prototype }) => prototype),
  ...[BigInt64Array, BigUint64Array, Float16Array, Float32Array, Float64Array]
    .map(({ prototype }) => prototype),
]);

/** The names of fields that structured clone leaves out. */
function extraKeysOf(value: object, kind: ValueKind): (string | symbol)[] {
  switch (kind) {
    case "plain":
    case "array":
      return Reflect.ownKeys(value).filter((key) => {
        if (typeof key === "symbol") return isShared(key);
        return key !== "length" &&
          !Object.prototype.propertyIsEnumerable.call(value, key);
      });
    case "map":
    case "set":
    case "date":
    case "buffer":
      return Reflect.ownKeys(value).filter((key) =>
        typeof key === "string" || isShared(key)
      );
    case "regexp":
      return Reflect.ownKeys(value).filter((key) =>
        key === "lastIndex"
          ? (value as RegExp).lastIndex !== 0
          : typeof key === "string" || isShared(key)
      );
    default:
      return [];
  }
}

/**
 * Whether other processes have a symbol. A field under any other one is seen there by
 * nobody: a function that names the symbol is refused.
 */
function isShared(symbol: symbol): boolean {
  if (Symbol.keyFor(symbol) !== undefined) return true;
  const name = symbol.description?.replace(/^Symbol\./, "") ?? "";
  return (Symbol as unknown as Record<string, unknown>)[name] === symbol;
}

function integrityOf(value: object, kind: ValueKind): Integrity | null {
  const isMade = kind !== "shareable" && kind !== "platform" &&
    kind !== "shared";
  if (!isMade || Object.isExtensible(value)) return null;
  if (Object.isFrozen(value)) return "frozen";
  return Object.isSealed(value) ? "sealed" : "closed";
}

/** What is in a container; null for what is none. */
function partsOf(
  value: object,
  kind: ReturnType<typeof valueKindOf>,
  path: string,
): NamedParts | null {
  switch (kind) {
    case "plain":
    case "array":
      return fieldsOf(value, path);
    case "map":
      return entriesOf(value as Map<unknown, unknown>, path);
    case "set":
      return membersOf(value as Set<unknown>, path);
    default:
      return null;
  }
}

function* fieldsOf(value: object, path: string): NamedParts {
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const at = isList ? `${path}[${key}]` : `${path}${stepOf(key)}`;
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field === undefined) continue;
    if (!("value" in field)) {
      throw new EncodingError(at, A_GETTER);
    }
    yield [at, field.value];
  }
}

const A_GETTER =
  "a getter, which would run here and not there; put its value into a variable, " +
  "or give it as an argument";

function stepOf(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

function* entriesOf(value: Map<unknown, unknown>, path: string): NamedParts {
  let index = 0;
  for (const [key, part] of Map.prototype.entries.call(value)) {
    yield [`${path}'s key ${index}`, key];
    yield [`${path}'s value ${index++}`, part];
  }
}

function* membersOf(value: Set<unknown>, path: string): NamedParts {
  let index = 0;
  for (const part of Set.prototype.values.call(value)) {
    yield [`${path}'s member ${index++}`, part];
  }
}

/** Whether it is a list of numbers and strings, in which nothing is to be found. */
function isListOfPlain(
  value: object,
): value is readonly (number | string)[] {
  // Beside its items it has its length, and nothing else.
  return Array.isArray(value) &&
    value.length + 1 === Reflect.ownKeys(value).length &&
    value.every((item) => typeof item === "number" || typeof item === "string");
}

/** About how many bytes a list of numbers and strings takes. */
function sizeOfList(list: readonly (number | string)[]): number {
  return list.reduce<number>(
    (sum, item) => sum + (typeof item === "string" ? item.length : 8),
    16,
  );
}

/** About how many bytes any other value takes by itself. */
function sizeOf(value: object): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof ArrayBuffer) return value.byteLength;
  return 16;
}

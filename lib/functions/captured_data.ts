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

// @ts-ignore: the types of Node are what a dependency brings, in any version.
import { isProxy } from "node:util/types";
import { EncodingError } from "../base/errors.ts";
import type { CapturedValues } from "../wire/protocol/captured.ts";
import type { Destination } from "../wire/serialization/handle.ts";
import {
  DEPTH_MAX,
  reasonAgainst,
  TOO_DEEP,
  valueKindOf,
} from "../wire/serialization/value_kinds.ts";
import { globalPathOf } from "./intrinsics.ts";

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
}

type Parts = Iterable<readonly [path: string, part: unknown]>;

/** The values of one function, and of all that it uses. */
export class CapturedData {
  readonly values: unknown[] = [];
  readonly places: [object, string, number][] = [];
  readonly fills: [Map<unknown, unknown> | Set<unknown>, unknown[]][] = [];
  readonly instances: [object, number][] = [];
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
  /** Whether there are instances, or objects without a prototype. */
  #hasInstances = false;
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
    this.#look(value, path, null, 0);
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
    this.#look(fields, path, null, 0);
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
    const { values, places, fills, instances, bare, fields } = this;
    return { values, places, fills, instances, bare, fields };
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
    if (depth > DEPTH_MAX) throw new EncodingError(path, TOO_DEEP);
    if (isProxy(value)) {
      throw new EncodingError(path, "a Proxy; give what it stands for");
    }
    const kind = valueKindOf(value);
    const reason = reasonAgainst(value, kind, this.#destination);
    if (reason !== undefined) throw new EncodingError(path, reason);
    const parts = partsOf(value, kind, path);
    const type = parts === null ? null : this.#typeOf(value, path);
    const isBare = Object.getPrototypeOf(value) === null;
    if (type !== null || isBare) this.#hasInstances = true;
    const own = around === null ? [] : [around];
    this.#seen.set(value, { isDirty: false, type, around: own });
    if (isListOfPlain(value)) {
      this.bytes += sizeOfList(value);
      return;
    }
    this.bytes += sizeOf(value);
    for (const [at, part] of parts ?? []) {
      this.#look(part, at, value, depth + 1);
    }
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
    const { isDirty, type } = this.#seen.get(value) ??
      { isDirty: false, type: null };
    if (!isDirty && !this.#hasInstances) return value;
    const copy = isDirty ? this.#copy(value) : value;
    this.#copies.set(value, copy);
    if (Object.getPrototypeOf(value) === null) this.bare.push(copy);
    if (type !== null) this.instances.push([copy, type]);
    if (!isDirty) this.#visit(value);
    return copy;
  }

  /** Looks for instances in what goes as it is. */
  #visit(value: object): void {
    for (const [, part] of partsOf(value, valueKindOf(value), "") ?? []) {
      this.#sent(part);
    }
  }

  #copy(value: object): object {
    if (value instanceof Map || value instanceof Set) {
      return this.#copyContent(value);
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

/** Whether a value travels as a part: a function, a symbol, an object of the platform. */
export function isPart(value: unknown): value is object | symbol {
  return typeof value === "function" || typeof value === "symbol" ||
    typeof value === "object" && value !== null && globalPathOf(value) !== null;
}

const NATIVE = new Set<object>([
  Object.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
]);

/** What is in a container; null for what is none. */
function partsOf(
  value: object,
  kind: ReturnType<typeof valueKindOf>,
  path: string,
): Parts | null {
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

function* fieldsOf(value: object, path: string): Parts {
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const at = isList ? `${path}[${key}]` : `${path}${stepOf(key)}`;
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field === undefined) continue;
    if (!("value" in field)) {
      throw new EncodingError(
        at,
        "a getter, which would run here and not there; put its value into a " +
          "variable, or give it as an argument",
      );
    }
    yield [at, field.value];
  }
}

function stepOf(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

function* entriesOf(value: Map<unknown, unknown>, path: string): Parts {
  let index = 0;
  for (const [key, part] of Map.prototype.entries.call(value)) {
    yield [`${path}'s key ${index}`, key];
    yield [`${path}'s value ${index++}`, part];
  }
}

function* membersOf(value: Set<unknown>, path: string): Parts {
  let index = 0;
  for (const part of Set.prototype.values.call(value)) {
    yield [`${path}'s member ${index++}`, part];
  }
}

/** Whether it is a list of numbers and strings, in which nothing is to be found. */
function isListOfPlain(
  value: object,
): value is readonly (number | string)[] {
  return Array.isArray(value) && value.length === Object.keys(value).length &&
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

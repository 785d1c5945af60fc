/**
 * Checks placeholders that were received as bytes, as those of an untrusted
 * peer may hold anything.
 *
 * - **Each object is used once:** no two errors take their fields from one
 *   object, no two maps their content from one list. So the bytes of the
 *   message bound the work.
 * - **The place exists:** placeholders fill fields that were sent as `null`,
 *   and add no new ones.
 * - **A check stays valid:** entries and records are copied, as a placeholder
 *   may be inside them.
 *
 * @module
 */

import { isObject } from "./object_fields.ts";
import { CHECKED_FROM_COUNT, costOfKeys } from "./key_collisions.ts";
import type { ErrorRecord } from "./error_record.ts";
import type { Handle } from "./handle.ts";
import type {
  Fill,
  Instance,
  Placeholder,
  WithPlaceholders,
} from "./placeholders.ts";

/**
 * The maximal total length of what is filled, if the length of the message does
 * not bound it.
 */
const MOST_FILLED = 2 ** 27;

/**
 * Checks the placeholders in `value`, which was decoded from `bytes` bytes, and
 * returns a copy. Throws a `RangeError` for broken ones, and if filling them
 * would cost more than `most`.
 */
export function checkedPlaceholders(
  value: unknown,
  bytes: number = MOST_FILLED,
  most = Infinity,
): WithPlaceholders {
  const { root, handles, errors, fills, instances } = Object(
    value,
  ) as WithPlaceholders;
  if (!Array.isArray(root) || root.length !== 1) throw broken();
  const check = new Check(bytes, most);
  return {
    root,
    handles: entriesOf(handles, 3).map((entry) => check.handle(entry)),
    errors: entriesOf(errors, 3).map((entry) => check.error(entry)),
    fills: entriesOf(fills, 2).map((entry) => check.fill(entry)),
    instances: entriesOf(instances ?? [], 2).map((entry) =>
      check.instance(entry)
    ),
  };
}

/**
 * Checks entries of `columns` parts. A hole also ends a list of four billion.
 */
function entriesOf(entries: unknown, columns: number): unknown[][] {
  if (!Array.isArray(entries)) throw broken();
  const sound: unknown[][] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== columns) throw broken();
    sound.push(entry);
  }
  return sound;
}

/** What instances are before they are given their classes. */
const INSTANCES = new Set<object>(
  [Object, Array, Map, Set, Date].map(({ prototype }) => prototype),
);

/** One check; it refuses an object that is used twice. */
class Check {
  readonly #once = new Set<object>();
  /** They may be filled as well. */
  readonly #instances = new Set<object>();
  readonly #records = new Map<object, ErrorRecord>();
  /** How many elements may still be filled. */
  #left: number;
  /** The cost that is still allowed. */
  #costLeft: number;

  constructor(most: number, mostCost: number) {
    this.#left = most;
    this.#costLeft = mostCost;
  }

  handle([at, key, part]: unknown[]): Placeholder<Handle> {
    if (!isObject(part)) throw broken();
    return [...placeOf(at, key), part as Handle];
  }

  error([at, key, part]: unknown[]): Placeholder<ErrorRecord> {
    if (!isObject(part)) throw broken();
    let record = this.#records.get(part);
    if (record === undefined) {
      record = this.#record(part as ErrorRecord);
      this.#records.set(part, record);
    }
    return [...placeOf(at, key), record];
  }

  #record(record: ErrorRecord): ErrorRecord {
    const { base, name, message, stack, fields, hidden, className } = record;
    const areTexts = [base, name, message, stack, className ?? ""].every(
      (text) => typeof text === "string",
    );
    if (!areTexts || !isPlain(fields) || !isPlain(hidden)) throw broken();
    this.#useOnce(fields);
    this.#useOnce(hidden);
    const classed = className === undefined ? {} : { className };
    return { base, name, message, stack, fields, hidden, ...classed };
  }

  fill([target, content]: unknown[]): Fill {
    const isTarget = target instanceof Map || target instanceof Set;
    if (!isTarget || target.size > 0 || !Array.isArray(content)) throw broken();
    this.#left -= content.length;
    const isOdd = target instanceof Map && content.length % 2 !== 0;
    if (isOdd || this.#left < 0) throw broken();
    this.#useOnce(target);
    this.#useOnce(content);
    this.#charge(content, target instanceof Map ? 2 : 1);
    return [target, content];
  }

  instance([instance, className]: unknown[]): Instance {
    const isNew = isObject(instance) &&
      INSTANCES.has(Object.getPrototypeOf(instance)) &&
      !this.#instances.has(instance);
    if (!isNew || typeof className !== "string") throw broken();
    this.#instances.add(instance);
    return [instance, className];
  }

  #charge(content: readonly unknown[], stride: number): void {
    const isToCheck = this.#costLeft < Infinity &&
      content.length >= CHECKED_FROM_COUNT;
    if (!isToCheck) return;
    this.#costLeft -= costOfKeys(content, stride);
    if (this.#costLeft < 0) throw broken();
  }

  #useOnce(part: object): void {
    if (this.#once.has(part)) throw broken();
    this.#once.add(part);
  }
}

function placeOf(at: unknown, key: unknown): [at: object, key: string] {
  const isPlace = isContainer(at) && typeof key === "string" &&
    Object.hasOwn(at, key) && !(key === "length" && Array.isArray(at));
  if (!isPlace) throw broken();
  return [at, key];
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value) || isPlain(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function broken(): RangeError {
  return new RangeError("Cannot read a message: its placeholders are broken");
}

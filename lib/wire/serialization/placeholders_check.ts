/**
 * Sites that came as bytes: those of a stranger may say "sited" and hold anything.
 *
 * - **What is filled is filled once:** no two errors have their fields from one
 *   object, no two maps their content from one list. So the work is bounded by the
 *   bytes of the message.
 * - **A place is there already:** sites fill what was sent as `null`, and make no
 *   new fields.
 * - **What was checked stays:** rows and records are copied, as a site may lead into
 *   them.
 *
 * @module
 */

import { CHECKED_FROM_COUNT, costOfKeys } from "./key_collisions.ts";
import type { ErrorRecord } from "./error_record.ts";
import type { Handle } from "./handle.ts";
import type {
  Fill,
  Instance,
  Placeholder,
  WithPlaceholders,
} from "./placeholders.ts";

/** As long as all that is filled may be together, where no message is the measure. */
const MOST_FILLED = 2 ** 27;

/**
 * The sites in `value`, which was read from so many bytes, if from bytes at all;
 * throws a `RangeError`, also where filling them would cost more than `most`.
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
    handles: rowsOf(handles, 3).map((row) => check.handle(row)),
    errors: rowsOf(errors, 3).map((row) => check.error(row)),
    fills: rowsOf(fills, 2).map((row) => check.fill(row)),
    instances: rowsOf(instances ?? [], 2).map((row) => check.instance(row)),
  };
}

/** Rows of so many columns. One that is missing ends a list of four billion too. */
function rowsOf(rows: unknown, columns: number): unknown[][] {
  if (!Array.isArray(rows)) throw broken();
  const sound: unknown[][] = [];
  for (const row of rows) {
    if (!Array.isArray(row) || row.length !== columns) throw broken();
    sound.push(row);
  }
  return sound;
}

/** One check; what is used once may not come again in it. */
class Check {
  readonly #once = new Set<object>();
  readonly #records = new Map<object, ErrorRecord>();
  /** How much may still be filled. */
  #left: number;
  /** What that may cost. */
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
    const { base, name, message, stack, fields, hidden } = record;
    const areTexts = [base, name, message, stack].every((text) =>
      typeof text === "string"
    );
    if (!areTexts || !isPlain(fields) || !isPlain(hidden)) throw broken();
    this.#useOnce(fields);
    this.#useOnce(hidden);
    return { base, name, message, stack, fields, hidden };
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
    if (!isPlain(instance) || typeof className !== "string") throw broken();
    this.#useOnce(instance);
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

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function broken(): RangeError {
  return new RangeError("Cannot read a message: its sites are broken");
}

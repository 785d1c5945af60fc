/**
 * Setting fields of objects that are made from messages.
 *
 * @module
 */

/**
 * Whether `key` is an index far beyond the `count` fields of an object. V8
 * allocates contiguous elements up to that index, if the gap is at most 1024
 * (2.9.6): much memory for little data.
 */
export function isFarIndex(key: string, count: number): boolean {
  const digit = key.charCodeAt(0);
  if (!(digit >= 0x30 && digit <= 0x39) || key.length > 10) return false;
  return Number(key) > 4 * count + 16;
}

/**
 * Makes V8 keep the indices of an object in a hash table, not as contiguous
 * elements.
 */
export function keepTable(object: object): void {
  put(object, FAR, null);
  delete (object as Record<string, unknown>)[FAR];
}

/** The largest index. */
const FAR = "4294967294";

/** `container[key] = value`, but as an own property whatever the key. */
export function put(container: object, key: string, value: unknown): void {
  if (key !== "__proto__") {
    (container as Record<string, unknown>)[key] = value;
    return;
  }
  Object.defineProperty(container, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Whether a value is an object of any kind. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Fields of objects that are made from messages.
 *
 * @module
 */

/**
 * Whether `key` is an index that is far from the `count` that an object has. V8 makes
 * a row of that length for it, up to a gap of 1024 (2.9.6), and so much out of little.
 */
export function isFarIndex(key: string, count: number): boolean {
  const digit = key.charCodeAt(0);
  if (!(digit >= 0x30 && digit <= 0x39) || key.length > 10) return false;
  return Number(key) > 4 * count + 16;
}

/** Makes V8 keep a table of the indices of an object, not a row. */
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

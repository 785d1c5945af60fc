/**
 * One object per piece of shared memory and isolate.
 *
 * @module
 */

/** Objects by the key of their block, for as long as somebody else has them. */
export class WeakCache<T extends object> {
  #objects: Map<string, WeakRef<T>> = new Map();
  #gone: FinalizationRegistry<string> = new FinalizationRegistry((key) => {
    // A younger object may have the key by now.
    if (this.#objects.get(key)?.deref() === undefined) {
      this.#objects.delete(key);
    }
  });

  /** The living object under `key`. */
  get(key: string): T | undefined {
    return this.#objects.get(key)?.deref();
  }

  /** Puts an object under `key`; one that is there already stays. */
  add(key: string, object: T): void {
    if (this.get(key) !== undefined) return;
    this.#objects.set(key, new WeakRef(object));
    this.#gone.register(object, key);
  }
}

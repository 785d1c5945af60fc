/**
 * A weak cache: one object per block of shared memory in an isolate.
 *
 * @module
 */

/** Objects by the key of their block, held weakly. */
export class WeakCache<T extends object> {
  #objects: Map<string, WeakRef<T>> = new Map();
  #gone: FinalizationRegistry<string> = new FinalizationRegistry((key) => {
    // A newer object may have the key by now.
    if (this.#objects.get(key)?.deref() === undefined) {
      this.#objects.delete(key);
    }
  });

  /** The living object under `key`. */
  get(key: string): T | undefined {
    return this.#objects.get(key)?.deref();
  }

  /** Adds an object under `key`, unless a living one has it. */
  add(key: string, object: T): void {
    if (this.get(key) !== undefined) return;
    this.#objects.set(key, new WeakRef(object));
    this.#gone.register(object, key);
  }
}

/**
 * The items of an iterable, taken as they are wanted.
 *
 * @module
 */

import { contextNow, type Within } from "../../base/async_context.ts";
import { callOut } from "../../base/stderr.ts";

/** What an input gave. */
export type SourceItems =
  /** Items; fewer than asked for when the rest is not there yet. */
  | { readonly kind: "items"; readonly items: readonly unknown[] }
  /** No more will come, and why, if it is for an error. */
  | { readonly kind: "end"; readonly error?: { readonly thrown: unknown } };

/** Items to be taken. */
export interface ItemSource {
  /** Takes up to `most` items that are there. */
  take(most: number): SourceItems;
  /** Nobody wants the rest. */
  close(): void;
}

/** What is printed where nobody is there any more to be told. */
const CLOSING = "A source of items threw when it was closed";

/** The input of a plain iterable: everything is there when it is asked for. */
export class SyncItemSource implements ItemSource {
  readonly #iterator: Iterator<unknown>;
  /** Null for a list, in which there is nothing of the user's to run. */
  readonly #within: Within | null;
  #end: SourceItems | null = null;

  constructor(iterable: Iterable<unknown>) {
    this.#iterator = iterable[Symbol.iterator]();
    this.#within = Array.isArray(iterable) ? null : contextNow();
  }

  take(most: number): SourceItems {
    const within = this.#within;
    return within === null ? this.#take(most) : within(() => this.#take(most));
  }

  #take(most: number): SourceItems {
    const items: unknown[] = [];
    while (this.#end === null && items.length < most) {
      try {
        const { done, value } = this.#iterator.next();
        if (done === true) this.#end = { kind: "end" };
        else items.push(value);
      } catch (thrown) {
        this.#end = { kind: "end", error: { thrown } };
      }
    }
    return items.length > 0 || this.#end === null
      ? { kind: "items", items }
      : this.#end;
  }

  close(): void {
    if (this.#end !== null) return;
    this.#end = { kind: "end" };
    const close = () => this.#iterator.return?.();
    callOut(
      CLOSING,
      () => this.#within === null ? close() : this.#within(close),
    );
  }
}

/** The input of an async iterable: one item at a time is waited for. */
export class AsyncItemSource implements ItemSource {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #within: Within = contextNow();
  readonly #ready: () => void;
  readonly #items: unknown[] = [];
  #isReading = false;
  #isClosed = false;
  #end: SourceItems | null = null;

  /** `ready` is called when there is more than before. */
  constructor(iterable: AsyncIterable<unknown>, ready: () => void) {
    this.#iterator = iterable[Symbol.asyncIterator]();
    this.#ready = ready;
  }

  take(most: number): SourceItems {
    const items = this.#items.splice(0, most);
    if (items.length > 0) {
      this.#read();
      return { kind: "items", items };
    }
    if (this.#end !== null) return this.#end;
    this.#read();
    return { kind: "items", items };
  }

  // Invariant: one item is read at the most, and none while one is in store: so
  // the input is not more than one ahead of who takes.
  async #read(): Promise<void> {
    if (this.#isReading || this.#end !== null) return;
    this.#isReading = true;
    try {
      const { done, value } = await this.#within(() => this.#iterator.next());
      if (done === true) this.#end = { kind: "end" };
      else this.#items.push(value);
    } catch (thrown) {
      this.#end = { kind: "end", error: { thrown } };
    }
    this.#isReading = false;
    if (!this.#isClosed) this.#ready();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#end !== null) return;
    this.#end = { kind: "end" };
    callOut(CLOSING, () => this.#within(() => this.#iterator.return?.()));
  }
}

/** Whatever can be iterated over. */
export type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

/** Whether an iterable gives its items later; a text has no `in`. */
export function isAsync(
  iterable: AnyIterable,
): iterable is AsyncIterable<unknown> {
  const { [Symbol.asyncIterator]: method } = iterable as Partial<
    AsyncIterable<unknown>
  >;
  return typeof method === "function";
}

/** Whether something can be iterated over. */
export function isIterable(value: unknown): value is AnyIterable {
  if (value === null || value === undefined) return false;
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } =
    value as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  return typeof sync === "function" || typeof async === "function";
}

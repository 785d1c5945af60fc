/**
 * Sources of items: read an iterable only as far as its items are needed.
 *
 * @module
 */

import { contextNow, type Within } from "../../base/async_context.ts";
import { callOut } from "../../base/stderr.ts";

/** Result of reading a source. */
export type SourceItems =
  /** Items; fewer than asked for if the others are not available yet. */
  | { readonly kind: "items"; readonly items: readonly unknown[] }
  /** The source has ended, with the error that ended it, if there was one. */
  | { readonly kind: "end"; readonly error?: { readonly thrown: unknown } };

/** A source of items. */
export interface ItemSource {
  /** Takes up to `most` available items. */
  take(most: number): SourceItems;
  /** Closes the source; the remaining items are not needed. */
  close(): void;
}

/** Printed with an error that has no caller left to receive it. */
const CLOSING = "A source of items threw when it was closed";

/** The source of a synchronous iterable: each item is available when asked for. */
export class SyncItemSource implements ItemSource {
  readonly #iterator: Iterator<unknown>;
  /** Null for an array, whose iteration runs no code of the user. */
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

/** The source of an async iterable: it waits for one item at a time. */
export class AsyncItemSource implements ItemSource {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #within: Within = contextNow();
  readonly #ready: () => void;
  readonly #items: unknown[] = [];
  #isReading = false;
  #isClosed = false;
  #end: SourceItems | null = null;

  /** `ready` is called when another item is available. */
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

  // Invariant: at most one item is being read, and none while one is stored: the
  // source is never more than one item ahead of its reader.
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

/** Anything that can be iterated over. */
export type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

/** Whether an iterable is asynchronous; `in` does not work on a string. */
export function isAsync(
  iterable: AnyIterable,
): iterable is AsyncIterable<unknown> {
  const { [Symbol.asyncIterator]: method } = iterable as Partial<
    AsyncIterable<unknown>
  >;
  return typeof method === "function";
}

/** Whether a value can be iterated over. */
export function isIterable(value: unknown): value is AnyIterable {
  if (value === null || value === undefined) return false;
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } =
    value as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  return typeof sync === "function" || typeof async === "function";
}

/**
 * What carries an isolate: a thread or a Web Worker of the platform.
 *
 * @module
 */

/** A running thread or worker, as its maker sees it. */
export interface IsolateHandle {
  /** Ends it as hard as its kind allows. */
  kill(): void;
  /** How many milliseconds it has computed, as far as its kind knows. */
  computedMs(): Promise<number>;
}

/** What a body tells the root. */
export interface IsolateEvents {
  /** Something went wrong that the exit code does not say. */
  trouble(reason: string): void;
  /** It is gone; `code` if its kind has one. */
  gone(code: number | null): void;
}

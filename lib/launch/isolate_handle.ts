/**
 * What carries an isolate: a thread or a Web Worker of the platform.
 *
 * @module
 */

import type { Port } from "../base/node_threads.ts";
import type { IsolateBoot } from "../wire/protocol/messages.ts";

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

/** What a spare isolate can do beside being ended. */
export interface SpareBody extends IsolateHandle {
  /** Tells it who it is; what it tells from now on goes to these events. */
  adopt(
    name: string,
    boot: IsolateBoot,
    control: Port,
    events: IsolateEvents,
  ): void;
}

/** What a spare isolate tells while it is in stock. */
export interface SpareBodyEvents extends IsolateEvents {
  /** It has booted, and its heap has so many bytes. */
  waiting(heapBytes: number): void;
}

/**
 * Handles of isolates: threads and Web Workers of the platform.
 *
 * @module
 */

import type { Port } from "../base/node_threads.ts";
import type { IsolateBoot } from "../wire/protocol/messages.ts";

/** A running thread or worker, for the code that made it. */
export interface IsolateHandle {
  /** Ends it as hard as its kind allows. */
  kill(): void;
  /** Its CPU time in milliseconds, as far as its kind knows it. */
  computedMs(): Promise<number>;
}

/** Events of an isolate. */
export interface IsolateEvents {
  /** An error that the exit code does not tell. */
  trouble(reason: string): void;
  /** The isolate has ended; `code` if its kind has an exit code. */
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

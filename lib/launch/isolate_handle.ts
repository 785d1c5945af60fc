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

/** The handle of a spare isolate. */
export interface SpareBody extends IsolateHandle {
  /** Sends its identity and its boot data; later events go to `events`. */
  adopt(
    name: string,
    boot: IsolateBoot,
    control: Port,
    events: IsolateEvents,
  ): void;
}

/** Events of a spare isolate that is in stock. */
export interface SpareBodyEvents extends IsolateEvents {
  /** It has booted and waits, with a heap of this size. */
  waiting(heapBytes: number): void;
}

/** The ports of boot data, which move to the isolate along with it. */
export function portsOf({ data, control, sharer }: IsolateBoot): MessagePort[] {
  return [data, control, sharer.port];
}

/**
 * The number of an isolate among all processes of the program, from its owner id,
 * which is a number below 2^31 that is unique in its OS process.
 */
export function isolateIdent(owner: number): number {
  return Deno.pid * 2 ** 31 + owner;
}

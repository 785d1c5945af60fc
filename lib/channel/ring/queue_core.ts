/**
 * What a queue needs of that which keeps its items: shared memory, or another
 * process that is asked by mail.
 *
 * ```
 *   Queue, SimpleQueue, JoinableQueue     errors, options, what a user sees
 *            |
 *        QueueCore
 *        |       |
 *   RingCore   (by mail)                  where the items are
 * ```
 *
 * A core takes and gives values. It answers and does not throw for what is
 * nobody's fault: no room, nothing there, the end. The queues make errors of these
 * answers, so that all fail alike. What is missing on the way to an answer, such as
 * a blocking call where nothing can be waited for, throws a typed error.
 *
 * @module
 */

import type { Limit } from "../../sync/steps.ts";
import type {
  Destination,
  QueueHandle,
  RelayHandle,
} from "../../wire/serialization/handle.ts";
import type { EMPTY, GONE, Putting } from "./ring.ts";

/** What a get gives: an item, nothing until the limit, or nothing ever again. */
export type Taken = unknown | typeof EMPTY | typeof GONE;

/** The limit of what does not wait at all. */
export const AT_ONCE: Limit = { deadline: -Infinity, signal: undefined };

/** Where a queue keeps its items. */
export interface QueueCore {
  /** The same for every core of the same items in this isolate, and no other. */
  readonly key: string;
  /** Whether every look at it asks another process. */
  readonly isFar: boolean;
  /** The most items at once; `COUNT_LIMIT` if as many as there is memory for. */
  readonly maxCount: number;
  /** How many items there are at this moment. */
  readonly count: number;
  /** Whether nothing is put any more. */
  readonly isShut: boolean;

  /**
   * Puts an item. It is encoded before this returns; what cannot be sent throws,
   * and what is in `transfer` is given away then. An aborted wait is `"full"`, or
   * rejects. Items that this isolate puts so stay in order.
   */
  put(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting | Promise<Putting>;
  /** The same, and blocks this thread. With {@linkcode AT_ONCE} it never waits. */
  putSync(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting;

  /**
   * Puts an item that was got, and that nobody received, behind all others; also
   * where puts have ended, so that it is not lost. What was counted is not counted
   * again.
   */
  putBack(value: unknown): Promise<void>;

  /** Gets an item. An aborted wait is `EMPTY`, or rejects. */
  get(limit: Limit): Taken | Promise<Taken>;
  /** The same, and blocks this thread. With {@linkcode AT_ONCE} it never waits. */
  getSync(limit: Limit): Taken;

  /** Waits until a get would not have to, false if it gave up. Takes nothing. */
  ready(limit: Limit): Promise<boolean>;

  /** Notes that an item is done with; false when all of them are already. */
  taskDone(): boolean;
  /** Waits until every item that was put is done with; false if it gave up. */
  allDone(limit: Limit): Promise<boolean>;
  /** The same, and blocks this thread. */
  allDoneSync(limit: Limit): boolean;

  /** Ends the puts, and drops what is there if `dropped`; wakes everybody. */
  shut(dropped: boolean): void;

  /** The way to the same items from a destination; throws a typed error. */
  handle(
    destination: Destination,
    form: QueueHandle["form"],
  ): QueueHandle | RelayHandle;
}

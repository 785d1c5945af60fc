/**
 * `QueueBackend`: the interface to the items of a queue, in shared memory or in a
 * process that is asked by messages.
 *
 * ```
 *   Queue, SimpleQueue, JoinableQueue     errors, options, the public methods
 *            |
 *        QueueBackend
 *        |       |
 *   RingBackend  RelayBackend                   shared memory, or messages to the parent
 * ```
 *
 * A backend takes and gives values. Conditions that are no fault, such as no room, no
 * item, or the end, are results and not exceptions. The queues turn them into
 * errors, so that all backends fail alike. A backend throws a typed error if it cannot
 * find out, such as for a blocking call where nothing can block.
 *
 * @module
 */

import type { Limit } from "../../sync/steps.ts";
import type {
  Delivery,
  Destination,
  QueueHandle,
  RelayHandle,
} from "../../wire/serialization/handle.ts";
import type { EMPTY, GONE, Putting } from "./ring_outcomes.ts";

/** Result of a get: an item, none before the limit, or none ever again. */
export type Taken = unknown | typeof EMPTY | typeof GONE;

/** The limit of an operation that does not wait. */
export const AT_ONCE: Limit = { deadline: -Infinity, signal: undefined };

/** The items of a queue. */
export interface QueueBackend {
  /**
   * Equal for all backends of the same items in this isolate, and different for
   * others.
   */
  readonly key: string;
  /** Whether every call has to ask another process. */
  readonly isFar: boolean;
  /** The maximum number of items; `COUNT_LIMIT` if only memory limits it. */
  readonly maxCount: number;
  /** The number of items at this moment. */
  readonly count: number;
  /** Whether the queue takes no more items. */
  readonly isShut: boolean;

  /**
   * Puts an item. It is encoded before this returns; a value that cannot be sent
   * throws, and buffers in `transfer` move then. An aborted wait returns `"full"`
   * or rejects. Items that this isolate puts in this way stay in order.
   */
  put(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting | Promise<Putting>;
  /** The same, but blocks this thread. With {@linkcode AT_ONCE} it never waits. */
  putSync(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting;

  /**
   * Puts an item again that was got and did not reach its receiver, behind all
   * others; also after the puts have ended, so that it is not lost. It is not
   * counted a second time.
   */
  putBack(value: unknown): Promise<void>;

  /** Gets an item. An aborted wait returns `EMPTY` or rejects. */
  get(limit: Limit): Taken | Promise<Taken>;
  /** The same, but blocks this thread. With {@linkcode AT_ONCE} it never waits. */
  getSync(limit: Limit): Taken;

  /**
   * Waits until a get would not have to wait; false if the time ran out. Takes
   * nothing.
   */
  ready(limit: Limit): Promise<boolean>;

  /** Counts one item as done; false if all are done already. */
  taskDone(): boolean;
  /** Waits until every item that was put is done; false if the time ran out. */
  allDone(limit: Limit): Promise<boolean>;
  /** The same, but blocks this thread. */
  allDoneSync(limit: Limit): boolean;

  /** Ends the puts, drops the items if `dropped`, and wakes all waiters. */
  shut(dropped: boolean): void;

  /** A handle to the same items for a destination; throws a typed error. */
  handle(
    destination: Destination,
    form: QueueHandle["form"],
    delivery: Delivery,
  ): QueueHandle | RelayHandle;
}

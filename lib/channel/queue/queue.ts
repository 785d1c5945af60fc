/**
 * `Queue` and `JoinableQueue`: `maxsize`, `shutdown()` and `join()`, over what
 * `simple_queue.ts` has.
 *
 * @module
 */

import { expectOptions } from "../../base/options.ts";
import { ProcessStateError } from "../../base/errors.ts";
import { timeoutOf, type WaitOptions } from "../../base/timeouts.ts";
import type { BlockPlace } from "../../memory/allocation/block.ts";
import { FOREVER, limitOf } from "../../sync/steps.ts";
import type {
  QueueHandle,
  RelayHandle,
} from "../../wire/serialization/handle.ts";
import { COUNT_LIMIT, EMPTY, GONE } from "../ring/ring_outcomes.ts";
import {
  BACKEND,
  backendOf,
  formedOptions,
  type QueueOptions,
  queueOptions,
  queueOver,
  SimpleQueue,
} from "./simple_queue.ts";

const NOW: WaitOptions = { timeout: 0 };

/**
 * Options of `queue.shutdown()`.
 *
 * @example At once
 * ```ts
 * import { Queue, type ShutdownQueueOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ShutdownQueueOptions = { immediate: true };
 * const queue = new Queue<number>();
 * queue.putNowait(1);
 * queue.shutdown(options);
 * equal(queue.qsize(), 0);
 * ```
 */
export interface ShutdownQueueOptions {
  /**
   * Whether the items in the queue are dropped.
   *
   * @default {false}
   */
  readonly immediate?: boolean;
}

/**
 * A first-in, first-out queue that any processes can put into and get from, like
 * Python's `multiprocessing.Queue`.
 *
 * - **Order:** the items of one process are got in the order of its puts. Items of
 *   two processes have no order. Each item is got once.
 * - **Copies:** `put` encodes at once. It does not see later changes to the object;
 *   for a value that cannot be sent it throws and puts nothing. In Python a
 *   background thread encodes later, and loses such a value.
 * - **Items** are values that can be sent to a process: plain data, errors, and the
 *   objects of this package, queues among them.
 * - **Views** of a buffer bring the bytes that they show, and no more. Two views of
 *   one buffer in one item share a buffer on arrival; the bytes between them are
 *   cut out.
 * - **Back-pressure:** with a `maxsize`, and at `maxBytes`, `put` waits for room.
 * - **Numbers:** `qsize()`, `empty()` and `full()` are exact at the moment of the
 *   call, and may change a moment later.
 * - **The end:** after `shutdown()` puts fail, and `get` returns the items that are
 *   left and then throws a {@linkcode QueueShutDown}. `for await` ends there.
 * - **Ended processes:** items stay in the queue after the process that put them
 *   has ended or was killed. No `join()` of a process waits for a reader of its
 *   items, so there is no `cancelJoinThread()` and no `joinThread()`.
 * - **Dead processes:** a process that dies in the middle of a put or get has done
 *   nothing, and blocks no other process. An item that it has got is lost with it.
 * - **Sharing:** pass a queue among a child's arguments, put it into another queue,
 *   or make it while the module loads.
 *
 * Every wait exists as a promise, and in `…Sync` as a blocking call.
 *
 * @typeParam T The type of the items.
 *
 * @example Work for two processes
 * ```ts
 * import { Process, Queue } from "@multiprocessing/core";
 * import { deepEqual } from "node:assert/strict";
 *
 * const tasks = new Queue<number>();
 * const results = new Queue<number>();
 * const work = async (tasks: Queue<number>, results: Queue<number>) => {
 *   for await (const n of tasks) await results.put(n * n);
 * };
 *
 * const workers = [1, 2].map(() =>
 *   new Process({ target: work, args: [tasks, results] })
 * );
 * for (const p of workers) p.start();
 * for (const n of [1, 2, 3]) await tasks.put(n);
 * tasks.shutdown();
 * for (const p of workers) await p.join();
 *
 * results.shutdown();
 * deepEqual((await Array.fromAsync(results)).sort(), [1, 4, 9]);
 * ```
 */
export class Queue<T = unknown> extends SimpleQueue<T>
  implements AsyncIterable<T> {
  /**
   * Makes a queue.
   *
   * @example Usage
   * ```ts
   * import { Queue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const queue = new Queue<string>(2);
   * queue.putNowait("a");
   * queue.putNowait("b");
   * equal(queue.full(), true);
   * ```
   *
   * @param maxsize The maximum number of items; if 0 or less, only memory limits
   * it.
   * @param options How much memory the items may take.
   * @throws {RangeError} If `maxsize` or `maxBytes` is not a whole number, or too
   * large.
   */
  constructor(maxsize = 0, options: QueueOptions = {}) {
    super(formedOptions(options, "queue", checkMaxsize(maxsize)));
  }

  /** The maximum number of items; 0 if only memory limits it. */
  get maxsize(): number {
    const { maxCount } = this[BACKEND]();
    return maxCount === COUNT_LIMIT ? 0 : maxCount;
  }

  /**
   * Puts an item if there is room, and does not wait.
   *
   * @example Usage
   * ```ts
   * import { Queue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const queue = new Queue<string>();
   * queue.putNowait("now");
   * equal(queue.getNowait(), "now");
   * ```
   *
   * @param item The item.
   * @throws {QueueFull} If there is no room.
   * @throws {QueueShutDown} If the queue was shut down.
   */
  putNowait(item: T): void {
    this.putSync(item, NOW);
  }

  /**
   * Gets the oldest item if there is one, and does not wait.
   *
   * @returns The item.
   * @throws {QueueEmpty} If there is none.
   * @throws {QueueShutDown} If the queue was shut down and has none left.
   */
  getNowait(): T {
    return this.getSync(NOW);
  }

  /**
   * The number of items at this moment, like Python's `qsize()`, which is only
   * approximate and does not exist on macOS.
   *
   * @returns The number, which may change at any time.
   */
  qsize(): number {
    return this[BACKEND]().count;
  }

  /**
   * Whether the queue has `maxsize` items at this moment.
   *
   * @returns Whether a put would wait now. A put also waits if the memory is full.
   */
  full(): boolean {
    const backend = this[BACKEND]();
    return backend.count >= backend.maxCount;
  }

  /**
   * Ends the queue, in all processes: from now on `put` throws a {@linkcode
   * QueueShutDown}, also if it is already waiting, and so does `get` when no item
   * is left. Python has this for threads only.
   *
   * @example The others stop
   * ```ts
   * import { Queue } from "@multiprocessing/core";
   * import { deepEqual } from "node:assert/strict";
   *
   * const queue = new Queue<number>();
   * for (const n of [1, 2]) await queue.put(n);
   * queue.shutdown();
   * deepEqual(await Array.fromAsync(queue), [1, 2]);
   * ```
   *
   * @param options Whether the remaining items are dropped; such items count as
   * done.
   */
  shutdown(options: ShutdownQueueOptions = {}): void {
    expectOptions(options, "shut down a queue", "{ immediate: true }");
    const { immediate = false } = options;
    this[BACKEND]().shut(immediate);
  }

  /** The items as they come, until the queue is shut down and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const backend = this[BACKEND]("get an item from");
      let got = backend.get(FOREVER);
      if (got instanceof Promise) got = await got;
      if (got === GONE) return;
      if (got !== EMPTY) yield got as T;
    }
  }
}

/**
 * A queue that knows when all work is done, like Python's
 * `multiprocessing.JoinableQueue`: each consumer calls `taskDone()` when it has
 * finished an item, and `join()` waits until all items that were put are done.
 *
 * @typeParam T The type of the items.
 *
 * @example Until all work is done
 * ```ts
 * import { JoinableQueue, Process } from "@multiprocessing/core";
 *
 * const tasks = new JoinableQueue<string>();
 * const work = async (tasks: JoinableQueue<string>) => {
 *   for await (const _task of tasks) tasks.taskDone();
 * };
 * const p = new Process({ target: work, args: [tasks], daemon: true });
 * p.start();
 * for (const task of ["sweep", "mop"]) await tasks.put(task);
 * await tasks.join();
 * tasks.shutdown();
 * await p.join();
 * ```
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  /**
   * Makes a queue.
   *
   * @param maxsize The maximum number of items; if 0 or less, only memory limits
   * it.
   * @param options How much memory the items may take.
   * @throws {RangeError} If `maxsize` or `maxBytes` is not a whole number, or too
   * large.
   */
  constructor(maxsize = 0, options: QueueOptions = {}) {
    super(maxsize, queueOptions(options, { form: "joinable" }));
  }

  /**
   * Notes that the work on one item is done.
   *
   * @throws {ProcessStateError} If it is called more often than items were put.
   */
  taskDone(): void {
    if (this[BACKEND]().taskDone()) return;
    throw new ProcessStateError(
      "Cannot say that one more task is done as there must be one that is not: all items that were put are done",
    );
  }

  /**
   * Waits until every item that was put is done. Python's has no timeout.
   *
   * @example Usage
   * ```ts
   * import { JoinableQueue } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * const queue = new JoinableQueue<string>();
   * await queue.put("work");
   * equal(await queue.join({ timeout: 0 }), false);
   * await queue.get();
   * queue.taskDone();
   * equal(await queue.join(), true);
   * ```
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns Whether all is done; `false` if the time ran out first.
   */
  async join(options?: WaitOptions): Promise<boolean> {
    options?.signal?.throwIfAborted();
    const limit = limitOf(
      timeoutOf(options, "join a queue"),
      options?.signal,
    );
    const isDone = await this[BACKEND]().allDone(limit);
    if (!isDone) options?.signal?.throwIfAborted();
    return isDone;
  }

  /**
   * Waits as {@linkcode JoinableQueue.join} does, but blocks this thread.
   *
   * @param options How long to wait; a signal only counts before the wait.
   * @returns Whether all is done.
   * @throws {UnsupportedError} If it would block for ever, because all processes
   * that could end the wait reach the queue through this process and its event
   * loop.
   */
  joinSync(options?: WaitOptions): boolean {
    options?.signal?.throwIfAborted();
    return this[BACKEND]().allDoneSync(
      limitOf(timeoutOf(options, "join a queue")),
    );
  }
}

function checkMaxsize(maxsize: unknown): number {
  const isWhole = Number.isInteger(maxsize);
  if (isWhole && maxsize as number < COUNT_LIMIT) return maxsize as number;
  throw new RangeError(
    `Cannot make a queue as "maxsize" must be a whole number below ${COUNT_LIMIT}: current value is ${
      typeof maxsize === "number" ? maxsize : typeof maxsize
    }`,
  );
}

/** Makes a simple queue in memory of a kind that the context chooses. */
export function createSimpleQueue<T>(
  place: BlockPlace,
  options: QueueOptions = {},
): SimpleQueue<T> {
  return new SimpleQueue<T>(queueOptions(options, { place }));
}

/** Makes a queue in memory of a kind that the context chooses. */
export function createQueue<T>(
  place: BlockPlace,
  maxsize?: number,
  options: QueueOptions = {},
): Queue<T> {
  return new Queue<T>(maxsize, queueOptions(options, { place }));
}

/** Makes a joinable queue in memory of a kind that the context chooses. */
export function createJoinableQueue<T>(
  place: BlockPlace,
  maxsize?: number,
  options: QueueOptions = {},
): JoinableQueue<T> {
  return new JoinableQueue<T>(maxsize, queueOptions(options, { place }));
}

/** The queue that a handle names; the same object for the same items. */
export function rehydrateQueue(handle: QueueHandle | RelayHandle): SimpleQueue {
  const { form } = handle;
  return queueOver(
    backendOf(handle),
    (options) =>
      form === "simple"
        ? new SimpleQueue(options)
        : form === "joinable"
        ? new JoinableQueue(0, options)
        : new Queue(0, options),
  );
}

/**
 * `wait()`: waits for several objects at once.
 *
 * @module
 */

import { type Awaitable, isAwaitable, READY } from "../../base/awaitable.ts";
import { settles, timeoutOf, type WaitOptions } from "../../base/timeouts.ts";

/**
 * Waits until at least one of several objects is ready, like Python's
 * `multiprocessing.connection.wait`: a connection or queue with something to
 * receive or at its end, a listener with a peer, a process or its sentinel that has
 * ended, or a promise that has settled.
 *
 * Nothing is taken: call `recv()`, `get()` or `accept()` for that. If other
 * processes receive from the same object, they may be faster.
 *
 * @typeParam T The type of the objects.
 * @param objects The objects; an empty list is ready at once.
 * @param options How long to wait, and a signal that ends the wait.
 * @returns The objects that are ready, in the given order; none if the time ran
 * out.
 * @throws {TypeError} If an object cannot be waited for.
 * @throws {ConnectionError} If a connection among them is closed here.
 *
 * @example Serving the connections that have messages
 * ```ts
 * import { Client, Listener, wait } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using listener = new Listener();
 * using quiet = await Client(listener.address);
 * using loud = await Client(listener.address);
 * const peers = [await listener.accept(), await listener.accept()];
 * await loud.send("hello");
 *
 * const [first, ...others] = await wait(peers);
 * equal(await first!.recv(), "hello");
 * equal(others.length, 0);
 * for (const peer of peers) peer.close();
 * ```
 */
export async function wait<T extends Awaitable | PromiseLike<unknown>>(
  objects: Iterable<T>,
  options?: WaitOptions,
): Promise<T[]> {
  const timeoutMs = timeoutOf(options, "wait for several things");
  options?.signal?.throwIfAborted();
  const all = [...objects];
  all.forEach(check);
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const ready = await lookAt(all);
    const leftMs = deadline - performance.now();
    if (ready.length > 0 || all.length === 0 || !(leftMs > 0)) return ready;
    await first(all, leftMs, options?.signal);
  }
}

function check(object: unknown, index: number): void {
  if (isAwaitable(object) || isThenable(object)) return;
  throw new TypeError(
    `Cannot wait for object ${index} as it must be a connection, a queue, a listener, a process or a promise: it is ${
      object === null ? "null" : `of type ${typeof object}`
    }`,
  );
}

function isThenable(object: unknown): object is PromiseLike<unknown> {
  return typeof (object as PromiseLike<unknown> | null)?.then === "function";
}

async function lookAt<T>(all: readonly T[]): Promise<T[]> {
  const looks = all.map((object) => readiness(object, { timeout: 0 }));
  const ready = await Promise.all(looks);
  return all.filter((_, i) => ready[i]);
}

function readiness(object: unknown, options: WaitOptions): Promise<boolean> {
  if (isAwaitable(object)) return object[READY](options);
  const { timeout = Infinity, signal } = options;
  return settles(Promise.resolve(object), timeout, signal);
}

/** Waits for the first one, and cancels the waits for all others. */
async function first(
  all: readonly unknown[],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  // It may have been aborted during the check.
  signal?.throwIfAborted();
  const over = new AbortController();
  const abort = () => over.abort();
  signal?.addEventListener("abort", abort);
  const options = { timeout: timeoutMs, signal: over.signal };
  const waits = all.map((object) => readiness(object, options));
  try {
    await Promise.race(waits);
    signal?.throwIfAborted();
  } finally {
    over.abort();
    signal?.removeEventListener("abort", abort);
    await Promise.allSettled(waits);
  }
}

/**
 * Every error that a caller may want to catch.
 *
 * Texts say what was asked, what is allowed, what came, and what to do.
 *
 * @module
 */

/**
 * The root of this package's own errors, like Python's
 * `multiprocessing.ProcessError`.
 *
 * @example Catching whatever the package throws
 * ```ts
 * import { Process, ProcessError } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * await rejects(new Process({ target: () => {} }).join(), ProcessError);
 * ```
 */
export class ProcessError extends Error {
  /** The name of the class. */
  override readonly name: string = "ProcessError";
}

/**
 * A method was called in a state that does not allow it: started twice, joined
 * before the start, used after `close()`. Python raises `AssertionError` or
 * `ValueError` there.
 *
 * @example Joining too early
 * ```ts
 * import { Process, ProcessStateError } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * const p = new Process({ target: () => {} });
 * await rejects(p.join(), ProcessStateError);
 * ```
 */
export class ProcessStateError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "ProcessStateError";
}

/**
 * A process was started while its own module was still being imported by a
 * child, which without this error would go on for ever. Python raises
 * `RuntimeError` there.
 *
 * @example The cure
 * ```ts
 * import { BootstrapError, Process } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * if (import.meta.main) {
 *   new Process({ target: () => {} }).start(); // only in the main program
 * }
 * equal(new BootstrapError("no guard").name, "BootstrapError");
 * ```
 */
export class BootstrapError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "BootstrapError";
}

/**
 * A function or class was given that looks the same as exports of its module, and
 * nothing tells which of them it is, if any: two closures that one function made have
 * one text, and may do different things. The parent knows, and is asked; one that
 * blocks for 10 seconds meanwhile is taken not to.
 *
 * @example The cure: the address of the export
 * ```ts
 * import { AmbiguousTargetError, type TargetAddress } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const target: TargetAddress = {
 *   module: new URL("./work.ts", import.meta.url),
 *   name: "triple",
 * };
 * equal(target.name, "triple");
 * equal(new AmbiguousTargetError("which?").name, "AmbiguousTargetError");
 * ```
 */
export class AmbiguousTargetError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "AmbiguousTargetError";
}

/**
 * A start method is unknown, not supported here, already chosen, or lacks a
 * permission. Python raises `ValueError` or `RuntimeError` there.
 *
 * @example Asking for what cannot be
 * ```ts
 * import { getContext, StartMethodError } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => getContext("fork"), StartMethodError);
 * ```
 */
export class StartMethodError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "StartMethodError";
}

/**
 * The start method in use cannot do what was asked: interrupt a thread, limit
 * the heap of a worker. The text names a method that can.
 *
 * @example A worker has no heap limit
 * ```ts
 * import { getContext, UnsupportedError } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * const { Process } = getContext("worker");
 * const p = new Process({ target: () => {}, maxHeapMiB: 64 });
 * throws(() => p.start(), UnsupportedError);
 * ```
 */
export class UnsupportedError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "UnsupportedError";
}

/**
 * A value cannot be sent to another process. The text names the path of the
 * part that cannot, as in `args[1].callback is a function`.
 *
 * @example A function among the arguments
 * ```ts
 * import { EncodingError, Process } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * const target = (_job: { callback: () => void }) => {};
 * const p = new Process({ target, args: [{ callback: () => {} }] });
 * throws(() => p.start(), EncodingError);
 * ```
 */
export class EncodingError extends TypeError {
  /** The name of the class. */
  override readonly name: string = "EncodingError";
  /** Where the bad part sits, as in `args[1].callback`. */
  readonly path: string;
  /** Why it cannot be sent, as in `a function`. */
  readonly reason: string;

  /** Makes the error for the part at `path`. */
  constructor(path: string, reason: string) {
    super(`Cannot send ${path} to another process as it is ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/**
 * A process ended without a result: it was terminated, killed, ran out of
 * memory, called `Deno.exit()`, or never came to life.
 *
 * @example Why there is no result
 * ```ts
 * import { ExitError, Process } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * const p = new Process({ target: () => Deno.exit(3) });
 * p.start();
 * await rejects(p.result(), (error: ExitError) => error.exitcode === 3);
 * ```
 */
export class ExitError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "ExitError";
  /** The exit code of the process; `-n` when signal `n` ended it. */
  readonly exitcode: number;

  /** Makes the error for a process that ended with `exitcode`. */
  constructor(message: string, exitcode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitcode = exitcode;
  }
}

/**
 * Work was cancelled before a worker began it: by `future.cancel()`, or by
 * `executor.shutdown({ cancelFutures: true })`.
 *
 * @example Cancelled while it waits
 * ```ts
 * import { CancelledError, ProcessPoolExecutor } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * await using executor = new ProcessPoolExecutor(1);
 * const future = executor.submit(() => 1);
 * future.cancel();
 * await rejects(future.result(), CancelledError);
 * ```
 */
export class CancelledError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "CancelledError";
}

/**
 * A worker of a pool died while it ran a task: it was killed, ran out of memory,
 * called `Deno.exit()`, or an error came up outside of any task. The task has no
 * result; the pool goes on with another worker.
 *
 * @example Which task, and why
 * ```ts
 * import { ThreadPool, WorkerLostError } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * await using pool = new ThreadPool(1);
 * const error = await pool.apply(() => Deno.exit(3)).catch((e: unknown) => e);
 * equal(error instanceof WorkerLostError && error.exitcode, 3);
 * ```
 */
export class WorkerLostError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "WorkerLostError";
  /** The name of the worker. */
  readonly worker: string;
  /** Its exit code; `-n` when signal `n` ended it. */
  readonly exitcode: number;
  /** The signal that ended it, as in `SIGKILL`, or null. */
  readonly signal: string | null;
  /** The task that it ran: its function and which item; null before its first. */
  readonly task: string | null;

  /** Makes the error for a task of a dead worker. */
  constructor(
    { worker, exitcode, signal, task, reason }: {
      readonly worker: string;
      readonly exitcode: number;
      readonly signal: string | null;
      readonly task: string | null;
      /** Why, where the number alone does not say it. */
      readonly reason?: string | undefined;
    },
    options?: ErrorOptions,
  ) {
    const how = signal === null ? `exit code ${exitcode}` : `signal ${signal}`;
    const why = reason === undefined ? how : `${how}, as ${reason}`;
    super(
      task === null
        ? `Cannot use worker "${worker}" as it ended before it ran a task: ${why}`
        : `Cannot finish task ${task} as worker "${worker}" ended while it ran it: ${why}`,
      options,
    );
    this.worker = worker;
    this.exitcode = exitcode;
    this.signal = signal;
    this.task = task;
  }
}

/**
 * What an error of a child was in the child: its `stack` is the child's own. It
 * is the `cause` of the error that the parent catches, like the
 * `RemoteTraceback` of Python's pools.
 *
 * @example Reading the child's stack
 * ```ts
 * import { Process, RemoteError } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * const p = new Process({ target: () => { throw new RangeError("no"); } });
 * p.start();
 * const error = await p.result().catch((e: unknown) => e) as RangeError;
 * ok(error instanceof RangeError);
 * ok(error.cause instanceof RemoteError);
 * ```
 */
export class RemoteError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "RemoteError";
}

/**
 * Shared memory cannot be had or given on: no `--allow-ffi`, a platform without
 * mapped memory, or a block that other threads already hold.
 *
 * @example Giving a spawned process what a thread already holds
 * ```ts
 * import { SharedMemoryError } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * equal(new SharedMemoryError("held").name, "SharedMemoryError");
 * ```
 */
export class SharedMemoryError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "SharedMemoryError";
}

/**
 * The process that held a lock died without giving it back. The next taker
 * gets this error instead of waiting for ever, and the lock is free again.
 *
 * @example What Python cannot tell
 * ```ts
 * import { AbandonedError } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * equal(new AbandonedError("gone").name, "AbandonedError");
 * ```
 */
export class AbandonedError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "AbandonedError";
}

/**
 * A lock was released by somebody who does not hold it. Python raises
 * `AssertionError` or `ValueError` there.
 *
 * @example Releasing what is free
 * ```ts
 * import { LockError, Value } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => new Value("i").getLock().release(), LockError);
 * ```
 */
export class LockError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "LockError";
}

/**
 * A barrier was broken while a process waited at it, or before: somebody's time
 * ran out, somebody died, its action threw, or `abort()` or `reset()` was called.
 * Python raises `threading.BrokenBarrierError` there.
 *
 * @example The other one does not come
 * ```ts
 * import { Barrier, BrokenBarrierError } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * await rejects(new Barrier(2).wait({ timeout: 1 }), BrokenBarrierError);
 * ```
 */
export class BrokenBarrierError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "BrokenBarrierError";
}

/**
 * Nothing was in the queue until the time was over. Python's `queue.Empty`.
 *
 * @example Nothing there
 * ```ts
 * import { Queue, QueueEmpty } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => new Queue().getNowait(), QueueEmpty);
 * ```
 */
export class QueueEmpty extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "QueueEmpty";
}

/**
 * There was no room in the queue until the time was over; nothing was put.
 * Python's `queue.Full`.
 *
 * @example No room for a second one
 * ```ts
 * import { Queue, QueueFull } from "@multiprocessing/core";
 * import { throws } from "node:assert/strict";
 *
 * const queue = new Queue<number>(1);
 * queue.putNowait(1);
 * throws(() => queue.putNowait(2), QueueFull);
 * ```
 */
export class QueueFull extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "QueueFull";
}

/**
 * A queue was shut down: nothing can be put any more, and what was in it has been
 * got or dropped. Python's `queue.ShutDown`, which it has for threads only.
 *
 * @example The end of the work
 * ```ts
 * import { Queue, QueueShutDown } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * const queue = new Queue<string>();
 * await queue.put("last");
 * queue.shutdown();
 * await queue.get();
 * await rejects(queue.get(), QueueShutDown);
 * ```
 */
export class QueueShutDown extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "QueueShutDown";
}

/**
 * A connection or a listener was used after its `close()`, or in the direction
 * that it does not have, or the other side broke the rules of the wire. Python
 * raises `OSError` there.
 *
 * @example Used after its end
 * ```ts
 * import { Client, ConnectionError, Listener } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * await using listener = new Listener();
 * const connection = await Client(listener.address);
 * connection.close();
 * await rejects(connection.recv(), ConnectionError);
 * ```
 */
export class ConnectionError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "ConnectionError";
}

/**
 * A message was sent to an end that nobody holds any more: everybody who had it
 * has closed it or died. Nothing was sent.
 *
 * @example Nobody there
 * ```ts
 * import { BrokenPipeError, ConnectionError } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * ok(new BrokenPipeError("nobody there") instanceof ConnectionError);
 * ```
 */
export class BrokenPipeError extends ConnectionError {
  /** The name of the class. */
  override readonly name: string = "BrokenPipeError";
}

/**
 * There is no message and none will come: everybody who held the other end has
 * closed it or died, and all that was sent has been received. Python's
 * `EOFError`.
 *
 * @example The end of a conversation
 * ```ts
 * import { Client, EndOfFileError, Listener } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * await using listener = new Listener();
 * using client = await Client(listener.address);
 * (await listener.accept()).close();
 * await rejects(client.recv(), EndOfFileError);
 * ```
 */
export class EndOfFileError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "EndOfFileError";
}

/**
 * A message was longer than the caller allowed or had room for. It has been
 * received and is in `bytes`; the connection goes on with the next one.
 *
 * @example The message is not lost
 * ```ts
 * import { BufferTooShortError } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const error = new BufferTooShortError("no room", new Uint8Array(8));
 * equal(error.bytes.length, 8);
 * ```
 */
export class BufferTooShortError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "BufferTooShortError";
  /** The whole message. */
  readonly bytes: Uint8Array<ArrayBuffer>;

  /** Makes the error for a message that found no room. */
  constructor(message: string, bytes: Uint8Array<ArrayBuffer>) {
    super(message);
    this.bytes = bytes;
  }
}

/**
 * A peer did not prove that it knows the key, or one side asks for a key and the
 * other has none.
 *
 * @example The wrong key
 * ```ts
 * import { AuthenticationError, Client, Listener } from "@multiprocessing/core";
 * import { rejects } from "node:assert/strict";
 *
 * const key = (text: string) => new TextEncoder().encode(text);
 * await using listener = new Listener(undefined, { authkey: key("right") });
 * await rejects(
 *   Client(listener.address, { authkey: key("wrong") }),
 *   AuthenticationError,
 * );
 * ```
 */
export class AuthenticationError extends ProcessError {
  /** The name of the class. */
  override readonly name: string = "AuthenticationError";
}

/**
 * The errors of the package: every class that a caller may want to catch.
 *
 * Each text tells what was asked, what is allowed, what was given, and what to
 * do.
 *
 * @module
 */

/**
 * The base class of this package's errors, like Python's
 * `multiprocessing.ProcessError`.
 *
 * @example Catching any error of the package
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
 * A module started a process while a child was importing that module: without
 * this error, children would start children for ever. Python raises
 * `RuntimeError` there.
 *
 * @example A guard for the main program
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
 * A function or class has the same text as exports of its module, and it is
 * unclear which of them it is, if any: two closures that one function made have
 * the same text, but may behave differently. The child asks the parent, and
 * throws this error if the parent does not know, or blocks for 10 seconds.
 *
 * @example The address of an export, which is never ambiguous
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
 * @example An unsupported start method
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
 * The current start method cannot do what was asked: interrupt a thread, limit
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
 * A value cannot be sent to another process. The text has the path of the part
 * that cannot be sent, such as `args[1].callback`.
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
  /** The path of the part, such as `args[1].callback`. */
  readonly path: string;
  /** Why the part cannot be sent, such as `a function`. */
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
 * memory, called `Deno.exit()`, or failed to start.
 *
 * @example A process without a result
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
 * called `Deno.exit()`, or an error was thrown outside of any task. The task has
 * no result; the pool continues with another worker.
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
  /** The signal that ended it, such as `SIGKILL`, or null. */
  readonly signal: string | null;
  /**
   * The task that it ran: the function and the item; null before its first
   * task.
   */
  readonly task: string | null;

  /** Makes the error for a task of a dead worker. */
  constructor(
    { worker, exitcode, signal, task, reason }: {
      readonly worker: string;
      readonly exitcode: number;
      readonly signal: string | null;
      readonly task: string | null;
      /** The reason, if the code alone does not tell it. */
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
 * An error as it was in the child: its `stack` is the child's. It is the
 * `cause` of the error that the parent catches, like the `RemoteTraceback` of
 * Python's pools.
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
 * Shared memory is unavailable or cannot be shared: no `--allow-ffi`, a
 * platform without mapped memory, or a block that other threads already hold.
 *
 * @example The class of the error
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
 * The process that held a lock died without releasing it. The next acquire
 * throws this error instead of waiting for ever, and the lock is free again.
 *
 * @example The class of the error
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
 * A lock was released by a process that does not hold it. Python raises
 * `AssertionError` or `ValueError` there.
 *
 * @example Releasing a free lock
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
 * A barrier was broken while a process waited at it, or before: a wait timed
 * out, a process died, its action threw, or `abort()` or `reset()` was called.
 * Python raises `threading.BrokenBarrierError` there.
 *
 * @example The other party does not arrive
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
 * The queue stayed empty until the timeout. Python's `queue.Empty`.
 *
 * @example An empty queue
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
 * The queue stayed full until the timeout; the item was not put. Python's
 * `queue.Full`.
 *
 * @example A full queue
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
 * A queue was shut down: it accepts no more items, and its items have been
 * received or dropped. Python's `queue.ShutDown`, which it has for threads
 * only.
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
 * A connection or a listener was used after its `close()`, or a connection in a
 * direction that it does not have, or the other side violated the protocol.
 * Python raises `OSError` there.
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
 * A message was sent to an end that no process holds any more: all holders have
 * closed it or died. Nothing was sent.
 *
 * @example The class of the error
 * ```ts
 * import { BrokenPipeError, ConnectionError } from "@multiprocessing/core";
 * import { ok } from "node:assert/strict";
 *
 * ok(new BrokenPipeError("closed") instanceof ConnectionError);
 * ```
 */
export class BrokenPipeError extends ConnectionError {
  /** The name of the class. */
  override readonly name: string = "BrokenPipeError";
}

/**
 * No message is left and none will come: all holders of the other end have
 * closed it or died, and everything sent has been received. Python's
 * `EOFError`.
 *
 * @example The end of a connection
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
 * A message was longer than the caller allowed, or than its buffer. It has been
 * received and is in `bytes`; the connection continues with the next one.
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

  /** Makes the error for a message that was too long. */
  constructor(message: string, bytes: Uint8Array<ArrayBuffer>) {
    super(message);
    this.bytes = bytes;
  }
}

/**
 * A peer did not prove that it knows the key, or only one side has a key.
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

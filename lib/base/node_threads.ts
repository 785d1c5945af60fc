/**
 * Access to `node:worker_threads`, which is loaded on first use: importing it
 * takes 9 ms (Deno 2.9.6), which a program that starts no process should not
 * pay.
 *
 * Its MessageChannel is used even where a Web Worker is at the other end: only
 * its ports stay unreferenced between messages, and report by a `close` event
 * that the other end is gone. That event is the only sign of the end of a Web
 * Worker.
 *
 * @module
 */

/** A port that need not keep the program alive. */
export interface Port extends MessagePort {
  /** Lets the program end while the port is open. */
  unref(): void;
}

/** The options of a thread that this package uses. */
export interface ThreadOptions {
  readonly name: string;
  readonly workerData: unknown;
  readonly transferList: readonly MessagePort[];
  readonly argv: readonly string[];
  readonly env: symbol;
  readonly resourceLimits: { readonly maxOldGenerationSizeMb: number };
}

/** A running thread. */
export interface Thread {
  unref(): void;
  /** The error is the value that the thread threw: null, or any other. */
  on(
    event: "error",
    listener: (error: { code?: unknown; message?: unknown } | null) => void,
  ): void;
  on(event: "exit", listener: (code: number) => void): void;
  terminate(): Promise<number>;
}

/**
 * The part of `node:worker_threads` that this package uses. The types are
 * declared here, as Node's types come from any dependency of the program, in
 * any version (2.9.6), and the program's own type check could then fail in this
 * package.
 */
export interface NodeThreads {
  readonly Worker: new (entry: URL, options: ThreadOptions) => Thread;
  readonly SHARE_ENV: symbol;
  readonly MessageChannel: new () => {
    readonly port1: Port;
    readonly port2: MessagePort;
  };
  receiveMessageOnPort(port: MessagePort): { message: unknown } | undefined;
}

declare const process: {
  getBuiltinModule(name: "node:worker_threads"): NodeThreads;
};

/** The module `node:worker_threads`. */
export function nodeThreads(): NodeThreads {
  return process.getBuiltinModule("node:worker_threads");
}

/** Makes two entangled ports; the second is meant to be sent away. */
export function channel(): { near: Port; far: MessagePort } {
  const { port1, port2 } = new (nodeThreads().MessageChannel)();
  return { near: port1, far: port2 };
}

/**
 * Takes a message out of a port without a handler, in the same turn of the
 * event loop.
 */
export function takeMessage(port: MessagePort): unknown {
  return nodeThreads().receiveMessageOnPort(port)?.message;
}

/**
 * `node:worker_threads`, loaded when first needed: importing it takes 9 ms (Deno
 * 2.9.6), which a program that starts no process should not pay.
 *
 * Its MessageChannel is used even where a Web Worker is at the other end: only
 * its ports stay unreferenced between messages and tell when the other end is
 * gone (`close` event), and that is how the end of a Web Worker is seen at all.
 *
 * @module
 */

/** A port that can be left out of what keeps the program alive. */
export interface Port extends MessagePort {
  /** Lets the program end although the port is open. */
  unref(): void;
}

/** How a thread is made, in our words. */
export interface ThreadOptions {
  readonly name: string;
  readonly workerData: unknown;
  readonly transferList: readonly MessagePort[];
  readonly argv: readonly string[];
  readonly env: symbol;
  readonly resourceLimits: { readonly maxOldGenerationSizeMb: number };
}

/** A thread that runs. */
export interface Thread {
  unref(): void;
  /** The error is whatever the thread has thrown: null, or one of any form. */
  on(
    event: "error",
    listener: (error: { code?: unknown; message?: unknown } | null) => void,
  ): void;
  on(event: "exit", listener: (code: number) => void): void;
  terminate(): Promise<number>;
}

/**
 * What is used of `node:worker_threads`. The types stand here, as those of Node are
 * what a dependency of the program brings, in whatever version (2.9.6), and the
 * program's own type check would then fail in this package.
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

/** Two entangled ports; the second is meant to be sent away. */
export function channel(): { near: Port; far: MessagePort } {
  const { port1, port2 } = new (nodeThreads().MessageChannel)();
  return { near: port1, far: port2 };
}

/** Takes a message out of a port whose handler is not set, without a turn. */
export function takeMessage(port: MessagePort): unknown {
  return nodeThreads().receiveMessageOnPort(port)?.message;
}

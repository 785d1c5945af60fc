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

import type * as threads from "node:worker_threads";

/** A port that can be left out of what keeps the program alive. */
export interface Port extends MessagePort {
  /** Lets the program end although the port is open. */
  unref(): void;
}

declare const process: {
  getBuiltinModule(name: "node:worker_threads"): typeof threads;
};

/** The module `node:worker_threads`. */
export function nodeThreads(): typeof threads {
  return process.getBuiltinModule("node:worker_threads");
}

/** Two entangled ports; the second is meant to be sent away. */
export function channel(): { near: Port; far: MessagePort } {
  const { port1, port2 } = new (nodeThreads().MessageChannel)();
  return {
    near: port1 as unknown as Port,
    far: port2 as unknown as MessagePort,
  };
}

/** Takes a message out of a port whose handler is not set, without a turn. */
export function takeMessage(port: MessagePort): unknown {
  const taken = nodeThreads().receiveMessageOnPort(
    // deno-lint-ignore no-explicit-any -- the web's ports, under Node's types
    port as any,
  );
  return taken?.message;
}

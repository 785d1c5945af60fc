/**
 * What somebody writes who has no pool: threads with a port each, and one message
 * a task.
 *
 * @module
 */

import { MessageChannel, SHARE_ENV, Worker } from "node:worker_threads";
import { entry } from "./entry.ts";

/** The module that the threads import. */
export const WORK: URL = new URL("./pool_work.ts", import.meta.url);

const SERVE = `
  import { workerData } from "node:worker_threads";
  workerData.onmessage = ({ data: { name, value, moves } }) => {
    const result = child[name](value);
    workerData.postMessage(result, moves ? [result.buffer] : []);
  };`;

const ANSWERED = (): void => {};

/** One bare thread, which answers in the order in which it is asked. */
export class BareThread {
  readonly #port: MessagePort;
  readonly #thread: Worker;
  readonly #gone: Promise<unknown>;
  readonly #waiting: ((value: unknown) => void)[] = [];
  #at = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#thread = new Worker(entry(WORK, SERVE), {
      workerData: port2,
      transferList: [port2],
      env: SHARE_ENV as unknown as NodeJS.Dict<string>,
    });
    this.#gone = new Promise((resolve) => this.#thread.on("exit", resolve));
    this.#port = port1 as unknown as MessagePort;
    this.#port.onmessage = ({ data }) => {
      const resolve = this.#waiting[this.#at]!;
      // Who was answered would keep the answer.
      this.#waiting[this.#at++] = ANSWERED;
      resolve(data);
    };
  }

  /** Has a function called. */
  ask<T>(name: string, value: unknown, moved?: Transferable): Promise<T> {
    const moves = moved !== undefined;
    return new Promise<T>((resolve) => {
      this.#waiting.push(resolve as (value: unknown) => void);
      this.#port.postMessage({ name, value, moves }, moves ? [moved] : []);
    });
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    await this.#thread.terminate();
    await this.#gone;
    this.#port.close();
  }
}

/** Runs a body with bare threads that are up. */
export async function withBare<T>(
  size: number,
  body: (threads: readonly BareThread[]) => Promise<T>,
): Promise<T> {
  const threads = Array.from({ length: size }, () => new BareThread());
  try {
    await Promise.all(threads.map((thread) => thread.ask("next", 0)));
    return await body(threads);
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

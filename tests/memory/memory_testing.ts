/**
 * Starts the threads and processes of the tests, and meets them.
 *
 * @module
 */

import { SHARE_ENV, Worker } from "node:worker_threads";
import "../fixtures/loaded_once.ts";
import { Block, type BlockPlace } from "../../lib/memory/allocation/block.ts";
import { waitAsync, wake } from "../../lib/memory/waiting/futex.ts";
import { syscall, syscallAside } from "../../lib/memory/system/libc.ts";
import {
  claimOwner,
  ownerTable,
  releaseOwner,
} from "../../lib/memory/liveness/owners.ts";
import type { Value } from "../../lib/shared/value.ts";
import type { Typecode } from "../../lib/shared/typecodes.ts";
import {
  type Destination,
  HANDLE,
} from "../../lib/wire/serialization/handle.ts";
import {
  ARRIVED,
  CONTROL_BYTES,
  GO,
  type Job,
  type Order,
} from "./fixtures/jobs.ts";

export const DESTINATION: Record<BlockPlace, Destination> = {
  local: "isolate",
  mapped: "process",
};

export function makeControl(place: BlockPlace): Block {
  return Block.allocate(CONTROL_BYTES, place);
}

/** Waits until a word has reached a number. */
export async function until(
  block: Block,
  word: number,
  atLeast: number,
): Promise<void> {
  for (;;) {
    const now = Atomics.load(block.int32, word);
    if (now >= atLeast) return;
    await waitAsync(block, word, now);
  }
}

export function arrived(control: Block, count: number): Promise<void> {
  return until(control, ARRIVED, count);
}

export function go(control: Block): void {
  Atomics.store(control.int32, GO, 1);
  wake(control, GO);
}

/** The words of a value's lock, to see who sleeps there. */
export function lockWords(value: Value<Typecode>): Int32Array {
  return Block.attach(value.getLock()[HANDLE]("isolate").block).int32;
}

/** Waits until somebody is marked as sleeping for the lock. */
export async function untilSleepers(words: Int32Array): Promise<void> {
  while (Atomics.load(words, 0) >= 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export interface Member extends AsyncDisposable {
  /** Fulfils when it is gone, in whatever way. */
  readonly ended: Promise<number>;
  kill(): void;
}

export interface JobOptions {
  readonly job: Job;
  readonly times?: number;
  readonly value?: Value<Typecode>;
}

function orderOf(
  place: BlockPlace,
  control: Block,
  options: JobOptions,
): Order {
  const destination = DESTINATION[place];
  return {
    job: options.job,
    times: options.times ?? 0,
    control: control.handle(destination),
    value: options.value?.[HANDLE](destination) ?? null,
  };
}

function startThread(control: Block, options: JobOptions): Member {
  const table = ownerTable();
  const id = claimOwner(table);
  const order = orderOf("local", control, options);
  const worker = new Worker(new URL("./fixtures/thread.ts", import.meta.url), {
    workerData: { order, id, table },
    env: SHARE_ENV,
  });
  worker.postMessage(null);
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  worker.on("error", reject);
  worker.on("exit", (code: number) => {
    releaseOwner(table, id);
    resolve(code);
  });
  const kill = () => void worker.terminate();
  return member(ended, kill);
}

function startProcess(control: Block, options: JobOptions): Member {
  const order = orderOf("mapped", control, options);
  const fixture = new URL("./fixtures/process.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      fixture,
      JSON.stringify(order),
    ],
    stdin: "null",
  }).spawn();
  const ended = child.status.then(({ code }) => code);
  let isGone = false;
  ended.then(() => isGone = true);
  return member(ended, () => {
    if (!isGone) child.kill("SIGKILL");
  });
}

function member(ended: Promise<number>, kill: () => void): Member {
  return {
    ended,
    kill,
    async [Symbol.asyncDispose]() {
      kill();
      await ended;
    },
  };
}

/** Starts a thread for a local control block, a process for a mapped one. */
export function start(control: Block, options: JobOptions): Member {
  return control.place === "local"
    ? startThread(control, options)
    : startProcess(control, options);
}

// The C library stays loaded to the end of the program, which the sanitizer of
// the first test that needs it would take for a leak.
await syscallAside("getpid");
syscall("getpid");

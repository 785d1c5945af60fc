/**
 * The handle of a `thread`: a worker of `node:worker_threads`, with a limit of its
 * heap.
 *
 * @module
 */

import type {
  IsolateBoot,
  IsolateRecipe,
  SpareIdentity,
  SpareWait,
} from "../wire/protocol/messages.ts";
import { OUT_OF_HEAP } from "../wire/protocol/end_reasons.ts";
import { channel, nodeThreads } from "../base/node_threads.ts";
import { packageUrl } from "../base/built.ts";
import {
  type IsolateEvents,
  type IsolateHandle,
  portsOf,
  type SpareBody,
  type SpareBodyEvents,
} from "./isolate_handle.ts";

declare const process: { readonly argv: readonly string[] };

/**
 * Limit of the heap if the caller sets none. Without any limit a thread that runs
 * out of memory aborts the whole program; with one, only the thread ends (2.9.6). 4
 * GiB is the most that V8 gives an isolate by default.
 */
const HEAP_DEFAULT_MIB = 4096;

/** Starts a thread. The constructor blocks for about 30 ms (2.9.6). */
export function startThread(
  recipe: IsolateRecipe,
  boot: IsolateBoot,
  events: IsolateEvents,
): IsolateHandle {
  return newThread(recipe, {
    data: boot,
    transfer: portsOf(boot),
  }, () => events);
}

/** Starts a spare thread, which waits for its identity. */
export function startSpareThread(
  entry: string,
  maxHeapMiB: number | null,
  events: SpareBodyEvents,
): SpareBody {
  const { near, far } = channel();
  let current: IsolateEvents = events;
  const recipe = { name: "spare", entry, maxHeapMiB };
  const body = newThread(recipe, {
    data: { kind: "wait", preload: [packageUrl()], port: far },
    transfer: [far],
  }, () => ({
    trouble: (reason) => current.trouble(reason),
    gone(code) {
      near.close();
      current.gone(code);
    },
  }));
  near.onmessage = ({ data }: MessageEvent<number>) => events.waiting(data);
  near.unref();
  return {
    ...body,
    adopt(name, boot, _control, own) {
      current = own;
      const identity: SpareIdentity = { name, boot };
      near.postMessage(identity, portsOf(boot));
    },
  };
}

/** The data that a thread gets before it runs. */
interface Handed {
  readonly data: IsolateBoot | SpareWait;
  readonly transfer: MessagePort[];
}

function newThread(
  { name, entry, maxHeapMiB }: Pick<
    IsolateRecipe,
    "name" | "entry" | "maxHeapMiB"
  >,
  { data, transfer }: Handed,
  events: () => IsolateEvents,
): IsolateHandle {
  const { Worker, SHARE_ENV } = nodeThreads();
  const worker = new Worker(new URL(entry), {
    name,
    workerData: data,
    // Behind its own path, which the thread removes. `Deno.args` are the program's
    // in any case (2.9.6).
    argv: process.argv.slice(1),
    transferList: transfer,
    // The default copies the environment, which asks the user for --allow-env if
    // that is not granted (2.9.6).
    env: SHARE_ENV,
    resourceLimits: {
      maxOldGenerationSizeMb: maxHeapMiB ?? HEAP_DEFAULT_MIB,
    },
  });
  worker.unref();
  worker.on("error", (error) => {
    events().trouble(
      error?.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? OUT_OF_HEAP
        : `${error?.message ?? error}`,
    );
  });
  worker.on("exit", (code) => events().gone(code));
  return {
    kill: () => void worker.terminate(),
    computedMs: () => computedMs(worker as unknown as Measured),
  };
}

/** A worker that reports its CPU time, which is missing in Deno's types (2.9.6). */
interface Measured {
  cpuUsage(): Promise<{ readonly user: number; readonly system: number }>;
}

async function computedMs(worker: Measured): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1000;
  } catch {
    return Infinity; // It has ended.
  }
}

/**
 * The body of a `thread`: a worker of `node:worker_threads`.
 *
 * @module
 */

import type { IsolateBoot, IsolateRecipe } from "../wire/protocol/messages.ts";
import { OUT_OF_HEAP } from "../wire/protocol/child_context.ts";
import { nodeThreads } from "../base/node_threads.ts";
import type { IsolateEvents, IsolateHandle } from "./isolate_handle.ts";

declare const process: { readonly argv: readonly string[] };

/**
 * Limit of the heap where the caller names none. Without any limit a thread
 * that runs out of memory aborts the whole program; with one, it alone ends
 * (2.9.6). 4 GiB is the most that V8 gives an isolate by itself.
 */
const HEAP_DEFAULT_MIB = 4096;

/** Starts a thread. The constructor blocks for about 30 ms (2.9.6). */
export function startThread(
  recipe: IsolateRecipe,
  boot: IsolateBoot,
  events: IsolateEvents,
): IsolateHandle {
  const { Worker, SHARE_ENV } = nodeThreads();
  const worker = new Worker(new URL(recipe.entry), {
    name: recipe.name,
    workerData: boot,
    // Behind its own path, which the thread takes out. `Deno.args` are the program's
    // in any case (2.9.6).
    argv: process.argv.slice(1),
    transferList: [boot.data, boot.control, boot.sharer.port],
    // The default takes a copy of the environment, which asks the user for
    // --allow-env where that is not granted (2.9.6).
    env: SHARE_ENV,
    resourceLimits: {
      maxOldGenerationSizeMb: recipe.maxHeapMiB ?? HEAP_DEFAULT_MIB,
    },
  });
  worker.unref();
  worker.on("error", (error) => {
    events.trouble(
      error?.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? OUT_OF_HEAP
        : `${error?.message ?? error}`,
    );
  });
  worker.on("exit", (code) => events.gone(code));
  return {
    kill: () => void worker.terminate(),
    computedMs: () => computedMs(worker as unknown as Measured),
  };
}

/** A worker that tells its time, which Deno's types do not know (2.9.6). */
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

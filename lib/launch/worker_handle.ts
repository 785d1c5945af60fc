/**
 * The body of a `worker`: a Deno Web Worker.
 *
 * @module
 */

import type { IsolateBoot, IsolateRecipe } from "../wire/protocol/messages.ts";
import { workerPermissions } from "./permissions.ts";
import type { Port } from "../base/node_threads.ts";
import type { IsolateEvents, IsolateHandle } from "./isolate_handle.ts";

/**
 * Starts a Web Worker. The constructor blocks for about 10 ms (2.9.6); what it is
 * born with is made after that, while it loads its entry.
 */
export function startWorker(
  recipe: IsolateRecipe,
  boot: () => IsolateBoot,
  control: Port,
  events: IsolateEvents,
): IsolateHandle {
  const { permissions } = recipe;
  const worker = new Worker(recipe.entry, {
    type: "module",
    name: recipe.name,
    // Naming permissions at all takes --unstable-worker-options.
    ...(permissions === null || permissions === "inherit"
      ? {}
      : { deno: { permissions: workerPermissions(permissions) } }),
  });
  worker.onerror = (event) => {
    // Left alone, an error of the worker ends the whole program.
    event.preventDefault();
    events.trouble(event.message);
  };
  // A Web Worker has no event for its end. Its ports close when it is gone; or by
  // its own hand, and it is not to live on unseen.
  control.addEventListener("close", () => {
    worker.terminate();
    events.gone(null);
  });
  unref(worker);
  const handed = boot();
  worker.postMessage(handed, [handed.data, handed.control, handed.sharer.port]);
  return {
    kill: () => worker.terminate(),
    computedMs: () => Promise.resolve(performance.now()),
  };
}

/**
 * Lets the program end although the worker lives, or computes on after
 * `terminate()`. The class has a method for that under a symbol without a
 * description (2.9.6); where it is missing, a daemon keeps the program alive.
 */
function unref(worker: Worker): void {
  const prototype = Worker.prototype as unknown as Record<
    symbol,
    ((ref: boolean) => void) | undefined
  >;
  const key = Object.getOwnPropertySymbols(prototype).find((symbol) =>
    symbol.description === undefined
  );
  if (key !== undefined) prototype[key]?.call(worker, false);
}

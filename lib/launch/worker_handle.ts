/**
 * The handle of a `worker`: a Deno Web Worker.
 *
 * @module
 */

import type {
  IsolateBoot,
  IsolateRecipe,
  SpareIdentity,
  SpareWait,
} from "../wire/protocol/messages.ts";
import { hasOwnPermissions, workerPermissions } from "./permissions.ts";
import type { Port } from "../base/node_threads.ts";
import { packageUrl } from "../base/built.ts";
import {
  type IsolateEvents,
  type IsolateHandle,
  portsOf,
  type SpareBody,
  type SpareBodyEvents,
} from "./isolate_handle.ts";

/**
 * Starts a Web Worker. The constructor blocks for about 10 ms (2.9.6); its boot
 * data is made after that, while it loads its entry.
 */
export function startWorker(
  recipe: IsolateRecipe,
  boot: () => IsolateBoot,
  control: Port,
  events: IsolateEvents,
): IsolateHandle {
  const worker = newWorker(recipe, (reason) => events.trouble(reason));
  watchEnd(worker, control, events);
  const handed = boot();
  worker.postMessage(handed, portsOf(handed));
  return bodyOf(worker);
}

/** Starts a spare Web Worker, which waits for its identity. */
export function startSpareWorker(
  entry: string,
  _maxHeapMiB: number | null,
  events: SpareBodyEvents,
): SpareBody {
  let current: IsolateEvents = events;
  const recipe = { entry, name: "spare", permissions: null };
  const worker = newWorker(recipe, (reason) => {
    current.trouble(reason);
    // It has no other event for its end.
    if (current === events) kill();
  });
  const kill = () => {
    worker.terminate();
    // A spare is idle, and ends at once.
    if (current === events) events.gone(null);
  };
  const wait: SpareWait = { kind: "wait", preload: [packageUrl()], port: null };
  worker.postMessage(wait);
  worker.onmessage = ({ data }: MessageEvent<number>) => {
    worker.onmessage = null;
    events.waiting(data);
  };
  return {
    ...bodyOf(worker),
    kill,
    adopt(name, boot, control, own) {
      current = own;
      watchEnd(worker, control, own);
      const handed: SpareIdentity = { name, boot };
      worker.postMessage(handed, portsOf(boot));
    },
  };
}

function newWorker(
  { entry, name, permissions }: Pick<
    IsolateRecipe,
    "entry" | "name" | "permissions"
  >,
  trouble: (reason: string) => void,
): Worker {
  const worker = new Worker(entry, {
    type: "module",
    name,
    // The option for permissions needs --unstable-worker-options.
    ...(hasOwnPermissions(permissions)
      ? { deno: { permissions: workerPermissions(permissions) } }
      : {}),
  });
  worker.onerror = (event) => {
    // Otherwise an error of the worker ends the whole program.
    event.preventDefault();
    trouble(event.message);
  };
  unref(worker);
  return worker;
}

/**
 * A Web Worker has no event for its end. Its ports close when it has ended; or when
 * it closes them itself, and then it must not live on unseen.
 */
function watchEnd(worker: Worker, control: Port, events: IsolateEvents): void {
  control.addEventListener("close", () => {
    worker.terminate();
    events.gone(null);
  });
}

function bodyOf(worker: Worker): IsolateHandle {
  return {
    kill: () => worker.terminate(),
    computedMs: () => Promise.resolve(performance.now()),
  };
}

/**
 * Allows the program to end although the worker lives, or computes on after
 * `terminate()`. The class has a method for that under a symbol without a
 * description (2.9.6); if it is missing, a daemon keeps the program alive.
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

/**
 * Spare threads and workers: they are booted in advance, and wait for their
 * identity.
 *
 * The root keeps them, because it makes all isolates of its OS process: isolates
 * that other isolates request are taken from here, too.
 *
 * @module
 */

import { keepAlive } from "../base/keep_alive.ts";
import type { Port } from "../base/node_threads.ts";
import type { IsolateBoot, IsolateRecipe } from "../wire/protocol/messages.ts";
import type {
  IsolateEvents,
  IsolateHandle,
  SpareBody,
} from "./isolate_handle.ts";
import { openIsolateUrl } from "./entry.ts";
import { hasOwnPermissions } from "./permissions.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import {
  type Boot,
  newStock,
  noSpares,
  type Spare,
  type SpareEvents,
  type Stock,
} from "./stock.ts";
import { startSpareThread } from "./thread_handle.ts";
import { startSpareWorker } from "./worker_handle.ts";

declare const process: { readonly argv: readonly string[] };

type Method = IsolateRecipe["method"];

/** The spares, by start method. */
export const isolateStocks: Readonly<Record<Method, Stock<IsolateSpare>>> = {
  thread: newStock("thread"),
  worker: newStock("worker"),
};

/** An isolate in stock. */
export class IsolateSpare implements Spare {
  readonly pid = Deno.pid;
  readonly body: SpareBody;
  readonly #ended = Promise.withResolvers<void>();
  // A thread that ends with the program while its entry is evaluated prints an
  // error.
  readonly #release = keepAlive();
  #reason = "";
  #heapBytes: number | null = null;
  #isRetired = false;

  constructor(
    method: Method,
    maxHeapMiB: number | null,
    events: SpareEvents,
  ) {
    const start = method === "thread" ? startSpareThread : startSpareWorker;
    this.body = start(openIsolateUrl(method), maxHeapMiB, {
      waiting: (heapBytes) => {
        this.#release();
        this.#heapBytes = heapBytes;
        if (this.#isRetired) this.body.kill();
        else events.waiting();
      },
      trouble: (reason) => this.#reason = reason,
      gone: () => {
        this.#release();
        this.#ended.resolve();
        if (!this.#isRetired) events.lost(this.#reason);
      },
    });
  }

  get isWaiting(): boolean {
    return this.#heapBytes !== null;
  }

  get memoryBytes(): number | null {
    return this.#heapBytes;
  }

  retire(): Promise<void> {
    this.#isRetired = true;
    // An isolate that boots is ended after its boot: it would print an error.
    if (this.isWaiting) this.body.kill();
    return this.#ended.promise;
  }

  /** Notes that it is in use. */
  leave(): void {
    this.#release();
  }
}

/** What an isolate must have in common with a spare. */
type Kind = Pick<IsolateRecipe, "maxHeapMiB" | "permissions">;

interface Shelf {
  readonly key: string;
  readonly boot: Boot<IsolateSpare>;
}

/** The shelf of the spares for a kind of isolate. */
function shelfOf(method: Method, { maxHeapMiB }: Kind): Shelf {
  return {
    key: JSON.stringify([maxHeapMiB, process.argv]),
    boot: (events) => new IsolateSpare(method, maxHeapMiB, events),
  };
}

/** Why a kind of isolate is never a spare here; null if it may be. */
function whyNoSpare({ permissions }: Kind): string | null {
  const host = childContext()?.host;
  if (host?.kind === "isolate" && !host.isRoot) {
    return "the main thread makes all threads and workers: fill them there";
  }
  return hasOwnPermissions(permissions)
    ? "they have the permissions of the program: leave out `permissions`"
    : null;
}

/** Takes a spare for an isolate and sends its identity; null if there is none. */
export function takeIsolate(
  recipe: IsolateRecipe,
  boot: () => IsolateBoot,
  control: Port,
  events: IsolateEvents,
): IsolateHandle | null {
  const stock = isolateStocks[recipe.method];
  if (stock.settings.count === 0 || whyNoSpare(recipe) !== null) return null;
  const shelf = shelfOf(recipe.method, recipe);
  const spare = stock.take(shelf.key, shelf.boot);
  if (spare === null) return null;
  spare.leave();
  spare.body.adopt(recipe.name, boot(), control, events);
  return spare.body;
}

/** Boots spares for a kind of isolate; resolves when they wait. */
export async function fillIsolates(method: Method, kind: Kind): Promise<void> {
  const reason = whyNoSpare(kind);
  if (reason !== null) throw noSpares(method, reason);
  const shelf = shelfOf(method, kind);
  await isolateStocks[method].fill(shelf.key, shelf.boot);
}

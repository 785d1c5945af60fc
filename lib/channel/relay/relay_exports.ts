/**
 * The queues that other processes reach through this isolate.
 *
 * @module
 */

import type {
  Delivery,
  RelayHandle,
  RelayStop,
} from "../../wire/serialization/handle.ts";
import type { QueueBackend } from "../ring/queue_backend.ts";

/** A queue that other processes can reach. */
class RelayExport {
  readonly #weak: WeakRef<QueueBackend>;
  // Invariant: set while a process may still begin to use the queue.
  #strong: QueueBackend | null;
  #given = 0;
  #opened = 0;
  #clients = 0;

  constructor(backend: QueueBackend) {
    this.#weak = new WeakRef(backend);
    this.#strong = backend;
  }

  /**
   * Counts a handle that was made, a child that opened the queue, or one that left.
   */
  count(event: "given" | "came" | "left"): void {
    if (event === "given") this.#given++;
    if (event === "came") this.#opened++, this.#clients++;
    if (event === "left") this.#clients--;
    const mayBeUsed = this.#clients > 0 || this.#opened < this.#given;
    this.#strong = mayBeUsed ? this.#weak.deref() ?? null : null;
  }

  get backend(): QueueBackend | undefined {
    return this.#strong ?? this.#weak.deref();
  }
}

const relayExports = new Map<string, RelayExport>();
const names = new WeakMap<QueueBackend, string>();

/** A handle by which others reach `backend` through this isolate; `route` goes on. */
export function relayHandle(
  backend: QueueBackend,
  form: RelayHandle["form"],
  delivery: Delivery,
  route: readonly RelayStop[] = [],
): RelayHandle {
  let name = names.get(backend);
  if (name === undefined) {
    name = crypto.randomUUID();
    names.set(backend, name);
    relayExports.set(name, new RelayExport(backend));
  }
  relayExports.get(name)!.count("given");
  delivery.countRelay();
  const { maxCount } = backend;
  return { kind: "relay", form, maxCount, route: [{ name }, ...route] };
}

/** The queue at the stop of the route that is this isolate, if there is one. */
export function exportOn(
  route: readonly RelayStop[],
): { backend: QueueBackend; relayExport: RelayExport } | null {
  for (const { name } of route) {
    const relayExport = relayExports.get(name);
    const backend = relayExport?.backend;
    if (backend !== undefined) return { backend, relayExport: relayExport! };
  }
  return null;
}

export type { RelayExport };

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
import type { QueueCore } from "../ring/queue_core.ts";

/** A queue that other processes can reach. */
class RelayExport {
  readonly #weak: WeakRef<QueueCore>;
  // Invariant: set while a process may still begin to use the queue.
  #strong: QueueCore | null;
  #given = 0;
  #opened = 0;
  #clients = 0;

  constructor(core: QueueCore) {
    this.#weak = new WeakRef(core);
    this.#strong = core;
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

  get core(): QueueCore | undefined {
    return this.#strong ?? this.#weak.deref();
  }
}

const relayExports = new Map<string, RelayExport>();
const names = new WeakMap<QueueCore, string>();

/** A handle by which others reach `core` through this isolate; `route` goes on. */
export function relayHandle(
  core: QueueCore,
  form: RelayHandle["form"],
  delivery: Delivery,
  route: readonly RelayStop[] = [],
): RelayHandle {
  let name = names.get(core);
  if (name === undefined) {
    name = crypto.randomUUID();
    names.set(core, name);
    relayExports.set(name, new RelayExport(core));
  }
  relayExports.get(name)!.count("given");
  delivery.countRelay();
  const { maxCount } = core;
  return { kind: "relay", form, maxCount, route: [{ name }, ...route] };
}

/** The queue at the stop of the route that is this isolate, if there is one. */
export function exportOn(
  route: readonly RelayStop[],
): { core: QueueCore; relayExport: RelayExport } | null {
  for (const { name } of route) {
    const relayExport = relayExports.get(name);
    const core = relayExport?.core;
    if (core !== undefined) return { core, relayExport: relayExport! };
  }
  return null;
}

export type { RelayExport };

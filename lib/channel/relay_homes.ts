/**
 * The queues that other processes reach through this isolate.
 *
 * @module
 */

import type { RelayHandle, RelayStop } from "../wire/handle.ts";
import type { QueueCore } from "./queue_core.ts";

/** A queue that was given to others. */
class Home {
  readonly #weak: WeakRef<QueueCore>;
  // Invariant: set while somebody may still come to use it.
  #strong: QueueCore | null;
  #given = 0;
  #opened = 0;
  #guests = 0;

  constructor(core: QueueCore) {
    this.#weak = new WeakRef(core);
    this.#strong = core;
  }

  /** Counts a handle that was made, a guest that came with one, one that left. */
  count(event: "given" | "came" | "left"): void {
    if (event === "given") this.#given++;
    if (event === "came") this.#opened++, this.#guests++;
    if (event === "left") this.#guests--;
    const mayBeUsed = this.#guests > 0 || this.#opened < this.#given;
    this.#strong = mayBeUsed ? this.#weak.deref() ?? null : null;
  }

  get core(): QueueCore | undefined {
    return this.#strong ?? this.#weak.deref();
  }
}

const homes = new Map<string, Home>();
const names = new WeakMap<QueueCore, string>();
let given = 0;

/** How many handles this isolate has made; whoever compares knows if more came. */
export function relaysGiven(): number {
  return given;
}

/** A handle by which others reach `core` through this isolate; `route` goes on. */
export function relayHandle(
  core: QueueCore,
  form: RelayHandle["form"],
  route: readonly RelayStop[] = [],
): RelayHandle {
  let name = names.get(core);
  if (name === undefined) {
    name = crypto.randomUUID();
    names.set(core, name);
    homes.set(name, new Home(core));
  }
  homes.get(name)!.count("given");
  given++;
  const { maxCount } = core;
  return { kind: "relay", form, maxCount, route: [{ name }, ...route] };
}

/** The queue at a stop of the route that is this isolate, if there is one. */
export function homeOn(
  route: readonly RelayStop[],
): { core: QueueCore; home: Home } | null {
  for (const { name } of route) {
    const home = homes.get(name);
    const core = home?.core;
    if (core !== undefined) return { core, home: home! };
  }
  return null;
}

export type { Home };

/**
 * What a worker tells its pool, and when.
 *
 * @module
 */

import type { Birth } from "../wire/birth.ts";
import type { Destination } from "../wire/handle.ts";
import type { Packed } from "../wire/pack.ts";
import type { Peer } from "../wire/post.ts";
import { loadModule } from "../process/resolve.ts";
import {
  areRaw,
  type FromWorker,
  isPacked,
  type Load,
  RESULT_STRIDE,
  THREW,
  UNSENDABLE,
  VALUES,
} from "./messages.ts";
import type { Slots, Totals } from "./slots.ts";
import { givenAway } from "./state.ts";
import type * as Full from "./worker_full.ts";

/** How often a worker looks how much memory it has. */
const HEAP_LOOK_MS = 250;

/** The next report, and its way. */
export class Reporter {
  readonly #parent: Peer;
  readonly #birth: Birth;
  /** Loaded when first needed. */
  #full: typeof Full | null = null;

  #results: unknown[] = [];
  /** Whether JSON, by which plain messages go to a parent, will not do. */
  #mustPack = false;
  #transfer: Transferable[] = [];
  #upTo = 0;
  #toldUpTo = 0;
  /** What has been done so far; the time of what was told. */
  readonly totals: Totals = { items: 0, busyMs: 0, heapBytes: 0 };
  /** Since when there is time that was not told. */
  since = 0;
  #heapSeen = -Infinity;
  /** Where the pool sees the totals and small results, once that is so. */
  slots: Slots | null = null;

  constructor(parent: Peer, birth: Birth) {
    this.#parent = parent;
    this.#birth = birth;
  }

  /** Where the pool is. */
  get destination(): Destination {
    return this.#parent.destination;
  }

  /** What is loaded when it is first needed. */
  async full(): Promise<typeof Full> {
    if (this.#full !== null) return this.#full;
    const url = new URL("./worker_full.ts", import.meta.url).href;
    const full = await loadModule(url, this.#birth.loaders) as typeof Full;
    return this.#full = full;
  }

  /** All tasks before `seq` are done. */
  done(seq: number): void {
    this.#upTo = seq;
  }

  /** Items of a task, from `from` on, have results. */
  values(
    seq: number,
    from: number,
    values: readonly unknown[],
  ): undefined | Promise<void> {
    if (!areRaw(values, this.destination)) {
      return this.#packed(seq, from, values);
    }
    this.#results.push(seq, from, VALUES, values);
    return undefined;
  }

  async #packed(
    seq: number,
    from: number,
    values: readonly unknown[],
  ): Promise<void> {
    const full = await this.full();
    const transfer = values.flatMap(givenAway);
    this.#mustPack = true;
    try {
      const packed = full.packList(values, this.destination, transfer);
      this.#results.push(seq, from, VALUES, { packed });
      this.#transfer.push(...transfer);
    } catch (error) {
      if (values.length === 1) {
        this.#results.push(seq, from, UNSENDABLE, full.refusal(error));
        return;
      }
      // One by one it will be known which of them it is.
      for (const [i, value] of values.entries()) {
        await this.#packed(seq, from + i, [value]);
      }
    }
  }

  /** An item of a task threw. */
  async threw(seq: number, item: number, thrown: unknown): Promise<void> {
    const full = await this.full();
    const error = full.describe(thrown, this.destination);
    this.#mustPack = true;
    this.#results.push(seq, item, THREW, error);
  }

  /** The initializer threw. */
  async broken(thrown: unknown): Promise<void> {
    const full = await this.full();
    const error = full.describe(thrown, this.destination);
    this.post({ kind: "broken", error }, true);
  }

  /** Sends what there is to tell. */
  tell(): void {
    if (this.#upTo === this.#toldUpTo && this.#results.length === 0) return;
    this.#toldUpTo = this.#upTo;
    this.#addUp();
    if (this.#results.length > 0 || this.slots === null) return this.#tellAll();
    this.slots.addUp(this.totals);
    this.post(this.#upTo);
  }

  #tellAll(): void {
    const [results, mustPack, transfer] = [
      this.#results,
      this.#mustPack,
      this.#transfer,
    ];
    this.#results = [];
    this.#mustPack = false;
    this.#transfer = [];
    try {
      this.post([this.#upTo, this.totals, results], mustPack, transfer);
    } catch (error) {
      this.post([this.#upTo, this.totals, refused(results, error)]);
    }
  }

  #addUp(): void {
    const now = performance.now();
    this.totals.busyMs += now - this.since;
    this.since = now;
    if (now - this.#heapSeen < HEAP_LOOK_MS) return;
    this.#heapSeen = now;
    this.totals.heapBytes = Deno.memoryUsage().heapUsed;
  }

  /** Sends a message; bytes for what JSON cannot carry. */
  post(
    message: FromWorker,
    mustPack = false,
    transfer: readonly Transferable[] = [],
  ): void {
    const body: Packed = mustPack && this.destination !== "isolate"
      ? this.#full!.close(message)
      : { form: "clone", value: message, sited: null };
    this.#parent.post("pool", body, transfer);
  }
}

/** A port may refuse what nothing spoke against: those results then say so. */
function refused(results: readonly unknown[], error: unknown): unknown[] {
  const left: unknown[] = [];
  for (let i = 0; i < results.length; i += RESULT_STRIDE) {
    const [seq, from, kind, content] = results.slice(i, i + RESULT_STRIDE);
    const isSuspect = kind === VALUES && isPacked(content as Load);
    if (isSuspect) {
      left.push(seq, from, UNSENDABLE, ["result", `refused: ${error}`]);
    } else left.push(seq, from, kind, content);
  }
  return left;
}

/**
 * What a worker tells its pool, and when.
 *
 * @module
 */

import {
  type ChildContext,
  IS_TO_STOP,
} from "../../wire/protocol/child_context.ts";
import type { Destination } from "../../wire/serialization/handle.ts";
import type { Packed } from "../../wire/serialization/pack.ts";
import type { Peer } from "../../wire/mailbox/mailbox.ts";
import { loadModule } from "../../wire/protocol/load_module.ts";
import {
  areRaw,
  type Blame,
  type FromWorker,
  isPacked,
  isSure,
  type PackedList,
  type ReportRow,
  RESULT_STRIDE,
  type SentItems,
  THREW,
  UNSENDABLE,
  VALUES,
} from "../protocol/pool_messages.ts";
import type { Slots, Totals } from "../protocol/slots.ts";
import { givenAway } from "./worker_state.ts";
import type * as Full from "./worker_slow_path.ts";

/** How often a worker looks how much memory it has. */
const HEAP_LOOK_MS = 250;

/** The next report, and its way. */
export class Reporter {
  readonly #parent: Peer;
  readonly #context: ChildContext;
  /** Loaded when first needed. */
  #full: typeof Full | null = null;

  #results: unknown[] = [];
  /** Whether JSON, by which plain messages go to a parent, will not do. */
  #mustPack = false;
  #transfer: Transferable[] = [];
  /** Whether a port may refuse one of the results, such as a proxy. */
  #isUnsure = false;
  /** Runs while results are packed that a port has refused. */
  #packing: Promise<void> | null = null;
  #upTo = 0;
  #toldUpTo = 0;
  /** What has been done so far; the time of what was told. */
  readonly totals: Totals = { items: 0, busyMs: 0, heapBytes: 0 };
  /** Since when there is time that was not told. */
  since = 0;
  #heapSeen = -Infinity;
  /** Where the pool sees the totals and small results, once that is so. */
  slots: Slots | null = null;

  constructor(parent: Peer, context: ChildContext) {
    this.#parent = parent;
    this.#context = context;
  }

  /** Where the pool is. */
  get destination(): Destination {
    return this.#parent.destination;
  }

  /** What is loaded when it is first needed. */
  async full(): Promise<typeof Full> {
    if (this.#full !== null) return this.#full;
    const url = new URL("./worker_slow_path.ts", import.meta.url).href;
    const full = await loadModule(url, this.#context.loaders) as typeof Full;
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
    if (!areRaw(values, this.destination) && !this.#goesUnpacked(values)) {
      return this.#packed(seq, from, values);
    }
    this.#results.push(seq, from, VALUES, values);
    return undefined;
  }

  /**
   * Whether values may go as they are, and nothing need be loaded for them. What a
   * port may refuse is never told together with what moves: that would be gone.
   */
  #goesUnpacked(values: readonly unknown[]): boolean {
    if (this.destination !== "isolate" || !areCloned(values)) return false;
    const transfer = values.length === 1
      ? givenAway(values[0])
      : values.flatMap(givenAway);
    if (!transfer.every(isWhole) || this.#isMoving(transfer)) return false;
    const areSure = values.every(isSure);
    if (!areSure && transfer.length + this.#transfer.length > 0) return false;
    this.#isUnsure ||= !areSure;
    this.#move(transfer);
    return true;
  }

  /** Whether part of it moves already, or is there twice. */
  #isMoving(transfer: readonly Transferable[]): boolean {
    if (transfer.length === 0) return false;
    const all = [...this.#transfer, ...transfer];
    return new Set(all).size < all.length;
  }

  #move(transfer: readonly Transferable[]): void {
    if (transfer.length > 0 && this.#isUnsure) this.tell();
    this.#transfer.push(...transfer);
  }

  async #packed(
    seq: number,
    from: number,
    values: readonly unknown[],
  ): Promise<void> {
    this.#packWith(await this.full(), seq, from, values);
  }

  #packWith(
    full: typeof Full,
    seq: number,
    from: number,
    values: readonly unknown[],
  ): void {
    const transfer = values.flatMap(givenAway);
    if (this.#isMoving(transfer)) {
      if (values.length > 1) return this.#packEach(full, seq, from, values);
      // It is gone with an earlier result: what is told now will say so.
      this.tell();
    }
    try {
      full.checkTransfer(transfer);
      const packed = full.packList(values, this.destination, transfer);
      this.#move(transfer);
      this.#mustPack = true;
      this.#results.push(seq, from, VALUES, { packed });
    } catch (error) {
      if (this.#isDying) throw error;
      this.#mustPack = true;
      if (values.length === 1) {
        this.#results.push(seq, from, UNSENDABLE, full.refusal(error));
        return;
      }
      // One by one it will be known which of them it is.
      this.#packEach(full, seq, from, values);
    }
  }

  #packEach(
    full: typeof Full,
    seq: number,
    from: number,
    values: readonly unknown[],
  ): void {
    for (const [i, value] of values.entries()) {
      this.#packWith(full, seq, from + i, [value]);
    }
  }

  /**
   * Whether this isolate is being killed. What it throws from then on is no error of a
   * task: a kill that hits the first use of one of Deno's lazy globals, as a timer, is
   * thrown there as `null` or as a ReferenceError (2.9.6).
   */
  get #isDying(): boolean {
    const { host } = this.#context;
    return host.kind === "isolate" &&
      (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
  }

  /** An item of a task threw. */
  async threw(seq: number, item: number, thrown: unknown): Promise<void> {
    if (this.#isDying) return await new Promise(() => {});
    const full = await this.full();
    const error = full.describeTaskError(thrown, this.destination);
    this.#mustPack = true;
    this.#results.push(seq, item, THREW, error);
  }

  /** A task has left an error behind, thrown or as a rejection. */
  async unhandled(
    blame: Blame | null,
    reason: unknown,
    isThrown: boolean,
  ): Promise<void> {
    const full = await this.full();
    const error = full.describeTaskError(reason, this.destination);
    this.post({ kind: "unhandled", blame, isThrown, error }, true);
  }

  /** The initializer threw. */
  async broken(thrown: unknown): Promise<void> {
    if (this.#isDying) return await new Promise(() => {});
    const full = await this.full();
    const error = full.describeTaskError(thrown, this.destination);
    this.post({ kind: "broken", error }, true);
  }

  /** Sends what there is to tell. */
  tell(): void {
    if (this.#packing !== null) return;
    if (this.#upTo === this.#toldUpTo && this.#results.length === 0) return;
    const before = this.#toldUpTo;
    this.#toldUpTo = this.#upTo;
    this.#addUp();
    if (this.#results.length > 0 || this.slots === null) {
      return this.#tellAll(before);
    }
    this.slots.addUp(this.totals);
    this.post(this.#upTo);
  }

  #tellAll(before: number): void {
    const [results, mustPack, transfer, isUnsure] = [
      this.#results,
      this.#mustPack,
      this.#transfer,
      this.#isUnsure,
    ];
    this.#results = [];
    this.#mustPack = false;
    this.#transfer = [];
    this.#isUnsure = false;
    try {
      this.post(this.#rowOf(this.#upTo, results), mustPack, transfer);
    } catch {
      if (isUnsure) this.#packing = this.#packAgain(results);
      else this.#tellEach(results, before, mustPack);
    }
  }

  #rowOf(upTo: number, results: readonly unknown[]): ReportRow {
    const { items, busyMs, heapBytes } = this.totals;
    return [upTo, items, busyMs, heapBytes, ...results];
  }

  /** A port has refused one of the results: each goes by itself, or says so. */
  #tellEach(
    results: readonly unknown[],
    before: number,
    mustPack: boolean,
  ): void {
    for (let i = 0; i < results.length; i += RESULT_STRIDE) {
      for (const result of onesOf(results.slice(i, i + RESULT_STRIDE))) {
        try {
          this.post(this.#rowOf(before, result), mustPack);
        } catch (error) {
          this.post(this.#rowOf(before, refused(result, error)));
        }
      }
    }
    this.post(this.#rowOf(this.#upTo, []));
  }

  /**
   * A port has refused what it nearly always takes, such as a proxy: packed it
   * goes, or it is known what is wrong with it. Nothing is told meanwhile.
   */
  async #packAgain(results: readonly unknown[]): Promise<void> {
    const full = await this.full();
    const all = [...results, ...this.#results];
    this.#results = [];
    for (let i = 0; i < all.length; i += RESULT_STRIDE) {
      const result = all.slice(i, i + RESULT_STRIDE);
      const [seq, from, , values] = result;
      if (!isUnpacked(values)) this.#results.push(...result);
      else this.#packWith(full, seq as number, from as number, values);
    }
    this.#isUnsure = false;
    this.#packing = null;
    this.tell();
  }

  /** Settles when nothing is held back; undefined where nothing is. */
  get told(): Promise<void> | undefined {
    return this.#packing ?? undefined;
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
      : { form: "clone", value: message, placeholders: null };
    this.#parent.post("pool", body, transfer);
  }
}

/** Whether part of a result is values that are more than plain, and not packed. */
function isUnpacked(content: unknown): content is readonly unknown[] {
  return Array.isArray(content) && !areRaw(content, "isolate");
}

/** Whether something is a buffer that can move, as it seems. */
function isWhole(entry: unknown): boolean {
  return entry instanceof ArrayBuffer && !entry.detached;
}

/** The values of a result, each as a result of its own. */
function onesOf(result: readonly unknown[]): readonly (readonly unknown[])[] {
  const [seq, from, kind, content] = result;
  const values = kind === VALUES ? valuesOf(content as SentItems) : null;
  if (values === null) return [result];
  const isBare = Array.isArray(content);
  return values.map((value, i) => [
    seq,
    from as number + i,
    VALUES,
    isBare
      ? [value]
      : { packed: { form: "clone", value: [value], placeholders: null } },
  ]);
}

/** The values as they are; null where parts of them had to be replaced. */
function valuesOf(load: SentItems): readonly unknown[] | null {
  if (!isPacked(load)) return load;
  const { packed } = load;
  const isAsItWas = !(packed instanceof Uint8Array) &&
    packed.placeholders === null;
  return isAsItWas ? packed.value as readonly unknown[] : null;
}

/** What is told instead of a result that a port refuses, though nothing spoke against it. */
function refused(
  [seq, from, kind, content]: readonly unknown[],
  error: unknown,
): readonly unknown[] {
  const count = kind === VALUES ? countOf(content as SentItems) : 1;
  const reason = ["result", `refused: ${textOf(error)}`];
  return Array.from({ length: count })
    .flatMap((_, i) => [seq, from as number + i, UNSENDABLE, reason]);
}

/** How many values there are, of which some may have been replaced. */
function countOf(load: SentItems): number {
  const values = valuesOf(load);
  if (values !== null) return values.length;
  const { packed } = load as PackedList;
  const placeholders = packed instanceof Uint8Array
    ? null
    : packed.placeholders;
  return (placeholders?.root[0] as unknown[] | undefined)?.length ?? 1;
}

/** An error of the user's may have no text. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "a part that throws when read";
  }
}

/** How much of a result is looked at here; what is larger is looked at elsewhere. */
const PARTS_MAX = 1000;
const DEPTH_MAX = 32;

let parts = 0;

/**
 * Whether a port carries values as they are, as it seems, so that nothing need be
 * loaded for them: plain objects and lists of plain values, and bytes.
 */
function areCloned(values: readonly unknown[]): boolean {
  parts = 0;
  try {
    return values.every((value) => isCloned(value, 0));
  } catch {
    return false; // A part that throws when read: packing will say which.
  }
}

function isCloned(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) {
    return typeof value !== "function" && typeof value !== "symbol";
  }
  if (++parts > PARTS_MAX || depth > DEPTH_MAX) return false;
  if (ArrayBuffer.isView(value)) return isSure(value);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    return (value as unknown[]).every((item) => isCloned(item, depth + 1));
  }
  return prototype === Object.prototype &&
    Object.values(value).every((item) => isCloned(item, depth + 1));
}

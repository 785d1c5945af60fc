/**
 * Reports of a worker to its pool: results, totals and errors.
 *
 * @module
 */

import { builtUrl } from "../../base/built.ts";
import { thrownText } from "../../base/thrown_text.ts";
import type { ChildContext } from "../../wire/protocol/child_context.ts";
import { IS_TO_STOP } from "../../wire/protocol/stop_flag_words.ts";
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
  type ReportMessage,
  RESULT_STRIDE,
  type SentItems,
  THREW,
  UNSENDABLE,
  VALUES,
} from "../protocol/pool_messages.ts";
import type { Slots, Totals } from "../protocol/slots.ts";
import { givenAway } from "./worker_state.ts";
import type * as Full from "./worker_slow_path.ts";

/** Minimum time between two measurements of the heap. */
const HEAP_LOOK_MS = 250;

/** Collects results for the next report, and sends it. */
export class Reporter {
  readonly #parent: Peer;
  readonly #context: ChildContext;
  /** The slow path, once it is loaded. */
  #full: typeof Full | null = null;

  #results: unknown[] = [];
  /**
   * Whether JSON, which carries plain messages to a parent, cannot carry the
   * results.
   */
  #mustPack = false;
  #transfer: Transferable[] = [];
  /** Whether a port may refuse one of the results, such as `arguments`. */
  #isUnsure = false;
  /** Settles when results that a port refused are packed; null otherwise. */
  #packing: Promise<void> | null = null;
  #upTo = 0;
  #sentUpTo = 0;
  /** Totals since the start; `busyMs` up to the last report. */
  readonly totals: Totals = { items: 0, busyMs: 0, heapBytes: 0 };
  /** Start of the time that no report has counted yet. */
  since = 0;
  #heapSeen = -Infinity;
  /**
   * The slots in which the pool reads totals and small results, once both have
   * them.
   */
  slots: Slots | null = null;

  constructor(parent: Peer, context: ChildContext) {
    this.#parent = parent;
    this.#context = context;
  }

  /** Where the pool is. */
  get destination(): Destination {
    return this.#parent.destination;
  }

  /** Loads the slow path, once. */
  async full(): Promise<typeof Full> {
    if (this.#full !== null) return this.#full;
    const url = builtUrl("package");
    const { default: ours } = await loadModule(url, this.#context.loaders) as {
      default: { workerSlowPath: typeof Full };
    };
    return this.#full = ours.workerSlowPath;
  }

  /** Notes that all tasks before `seq` are done. */
  done(seq: number): void {
    this.#upTo = seq;
  }

  /** Adds results of a task; `from` is the index of the item of the first one. */
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
   * Whether values can be sent as they are, without loading anything. A report
   * never holds both a value that a port may refuse and buffers that move: a
   * refused report would lose them.
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

  /** Whether one of these moves already, or is listed twice. */
  #isMoving(transfer: readonly Transferable[]): boolean {
    if (transfer.length === 0) return false;
    const all = [...this.#transfer, ...transfer];
    return new Set(all).size < all.length;
  }

  #move(transfer: readonly Transferable[]): void {
    if (transfer.length > 0 && this.#isUnsure) this.flush();
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
      // It moves with an earlier result: once that is sent, packing refuses this
      // one.
      this.flush();
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
      // Packing them one by one shows which of them cannot be sent.
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
   * Whether this isolate is being killed. An error that it throws from then on is
   * no error of a task: a kill that hits the first use of one of Deno's lazy
   * globals, such as a timer, is thrown there as `null` or as a ReferenceError
   * (2.9.6).
   */
  get #isDying(): boolean {
    const { host } = this.#context;
    return host.kind === "isolate" &&
      (Atomics.load(host.flags, 0) & IS_TO_STOP) !== 0;
  }

  /** Reports an item that threw. */
  async threw(seq: number, item: number, thrown: unknown): Promise<void> {
    if (this.#isDying) return await new Promise(() => {});
    const full = await this.full();
    const error = full.describeTaskError(thrown, this.destination);
    this.#mustPack = true;
    this.#results.push(seq, item, THREW, error);
  }

  /** Reports an error that a task left behind, thrown or as a rejection. */
  async unhandled(
    blame: Blame | null,
    reason: unknown,
    isThrown: boolean,
  ): Promise<void> {
    const full = await this.full();
    const error = full.describeTaskError(reason, this.destination);
    this.post({ kind: "unhandled", blame, isThrown, error }, true);
  }

  /** Reports that the initializer threw. */
  async broken(thrown: unknown): Promise<void> {
    if (this.#isDying) return await new Promise(() => {});
    const full = await this.full();
    const error = full.describeTaskError(thrown, this.destination);
    this.post({ kind: "broken", error }, true);
  }

  /** Sends the results and totals that no report has carried yet. */
  flush(): void {
    if (this.#packing !== null) return;
    if (this.#upTo === this.#sentUpTo && this.#results.length === 0) return;
    const before = this.#sentUpTo;
    this.#sentUpTo = this.#upTo;
    this.#addUp();
    if (this.#results.length > 0 || this.slots === null) {
      return this.#sendAll(before);
    }
    this.slots.addUp(this.totals);
    this.post(this.#upTo);
  }

  #sendAll(before: number): void {
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
      this.post(this.#messageOf(this.#upTo, results), mustPack, transfer);
    } catch {
      if (isUnsure) this.#packing = this.#packAgain(results);
      else this.#sendEach(results, before, mustPack);
    }
  }

  #messageOf(upTo: number, results: readonly unknown[]): ReportMessage {
    const { items, busyMs, heapBytes } = this.totals;
    return [upTo, items, busyMs, heapBytes, ...results];
  }

  /**
   * A port refused one of the results: sends each by itself, or the reason instead.
   */
  #sendEach(
    results: readonly unknown[],
    before: number,
    mustPack: boolean,
  ): void {
    for (let i = 0; i < results.length; i += RESULT_STRIDE) {
      for (const result of onesOf(results.slice(i, i + RESULT_STRIDE))) {
        try {
          this.post(this.#messageOf(before, result), mustPack);
        } catch (error) {
          this.post(this.#messageOf(before, refused(result, error)));
        }
      }
    }
    this.post(this.#messageOf(this.#upTo, []));
  }

  /**
   * A port refused a value that it nearly always accepts, such as `arguments`: packs
   * all results, which sends the value or finds what is wrong with it. No report is
   * sent meanwhile.
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
    this.flush();
  }

  /** Settles when no result is held back; undefined if none is. */
  get flushed(): Promise<void> | undefined {
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

  /** Sends a message; as bytes if JSON cannot carry it. */
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

/**
 * Whether what is sent as a result is a list of values that are not plain and not
 * packed.
 */
function isUnpacked(sent: unknown): sent is readonly unknown[] {
  return Array.isArray(sent) && !areRaw(sent, "isolate");
}

/** Whether something looks like a buffer that can move. */
function isWhole(entry: unknown): boolean {
  return entry instanceof ArrayBuffer && !entry.detached;
}

/** Splits a result into results of one value each. */
function onesOf(result: readonly unknown[]): readonly (readonly unknown[])[] {
  const [seq, from, kind, sent] = result;
  const values = kind === VALUES ? valuesOf(sent as SentItems) : null;
  if (values === null) return [result];
  const isBare = Array.isArray(sent);
  return values.map((value, i) => [
    seq,
    from as number + i,
    VALUES,
    isBare
      ? [value]
      : { packed: { form: "clone", value: [value], placeholders: null } },
  ]);
}

/** The values, if none of them has parts in placeholders; null otherwise. */
function valuesOf(sent: SentItems): readonly unknown[] | null {
  if (!isPacked(sent)) return sent;
  const { packed } = sent;
  const isAsItWas = !(packed instanceof Uint8Array) &&
    packed.placeholders === null;
  return isAsItWas ? packed.value as readonly unknown[] : null;
}

/**
 * The result that replaces one that a port refused, although no check found a
 * fault.
 */
function refused(
  [seq, from, kind, sent]: readonly unknown[],
  error: unknown,
): readonly unknown[] {
  const count = kind === VALUES ? countOf(sent as SentItems) : 1;
  const reason = ["result", `refused: ${thrownText(error)}`];
  return Array.from({ length: count })
    .flatMap((_, i) => [seq, from as number + i, UNSENDABLE, reason]);
}

/** The number of values, also where some have parts in placeholders. */
function countOf(sent: SentItems): number {
  const values = valuesOf(sent);
  if (values !== null) return values.length;
  const { packed } = sent as PackedList;
  const placeholders = packed instanceof Uint8Array
    ? null
    : packed.placeholders;
  return (placeholders?.root[0] as unknown[] | undefined)?.length ?? 1;
}

/** Limits of the quick check of a result; the slow path checks larger ones. */
const PARTS_MAX = 1000;
const CLONED_DEPTH_MAX = 32;

/** How many parts may still be looked at. */
interface Budget {
  parts: number;
}

/**
 * Whether a port seems to carry values as they are, so that no module need be
 * loaded for them: plain objects and lists of plain values, and bytes.
 */
function areCloned(values: readonly unknown[]): boolean {
  const budget = { parts: PARTS_MAX };
  try {
    return values.every((value) => isCloned(value, 0, budget));
  } catch {
    return false; // A part that throws when read: packing finds which one.
  }
}

function isCloned(value: unknown, depth: number, budget: Budget): boolean {
  if (typeof value !== "object" || value === null) {
    return typeof value !== "function" && typeof value !== "symbol";
  }
  if (--budget.parts < 0 || depth > CLONED_DEPTH_MAX) return false;
  if (ArrayBuffer.isView(value)) return isSure(value);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    return (value as unknown[]).every((item) =>
      isCloned(item, depth + 1, budget)
    );
  }
  return prototype === Object.prototype &&
    Object.values(value).every((item) => isCloned(item, depth + 1, budget));
}

/**
 * The shared memory of a pool and one of its workers, beside their messages: which
 * items the worker may run, the arguments and results of small calls, and how much
 * has been done.
 *
 * ```
 *   slot of a task     span   end << 16 | next     the items [next, end) are free
 *                      kind   function << 8 | kind of the argument << 4, of a call
 *                             kind of the result, once there is a small one
 *                      value  of an argument, then of a result, that is a number
 *   behind the slots   items, milliseconds, bytes of heap: so far, by the worker
 * ```
 *
 * The worker claims an item by raising `next`, the pool takes items back by
 * lowering `end`; both use compare-and-swap, so one worker only runs each item. In
 * the task of a dead worker, `next - 1` is the item that it ran.
 *
 * @module
 */

/** How many tasks a worker may have at once; a power of two. */
export const SLOTS = 1024;
/** The slot of a task is its number and this mask: `SLOTS` is a power of two. */
export const SLOT_MASK: number = SLOTS - 1;

/** The most items of one task, so that a span is a positive number. */
export const SPAN_MAX = 0x7fff;

const BYTES_PER_SLOT = 16;

/** Three doubles, and one spare. */
const TOTALS_BYTES = 32;

/** Size of all slots of one worker. */
export const SLOTS_BYTES: number = SLOTS * BYTES_PER_SLOT + TOTALS_BYTES;

const SPAN = 0;
const KIND = 1;
const WORDS = 4;
const VALUE = 1;
const DOUBLES = 2;

const NONE = 0;
const NUMBER = 1;
const UNDEFINED = 2;
const NULL = 3;
const TRUE = 4;
const FALSE = 5;

const ARGUMENT_SHIFT = 4;
const FUNCTION_SHIFT = 8;
/** Functions with a number from here on do not fit into a slot. */
const FUNCTIONS = 1 << 23;

/** Where the totals begin, in doubles. */
const TOTALS = SLOTS * DOUBLES;

/** Allocates slots for a worker of this OS process. */
export function createSlots(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS_BYTES);
}

/** The items of a worker's task that have not begun. */
export interface Span {
  /** The first item that has not begun. */
  readonly next: number;
  /** The end of the items that the worker may run. */
  readonly end: number;
}

/** A value that fits into a slot, as the argument or the result of a call. */
export type SmallValue = number | undefined | null | boolean;

/** A result in a slot. */
export interface Small {
  /** The value that the task returned. */
  readonly value: SmallValue;
}

/** The totals of a worker since its start. */
export interface Totals {
  /** Number of items that it has run. */
  items: number;
  /** Milliseconds that it has spent on them. */
  busyMs: number;
  /** Its heap, when it last measured it. */
  heapBytes: number;
}

/** Whether a call fits into a slot. */
export function isSmallCall(functionId: number, argument: unknown): boolean {
  return functionId < FUNCTIONS && kindOf(argument) !== NONE;
}

/** The slots of one worker; a task's slot follows from its number. */
export class Slots {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  /** Keeps the memory mapped for as long as the slots are used. */
  readonly #keeper: unknown;

  /** Views memory that is all zeros, or that the other side already uses. */
  constructor(
    shared: SharedArrayBuffer | ArrayBuffer,
    byteOffset = 0,
    keeper: unknown = null,
  ) {
    this.#keeper = keeper;
    this.#words = new Int32Array(shared, byteOffset, SLOTS * WORDS);
    this.#doubles = new Float64Array(
      shared,
      byteOffset,
      SLOTS_BYTES / Float64Array.BYTES_PER_ELEMENT,
    );
  }

  /** Offers the items of a task. */
  offer(seq: number, count: number): void {
    const at = (seq & SLOT_MASK) * WORDS;
    this.#words[at + KIND] = NONE;
    Atomics.store(this.#words, at + SPAN, count << 16);
  }

  /** Offers a call that `isSmallCall()` accepts. */
  offerCall(seq: number, functionId: number, argument: SmallValue): void {
    const at = (seq & SLOT_MASK) * WORDS;
    const kind = kindOf(argument);
    this.#words[at + KIND] = functionId << FUNCTION_SHIFT |
      kind << ARGUMENT_SHIFT;
    if (kind === NUMBER) this.#setNumber(seq, argument as number);
    Atomics.store(this.#words, at + SPAN, 1 << 16);
  }

  /** The function of an offered call. */
  functionOf(seq: number): number {
    return this.#kindAt(seq) >>> FUNCTION_SHIFT;
  }

  /** The argument of an offered call. */
  argumentOf(seq: number): SmallValue {
    const kind = this.#kindAt(seq) >>> ARGUMENT_SHIFT;
    return this.#valueAt(seq, kind & 0xf) as SmallValue;
  }

  /** Takes the next item of a task: its index, or -1 when none is left. */
  claim(seq: number): number {
    const at = (seq & SLOT_MASK) * WORDS + SPAN;
    let span = Atomics.load(this.#words, at);
    for (;;) {
      const next = span & 0xffff;
      if (next >= span >>> 16) return -1;
      const seen = Atomics.compareExchange(this.#words, at, span, span + 1);
      if (seen === span) return next;
      span = seen;
    }
  }

  /** The items of a task that have not begun. */
  spanOf(seq: number): Span {
    const at = (seq & SLOT_MASK) * WORDS + SPAN;
    const span = Atomics.load(this.#words, at);
    return { next: span & 0xffff, end: span >>> 16 };
  }

  /**
   * Takes back up to `most` of the items that have not begun, from the end; returns
   * the first of them and the end, which are equal if none was left.
   */
  takeBack(seq: number, most: number): Span {
    const at = (seq & SLOT_MASK) * WORDS + SPAN;
    let span = Atomics.load(this.#words, at);
    for (;;) {
      const [next, end] = [span & 0xffff, span >>> 16];
      if (next >= end) return { next: end, end };
      const kept = Math.max(next, end - most);
      const left = kept << 16 | next;
      const seen = Atomics.compareExchange(this.#words, at, span, left);
      if (seen === span) return { next: kept, end };
      span = seen;
    }
  }

  /** Stores a result if it is small; false if it must go in a message. */
  put(seq: number, value: unknown): boolean {
    const kind = kindOf(value);
    if (kind === NONE) return false;
    if (kind === NUMBER) this.#setNumber(seq, value as number);
    Atomics.store(this.#words, (seq & SLOT_MASK) * WORDS + KIND, kind);
    return true;
  }

  /** The small result of a task, or null where there is none. */
  result(seq: number): Small | null {
    const kind = this.#kindAt(seq);
    // The kind of an argument is in higher bits.
    if (kind === NONE || kind > FALSE) return null;
    return { value: this.#valueAt(seq, kind) as SmallValue };
  }

  /** Stores the worker's totals; the worker calls it before it reports. */
  addUp({ items, busyMs, heapBytes }: Totals): void {
    this.#doubles[TOTALS] = items;
    this.#doubles[TOTALS + 1] = busyMs;
    this.#doubles[TOTALS + 2] = heapBytes;
  }

  /** The totals as the worker last stored them. */
  get totals(): Totals {
    return {
      items: this.#doubles[TOTALS]!,
      busyMs: this.#doubles[TOTALS + 1]!,
      heapBytes: this.#doubles[TOTALS + 2]!,
    };
  }

  #kindAt(seq: number): number {
    return Atomics.load(this.#words, (seq & SLOT_MASK) * WORDS + KIND);
  }

  #valueAt(seq: number, kind: number): unknown {
    switch (kind) {
      case NUMBER:
        return this.#doubles[(seq & SLOT_MASK) * DOUBLES + VALUE];
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      default:
        return undefined;
    }
  }

  #setNumber(seq: number, value: number): void {
    this.#doubles[(seq & SLOT_MASK) * DOUBLES + VALUE] = value;
  }
}

function kindOf(value: unknown): number {
  if (typeof value === "number") return NUMBER;
  if (value === undefined) return UNDEFINED;
  if (value === null) return NULL;
  if (typeof value === "boolean") return value ? TRUE : FALSE;
  return NONE;
}

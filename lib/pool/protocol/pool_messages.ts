/**
 * The protocol between a pool and one worker: the messages of the mailbox "pool",
 * in the order in which they are sent.
 *
 * ```
 *   pool                                       worker
 *     |--- setup (slots, initializer) --------->|
 *     |--- run (functions, tasks 0..3) -------->|  runs the initializer
 *     |<-- up ----------------------------------|  or: broken, and ends
 *     |                                         |  finds the functions
 *     |<-- begun (task, item) ------------------|  timed tasks only
 *     |<-- shared ------------------------------|  slots of another OS process
 *     |--- run (tasks 4..7) ------------------->|
 *     |<-- report (results, done up to 4) ------|
 *     |<-- unhandled (blame, error) ------------|  an error left behind
 *     |--- 2: run (tasks 8..9 are in slots) --->|
 *     |<-- 10: report (done up to 10) ----------|
 *     |--- end -------------------------------->|  after what it still has
 *     |<-- report (the rest) -------------------|  ends
 * ```
 *
 * - **Numbers, not names:** a worker counts its tasks from 0 in the order in which
 *   they arrive; a function is described once, and has a number from then on.
 * - **One after the other:** a worker runs its tasks in order, one at a time.
 * - **The pool can take back an item that has not begun,** where memory is shared:
 *   see `slots.ts`. A worker without slots has one task at a time and reports its
 *   result at once. A worker in another OS process maps its slots after its first
 *   tasks, because mapping takes longer than most of them.
 * - **Small calls are sent as a number:** the function, the argument and the result
 *   are in the slot, and the totals behind the slots.
 * - **Results are reported** at most a few milliseconds after they exist. The small
 *   result of a single call is in its slot and not in the report.
 *
 * Values that need no packing, as most arguments and results of tasks, are sent as
 * they are; a list with any other value is sent as one packed list.
 *
 * All of it is one module, because each module costs a worker 0.1 ms of its start
 * (2.9.6).
 *
 * @module
 */

import { isPlain } from "../../wire/protocol/port_messages.ts";
import type {
  BlockHandle,
  Destination,
} from "../../wire/serialization/handle.ts";
import type { TargetSpec } from "../../wire/protocol/messages.ts";
import type { Packed } from "../../wire/serialization/pack.ts";
import { type Peer, receive } from "../../wire/mailbox/mailbox.ts";
import type { ErrorData } from "../../wire/serialization/remote_error.ts";
import type { Totals } from "./slots.ts";

/** Values as they are, or packed: items of a task, arguments, or results. */
export type SentItems = readonly unknown[] | PackedList;

/** Values that needed packing; the list is packed as one value. */
export interface PackedList {
  /** The packed list. */
  readonly packed: Packed;
}

/** How a worker finds a function. */
export interface FunctionDefinition {
  /** The number by which later tasks name the function. */
  readonly id: number;
  readonly spec: Exclude<TargetSpec, { kind: "nothing" | "class" }>;
  /** Free variables of a function that travels as text: names, then values. */
  readonly names: readonly string[];
  readonly values: SentItems;
}

/**
 * How a task passes its items to its function: one call with the list of arguments.
 */
export const CALL = 0;
/** One call with one argument, which is sent without a list around it. */
export const CALL_ONE = 1;
/** Each item is an argument. */
export const EACH = 2;
/** Each item is a list of arguments. */
export const SPREAD = 3;

/** One of the four forms above. */
export type CallForm =
  | typeof CALL
  | typeof CALL_ONE
  | typeof EACH
  | typeof SPREAD;

/** Flag that is added to a form: the worker reports the start of each item. */
export const TIMED = 4;

/** Number of entries before the tasks in a `run`. */
export const RUN_HEAD = 3;

/** Number of entries of a task in a `run`: function, form, items. */
export const TASK_STRIDE = 3;

/** Number of entries before the results in a `report`. */
export const REPORT_HEAD = 4;

/** Number of entries of a result in a `report`: task, first item, kind, content. */
export const RESULT_STRIDE = 4;

/** Kinds of a result; the kind stands before the content. Here: a list of values. */
export const VALUES = 0;
/** The item threw: an `ErrorData`, packed for another OS process. */
export const THREW = 1;
/** The result cannot be sent: the path to the bad part, and the reason. */
export const UNSENDABLE = 2;

/** Messages to a worker. */
export type ToWorker =
  | {
    readonly kind: "setup";
    /**
     * Memory shared with the pool, if it can be: usable now, or once it is mapped.
     */
    readonly slots: SharedArrayBuffer | BlockHandle | null;
    readonly initializer: FunctionDefinition | null;
    readonly initargs: SentItems;
  }
  | RunMessage
  /** This many more calls are in the slots. */
  | number
  | { readonly kind: "forget"; readonly id: number }
  | { readonly kind: "end" };

/** Position of an item: the number of its task, and its index in the task. */
export type ItemPosition = readonly [seq: number, item: number];

/**
 * The item that caused an error: exactly this item, or this item or an earlier one.
 */
export interface Blame {
  readonly kind: "of" | "upTo";
  readonly place: ItemPosition;
}

/** Messages from a worker. */
export type FromWorker =
  | { readonly kind: "up" }
  /** The slots are mapped: later tasks may be offered in them. */
  | { readonly kind: "shared" }
  | {
    /** The initializer threw. */
    readonly kind: "broken";
    readonly error: ErrorData | Uint8Array<ArrayBuffer>;
  }
  | {
    readonly kind: "begun";
    readonly seq: number;
    readonly item: number;
  }
  | {
    /** A task left an error behind that nothing handled; the worker goes on. */
    readonly kind: "unhandled";
    /** The task that left it, as far as it is known. */
    readonly blame: Blame | null;
    /** Whether the error was thrown, as in a timer; otherwise it is a rejection. */
    readonly isThrown: boolean;
    readonly error: ErrorData | Uint8Array<ArrayBuffer>;
  }
  | ReportMessage
  /** All tasks before this one are done; all their results are in the slots. */
  | number;

/**
 * Tasks to run. The two frequent messages are flat arrays: a named field costs half
 * a microsecond there and back, and so does a nested array (2.9.6).
 */
export type RunMessage = [
  /** The number of the first task. */
  first: number,
  /** Whether the slots of these tasks say which items the worker may run. */
  isOffered: boolean,
  /** Functions that are new to the worker, if there are any. */
  definitions: readonly FunctionDefinition[] | null,
  /** Flat, from `RUN_HEAD` on: see `TASK_STRIDE`. */
  ...tasks: unknown[],
];

/** Totals and results of tasks that have run. */
export type ReportMessage = readonly [
  /** All tasks before this one are done. */
  upTo: number,
  items: Totals["items"],
  busyMs: Totals["busyMs"],
  heapBytes: Totals["heapBytes"],
  /** Flat, from `REPORT_HEAD` on: see `RESULT_STRIDE`. */
  ...results: unknown[],
];

/** Whether a message is one of the two frequent ones, which are arrays. */
export function isFrequent<M>(
  message: M,
): message is Extract<M, readonly unknown[]> {
  return Array.isArray(message);
}

// Receiving

/** Handles the body of a message. */
export type MessageHandler = (body: Packed) => void;

// A worker receives from its parent, and from the workers of its own pools.
const handlers = new WeakMap<Peer, MessageHandler>();
let isOpen = false;

/** Passes all messages of `peer` in this mailbox to `handler`. */
export function receiveFrom(peer: Peer, handler: MessageHandler): void {
  handlers.set(peer, handler);
  if (isOpen) return;
  isOpen = true;
  receive("pool", (body, from) => handlers.get(from)?.(body));
}

// Values

/**
 * Stands for a value that arrived and cannot be rebuilt, such as memory that is
 * gone.
 */
export class Unreadable {
  /** Why it cannot be rebuilt. */
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The first value of a list that cannot be rebuilt, or undefined. */
export function unreadableIn(list: readonly unknown[]): Unreadable | undefined {
  return list.find((value) => value instanceof Unreadable) as
    | Unreadable
    | undefined;
}

/** Packs a list: `pack()`, or a function that is loaded later. */
export type PackList = (list: readonly unknown[]) => Packed;

/** Whether a value can be sent without packing. */
export function isRaw(value: unknown, destination: Destination): boolean {
  if (destination !== "isolate") return isPlain(value);
  switch (typeof value) {
    case "object":
      return value === null;
    case "function":
    case "symbol":
      return false;
    default:
      return true;
  }
}

/** Whether all values of a list can be sent without packing. */
export function areRaw(
  list: readonly unknown[],
  destination: Destination,
): boolean {
  for (let i = 0; i < list.length; i++) {
    if (!isRaw(list[i], destination)) return false;
  }
  return true;
}

/** Whether a port certainly accepts a value as it is; reads nothing inside it. */
export function isSure(value: unknown): boolean {
  if (!ArrayBuffer.isView(value)) return isRaw(value, "isolate");
  const { buffer } = value;
  return buffer instanceof ArrayBuffer && !buffer.detached &&
    // The port would copy the rest of the buffer, too.
    value.byteLength === buffer.byteLength;
}

/** The list in the form in which it is sent. */
export function itemsToSend(
  list: readonly unknown[],
  destination: Destination,
  pack: PackList,
): SentItems {
  const isPlainList = destination === "isolate"
    ? list.every(isSure)
    : areRaw(list, destination);
  if (isPlainList) return list;
  const packed = pack(list);
  const hasNoPlaceholders = !(packed instanceof Uint8Array) &&
    packed.placeholders === null;
  // The same list, or a copy whose views come without the rest of their buffers.
  return hasNoPlaceholders ? packed.value as SentItems : { packed };
}

/** Whether a list had to be packed. */
export function isPacked(items: SentItems): items is PackedList {
  return !Array.isArray(items);
}

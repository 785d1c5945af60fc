/**
 * The protocol between a pool and one worker: mail of the box "pool", in order.
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
 *     |<-- stray (whose, error) ----------------|  an error left behind
 *     |--- 2: run (tasks 8..9 are in slots) --->|
 *     |<-- 10: report (done up to 10) ----------|
 *     |--- end -------------------------------->|  after what it still has
 *     |<-- report (done up to 8) ---------------|  ends
 * ```
 *
 * - **Numbers, not names:** a worker counts its tasks from 0 in the order in which
 *   they come; a function is described once, and has a number from then on.
 * - **One after the other:** a worker runs its tasks in order, one at a time.
 * - **What is not begun can be taken back,** where memory is shared: see `slots.ts`.
 *   A worker without slots has one task at a time and tells its result at once.
 *   Another OS process maps its slots after its first tasks, as that takes longer
 *   than most of them.
 * - **Small calls are told by a number:** the function, the argument and the result
 *   are in the slot, and the totals behind the slots.
 * - **Results are told** at the latest a few milliseconds after they are there. A
 *   small result of a single call is in its slot and not in the report.
 *
 * Values go as they are where they can, which most arguments and results of tasks
 * are; whatever else there is in a list goes as one packed list.
 *
 * All of it is one module, as each costs a worker 0.1 ms of its start (2.9.6).
 *
 * @module
 */

import { isPlain } from "../../wire/protocol/child_context.ts";
import type {
  BlockHandle,
  Destination,
} from "../../wire/serialization/handle.ts";
import type { TargetSpec } from "../../wire/protocol/messages.ts";
import type { Packed } from "../../wire/serialization/pack.ts";
import { type Peer, receive } from "../../wire/mailbox/mailbox.ts";
import type { ErrorData } from "../../wire/serialization/remote_error.ts";
import type { Totals } from "./slots.ts";

/** Values that went as they are, or packed. */
export type SentItems = readonly unknown[] | PackedList;

/** Values that needed packing: the list of them as one. */
export interface PackedList {
  /** The packed list. */
  readonly packed: Packed;
}

/** How a worker finds a function. */
export interface FunctionDefinition {
  /** Its number from now on. */
  readonly id: number;
  readonly spec: Exclude<TargetSpec, { kind: "nothing" | "class" }>;
  /** Free variables of one that travels as text: names, then values. */
  readonly names: readonly string[];
  readonly values: SentItems;
}

/** How the items of a task are given to its function. */
export const CALL = 0;
/** One call with the one argument that stands for the list of them. */
export const CALL_ONE = 1;
/** Each item is an argument. */
export const EACH = 2;
/** Each item is a list of arguments. */
export const SPREAD = 3;

/** One of the four above. */
export type CallForm =
  | typeof CALL
  | typeof CALL_ONE
  | typeof EACH
  | typeof SPREAD;

/** Added to a form: the worker says when it begins an item. */
export const TIMED = 4;

/** How many entries stand before the tasks in a `run`. */
export const RUN_HEAD = 3;

/** How many entries a task has in a `run`: function, form, load. */
export const TASK_STRIDE = 3;

/** How many entries stand before the results in a `report`. */
export const REPORT_HEAD = 4;

/** How many entries a result has in a `report`: task, first item, kind, content. */
export const RESULT_STRIDE = 4;

/** What a result is; the number of the kind stands before its content. */
export const VALUES = 0;
/** The item threw: an `ErrorData`, packed for another OS process. */
export const THREW = 1;
/** The result cannot be sent: the path to the bad part, and the reason. */
export const UNSENDABLE = 2;

/** To a worker. */
export type ToWorker =
  | {
    readonly kind: "setup";
    /** Shared with the pool, where memory can be: now, or once it is mapped. */
    readonly slots: SharedArrayBuffer | BlockHandle | null;
    readonly initializer: FunctionDefinition | null;
    readonly initargs: SentItems;
  }
  | RunRow
  /** So many more calls are in the slots. */
  | number
  | { readonly kind: "forget"; readonly id: number }
  | { readonly kind: "end" };

/** An item of a task. */
export type ItemPosition = readonly [seq: number, item: number];

/** Whose something is: of an item, or of that one or some item before it. */
export interface Blame {
  readonly kind: "of" | "upTo";
  readonly place: ItemPosition;
}

/** From a worker. */
export type FromWorker =
  | { readonly kind: "up" }
  /** The slots are mapped: what is sent from now on may be offered in them. */
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
    /** Nobody handled an error that a task has left behind; the worker goes on. */
    readonly kind: "unhandled";
    /** Which task that was, as far as that is known. */
    readonly blame: Blame | null;
    /** Whether it was thrown, as in a timer; else it is a rejection. */
    readonly isThrown: boolean;
    readonly error: ErrorData | Uint8Array<ArrayBuffer>;
  }
  | ReportRow
  /** All tasks before this one are done; all results are in the slots. */
  | number;

/**
 * Tasks to run. The two frequent messages are rows, without rows in them: a named
 * field costs half a microsecond there and back, a row one (2.9.6).
 */
export type RunRow = [
  /** The number of the first task. */
  first: number,
  /** Whether their slots say which items are the worker's. */
  isOffered: boolean,
  /** Functions that are new to the worker, if there are some. */
  definitions: readonly FunctionDefinition[] | null,
  /** Flat, from `RUN_HEAD` on: see `TASK_STRIDE`. */
  ...tasks: unknown[],
];

/** What has been done. */
export type ReportRow = readonly [
  /** All tasks before this one are done. */
  upTo: number,
  items: Totals["items"],
  busyMs: Totals["busyMs"],
  heapBytes: Totals["heapBytes"],
  /** Flat, from `REPORT_HEAD` on: see `RESULT_STRIDE`. */
  ...results: unknown[],
];

/** Whether a message is one of the frequent ones. */
export function isRow<M>(
  message: M,
): message is Extract<M, readonly unknown[]> {
  return Array.isArray(message);
}

// The mail

/** Takes what a peer has posted. */
export type Hear = (body: Packed) => void;

// A worker hears its parent, and the workers of its own pools.
const hearers = new WeakMap<Peer, Hear>();
let isOpen = false;

/** From now on the mail of `peer` goes to `hear`. */
export function hearFrom(peer: Peer, hear: Hear): void {
  hearers.set(peer, hear);
  if (isOpen) return;
  isOpen = true;
  receive("pool", (body, from) => hearers.get(from)?.(body));
}

// Values

/** Stands for what arrived and cannot be rebuilt, such as memory that is gone. */
export class Unreadable {
  /** Why. */
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The first of a list that cannot be rebuilt, or undefined. */
export function unreadableIn(list: readonly unknown[]): Unreadable | undefined {
  return list.find((value) => value instanceof Unreadable) as
    | Unreadable
    | undefined;
}

/** Packs a list; `pack()` of the wire, or a later loaded one. */
export type PackList = (list: readonly unknown[]) => Packed;

/** Whether a value arrives as it is without being packed. */
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

/** Whether all values of a list arrive as they are. */
export function areRaw(
  list: readonly unknown[],
  destination: Destination,
): boolean {
  for (let i = 0; i < list.length; i++) {
    if (!isRaw(list[i], destination)) return false;
  }
  return true;
}

/** Whether a port takes a value as it is to go, without a look inside. */
export function isSure(value: unknown): boolean {
  if (!ArrayBuffer.isView(value)) return isRaw(value, "isolate");
  const { buffer } = value;
  return buffer instanceof ArrayBuffer && !buffer.detached &&
    // The rest of the buffer would come along.
    value.byteLength === buffer.byteLength;
}

/** The list as it travels. */
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
export function isPacked(load: SentItems): load is PackedList {
  return !Array.isArray(load);
}

/**
 * How this package's own objects travel: not as copies but as handles, which the
 * other side turns back into objects over the same memory.
 *
 * The union is closed. A new kind of shared object adds its handle here, and the
 * compiler then names every place that must know it.
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import type { ExportAddress } from "./target_address.ts";

/**
 * Where the receiver of a handle lives: in this OS process, in another one, or
 * beyond shared memory, as on another machine.
 */
export type Destination = "isolate" | "process" | "elsewhere";

/** A place in shared memory, as it travels. */
export type BlockHandle =
  | {
    readonly place: "local";
    readonly buffer: SharedArrayBuffer;
    readonly offset: number;
    readonly bytes: number;
  }
  | {
    readonly place: "mapped";
    readonly segment: string;
    readonly offset: number;
    readonly bytes: number;
    /** How many of them are worth looking at by now. */
    readonly there: number;
    /** Where the whole block begins, and which of those that began there it is. */
    readonly base: number;
    readonly serial: number;
    /** Whether the block waits for this handle to arrive. */
    readonly isTicket: boolean;
  };

/** The type of shared data: a typecode, or the typecodes of a structure's fields. */
export type DataTypeText = string | Readonly<Record<string, string>>;

/** Every object of this package that may stand among arguments and results. */
export type Handle =
  | {
    readonly kind: "value" | "array";
    readonly typecode: DataTypeText;
    readonly block: BlockHandle;
    readonly lock: AnyLockHandle | null;
  }
  | { readonly kind: "sharedmemory"; readonly name: string }
  | { readonly kind: "shareablelist"; readonly name: string }
  | LockHandle
  | PlainLockHandle
  | SemaphoreHandle
  | ConditionHandle
  | EventHandle
  | BarrierHandle
  | RwLockHandle
  | QueueHandle
  | ConnectionHandle
  | RelayHandle;

/** A recursive lock. */
export type LockHandle = {
  readonly kind: "rlock";
  readonly block: BlockHandle;
};

/** A lock that is not recursive. */
export type PlainLockHandle = {
  readonly kind: "lock";
  readonly block: BlockHandle;
};

/** A lock of either kind. */
export type AnyLockHandle = LockHandle | PlainLockHandle;

/** A semaphore. */
export type SemaphoreHandle = {
  readonly kind: "semaphore";
  readonly block: BlockHandle;
  readonly isBounded: boolean;
};

/** A condition, and the lock that guards it. */
export type ConditionHandle = {
  readonly kind: "condition";
  readonly block: BlockHandle;
  readonly lock: AnyLockHandle;
};

/** An event. */
export type EventHandle = {
  readonly kind: "event";
  readonly block: BlockHandle;
};

/** A barrier. */
export type BarrierHandle = {
  readonly kind: "barrier";
  readonly block: BlockHandle;
  /** Where its action is, if it has one that has an address. */
  readonly action: ExportAddress | null;
};

/** A lock of many readers or one writer. */
export type RwLockHandle = {
  readonly kind: "rwlock";
  readonly block: BlockHandle;
};

/** A queue, and which of the three classes it is of. */
export type QueueHandle = {
  readonly kind: "queue";
  readonly form: "queue" | "joinable" | "simple";
  readonly block: BlockHandle;
};

/** One end of a pipe. */
export type ConnectionHandle = {
  readonly kind: "connection";
  /** Who holds the ends. */
  readonly block: BlockHandle;
  /** What each end sends into; null for one that only receives. */
  readonly rings: readonly [BlockHandle | null, BlockHandle | null];
  readonly end: 0 | 1;
  /** What keeps the end held until the handle arrives, if anything does. */
  readonly ticket: { readonly place: number; readonly serial: number } | null;
};

/**
 * A process that keeps a queue or knows the way to it. The name is drawn at random,
 * for this queue in this process: whoever knows it was given the queue.
 */
export interface RelayStop {
  readonly name: string;
}

/** A queue in memory that the receiver cannot see: it asks its parent. */
export type RelayHandle = {
  readonly kind: "relay";
  readonly form: QueueHandle["form"];
  readonly maxCount: number;
  /** Every process on the way, from who made this handle to where the queue is. */
  readonly route: readonly RelayStop[];
};

/** The method that gives an object's handle for a destination. */
export const HANDLE: unique symbol = Symbol("multiprocessing.handle");

/** An object that travels as a handle. */
export interface Shareable {
  /** The handle for `destination`; throws a typed error where it cannot go. */
  [HANDLE](destination: Destination): Handle;
}

/** The property that keeps an object from being sent as if it were plain data. */
export const REFUSED: unique symbol = Symbol("multiprocessing.refused");

/** An object of this package that means something in its own process only. */
export interface Refused {
  /** What it is, and what to send instead. */
  readonly [REFUSED]: string;
}

/** Turns a handle back into an object. */
export type Revive = (handle: Handle) => unknown;

let reviver: Revive | null = null;

/** Says how handles become objects; the one place that knows every kind does. */
export function setReviver(revive: Revive): void {
  reviver = revive;
}

/** Turns a handle back into an object, for who cannot know every kind. */
export function reviveAny(handle: Handle): unknown {
  return reviver!(handle);
}

/**
 * Turns the handles of a sender into objects. One that shares no memory with this
 * process has none to give, but for the way to a queue: what it says it has would be
 * somebody else's.
 */
export function reviveFrom(sender: Destination): Revive {
  return sender === "elsewhere" ? reviveOfFar : reviveAny;
}

function reviveOfFar(handle: Handle): unknown {
  if (handle.kind === "relay") return reviveAny(handle);
  throw new SharedMemoryError(
    `Cannot take the shared object that a process sent (${handle.kind}) as that process shares no memory with this one: only values can come from there`,
  );
}

/** Who will take a handle: a thread, as memory of that sort knows it. */
export interface Addressee {
  readonly place: BlockHandle["place"];
  readonly name: readonly [number, number, number];
}

/** What is held in the name of a handle until that arrives. */
export interface Ticket {
  /** The handle is on its way, and nobody looks after it; null for anybody. */
  sent(to: Addressee | null): void;
  /** It will never arrive; nothing happens if it has. */
  lost(): void;
}

let noted: Ticket[] | null = null;

/**
 * Makes something, and gathers the tickets of the handles in it: the caller looks
 * after them. If it fails they are lost.
 */
export function withTickets<T>(
  make: () => T,
): { readonly made: T; readonly tickets: readonly Ticket[] } {
  const before = noted;
  const tickets: Ticket[] = noted = [];
  try {
    return { made: make(), tickets };
  } catch (error) {
    for (const ticket of tickets) ticket.lost();
    throw error;
  } finally {
    noted = before;
  }
}

/** Notes a ticket, for who makes a handle. */
export function noteTicket(ticket: Ticket): void {
  if (noted === null) ticket.sent(null);
  else noted.push(ticket);
}

/** Whether a value is one of this package's shared objects. */
export function isShareable(value: object): value is Shareable {
  return HANDLE in value;
}

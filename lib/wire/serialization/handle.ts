/**
 * Handles: this package's own objects are sent not as copies but as handles,
 * which the receiver turns back into objects over the same memory.
 *
 * The union is closed. A new kind of shared object adds its handle here, and
 * the compiler then lists all code that must handle it.
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

/** A block of shared memory as it is sent. */
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
    /** How many of them are committed. */
    readonly there: number;
    /**
     * Where the whole block begins, and its serial among the blocks that began
     * there.
     */
    readonly base: number;
    readonly serial: number;
    /** Whether the block stays allocated until this handle arrives. */
    readonly isTicket: boolean;
  };

/** The type of shared data: a typecode, or the typecodes of a structure's fields. */
export type DataTypeText = string | Readonly<Record<string, string>>;

/** Every object of this package that may be among arguments and results. */
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
  /** How its action is found, if it has one that can be. */
  readonly action: SentAction | null;
};

/** An action by its address, or a copy of one with what it uses. */
export type SentAction = ExportAddress | ActionCopy;

/** A function and its values; the floor of functions knows what they are. */
export interface ActionCopy {
  readonly code: unknown;
  readonly values: unknown;
}

/** A lock of many readers or one writer. */
export type RwLockHandle = {
  readonly kind: "rwlock";
  readonly block: BlockHandle;
};

/** A queue of one of three classes. */
export type QueueHandle = {
  readonly kind: "queue";
  readonly form: "queue" | "joinable" | "simple";
  readonly block: BlockHandle;
};

/** One end of a pipe. */
export type ConnectionHandle = {
  readonly kind: "connection";
  /** The holders of the ends. */
  readonly block: BlockHandle;
  /** The ring that each end sends into; null for an end that only receives. */
  readonly rings: readonly [BlockHandle | null, BlockHandle | null];
  readonly end: 0 | 1;
  /** The ticket that holds the end until the handle arrives, if any. */
  readonly ticket: { readonly place: number; readonly serial: number } | null;
};

/**
 * A process that has a queue or relays to it. The name is random, for this
 * queue in this process: only a process that was given the queue knows it.
 */
export interface RelayStop {
  readonly name: string;
}

/** A queue in memory that the receiver cannot map: it asks its parent. */
export type RelayHandle = {
  readonly kind: "relay";
  readonly form: QueueHandle["form"];
  readonly maxCount: number;
  /**
   * Every process on the route, from the one that made this handle to the one
   * that has the queue.
   */
  readonly route: readonly RelayStop[];
};

/** The method that gives an object's handle for a destination. */
export const HANDLE: unique symbol = Symbol("multiprocessing.handle");

/** An object that is sent as a handle. */
export interface Shareable {
  /**
   * The handle for `destination`; throws a typed error if it cannot be sent
   * there. Notes in `delivery` what is left to do about it.
   */
  [HANDLE](destination: Destination, delivery?: Delivery): Handle;
}

/** The property that keeps an object from being sent as if it were plain data. */
export const REFUSED: unique symbol = Symbol("multiprocessing.refused");

/** An object of this package that is meaningful in its own process only. */
export interface Refused {
  /** What it is, and what to send instead. */
  readonly [REFUSED]: string;
}

/** Turns a handle back into an object. */
export type Rehydrate = (handle: Handle) => unknown;

let rehydrator: Rehydrate | null = null;

/**
 * Sets how handles become objects; called by the only file that knows every
 * kind.
 */
export function setRehydrator(rehydrate: Rehydrate): void {
  rehydrator = rehydrate;
}

/** Turns a handle back into an object, for code that cannot know every kind. */
export function rehydrateAny(handle: Handle): unknown {
  return rehydrator!(handle);
}

/**
 * Returns the function that turns the handles of a sender into objects. A
 * sender that shares no memory with this process can only send the route to a
 * queue: any other handle would name another process's memory.
 */
export function rehydrateFrom(sender: Destination): Rehydrate {
  return sender === "elsewhere" ? rehydrateFromElsewhere : rehydrateAny;
}

function rehydrateFromElsewhere(handle: Handle): unknown {
  if (handle.kind === "relay") return rehydrateAny(handle);
  throw new SharedMemoryError(
    `Cannot take the shared object that a process sent (${handle.kind}) as that process shares no memory with this one: only values can come from there`,
  );
}

/** The receiver of a handle: a thread, as memory of that kind identifies it. */
export interface Addressee {
  readonly place: BlockHandle["place"];
  readonly name: readonly [number, number, number];
}

/** What a handle in transit keeps alive until it arrives. */
export interface Ticket {
  /**
   * The handle is sent, and its sender no longer tracks it; `to` is null if the
   * receiver is unknown.
   */
  sent(to: Addressee | null): void;
  /** The handle will never arrive; no effect if it has. */
  lost(): void;
}

/** How the handles for one receiver are made, and what they leave to do. */
export interface Delivery {
  /** Whether blocks are held until their handles arrive. */
  readonly holdsBlocks: boolean;
  /** Leaves the ticket of a handle to the code that delivers the handle. */
  leave(ticket: Ticket): void;
  /** Counts a handle that leads to a queue through this process. */
  countRelay(): void;
}

/** Tracks no handles: any receiver may use them. */
export const UNTRACKED: Delivery = {
  holdsBlocks: true,
  leave: (ticket) => ticket.sent(null),
  countRelay: () => {},
};

/**
 * Part of a delivery, whose blocks are not held: a process that attaches too late
 * finds that the object is gone.
 */
export function unheld(delivery: Delivery = UNTRACKED): Delivery {
  return {
    holdsBlocks: false,
    leave: (ticket) => delivery.leave(ticket),
    countRelay: () => delivery.countRelay(),
  };
}

/** A delivery whose tickets the caller settles. */
export class TrackedDelivery implements Delivery {
  readonly holdsBlocks = true;
  /** The tickets of its handles. */
  readonly tickets: Ticket[] = [];
  /** How many of its handles lead to queues through this process. */
  relays = 0;

  leave(ticket: Ticket): void {
    this.tickets.push(ticket);
  }

  countRelay(): void {
    this.relays++;
  }

  /** Makes the handles; if that fails, they will never arrive. */
  make<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      for (const ticket of this.tickets) ticket.lost();
      throw error;
    }
  }
}

/** Whether a value is one of this package's shared objects. */
export function isShareable(value: object): value is Shareable {
  return HANDLE in value;
}

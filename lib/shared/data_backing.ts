/**
 * The shared memory behind values and arrays: given by the caller of the
 * constructor, the parent's by construction site, or new.
 *
 * ```
 *   whole block   data ............ | lock of its own, if it has one
 * ```
 *
 * @module
 */

import { Block, type BlockPlace } from "../memory/allocation/block.ts";
import type { Below } from "../base/call_sites.ts";
import { WeakCache } from "../memory/allocation/weak_cache.ts";
import {
  type Claim,
  claimSite,
} from "../memory/allocation/construction_sites.ts";
import { type AnyLock, rehydrateAnyLock } from "../sync/any_lock.ts";
import { MUTEX_BYTES } from "../sync/mutex.ts";
import { lockOver } from "../sync/rlock.ts";
import type {
  AnyLockHandle,
  Delivery,
  Destination,
  Handle,
} from "../wire/serialization/handle.ts";
import { HANDLE } from "../wire/serialization/handle.ts";

/** Alignment of data, for every type, and of the lock behind it. */
const ALIGN_BYTES = 8;

/** The field of a value or an array that has its memory. */
export const BACKING: unique symbol = Symbol("multiprocessing.backing");

/** The handle of shared data. */
export type DataHandle = Extract<Handle, { kind: "value" | "array" }>;

/** The memory that a constructor is to use. */
export interface DataBacking {
  readonly data: Block;
  readonly lock: LockSlot;
  readonly claim: Claim | null;
  // Invariant: true exactly when the memory already holds data.
  readonly isFound: boolean;
}

/** The lock of shared data; its own lock is made on first use. */
export class LockSlot {
  // Invariant: #block is the memory for a lock of its own, until that is made.
  #block: Block | null;
  #lock: AnyLock | null;

  /** Holds a lock, or the memory for one, or neither. */
  constructor(lock: AnyLock | null, block: Block | null = null) {
    this.#lock = lock;
    this.#block = block;
  }

  /** Whether the data has a lock. */
  get isThere(): boolean {
    return this.#lock !== null || this.#block !== null;
  }

  /** The lock, or null. */
  get(): AnyLock | null {
    if (this.#block !== null) {
      this.#lock = lockOver(this.#block);
      this.#block = null;
    }
    return this.#lock;
  }

  /** The lock's handle, or null. */
  handle(
    destination: Destination,
    delivery: Delivery,
  ): AnyLockHandle | null {
    return this.get()?.[HANDLE](destination, delivery) ?? null;
  }
}

const NO_LOCK = new LockSlot(null);

/**
 * The memory that a constructor uses, or the kind of memory that it allocates.
 */
export type DataPlace =
  | { readonly backing: DataBacking }
  | { readonly place: BlockPlace };

/** The request of a constructor. */
export interface DataRequest {
  readonly kind: DataHandle["kind"];
  /** The name of the type, as in `value:i`. */
  readonly type: string;
  readonly bytes: number;
  /** The constructor itself. */
  readonly below: Below;
}

/** The memory that the caller gave to a constructor; null if none. */
export function givenBacking(where: DataPlace | null): DataBacking | null {
  return where !== null && "backing" in where ? where.backing : null;
}

/**
 * Finds or allocates memory for a constructor that was given none, of the
 * prescribed kind.
 */
export function findBacking(
  wanted: DataRequest,
  lock: boolean | AnyLock,
  where: DataPlace | null,
): DataBacking {
  const claim = claimSite(wanted.type, wanted.below);
  if (claim?.handle?.kind === wanted.kind) {
    return foundBacking(claim.handle, claim);
  }
  const isPlaced = where !== null && "place" in where;
  return newBacking(
    wanted.bytes,
    lock,
    claim,
    isPlaced ? where.place : undefined,
  );
}

/** The memory that a handle names. */
function foundBacking(
  { block, lock }: DataHandle,
  claim: Claim | null,
): DataBacking {
  return {
    data: Block.attach(block),
    lock: lock === null ? NO_LOCK : new LockSlot(rehydrateAnyLock(lock)),
    claim,
    isFound: true,
  };
}

function newBacking(
  bytes: number,
  lock: boolean | AnyLock,
  claim: Claim | null,
  place: BlockPlace | undefined,
): DataBacking {
  if (lock !== true) {
    const data = Block.allocate(bytes, place);
    const slot = lock === false ? NO_LOCK : new LockSlot(lock);
    return { data, lock: slot, claim, isFound: false };
  }
  const lockAt = Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
  const whole = Block.allocate(lockAt + MUTEX_BYTES, place);
  return {
    data: whole.part(0, bytes),
    lock: new LockSlot(null, whole.part(lockAt, MUTEX_BYTES)),
    claim,
    isFound: false,
  };
}

// The same memory with a lock and without one belongs to two objects. Values
// and arrays never share memory.
const known = new WeakCache<object>();

function identityOf(data: Block, hasLock: boolean): string {
  return hasLock ? `${data.key}, locked` : data.key;
}

/** Registers the object over that memory. */
export function makeKnown({ data, lock }: DataBacking, object: object): void {
  known.add(identityOf(data, lock.isThere), object);
}

/** Returns the living object over that memory, or makes one. */
function objectOver<T extends object>(
  backing: DataBacking,
  make: (where: DataPlace) => T,
): T {
  const { data, lock } = backing;
  const before = known.get(identityOf(data, lock.isThere));
  return before === undefined ? make({ backing }) : before as T;
}

/** Returns the object over the same data without its lock. */
export function bareOver<T extends object>(
  data: Block,
  make: (where: DataPlace) => T,
): T {
  return objectOver({ data, lock: NO_LOCK, claim: null, isFound: true }, make);
}

/** Returns the object over the memory that a handle names. */
export function rehydrateData<T extends object>(
  handle: DataHandle,
  make: (where: DataPlace) => T,
): T {
  return objectOver(foundBacking(handle, null), make);
}

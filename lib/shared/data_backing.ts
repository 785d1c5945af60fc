/**
 * Where a constructor of shared data finds its memory: given by whoever calls it,
 * the parent's by the place in the code, or new.
 *
 * ```
 *   whole block   data ............ | lock of its own, if it has one
 * ```
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import { Block, type BlockPlace } from "../memory/allocation/block.ts";
import type { Below } from "../base/call_sites.ts";
import { WeakCache } from "../memory/allocation/weak_cache.ts";
import {
  type Claim,
  claimSite,
} from "../memory/allocation/construction_sites.ts";
import { type AnyLock, reviveAnyLock } from "../sync/any_lock.ts";
import { LOCK_BYTES, lockOver } from "../sync/rlock.ts";
import type {
  AnyLockHandle,
  Destination,
  Handle,
} from "../wire/serialization/handle.ts";
import { HANDLE } from "../wire/serialization/handle.ts";

/** Data is aligned for every type, and so is a lock behind it. */
const ALIGN_BYTES = 8;

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

/** The lock beside shared data; one of its own is made when first asked for. */
export class LockSlot {
  // Invariant: #block is the room for a lock of its own, until that is made.
  #block: Block | null;
  #lock: AnyLock | null;

  /** Holds a lock, or the room for one, or nothing. */
  constructor(lock: AnyLock | null, block: Block | null = null) {
    this.#lock = lock;
    this.#block = block;
  }

  /** Whether there is a lock. */
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
  handle(destination: Destination): AnyLockHandle | null {
    return this.get()?.[HANDLE](destination) ?? null;
  }
}

const NO_LOCK = new LockSlot(null);

/** The memory that a constructor is to use, or where its memory is to be. */
export type DataPlace =
  | { readonly backing: DataBacking }
  | { readonly place: BlockPlace };

/** What a constructor asks for. */
export interface DataRequest {
  readonly kind: DataHandle["kind"];
  /** Names the type for others, as in `value:i`. */
  readonly type: string;
  readonly bytes: number;
  /** The constructor itself. */
  readonly below: Below;
}

/** The memory that a constructor was given; null if it was given none. */
export function givenBacking(where: DataPlace | null): DataBacking | null {
  return where !== null && "backing" in where ? where.backing : null;
}

/** Finds memory for a constructor that was given none, in the place that it was. */
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
    lock: lock === null ? NO_LOCK : new LockSlot(reviveAnyLock(lock)),
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
  const whole = Block.allocate(lockAt + LOCK_BYTES, place);
  return {
    data: whole.part(0, bytes),
    lock: new LockSlot(null, whole.part(lockAt, LOCK_BYTES)),
    claim,
    isFound: false,
  };
}

// The same memory with a lock and without one are two objects. Values and arrays
// never share memory.
const known = new WeakCache<object>();

function identityOf(data: Block, hasLock: boolean): string {
  return hasLock ? `${data.key}, locked` : data.key;
}

/** Notes the object over that memory. */
export function makeKnown({ data, lock }: DataBacking, object: object): void {
  known.add(identityOf(data, lock.isThere), object);
}

/** The living object over that memory, or a new one. */
function objectOver<T extends object>(
  backing: DataBacking,
  make: (where: DataPlace) => T,
): T {
  const { data, lock } = backing;
  const before = known.get(identityOf(data, lock.isThere));
  return before === undefined ? make({ backing }) : before as T;
}

/** The object over the same data without its lock. */
export function bareOver<T extends object>(
  data: Block,
  make: (where: DataPlace) => T,
): T {
  return objectOver({ data, lock: NO_LOCK, claim: null, isFound: true }, make);
}

/** The object over the memory that a handle names. */
export function reviveData<T extends object>(
  handle: DataHandle,
  make: (where: DataPlace) => T,
): T {
  return objectOver(foundBacking(handle, null), make);
}

/** Throws if the parent could not give the memory; `claim` says so. */
export function checkAvailable(claim: Claim | null): void {
  if (claim?.unavailable === undefined) return;
  throw new SharedMemoryError(claim.unavailable);
}

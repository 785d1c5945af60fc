/**
 * Where a constructor of shared data finds its memory: prepared by whoever calls
 * it, the parent's by the place in the code, or new.
 *
 * ```
 *   whole block   data ............ | lock of its own, if it has one
 * ```
 *
 * @module
 */

import { LockError, SharedMemoryError } from "../base/errors.ts";
import { Block, type BlockPlace } from "../memory/allocation/block.ts";
import type { Below } from "../base/call_sites.ts";
import { WeakCache } from "../memory/allocation/weak_cache.ts";
import {
  type Claim,
  claimSite,
} from "../memory/allocation/construction_sites.ts";
import { type AnyLock, isLock, reviveAnyLock } from "../sync/any_lock.ts";
import { LOCK_BYTES, lockOver } from "../sync/rlock.ts";
import type {
  AnyLockHandle,
  Destination,
  Handle,
} from "../wire/serialization/handle.ts";
import { HANDLE } from "../wire/serialization/handle.ts";
import { showValue } from "./typecodes.ts";

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

// What the next constructor call is to use. Not a parameter, as those are
// everybody's.
let prepared: { source: DataBacking } | { place: BlockPlace } | null = null;

/** Lets the next constructor call use this memory, or make its own there. */
export function prepare(
  given: { source: DataBacking } | { place: BlockPlace },
): void {
  prepared = given;
}

/** Runs a constructor with what was prepared for it. */
export function withPrepared<T>(
  given: { source: DataBacking } | { place: BlockPlace },
  make: () => T,
): T {
  prepared = given;
  try {
    return make();
  } finally {
    prepared = null;
  }
}

/** What a constructor asks for. */
export interface DataRequest {
  readonly kind: DataHandle["kind"];
  /** Names the type for others, as in `value:i`. */
  readonly type: string;
  readonly bytes: number;
  readonly lock: boolean | AnyLock;
  /** The constructor itself. */
  readonly below: Below;
}

/** Finds memory for a constructor. */
export function backingOf(wanted: DataRequest): DataBacking {
  const given = prepared;
  prepared = null;
  if (given !== null && "source" in given) return given.source;
  const claim = claimSite(wanted.type, wanted.below);
  return claim?.handle?.kind === wanted.kind
    ? foundBacking(claim.handle, claim)
    : newSource(wanted, claim, given?.place);
}

/** The memory that a handle names. */
export function foundBacking(
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

function newSource(
  { bytes, lock }: DataRequest,
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

/** The same data without its lock. */
export function bareBacking(data: Block): DataBacking {
  return { data, lock: NO_LOCK, claim: null, isFound: true };
}

// The same memory with a lock and without one are two objects. Values and arrays
// never share memory.
const known = new WeakCache<object>();

function identityOf(data: Block, hasLock: boolean): string {
  return hasLock ? `${data.key}, locked` : data.key;
}

/** The living object over that memory. */
export function knownOver(data: Block, hasLock: boolean): object | undefined {
  return known.get(identityOf(data, hasLock));
}

/** Notes the object over that memory. */
export function makeKnown(data: Block, hasLock: boolean, object: object): void {
  known.add(identityOf(data, hasLock), object);
}

/** The lock beside shared data; throws where there is none. */
export function lockOf({ lock, claim }: DataBacking, what: string): AnyLock {
  checkAvailable(claim);
  const own = lock.get();
  if (own !== null) return own;
  throw new LockError(
    `Cannot get the lock of this ${what} as it was made without one: leave out "lock: false"`,
  );
}

/** Checks the option `lock`. */
export function checkLock(lock: unknown): boolean | AnyLock {
  if (typeof lock === "boolean" || isLock(lock)) return lock;
  throw new TypeError(
    `Cannot make shared data with that lock as "lock" must be true, false, an RLock or a Lock: current value is ${
      showValue(lock)
    }`,
  );
}

/** Throws if the parent could not give the memory; `claim` says so. */
export function checkAvailable(claim: Claim | null): void {
  if (claim?.unavailable === undefined) return;
  throw new SharedMemoryError(claim.unavailable);
}

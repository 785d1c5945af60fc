/**
 * The shared memory behind a primitive, and the registry of its instances.
 *
 * @module
 */

import { Block, type BlockPlace } from "../memory/allocation/block.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import { WeakCache } from "../memory/allocation/weak_cache.ts";
import {
  checkAvailable,
  type Claim,
  claimSite,
  register,
} from "../memory/allocation/construction_sites.ts";
import type { Below } from "../base/call_sites.ts";
import type {
  BlockHandle,
  Delivery,
  Destination,
  Handle,
  Shareable,
} from "../wire/serialization/handle.ts";

/** The memory of one object, as this isolate sees it. */
export class Backing {
  /** The memory. */
  readonly block: Block;
  // Invariant: both belong to the memory that the block is in now.
  /** Its words; reading them throws if the memory is unavailable. */
  words!: Int32Array;
  /** This isolate, as an owner of locks. */
  me!: number;
  /** Whether the memory already holds an initialized object. */
  readonly isFound: boolean;
  /**
   * The claim by which other processes find the object; null if they cannot.
   */
  readonly claim: Claim | null;

  /** Made by {@linkcode Instances.backing}. */
  constructor(block: Block, isFound: boolean, claim: Claim | null) {
    this.block = block;
    this.isFound = isFound;
    this.claim = claim;
    this.#bind();
    block.onMove(() => this.#bind());
    if (this.unavailable !== undefined) refuse(this);
  }

  #bind(): void {
    this.words = this.block.int32;
    this.me = this.block.owner;
  }

  /**
   * Adds a callback that runs after the memory has moved, with the owner ids of
   * this isolate before and now.
   */
  onMove(moved: (before: number, now: number) => void): void {
    let before = this.me;
    this.block.onMove(() => {
      moved(before, this.me);
      before = this.me;
    });
  }

  /** Why the memory is unavailable. */
  get unavailable(): string | undefined {
    return this.claim?.unavailable;
  }

  /** Throws if the memory is unavailable. */
  check(): void {
    checkAvailable(this.claim);
  }
}

/**
 * Makes every use of the words throw, so that available memory needs no check.
 */
function refuse(backing: Backing): void {
  Object.defineProperty(backing, "words", { get: () => backing.check() });
}

/**
 * The memory that a new object uses, or the kind of memory that it allocates.
 */
export type BackingPlace =
  | { readonly block: Block; readonly isFound: boolean }
  | { readonly place: BlockPlace };

/** The memory that a constructor's argument prescribes; null if none. */
export function whereOf(argument: unknown): BackingPlace | null {
  return placementOf<BackingPlace, unknown>(argument)?.where ?? null;
}

/**
 * Makes a function that constructs objects in given memory, for a class without
 * parameters.
 */
export function placer<T>(
  Class: new (none: undefined) => T,
): (where: BackingPlace) => T {
  return (where) =>
    new Class(placed<BackingPlace, undefined>(where, undefined));
}

/** All objects of one class in this isolate, one per block. */
export class Instances<T extends Shareable> {
  readonly #known = new WeakCache<T>();

  /**
   * Finds memory for the constructor `below`: prepared memory, the parent's, or
   * new memory of zeros.
   */
  backing(
    type: string,
    bytes: number,
    below: Below,
    where: BackingPlace | null = null,
  ): Backing {
    if (where !== null && "block" in where) {
      return new Backing(where.block, where.isFound, null);
    }
    const claim = claimSite(type, below);
    const found = blockOf(claim?.handle);
    const block = found === null
      ? Block.allocate(bytes, where?.place)
      : Block.attach(found);
    return new Backing(block, found !== null, claim);
  }

  /** Registers an object under its memory, at the end of its constructor. */
  settle(backing: Backing, object: T): void {
    if (backing.claim !== null) register(backing.claim, object);
    if (backing.isFound) this.#known.add(backing.block.key, object);
  }

  /** The handle of an object's memory. */
  handle(
    backing: Backing,
    object: T,
    destination: Destination,
    delivery: Delivery,
  ): BlockHandle {
    backing.check();
    const handle = backing.block.handle(destination, delivery);
    this.#known.add(backing.block.key, object);
    return handle;
  }

  /**
   * Returns the object over that memory, and makes it if this isolate has none.
   */
  rehydrate(handle: BlockHandle, make: (where: BackingPlace) => T): T {
    const block = Block.attach(handle);
    return this.#known.get(block.key) ?? make({ block, isFound: true });
  }
}

function blockOf(handle: Handle | undefined): BlockHandle | null {
  return handle !== undefined && "block" in handle ? handle.block : null;
}

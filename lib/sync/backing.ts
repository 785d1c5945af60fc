/**
 * Where an object of this floor has its memory, and how it gets there.
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import { Block, type BlockPlace } from "../memory/allocation/block.ts";
import { placed, placementOf } from "../memory/allocation/placement.ts";
import { WeakCache } from "../memory/allocation/weak_cache.ts";
import {
  type Claim,
  claimSite,
  register,
} from "../memory/allocation/construction_sites.ts";
import type { Below } from "../base/call_sites.ts";
import type {
  BlockHandle,
  Destination,
  Handle,
  Shareable,
} from "../wire/serialization/handle.ts";

/** The memory of one object, as this isolate sees it. */
export class Backing {
  /** The memory. */
  readonly block: Block;
  // Invariant: both belong to the place where the block is now.
  /** Its words; looking at them says so if they cannot be had. */
  words!: Int32Array;
  /** This isolate, as an owner of locks. */
  me!: number;
  /** Whether the memory already holds the object. */
  readonly isFound: boolean;
  /** What the object is known by in other processes; null if by nothing. */
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

  /** Calls back when the memory has moved, with both names of this isolate. */
  onMove(moved: (before: number, now: number) => void): void {
    let before = this.me;
    this.block.onMove(() => {
      moved(before, this.me);
      before = this.me;
    });
  }

  /** Why the memory cannot be had. */
  get unavailable(): string | undefined {
    return this.claim?.unavailable;
  }

  /** Throws when the memory cannot be had. */
  check(): void {
    if (this.unavailable === undefined) return;
    throw new SharedMemoryError(this.unavailable);
  }
}

/** Every use of the words throws; nobody else pays for the question. */
function refuse(backing: Backing): void {
  Object.defineProperty(backing, "words", { get: () => backing.check() });
}

/** The memory that a new object is to use, or where its memory is to be. */
export type BackingPlace =
  | { readonly block: Block; readonly isFound: boolean }
  | { readonly place: BlockPlace };

/** Where the constructor that got this argument is to have its memory, if said. */
export function whereOf(argument: unknown): BackingPlace | null {
  return placementOf<BackingPlace, unknown>(argument)?.where ?? null;
}

/** What places new objects of a class that takes no arguments. */
export function placer<T>(
  Class: new (none: undefined) => T,
): (where: BackingPlace) => T {
  return (where) =>
    new Class(placed<BackingPlace, undefined>(where, undefined));
}

/** All objects of one class in this isolate, one for each piece of memory. */
export class Instances<T extends Shareable> {
  readonly #known = new WeakCache<T>();

  /**
   * Finds memory for the constructor `below`: what its caller placed it in, what is
   * the parent's, or new memory of zeros.
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

  /** Makes an object known under its seat; the end of its constructor. */
  settle(backing: Backing, object: T): void {
    if (backing.claim !== null) register(backing.claim, object);
    if (backing.isFound) this.#known.add(backing.block.key, object);
  }

  /** The handle of an object's memory. */
  handle(backing: Backing, object: T, destination: Destination): BlockHandle {
    backing.check();
    const handle = backing.block.handle(destination);
    this.#known.add(backing.block.key, object);
    return handle;
  }

  /** The object over that memory, which is made if it is not there yet. */
  revive(handle: BlockHandle, make: (where: BackingPlace) => T): T {
    const block = Block.attach(handle);
    return this.#known.get(block.key) ?? make({ block, isFound: true });
  }
}

function blockOf(handle: Handle | undefined): BlockHandle | null {
  return handle !== undefined && "block" in handle ? handle.block : null;
}

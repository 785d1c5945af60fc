/**
 * Where an object of this floor has its memory, and how it gets there.
 *
 * @module
 */

import { SharedMemoryError } from "../base/errors.ts";
import { Block, type BlockPlace } from "../memory/allocation/block.ts";
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

/** All objects of one class in this isolate, one for each piece of memory. */
export class Instances<T extends Shareable> {
  readonly #known = new WeakCache<T>();
  // What the next constructor call is to use. Not a parameter, as those are
  // everybody's.
  #prepared: { block: Block; isFound: boolean } | { place: BlockPlace } | null =
    null;

  /**
   * Finds memory for the constructor `below`: what was prepared, what is the
   * parent's, or new memory of zeros.
   */
  backing(type: string, bytes: number, below: Below): Backing {
    const given = this.#prepared;
    this.#prepared = null;
    if (given !== null && "block" in given) {
      return new Backing(given.block, given.isFound, null);
    }
    const claim = claimSite(type, below);
    const found = blockOf(claim?.handle);
    const block = found === null
      ? Block.allocate(bytes, given?.place)
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

  /** Makes an object at home in a place. */
  at(place: BlockPlace, make: () => T): T {
    return this.#make({ place }, make);
  }

  /** Makes an object over a part of another one's memory. */
  over(block: Block, make: () => T): T {
    return this.#make({ block, isFound: false }, make);
  }

  /** The object over that memory, which is made if it is not there yet. */
  revive(handle: BlockHandle, make: () => T): T {
    const block = Block.attach(handle);
    return this.#known.get(block.key) ??
      this.#make({ block, isFound: true }, make);
  }

  #make(
    given: { block: Block; isFound: boolean } | { place: BlockPlace },
    make: () => T,
  ): T {
    this.#prepared = given;
    try {
      return make();
    } finally {
      this.#prepared = null;
    }
  }
}

function blockOf(handle: Handle | undefined): BlockHandle | null {
  return handle !== undefined && "block" in handle ? handle.block : null;
}

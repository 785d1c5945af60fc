/**
 * The table of owners: the isolates of one OS process that may own locks, and
 * which of them are alive.
 *
 * ```
 *   word    0          1 + 6n        2 + 6n         3 + 6n     4 + 6n ..
 *           next slot  id, or 0      generation     id of its  liveness   of slot n
 *                      when free                    maker
 * ```
 *
 * An id names a slot and its generation, so the id of a dead owner is never
 * taken for the living one that has its slot now. The supervisor frees a slot
 * when its event loop learns of the end. Until then, an isolate that asks for
 * an owner checks its liveness itself, and writes the negated id into the slot
 * of a dead one: so a death is also noticed while the supervisor computes or
 * blocks.
 *
 * @module
 */

import { childContext } from "../../wire/protocol/child_context.ts";
import { assert } from "../../base/assert.ts";
import { ProcessError } from "../../base/errors.ts";
import {
  clearLiveness,
  isIsolateAlive,
  isLivenessKnown,
  LIVENESS_WORDS,
  renewLiveness,
} from "./isolate_liveness.ts";

/** Maximum of isolates that are alive at once in one OS process. */
export const OWNERS_MAX = 1024;

/** The bits of a lock's word that hold an owner: a positive number. */
export const OWNER_MASK = 0x7fff_ffff;

// Invariant: an id is generation * OWNERS_MAX + slot with 1 <= generation <=
// GENERATION_MAX, so it is positive, never 0, and fits OWNER_MASK.
const GENERATION_MAX = 2 ** 21 - 1;

const NEXT = 0;
const ID = 1;
const GENERATION = 2;
const MAKER = 3;
const LIVENESS = 4;
const WORDS_PER_SLOT: number = 3 + LIVENESS_WORDS;

/** Makes a table without owners. */
export function createOwnerTable(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (1 + OWNERS_MAX * WORDS_PER_SLOT));
}

/** The slot that an owner id names. */
export function slotOf(id: number): number {
  return id % OWNERS_MAX;
}

/** The id of the next owner of `slot`, after the one of `generation`. */
export function nextId(slot: number, generation: number): number {
  const next = generation >= GENERATION_MAX ? 1 : generation + 1;
  return next * OWNERS_MAX + slot;
}

/** The generation that an owner id names. */
export function generationOf(id: number): number {
  return Math.floor(id / OWNERS_MAX);
}

/**
 * Gives a new owner a slot, and returns its id. Slots are taken in turn, so
 * that a freed one is reused as late as possible. If none is free, it takes one
 * of a dead owner: a supervisor that was killed, as a worker with permissions
 * of its own can be, frees none of its children's slots. `maker` is the owner
 * that asks for it, 0 for the program.
 */
export function claimOwner(table: SharedArrayBuffer, maker = 0): number {
  const words = new Int32Array(table);
  const id = claimSlot(words, maker, isFree) ??
    claimSlot(words, maker, freeIfDead);
  if (id !== null) return id;
  throw new ProcessError(
    `Cannot start another process inside this one as at most ${OWNERS_MAX} may be alive at once`,
  );
}

function claimSlot(
  words: Int32Array,
  maker: number,
  mayTake: (words: Int32Array, at: number) => boolean,
): number | null {
  for (let tried = 0; tried < OWNERS_MAX; tried++) {
    const slot = Atomics.add(words, NEXT, 1) & (OWNERS_MAX - 1);
    const at = slot * WORDS_PER_SLOT;
    if (!mayTake(words, at)) continue;
    const id = nextId(slot, Atomics.load(words, at + GENERATION));
    Atomics.store(words, at + GENERATION, generationOf(id));
    Atomics.store(words, at + MAKER, maker);
    clearLiveness(words, at + LIVENESS);
    Atomics.store(words, at + ID, id);
    return id;
  }
  return null;
}

function isFree(words: Int32Array, at: number): boolean {
  return Atomics.load(words, at + ID) === 0;
}

/** Frees the slot of a dead owner; true if the slot is free now. */
function freeIfDead(words: Int32Array, at: number): boolean {
  const id = Atomics.load(words, at + ID);
  if (id === 0) return true;
  if (id > 0 && isOwnerOfSlotAlive(words, at)) return false;
  // Only one isolate frees it. One that tries later finds another id.
  return Atomics.compareExchange(words, at + ID, id, 0) === id;
}

/**
 * Whether the owner of a slot is alive. While its own liveness is not known, as
 * it boots or never booted, its maker's counts: it ends with its maker.
 */
function isOwnerOfSlotAlive(words: Int32Array, at: number): boolean {
  if (isLivenessKnown(words, at + LIVENESS)) {
    return isIsolateAlive(words, at + LIVENESS);
  }
  const maker = Atomics.load(words, at + MAKER);
  const makerAt = slotOf(maker) * WORDS_PER_SLOT;
  return maker === 0 || Atomics.load(words, makerAt + ID) === maker &&
      isIsolateAlive(words, makerAt + LIVENESS);
}

/** Whether an id is that of an owner with a slot. */
export function isClaimed(table: SharedArrayBuffer, id: number): boolean {
  const at = slotOf(id) * WORDS_PER_SLOT;
  return id > 0 && id <= OWNER_MASK &&
    Atomics.load(new Int32Array(table), at + ID) === id;
}

/** Frees the slot of a dead owner; doing so twice does no harm. */
export function releaseOwner(table: SharedArrayBuffer, id: number): void {
  const words = new Int32Array(table);
  const at = slotOf(id) * WORDS_PER_SLOT;
  for (const seen of [id, -id]) {
    Atomics.compareExchange(words, at + ID, seen, 0);
  }
}

/** The identity of an isolate, and the table that has it. */
export interface OwnerEntry {
  /** The isolate's own id. */
  readonly id: number;
  /** The table of the whole OS process. */
  readonly table: SharedArrayBuffer;
}

// Invariant: set once, by the child's bootstrap or on first use, and then never
// changed: locks keep the id.
let self: OwnerEntry | null = null;
let words: Int32Array<SharedArrayBuffer> | null = null;

/**
 * Sets the identity of this isolate; a child's bootstrap calls it before
 * anything else.
 */
export function setSelf(own: OwnerEntry): void {
  assert(
    self === null || self.id === own.id,
    "the identity of an isolate is set before its first lock",
  );
  self = own;
  words = new Int32Array(own.table);
}

/** The identity that the parent gave to this isolate; null for a program. */
function given(): OwnerEntry | null {
  const host = childContext()?.host;
  return host?.kind === "isolate"
    ? { id: host.ident, table: host.owners }
    : null;
}

function first(): OwnerEntry {
  const table = createOwnerTable();
  return { id: claimOwner(table), table };
}

function known(): OwnerEntry {
  if (self !== null) return self;
  const own = given() ?? first();
  setSelf(own);
  renewOwnLiveness();
  return own;
}

/** Renews the proof that this isolate is alive. */
export function renewOwnLiveness(): void {
  // The first owner of a table is the program itself: no other isolate outlives
  // it.
  if (childContext()?.host.kind !== "isolate") return;
  const { id } = known();
  renewLiveness(words!, slotOf(id) * WORDS_PER_SLOT + LIVENESS);
}

/** The id of this isolate; for a program, the first of its table. */
export function selfOwner(): number {
  return known().id;
}

/** The table that has this isolate. */
export function ownerTable(): SharedArrayBuffer {
  return known().table;
}

/** Whether an owner is still alive. */
export function isOwnerAlive(id: number): boolean {
  if (id === known().id) return true;
  const at = slotOf(id) * WORDS_PER_SLOT;
  if (Atomics.load(words!, at + ID) !== id) return false;
  if (isIsolateAlive(words!, at + LIVENESS)) return true;
  Atomics.compareExchange(words!, at + ID, id, -id);
  return false;
}

/**
 * The state of a condition in shared words: the waiters, their order, and which
 * are notified.
 *
 * ```
 *   word    0            1       2 + 2n    3 + 2n
 *           next ticket  slots   owner     state    of slot n
 *                        in use
 *
 *   state   FREE --enter--> ticket --notify--> NOTIFIED --the waiter--> FREE
 *             ^                 |                            sees it
 *             +----gives up-----+
 * ```
 *
 * A process enters or notifies slots while it holds the lock of the condition.
 * A waiter leaves without the lock. Every change of a slot that both might make
 * is one compare-and-exchange, so a waiter is either notified or has given up,
 * never both and never neither.
 *
 * - **No lost wake-ups:** a slot has its ticket before the lock is released, so
 *   a process that then takes the lock and notifies finds it.
 * - **Dead waiters:** `notify` skips slots whose owner is dead. A notification
 *   that its owner did not live to see goes to the next waiter, as soon as any
 *   waiter checks.
 *
 * @module
 */

import { OWNERS_MAX } from "../memory/liveness/owners.ts";
import {
  CHECK_LIVENESS,
  GIVE_UP,
  load,
  ownerAlive,
  sleep,
  type Steps,
  store,
  swap,
  wakeUp,
} from "./steps.ts";

/** Maximum of waiters of one condition. */
export const WAITERS_MAX = OWNERS_MAX;

const TICKETS = 0;
const USED = 1;
const SLOTS = 2;
const WORDS_PER_SLOT = 2;

/** The size of the waiters' slots in bytes. */
export const WAITERS_BYTES: number = 4 * (SLOTS + WAITERS_MAX * WORDS_PER_SLOT);

/** The slot is free. */
const FREE = 0;
/** The waiter was notified, and has not seen it yet. */
const NOTIFIED = -1;
const TICKET_MASK = 0x7fff_ffff;

/** A waiter: its slot and its ticket. */
export interface Waiter {
  /** The word it sleeps on. */
  readonly at: number;
  /** Its place in the order; a positive number. */
  readonly ticket: number;
}

function ownerAt(slot: number): number {
  return SLOTS + slot * WORDS_PER_SLOT;
}

function stateAt(slot: number): number {
  return ownerAt(slot) + 1;
}

/** Enters `me` as a waiter, under the lock; null when all slots are taken. */
export function* enter(me: number): Steps<Waiter | null> {
  const used = yield load(USED);
  for (let slot = 0; slot < used; slot++) {
    if ((yield load(stateAt(slot))) === FREE) return yield* occupy(slot, me);
  }
  if (used < WAITERS_MAX) {
    yield store(USED, used + 1);
    return yield* occupy(used, me);
  }
  for (let slot = 0; slot < used; slot++) {
    if (yield* isVacated(slot)) return yield* occupy(slot, me);
  }
  return null;
}

function* occupy(slot: number, me: number): Steps<Waiter> {
  const ticket = (yield load(TICKETS)) % TICKET_MASK + 1;
  yield store(TICKETS, ticket);
  yield store(ownerAt(slot), me);
  yield store(stateAt(slot), ticket);
  return { at: stateAt(slot), ticket };
}

/** Empties the slot of a dead owner. */
function* isVacated(slot: number): Steps<boolean> {
  const state = yield load(stateAt(slot));
  if (state === FREE) return true;
  if ((yield ownerAlive(yield load(ownerAt(slot)))) === 1) return false;
  if ((yield swap(stateAt(slot), state, FREE)) !== state) return false;
  if (state === NOTIFIED) yield* notify(1);
  return true;
}

/** Waits for a notification; false when it gave up before there was one. */
export function* awaitNotified({ at, ticket }: Waiter): Steps<boolean> {
  for (;;) {
    const outcome = yield sleep(at, ticket);
    if ((yield load(at)) !== ticket) break;
    if (outcome === CHECK_LIVENESS) yield* passOn();
    if (outcome !== GIVE_UP) continue;
    if ((yield swap(at, ticket, FREE)) === ticket) return false;
    // It was notified at that very moment.
    break;
  }
  yield swap(at, NOTIFIED, FREE);
  return true;
}

/** Passes the notifications of dead waiters on to living ones. */
function* passOn(): Steps<void> {
  const used = yield load(USED);
  for (let slot = 0; slot < used; slot++) {
    if ((yield load(stateAt(slot))) === NOTIFIED) yield* isVacated(slot);
  }
}

/** Wakes up to `count` waiters, in the order of their arrival. */
export function* notify(count: number): Steps<void> {
  let left = count;
  for (const { slot, ticket } of yield* inOrder()) {
    if (left <= 0) return;
    const isOwnerAlive = yield ownerAlive(yield load(ownerAt(slot)));
    const next = isOwnerAlive === 1 ? NOTIFIED : FREE;
    if ((yield swap(stateAt(slot), ticket, next)) !== ticket) continue;
    if (next === FREE) continue;
    yield wakeUp(stateAt(slot), 1);
    left--;
  }
}

/** The waiters in the order of their tickets, which wrap around. */
function* inOrder(): Steps<{ slot: number; ticket: number }[]> {
  const waiters: { slot: number; ticket: number }[] = [];
  const used = yield load(USED);
  for (let slot = 0; slot < used; slot++) {
    const ticket = yield load(stateAt(slot));
    if (ticket > 0) waiters.push({ slot, ticket });
  }
  return waiters.sort((a, b) => (a.ticket - b.ticket << 1) >> 1);
}

/** Replaces the owner id of this isolate after the memory has moved. */
export function renameWaiters(
  words: Int32Array,
  before: number,
  now: number,
): void {
  for (let slot = 0; slot < words[USED]!; slot++) {
    if (words[ownerAt(slot)] === before) words[ownerAt(slot)] = now;
  }
}

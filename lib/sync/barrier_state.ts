/**
 * The state of a barrier in shared words, and its algorithm.
 *
 * ```
 *   word    0 .. 3    4     5      6        7           8        9      10
 *           a mutex   mode  count  parties  has action  timeout  actor  changes
 *
 *           11 + 2n   12 + 2n
 *           owner     state    of slot n, of as many slots as parties
 *
 *   mode    FILLING --the last arrives-> ACTING --the action is done-> FILLING
 *              |  ^                        |                     (the next round)
 *              |  +-------- reset() -------|-------+
 *              +--- breaks --> BROKEN <----+       |
 *                                 +----------------+
 *
 *   state   FREE --arrives--> WAITING or ABLE --> PASSED or BROKE --leaves--> FREE
 *                                            \--> CHOSEN, to run the action
 * ```
 *
 * Every step but leaving happens under the mutex, which is held for a moment
 * only. A process that finds the mutex abandoned by a dead one breaks the
 * barrier, as the dead one may have stopped halfway.
 *
 * - **No wake-up is lost:** each party sleeps on the word of its own slot,
 *   which changes before the party is woken; a party that finds no free slot
 *   sleeps on the number of changes that it read before it searched.
 * - **Rounds do not mix:** a slot is reused only after its last user has seen
 *   how its round ended, or has died.
 *
 * @module
 */

import { type Acquirer, giveBack, MUTEX_BYTES, take } from "./mutex.ts";
import {
  add,
  GIVE_UP,
  load,
  ownerAlive,
  patient,
  sleep,
  type Steps,
  store,
  WAKE_ALL,
  wakeUp,
  WOKEN,
} from "./steps.ts";

/** Maximum of parties. */
export const PARTIES_MAX: number = 2 ** 20;

/** The phase of the round. */
export const MODE: number = MUTEX_BYTES / 4;
/** How many parties have arrived in this round. */
export const COUNT: number = MODE + 1;
/** How many parties must arrive. */
export const PARTIES: number = MODE + 2;
/** 1 if the barrier has an action, else 0. */
export const HAS_ACTION: number = MODE + 3;
/** The default timeout in milliseconds, plus one; 0 if none. */
export const TIMEOUT: number = MODE + 4;
const ACTOR = MODE + 5;
const CHANGES = MODE + 6;
const SLOTS = MODE + 7;
const WORDS_PER_SLOT = 2;

/** Parties are missing. */
export const FILLING = 0;
const ACTING = 1;
/** No party passes until the barrier is reset. */
export const BROKEN = 2;

const FREE = 0;
const WAITING = 1;
const ABLE = 2;
const CHOSEN = 3;
const PASSED = 4;
const BROKE = 5;

/** The size of a barrier in bytes. */
export function barrierBytes(parties: number): number {
  return 4 * (SLOTS + parties * WORDS_PER_SLOT);
}

function ownerAt(slot: number): number {
  return SLOTS + slot * WORDS_PER_SLOT;
}

function stateAt(slot: number): number {
  return ownerAt(slot) + 1;
}

/** A party that arrives. */
export interface Party {
  /** The isolate of the party. */
  readonly self: Acquirer;
  /** Whether it can run the action. */
  readonly canAct: boolean;
  /**
   * Whether it has a copy of the action, for a round in which no party has the
   * action itself.
   */
  readonly hasCopy?: boolean;
}

/** What a party that arrived is to do, or how its wait ended. */
export type BarrierArrival =
  | { readonly kind: "passed" | "broken" | "actionless" }
  | { readonly kind: "wait"; readonly slot: number }
  | { readonly kind: "act" };

const PASS = { kind: "passed" } as const;
const BREAK = { kind: "broken" } as const;
const ACT = { kind: "act" } as const;

/** Arrives at the barrier; returns the index of the party and what follows. */
export function* arrive(
  party: Party,
): Steps<{ index: number; arrival: BarrierArrival }> {
  for (;;) {
    yield* lock(party.self);
    // Before the search for a slot, as a leaving party frees one without the
    // mutex.
    const changes = yield load(CHANGES);
    const mode = yield load(MODE);
    if (mode === BROKEN) {
      yield* unlock();
      return { index: -1, arrival: BREAK };
    }
    const slot = mode === FILLING ? yield* emptySlot() : -1;
    if (slot >= 0) {
      const index = yield load(COUNT);
      yield store(COUNT, index + 1);
      const arrival = yield* fill(party, index, slot);
      yield* unlock();
      return { index, arrival };
    }
    // The previous round is not over yet.
    yield* unlock();
    if ((yield sleep(CHANGES, changes)) === GIVE_UP) {
      yield* breakBarrier(party.self);
      return { index: -1, arrival: BREAK };
    }
    if (yield* isActorDead()) yield* breakBarrier(party.self);
  }
}

function* fill(
  party: Party,
  index: number,
  slot: number,
): Steps<BarrierArrival> {
  const isLast = index + 1 === (yield load(PARTIES));
  if (!isLast) return yield* settle(party, slot);
  if (yield* isAnyDead()) {
    yield* breakUp();
    return BREAK;
  }
  if ((yield load(HAS_ACTION)) === 0) {
    yield* endRound(PASSED, FILLING);
    return PASS;
  }
  if (party.canAct) {
    yield* appoint(party.self.me);
    return ACT;
  }
  return yield* delegate(party, slot);
}

function* settle(
  { self, canAct }: Party,
  slot: number,
): Steps<BarrierArrival> {
  yield store(ownerAt(slot), self.me);
  yield store(stateAt(slot), canAct ? ABLE : WAITING);
  return { kind: "wait", slot };
}

function* appoint(actor: number): Steps<void> {
  yield store(MODE, ACTING);
  yield store(ACTOR, actor);
}

/** Chooses a waiting party that has the action, to run it. */
function* delegate(party: Party, slot: number): Steps<BarrierArrival> {
  const parties = yield load(PARTIES);
  for (let other = 0; other < parties; other++) {
    if ((yield load(stateAt(other))) !== ABLE) continue;
    yield* appoint(yield load(ownerAt(other)));
    yield store(stateAt(other), CHOSEN);
    yield wakeUp(stateAt(other), 1);
    return yield* settle(party, slot);
  }
  if (party.hasCopy === true) {
    yield* appoint(party.self.me);
    return ACT;
  }
  yield* breakUp();
  return { kind: "actionless" };
}

/**
 * Waits in a slot until the round ends, or the party is chosen to run the
 * action.
 */
export function* awaitRound(
  self: Acquirer,
  slot: number,
): Steps<BarrierArrival> {
  for (;;) {
    const state = yield load(stateAt(slot));
    switch (state) {
      case PASSED:
        yield* leave(slot);
        return PASS;
      case BROKE:
        yield* leave(slot);
        return BREAK;
      case CHOSEN:
        yield* vacate(slot);
        return ACT;
    }
    const outcome = yield sleep(stateAt(slot), state);
    if (outcome === WOKEN) continue;
    yield* lock(self);
    const isOver = !isWaiting(yield load(stateAt(slot)));
    if (!isOver && (outcome === GIVE_UP || (yield* isNextDead(slot)))) {
      yield* breakUp();
    }
    yield* unlock();
  }
}

function isWaiting(state: number): boolean {
  return state === WAITING || state === ABLE;
}

function* vacate(slot: number): Steps<void> {
  yield store(stateAt(slot), FREE);
}

/** Frees a slot, and wakes parties that wait for one. */
function* leave(slot: number): Steps<void> {
  yield* vacate(slot);
  yield add(CHANGES, 1);
  yield wakeUp(CHANGES, WAKE_ALL);
}

/**
 * Ends the round whose action the caller ran; false if the barrier broke
 * meanwhile.
 */
export function* finish(self: Acquirer, isDone: boolean): Steps<boolean> {
  yield* lock(self);
  const isMine = (yield load(MODE)) === ACTING &&
    (yield load(ACTOR)) === self.me;
  if (isMine && isDone) yield* endRound(PASSED, FILLING);
  else if (isMine) yield* breakUp();
  yield* unlock();
  return isMine;
}

/**
 * Breaks the barrier for all waiting parties, and for all that arrive later.
 */
export function* breakBarrier(self: Acquirer): Steps<void> {
  yield* lock(self);
  yield* breakUp();
  yield* unlock();
}

/** Breaks the round for all waiting parties, and starts a new one. */
export function* resetBarrier(self: Acquirer): Steps<void> {
  yield* lock(self);
  yield* endRound(BROKE, FILLING);
  yield* unlock();
}

function breakUp(): Steps<void> {
  return endRound(BROKE, BROKEN);
}

/** Tells all waiting parties how the round ended. */
function* endRound(how: number, mode: number): Steps<void> {
  yield store(COUNT, 0);
  yield store(MODE, mode);
  const parties = yield load(PARTIES);
  for (let slot = 0; slot < parties; slot++) {
    const state = yield load(stateAt(slot));
    if (!isWaiting(state) && state !== CHOSEN) continue;
    yield store(stateAt(slot), how);
    yield wakeUp(stateAt(slot), 1);
  }
  yield add(CHANGES, 1);
  yield wakeUp(CHANGES, WAKE_ALL);
}

function* emptySlot(): Steps<number> {
  const parties = yield load(PARTIES);
  for (let slot = 0; slot < parties; slot++) {
    const state = yield load(stateAt(slot));
    if (state === FREE) return slot;
    // A dead party never reads how its round ended.
    if (!isWaiting(state) && (yield* isDead(slot))) return slot;
  }
  return -1;
}

function* isDead(slot: number): Steps<boolean> {
  return (yield ownerAlive(yield load(ownerAt(slot)))) === 0;
}

function* isActorDead(): Steps<boolean> {
  if ((yield load(MODE)) !== ACTING) return false;
  return (yield ownerAlive(yield load(ACTOR))) === 0;
}

function* isAnyDead(): Steps<boolean> {
  const parties = yield load(PARTIES);
  for (let slot = 0; slot < parties; slot++) {
    if (!isWaiting(yield load(stateAt(slot)))) continue;
    if (yield* isDead(slot)) return true;
  }
  return false;
}

/**
 * Whether the actor is dead, or the next waiting party. A check of all would
 * cost a system call for each; as every party checks the next one, no dead one
 * is missed.
 */
function* isNextDead(mine: number): Steps<boolean> {
  if (yield* isActorDead()) return true;
  const parties = yield load(PARTIES);
  for (let ahead = 1; ahead < parties; ahead++) {
    const slot = (mine + ahead) % parties;
    if (!isWaiting(yield load(stateAt(slot)))) continue;
    return yield* isDead(slot);
  }
  return false;
}

/** Takes the mutex, regardless of the timeout. */
function* lock(self: Acquirer): Steps<void> {
  const taking = yield* patient(take(self));
  if (taking === "inherited") yield* breakUp();
}

function* unlock(): Steps<void> {
  yield* giveBack();
}

/** Replaces the owner id of this isolate after the memory has moved. */
export function renameParties(
  words: Int32Array,
  before: number,
  now: number,
): void {
  if (words[ACTOR] === before) words[ACTOR] = now;
  for (let slot = 0; slot < words[PARTIES]!; slot++) {
    if (words[ownerAt(slot)] === before) words[ownerAt(slot)] = now;
  }
}

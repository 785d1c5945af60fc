/**
 * The words of a barrier, and what those who come to it do with them.
 *
 * ```
 *   word    0 .. 3    4     5      6        7           8        9      10
 *           a mutex   mode  count  parties  has action  timeout  actor  changes
 *
 *           11 + 2n   12 + 2n
 *           owner     state    of place n, of as many places as parties
 *
 *   mode    FILLING --the last comes--> ACTING --the action is done--> FILLING
 *              |  ^                        |                     (the next round)
 *              |  +-------- reset() -------|-------+
 *              +--- breaks --> BROKEN <----+       |
 *                                 +----------------+
 *
 *   state   EMPTY --comes--> WAITING or ABLE --> PASSED or BROKE --goes--> EMPTY
 *                                          \--> CHOSEN, to run the action
 * ```
 *
 * All but going is done under the mutex, which is held for a moment only. Who
 * finds that it was left by a dead process breaks the barrier, as nobody knows
 * how far that one had come.
 *
 * - **No wake-up is lost:** everybody sleeps on a word of its own place, which is
 *   changed before it is woken; who finds no place sleeps on the number of changes
 *   that it read before it looked for one.
 * - **Rounds do not mix:** a place is given again only when its last user has seen
 *   how its round ended, or is dead.
 *
 * @module
 */

import { giveBack, type LockTaker, MUTEX_BYTES, take } from "./mutex.ts";
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

/** Where the round is. */
export const MODE: number = MUTEX_BYTES / 4;
/** How many have come in this round. */
export const COUNT: number = MODE + 1;
/** How many must come. */
export const PARTIES: number = MODE + 2;
/** 1 if something is to be run at the end of each round. */
export const HAS_ACTION: number = MODE + 3;
/** The timeout of those who give none, in milliseconds and one more; 0 if none. */
export const TIMEOUT: number = MODE + 4;
const ACTOR = MODE + 5;
const CHANGES = MODE + 6;
const PLACES = MODE + 7;
const WORDS_PER_PLACE = 2;

/** Waits for the parties that have not come. */
export const FILLING = 0;
const ACTING = 1;
/** Lets nobody pass until it is reset. */
export const BROKEN = 2;

const EMPTY = 0;
const WAITING = 1;
const ABLE = 2;
const CHOSEN = 3;
const PASSED = 4;
const BROKE = 5;

/** How many bytes of a block a barrier takes. */
export function barrierBytes(parties: number): number {
  return 4 * (PLACES + parties * WORDS_PER_PLACE);
}

function ownerAt(place: number): number {
  return PLACES + place * WORDS_PER_PLACE;
}

function stateAt(place: number): number {
  return ownerAt(place) + 1;
}

/** Who comes, and whether it has the action at hand. */
export interface Party {
  /** This isolate. */
  readonly self: LockTaker;
  /** Whether it can run the action. */
  readonly isAble: boolean;
}

/** What who came is to do, or has got. */
export type BarrierArrival =
  | { readonly kind: "passed" | "broken" | "actionless" }
  | { readonly kind: "wait"; readonly place: number }
  | { readonly kind: "act" };

const PASS = { kind: "passed" } as const;
const BREAK = { kind: "broken" } as const;
const ACT = { kind: "act" } as const;

/** Comes to the barrier; gives its index and what follows. */
export function* arrive(
  party: Party,
): Steps<{ index: number; arrival: BarrierArrival }> {
  for (;;) {
    yield* lock(party.self);
    // Before the look at the places, as who goes leaves one without the mutex.
    const changes = yield load(CHANGES);
    const mode = yield load(MODE);
    if (mode === BROKEN) {
      yield* unlock();
      return { index: -1, arrival: BREAK };
    }
    const place = mode === FILLING ? yield* emptyPlace() : -1;
    if (place >= 0) {
      const index = yield load(COUNT);
      yield store(COUNT, index + 1);
      const arrival = yield* come(party, index, place);
      yield* unlock();
      return { index, arrival };
    }
    // The former round is not over yet.
    yield* unlock();
    if ((yield sleep(CHANGES, changes)) === GIVE_UP) {
      yield* breakBarrier(party.self);
      return { index: -1, arrival: BREAK };
    }
    if (yield* isActorDead()) yield* breakBarrier(party.self);
  }
}

function* come(
  party: Party,
  index: number,
  place: number,
): Steps<BarrierArrival> {
  const isLast = index + 1 === (yield load(PARTIES));
  if (!isLast) return yield* settle(party, place);
  if (yield* isAnyDead()) {
    yield* breakUp();
    return BREAK;
  }
  if ((yield load(HAS_ACTION)) === 0) {
    yield* endRound(PASSED, FILLING);
    return PASS;
  }
  if (party.isAble) {
    yield* appoint(party.self.me);
    return ACT;
  }
  return yield* delegate(party, place);
}

function* settle(
  { self, isAble }: Party,
  place: number,
): Steps<BarrierArrival> {
  yield store(ownerAt(place), self.me);
  yield store(stateAt(place), isAble ? ABLE : WAITING);
  return { kind: "wait", place };
}

function* appoint(actor: number): Steps<void> {
  yield store(MODE, ACTING);
  yield store(ACTOR, actor);
}

/** Lets one run the action that has it. */
function* delegate(party: Party, place: number): Steps<BarrierArrival> {
  const parties = yield load(PARTIES);
  for (let other = 0; other < parties; other++) {
    if ((yield load(stateAt(other))) !== ABLE) continue;
    yield* appoint(yield load(ownerAt(other)));
    yield store(stateAt(other), CHOSEN);
    yield wakeUp(stateAt(other), 1);
    return yield* settle(party, place);
  }
  yield* breakUp();
  return { kind: "actionless" };
}

/** Waits at a place until the round ends, or until it is to run the action. */
export function* awaitRound(
  self: LockTaker,
  place: number,
): Steps<BarrierArrival> {
  for (;;) {
    const state = yield load(stateAt(place));
    switch (state) {
      case PASSED:
        yield* go(place);
        return PASS;
      case BROKE:
        yield* go(place);
        return BREAK;
      case CHOSEN:
        yield* vacate(place);
        return ACT;
    }
    const outcome = yield sleep(stateAt(place), state);
    if (outcome === WOKEN) continue;
    yield* lock(self);
    const isOver = !isWaiting(yield load(stateAt(place)));
    if (!isOver && (outcome === GIVE_UP || (yield* isNextDead(place)))) {
      yield* breakUp();
    }
    yield* unlock();
  }
}

function isWaiting(state: number): boolean {
  return state === WAITING || state === ABLE;
}

function* vacate(place: number): Steps<void> {
  yield store(stateAt(place), EMPTY);
}

/** Leaves a place to those who wait for one. */
function* go(place: number): Steps<void> {
  yield* vacate(place);
  yield add(CHANGES, 1);
  yield wakeUp(CHANGES, WAKE_ALL);
}

/** Ends the round whose action the caller has run; false if it was broken meanwhile. */
export function* finish(self: LockTaker, isDone: boolean): Steps<boolean> {
  yield* lock(self);
  const isMine = (yield load(MODE)) === ACTING &&
    (yield load(ACTOR)) === self.me;
  if (isMine && isDone) yield* endRound(PASSED, FILLING);
  else if (isMine) yield* breakUp();
  yield* unlock();
  return isMine;
}

/** Breaks the barrier for all who wait, and for all who come. */
export function* breakBarrier(self: LockTaker): Steps<void> {
  yield* lock(self);
  yield* breakUp();
  yield* unlock();
}

/** Breaks the round for all who wait, and begins a new one. */
export function* resetBarrier(self: LockTaker): Steps<void> {
  yield* lock(self);
  yield* endRound(BROKE, FILLING);
  yield* unlock();
}

function breakUp(): Steps<void> {
  return endRound(BROKE, BROKEN);
}

/** Tells all who wait how the round ended. */
function* endRound(how: number, mode: number): Steps<void> {
  yield store(COUNT, 0);
  yield store(MODE, mode);
  const parties = yield load(PARTIES);
  for (let place = 0; place < parties; place++) {
    const state = yield load(stateAt(place));
    if (!isWaiting(state) && state !== CHOSEN) continue;
    yield store(stateAt(place), how);
    yield wakeUp(stateAt(place), 1);
  }
  yield add(CHANGES, 1);
  yield wakeUp(CHANGES, WAKE_ALL);
}

function* emptyPlace(): Steps<number> {
  const parties = yield load(PARTIES);
  for (let place = 0; place < parties; place++) {
    const state = yield load(stateAt(place));
    if (state === EMPTY) return place;
    // The dead will not look how their round ended.
    if (!isWaiting(state) && (yield* isDead(place))) return place;
  }
  return -1;
}

function* isDead(place: number): Steps<boolean> {
  return (yield ownerAlive(yield load(ownerAt(place)))) === 0;
}

function* isActorDead(): Steps<boolean> {
  if ((yield load(MODE)) !== ACTING) return false;
  return (yield ownerAlive(yield load(ACTOR))) === 0;
}

function* isAnyDead(): Steps<boolean> {
  const parties = yield load(PARTIES);
  for (let place = 0; place < parties; place++) {
    if (!isWaiting(yield load(stateAt(place)))) continue;
    if (yield* isDead(place)) return true;
  }
  return false;
}

/**
 * Whether the actor is dead, or the next who waits. To ask for all would cost a
 * system call for each; as everybody asks for the next, no dead one is missed.
 */
function* isNextDead(mine: number): Steps<boolean> {
  if (yield* isActorDead()) return true;
  const parties = yield load(PARTIES);
  for (let ahead = 1; ahead < parties; ahead++) {
    const place = (mine + ahead) % parties;
    if (!isWaiting(yield load(stateAt(place)))) continue;
    return yield* isDead(place);
  }
  return false;
}

/** Takes the mutex, however little time there is. */
function* lock(self: LockTaker): Steps<void> {
  const taking = yield* patient(take(self));
  if (taking === "inherited") yield* breakUp();
}

function* unlock(): Steps<void> {
  yield* giveBack();
}

/** Gives this isolate its new name, when the memory has moved. */
export function renameParties(
  words: Int32Array,
  before: number,
  now: number,
): void {
  if (words[ACTOR] === before) words[ACTOR] = now;
  for (let place = 0; place < words[PARTIES]!; place++) {
    if (words[ownerAt(place)] === before) words[ownerAt(place)] = now;
  }
}

import { deepEqual, ok, throws } from "node:assert/strict";
import {
  allDone,
  countBetween,
  DONE,
  DROPPED,
  GETS,
  oneMore,
  PUTS,
  RING_MARK,
  SHUT,
  shut,
  taskDone,
} from "../../lib/channel/ring/ring_words.ts";
import { COUNT_LIMIT } from "../../lib/channel/ring/ring_outcomes.ts";
import {
  GIVE_UP,
  load,
  or,
  sleep,
  type Step,
  type Steps,
  swap,
  wakeUp,
} from "../../lib/sync/steps.ts";
import { type Actor, explore, type Script } from "./checker.ts";

// Fewer words, fewer bytes in each state.
const PLACES = new Map([PUTS, GETS, DONE].map((at, place) => [at, place]));
const PUTS_PLACE = PLACES.get(PUTS)!;
const GETS_PLACE = PLACES.get(GETS)!;

// `ring.ts` does all but its sleeps without steps, as these cost more than the rest.
// What is here does the same in steps, with the same names.

/** For one that has slept and has got what it wanted. */
function* passOn(at: number): Steps<void> {
  const word = yield or(at, RING_MARK);
  const isMore = at === GETS || countBetween(word, yield load(GETS)) > 0;
  if (isMore) yield wakeUp(at, 1);
}

/** Marks a word to sleep on, and gives it; null if it is another one than `seen`. */
function* mark(at: number, seen: number): Steps<number | null> {
  for (;;) {
    const now = yield load(at);
    if (((now ^ seen) & ~RING_MARK) !== 0) return null;
    const marked = now | RING_MARK;
    if (now === marked || (yield swap(at, now, marked)) === now) return marked;
  }
}

type Passing = (at: number) => Steps<void>;

/**
 * What is done under the lock, as one compare-and-swap: a word before the change,
 * the word that speaks against it, or "end".
 */
type Tried =
  | { readonly kind: "done"; readonly before: number }
  | { readonly kind: "wait"; readonly seen: number }
  | { readonly kind: "end" };

function* tryPut(most: number): Steps<Tried> {
  for (;;) {
    const puts = yield load(PUTS);
    if ((puts & SHUT) !== 0) return { kind: "end" };
    const gets = yield load(GETS);
    const count = countBetween(puts, gets);
    // Somebody put and somebody got in between: under the lock that cannot be.
    if (count > COUNT_LIMIT / 2) continue;
    if (count >= most) {
      return (gets & SHUT) !== 0
        ? { kind: "end" }
        : { kind: "wait", seen: gets };
    }
    if ((yield swap(PUTS, puts, oneMore(puts))) === puts) {
      return { kind: "done", before: puts };
    }
  }
}

function* tryGet(): Steps<Tried> {
  for (;;) {
    const gets = yield load(GETS);
    if ((gets & DROPPED) !== 0) return { kind: "end" };
    const puts = yield load(PUTS);
    if (countBetween(puts, gets) === 0) {
      return (puts & SHUT) !== 0
        ? { kind: "end" }
        : { kind: "wait", seen: puts };
    }
    if ((yield swap(GETS, gets, oneMore(gets))) === gets) {
      return { kind: "done", before: gets };
    }
  }
}

/** Puts or gets: `own` is the word it counts up, `other` the one it waits for. */
function* until(
  tries: () => Steps<Tried>,
  own: number,
  other: number,
  pass: Passing,
): Steps<"done" | "end" | "left"> {
  for (let hasSlept = false;;) {
    const tried = yield* tries();
    if (tried.kind === "end") return "end";
    if (tried.kind === "done") {
      if ((tried.before & RING_MARK) !== 0) yield wakeUp(own, 1);
      if (hasSlept) yield* pass(other);
      return "done";
    }
    const marked = yield* mark(other, tried.seen);
    if (marked === null) continue;
    hasSlept = true;
    if ((yield sleep(other, marked)) === GIVE_UP) return "left";
  }
}

/** A program as a script of the checker. */
function scriptOf(program: () => Steps<unknown>): () => Script {
  return function* (): Script {
    const steps = program();
    let { done, value } = steps.next(0);
    while (!done) {
      const step = value as Step;
      const at = PLACES.get(step.at)!;
      ({ done, value } = steps.next(yield { ...step, at }));
    }
  };
}

function putter(most: number, times = 1, pass: Passing = passOn) {
  const tries = () => tryPut(most);
  return Array(times).fill(scriptOf(() => until(tries, PUTS, GETS, pass)));
}

function getter(times = 1, pass: Passing = passOn): (() => Script)[] {
  return Array(times).fill(scriptOf(() => until(tryGet, GETS, PUTS, pass)));
}

function left(words: readonly number[]): number {
  return countBetween(words[PUTS_PLACE]!, words[GETS_PLACE]!);
}

/** Every order of some actors; gives how many records are left at the ends. */
function lefts(actors: readonly Actor[], words = [0, 0, 0]): number[] {
  const found = new Set<number>();
  const { states } = explore({
    words,
    actors,
    end: (at) => found.add(left(at)),
  });
  ok(states > 1000, `${states}`);
  return [...found].sort();
}

Deno.test("the ring: one puts two, and two get one each", () => {
  const actors = [putter(2, 2), getter(), getter()];
  deepEqual(lefts(actors.map((script) => ({ script }))), [0]);
});

Deno.test("the ring: two put through one place, and one gets both", () => {
  const actors = [putter(1), putter(1), getter(2)];
  deepEqual(lefts(actors.map((script) => ({ script }))), [0]);
});

Deno.test("the ring: a wake-up for a getter that gives up is not lost", () => {
  const gives = { script: getter(), givesUp: 1 };
  const found = lefts([gives, { script: getter() }, { script: putter(2, 2) }]);
  deepEqual(found, [0, 1]);
});

Deno.test("the ring: a wake-up for a putter that gives up is not lost", () => {
  const gives = { script: putter(1), givesUp: 1 };
  const found = lefts([gives, { script: putter(1) }, { script: getter() }]);
  deepEqual(found, [0, 1]);
});

Deno.test("the ring: a putter that dies takes no wake-up with it", () => {
  lefts([
    { script: putter(2), mayDieAs: 7 },
    { script: putter(2) },
    { script: getter(), looks: 1 },
  ], [0, 0, 0]);
});

Deno.test("the ring: a getter that dies takes no wake-up with it", () => {
  lefts([
    { script: getter(), mayDieAs: 7 },
    { script: getter(), looks: 1 },
    { script: putter(2, 2) },
  ]);
});

for (const dropped of [false, true]) {
  Deno.test(`the ring: its end ends every wait, dropped: ${dropped}`, () => {
    const end = [...putter(1), scriptOf(() => shut(dropped))];
    lefts([{ script: getter() }, { script: putter(1) }, { script: end }]);
  });
}

Deno.test("the ring: who waits for all to be done is woken by the last", () => {
  const done = { script: [scriptOf(taskDone)] };
  const join = { script: [scriptOf(allDone)] };
  lefts([done, done, join], [oneMore(oneMore(0)), 0, 0]);
});

// Two records for two who sleep: the second put finds no mark any more, so who is
// woken must wake the other.
Deno.test("the ring: a red control that passes nothing on is found", () => {
  function* none(): Steps<void> {
    yield load(PUTS);
  }
  const actors = [getter(1, none), getter(1, none), putter(2, 2, none)];
  throws(() => lefts(actors.map((script) => ({ script }))), /Stuck/);
});

import { equal, ok, throws } from "node:assert/strict";
import {
  AGAIN,
  FREE,
  giveBack,
  MUTEX_MARK,
  ownerOf,
  RESERVED,
  STARVING,
  take,
  WORD,
} from "../../lib/sync/mutex.ts";
import { load, type Steps, store, swap, wakeUp } from "../../lib/sync/steps.ts";
import { type Actor, explore, note, type Script } from "./checker.ts";

const NOBODY_HAS_IT = [FREE, 0, 0, 0];

interface Turns {
  readonly me: number;
  readonly rounds?: number;
  readonly release?: () => Steps<unknown>;
}

/** Takes the lock and gives it back, some times. */
function taker(
  { me, rounds = 1, release = giveBack }: Turns,
): (() => Script)[] {
  const round = [() => enter(me), () => leave(release)];
  return Array.from({ length: rounds }, () => round).flat();
}

function* enter(me: number): Script {
  const taking = yield* take({ me }) as Generator<never, string, number>;
  if (taking === "left") return "stop";
  yield note("inside");
}

function* leave(release: () => Steps<unknown> = giveBack): Script {
  // Whoever is let in beside it would be seen before this step.
  yield load(AGAIN);
  yield note("outside");
  yield* release() as Generator<never>;
}

function oneAtATime(notes: readonly (string | null)[]): void {
  const inside = notes.filter((one) => one === "inside").length;
  ok(inside <= 1, `${inside} hold the lock at once`);
}

function isFreeAtLast(words: readonly number[]): void {
  equal(ownerOf(words[WORD]!), 0);
}

function lockModel(actors: readonly Actor[], words = NOBODY_HAS_IT) {
  return { words, actors, check: oneAtATime, end: isFreeAtLast };
}

Deno.test("the lock: three takers, any order, one at a time and none stuck", () => {
  const actors = [1, 2, 3].map((me) => ({ script: taker({ me }) }));
  const { states, ends } = explore(lockModel(actors));
  ok(states > 1_000 && ends > 0, `${states}`);
});

Deno.test("the lock: two takers, three rounds each", () => {
  const actors = [1, 2].map((me) => ({ script: taker({ me, rounds: 3 }) }));
  explore(lockModel(actors));
});

Deno.test("the lock: who gives up takes no wake-up away from the others", () => {
  explore(lockModel([
    { script: taker({ me: 1, rounds: 2 }) },
    { script: taker({ me: 2 }), givesUp: 1 },
    { script: taker({ me: 3 }) },
  ]));
});

Deno.test("the lock: a starving one that gives up leaves no reservation behind", () => {
  for (const word of [FREE, RESERVED, 1 | MUTEX_MARK, 1]) {
    const isHeld = ownerOf(word) !== 0;
    explore(lockModel([
      ...(isHeld ? [{ script: () => giveBack() as unknown as Script }] : []),
      { script: starvingTaker(2, true), givesUp: 1 },
      { script: taker({ me: 3 }), looks: word === RESERVED ? 1 : 0 },
    ], [word, 0, 1, 0]));
  }
});

/** One that was overtaken so often that it is starving, as `take` has it then. */
function starvingTaker(me: number, leaves: boolean): (() => Script)[] {
  return [() => starving(me, leaves), leave];
}

function* starving(me: number, leaves: boolean): Script {
  const program = take({ me });
  // Each time it is woken it finds that the owner 9 was faster.
  let sleeps = 0;
  let next = program.next(0);
  while (next.done !== true && sleeps < 5) {
    const { operation } = next.value;
    if (operation === "sleep") sleeps++;
    next = program.next(operation === "swap" ? 9 | MUTEX_MARK : 0);
  }
  while (next.done !== true) next = program.next(yield next.value);
  if (next.value === "left") {
    ok(leaves);
    return "stop";
  }
  yield note("inside");
}

Deno.test("the lock: a reservation finds a taker", () => {
  explore(lockModel([
    { script: () => giveBack() as unknown as Script },
    { script: starvingTaker(2, false) },
    { script: taker({ me: 3 }) },
  ], [1 | MUTEX_MARK, 0, 1, 0]));
});

Deno.test("the lock: who comes after one that died with it takes it over", () => {
  const inherited = new Set<string>();
  function* inherit(me: number): Script {
    inherited.add(yield* take({ me }) as Generator<never, string, number>);
    yield note("inside");
  }
  explore({
    ...lockModel([
      { script: taker({ me: 1 }), mayDieAs: 1 },
      { script: [() => inherit(2), leave], looks: 2 },
      { script: [() => inherit(3), leave], looks: 2 },
    ]),
    // The last one may have died with it.
    end: (words) => ok([0, 1].includes(ownerOf(words[WORD]!))),
  });
  ok(inherited.has("inherited") && inherited.has("taken"));
});

Deno.test("the lock: a red control that wakes nobody is found", () => {
  function* silent(): Steps<void> {
    const seen = yield load(WORD);
    yield swap(WORD, seen, FREE);
  }
  const actors = [1, 2].map((me) => ({
    script: taker({ me, release: silent }),
  }));
  throws(() => explore(lockModel(actors)), /Stuck/);
});

Deno.test("the lock: a red control that forgets the mark is found", () => {
  // As if a woken taker took the lock without the mark for those still asleep.
  function* forgetful(me: number): Steps<string> {
    for (;;) {
      const seen = yield swap(WORD, FREE, me);
      if (seen === FREE) return "taken";
      const marked = seen | MUTEX_MARK;
      if (seen !== marked && (yield swap(WORD, seen, marked)) !== seen) {
        continue;
      }
      yield { operation: "sleep", at: WORD, a: marked, b: 0 };
    }
  }
  const actors = [1, 2, 3].map((me) => ({
    script: function* (): Script {
      yield* forgetful(me) as Generator<never>;
      yield* giveBack() as Generator<never>;
    },
  }));
  throws(() => explore(lockModel(actors)), /Stuck/);
});

Deno.test("the lock: a red control that lets two in is found", () => {
  function* rash(me: number): Steps<boolean> {
    // The look and the taking are two steps.
    if (ownerOf(yield load(WORD)) !== 0) return false;
    yield store(WORD, me);
    return true;
  }
  const actors = [1, 2].map((me) => ({
    script: function* (): Script {
      if (!(yield* rash(me) as Generator<never, boolean, number>)) return;
      yield note("inside");
      yield load(AGAIN);
      yield note("outside");
      yield store(WORD, FREE);
    },
  }));
  throws(() => explore(lockModel(actors)), /hold the lock at once/);
});

Deno.test("the lock: a red control whose releaser does not read STARVING again is found", () => {
  function* careless(): Steps<void> {
    const next = (yield load(STARVING)) === 0 ? FREE : RESERVED;
    yield swap(WORD, 1 | MUTEX_MARK, next);
    yield wakeUp(WORD, 1);
  }
  throws(() =>
    explore(lockModel([
      { script: () => careless() as unknown as Script },
      { script: starvingTaker(2, true), givesUp: 1 },
      { script: taker({ me: 3 }) },
    ], [1 | MUTEX_MARK, 0, 1, 0])), /Stuck/);
});

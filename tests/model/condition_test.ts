import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { giveBack, MUTEX_BYTES, ownerOf, take } from "../../lib/sync/mutex.ts";
import { load, patient, type Steps, store } from "../../lib/sync/steps.ts";
import {
  awaitNotified,
  enter,
  notify,
  type Waiter,
} from "../../lib/sync/condition_state.ts";
import { type Actor, explore, note, type Script, shifted } from "./checker.ts";

// The words: a lock, a number that the condition is about, and the condition.
const NUMBER = MUTEX_BYTES / 4;
const CONDITION = NUMBER + 1;
const SLOTS = 3;
const WORDS = Array.from({ length: CONDITION + 2 + 2 * SLOTS }, () => 0);

type Untyped<R> = Generator<never, R, number>;

function* on<R>(program: Steps<R>): Untyped<R> {
  return yield* shifted(program, CONDITION) as Untyped<R>;
}

function* lock(me: number): Untyped<void> {
  yield* patient(take({ me })) as Untyped<string>;
}

function* unlock(): Untyped<void> {
  yield* giveBack() as Untyped<boolean>;
}

/** As Condition.wait(), the sleep of the taking back being one without limit. */
function* wait(me: number, waiting = awaitNotified): Untyped<boolean> {
  const waiter = yield* on(enter(me));
  yield* unlock();
  const isNotified = yield* on(waiting(waiter as Waiter));
  yield* lock(me);
  return isNotified;
}

/** Waits until there is one, and takes it. */
function* consume(me: number): Script {
  while ((yield load(NUMBER)) === 0) yield* wait(me);
  yield store(NUMBER, (yield load(NUMBER)) - 1);
}

function consumer(me: number): (() => Script)[] {
  return [() => lock(me), () => consume(me), unlock];
}

/** Waits once for a notification. */
function waiter(me: number): (() => Script)[] {
  return [
    () => lock(me),
    function* () {
      yield note((yield* wait(me)) ? "notified" : "gave up");
    },
    unlock,
  ];
}

function producer(me: number, count: number): (() => Script)[] {
  return [
    () => lock(me),
    function* () {
      yield store(NUMBER, (yield load(NUMBER)) + count);
      yield* on(notify(count));
    },
    unlock,
  ];
}

function isFree(words: readonly number[]): void {
  equal(ownerOf(words[0]!), 0);
}

function modelOf(actors: readonly Actor[]) {
  return { words: WORDS, actors, end: isFree };
}

Deno.test("the condition: a consumer always gets what the producer made", () => {
  const { states } = explore(modelOf([
    { script: consumer(1) },
    { script: producer(2, 1) },
  ]));
  ok(states > 200, `${states}`);
});

/** Who wait already, at the start. */
function waiting(...owners: number[]): number[] {
  const words = [...WORDS];
  words[CONDITION] = owners.length;
  words[CONDITION + 1] = owners.length;
  for (const [slot, owner] of owners.entries()) {
    words[CONDITION + 2 + 2 * slot] = owner;
    words[CONDITION + 3 + 2 * slot] = slot + 1;
  }
  return words;
}

function waitsAt(slot: number): Script {
  return function* (): Script {
    const mine = { at: 3 + 2 * slot, ticket: slot + 1 };
    const isNotified = yield* on(awaitNotified(mine));
    yield note(isNotified ? "notified" : "gave up");
  }();
}

Deno.test("the condition: two consumers and two notifications", () => {
  explore(modelOf([
    { script: consumer(1) },
    { script: consumer(2) },
    { script: producer(3, 2) },
  ]));
});

Deno.test("the condition: two who wait, and two notifications", () => {
  const fed = (slot: number) => [
    () => waitsAt(slot),
    () => lock(slot + 1),
    () => consume(slot + 1),
    unlock,
  ];
  explore({
    words: waiting(1, 2),
    actors: [
      { script: fed(0) },
      { script: fed(1) },
      { script: producer(3, 2) },
    ],
    end(words) {
      isFree(words);
      equal(words[NUMBER], 0);
    },
  });
});

/** Notifies one; says whether it told somebody. */
function* tellOne(): Script {
  const program = shifted(notify(1), CONDITION);
  let next = program.next(0);
  while (next.done !== true) {
    const isWakeUp = next.value.operation === "wake";
    next = program.next(yield next.value);
    if (isWakeUp) yield note("told");
  }
}

Deno.test("the condition: who was told says so, also if it gave up at that moment", () => {
  explore({
    words: waiting(1, 2),
    actors: [
      { script: () => waitsAt(0), givesUp: 1 },
      { script: () => waitsAt(1), givesUp: 1 },
      { script: tellOne },
    ],
    end(_words, notes) {
      const count = notes.filter((one) => one === "notified").length;
      equal(count, notes[2] === "told" ? 1 : 0);
    },
  });
});

Deno.test("the condition: who is dead already is passed over at once", () => {
  explore({
    words: waiting(1, 2),
    dead: [1],
    actors: [
      { script: () => waitsAt(1) },
      { script: tellOne },
    ],
    end: (_words, notes) => deepEqual(notes, ["notified", "told"]),
  });
});

Deno.test("the condition: notify(1) lets the first go, and exactly one", () => {
  throws(() =>
    explore({
      words: waiting(1, 2),
      actors: [
        { script: () => waitsAt(0) },
        { script: () => waitsAt(1) },
        { script: () => shifted(notify(1), CONDITION) as unknown as Script },
      ],
    }), /Stuck: 0 is done, 1 sleeps/);
});

Deno.test("the condition: a dead waiter swallows no notification", () => {
  explore({
    words: waiting(1, 2),
    actors: [
      { script: () => waitsAt(0), mayDieAs: 1 },
      { script: () => waitsAt(1), looks: 2 },
      { script: () => shifted(notify(2), CONDITION) as unknown as Script },
    ],
  });
});

// The first is told, and dies before it sees that: the second, who looks around
// after that, gets it.
Deno.test("the condition: what the dead did not live to see goes to the next", () => {
  const words = waiting(1, 2);
  words[CONDITION + 3] = -1;
  explore({
    words,
    dead: [1],
    actors: [{ script: () => waitsAt(1), looks: 1 }],
    end: (_words, notes) => equal(notes[0], "notified"),
  });
});

Deno.test("the condition: who gives up holds the lock again", () => {
  const outcomes = new Set<string>();
  explore({
    ...modelOf([
      { script: waiter(1), givesUp: 1 },
      { script: producer(2, 1) },
    ]),
    check: (notes) => outcomes.add(`${notes[0]}`),
  });
  ok(outcomes.has("notified") && outcomes.has("gave up"));
});

Deno.test("the condition: a red control that lets go before it enters is found", () => {
  const late = function* (): Script {
    yield* lock(1);
    while ((yield load(NUMBER)) === 0) {
      yield* unlock();
      const waiter = yield* on(enter(1));
      yield* on(awaitNotified(waiter as Waiter));
      yield* lock(1);
    }
    yield* unlock();
  };
  throws(
    () => explore(modelOf([{ script: late }, { script: producer(2, 1) }])),
    /Stuck/,
  );
});

Deno.test("the condition: a red control that gives up without a look is found", () => {
  // Empties its slot with a store, and so forgets that it was notified.
  function* careless({ at, ticket }: Waiter): Steps<boolean> {
    for (;;) {
      const outcome = yield { operation: "sleep", at, a: ticket, b: 0 };
      if (outcome === 2) {
        yield store(at, 0);
        return false;
      }
      if ((yield load(at)) !== ticket) break;
    }
    yield store(at, 0);
    return true;
  }
  throws(() =>
    explore({
      words: waiting(1, 2),
      actors: [
        {
          script: function* () {
            const isNotified = yield* on(careless({ at: 3, ticket: 1 }));
            yield note(isNotified ? "notified" : "gave up");
          },
          givesUp: 1,
        },
        { script: () => waitsAt(1), givesUp: 1 },
        { script: tellOne },
      ],
      end(_words, notes) {
        const count = notes.filter((one) => one === "notified").length;
        equal(count, notes[2] === "told" ? 1 : 0, "lost");
      },
    }), /lost/);
});

import { equal, ok, throws } from "node:assert/strict";
import {
  addPermit,
  BOUND,
  PERMITS_MAX,
  permitsOf,
  takePermit,
  VALUE,
} from "../../lib/sync/semaphore_state.ts";
import { load, type Steps, swap } from "../../lib/sync/steps.ts";
import { type Actor, explore, note, type Script } from "./checker.ts";

function taker(
  rounds = 1,
  give = () => addPermit(PERMITS_MAX),
): (() => Script)[] {
  const round = [enter, () => leave(give)];
  return Array.from({ length: rounds }, () => round).flat();
}

function* enter(): Script {
  const isTaken = yield* takePermit() as Generator<never, boolean, number>;
  if (!isTaken) return "stop";
  yield note("inside");
}

function* leave(give: () => Steps<unknown>): Script {
  yield load(BOUND);
  yield note("outside");
  yield* give() as Generator<never>;
}

function modelOf(permits: number, actors: readonly Actor[], atLast = permits) {
  return {
    words: [permits, 0, PERMITS_MAX, 0],
    actors,
    check(notes: readonly (string | null)[]): void {
      const inside = notes.filter((one) => one === "inside").length;
      ok(inside <= permits, `${inside} have one of ${permits} permits`);
    },
    end(words: readonly number[]): void {
      equal(permitsOf(words[VALUE]!), atLast);
    },
  };
}

for (const permits of [1, 2]) {
  Deno.test(`the semaphore: three takers of ${permits}, any order`, () => {
    const actors = [1, 2, 3].map(() => ({ script: taker() }));
    const { states } = explore(modelOf(permits, actors));
    ok(states > 500, `${states}`);
  });
}

Deno.test("the semaphore: two takers, three rounds each", () => {
  explore(modelOf(1, [{ script: taker(3) }, { script: taker(3) }]));
});

Deno.test("the semaphore: a permit that comes as the time runs out is not lost", () => {
  explore(modelOf(1, [
    { script: taker(2) },
    { script: taker(), givesUp: 1 },
    { script: taker() },
  ]));
});

// Two are given at once while two sleep: the second giver finds no mark any more,
// so who is woken must wake the other.
Deno.test("the semaphore: two permits for two who sleep wake both", () => {
  const give = () => addPermit(PERMITS_MAX) as unknown as Script;
  const take = () => takePermit() as unknown as Script;
  const actors = [take, take, give, give].map((script) => ({ script }));
  explore({ ...modelOf(0, actors, 0), check: () => {} });
});

Deno.test("the semaphore: a bounded one never has more than its bound", () => {
  const refused = new Set<boolean>();
  const give = function* (): Script {
    refused.add(
      yield* addPermit(2) as Generator<never, boolean, number>,
    );
  };
  const actors = [give, give].map((script) => ({ script }));
  explore({ ...modelOf(1, actors, 2), check: () => {} });
  ok(refused.has(false) && refused.has(true));
});

Deno.test("the semaphore: a red control whose woken taker wakes no other is found", () => {
  // As takePermit(), but without the wake-up for those whose mark it found gone.
  function* selfish(): Steps<boolean> {
    const program = takePermit();
    let { done, value } = program.next(0);
    while (!done) {
      const step = value as Exclude<typeof value, boolean>;
      const result = step.operation === "wake" ? 0 : yield step;
      ({ done, value } = program.next(result));
    }
    return true;
  }
  const give = () => addPermit(PERMITS_MAX) as unknown as Script;
  const take = () => selfish() as unknown as Script;
  const actors = [take, take, give, give].map((script) => ({ script }));
  throws(
    () => explore({ ...modelOf(0, actors, 0), check: () => {} }),
    /Stuck/,
  );
});

Deno.test("the semaphore: a red control that gives without a wake-up is found", () => {
  function* silent(): Steps<void> {
    const seen = yield load(VALUE);
    yield swap(VALUE, seen, permitsOf(seen) + 1);
  }
  const actors = [1, 2].map(() => ({ script: taker(1, silent as never) }));
  throws(() => explore(modelOf(1, actors)), /Stuck|must be|equal/);
});

import { equal, ok, throws } from "node:assert/strict";
import { awaitRaised } from "../../lib/sync/event.ts";
import { load, swap, WAKE_ALL, wakeUp } from "../../lib/sync/steps.ts";
import { type Actor, explore, note, type Script } from "./checker.ts";

const FLAG = 0;

/** As `set()` and `clear()` do it, which need no program. */
function* change(isRaised: boolean, wakes: boolean): Script {
  for (;;) {
    const seen = yield load(FLAG);
    if ((seen & 1) === Number(isRaised)) return;
    if ((yield swap(FLAG, seen, seen + 1)) !== seen) continue;
    if (wakes) yield wakeUp(FLAG, WAKE_ALL);
    return;
  }
}

const set = () => change(true, true);
const clear = () => change(false, false);

function* waits(): Script {
  const isRaised = yield* awaitRaised() as Generator<never, boolean, number>;
  yield note(String(isRaised));
}

function eventModel(actors: readonly Actor[]) {
  return { words: [0, 0], actors };
}

Deno.test("the event: set() lets all go, and a wait that comes after goes on at once", () => {
  explore({
    ...eventModel([{ script: waits }, { script: waits }, { script: set }]),
    end: (_, [one, other]) => ok(one === "true" && other === "true"),
  });
});

Deno.test("the event: set() and clear() let go all that waited by then", () => {
  const ends = new Set<string>();
  explore({
    ...eventModel([
      { script: waits, givesUp: 1 },
      { script: [set, clear, set] },
      { script: [clear] },
    ]),
    end: (words, [one]) => {
      // Whoever was last, the flag is what that one made of it.
      ok([1, 2, 3, 4].includes(words[FLAG]!));
      ends.add(String(one));
    },
  });
  equal([...ends].sort().join(), "false,true");
});

Deno.test("the event: a red control that raises the flag in silence is found", () => {
  const silent = () => change(true, false);
  throws(
    () => explore(eventModel([{ script: waits }, { script: silent }])),
    /Stuck/,
  );
});

Deno.test("the event: a red control that wakes one only is found", () => {
  function* single(): Script {
    yield swap(FLAG, 0, 1);
    yield wakeUp(FLAG, 1);
  }
  const actors = [waits, waits, single].map((script) => ({ script }));
  throws(() => explore(eventModel(actors)), /Stuck/);
});

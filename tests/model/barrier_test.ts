import { equal, ok, throws } from "node:assert/strict";
import { ownerOf, WORD } from "../../lib/sync/mutex.ts";
import {
  arrive,
  awaitRound,
  type BarrierArrival,
  barrierBytes,
  breakBarrier,
  COUNT,
  FILLING,
  finish,
  HAS_ACTION,
  MODE,
  PARTIES,
  resetBarrier,
} from "../../lib/sync/barrier_state.ts";
import { type Steps, store } from "../../lib/sync/steps.ts";
import { type Actor, explore, note, type Script } from "./checker.ts";

interface Comes {
  readonly me: number;
  readonly canAct?: boolean;
  readonly hasCopy?: boolean;
  /** Whether its action is done, or throws. */
  readonly isDone?: boolean;
}

function* comes(
  { me, canAct = false, hasCopy = false, isDone = true }: Comes,
): Script {
  const self = { me };
  let { arrival } = yield* arrive({ self, canAct, hasCopy }) as Generator<
    never,
    { arrival: BarrierArrival },
    number
  >;
  if (arrival.kind === "wait") {
    arrival = yield* awaitRound(self, arrival.slot) as Generator<
      never,
      BarrierArrival,
      number
    >;
  }
  if (arrival.kind !== "act") return yield* says(arrival.kind);
  const isMine = yield* finish(self, isDone) as Generator<
    never,
    boolean,
    number
  >;
  const passed = hasCopy ? "copied" : "passed";
  yield* says(isMine && isDone ? passed : "broken");
}

function* says(kind: string): Script {
  yield note(kind);
}

function runs(program: () => Steps<unknown>): () => Script {
  return program as unknown as () => Script;
}

function wordsOf(parties: number): number[] {
  const words = Array.from({ length: barrierBytes(parties) / 4 }, () => 0);
  words[PARTIES] = parties;
  return words;
}

function barrierModel(parties: number, actors: readonly Actor[]) {
  return { words: wordsOf(parties), actors };
}

/** Nobody is in the middle of anything. */
function isQuiet(words: readonly number[]): void {
  equal(ownerOf(words[WORD]!), 0);
  equal(words[COUNT], 0);
}

function allPass(words: readonly number[], notes: readonly unknown[]): void {
  isQuiet(words);
  equal(words[MODE], FILLING);
  ok(notes.every((one) => one === "passed"), `${notes}`);
}

function allAlike(words: readonly number[], notes: readonly unknown[]): void {
  isQuiet(words);
  ok(notes.every((one) => one === notes[0]), `${notes}`);
  equal(words[MODE] === FILLING, notes[0] === "passed");
}

Deno.test("the barrier: two pass, any order, round after round", () => {
  const round = (me: number) => () => comes({ me });
  const found = explore({
    ...barrierModel(2, [
      { script: [round(1), round(1)] },
      { script: [round(2), round(2)] },
    ]),
    end: allPass,
  });
  ok(found.states > 1_000, `${found.states}`);
});

/** As if some had come already, and know nothing yet of how their round ends. */
function withPlaces(
  words: number[],
  places: readonly { readonly owner: number; readonly state: number }[],
): void {
  const first = words.length - 2 * words[PARTIES]!;
  for (const [place, { owner, state }] of places.entries()) {
    words[first + 2 * place] = owner;
    words[first + 2 * place + 1] = state;
  }
}

const WAITING = 1;
const PASSED = 4;

function* waits(me: number, place: number): Script {
  const { kind } = yield* awaitRound({ me }, place) as Generator<
    never,
    BarrierArrival,
    number
  >;
  yield* says(kind);
}

Deno.test("the barrier: the last of three lets two go", () => {
  const model = barrierModel(3, [
    { script: () => waits(1, 0) },
    { script: () => comes({ me: 2 }) },
    { script: () => comes({ me: 3 }) },
  ]);
  withPlaces(model.words, [{ owner: 1, state: WAITING }]);
  model.words[COUNT] = 1;
  explore({ ...model, end: allPass });
});

// One of the round before has been let go and has not looked yet.
Deno.test("the barrier: who finds no place gets the one that is left late", () => {
  const model = barrierModel(2, [
    { script: () => waits(1, 0) },
    { script: () => comes({ me: 2 }) },
    { script: () => comes({ me: 3 }) },
  ]);
  withPlaces(model.words, [{ owner: 1, state: PASSED }]);
  explore({ ...model, end: allPass });
});

Deno.test("the barrier: where one gives up, all pass or nobody does", () => {
  const actors = [1, 2].map((me) => ({
    script: () => comes({ me }),
    givesUp: 1,
  }));
  explore({ ...barrierModel(2, actors), end: allAlike });
});

Deno.test("the barrier: the action is run by one who has it, before any is let go", () => {
  for (const isDone of [true, false]) {
    const model = barrierModel(2, [
      { script: () => comes({ me: 1, canAct: true, isDone }) },
      { script: () => comes({ me: 2 }) },
    ]);
    model.words[HAS_ACTION] = 1;
    explore({ ...model, end: isDone ? allPass : allAlike });
  }
});

Deno.test("the barrier: a copy is run once, and only where nobody has the action", () => {
  for (const canAct of [false, true]) {
    const model = barrierModel(2, [
      { script: () => comes({ me: 1, canAct, hasCopy: !canAct }) },
      { script: () => comes({ me: 2, hasCopy: true }) },
    ]);
    model.words[HAS_ACTION] = 1;
    explore({
      ...model,
      end(_words, notes) {
        const copies = notes.filter((what) => what === "copied");
        equal(copies.length, canAct ? 0 : 1);
        ok(!notes.includes("broken"));
      },
    });
  }
});

Deno.test("the barrier: one that came and dies is missed by all, or by none", () => {
  const ends = new Set<unknown>();
  const model = barrierModel(3, [
    { script: () => waits(1, 0), mayDieAs: 1 },
    { script: () => waits(2, 1), looks: 2 },
    { script: () => comes({ me: 3 }), looks: 2 },
  ]);
  const places = [1, 2].map((owner) => ({ owner, state: WAITING }));
  withPlaces(model.words, places);
  model.words[COUNT] = 2;
  explore({
    ...model,
    end(words, [_dead, ...living]) {
      allAlike(words, living);
      ends.add(living[0]);
    },
  });
  ok(ends.has("passed") && ends.has("broken"));
});

Deno.test("the barrier: who looks around finds the dead one, and is not stuck", () => {
  const model = barrierModel(3, [{ script: () => waits(2, 1), looks: 1 }]);
  const places = [1, 2].map((owner) => ({ owner, state: WAITING }));
  withPlaces(model.words, places);
  model.words[COUNT] = 2;
  explore({
    ...model,
    dead: [1],
    end: (_words, notes) => equal(notes[0], "broken"),
  });
});

Deno.test("the barrier: one that dies as it comes leaves nobody stuck who may give up", () => {
  const model = barrierModel(2, [
    { script: () => waits(1, 0), looks: 3, givesUp: 1 },
    { script: () => comes({ me: 2 }), mayDieAs: 2 },
  ]);
  withPlaces(model.words, [{ owner: 1, state: WAITING }]);
  model.words[COUNT] = 1;
  explore({
    ...model,
    end(_words, [living, dead]) {
      ok(living === "passed" || living === "broken", `${living}`);
      if (dead !== null) equal(living, dead);
    },
  });
});

Deno.test("the barrier: abort() and reset() let those go that wait", () => {
  for (const ends of [breakBarrier, resetBarrier]) {
    const model = barrierModel(3, [
      { script: () => waits(1, 0) },
      { script: () => waits(2, 1) },
      { script: runs(() => ends({ me: 3 })) },
    ]);
    const places = [1, 2].map((owner) => ({ owner, state: WAITING }));
    withPlaces(model.words, places);
    model.words[COUNT] = 2;
    explore({
      ...model,
      end(words, [one, other]) {
        isQuiet(words);
        equal(words[MODE] === FILLING, ends === resetBarrier);
        ok(one === "broken" && other === "broken", `${one} ${other}`);
      },
    });
  }
});

Deno.test("the barrier: a red control whose leaver tells nobody is found", () => {
  function* silent(): Steps<void> {
    yield store(barrierBytes(0) / 4 + 1, 0);
  }
  const model = barrierModel(2, [
    { script: runs(silent) },
    { script: () => comes({ me: 2 }) },
    { script: () => comes({ me: 3 }) },
  ]);
  withPlaces(model.words, [{ owner: 1, state: PASSED }]);
  throws(() => explore({ ...model }), /Stuck/);
});

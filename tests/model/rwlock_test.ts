import { equal, ok, throws } from "node:assert/strict";
import { giveBack, ownerOf, WORD } from "../../lib/sync/mutex.ts";
import { load, type Step, type Steps, store } from "../../lib/sync/steps.ts";
import {
  type Entry,
  leaveRead,
  read,
  readerAt,
  READERS_MAX,
  tryRead,
  write,
} from "../../lib/sync/rwlock_state.ts";
import { type Actor, explore, note, type Script } from "./checker.ts";

const OWNERS = [1, 2, 3];
const USED = readerAt(Math.max(...OWNERS)) + 1;

/** The same program, without looks at the words of readers that nobody is. */
function* brief<R>(program: Steps<R>): Steps<R> {
  let { done, value } = program.next(0);
  while (!done) {
    const step = value as Step;
    const isOthers = step.operation !== "isAlive" && step.at >= USED;
    ok(!isOthers || step.operation === "load");
    ({ done, value } = program.next(isOthers ? 0 : yield step));
  }
  return value as R;
}

function* reads(me: number): Script {
  let at = yield* tryRead(me) as Generator<never, number, number>;
  if (at < 0) ({ at } = yield* read({ me }) as Generator<never, Entry, number>);
  if (at < 0) return "stop";
  equal(at, readerAt(me % READERS_MAX));
  yield note("reading");
}

function* goes(
  me: number,
  leave: (at: number) => Steps<unknown> = leaveRead,
): Script {
  yield load(WORD);
  yield note("outside");
  yield* leave(readerAt(me)) as Generator<never>;
}

function reader(me: number): (() => Script)[] {
  return [() => reads(me), () => goes(me)];
}

function* writes(me: number): Script {
  const entry = yield* brief(write({ me })) as Generator<never, Entry, number>;
  if (entry.at < 0) return "stop";
  yield note("writing");
}

function* ends(): Script {
  yield load(WORD);
  yield note("outside");
  yield* giveBack() as Generator<never>;
}

function writer(me: number): (() => Script)[] {
  return [() => writes(me), ends];
}

function isWhole(notes: readonly (string | null)[]): void {
  const writing = notes.filter((one) => one === "writing").length;
  const reading = notes.filter((one) => one === "reading").length;
  ok(writing + Math.min(reading, 1) <= 1, `${notes}`);
}

function isFreeAtLast(words: readonly number[]): void {
  equal(ownerOf(words[WORD]!), 0);
  ok(OWNERS.every((me) => words[readerAt(me)] === 0));
}

function boardModel(actors: readonly Actor[]) {
  const words = Array.from({ length: USED }, () => 0);
  return { words, actors, check: isWhole, end: isFreeAtLast };
}

Deno.test("the board: two readers and a writer, any order, none stuck", () => {
  const found = explore(boardModel([
    { script: reader(1) },
    { script: reader(2) },
    { script: writer(3) },
  ]));
  ok(found.states > 1_000 && found.ends > 0, `${found.states}`);
});

Deno.test("the board: a reader and two writers, any order, none stuck", () => {
  explore(boardModel([
    { script: reader(1) },
    { script: writer(2) },
    { script: writer(3) },
  ]));
});

Deno.test("the board: who gives up shuts nobody out", () => {
  // The two readers are alike.
  for (const quitter of [0, 2]) {
    const scripts = [reader(1), reader(2), writer(3)];
    explore(boardModel(scripts.map((script, i) => ({
      script,
      givesUp: i === quitter ? 1 : 0,
    }))));
  }
  explore(boardModel([
    { script: reader(1) },
    { script: writer(2), givesUp: 1 },
    { script: writer(3) },
  ]));
});

Deno.test("the board: who comes after a dead reader or writer gets in", () => {
  for (const dying of [reader(1), writer(1)]) {
    for (const living of [reader(2), writer(2)]) {
      explore({
        ...boardModel([
          { script: dying, mayDieAs: 1 },
          { script: living, looks: 3 },
        ]),
        // The last one may have died inside.
        end: (words) => {
          ok([0, 1].includes(ownerOf(words[WORD]!)));
          equal(words[readerAt(2)], 0);
        },
      });
    }
  }
});

Deno.test("the board: a red control whose reader goes in silence is found", () => {
  function* silent(at: number): Steps<void> {
    yield store(at, 0);
  }
  const scripts = [() => reads(1), () => goes(1, silent)];
  throws(
    () => explore(boardModel([{ script: scripts }, { script: writer(2) }])),
    /Stuck/,
  );
});

Deno.test("the board: a red control whose reader looks before it writes itself down is found", () => {
  function* rash(me: number): Script {
    if ((yield load(WORD)) !== 0) return "stop";
    yield store(readerAt(me), me);
    yield note("reading");
  }
  const scripts = [() => rash(1), () => goes(1)];
  throws(
    () => explore(boardModel([{ script: scripts }, { script: writer(2) }])),
    /writing/,
  );
});

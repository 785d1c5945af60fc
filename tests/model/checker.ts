/**
 * Tries every order in which the steps of several programs can happen.
 *
 * The programs are those of `lib/sync/`, word for word. A state is what is in the
 * words, who sleeps where, and what each program was answered so far, as that
 * alone decides what it does next. States met before are not tried again, so the
 * search is complete and ends. A script in parts has fewer states: what a part was
 * answered is forgotten at its end.
 *
 * - A sleep and the look at the word before it are one step; a wake-up takes who
 *   fell asleep first.
 * - Nobody is ever woken for no reason and nobody looks around on his own, so a
 *   wake-up that is lost leaves its sleeper asleep for good and is found.
 * - An actor that may give up does so at any of its sleeps, also when the wake-up
 *   has already been sent.
 *
 * @module
 */

import {
  CHECK_LIVENESS,
  GIVE_UP,
  PATIENT,
  type Step,
  type Steps,
  WOKEN,
} from "../../lib/sync/steps.ts";

/** Marks a point of an actor: "enter", "leave"; costs no step. */
export interface Note {
  readonly note: string;
}

/**
 * What an actor runs: steps of the library, and notes of the test. `"stop"` leaves
 * out the parts that follow.
 */
export type Script = Generator<Step | Note, void | "stop", number>;

/** Who takes part. */
export interface Actor {
  /** What it does; called anew for every state, so it must not keep anything. */
  readonly script: (() => Script) | readonly (() => Script)[];
  /** How many of its sleeps may end by giving up. */
  readonly givesUp?: number;
  /** How many of its sleeps may end by a look around. */
  readonly looks?: number;
  /** Whether it may die at any step, and under which owner id it is known. */
  readonly mayDieAs?: number;
}

/** What is checked. */
export interface Model {
  readonly words: readonly number[];
  readonly actors: readonly Actor[];
  /** Looks at each state: throws if it must not be. */
  readonly check?: (notes: readonly (string | null)[]) => void;
  /** Looks at the end: throws if it must not be. */
  readonly end?: (
    words: readonly number[],
    notes: readonly (string | null)[],
  ) => void;
  /** Owners that are dead from the start. */
  readonly dead?: readonly number[];
}

interface State {
  words: number[];
  /** The part that each is at, and its last note. */
  parts: number[];
  notes: (string | null)[];
  answers: number[][];
  /** Where each sleeps, -1 for nobody. */
  asleepAt: number[];
  /** Who fell asleep before whom. */
  queue: number[];
  givesUp: number[];
  looks: number[];
  dead: number[];
  gone: boolean[];
}

/** What an actor wants to do; null at its end. */
type Pending = Step | null;

/** The most states that a model may have; more are a mistake in the model. */
const STATES_MAX = 3_000_000;

/** What a search has found. */
export interface Found {
  readonly states: number;
  readonly ends: number;
}

function partsOf({ script }: Actor): readonly (() => Script)[] {
  return typeof script === "function" ? [script] : script;
}

/** Runs a script up to the step that comes next; notes what it says. */
function pendingOf(state: State, index: number, actor: Actor): Step | null {
  const parts = partsOf(actor);
  while (state.parts[index]! < parts.length) {
    const step = replay(state, index, parts[state.parts[index]!]!());
    if (typeof step === "object") return step;
    // What comes after does not depend on what was answered.
    state.answers[index] = [];
    state.parts[index] = step === "stop"
      ? parts.length
      : state.parts[index]! + 1;
  }
  return null;
}

function replay(state: State, index: number, script: Script): Step | string {
  const answers = state.answers[index]!;
  let answered = 0;
  let next = script.next(0);
  while (next.done !== true) {
    if ("note" in next.value) {
      state.notes[index] = next.value.note;
      next = script.next(0);
    } else if (answered < answers.length) {
      next = script.next(answers[answered++]!);
    } else return next.value;
  }
  return next.value ?? "done";
}

class Search {
  readonly #model: Model;
  readonly #seen = new Set<string>();
  #ends = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  run(): Found {
    const { words, actors, dead } = this.#model;
    const stack: State[] = [{
      words: [...words],
      parts: actors.map(() => 0),
      notes: actors.map(() => null),
      answers: actors.map(() => []),
      asleepAt: actors.map(() => -1),
      queue: [],
      givesUp: actors.map(({ givesUp }) => givesUp ?? 0),
      looks: actors.map(({ looks }) => looks ?? 0),
      dead: [...dead ?? []],
      gone: actors.map(() => false),
    }];
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      const pending = actors.map((actor, i) => pendingOf(state!, i, actor));
      const key = JSON.stringify(Object.values(state));
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      if (this.#seen.size > STATES_MAX) throw new Error("Too many states");
      stack.push(...this.#after(state, pending));
    }
    return { states: this.#seen.size, ends: this.#ends };
  }

  #after(state: State, pending: readonly Pending[]): State[] {
    const { actors } = this.#model;
    const notes = state.notes.map((note, i) => state.gone[i] ? null : note);
    this.#model.check?.(notes);
    // Where somebody may die nobody looks before, as his looks are counted.
    const mayLook = state.dead.length > 0 ||
      actors.every(({ mayDieAs }) => mayDieAs === undefined);
    const next = actors.flatMap((_, i) =>
      movesOf(state, i, pending[i]!, mayLook)
    );
    const isOver = pending.every((step, i) => step === null || state.gone[i]);
    if (isOver) {
      this.#ends++;
      this.#model.end?.(state.words, notes);
    } else if (next.length === 0) {
      const words = state.words.join(" ");
      throw new Error(`Stuck: ${describe(state, pending)}, words ${words}`);
    }
    return next.concat(
      ...actors.map((actor, i) => deathOf(state, i, actor, pending[i]!)),
    );
  }
}

function describe(state: State, pending: readonly Pending[]): string {
  return pending.map((step, i) =>
    step === null
      ? `${i} is done`
      : state.asleepAt[i]! >= 0
      ? `${i} sleeps on ${state.asleepAt[i]}`
      : `${i} is about to ${step.operation}`
  ).join(", ");
}

function copyOf(state: State): State {
  return {
    words: [...state.words],
    parts: [...state.parts],
    notes: [...state.notes],
    answers: [...state.answers],
    asleepAt: [...state.asleepAt],
    queue: [...state.queue],
    givesUp: [...state.givesUp],
    looks: [...state.looks],
    dead: [...state.dead],
    gone: [...state.gone],
  };
}

function answer(state: State, actor: number, number: number): State {
  state.answers[actor] = [...state.answers[actor]!, number];
  return state;
}

function wakeOne(state: State, at: number): boolean {
  const index = state.queue.findIndex((one) => state.asleepAt[one] === at);
  if (index < 0) return false;
  const [woken] = state.queue.splice(index, 1);
  state.asleepAt[woken!] = -1;
  // Dead men are woken too, if they died while they slept: nothing comes of it.
  answer(state, woken!, WOKEN);
  return true;
}

/** The states that one move of an actor leads to. */
function movesOf(
  state: State,
  actor: number,
  step: Pending,
  mayLook: boolean,
): State[] {
  if (step === null || state.gone[actor]) return [];
  if (state.asleepAt[actor]! >= 0) return wakesOf(state, actor, step, mayLook);
  if (step.operation === "sleep") return sleepsOf(state, actor, step);
  const next = copyOf(state);
  return [answer(next, actor, perform(next, step))];
}

function sleepsOf(state: State, actor: number, { at, a }: Step): State[] {
  const next = copyOf(state);
  if (state.words[at] !== a) return [answer(next, actor, WOKEN)];
  next.asleepAt[actor] = at;
  next.queue.push(actor);
  return [next];
}

/** How a sleep ends that nobody ends from outside. */
function wakesOf(
  state: State,
  actor: number,
  { b }: Step,
  mayLook: boolean,
): State[] {
  const moves: State[] = [];
  for (
    const [left, outcome] of [["givesUp", GIVE_UP], [
      "looks",
      CHECK_LIVENESS,
    ]] as const
  ) {
    if (state[left][actor] === 0) continue;
    if (outcome === GIVE_UP && b === PATIENT) continue;
    if (outcome === CHECK_LIVENESS && !mayLook) continue;
    const next = copyOf(state);
    next[left][actor]!--;
    next.asleepAt[actor] = -1;
    next.queue = next.queue.filter((one) => one !== actor);
    moves.push(answer(next, actor, outcome));
  }
  return moves;
}

function deathOf(
  state: State,
  index: number,
  { mayDieAs }: Actor,
  step: Pending,
): State[] {
  if (mayDieAs === undefined || state.gone[index] || step === null) return [];
  const next = copyOf(state);
  next.gone[index] = true;
  next.dead.push(mayDieAs);
  // The kernel takes the dead off the word they slept on.
  next.queue = next.queue.filter((one) => one !== index);
  next.asleepAt[index] = -1;
  return [next];
}

function perform(state: State, { operation, at, a, b }: Step): number {
  const { words } = state;
  const seen = words[at]!;
  switch (operation) {
    case "load":
      return seen;
    case "store":
      words[at] = a;
      return a;
    case "swap":
      if (seen === a) words[at] = b;
      return seen;
    case "add":
      words[at] = seen + a | 0;
      return seen;
    case "or":
      words[at] = seen | a;
      return seen;
    case "wake":
      for (let woken = 0; woken < a && wakeOne(state, at); woken++);
      return 0;
    case "isAlive":
      return Number(!state.dead.includes(at));
    case "spin":
      return 0;
    case "sleep":
      throw new Error("A sleep is no such step");
  }
}

/** Tries every order; throws at the first that breaks a rule. */
export function explore(model: Model): Found {
  return new Search(model).run();
}

/** Runs a program on words that begin at `offset`. */
export function* shifted<R>(
  program: Steps<R>,
  offset: number,
): Steps<R> {
  let { done, value } = program.next(0);
  while (!done) {
    const step = value as Step;
    const at = step.operation === "isAlive" ? step.at : step.at + offset;
    ({ done, value } = program.next(yield { ...step, at }));
  }
  return value as R;
}

/** A note. */
export function note(text: string): Note {
  return { note: text };
}

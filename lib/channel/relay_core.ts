/**
 * A queue in memory that this process cannot see, reached through its parent.
 *
 * @module
 */

import { UnsupportedError } from "../base/errors.ts";
import { settles } from "../base/waiting.ts";
import type { Block, Place } from "../memory/block.ts";
import { LOOK_MS } from "../memory/long_sleep.ts";
import { prepareToBlock } from "../memory/futex.ts";
import { canMapAt } from "../memory/libc.ts";
import { FOREVER, type Limit } from "../sync/program.ts";
import { hooks } from "../wire/birth.ts";
import {
  type Destination,
  type RelayHandle,
  type RelayStop,
  reviveAny,
} from "../wire/handle.ts";
import { pack, type Packed, unpack } from "../wire/pack.ts";
import { giveAway, mayBeRefused, refusedEntry } from "../wire/transfer.ts";
import { parentPeer, type Peer } from "../wire/post.ts";
import { AT_ONCE, type QueueCore, type Taken } from "./queue_core.ts";
import {
  type Answer,
  type Ask,
  type Patience,
  postRelay,
  type Question,
  type ToAsker,
} from "./relay_mail.ts";
import { relayHandle } from "./relay_homes.ts";
import { leftAt, newSleeper, sleeperHandle, sleepFor } from "./relay_sleep.ts";
import { EMPTY, GONE, type Putting } from "./ring.ts";

/**
 * How long after the limit the parent may still answer. One that has not done so
 * by then is computing or blocks.
 */
const GRACE_MS = 100;

/** Waits for an answer. */
interface Waiting {
  readonly answered: PromiseWithResolvers<void>;
  answer: Answer | null;
}

// Invariant: what was asked and not answered, by number; null if nobody waits for
// the answer any more.
const asked = new Map<number, Waiting | null>();
let lastNumber = 0;
let lastLine = 0;

/** Takes an answer. */
export function takeAnswer({ number, answer }: ToAsker): void {
  const waiting = asked.get(number);
  asked.delete(number);
  if (answer.kind === "item") {
    // Whoever gave up gets nothing: then it is another one's.
    const kind = waiting ? "took" : "back";
    postRelay(parentPeer()!, { kind, number });
  }
  if (!waiting) return;
  waiting.answer = answer;
  waiting.answered.resolve();
}

/** Asks the parent. */
export class RelayCore implements QueueCore {
  readonly isFar = true;
  readonly maxCount: number;
  readonly #route: readonly RelayStop[];
  readonly #parent: Peer;
  #line = 0;

  /** Reaches the queue that a handle names. */
  constructor({ route, maxCount }: RelayHandle, parent: Peer) {
    this.#route = route;
    this.maxCount = maxCount;
    this.#parent = parent;
  }

  get key(): string {
    return this.#route.at(-1)!.name;
  }

  get count(): number {
    return this.#look().count;
  }

  get isShut(): boolean {
    return this.#look().isShut;
  }

  #look(): Extract<Answer, { kind: "seen" }> {
    return this.#askSync({ kind: "look" }, AT_ONCE) as never;
  }

  async put(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Promise<Putting> {
    const item = this.#packItem(value, transfer);
    const question: Question = { kind: "put", item, ms: patienceOf(limit) };
    const goesAsBytes = item instanceof Uint8Array;
    if (transfer !== undefined && goesAsBytes) giveAway(transfer);
    return puttingOf(await this.#ask(question, limit, transfer));
  }

  putSync(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Putting {
    const item = this.#packItem(value, transfer);
    const question: Question = { kind: "put", item, ms: patienceOf(limit) };
    if (transfer === undefined || !(item instanceof Uint8Array)) {
      return puttingOf(this.#askSync(question, limit, transfer));
    }
    // They stay where there is no room, unless it might turn out that one cannot go.
    const isBefore = mayBeRefused(transfer);
    if (isBefore) giveAway(transfer);
    const outcome = puttingOf(this.#askSync(question, limit));
    if (!isBefore && outcome !== "full") giveAway(transfer);
    return outcome;
  }

  async putBack(value: unknown): Promise<void> {
    const item = this.#packItem(value, undefined);
    await this.#ask({ kind: "putBack", item }, FOREVER);
  }

  #packItem(
    value: unknown,
    transfer: readonly Transferable[] | undefined,
  ): Packed {
    return pack(value, this.#parent.destination, "item", transfer);
  }

  async get(limit: Limit): Promise<Taken> {
    const question: Question = { kind: "get", ms: patienceOf(limit) };
    return takenOf(await this.#ask(question, limit));
  }

  getSync(limit: Limit): Taken {
    const question: Question = { kind: "get", ms: patienceOf(limit) };
    return takenOf(this.#askSync(question, limit));
  }

  async ready(limit: Limit): Promise<boolean> {
    const question: Question = { kind: "ready", ms: patienceOf(limit) };
    return isTrue(await this.#ask(question, limit));
  }

  taskDone(): boolean {
    if (!this.#canBlock) {
      this.#post({ kind: "taskDone" });
      return true;
    }
    return isTrue(this.#askSync({ kind: "taskDone" }, FOREVER));
  }

  async allDone(limit: Limit): Promise<boolean> {
    const question: Question = { kind: "allDone", ms: patienceOf(limit) };
    return isTrue(await this.#ask(question, limit));
  }

  allDoneSync(limit: Limit): boolean {
    const question: Question = { kind: "allDone", ms: patienceOf(limit) };
    return isTrue(this.#askSync(question, limit));
  }

  shut(dropped: boolean): void {
    this.#post({ kind: "shut", dropped });
  }

  handle(_destination: Destination, form: RelayHandle["form"]): RelayHandle {
    return relayHandle(this, form, this.#route);
  }

  #post(
    question: Question,
    sleeper: Block | null = null,
    transfer?: readonly Transferable[],
  ): number {
    if (this.#line === 0) {
      const line = this.#line = ++lastLine;
      postRelay(this.#parent, { kind: "open", line, route: this.#route });
    }
    const number = ++lastNumber;
    const ask: Ask = {
      kind: "ask",
      line: this.#line,
      number,
      question,
      sleeper: sleeper === null ? null : sleeperHandle(sleeper),
    };
    if (transfer === undefined || this.#parent.destination !== "isolate") {
      postRelay(this.#parent, ask);
    } else this.#postMoving(ask, transfer);
    return number;
  }

  #postMoving(ask: Ask, transfer: readonly Transferable[]): void {
    try {
      postRelay(this.#parent, ask, transfer);
    } catch (error) {
      throw refusedEntry(transfer, error) ?? error;
    }
  }

  #wait(
    question: Question,
    transfer?: readonly Transferable[],
  ): [number, Waiting] {
    const number = this.#post(question, null, transfer);
    const waiting: Waiting = {
      answered: Promise.withResolvers(),
      answer: null,
    };
    asked.set(number, waiting);
    return [number, waiting];
  }

  /** The answer, or null if there was none in time. */
  async #ask(
    question: Question,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Promise<Answer | null> {
    const [number, waiting] = this.#wait(question, transfer);
    const { promise } = waiting.answered;
    const endMs = endOf(question, limit);
    try {
      await settles(promise, endMs - performance.now(), limit.signal);
    } catch {
      postRelay(this.#parent, { kind: "cancel", number });
      const graceMs = isPatient(question, limit) ? Infinity : GRACE_MS;
      await settles(promise, graceMs, undefined);
    }
    return this.#answerOf(number, waiting);
  }

  #answerOf(number: number, { answer }: Waiting): Answer | null {
    if (answer === null) {
      asked.set(number, null);
      postRelay(this.#parent, { kind: "cancel", number });
    }
    return unlessFailed(answer);
  }

  get #canBlock(): boolean {
    return this.#sleepsAt !== null || hooks.takeSync !== null;
  }

  /** Which memory this process shares with its parent. */
  get #sleepsAt(): Place | null {
    const { destination } = this.#parent;
    if (destination === "isolate") return "local";
    return canMapAt(destination) ? "mapped" : null;
  }

  #askSync(
    question: Question,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Answer | null {
    const place = this.#sleepsAt;
    const endMs = endOf(question, limit);
    if (place !== null) {
      return this.#askAsleep(place, question, endMs, transfer);
    }
    const { takeSync } = hooks;
    if (takeSync === null) throw cannotBlock();
    const [number, waiting] = this.#wait(question, transfer);
    prepareToBlock();
    while (waiting.answer === null && performance.now() < endMs) {
      takeSync(Math.min(endMs - performance.now(), LOOK_MS));
    }
    return this.#answerOf(number, waiting);
  }

  /** Asks a parent that can leave the answer in shared memory. */
  #askAsleep(
    place: Place,
    question: Question,
    endMs: number,
    transfer: readonly Transferable[] | undefined,
  ): Answer | null {
    const sleeper = newSleeper(place);
    const number = this.#post(question, sleeper, transfer);
    if (!sleepFor(sleeper, number, endMs)) {
      // It may be there by now, or come.
      postRelay(this.#parent, { kind: "cancel", number });
      postRelay(this.#parent, { kind: "back", number });
      return null;
    }
    const answer = leftAt(sleeper);
    if (answer.kind === "item") {
      postRelay(this.#parent, { kind: "took", number });
    }
    return unlessFailed(answer);
  }
}

function patienceOf({ deadline }: Limit): Patience {
  return deadline === Infinity
    ? null
    : Math.max(0, deadline - performance.now());
}

/** Whether the answer must be known, however late. */
function isPatient({ kind }: Question, { deadline }: Limit): boolean {
  return kind === "put" || deadline === -Infinity;
}

/** Until when an answer is waited for. */
function endOf(question: Question, limit: Limit): number {
  return isPatient(question, limit) ? Infinity : limit.deadline + GRACE_MS;
}

function unlessFailed(answer: Answer | null): Answer | null {
  if (answer?.kind === "failed") throw unpack(answer.error, reviveAny);
  return answer;
}

function puttingOf(answer: Answer | null): Putting {
  return answer?.kind === "putting" ? answer.outcome : "full";
}

function takenOf(answer: Answer | null): Taken {
  if (answer?.kind === "item") return unpack(answer.item, reviveAny);
  return answer?.kind === "none" && answer.isOver ? GONE : EMPTY;
}

function isTrue(answer: Answer | null): boolean {
  return answer?.kind === "said" && answer.isTrue;
}

function cannotBlock(): UnsupportedError {
  return new UnsupportedError(
    "Cannot ask the queue at once as it is reached through the parent process, which this one hears in its event loop only: use the form that returns a promise, or pass the queue among the arguments of this process",
  );
}

/**
 * `RelayBackend`: a queue in memory that this process cannot map, reached through its
 * parent.
 *
 * @module
 */

import { UnsupportedError } from "../../base/errors.ts";
import { settles } from "../../base/timeouts.ts";
import type { Block, BlockPlace } from "../../memory/allocation/block.ts";
import { LIVENESS_CHECK_MS } from "../../memory/waiting/async_waiter.ts";
import { prepareToBlock } from "../../memory/waiting/futex.ts";
import { canMapAt } from "../../memory/system/libc.ts";
import { FOREVER, type Limit } from "../../sync/steps.ts";
import { hooks } from "../../wire/protocol/child_context.ts";
import {
  type Delivery,
  type Destination,
  rehydrateAny,
  type RelayHandle,
  type RelayStop,
} from "../../wire/serialization/handle.ts";
import { pack, type Packed, unpack } from "../../wire/serialization/pack.ts";
import {
  giveAway,
  mayBeRefused,
  refusedEntry,
} from "../../wire/serialization/transfer.ts";
import { parentPeer, type Peer } from "../../wire/mailbox/mailbox.ts";
import {
  AT_ONCE,
  type QueueBackend,
  type Taken,
} from "../ring/queue_backend.ts";
import {
  type Ask,
  type Patience,
  postRelayMessage,
  type RelayAnswer,
  type RelayQuestion,
  type ToClient,
} from "./relay_messages.ts";
import { relayHandle } from "./relay_exports.ts";
import { leftAt, newWaiter, sleepFor, waiterHandle } from "./relay_waits.ts";
import { EMPTY, GONE, type Putting } from "../ring/ring_outcomes.ts";

/**
 * How long after the limit the parent may still answer. A parent that is later than
 * that is computing or blocked.
 */
const ANSWER_GRACE_MS = 100;

/** A caller that waits for an answer. */
interface Waiting {
  readonly answered: PromiseWithResolvers<void>;
  answer: RelayAnswer | null;
}

// Invariant: the pending requests, by number; null if the caller has given up.
const asked = new Map<number, Waiting | null>();
let lastNumber = 0;
let lastLink = 0;

/** Receives an answer. */
export function takeAnswer({ number, answer }: ToClient): void {
  const waiting = asked.get(number);
  asked.delete(number);
  if (answer.kind === "item") {
    // If the caller gave up, the item goes back for another one.
    const kind = waiting ? "took" : "back";
    postRelayMessage(parentPeer()!, { kind, number });
  }
  if (!waiting) return;
  waiting.answer = answer;
  waiting.answered.resolve();
}

/** The items of a queue, reached through the parent. */
export class RelayBackend implements QueueBackend {
  readonly isFar = true;
  readonly maxCount: number;
  readonly #route: readonly RelayStop[];
  readonly #parent: Peer;
  #link = 0;

  /** Opens the queue that a handle names. */
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

  #look(): Extract<RelayAnswer, { kind: "seen" }> {
    return this.#askSync({ kind: "look" }, AT_ONCE) as never;
  }

  async put(
    value: unknown,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Promise<Putting> {
    const item = this.#packItem(value, transfer);
    const question: RelayQuestion = {
      kind: "put",
      item,
      ms: patienceOf(limit),
    };
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
    const question: RelayQuestion = {
      kind: "put",
      item,
      ms: patienceOf(limit),
    };
    if (transfer === undefined || !(item instanceof Uint8Array)) {
      return puttingOf(this.#askSync(question, limit, transfer));
    }
    // Buffers move after the put if none of them can be refused; so they stay if
    // there is no room.
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
    const question: RelayQuestion = { kind: "get", ms: patienceOf(limit) };
    return takenOf(await this.#ask(question, limit));
  }

  getSync(limit: Limit): Taken {
    const question: RelayQuestion = { kind: "get", ms: patienceOf(limit) };
    return takenOf(this.#askSync(question, limit));
  }

  async ready(limit: Limit): Promise<boolean> {
    const question: RelayQuestion = { kind: "ready", ms: patienceOf(limit) };
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
    const question: RelayQuestion = { kind: "allDone", ms: patienceOf(limit) };
    return isTrue(await this.#ask(question, limit));
  }

  allDoneSync(limit: Limit): boolean {
    const question: RelayQuestion = { kind: "allDone", ms: patienceOf(limit) };
    return isTrue(this.#askSync(question, limit));
  }

  shut(dropped: boolean): void {
    this.#post({ kind: "shut", dropped });
  }

  handle(
    _destination: Destination,
    form: RelayHandle["form"],
    delivery: Delivery,
  ): RelayHandle {
    return relayHandle(this, form, delivery, this.#route);
  }

  #post(
    question: RelayQuestion,
    waiter: Block | null = null,
    transfer?: readonly Transferable[],
  ): number {
    if (this.#link === 0) {
      const link = this.#link = ++lastLink;
      postRelayMessage(this.#parent, {
        kind: "open",
        link,
        route: this.#route,
      });
    }
    const number = ++lastNumber;
    const ask: Ask = {
      kind: "ask",
      link: this.#link,
      number,
      question,
      waiter: waiter === null ? null : waiterHandle(waiter),
    };
    if (transfer === undefined || this.#parent.destination !== "isolate") {
      postRelayMessage(this.#parent, ask);
    } else this.#postMoving(ask, transfer);
    return number;
  }

  #postMoving(ask: Ask, transfer: readonly Transferable[]): void {
    try {
      postRelayMessage(this.#parent, ask, transfer);
    } catch (error) {
      throw refusedEntry(transfer, error) ?? error;
    }
  }

  #wait(
    question: RelayQuestion,
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

  /** The answer, or null if none came in time. */
  async #ask(
    question: RelayQuestion,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): Promise<RelayAnswer | null> {
    const [number, waiting] = this.#wait(question, transfer);
    const { promise } = waiting.answered;
    const endMs = endOf(question, limit);
    try {
      await settles(promise, endMs - performance.now(), limit.signal);
    } catch {
      postRelayMessage(this.#parent, { kind: "cancel", number });
      const graceMs = isPatient(question, limit) ? Infinity : ANSWER_GRACE_MS;
      await settles(promise, graceMs, undefined);
    }
    return this.#answerOf(number, waiting);
  }

  #answerOf(number: number, { answer }: Waiting): RelayAnswer | null {
    if (answer === null) {
      asked.set(number, null);
      postRelayMessage(this.#parent, { kind: "cancel", number });
    }
    return unlessFailed(answer);
  }

  get #canBlock(): boolean {
    return this.#sleepsAt !== null || hooks.takeSync !== null;
  }

  /** The kind of memory that this process shares with its parent, or null. */
  get #sleepsAt(): BlockPlace | null {
    const { destination } = this.#parent;
    if (destination === "isolate") return "local";
    return canMapAt(destination) ? "mapped" : null;
  }

  #askSync(
    question: RelayQuestion,
    limit: Limit,
    transfer?: readonly Transferable[],
  ): RelayAnswer | null {
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
      takeSync(Math.min(endMs - performance.now(), LIVENESS_CHECK_MS));
    }
    return this.#answerOf(number, waiting);
  }

  /** Asks, and blocks until the parent leaves the answer in shared memory. */
  #askAsleep(
    place: BlockPlace,
    question: RelayQuestion,
    endMs: number,
    transfer: readonly Transferable[] | undefined,
  ): RelayAnswer | null {
    const waiter = newWaiter(place);
    const number = this.#post(question, waiter, transfer);
    if (!sleepFor(waiter, number, endMs)) {
      // The answer may be there by now, or still come.
      postRelayMessage(this.#parent, { kind: "cancel", number });
      postRelayMessage(this.#parent, { kind: "back", number });
      return null;
    }
    const answer = leftAt(waiter);
    if (answer.kind === "item") {
      postRelayMessage(this.#parent, { kind: "took", number });
    }
    return unlessFailed(answer);
  }
}

function patienceOf({ deadline }: Limit): Patience {
  return deadline === Infinity
    ? null
    : Math.max(0, deadline - performance.now());
}

/** Whether the caller must know the answer, however late it is. */
function isPatient({ kind }: RelayQuestion, { deadline }: Limit): boolean {
  return kind === "put" || deadline === -Infinity;
}

/** The deadline of the answer. */
function endOf(question: RelayQuestion, limit: Limit): number {
  return isPatient(question, limit)
    ? Infinity
    : limit.deadline + ANSWER_GRACE_MS;
}

function unlessFailed(answer: RelayAnswer | null): RelayAnswer | null {
  if (answer?.kind === "failed") throw unpack(answer.error, rehydrateAny);
  return answer;
}

function puttingOf(answer: RelayAnswer | null): Putting {
  return answer?.kind === "putting" ? answer.outcome : "full";
}

function takenOf(answer: RelayAnswer | null): Taken {
  if (answer?.kind === "item") return unpack(answer.item, rehydrateAny);
  return answer?.kind === "none" && answer.isOver ? GONE : EMPTY;
}

function isTrue(answer: RelayAnswer | null): boolean {
  return answer?.kind === "said" && answer.isTrue;
}

function cannotBlock(): UnsupportedError {
  return new UnsupportedError(
    "Cannot ask the queue at once as it is reached through the parent process, whose answers arrive in the event loop: use the method that returns a promise, or pass the queue among the arguments of this process",
  );
}

/**
 * Serves queues to processes that cannot see their memory, and reaches those of the
 * parent; `relay_mail.ts` draws what is said.
 *
 * A relay may stand on a relay: each process asks its own parent, up to the one that
 * the queue is at home in.
 *
 * @module
 */

import { unreachable } from "../base/assert.ts";
import { ProcessError } from "../base/errors.ts";
import { type Limit, limitOf } from "../sync/program.ts";
import { mostOfChild } from "../wire/codec_cost.ts";
import {
  type BlockHandle,
  type RelayHandle,
  type RelayStop,
  reviveFrom,
} from "../wire/handle.ts";
import { pack, type Packed, unpack } from "../wire/pack.ts";
import { parentPeer, type Peer, receive } from "../wire/post.ts";
import { AT_ONCE, type QueueCore } from "./queue_core.ts";
import { RelayCore, takeAnswer } from "./relay_core.ts";
import { type Home, homeOn, relayHandle } from "./relay_homes.ts";
import {
  type Answer,
  type Ask,
  type Patience,
  postRelay,
  type Question,
  readAnswer,
  readFromGuest,
  type ToKeeper,
} from "./relay_mail.ts";
import { Sleepers } from "./relay_sleep.ts";
import { EMPTY, GONE } from "./ring.ts";

/** How many questions of one child may wait for their answer. */
const ASKED_MAX = 100_000;
/** How many queues one child may open. */
const LINES_MAX = 100_000;

let isOpen = false;
const guests = new WeakMap<Peer, Guest>();

function openBox(): void {
  if (isOpen) return;
  isOpen = true;
  receive("relay", (body, from) => {
    if (from === parentPeer()) takeAnswer(readAnswer(body));
    else guestOf(from).hear(readFromGuest(body));
  });
}

/** A handle by which processes below reach `core` through this one. */
export function giveRelay(
  core: QueueCore,
  form: RelayHandle["form"],
): RelayHandle {
  openBox();
  return relayHandle(core, form);
}

/** The queue that a handle names: one of this isolate, or one of its parent. */
export function reachRelay(handle: RelayHandle): QueueCore {
  return homeOn(handle.route)?.core ?? throughParent(handle);
}

function throughParent(handle: RelayHandle): QueueCore {
  const parent = parentPeer();
  if (parent === null) {
    throw new ProcessError(
      "Cannot reach the queue as it must be at home in this process or one above it: it is of a child, or nobody has it any more",
    );
  }
  openBox();
  return new RelayCore(handle, parent);
}

function guestOf(peer: Peer): Guest {
  let guest = guests.get(peer);
  if (guest === undefined) {
    guest = new Guest(peer);
    guests.set(peer, guest);
  }
  return guest;
}

/** An item that is on its way. */
interface Given {
  readonly core: QueueCore;
  readonly value: unknown;
}

/** A queue as a guest uses it; what is wrong with it, every question gets. */
type Line = QueueCore | ProcessError;

/** A child that uses queues through this process. */
class Guest {
  readonly #peer: Peer;
  readonly #lines = new Map<number, Line>();
  readonly #homes: Home[] = [];
  // Invariant: the questions that wait for something, until their answer.
  readonly #waiting = new Map<number, AbortController>();
  readonly #sleepers = new Sleepers();
  // Invariant: the items whose arrival is not known.
  readonly #given = new Map<number, Given>();

  constructor(peer: Peer) {
    this.#peer = peer;
    peer.onGone(() => this.#leave());
  }

  hear(mail: ToKeeper): void {
    switch (mail.kind) {
      case "open":
        if (this.#lines.size >= LINES_MAX || this.#lines.has(mail.line)) {
          throw new RangeError(
            `Cannot open a queue for a child: it has opened that one, or ${LINES_MAX}`,
          );
        }
        this.#lines.set(mail.line, this.#reach(mail.route));
        return;
      case "ask":
        this.#ask(mail);
        return;
      case "cancel":
        this.#waiting.get(mail.number)?.abort();
        return;
      case "took":
        this.#given.delete(mail.number);
        return;
      case "back":
        this.#takeBack(mail.number);
        return;
      default:
        unreachable(mail);
    }
  }

  #reach(route: readonly RelayStop[]): Line {
    const found = homeOn(route);
    if (found !== null) {
      found.home.count("came");
      this.#homes.push(found.home);
      return found.core;
    }
    try {
      return throughParent({
        kind: "relay",
        form: "queue",
        maxCount: 0,
        route,
      });
    } catch (error) {
      return error as ProcessError;
    }
  }

  #leave(): void {
    for (const waiting of this.#waiting.values()) waiting.abort();
    for (const number of [...this.#given.keys()]) this.#takeBack(number);
    for (const home of this.#homes) home.count("left");
  }

  #ask(ask: Ask): void {
    const { line, number, sleeper } = ask;
    const core = this.#lines.get(line) ?? noLine();
    if (
      this.#waiting.has(number) || this.#given.has(number) ||
      !this.#canSleepAt(sleeper)
    ) {
      throw new RangeError(
        "Cannot answer a question about a queue: it is none",
      );
    }
    this.#serve(ask, core).catch((error) => this.#peer.broken(error));
  }

  /** Whether an answer may be left there: in memory that both sides share. */
  #canSleepAt(sleeper: Ask["sleeper"]): boolean {
    if (sleeper === null) return true;
    const { destination } = this.#peer;
    return sleeper.place === (destination === "isolate" ? "local" : "mapped") &&
      destination !== "elsewhere";
  }

  async #serve({ number, question, sleeper }: Ask, core: Line): Promise<void> {
    const control = new AbortController();
    this.#waiting.set(number, control);
    let answer: Answer;
    try {
      if (core instanceof ProcessError) throw core;
      if (this.#waiting.size > ASKED_MAX) throw tooMany();
      answer = await this.#answerTo(question, core, number, control.signal);
    } catch (error) {
      answer = { kind: "failed", error: this.#pack(error, "error") };
    }
    this.#waiting.delete(number);
    if (this.#peer.isGone) return this.#takeBack(number);
    if (sleeper !== null) {
      // Its place may be taken by the next question.
      if (control.signal.aborted) return this.#takeBack(number);
      return this.#leaveAt(sleeper, number, answer);
    }
    postRelay(this.#peer, { kind: "answer", number, answer });
  }

  async #answerTo(
    question: Question,
    core: QueueCore,
    number: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    switch (question.kind) {
      case "put": {
        const item = this.#unpack(question.item);
        // Called before anything else happens, so that puts stay in order.
        const outcome = await unlessAborted(
          core.put(item, limitFrom(question.ms, signal)),
          "full" as const,
          signal,
        );
        return { kind: "putting", outcome };
      }
      case "putBack":
        await core.putBack(this.#unpack(question.item));
        return { kind: "said", isTrue: true };
      case "get":
        return await this.#get(question.ms, core, number, signal);
      case "ready":
        return await said(core.ready(limitFrom(question.ms, signal)), signal);
      case "allDone":
        return await said(core.allDone(limitFrom(question.ms, signal)), signal);
      case "taskDone":
        return { kind: "said", isTrue: core.taskDone() };
      case "shut":
        core.shut(question.dropped);
        return { kind: "said", isTrue: true };
      case "look":
        return { kind: "seen", count: core.count, isShut: core.isShut };
      default:
        return unreachable(question);
    }
  }

  async #get(
    ms: Patience,
    core: QueueCore,
    number: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const got = await unlessAborted(
      core.get(limitFrom(ms, signal)),
      EMPTY,
      signal,
    );
    if (got === EMPTY || got === GONE) {
      return { kind: "none", isOver: got === GONE };
    }
    // One that cannot go there is lost, as one that cannot be read.
    const item = this.#pack(got, "item");
    this.#given.set(number, { core, value: got });
    return { kind: "item", item };
  }

  #pack(value: unknown, path: string): Packed {
    return pack(value, this.#peer.destination, path);
  }

  #leaveAt(sleeper: BlockHandle, number: number, answer: Answer): void {
    const { destination } = this.#peer;
    const place = destination === "isolate" ? "local" : "mapped";
    try {
      // What shares no memory with this process cannot sleep in any.
      if (destination === "elsewhere" || sleeper.place !== place) {
        return this.#takeBack(number);
      }
      this.#sleepers.leave(sleeper, number, answer);
    } catch {
      // It said that it sleeps where nothing is.
      this.#takeBack(number);
    }
  }

  #unpack(item: Packed): unknown {
    return unpack(
      item,
      reviveFrom(this.#peer.destination),
      mostOfChild(item),
    );
  }

  /** An item that the guest did not get, or did not want, is another one's. */
  #takeBack(number: number): void {
    const given = this.#given.get(number);
    if (given === undefined) return;
    this.#given.delete(number);
    // Behind all others: those before it may have been got meanwhile.
    // A queue that is closed by now has no use for it.
    given.core.putBack(given.value).catch(() => {});
  }
}

function noLine(): ProcessError {
  return new ProcessError(
    "Cannot use the queue as nobody has said which one it is",
  );
}

function tooMany(): ProcessError {
  return new ProcessError(
    `Cannot ask the queue as ${ASKED_MAX} questions of this process wait for ` +
      `their answer already: await some of them first`,
  );
}

async function said(
  answer: Promise<boolean>,
  signal: AbortSignal,
): Promise<Answer> {
  return {
    kind: "said",
    isTrue: await unlessAborted(answer, false, signal),
  };
}

/** An aborted wait may reject, and is an answer here. */
async function unlessAborted<T>(
  wait: T | Promise<T>,
  late: T,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    if (signal.aborted) return late;
    throw error;
  }
}

function limitFrom(ms: Patience, signal: AbortSignal): Limit {
  return ms === 0 ? AT_ONCE : limitOf(ms ?? Infinity, signal);
}

/**
 * One worker of a pool, as the pool sees it.
 *
 * ```
 *   starting --up--> up --end()--> ending --+
 *       |            |                      +--> gone
 *       +----------- +---- stop() ----------+
 * ```
 *
 * Some start methods cannot stop a worker while it computes. The pool then abandons
 * the worker at once, and ignores what it sends later.
 *
 * @module
 */

import { EncodingError } from "../../base/errors.ts";
import { unreachable } from "../../base/assert.ts";
import { printError } from "../../base/stderr.ts";
import { inspectThrown } from "../../base/thrown_text.ts";
import { explainInstances } from "../../process/lost_instances.ts";
import {
  type BaseProcess,
  type END_CAUSE,
  PEER,
} from "../../process/process.ts";
import { decode, encode } from "../../wire/serialization/codec.ts";
import { Block } from "../../memory/allocation/block.ts";
import { canMapAt } from "../../memory/system/libc.ts";
import {
  type BlockHandle,
  type Destination,
  unheld,
} from "../../wire/serialization/handle.ts";
import { mayHoldHandles, type Packed } from "../../wire/serialization/pack.ts";
import type { Peer } from "../../wire/mailbox/mailbox.ts";
import { refusedEntry } from "../../wire/serialization/transfer.ts";
import { ResultReader } from "./result_reader.ts";
import type { Clock, Timer } from "./clock.ts";
import { InFlight, type Remains, type Running } from "./in_flight.ts";
import { RefusedItem, transferPath } from "./item_batch.ts";
import type { Job, Task } from "./job.ts";
import {
  CALL,
  CALL_ONE,
  type FromWorker,
  type FunctionDefinition,
  isFrequent,
  isPacked,
  receiveFrom,
  type ReportMessage,
  type RunMessage,
  type SentItems,
  TIMED,
  type ToWorker,
} from "../protocol/pool_messages.ts";
import {
  createSlots,
  isSmallCall,
  SLOTS,
  Slots,
  SLOTS_BYTES,
  type Totals,
} from "../protocol/slots.ts";
import { TaskNames } from "./task_names.ts";

/** Receives the events of a worker. */
export interface WorkerEvents {
  /** The worker is ready for tasks. */
  up(worker: PoolWorker): void;
  /** The initializer of the worker threw. */
  broken(worker: PoolWorker, error: unknown): void;
  /** The worker has done something and may have room for more tasks. */
  advanced(worker: PoolWorker): void;
  /** The worker runs an item for longer than its timeout. */
  overdue(worker: PoolWorker, running: Running): void;
  /** These tasks could not be sent together; they are to be sent in another way. */
  returned(tasks: readonly Task[]): void;
  /** The worker has ended, or the pool has abandoned it. */
  gone(worker: PoolWorker): void;
  /** An abandoned worker has ended. */
  parted(): void;
  /** The clock of the pool. */
  readonly clock: Clock;
}

/** The process of a worker. */
export type WorkerProcess =
  & Pick<
    BaseProcess<readonly unknown[], unknown>,
    "name" | "pid" | "exitcode" | "start" | "terminate"
  >
  & {
    readonly [PEER]: Peer | null;
    /** Why the process ended without a value, once it has ended. */
    [END_CAUSE](): unknown;
  };

/**
 * How long after its own timeout a task that never began is given up: the worker
 * may wait for a module that never loads, or may run foreign code.
 */
const BEGIN_MS = 10_000;

/** The parts of a worker. */
export interface WorkerOptions {
  readonly process: WorkerProcess;
  readonly destination: Destination;
  readonly stopsWhileBusy: boolean;
  /** Whether the worker may map memory. */
  readonly mayMap: boolean;
  /** After how many tasks the worker is replaced. */
  readonly maxTasks: number;
  readonly initargs: readonly unknown[];
}

/** The tasks of one `run`. */
interface Run {
  readonly sent: readonly Task[];
  /** The message; the number of the first task is set when the tasks are entered. */
  readonly message: RunMessage;
  /** The buffers that move with the tasks, if any do. */
  readonly transfer: readonly Transferable[] | undefined;
  readonly mustPack: boolean;
  /** Whether there may be handles in the message. */
  readonly mayHold: boolean;
  /** Whether all are small calls, of functions that the worker knows. */
  readonly areSmall: boolean;
}

/** Why a worker ends: it has done its part, may be broken, or was stopped. */
type ExitReason = "dismissed" | "replaced" | "stopped";

type WorkerPhase = "starting" | "up" | "ending" | "stopped" | "gone";

/**
 * What a worker does: it starts, or runs an item, or receives what it was sent, or
 * waits for more.
 */
type Doing = "starting" | "running" | "receiving";

/** The last observation of what a worker does. */
interface Seen {
  readonly state: WorkerPhase;
  readonly given: number;
  readonly load: number;
  readonly task: Task | null;
  readonly item: number;
  readonly since: number;
}

/** A worker, with its tasks and totals. */
export class PoolWorker {
  readonly process: WorkerOptions["process"];
  readonly inFlight: InFlight;
  readonly #answers: ResultReader;
  readonly #options: WorkerOptions;
  readonly #events: WorkerEvents;
  /** The memory of the slots in the form in which it is sent, or null. */
  readonly #shared: SharedArrayBuffer | BlockHandle | null;
  #peer: Peer | null = null;
  #state: WorkerPhase = "starting";
  #wasUp = false;
  #exitReason: ExitReason | null = null;
  readonly #known = new Set<number>();
  readonly #names = new TaskNames();
  /**
   * The item that the worker reported as running: of a timed task, or before its
   * own end.
   */
  #begun: Running | null = null;
  /** Runs while an item is timed, or while a timed item is the next to begin. */
  #timer: Timer | null = null;
  /** Whether it was ever given a timed task. */
  #isTimed = false;
  /** How the worker broke the protocol, or null. */
  #breach: string | null = null;
  /** The last observation, and since when it holds. */
  #seen: Seen = {
    state: "starting",
    given: 0,
    load: 0,
    task: null,
    item: 0,
    since: 0,
  };
  /** The item that it ran when it was stopped; that item's end is already settled. */
  #excused: Running | null = null;

  /** The totals of its last report. */
  totals: Totals = { items: 0, busyMs: 0, heapBytes: 0 };
  /** Number of tasks in the last `run`. */
  lastGiven = 0;
  /** Since when it has had no task. */
  idleSince: number;

  constructor(options: WorkerOptions, events: WorkerEvents) {
    this.process = options.process;
    this.#options = options;
    this.#events = events;
    this.idleSince = events.clock.now();
    const { shared, slots } = slotsFor(options);
    this.#shared = shared;
    this.inFlight = new InFlight(slots, options.destination === "isolate");
    this.#answers = new ResultReader(
      this.inFlight,
      options.process.name,
      options.destination,
    );
  }

  /** Starts the worker; throws the reason if it cannot start. */
  start(initializer: FunctionDefinition | null, initargs: SentItems): void {
    this.process.start();
    const peer = this.#peer = this.process[PEER]!;
    receiveFrom(peer, (body) => this.#receive(body));
    peer.onBroken((why) => this.#breaks(why));
    peer.onGone(() => this.#gone());
    const isHeavy = initializer !== null &&
      (isPacked(initargs) || isPacked(initializer.values));
    const slots = this.#shared;
    try {
      const mayHold = isHeavy &&
        (holdsHandles(initargs) || holdsHandles(initializer.values));
      const message = { kind: "setup", slots, initializer, initargs } as const;
      this.#post(message, isHeavy, [], mayHold);
    } catch (error) {
      this.process.terminate();
      throw error;
    }
  }

  get state(): WorkerPhase {
    return this.#state;
  }

  /** Whether it may be given tasks, now or when it is up. */
  get isActive(): boolean {
    return this.#state === "starting" || this.#state === "up";
  }

  /** How many of its tasks are not done. */
  get load(): number {
    return this.inFlight.count;
  }

  /** How many more tasks it can be given. */
  get room(): number {
    const { count: load, given } = this.inFlight;
    return Math.min(SLOTS - load, this.#options.maxTasks - given);
  }

  /** Why it ends, if it is to end. */
  get exitReason(): ExitReason | null {
    return this.#exitReason;
  }

  /** What it does, as far as the pool can see. */
  get doing(): Doing {
    if (this.#state === "starting") return "starting";
    return this.inFlight.running() === null ? "receiving" : "running";
  }

  /**
   * For how many milliseconds it has done the same: run the same item, or given no
   * sign since it was given tasks.
   */
  sameFor(now: number): number {
    const running = this.inFlight.running();
    const { given, count: load } = this.inFlight;
    const seen = this.#seen;
    const isSame = running === null
      ? seen.task === null && seen.given === given && seen.load === load
      : seen.task === running.task && seen.item === running.item;
    if (!isSame || seen.state !== this.#state) {
      const { task, item } = running ?? { task: null, item: 0 };
      this.#seen = { state: this.#state, given, load, task, item, since: now };
    }
    return now - this.#seen.since;
  }

  /** Sends tasks to the worker, no more than it has room for. */
  give(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    // A refused message has lost the buffers that move with it, so such a task goes
    // alone.
    if (tasks.length > 1 && tasks.some(({ job }) => job.isSentOnce)) {
      for (const task of tasks) this.give([task]);
      return;
    }
    const since = this.#events.clock.now();
    const run = this.#runOf(tasks);
    if (run.sent.length === 0) return;
    this.lastGiven = run.sent.length;
    if (this.inFlight.isShared && run.areSmall) {
      this.inFlight.enterCalls(run.sent, run.message);
      this.#post(run.sent.length);
      this.#names.add(run.sent);
    } else if (this.#giveAll(run)) {
      noteCost(run.sent, this.#events.clock.now() - since);
      if (this.#isTimed) this.#expectBegin();
    } else return;
    if (this.inFlight.given >= this.#options.maxTasks) this.end();
  }

  /** Sends a `run`; false if the port refuses it. */
  #giveAll({ sent, message, mustPack, mayHold, transfer }: Run): boolean {
    message[0] = this.inFlight.enter(sent);
    const [, , definitions] = message;
    try {
      this.#post(message, mustPack, transfer, mayHold);
    } catch (error) {
      // A port may refuse a value in which no check found a fault.
      this.#refused(sent, definitions, transfer, error);
      return false;
    }
    this.#names.add(sent);
    for (const { id } of definitions ?? []) this.#known.add(id);
    return true;
  }

  #runOf(tasks: readonly Task[]): Run {
    const message: RunMessage = [0, this.inFlight.isShared, null];
    // Made when needed: most runs are of one task, which needs none of them.
    let definitions: FunctionDefinition[] | null = null;
    let transfer: Transferable[] | undefined;
    let sent: Task[] | undefined;
    let [mustPack, mayHold, areSmall] = [false, false, true];
    for (const [i, task] of tasks.entries()) {
      const batch = this.#batchOf(task);
      if (batch === null) {
        sent ??= tasks.slice(0, i);
        continue;
      }
      const { fn, form, timeoutMs } = task.job;
      const { definition } = fn;
      if (!this.#known.has(fn.id) && !definitions?.includes(definition)) {
        (definitions ??= []).push(definition);
        mustPack ||= isPacked(definition.values);
        mayHold ||= holdsHandles(definition.values);
      }
      const { items } = batch;
      areSmall &&= form === CALL_ONE && timeoutMs === Infinity &&
        isSmallCall(fn.id, items);
      mustPack ||= typeof items === "object" && items !== null &&
        isPacked(items);
      mayHold ||= mustPack && holdsHandles(items);
      if (timeoutMs < Infinity) this.#isTimed = true;
      message.push(fn.id, form + (timeoutMs < Infinity ? TIMED : 0), items);
      if (batch.transfer.length > 0) {
        (transfer ??= []).push(...batch.transfer);
      }
      sent?.push(task);
    }
    message[2] = definitions;
    areSmall &&= definitions === null;
    return {
      sent: sent ?? tasks,
      message,
      transfer,
      mustPack,
      mayHold,
      areSmall,
    };
  }

  #refused(
    sent: readonly Task[],
    definitions: readonly FunctionDefinition[] | null,
    transfer: readonly Transferable[] | undefined,
    error: unknown,
  ): void {
    this.inFlight.withdraw(sent.length);
    for (const { id } of definitions ?? []) this.#known.delete(id);
    const [task, ...others] = sent;
    // Sending them one by one shows which of them cannot be sent.
    if (others.length > 0) { for (const task of sent) this.give([task]); }
    else if (task!.count > 1) this.#events.returned(onesOf(task!));
    else {
      const entry = refusedEntry(transfer ?? [], error, pathOf(task!));
      failAll(task!, entry ?? namedIn(task!, error));
    }
  }

  #batchOf(task: Task): ReturnType<Job["batchOf"]> | null {
    const { job, first, count } = task;
    try {
      return job.batchOf(first, count, this.#options.destination);
    } catch (error) {
      if (!(error instanceof RefusedItem)) failAll(task, error);
      else this.#without(task, error.index - first, error.error);
      return null;
    }
  }

  /** Rejects one item of a task, and returns the others to the queue. */
  #without(task: Task, item: number, error: unknown): void {
    task.job.reject(task.first + item, error);
    // The last part returned is the next one taken, so the items stay in order.
    const parts = [task.part(item + 1, task.count), task.part(0, item)];
    this.#events.returned(parts.filter(({ count }) => count > 0));
  }

  /** Tells the worker to forget a function. */
  forgetFunction(id: number): void {
    if (this.#known.delete(id) && this.isActive) {
      this.#post({ kind: "forget", id });
    }
  }

  /** The item that it runs, as far as it is known. */
  running(): Running | null {
    return this.#wasUp ? this.inFlight.running() : null;
  }

  /** Ends the worker after the tasks that it has. */
  end(): void {
    this.#leave("dismissed");
  }

  #leave(exitReason: "dismissed" | "replaced"): void {
    if (!this.isActive) return;
    this.#state = "ending";
    this.#exitReason = exitReason;
    this.#post({ kind: "end" });
  }

  /**
   * Stops the worker now. `excused` is the item that it runs, whose end is already
   * settled.
   */
  stop(excused: Running | null): void {
    if (this.#state === "stopped" || this.#state === "gone") return;
    this.#excused = excused;
    this.#state = "stopped";
    this.#exitReason = "stopped";
    this.#stop();
  }

  /**
   * Stops a worker that broke the protocol, and trusts nothing that it sends later.
   */
  #breaks(breach: string): void {
    if (this.#state === "stopped" || this.#state === "gone") return;
    this.#breach = breach;
    this.#state = "stopped";
    this.#stop();
  }

  #stop(): void {
    this.#clearTimer();
    this.process.terminate();
    if (!this.#options.stopsWhileBusy) this.#gone();
  }

  /** How the worker broke the protocol, or null. */
  get breach(): string | null {
    return this.#breach;
  }

  /** Whether its process has ended. */
  get hasEnded(): boolean {
    return this.#peer?.isGone ?? true;
  }

  /** Calls back when its process has ended. */
  onEnd(ended: () => void): void {
    this.#peer?.onGone(ended);
  }

  /** The tasks that it leaves behind; called once, when it has ended. */
  remains(): Remains {
    // Slots know the running item better, and always.
    const begun = this.inFlight.gives ? null : this.#excused ?? this.#begun;
    if (!this.#wasUp) return { tasks: this.inFlight.takeAll(), lost: null };
    const { tasks, lost } = this.inFlight.remains(begun, this.#breach !== null);
    if (this.#exitReason !== "stopped" || lost === null) return { tasks, lost };
    // The pool stopped the worker for one item, whose end is settled. If it had
    // just begun another one, that item runs again.
    const isExcused = this.#excused?.task === lost.task &&
      this.#excused.item === lost.item;
    if (isExcused) return { tasks, lost: null };
    const { task, item } = lost;
    return { tasks: [task.part(item, item + 1), ...tasks], lost: null };
  }

  #post(
    message: ToWorker,
    mustPack = false,
    transfer: readonly Transferable[] = [],
    mayHold = false,
  ): void {
    const body: Packed = mustPack && this.#options.destination !== "isolate"
      ? encode(message)
      : { form: "clone", value: message, placeholders: null };
    this.#peer?.post("pool", body, transfer, mayHold);
  }

  #receive(body: Packed): void {
    if (this.#state === "gone" || this.#breach !== null) return;
    try {
      this.#take(body);
    } catch (error) {
      this.#breaks(`it sent what cannot be read: ${error}`);
    }
  }

  #take(body: Packed): void {
    const message =
      (body instanceof Uint8Array ? decode(body) : body.value) as FromWorker;
    if (typeof message === "number") {
      if (!this.inFlight.isShared) return this.#breaks("it has no slots");
      return this.#report(message, this.inFlight.totals, null);
    }
    if (isFrequent(message)) {
      const [upTo, items, busyMs, heapBytes] = message;
      return this.#report(upTo, { items, busyMs, heapBytes }, message);
    }
    switch (message.kind) {
      case "up":
        this.#wasUp = true;
        if (this.#state === "starting") this.#state = "up";
        if (this.#isTimed) this.#expectBegin();
        return this.#events.up(this);
      case "shared":
        if (this.#shared === null) return this.#breaks("it has no slots");
        this.inFlight.share();
        return this.#events.up(this);
      case "broken":
        if (this.#wasUp) {
          return this.#breaks("it had its initializer behind it");
        }
        return this.#broken(this.#answers.errorOf(message.error));
      case "begun":
        return this.#begins(message);
      case "unhandled":
        return this.#unhandled(message);
      default:
        unreachable(message);
    }
  }

  /**
   * A task left an error behind: prints it, and fails no task. An error that was
   * thrown may have left anything half done, so another worker takes this one's
   * place after its tasks; not before its first item, because then replacing would
   * never end.
   */
  #unhandled(
    { blame, isThrown, error }: Extract<FromWorker, { kind: "unhandled" }>,
  ): void {
    const [handles, what] = isThrown
      ? ["catches", "an error"]
      : ["handles", "a rejection"];
    const left = blame === null ? null : this.#names.of(blame);
    const thrown = this.#answers.errorOf(error);
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    printError(
      `Nobody ${handles} ${what} that ` +
        `${left ?? "an earlier task or the initializer"} has left ` +
        `behind in worker "${this.process.name}":
` +
        `${cause instanceof Error ? cause.stack : inspectThrown(thrown)}`,
    );
    if (isThrown && this.totals.items > 0) this.#leave("replaced");
  }

  #broken(error: unknown): void {
    explainInstances(error, [["initargs", this.#options.initargs]]);
    this.#events.broken(this, error);
  }

  #begins({ seq, item }: Extract<FromWorker, { kind: "begun" }>): void {
    const task = this.inFlight.at(seq);
    const isKnown = this.inFlight.hasHad(seq) && Number.isInteger(item) &&
      item >= (task?.settled ?? 0);
    if (!isKnown) return this.#breaks("it began what it was not given");
    const last = this.#begun;
    const isLate = last !== null && task !== null &&
      (last.task === task
        ? item < last.item
        : !this.inFlight.isAfter(seq, last));
    if (isLate) return this.#breaks("it began again what it had begun");
    // Its task is done, but the report of that has not come yet.
    if (task === null || item >= task.count) return;
    // A repeated message does not start the timeout again.
    if (last?.task === task && last.item === item) return;
    const running = this.#begun = { task, item };
    this.#clearTimer();
    const { timeoutMs } = task.job;
    if (timeoutMs === Infinity || this.#state === "stopped") return;
    this.#timer = this.#events.clock.after(
      timeoutMs,
      () => this.#events.overdue(this, running),
    );
  }

  /** Starts the timer for the timed item that is the next to begin. */
  #expectBegin(): void {
    if (this.#timer !== null || !this.#wasUp || this.#begun !== null) return;
    const task = this.inFlight.first;
    if (task === null || task.job.timeoutMs === Infinity) return;
    const item = task.settled;
    this.#timer = this.#events.clock.after(
      task.job.timeoutMs + BEGIN_MS,
      () => {
        this.#timer = null;
        const isStill = this.inFlight.first === task && task.settled === item;
        if (isStill) this.#events.overdue(this, { task, item });
        else this.#expectBegin();
      },
    );
  }

  #clearTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #report(upTo: number, totals: Totals, message: ReportMessage | null): void {
    const { items, busyMs } = this.totals;
    if (!areTotals(totals)) return this.#breaks("it counts wrong");
    this.#begun = null;
    this.#clearTimer();
    // The totals behind the slots may be ahead of those in a later report.
    if (totals.items > items && totals.busyMs >= busyMs) {
      const { fn } = this.inFlight.first?.job ?? {};
      fn?.measured(totals.busyMs - busyMs, totals.items - items);
      this.totals = totals;
    }
    const isTrue = (message === null || this.#answers.take(message)) &&
      this.inFlight.done(upTo);
    if (!isTrue) return this.#breaks("it told of more than it was given");
    if (this.load === 0) this.idleSince = this.#events.clock.now();
    else if (this.#isTimed) this.#expectBegin();
    this.#events.advanced(this);
  }

  #gone(): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#clearTimer();
    this.#events.gone(this);
  }
}

/** Whether there may be handles in a list; one of a single call may be no list. */
function holdsHandles(list: SentItems): boolean {
  return typeof list === "object" && list !== null && isPacked(list) &&
    mayHoldHandles(list.packed);
}

/** Slots in memory that the worker can share, if there is such memory. */
function slotsFor(
  { destination, mayMap }: WorkerOptions,
): { shared: SharedArrayBuffer | BlockHandle | null; slots: Slots | null } {
  if (destination === "isolate") {
    const shared = createSlots();
    return { shared, slots: new Slots(shared) };
  }
  if (!mayMap || !canMapAt(destination)) {
    return { shared: null, slots: null };
  }
  const block = Block.allocate(SLOTS_BYTES, "mapped");
  // No ticket: the pool keeps the block for as long as it has the worker.
  const shared = block.handle(destination, unheld());
  return { shared, slots: new Slots(block.buffer, block.byteOffset, block) };
}

/** Notes how long sending one item of these tasks took. */
function noteCost(sent: readonly Task[], ms: number): void {
  let items = 0;
  for (const { count } of sent) items += count;
  for (const task of sent) task.costMs = ms / items;
}

/** Whether totals are valid; a NaN would spread. */
function areTotals({ items, busyMs, heapBytes }: Totals): boolean {
  return isCount(items) && isCount(busyMs) && isCount(heapBytes);
}

function isCount(value: unknown): boolean {
  return Number.isFinite(value) && value as number >= 0;
}

/** Splits a task into tasks of one item each, the last item first. */
function onesOf(task: Task): Task[] {
  return Array.from(
    { length: task.count },
    (_, i) => task.part(task.count - i - 1, task.count - i),
  );
}

/** Path of the buffers that move with a task of one item, in errors. */
function pathOf({ job: { form }, first }: Task): string {
  return form === CALL ? "transfer" : transferPath(first);
}

/** The error of a message that is too long, which names what is in it. */
function namedIn({ job, first }: Task, error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const [path] = job.given(first);
  return new EncodingError(path, `refused: ${error.message}`);
}

function failAll({ job, first, count }: Task, error: unknown): void {
  for (let i = 0; i < count; i++) job.reject(first + i, error);
}

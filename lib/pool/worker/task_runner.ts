/**
 * The main loop of a worker: receives tasks from the pool, runs them one after the
 * other, and reports their results.
 *
 * It imports little, because each module costs a worker 0.1 ms of its start; what
 * plain values do not need is in `worker_slow_path.ts`.
 *
 * @module
 */

import { builtUrl } from "../../base/built.ts";
import { ProcessStateError } from "../../base/errors.ts";
import { findFunction } from "../../functions/resolve.ts";
import { loadModule } from "../../wire/protocol/load_module.ts";
import type { Block as BlockType } from "../../memory/allocation/block.ts";
import {
  type ChildContext,
  childContext,
  hooks,
  type TargetFunction,
} from "../../wire/protocol/child_context.ts";
import type { BlockHandle } from "../../wire/serialization/handle.ts";
import type { Packed } from "../../wire/serialization/pack.ts";
import { parentPeer, type Peer } from "../../wire/mailbox/mailbox.ts";
import {
  type Blame,
  CALL,
  CALL_ONE,
  EACH,
  type FunctionDefinition,
  isFrequent,
  isPacked,
  receiveFrom,
  RUN_HEAD,
  type RunMessage,
  type SentItems,
  TASK_STRIDE,
  TIMED,
  type ToWorker,
  Unreadable,
  unreadableIn,
} from "../protocol/pool_messages.ts";
import { Reporter } from "./reporter.ts";
import { Slots } from "../protocol/slots.ts";
import { keepState } from "./worker_state.ts";
import {
  CONTEXT_CALL_MS,
  CONTEXT_FIRST_CALLS,
  TaskContexts,
} from "./task_contexts.ts";
import { watchTimers } from "./task_timers.ts";

/** How long the result of a single call may wait for others. */
const REPORT_MS = 1;

/** How long results of a task with many items may wait. */
const PARTIAL_MS = 5;

/** Most items that run between two readings of the clock. */
const STRIDE_MAX = 64;

/** A function, or the reason why it was not found. */
type FoundFunction =
  | {
    readonly call: TargetFunction;
    readonly error?: undefined;
    /** Number of calls so far. */
    calls: number;
  }
  | { readonly call: null; readonly error: unknown };

/** A function that was found. */
type Callable = Extract<FoundFunction, { calls: number }>;

/** The target of a pool's processes: runs tasks until the pool ends the worker. */
export async function serve(): Promise<void> {
  const [parent, context] = [parentPeer(), childContext()];
  if (parent === null || context === null) {
    throw new ProcessStateError(
      "Cannot serve a pool as this process has no parent: make a Pool",
    );
  }
  ignoreInterrupts(context);
  await new TaskRunner(parent, context).ended;
}

/** Ctrl-C reaches every process of a terminal; the parent decides what it means. */
function ignoreInterrupts({ host }: ChildContext): void {
  if (host.kind === "process") Deno.addSignalListener("SIGINT", () => {});
}

class TaskRunner {
  readonly #report: Reporter;
  readonly #context: ChildContext;
  readonly #ended = Promise.withResolvers<void>();
  readonly #functions = new Map<number, FoundFunction>();
  readonly #inbox: Packed[] = [];
  #isDraining = false;
  /**
   * The slots of the tasks that run; null if these tasks are not offered in slots.
   */
  #slots: Slots | null = null;
  #allSlots: Slots | null = null;
  /** The number of the next task. */
  #next = 0;
  /** The slots' memory, until it is mapped. */
  #unmapped: BlockHandle | null = null;
  readonly #contexts = new TaskContexts();
  /** Settles when errors that tasks left behind are reported. */
  #unhandled: Promise<void> = Promise.resolve();
  /** The last reading of the clock, and whether calls take long. */
  #now = 0;
  #areLong = false;
  /** Whether a task left an error behind; from then on all calls have contexts. */
  #hadUnhandled = false;
  /** Whether the item that runs returned a promise that is still pending. */
  #isAwaited = false;
  /** Whether that item left an error behind which ends this process. */
  #isDoomed = false;
  /** Results of the task that runs, if it has several items. */
  #results: TaskResults | null = null;

  constructor(parent: Peer, context: ChildContext) {
    this.#report = new Reporter(parent, context);
    this.#context = context;
    receiveFrom(parent, (body) => this.#receive(body));
    this.#flushBeforeTheEnd();
  }

  /** Settles when the pool has said that no more tasks will come. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  #receive(body: Packed): void {
    this.#inbox.push(body);
    if (!this.#isDraining) this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let body = this.#inbox.shift(); body; body = this.#inbox.shift()) {
      const message = body instanceof Uint8Array
        ? (await this.#report.full()).open(body)
        : body.value as ToWorker;
      const later = this.#handle(message);
      if (later !== undefined) await later;
      const hasTime = isFrequent(message) && this.#inbox.length === 0;
      if (hasTime && this.#unmapped !== null) await this.#map(this.#unmapped);
    }
    this.#isDraining = false;
  }

  /** Handles a message; without a promise where none is needed. */
  #handle(message: ToWorker): undefined | Promise<void> {
    if (typeof message === "number") return this.#runCalls(message);
    if (isFrequent(message)) return this.#run(message);
    switch (message.kind) {
      case "setup":
        return this.#setUp(message);
      case "forget":
        this.#functions.delete(message.id);
        return undefined;
      case "end":
        this.#ended.resolve(this.#allFlushed());
        return undefined;
      default:
        return message satisfies never;
    }
  }

  async #allFlushed(): Promise<void> {
    await this.#report.flushed;
    await this.#unhandled;
  }

  async #setUp(
    { slots, initializer, initargs }: Extract<ToWorker, { kind: "setup" }>,
  ): Promise<void> {
    if (slots instanceof SharedArrayBuffer) this.#share(new Slots(slots));
    else this.#unmapped = slots;
    try {
      keepState(await this.#initialize(initializer, initargs));
      this.#report.post({ kind: "up" });
    } catch (error) {
      await this.#report.broken(error);
      this.#ended.resolve();
    }
  }

  /** Maps the slots; if mapping fails, the pool goes on without them. */
  async #map(handle: BlockHandle): Promise<void> {
    this.#unmapped = null;
    try {
      const { Block } = await loadModule(
        builtUrl("block"),
        this.#context.loaders,
      ) as { Block: typeof BlockType };
      const block = Block.attach(handle);
      this.#share(new Slots(block.buffer, block.byteOffset, block));
      this.#report.post({ kind: "shared" });
    } catch {
      // The worker may not map memory, and nothing depends on it.
    }
  }

  #share(slots: Slots): void {
    this.#allSlots = this.#report.slots = slots;
  }

  async #initialize(
    initializer: FunctionDefinition | null,
    initargs: SentItems,
  ): Promise<unknown> {
    if (initializer === null) return undefined;
    const call = await this.#find(initializer);
    return await call(...await this.#wholeOf(initargs, call) as never[]);
  }

  async #find(
    { id, spec, names, values }: FunctionDefinition,
  ): Promise<TargetFunction> {
    const list = await this.#wholeOf(values, null);
    const scope = Object.fromEntries(names.map((name, i) => [name, list[i]]));
    const { loaders } = this.#context;
    // A module without a main guard gets an error then, instead of running for
    // ever.
    this.#context.importing = true;
    try {
      return await findFunction(spec, scope, {
        loaders,
        subject: id,
        slowly: () => this.#report.full(),
      });
    } finally {
      this.#context.importing = false;
    }
  }

  async #run(message: RunMessage): Promise<void> {
    const [first, isOffered, definitions] = message;
    this.#slots = isOffered ? this.#allSlots : null;
    for (const definition of definitions ?? []) {
      const found = await this.#find(definition).then(
        (call): FoundFunction => ({ call, calls: 0 }),
        (error): FoundFunction => ({ call: null, error }),
      );
      this.#functions.set(definition.id, found);
    }
    this.#now = this.#report.since = performance.now();
    this.#next = first;
    for (let i = RUN_HEAD; i < message.length; i += TASK_STRIDE) {
      const form = message[i + 1] as number;
      const later = this.#runOne(message[i] as number, form, message[i + 2]);
      if (later !== undefined) await later;
      this.#hasRun(form);
    }
    this.#report.flush();
  }

  /** Runs calls that are in the slots. */
  #runCalls(count: number): undefined | Promise<void> {
    this.#slots = this.#allSlots;
    this.#now = this.#report.since = performance.now();
    return this.#runTo(this.#next + count, this.#allSlots!);
  }

  #runTo(end: number, slots: Slots): undefined | Promise<void> {
    while (this.#next < end) {
      const id = slots.functionOf(this.#next);
      const argument = slots.argumentOf(this.#next);
      const later = this.#runOne(id, CALL_ONE, argument);
      if (later !== undefined) return this.#runOnAfter(later, end, slots);
      this.#hasRun(CALL_ONE);
    }
    this.#report.flush();
    return undefined;
  }

  async #runOnAfter(
    later: Promise<void>,
    end: number,
    slots: Slots,
  ): Promise<void> {
    await later;
    this.#hasRun(CALL_ONE);
    await this.#runTo(end, slots);
  }

  /**
   * Runs the next task; without a promise where none is needed, as most are short.
   */
  #runOne(id: number, form: number, items: unknown): undefined | Promise<void> {
    const found = this.#functions.get(id)!;
    const isCall = form === CALL_ONE || form === CALL && Array.isArray(items);
    return isCall && found.call !== null
      ? this.#callOne(this.#next, found, form, items)
      : this.#runTask(this.#next, found, form, items as SentItems);
  }

  #hasRun(form: number): void {
    this.#report.done(++this.#next);
    if (this.#mustFlush(form)) this.#report.flush();
  }

  #mustFlush(form: number): boolean {
    // Without slots the pool knows the running task from the reports alone; and the
    // timer of a timed task runs until the report of its end.
    const now = performance.now();
    this.#areLong = now - this.#now >= CONTEXT_CALL_MS;
    this.#now = now;
    return this.#slots === null || (form & TIMED) !== 0 ||
      now - this.#report.since >= REPORT_MS;
  }

  #callOne(
    seq: number,
    found: Callable,
    form: typeof CALL | typeof CALL_ONE,
    items: unknown,
  ): undefined | Promise<void> {
    if (this.#slots !== null && this.#slots.claim(seq) < 0) return undefined;
    this.#report.totals.items++;
    let value: unknown;
    let isLater: boolean;
    try {
      value = this.#callAs(seq, 0, found, form === CALL, items);
      // Inside the try block: `then` may be a getter that throws.
      isLater = isThenable(value);
    } catch (error) {
      return this.#report.threw(seq, 0, error);
    }
    return isLater
      ? this.#later(seq, value as PromiseLike<unknown>)
      : this.#keep(seq, value);
  }

  /** Calls a function with an item of a task. */
  #callAs(
    seq: number,
    index: number,
    found: Callable,
    isSpread: boolean,
    item: unknown,
  ): unknown {
    const { call } = found;
    if (
      !this.#areLong && found.calls++ >= CONTEXT_FIRST_CALLS &&
      !this.#hadUnhandled
    ) {
      this.#contexts.pass(seq, index);
      return isSpread ? call(...item as never[]) : call(item as never);
    }
    const args = isSpread ? item as readonly unknown[] : [item];
    const context = this.#contexts.enter(seq, index);
    return context === null
      ? call(...args as never[])
      : this.#contexts.call(context, call, args);
  }

  async #later(seq: number, value: PromiseLike<unknown>): Promise<void> {
    let settled: unknown;
    try {
      settled = await this.#settled(value);
    } catch (error) {
      return await this.#report.threw(seq, 0, error);
    }
    await this.#keep(seq, settled);
  }

  async #settled(value: PromiseLike<unknown>): Promise<unknown> {
    this.#isAwaited = true;
    try {
      return await value;
    } finally {
      this.#isAwaited = false;
      // Begins no other item, which would be lost when this process ends.
      if (this.#isDoomed) await new Promise(() => {});
    }
  }

  #keep(seq: number, value: unknown): undefined | Promise<void> {
    if (this.#slots?.put(seq, value)) return undefined;
    return this.#report.values(seq, 0, [value]);
  }

  async #runTask(
    seq: number,
    found: FoundFunction,
    form: number,
    sent: SentItems,
  ): Promise<void> {
    const plainForm = form & ~TIMED;
    const list = plainForm === CALL_ONE
      ? [sent]
      : await this.#listOf(sent, found.call);
    const items = plainForm === CALL ? [unreadableIn(list) ?? list] : list;
    const isSpread = plainForm !== EACH && plainForm !== CALL_ONE;
    const results = this.#results = new TaskResults(seq);
    for (;;) {
      const index = this.#claim(seq, results, items.length);
      if (index < 0) break;
      this.#report.totals.items++;
      if ((form & TIMED) !== 0) {
        this.#report.post({ kind: "begun", seq, item: index });
      }
      try {
        this.#areLong = results.areLong;
        const value = this.#call(seq, index, found, isSpread, items[index]);
        results.add(isThenable(value) ? await this.#settled(value) : value);
      } catch (error) {
        await this.#flush(results);
        await this.#report.threw(seq, index, error);
        results.skip();
      }
      // Those of the last item go with the report that the task is done.
      if (results.isDue() && results.next < items.length) {
        await this.#flush(results);
        this.#report.flush();
      }
    }
    this.#results = null;
    if (items.length === 1 && results.values.length === 1) {
      await this.#keep(seq, results.values[0]);
    } else await this.#flush(results);
  }

  #claim(seq: number, results: TaskResults, count: number): number {
    if (this.#slots !== null) return this.#slots.claim(seq);
    return results.next < count ? results.next : -1;
  }

  #call(
    seq: number,
    index: number,
    found: FoundFunction,
    isSpread: boolean,
    item: unknown,
  ): unknown {
    if (found.call === null) throw found.error;
    if (item instanceof Unreadable) throw item.error;
    return this.#callAs(seq, index, found, isSpread, item);
  }

  #flush(results: TaskResults): undefined | Promise<void> {
    const { seq, from, values } = results;
    if (values.length === 0) return undefined;
    results.clear();
    return this.#report.values(seq, from, values);
  }

  /** Reports what has been done also if the process ends in the next task. */
  #flushBeforeTheEnd(): void {
    const leave = Deno.exit;
    Deno.exit = (code?: number): never => {
      this.#flushAll();
      return leave(code);
    };
    watchTimers(this.#contexts);
    hooks.claimUnhandled = (error, isThrown) => {
      const blame = this.#contexts.blameFor(error);
      return () => this.#takesUnhandled(blame, error, isThrown);
    };
  }

  /**
   * Handles an uncaught error. If the task that runs caused it, the error ends this
   * worker, because the task may wait for something that will never come. If an
   * earlier task caused it, it is reported and does not affect later tasks.
   */
  #takesUnhandled(
    blame: Blame | null,
    error: unknown,
    isThrown: boolean,
  ): boolean {
    this.#hadUnhandled = true;
    if (this.#isOfRunning(blame)) {
      this.#isDoomed = true;
      this.#flushAll();
      return false;
    }
    const reported = this.#report.unhandled(blame, error, isThrown);
    this.#unhandled = this.#unhandled.then(() => reported);
    return true;
  }

  /** Whether an error certainly belongs to the item that runs and has not ended. */
  #isOfRunning(blame: Blame | null): boolean {
    if (blame?.kind !== "of" || !this.#isAwaited) return false;
    const [seq, item] = blame.place;
    return seq === this.#next && item >= (this.#results?.next ?? 0);
  }

  #flushAll(): void {
    const results = this.#results;
    if (results !== null) this.#flush(results);
    this.#report.flush();
    if (results === null) return;
    this.#report.post({ kind: "begun", seq: results.seq, item: results.next });
  }

  /** The values of a list, all of which must have been rebuilt. */
  async #wholeOf(
    items: SentItems,
    target: object | null,
  ): Promise<readonly unknown[]> {
    const list = await this.#listOf(items, target);
    const missing = unreadableIn(list);
    if (missing !== undefined) throw missing.error;
    return list;
  }

  /** The list that was sent to a function, or to none. */
  async #listOf(
    items: SentItems,
    target: object | null,
  ): Promise<readonly unknown[]> {
    if (!isPacked(items)) return items;
    const list = (await this.#report.full()).listOf(items, target);
    await Promise.all(hooks.loading);
    return list;
  }
}

/** The results of one task with many items, until they are reported. */
class TaskResults {
  readonly seq: number;
  /** The item that the first value belongs to. */
  from = 0;
  values: unknown[] = [];
  #flushedAt = performance.now();
  /** Items between two readings of the clock; fewer when they turn out to be long. */
  #stride = 1;
  #unread = 0;

  constructor(seq: number) {
    this.seq = seq;
  }

  /** The item after those that have results. */
  get next(): number {
    return this.from + this.values.length;
  }

  add(value: unknown): void {
    this.values.push(value);
  }

  /** Skips an item whose error was reported. */
  skip(): void {
    this.from++;
  }

  clear(): void {
    this.from = this.next;
    this.values = [];
    this.#flushedAt = performance.now();
  }

  /** Whether the clock is read after each item. */
  get areLong(): boolean {
    return this.#stride === 1;
  }

  /** Whether the results have waited long enough. */
  isDue(): boolean {
    if (++this.#unread < this.#stride) return false;
    this.#unread = 0;
    const waited = performance.now() - this.#flushedAt;
    const isSoon = waited < PARTIAL_MS / 8;
    this.#stride = isSoon ? Math.min(STRIDE_MAX, 2 * this.#stride) : 1;
    return waited >= PARTIAL_MS;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}

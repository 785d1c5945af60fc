/**
 * The inside of a worker: it takes tasks from the pool, runs them one after the
 * other, and tells what came of them.
 *
 * It imports little, as each module costs a worker 0.1 ms of its start; what plain
 * values do not need is in `worker_slow_path.ts`.
 *
 * @module
 */

import {
  findFunction,
  type Help,
  loadErrors,
} from "../../functions/resolve.ts";
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
  hearFrom,
  isPacked,
  isRow,
  RUN_HEAD,
  type RunRow,
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
import { TaskContexts } from "./task_contexts.ts";
import { watchTimers } from "./task_timers.ts";

/** So many calls of a function are told apart before it is known to be short. */
const FIRST_CALLS = 8;

/** Calls that take so long are always told apart. */
const LONG_MS = 0.05;

/** How long a result of a single call may wait for company. */
const REPORT_MS = 1;

/** How long results of a task with many items may. */
const PARTIAL_MS = 5;

/** So many items are run at the most without a look at the clock. */
const STRIDE_MAX = 64;

/** What became of a definition. */
type Found =
  | {
    readonly call: TargetFunction;
    readonly error?: undefined;
    /** How often it was called. */
    calls: number;
  }
  | { readonly call: null; readonly error: unknown };

/** A function that was found. */
type Callable = Extract<Found, { calls: number }>;

/** The target of a pool's processes. */
export async function serve(): Promise<void> {
  const [parent, context] = [parentPeer(), childContext()];
  if (parent === null || context === null) {
    const { ProcessStateError } = await loadErrors(context?.loaders ?? {});
    throw new ProcessStateError(
      "Cannot serve a pool as this process has no parent: make a Pool",
    );
  }
  ignoreInterrupts(context);
  await new TaskRunner(parent, context).ended;
}

/** Ctrl-C reaches every process of a terminal; what it means the parent decides. */
function ignoreInterrupts({ host }: ChildContext): void {
  if (host.kind === "process") Deno.addSignalListener("SIGINT", () => {});
}

class TaskRunner {
  readonly #report: Reporter;
  readonly #context: ChildContext;
  readonly #ended = Promise.withResolvers<void>();
  readonly #functions = new Map<number, Found>();
  readonly #inbox: Packed[] = [];
  #isDraining = false;
  /** The slots of the tasks that run, if they have some. */
  #slots: Slots | null = null;
  #allSlots: Slots | null = null;
  /** The number of the next task. */
  #next = 0;
  /** Where slots are that are not mapped yet. */
  #unmapped: BlockHandle | null = null;
  readonly #contexts = new TaskContexts();
  /** Settles when what tasks have left behind is told. */
  #unhandled: Promise<void> = Promise.resolve();
  /** What the clock said when it was looked at last, and whether calls take long. */
  #now = 0;
  #areLong = false;
  /** Whether an error was left behind; all tasks are told apart from then on. */
  #hadUnhandled = false;
  /** Whether the item that runs has given a promise that has not settled. */
  #isAwaited = false;
  /** Whether that item has left an error behind, and this process ends by it. */
  #isDoomed = false;
  /** Results of the task that runs, if it is one of many items. */
  #batch: Batch | null = null;

  constructor(parent: Peer, context: ChildContext) {
    this.#report = new Reporter(parent, context);
    this.#context = context;
    hearFrom(parent, (body) => this.#hear(body));
    this.#tellBeforeTheEnd();
  }

  /** Settles when the pool has said that no more will come. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  #hear(body: Packed): void {
    this.#inbox.push(body);
    if (!this.#isDraining) this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let body = this.#inbox.shift(); body; body = this.#inbox.shift()) {
      const message = body instanceof Uint8Array
        ? (await this.#report.full()).open(body)
        : body.value as ToWorker;
      const later = this.#obey(message);
      if (later !== undefined) await later;
      const hasTime = isRow(message) && this.#inbox.length === 0;
      if (hasTime && this.#unmapped !== null) await this.#map(this.#unmapped);
    }
    this.#isDraining = false;
  }

  /** Does what it is told; without a promise where none is needed. */
  #obey(message: ToWorker): undefined | Promise<void> {
    if (typeof message === "number") return this.#runCalls(message);
    if (isRow(message)) return this.#run(message);
    switch (message.kind) {
      case "setup":
        return this.#setUp(message);
      case "forget":
        this.#functions.delete(message.id);
        return undefined;
      case "end":
        this.#ended.resolve(this.#allTold());
        return undefined;
      default:
        return message satisfies never;
    }
  }

  async #allTold(): Promise<void> {
    await this.#report.told;
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

  /** Maps the slots; where that cannot be, the pool goes on without. */
  async #map(handle: BlockHandle): Promise<void> {
    this.#unmapped = null;
    const url =
      new URL("../../memory/allocation/block.ts", import.meta.url).href;
    try {
      const { Block } = await loadModule(url, this.#context.loaders) as {
        Block: typeof BlockType;
      };
      const block = Block.attach(handle);
      this.#share(new Slots(block.buffer, block.byteOffset, block));
      this.#report.post({ kind: "shared" });
    } catch {
      // It may not, and nothing depends on it.
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
    return await call(...await this.#wholeOf(initargs) as never[]);
  }

  async #find(
    { id, spec, names, values }: FunctionDefinition,
  ): Promise<TargetFunction> {
    const list = await this.#wholeOf(values);
    const scope = Object.fromEntries(names.map((name, i) => [name, list[i]]));
    const { loaders } = this.#context;
    // So that a module without a main guard is told so, and not run for ever.
    this.#context.importing = true;
    try {
      return await findFunction(spec, scope, loaders, this.#helpFor(id));
    } finally {
      this.#context.importing = false;
    }
  }

  #helpFor(id: FunctionDefinition["id"]): Help {
    return {
      ask: async (...question) =>
        (await this.#report.full()).askIdentity(id, ...question),
      rehome: async (...text) => (await this.#report.full()).rehome(...text),
      rebuild: async (...captured) =>
        (await this.#report.full()).rebuild(...captured),
    };
  }

  async #run(row: RunRow): Promise<void> {
    const [first, isOffered, definitions] = row;
    this.#slots = isOffered ? this.#allSlots : null;
    for (const definition of definitions ?? []) {
      const found = await this.#find(definition).then(
        (call): Found => ({ call, calls: 0 }),
        (error): Found => ({ call: null, error }),
      );
      this.#functions.set(definition.id, found);
    }
    this.#now = this.#report.since = performance.now();
    this.#next = first;
    for (let i = RUN_HEAD; i < row.length; i += TASK_STRIDE) {
      const form = row[i + 1] as number;
      const later = this.#runOne(row[i] as number, form, row[i + 2]);
      if (later !== undefined) await later;
      this.#hasRun(form);
    }
    this.#report.tell();
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
    this.#report.tell();
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

  /** Runs the next task; without a promise where none is needed, as most are short. */
  #runOne(id: number, form: number, load: unknown): undefined | Promise<void> {
    const found = this.#functions.get(id)!;
    const isCall = form === CALL_ONE || form === CALL && Array.isArray(load);
    return isCall && found.call !== null
      ? this.#callOne(this.#next, found, form, load)
      : this.#runTask(this.#next, found, form, load as SentItems);
  }

  #hasRun(form: number): void {
    this.#report.done(++this.#next);
    if (this.#mustTell(form)) this.#report.tell();
  }

  #mustTell(form: number): boolean {
    // Without slots the pool knows by the reports alone which task runs; and it
    // looks at its clock for a timed one until it hears of its end.
    const now = performance.now();
    this.#areLong = now - this.#now >= LONG_MS;
    this.#now = now;
    return this.#slots === null || (form & TIMED) !== 0 ||
      now - this.#report.since >= REPORT_MS;
  }

  #callOne(
    seq: number,
    found: Callable,
    form: typeof CALL | typeof CALL_ONE,
    load: unknown,
  ): undefined | Promise<void> {
    if (this.#slots !== null && this.#slots.claim(seq) < 0) return undefined;
    this.#report.totals.items++;
    let value: unknown;
    let isLater: boolean;
    try {
      value = this.#callAs(seq, 0, found, form === CALL, load);
      // Here, as what it asks for may be a getter that throws.
      isLater = isThenable(value);
    } catch (error) {
      return this.#report.threw(seq, 0, error);
    }
    return isLater
      ? this.#later(seq, value as PromiseLike<unknown>)
      : this.#keep(seq, value);
  }

  /** Calls a function as an item of a task. */
  #callAs(
    seq: number,
    item: number,
    found: Callable,
    isSpread: boolean,
    load: unknown,
  ): unknown {
    const { call } = found;
    if (!this.#areLong && found.calls++ >= FIRST_CALLS && !this.#hadUnhandled) {
      this.#contexts.pass(seq, item);
      return isSpread ? call(...load as never[]) : call(load as never);
    }
    const args = isSpread ? load as readonly unknown[] : [load];
    const context = this.#contexts.enter(seq, item);
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
      // Nothing is begun any more that could be lost with this process.
      if (this.#isDoomed) await new Promise(() => {});
    }
  }

  #keep(seq: number, value: unknown): undefined | Promise<void> {
    if (this.#slots?.put(seq, value)) return undefined;
    return this.#report.values(seq, 0, [value]);
  }

  async #runTask(
    seq: number,
    found: Found,
    form: number,
    load: SentItems,
  ): Promise<void> {
    const plainForm = form & ~TIMED;
    const list = plainForm === CALL_ONE ? [load] : await this.#listOf(load);
    const items = plainForm === CALL ? [unreadableIn(list) ?? list] : list;
    const isSpread = plainForm !== EACH && plainForm !== CALL_ONE;
    const batch = this.#batch = new Batch(seq);
    for (;;) {
      const item = this.#claim(seq, batch, items.length);
      if (item < 0) break;
      this.#report.totals.items++;
      if ((form & TIMED) !== 0) this.#report.post({ kind: "begun", seq, item });
      try {
        this.#areLong = batch.areLong;
        const value = this.#call(seq, item, found, isSpread, items[item]);
        batch.add(isThenable(value) ? await this.#settled(value) : value);
      } catch (error) {
        await this.#flush(batch);
        await this.#report.threw(seq, item, error);
        batch.skip();
      }
      if (batch.isDue()) {
        await this.#flush(batch);
        this.#report.tell();
      }
    }
    this.#batch = null;
    if (items.length === 1 && batch.values.length === 1) {
      await this.#keep(seq, batch.values[0]);
    } else await this.#flush(batch);
  }

  #claim(seq: number, batch: Batch, count: number): number {
    if (this.#slots !== null) return this.#slots.claim(seq);
    return batch.next < count ? batch.next : -1;
  }

  #call(
    seq: number,
    item: number,
    found: Found,
    isSpread: boolean,
    load: unknown,
  ): unknown {
    if (found.call === null) throw found.error;
    if (load instanceof Unreadable) throw load.error;
    return this.#callAs(seq, item, found, isSpread, load);
  }

  #flush(batch: Batch): undefined | Promise<void> {
    const { seq, from, values } = batch;
    if (values.length === 0) return undefined;
    batch.clear();
    return this.#report.values(seq, from, values);
  }

  /** What has been done is told also when the process ends in the next task. */
  #tellBeforeTheEnd(): void {
    const leave = Deno.exit;
    Deno.exit = (code?: number): never => {
      this.#tellAll();
      return leave(code);
    };
    watchTimers(this.#contexts);
    hooks.claimUnhandled = (error, isThrown) => {
      const blame = this.#contexts.blameFor(error);
      return () => this.#takesUnhandled(blame, error, isThrown);
    };
  }

  /**
   * An error that nobody handles ends this worker where the task that runs has left
   * it, as that may wait for what will never come. One that an earlier task has left
   * is told, and is no matter of those that come after it.
   */
  #takesUnhandled(
    blame: Blame | null,
    error: unknown,
    isThrown: boolean,
  ): boolean {
    this.#hadUnhandled = true;
    if (this.#isOfRunning(blame)) {
      this.#isDoomed = true;
      this.#tellAll();
      return false;
    }
    const told = this.#report.unhandled(blame, error, isThrown);
    this.#unhandled = this.#unhandled.then(() => told);
    return true;
  }

  /** Whether something is certainly of the item that runs, and whose end is open. */
  #isOfRunning(blame: Blame | null): boolean {
    if (blame?.kind !== "of" || !this.#isAwaited) return false;
    const [seq, item] = blame.place;
    return seq === this.#next && item >= (this.#batch?.next ?? 0);
  }

  #tellAll(): void {
    const batch = this.#batch;
    if (batch !== null) this.#flush(batch);
    this.#report.tell();
    if (batch === null) return;
    this.#report.post({ kind: "begun", seq: batch.seq, item: batch.next });
  }

  /** A list of which nothing may be missing. */
  async #wholeOf(load: SentItems): Promise<readonly unknown[]> {
    const list = await this.#listOf(load);
    const missing = unreadableIn(list);
    if (missing !== undefined) throw missing.error;
    return list;
  }

  async #listOf(load: SentItems): Promise<readonly unknown[]> {
    if (!isPacked(load)) return load;
    const list = (await this.#report.full()).listOf(load);
    await Promise.all(hooks.loading);
    return list;
  }
}

/** The results of one task with many items, until they are told. */
class Batch {
  readonly seq: number;
  /** The item that the first value belongs to. */
  from = 0;
  values: unknown[] = [];
  #told = performance.now();
  /** The clock is read after so many items, fewer when they turn out long. */
  #stride = 1;
  #unread = 0;

  constructor(seq: number) {
    this.seq = seq;
  }

  /** The item that comes after those with results. */
  get next(): number {
    return this.from + this.values.length;
  }

  add(value: unknown): void {
    this.values.push(value);
  }

  /** Passes over an item whose error was told. */
  skip(): void {
    this.from++;
  }

  clear(): void {
    this.from = this.next;
    this.values = [];
    this.#told = performance.now();
  }

  /** Whether the clock is read after each item. */
  get areLong(): boolean {
    return this.#stride === 1;
  }

  /** Whether what there is has waited long enough. */
  isDue(): boolean {
    if (++this.#unread < this.#stride) return false;
    this.#unread = 0;
    const waited = performance.now() - this.#told;
    const isSoon = waited < PARTIAL_MS / 8;
    this.#stride = isSoon ? Math.min(STRIDE_MAX, 2 * this.#stride) : 1;
    return waited >= PARTIAL_MS;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}

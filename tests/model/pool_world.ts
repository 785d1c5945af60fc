/**
 * A pool without a platform: its bookkeeping as it is, with a clock, processes and
 * workers of paper, and every order in which things can happen to them.
 *
 * The scheduler, its workers' state and the slots are those of `lib/pool/`, word for
 * word. What a worker does is cut into steps: it receives a message, begins an item,
 * finishes it, tells, ends. Messages travel for as long as they like, but in order; a
 * timer fires as late as it likes, but after those that are due before it.
 *
 * A search runs forward as far as it can and begins anew for each other choice, as a
 * world cannot be copied. States met before are not gone on from.
 *
 * @module
 */

import { END_CAUSE, PEER } from "../../lib/process/process.ts";
import type { Clock, Timer } from "../../lib/pool/parent/clock.ts";
import { PoolFunction } from "../../lib/pool/parent/pool_functions.ts";
import { type Job, Task } from "../../lib/pool/parent/job.ts";
import {
  CALL_ONE,
  type CallForm,
  EACH,
  RUN_HEAD,
  TASK_STRIDE,
  TIMED,
  type ToWorker,
  VALUES,
} from "../../lib/pool/protocol/pool_messages.ts";
import type {
  PoolWorker,
  WorkerOptions,
} from "../../lib/pool/parent/pool_worker.ts";
import { Scheduler } from "../../lib/pool/parent/scheduler.ts";
import { Slots } from "../../lib/pool/protocol/slots.ts";
import type { Destination } from "../../lib/wire/serialization/handle.ts";
import { deliver, type Peer } from "../../lib/wire/mailbox/mailbox.ts";

/** What is given to the pool. */
export interface JobPlan {
  /** How many items it has; one makes it a call. */
  readonly items: number;
  /** How many of them go to a worker together. */
  readonly chunksize?: number;
  readonly retries?: number;
  readonly isSentOnce?: boolean;
  readonly timeoutMs?: number;
  /** Whether it may be aborted at any time. */
  readonly mayAbort?: boolean;
  /** Whether it is given later, at any time. */
  readonly isLate?: boolean;
  /** How long it takes to send one item. */
  readonly costMs?: number;
}

/** What is explored. */
export interface PoolModel {
  readonly size: number;
  readonly jobs: readonly JobPlan[];
  readonly idleMs?: number;
  readonly maxTasks?: number;
  readonly hasSlots?: boolean;
  readonly stopsWhileBusy?: boolean;
  /** How many workers are killed from outside. */
  readonly kills?: number;
  /** The worker that never comes to what it is sent first. */
  readonly neverBoots?: number;
  /** How many workers cannot be launched: they are gone before they have started. */
  readonly unlaunched?: number;
}

interface PaperTimer {
  readonly due: number;
  readonly call: () => void;
}

/** Tells the time that the search makes. */
class PaperClock implements Clock {
  time = 0;
  readonly #soon: (() => void)[] = [];
  timers: PaperTimer[] = [];

  now(): number {
    return this.time;
  }

  soon(call: () => void): void {
    this.#soon.push(call);
  }

  after(ms: number, call: () => void): Timer {
    const timer = { due: this.time + ms, call };
    this.timers.push(timer);
    return {
      cancel: () => void (this.timers = this.timers.filter((t) => t !== timer)),
      unref: () => {},
    };
  }

  /** Ends the turn. */
  settle(): void {
    for (let call = this.#soon.shift(); call; call = this.#soon.shift()) call();
  }

  /** Fires the timer that is due first. */
  fire(): void {
    const first = this.timers.reduce((a, b) => b.due < a.due ? b : a);
    this.timers = this.timers.filter((timer) => timer !== first);
    this.time = Math.max(this.time, first.due);
    first.call();
  }
}

/** A job that keeps what becomes of its items. */
class PaperJob implements Job {
  readonly fn: PoolFunction;
  readonly form: CallForm;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly isSentOnce: boolean;
  readonly plan: JobPlan;
  readonly sends: number[];
  readonly settled: string[][];
  readonly #world: PoolWorld;
  isOver = false;

  constructor(plan: JobPlan, id: number, world: PoolWorld) {
    const spec = { kind: "address", module: "file:///m.ts", name: `f${id}` };
    const definition = { id, spec, names: [], values: [] } as never;
    this.fn = new PoolFunction(definition, {}, false);
    this.form = plan.items === 1 ? CALL_ONE : EACH;
    this.timeoutMs = plan.timeoutMs ?? Infinity;
    this.retries = plan.retries ?? 0;
    this.isSentOnce = plan.isSentOnce ?? false;
    this.plan = plan;
    this.sends = new Array(plan.items).fill(0);
    this.settled = Array.from({ length: plan.items }, () => []);
    this.#world = world;
  }

  batchOf(first: number, count: number): ReturnType<Job["batchOf"]> {
    this.#world.clock.time += count * (this.plan.costMs ?? 0);
    const items = Array.from({ length: count }, (_, i) => first + i);
    for (const item of items) this.sends[item]!++;
    // A text does not fit into a slot; a number does.
    const one = this.plan.costMs === undefined ? first : `${first}`;
    const sent = (this.form === CALL_ONE ? one : items) as never;
    return { items: sent, transfer: [] };
  }

  given(): never {
    throw new Error("Nothing is explained here");
  }

  fulfil(first: number, values: readonly unknown[]): void {
    for (const [i, value] of values.entries()) {
      if (value !== first + i) throw new Error(`${value} for ${first + i}`);
      this.#settle(first + i, "value");
    }
  }

  reject(index: number, error: unknown): void {
    this.#settle(index, (error as Error).name);
  }

  fail(_error: unknown): void {
    this.#end();
  }

  withdraw(): boolean {
    return false;
  }

  #settle(index: number, how: string): void {
    // A result may be on its way when the time of its item is over.
    const isLate = this.settled[index]![0] === "TimeoutError";
    if (this.isOver || isLate) return;
    this.settled[index]!.push(how);
    if (this.settled.every(({ length }) => length > 0)) this.#end();
  }

  #end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#world.scheduler.leave(this);
  }
}

/** A task as a worker has it. */
interface Having {
  readonly seq: number;
  readonly items: number;
  readonly isTimed: boolean;
  readonly slots: Slots | null;
}

/** A worker of paper: the steps of `lib/pool/worker/task_runner.ts`. */
class PaperWorker {
  readonly name: string;
  readonly pid = 1;
  readonly peer: PaperPeer;
  exitcode: number | null = null;
  isDead = false;
  isUp = false;
  isTerminated = false;
  /** Whether it cannot be launched. */
  readonly isUnlaunched: boolean;
  readonly inbox: ToWorker[] = [];
  readonly outbox: unknown[] = [];
  #slots: Slots | null = null;
  readonly #tasks: Having[] = [];
  /** The item that it runs. */
  #item = -1;
  /** Items of the first task that have been run, where it has no slots. */
  #run = 0;
  #next = 0;
  #results: unknown[] = [];
  #done = 0;

  constructor(name: string, destination: Destination, isUnlaunched: boolean) {
    this.name = name;
    this.isUnlaunched = isUnlaunched;
    this.peer = new PaperPeer(this, destination);
  }

  start(): void {}

  terminate(): void {
    this.isTerminated = true;
  }

  get [PEER](): Peer {
    return this.peer;
  }

  [END_CAUSE](): undefined {
    return undefined;
  }

  die(code: number): void {
    this.isDead = true;
    this.exitcode = code;
  }

  /** What it can do next; each name is one step. */
  steps(): string[] {
    if (this.isDead) {
      return this.outbox.length > 0 ? ["deliver"] : ["gone"];
    }
    const steps: string[] = [];
    if (this.outbox.length > 0) steps.push("deliver");
    if (this.isTerminated) steps.push("die");
    if (this.#item >= 0) steps.push("finish");
    else if (this.#tasks.length > 0) steps.push("begin");
    else if (this.inbox.length > 0) steps.push("receive");
    return steps;
  }

  receive(): void {
    const message = this.inbox.shift()!;
    if (typeof message === "number") {
      for (let i = 0; i < message; i++) this.#have(1, false, this.#slots);
    } else if (Array.isArray(message)) {
      const [, isOffered] = message;
      for (let i = RUN_HEAD; i < message.length; i += TASK_STRIDE) {
        const [form, load] = [message[i + 1] as number, message[i + 2]];
        const items = Array.isArray(load) ? load.length : 1;
        const isTimed = (form & TIMED) !== 0;
        this.#have(items, isTimed, isOffered ? this.#slots : null);
      }
    } else if (message.kind === "setup") {
      const { slots } = message;
      if (slots instanceof SharedArrayBuffer) this.#slots = new Slots(slots);
      this.isUp = true;
      this.outbox.push({ kind: "up" });
    } else if (message.kind === "end") this.die(0);
  }

  #have(items: number, isTimed: boolean, slots: Slots | null): void {
    this.#tasks.push({ seq: this.#next++, items, isTimed, slots });
  }

  begin(): void {
    const { seq, items, isTimed, slots } = this.#tasks[0]!;
    this.#item = slots?.claim(seq) ?? (this.#run < items ? this.#run : -1);
    if (this.#item < 0) return this.#pass();
    if (isTimed) this.outbox.push({ kind: "begun", seq, item: this.#item });
  }

  finish(first: (seq: number) => number): void {
    const { seq, items, slots } = this.#tasks[0]!;
    const value = first(seq) + this.#item;
    this.#done++;
    this.#item = -1;
    this.#run++;
    if (items > 1) this.#results.push(seq, this.#run - 1, VALUES, [value]);
    else if (!slots?.put(seq, value)) {
      this.#results.push(seq, 0, VALUES, [value]);
    }
    if (this.#run === items) this.#pass();
    else if (slots !== null) this.#tell(seq);
  }

  #pass(): void {
    const { seq } = this.#tasks.shift()!;
    this.#run = 0;
    this.#tell(seq + 1);
  }

  #tell(upTo: number): void {
    this.outbox.push([upTo, this.#done, this.#done, 0, ...this.#results]);
    this.#results = [];
  }

  get state(): unknown {
    return [
      this.isDead,
      this.isTerminated,
      this.peer.isGone,
      this.inbox.length,
      this.outbox,
      this.#item,
      this.#run,
      this.#next,
      this.#tasks.map(({ seq, slots }) => [seq, slots?.spanOf(seq)]),
    ];
  }
}

class PaperPeer implements Peer {
  readonly destination: Destination;
  readonly #worker: PaperWorker;
  readonly #whenGone: (() => void)[] = [];
  isGone = false;

  constructor(worker: PaperWorker, destination: Destination) {
    this.#worker = worker;
    this.destination = destination;
  }

  post(_box: string, body: unknown): void {
    // The first message has it launched.
    if (this.#worker.isUnlaunched && !this.isGone) {
      this.#worker.die(1);
      this.goes();
    }
    if (!this.#worker.isDead) {
      this.#worker.inbox.push((body as { value: ToWorker }).value);
    }
  }

  broken(error: unknown): void {
    throw error;
  }

  onBroken(): void {}

  onGone(gone: () => void): void {
    if (this.isGone) gone();
    else this.#whenGone.push(gone);
  }

  goes(): void {
    this.isGone = true;
    for (const gone of this.#whenGone.splice(0)) gone();
  }
}

/** One course of events. */
export class PoolWorld {
  readonly clock: PaperClock = new PaperClock();
  readonly scheduler: Scheduler;
  readonly jobs: PaperJob[];
  readonly #model: PoolModel;
  readonly #workers: PaperWorker[] = [];
  #given = 0;
  #kills: number;
  #stops = 0;

  constructor(model: PoolModel) {
    this.#model = model;
    this.#kills = model.kills ?? 0;
    this.jobs = model.jobs.map((plan, i) => new PaperJob(plan, i, this));
    this.scheduler = new Scheduler(
      {
        size: model.size,
        minimum: 0,
        idleMs: model.idleMs ?? Infinity,
        make: () => this.#make(),
        initializer: null,
        initializerModules: [],
        initargs: () => [],
        initargsGiven: [],
      } as never,
      () => {},
      this.clock,
    );
    while (this.jobs[this.#given]?.plan.isLate === false) this.#give();
    for (const { plan } of this.jobs) if (!plan.isLate) this.#give();
    this.clock.settle();
  }

  #make(): WorkerOptions {
    const { hasSlots = true, stopsWhileBusy = true, maxTasks } = this.#model;
    const destination = hasSlots ? "isolate" : "elsewhere";
    const count = this.#workers.length;
    const isUnlaunched = count < (this.#model.unlaunched ?? 0);
    const process = new PaperWorker(`W${count}`, destination, isUnlaunched);
    this.#workers.push(process);
    return {
      process,
      destination,
      stopsWhileBusy,
      mayMap: false,
      maxTasks: maxTasks ?? Infinity,
      initargs: [],
    };
  }

  #give(): void {
    const job = this.jobs[this.#given++]!;
    const { items, chunksize = 1 } = job.plan;
    for (let first = 0; first < items; first += chunksize) {
      const count = Math.min(chunksize, items - first);
      this.scheduler.add(job, new Task(job, first, count));
    }
  }

  /** All that can happen next. */
  choices(): string[] {
    const choices: string[] = [];
    for (const [i, worker] of this.#workers.entries()) {
      if (worker.peer.isGone) continue;
      if (i === this.#model.neverBoots && !worker.isDead) continue;
      for (const step of worker.steps()) choices.push(`${step} ${i}`);
      if (this.#kills > 0 && !worker.isDead) choices.push(`kill ${i}`);
    }
    if (this.#given < this.jobs.length) choices.push("give");
    for (const [i, job] of this.jobs.entries()) {
      const mayAbort = job.plan.mayAbort && !job.isOver && i < this.#given;
      if (mayAbort) choices.push(`abort ${i}`);
    }
    if (this.clock.timers.length > 0) choices.push("timer");
    return choices;
  }

  /** Lets one of them happen. */
  happen(choice: string): void {
    const [what, which] = choice.split(" ") as [string, string];
    const worker = this.#workers[Number(which)]!;
    switch (what) {
      case "receive":
        worker.receive();
        break;
      case "begin":
        worker.begin();
        break;
      case "finish":
        worker.finish((seq) => this.#firstOf(worker, seq));
        break;
      case "deliver":
        this.#deliver(worker);
        break;
      case "die":
        worker.die(-15);
        break;
      case "kill":
        this.#kills--;
        worker.die(-9);
        break;
      case "gone":
        worker.peer.goes();
        break;
      case "give":
        this.#give();
        break;
      case "abort":
        this.#abort(this.jobs[Number(which)]!);
        break;
      case "timer":
        this.clock.fire();
        break;
    }
    this.clock.settle();
    this.check();
  }

  #deliver(worker: PaperWorker): void {
    const value = worker.outbox.shift();
    const body = { form: "clone", value, placeholders: null } as never;
    deliver("pool", body, worker.peer);
  }

  #abort(job: PaperJob): void {
    this.#stops++;
    job.fail(new Error("aborted"));
    this.scheduler.cancel(job);
  }

  /** What a worker was given under a number, also of what was taken back since. */
  readonly #firsts = new Map<string, number>();

  #firstOf(worker: PaperWorker, seq: number): number {
    return this.#firsts.get(`${worker.name} ${seq}`)!;
  }

  #noteFirsts(): void {
    for (const worker of this.scheduler.workers.workers) {
      for (const [seq, { first }] of worker.inFlight.all()) {
        this.#firsts.set(`${worker.process.name} ${seq}`, first);
      }
    }
  }

  /** The invariant; throws where it does not hold. */
  check(): void {
    this.#noteFirsts();
    const places = new Map<PaperJob, number[]>();
    for (const [task] of this.scheduler.locations()) {
      const job = task.job as PaperJob;
      const counts = places.get(job) ?? new Array(job.plan.items).fill(0);
      places.set(job, counts);
      for (let i = task.settled; i < task.count; i++) counts[task.first + i]++;
    }
    const gone = this.scheduler.workers.workers.find(({ hasEnded }) =>
      hasEnded
    );
    if (gone) throw new Error(`${gone.process.name} is kept though it is gone`);
    for (const [i, job] of this.jobs.slice(0, this.#given).entries()) {
      if (!job.isOver) this.#checkJob(i, job, places.get(job) ?? []);
    }
  }

  #checkJob(i: number, job: PaperJob, counts: readonly number[]): void {
    const ended = this.#workers.filter(({ isDead }) => isDead).length;
    for (let item = 0; item < job.plan.items; item++) {
      const settled = job.settled[item]!.length;
      // Whose time is over is with its worker until that is stopped.
      const isOverdue = job.settled[item]![0] === "TimeoutError";
      const places = isOverdue ? 0 : counts[item] ?? 0;
      if (settled + places !== 1) {
        throw new Error(
          `Item ${item} of job ${i} is in ${places} places and settled ` +
            `${settled} times`,
        );
      }
      // Twice, and as often again for each worker that may have taken it along.
      if (job.sends[item]! > 2 * (1 + ended + this.#stops)) {
        throw new Error(`Item ${item} of job ${i} was sent too often`);
      }
    }
  }

  /** Whether nothing is left to do. */
  get isDone(): boolean {
    return this.#given === this.jobs.length && this.scheduler.isIdle;
  }

  /** What decides how it goes on. */
  get key(): string {
    const { time, timers } = this.clock;
    const { workers } = this.scheduler;
    return JSON.stringify([
      this.#given,
      this.#kills,
      this.jobs.map(({ sends, settled, isOver }) =>
        isOver ? 0 : [sends, settled]
      ),
      this.#workers.filter(({ peer }) => !peer.isGone).map((w) => w.state),
      timers.map(({ due }) => Math.max(0, due - time)),
      [...this.scheduler.locations()].map(([task, worker]) => [
        this.jobs.indexOf(task.job as PaperJob),
        task.first,
        task.count,
        task.settled,
        task.losses,
        task.isMoved,
        worker === null ? -1 : workers.workers.indexOf(worker),
      ]),
      workers.workers.map((worker) => stateOf(worker, time)),
    ]);
  }

  /** Ends it, so that nothing of it keeps the test. */
  end(): void {
    for (const job of this.jobs) job.fail(null);
  }
}

/** Nothing waits for a worker for longer. */
const PATIENCE_MAX_MS = 1_000;

function stateOf(worker: PoolWorker, time: number): unknown {
  const { state, load, inFlight: { given } } = worker;
  return [state, load, given, Math.min(PATIENCE_MAX_MS, worker.sameFor(time))];
}

/** What a search has found. */
export interface PoolFound {
  readonly states: number;
  readonly ends: number;
}

/** More states are a mistake in the model. */
const STATES_MAX = 200_000;
/** A longer course of events is one without an end. */
const STEPS_MAX = 400;

/** Tries every order; throws at the first that breaks the invariant, or never ends. */
export function explorePool(model: PoolModel): PoolFound {
  const seen = new Set<string>();
  const open: string[][] = [[]];
  let ends = 0;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const world = new PoolWorld(model);
    try {
      for (const choice of path) world.happen(choice);
      while (!seen.has(world.key)) {
        seen.add(world.key);
        if (seen.size > STATES_MAX) throw new Error("Too many states");
        if (path.length > STEPS_MAX) throw new Error("No end");
        const choices = world.choices();
        if (world.isDone) ends++;
        else if (choices.length === 0) throw new Error("Stuck");
        if (world.isDone && !choices.includes("give")) break;
        const [next, ...others] = choices as [string, ...string[]];
        for (const other of others) open.push([...path, other]);
        path.push(next);
        world.happen(next);
      }
    } catch (error) {
      (error as Error).message += ` after ${path.join(", ")}`;
      throw error;
    } finally {
      world.end();
    }
  }
  return { states: seen.size, ends };
}

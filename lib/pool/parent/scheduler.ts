/**
 * Which worker does what, and when.
 *
 * Tasks wait in one queue. Workers get a few at a time, so that they never wait
 * for the next; when the queue is empty, a worker without work gets what another
 * one has not begun. A worker that ends leaves its tasks to the others.
 *
 * @module
 */

import { keepAlive } from "../../base/keep_alive.ts";
import type { WorkerLostError } from "../../base/errors.ts";
import { type Clock, platformClock, type Timer } from "./clock.ts";
import { WorkerSet, type WorkerSetOptions } from "./worker_set.ts";
import { type Job, Task, type TaskSource } from "./job.ts";
import { endOf, isThrown, lossOf } from "./worker_lost.ts";
import type { Running } from "./in_flight.ts";
import type { PoolWorker, WorkerEvents } from "./pool_worker.ts";
import type { PoolFunction } from "./pool_functions.ts";
import { TaskQueue } from "./task_queue.ts";

/** The most tasks that a worker is given in one go. */
const GIVEN_MAX = 512;

/** A task that takes so long needs one more in store, and no more. */
const LONG_MS = 4;

/** Work worth taking from one worker for another. */
const WORTH_MS = 0.3;

/**
 * When nothing is known of how long it takes, an item is taken from a worker that runs
 * another one for so long, or starts.
 */
const LOOK_MS = 2;

/**
 * A worker that takes something in begins it soon, so nothing is taken from it, unless
 * it gives no sign for so long: something left behind may keep it from its mail.
 */
const SILENT_MS = 100;

/** The two where a worker has to be started for it. */
const START_MS = 50;
const DEAF_MS = 1_000;

/** Taking an item costs its way to another worker: there, and the reading of it. */
const WAYS = 2;

/** The same for one that gives no sign, which may only be slow to read. */
const SILENT_WAYS = 10;

/**
 * After so many workers in a row that a function has cost without any result, a list
 * is given up.
 */
const LOSSES_MAX = 5;

interface Losses {
  readonly first: WorkerLostError;
  count: number;
}

/** What waits for workers. */
interface WarmUp {
  readonly count: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Gives tasks to workers. */
export class Scheduler implements WorkerEvents {
  readonly clock: Clock;
  readonly workers: WorkerSet;
  readonly #queue = new TaskQueue();
  readonly #jobs = new Set<Job>();
  #release = (): void => {};
  #isPumping = false;
  #look: Timer | null = null;
  /** Of functions without any result yet: how often they have cost a worker. */
  readonly #costly = new Map<PoolFunction, Losses>();
  readonly #onIdle: () => void;
  /** Who waits for so many workers to be up. */
  readonly #warmUps = new Set<WarmUp>();

  /** `onIdle` is told when the last job is over, or the last worker gone. */
  constructor(
    options: WorkerSetOptions,
    onIdle: () => void,
    clock: Clock = platformClock,
  ) {
    this.#onIdle = onIdle;
    this.clock = clock;
    this.workers = new WorkerSet(options, this);
    if (this.workers.isShort) this.#soon();
  }

  /** Starts workers until so many are up; rejects when there will be no more. */
  warmUp(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#warmUps.add({ count, resolve, reject });
    this.workers.want(count);
    this.#lookAtWarmUps();
    this.#soon();
    return promise;
  }

  /** Nobody is to wait for workers any more. */
  endWarmUps(error: unknown): void {
    for (const { reject } of this.#warmUps) reject(error);
    this.#warmUps.clear();
  }

  #lookAtWarmUps(): void {
    if (this.#warmUps.size === 0) return;
    const { failure, upCount } = this.workers;
    if (failure !== null) this.endWarmUps(failure.error);
    for (const warmUp of this.#warmUps) {
      if (upCount < warmUp.count) continue;
      this.#warmUps.delete(warmUp);
      warmUp.resolve();
    }
    if (this.#warmUps.size === 0) this.workers.wantUsual();
  }

  /** Whether nothing is left to do. */
  get isIdle(): boolean {
    return this.#jobs.size === 0;
  }

  /** How many jobs are not done. */
  get pending(): number {
    return this.#jobs.size;
  }

  /** How many tasks wait for a worker. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /**
   * Where each task is that has been cut and is not done: with a worker, or with none
   * as it waits.
   *
   * Invariant: every item of a job that is not over is in exactly one of them, or not
   * cut yet, or settled once. A model tries that in every order of events.
   */
  *locations(): Generator<[task: Task, worker: PoolWorker | null]> {
    for (const task of this.#queue.tasks()) yield [task, null];
    for (const worker of this.workers.workers) {
      for (const [, task] of worker.inFlight.all()) yield [task, worker];
    }
  }

  /** Takes a job whose tasks come from `work`. */
  add(job: Job, work: Task | TaskSource): void {
    if (this.#jobs.size === 0) this.#release = keepAlive();
    this.#jobs.add(job);
    if (work instanceof Task && this.#giveAtOnce(work)) return;
    this.#queue.push(work);
    this.#soon();
  }

  /** Gives a task to a worker that waits for one; false where there is none. */
  #giveAtOnce(task: Task): boolean {
    if (this.#isPumping || this.#queue.waiting > 0) return false;
    const worker = this.workers.idle;
    if (worker === null) return false;
    worker.give([task]);
    return true;
  }

  /** There is more in a source that was empty. */
  refill(source: TaskSource): void {
    this.#queue.push(source);
    this.#soon();
  }

  /** A job is over: what is left of it is not wanted. */
  leave(job: Job): void {
    if (!this.#jobs.delete(job)) return;
    if (job.fn.isPassing) this.workers.forget(job.fn);
    if (this.#jobs.size > 0) return;
    // What waits is of jobs that were given up.
    this.#queue.clear();
    this.#release();
    this.#look?.cancel();
    this.#look = null;
    this.#costly.clear();
    this.#onIdle();
  }

  /** What is not begun of a job is not wanted. */
  drop(job: Job): void {
    for (const worker of this.workers.workers) worker.inFlight.forget(job);
  }

  /** Takes back what is not begun of a job, for nobody; false if that is nothing. */
  takeBack(job: Job): boolean {
    let [isTaken, isBegun] = [false, false];
    for (const { inFlight } of this.workers.workers) {
      if (!inFlight.has(job)) continue;
      if (inFlight.forget(job) > 0) isTaken = true;
      else isBegun = true;
    }
    return isTaken || !isBegun;
  }

  /** Whether a worker runs an item of a job. */
  isRunning(job: Job): boolean {
    return this.workers.workers.some((worker) =>
      worker.running()?.task.job === job
    );
  }

  /** What no worker has begun comes to nothing. */
  withdrawAll(reason: () => unknown): void {
    for (const job of [...this.#jobs]) job.withdraw(reason());
  }

  /** Stops the workers that run items of a job. */
  cancel(job: Job): void {
    for (const worker of this.workers.workers) {
      worker.inFlight.forget(job);
      const running = worker.running();
      if (running?.task.job === job) this.#stop(worker, running);
    }
    this.#soon();
  }

  /** Every job fails, every worker ends now. */
  terminate(error: unknown): void {
    this.#queue.clear();
    const jobs = [...this.#jobs];
    for (const worker of this.workers.workers) {
      worker.inFlight.takeBack();
      worker.stop(worker.running());
    }
    for (const job of jobs) job.fail(error);
    this.endWarmUps(error);
  }

  up(_worker: PoolWorker): void {
    this.#lookAtWarmUps();
    this.workers.idles();
    this.#soon();
  }

  broken(_worker: PoolWorker, error: unknown): void {
    this.workers.fail(error);
    this.terminate(error);
  }

  advanced(_worker: PoolWorker): void {
    this.workers.progressed();
    this.workers.idles();
    if (!this.isIdle) this.#soon();
  }

  overdue(worker: PoolWorker, running: Running): void {
    const { task, item } = running;
    task.job.reject(
      task.first + item,
      new DOMException(
        `Cannot finish task ${
          nameOf(task, item)
        } as it ran for more than ${task.job.timeoutMs} ms`,
        "TimeoutError",
      ),
    );
    this.#stop(worker, running);
    this.#soon();
  }

  returned(tasks: readonly Task[]): void {
    for (const task of tasks) this.#queue.returned(task);
    this.#soon();
  }

  gone(worker: PoolWorker): void {
    const { tasks, lost } = worker.remains();
    const wasOfUse = lost !== null ||
      worker.totals.items > 0 && worker.breach === null;
    this.workers.left(worker, wasOfUse);
    // What is returned last comes first: the tasks stay in their order.
    for (const task of tasks.toReversed()) {
      if (task.job.isSentOnce) loseMoved(worker, task);
      else this.#queue.returned(task);
    }
    if (lost !== null) this.#lose(worker, lost);
    this.#soon();
    this.#onIdle();
  }

  parted(): void {
    this.#onIdle();
  }

  #lose(worker: PoolWorker, running: Running): void {
    const { task, item } = running;
    const { job, losses } = task;
    const error = lossOf(worker, running);
    const first = this.#hopeless(job.fn, error);
    if (first !== null) job.fail(first);
    else if (losses < job.retries && !job.isSentOnce) {
      this.#queue.returned(task.part(item, item + 1, losses + 1));
    } else job.reject(task.first + item, error);
  }

  /**
   * The first loss of a function that has given no result yet, where an error in the
   * worker has been the end of several in a row: it would be so with the others.
   */
  #hopeless(fn: PoolFunction, error: WorkerLostError): unknown {
    if (fn.meanMs !== null || !isThrown(error)) {
      this.#costly.delete(fn);
      return null;
    }
    const losses = this.#costly.get(fn) ?? { first: error, count: 0 };
    losses.count++;
    this.#costly.set(fn, losses);
    return losses.count < LOSSES_MAX ? null : losses.first;
  }

  #stop(worker: PoolWorker, excused: Running): void {
    this.returned(worker.inFlight.takeBack());
    worker.stop(excused);
  }

  #soon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    this.clock.soon(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#jobs.size === 0) {
      if (this.workers.isShort) this.#start(0, null);
      return;
    }
    this.#start(this.#queue.waiting, this.#queue.head);
    const active = this.workers.active;
    for (const worker of byLoad(active)) this.#feed(worker);
    const mayBalance = this.workers.size > 1 && this.#queue.waiting === 0;
    if (mayBalance) this.#balance(active);
  }

  #start(waiting: number, fn: PoolFunction | null): void {
    const failure = this.workers.start(waiting, fn);
    if (failure === null) return;
    this.workers.fail(failure.error);
    this.terminate(failure.error);
  }

  #feed(worker: PoolWorker): void {
    const most = Math.min(worker.room, this.#shareOf(worker));
    if (most <= 0) return;
    const tasks = this.#queue.take(most);
    if (this.#isEarly(worker)) this.#keepFixed(tasks);
    worker.give(tasks);
  }

  /** Whether another worker may be idle before this one has begun anything. */
  #isEarly({ state }: PoolWorker): boolean {
    return state === "starting" && this.workers.size > 1;
  }

  /** Lets those wait that could not be moved to another worker. */
  #keepFixed(tasks: Task[]): void {
    const at = tasks.findIndex(({ isMovable }) => !isMovable);
    if (at < 0) return;
    for (const task of tasks.splice(at).toReversed()) {
      this.#queue.returned(task);
    }
  }

  /** How many tasks a worker is to be given now. */
  #shareOf(worker: PoolWorker): number {
    const mean = this.#queue.head?.meanMs ?? null;
    const { load } = worker;
    // What it has in store could not be taken back if it ran one for long.
    if (!worker.inFlight.gives) {
      return load === 0 && !this.#isEarly(worker) ? 1 : 0;
    }
    if (mean !== null && mean > LONG_MS) return Math.max(0, 2 - load);
    if (load > Math.max(1, worker.lastGiven / 2)) return 0;
    const fair = Math.ceil(this.#queue.waiting / (2 * this.workers.size));
    return Math.min(GIVEN_MAX, fair);
  }

  /** A worker without work gets what another one has and will not begin soon. */
  #balance(active: readonly PoolWorker[]): void {
    let isNeeded = this.workers.hasPlace;
    for (const worker of active) {
      if (worker.state !== "up" || worker.load > 0) continue;
      isNeeded = false;
      const task = this.#takeFor(worker, active);
      if (task === null) return;
      worker.give([task]);
    }
    if (isNeeded) this.#startForMovable(active);
  }

  /** Starts a worker for what another one has and will not begin soon. */
  #startForMovable(active: readonly PoolWorker[]): void {
    const task = this.#giver(null, active)?.inFlight.lastMovable ?? null;
    if (task !== null) this.#start(1, task.job.fn);
  }

  #takeFor(worker: PoolWorker, active: readonly PoolWorker[]): Task | null {
    for (;;) {
      const from = this.#giver(worker, active);
      if (from === null) return null;
      const task = from.inFlight.takeLast();
      // Otherwise that worker was quicker.
      if (task !== null) return task;
    }
  }

  /**
   * The worker that has most to give now, to `worker` or to one that is to be started;
   * looks later where one may have something later.
   */
  #giver(
    worker: PoolWorker | null,
    active: readonly PoolWorker[],
  ): PoolWorker | null {
    const now = this.clock.now();
    let most: PoolWorker | null = null;
    let [items, soonestMs] = [0, Infinity];
    for (const other of active) {
      const movable = other === worker ? 0 : other.inFlight.movable();
      if (movable === 0) continue;
      const patienceMs = patienceOf(other, movable, worker === null);
      const waitMs = patienceMs - other.sameFor(now);
      if (waitMs > 0) soonestMs = Math.min(soonestMs, waitMs);
      else if (movable > items) [most, items] = [other, movable];
    }
    if (most === null && soonestMs < Infinity) this.#lookIn(soonestMs);
    return most;
  }

  #lookIn(ms: number): void {
    this.#look ??= this.clock.after(ms, () => {
      this.#look = null;
      this.#pump();
    });
  }
}

/**
 * How long a worker must be at one and the same thing before an item is taken from it.
 * Taking costs the sending: it is done when the worker has already made the item wait
 * for as long as that, so that it is never more than twice as slow as the better choice.
 */
function patienceOf(
  worker: PoolWorker,
  movable: number,
  mustStart: boolean,
): number {
  const task = worker.inFlight.lastMovable;
  // It has begun the last one just now.
  if (task === null) return LOOK_MS;
  const { job: { fn: { meanMs } }, costMs } = task;
  switch (worker.doing) {
    case "receiving":
      return Math.max(
        mustStart ? DEAF_MS : SILENT_MS,
        SILENT_WAYS * costMs,
      );
    case "starting":
      // Another one would not be ready sooner.
      if (mustStart) return Infinity;
      break;
    case "running":
      if (mustStart) return Math.max(START_MS, WAYS * costMs);
  }
  const isWorth = meanMs !== null &&
    meanMs * movable >= Math.max(WORTH_MS, WAYS * costMs);
  return isWorth ? 0 : Math.max(LOOK_MS, WAYS * costMs);
}

/** What was moved to a worker is gone with it, and cannot be sent to another one. */
function loseMoved(worker: PoolWorker, task: Task): void {
  for (let item = 0; item < task.count; item++) {
    const error = endOf(worker, nameOf(task, item));
    error.message = `Cannot run task ${error.task} as worker ` +
      `"${error.worker}" ended before it began it, and what was moved to that ` +
      `worker is gone: give it again, or without "transfer"`;
    task.job.reject(task.first + item, error);
  }
}

/** The idle ones first, and of those the ones that are ready. */
function byLoad(workers: readonly PoolWorker[]): readonly PoolWorker[] {
  if (workers.length === 1) return workers;
  return workers.toSorted((a, b) =>
    a.load - b.load || Number(b.state === "up") - Number(a.state === "up")
  );
}

function nameOf(task: Task, item: number): string {
  return `${task.job.fn.name} #${task.first + item}`;
}

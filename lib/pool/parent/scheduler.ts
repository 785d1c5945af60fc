/**
 * The scheduler of a pool: decides which worker runs which task, and when.
 *
 * Tasks wait in one queue. Workers get a few at a time, so that they never wait for
 * the next; when the queue is empty, an idle worker gets items that another one has
 * not begun. The tasks of a worker that ends go to the others.
 *
 * @module
 */

import { timedOut } from "../../base/timeouts.ts";
import { keepAlive } from "../../base/keep_alive.ts";
import type { WorkerLostError } from "../../base/errors.ts";
import { type Clock, platformClock, type Timer } from "./clock.ts";
import { WorkerSet, type WorkerSetOptions } from "./worker_set.ts";
import { type Job, Task, type TaskSource } from "./job.ts";
import { isKilled, isThrown, lossOf, movedLossOf } from "./worker_lost.ts";
import { taskName } from "./task_names.ts";
import type { Running } from "./in_flight.ts";
import type { PoolWorker, WorkerEvents } from "./pool_worker.ts";
import type { PoolFunction } from "./pool_functions.ts";
import { TaskQueue } from "./task_queue.ts";

/** The most tasks in one `run`. */
const GIVEN_MAX = 512;

/**
 * A worker needs just one more task in reserve if a task takes at least this long.
 */
const LONG_TASK_MS = 4;

/** Work that is worth moving to another worker. */
const WORTH_MS = 0.3;

/**
 * If the duration of an item is unknown, one moves to an idle worker once its
 * worker has been running another item, or starting, for this long.
 */
const STEAL_CHECK_MS = 2;

/**
 * A worker that has just received tasks begins them soon, so none is taken back
 * from it, unless it gives no sign for this long: an earlier task may still block
 * its event loop.
 */
const SILENT_MS = 100;

/** The same two limits, if a worker has to be started for the item. */
const START_MS = 50;
const DEAF_MS = 1_000;

/** Moving an item costs the way to another worker: sending it, and reading it. */
const WAYS = 2;

/** The same for a worker without a sign of life, which may just be slow to read. */
const SILENT_WAYS = 10;

/**
 * A job fails after a function without any result has cost this many workers in a
 * row.
 */
const WORKERS_LOST_MAX = 5;

interface Losses {
  readonly first: WorkerLostError;
  count: number;
}

/** A caller that waits for workers. */
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
  /** Functions without any result yet, and how often they have cost a worker. */
  readonly #costly = new Map<PoolFunction, Losses>();
  readonly #onIdle: () => void;
  /** The callers that wait for a number of workers to be up. */
  readonly #warmUps = new Set<WarmUp>();

  /**
   * `onIdle` is called when the last job is over, and when the last worker has
   * ended.
   */
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

  /** Starts workers until this many are up; rejects if no more workers will start. */
  warmUp(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#warmUps.add({ count, resolve, reject });
    this.workers.want(count);
    this.#lookAtWarmUps();
    this.#soon();
    return promise;
  }

  /** Rejects all callers that wait for workers. */
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

  /** Whether there are no jobs. */
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
   * The location of each task that has been cut and is not done: a worker, or null
   * while it waits.
   *
   * Invariant: every item of a job that is not over is in exactly one location, or
   * not cut yet, or settled once. A model checks that in every sequence of events.
   */
  *locations(): Generator<[task: Task, worker: PoolWorker | null]> {
    for (const task of this.#queue.tasks()) yield [task, null];
    for (const worker of this.workers.workers) {
      for (const [, task] of worker.inFlight.all()) yield [task, worker];
    }
  }

  /** Adds a job whose tasks come from `work`. */
  add(job: Job, work: Task | TaskSource): void {
    if (this.#jobs.size === 0) this.#release = keepAlive();
    this.#jobs.add(job);
    if (work instanceof Task && this.#giveAtOnce(work)) return;
    this.#queue.push(work);
    this.#soon();
  }

  /** Gives a task to a worker that waits for one; false if none waits. */
  #giveAtOnce(task: Task): boolean {
    if (this.#isPumping || this.#queue.waiting > 0) return false;
    const worker = this.workers.idle;
    if (worker === null) return false;
    worker.give([task]);
    return true;
  }

  /** Queues a source again that had been empty and now has tasks. */
  refill(source: TaskSource): void {
    this.#queue.push(source);
    this.#soon();
  }

  /** Removes a job that is over, with all of its tasks. */
  leave(job: Job): void {
    if (!this.#jobs.delete(job)) return;
    if (job.fn.isPassing) this.workers.forget(job.fn);
    if (this.#jobs.size > 0) return;
    // All tasks in the queue belong to jobs that were given up.
    this.#queue.clear();
    this.#release();
    this.#look?.cancel();
    this.#look = null;
    this.#costly.clear();
    this.#onIdle();
  }

  /** Drops the items of a job that no worker has begun. */
  drop(job: Job): void {
    for (const worker of this.workers.workers) worker.inFlight.forget(job);
  }

  /**
   * Takes back the items of a job that no worker has begun, and drops them; false
   * if there are none.
   */
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

  /** Rejects all items that no worker has begun. */
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

  /** Fails every job, and stops every worker now. */
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
      timedOut(
        `finish task ${taskName(task.job.fn.name, task.first + item)}`,
        `it ran for more than ${task.job.timeoutMs} ms`,
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
    // The last task returned is the next one taken, so the tasks stay in order.
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
    const first = this.#hopeless(worker, job.fn, error);
    const isTriedAgain = losses < job.retries && !job.isSentOnce;
    if (first !== null && (isThrown(error) || !isTriedAgain)) job.fail(first);
    else if (isTriedAgain) {
      this.#queue.returned(task.part(item, item + 1, losses + 1));
    } else job.reject(task.first + item, error);
  }

  /**
   * The first loss of a function that has given no result yet, once several workers in
   * a row have ended by what it does: the other items would fail like these. A kill from
   * outside is no fault of it.
   */
  #hopeless(
    worker: PoolWorker,
    fn: PoolFunction,
    error: WorkerLostError,
  ): unknown {
    if (fn.meanMs !== null || isKilled(worker)) {
      this.#costly.delete(fn);
      return null;
    }
    const losses = this.#costly.get(fn) ?? { first: error, count: 0 };
    losses.count++;
    this.#costly.set(fn, losses);
    return losses.count < WORKERS_LOST_MAX ? null : losses.first;
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

  /** Whether another worker may be idle before this one has begun a task. */
  #isEarly({ state }: PoolWorker): boolean {
    return state === "starting" && this.workers.size > 1;
  }

  /** Returns tasks to the queue that could not move to another worker later. */
  #keepFixed(tasks: Task[]): void {
    const at = tasks.findIndex(({ isMovable }) => !isMovable);
    if (at < 0) return;
    for (const task of tasks.splice(at).toReversed()) {
      this.#queue.returned(task);
    }
  }

  /** How many tasks a worker should get now. */
  #shareOf(worker: PoolWorker): number {
    const mean = this.#queue.head?.meanMs ?? null;
    const { load } = worker;
    // Tasks in reserve could not be taken back if it ran one for long.
    if (!worker.inFlight.gives) {
      return load === 0 && !this.#isEarly(worker) ? 1 : 0;
    }
    if (mean !== null && mean > LONG_TASK_MS) return Math.max(0, 2 - load);
    if (load > Math.max(1, worker.lastGiven / 2)) return 0;
    const fair = Math.ceil(this.#queue.waiting / (2 * this.workers.size));
    return Math.min(GIVEN_MAX, fair);
  }

  /** Gives idle workers items that other workers have and will not begin soon. */
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

  /** Starts a worker for items that another one has and will not begin soon. */
  #startForMovable(active: readonly PoolWorker[]): void {
    const task = this.#giver(null, active)?.inFlight.lastMovable ?? null;
    if (task !== null) this.#start(1, task.job.fn);
  }

  #takeFor(worker: PoolWorker, active: readonly PoolWorker[]): Task | null {
    for (;;) {
      const from = this.#giver(worker, active);
      if (from === null) return null;
      const task = from.inFlight.takeLast();
      // Otherwise that worker has begun it meanwhile.
      if (task !== null) return task;
    }
  }

  /**
   * The worker with the most items to give now, to `worker` or to a worker that has
   * to be started; looks again later if one may have items by then.
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
 * How long a worker must be doing the same before an item is taken from it. A move
 * costs the sending of the item. It is made once the worker has let the item wait
 * for as long as the move costs, so it never takes more than twice as long as the
 * better choice.
 */
function patienceOf(
  worker: PoolWorker,
  movable: number,
  mustStart: boolean,
): number {
  const task = worker.inFlight.lastMovable;
  // It has just begun the last one.
  if (task === null) return STEAL_CHECK_MS;
  const { job: { fn: { meanMs } }, costMs } = task;
  switch (worker.doing) {
    case "receiving":
      return Math.max(
        mustStart ? DEAF_MS : SILENT_MS,
        SILENT_WAYS * costMs,
      );
    case "starting":
      // A new worker would not be ready sooner.
      if (mustStart) return Infinity;
      break;
    case "running":
      if (mustStart) return Math.max(START_MS, WAYS * costMs);
  }
  const isWorth = meanMs !== null &&
    meanMs * movable >= Math.max(WORTH_MS, WAYS * costMs);
  return isWorth ? 0 : Math.max(STEAL_CHECK_MS, WAYS * costMs);
}

/** Rejects a task whose buffers moved to a worker and were lost with it. */
function loseMoved(worker: PoolWorker, task: Task): void {
  for (let item = 0; item < task.count; item++) {
    task.job.reject(task.first + item, movedLossOf(worker, { task, item }));
  }
}

/** Idle workers first, and those that are up before those that start. */
function byLoad(workers: readonly PoolWorker[]): readonly PoolWorker[] {
  if (workers.length === 1) return workers;
  return workers.toSorted((a, b) =>
    a.load - b.load || Number(b.state === "up") - Number(a.state === "up")
  );
}

/**
 * The set of workers of a pool: starts them as they are needed, replaces those that
 * end, and gives up after several failures in a row.
 *
 * @module
 */

import type { WorkerOptions } from "./pool_worker.ts";
import { PoolWorker, type WorkerEvents } from "./pool_worker.ts";
import type { Timer } from "./clock.ts";
import { failuresOf, isKilled } from "./worker_lost.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type {
  FunctionDefinition,
  SentItems,
} from "../protocol/pool_messages.ts";

/** How the workers of a pool are made. */
export interface WorkerSetOptions {
  /** The maximum number of workers. */
  readonly size: number;
  /** The number of workers that are started with the pool and stay without tasks. */
  readonly minimum: number;
  /** After how many milliseconds without a task a worker ends. */
  readonly idleMs: number;
  /** Makes a process, not started, which will import these modules. */
  make(modules: readonly string[]): WorkerOptions;
  readonly initializer: FunctionDefinition | null;
  readonly initializerModules: readonly string[];
  /** Packs the arguments of the initializer, for one worker. */
  initargs(): SentItems;
}

/** The pool fails after this many workers in a row have failed. */
const FAILURES_MAX = 5;

/**
 * Delay before a worker is started again after the first failure; it doubles with
 * each.
 */
const BACK_OFF_MS = 20;

/**
 * Maximum of that delay: workers that are killed from outside are replaced for
 * ever.
 */
const BACK_OFF_MAX_MS = 200;

/**
 * How long the end of a pool waits for an abandoned worker: one that only waits for
 * something ends by then, and one that computes may never end.
 */
const PARTING_MS = 500;

/** The workers of one pool. */
export class WorkerSet {
  readonly size: number;
  readonly #options: WorkerSetOptions;
  readonly #events: WorkerEvents;
  readonly #workers = new Set<PoolWorker>();
  /** Workers in a row that ended before they had done anything. */
  #failures = 0;
  /** Abandoned workers that may not have ended. */
  readonly #parting = new Set<PoolWorker>();
  #notBefore = 0;
  /** Workers in a row that were killed from outside before they had done anything. */
  #kills = 0;
  #retry: Timer | null = null;
  /** Fires when a worker may have been idle for too long. */
  #idleLook: Timer | null = null;
  #failure: { readonly error: unknown } | null = null;
  /** How many workers have been started. */
  started = 0;
  /** How many workers have ended early and not been replaced. */
  #vacant = 0;
  /** How many workers have been replaced. */
  restarts = 0;
  /** How many workers are kept, with or without tasks. */
  #minimum: number;

  constructor(options: WorkerSetOptions, events: WorkerEvents) {
    this.#options = options;
    this.size = options.size;
    this.#minimum = options.minimum;
    this.#events = events;
  }

  /** All workers that have neither ended nor been abandoned. */
  get workers(): readonly PoolWorker[] {
    return [...this.#workers];
  }

  /** Whether all workers have ended. */
  get isEmpty(): boolean {
    return this.#workers.size === 0 && this.#parting.size === 0;
  }

  /** The workers that may be given tasks. */
  get active(): readonly PoolWorker[] {
    const active: PoolWorker[] = [];
    for (const worker of this.#workers) {
      if (worker.isActive) active.push(worker);
    }
    return active;
  }

  /** A worker that waits for a task, or null. */
  get idle(): PoolWorker | null {
    for (const worker of this.#workers) {
      if (worker.state === "up" && worker.load === 0 && worker.room > 0) {
        return worker;
      }
    }
    return null;
  }

  /** Whether one more worker may be started. */
  get hasPlace(): boolean {
    return this.#failure === null && this.active.length < this.size;
  }

  /** Why no more workers will start, or null. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** Whether there are fewer workers than the minimum. */
  get isShort(): boolean {
    return this.active.length < this.#minimum;
  }

  /** How many workers are up, idle or busy. */
  get upCount(): number {
    return this.active.filter(({ state }) => state === "up").length;
  }

  /** Raises the minimum to `count` workers, until the pool is idle. */
  want(count: number): void {
    this.#minimum = Math.max(this.#minimum, count);
  }

  /** Keeps no worker without tasks. */
  wantNone(): void {
    this.#minimum = 0;
  }

  /** Sets the minimum to that of the options. */
  wantUsual(): void {
    this.#minimum = this.#options.minimum;
  }

  /**
   * Starts a worker for each of `waiting` tasks that no idle worker can take, and
   * up to the minimum; the workers import the modules of `fn`, too. Returns the
   * error if they cannot start.
   */
  start(
    waiting: number,
    fn: PoolFunction | null,
  ): { readonly error: unknown } | null {
    let free = this.size;
    let wanted = waiting;
    for (const { isActive, load } of this.#workers) {
      if (!isActive) continue;
      free--;
      if (load === 0) wanted--;
    }
    const missing = this.#minimum - (this.size - free);
    const count = Math.min(free, Math.max(wanted, missing));
    if (count <= 0 || this.#mustWait()) return null;
    try {
      for (let i = 0; i < count; i++) this.#start(fn);
      return null;
    } catch (error) {
      return { error };
    }
  }

  #start(fn: PoolFunction | null): void {
    const { make, initializer, initializerModules, initargs } = this.#options;
    const modules = [...initializerModules, ...fn?.modules ?? []];
    const worker = new PoolWorker(make(modules), this.#events);
    const args = initargs();
    // Before it starts, as it may end within that, where it cannot be launched.
    this.#workers.add(worker);
    try {
      worker.start(initializer, args);
    } catch (error) {
      this.#workers.delete(worker);
      throw error;
    }
    this.started++;
    if (this.#vacant === 0) return;
    this.#vacant--;
    this.restarts++;
  }

  #mustWait(): boolean {
    if (this.#failure !== null) return true;
    const { clock } = this.#events;
    const waitMs = this.#notBefore - clock.now();
    if (waitMs <= 0) return false;
    this.#retry ??= clock.after(waitMs, () => {
      this.#retry = null;
      this.#events.returned([]);
    });
    return true;
  }

  /**
   * Removes a worker that has ended; `wasOfUse` says whether it had done anything.
   */
  left(worker: PoolWorker, wasOfUse: boolean): void {
    this.#workers.delete(worker);
    if (!worker.hasEnded) this.#part(worker);
    if (worker.exitReason !== "dismissed") this.#vacant++;
    const isMeant = worker.exitReason !== null || this.#failure !== null;
    if (isMeant || wasOfUse) return;
    if (isKilled(worker)) this.#kills++;
    else this.#failures++;
    this.#notBefore = this.#events.clock.now() + Math.min(
      BACK_OFF_MAX_MS,
      BACK_OFF_MS * 2 ** (this.#failures + this.#kills - 1),
    );
    if (this.#failures < FAILURES_MAX) return;
    this.#events.broken(worker, failuresOf(worker, FAILURES_MAX));
  }

  #part(worker: PoolWorker): void {
    this.#parting.add(worker);
    const parted = () => {
      timer.cancel();
      if (this.#parting.delete(worker)) this.#events.parted();
    };
    const timer = this.#events.clock.after(PARTING_MS, () => parted());
    worker.onEnd(parted);
  }

  /** A worker has done something: resets the count of failures. */
  progressed(): void {
    this.#failures = 0;
    this.#kills = 0;
    this.#notBefore = 0;
  }

  /** Starts no more workers. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#retry?.cancel();
  }

  /** Tells the workers to forget a function that will not be called again. */
  forget({ id }: PoolFunction): void {
    for (const worker of this.#workers) worker.forgetFunction(id);
  }

  /** Sets the timer for workers that may have become idle. */
  idles(): void {
    const { idleMs } = this.#options;
    if (idleMs === Infinity || this.#idleLook !== null) return;
    const { active } = this;
    const idle = active.filter(({ load }) => load === 0);
    if (idle.length === 0 || active.length <= this.#minimum) return;
    const since = Math.min(...idle.map(({ idleSince }) => idleSince));
    const { clock } = this.#events;
    const waitMs = Math.max(0, since + idleMs - clock.now());
    this.#idleLook = clock.after(waitMs, () => {
      this.#idleLook = null;
      this.#endIdle();
    });
    // The program may end while this timer runs.
    this.#idleLook.unref();
  }

  #endIdle(): void {
    const now = this.#events.clock.now();
    let more = this.active.length - this.#minimum;
    for (const worker of this.active) {
      if (more <= 0) break;
      const isIdle = worker.load === 0 && worker.state === "up";
      if (isIdle && now - worker.idleSince >= this.#options.idleMs) {
        worker.end();
        more--;
      }
    }
    this.idles();
  }

  /** Ends every worker after the tasks that it has. */
  end(): void {
    this.wantNone();
    this.#retry?.cancel();
    this.#idleLook?.cancel();
    for (const worker of this.#workers) worker.end();
  }
}

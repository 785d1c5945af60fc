/**
 * The workers of a pool: how many there are, how they come and go.
 *
 * @module
 */

import type { WorkerOptions } from "./pool_worker.ts";
import { PoolWorker, type WorkerEvents } from "./pool_worker.ts";
import type { Timer } from "./clock.ts";
import { endOf, isKilled, isThrown } from "./worker_lost.ts";
import type { PoolFunction } from "./pool_functions.ts";
import type {
  FunctionDefinition,
  SentItems,
} from "../protocol/pool_messages.ts";

/** How a crew makes its workers. */
export interface WorkerSetOptions {
  /** How many there are at the most. */
  readonly size: number;
  /** How many there are from the beginning, also without work. */
  readonly minimum: number;
  /** After how long without work a worker ends. */
  readonly idleMs: number;
  /** Makes a process that has not started, which will import those modules. */
  make(modules: readonly string[]): WorkerOptions;
  readonly initializer: FunctionDefinition | null;
  readonly initializerModules: readonly string[];
  /** Packs the arguments of the initializer, for one worker. */
  initargs(): SentItems;
}

/** After so many workers in a row that came to nothing, the pool gives up. */
const FAILURES_MAX = 5;

/** How long after the first of them a new one is started; then twice as long. */
const BACK_OFF_MS = 20;

/** The longest such time: workers that somebody kills are replaced for ever. */
const BACK_OFF_MAX_MS = 200;

/**
 * How long the end of a pool waits for a worker that was let go of: one that only
 * waits for something ends by then, and one that computes may never.
 */
const PARTING_MS = 500;

/** The workers of one pool. */
export class WorkerSet {
  readonly size: number;
  readonly #options: WorkerSetOptions;
  readonly #events: WorkerEvents;
  readonly #workers = new Set<PoolWorker>();
  /** Workers in a row that ended without having done anything. */
  #failures = 0;
  /** Those that were let go of and may not have ended. */
  readonly #parting = new Set<PoolWorker>();
  #notBefore = 0;
  /** Workers in a row that somebody else ended before they had done anything. */
  #kills = 0;
  #retry: Timer | null = null;
  /** Looks for workers that have been idle for too long. */
  #idleLook: Timer | null = null;
  #failure: { readonly error: unknown } | null = null;
  /** How many have been started. */
  started = 0;
  /** How many have ended before their time, and left a place to be taken. */
  #vacant = 0;
  /** How many took such a place. */
  restarts = 0;
  /** How many are started whether there is work or not. */
  #minimum: number;

  constructor(options: WorkerSetOptions, events: WorkerEvents) {
    this.#options = options;
    this.size = options.size;
    this.#minimum = options.minimum;
    this.#events = events;
  }

  /** Every worker that is not gone. */
  get workers(): readonly PoolWorker[] {
    return [...this.#workers];
  }

  /** Whether all workers have ended. */
  get isEmpty(): boolean {
    return this.#workers.size === 0 && this.#parting.size === 0;
  }

  /** Those that may be given work. */
  get active(): readonly PoolWorker[] {
    const active: PoolWorker[] = [];
    for (const worker of this.#workers) {
      if (worker.isActive) active.push(worker);
    }
    return active;
  }

  /** One that waits for a task, or null. */
  get idle(): PoolWorker | null {
    for (const worker of this.#workers) {
      if (worker.state === "up" && worker.load === 0 && worker.room > 0) {
        return worker;
      }
    }
    return null;
  }

  /** Whether there is a place for one more worker. */
  get hasPlace(): boolean {
    return this.#failure === null && this.active.length < this.size;
  }

  /** Why there will be no more workers, or null. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** Whether there are fewer workers than there are to be without any work. */
  get isShort(): boolean {
    return this.active.length < this.#minimum;
  }

  /** How many are ready for work, or have some. */
  get upCount(): number {
    return this.active.filter(({ state }) => state === "up").length;
  }

  /** Has at least so many workers from now on, for as long as they do not idle. */
  want(count: number): void {
    this.#minimum = Math.max(this.#minimum, count);
  }

  /** Has no more workers than there is work for. */
  wantNone(): void {
    this.#minimum = 0;
  }

  /** Has again as many as the options say. */
  wantUsual(): void {
    this.#minimum = this.#options.minimum;
  }

  /**
   * Starts workers, as many as there are tasks that no idle one can take, for a
   * function among others, or as there are to be at least; gives what speaks against
   * it.
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
    worker.start(initializer, initargs());
    this.#workers.add(worker);
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

  /** A worker has ended, after it had done something or not. */
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
    const error = endOf(worker, null);
    const { cause } = error;
    const detail = isThrown(error) ? `: ${(cause as Error).message}` : "";
    error.message = `Cannot go on with the pool as ${FAILURES_MAX} workers ` +
      `in a row ended before they ran a task; of the last one: ` +
      `${error.message}${detail}`;
    this.#events.broken(worker, error);
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

  /** Somebody did something: whatever it was, workers are of use. */
  progressed(): void {
    this.#failures = 0;
    this.#kills = 0;
    this.#notBefore = 0;
  }

  /** There will be no more workers. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#retry?.cancel();
  }

  /** Workers forget a function that nobody will call again. */
  forget({ id }: PoolFunction): void {
    for (const worker of this.#workers) worker.forgetFunction(id);
  }

  /** A worker may have become idle; it ends if it stays so. */
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
    // Nothing is waited for: a program may end meanwhile.
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

  /** Every worker ends when it has done what it has. */
  end(): void {
    this.wantNone();
    this.#retry?.cancel();
    this.#idleLook?.cancel();
    for (const worker of this.#workers) worker.end();
  }
}

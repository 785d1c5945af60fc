/**
 * A stock of spares: processes or isolates that are booted in advance, each used
 * once.
 *
 * Spares that fit the same start messages stand on one shelf. A shelf is filled
 * again while the program waits: by one spare at a time, from a timer that fires on
 * time. A timer that fires late shows that the program computes, and a boot would
 * only delay that.
 *
 * ```
 *              boot            waiting           take
 *   (nothing) ------> booting ---------> waiting ------> (in use)
 *                        |                  |
 *                        +--- lost, retire -+----------> (nothing)
 * ```
 *
 * The timers of a stock do not keep the program alive.
 *
 * @module
 */

import { ProcessStateError, UnsupportedError } from "../base/errors.ts";
import { thrownText } from "../base/thrown_text.ts";
import { TIMER_MAX_MS } from "../base/timeouts.ts";
import { getLogger } from "../logging/logger.ts";

/**
 * How many spares there are unless `setSpares()` says otherwise. No threads and no
 * workers: `new Worker()` blocks the program for 9 to 38 ms (2.9.6), which a program
 * that starts one child would pay for nothing.
 */
export const SPARES_DEFAULT = { thread: 0, worker: 0, forkserver: 2 } as const;

/** After how many milliseconds without use spares are retired by default. */
export const IDLE_DEFAULT_MS = 60_000;

/** A process or isolate that is booted in advance. */
export interface Spare {
  /** Whether it has booted and waits. */
  readonly isWaiting: boolean;
  /** Its memory in bytes; null while that is unknown. */
  readonly memoryBytes: number | null;
  /** The ID of its OS process. */
  readonly pid: number;
  /** Ends it; resolves when it has ended. */
  retire(): Promise<void>;
}

/** Events of a spare in stock. */
export interface SpareEvents {
  /** It has booted, and waits. */
  waiting(): void;
  /** It has ended without being used, and not because it was retired. */
  lost(reason: string): void;
}

/** Boots one more spare. */
export type Boot<S extends Spare> = (events: SpareEvents) => S;

/** The settings of a stock. */
export interface StockSettings {
  /** How many spares wait on a shelf; there is a shelf for each kind of process. */
  readonly count: number;
  /** After how many milliseconds without use the spares of a shelf are retired. */
  readonly idleMs: number;
  /** Whether a used spare is replaced. */
  readonly isRefilled: boolean;
}

/** The clock of a stock; tests have their own. */
export interface StockClock {
  now(): number;
  /**
   * Calls `action` later, without keeping the program alive; returns a function
   * that cancels.
   */
  later(action: () => void, ms: number): () => void;
}

/** Pause before the next boot, after a spare was used or has booted. */
export const REFILL_MS = 10;

/** A timer that fires this late shows that the program computes. */
export const BUSY_MS = 5;

/** The longest pause before the next check whether the program computes. */
export const PAUSE_MAX_MS = 200;

/** A spare that has not booted by then never will. */
export const BOOT_MAX_MS = 30_000;

/** This many spares lost in a row show that no more will live. */
export const SPARES_LOST_MAX = 3;

/** One that has waited for so long has booted well: it was ended from outside. */
export const SOUND_MS = 1_000;

/** How many shelves are filled; the one that was used longest ago gives way. */
export const SHELVES_MAX = 4;

interface Shelf<S extends Spare> {
  readonly key: string;
  boot: Boot<S>;
  readonly spares: Set<S>;
  /** How many spares were requested from it. */
  uses: number;
  usedAt: number;
  /** How many spares were lost since the last one was used, or was sound. */
  losses: number;
}

const systemClock: StockClock = {
  now: () => performance.now(),
  later(action, ms) {
    const timer = setTimeout(action, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/** An empty stock with the default settings of a start method. */
export function newStock<S extends Spare>(
  method: keyof typeof SPARES_DEFAULT,
): Stock<S> {
  return new Stock(`start method "${method}"`, {
    count: SPARES_DEFAULT[method],
    idleMs: IDLE_DEFAULT_MS,
    isRefilled: true,
  });
}

/** The error of a request for spares of a kind that there never are. */
export function noSpares(method: string, reason: string): UnsupportedError {
  return new UnsupportedError(
    `Cannot fill the spares of start method "${method}" as ${reason}`,
  );
}

/** The spares of one start method. */
export class Stock<S extends Spare> {
  readonly #what: string;
  readonly #clock: StockClock;
  #settings: StockSettings;
  // Invariant: in the order of use, the last one used at the end.
  readonly #shelves = new Map<string, Shelf<S>>();
  readonly #ending = new Set<Promise<void>>();
  /** Cancels the boot timeouts of spares. */
  readonly #limits = new Map<S, () => void>();
  #cancelRefill: (() => void) | null = null;
  #cancelIdle: (() => void) | null = null;
  #whenChanged: (() => void)[] = [];

  /** Makes an empty stock; `what` is its name in the log. */
  constructor(
    what: string,
    settings: StockSettings,
    clock: StockClock = systemClock,
  ) {
    this.#what = what;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** The settings of the stock. */
  get settings(): StockSettings {
    return this.#settings;
  }

  /** Changes the settings; spares above the new count are retired. */
  configure(settings: StockSettings): void {
    this.#settings = settings;
    for (const shelf of this.#shelves.values()) {
      shelf.losses = 0;
      for (const spare of [...shelf.spares].slice(settings.count)) {
        this.#retire(shelf, spare);
      }
    }
    this.#watchIdle();
  }

  /**
   * Takes the best spare of a shelf that `fits`, or returns null. The shelf is
   * filled again by `boot`.
   */
  take(
    key: string,
    boot: Boot<S>,
    fits: (spare: S) => boolean = () => true,
  ): S | null {
    if (this.#settings.count === 0) return null;
    const shelf = this.#shelfOf(key, boot);
    shelf.uses++;
    shelf.usedAt = this.#clock.now();
    for (const spare of shelf.spares) {
      if (spare.isWaiting && !fits(spare)) this.#retire(shelf, spare);
    }
    const spares = [...shelf.spares];
    const spare = spares.find(({ isWaiting }) => isWaiting) ??
      spares.find(fits) ?? null;
    if (spare !== null) {
      shelf.spares.delete(spare);
      this.#unlimit(spare);
      shelf.losses = 0;
    }
    this.#refillLater(REFILL_MS);
    this.#watchIdle();
    return spare;
  }

  /** Fills a shelf at once; resolves when its spares wait, or cannot. */
  async fill(key: string, boot: Boot<S>): Promise<void> {
    if (this.#settings.count === 0) throw this.#noneKept();
    const shelf = this.#shelfOf(key, boot);
    shelf.losses = 0;
    shelf.usedAt = this.#clock.now();
    this.#watchIdle();
    // A shelf that was retired meanwhile does not belong to this stock any more.
    while (this.#shelves.get(key) === shelf) {
      while (this.#lacks(shelf)) this.#boot(shelf);
      const isThere = [...shelf.spares].every(({ isWaiting }) => isWaiting);
      if (isThere) return;
      await new Promise<void>((resolve) => this.#whenChanged.push(resolve));
    }
  }

  #noneKept(): ProcessStateError {
    return new ProcessStateError(
      `Cannot fill the spares of ${this.#what} as it keeps none: set their number by ` +
        `setSpares() first`,
    );
  }

  /** All spares. */
  spares(): S[] {
    return [...this.#shelves.values()].flatMap(({ spares }) => [...spares]);
  }

  /** Ends all spares, and boots none until one is requested. */
  async retire(): Promise<void> {
    this.#cancelRefill?.();
    this.#cancelRefill = null;
    for (const shelf of this.#shelves.values()) this.#remove(shelf);
    this.#watchIdle();
    await Promise.all(this.#ending);
  }

  #shelfOf(key: string, boot: Boot<S>): Shelf<S> {
    const shelf = this.#shelves.get(key) ?? {
      key,
      boot,
      spares: new Set(),
      uses: 0,
      usedAt: 0,
      losses: 0,
    };
    shelf.boot = boot;
    this.#shelves.delete(key);
    this.#shelves.set(key, shelf);
    if (this.#shelves.size > SHELVES_MAX) {
      const [oldest] = this.#shelves.values();
      this.#remove(oldest!);
    }
    return shelf;
  }

  #lacks({ spares, losses }: Shelf<S>): boolean {
    return spares.size < this.#settings.count && losses < SPARES_LOST_MAX;
  }

  /**
   * The shelf to fill next. The first one is filled after its first use; another
   * one after its second, because a program may give each process settings of its
   * own.
   */
  #nextShelf(): Shelf<S> | undefined {
    const isOnly = this.#shelves.size === 1;
    return [...this.#shelves.values()].reverse().find((shelf) =>
      this.#lacks(shelf) && (isOnly || shelf.uses > 1)
    );
  }

  #boot(shelf: Shelf<S>): void {
    let spare: S;
    let soundAt = Infinity;
    try {
      spare = shelf.boot({
        waiting: () => {
          soundAt = this.#clock.now() + SOUND_MS;
          this.#unlimit(spare);
          this.#changed();
          this.#refillLater(REFILL_MS);
        },
        lost: (reason) => {
          this.#unlimit(spare);
          if (this.#clock.now() >= soundAt) shelf.losses = 0;
          if (shelf.spares.delete(spare)) this.#lost(shelf, reason);
        },
      });
    } catch (error) {
      return this.#lost(shelf, thrownText(error));
    }
    shelf.spares.add(spare);
    const cancel = this.#clock.later(() => {
      this.#retire(shelf, spare);
      this.#lost(shelf, `it has not booted within ${BOOT_MAX_MS} ms`);
    }, BOOT_MAX_MS);
    this.#limits.set(spare, cancel);
  }

  #unlimit(spare: S): void {
    this.#limits.get(spare)?.();
    this.#limits.delete(spare);
  }

  #lost(shelf: Shelf<S>, reason: string): void {
    if (++shelf.losses === SPARES_LOST_MAX) {
      getLogger().warning(
        `no more spares are booted for ${this.#what}, as ${SPARES_LOST_MAX} in a row ` +
          `have ended before they were used${reason && `: ${reason}`}`,
      );
    }
    this.#changed();
    this.#refillLater(PAUSE_MAX_MS);
  }

  #changed(): void {
    for (const resolve of this.#whenChanged.splice(0)) resolve();
  }

  #refillLater(pauseMs: number): void {
    if (!this.#settings.isRefilled || this.#cancelRefill !== null) return;
    if (this.#nextShelf() === undefined) return;
    const due = this.#clock.now() + pauseMs;
    this.#cancelRefill = this.#clock.later(() => {
      this.#cancelRefill = null;
      const isBusy = this.#clock.now() - due > BUSY_MS;
      if (isBusy) this.#refillLater(Math.min(2 * pauseMs, PAUSE_MAX_MS));
      else this.#refill();
    }, pauseMs);
  }

  /** Boots one spare, unless one boots already; the next one follows it. */
  #refill(): void {
    if (this.spares().some(({ isWaiting }) => !isWaiting)) return;
    const shelf = this.#nextShelf();
    if (shelf !== undefined) this.#boot(shelf);
  }

  #watchIdle(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    const { idleMs } = this.#settings;
    const [oldest] = this.#shelves.values();
    // Spares that may be idle for longer than any timer runs stay.
    if (oldest === undefined || idleMs > TIMER_MAX_MS) return;
    const left = oldest.usedAt + idleMs - this.#clock.now();
    this.#cancelIdle = this.#clock.later(() => {
      this.#remove(oldest);
      this.#watchIdle();
    }, Math.max(0, left));
  }

  #remove(shelf: Shelf<S>): void {
    for (const spare of shelf.spares) this.#retire(shelf, spare);
    this.#shelves.delete(shelf.key);
  }

  #retire(shelf: Shelf<S>, spare: S): void {
    shelf.spares.delete(spare);
    this.#unlimit(spare);
    const ended = spare.retire();
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
    this.#changed();
  }
}

/**
 * A ring buffer of records in shared memory, on which queues and pipes are built.
 *
 * Any number of isolates and OS processes put and get; every record goes to one
 * getter, whole, and in the order of the puts. `ring_words.ts` describes the
 * control words, and `ring_layout.ts` the places of records.
 *
 * ```
 *   record = units of 8 bytes
 *            length, kind                   one unit
 *            bytes, and up to 7 of filling
 * ```
 *
 * @module
 */

import { Block, type BlockPlace } from "../../memory/allocation/block.ts";
import { wake } from "../../memory/waiting/futex.ts";
import { FREE, giveBack, take, WORD } from "../../sync/mutex.ts";
import {
  briefAt,
  CHECK_LIVENESS,
  GIVE_UP,
  type Limit,
  runNow,
  sleep,
  sleepDeep,
  type Step,
  StepRunner,
  type Steps,
} from "../../sync/steps.ts";
import { Fairness } from "../../sync/fairness.ts";
import {
  allDone,
  CAPACITY,
  COUNT_MAX,
  countBetween,
  countOf,
  DATA_BYTE,
  DROPPED,
  GET_LOCK,
  GETS,
  HEAD,
  oneMore,
  OWN_WORDS,
  placeFor,
  PUT_LOCK,
  PUTS,
  RING_MARK,
  SHUT,
  shut,
  TAIL,
  taskDone,
  UNITS_MAX,
  WRAP,
} from "./ring_words.ts";
import {
  BUSY,
  BYTES_LIMIT,
  COUNT_LIMIT,
  EMPTY,
  GONE,
  type Got,
  type Putting,
} from "./ring_outcomes.ts";
import { grownTo, NOWHERE, placeOf, reachFor } from "./ring_layout.ts";

/** Initial memory of a ring. */
const FIRST_BYTES = 64 * 1024;

/** Address space that a ring reserves, which costs nothing until it is used. */
const RESERVE_BYTES = 2 ** 31;

/** The longest record; a second one of this length still fits beside it. */
export const RECORD_LIMIT: number = 2 ** 30 - 2 ** 16;

/** Records up to this length are got word by word. */
const SMALL_BYTES = 1024;
/** Records up to this length are put word by word. */
const SMALL_PUT_BYTES = 512;

/** The length in the mark behind which records go on at the front. */
const WRAPPED = -1;

/** No room, because another process is in the middle of an operation. */
const IN_THE_WAY = -2;

/**
 * Spin limit before sleeping, about 15 us: in this time a sleeper wakes and
 * answers. So with a processor for each side, both sides only spin.
 */
const LOOKS = 600;

/** How often a lock of the ring is polled before it counts as taken. */
const LOCK_LOOKS = 200;

/** Every 512th wait tests whether spinning pays again. */
const TRIAL_MASK = 511;

/** Index of the first record's word. */
const DATA_WORD = DATA_BYTE / 4;

/**
 * Decodes a record: the bytes from `start` to `stop`, which are valid only until it
 * returns. It is called once for each record, and the record counts as got even if
 * it throws.
 */
export type Reader<T> = (
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  stop: number,
  kind: number,
) => T;

/** Writes a record into the ring. */
export type Writer = (target: Uint8Array<ArrayBuffer>, at: number) => void;

/** A record to put: the first `length` of `bytes`, or what a `Writer` writes. */
export interface Item {
  readonly bytes: Uint8Array<ArrayBuffer> | Writer;
  readonly length: number;
  readonly kind: number;
  /**
   * Whether the record was got before: it goes back even after the puts have ended.
   */
  readonly isBack?: boolean;
}

/**
 * Records of this kind and higher are read in place, while other getters wait: for
 * records that are mostly one large buffer, and readers that run no foreign code.
 */
export const IN_PLACE = 0x100;

/** Limits of a new ring. */
export interface RingOptions {
  /** The maximum number of records. */
  readonly maxCount?: number | undefined;
  /** The maximum size of all records in bytes, except for one large record alone. */
  readonly maxBytes?: number | undefined;
}

/** Allocates memory for a ring. */
export function ringBlock(place: BlockPlace = "local"): Block {
  return Block.reserve(DATA_BYTE + FIRST_BYTES, RESERVE_BYTES, place);
}

/** Initializes a ring in new memory. */
export function formatRing(block: Block, options: RingOptions = {}): void {
  const { maxCount = COUNT_LIMIT, maxBytes = BYTES_LIMIT } = options;
  const words = block.int32;
  words[COUNT_MAX] = Math.min(maxCount, COUNT_LIMIT);
  words[UNITS_MAX] = maxBytes >>> 3;
  words[CAPACITY] = Math.min(FIRST_BYTES, maxBytes) >>> 3;
}

// Small records are copied here first, so that the lock is free before they are
// decoded. No user code runs meanwhile.
const small = new Int32Array(SMALL_BYTES / 4);
const smallBytes = new Uint8Array(small.buffer);

/** Larger buffers are not kept for the next put. */
const KEPT_BYTES = 1 << 20;

// The buffer of the last put, as words: nearly always the codec's own. Invariant:
// the words begin where the buffer does.
let lastBuffer: ArrayBufferLike | null = null;
let lastWords = small;

/** The buffer of `bytes` as words; null if the bytes do not begin with it. */
function wordsOf({ buffer, byteOffset }: Uint8Array): Int32Array | null {
  if (byteOffset !== 0) return null;
  if (buffer === lastBuffer) return lastWords;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength > KEPT_BYTES) {
    return null;
  }
  lastWords = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  lastBuffer = buffer;
  return lastWords;
}

/** A ring, as this isolate sees it. */
export class Ring {
  /** The memory. */
  readonly block: Block;
  /** Callers that wait for a turn of the event loop before they go on. */
  readonly turn: Fairness = new Fairness();
  /** Called from time to time during a wait; may shut the ring. */
  onLook: (() => void) | null = null;
  // Invariant: the views match the memory to which the block is mapped now. They
  // have the same length, which may be shorter than the memory is by now; see #see.
  #words!: Int32Array;
  #bytes!: Uint8Array<ArrayBuffer>;
  #maxCount!: number;
  /** This isolate, as an owner of the locks. */
  readonly #self = { me: 0 };
  readonly #runner: StepRunner;
  // Invariant: the PUTS at which the last get of this isolate found no record, and
  // the GETS at which its last put found no room; read before any other code runs.
  #seenPuts = 0;
  #seenGets = 0;
  // Invariant: the head that belongs to the GETS that was read last.
  #headSeen = 0;
  // Invariant: the count of PUTS up to which only this isolate has put since it
  // read GETS. Until then getters can only have made more room than it saw; the
  // tail of other putters may have wrapped around and passed the head that it saw.
  #seenFor = -1;
  // Invariant: a value that PUTS once had.
  #putsKnown = 0;
  // Invariant: true while a put has both locks.
  #hasBoth = false;
  // Invariant: the word before the last commit, with its mark.
  #before = 0;
  // Invariant: how often the next wait spins before it sleeps; decreases if the
  // other side needs the processor meanwhile, or takes longer than a sleep does.
  #looks = LOOKS;
  #waits = 0;
  // Invariant: how many promises of this isolate wait at the ring.
  #waiting = 0;

  /** Views the ring in `block`. */
  constructor(block: Block) {
    this.block = block;
    this.#runner = new StepRunner(block);
    this.#bind();
    block.onMove(() => this.#bind());
  }

  #bind(): void {
    const { block } = this;
    const words = this.#words = block.int32;
    // As long as the words: another isolate may have made the memory longer
    // meanwhile.
    this.#bytes = new Uint8Array(
      block.buffer as ArrayBuffer,
      block.byteOffset,
      4 * words.length,
    );
    this.#self.me = block.owner;
    this.#maxCount = this.#words[COUNT_MAX]!;
  }

  /** Makes the views, and the memory, extend beyond a unit. */
  #see(unit: number): void {
    const end = DATA_BYTE + 8 * (unit + 1);
    if (end <= this.#bytes.length) return;
    this.block.grow(end);
    this.#bind();
  }

  /** Words that the owner of the ring may use for its own purposes. */
  get ownWords(): Block {
    return this.block.part(4 * OWN_WORDS, DATA_BYTE - 4 * OWN_WORDS);
  }

  // Locks

  #enter(lock: number): boolean {
    const words = this.#words;
    const { me } = this.#self;
    const at = lock + WORD;
    if (Atomics.compareExchange(words, at, FREE, me) === FREE) return true;
    for (let looks = 0; looks < LOCK_LOOKS; looks++) {
      Atomics.pause();
      if (Atomics.load(words, at) !== FREE) continue;
      if (Atomics.compareExchange(words, at, FREE, me) === FREE) return true;
    }
    return false;
  }

  #leave(lock: number): void {
    const { me } = this.#self;
    const at = lock + WORD;
    if (Atomics.compareExchange(this.#words, at, me, FREE) === me) return;
    runNow(this.block, briefAt(lock, giveBack()));
  }

  /** Takes a lock; also that of a dead owner, which has left nothing half done. */
  *#entering(lock: number): Steps<boolean> {
    return (yield* briefAt(lock, take(this.#self))) !== "left";
  }

  #wake(at: number): void {
    wake(this.block, at, 1);
    if (this.#waiting > 0) this.turn.owe();
  }

  // Putting

  /** Puts at once, if there is room and no other putter has the lock. */
  tryPut(
    bytes: Uint8Array<ArrayBuffer> | Writer,
    length: number,
    kind: number,
  ): Putting | typeof BUSY {
    if (!this.#enter(PUT_LOCK)) return BUSY;
    return this.#putInside(bytes, length, kind);
  }

  /** Puts, and blocks until there is room. */
  putSync(item: Item, limit: Limit): Putting {
    const first = this.tryPut(item.bytes, item.length, item.kind);
    if (first === "done" || first === "shut") return first;
    if (first === "full") this.#spinOn(GETS, this.#seenGets);
    return this.#runner.runSync(this.#putting(item), limit);
  }

  /** Puts as soon as there is room; the item must not change until then. */
  put(item: Item, limit: Limit): Promise<Putting> {
    return this.#runAsync(this.#putting(item), limit);
  }

  *#putting(
    { bytes, length, kind, isBack = false }: Item,
  ): Steps<Putting> {
    for (let hasSlept = false;;) {
      if (!this.#enter(PUT_LOCK) && !(yield* this.#entering(PUT_LOCK))) {
        return "full";
      }
      const outcome = this.#putInside(bytes, length, kind, isBack);
      if (outcome === BUSY) {
        if (!this.#enter(GET_LOCK) && !(yield* this.#entering(GET_LOCK))) {
          return "full";
        }
        this.#leave(GET_LOCK);
        continue;
      }
      if (outcome !== "full") {
        if (hasSlept) this.#passOn(GETS);
        return outcome;
      }
      const marked = this.#mark(GETS, this.#seenGets);
      if (marked === null) continue;
      hasSlept = true;
      if (!this.#lookUp(yield this.#sleep(GETS, marked))) return "full";
    }
  }

  #putInside(
    bytes: Uint8Array<ArrayBuffer> | Writer,
    length: number,
    kind: number,
    isBack = false,
  ): Putting | typeof BUSY {
    let outcome: Putting | typeof BUSY;
    try {
      outcome = this.#putLocked(bytes, length, kind, isBack);
    } finally {
      if (this.#hasBoth) this.#leave(GET_LOCK);
      this.#hasBoth = false;
      this.#leave(PUT_LOCK);
    }
    if (outcome === "done" && (this.#before & RING_MARK) !== 0) {
      this.#wake(PUTS);
    }
    return outcome;
  }

  #putLocked(
    bytes: Uint8Array<ArrayBuffer> | Writer,
    length: number,
    kind: number,
    isBack: boolean,
  ): Putting | typeof BUSY {
    const puts = Atomics.load(this.#words, PUTS);
    const isOver = isBack ? this.isDropped : (puts & SHUT) !== 0;
    if (isOver) return "shut";
    const units = 1 + (length + 7 >>> 3);
    const place = this.#placeFor(units, puts);
    if (place < 0) {
      return place === NOWHERE ? this.#fullOrShut(isBack) : BUSY;
    }
    this.#see(place + units);
    const words = this.#words;
    const record = DATA_WORD + 2 * place;
    words[record] = length;
    words[record + 1] = kind;
    if (typeof bytes === "function") bytes(this.#bytes, 4 * record + 8);
    else this.#fill(record + 2, bytes, length);
    words[TAIL + 1 - placeFor(puts)] = place + units;
    if (!this.#commit(PUTS, puts, isBack ? 0 : SHUT)) return "shut";
    this.#seenFor = countOf(oneMore(puts));
    return "done";
  }

  /**
   * A process that sleeps until GETS changes must not have seen the end in it
   * before, because the wake-up of all is over by then.
   */
  #fullOrShut(isBack: boolean): Putting {
    const end = isBack ? DROPPED : SHUT;
    return (this.#seenGets & end) !== 0 ? "shut" : "full";
  }

  #fill(at: number, bytes: Uint8Array, length: number): void {
    const from = length <= SMALL_PUT_BYTES ? wordsOf(bytes) : null;
    const count = length + 3 >>> 2;
    if (from === null || count > from.length) {
      this.#bytes.set(bytes.subarray(0, length), 4 * at);
      return;
    }
    const words = this.#words;
    const whole = length >>> 2;
    for (let i = 0; i < whole; i++) words[at + i] = from[i]!;
    if (whole === count) return;
    // Bytes behind the record in its buffer stay out of the ring.
    words[at + whole] = from[whole]! & (1 << 8 * (length & 3)) - 1;
  }

  /** Adds one to a word, unless a bit of `stop` is set in it meanwhile. */
  #commit(at: number, word: number, stop: number): boolean {
    for (let seen = word;;) {
      const next = oneMore(seen);
      const found = Atomics.compareExchange(this.#words, at, seen, next);
      if (found === seen) {
        this.#before = seen;
        return true;
      }
      // Only marks and the bits of the end can have changed.
      if ((found & stop) !== 0) return false;
      seen = found;
    }
  }

  // Room

  #placeFor(units: number, puts: number): number {
    // Reading another processor's words is slow: use the last known values first.
    const seen = countOf(puts) === this.#seenFor
      ? this.#placeAsSeen(units, puts)
      : NOWHERE;
    if (seen !== NOWHERE) return seen;
    const gets = this.#seenGets = this.#stableGets();
    const place = this.#placeAsSeen(units, puts);
    if (place !== NOWHERE) return place;
    const count = countBetween(puts, gets);
    if (count >= this.#maxCount) return NOWHERE;
    const tail = this.#words[TAIL + placeFor(puts)]!;
    return tail < this.#headSeen
      ? this.#unwrap(units, tail, puts)
      : this.#grow(units, tail, count === 0);
  }

  #placeAsSeen(units: number, puts: number): number {
    if (countBetween(puts, this.#seenGets) >= this.#maxCount) return NOWHERE;
    const words = this.#words;
    const head = this.#headSeen;
    const tail = words[TAIL + placeFor(puts)]!;
    const place = placeOf(units, tail, head, words[CAPACITY]!);
    if (place !== NOWHERE && place < tail && tail >= head) this.#wrapAt(tail);
    return place;
  }

  /** GETS, and the head that belongs to it. */
  #stableGets(): number {
    const words = this.#words;
    for (let gets = Atomics.load(words, GETS);;) {
      const head = Atomics.load(words, HEAD + placeFor(gets));
      const again = Atomics.load(words, GETS);
      if (countBetween(again, gets) === 0) {
        this.#headSeen = head;
        return again;
      }
      gets = again;
    }
  }

  #wrapAt(tail: number): void {
    this.#see(tail);
    this.#words[DATA_WORD + 2 * tail] = WRAPPED;
    this.#words[WRAP] = tail;
  }

  /** Grows the ring behind its last record. */
  #grow(units: number, tail: number, isEmpty: boolean): number {
    const limit = this.#words[UNITS_MAX]!;
    const reach = reachFor(units, tail, isEmpty, limit);
    if (reach === NOWHERE) return NOWHERE;
    this.#reach(reach, limit);
    return tail;
  }

  /**
   * Makes the ring reach so far. It may do so already, and further than this isolate
   * sees: a putter that died has grown it.
   */
  #reach(reach: number, limit: number): void {
    const capacity = this.#words[CAPACITY]!;
    if (reach > limit || reach <= capacity) return this.#see(reach - 1);
    const grown = grownTo(reach, capacity, limit);
    this.#see(grown - 1);
    this.#words[CAPACITY] = grown;
  }

  /** Moves the front of a wrapped ring behind its end, and grows it there. */
  #unwrap(units: number, tail: number, puts: number): number {
    const limit = this.#words[UNITS_MAX]!;
    const to = this.#words[WRAP]! + 1;
    const reach = reachFor(units, to + tail, false, limit);
    if (reach === NOWHERE) return NOWHERE;
    if (!this.#hasBoth && !this.#enter(GET_LOCK)) return IN_THE_WAY;
    this.#hasBoth = true;
    this.#stableGets();
    // Getters may have wrapped to the front meanwhile.
    if (this.#headSeen <= tail) return this.#placeFor(units, puts);
    this.#reach(reach, limit);
    const start = DATA_BYTE + 8 * to;
    this.#bytes.copyWithin(start, DATA_BYTE, DATA_BYTE + 8 * tail);
    return to + tail;
  }

  // Getting

  /** Gets at once, if there is a record and no other getter has the lock. */
  tryGet<T>(read: Reader<T>): Got<T> | typeof BUSY {
    const nothing = this.#nothing();
    if (nothing !== null) return nothing;
    if (!this.#enter(GET_LOCK)) return BUSY;
    return this.#getInside(read);
  }

  /** Gets, and blocks until there is a record. */
  getSync<T>(read: Reader<T>, limit: Limit): Got<T> {
    let hasLooked = false;
    for (let hasSlept = false;;) {
      const got = this.#nothing() ?? this.#tryGetOrPass(read, hasSlept);
      if (got === BUSY) break;
      if (got !== EMPTY) return got;
      if (!hasLooked && this.#spinOn(PUTS, this.#seenPuts)) {
        hasLooked = true;
        continue;
      }
      const marked = this.#mark(PUTS, this.#seenPuts);
      if (marked === null) continue;
      hasSlept = true;
      const step = this.#sleep(PUTS, marked);
      if (!this.#lookUp(this.#runner.sleepSync(step, limit))) return EMPTY;
    }
    return this.#runner.runSync(this.#getting(read), limit);
  }

  /** Gets as soon as there is a record. */
  get<T>(read: Reader<T>, limit: Limit): Promise<Got<T>> {
    return this.#runAsync(this.#getting(read), limit);
  }

  *#getting<T>(read: Reader<T>): Steps<Got<T>> {
    for (let hasSlept = false;;) {
      const nothing = this.#nothing();
      if (
        nothing === null && !this.#enter(GET_LOCK) &&
        !(yield* this.#entering(GET_LOCK))
      ) return EMPTY;
      const got = nothing ?? this.#getOrPass(read, hasSlept);
      if (got !== EMPTY) return got;
      const marked = this.#mark(PUTS, this.#seenPuts);
      if (marked === null) continue;
      hasSlept = true;
      if (!this.#lookUp(yield this.#sleep(PUTS, marked))) return EMPTY;
    }
  }

  #tryGetOrPass<T>(read: Reader<T>, hasSlept: boolean): Got<T> | typeof BUSY {
    if (this.#enter(GET_LOCK)) return this.#getOrPass(read, hasSlept);
    // The wake-up was for a record: the owner of the lock gets it, or no getter does.
    if (hasSlept) this.#passOn(PUTS);
    return BUSY;
  }

  /** Gets under the lock; after a sleep, passes the wake-up on. */
  #getOrPass<T>(read: Reader<T>, hasSlept: boolean): Got<T> {
    let isDone = true;
    try {
      const got = this.#getInside(read);
      isDone = got !== EMPTY;
      return got;
    } finally {
      if (hasSlept && isDone) this.#passOn(PUTS);
    }
  }

  /** Why there is no record to get; null if there is one. */
  #nothing(): typeof EMPTY | typeof GONE | null {
    // In this order: equal counts were equal when the second was read.
    const gets = Atomics.load(this.#words, GETS);
    if ((gets & DROPPED) !== 0) return GONE;
    const known = countBetween(this.#putsKnown, gets);
    // A value behind GETS looks like one that is far ahead.
    if (known !== 0 && known <= COUNT_LIMIT / 2) return null;
    const puts = this.#putsKnown = Atomics.load(this.#words, PUTS);
    if (countBetween(puts, gets) !== 0) return null;
    this.#seenPuts = puts;
    return (puts & SHUT) !== 0 ? GONE : EMPTY;
  }

  #getInside<T>(read: Reader<T>): Got<T> {
    let bytes: Uint8Array<ArrayBuffer> | null = null;
    let length = 0;
    let kind = 0;
    try {
      const nothing = this.#nothing();
      if (nothing !== null) return nothing;
      const gets = Atomics.load(this.#words, GETS);
      const head = this.#recordFor(gets);
      const at = DATA_WORD + 2 * head;
      length = this.#words[at]!;
      kind = this.#words[at + 1]!;
      const next = head + 1 + (length + 7 >>> 3);
      this.#see(next - 1);
      if (kind >= IN_PLACE) return this.#readInPlace(read, at, gets, next);
      bytes = this.#copyOut(at + 2, length);
      if (!this.#commitGet(gets, next)) return GONE;
    } finally {
      this.#leave(GET_LOCK);
    }
    if ((this.#before & RING_MARK) !== 0) this.#wake(GETS);
    return read(bytes, 0, length, kind);
  }

  #readInPlace<T>(
    read: Reader<T>,
    at: number,
    gets: number,
    next: number,
  ): Got<T> {
    const start = 4 * at + 8;
    const stop = start + this.#words[at]!;
    let isGot = false;
    let value: T;
    try {
      value = read(this.#bytes, start, stop, this.#words[at + 1]!);
    } finally {
      isGot = this.#commitGet(gets, next);
      if (isGot && (this.#before & RING_MARK) !== 0) this.#wake(GETS);
    }
    return isGot ? value : GONE;
  }

  #commitGet(gets: number, next: number): boolean {
    this.#words[HEAD + 1 - placeFor(gets)] = next;
    return this.#commit(GETS, gets, DROPPED);
  }

  /** The oldest record, behind a mark if the records went on elsewhere. */
  #recordFor(gets: number): number {
    const head = this.#words[HEAD + placeFor(gets)]!;
    this.#see(head);
    if (this.#words[DATA_WORD + 2 * head] !== WRAPPED) return head;
    const isLast = this.#words[WRAP] === head && this.#tail() < head;
    const record = isLast ? 0 : head + 1;
    this.#see(record);
    return record;
  }

  /** Where the next record will go, at some moment of this call. */
  #tail(): number {
    const words = this.#words;
    for (let puts = Atomics.load(words, PUTS);;) {
      const tail = Atomics.load(words, TAIL + placeFor(puts));
      const again = Atomics.load(words, PUTS);
      if (countBetween(again, puts) === 0) return tail;
      puts = again;
    }
  }

  #copyOut(word: number, length: number): Uint8Array<ArrayBuffer> {
    if (length <= SMALL_BYTES) {
      const words = this.#words;
      const count = length + 3 >>> 2;
      for (let i = 0; i < count; i++) small[i] = words[word + i]!;
      return smallBytes;
    }
    // Faster than slice(), which goes byte by byte over shared memory (2.9.6).
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(4 * word, 4 * word + length));
    return copy;
  }

  // Waiting without getting

  /**
   * Waits until there is a record, or there will be none; false if the time ran
   * out.
   */
  ready(limit: Limit): Promise<boolean> {
    return this.#runAsync(this.#lookingOut(), limit);
  }

  /** The same, but blocks this thread. */
  readySync(limit: Limit): boolean {
    return this.#runner.runSync(this.#lookingOut(), limit);
  }

  *#lookingOut(): Steps<boolean> {
    for (let hasSlept = false;;) {
      if (this.#nothing() !== EMPTY) {
        // The wake-up was for a getter.
        if (hasSlept) this.#passOn(PUTS);
        return true;
      }
      const marked = this.#mark(PUTS, this.#seenPuts);
      if (marked === null) continue;
      hasSlept = true;
      const isStill = this.#lookUp(yield this.#sleep(PUTS, marked));
      if (!isStill) return this.#nothing() !== EMPTY;
    }
  }

  // Sleeping. Only the sleep itself is a step of a program: the code around it
  // takes 0.2 us in this way, and 1.2 us as steps.

  /** Marks a word to sleep on, and returns it; null if it differs from `seen`. */
  #mark(at: number, seen: number): number | null {
    const words = this.#words;
    for (;;) {
      const now = Atomics.load(words, at);
      if (((now ^ seen) & ~RING_MARK) !== 0) return null;
      const marked = now | RING_MARK;
      if (
        now === marked ||
        Atomics.compareExchange(words, at, now, marked) === now
      ) return marked;
    }
  }

  /** Sleeps; deeply if no liveness check is set. */
  #sleep(at: number, marked: number): Step {
    return this.onLook === null ? sleepDeep(at, marked) : sleep(at, marked);
  }

  /** Checks liveness after a sleep; false if it is time to give up. */
  #lookUp(outcome: number): boolean {
    if (outcome === CHECK_LIVENESS) this.onLook?.();
    return outcome !== GIVE_UP;
  }

  /**
   * Passes the wake-up on after a sleep that succeeded. The mark comes first and
   * the wake-up second; a commit in between either sees the mark, or came before,
   * and then the woken process sees it.
   */
  #passOn(at: number): void {
    const word = Atomics.or(this.#words, at, RING_MARK);
    // Only the sleeper itself knows whether there is enough room.
    const isMore = at === GETS ||
      countBetween(word, Atomics.load(this.#words, GETS)) > 0;
    if (isMore) wake(this.block, at, 1);
  }

  /** Spins for a while before it sleeps, if that has paid lately. */
  #spinOn(at: number, seen: number): boolean {
    const isTrial = (++this.#waits & TRIAL_MASK) === 0;
    const most = isTrial ? LOOKS : this.#looks;
    for (let looked = 0; looked < most; looked++) {
      if (((Atomics.load(this.#words, at) ^ seen) & ~RING_MARK) !== 0) {
        this.#looks = LOOKS;
        return true;
      }
      Atomics.pause();
    }
    if (!isTrial) this.#looks = most >>> 1;
    return false;
  }

  async #runAsync<R>(steps: Steps<R>, limit: Limit): Promise<R> {
    this.#waiting++;
    try {
      return await this.#runner.run(steps, limit);
    } finally {
      this.#waiting--;
    }
  }

  // The end, and numbers

  /** Ends the puts, drops the records if `dropped`, and wakes all waiters. */
  shut(dropped: boolean): void {
    runNow(this.block, shut(dropped));
  }

  /** Whether the ring takes no more records. */
  get isShut(): boolean {
    return (Atomics.load(this.#words, PUTS) & SHUT) !== 0;
  }

  /** Whether the ring gives no more records, either. */
  get isDropped(): boolean {
    return (Atomics.load(this.#words, GETS) & DROPPED) !== 0;
  }

  /** The number of records at this moment. */
  get count(): number {
    const words = this.#words;
    for (let gets = Atomics.load(words, GETS);;) {
      if ((gets & DROPPED) !== 0) return 0;
      const puts = Atomics.load(words, PUTS);
      const again = Atomics.load(words, GETS);
      // No get came in between, so both counts held when PUTS was read.
      if (((again ^ gets) & ~RING_MARK) === 0) return countBetween(puts, gets);
      gets = again;
    }
  }

  /** The maximum number of records. */
  get maxCount(): number {
    return this.#maxCount;
  }

  /** Counts one record as done; false if all are done already. */
  taskDone(): boolean {
    return runNow(this.block, taskDone());
  }

  /** Waits until every record is done; false if the time ran out. */
  allDone(limit: Limit): Promise<boolean> {
    return this.#runAsync(allDone(), limit);
  }

  /** The same, but blocks this thread. */
  allDoneSync(limit: Limit): boolean {
    return this.#runner.runSync(allDone(), limit);
  }
}

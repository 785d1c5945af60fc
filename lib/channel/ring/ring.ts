/**
 * A ring of records in shared memory: what queues and pipes are made of.
 *
 * Any number of isolates and OS processes put and get; every record goes to one
 * getter, whole, and in the order of the puts. How it is kept, `ring_words.ts` says;
 * where a record goes, `ring_layout.ts`.
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
  SPINS,
  type Step,
  StepRunner,
  type Steps,
} from "../../sync/steps.ts";
import { Fairness } from "../../sync/fairness.ts";
import {
  allDone,
  CAPACITY,
  COUNT_LIMIT,
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
import { grownTo, NOWHERE, placeOf, reachFor } from "./ring_layout.ts";

/** How much memory a ring has at first. */
const FIRST_BYTES = 64 * 1024;

/** How much memory a ring may ever have; reserved only, and so free of cost. */
const RESERVE_BYTES = 2 ** 31;

/** The most that the records of a ring may be told to take. */
export const BYTES_LIMIT: number = 2 ** 30;

/** How much room records take if nobody says. */
export const BYTES_DEFAULT: number = 64 * 1024 * 1024;

/** The longest record: beside another one like it there is still room. */
export const RECORD_LIMIT: number = 2 ** 30 - 2 ** 16;

/** Up to this length a record is got word for word. */
const SMALL_BYTES = 1024;
/** Up to this length a record is put word for word. */
const SMALL_PUT_BYTES = 512;

/** The length of the mark that says where the records go on. */
const WRAPPED = -1;

/** No room, as another one is in the way for a moment. */
const IN_THE_WAY = -2;

/**
 * How often is looked at most before a sleep: some 15 us, in which one that sleeps
 * wakes and answers. So where both sides have a processor, both come to look only.
 */
const LOOKS = 600;

/** Every 512th wait tries whether it is worth looking again. */
const TRIAL_MASK = 511;

/** Where the first record begins, in words. */
const DATA_WORD = DATA_BYTE / 4;

/** There is nothing to get. */
export const EMPTY: unique symbol = Symbol("multiprocessing.empty");
/** There is nothing to get, and never will be. */
export const GONE: unique symbol = Symbol("multiprocessing.gone");
/** Another one is at it right now. */
export const BUSY: unique symbol = Symbol("multiprocessing.busy");

/** How a put ended. */
export type Putting = "done" | "full" | "shut";

/** What a get gives. */
export type Got<T> = T | typeof EMPTY | typeof GONE;

/**
 * Makes something of a record: the bytes from `start` to `stop`, which are only
 * there until it returns. It is called once for each record, which is got even if
 * it throws.
 */
export type Reader<T> = (
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  stop: number,
  kind: number,
) => T;

/** Writes a record where it belongs. */
export type Writer = (target: Uint8Array<ArrayBuffer>, at: number) => void;

/** What is put: the first `length` of `bytes`, or what `write` writes. */
export interface Item {
  readonly bytes: Uint8Array<ArrayBuffer> | Writer;
  readonly length: number;
  readonly kind: number;
  /** Whether it was there before: then it goes back even where puts have ended. */
  readonly isBack?: boolean;
}

/**
 * Kinds from here on are read where they lie, while no other getter can go on: for
 * records that are mostly one large buffer, and readers that run no foreign code.
 */
export const IN_PLACE = 0x100;

/** What a new ring is given. */
export interface RingOptions {
  /** The most records at once. */
  readonly maxCount?: number | undefined;
  /** The most bytes that they may take, one large record alone excepted. */
  readonly maxBytes?: number | undefined;
}

/** Memory for a ring. */
export function ringBlock(place: BlockPlace = "local"): Block {
  return Block.reserve(DATA_BYTE + FIRST_BYTES, RESERVE_BYTES, place);
}

/** Makes a ring of memory that nobody has yet. */
export function formatRing(block: Block, options: RingOptions = {}): void {
  const { maxCount = COUNT_LIMIT, maxBytes = BYTES_DEFAULT } = options;
  const words = block.int32;
  words[COUNT_MAX] = Math.min(maxCount, COUNT_LIMIT);
  words[UNITS_MAX] = maxBytes >>> 3;
  words[CAPACITY] = Math.min(FIRST_BYTES, maxBytes) >>> 3;
}

// What is got is copied here first, if it is small, so that the lock is free again
// before anything is made of it. No code of a user runs meanwhile.
const small = new Int32Array(SMALL_BYTES / 4);
const smallBytes = new Uint8Array(small.buffer);

/** Larger buffers are not kept here for the sake of the next put. */
const KEPT_BYTES = 1 << 20;

// The buffer that was put from last, as words: nearly always the codec's own.
// Invariant: the words begin where the buffer does.
let lastBuffer: ArrayBufferLike | null = null;
let lastWords = small;

/** The buffer of `bytes` as words; null where the bytes do not begin with it. */
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
  /** Who waits for a turn of the event loop before it goes on. */
  readonly turn: Fairness = new Fairness();
  /** Called now and then while somebody waits; may shut the ring. */
  onLook: (() => void) | null = null;
  // Invariant: these belong to the place where the block is now. The views are of
  // one length, and may be shorter than the memory is by now; see #see.
  #words!: Int32Array;
  #bytes!: Uint8Array<ArrayBuffer>;
  #maxCount!: number;
  /** This isolate, as an owner of the locks. */
  readonly #self = { me: 0 };
  readonly #runner: StepRunner;
  // Invariant: the PUTS at which the last get of this isolate found nothing, and
  // the GETS at which its last put found no room; read before anything else runs.
  #seenPuts = 0;
  #seenGets = 0;
  // Invariant: the head that belongs to the GETS looked at last.
  #headSeen = 0;
  // Invariant: the count of PUTS up to which this isolate was the only one that put
  // since it looked at GETS. So long getters can only have made more room than it
  // saw; a tail of others may have come around and past the head that it saw.
  #seenFor = -1;
  // Invariant: a PUTS that was there at some time.
  #putsKnown = 0;
  // Invariant: true while a put has both locks.
  #hasBoth = false;
  // Invariant: the word before the last commit, with its mark.
  #before = 0;
  // Invariant: how often the next wait looks before it sleeps: ever less where the
  // other side needs the processor meanwhile, or longer than a sleep takes.
  #looks = LOOKS;
  #waits = 0;
  // Invariant: how many promises of this isolate wait here.
  #waiting = 0;

  /** Looks at the ring in `block`. */
  constructor(block: Block) {
    this.block = block;
    this.#runner = new StepRunner(block);
    this.#bind();
    block.onMove(() => this.#bind());
  }

  #bind(): void {
    const { block } = this;
    const words = this.#words = block.int32;
    // As long as the words: the memory may be longer by now, by another isolate.
    this.#bytes = new Uint8Array(
      block.buffer as ArrayBuffer,
      block.byteOffset,
      4 * words.length,
    );
    this.#self.me = block.owner;
    this.#maxCount = this.#words[COUNT_MAX]!;
  }

  /** Sees to it that the views reach behind that unit, and the memory too. */
  #see(unit: number): void {
    const end = DATA_BYTE + 8 * (unit + 1);
    if (end <= this.#bytes.length) return;
    this.block.grow(end);
    this.#bind();
  }

  /** Words that the owner of the ring may use as it likes. */
  get ownWords(): Block {
    return this.block.part(4 * OWN_WORDS, DATA_BYTE - 4 * OWN_WORDS);
  }

  // Locks

  #enter(lock: number): boolean {
    const words = this.#words;
    const { me } = this.#self;
    const at = lock + WORD;
    if (Atomics.compareExchange(words, at, FREE, me) === FREE) return true;
    for (let spun = 0; spun < SPINS; spun++) {
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

  /** Takes a lock; also a dead owner's, as that has left nothing half done. */
  *#entering(lock: number): Steps<boolean> {
    return (yield* briefAt(lock, take(this.#self))) !== "left";
  }

  #wake(at: number): void {
    wake(this.block, at, 1);
    if (this.#waiting > 0) this.turn.owe();
  }

  // Putting

  /** Puts at once, if there is room and nobody else is at it. */
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

  /** Puts as soon as there is room; the item must stay as it is until then. */
  put(item: Item, limit: Limit): Promise<Putting> {
    return this.#aside(this.#putting(item), limit);
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
    this.#seenFor = countOf(oneMore(puts));
    return this.#commit(PUTS, puts, isBack ? 0 : SHUT) ? "done" : "shut";
  }

  /**
   * Whoever sleeps for a change of GETS must not have seen the end in it already,
   * as that has woken all by then.
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
    // What lies behind the record in its buffer stays there.
    words[at + whole] = from[whole]! & (1 << 8 * (length & 3)) - 1;
  }

  /** Counts a word up by one, unless a bit of `stop` is set in it meanwhile. */
  #commit(at: number, word: number, stop: number): boolean {
    for (let seen = word;;) {
      const next = oneMore(seen);
      const found = Atomics.compareExchange(this.#words, at, seen, next);
      if (found === seen) {
        this.#before = seen;
        return true;
      }
      // Only marks and the end of the ring come in between.
      if ((found & stop) !== 0) return false;
      seen = found;
    }
  }

  // Room

  #placeFor(units: number, puts: number): number {
    // Another processor's words are slow to read: first what was seen of them.
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

  /** Goes on behind what there is. */
  #grow(units: number, tail: number, isEmpty: boolean): number {
    const limit = this.#words[UNITS_MAX]!;
    const reach = reachFor(units, tail, isEmpty, limit);
    if (reach === NOWHERE) return NOWHERE;
    this.#reach(reach, limit);
    return tail;
  }

  #reach(reach: number, limit: number): void {
    if (reach > limit) return this.#see(reach - 1);
    const capacity = this.#words[CAPACITY]!;
    if (reach <= capacity) return;
    const grown = grownTo(reach, capacity, limit);
    this.#see(grown - 1);
    this.#words[CAPACITY] = grown;
  }

  /** Moves the front of a wrapped ring behind its end, and goes on there. */
  #unwrap(units: number, tail: number, puts: number): number {
    const limit = this.#words[UNITS_MAX]!;
    const to = this.#words[WRAP]! + 1;
    const reach = reachFor(units, to + tail, false, limit);
    if (reach === NOWHERE) return NOWHERE;
    if (!this.#hasBoth && !this.#enter(GET_LOCK)) return IN_THE_WAY;
    this.#hasBoth = true;
    this.#stableGets();
    // Its getters may have come to the front meanwhile.
    if (this.#headSeen <= tail) return this.#placeFor(units, puts);
    this.#reach(reach, limit);
    const start = DATA_BYTE + 8 * to;
    this.#bytes.copyWithin(start, DATA_BYTE, DATA_BYTE + 8 * tail);
    return to + tail;
  }

  // Getting

  /** Gets at once, if there is something and nobody else is at it. */
  tryGet<T>(read: Reader<T>): Got<T> | typeof BUSY {
    const nothing = this.#nothing();
    if (nothing !== null) return nothing;
    if (!this.#enter(GET_LOCK)) return BUSY;
    return this.#getInside(read);
  }

  /** Gets, and blocks until there is something. */
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

  /** Gets as soon as there is something. */
  get<T>(read: Reader<T>, limit: Limit): Promise<Got<T>> {
    return this.#aside(this.#getting(read), limit);
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
    // Whoever has the lock gets what the wake-up was for, or nobody does.
    if (hasSlept) this.#passOn(PUTS);
    return BUSY;
  }

  /** Gets under the lock; then one who has slept sees to the next. */
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

  /** Why there is nothing to get; null when there is something. */
  #nothing(): typeof EMPTY | typeof GONE | null {
    // In this order: if the counts are equal, they were so when the second was read.
    const gets = Atomics.load(this.#words, GETS);
    if ((gets & DROPPED) !== 0) return GONE;
    const known = countBetween(this.#putsKnown, gets);
    // What is behind the gets seems to be far ahead.
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

  /** Where the oldest record is, behind a mark that the records went on elsewhere. */
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
    // Quicker than slice(), which goes byte by byte over shared memory (2.9.6).
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(4 * word, 4 * word + length));
    return copy;
  }

  // Waiting without getting

  /** Waits until there is something to get, or never will be; false if it gave up. */
  ready(limit: Limit): Promise<boolean> {
    return this.#aside(this.#lookingOut(), limit);
  }

  /** The same, blocking. */
  readySync(limit: Limit): boolean {
    return this.#runner.runSync(this.#lookingOut(), limit);
  }

  *#lookingOut(): Steps<boolean> {
    for (let hasSlept = false;;) {
      if (this.#nothing() !== EMPTY) {
        // The wake-up was for one that gets.
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

  // Sleeping. Only the sleep itself is a step of a program: what is around it takes
  // 0.2 us this way, and 1.2 us by steps.

  /** Marks a word to sleep on, and gives it; null if it is another one than `seen`. */
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

  /** Sleeps; where a look around does nothing, deeply. */
  #sleep(at: number, marked: number): Step {
    return this.onLook === null ? sleepDeep(at, marked) : sleep(at, marked);
  }

  /** Looks around after a sleep; false if it is time to give up. */
  #lookUp(outcome: number): boolean {
    if (outcome === CHECK_LIVENESS) this.onLook?.();
    return outcome !== GIVE_UP;
  }

  /**
   * For one that has slept and has got what it wanted. The mark comes first and the
   * wake-up then; a commit meanwhile either sees the mark, or came before and is
   * seen by who is woken.
   */
  #passOn(at: number): void {
    const word = Atomics.or(this.#words, at, RING_MARK);
    // Whether there is room, only who needs it knows.
    const isMore = at === GETS ||
      countBetween(word, Atomics.load(this.#words, GETS)) > 0;
    if (isMore) wake(this.block, at, 1);
  }

  /** Looks for a while before it sleeps, if that has been worth it lately. */
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

  async #aside<R>(steps: Steps<R>, limit: Limit): Promise<R> {
    this.#waiting++;
    try {
      return await this.#runner.run(steps, limit);
    } finally {
      this.#waiting--;
    }
  }

  // The end, and numbers

  /** Ends the puts, and drops what is there if `dropped`; wakes everybody. */
  shut(dropped: boolean): void {
    runNow(this.block, shut(dropped));
  }

  /** Whether nothing is put any more. */
  get isShut(): boolean {
    return (Atomics.load(this.#words, PUTS) & SHUT) !== 0;
  }

  /** Whether nothing is got any more either. */
  get isDropped(): boolean {
    return (Atomics.load(this.#words, GETS) & DROPPED) !== 0;
  }

  /** How many records there are at this moment. */
  get count(): number {
    const words = this.#words;
    for (let gets = Atomics.load(words, GETS);;) {
      if ((gets & DROPPED) !== 0) return 0;
      const puts = Atomics.load(words, PUTS);
      const again = Atomics.load(words, GETS);
      // No get came in between, so both were true when the puts were counted.
      if (((again ^ gets) & ~RING_MARK) === 0) return countBetween(puts, gets);
      gets = again;
    }
  }

  /** How many records there may be. */
  get maxCount(): number {
    return this.#maxCount;
  }

  /** Notes that a record is done with; false when all of them are already. */
  taskDone(): boolean {
    return runNow(this.block, taskDone());
  }

  /** Waits until every record is done with; false if it gave up. */
  allDone(limit: Limit): Promise<boolean> {
    return this.#aside(allDone(), limit);
  }

  /** The same, blocking. */
  allDoneSync(limit: Limit): boolean {
    return this.#runner.runSync(allDone(), limit);
  }
}

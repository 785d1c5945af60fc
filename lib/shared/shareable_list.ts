/**
 * The class `ShareableList`: a list of small items in shared memory.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { expectOptions } from "../base/options.ts";
import { SharedMemoryError } from "../base/errors.ts";
import { placed } from "../memory/allocation/placement.ts";
import {
  checkAvailable,
  claimSite,
  register,
} from "../memory/allocation/construction_sites.ts";
import { type Destination, HANDLE } from "../wire/serialization/handle.ts";
import { refuseIndex } from "./elements.ts";
import {
  decodeListItem,
  type Encoded,
  encodeListItem,
  isEqual,
  KINDS,
  type ListItemKind,
  type ShareableItem,
} from "./list_items.ts";
import {
  type MemoryPart,
  type NamedHandle,
  nameFor,
  SharedMemory,
  type SharedMemoryOptions,
} from "./shared_memory.ts";
import { showValue } from "../base/shown_value.ts";

/**
 * Options of a {@linkcode ShareableList}: the shared memory that holds it.
 *
 * @example With a chosen name
 * ```ts
 * import { ShareableList, type ShareableListOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: ShareableListOptions = { name: `list-${Deno.pid}` };
 * using list = new ShareableList([1, 2], options);
 * equal(list.shm.name, options.name);
 * ```
 */
export interface ShareableListOptions {
  /** The name of the shared memory; for a new list, random by default. */
  readonly name?: string | undefined;
  /**
   * Whether a new list survives the end of its creator.
   *
   * @default {false}
   */
  readonly persist?: boolean | undefined;
}

// The words of a list, and then those of each item: COUNT MAGIC   KIND LENGTH
// OFFSET ROOM   KIND LENGTH OFFSET ROOM   …   bytes The first two are a
// negative number to Python, whose own list begins with its length in 64 bits:
// so it refuses the list, where it would otherwise read without end. Invariant:
// OFFSET is a multiple of 8 and ROOM at least 8, so that any item can be
// replaced by a number; LENGTH <= ROOM counts bytes, also of text.
const COUNT = 0;
const MAGIC = 1;
const ITEMS = 2;
const WORDS_PER_ITEM = 4;
const KIND = 0;
const LENGTH = 1;
const OFFSET = 2;
const ROOM = 3;
const MAGIC_NUMBER = 0xcd50_4c32 | 0;
const ALIGN_BYTES = 8;
const NUMBER_BYTES = 8;

/**
 * A list of fixed length in named shared memory, whose items may be numbers,
 * 64-bit integers, booleans, text, bytes and null, like Python's
 * `multiprocessing.shared_memory.ShareableList`.
 *
 * - **Any item may be replaced** by one of another type, if it fits: numbers
 *   always do, text and bytes if they need no more bytes, in UTF-8 and rounded
 *   up to a multiple of 8, than the first item.
 * - **Exact:** bytes keep the NULs at their end, and text of any script is
 *   preserved.
 * - **Numbers** are floats; integers of 64 bits are bigints.
 * - **Not atomic:** hold a lock where one process writes an item that another
 *   reads.
 * - **Lifetime and sharing** are those of its {@linkcode SharedMemory}, `shm`.
 * - **Not Python's:** Python's ShareableList has another format. Each side
 *   refuses lists of the other; use SharedMemory between the two.
 *
 * | What          | any start method                     |
 * | ------------- | ------------------------------------ |
 * | a new list    | one SharedMemory: about 0.1 ms       |
 * | `get`, `set`  | a copy of the item                   |
 *
 * @example By name
 * ```ts
 * import { ShareableList } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * using list = new ShareableList(["abc", 1, null]);
 * using other = new ShareableList(null, { name: list.shm.name });
 * other.set(0, "äöü");
 * equal(list.get(0), "äöü");
 * equal(list.at(-1), null);
 * ```
 */
export class ShareableList implements Iterable<ShareableItem>, Disposable {
  /** The memory that holds the list; closing it closes the list. */
  readonly shm: SharedMemory;
  /** The number of items. */
  readonly length: number;

  /**
   * Makes a list, or attaches one.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList([1, 2, 3]);
   * equal(list.length, 3);
   * ```
   *
   * @param items The initial items; null to attach the list of that name.
   * @param options The memory that holds the list.
   * @throws {TypeError} If an item is of a type that a list cannot hold.
   * @throws {RangeError} If a bigint has more than 64 bits.
   * @throws {Deno.errors.NotFound} If no memory has that name.
   * @throws {SharedMemoryError} If the memory of that name holds no list.
   */
  constructor(
    items: Iterable<ShareableItem> | null = null,
    options: ShareableListOptions = {},
  ) {
    expectOptions(options, "make a list", "{ name }");
    const claim = items === null ? null : claimSite("shareablelist", SELF);
    checkAvailable(claim);
    const found = claim?.handle?.kind === "shareablelist"
      ? claim.handle.name
      : null;
    const plan = items === null ? null : planOf([...items].map(encodeListItem));
    this.shm = (found !== null ? attachIfThere(found) : null) ??
      (plan === null
        ? new SharedMemory({ name: options.name })
        : createFilled(plan, options));
    this.length = lengthIn(this.shm);
    if (claim !== null) register(claim, this);
  }

  #slot(index: number): Int32Array {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.length) {
      refuseIndex(index, this.length);
    }
    return slotOf(this.shm.buf, index);
  }

  /**
   * Reads one item.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList([true, "a"]);
   * equal(list.get(1), "a");
   * ```
   *
   * @param index The index of the item, from 0.
   * @returns A copy of the item.
   * @throws {RangeError} If the index is out of range.
   */
  get(index: number): ShareableItem {
    const slot = this.#slot(index);
    const offset = slot[OFFSET]!;
    const bytes = this.shm.buf.subarray(offset, offset + slot[LENGTH]!);
    return decodeListItem(KINDS[slot[KIND]!] ?? "null", bytes);
  }

  /**
   * Reads one item, counted from the end if the index is negative.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList([1, 2]);
   * equal(list.at(-1), 2);
   * ```
   *
   * @param index The index of the item; -1 is the last.
   * @returns A copy of the item, or undefined if the index is out of range.
   */
  at(index: number): ShareableItem | undefined {
    const at = index < 0 ? this.length + index : index;
    return at >= 0 && at < this.length ? this.get(at) : undefined;
  }

  /**
   * Replaces an item.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal, throws } from "node:assert/strict";
   *
   * using list = new ShareableList(["abc"]);
   * list.set(0, 8);
   * equal(list.get(0), 8);
   * throws(() => list.set(0, "123456789"), RangeError);
   * ```
   *
   * @param index The index of the item, from 0.
   * @param item The new item.
   * @throws {RangeError} If the index is out of range, or the new item is too
   * long.
   * @throws {TypeError} If the item is of a type that a list cannot hold.
   */
  set(index: number, item: ShareableItem): void {
    const slot = this.#slot(index);
    const { kind, bytes } = encodeListItem(item);
    const room = slot[ROOM]!;
    if (bytes.length > room) {
      throw new RangeError(
        `Cannot put ${bytes.length} bytes into item ${index} of the list as it has room for ${room}: make the list with a longer item there`,
      );
    }
    put(this.shm.buf, slot, kind, bytes);
  }

  /**
   * Counts the items that equal `item`.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using list = new ShareableList(["a", "b", "a"]);
   * equal(list.count("a"), 2);
   * ```
   *
   * @param item The item to look for.
   * @returns Their number.
   */
  count(item: ShareableItem): number {
    return [...this].filter((one) => isEqual(one, item)).length;
  }

  /**
   * The index of the first item that equals `item`.
   *
   * @example Usage
   * ```ts
   * import { ShareableList } from "@multiprocessing/core";
   * import { equal, throws } from "node:assert/strict";
   *
   * using list = new ShareableList(["a", "b"]);
   * equal(list.index("b"), 1);
   * throws(() => list.index("c"), RangeError);
   * ```
   *
   * @param item The item to look for.
   * @returns The index.
   * @throws {RangeError} If the list has no such item; Python throws too.
   */
  index(item: ShareableItem): number {
    const at = [...this].findIndex((one) => isEqual(one, item));
    if (at >= 0) return at;
    throw new RangeError(
      `Cannot find ${showValue(item)} in the list: ask count() first`,
    );
  }

  /** Iterates over copies of the items; each is read when it is reached. */
  *[Symbol.iterator](): IterableIterator<ShareableItem> {
    for (let at = 0; at < this.length; at++) yield this.get(at);
  }

  /** Closes its memory, and unlinks the name if this object created it. */
  [Symbol.dispose](): void {
    this.shm[Symbol.dispose]();
  }

  /**
   * The handle by which another process gets the list.
   * @ignore
   */
  [HANDLE](destination: Destination): NamedHandle {
    return { kind: "shareablelist", name: nameFor(this.shm.name, destination) };
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return `<ShareableList "${this.shm.name}" length=${this.length}>`;
  }

  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<ShareableList "${this.shm.name}" length=${this.length}>`;
  }
}

// A class that names itself in its own body gets another name when it is built.
const SELF: Below = ShareableList;

function createFilled(
  { size, fill }: Plan,
  options: ShareableListOptions,
): SharedMemory {
  const wanted = { ...options, create: true, size };
  return new SharedMemory(
    placed<MemoryPart, SharedMemoryOptions>({ fill }, wanted),
  );
}

function attachIfThere(name: string): SharedMemory | null {
  try {
    return new SharedMemory({ name });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function slotOf(buf: Uint8Array<ArrayBuffer>, index: number): Int32Array {
  const start = 4 * (ITEMS + index * WORDS_PER_ITEM);
  return new Int32Array(buf.buffer, start, WORDS_PER_ITEM);
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
}

/** A list that is about to be made. */
interface Plan {
  readonly size: number;
  /** Writes the list, before any other process can see the memory. */
  readonly fill: (buf: Uint8Array<ArrayBuffer>) => void;
}

function planOf(items: readonly Encoded[]): Plan {
  const rooms = items.map(({ bytes }) =>
    Math.max(alignUp(bytes.length), NUMBER_BYTES)
  );
  const start = alignUp(4 * (ITEMS + items.length * WORDS_PER_ITEM));
  const size = rooms.reduce((sum, room) => sum + room, start);
  return { size, fill: (buf) => write(buf, items, rooms, start) };
}

function write(
  buf: Uint8Array<ArrayBuffer>,
  items: readonly Encoded[],
  rooms: readonly number[],
  start: number,
): void {
  let offset = start;
  for (const [index, { kind, bytes }] of items.entries()) {
    const slot = slotOf(buf, index);
    slot[OFFSET] = offset;
    slot[ROOM] = rooms[index]!;
    put(buf, slot, kind, bytes);
    offset += rooms[index]!;
  }
  const words = new Int32Array(buf.buffer, 0, ITEMS);
  words[COUNT] = items.length;
  words[MAGIC] = MAGIC_NUMBER;
}

function put(
  buf: Uint8Array,
  slot: Int32Array,
  kind: ListItemKind,
  bytes: Uint8Array,
): void {
  buf.set(bytes, slot[OFFSET]!);
  slot[LENGTH] = bytes.length;
  slot[KIND] = KINDS.indexOf(kind);
}

/**
 * The number of items of a list; throws if the memory holds no list, as any
 * program may have used that name.
 */
function lengthIn(shm: SharedMemory): number {
  const { buf } = shm;
  if (buf.length >= 4 * ITEMS) {
    const words = new Int32Array(buf.buffer, 0, ITEMS);
    const count = words[COUNT]!;
    const head = 4 * (ITEMS + count * WORDS_PER_ITEM);
    const isList = Atomics.load(words, MAGIC) === MAGIC_NUMBER && count >= 0 &&
      head <= buf.length;
    if (isList) return count;
  }
  shm.close();
  throw new SharedMemoryError(
    `Cannot attach the list "${shm.name}" as what has that name is no ShareableList of this package`,
  );
}

/** Attaches the list that a handle names. */
export function rehydrateShareableList({ name }: NamedHandle): ShareableList {
  return new ShareableList(null, { name });
}

/**
 * Shared memory by name.
 *
 * @module
 */

import { expectOptions } from "../base/options.ts";
import { SharedMemoryError } from "../base/errors.ts";
import { map, type Mapping, unmap, vacate } from "../memory/system/mapping.ts";
import {
  checkMemoryName,
  closeNamed,
  completeNamed,
  giveName,
  makeNamed,
  type NamedFile,
  openNamed,
  unlinkNamed,
  unlinkOwn,
} from "../memory/allocation/named_file.ts";
import { placementOf } from "../memory/allocation/placement.ts";
import {
  type Claim,
  claimSite,
  register,
} from "../memory/allocation/construction_sites.ts";
import { childContext } from "../wire/protocol/child_context.ts";
import {
  type Destination,
  HANDLE,
  type Handle,
} from "../wire/serialization/handle.ts";
import { showValue } from "./typecodes.ts";

/** As many as file sizes that a number counts exactly, and a mapping takes. */
const SIZE_MAX = 2 ** 46;

const NAME_RANDOM_BYTES = 4;

/** The handle of shared memory by name, or of a list in it. */
export type NamedHandle = Extract<Handle, { name: string }>;

/**
 * Which shared memory, and whether to create it.
 *
 * @example To create, and to attach
 * ```ts
 * import { SharedMemory, type SharedMemoryOptions } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const options: SharedMemoryOptions = { create: true, size: 16 };
 * using created = new SharedMemory(options);
 * using attached = new SharedMemory({ name: created.name });
 * equal(attached.size, 16);
 * ```
 */
export interface SharedMemoryOptions {
  /** The name; a random one, as in `psm_1f0c93d2`, if it is left out. */
  readonly name?: string | undefined;
  /**
   * Whether to create it; otherwise it must be there.
   *
   * @default {false}
   */
  readonly create?: boolean | undefined;
  /** How many bytes; needed to create it. */
  readonly size?: number | undefined;
  /**
   * Whether it stays when its creator ends, until somebody calls `unlink()`.
   *
   * @default {false}
   */
  readonly persist?: boolean | undefined;
}

// Invariant: the names of the open files that this isolate created and that vanish
// with it, by descriptor; their locks last as long as they are open.
const created = new Map<number, string>();

const lost = new FinalizationRegistry<{ address: number; bytes: number }>(
  ({ address, bytes }) => vacate(address, bytes),
);

let isEndWatched = false;

function watchEnd(): void {
  // The memory that a thread created lives as long as the program.
  if (isEndWatched || childContext()?.host.kind === "isolate") return;
  isEndWatched = true;
  globalThis.addEventListener("unload", () => {
    for (const [fd, name] of created) unlinkOwn(fd, name);
  });
}

/**
 * A block of bytes with a name, which any process of this machine can attach, like
 * Python's `multiprocessing.shared_memory.SharedMemory`. Processes of Python can
 * attach it too, and this package theirs.
 *
 * - **Exact size:** `size` is what was asked for, also where it is attached.
 * - **Private:** only processes of the same user can attach it (mode 0600), and
 *   what belongs to another user, or can be written to by others, is refused.
 * - **There is room for it,** or a SharedMemoryError says that there is none: space
 *   is taken when it is created, and no later access lacks it. The kernel cannot
 *   seal files with a name, as it does memory without one: a program of the same user
 *   that cuts the file off (`truncate`) kills all that look at the missing part.
 * - **Vanishes with its creator**, which is the OS process that created it, even
 *   when that is killed: the name then goes at the next use of a SharedMemory by
 *   anybody. Who has attached it keeps the bytes. With `persist: true` it stays
 *   until `unlink()`. Attaching never removes anything.
 * - **Closed is closed:** after `close()`, `buf` throws, and views taken before are
 *   empty. None of it can crash the program. Do not transfer `buf.buffer`.
 * - **With `using`** it is closed at the end of the block; who created it also takes
 *   the name away, unless it is to persist.
 * - **Sharing:** pass it among a child's arguments: it travels as its name, and the
 *   child attaches it. So it must not be unlinked before. One that is created while
 *   a module loads is created once, and attached in the children.
 * - **No order of its own:** `buf` is plain bytes. Use `Atomics`, or a lock, where
 *   two write at once.
 *
 * | What           | any start method                  |
 * | -------------- | --------------------------------- |
 * | create         | 0.1 ms, and 0.5 ms for each MiB   |
 * | attach         | some system calls: about 0.1 ms   |
 * | `buf[i]`       | one plain access                  |
 * | to share it    | its name, in a message            |
 *
 * It needs Linux and `--allow-ffi`, also among threads.
 *
 * @example Two views of the same bytes
 * ```ts
 * import { SharedMemory } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * using shm = new SharedMemory({ create: true, size: 10 });
 * shm.buf[0] = 42;
 * using other = new SharedMemory({ name: shm.name });
 * equal(other.buf[0], 42);
 * equal(other.size, 10);
 * ```
 */
export class SharedMemory implements Disposable {
  /** The name, by which others attach it. */
  readonly name: string;
  /** How many bytes there are. */
  readonly size: number;
  // Invariant: a key of `created` if this object created it, not to persist, and
  // has not taken the name away yet; otherwise null.
  #fd: number | null;
  // Invariant: null from close() on.
  #mapping: Mapping | null;

  /**
   * Creates shared memory, or attaches it.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using shm = new SharedMemory({ create: true, size: 3 });
   * equal(shm.buf.length, 3);
   * ```
   *
   * @param options Which, and whether to create it.
   * @throws {RangeError} If the size is no whole number above 0, or the name is
   * none.
   * @throws {TypeError} If neither a name is given nor it is to be created.
   * @throws {Deno.errors.AlreadyExists} If it is to be created and there is one of
   * that name.
   * @throws {Deno.errors.NotFound} If there is none of that name.
   * @throws {SharedMemoryError} If there is no room for it, what has the name is not
   * this user's own, or memory cannot be mapped here.
   */
  constructor(options: SharedMemoryOptions) {
    const part = placementOf<MemoryPart, SharedMemoryOptions>(options);
    const given = part === null ? options : part.argument;
    expectOptions(
      given ?? null,
      "get shared memory",
      "{ create: true, size: 64 }",
    );
    const { create = false, persist = false, size } = given;
    const claim = create && part === null
      ? claimSite(`sharedmemory:${size}`, SharedMemory)
      : null;
    const found = adopted(claim) ?? (create ? null : attach(given.name));
    const fill = part?.where.fill ?? null;
    const { name, file, mapping } = found === null
      ? createAny(given.name, checkedSize(size), persist, fill)
      : mapFound(found);
    this.name = name;
    this.size = file.size;
    this.#mapping = mapping;
    lost.register(
      mapping.buffer,
      { address: mapping.address, bytes: file.size },
      mapping.buffer,
    );
    const isFleeting = found === null && !persist;
    this.#fd = isFleeting ? file.fd : null;
    if (isFleeting) {
      created.set(file.fd, name);
      watchEnd();
    } else closeNamed(file.fd);
    if (claim !== null) register(claim, this);
  }

  /**
   * The bytes.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { equal } from "node:assert/strict";
   *
   * using shm = new SharedMemory({ create: true, size: 8 });
   * const numbers = new Float64Array(shm.buf.buffer);
   * numbers[0] = 1.5;
   * equal(shm.buf[7], 0x3f);
   * ```
   *
   * @throws {SharedMemoryError} If it is closed.
   */
  get buf(): Uint8Array<ArrayBuffer> {
    const mapping = this.#mapping;
    if (mapping !== null) return new Uint8Array(mapping.buffer);
    throw new SharedMemoryError(
      `Cannot use the shared memory "${this.name}" as this object of it is closed: attach it again by new SharedMemory({ name })`,
    );
  }

  /**
   * Gives up this view of the memory; a second time does nothing. Others, and the
   * name, are not touched.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { equal, throws } from "node:assert/strict";
   *
   * const shm = new SharedMemory({ create: true, size: 8 });
   * const { buf } = shm;
   * shm.close();
   * equal(buf.length, 0);
   * throws(() => shm.buf);
   * shm.unlink();
   * ```
   */
  close(): void {
    const mapping = this.#mapping;
    if (mapping === null) return;
    this.#mapping = null;
    lost.unregister(mapping.buffer);
    unmap(mapping, this.size);
  }

  /**
   * Takes the name away: nobody can attach it any more. Who has it keeps it, and
   * the memory goes when the last has closed it or ended.
   *
   * @example Usage
   * ```ts
   * import { SharedMemory } from "@multiprocessing/core";
   * import { throws } from "node:assert/strict";
   *
   * using shm = new SharedMemory({ create: true, size: 8, persist: true });
   * shm.unlink();
   * throws(() => new SharedMemory({ name: shm.name }), Deno.errors.NotFound);
   * ```
   *
   * @throws {Deno.errors.NotFound} If somebody has done so before.
   */
  unlink(): void {
    if (!unlinkNamed(this.name)) throw notFound(this.name, "unlink");
    this.#forget();
  }

  /** Closes it, and takes the name away if this object created it. */
  [Symbol.dispose](): void {
    this.close();
    this.#forget();
  }

  #forget(): void {
    const fd = this.#fd;
    if (fd === null) return;
    this.#fd = null;
    created.delete(fd);
    unlinkOwn(fd, this.name);
    closeNamed(fd);
  }

  /**
   * How it travels to another process.
   * @internal
   */
  [HANDLE](destination: Destination): NamedHandle {
    return { kind: "sharedmemory", name: nameFor(this.name, destination) };
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return `<SharedMemory "${this.name}" size=${this.size}>`;
  }

  /** What `console.log` shows under Node's rules. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<SharedMemory "${this.name}" size=${this.size}>`;
  }
}

interface Opened {
  readonly name: string;
  readonly file: NamedFile;
}

/** The name as it travels; nobody beyond this machine can use it. */
export function nameFor(name: string, destination: Destination): string {
  if (destination !== "elsewhere") return name;
  throw new SharedMemoryError(
    `Cannot share the memory "${name}" with that process as it is beyond shared memory, as on another machine: pass its bytes`,
  );
}

/** Writes what memory holds before others see it. */
type Fill = (bytes: Uint8Array<ArrayBuffer>) => void;

/** Says of new shared memory that it is part of a larger object. */
export interface MemoryPart {
  /** What is in it before others see it. */
  readonly fill: Fill;
}

/** What the parent created at the same place in the code, unless it is gone. */
function adopted(claim: Claim | null): Opened | null {
  if (claim?.unavailable !== undefined) {
    throw new SharedMemoryError(claim.unavailable);
  }
  if (claim?.handle?.kind !== "sharedmemory") return null;
  const { name } = claim.handle;
  const file = openNamed(checkMemoryName(name));
  return file === null ? null : { name, file };
}

interface Mapped extends Opened {
  readonly mapping: Mapping;
}

function createAny(
  wanted: string | undefined,
  size: number,
  persist: boolean,
  fill: Fill | null,
): Mapped {
  const given = wanted === undefined ? null : checkMemoryName(wanted);
  const file = makeNamed(size, persist);
  let mapping: Mapping | null = null;
  try {
    mapping = map(file.fd, size);
    fill?.(new Uint8Array(mapping.buffer));
    return { name: named(file.fd, given, persist), file, mapping };
  } catch (error) {
    if (mapping !== null) unmap(mapping, size);
    closeNamed(file.fd);
    throw error;
  }
}

/** Gives a file the name that is wanted, or one of its own. */
function named(fd: number, given: string | null, persist: boolean): string {
  for (;;) {
    const name = given ?? randomName();
    if (giveName(fd, name, persist)) return name;
    if (given === null) continue;
    throw new Deno.errors.AlreadyExists(
      `Cannot create the shared memory "${name}" as there is one of that name: leave out "create" to attach it, or "name" for a name of its own`,
    );
  }
}

function randomName(): string {
  const random = crypto.getRandomValues(new Uint8Array(NAME_RANDOM_BYTES));
  return `psm_${random.toHex()}`;
}

function attach(wanted: string | undefined): Opened {
  if (wanted === undefined) {
    throw new TypeError(
      'Cannot attach shared memory as a name is missing: give "name", or "create" and "size"',
    );
  }
  const name = checkMemoryName(wanted);
  const file = openNamed(name);
  if (file === null) throw notFound(name, "attach");
  if (file.size > 0) return { name, file };
  closeNamed(file.fd);
  throw new RangeError(
    `Cannot attach the shared memory "${name}" as it has no bytes: its creator has not given it a size yet`,
  );
}

function notFound(name: string, action: string): Error {
  return new Deno.errors.NotFound(
    `Cannot ${action} the shared memory "${name}" as there is none of that name: it was unlinked, or its creator has ended without "persist"`,
  );
}

function checkedSize(size: unknown): number {
  const isSize = Number.isSafeInteger(size) && (size as number) > 0 &&
    (size as number) <= SIZE_MAX;
  if (isSize) return size as number;
  throw new RangeError(
    `Cannot create shared memory of that size as "size" must be a whole number of bytes from 1 to ${SIZE_MAX}: current value is ${
      showValue(size)
    }`,
  );
}

/** Maps an open file, all bytes of which have their room then. */
function mapFound({ name, file }: Opened): Mapped {
  let mapping: Mapping | null = null;
  try {
    mapping = map(file.fd, file.size);
    completeNamed(file, name);
    return { name, file, mapping };
  } catch (error) {
    if (mapping !== null) unmap(mapping, file.size);
    closeNamed(file.fd);
    throw error;
  }
}

/** The shared memory that a handle names: attached anew, to be closed by itself. */
export function reviveSharedMemory({ name }: NamedHandle): SharedMemory {
  return new SharedMemory({ name });
}

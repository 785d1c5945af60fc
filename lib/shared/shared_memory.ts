/**
 * The class `SharedMemory`: named shared memory.
 *
 * @module
 */

import type { Below } from "../base/call_sites.ts";
import { expectOptions } from "../base/options.ts";
import { SharedMemoryError } from "../base/errors.ts";
import { map, type Mapping, unmap, vacate } from "../memory/system/mapping.ts";
import defer * as namedFiles from "../memory/allocation/named_file.ts";
import type { NamedFile } from "../memory/allocation/named_file.ts";
import { placementOf } from "../memory/allocation/placement.ts";
import {
  checkAvailable,
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
import { showValue } from "../base/shown_value.ts";

/** A size that a number counts exactly, and that a mapping accepts. */
const SIZE_MAX = 2 ** 46;

/** The handle of shared memory by name, or of a list in it. */
export type NamedHandle = Extract<Handle, { name: string }>;

/**
 * Options of {@linkcode SharedMemory}: its name, and whether to create it.
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
  /** The name; a random one, such as `psm_1f0c93d2`, by default. */
  readonly name?: string | undefined;
  /**
   * Whether to create it; otherwise it must exist.
   *
   * @default {false}
   */
  readonly create?: boolean | undefined;
  /** The size in bytes; required to create it. */
  readonly size?: number | undefined;
  /**
   * Whether it survives the end of its creator, until `unlink()`.
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
  // Memory that a thread created lives as long as the program.
  if (isEndWatched || childContext()?.host.kind === "isolate") return;
  isEndWatched = true;
  globalThis.addEventListener("unload", () => {
    for (const [fd, name] of created) namedFiles.unlinkOwn(fd, name);
  });
}

/**
 * A named block of bytes that any process of this machine can attach, like
 * Python's `multiprocessing.shared_memory.SharedMemory`. Python processes can
 * attach it too, and this package can attach theirs.
 *
 * - **Exact size:** `size` is the requested size, in attached memory too.
 * - **Private:** only processes of the same user can attach it (mode 0600), and
 *   memory that belongs to another user, or that others can write to, is
 *   refused.
 * - **Reserved:** its space is reserved when it is created, or a
 *   SharedMemoryError is thrown, so no later access fails for lack of space.
 *   The kernel cannot seal files with a name, unlike memory without one: a
 *   program of the same user that truncates the file kills all processes that
 *   access the missing part.
 * - **Vanishes with its creator**, which is the OS process that created it,
 *   even if that is killed: then the next use of SharedMemory by any process
 *   removes the name. A process that has attached it keeps the bytes. With
 *   `persist: true` it stays until `unlink()`. Attaching never removes
 *   anything.
 * - **Closed is closed:** after `close()`, `buf` throws, and older views are
 *   empty. None of that can crash the program. Do not transfer `buf.buffer`.
 * - **With `using`** it is closed at the end of the block; the object that
 *   created it also unlinks it, unless it persists.
 * - **Sharing:** pass it among a child's arguments: its name is sent, and the
 *   child attaches it. So do not unlink it before. Memory that a module creates
 *   while it loads is created once, and attached in the children.
 * - **No synchronization:** `buf` is plain bytes. Use `Atomics`, or a lock,
 *   where two processes write at once.
 *
 * | What           | any start method                  |
 * | -------------- | --------------------------------- |
 * | create         | 0.1 ms, and 0.5 ms for each MiB   |
 * | attach         | some system calls: about 0.1 ms   |
 * | `buf[i]`       | one plain access                  |
 * | sharing        | its name, in a message            |
 *
 * It needs Linux and `--allow-ffi`, even among threads.
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
  /** The name, by which other processes attach it. */
  readonly name: string;
  /** The size in bytes. */
  readonly size: number;
  // Invariant: a key of `created` if this object created the memory, without
  // `persist`, and has not unlinked it yet; otherwise null.
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
   * @param options The name, and whether to create it.
   * @throws {RangeError} If the size is not a whole number above 0, or the name
   * is invalid.
   * @throws {TypeError} If neither `name` nor `create` is given.
   * @throws {Deno.errors.AlreadyExists} If it is to be created and the name is
   * taken.
   * @throws {Deno.errors.NotFound} If no memory has that name.
   * @throws {SharedMemoryError} If the system has no space for it, the name is
   * not this user's own, or memory cannot be mapped here.
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
      ? claimSite(`sharedmemory:${size}`, SELF)
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
    } else namedFiles.closeNamed(file.fd);
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
   * Closes this object; a second call does nothing. Other processes, and the
   * name, are not affected.
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
   * Removes the name: no process can attach it any more. Processes that have
   * attached it keep it, and the memory is freed when the last one has closed
   * it or ended.
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
   * @throws {Deno.errors.NotFound} If it is unlinked already.
   */
  unlink(): void {
    if (!namedFiles.unlinkNamed(this.name)) throw notFound(this.name, "unlink");
    this.#forget();
  }

  /** Closes it, and unlinks it if this object created it. */
  [Symbol.dispose](): void {
    this.close();
    this.#forget();
  }

  #forget(): void {
    const fd = this.#fd;
    if (fd === null) return;
    this.#fd = null;
    created.delete(fd);
    namedFiles.unlinkOwn(fd, this.name);
    namedFiles.closeNamed(fd);
  }

  /**
   * The handle by which another process gets it.
   * @ignore
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

// A class that names itself in its own body gets another name when it is built.
const SELF: Below = SharedMemory;

interface Opened {
  readonly name: string;
  readonly file: NamedFile;
}

/** The name for a destination; throws if that is beyond this machine. */
export function nameFor(name: string, destination: Destination): string {
  if (destination !== "elsewhere") return name;
  throw new SharedMemoryError(
    `Cannot share the memory "${name}" with that process as it is beyond shared memory, as on another machine: pass its bytes`,
  );
}

/** Writes the initial content of memory, before other processes see it. */
type FillFunction = (bytes: Uint8Array<ArrayBuffer>) => void;

/** Marks new shared memory as part of a larger object. */
export interface MemoryPart {
  /** Writes its initial content. */
  readonly fill: FillFunction;
}

/**
 * The memory that the parent created at the same construction site, unless it
 * is gone.
 */
function adopted(claim: Claim | null): Opened | null {
  checkAvailable(claim);
  if (claim?.handle?.kind !== "sharedmemory") return null;
  const { name } = claim.handle;
  const file = namedFiles.openNamed(namedFiles.checkMemoryName(name));
  return file === null ? null : { name, file };
}

interface Mapped extends Opened {
  readonly mapping: Mapping;
}

function createAny(
  wanted: string | undefined,
  size: number,
  persist: boolean,
  fill: FillFunction | null,
): Mapped {
  const given = wanted === undefined
    ? null
    : namedFiles.checkMemoryName(wanted);
  const file = namedFiles.makeNamed(size, persist);
  let mapping: Mapping | null = null;
  try {
    mapping = map(file.fd, size);
    fill?.(new Uint8Array(mapping.buffer));
    return { name: named(file.fd, given, persist), file, mapping };
  } catch (error) {
    if (mapping !== null) unmap(mapping, size);
    namedFiles.closeNamed(file.fd);
    throw error;
  }
}

/** Gives a file the given name, or a random one. */
function named(fd: number, given: string | null, persist: boolean): string {
  for (;;) {
    const name = given ?? namedFiles.randomMemoryName();
    if (namedFiles.giveName(fd, name, persist)) return name;
    if (given === null) continue;
    throw new Deno.errors.AlreadyExists(
      `Cannot create the shared memory "${name}" as there is one of that name: leave out "create" to attach it, or "name" for a name of its own`,
    );
  }
}

function attach(wanted: string | undefined): Opened {
  if (wanted === undefined) {
    throw new TypeError(
      'Cannot attach shared memory as a name is missing: give "name", or "create" and "size"',
    );
  }
  const name = namedFiles.checkMemoryName(wanted);
  const file = namedFiles.openNamed(name);
  if (file === null) throw notFound(name, "attach");
  if (file.size > 0) return { name, file };
  namedFiles.closeNamed(file.fd);
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

/** Maps an open file, and reserves the space that it lacks. */
function mapFound({ name, file }: Opened): Mapped {
  let mapping: Mapping | null = null;
  try {
    mapping = map(file.fd, file.size);
    namedFiles.completeNamed(file, name);
    return { name, file, mapping };
  } catch (error) {
    if (mapping !== null) unmap(mapping, file.size);
    namedFiles.closeNamed(file.fd);
    throw error;
  }
}

/**
 * Attaches the shared memory that a handle names; the object is closed
 * independently.
 */
export function rehydrateSharedMemory({ name }: NamedHandle): SharedMemory {
  return new SharedMemory({ name });
}

/**
 * System calls, through one foreign function: `syscall(2)`.
 *
 * `Deno.dlopen` takes about a millisecond per symbol and 5 to 10 ms the first
 * time, so this loads one symbol for blocking calls and one for nonblocking
 * ones, each when first needed. A loaded library counts as an open resource,
 * which the sanitizers of `deno test` report as a leak. So calls that need not
 * be fast go through a bare function pointer, which is no resource: a call
 * takes 2 us there and 0.2 us through a loaded symbol (2.9.6).
 *
 * @module
 */

import { SharedMemoryError } from "../../base/errors.ts";
import type { Destination } from "../../wire/serialization/handle.ts";

/** The folder of a system call: the working directory, for paths that are whole. */
export const AT_FDCWD = -100;
/** Opens a file that no started program gets. */
export const O_CLOEXEC = 0o2000000;

/** The numbers of the system calls, by architecture. */
const NUMBERS = {
  x86_64: {
    close: 3,
    faccessat: 269,
    fallocate: 285,
    fcntl: 72,
    flock: 73,
    ftruncate: 77,
    futex: 202,
    getdents64: 217,
    geteuid: 107,
    getpid: 39,
    getpriority: 140,
    gettid: 186,
    linkat: 265,
    lseek: 8,
    memfd_create: 319,
    mmap: 9,
    openat: 257,
    pread64: 17,
    read: 0,
    statx: 332,
    tgkill: 234,
    unlinkat: 263,
    utimensat: 280,
    write: 1,
  },
  aarch64: {
    close: 57,
    faccessat: 48,
    fallocate: 47,
    fcntl: 25,
    flock: 32,
    ftruncate: 46,
    futex: 98,
    getdents64: 61,
    geteuid: 175,
    getpid: 172,
    getpriority: 141,
    gettid: 178,
    linkat: 37,
    lseek: 62,
    memfd_create: 279,
    mmap: 222,
    openat: 56,
    pread64: 67,
    read: 63,
    statx: 291,
    tgkill: 131,
    unlinkat: 35,
    utimensat: 88,
    write: 64,
  },
} as const;

/** The system calls that this package makes. */
export type SyscallName = keyof typeof NUMBERS.x86_64;

/** File names of the C library: glibc, then musl. */
const LIBRARIES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`, "libc.so"];

const PARAMETERS = ["i64", "i64", "i64", "i64", "i64", "i64", "i64"] as const;
const SYSCALL = { parameters: PARAMETERS, result: "i64" } as const;
const ASIDE = { ...SYSCALL, nonblocking: true } as const;

type Now = Deno.DynamicLibrary<{ syscall: typeof SYSCALL }>["symbols"];
type Aside = Deno.DynamicLibrary<{ syscall: typeof ASIDE }>["symbols"];

// Invariant: loaded at most once per isolate and never closed, as a nonblocking
// call may be under way at any time.
let now: Now["syscall"] | null = null;
let aside: Aside["syscall"] | null = null;
let slow: Now["syscall"] | null = null;

/** Why shared memory cannot be mapped here, or null when it can. */
export function whyNotMapped(): string | null {
  if (Deno.build.os !== "linux") {
    return `it works on Linux only so far: this is ${Deno.build.os}`;
  }
  if (!(Deno.build.arch in NUMBERS)) {
    return `it works on x86_64 and aarch64 only: this is ${Deno.build.arch}`;
  }
  // Checks without a prompt, which would stop the program in the middle of a
  // lock.
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return "that needs the permission to call system functions: run with --allow-ffi";
  }
  return null;
}

/** Whether processes at a destination can map memory of this one. */
export function canMapAt(destination: Destination): boolean {
  return destination === "process" && whyNotMapped() === null;
}

function requireMapped(): void {
  const reason = whyNotMapped();
  if (reason === null) return;
  throw new SharedMemoryError(`Cannot map shared memory as ${reason}`);
}

function open<S extends Deno.ForeignLibraryInterface>(
  symbols: S,
): Deno.DynamicLibrary<S> {
  requireMapped();
  let cause: unknown;
  for (const name of LIBRARIES) {
    try {
      return Deno.dlopen(name, symbols);
    } catch (error) {
      cause = error;
    }
  }
  throw new SharedMemoryError(
    `Cannot map shared memory as no C library could be loaded: tried ${
      LIBRARIES.join(", ")
    } (${cause instanceof Error ? cause.message : cause})`,
    { cause },
  );
}

function loaded(): Now["syscall"] {
  return now ??= open({ syscall: SYSCALL }).symbols.syscall;
}

/**
 * The same function by its address, which stays valid as Deno itself uses the
 * library.
 */
function byAddress(): Now["syscall"] {
  const address = addressOf("syscall");
  if (address === null) return loaded();
  const pointer = new Deno.UnsafeFnPointer(address, SYSCALL);
  return (...args) => pointer.call(...args);
}

const DLSYM = { parameters: ["pointer", "buffer"], result: "pointer" } as const;

function addressOf(name: string): Deno.PointerObject<typeof SYSCALL> | null {
  let library: Deno.DynamicLibrary<{ dlsym: typeof DLSYM }>;
  try {
    library = open({ dlsym: DLSYM });
  } catch {
    return null; // Before glibc 2.34, dlsym is in another library.
  }
  const text = new TextEncoder().encode(`${name}\0`);
  const address = library.symbols.dlsym(null, text);
  library.close();
  return address as Deno.PointerObject<typeof SYSCALL> | null;
}

/** Loads the fast function only for a call that is frequent. */
function functionFor(call: SyscallName): Now["syscall"] {
  if (now !== null) return now;
  return call === "futex" ? loaded() : slow ??= byAddress();
}

function numberOf(call: SyscallName): bigint {
  return BigInt(NUMBERS[Deno.build.arch as keyof typeof NUMBERS][call]);
}

/** Makes a system call and returns its result; -1 means that it failed. */
export function syscall(
  call: SyscallName,
  a = 0,
  b = 0,
  c = 0,
  d = 0,
  e = 0,
  f = 0,
): number {
  return Number(
    functionFor(call)(
      numberOf(call),
      BigInt(a),
      BigInt(b),
      BigInt(c),
      BigInt(d),
      BigInt(e),
      BigInt(f),
    ),
  );
}

const ERRNO = { parameters: [], result: "pointer" } as const;

// Invariant: the `errno` of the thread that runs this isolate; null until a
// call failed whose reason matters.
let errno: Int32Array | null = null;

function errnoWord(): Int32Array {
  const library = open({ __errno_location: ERRNO });
  const pointer = library.symbols.__errno_location();
  library.close();
  // Read as memory, right after the call: another foreign call, which could
  // change it, cannot come between.
  return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(pointer!, 4));
}

/**
 * Makes a system call and returns its result, or its negated error number; see
 * `errno.ts`. Only for calls that may be repeated after a failure.
 */
export function tryCall(
  call: SyscallName,
  ...args: [a?: number, b?: number, c?: number, d?: number, e?: number]
): number {
  return tryOnce(call, args) ?? tryOnce(call, args)!;
}

/** Null for a failure whose `errno` could not be read yet. */
function tryOnce(
  call: SyscallName,
  [a, b, c, d, e]: readonly (number | undefined)[],
): number | null {
  const result = syscall(call, a, b, c, d, e);
  if (result !== -1) return result;
  if (errno !== null) return -errno[0]!;
  errno = errnoWord();
  return null;
}

const ENVIRON = { environ: { type: "pointer" } } as const;
const POINTER_BYTES = 8;

/**
 * The environment of this process as C sees it, each entry a text `name=value`.
 */
export function environment(): string[] {
  const library = open(ENVIRON);
  const texts: string[] = [];
  // A data symbol is the address of the data (2.9.6).
  let at = pointerAt(library.symbols.environ);
  while (at !== null) {
    const text = pointerAt(at);
    if (text === null) break;
    texts.push(Deno.UnsafePointerView.getCString(text));
    at = Deno.UnsafePointer.offset(at, POINTER_BYTES);
  }
  library.close();
  return texts;
}

function pointerAt(at: Deno.PointerValue): Deno.PointerValue {
  return at === null ? null : new Deno.UnsafePointerView(at).getPointer();
}

/** Makes a system call on another thread, without blocking this one. */
export async function syscallAside(
  call: SyscallName,
  a = 0,
  b = 0,
  c = 0,
  d = 0,
): Promise<number> {
  if (aside === null) {
    aside = open({ syscall: ASIDE }).symbols.syscall;
    // A process that waits will also wake others; both functions are loaded
    // from then on.
    loaded();
  }
  const result = await aside(
    numberOf(call),
    BigInt(a),
    BigInt(b),
    BigInt(c),
    BigInt(d),
    0n,
    0n,
  );
  return Number(result);
}

/** Bytes with a fixed address, for as long as they are referenced. */
export class Scratch {
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Their address. */
  readonly address: number;

  /** Allocates `size` bytes. */
  constructor(size: number) {
    requireMapped();
    // V8 never moves the memory of an ArrayBuffer, unlike the bytes that a
    // small typed array keeps inside itself.
    this.bytes = new Uint8Array(new ArrayBuffer(size));
    this.address = Number(
      Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.bytes)),
    );
  }

  /** Writes a C string, and returns its address. */
  text(text: string): number {
    const { written } = new TextEncoder().encodeInto(`${text}\0`, this.bytes);
    if (this.bytes[written - 1] !== 0) {
      throw new SharedMemoryError(`Cannot use a path of that length: ${text}`);
    }
    return this.address;
  }
}

/**
 * What a spawned process hears its parent by.
 *
 * The messages come on stdin, as any command can pass that on, also one that leads
 * to another machine. A program's stdin, though, is at its end in a child, as in
 * Python: nothing that the target or a tool of its own reads there may be a message
 * to this package, or wait for one. So as soon as the order is there, the messages
 * get a file descriptor of their own and `/dev/null` takes its place. That takes
 * system calls; without them (no `--allow-ffi`, not Linux) stdin looks empty, see
 * `empty_stdin.ts`.
 *
 * @module
 */

import { emptyStdin } from "./empty_stdin.ts";

/** Where the parent's messages come from. */
export type ParentStream =
  | {
    /** Read by the C library. */
    readonly kind: "descriptor";
    readonly library: string;
    readonly fd: number;
    /** Reads what is there, or what comes next; null at the end. */
    read(chunk: Uint8Array<ArrayBuffer>): Promise<number | null>;
    /** The same, and blocks meanwhile. */
    readSync(chunk: Uint8Array<ArrayBuffer>): number | null;
    /** Asks Linux to kill this process when its parent ends, even while it computes. */
    endWithParent(): void;
    /** Asks Linux for that no more. */
    outliveParent(): void;
  }
  /** Read by Deno, in a helper. */
  | { readonly kind: "stdin" };

const STDIN = 0;
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;
const F_DUPFD_CLOEXEC = 1030;
const O_RDONLY_CLOEXEC = 0o2000000;
/** Above what Deno opens for itself, so that traces are easy to read. */
const FD_MIN = 10;

/** So many failures in a row are no interruptions by signals. */
const TRIES_MAX = 8;

/**
 * An argument that the function does not read. Deno compiles code for every symbol
 * that it could call fast, which takes 1 to 9 ms, but not for one with a struct
 * (2.9.6).
 */
const NOTHING = new Uint8Array(4);
const RARE = { struct: ["i32"] } as const;

const FUNCTIONS = {
  prctl: { parameters: ["i32", "usize", RARE], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32", RARE], result: "i32" },
  open: { parameters: ["buffer", "i32", RARE], result: "i32" },
  dup2: { parameters: ["i32", "i32", RARE], result: "i32" },
  read: {
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  readSync: {
    name: "read",
    parameters: ["i32", "buffer", "usize", RARE],
    result: "isize",
  },
} as const;

/** glibc, then musl. */
const LIBRARIES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];

/** Takes stdin for the messages of the parent; called once, before any user code. */
export function takeParentStream(): ParentStream {
  if (Deno.build.os !== "linux") return stdinSource();
  for (const library of LIBRARIES) {
    try {
      return descriptorSource(library, Deno.dlopen(library, FUNCTIONS).symbols);
    } catch {
      // Not allowed, which nobody is asked for, or not this C library.
    }
  }
  return stdinSource();
}

type Functions = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

function descriptorSource(
  library: string,
  { prctl, fcntl, open, dup2, read, readSync }: Functions,
): ParentStream {
  const fd = fcntl(STDIN, F_DUPFD_CLOEXEC, FD_MIN, NOTHING);
  const name = Uint8Array.from("/dev/null\0", (char) => char.charCodeAt(0));
  const empty = open(name, O_RDONLY_CLOEXEC, NOTHING);
  if (fd < 0 || empty < 0 || dup2(empty, STDIN, NOTHING) < 0) {
    throw new Error("Cannot open another file");
  }
  return {
    kind: "descriptor",
    library,
    fd,
    async read(chunk) {
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        const count = Number(await read(fd, chunk, BigInt(chunk.length)));
        if (count >= 0) return count === 0 ? null : count;
      }
      return null;
    },
    readSync(chunk) {
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        const count = Number(
          readSync(fd, chunk, BigInt(chunk.length), NOTHING),
        );
        if (count >= 0) return count === 0 ? null : count;
      }
      return null;
    },
    endWithParent() {
      prctl(PR_SET_PDEATHSIG, SIGKILL, NOTHING);
    },
    outliveParent() {
      prctl(PR_SET_PDEATHSIG, 0n, NOTHING);
    },
  };
}

/** Stdin as it is, which this program is not to read any more. */
function stdinSource(): ParentStream {
  emptyStdin();
  return { kind: "stdin" };
}

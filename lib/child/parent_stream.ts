/**
 * The stream on which a spawned process receives the messages of its parent.
 *
 * The messages come on stdin, because any command can pass that on, even to another
 * machine. But a program's stdin is at its end in a child, as in Python: a read
 * there, by the target or by a program that it starts, must neither get messages of
 * this package nor wait for them. So as soon as the start message is there, the
 * stream gets a file descriptor of its own and `/dev/null` takes its place. That
 * takes system calls; without them (no `--allow-ffi`, not Linux) stdin looks empty,
 * see `empty_stdin.ts`.
 *
 * @module
 */

import { emptyStdin } from "./empty_stdin.ts";

/** The stream with the parent's messages. */
export type ParentStream =
  | {
    /** Read by the C library. */
    readonly kind: "descriptor";
    readonly library: string;
    readonly fd: number;
    /** Reads the bytes that are there, or that come next; null at the end. */
    read(chunk: Uint8Array<ArrayBuffer>): Promise<number | null>;
    /** The same, but blocks this thread. */
    readSync(chunk: Uint8Array<ArrayBuffer>): number | null;
    /**
     * Asks Linux to kill this process when its parent ends, even while it computes.
     */
    endWithParent(): void;
    /** Cancels that request. */
    outliveParent(): void;
  }
  /** Read by Deno, in a helper. */
  | { readonly kind: "stdin" };

const STDIN = 0;
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;
const F_DUPFD_CLOEXEC = 1030;
const O_RDONLY_CLOEXEC = 0o2000000;
/**
 * Above the descriptors that Deno opens for itself, so that traces are easy to
 * read.
 */
const FD_MIN = 10;

/** This many failures in a row are no interruptions by signals. */
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
      // No permission, which must not cause a prompt, or another C library.
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

/** Stdin as it is, which the program must not read any more. */
function stdinSource(): ParentStream {
  emptyStdin();
  return { kind: "stdin" };
}

/**
 * The entry of a `spawn` process: frames on stdin from the parent, frames on
 * stderr to it.
 *
 * @module
 */

import { type Loaders, PROTOCOL_VERSION } from "../wire/birth.ts";
import { cut, FrameReader, markerOf, seal, unseal } from "../wire/frames.ts";
import type { ToChild, ToParent } from "../wire/messages.ts";
import { full, Life, type Line, type StartMessage } from "./kernel.ts";

/** For what comes on stdin; one for all, as each new one is filled with zeros. */
const chunk = new Uint8Array(64 * 1024);

/**
 * Boots a spawned process. Its entry module awaits this: what Deno does at the end
 * of a main module would else come before the target (2.9.6, 0.2 ms).
 */
export async function boot(loaders: Loaders): Promise<void> {
  const reader = new FrameReader();
  const [greeting, order, ...others] = readFirst(reader);
  writeAll(greeting!);
  const isWatched = dieWithParent();
  const line = new StderrLine(greeting!, () => {
    void listen(reader, life, loaders);
  });
  const life = new Life(line, loaders);
  const start = unseal(order!) as StartMessage;
  if (start.version !== PROTOCOL_VERSION) {
    line.send({ kind: "ready", version: PROTOCOL_VERSION });
    Deno.exit(1);
  }
  if (start.isRelayed) {
    // Before the target runs, which might block at once.
    const { readAside } = await full(loaders);
    life.listen(() => readAside(reader, life));
  } else if (!isWatched) {
    // The end of stdin is all that tells of the parent's.
    life.listen();
  }
  life.hear(start);
  for (const bytes of others) life.hear(unseal(bytes) as ToChild);
  await life.begun;
}

/** The greeting, the order, and what came with them. */
function readFirst(reader: FrameReader): Uint8Array[] {
  const frames: Uint8Array[] = [];
  // They are there already, or about to be: nothing else can be done.
  while (frames.length < 2) {
    const count = Deno.stdin.readSync(chunk);
    if (count === null) Deno.exit(1);
    frames.push(...reader.push(chunk.subarray(0, count)));
  }
  return frames;
}

/**
 * Hears the parent, until there may be a queue in its mail that is reached through
 * it: from then on stdin is read aside.
 */
async function listen(
  reader: FrameReader,
  life: Life,
  loaders: Loaders,
): Promise<void> {
  for (let isAside = false; !isAside;) {
    const count = await Deno.stdin.read(chunk).catch(() => null);
    // The end of stdin is the end of the parent.
    if (count === null) return life.orphaned();
    for (const bytes of reader.push(chunk.subarray(0, count))) {
      const message = unseal(bytes) as ToChild;
      if (!isAside && message.kind === "mail" && message.isRelayed) {
        isAside = true;
        (await full(loaders)).readAside(reader, life);
      }
      life.hear(message);
    }
  }
}

/** Frames on stderr, each piece in one write, so that no other writer tears it. */
class StderrLine implements Line {
  readonly cradle = { kind: "process" } as const;
  readonly listen: () => void;
  readonly #marker: Uint8Array;
  readonly #exit = Deno.exit;

  constructor(greeting: Uint8Array, listen: () => void) {
    this.#marker = markerOf(greeting);
    this.listen = listen;
  }

  isStopped(): boolean {
    return false; // A signal does not wait.
  }

  send(message: ToParent): void {
    for (const piece of cut(this.#marker, seal(message))) writeAll(piece);
  }

  exit(code: number): void {
    if (code >= 0) this.#exit(code);
    else Deno.kill(Deno.pid, "SIGTERM");
  }
}

function writeAll(piece: Uint8Array): void {
  try {
    for (let at = 0; at < piece.length;) {
      at += Deno.stderr.writeSync(piece.subarray(at));
    }
  } catch {
    // The parent is gone, and the end of stdin says so too.
  }
}

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;

/**
 * An argument that prctl does not read. Deno compiles code for every symbol that
 * it could call fast, which takes 1 to 9 ms, but not for one with a struct (2.9.6).
 */
const NOTHING = new Uint8Array(4);

/**
 * No orphans: asks Linux to kill this process when its parent ends, even while it
 * computes. Elsewhere, or without --allow-ffi, this is false: the end of stdin has to
 * do, and a process sees that at its next await.
 */
function dieWithParent(): boolean {
  if (Deno.build.os !== "linux") return false;
  const parent = Deno.ppid;
  try {
    const libc = Deno.dlopen("libc.so.6", {
      prctl: {
        parameters: ["i32", "usize", { struct: ["i32"] }],
        result: "i32",
      },
    });
    libc.symbols.prctl(PR_SET_PDEATHSIG, SIGKILL, NOTHING);
    libc.close();
  } catch {
    return false; // Not allowed, which nobody is asked for, or another C library.
  }
  // The parent may have ended before it could be watched.
  if (Deno.ppid !== parent) Deno.exit(1);
  return true;
}

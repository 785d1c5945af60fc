/**
 * The entry of a `spawn` process: frames on stdin from the parent, frames on
 * stderr to it.
 *
 * @module
 */

import { type Loaders, PROTOCOL_VERSION } from "../wire/birth.ts";
import { cut, FrameReader, seal, unseal } from "../wire/frames.ts";
import type { ToChild, ToParent } from "../wire/messages.ts";
import { dieWithParent } from "./orphan.ts";
import { full, Life, type Line } from "./kernel.ts";

const CHUNK_BYTES = 64 * 1024;

/** Boots a spawned process; its entry module calls this and ends. */
export function boot(loaders: Loaders): void {
  listen(loaders);
}

async function listen(loaders: Loaders): Promise<void> {
  const reader = new FrameReader();
  let life: Life | undefined;
  for await (const chunk of chunks()) {
    let isAside = false;
    for (const bytes of reader.push(chunk)) {
      // The first frame is the marker for what goes back.
      if (life === undefined) {
        life = greet(bytes, loaders);
        continue;
      }
      const message = unseal(bytes) as ToChild;
      if (message.kind === "start" && message.isRelayed) {
        // Before the target runs, which might block at once.
        (await full(loaders)).readAside(reader, life);
        isAside = true;
      }
      life.hear(message);
    }
    if (isAside) return;
  }
  // The end of stdin is the end of the parent.
  if (life === undefined) Deno.exit(1);
  life.orphaned();
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  // The order is there already, or about to be: nothing else can be done.
  const first = Deno.stdin.readSync(buffer);
  if (first !== null) yield buffer.slice(0, first);
  for (;;) {
    const count = await Deno.stdin.read(buffer).catch(() => null);
    if (count === null) return;
    yield buffer.slice(0, count);
  }
}

function greet(marker: Uint8Array, loaders: Loaders): Life {
  const line = new StderrLine(marker);
  line.send({ kind: "ready", version: PROTOCOL_VERSION });
  dieWithParent();
  return new Life(line, loaders);
}

/** Frames on stderr, each piece in one write, so that no other writer tears it. */
class StderrLine implements Line {
  readonly cradle = { kind: "process" } as const;
  readonly #marker: Uint8Array;
  readonly #exit = Deno.exit;

  constructor(marker: Uint8Array) {
    this.#marker = marker;
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

/**
 * The entry of a `spawn` process: frames from the parent on stdin, frames to the
 * parent on stderr.
 *
 * @module
 */

import { writeIfRead } from "../base/write_all.ts";
import {
  hooks,
  type Host,
  type Loaders,
} from "../wire/protocol/child_context.ts";
import {
  cut,
  FrameReader,
  markerOf,
  seal,
  unseal,
} from "../wire/protocol/frames.ts";
import {
  type FromSpawned,
  PROTOCOL_VERSION,
  type StartMessage,
  type ToChild,
  type WaitMessage,
} from "../wire/protocol/messages.ts";
import { readStdin } from "./stdin_reader.ts";
import {
  ASKED_TO_STOP,
  ChildRuntime,
  FAILED,
  type ParentLink,
} from "./bootstrap.ts";
import { watchParent } from "./parent_watch.ts";
import { type ParentStream, takeParentStream } from "./parent_stream.ts";
import { type SpareLink, waitForStart } from "./spare.ts";

/** The buffer for reads from the parent. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Boots a spawned process. Its entry module awaits this, which never settles:
 * otherwise Deno would go on with the main module of the program.
 *
 * @param loaders Loads the modules that it may need.
 * @param isDirect Whether its parent started it directly, and not through a command
 * that may stand between the two.
 */
export async function bootSpawned(
  loaders: Loaders,
  isDirect: boolean,
): Promise<never> {
  const reader = new FrameReader();
  // One for all reads, because each new one costs zeroing.
  const chunk = new Uint8Array(CHUNK_BYTES);
  const [greeting, first, ...others] = readFirst(reader, chunk);
  const message = unseal(first!) as StartMessage | WaitMessage;
  if (message.kind === "start") writeIfRead(Deno.stderr, greeting!);
  const source = takeParentStream();
  const isStdinTaken = source.kind === "stdin";
  const parentLink = new StderrLink(greeting!, isStdinTaken, () => {
    void listen(source, reader, runtime, chunk);
  });
  const runtime = new ChildRuntime(parentLink, loaders);
  if (message.version !== PROTOCOL_VERSION) {
    parentLink.send({ kind: "ready", version: PROTOCOL_VERSION });
    Deno.exit(FAILED);
  }
  if (!isDirect) {
    // `Deno.exit()` has set the code by then (2.9.6).
    addEventListener("unload", () => {
      parentLink.send({ kind: "exiting", code: Deno.exitCode });
    });
  }
  const { pid } = message.identity.parent;
  const link = {
    loaders,
    runtime,
    parentLink,
    source,
    reader,
    others,
    isWatched: isWatched(source, pid, isDirect),
  };
  if (message.kind === "start") {
    begin(link, pid, message);
    for (const bytes of others) runtime.receive(unseal(bytes) as ToChild);
  } else {
    const spare = await waitForStart(message, link);
    writeIfRead(Deno.stderr, greeting!);
    begin(link, pid, spare.start);
    spare.catchUp();
    for (const other of spare.others) runtime.receive(other);
  }
  return await new Promise<never>(() => {});
}

/** Starts to receive messages of the parent, and runs the target. */
function begin(
  { runtime, source, reader, isWatched }: SpareLink,
  parent: number,
  start: StartMessage,
): void {
  if (!isWatched || start.isRelayed) {
    // Before the target runs, which might block or compute at once.
    runtime.listen(() => readStdin(source, reader, runtime));
  } else if (source.kind === "descriptor") {
    hooks.watchParent = () => {
      hooks.watchParent = null;
      runtime.listen();
      watchParent(parent, source.outliveParent);
    };
  }
  runtime.receive(start);
}

/** The greeting, the start message, and the messages that came with them. */
function readFirst(
  reader: FrameReader,
  chunk: Uint8Array<ArrayBuffer>,
): Uint8Array[] {
  const frames: Uint8Array[] = [];
  // They are there already, or about to be: nothing else can be done before.
  while (frames.length < 2) {
    const count = Deno.stdin.readSync(chunk);
    if (count === null) Deno.exit(FAILED);
    frames.push(...reader.push(chunk.subarray(0, count)));
  }
  return frames;
}

/**
 * Whether the kernel ends this process when its parent ends. If not, only the end
 * of the stream shows the end of the parent.
 */
function isWatched(
  source: ParentStream,
  parent: number,
  isDirect: boolean,
): boolean {
  if (source.kind === "descriptor") source.endWithParent();
  // Checked after the request, so that an end of the parent in between is not
  // missed.
  const isItsChild = Deno.ppid === parent;
  if (isDirect && !isItsChild) Deno.exit(FAILED);
  return source.kind === "descriptor" && isItsChild;
}

/**
 * Receives messages, until one may hold a queue that is reached through the parent:
 * from then on a helper receives them.
 */
async function listen(
  source: ParentStream,
  reader: FrameReader,
  runtime: ChildRuntime,
  chunk: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (source.kind === "stdin") return readStdin(source, reader, runtime);
  for (let isAside = false; !isAside;) {
    const count = await source.read(chunk);
    // The end of the stream is the end of the parent.
    if (count === null) return runtime.orphaned();
    for (const bytes of reader.push(chunk.subarray(0, count))) {
      const message = unseal(bytes) as ToChild;
      if (!isAside && message.kind === "message" && message.isRelayed) {
        isAside = true;
        readStdin(source, reader, runtime);
      }
      runtime.receive(message);
    }
  }
}

/** Sends frames on stderr, each in one write, so that no other writer splits it. */
class StderrLink implements ParentLink {
  readonly host: Host;
  readonly listen: () => void;
  readonly #marker: Uint8Array;
  readonly #exit = Deno.exit;

  constructor(
    greeting: Uint8Array,
    isStdinTaken: boolean,
    listen: () => void,
  ) {
    this.host = { kind: "process", isStdinTaken };
    this.#marker = markerOf(greeting);
    this.listen = listen;
  }

  isStopped(): boolean {
    return false; // A signal does not wait.
  }

  send(message: FromSpawned): void {
    // If the parent has ended, the end of stdin shows it, too.
    for (const piece of cut(this.#marker, seal(message))) {
      writeIfRead(Deno.stderr, piece);
    }
  }

  stop(): void {
    this.exit(ASKED_TO_STOP);
  }

  watchImports(): void {}

  exit(code: number): void {
    if (code >= 0) this.#exit(code);
    else Deno.kill(Deno.pid, "SIGTERM");
  }
}

/**
 * A spare process: it is booted before it is needed, loads what a child may need,
 * reports that it waits, and goes on like any child when its start message comes.
 *
 * @module
 */

import { inspectThrown } from "../base/thrown_text.ts";
import {
  childContext,
  hooks,
  type Loaders,
  setChildContext,
} from "../wire/protocol/child_context.ts";
import { type FrameReader, unseal } from "../wire/protocol/frames.ts";
import type {
  FromSpawned,
  MailboxMessage,
  StartMessage,
  ToChild,
  WaitMessage,
} from "../wire/protocol/messages.ts";
import { readStdin } from "./stdin_reader.ts";
import {
  type ChildRuntime,
  FAILED,
  type ParentLink,
  slowPath,
} from "./bootstrap.ts";
import type { ParentStream } from "./parent_stream.ts";

/**
 * Limits for the construction sites that are reported to the parent: number, and
 * length of their texts.
 */
const SITES_MAX = 1024;
const SITES_MAX_CHARS = 512 * 1024;

/** The process of a spare. */
export interface SpareLink {
  readonly loaders: Loaders;
  readonly runtime: ChildRuntime;
  readonly parentLink: ParentLink & { send(message: FromSpawned): void };
  readonly source: ParentStream;
  readonly reader: FrameReader;
  /** The frames that came with its first message. */
  readonly others: readonly Uint8Array[];
  /** Whether the kernel ends this process when its parent ends. */
  readonly isWatched: boolean;
}

/** The start message of a spare, and the messages that came with it. */
export interface Started {
  readonly start: StartMessage;
  readonly others: readonly ToChild[];
  /** Handles the requests of modules that were loaded before the start message. */
  catchUp(): void;
}

/** Prepares, reports that, and waits for the start message. */
export async function waitForStart(
  wait: WaitMessage,
  link: SpareLink,
): Promise<Started> {
  const early: MailboxMessage[] = [];
  setChildContext({
    host: link.parentLink.host,
    identity: wait.identity,
    parent: wait.destination,
    loaders: link.loaders,
    post: (message) => void early.push(message),
    sites: wait.sites,
    log: wait.log,
    target: undefined,
    args: [],
    importing: true,
  });
  let isParentWatched = false;
  hooks.watchParent = () => isParentWatched = true;
  const catchUp = () => {
    for (const message of early.splice(0)) childContext()?.post(message);
    if (isParentWatched) hooks.watchParent?.();
  };
  // The end of the parent must be noticed while modules load, which may take long.
  const heard = link.isWatched ? null : heardByHelper(link);
  await prepare(wait, link);
  const started = heard === null
    ? readStart(link)
    : { start: await heard, others: [] };
  hooks.watchParent = null;
  return { ...started, catchUp };
}

/** Imports the modules that the process may need, and reports the outcome. */
async function prepare(
  { preload }: WaitMessage,
  { loaders, parentLink }: SpareLink,
): Promise<void> {
  const { claimedSites, loadModule } = await slowPath(loaders);
  // As it is before modules run, which may replace it.
  const { setTimeout } = globalThis;
  const failures: string[] = [];
  for (const module of preload) {
    try {
      await loadModule(module, loaders);
    } catch (error) {
      failures.push(`${module}: ${textOf(error)}`);
    }
  }
  // The rest of their work in this turn is done in advance, too.
  await Promise.all(hooks.loading);
  // A rejection that a module has left unhandled is not to end the target's process.
  if (preload.length > 1) await new Promise((end) => setTimeout(end, 0));
  const sites = claimedSites();
  const isTooMuch = sites.length > SITES_MAX ||
    sites.join("").length > SITES_MAX_CHARS;
  if (isTooMuch) {
    failures.push(
      `the preloaded modules make ${sites.length} shared objects: at most ${SITES_MAX} can be told to the parent`,
    );
  }
  parentLink.send({
    kind: "waiting",
    memoryBytes: Deno.memoryUsage().rss,
    sites: isTooMuch ? ["*"] : sites,
    failures,
  });
}

function textOf(error: unknown): string {
  try {
    if (error instanceof Error) return String(error.message);
  } catch {
    // A getter of the user's error.
  }
  return inspectThrown(error);
}

/**
 * Blocks until the start message is there: there is no work before, and a blocked
 * thread wakes sooner than an event loop.
 */
function readStart(
  { source, reader, others }: SpareLink,
): Pick<Started, "start" | "others"> {
  if (source.kind !== "descriptor") Deno.exit(FAILED);
  const chunk = new Uint8Array(64 * 1024);
  const frames = [...others];
  while (frames.length === 0) {
    const count = source.readSync(chunk);
    // The parent has ended.
    if (count === null) Deno.exit(FAILED);
    frames.push(...reader.push(chunk.subarray(0, count)));
  }
  const [start, ...rest] = frames.map((bytes) => unseal(bytes) as ToChild);
  return { start: start as StartMessage, others: rest };
}

/** Reads the start message in a helper, which also notices the end of the parent. */
function heardByHelper(
  { source, reader, runtime, others }: SpareLink,
): Promise<StartMessage> {
  const { promise, resolve } = Promise.withResolvers<StartMessage>();
  const receive = (message: ToChild) => {
    if (message.kind === "start") resolve(message);
    else runtime.receive(message);
  };
  for (const bytes of others) receive(unseal(bytes) as ToChild);
  runtime.listen(() => {
    readStdin(source, reader, { receive, orphaned: () => runtime.orphaned() });
  });
  return promise;
}

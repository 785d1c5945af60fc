/**
 * The common part of the entries of threads and workers.
 *
 * @module
 */

import type {
  IsolateBoot,
  PoolPayload,
  PortMessage,
  SpareIdentity,
  SpareWait,
  ToChild,
  ToRoot,
} from "../wire/protocol/messages.ts";
import {
  hooks,
  type Loaders,
  shareChildContext,
} from "../wire/protocol/child_context.ts";
import { fromPort, toPort } from "../wire/protocol/port_messages.ts";
import {
  HAS_STARTED,
  IS_IMPORTING,
  IS_TO_STOP,
} from "../wire/protocol/stop_flag_words.ts";
import { postTo } from "../wire/serialization/structured_clone.ts";
import {
  ChildRuntime,
  endNow,
  type ParentLink,
  slowPath,
} from "./bootstrap.ts";
import { emptyStdin } from "./empty_stdin.ts";

/** The differences between the two kinds of isolate. */
export interface IsolateKind {
  /** How long a blocking wait may last before it checks the stop flag. */
  readonly sliceMs: number;
  /** Ends the isolate. */
  exit(code: number): void;
  /**
   * Ends the isolate as it was asked to; throws if that takes until the next turn.
   */
  stop(): void;
  /** Makes imports safe from kills, if that is needed. */
  watchImports(hasBegun: boolean): void;
}

/** Loads what a spare isolate may need; returns the size of its heap in bytes. */
export async function prepareSpare(
  { preload }: SpareWait,
  loaders: Loaders,
): Promise<number> {
  // Modules that are loaded now get the child's identity later.
  shareChildContext();
  await slowPath(loaders);
  await Promise.all(preload.map((module) => loaders[module]!()));
  return Deno.memoryUsage().heapTotal;
}

/** Replaces the name with which a spare isolate was made. */
export function setName({ name }: SpareIdentity): void {
  Object.defineProperty(globalThis, "name", { value: name });
}

/**
 * Connects a new isolate with its parent and its root.
 *
 * @returns Takes the first message, if it came with the boot data, and else waits for
 * it. The root may stop the isolate from then on, so that is called when the entry has
 * been evaluated: a thread that is killed before that prints an error (2.9.6).
 */
export function connectToParent(
  boot: IsolateBoot,
  loaders: Loaders,
  { sliceMs, exit, stop, watchImports }: IsolateKind,
): () => void {
  const { data, control, sharer, ident, owners } = boot;
  const { flags, version, first, isRoot, isConfined, isStdinTaken, output } =
    boot;
  if (isStdinTaken) emptyStdin();
  const tellRoot = (message: ToRoot) => control.postMessage(message);
  const parentLink: ParentLink = {
    host: {
      kind: "isolate",
      ident,
      owners,
      flags,
      control,
      isRoot,
      isConfined,
      isStdinTaken,
      sharer,
      output,
      emit: (name, bytes) => data.postMessage({ kind: "output", name, bytes }),
      sliceMs,
      close: stop,
    },
    isStopped: () => (Atomics.load(flags, 0) & IS_TO_STOP) !== 0,
    listen() {
      data.onmessage = (
        { data }: MessageEvent<ToChild | PortMessage | PoolPayload>,
      ) => receive(fromPort(data));
      data.addEventListener("close", () => runtime.orphaned());
    },
    send: (message, transfer) => postTo(data, toPort(message), transfer),
    exit(code) {
      tellRoot({ kind: "exit", code });
      exit(code);
    },
    stop,
    watchImports,
  };
  hooks.isStopped = parentLink.isStopped;
  hooks.load = loadWith(flags, parentLink);
  const runtime = new ChildRuntime(parentLink, loaders);
  let isGreeted = false;
  const greet = () => {
    isGreeted = true;
    // In shared memory: for a root that has not been in its event loop since, and
    // because the first message to it would take 0.15 ms (2.9.6).
    Atomics.or(flags, 0, HAS_STARTED);
    Atomics.notify(flags, 0);
  };
  const receive = (message: ToChild) => {
    if (!isGreeted) greet();
    runtime.receive(message);
  };
  // Not earlier: the first message of an isolate takes 0.2 ms (2.9.6).
  void runtime.begun.then(() => parentLink.send({ kind: "ready", version }));
  return () => first === null ? runtime.listen() : receive(first);
}

/**
 * Imports while a flag defers kills. If the isolate is to stop meanwhile, it ends
 * by itself: before the import, as the root may not have seen the flag, and after
 * it, as the root waits for that.
 */
function loadWith(
  flags: Int32Array,
  parentLink: ParentLink,
): typeof hooks.load {
  let loading = 0;
  const isOver = () => {
    if (!parentLink.isStopped()) return false;
    endNow(parentLink);
    return true;
  };
  return async (load) => {
    if (loading++ === 0) Atomics.or(flags, 0, IS_IMPORTING);
    try {
      if (isOver()) return await new Promise(() => {});
      return await load();
    } finally {
      if (--loading === 0) Atomics.and(flags, 0, ~IS_IMPORTING);
      if (isOver()) await new Promise(() => {});
    }
  };
}

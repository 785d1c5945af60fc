/**
 * The entry of a `thread`, and how it ends itself: when it is asked to, and when it
 * runs out of heap.
 *
 * @module
 */

import { OUT_OF_HEAP } from "../wire/protocol/end_reasons.ts";
import {
  ASK,
  EXISTENCE_CHECKS,
  EXISTS,
  HAS_ENDED,
  IS_TO_STOP,
} from "../wire/protocol/stop_flag_words.ts";
import type {
  IsolateBoot,
  SpareIdentity,
  SpareWait,
  ToRoot,
} from "../wire/protocol/messages.ts";
import { watchFirstUses } from "./first_use_watch.ts";
import { type ThreadEnd, watchImports } from "./import_watch.ts";
import { connectToParent, prepareSpare, setName } from "./isolate_entry.ts";
import type { Loaders } from "../wire/protocol/child_context.ts";

declare const process: {
  readonly argv: string[];
  getBuiltinModule(
    name: "node:v8",
  ): { getHeapStatistics(): { heap_size_limit: number } };
  getBuiltinModule(name: "node:worker_threads"): {
    readonly workerData: IsolateBoot | SpareWait;
    readonly resourceLimits: {
      readonly maxOldGenerationSizeMb?: number;
      readonly maxYoungGenerationSizeMb?: number;
    };
  };
};

/** Boots a thread; its entry module calls this and ends. */
export function bootThread(loaders: Loaders): void {
  holdLock();
  const { workerData: handed } = nodeThreads();
  if (!("kind" in handed)) {
    const start = begin(handed, loaders);
    // The entry has been evaluated by then.
    queueMicrotask(start);
    return;
  }
  const port = handed.port!;
  port.onmessage = ({ data }: MessageEvent<SpareIdentity>) => {
    setName(data);
    begin(data.boot, loaders)();
    // While the target's module loads: it takes 0.3 ms (2.9.6).
    port.close();
  };
  void prepareSpare(handed, loaders).then((heapBytes) =>
    port.postMessage(heapBytes)
  );
}

/** Not imported: this file is that of every child, and a few need it. */
function nodeThreads() {
  return process.getBuiltinModule("node:worker_threads");
}

/**
 * Holds a Web Lock for good. Deno really stops a thread only while it holds one
 * (2.9.6): without it, `terminate()` leaves a busy thread running.
 */
function holdLock(): void {
  // Deno's types have `locks` only with those of the DOM (2.9.6).
  const { locks } = navigator as unknown as {
    locks: { request(name: string, held: () => Promise<never>): unknown };
  };
  // A name that no other isolate has: several programs may share an OS process, such
  // as the files of a parallel test run.
  const name = `multiprocessing ${performance.timeOrigin} ${Math.random()}`;
  locks.request(name, () => new Promise<never>(() => {}));
}

/** Connects the thread; what is returned begins its work. */
function begin(handed: IsolateBoot, loaders: Loaders): () => void {
  const { exit } = Deno;
  // Only Web Workers have `self`, and libraries look for it.
  Object.defineProperty(globalThis, "self", {
    value: globalThis,
    configurable: true,
    writable: true,
  });
  // The program's path takes the place of this module's.
  process.argv.splice(1, 1);
  for (let i = 0; i < EXISTENCE_CHECKS; i++) {
    Atomics.waitAsync(handed.flags, EXISTS, 0);
  }
  const thread = threadEnd(handed);
  const start = connectToParent(handed, loaders, {
    sliceMs: Infinity,
    exit,
    stop: thread.end,
    watchImports(hasBegun) {
      watchImports(thread, hasBegun);
      watchFirstUses(thread);
    },
  });
  watch(thread, () => {
    const message: ToRoot = { kind: "exit", code: 1, reason: OUT_OF_HEAP };
    handed.control.postMessage(message);
    exit(1);
  });
  return start;
}

/** The part of a thread's global scope that is used here. */
declare const close: () => void;

/** How long a thread waits for its end at most; it takes microseconds. */
const HARD_END_MS = 100;

/** How a thread ends itself when it is asked to. */
function threadEnd({ flags }: IsolateBoot): ThreadEnd {
  const leave = close;
  return {
    flags,
    isStopped: () => (Atomics.load(flags, 0) & IS_TO_STOP) !== 0,
    end() {
      Atomics.or(flags, 0, HAS_ENDED);
      Atomics.notify(flags, 0);
      // Unlike `Deno.exit()` it calls no handler of the user, and unlike a kill it
      // never prints "execution terminated" (2.9.6). The termination is thrown
      // while the thread blocks, and so never at an import.
      leave();
      const word = new Int32Array(new SharedArrayBuffer(4));
      for (let i = 0; i < HARD_END_MS; i++) Atomics.wait(word, 0, 0, 1);
      // A kill that hits the first use of a timer may be swallowed there, and Deno
      // throws no second one (2.9.6). The thread then ends at its next turn.
      throw new Error("Cannot go on as this thread was ended");
    },
  };
}

/** The interval at which a thread checks whether its heap was exhausted. */
const HEAP_CHECK_MS = 250;
const MIB = 1024 * 1024;

/**
 * Ends the thread when it is asked to, and notices an exhausted heap. Deno reports
 * a heap that runs out in a timer or at top level; in a message handler or after an
 * await it drops the turn, reports nothing, and the thread would idle for ever
 * (2.9.6). The only trace is a limit that V8 has raised.
 */
async function watch(thread: ThreadEnd, exhausted: () => void): Promise<void> {
  const { maxOldGenerationSizeMb = 0, maxYoungGenerationSizeMb = 0 } =
    nodeThreads().resourceLimits;
  const limit = (maxOldGenerationSizeMb + maxYoungGenerationSizeMb) * MIB;
  // Not a timer: the first one of an isolate takes 0.4 ms of its start, and the
  // statistics 0.3 (2.9.6).
  for (;;) {
    await Atomics.waitAsync(thread.flags, ASK, 0, HEAP_CHECK_MS).value;
    if (thread.isStopped()) return thread.end();
    const { getHeapStatistics } = process.getBuiltinModule("node:v8");
    if (getHeapStatistics().heap_size_limit > limit) exhausted();
  }
}

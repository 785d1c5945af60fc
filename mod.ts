/**
 * Python's `multiprocessing` for Deno: run functions in threads, Web Workers or OS
 * processes, share memory and locks between them, and send them work through pools,
 * queues and pipes.
 *
 * - {@linkcode Process} runs one function, and has `start()`, `join()`, `result()`,
 *   `terminate()` and an `exitcode`.
 * - {@linkcode Pool} and {@linkcode ProcessPoolExecutor} run many calls on a few
 *   workers.
 * - {@linkcode Queue}, {@linkcode Pipe} and {@linkcode Listener} carry messages.
 * - {@linkcode Value}, {@linkcode SharedArray} and {@linkcode SharedMemory} share
 *   data; {@linkcode Lock} and the other primitives protect it.
 * - {@linkcode setStartMethod} and {@linkcode getContext} choose how processes
 *   start; {@linkcode startMethods} reports what this platform supports, and why.
 *
 * @example A process, a shared value, and the end of both
 * ```ts
 * import { Process, Value } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const counter = new Value("i", 0);
 * const increment = (counter: Value<"i">) => {
 *   for (let i = 0; i < 10; i++) counter.add(1);
 * };
 *
 * const p = new Process({ target: increment, args: [counter] });
 * p.start();
 * equal(counter.value, 0);
 * await p.join();
 * equal(counter.value, 10);
 * equal(p.exitcode, 0);
 * ```
 *
 * @module
 */

// Never called. Deno fetches modules in literal imports together with this one, so
// that a child which may only import from the cache finds its own half there, and
// `deno compile` includes them in an executable.
void (() => [
  import("./lib/dist/block.generated.js"),
  import("./lib/dist/child.generated.js"),
  import("./lib/dist/pool_worker.generated.js"),
]);

// @ts-types="./lib/entries/package.ts"
export * from "./lib/dist/package.generated.js";

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
  import("./lib/child/thread.js"),
  import("./lib/child/worker.js"),
  import("./lib/child/spawned.js"),
  import("./lib/child/slow_path.ts"),
  import("./lib/pool/worker/task_runner.js"),
  import("./lib/pool/worker/worker_slow_path.ts"),
]);

export {
  AbandonedError,
  AmbiguousTargetError,
  AuthenticationError,
  BootstrapError,
  BrokenBarrierError,
  BrokenPipeError,
  BufferTooShortError,
  CancelledError,
  ConnectionError,
  EncodingError,
  EndOfFileError,
  ExitError,
  LockError,
  ProcessError,
  ProcessStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RemoteError,
  SharedMemoryError,
  StartMethodError,
  UnsupportedError,
  WorkerLostError,
} from "./lib/base/errors.ts";
export type { Awaitable } from "./lib/base/awaitable.ts";
export type { WaitOptions } from "./lib/base/waiting.ts";
export type {
  Address,
  AddressFamily,
} from "./lib/channel/sockets/listener_address.ts";
export { Client, type ClientOptions } from "./lib/channel/sockets/client.ts";
export {
  Connection,
  type RecvBytesIntoOptions,
  type RecvBytesOptions,
  type SendBytesOptions,
} from "./lib/channel/connection/connection.ts";
export {
  Listener,
  type ListenerOptions,
} from "./lib/channel/sockets/listener.ts";
export {
  JoinableQueue,
  Queue,
  type ShutdownQueueOptions,
} from "./lib/channel/queue/queue.ts";
export {
  type PutOptions,
  type QueueOptions,
  SimpleQueue,
} from "./lib/channel/queue/simple_queue.ts";
export { Pipe, type PipeOptions } from "./lib/channel/pipe/pipe.ts";
export { wait } from "./lib/channel/connection/wait.ts";
export {
  type ArrayConstructor,
  Context,
  type ExecutorConstructor,
  type PoolConstructor,
  type ProcessConstructor,
  type RawArrayConstructor,
  type RawValueConstructor,
  type ValueConstructor,
} from "./lib/context/context.ts";
export {
  getAllStartMethods,
  getContext,
  getStartMethod,
  type GetStartMethodOptions,
  Pool,
  Process,
  ProcessPoolExecutor,
  setStartMethod,
  type SetStartMethodOptions,
} from "./lib/context/default.ts";
export {
  type FillOptions,
  fillSpares,
  retireSpares,
  setSpares,
  type SpareOptions,
  type SpareReport,
  spares,
  type SpareSelection,
} from "./lib/context/spare_settings.ts";
export type { OutputOption } from "./lib/launch/child_output.ts";
export { setForkserverPreload } from "./lib/launch/forkserver.ts";
export {
  type ContextOptions,
  setExecutable,
} from "./lib/launch/interpreter.ts";
export type {
  Availability,
  Launcher,
  StartMethodTraits,
} from "./lib/launch/launcher.ts";
export {
  registerStartMethod,
  type StartMethodReport,
  startMethods,
} from "./lib/launch/registry.ts";
export { through, type ThroughOptions } from "./lib/launch/spawn_launcher.ts";
export { AsyncResult } from "./lib/pool/parent/async_result.ts";
export {
  BaseExecutor,
  type ExecutorMapOptions,
  type IterablesOf,
  type ShutdownExecutorOptions,
} from "./lib/pool/parent/executor.ts";
export type { Scope } from "./lib/pool/parent/pool_functions.ts";
export { Future } from "./lib/pool/parent/future.ts";
export type {
  ApplyOptions,
  HasStartMethod,
  MapOptions,
  PoolOptions,
  SettledOptions,
  StreamOptions,
  TaskOptions,
  WarmUpOptions,
} from "./lib/pool/parent/pool_options.ts";
export {
  type ApplyRest,
  BasePool,
  ThreadPool,
} from "./lib/pool/parent/pool.ts";
export { ResultIterator } from "./lib/pool/parent/result_iterator.ts";
export { transferring, workerState } from "./lib/pool/worker/task.ts";
export type { PoolStats, WorkerStats } from "./lib/pool/parent/stats.ts";
export {
  activeChildren,
  cpuCount,
  currentProcess,
  ParentProcess,
  parentProcess,
} from "./lib/process/current_process.ts";
export {
  explain,
  type ExplainOptions,
  type Explanation,
  type UsedThing,
} from "./lib/process/explain.ts";
export type {
  ArgsOption,
  CommonOptions,
  ProcessOptions,
} from "./lib/process/process_options.ts";
export { BaseProcess, type ShutdownOptions } from "./lib/process/process.ts";
export type { TargetAddress } from "./lib/wire/serialization/target_address.ts";
export { SharedArray, SharedArray as Array } from "./lib/shared/array.ts";
export type { BytesOf, Initializer, ViewOf } from "./lib/shared/elements.ts";
export { Field } from "./lib/shared/field.ts";
export type { ShareableItem } from "./lib/shared/list_items.ts";
export { RawArray } from "./lib/shared/raw_array.ts";
export { RawValue } from "./lib/shared/raw_value.ts";
export {
  ShareableList,
  type ShareableListOptions,
} from "./lib/shared/shareable_list.ts";
export {
  SharedMemory,
  type SharedMemoryOptions,
} from "./lib/shared/shared_memory.ts";
export { SharedMemoryManager } from "./lib/shared/shared_memory_manager.ts";
export { Value, type ValueOptions } from "./lib/shared/value.ts";
export type {
  Amount,
  BigIntCode,
  Bits,
  BoolCode,
  CharCode,
  DataType,
  Fields,
  FloatCode,
  InitialValue,
  IntegerCode,
  Single,
  Structure,
  Typecode,
  TypeOf,
} from "./lib/shared/typecodes.ts";
export { Barrier, type BarrierOptions } from "./lib/sync/barrier.ts";
export { BoundedSemaphore } from "./lib/sync/bounded_semaphore.ts";
export { Condition } from "./lib/sync/condition.ts";
export { SharedEvent, SharedEvent as Event } from "./lib/sync/event.ts";
export { Guard } from "./lib/sync/guard.ts";
export { Lock } from "./lib/sync/lock.ts";
export type { LockOptions } from "./lib/sync/mutex.ts";
export { RLock } from "./lib/sync/rlock.ts";
export { RwLock } from "./lib/sync/rwlock.ts";
export { Semaphore } from "./lib/sync/semaphore.ts";
export {
  getLogger,
  type Logger,
  type LogHandler,
  type LogHandlerOptions,
  LogLevel,
  type LogLevelLike,
  type LogRecord,
  logToStderr,
} from "./lib/logging/logger.ts";

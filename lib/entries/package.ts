/**
 * All that is public, and what it is built on; `mod.ts` gives it to users.
 *
 * @module
 */

import * as slowPath from "../child/slow_path.ts";
import * as workerSlowPath from "../pool/worker/worker_slow_path.ts";
import common from "./common.ts";

/** For children and workers whose order is not plain; `export *` leaves a default export out. */
export default { slowPath, workerSlowPath, common };

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
} from "../base/errors.ts";
export type { Awaitable } from "../base/awaitable.ts";
export type { WaitOptions } from "../base/timeouts.ts";
export type {
  Address,
  AddressFamily,
} from "../channel/sockets/listener_address.ts";
export { Client, type ClientOptions } from "../channel/sockets/client.ts";
export {
  Connection,
  type RecvBytesIntoOptions,
  type RecvBytesOptions,
  type SendBytesOptions,
} from "../channel/connection/connection.ts";
export { Listener, type ListenerOptions } from "../channel/sockets/listener.ts";
export {
  JoinableQueue,
  Queue,
  type ShutdownQueueOptions,
} from "../channel/queue/queue.ts";
export {
  type PutOptions,
  type QueueOptions,
  SimpleQueue,
} from "../channel/queue/simple_queue.ts";
export { Pipe, type PipeOptions } from "../channel/pipe/pipe.ts";
export { wait } from "../channel/connection/wait.ts";
export {
  type ArrayConstructor,
  Context,
  type ExecutorConstructor,
  type PoolConstructor,
  type ProcessConstructor,
  type RawArrayConstructor,
  type RawValueConstructor,
  type ValueConstructor,
} from "../context/context.ts";
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
} from "../context/default.ts";
export {
  type FillOptions,
  fillSpares,
  retireSpares,
  setSpares,
  type SpareOptions,
  type SpareReport,
  spares,
  type SpareSelection,
} from "../context/spare_settings.ts";
export type { OutputOption } from "../launch/child_output.ts";
export { setForkserverPreload } from "../launch/forkserver_preload.ts";
export { type ContextOptions, setExecutable } from "../launch/interpreter.ts";
export type {
  Availability,
  Launcher,
  StartMethodTraits,
} from "../launch/launcher.ts";
export {
  registerStartMethod,
  type StartMethodReport,
  startMethods,
} from "../launch/registry.ts";
export { through, type ThroughOptions } from "../launch/spawn_launcher.ts";
export { AsyncResult } from "../pool/parent/async_result.ts";
export {
  BaseExecutor,
  type ExecutorMapOptions,
  type IterablesOf,
  type ShutdownExecutorOptions,
} from "../pool/parent/executor.ts";
export type { Scope } from "../pool/parent/pool_functions.ts";
export { Future } from "../pool/parent/future.ts";
export type {
  ApplyOptions,
  HasStartMethod,
  MapOptions,
  PoolOptions,
  SettledOptions,
  StreamOptions,
  TaskOptions,
  WarmUpOptions,
} from "../pool/parent/pool_options.ts";
export { type ApplyRest, BasePool, ThreadPool } from "../pool/parent/pool.ts";
export { ResultIterator } from "../pool/parent/result_iterator.ts";
export { transferring, workerState } from "../pool/worker/task.ts";
export type { PoolStats, WorkerStats } from "../pool/parent/stats.ts";
export { cpuCount } from "../process/cpu_count.ts";
export {
  activeChildren,
  currentProcess,
  ParentProcess,
  parentProcess,
} from "../process/current_process.ts";
export type { UsedThing } from "../functions/capture.ts";
export {
  explain,
  type ExplainOptions,
  type Explanation,
} from "../context/explain.ts";
export type {
  ArgsOption,
  CommonOptions,
  ProcessOptions,
} from "../process/process_options.ts";
export { BaseProcess, type ShutdownOptions } from "../process/process.ts";
export type { TargetAddress } from "../wire/serialization/target_address.ts";
export { SharedArray, SharedArray as Array } from "../shared/array.ts";
export type { BytesOf, Initializer, ViewOf } from "../shared/elements.ts";
export { Field } from "../shared/field.ts";
export type { ShareableItem } from "../shared/list_items.ts";
export { RawArray } from "../shared/raw_array.ts";
export { RawValue } from "../shared/raw_value.ts";
export {
  ShareableList,
  type ShareableListOptions,
} from "../shared/shareable_list.ts";
export {
  SharedMemory,
  type SharedMemoryOptions,
} from "../shared/shared_memory.ts";
export { SharedMemoryManager } from "../shared/shared_memory_manager.ts";
export { Value, type ValueOptions } from "../shared/value.ts";
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
} from "../shared/typecodes.ts";
export { Barrier, type BarrierOptions } from "../sync/barrier.ts";
export { BoundedSemaphore } from "../sync/bounded_semaphore.ts";
export { Condition } from "../sync/condition.ts";
export { SharedEvent, SharedEvent as Event } from "../sync/event.ts";
export { Guard } from "../sync/guard.ts";
export { Lock } from "../sync/lock.ts";
export type { LockOptions } from "../sync/lock_options.ts";
export { RLock } from "../sync/rlock.ts";
export { RwLock } from "../sync/rwlock.ts";
export { Semaphore } from "../sync/semaphore.ts";
export {
  getLogger,
  type Logger,
  type LogHandler,
  type LogHandlerOptions,
  LogLevel,
  type LogLevelLike,
  type LogRecord,
  logToStderr,
} from "../logging/logger.ts";

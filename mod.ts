/**
 * Python's `multiprocessing`, for Deno: processes with a life cycle, start methods
 * that report what the platform supports, and shared values.
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
 * The floors of `lib/` look down, never up and never across: `memory/` knows no
 * process, `wire/` knows no primitive, and nothing below `context/` reads the start
 * method of the program.
 *
 * @module
 */

export {
  AbandonedError,
  BootstrapError,
  EncodingError,
  ExitError,
  LockError,
  ProcessError,
  ProcessStateError,
  RemoteError,
  SharedMemoryError,
  StartMethodError,
  UnsupportedError,
} from "./lib/base/errors.ts";
export type { WaitOptions } from "./lib/base/waiting.ts";
export {
  Context,
  type ProcessConstructor,
  type RawValueConstructor,
  type ValueConstructor,
} from "./lib/context/context.ts";
export {
  getAllStartMethods,
  getContext,
  getStartMethod,
  type GetStartMethodOptions,
  Process,
  setStartMethod,
  type SetStartMethodOptions,
} from "./lib/context/default.ts";
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
export { through } from "./lib/launch/spawn.ts";
export {
  activeChildren,
  cpuCount,
  currentProcess,
  ParentProcess,
  parentProcess,
} from "./lib/process/current.ts";
export type {
  ArgsOption,
  CommonOptions,
  ProcessOptions,
} from "./lib/process/options.ts";
export { BaseProcess, type ShutdownOptions } from "./lib/process/process.ts";
export type { TargetAddress } from "./lib/process/target.ts";
export type { Amount, Bits, ValueOptions } from "./lib/shared/value.ts";
export { RawValue, Value } from "./lib/shared/value.ts";
export type {
  BigIntCode,
  BoolCode,
  CharCode,
  FloatCode,
  IntegerCode,
  Typecode,
  TypeOf,
} from "./lib/shared/typecodes.ts";
export { Guard } from "./lib/sync/guard.ts";
export { type LockOptions, RLock } from "./lib/sync/rlock.ts";

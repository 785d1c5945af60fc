/**
 * The whole API, bound to one start method.
 *
 * @module
 */

import { StartMethodError } from "../base/errors.ts";
import { platformLauncher } from "../launch/registry.ts";
import {
  activeChildren,
  cpuCount,
  currentProcess,
  type ParentProcess,
  parentProcess,
} from "../process/current.ts";
import type { ProcessOptions } from "../process/options.ts";
import { BaseProcess, START_METHOD } from "../process/process.ts";
import type { Typecode, TypeOf } from "../shared/typecodes.ts";
import {
  createRawValue,
  createValue,
  RawValue,
  Value,
  type ValueOptions,
} from "../shared/value.ts";
import { RLock } from "../sync/rlock.ts";

/**
 * Makes processes of one start method.
 *
 * @example The class behind a context
 * ```ts
 * import { getContext, type ProcessConstructor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const SpawnProcess: ProcessConstructor = getContext("spawn").Process;
 * equal(new SpawnProcess().name.startsWith("SpawnProcess-"), true);
 * ```
 */
export interface ProcessConstructor {
  /** Makes a process; it does not start yet. */
  new <A extends readonly unknown[] = readonly never[], R = unknown>(
    options?: ProcessOptions<A, R>,
  ): BaseProcess<A, R>;
}

/**
 * Makes values where the start method's processes can have them.
 *
 * @example A value for threads
 * ```ts
 * import { getContext, type ValueConstructor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const ThreadValue: ValueConstructor = getContext("thread").Value;
 * equal(new ThreadValue("i", 5).value, 5);
 * ```
 */
export interface ValueConstructor {
  /** Makes a value with a lock of its own, unless the options say otherwise. */
  new <C extends Typecode>(
    typecode: C,
    initial?: TypeOf<C>,
    options?: ValueOptions,
  ): Value<C>;
}

/**
 * Makes values without a lock.
 *
 * @example A bare number
 * ```ts
 * import { getContext, type RawValueConstructor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const Raw: RawValueConstructor = getContext("thread").RawValue;
 * equal(new Raw("d", 1.5).value, 1.5);
 * ```
 */
export interface RawValueConstructor {
  /** Makes a value without a lock. */
  new <C extends Typecode>(typecode: C, initial?: TypeOf<C>): RawValue<C>;
}

/**
 * The API under one start method; `getContext()` gives it.
 *
 * @example Two start methods in one program
 * ```ts
 * import { type Context, getContext } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const threads: Context = getContext("thread");
 * const processes: Context = getContext("spawn");
 * equal(threads.getStartMethod(), "thread");
 * equal(processes.getStartMethod(), "spawn");
 * ```
 */
export class Context {
  /** The start method. */
  readonly name: string;
  /** `Process` under this start method, named as in `SpawnProcess`. */
  readonly Process: ProcessConstructor;
  /** `Value` in memory that the processes of this start method share. */
  readonly Value: ValueConstructor;
  /** `RawValue` in memory that the processes of this start method share. */
  readonly RawValue: RawValueConstructor;
  /** `RLock`, the same under every start method. */
  readonly RLock: typeof RLock = RLock;

  /** Made by `getContext()`. */
  constructor(name: string) {
    const { traits } = platformLauncher(name);
    const mapped = traits.memory === "mapped";
    this.name = name;
    this.Process = processClass(name);
    this.Value = mapped ? MappedValue : Value;
    this.RawValue = mapped ? MappedRawValue : RawValue;
  }

  /** The start method of this context. */
  getStartMethod(): string {
    return this.name;
  }

  /**
   * A context has one start method for good.
   *
   * @throws {StartMethodError} Always, as in Python.
   */
  setStartMethod(_name: string): never {
    throw new StartMethodError(
      `Cannot set the start method of a context as it is "${this.name}" for ` +
        `good: take another context by getContext(name)`,
    );
  }

  /**
   * Another context, or this one.
   *
   * @param name A start method; this one if left out.
   * @returns The context.
   * @throws {StartMethodError} If the name is unknown or not supported here.
   */
  getContext(name: string = this.name): Context {
    return contextOf(name);
  }

  /** The process that this code runs in. */
  currentProcess(): BaseProcess {
    return currentProcess();
  }

  /** The process that started this one, or null in the main program. */
  parentProcess(): ParentProcess | null {
    return parentProcess();
  }

  /** The children that have started and not ended. */
  activeChildren(): BaseProcess[] {
    return activeChildren();
  }

  /** How many processors the machine has. */
  cpuCount(): number {
    return cpuCount();
  }
}

function processClass(method: string): ProcessConstructor {
  const bound = class<
    A extends readonly unknown[] = readonly never[],
    R = unknown,
  > extends BaseProcess<A, R> {
    constructor(options: ProcessOptions<A, R> = {} as ProcessOptions<A, R>) {
      super(options);
    }

    override [START_METHOD](): string {
      return method;
    }
  };
  const value = `${method[0]?.toUpperCase()}${method.slice(1)}Process`;
  return Object.defineProperty(bound, "name", { value });
}

// Functions and not subclasses: what they make is a Value like any other.
const MappedValue = function <C extends Typecode>(
  typecode: C,
  initial?: TypeOf<C>,
  options?: ValueOptions,
): Value<C> {
  return createValue("mapped", typecode, initial, options);
} as unknown as ValueConstructor;

const MappedRawValue = function <C extends Typecode>(
  typecode: C,
  initial?: TypeOf<C>,
): RawValue<C> {
  return createRawValue("mapped", typecode, initial);
} as unknown as RawValueConstructor;

const contexts = new Map<string, Context>();

/** The context of a start method, the same object each time. */
export function contextOf(name: string): Context {
  let context = contexts.get(name);
  if (context === undefined) {
    context = new Context(name);
    contexts.set(name, context);
  }
  return context;
}

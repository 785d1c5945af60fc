/**
 * `Context`: the whole API under one start method.
 *
 * @module
 */

import { expectOptions } from "../base/options.ts";
import { StartMethodError, UnsupportedError } from "../base/errors.ts";
import { createPipe, Pipe, type PipeOptions } from "../channel/pipe/pipe.ts";
import {
  createJoinableQueue,
  createQueue,
  createSimpleQueue,
  JoinableQueue,
  Queue,
} from "../channel/queue/queue.ts";
import { SimpleQueue } from "../channel/queue/simple_queue.ts";
import {
  type ContextOptions,
  INTERPRETER,
  type Interpreter,
  interpreterFrom,
  setExecutable,
} from "../launch/interpreter.ts";
import type { StartMethodTraits } from "../launch/launcher.ts";
import { platformLauncher } from "../launch/registry.ts";
import { cpuCount } from "../process/cpu_count.ts";
import {
  activeChildren,
  currentProcess,
  type ParentProcess,
  parentProcess,
} from "../process/current_process.ts";
import type { ProcessOptions } from "../process/process_options.ts";
import { BaseProcess, START_METHOD } from "../process/process.ts";
import { createArray, SharedArray } from "../shared/array.ts";
import type { BytesOf, Initializer } from "../shared/elements.ts";
import { createRawArray, RawArray } from "../shared/raw_array.ts";
import { createRawValue, RawValue } from "../shared/raw_value.ts";
import type { DataType, InitialValue } from "../shared/typecodes.ts";
import { createValue, Value, type ValueOptions } from "../shared/value.ts";
import type { BlockPlace } from "../memory/allocation/block.ts";
import { BaseExecutor } from "../pool/parent/executor.ts";
import type { PoolOptions } from "../pool/parent/pool_options.ts";
import { BasePool, ThreadPool } from "../pool/parent/pool.ts";
import { Barrier, createBarrier } from "../sync/barrier.ts";
import {
  BoundedSemaphore,
  createBoundedSemaphore,
} from "../sync/bounded_semaphore.ts";
import { Condition, createCondition } from "../sync/condition.ts";
import { createEvent, SharedEvent } from "../sync/event.ts";
import { createLock, Lock } from "../sync/lock.ts";
import { createRLock, RLock } from "../sync/rlock.ts";
import { createRwLock, RwLock } from "../sync/rwlock.ts";
import {
  getLogger,
  type Logger,
  type LogLevelLike,
  logToStderr,
} from "../logging/logger.ts";
import { createSemaphore, Semaphore } from "../sync/semaphore.ts";
import { REFUSED } from "../wire/serialization/handle.ts";

/**
 * The class `Process` of a context.
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
  /** Makes a process, which is not started yet. */
  new <A extends readonly unknown[] = readonly never[], R = unknown>(
    options?: ProcessOptions<A, R>,
  ): BaseProcess<A, R>;
}

/**
 * The class `Value` of a context: it allocates memory that its processes share.
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
  new <const C extends DataType>(
    typecode: C,
    initial?: InitialValue<C>,
    options?: ValueOptions,
  ): Value<C>;
}

/**
 * The class `RawValue` of a context.
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
  new <const C extends DataType>(
    typecode: C,
    initial?: InitialValue<C>,
  ): RawValue<C>;
}

/**
 * The class `SharedArray` of a context: it allocates memory that its processes
 * share.
 *
 * @example An array for threads
 * ```ts
 * import { type ArrayConstructor, getContext } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const ThreadArray: ArrayConstructor = getContext("thread").SharedArray;
 * equal(new ThreadArray("i", [5]).get(0), 5);
 * ```
 */
export interface ArrayConstructor {
  /** Makes an array with a lock of its own, unless the options say otherwise. */
  new <const C extends DataType>(
    typecode: C,
    lengthOrElements: number | Initializer<InitialValue<C>> | BytesOf<C>,
    options?: ValueOptions,
  ): SharedArray<C>;
}

/**
 * The class `RawArray` of a context.
 *
 * @example A bare row of numbers
 * ```ts
 * import { getContext, type RawArrayConstructor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const Raw: RawArrayConstructor = getContext("thread").RawArray;
 * equal(new Raw("d", 3).length, 3);
 * ```
 */
export interface RawArrayConstructor {
  /** Makes an array without a lock. */
  new <const C extends DataType>(
    typecode: C,
    lengthOrElements: number | Initializer<InitialValue<C>> | BytesOf<C>,
  ): RawArray<C>;
}

/**
 * The class `Pool` of a context.
 *
 * @example The class behind a context
 * ```ts
 * import { getContext, type PoolConstructor } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const SpawnPool: PoolConstructor = getContext("spawn").Pool;
 * await using pool = new SpawnPool(2);
 * equal(pool.size, 2);
 * ```
 */
export interface PoolConstructor {
  /** Makes a pool; its workers start with the first tasks. */
  new <S extends readonly unknown[] = readonly never[]>(
    processes?: number,
    options?: PoolOptions<S>,
  ): BasePool<S>;
}

/**
 * The class `ProcessPoolExecutor` of a context.
 *
 * @example The class behind a context
 * ```ts
 * import { type ExecutorConstructor, getContext } from "@multiprocessing/core";
 * import { equal } from "node:assert/strict";
 *
 * const Executor: ExecutorConstructor = getContext("thread").ProcessPoolExecutor;
 * await using executor = new Executor(1);
 * equal(await executor.submit((x: number) => x + 1, 1), 2);
 * ```
 */
export interface ExecutorConstructor {
  /** Makes an executor; its workers start with the first call. */
  new <S extends readonly unknown[] = readonly never[]>(
    maxWorkers?: number,
    options?: PoolOptions<S>,
  ): BaseExecutor<S>;
}

/**
 * The API under one start method, from `getContext()`.
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
  /** `Pool` under this start method, named as in `SpawnPool`. */
  readonly Pool: PoolConstructor;
  /** `ThreadPool`, which is the same in every context. */
  readonly ThreadPool: typeof ThreadPool = ThreadPool;
  /** `ProcessPoolExecutor` under this start method. */
  readonly ProcessPoolExecutor: ExecutorConstructor;
  /** `Value` in memory that the processes of this start method share. */
  readonly Value: ValueConstructor;
  /** `RawValue` in memory that the processes of this start method share. */
  readonly RawValue: RawValueConstructor;
  /** `SharedArray` in memory that the processes of this start method share. */
  readonly SharedArray: ArrayConstructor;
  /** `SharedArray`, under the name that it has in Python. */
  readonly Array: ArrayConstructor;
  /** `RawArray` in memory that the processes of this start method share. */
  readonly RawArray: RawArrayConstructor;
  /** `Lock` in memory that the processes of this start method share. */
  readonly Lock: typeof Lock;
  /** `RLock` in memory that the processes of this start method share. */
  readonly RLock: typeof RLock;
  /** `Semaphore` in memory that the processes of this start method share. */
  readonly Semaphore: typeof Semaphore;
  /** `BoundedSemaphore` in memory that the processes of this start method share. */
  readonly BoundedSemaphore: typeof BoundedSemaphore;
  /** `Condition` in memory that the processes of this start method share. */
  readonly Condition: typeof Condition;
  /** `SharedEvent` in memory that the processes of this start method share. */
  readonly SharedEvent: typeof SharedEvent;
  /** `SharedEvent`, under the name that it has in Python. */
  readonly Event: typeof SharedEvent;
  /** `Barrier` in memory that the processes of this start method share. */
  readonly Barrier: typeof Barrier;
  /** `RwLock` in memory that the processes of this start method share. */
  readonly RwLock: typeof RwLock;
  /** `Queue` in memory that the processes of this start method share. */
  readonly Queue: typeof Queue;
  /** `SimpleQueue` in memory that the processes of this start method share. */
  readonly SimpleQueue: typeof SimpleQueue;
  /** `JoinableQueue` in memory that the processes of this start method share. */
  readonly JoinableQueue: typeof JoinableQueue;
  /** `Pipe` in memory that the processes of this start method share. */
  readonly Pipe: typeof Pipe;

  readonly #interpreter: Interpreter | null;

  /** Made by `getContext()`. */
  constructor(name: string, options?: ContextOptions) {
    expectOptions(options, "make a context", '{ flags: ["--cached-only"] }');
    const { traits } = platformLauncher(name);
    const interpreter = this.#interpreter = options === undefined
      ? null
      : checkedInterpreter(name, traits, options);
    const mapped = traits.memory === "mapped";
    this.name = name;
    this.Process = processClass(name, interpreter);
    this.Pool = poolClass(name, interpreter);
    this.ProcessPoolExecutor = executorClass(name, interpreter);
    this.Value = mapped ? MAPPED.Value : Value;
    this.RawValue = mapped ? MAPPED.RawValue : RawValue;
    this.SharedArray = mapped ? MAPPED.SharedArray : SharedArray;
    this.Array = this.SharedArray;
    this.RawArray = mapped ? MAPPED.RawArray : RawArray;
    this.Lock = mapped ? MAPPED.Lock : Lock;
    this.RLock = mapped ? MAPPED.RLock : RLock;
    this.Semaphore = mapped ? MAPPED.Semaphore : Semaphore;
    this.BoundedSemaphore = mapped ? MAPPED.BoundedSemaphore : BoundedSemaphore;
    this.Condition = mapped ? MAPPED.Condition : Condition;
    this.SharedEvent = mapped ? MAPPED.SharedEvent : SharedEvent;
    this.Event = this.SharedEvent;
    this.Barrier = mapped ? MAPPED.Barrier : Barrier;
    this.RwLock = mapped ? MAPPED.RwLock : RwLock;
    this.Queue = mapped ? MAPPED.Queue : Queue;
    this.SimpleQueue = mapped ? MAPPED.SimpleQueue : SimpleQueue;
    this.JoinableQueue = mapped ? MAPPED.JoinableQueue : JoinableQueue;
    this.Pipe = mapped ? MAPPED.Pipe : Pipe;
  }

  /**
   * A context belongs to the process that made it.
   * @ignore
   */
  get [REFUSED](): string {
    return `a context; call getContext("${this.name}") in the process that uses it`;
  }

  /** The start method of this context. */
  getStartMethod(): string {
    return this.name;
  }

  /**
   * Throws: a context has one start method for good.
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
   * The context of a start method.
   *
   * @param name The start method; by default that of this context.
   * @param options The interpreter of its processes.
   * @returns The context.
   * @throws {StartMethodError} If the name is unknown or not supported here.
   * @throws {UnsupportedError} If the method does not support an option.
   */
  getContext(name: string = this.name, options?: ContextOptions): Context {
    return contextOf(name, options);
  }

  /**
   * Sets the executable of the spawned processes of the program, like the function
   * of that name. `getContext("spawn", { executable })` does so for one context.
   *
   * @param executable A path, or a name that is looked up in `PATH`.
   * @throws {TypeError} If it is not a path.
   */
  setExecutable(executable: string | URL): void {
    setExecutable(executable);
  }

  /**
   * The interpreter of its processes, or null for that of the program.
   * @ignore
   */
  [INTERPRETER](): Interpreter | null {
    return this.#interpreter;
  }

  /** The process that runs this code. */
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

  /** The logger of this process. */
  getLogger(): Logger {
    return getLogger();
  }

  /**
   * Prints all log records to stderr from now on.
   *
   * @param level The level to set; by default it stays as it is.
   * @returns The logger of this process.
   * @throws {TypeError} If the level does not exist.
   */
  logToStderr(level?: LogLevelLike): Logger {
    return logToStderr(level);
  }
}

function checkedInterpreter(
  method: string,
  { ownFlags }: StartMethodTraits,
  options: ContextOptions,
): Interpreter {
  if (ownFlags) return interpreterFrom(options);
  throw new UnsupportedError(
    `Cannot make a context with an executable or flags of its own as start method ` +
      `"${method}" stays inside the deno of this program: use "spawn"`,
  );
}

type OwnInterpreter = Interpreter | null;

function processClass(method: string, own: OwnInterpreter): ProcessConstructor {
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

    override [INTERPRETER](): OwnInterpreter {
      return own;
    }
  };
  const value = `${capital(method)}Process`;
  return Object.defineProperty(bound, "name", { value });
}

function poolClass(method: string, own: OwnInterpreter): PoolConstructor {
  const bound = class<S extends readonly unknown[] = readonly never[]>
    extends BasePool<S> {
    override [START_METHOD](): string {
      return method;
    }

    override [INTERPRETER](): OwnInterpreter {
      return own;
    }
  };
  const value = `${capital(method)}Pool`;
  return Object.defineProperty(bound, "name", { value });
}

function executorClass(
  method: string,
  own: OwnInterpreter,
): ExecutorConstructor {
  const bound = class<S extends readonly unknown[] = readonly never[]>
    extends BaseExecutor<S> {
    override [START_METHOD](): string {
      return method;
    }

    override [INTERPRETER](): OwnInterpreter {
      return own;
    }
  };
  const value = `${capital(method)}PoolExecutor`;
  return Object.defineProperty(bound, "name", { value });
}

function capital(word: string): string {
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}

/** The class whose objects `create` makes in mapped memory. */
function mappedClass<C extends abstract new (...args: never[]) => object>(
  original: C,
  create: (
    place: BlockPlace,
    ...args: ConstructorParameters<C>
  ) => InstanceType<C>,
): C {
  const make = function (...args: ConstructorParameters<C>): InstanceType<C> {
    return create("mapped", ...args);
  };
  // So that `instanceof` still tells the class of the object.
  make.prototype = original.prototype;
  return make as unknown as C;
}

// Functions and not subclasses, so that they make ordinary values. Their types are
// written out here, because those of a generic constructor cannot be derived.
const MAPPED = {
  Value: mappedClass(Value, createValue as never) as ValueConstructor,
  RawValue: mappedClass(
    RawValue,
    createRawValue as never,
  ) as RawValueConstructor,
  SharedArray: mappedClass(
    SharedArray,
    createArray as never,
  ) as ArrayConstructor,
  RawArray: mappedClass(
    RawArray,
    createRawArray as never,
  ) as RawArrayConstructor,
  Lock: mappedClass(Lock, createLock),
  RLock: mappedClass(RLock, createRLock),
  Semaphore: mappedClass(Semaphore, createSemaphore),
  BoundedSemaphore: mappedClass(BoundedSemaphore, createBoundedSemaphore),
  Condition: mappedClass(Condition, createCondition),
  SharedEvent: mappedClass(SharedEvent, createEvent),
  Barrier: mappedClass(Barrier, createBarrier),
  RwLock: mappedClass(RwLock, createRwLock),
  Queue: mappedClass(Queue, createQueue) as typeof Queue,
  SimpleQueue: mappedClass(
    SimpleQueue,
    createSimpleQueue,
  ) as typeof SimpleQueue,
  JoinableQueue: mappedClass(
    JoinableQueue,
    createJoinableQueue,
  ) as typeof JoinableQueue,
  Pipe:
    ((options?: PipeOptions) => createPipe("mapped", options)) as typeof Pipe,
};

const contexts = new Map<string, Context>();

/**
 * The context of a start method: the same object each time, or a new one with
 * options.
 */
export function contextOf(name: string, options?: ContextOptions): Context {
  expectOptions(options, "get a context", '{ flags: ["--cached-only"] }');
  if (options !== undefined) return new Context(name, options);
  let context = contexts.get(name);
  if (context === undefined) {
    context = new Context(name);
    contexts.set(name, context);
  }
  return context;
}
